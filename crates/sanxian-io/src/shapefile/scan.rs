//! Which records meet a box, told by the boxes that stand in them: nothing is decoded.

use std::ops::Range;

use rayon::prelude::*;
use sanxian_overlay::Progress;

use super::bytes::{f64_le, i32_be, i32_le};
use super::files::Member;
use super::records::{HEADER_BYTES, Place, Places, RECORD_HEADER_BYTES};
use crate::error::IoError;

/// Records that a thread takes at once: of an ordinary layer some megabytes. A cancel is heard within a millisecond.
const ROWS_TOGETHER: usize = 1 << 12;
/// Records whose heads are asked for before the first of them is looked at, so that the memory brings them side by side.
/// More gain nothing, a quarter as many lose.
const ROWS_AHEAD: usize = 32;
/// Records longer than this on average are not mapped: their heads are read one by one, which costs less than the pages
/// round them.
const LONG_BYTES: u64 = 1 << 14;
/// Bytes that are copied at once where the file is not mapped.
const WINDOW_BYTES: u64 = 1 << 18;
/// Type, box, number of parts, number of points.
pub(super) const FIXED_BYTES: usize = 44;
/// Where, in a record, its length stands and its box ends.
const LENGTH_AT: usize = 4;
const BOX_END: usize = RECORD_HEADER_BYTES as usize + 36;
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
    let are_long = shp.bytes / LONG_BYTES >= total as u64;
    // One map for all threads: every map that ends costs a word between the cores.
    let map = if are_long { None } else { shp.map() };
    let look = Look { shp, map: map.as_deref(), bbox };
    let found: Vec<Result<Scanned, Stop>> = (0..total)
        .into_par_iter()
        .step_by(ROWS_TOGETHER)
        .with_max_len(1)
        .map_init(Default::default, |(own, buffer), first| {
            progress.check().map_err(|_| IoError::Cancelled)?;
            let rows = first..total.min(first + ROWS_TOGETHER);
            places.of_rows(rows, shp.bytes, own).ok_or(Stop::IndexContradicts)?;
            look.at(own, first, buffer)
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

/// What all threads look at, and for what.
struct Look<'a> {
    shp: &'a Member,
    /// The whole file, where it is mapped.
    map: Option<&'a [u8]>,
    bbox: Option<[f64; 4]>,
}

impl Look<'_> {
    /// Those of the records at `places`, the first of which is of row `first_row`, that may meet the box.
    fn at(&self, places: &[Place], first_row: usize, buffer: &mut Vec<u8>) -> Result<Scanned, Stop> {
        let held = places.iter().map(|place| place.length + RECORD_HEADER_BYTES).sum();
        let mut rows = Vec::new();
        // Asked again for every stretch, so that a file that has been cut is read, which answers with an error.
        if let Some(bytes) = self.map.filter(|_| self.shp.is_as_long_as_before()) {
            self.within(bytes, 0, places, first_row, &mut rows)?;
            return Ok(Scanned { rows, held });
        }
        for window in windows(places) {
            let first_row = first_row + window.start;
            let places = places.get(window).unwrap_or_default();
            let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
            let length = usize::try_from(end_of_head(*last) - first.offset).unwrap_or(0);
            let bytes = self.shp.copy(first.offset, length, buffer)?;
            self.within(bytes, first.offset, places, first_row, &mut rows)?;
        }
        Ok(Scanned { rows, held })
    }

    /// Adds the rows of those records, in bytes that begin at `start` in the file, that may meet the box.
    fn within(
        &self,
        bytes: &[u8],
        start: u64,
        places: &[Place],
        first_row: usize,
        found: &mut Vec<usize>,
    ) -> Result<(), Stop> {
        for (row, places) in (first_row..).step_by(ROWS_AHEAD).zip(places.chunks(ROWS_AHEAD)) {
            ask_for_heads(bytes, start, places);
            for (row, place) in (row..).zip(places) {
                let content = contents(bytes, start, *place).ok_or(Stop::IndexContradicts)?;
                if self.bbox.is_none_or(|bbox| meets(content, bbox)) {
                    found.push(row);
                }
            }
        }
        Ok(())
    }
}

/// Touches the heads of some records, one after the other without waiting for any: two bytes each, because most lie in two
/// lines of the processor's cache.
fn ask_for_heads(bytes: &[u8], start: u64, places: &[Place]) {
    let touched = places.iter().fold(0, |touched, place| {
        let at = place.offset.wrapping_sub(start) as usize;
        let byte = |from: usize| bytes.get(at.wrapping_add(from)).copied().unwrap_or(0);
        touched ^ byte(LENGTH_AT) ^ byte(BOX_END - 1)
    });
    std::hint::black_box(touched);
}

/// Where what is looked at of a record ends: it may be the one shape of a hundred megabytes.
fn end_of_head(place: Place) -> u64 {
    place.end().min(place.offset + RECORD_HEADER_BYTES + FIXED_BYTES as u64)
}

/// Runs of records whose heads follow each other in the file closely enough to be copied together.
fn windows(places: &[Place]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    let mut begin = 0;
    let mut end = 0;
    for (row, place) in places.iter().enumerate() {
        match windows.last_mut() {
            Some(window)
                if place.offset >= end
                    && place.offset - end <= LONG_BYTES
                    && place.offset - begin <= WINDOW_BYTES =>
            {
                window.end = row + 1;
            }
            _ => {
                windows.push(row..row + 1);
                begin = place.offset;
            }
        }
        end = end_of_head(*place);
    }
    windows
}

/// The content of a record in bytes that begin at `start` in the file, as far as they go; `None` when its own header does
/// not confirm the length.
pub(super) fn contents(bytes: &[u8], start: u64, place: Place) -> Option<&[u8]> {
    let record = bytes.get(usize::try_from(place.offset.checked_sub(start)?).ok()?..)?;
    let written =
        i32_be(record, LENGTH_AT).and_then(|words| u64::try_from(words).ok()).map(|words| words * 2);
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
