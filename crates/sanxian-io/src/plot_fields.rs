//! The fields of a plot layer under the names that this library gives them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
use arrow_schema::{DataType, Field, Schema};

use crate::finding::Finding;
use crate::layer::Layer;

/// The names as data, so that an office's own is one more word there.
const NAMES: &str = include_str!("../data/plot_fields.tsv");

/// One of our fields.
struct PlotField {
    name: &'static str,
    data_type: DataType,
    /// Its own name and those that offices use, the surest first.
    names: Vec<&'static str>,
}

fn plot_fields() -> impl Iterator<Item = PlotField> {
    NAMES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.split('\t');
        let (name, kind) = (words.next()?, words.next()?);
        let data_type = if kind == "number" { DataType::Float64 } else { DataType::Utf8 };
        Some(PlotField { name, data_type, names: std::iter::once(name).chain(words).collect() })
    })
}

/// Puts the six plot columns first, under our names and types; the other columns follow unchanged.
pub(crate) fn rename(layer: &mut Layer) {
    let rows = layer.attributes.num_rows();
    let schema = layer.attributes.schema();
    let mut taken = HashSet::new();
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for PlotField { name, data_type, names } in plot_fields() {
        let found = names
            .iter()
            .find_map(|alias| {
                schema.fields().iter().position(|field| field.name().to_uppercase() == alias.to_uppercase())
            })
            .filter(|position| !taken.contains(position));
        let cast = found.and_then(|position| {
            let column = arrow_cast::cast(layer.attributes.column(position), &data_type).ok()?;
            taken.insert(position);
            Some(column)
        });
        let column = cast.unwrap_or_else(|| new_null_array(&data_type, rows));
        columns.push(column);
        fields.push(Arc::new(Field::new(name, data_type, true)));
    }
    // The id falls back on the name, which stands in the second column.
    if let [ids, names, ..] = columns.as_mut_slice() {
        *ids = complete_ids(ids, names, &mut layer.findings);
    }
    for (position, field) in
        schema.fields().iter().enumerate().filter(|(position, _)| !taken.contains(position))
    {
        fields.push(Arc::clone(field));
        columns.push(Arc::clone(layer.attributes.column(position)));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    if let Ok(batch) = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options) {
        layer.attributes = batch;
    }
}

/// Every plot needs an id for messages and tables: its number, else its name, else its row, from 1.
fn complete_ids(ids: &ArrayRef, names: &ArrayRef, findings: &mut Vec<Finding>) -> ArrayRef {
    let (ids, names) = (ids.as_string::<i32>(), names.as_string::<i32>());
    let mut seen = HashSet::new();
    let complete = |row: usize| {
        let value = |column: &StringArray| column.is_valid(row).then(|| column.value(row).trim().to_owned());
        let line = row as u64 + 1;
        let id = value(ids).filter(|id| !id.is_empty()).unwrap_or_else(|| {
            let instead = value(names).filter(|name| !name.is_empty()).unwrap_or_else(|| line.to_string());
            let message = format!("没有地块编号,以 {instead} 代替");
            findings.push(Finding::warning("plot_id_missing", message).at_line(line).of_plot(&instead));
            instead
        });
        if !seen.insert(id.clone()) {
            let message = format!("地块编号 {id} 重复");
            findings.push(Finding::warning("plot_id_repeated", message).at_line(line).of_plot(&id));
        }
        id
    };
    Arc::new(StringArray::from((0..ids.len()).map(complete).collect::<Vec<_>>()))
}

#[cfg(test)]
mod plot_fields_tests {
    use super::*;

    #[test]
    fn the_six_columns_of_plots_are_in_the_data() {
        let fields: Vec<_> = plot_fields().collect();
        let names: Vec<_> = fields.iter().map(|field| field.name).collect();
        assert_eq!(names, ["plot_id", "plot_name", "declared_area_ha", "use", "land_class", "map_sheet"]);
        assert!(fields.iter().all(|field| field.names.len() > 2 || field.name == "map_sheet"));
        assert_eq!(fields[2].data_type, DataType::Float64);
    }
}
