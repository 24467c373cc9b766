//! Growing columns: polygons that readers fill ring by ring, without one allocation a feature, and attributes that come in
//! pieces.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Fields, Schema};
use rayon::prelude::*;
use sanxian_overlay::{LineSet, Point, PolygonSet};

/// More coordinates, rings or polygons than 32-bit offsets can count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// The four arrays of a [`PolygonSet`] while they grow. Offsets are kept as lengths until a level is ended, so the
/// result is always well formed.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) coords: Vec<Point>,
    ring_offsets: Vec<i32>,
    polygon_offsets: Vec<i32>,
    feature_offsets: Vec<i32>,
    nulls: Option<Vec<bool>>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            coords: Vec::new(),
            ring_offsets: vec![0],
            polygon_offsets: vec![0],
            feature_offsets: vec![0],
            nulls: None,
        }
    }
}

// A length past i32::MAX wraps to a negative offset, which `finish` refuses; nothing reads offsets before that.
impl Columns {
    /// Ends a ring: everything pushed to `coords` since the last call.
    pub(crate) fn end_ring(&mut self) {
        self.ring_offsets.push(self.coords.len() as i32);
    }

    /// Ends a polygon: the rings ended since the last call.
    pub(crate) fn end_polygon(&mut self) {
        self.polygon_offsets.push((self.ring_offsets.len() - 1) as i32);
    }

    /// Ends a feature: the polygons ended since the last call.
    pub(crate) fn end_feature(&mut self) {
        self.feature_offsets.push((self.polygon_offsets.len() - 1) as i32);
        if let Some(nulls) = &mut self.nulls {
            nulls.push(false);
        }
    }

    /// A feature without geometry.
    pub(crate) fn push_null(&mut self) {
        let features = self.feature_offsets.len() - 1;
        self.nulls.get_or_insert_with(|| vec![false; features]).push(true);
        self.feature_offsets.push((self.polygon_offsets.len() - 1) as i32);
    }

    /// A ring at once; an open one is closed. Answers whether it had to be.
    pub(crate) fn push_ring(&mut self, ring: &[Point]) -> bool {
        self.coords.extend_from_slice(ring);
        let open = match (ring.first(), ring.last()) {
            (Some(first), Some(last)) if first != last => {
                self.coords.push(*first);
                true
            }
            _ => false,
        };
        self.end_ring();
        open
    }

    /// A line, or a point as a line of one vertex: it stands where a ring would, and is not closed.
    pub(crate) fn push_line(&mut self, line: &[Point]) {
        self.coords.extend_from_slice(line);
        self.end_ring();
    }

    /// Where the features stand, to come back to with [`Columns::ring_start`].
    pub(crate) fn ring_start(&self) -> usize {
        self.coords.len()
    }

    /// Closes the ring that began at `start` if it is open, and ends it. Answers whether it was open.
    pub(crate) fn close_ring(&mut self, start: usize) -> bool {
        let first = self.coords.get(start).copied();
        let open = first.is_some() && first.as_ref() != self.coords.last();
        if open {
            self.coords.extend(first);
        }
        self.end_ring();
        open
    }

    /// Takes whole levels over at once: offsets that begin at 0 and belong together.
    pub(crate) fn append_levels(
        &mut self,
        coords: impl FnOnce(&mut Vec<Point>),
        rings: impl Iterator<Item = usize>,
        polygons: impl Iterator<Item = usize>,
        features: impl Iterator<Item = usize>,
    ) {
        let ring_base = self.coords.len();
        let polygon_base = self.ring_offsets.len() - 1;
        let feature_base = self.polygon_offsets.len() - 1;
        coords(&mut self.coords);
        let before = self.feature_offsets.len();
        self.ring_offsets.extend(rings.map(|offset| (offset + ring_base) as i32));
        self.polygon_offsets.extend(polygons.map(|offset| (offset + polygon_base) as i32));
        self.feature_offsets.extend(features.map(|offset| (offset + feature_base) as i32));
        if let Some(nulls) = &mut self.nulls {
            nulls.resize(nulls.len() + self.feature_offsets.len() - before, false);
        }
    }

    /// Appends the features of `other`.
    pub(crate) fn append(&mut self, other: Self) {
        let features = self.feature_offsets.len() - 1;
        if other.nulls.is_some() && self.nulls.is_none() {
            self.nulls = Some(vec![false; features]);
        }
        let more = other.feature_offsets.len() - 1;
        let levels = |offsets: Vec<i32>| offsets.into_iter().skip(1).map(|offset| offset as usize);
        let nulls = other.nulls;
        self.append_levels(
            |coords| coords.extend_from_slice(&other.coords),
            levels(other.ring_offsets),
            levels(other.polygon_offsets),
            levels(other.feature_offsets),
        );
        if let (Some(mine), Some(theirs)) = (&mut self.nulls, nulls) {
            mine.truncate(features);
            mine.extend(theirs);
            mine.resize(features + more, false);
        }
    }

    /// The finished set of what was pushed as lines; features without geometry have none.
    pub(crate) fn finish_lines(self) -> Result<LineSet, TooLarge> {
        if self.coords.len() > i32::MAX as usize || self.ring_offsets.len() > i32::MAX as usize {
            return Err(TooLarge);
        }
        let Self { coords, ring_offsets, polygon_offsets, feature_offsets, .. } = self;
        let lines_before = |&polygons: &i32| polygon_offsets.get(polygons as usize).copied().ok_or(TooLarge);
        let features = feature_offsets.iter().map(lines_before).collect::<Result<_, _>>()?;
        LineSet::from_parts(coords, ring_offsets, features).map_err(|_| TooLarge)
    }

    /// The finished set.
    pub(crate) fn finish(self) -> Result<PolygonSet, TooLarge> {
        let most = i32::MAX as usize;
        if self.coords.len() > most || self.ring_offsets.len() > most || self.polygon_offsets.len() > most {
            return Err(TooLarge);
        }
        let Self { coords, ring_offsets, polygon_offsets, feature_offsets, nulls } = self;
        PolygonSet::from_parts(coords, ring_offsets, polygon_offsets, feature_offsets, nulls)
            .map_err(|_| TooLarge)
    }
}

/// Attribute columns of the pieces of each, one after the other.
pub(crate) fn joined_columns(
    fields: &Fields,
    columns: Vec<Vec<ArrayRef>>,
    rows: usize,
) -> Result<RecordBatch, ArrowError> {
    let arrays = fields
        .par_iter()
        .zip(columns)
        .with_max_len(1)
        .map(|(field, pieces)| match pieces.as_slice() {
            [] => Ok(arrow_array::new_empty_array(field.data_type())),
            [only] => Ok(Arc::clone(only)),
            _ => arrow_select::concat::concat(&pieces.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields.clone())), arrays, &options)
}
