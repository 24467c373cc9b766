//! The .dbf: its header and fields, and the bytes of each value.

use std::collections::HashSet;
use std::path::Path;

use encoding_rs::Encoding;
use rayon::prelude::*;

use super::bytes::{u16_le, u32_le};
use super::charset::{self, Reading};
use super::fault::ShapefileFault;
use super::files::Member;
use crate::error::IoError;
use crate::finding::Finding;
use crate::geoarrow::GEOMETRY_COLUMN;

const FIXED_BYTES: usize = 32;
const FIELD_BYTES: usize = 32;
const NAME_BYTES: usize = 11;
const END_OF_FIELDS: u8 = 0x0d;
const DELETED: u8 = b'*';
/// Bytes that a thread reads at once.
const READ_BYTES: usize = 1 << 20;
/// Reading this much for nothing costs less than another call.
const GAP_BYTES: usize = 1 << 14;
/// Bytes of the rows by which the encoding is judged beside the rows wanted.
const SAMPLE_BYTES: usize = 1 << 20;

/// One field of a table.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) raw_name: Vec<u8>,
    pub(super) name: String,
    /// `C`, `N`, `F`, `D`, `L` or one of the rarer letters.
    pub(super) kind: u8,
    /// Offset in a row, after the deletion mark.
    start: usize,
    pub(super) width: usize,
    pub(super) decimals: usize,
}

/// A table and those of its rows that are wanted. Rows that the file is too short for do not exist.
pub(super) struct Table<'a> {
    member: &'a Member,
    pub(super) fields: Vec<Field>,
    /// Language driver: the code page byte.
    pub(super) language: u8,
    /// Rows that the header announces.
    pub(super) announced_rows: usize,
    /// Rows that are there.
    pub(super) rows: usize,
    header_bytes: usize,
    pub(super) row_bytes: usize,
    /// The rows picked, one after the other.
    body: Vec<u8>,
}

impl<'a> Table<'a> {
    pub(super) fn open(member: &'a Member) -> Result<Self, IoError> {
        let path = member.path.as_path();
        let fault = |reason| {
            let fault = ShapefileFault::TableHeader { reason };
            IoError::Shapefile { path: path.to_owned(), record: None, offset: Some(0), fault }
        };
        let short = |expected: usize| IoError::Truncated {
            path: path.to_owned(),
            record: None,
            offset: 0,
            expected: expected as u64,
            found: member.bytes,
        };
        let bytes = member.read(0, usize::from(u16::MAX))?;
        let (Some(announced), Some(header_bytes), Some(row_bytes), Some(&language)) =
            (u32_le(&bytes, 4), u16_le(&bytes, 8), u16_le(&bytes, 10), bytes.get(29))
        else {
            return Err(short(FIXED_BYTES));
        };
        let (header_bytes, row_bytes) = (usize::from(header_bytes), usize::from(row_bytes));
        if header_bytes <= FIXED_BYTES {
            return Err(fault("its header is shorter than a header"));
        }
        let header = bytes.get(FIXED_BYTES..header_bytes).ok_or_else(|| short(header_bytes))?;
        let mut fields = Vec::new();
        let mut start = 1;
        for entry in header.as_chunks::<FIELD_BYTES>().0 {
            if entry.first() == Some(&END_OF_FIELDS) {
                break;
            }
            let raw_name: Vec<u8> =
                entry.iter().take(NAME_BYTES).copied().take_while(|&byte| byte != 0).collect();
            let (kind, width, decimals) = (entry[11], usize::from(entry[16]), usize::from(entry[17]));
            // Character fields count no decimals; some programs keep the high byte of a long width there, others rubbish.
            let decimals = if kind == b'C' { 0 } else { decimals };
            fields.push(Field { raw_name, name: String::new(), kind, start, width, decimals });
            start += width;
        }
        if row_bytes == 0 && announced > 0 {
            return Err(fault("its rows have no bytes"));
        }
        if start > row_bytes && !fields.is_empty() {
            return Err(fault("its fields are wider than its rows"));
        }
        let announced_rows = announced as usize;
        let held =
            member.bytes.saturating_sub(header_bytes as u64).checked_div(row_bytes as u64).unwrap_or(0);
        let rows = announced_rows.min(usize::try_from(held).unwrap_or(usize::MAX));
        Ok(Self { member, fields, language, announced_rows, rows, header_bytes, row_bytes, body: Vec::new() })
    }

    /// Reads these rows, ascending, and nothing of the others. Rows beyond the table's end read as nothing.
    pub(super) fn pick(&mut self, rows: &[usize]) -> Result<(), IoError> {
        let there = rows.get(..rows.partition_point(|&row| row < self.rows)).unwrap_or_default();
        let mut body = vec![0; there.len() * self.row_bytes];
        if let Some(chunk) = READ_BYTES.checked_div(self.row_bytes) {
            let chunk = chunk.max(1);
            let this = &*self;
            body.par_chunks_mut(chunk * this.row_bytes)
                .zip(there.par_chunks(chunk))
                .try_for_each(|(target, rows)| this.fetch(rows, target))?;
        }
        self.body = body;
        Ok(())
    }

    /// Copies rows into `target`: those that lie close together in one read.
    fn fetch(&self, rows: &[usize], mut target: &mut [u8]) -> Result<(), IoError> {
        let mut read = Vec::new();
        let near = (GAP_BYTES / self.row_bytes.max(1)).max(1);
        for run in rows.chunk_by(|before, after| after - before <= near) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let (own, rest) = target.split_at_mut((run.len() * self.row_bytes).min(target.len()));
            target = rest;
            if last - first + 1 == run.len() {
                self.member.read_into(own, self.offset(*first))?;
                continue;
            }
            read.resize((last - first + 1) * self.row_bytes, 0);
            self.member.read_into(&mut read, self.offset(*first))?;
            for (row, own) in run.iter().zip(own.chunks_exact_mut(self.row_bytes)) {
                let from = (row - first) * self.row_bytes;
                own.copy_from_slice(read.get(from..from + own.len()).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// The table with its first rows instead, for judging what its text is.
    pub(super) fn sample(&self) -> Result<Self, IoError> {
        let rows: Vec<usize> =
            (0..self.rows.min(SAMPLE_BYTES.checked_div(self.row_bytes).unwrap_or(0))).collect();
        let mut sample = Self { fields: self.fields.clone(), body: Vec::new(), ..*self };
        sample.pick(&rows)?;
        Ok(sample)
    }

    pub(super) fn path(&self) -> &'a Path {
        self.member.path.as_path()
    }

    /// Offset of a row of the file.
    pub(super) const fn offset(&self, row: usize) -> u64 {
        self.header_bytes as u64 + row as u64 * self.row_bytes as u64
    }

    /// Bytes of the file.
    pub(super) const fn file_bytes(&self) -> u64 {
        self.member.bytes
    }

    /// Names of the fields as text, each once. `geometry` is kept free for the geometry column.
    pub(super) fn name_fields(&mut self, encoding: &'static Encoding, findings: &mut Vec<Finding>) {
        let mut taken: HashSet<String> = HashSet::from([GEOMETRY_COLUMN.to_owned()]);
        for (position, field) in self.fields.iter_mut().enumerate() {
            let raw = field.raw_name.trim_ascii();
            let (written, reading) = name_of(raw, encoding);
            if reading != Reading::Whole {
                let message =
                    format!("第 {} 个字段名末尾的字被截断或不成文字,读作 {written:?}", position + 1);
                findings.push(Finding::warning("field_name_cut", message));
            }
            let base = if written.is_empty() { format!("field_{}", position + 1) } else { written.clone() };
            let numbered = (2..).map(|number| format!("{base}_{number}"));
            let free = std::iter::once(base.clone()).chain(numbered).find(|name| !taken.contains(name));
            field.name = free.unwrap_or(base);
            if field.name != written {
                let message = format!(
                    "第 {} 个字段名 {written:?} 为空、重复或与几何列同名,改称 {}",
                    position + 1,
                    field.name
                );
                findings.push(Finding::warning("field_renamed", message));
            }
            taken.insert(field.name.clone());
        }
    }

    /// Rows picked.
    pub(super) fn picked(&self) -> usize {
        self.body.len().checked_div(self.row_bytes).unwrap_or(0)
    }

    fn row(&self, position: usize) -> &[u8] {
        let start = position * self.row_bytes;
        self.body.get(start..start + self.row_bytes).unwrap_or_default()
    }

    /// True when a picked row is marked as deleted.
    pub(super) fn is_deleted(&self, position: usize) -> bool {
        self.row(position).first() == Some(&DELETED)
    }

    /// The bytes of a value of the picked row; none beyond the rows that are there.
    pub(super) fn value(&self, position: usize, field: &Field) -> &[u8] {
        self.row(position).get(field.start..field.start + field.width).unwrap_or_default()
    }

    /// All picked rows as one stretch of bytes.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Forgets all picked rows but those at these positions, ascending.
    pub(super) fn keep(&mut self, positions: &[usize]) {
        let kept: Vec<u8> = positions.iter().flat_map(|&position| self.row(position)).copied().collect();
        self.body = kept;
    }
}

/// A field's name. Programs write names in the table's encoding, or in UTF-8 whatever that is, and cut them at ten bytes
/// without looking for the end of a character.
fn name_of(raw: &[u8], encoding: &'static Encoding) -> (String, Reading) {
    let error = match std::str::from_utf8(raw) {
        Ok(name) => return (name.to_owned(), Reading::Whole),
        Err(error) => error,
    };
    let width = if raw.len() + 1 >= NAME_BYTES { raw.len() } else { raw.len() + 1 };
    // Two characters of three bytes before the cut: GBK gives that by chance to no name worth mentioning.
    let is_cut_utf8 = error.error_len().is_none() && width == raw.len() && error.valid_up_to() >= 6;
    let text = if is_cut_utf8 {
        encoding_rs::UTF_8
    } else if encoding == encoding_rs::UTF_8 {
        encoding_rs::GB18030
    } else {
        encoding
    };
    let (name, reading) = charset::decode(text, raw, width);
    (name.into_owned(), reading)
}
