use std::collections::BTreeMap;

use sanxian_geodesy::closure::{Closure, close_column};
use sanxian_geodesy::units;
use sanxian_io::Finding;

use super::finding::Findings;
use super::layer_overlay::Overlayer;
use super::measure::{Measure, Meter};
use super::plots::Plot;
use super::survey::SurveyPieces;
use crate::attribute::required_texts;
use crate::error::ComplianceError;
use crate::figure::{area_ha, ha_text, round};
use crate::rules::{CodeTables, Ownership};

/// Collective and state land of one plot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Split {
    /// Unrounded, by the method of the run.
    pub(super) collective_m2: f64,
    pub(super) state_m2: f64,
    /// As tables show them; together the plot's own rounded area when the survey covers the plot.
    pub(super) collective_ha: f64,
    pub(super) state_ha: f64,
}

/// Splits every plot by the ownership field of the land survey.
pub(super) fn split(
    overlayer: &Overlayer<'_>,
    survey: &SurveyPieces,
    field: &str,
    tables: &CodeTables,
    findings: &mut Findings,
) -> Result<Vec<Split>, ComplianceError> {
    let values = required_texts(&survey.met, field)?;
    let (plots, meter, source) = (overlayer.plots, overlayer.meter, survey.source.as_str());

    let mut splits = vec![Split::default(); plots.len()];
    let mut covered = vec![Measure::default(); plots.len()];
    let mut unknown: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    for piece in &survey.pieces {
        let (Some(split), Some(covered)) = (splits.get_mut(piece.plot), covered.get_mut(piece.plot)) else {
            continue;
        };
        *covered += piece.measure;
        let area_m2 = meter.area_m2(&piece.measure);
        let value = values.get(piece.patch).and_then(Option::as_deref);
        match value.and_then(|value| tables.ownership_of(value)) {
            Some(Ownership::Collective) => split.collective_m2 += area_m2,
            Some(Ownership::State) => split.state_m2 += area_m2,
            None => {
                let entry = unknown.entry(value.unwrap_or_default().to_owned()).or_default();
                *entry = (entry.0 + 1, entry.1 + area_m2);
            }
        }
    }
    let decimals = meter.tolerances.piece_decimals;
    for (value, (count, area_m2)) in unknown {
        let shown = if value.is_empty() { "(空)" } else { &value };
        let area = ha_text(area_ha(area_m2, decimals), decimals);
        let message =
            format!("权属字段{field}的值“{shown}”不能归为国有或集体，涉及{count}块、{area}公顷，未计入两者");
        findings.add(Some(source), Finding::error("ownership_unknown", message));
    }
    for ((plot, split), covered) in plots.plots.iter().zip(&mut splits).zip(covered) {
        let allowed = meter.closure_m2(plot.measure.perimeter_m + covered.perimeter_m);
        let missing = plot.area_m2 - meter.area_m2(&covered);
        if missing.abs() > allowed {
            let how = if missing > 0.0 { "未覆盖地块" } else { "图斑在地块内相互重叠" };
            let message = format!("土地调查图层{how}{:.2}平方米，权属面积之和与地块面积不等", missing.abs());
            let finding = Finding::error("land_use_does_not_tile", message).of_plot(&plot.id);
            findings.add(Some(source), finding);
        }
        let is_complete = (plot.area_m2 - split.collective_m2 - split.state_m2).abs() <= allowed;
        round_split(split, plot, is_complete, meter, source, findings);
    }
    Ok(splits)
}

/// Rounds collective and state land so that they make the rounded plot, where they make the plot; what that moves is listed.
fn round_split(
    split: &mut Split,
    plot: &Plot,
    is_complete: bool,
    meter: &Meter,
    source: &str,
    findings: &mut Findings,
) {
    let decimals = meter.tolerances.row_decimals_ha;
    let areas_ha = [split.collective_m2, split.state_m2].map(units::ha);
    [split.collective_ha, split.state_ha] = areas_ha.map(|ha| round(ha, decimals));
    if !is_complete {
        return;
    }
    // Areas are sums of pieces and cannot be negative; were one to be, plain rounding stands.
    let Ok(closed) = close_column(&areas_ha, plot.area_ha, decimals, Closure::LargestRemainder) else {
        return;
    };
    if let [collective_ha, state_ha] = *closed.values.as_slice() {
        [split.collective_ha, split.state_ha] = [collective_ha, state_ha];
    }
    if closed.moved_units.iter().any(|moved| *moved != 0) {
        let message = format!(
            "为使集体与国有面积之和等于地块面积，集体调整{:+}、国有调整{:+}个末位单位",
            closed.moved_units.first().copied().unwrap_or_default(),
            closed.moved_units.last().copied().unwrap_or_default()
        );
        findings.add(Some(source), Finding::info("ownership_closed", message).of_plot(&plot.id));
    }
}
