//! Areas of polygons: on the plane, on the ellipsoid in two recipes, and with geodesic edges.

mod column;
mod degrees;
mod edge_area;
mod error;
mod gauss_kruger;
mod plan;
mod planar;
mod survey;

use std::fmt;
use std::str::FromStr;

use rayon::prelude::*;

use crate::crs::Crs;
use plan::{Plan, Scratch};

pub use column::PolygonColumn;
pub use edge_area::EdgeArea;
pub use error::{AreaError, VertexPosition};

/// How an area is computed. The same vertices have a different area by each, because the edges between them differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AreaMethod {
    /// On the projection plane, as exchange texts declare it. Straight edges.
    Planar,
    /// On the ellipsoid. Edges are straight in the plane of a transverse Mercator projection, or straight in longitude and latitude when
    /// coordinates are degrees. Exactly additive: pieces sum to the whole.
    Ellipsoidal,
    /// On the ellipsoid by the survey office's recipe with all its rounding, for comparison with government tools.
    EllipsoidalSurvey,
    /// On the ellipsoid with geodesic edges (Karney 2013). GeographicLib counts from the equator, so about 1e-4 m² of rounding
    /// stays however small the polygon.
    Geodesic,
}

impl AreaMethod {
    /// The name by which it is chosen: `planar`, `ellipsoidal`, `survey` or `geodesic`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planar => "planar",
            Self::Ellipsoidal => "ellipsoidal",
            Self::EllipsoidalSurvey => "survey",
            Self::Geodesic => "geodesic",
        }
    }
}

impl fmt::Display for AreaMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no area method: choose planar, ellipsoidal, survey or geodesic")]
pub struct UnknownAreaMethod(String);

impl FromStr for AreaMethod {
    type Err = UnknownAreaMethod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let methods = [Self::Planar, Self::Ellipsoidal, Self::EllipsoidalSurvey, Self::Geodesic];
        methods
            .into_iter()
            .find(|method| method.as_str() == text)
            .ok_or_else(|| UnknownAreaMethod(text.to_owned()))
    }
}

/// Area of every feature of a column: exteriors less interiors, whatever their winding.
///
/// Features are computed in parallel, each by itself, so the result does not depend on the number of threads.
///
/// | CRS | planar | ellipsoidal | survey | geodesic |
/// |-|-|-|-|-|
/// | transverse Mercator | yes | straight edges of the plane, error below 1e-11 | Gauss-Krüger on CGCS2000 or Xian 1980 | yes |
/// | geographic | no | edges straight in (longitude, latitude) | CGCS2000 or Xian 1980, no points inserted | yes |
/// | other projection | yes | no | no | where PROJ has an inverse |
/// | local plane | yes | no | no | no |
///
/// # Units
/// Coordinates in the unit of the CRS; results in square metres.
///
/// # Errors
/// [`AreaError::Vertex`] with the first vertex that cannot be a place (NaN, latitude 91, an easting more than 1 000 km from the
/// central meridian), [`AreaError::Unsupported`] where the table says no, [`AreaError::Layout`] for broken offsets.
///
/// # Examples
/// ```
/// use sanxian_geodesy::{AreaMethod, Crs, PolygonColumn, areas_m2};
///
/// let ten_mu = [
///     [38_386_439.0, 4_252_698.0],
///     [38_386_534.476, 4_252_727.737],
///     [38_386_514.651, 4_252_791.389],
///     [38_386_419.175, 4_252_761.651],
///     [38_386_439.0, 4_252_698.0],
/// ];
/// let column =
///     PolygonColumn { coords: &ten_mu, ring_offsets: &[0, 5], polygon_offsets: &[0, 1], feature_offsets: &[0, 1] };
/// let crs = Crs::from_epsg(4526)?;
/// let area_m2 = |method| areas_m2(&column, &crs, method).map(|areas| areas[0]);
/// assert!((area_m2(AreaMethod::Planar)? - 6666.7366).abs() < 1e-4);
/// assert!((area_m2(AreaMethod::Ellipsoidal)? - 6664.6217).abs() < 1e-4);
/// assert!((area_m2(AreaMethod::EllipsoidalSurvey)? - 6664.6208).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
/// 国土调查办发〔2008〕32 号; C. F. F. Karney (2013), J. Geodesy 87, 43-55, doi:10.1007/s00190-012-0578-z.
pub fn areas_m2(column: &PolygonColumn<'_>, crs: &Crs, method: AreaMethod) -> Result<Vec<f64>, AreaError> {
    column.check()?;
    let plan = Plan::new(crs, method, column.coords)?;
    let one = |scratch: &mut Scratch, feature: usize| plan.feature_area_m2(scratch, column, feature);
    let areas: Vec<f64> = (0..column.len())
        .into_par_iter()
        .map_init(Scratch::default, |scratch, feature| one(scratch, feature).unwrap_or(f64::NAN))
        .collect();
    // No area is NaN unless a vertex was refused. Errors are rare, so the first one is looked up only when there is one.
    if let Some(feature) = areas.iter().position(|area| area.is_nan()) {
        one(&mut Scratch::default(), feature)?;
    }
    Ok(areas)
}

#[cfg(test)]
#[path = "area_tests.rs"]
mod tests;
