//! Measures of polygons on the plane of their coordinates, and the sum over edges that every area is.

use crate::polygons::{Point, Polygon};

/// A quantity of a ring that is a sum over its edges and changes sign with the direction of the ring, such as an area.
///
/// The planar area is the first of the kind; the area on the ellipsoid is another functional of the same edges, so one
/// path computes both: pieces that share a boundary add up whatever the functional is.
///
/// # Examples
/// ```
/// use sanxian_overlay::{EdgeFunctional, Point, PolygonSet};
///
/// /// The integral of x dy, edge by edge.
/// struct UnderEdge;
/// impl EdgeFunctional for UnderEdge {
///     fn edge(&self, from: Point, to: Point) -> f64 {
///         (from[0] + to[0]) / 2.0 * (to[1] - from[1])
///     }
/// }
/// let mut set = PolygonSet::default();
/// set.push_feature([[[[0.0, 0.0], [2.0, 0.0], [2.0, 3.0], [0.0, 3.0]].as_slice()]]);
/// assert_eq!(UnderEdge.feature(set.view().feature(0)), 6.0);
/// ```
pub trait EdgeFunctional {
    /// The share of the edge from `from` to `to`.
    fn edge(&self, from: Point, to: Point) -> f64;

    /// The sum over the edges from each point to the next.
    fn path(&self, points: &[Point]) -> f64 {
        // Folded from +0: the empty `sum` of floats is -0.
        points.windows(2).fold(0.0, |sum, ends| sum + self.edge(ends[0], ends[1]))
    }

    /// The sum over a closed ring in its own direction, positive for a counter-clockwise one.
    fn ring(&self, ring: &[Point]) -> f64 {
        self.path(ring)
    }

    /// The exterior less the interiors, whatever their directions.
    fn polygon(&self, polygon: Polygon<'_>) -> f64 {
        let mut rings = polygon.rings();
        let exterior = rings.next().map_or(0.0, |ring| self.ring(ring).abs());
        rings.fold(exterior, |rest, ring| rest - self.ring(ring).abs())
    }

    /// The sum over the polygons of a feature.
    fn feature<'a>(&self, polygons: impl Iterator<Item = Polygon<'a>>) -> f64
    where
        Self: Sized,
    {
        polygons.fold(0.0, |sum, polygon| sum + self.polygon(polygon))
    }
}

/// The planar area, counted from `origin`: the nearer the origin, the less is lost to rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanarArea {
    /// Where coordinates are counted from, in the units of the coordinates.
    pub origin: Point,
}

impl EdgeFunctional for PlanarArea {
    fn edge(&self, from: Point, to: Point) -> f64 {
        let [x0, y0] = [from[0] - self.origin[0], from[1] - self.origin[1]];
        let [x1, y1] = [to[0] - self.origin[0], to[1] - self.origin[1]];
        (x0 * y1 - x1 * y0) / 2.0
    }
}

/// Area of a feature on the plane of its coordinates, each polygon counted from its own first point.
///
/// # Units
/// Square units of the coordinates: m² for a projected CRS, meaningless square degrees for a geographic one.
///
/// # Examples
/// ```
/// use sanxian_overlay::{PolygonSet, planar_area};
///
/// let (x, y) = (38_500_000.0, 4_250_000.0);
/// let mut set = PolygonSet::default();
/// let exterior = [[x, y], [x + 100.0, y], [x + 100.0, y + 50.0], [x, y + 50.0]];
/// let interior = [[x + 10.0, y + 10.0], [x + 20.0, y + 10.0], [x + 20.0, y + 20.0], [x + 10.0, y + 20.0]];
/// set.push_feature([[exterior.as_slice(), interior.as_slice()]]);
/// assert_eq!(planar_area(set.view().feature(0)), 4900.0);
/// ```
pub fn planar_area<'a>(polygons: impl Iterator<Item = Polygon<'a>>) -> f64 {
    polygons.fold(0.0, |sum, polygon| {
        let origin = polygon.rings().find_map(|ring| ring.first().copied()).unwrap_or_default();
        sum + PlanarArea { origin }.polygon(polygon)
    })
}

/// Length of all rings of a feature, in the units of the coordinates.
///
/// # Examples
/// ```
/// use sanxian_overlay::{PolygonSet, perimeter};
///
/// let mut set = PolygonSet::default();
/// set.push_feature([[[[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]].as_slice()]]);
/// assert_eq!(perimeter(set.view().feature(0)), 12.0);
/// ```
pub fn perimeter<'a>(polygons: impl Iterator<Item = Polygon<'a>>) -> f64 {
    polygons.flat_map(|polygon| polygon.rings()).fold(0.0, |sum, ring| sum + ring_length(ring))
}

fn ring_length(ring: &[Point]) -> f64 {
    ring.windows(2).map(|ends| (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1])).sum()
}

/// Mean width 2A/P of a feature, the usual measure of a sliver: nearly the width of a long strip, the radius of a disc.
/// Zero for an empty feature.
///
/// # Examples
/// ```
/// use sanxian_overlay::{PolygonSet, mean_width};
///
/// let mut set = PolygonSet::default();
/// set.push_feature([[[[0.0, 0.0], [1000.0, 0.0], [1000.0, 0.2], [0.0, 0.2]].as_slice()]]);
/// assert!((mean_width(set.view().feature(0)) - 0.2).abs() < 1e-4);
/// ```
pub fn mean_width<'a>(polygons: impl Iterator<Item = Polygon<'a>> + Clone) -> f64 {
    let perimeter = perimeter(polygons.clone());
    if perimeter > 0.0 { 2.0 * planar_area(polygons) / perimeter } else { 0.0 }
}
