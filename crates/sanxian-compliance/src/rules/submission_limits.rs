//! The limits that a submission is held against: `rules/submission.toml`.

use super::code_tables::{read, tolerance};
use super::error::RuleError;

const SUBMISSION: &str = include_str!("../../rules/submission.toml");

/// The figures of `rules/submission.toml`, each with its citation there.
#[derive(Clone, Debug, PartialEq)]
pub struct SubmissionLimits {
    /// Vertices of a polygon closer than this are told.
    pub vertex_tolerance_m: f64,
    /// Edges shorter than this are told.
    pub shortest_edge_m: f64,
    /// Corners sharper than this are told.
    pub sharpest_angle_deg: f64,
    /// Strips between plots up to this width are told though they are open at their ends.
    pub open_gap_width_m: f64,
    /// How far a vertex of a text and the same one of a Shapefile may lie apart.
    pub same_vertex_m: f64,
    /// How far hectares with four decimals may be off.
    pub area_rounding_ha: f64,
    /// How far `TBMJ` may be off.
    pub survey_area_m2: f64,
    /// Ground of a plot that neither survey nor uses cover is told from this area on.
    pub uncovered_m2: f64,
}

impl SubmissionLimits {
    /// Reads the embedded table.
    ///
    /// # Errors
    /// [`RuleError`] names the key; only possible in a build whose data files were edited.
    pub fn embedded() -> Result<Self, RuleError> {
        read("submission", SUBMISSION, |keys| {
            Ok(Self {
                vertex_tolerance_m: tolerance(keys, "vertex_tolerance_m", "m")?,
                shortest_edge_m: tolerance(keys, "shortest_edge_m", "m")?,
                sharpest_angle_deg: tolerance(keys, "sharpest_angle_deg", "deg")?,
                open_gap_width_m: tolerance(keys, "open_gap_width_m", "m")?,
                same_vertex_m: tolerance(keys, "same_vertex_m", "m")?,
                area_rounding_ha: tolerance(keys, "area_rounding_ha", "ha")?,
                survey_area_m2: tolerance(keys, "survey_area_m2", "m2")?,
                uncovered_m2: tolerance(keys, "uncovered_m2", "m2")?,
            })
        })
    }
}
