//! Which records meet a box, told by the boxes that stand in them: nothing is decoded.

use std::ops::Range;

use rayon::prelude::*;
use sanxian_overlay::Progress;

use super::bytes::{f64_le, i32_be, i32_le};
use super::files::Member;
use super::records::{HEADER_BYTES, Place, Places, RECORD_HEADER_BYTES};
use crate::error::IoError;

/// Bytes looked at together by a thread: a cancel is heard within a millisecond, and no more of the file is mapped. Each
/// map costs a word between the cores when it ends, so that smaller windows are slower.
const WINDOW_BYTES: u64 = 1 << 21;
/// Records that a thread takes at once: of an ordinary layer some megabytes.
const ROWS_TOGETHER: usize = 1 << 12;
/// Type, box, number of parts, number of points.
pub(super) const FIXED_BYTES: usize = 44;
pub(super) const NULL_SHAPE: i32 = 0;

/// Why a scan ended early.
pub(super) enum Stop {
    /// A record has another length than the index says, so the index belongs to another state of the file.
    IndexContradicts,
    Failed(IoError),
}

impl From<IoError> for Stop {
    fn from(error: IoError) -> Self {
        Self::Failed(error)
    }
}

/// What a look at the records' heads told.
#[derive(Default)]
pub(super) struct Scanned {
    /// Rows of the records that may meet the box, ascending.
    pub(super) rows: Vec<usize>,
    /// Bytes of all records.
    pub(super) held: u64,
}

/// Looks for the records that may meet `bbox`, all without one; every record's own header must confirm its place.
pub(super) fn scan(
    shp: &Member,
    places: &Places,
    bbox: Option<[f64; 4]>,
    progress: &Progress,
) -> Result<Scanned, Stop> {
    let total = places.len();
    let found: Vec<Result<Scanned, Stop>> = (0..total)
        .into_par_iter()
        .step_by(ROWS_TOGETHER)
        .with_max_len(1)
        .map_init(Vec::new, |buffer, first| {
            let rows = first..total.min(first + ROWS_TOGETHER);
            let own = places.of_rows(rows, shp.bytes).ok_or(Stop::IndexContradicts)?;
            let mut found = Scanned {
                rows: Vec::new(),
                held: own.iter().map(|place| place.length + RECORD_HEADER_BYTES).sum(),
            };
            for rows in windows(&own) {
                progress.check().map_err(|_| IoError::Cancelled)?;
                window(
                    shp,
                    own.get(rows.clone()).unwrap_or_default(),
                    first + rows.start,
                    bbox,
                    buffer,
                    &mut found.rows,
                )?;
            }
            Ok(found)
        })
        .collect();
    // The first in the file's order, whichever thread was faster.
    let mut all = Scanned::default();
    for found in found {
        let mut found = found?;
        all.rows.append(&mut found.rows);
        all.held += found.held;
    }
    // Entries may share bytes only in a forged index; following it would multiply the file.
    if all.held > shp.bytes.saturating_sub(HEADER_BYTES) { Err(Stop::IndexContradicts) } else { Ok(all) }
}

/// Adds those of the records at `places`, the first of which is of row `first_row`, that may meet the box.
fn window(
    shp: &Member,
    places: &[Place],
    first_row: usize,
    bbox: Option<[f64; 4]>,
    buffer: &mut Vec<u8>,
    found: &mut Vec<usize>,
) -> Result<(), Stop> {
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(()) };
    // Of the last record only what is looked at: it may be the one shape of a hundred megabytes.
    let head = RECORD_HEADER_BYTES + FIXED_BYTES as u64;
    let length = last.end().min(last.offset + head) - first.offset;
    let bytes = shp.view(first.offset, usize::try_from(length).unwrap_or(0), buffer)?;
    for (row, place) in (first_row..).zip(places) {
        let content = contents(&bytes, first.offset, *place).ok_or(Stop::IndexContradicts)?;
        if bbox.is_none_or(|bbox| meets(content, bbox)) {
            found.push(row);
        }
    }
    Ok(())
}

/// Runs of records that follow each other in the file closely enough to be looked at together.
fn windows(places: &[Place]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    let mut begin = 0;
    let mut end = 0;
    for (row, place) in places.iter().enumerate() {
        match windows.last_mut() {
            Some(window) if place.offset >= end && place.offset - begin <= WINDOW_BYTES => {
                window.end = row + 1;
            }
            _ => {
                windows.push(row..row + 1);
                begin = place.offset;
            }
        }
        end = place.end();
    }
    windows
}

/// The content of a record in bytes that begin at `start` in the file, as far as they go; `None` when its own header does
/// not confirm the length.
pub(super) fn contents(bytes: &[u8], start: u64, place: Place) -> Option<&[u8]> {
    let record = bytes.get(usize::try_from(place.offset.checked_sub(start)?).ok()?..)?;
    let written = i32_be(record, 4).and_then(|words| u64::try_from(words).ok()).map(|words| words * 2);
    if written != Some(place.length) {
        return None;
    }
    let content = record.get(RECORD_HEADER_BYTES as usize..)?;
    Some(usize::try_from(place.length).ok().and_then(|length| content.get(..length)).unwrap_or(content))
}

/// True when a record's box meets `bbox`. A null shape lies outside every box; a broken box leaves the record in.
fn meets(content: &[u8], bbox: [f64; 4]) -> bool {
    if i32_le(content, 0) == Some(NULL_SHAPE) {
        return false;
    }
    let edge = |at: usize| f64_le(content, 4 + at * 8);
    match (edge(0), edge(1), edge(2), edge(3)) {
        (Some(x0), Some(y0), Some(x1), Some(y1)) => {
            !(x0 > bbox[2] || y0 > bbox[3] || x1 < bbox[0] || y1 < bbox[1])
        }
        _ => true,
    }
}
