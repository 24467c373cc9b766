//! Overlaps, gaps and what sticks out.

use sanxian_io::{Layer, Severity};
use sanxian_overlay::{Coverage, CoverageOptions, OnInvalid, OverlapKind, OverlayError, check_coverage};

use super::Run;
use super::figures::{m2, width};
use super::finding::{Collector, Place};
use super::plots::PlotTable;
use crate::error::ComplianceError;

/// How many neighbours of a gap a sentence names.
const NAMED: usize = 4;

/// Plots must not overlap, and should neither leave slits between them nor ground of the outline.
pub(super) fn plots(
    plots: &PlotTable<'_>,
    outline: Option<&Layer>,
    run: &Run<'_>,
    findings: &mut Collector,
) -> Result<(), ComplianceError> {
    let Some(found) = coverage(plots.layer, outline, run.limits.open_gap_width_m, run, findings)? else {
        return Ok(());
    };
    let polygons = found.overlap_polygons.view();
    for (row, overlap) in found.overlaps.iter().enumerate() {
        let [one, other] = overlap.features.map(|feature| plots.label(feature));
        let (code, message) = match overlap.kind {
            OverlapKind::Duplicate => {
                ("plot_duplicate", format!("{one}与{other}图形完全相同，是同一个地块重复了一次"))
            }
            OverlapKind::FirstInside => {
                ("plot_nested", format!("{one}整个在{other}之内，{}重复计算", m2(overlap.area)))
            }
            OverlapKind::SecondInside => {
                ("plot_nested", format!("{other}整个在{one}之内，{}重复计算", m2(overlap.area)))
            }
            OverlapKind::Partial => (
                "plots_overlap",
                format!("{one}与{other}相互重叠{}，平均宽度{}", m2(overlap.area), width(overlap.mean_width)),
            ),
        };
        let told = findings.error(code, plots.layer, message).of(overlap.features[0]);
        told.plot_id = plots.rows.get(overlap.features[0]).map(|plot| plot.id.clone());
        told.at(Place::feature(polygons, row));
    }
    let polygons = found.gap_polygons.view();
    for (row, gap) in found.gaps.iter().enumerate() {
        let names: Vec<String> =
            gap.neighbours.iter().take(NAMED).map(|&feature| plots.label(feature)).collect();
        let between =
            if names.is_empty() { "地块之间".to_owned() } else { format!("{}之间", names.join("、")) };
        let sizes = format!("平均宽度{}，面积{}", width(gap.mean_width), m2(gap.area));
        let is_slit = gap.mean_width <= run.limits.open_gap_width_m;
        let place = Place::feature(polygons, row);
        if is_slit {
            let message = format!("{between}有缝隙：{sizes}，相邻地块应共用界址点");
            // Below what coordinates resolve it is told, but nobody has to act.
            let is_noise = gap.mean_width < run.tables.tolerances.noise_width_m;
            let severity = if is_noise { Severity::Info } else { Severity::Warning };
            findings.add(severity, "plots_gap", plots.layer, message).at(place);
        } else if outline.is_some() {
            findings
                .warning("outline_gap", plots.layer, format!("方案范围内没有地块的空地：{sizes}"))
                .at(place);
        } else {
            let message = format!("{between}围出空地：{sizes}(未划入方案的则属正常)");
            findings.info("plots_enclose", plots.layer, message).at(place);
        }
    }
    let polygons = found.excess_polygons.view();
    for (row, excess) in found.excesses.iter().enumerate() {
        let label = plots.label(excess.feature);
        let message = format!("{label}超出方案范围{}，平均宽度{}", m2(excess.area), width(excess.mean_width));
        let told = findings.error("outside_outline", plots.layer, message).of(excess.feature);
        told.plot_id = plots.rows.get(excess.feature).map(|plot| plot.id.clone());
        told.at(Place::feature(polygons, row));
    }
    Ok(())
}

/// Patches of the survey must neither overlap nor leave gaps.
pub(super) fn survey(layer: &Layer, run: &Run<'_>, findings: &mut Collector) -> Result<(), ComplianceError> {
    let Some(found) = coverage(layer, None, 0.0, run, findings)? else { return Ok(()) };
    for (row, overlap) in found.overlaps.iter().enumerate() {
        let [one, other] = overlap.features;
        let sizes = format!("{}，平均宽度{}", m2(overlap.area), width(overlap.mean_width));
        let message = format!("第{}个与第{}个图斑重叠{sizes}", one + 1, other + 1);
        let place = Place::feature(found.overlap_polygons.view(), row);
        findings.error("patches_overlap", layer, message).of(one).at(place);
    }
    for (row, gap) in found.gaps.iter().enumerate() {
        let rows: Vec<String> = gap.neighbours.iter().take(NAMED).map(|row| (row + 1).to_string()).collect();
        let sizes = format!("{}，平均宽度{}", m2(gap.area), width(gap.mean_width));
        let message = format!("图斑之间有缝隙{sizes}，在第{}个图斑旁", rows.join("、"));
        findings.error("patches_gap", layer, message).at(Place::feature(found.gap_polygons.view(), row));
    }
    Ok(())
}

/// The coverage of a layer, what is invalid repaired for the purpose; `None`, with a finding, where that cannot be done.
pub(super) fn coverage(
    layer: &Layer,
    frame: Option<&Layer>,
    open_gap_width: f64,
    run: &Run<'_>,
    findings: &mut Collector,
) -> Result<Option<Coverage>, ComplianceError> {
    let options = CoverageOptions { on_invalid: OnInvalid::Repair, open_gap_width };
    let frame_polygons = frame.map(|frame| frame.polygons.view());
    match check_coverage(layer.polygons.view(), frame_polygons, &options, run.progress) {
        Ok(found) => {
            for repair in &found.repairs {
                let message =
                    format!("第{}个图斑的图形有误，重叠与缝隙按修复后的图形检查", repair.feature + 1);
                findings.info("repaired_for_check", layer, message).of(repair.feature);
            }
            Ok(Some(found))
        }
        Err(OverlayError::InvalidPolygon { feature, .. }) => {
            let message = format!("第{}个图斑的坐标不是数，重叠与缝隙未检查", feature + 1);
            findings.error("coverage_not_checked", layer, message).of(feature);
            Ok(None)
        }
        Err(source) => Err(ComplianceError::overlay(layer, frame.unwrap_or(layer), source)),
    }
}
