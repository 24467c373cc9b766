//! Whether what is declared to be text is text: who hands Arrow data over may never have looked.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, GenericStringArray, OffsetSizeTrait, RecordBatch};
use arrow_schema::{DataType, Field};
use encoding_rs::Encoding;
use rayon::prelude::*;

use super::{ArrowFault, fault};
use crate::error::IoError;

/// Refuses attributes whose values are not what their types promise: text that is not UTF-8, above all, which Rust's strings
/// must never hold. The geometry, whose reader looks at every value, is left out.
///
/// # Errors
/// [`IoError::Arrow`] with the column and, for plain text, the row (through all batches).
pub(super) fn check_attributes(batches: &[RecordBatch], geometry: usize) -> Result<(), IoError> {
    let mut first_row = 0;
    for batch in batches {
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns()).enumerate();
        let columns: Vec<_> = columns.filter(|(column, _)| *column != geometry).collect();
        columns.into_par_iter().try_for_each(|(_, (field, array))| check(field, array, first_row))?;
        first_row += batch.num_rows() as u64;
    }
    Ok(())
}

fn check(field: &Field, array: &ArrayRef, first_row: u64) -> Result<(), IoError> {
    let broken_row = match array.data_type() {
        DataType::Utf8 => row_without_text(array.as_string::<i32>()),
        DataType::LargeUtf8 => row_without_text(array.as_string::<i64>()),
        kind if kind.is_primitive() => None,
        _ => {
            let valid = array.to_data().validate_full();
            return valid.map_err(|error| fault(field, None, ArrowFault::Arrow(error)));
        }
    };
    match broken_row {
        None => Ok(()),
        Some(row) => Err(fault(field, Some(first_row + row as u64), ArrowFault::NotUtf8)),
    }
}

/// The first value that is not UTF-8, looked at as bytes: a column in one go, values one by one where that finds something.
///
/// Several times as fast as the arrow crate's own check, which is felt where a few plots meet a whole survey.
fn row_without_text<O: OffsetSizeTrait>(array: &GenericStringArray<O>) -> Option<usize> {
    let (offsets, bytes) = (array.value_offsets(), array.value_data());
    let at = |offset: &O| offset.as_usize();
    let whole = offsets.first().zip(offsets.last()).and_then(|(first, last)| bytes.get(at(first)..at(last)));
    // UTF-8 as a whole, and no value begins within a character.
    let begins_a_character = |offset: &O| bytes.get(at(offset)).is_none_or(|byte| byte & 0xC0 != 0x80);
    let is_sound = whole.is_some_and(|whole| Encoding::utf8_valid_up_to(whole) == whole.len())
        && offsets.iter().all(begins_a_character)
        && offsets.is_sorted();
    if is_sound {
        return None;
    }
    let is_text = |ends: &[O]| match ends {
        [start, end] => bytes.get(at(start)..at(end)).is_some_and(|value| std::str::from_utf8(value).is_ok()),
        _ => false,
    };
    offsets.windows(2).position(|ends| !is_text(ends))
}
