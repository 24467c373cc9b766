//! Errors of areas.

use std::fmt;

use crate::domain::VertexFault;

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
