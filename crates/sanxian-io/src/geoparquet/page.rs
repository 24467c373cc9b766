//! Pages, checked before the parquet crate sees them.
//!
//! A page header announces how much memory its content takes, how many entries a dictionary has, and, inside a
//! delta-encoded page, how many values follow. The parquet crate reserves that much at once. Here each number is held
//! against what is there, so that a damaged file ends in an error with its place and not in an exhausted machine.

use std::sync::Arc;

use bytes::Bytes;
use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;

use super::compact::Compact;
use super::fault::GeoParquetFault;
use super::footer::credit;

/// A page that says it is larger than this must agree with the column's total in the footer.
const ORDINARY_PAGE_BYTES: u64 = 4 << 20;
/// Most values that a mini-block structure of a delta encoding may hold; writers use 128 to 1024.
const MOST_BLOCK_VALUES: u64 = 1 << 16;
/// Bytes of the smallest dictionary entry: a 32-bit number or an empty text.
const DICTIONARY_ENTRY_BYTES: u64 = 4;

const DICTIONARY_PAGE: i64 = 2;
const STRUCT: u8 = 12;

/// One row group's column chunks as the parquet crate wants them.
pub(super) struct CheckedRowGroup {
    pub(super) bytes: Arc<Bytes>,
    pub(super) metadata: Arc<ParquetMetaData>,
    pub(super) row_group: usize,
}

impl CheckedRowGroup {
    fn group(&self) -> &RowGroupMetaData {
        self.metadata.row_group(self.row_group)
    }
}

impl RowGroups for CheckedRowGroup {
    fn num_rows(&self) -> usize {
        usize::try_from(self.group().num_rows()).unwrap_or_default()
    }

    fn column_chunks(&self, leaf: usize) -> Result<Box<dyn PageIterator>> {
        let chunk = self.group().column(leaf);
        let pages = SerializedPageReader::new(Arc::clone(&self.bytes), chunk, self.num_rows(), None)?;
        let descriptor = chunk.column_descr();
        let pages = CheckedPages {
            pages,
            repeats: descriptor.max_rep_level() > 0,
            is_nullable: descriptor.max_def_level() > 0,
        };
        Ok(Box::new(OneChunk(Some(Box::new(pages)))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.group()))
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

struct OneChunk(Option<Box<dyn PageReader>>);

impl Iterator for OneChunk {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for OneChunk {}

/// Looks into delta-encoded pages before they are decoded.
struct CheckedPages {
    pages: SerializedPageReader<Bytes>,
    repeats: bool,
    is_nullable: bool,
}

impl Iterator for CheckedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for CheckedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            self.check(page).ok_or_else(|| {
                ParquetError::General("a page announces more values than it has".to_owned())
            })?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

impl CheckedPages {
    fn check(&self, page: &Page) -> Option<()> {
        let (encoding, values, count) = match page {
            Page::DataPage { buf, num_values, encoding, .. } => {
                let mut rest: &[u8] = buf;
                if !is_delta(*encoding) {
                    return Some(());
                }
                for _ in 0..usize::from(self.repeats) + usize::from(self.is_nullable) {
                    let (length, after) = rest.split_first_chunk::<4>()?;
                    rest = after.get(u32::from_le_bytes(*length) as usize..)?;
                }
                (*encoding, rest, *num_values)
            }
            Page::DataPageV2 {
                buf, num_values, encoding, def_levels_byte_len, rep_levels_byte_len, ..
            } if is_delta(*encoding) => {
                let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
                (*encoding, buf.get(usize::try_from(levels).ok()?..)?, *num_values)
            }
            _ => return Some(()),
        };
        // A page without values may leave the header out.
        if values.is_empty() {
            return Some(());
        }
        let after = delta_end(values, u64::from(count))?;
        if encoding == Encoding::DELTA_BYTE_ARRAY {
            // Lengths of the prefixes, then lengths of the suffixes.
            delta_end(values.get(after..)?, u64::from(count))?;
        }
        Some(())
    }
}

const fn is_delta(encoding: Encoding) -> bool {
    matches!(
        encoding,
        Encoding::DELTA_BINARY_PACKED | Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY
    )
}

/// Where a run of delta-packed numbers ends; `None` when it announces more than `most` of them.
fn delta_end(bytes: &[u8], most: u64) -> Option<usize> {
    let mut walk = Compact::new(bytes);
    let block_values = walk.varint()?;
    let mini_blocks = walk.varint()?;
    let count = walk.varint()?;
    walk.varint()?;
    if count > most || block_values > MOST_BLOCK_VALUES || mini_blocks == 0 || mini_blocks > block_values {
        return None;
    }
    let mini_block_values = block_values / mini_blocks;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        walk.varint()?;
        let widths = bytes.get(walk.position()..)?.get(..usize::try_from(mini_blocks).ok()?)?;
        walk.pass(mini_blocks)?;
        for width in widths {
            if left == 0 {
                break;
            }
            walk.pass(u64::from(*width) * mini_block_values / 8)?;
            left = left.saturating_sub(mini_block_values);
        }
    }
    Some(walk.position())
}

/// Walks the page headers of one column chunk and answers how many values stand before each page of data. Costs a few bytes
/// a page: contents are stepped over.
pub(super) fn check_chunk(
    bytes: &Bytes,
    chunk: &ColumnChunkMetaData,
    rows: i64,
    row_group: usize,
) -> std::result::Result<Vec<usize>, GeoParquetFault> {
    let column = || chunk.column_path().string();
    let first =
        chunk.dictionary_page_offset().filter(|offset| *offset > 0).unwrap_or(chunk.data_page_offset());
    let fault = |at: u64, reason| GeoParquetFault::Page { column: column(), row_group, offset: at, reason };
    let range = usize::try_from(first)
        .ok()
        .zip(usize::try_from(chunk.compressed_size()).ok())
        .and_then(|(start, length)| Some(start..start.checked_add(length)?))
        .filter(|range| range.end <= bytes.len());
    let Some(range) = range else {
        return Err(fault(
            first.unsigned_abs(),
            "the column reaches past the end of the file: copy it again",
        ));
    };
    // A negative or absent dictionary offset must not differ from what the parquet crate takes.
    if chunk.dictionary_page_offset().is_some_and(|offset| offset <= 0) {
        return Err(fault(first.unsigned_abs(), "the dictionary's offset is not in the file"));
    }
    let is_flat = chunk.column_descr().max_rep_level() == 0;
    let mut at = range.start;
    let mut unpacked = 0_u64;
    let mut largest = 0_u64;
    let mut values = 0_i64;
    let mut starts = Vec::new();
    while at < range.end && values < chunk.num_values() {
        let content = bytes.get(at..range.end).unwrap_or_default();
        let fault = |reason| fault(at as u64, reason);
        let header = PageHeader::read(content).ok_or_else(|| fault("the page header is damaged"))?;
        let room = (content.len() - header.bytes) as i64;
        if !(0..=room).contains(&header.compressed) || header.uncompressed < 0 || header.values < 0 {
            return Err(fault("the page is longer than its column"));
        }
        let size = header.uncompressed.unsigned_abs();
        if size > credit(bytes.len()) {
            return Err(fault("the page announces more memory than such a file can need"));
        }
        if header.kind == DICTIONARY_PAGE {
            if header.values.unsigned_abs() * DICTIONARY_ENTRY_BYTES > size {
                return Err(fault("the dictionary announces more entries than it has"));
            }
        } else {
            starts.push(usize::try_from(values).unwrap_or_default());
            values += header.values;
            if is_flat && values > rows {
                return Err(fault("the pages hold more rows than the row group"));
            }
            // A repeated column's page can say in five bytes that two thousand million nothings follow.
            if !is_flat && header.values.unsigned_abs() > (size * 64).max(credit(bytes.len()) / 64) {
                return Err(fault("the page announces more values than it has"));
            }
        }
        unpacked += size + header.bytes as u64;
        largest = largest.max(size);
        at += header.bytes + header.compressed.unsigned_abs() as usize;
    }
    let announced = chunk.uncompressed_size().unsigned_abs();
    if chunk.compression() != Compression::UNCOMPRESSED
        && largest > ORDINARY_PAGE_BYTES
        && unpacked > announced
    {
        return Err(fault(range.start as u64, "the pages announce more memory than the footer"));
    }
    if is_flat && values != rows {
        let as_rows = |count: i64| usize::try_from(count).unwrap_or_default();
        return Err(GeoParquetFault::RowCount {
            column: column(),
            row_group,
            expected: as_rows(rows),
            found: as_rows(values),
        });
    }
    Ok(starts)
}

/// What a page header says.
#[derive(Default)]
struct PageHeader {
    kind: i64,
    uncompressed: i64,
    compressed: i64,
    values: i64,
    /// Length of the header itself.
    bytes: usize,
}

impl PageHeader {
    /// Fields 1 to 3 are numbers; the number of values is field 1 of the header of data (5), dictionary (7) or data of
    /// the second version (8).
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut header = Self::default();
        let mut walk = Compact::new(bytes);
        let within = |number: i64| i32::try_from(number).ok().map(i64::from);
        walk.fields(|id, kind, walk| {
            match (id, kind) {
                (1, 4..=6) => header.kind = walk.integer()?,
                (2, 4..=6) => header.uncompressed = within(walk.integer()?)?,
                (3, 4..=6) => header.compressed = within(walk.integer()?)?,
                (5 | 7 | 8, STRUCT) => walk.fields(|id, kind, walk| match (id, kind) {
                    (1, 4..=6) => {
                        header.values = within(walk.integer()?)?;
                        Some(true)
                    }
                    _ => Some(false),
                })?,
                _ => return Some(false),
            }
            Some(true)
        })?;
        header.bytes = walk.position();
        Some(header)
    }
}
