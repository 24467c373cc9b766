//! What can go wrong in this crate.

/// Errors of polygon sets and overlays.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OverlayError {
    /// The arrays of a polygon set do not fit together.
    #[error("{level} offsets are broken at position {position}: they must start at 0, never decrease and end at the length of what they point into")]
    Layout {
        /// Which array: `ring`, `polygon`, `feature` or `null`.
        level: &'static str,
        /// Position of the first offset that does not fit.
        position: usize,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}
