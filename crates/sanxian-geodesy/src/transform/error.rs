//! Errors of transforms.

use crate::domain::VertexFault;

/// Errors of [`super::transform`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TransformError {
    /// A change of datum without the parameters for it, or with parameters that do not fit.
    #[error("{from} and {to} are on different datums: {advice}")]
    DatumShift {
        /// Label of the source CRS.
        from: String,
        /// Label of the target CRS.
        to: String,
        /// What to give.
        advice: &'static str,
    },
    /// Parameters were given where there is nothing to shift.
    #[error(
        "{from} and {to} are on the same datum: the datum shift given would be wrong or without effect; leave it out"
    )]
    NeedlessShift {
        /// Label of the source CRS.
        from: String,
        /// Label of the target CRS.
        to: String,
    },
    /// A point that cannot be a place in the source CRS, or has no image in the target CRS.
    #[error("point {index}, ({}, {}), cannot go from {from} to {to}: {fault}", .point[0], .point[1])]
    Point {
        /// Position in the coordinates, from 0; [`crate::PolygonColumn::position_of`] tells feature, ring and vertex.
        index: usize,
        /// The pair as given.
        point: [f64; 2],
        /// What is wrong with it.
        fault: VertexFault,
        /// Label of the source CRS.
        from: String,
        /// Label of the target CRS.
        to: String,
    },
    /// A CRS between which and others there is no way.
    #[error("there is no transform from or to {crs}: {reason}")]
    Unsupported {
        /// Label of the CRS.
        crs: String,
        /// Why not.
        reason: &'static str,
    },
    /// PROJ cannot use a definition.
    #[error("PROJ cannot use {definition}: {reason}")]
    Proj {
        /// Label of the CRS, or the pipeline.
        definition: String,
        /// PROJ's reason.
        reason: String,
    },
}
