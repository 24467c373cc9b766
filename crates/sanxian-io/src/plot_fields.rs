//! The fields of a plot layer under the names that this library gives them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
use arrow_schema::{DataType, Field, Schema};

use crate::finding::Finding;
use crate::layer::Layer;

/// Our name, its type, and the names that offices use, upper case. Areas are in hectares in `DKMJ` (地块面积) by the
/// exchange text's rule; other area fields are in units that their names do not tell, so they stay as they are.
const FIELDS: [(&str, DataType, &[&str]); 6] = [
    ("plot_id", DataType::Utf8, &["PLOT_ID", "DKBH", "地块编号", "DKH", "地块号", "PLOTID"]),
    ("plot_name", DataType::Utf8, &["PLOT_NAME", "DKMC", "地块名称", "PLOTNAME"]),
    ("declared_area_ha", DataType::Float64, &["DECLARED_AREA_HA", "DECLARED_A", "DKMJ", "地块面积"]),
    ("use", DataType::Utf8, &["USE", "DKYT", "地块用途", "YT"]),
    ("land_class", DataType::Utf8, &["LAND_CLASS", "DLBM", "地类编码"]),
    ("map_sheet", DataType::Utf8, &["MAP_SHEET", "TFH", "图幅号"]),
];

/// Puts the six plot columns first, under our names and types; the other columns follow unchanged.
pub(crate) fn rename(layer: &mut Layer) {
    let rows = layer.attributes.num_rows();
    let schema = layer.attributes.schema();
    let mut taken = HashSet::new();
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (name, data_type, aliases) in &FIELDS {
        let found = aliases
            .iter()
            .find_map(|alias| schema.fields().iter().position(|field| field.name().to_uppercase() == *alias))
            .filter(|position| !taken.contains(position));
        let cast = found.and_then(|position| {
            let column = arrow_cast::cast(layer.attributes.column(position), data_type).ok()?;
            taken.insert(position);
            Some(column)
        });
        let column = cast.unwrap_or_else(|| new_null_array(data_type, rows));
        columns.push(column);
        fields.push(Arc::new(Field::new(*name, data_type.clone(), true)));
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
