//! The end of the file: what it holds and where.

use std::sync::Arc;

use bytes::Bytes;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use super::compact::Compact;
use super::fault::GeoParquetFault;
use super::guarded;

const MAGIC: &[u8; 4] = b"PAR1";
const ENCRYPTED_MAGIC: &[u8; 4] = b"PARE";
/// Length of the footer and the magic bytes.
const TAIL_BYTES: usize = 8;
/// Memory of a column chunk or schema element of the parquet crate, rounded up.
const BYTES_OF_AN_ELEMENT: u64 = 1024;
/// What a file may make us reserve on its word alone, whatever its size.
pub(super) const TRUSTED_BYTES: u64 = 64 << 20;

/// What a file of this size may make us reserve on its word alone.
pub(super) const fn credit(file_bytes: usize) -> u64 {
    TRUSTED_BYTES + 4 * file_bytes as u64
}

/// Reads the footer after a walk over it.
pub(super) fn read(bytes: &Bytes) -> Result<Arc<ParquetMetaData>, GeoParquetFault> {
    let not_parquet = |reason| GeoParquetFault::NotParquet { reason };
    if !bytes.starts_with(MAGIC) && !bytes.starts_with(ENCRYPTED_MAGIC) {
        return Err(not_parquet("it does not begin with PAR1"));
    }
    let tail_start = bytes.len().checked_sub(TAIL_BYTES).filter(|start| *start >= MAGIC.len());
    let tail_start = tail_start.ok_or(not_parquet("it is too short: copy it again"))?;
    let (length, magic) = bytes.get(tail_start..).unwrap_or_default().split_at(4);
    if magic == ENCRYPTED_MAGIC || bytes.starts_with(ENCRYPTED_MAGIC) {
        return Err(not_parquet("it is encrypted: ask for a plain one"));
    }
    if magic != MAGIC {
        return Err(not_parquet("it does not end with PAR1: it is cut off, copy it again"));
    }
    let length = length.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize);
    let start = tail_start.checked_sub(length).filter(|start| *start >= MAGIC.len());
    let start = start.ok_or(not_parquet("its footer would be longer than the file: copy it again"))?;
    let footer = bytes.get(start..tail_start).unwrap_or_default();
    let damaged = |reason| GeoParquetFault::Footer { offset: start as u64, reason };

    let mut walk = Compact::new(footer);
    walk.fields(|_, _, _| Some(false)).ok_or(damaged("a list or text is longer than the footer"))?;
    if walk.list_structs as u64 * BYTES_OF_AN_ELEMENT > credit(bytes.len()) {
        return Err(damaged("it lists more columns than such a file can hold"));
    }
    let metadata = guarded(|| Ok(ParquetMetaDataReader::decode_metadata(footer)?))?;
    let rows: Option<i64> = metadata
        .row_groups()
        .iter()
        .try_fold(0_i64, |sum, group| sum.checked_add(group.num_rows()).filter(|_| group.num_rows() >= 0));
    if rows != Some(metadata.file_metadata().num_rows()) {
        return Err(damaged("the rows of the row groups do not sum to those of the file"));
    }
    Ok(Arc::new(metadata))
}
