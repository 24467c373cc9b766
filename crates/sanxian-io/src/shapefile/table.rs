//! The .dbf: its header and fields, and the bytes of each value.

use std::collections::HashSet;
use std::path::Path;

use encoding_rs::Encoding;

use super::bytes::{u16_le, u32_le};
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

/// A table in memory. Rows that the file is too short for are not counted.
pub(super) struct Table<'a> {
    pub(super) path: &'a Path,
    pub(super) fields: Vec<Field>,
    /// Language driver: the code page byte.
    pub(super) language: u8,
    /// Rows that the header announces.
    pub(super) announced_rows: usize,
    pub(super) rows: usize,
    header_bytes: usize,
    pub(super) row_bytes: usize,
    body: &'a [u8],
}

impl<'a> Table<'a> {
    pub(super) fn open(member: &'a Member) -> Result<Self, IoError> {
        let bytes = member.bytes.as_slice();
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
            found: bytes.len() as u64,
        };
        let (Some(announced), Some(header_bytes), Some(row_bytes), Some(&language)) =
            (u32_le(bytes, 4), u16_le(bytes, 8), u16_le(bytes, 10), bytes.get(29))
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
        let body = bytes.get(header_bytes..).unwrap_or_default();
        let announced_rows = announced as usize;
        let rows = announced_rows.min(body.len().checked_div(row_bytes).unwrap_or(0));
        Ok(Self { path, fields, language, announced_rows, rows, header_bytes, row_bytes, body })
    }

    /// Offset of a row in the file.
    pub(super) const fn offset(&self, row: usize) -> u64 {
        (self.header_bytes + row * self.row_bytes) as u64
    }

    /// Bytes of the file.
    pub(super) const fn file_bytes(&self) -> usize {
        self.header_bytes + self.body.len()
    }

    /// Names of the fields as text, each once. `geometry` is kept free for the geometry column.
    pub(super) fn name_fields(&mut self, encoding: &'static Encoding, findings: &mut Vec<Finding>) {
        let mut taken: HashSet<String> = HashSet::from([GEOMETRY_COLUMN.to_owned()]);
        for (position, field) in self.fields.iter_mut().enumerate() {
            let raw = field.raw_name.trim_ascii();
            let written = match std::str::from_utf8(raw) {
                Ok(name) => name.to_owned(),
                Err(_) => encoding.decode_without_bom_handling(raw).0.into_owned(),
            };
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

    fn row(&self, row: usize) -> &'a [u8] {
        let start = row * self.row_bytes;
        self.body.get(start..start + self.row_bytes).unwrap_or_default()
    }

    /// True when a row is marked as deleted.
    pub(super) fn is_deleted(&self, row: usize) -> bool {
        self.row(row).first() == Some(&DELETED)
    }

    /// The bytes of a value; none beyond the rows that are there.
    pub(super) fn value(&self, row: usize, field: &Field) -> &'a [u8] {
        self.row(row).get(field.start..field.start + field.width).unwrap_or_default()
    }

    /// All rows as one stretch of bytes.
    pub(super) fn body(&self) -> &'a [u8] {
        self.body.get(..self.rows * self.row_bytes).unwrap_or_default()
    }
}
