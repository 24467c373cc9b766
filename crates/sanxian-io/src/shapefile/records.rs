//! Where the records of a .shp are.

use std::ops::Range;
use std::path::Path;

use super::bytes::{i32_be, i32_le};
use super::fault::ShapefileFault;
use super::files::Member;
use crate::error::IoError;
use crate::finding::Finding;

pub(super) const HEADER_BYTES: u64 = 100;
/// Record number and length.
pub(super) const RECORD_HEADER_BYTES: u64 = 8;
/// Of a .shx: offset and length.
const ENTRY_BYTES: usize = 8;
const FILE_CODE: i32 = 9994;
/// The .shp is walked through a window of this size.
const WINDOW_BYTES: usize = 1 << 20;

/// Where one record is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Offset of the record header.
    pub(super) offset: u64,
    /// Bytes of the content, header excluded.
    pub(super) length: u64,
}

impl Place {
    pub(super) const fn end(self) -> u64 {
        self.offset + RECORD_HEADER_BYTES + self.length
    }

    /// True for a place where a .shp of so many bytes can have a record.
    const fn fits(self, shp_bytes: u64) -> bool {
        self.offset >= HEADER_BYTES && self.length >= 4 && self.end() <= shp_bytes
    }
}

/// Where all records are, by row.
pub(super) enum Places<'a> {
    /// As the .shx says, which is read a stretch at a time by those who look at the records.
    Indexed(&'a Member),
    /// What a walk through the .shp found.
    Walked(Vec<Place>),
}

/// Why the records were not all looked at.
pub(super) enum Stop {
    /// A record cannot lie where the index says, or has another length, so the index belongs to another state of the file.
    IndexContradicts,
    Failed(IoError),
}

impl From<IoError> for Stop {
    fn from(error: IoError) -> Self {
        Self::Failed(error)
    }
}

/// Some records that follow each other in the index. They may lie in any order in the .shp.
#[derive(Default)]
pub(super) struct Stretch {
    pub(super) places: Vec<Place>,
    /// Offsets of the first byte of them all and of the end of the last.
    pub(super) start: u64,
    pub(super) end: u64,
    /// Bytes of all, headers included.
    pub(super) held: u64,
    entries: Vec<u8>,
}

impl Places<'_> {
    /// Number of records.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Indexed(shx) => rows_by_index(shx),
            Self::Walked(places) => places.len(),
        }
    }

    /// Puts the records of some rows into `stretch`, in place of what it held; each can lie in a .shp of so many bytes.
    pub(super) fn of_rows(
        &self,
        rows: Range<usize>,
        shp_bytes: u64,
        stretch: &mut Stretch,
    ) -> Result<(), Stop> {
        let Stretch { places, start, end, held, entries } = stretch;
        places.clear();
        match self {
            Self::Indexed(shx) => {
                let offset = HEADER_BYTES + rows.start as u64 * ENTRY_BYTES as u64;
                let bytes = shx.copy(offset, rows.len() * ENTRY_BYTES, entries)?;
                places.extend(bytes.as_chunks::<ENTRY_BYTES>().0.iter().map(|bytes| entry(*bytes)));
            }
            Self::Walked(walked) => places.extend_from_slice(walked.get(rows).unwrap_or_default()),
        }
        let mut fit = true;
        (*start, *end, *held) = (u64::MAX, 0, 0);
        for place in places.iter() {
            fit &= place.fits(shp_bytes);
            *start = place.offset.min(*start);
            *end = place.end().max(*end);
            *held += place.length + RECORD_HEADER_BYTES;
        }
        if fit { Ok(()) } else { Err(Stop::IndexContradicts) }
    }
}

/// An entry of a .shx: offset and length in words of two bytes. Numbers below nought become places beyond any file.
fn entry([a, b, c, d, e, f, g, h]: [u8; ENTRY_BYTES]) -> Place {
    let [offset, length] = [[a, b, c, d], [e, f, g, h]].map(|words| u64::from(u32::from_be_bytes(words)) * 2);
    Place { offset, length }
}

/// What stops the walk through a .shp: the records before it are known, those after it are not.
pub(super) struct Break {
    pub(super) record: u64,
    pub(super) offset: u64,
    pub(super) error: IoError,
}

/// The records of a file.
pub(super) struct Located {
    pub(super) places: Vec<Place>,
    pub(super) stopped: Option<Break>,
}

pub(super) fn fault(path: &Path, row: usize, offset: u64, fault: ShapefileFault) -> IoError {
    IoError::Shapefile { path: path.to_owned(), record: Some(row as u64 + 1), offset: Some(offset), fault }
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

pub(super) const fn is_point(code: i32) -> bool {
    matches!(code, 1 | 11 | 21)
}

pub(super) const fn is_line(code: i32) -> bool {
    matches!(code, 3 | 13 | 23)
}

pub(super) const fn is_multipoint(code: i32) -> bool {
    matches!(code, 8 | 18 | 28)
}

/// True for kinds with heights or measures.
pub(super) const fn has_more_dimensions(code: i32) -> bool {
    matches!(code, 11 | 13 | 15 | 18 | 21 | 23 | 25 | 28)
}

/// True for shapes with a place and no area.
pub(super) const fn is_without_area(code: i32) -> bool {
    is_point(code) || is_line(code) || is_multipoint(code)
}

/// Checks the header; answers the kind of shapes. Points and lines are refused unless `lines_too`.
pub(super) fn shape_type(shp: &Member, lines_too: bool) -> Result<i32, IoError> {
    let header = shp.read(0, HEADER_BYTES as usize)?;
    let fault = |fault| IoError::Shapefile { path: shp.path.clone(), record: None, offset: Some(0), fault };
    let code = i32_be(&header, 0).unwrap_or_default();
    if code != FILE_CODE {
        return Err(fault(ShapefileFault::FileCode { found: code }));
    }
    if (header.len() as u64) < HEADER_BYTES {
        return Err(truncated(&shp.path, None, 0, HEADER_BYTES, header.len() as u64));
    }
    let kind = i32_le(&header, 32).unwrap_or_default();
    if is_polygon(kind) || kind == 0 || (lines_too && is_without_area(kind)) {
        Ok(kind)
    } else {
        Err(fault(ShapefileFault::ShapeType { found: shape_name(kind) }))
    }
}

/// The records that the index names; `None` when it cannot be an index. Whether each record is where the index says is seen
/// when it is looked at.
pub(super) fn by_index(shx: &Member) -> Result<Option<Places<'_>>, IoError> {
    let header = shx.read(0, HEADER_BYTES as usize)?;
    let announced = i32_be(&header, 24).and_then(|words| u64::try_from(words).ok()).map(|words| words * 2);
    let is_whole = announced == Some(shx.bytes)
        && shx.bytes >= HEADER_BYTES
        && (shx.bytes - HEADER_BYTES).is_multiple_of(ENTRY_BYTES as u64);
    Ok(is_whole.then_some(Places::Indexed(shx)))
}

/// Rows that the index counts, whatever it says of them.
pub(super) fn rows_by_index(shx: &Member) -> usize {
    usize::try_from(shx.bytes.saturating_sub(HEADER_BYTES) / ENTRY_BYTES as u64).unwrap_or(0)
}

/// A finding when the records that the index names, `held` bytes, leave some of the .shp out.
pub(super) fn check_cover(shp: &Member, held: u64, findings: &mut Vec<Finding>) {
    if held + HEADER_BYTES != shp.bytes {
        // Editing programs leave dead records behind; a .shx that lost its end looks the same.
        let message =
            format!(".shx 只指到 .shp 的 {held} 字节,共 {} 字节,其余未读", shp.bytes - HEADER_BYTES);
        findings.push(Finding::warning("shx_leaves_bytes", message));
    }
}

/// Finds the records one after the other.
pub(super) fn walk(shp: &Member, findings: &mut Vec<Finding>) -> Result<Located, IoError> {
    let mut window = Window { shp, start: 0, bytes: Vec::new() };
    let announced =
        u64::try_from(i32_be(window.at(24, 4)?, 0).unwrap_or_default()).unwrap_or_default().saturating_mul(2);
    let end = if announced < HEADER_BYTES { shp.bytes } else { announced.min(shp.bytes) };
    let mut places = Vec::new();
    let mut offset = HEADER_BYTES;
    let stop = |places: Vec<Place>, offset: u64, error: IoError| {
        let record = places.len() as u64 + 1;
        Ok(Located { places, stopped: Some(Break { record, offset, error }) })
    };
    while offset < end {
        let number = Some(places.len() as u64 + 1);
        let there = shp.bytes - offset;
        let Some(words) = i32_be(window.at(offset + 4, 4)?, 0) else {
            return stop(places, offset, truncated(&shp.path, number, offset, RECORD_HEADER_BYTES, there));
        };
        let Some(length) = u64::try_from(words).ok().map(|words| words * 2).filter(|length| *length >= 4)
        else {
            let what = ShapefileFault::RecordLength { bytes: i64::from(words) * 2 };
            let error = fault(&shp.path, places.len(), offset, what);
            return stop(places, offset, error);
        };
        let place = Place { offset, length };
        if place.end() > shp.bytes {
            let error = truncated(&shp.path, number, offset, RECORD_HEADER_BYTES + length, there);
            return stop(places, offset, error);
        }
        places.push(place);
        offset = place.end();
    }
    if announced > shp.bytes {
        // Whole records may be missing, and no index tells that they are not.
        let number = Some(places.len() as u64 + 1);
        let error = truncated(
            &shp.path,
            number,
            offset,
            announced.saturating_sub(offset),
            shp.bytes.saturating_sub(offset),
        );
        return stop(places, offset, error);
    }
    if offset < shp.bytes {
        let message = format!(".shp 末尾多出 {} 字节,未读", shp.bytes - offset);
        findings.push(Finding::warning("bytes_left_over", message));
    }
    Ok(Located { places, stopped: None })
}

/// A stretch of the .shp in memory, moved along while it is walked.
struct Window<'a> {
    shp: &'a Member,
    start: u64,
    bytes: Vec<u8>,
}

impl Window<'_> {
    /// Up to `length` bytes at `offset`.
    fn at(&mut self, offset: u64, length: usize) -> Result<&[u8], IoError> {
        let holds = |window: &Self| {
            let from = usize::try_from(offset.checked_sub(window.start)?).ok()?;
            (from + length <= window.bytes.len()).then_some(from)
        };
        if holds(self).is_none() {
            self.start = offset;
            self.bytes = self.shp.read(offset, WINDOW_BYTES)?;
        }
        let from = holds(self).unwrap_or(0);
        Ok(self.bytes.get(from..).map(|rest| rest.get(..length).unwrap_or(rest)).unwrap_or_default())
    }
}

pub(super) fn truncated(path: &Path, record: Option<u64>, offset: u64, expected: u64, found: u64) -> IoError {
    IoError::Truncated { path: path.to_owned(), record, offset, expected, found }
}
