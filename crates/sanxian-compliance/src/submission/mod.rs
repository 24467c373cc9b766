//! What is wrong with a submission, all at once: geometry, tiling, figures, fields, and whether its parts agree.

mod areas;
mod fields;
mod figures;
mod finding;
mod geometry;
mod plots;
mod survey;
mod tiling;
mod uses;
mod versions;

use sanxian_io::Layer;
use sanxian_overlay::Progress;

use crate::error::ComplianceError;
use crate::rules::{CodeTables, SubmissionLimits};

pub use finding::{Place, SubmissionFinding, submission_findings_layer};

use finding::Collector;
use plots::PlotTable;

/// The parts of a submission; those that are missing are not checked. All in one CRS, that of the plots.
#[derive(Clone, Copy, Debug, Default)]
pub struct Submission<'a> {
    /// The plots, with `plot_id, plot_name, declared_area_ha` where they have them.
    pub plots: Option<&'a Layer>,
    /// The same plots once more, as a Shapefile.
    pub shapefile: Option<&'a Layer>,
    /// The outline of the scheme, which the plots should fill.
    pub outline: Option<&'a Layer>,
    /// The uses: `PlotName, PurName, PurArea`.
    pub uses: Option<&'a Layer>,
    /// The land survey (DLTB).
    pub land_use: Option<&'a Layer>,
    /// Its field of ownership, such as `QSXZ`.
    pub ownership: Option<&'a str>,
    /// Further layers, looked at for their geometry and fields.
    pub layers: &'a [&'a Layer],
}

/// Checks a submission and lists every finding, inputs in their order and each from geometry to figures.
///
/// Nothing is changed or repaired. Limits come from `rules/submission.toml`, `tolerances.toml` and `slivers.toml`.
///
/// # Errors
/// [`ComplianceError`] when a CRS is missing, in degrees or different from that of the plots, when `ownership` names a field that is not there, and
/// after [`Progress::cancel`]. What is merely wrong is a finding.
pub fn check_submission(
    submission: &Submission<'_>,
    progress: &Progress,
) -> Result<Vec<SubmissionFinding>, ComplianceError> {
    let run = Run { limits: SubmissionLimits::embedded()?, tables: CodeTables::embedded()?, progress };
    let named =
        [submission.plots, submission.shapefile, submission.outline, submission.uses, submission.land_use];
    let all: Vec<&Layer> = named.into_iter().flatten().chain(submission.layers.iter().copied()).collect();
    one_crs(&all)?;
    let mut findings = Collector::default();
    for layer in &all {
        geometry::carry(layer, findings.topic("reading"));
        geometry::check(layer, &run, findings.topic("geometry"));
    }
    if let Some(layer) = submission.plots {
        let plots = PlotTable::new(layer)?;
        plots.report_repeated(findings.topic("tiling"));
        tiling::plots(&plots, submission.outline, &run, findings.topic("tiling"))?;
        areas::declared(&plots, &run, findings.topic("areas"));
        if let Some(shapefile) = submission.shapefile {
            versions::compare(&plots, &PlotTable::new(shapefile)?, &run, findings.topic("versions"));
        }
        if let Some(layer) = submission.uses {
            uses::check(layer, &plots, &run, findings.topic("uses"))?;
        }
        if let Some(layer) = submission.land_use {
            survey::covers_plots(layer, &plots, &run, findings.topic("survey"))?;
        }
    }
    if let Some(layer) = submission.land_use {
        survey::areas(layer, &run, findings.topic("survey"))?;
        tiling::survey(layer, &run, findings.topic("tiling"))?;
        if let Some(field) = submission.ownership {
            survey::ownership(layer, field, &run, findings.topic("survey"))?;
        }
    }
    for layer in &all {
        survey::repeated_identifiers(layer, findings.topic("fields"));
    }
    // Plots come in forms that have fields of their own.
    for layer in
        [submission.uses, submission.land_use].into_iter().flatten().chain(submission.layers.iter().copied())
    {
        fields::check(layer, &run, findings.topic("fields"))?;
    }
    Ok(findings.findings)
}

/// What every part of a run needs.
struct Run<'a> {
    limits: SubmissionLimits,
    tables: &'static CodeTables,
    progress: &'a Progress,
}

fn one_crs(layers: &[&Layer]) -> Result<(), ComplianceError> {
    let Some(first) = layers.first() else { return Ok(()) };
    let crs_of =
        |layer: &Layer| layer.crs.clone().ok_or_else(|| ComplianceError::NoCrs { layer: layer.name.clone() });
    let expected = crs_of(first)?;
    if expected.is_geographic() {
        return Err(ComplianceError::GeographicPlots { layer: first.name.clone(), crs: expected.label() });
    }
    for layer in layers {
        let found = crs_of(layer)?;
        if !found.is_same_as(&expected) {
            return Err(ComplianceError::crs_mismatch(&layer.name, &found, &expected));
        }
    }
    Ok(())
}
