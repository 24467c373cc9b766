//! Where the records of a .shp are.

use std::path::Path;

use super::bytes::{i32_be, i32_le};
use super::fault::ShapefileFault;
use super::files::Member;
use crate::error::IoError;
use crate::finding::Finding;

const HEADER_BYTES: usize = 100;
const FILE_CODE: i32 = 9994;

/// Content of one record, header excluded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    /// Position in the file, from 0.
    pub(super) row: usize,
    /// Offset of the record header.
    pub(super) offset: u64,
    pub(super) content: &'a [u8],
}

impl Record<'_> {
    pub(super) fn fault(&self, path: &Path, fault: ShapefileFault) -> IoError {
        let record = Some(self.row as u64 + 1);
        IoError::Shapefile { path: path.to_owned(), record, offset: Some(self.offset), fault }
    }
}

/// Name of a shape type code.
pub(super) const fn shape_name(code: i32) -> &'static str {
    match code {
        0 => "null shapes",
        1 | 11 | 21 => "points",
        3 | 13 | 23 => "lines",
        5 | 15 | 25 => "polygons",
        8 | 18 | 28 => "multipoints",
        31 => "multipatches",
        _ => "shapes of an unknown kind",
    }
}

pub(super) const fn is_polygon(code: i32) -> bool {
    matches!(code, 5 | 15 | 25)
}

/// Finds the records of a polygon file: by the .shx when it agrees with the .shp, else by walking the .shp.
pub(super) fn locate<'a>(
    shp: &'a Member,
    shx: Option<&Member>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Record<'a>>, IoError> {
    let bytes = shp.bytes.as_slice();
    let fault = |fault| IoError::Shapefile { path: shp.path.clone(), record: None, offset: Some(0), fault };
    let code = i32_be(bytes, 0).unwrap_or_default();
    if code != FILE_CODE {
        return Err(fault(ShapefileFault::FileCode { found: code }));
    }
    if bytes.len() < HEADER_BYTES {
        return Err(truncated(&shp.path, None, 0, HEADER_BYTES, bytes.len()));
    }
    let kind = i32_le(bytes, 32).unwrap_or_default();
    if !is_polygon(kind) && kind != 0 {
        return Err(fault(ShapefileFault::ShapeType { found: shape_name(kind) }));
    }
    match shx.map(|shx| by_index(bytes, &shx.bytes)) {
        Some(Some(records)) => {
            let held: usize = records.iter().map(|record| record.content.len() + 8).sum();
            if held + HEADER_BYTES != bytes.len() {
                // Editing programs leave dead records behind; a .shx that lost its end looks the same.
                let message = format!(
                    ".shx 只指到 .shp 的 {held} 字节,共 {} 字节,其余未读",
                    bytes.len() - HEADER_BYTES
                );
                findings.push(Finding::warning("shx_leaves_bytes", message));
            }
            return Ok(records);
        }
        Some(None) => {
            findings.push(Finding::warning("shx_contradicts", ".shx 与 .shp 不符,按 .shp 逐条读"));
        }
        None => findings.push(Finding::info("shx_missing", "没有 .shx,按 .shp 逐条读")),
    }
    walk(shp, findings)
}

/// The records that the index names, if each of them is there with the length it says.
fn by_index<'a>(shp: &'a [u8], shx: &[u8]) -> Option<Vec<Record<'a>>> {
    let (entries, rest) = shx.get(HEADER_BYTES..)?.as_chunks::<8>();
    let announced = usize::try_from(i32_be(shx, 24)?).ok()?.checked_mul(2)?;
    if !rest.is_empty() || announced != shx.len() {
        return None;
    }
    let record = |(row, entry): (usize, &[u8; 8])| {
        let offset = usize::try_from(i32_be(entry, 0)?).ok()?.checked_mul(2)?;
        let length = usize::try_from(i32_be(entry, 4)?).ok()?.checked_mul(2)?;
        let written = usize::try_from(i32_be(shp, offset.checked_add(4)?)?).ok()?.checked_mul(2)?;
        let start = offset.checked_add(8)?;
        let content = shp.get(start..start.checked_add(length)?)?;
        (written == length && offset >= HEADER_BYTES && length >= 4).then_some(Record {
            row,
            offset: offset as u64,
            content,
        })
    };
    entries.iter().enumerate().map(record).collect()
}

fn walk<'a>(shp: &'a Member, findings: &mut Vec<Finding>) -> Result<Vec<Record<'a>>, IoError> {
    let bytes = shp.bytes.as_slice();
    let announced =
        usize::try_from(i32_be(bytes, 24).unwrap_or_default()).unwrap_or_default().saturating_mul(2);
    let end = if announced < HEADER_BYTES { bytes.len() } else { announced.min(bytes.len()) };
    let mut records = Vec::new();
    let mut offset = HEADER_BYTES;
    while offset < end {
        let number = Some(records.len() as u64 + 1);
        let Some(words) = i32_be(bytes, offset + 4) else {
            return Err(truncated(&shp.path, number, offset, 8, bytes.len() - offset));
        };
        let length = i64::from(words) * 2;
        let start = offset + 8;
        let Some(content_end) =
            usize::try_from(length).ok().filter(|length| *length >= 4).map(|length| start + length)
        else {
            let fault = ShapefileFault::RecordLength { bytes: length };
            return Err(IoError::Shapefile {
                path: shp.path.clone(),
                record: number,
                offset: Some(offset as u64),
                fault,
            });
        };
        let Some(content) = bytes.get(start..content_end) else {
            return Err(truncated(&shp.path, number, offset, content_end - offset, bytes.len() - offset));
        };
        records.push(Record { row: records.len(), offset: offset as u64, content });
        offset = content_end;
    }
    if announced > bytes.len() {
        // Whole records may be missing, and no index tells that they are not.
        return Err(truncated(
            &shp.path,
            Some(records.len() as u64 + 1),
            offset,
            announced - offset,
            bytes.len() - offset,
        ));
    }
    if offset < bytes.len() {
        let message = format!(".shp 末尾多出 {} 字节,未读", bytes.len() - offset);
        findings.push(Finding::warning("bytes_left_over", message));
    }
    Ok(records)
}

fn truncated(path: &Path, record: Option<u64>, offset: usize, expected: usize, found: usize) -> IoError {
    IoError::Truncated {
        path: path.to_owned(),
        record,
        offset: offset as u64,
        expected: expected as u64,
        found: found as u64,
    }
}
