//! Areas as sums over edges, for those who have boundaries but no polygons.

use super::degrees::ParallelFunctional;
use super::gauss_kruger::EdgeFunctional;
use super::{AreaError, AreaMethod};
use crate::crs::{Crs, Projection};
use crate::domain::Domain;
use crate::transverse_mercator::TransverseMercator;

/// An area that is a sum over the edges of a polygon: what an overlay needs to measure pieces without making them.
///
/// The area in square metres of what a boundary encloses is its planar area in squared units of the coordinates times
/// [`factor`](Self::factor), plus the sum of [`path_m2`](Self::path_m2) along it. The planar part can so be computed exactly by those
/// who know how; the sum is a small correction on a plane, and everything where coordinates are degrees.
///
/// # Examples
/// ```
/// use sanxian_geodesy::{AreaMethod, Crs, EdgeArea};
///
/// let crs = Crs::from_epsg(4526)?;
/// let (west, south) = (38_386_000.0, 4_252_000.0);
/// let ring = [[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0], [0.0, 0.0]].map(|[x, y]| [west + x, south + y]);
/// let area = EdgeArea::new(&crs, AreaMethod::Ellipsoidal, [west, south, west + 100.0, south + 100.0])?;
/// let area = area.ok_or("no sum over edges")?;
/// // West of the meridian by 114 km the plane is too large by 3 in 10,000.
/// assert!((10_000.0 * area.factor() + area.path_m2(&ring) - 9_996.80).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EdgeArea {
    factor: f64,
    unit: f64,
    edges: Edges,
}

#[derive(Clone, Debug)]
enum Edges {
    /// The planar area is all there is.
    Nothing,
    Correction(Box<TransverseMercator>, EdgeFunctional),
    Parallels(ParallelFunctional),
}

impl EdgeArea {
    /// The sum for a method on a CRS; `None` for methods whose area is no sum over edges (survey and geodesic).
    ///
    /// `bounds` is `[min_x, min_y, max_x, max_y]` of what is to be measured, in units of the CRS. Boundaries may reach beyond;
    /// what they enclose may not.
    ///
    /// # Errors
    /// As [`super::areas_m2`] for a CRS that has no such area.
    pub fn new(crs: &Crs, method: AreaMethod, bounds: [f64; 4]) -> Result<Option<Self>, AreaError> {
        if !matches!(method, AreaMethod::Planar | AreaMethod::Ellipsoidal) {
            return Ok(None);
        }
        // The same words for the same refusals.
        super::Plan::new(crs, method, &[])?;
        let unit = crs.unit();
        let [_, low, _, high] = bounds;
        let (factor, edges) = match (method, Domain::of(crs), crs.projection()) {
            (AreaMethod::Ellipsoidal, Some(Domain::NearMeridian(projection)), _) => {
                let [low, high] = [low, high].map(|y| projection.reduced_m([0.0, y * unit])[1]);
                let functional = EdgeFunctional::new(&projection, low, high);
                let scale = projection.scale();
                (unit * unit / (scale * scale), Edges::Correction(projection, functional))
            }
            (AreaMethod::Ellipsoidal, _, Projection::Geographic) => {
                let Some(ellipsoid) = crs.ellipsoid() else { return Ok(None) };
                (0.0, Edges::Parallels(ParallelFunctional::new(ellipsoid, low * unit, high * unit)))
            }
            _ => (unit * unit, Edges::Nothing),
        };
        Ok(Some(Self { factor, unit, edges }))
    }

    /// Square metres that a squared unit of the planar area counts for.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// True when there is nothing to sum: the planar area times [`factor`](Self::factor) is the area.
    pub fn is_planar(&self) -> bool {
        matches!(self.edges, Edges::Nothing)
    }

    /// The share of the straight edges from each point to the next, counter-clockwise positive, in square metres.
    pub fn path_m2(&self, points: &[[f64; 2]]) -> f64 {
        match &self.edges {
            Edges::Nothing => 0.0,
            Edges::Correction(projection, functional) => {
                let reduced = |[x, y]: [f64; 2]| projection.reduced_m([x * self.unit, y * self.unit]);
                functional.path(points.iter().map(|point| reduced(*point)))
            }
            Edges::Parallels(functional) => {
                functional.path(points.iter().map(|[x, y]| [x * self.unit, y * self.unit]))
            }
        }
    }
}

#[cfg(test)]
#[path = "edge_area_tests.rs"]
mod tests;
