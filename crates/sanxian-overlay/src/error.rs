//! What can go wrong in this crate.

use std::fmt;

use crate::fault::{Fault, FaultKind};
use crate::polygons::Point;

/// The two sides of an overlay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The features that are asked about, such as plots.
    Subject,
    /// The indexed layer they are held against.
    Control,
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Subject => "subject",
            Self::Control => "control",
        })
    }
}

/// Errors of polygon sets and overlays.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OverlayError {
    /// The arrays of a polygon set do not fit together.
    #[error(
        "{level} offsets are broken at position {position}: they must start at 0, never decrease and end at the length of what they point into"
    )]
    Layout {
        /// Which array: `ring`, `polygon`, `feature` or `null`.
        level: &'static str,
        /// Position of the first offset that does not fit.
        position: usize,
    },
    /// A borrowed ring does not end where it starts. [`crate::PolygonSet`] closes such rings; borrowed arrays cannot grow.
    #[error(
        "ring {ring} does not end where it starts: repeat its first point, or build a polygon set, which closes rings"
    )]
    OpenRing {
        /// The ring, counted through the whole set from 0.
        ring: usize,
    },
    /// More points, rings or polygons than 32-bit offsets can count.
    #[error("a polygon set of more than 2147483647 points, rings or polygons: work on parts of the layer")]
    TooLarge,
    /// A polygon that would have taken part is invalid, and nobody asked for it to be repaired (or it cannot be).
    ///
    /// The fields repeat the first fault that makes the feature invalid; `faults` holds all of them. Positions count from 0.
    #[error("{side} {feature}: {}", .faults.iter().find(|fault| fault.kind.is_error()).map_or_else(|| kind.message().to_owned(), Fault::to_string))]
    InvalidPolygon {
        /// Whether it is a subject or a feature of the control layer.
        side: Side,
        /// The feature of its set.
        feature: usize,
        /// The ring of its polygon; 0 is the exterior.
        ring: Option<usize>,
        /// The vertex of the ring.
        vertex: Option<usize>,
        /// Where the fault is, in the coordinates of the set.
        point: Option<Point>,
        /// What is wrong.
        kind: FaultKind,
        /// Every fault of the feature.
        faults: Vec<Fault>,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl OverlayError {
    /// The same error for a set whose features are counted from `first_feature`.
    pub(crate) fn moved_by(mut self, first_feature: usize) -> Self {
        if let Self::InvalidPolygon { feature, faults, .. } = &mut self {
            *feature += first_feature;
            for fault in faults {
                fault.feature += first_feature;
            }
        }
        self
    }
}
