//! Geodesy for Chinese land planning: frames of CGCS2000, recognition of a CRS, transforms, and areas that stand up in a review.
//!
//! Points are `[easting_m, northing_m]` in a plane and `[longitude_deg, latitude_deg]` on an ellipsoid, in that order
//! everywhere, whatever order the EPSG register or a file declares.

mod area;
mod authalic;
pub mod closure;
mod crs;
mod domain;
mod ellipsoid;
mod evidence;
mod frame;
mod pipeline;
mod polynomial;
mod rounding;
mod transform;
mod transverse_mercator;
pub mod units;
mod zone;

pub use area::{AreaError, AreaMethod, EdgeArea, PolygonColumn, UnknownAreaMethod, VertexPosition, areas_m2};
pub use crs::{Crs, CrsError, Projection, TransverseMercatorParameters};
pub use domain::VertexFault;
pub use ellipsoid::Ellipsoid;
pub use evidence::{Candidate, CrsConflict, candidates, check_declared};
pub use frame::{Datum, Frame, FrameKind};
pub use rounding::{round_half_away, round_to_units};
pub use transform::{FourParameters, Helmert, SevenParameters, TransformError, transform};
pub use transverse_mercator::TransverseMercator;
pub use zone::{Easting, PrefixedEasting, Zone, ZoneError, ZoneNumber, ZoneWidth};
