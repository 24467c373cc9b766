//! Errors of areas.

use std::fmt;

/// Where a vertex stands in a column of polygons; all counts from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VertexPosition {
    /// Feature (row) in the column.
    pub feature: usize,
    /// Polygon of a multi-part feature.
    pub polygon: usize,
    /// Ring of the polygon, the exterior first.
    pub ring: usize,
    /// Vertex of the ring.
    pub vertex: usize,
}

impl fmt::Display for VertexPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { feature, polygon, ring, vertex } = self;
        write!(f, "feature {feature}, polygon {polygon}, ring {ring}, vertex {vertex}")
    }
}

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
            Self::Projection => "the point lies outside the domain of the projection",
        })
    }
}

/// Errors of areas.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AreaError {
    /// A vertex that cannot be a place.
    #[error("{position}: ({}, {}) cannot be used in {crs}: {fault}", .point[0], .point[1])]
    Vertex {
        /// Where it stands.
        position: VertexPosition,
        /// The pair as given.
        point: [f64; 2],
        /// What is wrong with it.
        fault: VertexFault,
        /// Label of the CRS.
        crs: String,
    },
    /// This method has no meaning in this CRS.
    #[error("the {method} area cannot be computed in {crs}: {reason}")]
    Unsupported {
        /// The method asked for.
        method: super::AreaMethod,
        /// Label of the CRS.
        crs: String,
        /// Why not, and what to do.
        reason: &'static str,
    },
    /// The offsets of the column do not fit together.
    #[error(
        "the {level} offsets are broken at position {position}: they must start at 0, never decrease and end at the length of what they point into"
    )]
    Layout {
        /// `ring`, `polygon` or `feature`.
        level: &'static str,
        /// Position of the first offset that does not fit.
        position: usize,
    },
    /// PROJ cannot use the definition of the CRS.
    #[error("PROJ cannot use the definition of {crs}: {reason}")]
    Proj {
        /// Label of the CRS.
        crs: String,
        /// PROJ's reason.
        reason: String,
    },
}
