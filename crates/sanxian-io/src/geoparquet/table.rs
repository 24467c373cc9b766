//! The columns of a Parquet table, decoded one row group and one column at a time.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowSelection};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels, parquet_to_arrow_schema};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::SchemaDescriptor;

use super::fault::GeoParquetFault;
use super::page::{CheckedRowGroup, check_chunk};
use super::{footer, guarded};

/// Attributes are decoded in batches of this many rows: one for an ordinary row group, so that nothing is copied twice.
const ATTRIBUTE_BATCH_ROWS: usize = 1 << 20;

/// Coordinates are packed to a half at best: what a footer says beyond that is not believed before it is seen.
const MOST_PACKED: u64 = 2;
const POINT_BYTES: u64 = 16;

/// A file in memory, its footer and its columns.
pub(super) struct Table {
    bytes: Arc<Bytes>,
    pub(super) metadata: Arc<ParquetMetaData>,
    /// The types that the writer had in mind, where the file says so.
    pub(super) schema: Schema,
    hint: Option<Fields>,
    /// Whether the file has an Arrow schema that does not fit its own columns.
    pub(super) schema_ignored: bool,
}

impl Table {
    pub(super) fn open(bytes: Bytes) -> Result<Self, GeoParquetFault> {
        let metadata = footer::read(&bytes)?;
        let file = metadata.file_metadata();
        let pairs = file.key_value_metadata();
        let told = guarded(|| Ok(parquet_to_arrow_schema(file.schema_descr(), pairs)?));
        let (schema, hint, schema_ignored) = if let Ok(schema) = told {
            let fields = schema.fields().clone();
            (schema, Some(fields), false)
        } else {
            let plain = guarded(|| Ok(parquet_to_arrow_schema(file.schema_descr(), None)?))?;
            (plain, None, pairs.is_some())
        };
        Ok(Self { bytes: Arc::new(bytes), metadata, schema, hint, schema_ignored })
    }

    pub(super) fn descriptor(&self) -> &SchemaDescriptor {
        self.metadata.file_metadata().schema_descr()
    }

    pub(super) fn row_groups(&self) -> Range<usize> {
        0..self.metadata.num_row_groups()
    }

    pub(super) fn rows(&self, row_group: usize) -> usize {
        usize::try_from(self.metadata.row_group(row_group).num_rows()).unwrap_or_default()
    }

    pub(super) fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// True when no list lies above the values of a column, so that pages can be skipped without being decoded.
    pub(super) fn is_flat(&self, column: usize) -> bool {
        let descriptor = self.descriptor();
        (0..descriptor.num_columns())
            .filter(|leaf| descriptor.get_column_root_idx(*leaf) == column)
            .all(|leaf| descriptor.column(leaf).max_rep_level() == 0)
    }

    /// Points that the values of a column can hold, as far as what the footer says of it can be true.
    pub(super) fn most_points(&self, column: usize) -> usize {
        let descriptor = self.descriptor();
        let is_of_column = |leaf: &usize| descriptor.get_column_root_idx(*leaf) == column;
        let leaves: Vec<usize> = (0..descriptor.num_columns()).filter(is_of_column).collect();
        let chunks =
            self.metadata.row_groups().iter().flat_map(|group| leaves.iter().map(|&leaf| group.column(leaf)));
        let announced =
            chunks.fold(0_u64, |sum, chunk| sum.saturating_add(chunk.uncompressed_size().unsigned_abs()));
        let believed = announced.min(self.bytes.len() as u64 * MOST_PACKED);
        usize::try_from(believed / POINT_BYTES).unwrap_or(0)
    }

    /// Checks the pages of the columns that a mask takes.
    fn check(&self, row_group: usize, mask: &ProjectionMask) -> Result<(), GeoParquetFault> {
        let group = self.metadata.row_group(row_group);
        (0..group.num_columns()).filter(|leaf| mask.leaf_included(*leaf)).try_for_each(|leaf| {
            check_chunk(&self.bytes, group.column(leaf), group.num_rows(), row_group).map(drop)
        })
    }

    /// Rows at which pages of a column without lists begin; none when its pages are damaged, which reading them will say.
    pub(super) fn page_starts(&self, row_group: usize, column: usize) -> Vec<usize> {
        let descriptor = self.descriptor();
        let leaf = (0..descriptor.num_columns()).find(|leaf| descriptor.get_column_root_idx(*leaf) == column);
        let group = self.metadata.row_group(row_group);
        let starts =
            leaf.map(|leaf| check_chunk(&self.bytes, group.column(leaf), group.num_rows(), row_group));
        starts.and_then(Result::ok).unwrap_or_default()
    }

    /// Has a binary column decoded as views into its pages, which saves copying what is looked at once.
    pub(super) fn view(&mut self, column: usize) {
        let Some(fields) = &self.hint else { return };
        let views = fields.iter().enumerate().map(|(position, field)| match field.data_type() {
            DataType::Binary | DataType::LargeBinary if position == column => {
                Arc::new(Field::clone(field).with_data_type(DataType::BinaryView))
            }
            _ => Arc::clone(field),
        });
        self.hint = Some(views.collect());
    }

    /// True when some column would be handed on as views into the pages, which may be the file itself.
    pub(super) fn lends_pages(&self) -> bool {
        let is_view = |field: &&Field| matches!(field.data_type(), DataType::Utf8View | DataType::BinaryView);
        self.schema.flattened_fields().iter().any(is_view)
    }

    /// Decodes what a mask takes of some rows of a row group, batch by batch.
    pub(super) fn decode(
        &self,
        row_group: usize,
        mask: ProjectionMask,
        rows: Option<&[Range<usize>]>,
        batch_rows: usize,
        mut take: impl FnMut(RecordBatch) -> Result<(), GeoParquetFault>,
    ) -> Result<(), GeoParquetFault> {
        guarded(|| {
            self.check(row_group, &mask)?;
            let levels = parquet_to_arrow_field_levels(self.descriptor(), mask, self.hint.as_ref())?;
            let group = CheckedRowGroup {
                bytes: Arc::clone(&self.bytes),
                metadata: Arc::clone(&self.metadata),
                row_group,
            };
            let all = self.rows(row_group);
            let selection = rows.map(|rows| RowSelection::from_consecutive_ranges(rows.iter().cloned(), all));
            let batch_rows = batch_rows.min(all.max(1));
            let reader =
                ParquetRecordBatchReader::try_new_with_row_groups(&levels, &group, batch_rows, selection)?;
            for batch in reader {
                take(batch.map_err(from_arrow)?)?;
            }
            Ok(())
        })
    }

    /// One attribute column of some rows of a row group.
    pub(super) fn attribute(
        &self,
        row_group: usize,
        column: usize,
        rows: Option<&[Range<usize>]>,
    ) -> Result<Vec<ArrayRef>, GeoParquetFault> {
        let mask = ProjectionMask::roots(self.descriptor(), [column]);
        let mut arrays = Vec::new();
        self.decode(row_group, mask, rows, ATTRIBUTE_BATCH_ROWS, |batch| {
            arrays.extend(batch.columns().first().cloned());
            Ok(())
        })
        .map_err(|fault| self.of_column(column, fault))?;
        let expected = rows.map_or(self.rows(row_group), |rows| rows.iter().map(Range::len).sum());
        let found: usize = arrays.iter().map(Array::len).sum();
        self.expect_rows(row_group, column, expected, found)?;
        Ok(arrays)
    }

    pub(super) fn expect_rows(
        &self,
        row_group: usize,
        column: usize,
        expected: usize,
        found: usize,
    ) -> Result<(), GeoParquetFault> {
        if found == expected {
            return Ok(());
        }
        let column = self.name(column);
        Err(GeoParquetFault::RowCount { column, row_group, expected, found })
    }

    fn name(&self, column: usize) -> String {
        self.schema.fields().get(column).map(|field| field.name().clone()).unwrap_or_default()
    }

    /// Adds the column to what the parquet crate answers.
    pub(super) fn of_column(&self, column: usize, fault: GeoParquetFault) -> GeoParquetFault {
        match fault {
            GeoParquetFault::Parquet { column: None, source } => {
                GeoParquetFault::Parquet { column: Some(self.name(column)), source }
            }
            other => other,
        }
    }
}

pub(super) fn from_arrow(error: ArrowError) -> GeoParquetFault {
    let text = match error {
        ArrowError::ParquetError(text) => text,
        other => other.to_string(),
    };
    ParquetError::General(text).into()
}
