//! Polygon sets while they are read: filled point by point, without one allocation a feature.

use crate::error::OverlayError;
use crate::levels::Levels;
use crate::lines::LineSet;
use crate::polygons::{Point, PolygonSet, Polygons, is_open};

/// The four arrays of a [`PolygonSet`] while a reader fills them. Points end in rings, rings in polygons, polygons in features; a
/// level that has been ended is closed for good, so that what is built is always well formed.
///
/// Coordinates are taken as they are, `[easting_m, northing_m]` or `[longitude_deg, latitude_deg]`, in whatever CRS the caller has.
///
/// # Examples
/// ```
/// use sanxian_overlay::PolygonBuilder;
///
/// let mut builder = PolygonBuilder::default();
/// builder.coords_mut().extend([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]);
/// assert!(builder.close_ring(), "the first point was repeated at the end");
/// builder.end_polygon();
/// builder.end_feature();
/// builder.push_null();
/// let polygons = builder.finish()?;
/// assert_eq!(polygons.len(), 2);
/// assert_eq!(polygons.view().coords().len(), 4);
/// assert!(polygons.view().is_null(1));
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
#[derive(Debug, Default)]
pub struct PolygonBuilder {
    coords: Vec<Point>,
    levels: Levels,
}

impl PolygonBuilder {
    /// Number of features, null and empty ones included.
    pub fn len(&self) -> usize {
        self.levels.len()
    }

    /// True when no feature has been ended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All points so far, ring after ring.
    pub fn coords(&self) -> &[Point] {
        &self.coords
    }

    /// The points, to push those of the ring at hand. Points of rings that have been ended may be changed, but not removed.
    pub fn coords_mut(&mut self) -> &mut Vec<Point> {
        &mut self.coords
    }

    /// Forgets the points pushed since the last ring was ended.
    pub fn discard_ring(&mut self) {
        self.coords.truncate(self.levels.ring_start());
    }

    /// Ends a ring of the points pushed since the last; an open one is closed. Answers whether it had to be.
    pub fn close_ring(&mut self) -> bool {
        let ring = self.coords.get(self.levels.ring_start()..).unwrap_or_default();
        let open = is_open(ring);
        if open {
            let first = ring.first().copied();
            self.coords.extend(first);
        }
        self.levels.end_ring(self.coords.len());
        open
    }

    /// Ends a line, or a point, of the points pushed since the last: a ring that stays as it is. See [`PolygonBuilder::finish_lines`].
    pub fn end_line(&mut self) {
        self.levels.end_ring(self.coords.len());
    }

    /// A line, or a point, at once.
    pub fn push_line(&mut self, line: &[Point]) {
        self.coords.extend_from_slice(line);
        self.end_line();
    }

    /// A ring at once; an open one is closed. Answers whether it had to be.
    pub fn push_ring(&mut self, ring: &[Point]) -> bool {
        self.coords.extend_from_slice(ring);
        self.close_ring()
    }

    /// Ends a polygon: the rings ended since the last, an exterior followed by its interiors.
    pub fn end_polygon(&mut self) {
        self.levels.end_polygon();
    }

    /// Ends a feature: the polygons ended since the last; without any it is empty.
    pub fn end_feature(&mut self) {
        self.levels.end_feature();
    }

    /// A feature without geometry.
    pub fn push_null(&mut self) {
        self.levels.push_null();
    }

    /// Ends many rings, polygons and features at once, after their points have been pushed. Each is given by its end, counted from where
    /// the last one of its level ended before this call; rings must be closed, or [`PolygonBuilder::finish`] copies all.
    pub fn end_features(
        &mut self,
        rings: impl Iterator<Item = usize>,
        polygons: impl Iterator<Item = usize>,
        features: impl Iterator<Item = usize>,
    ) {
        self.levels.append_ends(rings, polygons, features);
    }

    /// Appends the features of `other`.
    pub fn append(&mut self, other: &Self) {
        let Levels { rings, polygons, features, nulls } = &other.levels;
        self.levels.append(rings, polygons, features, nulls.as_deref());
        self.coords.extend_from_slice(&other.coords);
    }

    /// Appends the features of a finished set.
    ///
    /// # Examples
    /// ```
    /// use sanxian_overlay::{PolygonBuilder, PolygonSet};
    ///
    /// let square = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 0.0]];
    /// let mut set = PolygonSet::default();
    /// set.push_feature([[square.as_slice()]]);
    /// set.push_null();
    /// let mut builder = PolygonBuilder::default();
    /// builder.push_null();
    /// builder.extend(set.view());
    /// builder.extend(set.view());
    /// let joined = builder.finish()?;
    /// assert_eq!((0..5).map(|feature| joined.view().is_null(feature)).collect::<Vec<_>>(), [true, false, true, false, true]);
    /// assert_eq!(joined.view().take([3]).view().coords(), square);
    /// # Ok::<(), sanxian_overlay::OverlayError>(())
    /// ```
    pub fn extend(&mut self, other: Polygons<'_>) {
        let nulls = other.nulls();
        self.levels.append(other.ring_offsets(), other.polygon_offsets(), other.feature_offsets(), nulls);
        self.coords.extend_from_slice(other.coords());
    }

    /// The finished set.
    ///
    /// # Errors
    /// [`OverlayError::TooLarge`] with more points, rings or polygons than 32-bit offsets can count;
    /// [`OverlayError::Layout`] when ends given to [`PolygonBuilder::end_features`] do not fit the points pushed.
    pub fn finish(self) -> Result<PolygonSet, OverlayError> {
        if !self.levels.count(self.coords.len()) {
            return Err(OverlayError::TooLarge);
        }
        let Levels { rings, polygons, features, nulls } = self.levels;
        PolygonSet::from_parts(self.coords, rings, polygons, features, nulls)
    }

    /// The finished set of what was ended as lines, of which each polygon is a group; features without geometry have none.
    ///
    /// # Errors
    /// As [`PolygonBuilder::finish`].
    pub fn finish_lines(self) -> Result<LineSet, OverlayError> {
        if !self.levels.count(self.coords.len()) {
            return Err(OverlayError::TooLarge);
        }
        let Levels { rings: lines, polygons: groups, features, .. } = self.levels;
        let broken = OverlayError::Layout { level: "feature", position: 0 };
        let lines_before = |&end: &i32| usize::try_from(end).ok().and_then(|end| groups.get(end)).copied();
        let features = features.iter().map(lines_before).collect::<Option<_>>().ok_or(broken)?;
        LineSet::from_parts(self.coords, lines, features)
    }
}

#[cfg(test)]
#[path = "polygon_builder_tests.rs"]
mod tests;
