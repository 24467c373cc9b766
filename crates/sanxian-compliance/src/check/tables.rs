//! The tables of a report, as Arrow record batches.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::finding::SourcedFinding;
use super::layer_overlay::LayerOverlay;
use super::measure::Meter;
use super::outcome::{Encroachment, LayerConflict, Relation, RuleOutcome};
use super::ownership::Split;
use super::plots::PlotSet;
use super::public_interest::PlotShare;
use super::public_interest_share::PlotVerdict;
use super::totals::Total;
use crate::columns::Columns;
use crate::figure::{area_ha, area_mu, mu_of_ha};

/// What the tables with a row a plot are made of.
pub(super) struct PlotRows<'a> {
    pub(super) plots: &'a PlotSet,
    pub(super) meter: &'a Meter,
    pub(super) splits: Option<&'a [Split]>,
    pub(super) shares: Option<&'a [PlotShare]>,
    /// The strictest rule about the share of each plot, if one applies.
    pub(super) verdicts: &'a [Option<PlotVerdict>],
    pub(super) industry_led: &'a [Option<bool>],
}

impl PlotRows<'_> {
    /// The unrounded public-interest share of a plot, when it can be told.
    pub(super) fn known_share(&self, plot: usize) -> Option<f64> {
        self.shares?.get(plot)?.share(self.plots.plots.get(plot)?.area_m2)
    }

    /// Public-interest hectares of a plot as tables show them; `None` when they cannot be told.
    pub(super) fn public_interest_ha(&self, plot: usize) -> Option<f64> {
        self.known_share(plot)?;
        let decimals = self.meter.tolerances.row_decimals_ha;
        Some(area_ha(self.shares?.get(plot)?.public_m2, decimals))
    }

    fn split(&self, plot: usize) -> Option<&Split> {
        self.splits?.get(plot)
    }

    fn verdict(&self, plot: usize) -> Option<&PlotVerdict> {
        self.verdicts.get(plot)?.as_ref()
    }

    pub(super) fn plots_table(&self) -> Result<RecordBatch, ArrowError> {
        let plots = &self.plots.plots;
        let rows = 0..plots.len();
        let decimals = self.meter.tolerances.row_decimals_ha;
        Columns::default()
            .texts("plot_id", plots.iter().map(|plot| &plot.id))
            .texts("plot_name", plots.iter().map(|plot| &plot.name))
            .counts("parts", plots.iter().map(|plot| plot.parts))
            .counts("holes", plots.iter().map(|plot| plot.holes))
            .maybe_numbers("declared_area_ha", plots.iter().map(|plot| plot.declared_area_ha))
            .numbers("planar_area_m2", plots.iter().map(|plot| plot.measure.planar_m2))
            .maybe_numbers(
                "ellipsoidal_area_m2",
                plots.iter().map(|plot| plot.measure.known_ellipsoidal_m2()),
            )
            .numbers("area_ha", plots.iter().map(|plot| plot.area_ha))
            .numbers("area_mu", plots.iter().map(|plot| mu_of_ha(plot.area_ha, decimals)))
            .maybe_numbers(
                "collective_ha",
                rows.clone().map(|plot| self.split(plot).map(|split| split.collective_ha)),
            )
            .maybe_numbers("state_ha", rows.clone().map(|plot| self.split(plot).map(|split| split.state_ha)))
            .maybe_numbers("public_interest_ha", rows.clone().map(|plot| self.public_interest_ha(plot)))
            .maybe_numbers("public_interest_share", rows.clone().map(|plot| self.known_share(plot)))
            .maybe_numbers(
                "threshold_share",
                rows.clone().map(|plot| self.verdict(plot).map(|verdict| verdict.threshold)),
            )
            .maybe_flags("industry_led", rows.map(|plot| self.industry_led.get(plot).copied().flatten()))
            .finish()
    }

    pub(super) fn public_interest_table(&self) -> Result<RecordBatch, ArrowError> {
        let plots = &self.plots.plots;
        let rows = 0..plots.len();
        let note = |plot: usize| match (self.verdict(plot), self.shares.and_then(|shares| shares.get(plot))) {
            (Some(verdict), _) => verdict.note.clone(),
            (None, Some(share)) => share.unknown.clone(),
            (None, None) => Some("缺用途图斑或项目表".to_owned()),
        };
        Columns::default()
            .texts("plot_id", plots.iter().map(|plot| &plot.id))
            .texts("plot_name", plots.iter().map(|plot| &plot.name))
            .maybe_numbers("numerator_ha", rows.clone().map(|plot| self.public_interest_ha(plot)))
            .numbers("denominator_ha", plots.iter().map(|plot| plot.area_ha))
            .maybe_numbers("share", rows.clone().map(|plot| self.known_share(plot)))
            .maybe_numbers(
                "threshold_share",
                rows.clone().map(|plot| self.verdict(plot).map(|verdict| verdict.threshold)),
            )
            .maybe_flags(
                "industry_led",
                rows.clone().map(|plot| self.industry_led.get(plot).copied().flatten()),
            )
            .maybe_texts(
                "verdict",
                rows.clone().map(|plot| self.verdict(plot).map(|verdict| verdict.verdict.as_str())),
            )
            .maybe_texts("note", rows.map(note))
            .finish()
    }
}

pub(super) fn verdicts_table(rules: &[RuleOutcome]) -> Result<RecordBatch, ArrowError> {
    Columns::default()
        .texts("rule_id", rules.iter().map(|outcome| &outcome.rule.id))
        .texts("title", rules.iter().map(|outcome| &outcome.rule.title))
        .texts("clause", rules.iter().map(|outcome| &outcome.rule.clause))
        .texts("document", rules.iter().map(|outcome| &outcome.rule.document))
        .texts("status", rules.iter().map(|outcome| outcome.rule.status.as_str()))
        .texts("predicate", rules.iter().map(|outcome| outcome.rule.predicate.name()))
        .maybe_texts("role", rules.iter().map(|outcome| outcome.rule.predicate.role()))
        .texts("verdict", rules.iter().map(|outcome| outcome.verdict.as_str()))
        .texts("message", rules.iter().map(|outcome| &outcome.message))
        .texts("plots", rules.iter().map(|outcome| outcome.plots.join(",")))
        .maybe_numbers("area_m2", rules.iter().map(|outcome| outcome.area_m2))
        .maybe_numbers("area_ha", rules.iter().map(|outcome| outcome.area_ha))
        .maybe_numbers("area_mu", rules.iter().map(|outcome| outcome.area_mu))
        .maybe_texts("required", rules.iter().map(|outcome| outcome.required.as_deref()))
        .finish()
}

pub(super) fn totals_table(totals: &[Total]) -> Result<RecordBatch, ArrowError> {
    Columns::default()
        .texts("figure", totals.iter().map(|total| total.figure))
        .texts("title", totals.iter().map(|total| total.title))
        .maybe_numbers("computed_ha", totals.iter().map(|total| total.computed_ha))
        .maybe_numbers("unrounded_ha", totals.iter().map(|total| total.unrounded_ha))
        .maybe_numbers("stated_ha", totals.iter().map(|total| total.stated_ha))
        .maybe_numbers("difference_ha", totals.iter().map(|total| total.difference_ha))
        .texts("note", totals.iter().map(|total| &total.note))
        .finish()
}

pub(super) fn encroachments_table(
    rows: &[Encroachment],
    rules: &[RuleOutcome],
    plots: &PlotSet,
    meter: &Meter,
) -> Result<RecordBatch, ArrowError> {
    let decimals = meter.tolerances.piece_decimals;
    let plot = |row: &Encroachment| plots.plots.get(row.plot);
    let area_m2 = |row: &Encroachment| meter.area_m2(&row.shape.measure);
    let width =
        |row: &Encroachment| (row.shape.measure.planar_m2 > 0.0).then(|| row.shape.measure.mean_width_m());
    Columns::default()
        .texts("rule_id", rows.iter().map(|row| rules.get(row.rule).map_or("", |outcome| &outcome.rule.id)))
        .texts("role", rows.iter().map(|row| &row.role))
        .texts("layer", rows.iter().map(|row| &row.layer))
        .texts("plot_id", rows.iter().map(|row| plot(row).map_or("", |plot| &plot.id)))
        .texts("plot_name", rows.iter().map(|row| plot(row).map_or("", |plot| &plot.name)))
        .maybe_counts("feature", rows.iter().map(|row| row.feature.map(|feature| feature as i64)))
        .maybe_texts("subclass", rows.iter().map(|row| row.subclass.as_deref()))
        .texts("relation", rows.iter().map(|row| row.relation.as_str()))
        .maybe_numbers("ellipsoidal_area_m2", rows.iter().map(|row| row.shape.measure.known_ellipsoidal_m2()))
        .numbers("planar_area_m2", rows.iter().map(|row| row.shape.measure.planar_m2))
        .numbers("area_ha", rows.iter().map(|row| area_ha(area_m2(row), decimals)))
        .numbers("area_mu", rows.iter().map(|row| area_mu(area_m2(row), decimals)))
        .maybe_numbers(
            "share",
            rows.iter()
                .map(|row| plot(row).filter(|plot| !plot.is_empty()).map(|plot| area_m2(row) / plot.area_m2)),
        )
        .maybe_numbers("mean_width_m", rows.iter().map(width))
        .flags("is_sliver", rows.iter().map(|row| row.is_sliver(meter)))
        .numbers("contact_length_m", rows.iter().map(|row| row.contact_length_m))
        .maybe_numbers("distance_m", rows.iter().map(|row| row.distance_m))
        .finish()
}

/// Pairs of features whose layers a rule keeps apart, all of them.
pub(super) fn conflicts_table(
    conflicts: &[LayerConflict],
    rules: &[RuleOutcome],
    meter: &Meter,
) -> Result<RecordBatch, ArrowError> {
    let decimals = meter.tolerances.piece_decimals;
    let area_m2 = |pair: &LayerConflict| meter.area_m2(&pair.shape.measure);
    Columns::default()
        .texts(
            "rule_id",
            conflicts.iter().map(|pair| rules.get(pair.rule).map_or("", |outcome| &outcome.rule.id)),
        )
        .texts("role", conflicts.iter().map(|pair| &pair.one.role))
        .texts("layer", conflicts.iter().map(|pair| &pair.one.layer))
        .maybe_counts("feature", conflicts.iter().map(|pair| Some(pair.one.row as i64)))
        .maybe_texts("subclass", conflicts.iter().map(|pair| pair.one.subclass.as_deref()))
        .texts("other_role", conflicts.iter().map(|pair| &pair.other.role))
        .texts("other_layer", conflicts.iter().map(|pair| &pair.other.layer))
        .maybe_counts("other_feature", conflicts.iter().map(|pair| Some(pair.other.row as i64)))
        .maybe_texts("other_subclass", conflicts.iter().map(|pair| pair.other.subclass.as_deref()))
        .maybe_numbers(
            "ellipsoidal_area_m2",
            conflicts.iter().map(|pair| pair.shape.measure.known_ellipsoidal_m2()),
        )
        .numbers("planar_area_m2", conflicts.iter().map(|pair| pair.shape.measure.planar_m2))
        .numbers("area_ha", conflicts.iter().map(|pair| area_ha(area_m2(pair), decimals)))
        .numbers("area_mu", conflicts.iter().map(|pair| area_mu(area_m2(pair), decimals)))
        .numbers("mean_width_m", conflicts.iter().map(|pair| pair.shape.measure.mean_width_m()))
        .finish()
}

pub(super) fn overlaps_table(
    overlays: &[LayerOverlay<'_>],
    meter: &Meter,
) -> Result<RecordBatch, ArrowError> {
    let decimals = meter.tolerances.piece_decimals;
    let real = |overlay: &LayerOverlay<'_>| {
        let pieces = overlay.pieces.iter().filter(|piece| !piece.shape.is_noise);
        let mut plots: Vec<usize> = pieces.clone().map(|piece| piece.plot).collect();
        plots.dedup();
        (plots.len(), pieces.count())
    };
    let area_m2 = |overlay: &LayerOverlay<'_>| {
        overlay.covered.iter().map(|measure| meter.area_m2(measure)).sum::<f64>()
    };
    Columns::default()
        .texts("role", overlays.iter().map(|overlay| &overlay.control.role.id))
        .texts("layer", overlays.iter().map(LayerOverlay::title))
        .counts("features", overlays.iter().map(|overlay| overlay.indexed.polygons().len()))
        .counts("plots_touched", overlays.iter().map(|overlay| real(overlay).0))
        .counts("pieces", overlays.iter().map(|overlay| real(overlay).1))
        .numbers("area_m2", overlays.iter().map(area_m2))
        .numbers("area_ha", overlays.iter().map(|overlay| area_ha(area_m2(overlay), decimals)))
        .numbers("area_mu", overlays.iter().map(|overlay| area_mu(area_m2(overlay), decimals)))
        .finish()
}

pub(super) fn findings_table(findings: &[SourcedFinding]) -> Result<RecordBatch, ArrowError> {
    Columns::default()
        .texts("severity", findings.iter().map(|found| found.finding.severity.as_str()))
        .texts("code", findings.iter().map(|found| found.finding.code))
        .texts("message", findings.iter().map(|found| &found.finding.message))
        .maybe_texts("source", findings.iter().map(|found| found.source.as_deref()))
        .maybe_counts("line", findings.iter().map(|found| found.finding.line.map(|line| line as i64)))
        .maybe_texts("plot_id", findings.iter().map(|found| found.finding.plot_id.as_deref()))
        .finish()
}

/// Relations whose rows break a rule, for counts.
pub(super) fn breaking(rows: &[Encroachment]) -> usize {
    rows.iter().filter(|row| !matches!(row.relation, Relation::Contact | Relation::Contains)).count()
}
