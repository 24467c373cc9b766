//! Attribute columns that were decoded in pieces, put together.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Fields, Schema};
use rayon::prelude::*;

/// Attribute columns of the pieces of each, one after the other.
pub(crate) fn joined_columns(
    fields: &Fields,
    columns: Vec<Vec<ArrayRef>>,
    rows: usize,
) -> Result<RecordBatch, ArrowError> {
    let arrays = fields
        .par_iter()
        .zip(columns)
        .with_max_len(1)
        .map(|(field, pieces)| match pieces.as_slice() {
            [] => Ok(arrow_array::new_empty_array(field.data_type())),
            [only] => Ok(Arc::clone(only)),
            _ => arrow_select::concat::concat(&pieces.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields.clone())), arrays, &options)
}
