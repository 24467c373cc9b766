//! Features of a layer by the values of some columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, Field, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::take::{take, take_record_batch};

use super::row::Row;
use crate::attribute::position;
use crate::error::ComplianceError;

/// The groups that features make by their values, found block after block; one feature of each stands for it.
pub(super) struct Groups {
    /// Positions of the columns of `by`.
    columns: Vec<usize>,
    schema: SchemaRef,
    /// Number of every group by its values, in the order of their first features. Missing and empty values are told apart.
    numbers: HashMap<Vec<Option<String>>, u32>,
    /// The rows that stand for the groups, in the order of their numbers.
    values: Vec<RecordBatch>,
}

impl Groups {
    /// No groups yet; `None` where `by` names no column.
    pub(super) fn new(
        schema: &SchemaRef,
        by: &[String],
        no_field: impl Fn(&str) -> ComplianceError,
    ) -> Result<Option<Self>, ComplianceError> {
        if by.is_empty() {
            return Ok(None);
        }
        let empty = RecordBatch::new_empty(schema.clone());
        let columns = by
            .iter()
            .map(|name| position(&empty, name).ok_or_else(|| no_field(name)))
            .collect::<Result<Vec<_>, _>>()?;
        let schema = SchemaRef::new(schema.project(&columns)?);
        Ok(Some(Self { columns, schema, numbers: HashMap::new(), values: Vec::new() }))
    }

    /// The number of the group of each of some features of a block.
    pub(super) fn of_features(
        &mut self,
        attributes: &RecordBatch,
        features: impl Iterator<Item = u32>,
    ) -> Result<Vec<u32>, ArrowError> {
        let attributes = attributes.project(&self.columns)?;
        let formats = FormatOptions::default();
        let formatters = attributes
            .columns()
            .iter()
            .map(|array| ArrayFormatter::try_new(array, &formats))
            .collect::<Result<Vec<_>, _>>()?;
        let key_of = |feature: usize| -> Vec<Option<String>> {
            let values = attributes.columns().iter().zip(&formatters);
            values
                .map(|(array, formatter)| {
                    array.is_valid(feature).then(|| formatter.value(feature).to_string())
                })
                .collect()
        };
        // A feature comes once for every plot that it meets.
        let mut known: HashMap<u32, u32> = HashMap::new();
        let mut new = Vec::new();
        let groups = features
            .map(|feature| {
                *known.entry(feature).or_insert_with(|| {
                    let next = self.numbers.len() as u32;
                    *self.numbers.entry(key_of(feature as usize)).or_insert_with(|| {
                        new.push(feature);
                        next
                    })
                })
            })
            .collect();
        if !new.is_empty() {
            self.values.push(take_record_batch(&attributes, &UInt32Array::from(new))?);
        }
        Ok(groups)
    }

    /// Puts rows, whose `of_layer` is the number of a group, in the order of plots and of the groups' values, and gives the columns of these.
    pub(super) fn columns(self, rows: &mut [Row]) -> Result<Vec<(Field, ArrayRef)>, ComplianceError> {
        let mut ordered: Vec<(Vec<Option<String>>, u32)> = self.numbers.into_iter().collect();
        ordered.sort_unstable();
        let mut rank = vec![0_usize; ordered.len()];
        for (place, (_, group)) in ordered.iter().enumerate() {
            rank[*group as usize] = place;
        }
        rows.sort_unstable_by_key(|row| (row.plot, rank.get(row.of_layer as usize).copied()));
        let values = concat_batches(&self.schema, &self.values)?;
        let groups = UInt32Array::from_iter_values(rows.iter().map(|row| row.of_layer));
        let column = |(field, array): (&Arc<Field>, &ArrayRef)| {
            Ok((field.as_ref().clone(), take(array, &groups, None)?))
        };
        self.schema.fields().iter().zip(values.columns()).map(column).collect()
    }
}
