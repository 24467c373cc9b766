//! The geometry column, decoded in pieces that run side by side.

use std::ops::Range;

use parquet::arrow::ProjectionMask;
use sanxian_overlay::{PolygonBuilder, PolygonSet, Progress};

use super::fault::{At, GeoParquetFault};
use super::metadata::GeometryColumn;
use super::table::Table;
use super::window::{push, within};
use crate::geoarrow::append_features;

/// Rows of a piece at least: enough to pay for starting it, few enough that a layer in one row group keeps every core busy
/// and that a thread's memory is used again for the next.
const PIECE_ROWS: usize = 1 << 12;
/// Rows decoded at once, so that their bytes are still in the cache when they become coordinates.
const BATCH_ROWS: usize = 1 << 11;

/// What is to be decoded.
pub(super) struct Piece {
    pub(super) row_group: usize,
    /// Rows of the row group.
    pub(super) rows: Range<usize>,
    /// Those of them that may meet the box; all when `None`.
    pub(super) candidates: Option<Vec<Range<usize>>>,
}

impl Piece {
    /// Rows that will be decoded.
    pub(super) fn len(&self) -> usize {
        self.candidates.as_ref().map_or(self.rows.len(), |ranges| ranges.iter().map(Range::len).sum())
    }
}

/// What came of it.
pub(super) struct Decoded {
    pub(super) polygons: PolygonSet,
    /// Rows of the row group that met the box.
    pub(super) kept: Option<Vec<Range<usize>>>,
    pub(super) dropped_dimensions: bool,
}

/// Cuts a row group into pieces where its pages begin, so that none is unpacked twice. Lists cannot be entered in the
/// middle, so native encodings stay in one.
pub(super) fn pieces(
    table: &Table,
    column: usize,
    row_group: usize,
    candidates: Option<&[Range<usize>]>,
) -> Vec<Piece> {
    let rows = table.rows(row_group);
    let mut cuts = vec![0];
    if table.is_flat(column) {
        for start in table.page_starts(row_group, column) {
            if cuts.last().is_some_and(|last| start >= last + PIECE_ROWS) && start < rows {
                cuts.push(start);
            }
        }
    }
    cuts.push(rows);
    cuts.windows(2)
        .filter_map(|pair| Some(*pair.first()?..*pair.last()?))
        .map(|rows| {
            let candidates = candidates.map(|candidates| within(candidates, &rows));
            Piece { row_group, rows, candidates }
        })
        .filter(|piece| !piece.rows.is_empty())
        .filter(|piece| piece.candidates.as_ref().is_none_or(|candidates| !candidates.is_empty()))
        .collect()
}

/// Decodes a piece. A fault carries the row of the file, counted from `first_row`, that of the row group's first row.
pub(super) fn decode(
    table: &Table,
    column: usize,
    geometry: &GeometryColumn,
    piece: &Piece,
    first_row: u64,
    bbox: Option<[f64; 4]>,
    progress: &Progress,
) -> Result<Decoded, At> {
    let whole = piece.rows.len() == table.rows(piece.row_group) && piece.candidates.is_none();
    let ranges = piece.candidates.clone().unwrap_or_else(|| vec![piece.rows.clone()]);
    let expected: usize = ranges.iter().map(Range::len).sum();
    let row_of = |place: usize| {
        let mut left = place;
        for range in &ranges {
            if left < range.len() {
                return range.start + left;
            }
            left -= range.len();
        }
        piece.rows.end
    };
    let mut builder = PolygonBuilder::default();
    let mut dropped_dimensions = false;
    let mut found = 0;
    let mut culprit = None;
    let mask = ProjectionMask::roots(table.descriptor(), [column]);
    let rows = (!whole).then_some(ranges.as_slice());
    let outcome = table.decode(piece.row_group, mask, rows, BATCH_ROWS, |batch| {
        let Some(array) = batch.columns().first() else { return Ok(()) };
        // A cancelled read ends here; the caller looks at `progress` again and says so.
        progress.advance(batch.num_rows() as u64).map_err(|_| GeoParquetFault::TooLarge)?;
        dropped_dimensions |=
            append_features(array, geometry.encoding, &mut builder).map_err(|(feature, fault)| {
                culprit = feature.map(|feature| row_of(found + feature as usize));
                GeoParquetFault::Geometry { column: geometry.name.clone(), fault }
            })?;
        found += batch.num_rows();
        Ok(())
    });
    outcome.map_err(|fault| (culprit.map(|row| first_row + row as u64), table.of_column(column, fault)))?;
    table.expect_rows(piece.row_group, column, expected, found).map_err(|fault| (None, fault))?;
    let polygons = builder.finish().map_err(|_| (None, GeoParquetFault::TooLarge))?;
    let Some(bbox) = bbox else { return Ok(Decoded { polygons, kept: None, dropped_dimensions }) };
    let view = polygons.view();
    let meets = |feature: &usize| {
        view.bounds(*feature).is_some_and(|[west, south, east, north]| {
            west <= bbox[2] && south <= bbox[3] && east >= bbox[0] && north >= bbox[1]
        })
    };
    let places: Vec<usize> = (0..view.len()).filter(meets).collect();
    let mut kept = Vec::new();
    // Places ascend, so one walk along the ranges finds their rows.
    let mut all_rows = ranges.iter().cloned().flatten().enumerate();
    for place in &places {
        if let Some((_, row)) = all_rows.find(|(at, _)| at == place) {
            push(&mut kept, row);
        }
    }
    let polygons = if places.len() == view.len() { polygons } else { view.take(places) };
    Ok(Decoded { polygons, kept: Some(kept), dropped_dimensions })
}
