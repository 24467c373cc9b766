//! Where a vertex may lie, before anything is computed with it.

use std::fmt;

use crate::crs::{Crs, Projection};
use crate::transverse_mercator::TransverseMercator;

/// Largest distance from the central meridian, freed of the scale, in metres.
///
/// The farthest point of a 6-degree zone of China is 334 km away; a thousand leaves room for layers that reach over their zone,
/// and refuses swapped pairs and zone prefixes.
pub(crate) const MAX_FROM_MERIDIAN_M: f64 = 1_000_000.0;

/// Why a vertex cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VertexFault {
    /// NaN or infinite.
    NotFinite,
    /// A latitude beyond ±90°.
    Latitude,
    /// A longitude beyond ±360°.
    Longitude,
    /// Farther than 1 000 km from the central meridian.
    Easting,
    /// Beyond a pole.
    Northing,
    /// Outside the domain of the projection, says PROJ.
    Projection,
    /// Farther than 1 000 km from the central meridian of the zone it should go to.
    TargetZone,
}

impl fmt::Display for VertexFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFinite => "not a finite number",
            Self::Latitude => "the latitude lies beyond 90 degrees; are the pairs (latitude, longitude)? they must be (longitude, latitude)",
            Self::Longitude => "the longitude lies beyond 360 degrees; are these metres in a CRS of degrees?",
            Self::Easting => {
                "the easting lies more than 1000 km from the central meridian; look for a swapped pair, a missing or \
                 superfluous zone prefix, or a wrong CRS"
            }
            Self::Northing => "the northing lies beyond a pole; look for a swapped pair or a wrong CRS",
            Self::TargetZone => "the point lies more than 1000 km from the central meridian of the target zone; choose another zone",
            Self::Projection => "the point lies outside the domain of the projection",
        })
    }
}

/// The vertices that a CRS can have.
#[derive(Clone, Debug)]
pub(crate) enum Domain {
    /// Nothing is known but that numbers must be finite.
    Anywhere,
    /// Longitude and latitude.
    Degrees,
    /// Not too far from a central meridian.
    NearMeridian(Box<TransverseMercator>),
}

impl Domain {
    /// The domain of a CRS; `None` when its definition names no ellipsoid though it needs one.
    pub(crate) fn of(crs: &Crs) -> Option<Self> {
        Some(match crs.projection() {
            Projection::Geographic => Self::Degrees,
            Projection::TransverseMercator(parameters) => {
                Self::NearMeridian(Box::new(TransverseMercator::new(crs.ellipsoid()?, *parameters)))
            }
            Projection::Geocentric | Projection::Other { .. } | Projection::Local => Self::Anywhere,
        })
    }

    /// Checks a vertex given in units of `unit` and answers it in degrees, in metres, or in reduced metres near a meridian.
    #[inline]
    pub(crate) fn checked(&self, point: [f64; 2], unit: f64) -> Result<[f64; 2], VertexFault> {
        if !(point[0].is_finite() && point[1].is_finite()) {
            return Err(VertexFault::NotFinite);
        }
        let point = [point[0] * unit, point[1] * unit];
        match self {
            Self::Degrees if point[1].abs() > 90.0 => Err(VertexFault::Latitude),
            Self::Degrees if point[0].abs() > 360.0 => Err(VertexFault::Longitude),
            Self::Anywhere | Self::Degrees => Ok(point),
            Self::NearMeridian(projection) => {
                let reduced = projection.reduced_m(point);
                if reduced[0].abs() > MAX_FROM_MERIDIAN_M {
                    Err(VertexFault::Easting)
                } else if reduced[1].abs() > projection.quarter_meridian_m() {
                    Err(VertexFault::Northing)
                } else {
                    Ok(reduced)
                }
            }
        }
    }
}
