//! Attributes of layers as texts and numbers, whatever Arrow type they came in.

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_schema::DataType;
use sanxian_io::Layer;

use crate::error::ComplianceError;

/// Position of a field, letters in either case.
pub(crate) fn position(batch: &RecordBatch, field: &str) -> Option<usize> {
    let schema = batch.schema();
    let exact = schema.fields().iter().position(|known| known.name() == field);
    exact.or_else(|| schema.fields().iter().position(|known| known.name().eq_ignore_ascii_case(field)))
}

/// A field as texts, trimmed; missing and empty ones are `None`. `None` when there is no such field.
pub(crate) fn texts(batch: &RecordBatch, field: &str) -> Option<Vec<Option<String>>> {
    let mut all = Vec::with_capacity(batch.num_rows());
    each_text(batch, field, |text| all.push(text.map(str::to_owned)))?;
    Some(all)
}

/// Calls `visit` with the same texts, row by row, without a copy of each. `None` when there is no such field.
fn each_text(batch: &RecordBatch, field: &str, mut visit: impl FnMut(Option<&str>)) -> Option<()> {
    let column = batch.column(position(batch, field)?);
    if matches!(column.data_type(), DataType::Float16 | DataType::Float32 | DataType::Float64) {
        // Codes in a column of reals: 10.0 means the code 10, as Rust prints it.
        for value in numbers(batch, field)? {
            visit(value.map(|value| value.to_string()).as_deref());
        }
        return Some(());
    }
    let texts = cast(column, &DataType::Utf8).ok()?;
    let texts = texts.as_string_opt::<i32>()?;
    for text in texts {
        visit(text.map(str::trim).filter(|text| !text.is_empty()));
    }
    Some(())
}

/// A field as numbers. `None` when there is no such field or it holds no numbers.
pub(crate) fn numbers(batch: &RecordBatch, field: &str) -> Option<Vec<Option<f64>>> {
    let numbers = cast(batch.column(position(batch, field)?), &DataType::Float64).ok()?;
    Some(numbers.as_primitive_opt::<Float64Type>()?.iter().collect())
}

/// The texts of a field that the scheme says is there.
pub(crate) fn required_texts(layer: &Layer, field: &str) -> Result<Vec<Option<String>>, ComplianceError> {
    texts(&layer.attributes, field).ok_or_else(|| ComplianceError::no_field(layer, field))
}

/// [`required_texts`] one after the other, for layers of hundreds of thousands of features with a few dozen codes.
pub(crate) fn each_required_text(
    layer: &Layer,
    field: &str,
    visit: impl FnMut(Option<&str>),
) -> Result<(), ComplianceError> {
    each_text(&layer.attributes, field, visit).ok_or_else(|| ComplianceError::no_field(layer, field))
}
