//! Geodesy for Chinese land planning: frames of CGCS2000, recognition of a CRS, transforms, and areas that stand up in a review.
//!
//! Points are `[easting_m, northing_m]` in a plane and `[longitude_deg, latitude_deg]` on an ellipsoid, in that order
//! everywhere, whatever order the EPSG register or a file declares.

mod crs;
mod ellipsoid;
mod frame;
mod zone;

pub use crs::{Crs, CrsError, Projection, TransverseMercatorParameters};
pub use ellipsoid::Ellipsoid;
pub use frame::{Datum, Frame, FrameKind};
pub use zone::{Easting, PrefixedEasting, Zone, ZoneError, ZoneNumber, ZoneWidth};
