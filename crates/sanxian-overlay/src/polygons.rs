//! Columnar polygon sets: the `GeoArrow` multipolygon layout in four flat arrays.

use std::ops::Range;
use std::sync::Arc;

use crate::bounds::Bounds;
use crate::coords::Coords;
use crate::error::OverlayError;
use crate::levels::Levels;

/// One point, `[easting_m, northing_m]` in a plane or `[longitude_deg, latitude_deg]` on a globe; this crate does not care which.
pub type Point = [f64; 2];

/// A borrowed set of polygon features: flat coordinates and three levels of offsets.
///
/// Feature `i` owns the polygons `feature_offsets[i]..feature_offsets[i + 1]`, polygon `p` the rings
/// `polygon_offsets[p]..polygon_offsets[p + 1]`, ring `r` the points `ring_offsets[r]..ring_offsets[r + 1]`.
/// The first ring of a polygon is its exterior, the others are interiors. Rings repeat their first point at the end.
/// This is `geoarrow.multipolygon` without its Arrow clothes, so an Arrow array becomes a `Polygons` without a copy.
#[derive(Clone, Copy, Debug)]
pub struct Polygons<'a> {
    coords: &'a [Point],
    ring_offsets: &'a [i32],
    polygon_offsets: &'a [i32],
    feature_offsets: &'a [i32],
    nulls: Option<&'a [bool]>,
}

impl<'a> Polygons<'a> {
    /// Checks the offsets and borrows the arrays. `nulls[i]` is true where feature `i` has no geometry.
    ///
    /// # Errors
    /// [`OverlayError::Layout`] when offsets decrease, leave their target or do not end at its length;
    /// [`OverlayError::OpenRing`] when a ring does not end where it starts.
    pub fn new(
        coords: &'a [Point],
        ring_offsets: &'a [i32],
        polygon_offsets: &'a [i32],
        feature_offsets: &'a [i32],
        nulls: Option<&'a [bool]>,
    ) -> Result<Self, OverlayError> {
        check_offsets("ring", ring_offsets, coords.len())?;
        check_offsets("polygon", polygon_offsets, ring_offsets.len() - 1)?;
        check_offsets("feature", feature_offsets, polygon_offsets.len() - 1)?;
        if nulls.is_some_and(|nulls| nulls.len() != feature_offsets.len() - 1) {
            return Err(OverlayError::Layout { level: "null", position: 0 });
        }
        let set = Self { coords, ring_offsets, polygon_offsets, feature_offsets, nulls };
        match set.open_ring() {
            Some(ring) => Err(OverlayError::OpenRing { ring }),
            None => Ok(set),
        }
    }

    /// The first ring that does not end where it starts.
    fn open_ring(&self) -> Option<usize> {
        (0..self.ring_offsets.len() - 1).find(|&ring| is_open(self.ring(ring)))
    }

    /// Number of features, null and empty ones included.
    pub fn len(&self) -> usize {
        self.feature_offsets.len() - 1
    }

    /// True when the set has no feature at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True when feature `feature` has no geometry (which is not the same as an empty one).
    pub fn is_null(&self, feature: usize) -> bool {
        self.nulls.and_then(|nulls| nulls.get(feature)).copied().unwrap_or(false)
    }

    /// The polygons of one feature, in order.
    pub fn feature(&self, feature: usize) -> impl ExactSizeIterator<Item = Polygon<'a>> + Clone + use<'a> {
        let set = *self;
        span(set.feature_offsets, feature).map(move |polygon| Polygon { set, polygon })
    }

    /// Positions of the polygons of one feature in the whole set.
    pub(crate) fn polygon_range(&self, feature: usize) -> Range<usize> {
        span(self.feature_offsets, feature)
    }

    /// Positions of the rings of one polygon in the whole set.
    pub(crate) fn ring_range(&self, polygon: usize) -> Range<usize> {
        span(self.polygon_offsets, polygon)
    }

    /// Positions of the points of one ring in the coordinates.
    pub(crate) fn ring_span(&self, ring: usize) -> Range<usize> {
        span(self.ring_offsets, ring)
    }

    /// The points of one ring, counted through the whole set.
    pub(crate) fn ring(&self, ring: usize) -> &'a [Point] {
        &self.coords[span(self.ring_offsets, ring)]
    }

    /// All coordinates, ring after ring.
    pub fn coords(&self) -> &'a [Point] {
        self.coords
    }

    /// Offsets of rings into the coordinates.
    pub fn ring_offsets(&self) -> &'a [i32] {
        self.ring_offsets
    }

    /// Offsets of polygons into the rings.
    pub fn polygon_offsets(&self) -> &'a [i32] {
        self.polygon_offsets
    }

    /// Offsets of features into the polygons.
    pub fn feature_offsets(&self) -> &'a [i32] {
        self.feature_offsets
    }

    /// The smallest box `[min_x, min_y, max_x, max_y]` round a feature; `None` when it is null or empty.
    pub fn bounds(&self, feature: usize) -> Option<[f64; 4]> {
        let mut bounds = Bounds::EMPTY;
        for polygon in self.feature(feature) {
            // Interiors lie inside; a set whose interiors stick out is invalid and found as such elsewhere, so look at all.
            for ring in polygon.rings() {
                bounds.grow(ring);
            }
        }
        (!bounds.is_empty()).then_some(bounds.0)
    }

    /// The smallest box round all features; `None` when there is no coordinate.
    pub fn total_bounds(&self) -> Option<[f64; 4]> {
        let mut bounds = Bounds::EMPTY;
        bounds.grow(self.coords);
        (!bounds.is_empty()).then_some(bounds.0)
    }

    /// Which features have no geometry; `None` when all have one.
    pub(crate) const fn nulls(&self) -> Option<&'a [bool]> {
        self.nulls
    }

    /// An owned copy of the features at `indices`, in that order; nulls stay null.
    pub fn take(&self, indices: impl IntoIterator<Item = usize>) -> PolygonSet {
        let mut set = PolygonSet::default();
        indices.into_iter().for_each(|index| set.extend_with(*self, index..index + 1));
        set
    }
}

fn span(offsets: &[i32], index: usize) -> Range<usize> {
    offsets[index] as usize..offsets[index + 1] as usize
}

/// True when a ring has points and its last is not its first, to the bit where a coordinate is no number.
pub(crate) fn is_open(ring: &[Point]) -> bool {
    let same = |a: f64, b: f64| a == b || a.to_bits() == b.to_bits();
    match (ring.first(), ring.last()) {
        (Some(first), Some(last)) => !(same(first[0], last[0]) && same(first[1], last[1])),
        _ => false,
    }
}

/// Coordinates and ring offsets with every ring closed.
fn closed(coords: &[Point], ring_offsets: &[i32]) -> (Vec<Point>, Vec<i32>) {
    let mut points = Vec::with_capacity(coords.len() + ring_offsets.len());
    let mut offsets = vec![0];
    for ring in 0..ring_offsets.len() - 1 {
        let ring = &coords[span(ring_offsets, ring)];
        points.extend_from_slice(ring);
        if is_open(ring) {
            points.extend(ring.first());
        }
        offsets.push(points.len() as i32);
    }
    (points, offsets)
}

fn span_of(offsets: &[i32], range: &Range<usize>) -> Range<usize> {
    offsets[range.start] as usize..offsets[range.end] as usize
}

pub(crate) fn check_offsets(level: &'static str, offsets: &[i32], target: usize) -> Result<(), OverlayError> {
    let broken = |position| OverlayError::Layout { level, position };
    if offsets.first() != Some(&0) {
        return Err(broken(0));
    }
    if let Some(position) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
        return Err(broken(position + 1));
    }
    if offsets.last().is_none_or(|&end| usize::try_from(end) != Ok(target)) {
        return Err(broken(offsets.len() - 1));
    }
    Ok(())
}

/// One polygon of a [`Polygons`] set: an exterior ring and its interiors.
#[derive(Clone, Copy, Debug)]
pub struct Polygon<'a> {
    set: Polygons<'a>,
    polygon: usize,
}

impl<'a> Polygon<'a> {
    /// The rings, exterior first; none when the polygon is empty.
    pub fn rings(&self) -> impl ExactSizeIterator<Item = &'a [Point]> + Clone + use<'a> {
        let set = self.set;
        span(set.polygon_offsets, self.polygon).map(move |ring| &set.coords[span(set.ring_offsets, ring)])
    }
}

/// The arrays of a [`PolygonSet`]: coordinates, ring, polygon and feature offsets, null flags.
pub type PolygonParts = (Vec<Point>, Vec<i32>, Vec<i32>, Vec<i32>, Option<Vec<bool>>);

/// An owned polygon set, filled feature by feature; [`PolygonSet::view`] lends it as [`Polygons`].
///
/// Clones share their arrays until one of them is changed, so handing a layer on costs nothing.
///
/// # Examples
/// ```
/// use sanxian_overlay::PolygonSet;
///
/// let square: [[f64; 2]; 5] = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]];
/// let mut set = PolygonSet::default();
/// set.push_feature([[square.as_slice()]]);
/// set.push_null();
/// assert_eq!(set.view().len(), 2);
/// assert_eq!(set.view().bounds(0), Some([0.0, 0.0, 10.0, 10.0]));
/// assert!(set.view().is_null(1));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolygonSet {
    arrays: Arc<Arrays>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Arrays {
    coords: Coords,
    levels: Levels,
}

impl Arrays {
    /// Offsets that have wrapped would be read as other places, so this is the end of the road.
    fn assert_countable(&self) {
        assert!(self.levels.count(self.coords.len()), "{}", OverlayError::TooLarge);
    }
}

impl PolygonSet {
    /// Takes the four arrays of the layout after checking them as [`Polygons::new`] does; open rings are closed.
    ///
    /// # Errors
    /// [`OverlayError::Layout`] names the level and the position of the first broken offset.
    pub fn from_parts(
        coords: Vec<Point>,
        ring_offsets: Vec<i32>,
        polygon_offsets: Vec<i32>,
        feature_offsets: Vec<i32>,
        nulls: Option<Vec<bool>>,
    ) -> Result<Self, OverlayError> {
        let levels =
            Levels { rings: ring_offsets, polygons: polygon_offsets, features: feature_offsets, nulls };
        Self::checked(Arrays { coords: Coords::from(coords), levels })
    }

    /// [`PolygonSet::from_parts`] with coordinates that stay where they are, such as in an Arrow buffer; all features have a geometry.
    /// They are copied when the set is changed, or has open rings.
    ///
    /// # Errors
    /// As [`PolygonSet::from_parts`].
    pub fn from_lent(
        coords: Arc<dyn AsRef<[Point]> + Send + Sync>,
        ring_offsets: Vec<i32>,
        polygon_offsets: Vec<i32>,
        feature_offsets: Vec<i32>,
    ) -> Result<Self, OverlayError> {
        let levels =
            Levels { rings: ring_offsets, polygons: polygon_offsets, features: feature_offsets, nulls: None };
        Self::checked(Arrays { coords: Coords::lent(coords), levels })
    }

    fn checked(mut arrays: Arrays) -> Result<Self, OverlayError> {
        let Arrays { coords, levels: Levels { rings, polygons, features, nulls } } = &arrays;
        match Polygons::new(coords, rings, polygons, features, nulls.as_deref()) {
            Ok(_) => {}
            Err(OverlayError::OpenRing { .. }) => {
                let (coords, rings) = closed(coords, rings);
                arrays.coords = Coords::from(coords);
                arrays.levels.rings = rings;
            }
            Err(error) => return Err(error),
        }
        Ok(Self { arrays: Arc::new(arrays) })
    }

    /// Appends a feature: its polygons, each an exterior ring followed by interiors. No polygon makes an empty feature.
    ///
    /// Rings are stored as given, except that an open ring is closed. Readers of files, which cannot know how much there is, fill a
    /// [`PolygonBuilder`](crate::PolygonBuilder).
    ///
    /// # Panics
    /// When the set grows past what 32-bit offsets can count, 2³¹ - 1 points, rings or polygons.
    pub fn push_feature<'r, P, R>(&mut self, polygons: P)
    where
        P: IntoIterator<Item = R>,
        R: IntoIterator<Item = &'r [Point]>,
    {
        let arrays = Arc::make_mut(&mut self.arrays);
        let coords = arrays.coords.own();
        for rings in polygons {
            for ring in rings {
                coords.extend_from_slice(ring);
                if is_open(ring) {
                    coords.extend(ring.first());
                }
                arrays.levels.end_ring(coords.len());
            }
            arrays.levels.end_polygon();
        }
        arrays.levels.end_feature();
        arrays.assert_countable();
    }

    /// Appends a feature without geometry.
    pub fn push_null(&mut self) {
        Arc::make_mut(&mut self.arrays).levels.push_null();
    }

    /// Appends all features of `other`.
    ///
    /// # Panics
    /// As [`PolygonSet::push_feature`].
    pub fn extend(&mut self, other: Polygons<'_>) {
        self.extend_with(other, 0..other.len());
    }

    /// Appends a run of features of `other`: whole arrays at once, not ring by ring.
    pub(crate) fn extend_with(&mut self, other: Polygons<'_>, features: Range<usize>) {
        let polygons = span_of(other.feature_offsets, &features);
        let rings = span_of(other.polygon_offsets, &polygons);
        let points = span_of(other.ring_offsets, &rings);
        let arrays = Arc::make_mut(&mut self.arrays);
        arrays.levels.append(
            &other.ring_offsets[rings.start..=rings.end],
            &other.polygon_offsets[polygons.start..=polygons.end],
            &other.feature_offsets[features.start..=features.end],
            other.nulls.map(|nulls| &nulls[features]),
        );
        arrays.coords.own().extend_from_slice(&other.coords[points]);
        arrays.assert_countable();
    }

    /// Borrows the set.
    pub fn view(&self) -> Polygons<'_> {
        let Arrays { coords, levels: Levels { rings, polygons, features, nulls } } = self.arrays.as_ref();
        Polygons {
            coords,
            ring_offsets: rings,
            polygon_offsets: polygons,
            feature_offsets: features,
            nulls: nulls.as_deref(),
        }
    }

    /// Number of features, null and empty ones included.
    pub fn len(&self) -> usize {
        self.view().len()
    }

    /// True when the set has no feature at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives the four arrays and the null flags away, in the order of [`PolygonSet::from_parts`].
    pub fn into_parts(self) -> PolygonParts {
        let Arrays { coords, levels: Levels { rings, polygons, features, nulls } } =
            Arc::unwrap_or_clone(self.arrays);
        (coords.into_own(), rings, polygons, features, nulls)
    }

    /// Lets `change` work on all coordinates in place, for a change of CRS.
    ///
    /// # Errors
    /// Whatever `change` answers.
    pub fn try_change_coords<E>(
        &mut self,
        change: impl FnOnce(&mut [Point]) -> Result<(), E>,
    ) -> Result<(), E> {
        change(Arc::make_mut(&mut self.arrays).coords.own())
    }
}

#[cfg(test)]
#[path = "polygons_tests.rs"]
mod tests;
