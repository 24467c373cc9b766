//! Features of a layer by the values of some columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::Field;
use arrow_select::take::take;

use super::row::Row;
use crate::attribute::position;
use crate::error::ComplianceError;

/// Features of a layer by the values of some columns.
pub(super) struct Groups {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
    /// Group of every feature.
    pub(super) of_feature: Vec<u32>,
    /// One feature of each group, to take its values from; groups are in the order of their values.
    representative: Vec<u32>,
}

impl Groups {
    pub(super) fn new(
        attributes: &RecordBatch,
        by: &[String],
        no_field: impl Fn(&str) -> ComplianceError,
    ) -> Result<Self, ComplianceError> {
        let schema = attributes.schema();
        let mut fields = Vec::new();
        let mut arrays = Vec::new();
        for name in by {
            let column = position(attributes, name).ok_or_else(|| no_field(name))?;
            fields.push(schema.field(column).clone());
            arrays.push(Arc::clone(attributes.column(column)));
        }
        let formats = FormatOptions::default();
        let formatters = arrays
            .iter()
            .map(|array| ArrayFormatter::try_new(array, &formats))
            .collect::<Result<Vec<_>, _>>()?;
        // Missing and empty values are told apart.
        let key_of = |feature: usize| -> Vec<Option<String>> {
            let values = arrays.iter().zip(&formatters);
            values
                .map(|(array, formatter)| {
                    array.is_valid(feature).then(|| formatter.value(feature).to_string())
                })
                .collect()
        };
        let keys: Vec<_> = (0..attributes.num_rows()).map(key_of).collect();
        let mut first: HashMap<&[Option<String>], u32> = HashMap::new();
        for (feature, key) in keys.iter().enumerate() {
            first.entry(key).or_insert(feature as u32);
        }
        let mut ordered: Vec<_> = first.into_iter().collect();
        ordered.sort_unstable();
        let number: HashMap<_, _> =
            ordered.iter().enumerate().map(|(group, (key, _))| (*key, group as u32)).collect();
        let of_feature =
            keys.iter().map(|key| number.get(key.as_slice()).copied().unwrap_or_default()).collect();
        let representative = ordered.iter().map(|(_, feature)| *feature).collect();
        drop(formatters);
        Ok(Self { fields, arrays, of_feature, representative })
    }

    pub(super) fn columns(&self, rows: &[Row]) -> Result<Vec<(Field, ArrayRef)>, ComplianceError> {
        let representative =
            |row: &Row| self.representative.get(row.of_layer as usize).copied().unwrap_or_default();
        let indices = UInt32Array::from_iter_values(rows.iter().map(representative));
        let taken = self
            .fields
            .iter()
            .zip(&self.arrays)
            .map(|(field, array)| Ok((field.clone(), take(array, &indices, None)?)));
        taken.collect()
    }
}
