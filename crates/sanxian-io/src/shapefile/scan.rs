//! Which records meet a box, told by the boxes that stand in them: nothing is decoded.

use std::ops::Range;

use rayon::prelude::*;
use sanxian_overlay::Progress;

use super::bytes::{f64_le, i32_be, i32_le};
use super::files::Member;
use super::records::{HEADER_BYTES, Place, Places, RECORD_HEADER_BYTES, Stop, Stretch};
use crate::error::IoError;
use crate::mapping::{HUGE_PAGE_BYTES, ask_ahead};

/// Bytes of the .shp that a thread takes at once, about. A map of this size is made and ended by the thread that looks at
/// it: with one map for all, one thread ends it while the others wait, which takes as long as looking. Smaller ones make
/// the threads wait for each other. A cancel is heard within some milliseconds.
const STRETCH_BYTES: u64 = 1 << 23;
/// Records of a stretch at most: null shapes are short.
const MOST_ROWS: u64 = 1 << 16;
/// How many records ahead the memory is asked for a head, so that it brings several at once. Three times as many and more
/// lose.
const ROWS_AHEAD: usize = 12;
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

/// What a look at the records' heads told.
#[derive(Default)]
pub(super) struct Scanned {
    /// Rows of the records that may meet the box, ascending, and where those are.
    pub(super) rows: Vec<usize>,
    pub(super) places: Vec<Place>,
    /// Bytes of all records.
    pub(super) held: u64,
}

/// Looks for the records that may meet `bbox`, all without one; every record's own header must confirm its place.
pub(super) fn scan(
    shp: &Member,
    places: &Places<'_>,
    bbox: Option<[f64; 4]>,
    progress: &Progress,
) -> Result<Scanned, Stop> {
    let total = places.len();
    let mean_bytes = (shp.bytes / total.max(1) as u64).max(1);
    let look = Look { shp, are_long: mean_bytes >= LONG_BYTES, bbox };
    let rows_together = (STRETCH_BYTES / mean_bytes).clamp(1, MOST_ROWS) as usize;
    let found: Vec<Result<Scanned, Stop>> = (0..total)
        .into_par_iter()
        .step_by(rows_together)
        .with_max_len(1)
        .map_init(Default::default, |(stretch, buffer), first| {
            progress.check().map_err(|_| IoError::Cancelled)?;
            let rows = first..total.min(first + rows_together);
            places.of_rows(rows, shp.bytes, stretch)?;
            look.at(stretch, first, buffer)
        })
        .collect();
    // The first in the file's order, whichever thread was faster.
    let mut all = Scanned::default();
    for found in found {
        let mut found = found?;
        all.rows.append(&mut found.rows);
        all.places.append(&mut found.places);
        all.held += found.held;
    }
    // Entries may share bytes only in a forged index; following it would multiply the file.
    if all.held > shp.bytes.saturating_sub(HEADER_BYTES) { Err(Stop::IndexContradicts) } else { Ok(all) }
}

/// What all threads look at, and for what.
struct Look<'a> {
    shp: &'a Member,
    are_long: bool,
    bbox: Option<[f64; 4]>,
}

impl Look<'_> {
    /// Those of some records, the first of which is of row `first_row`, that may meet the box.
    fn at(&self, stretch: &Stretch, first_row: usize, buffer: &mut Vec<u8>) -> Result<Scanned, Stop> {
        let Stretch { places, start, end, held, .. } = stretch;
        let mut found = Scanned { held: *held, ..Scanned::default() };
        // Records of an index in another order may be anywhere.
        let is_dense = end.saturating_sub(*start) <= held.saturating_mul(2);
        if is_dense && !self.are_long {
            // What the system keeps in huge pages is mapped by one word a page, if the map holds the whole page.
            let from = start - start % HUGE_PAGE_BYTES as u64;
            let to = end.next_multiple_of(HUGE_PAGE_BYTES as u64).min(self.shp.bytes);
            let length = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
            if let Some(map) = self.shp.map(from, length) {
                self.within(&map, from, places, first_row, &mut found)?;
                return Ok(found);
            }
        }
        for window in windows(places) {
            let first_row = first_row + window.start;
            let places = places.get(window).unwrap_or_default();
            let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
            let length = usize::try_from(end_of_head(*last) - first.offset).unwrap_or(0);
            let bytes = self.shp.copy(first.offset, length, buffer)?;
            self.within(bytes, first.offset, places, first_row, &mut found)?;
        }
        Ok(found)
    }

    /// Adds those records, in bytes that begin at `start` in the file, that may meet the box.
    fn within(
        &self,
        bytes: &[u8],
        start: u64,
        places: &[Place],
        first_row: usize,
        found: &mut Scanned,
    ) -> Result<(), Stop> {
        for (position, place) in places.iter().enumerate() {
            if let Some(later) = places.get(position + ROWS_AHEAD) {
                let at = later.offset.wrapping_sub(start) as usize;
                // Most heads lie in two lines of the processor's cache.
                ask_ahead(bytes, at.wrapping_add(LENGTH_AT));
                ask_ahead(bytes, at.wrapping_add(BOX_END - 1));
            }
            let content = contents(bytes, start, *place).ok_or(Stop::IndexContradicts)?;
            if self.bbox.is_none_or(|bbox| meets(content, bbox)) {
                found.rows.push(first_row + position);
                found.places.push(*place);
            }
        }
        Ok(())
    }
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
