//! What the area on the ellipsoid has beyond the planar one, edge by edge, for programs that sum over edges themselves.

use super::gauss_kruger::EdgeFunctional;
use super::{AreaError, AreaMethod};
use crate::crs::Crs;
use crate::domain::Domain;
use crate::transverse_mercator::TransverseMercator;

/// The ellipsoidal area of a polygon in a transverse Mercator plane, split into the planar area and a small sum over its edges.
///
/// `area_m2 = planar area × planar_factor + Σ edge_m2` is [`AreaMethod::Ellipsoidal`]; the sum changes its sign with the direction of the ring
/// and is exactly additive when an edge is split. An overlay that knows planar areas exactly gets ellipsoidal ones from the same walk.
///
/// # Examples
/// ```
/// use sanxian_geodesy::{AreaMethod, Crs, EllipsoidalCorrection, PolygonColumn, areas_m2};
///
/// let crs = Crs::from_epsg(4526)?;
/// let (x, y) = (38_386_000.0, 4_252_000.0);
/// let ring = [[x, y], [x + 100.0, y], [x + 100.0, y + 100.0], [x, y + 100.0], [x, y]];
/// let correction = EllipsoidalCorrection::new(&crs, y, y + 100.0)?;
/// let sum: f64 = ring.windows(2).map(|edge| correction.edge_m2(edge[0], edge[1])).sum();
/// let area_m2 = 10_000.0 * correction.planar_factor() + sum;
/// let column = PolygonColumn { coords: &ring, ring_offsets: &[0, 5], polygon_offsets: &[0, 1], feature_offsets: &[0, 1] };
/// assert!((area_m2 - areas_m2(&column, &crs, AreaMethod::Ellipsoidal)?[0]).abs() < 1e-7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EllipsoidalCorrection {
    projection: TransverseMercator,
    edges: EdgeFunctional,
    unit: f64,
}

impl EllipsoidalCorrection {
    /// Prepares the correction for northings from `min_northing` to `max_northing`, in the units of the CRS.
    ///
    /// # Errors
    /// [`AreaError::Unsupported`] when the CRS is not a transverse Mercator plane with a known ellipsoid.
    pub fn new(crs: &Crs, min_northing: f64, max_northing: f64) -> Result<Self, AreaError> {
        let Some(Domain::NearMeridian(projection)) = Domain::of(crs) else {
            return Err(AreaError::Unsupported {
                method: AreaMethod::Ellipsoidal,
                crs: crs.label(),
                reason: "a correction of planar areas needs a Gauss-Kruger plane; compute areas of the pieces instead",
            });
        };
        let unit = crs.unit();
        let reduced = |northing: f64| projection.reduced_m([0.0, northing * unit])[1];
        let edges = EdgeFunctional::new(&projection, reduced(min_northing), reduced(max_northing));
        Ok(Self { projection: *projection, edges, unit })
    }

    /// Square metres, freed of the scale on the central meridian, that a square unit of the coordinates comes to.
    pub fn planar_factor(&self) -> f64 {
        (self.unit / self.projection.scale()).powi(2)
    }

    /// The share of the straight edge from `from` to `to`, in square metres. Both ends must lie within the northings prepared for and within
    /// 1 000 km of the central meridian, as [`super::areas_m2`] checks; elsewhere the answer is meaningless.
    #[inline]
    pub fn edge_m2(&self, from: [f64; 2], to: [f64; 2]) -> f64 {
        let reduced =
            |point: [f64; 2]| self.projection.reduced_m([point[0] * self.unit, point[1] * self.unit]);
        self.edges.edge_m2(reduced(from), reduced(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::{PolygonColumn, areas_m2};

    #[test]
    fn planar_area_and_correction_make_the_ellipsoidal_area() {
        // A degree from the meridian and more, over several bands, with edges of up to 90 km.
        let ring = [
            [38_386_000.0, 4_252_000.0],
            [38_476_000.0, 4_262_000.0],
            [38_470_000.0, 4_350_000.0],
            [38_390_000.0, 4_300_000.0],
            [38_386_000.0, 4_252_000.0],
        ];
        let crs = Crs::from_epsg(4526).expect("a known zone");
        let correction = EllipsoidalCorrection::new(&crs, 4_252_000.0, 4_350_000.0).expect("a plane");
        let sum = |edges: &[[f64; 2]]| -> f64 {
            edges.windows(2).map(|edge| correction.edge_m2(edge[0], edge[1])).sum()
        };
        let planar: f64 = ring
            .windows(2)
            .map(|edge| {
                let [a, b] = [edge[0], edge[1]].map(|[x, y]| [x - ring[0][0], y - ring[0][1]]);
                0.5 * (a[0] * b[1] - b[0] * a[1])
            })
            .sum();
        let column = PolygonColumn {
            coords: &ring,
            ring_offsets: &[0, 5],
            polygon_offsets: &[0, 1],
            feature_offsets: &[0, 1],
        };
        let area_m2 = areas_m2(&column, &crs, AreaMethod::Ellipsoidal).expect("in the zone")[0];
        let ours = planar * correction.planar_factor() + sum(&ring);
        assert!((ours - area_m2).abs() < 1e-11 * area_m2, "{ours} and {area_m2}");
        // A split edge has the same share.
        let middle = [38_431_000.0, 4_257_000.0];
        let whole = sum(&ring[..2]);
        assert!((sum(&[ring[0], middle, ring[1]]) - whole).abs() < 1e-10 * whole.abs());
        assert!(EllipsoidalCorrection::new(&Crs::from_epsg(4490).expect("known"), 30.0, 31.0).is_err());
    }
}
