//! The .dbf: its header and fields.

use std::collections::HashSet;
use std::path::Path;

use encoding_rs::Encoding;

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

/// One field of a table.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) raw_name: Vec<u8>,
    pub(super) name: String,
    /// `C`, `N`, `F`, `D`, `L` or one of the rarer letters.
    pub(super) kind: u8,
    /// Offset in a row, after the deletion mark.
    pub(super) start: usize,
    pub(super) width: usize,
    pub(super) decimals: usize,
}

/// A table. Rows that the file is too short for do not exist.
pub(super) struct Table {
    pub(super) member: Member,
    pub(super) fields: Vec<Field>,
    /// Language driver: the code page byte.
    pub(super) language: u8,
    /// Rows that the header announces.
    pub(super) announced_rows: usize,
    /// Rows that are there.
    pub(super) rows: usize,
    header_bytes: usize,
    pub(super) row_bytes: usize,
}

impl Table {
    pub(super) fn open(member: Member) -> Result<Self, IoError> {
        let path = member.path.clone();
        let fault = |reason| {
            let fault = ShapefileFault::TableHeader { reason };
            IoError::Shapefile { path: path.clone(), record: None, offset: Some(0), fault }
        };
        let short = |expected: usize| IoError::Truncated {
            path: path.clone(),
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
        Ok(Self { member, fields, language, announced_rows, rows, header_bytes, row_bytes })
    }

    pub(super) fn path(&self) -> &Path {
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
