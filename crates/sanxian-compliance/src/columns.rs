//! Building Arrow tables column by column.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};

/// A table being built: columns in the order they are added, each of the same length.
#[derive(Default)]
pub(crate) struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    fn add(mut self, name: &str, data_type: DataType, nullable: bool, array: ArrayRef) -> Self {
        self.fields.push(Field::new(name, data_type, nullable));
        self.arrays.push(array);
        self
    }

    /// A column of texts, none missing.
    pub(crate) fn texts<T: AsRef<str>>(self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        let array: StringArray = values.into_iter().map(|value| Some(value.as_ref().to_owned())).collect();
        self.add(name, DataType::Utf8, false, Arc::new(array))
    }

    /// A column of texts that may be missing.
    pub(crate) fn maybe_texts<T: AsRef<str>>(
        self,
        name: &str,
        values: impl IntoIterator<Item = Option<T>>,
    ) -> Self {
        let array: StringArray =
            values.into_iter().map(|value| value.map(|value| value.as_ref().to_owned())).collect();
        self.add(name, DataType::Utf8, true, Arc::new(array))
    }

    /// A column of numbers, none missing.
    pub(crate) fn numbers(self, name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        let array = Float64Array::from_iter_values(values);
        self.add(name, DataType::Float64, false, Arc::new(array))
    }

    /// A column of numbers that may be missing.
    pub(crate) fn maybe_numbers(self, name: &str, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let array: Float64Array = values.into_iter().collect();
        self.add(name, DataType::Float64, true, Arc::new(array))
    }

    /// A column of whole numbers that may be missing.
    pub(crate) fn maybe_counts(self, name: &str, values: impl IntoIterator<Item = Option<i64>>) -> Self {
        let array: Int64Array = values.into_iter().collect();
        self.add(name, DataType::Int64, true, Arc::new(array))
    }

    /// A column of whole numbers.
    pub(crate) fn counts(self, name: &str, values: impl IntoIterator<Item = usize>) -> Self {
        let array = Int64Array::from_iter_values(values.into_iter().map(|value| value as i64));
        self.add(name, DataType::Int64, false, Arc::new(array))
    }

    /// A column of true and false.
    pub(crate) fn flags(self, name: &str, values: impl IntoIterator<Item = bool>) -> Self {
        let array: BooleanArray = values.into_iter().map(Some).collect();
        self.add(name, DataType::Boolean, false, Arc::new(array))
    }

    /// A column of true, false and missing.
    pub(crate) fn maybe_flags(self, name: &str, values: impl IntoIterator<Item = Option<bool>>) -> Self {
        let array: BooleanArray = values.into_iter().collect();
        self.add(name, DataType::Boolean, true, Arc::new(array))
    }

    /// A column that exists already.
    pub(crate) fn array(mut self, field: Field, array: ArrayRef) -> Self {
        self.fields.push(field);
        self.arrays.push(array);
        self
    }

    /// The table.
    pub(crate) fn finish(self) -> Result<RecordBatch, ArrowError> {
        RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.arrays)
    }
}
