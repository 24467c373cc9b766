//! Uses against their own geometry and against the plots.

use std::collections::BTreeMap;

use sanxian_io::Layer;

use super::Run;
use super::figures::{differs_ha, ha, m2, width};
use super::finding::{Collector, Place};
use super::plots::{PlotTable, both_areas_m2};
use super::tiling::coverage;
use crate::attribute::{numbers, required_texts};
use crate::error::ComplianceError;

/// Each use against its polygon, and the uses of each plot against the plot: figures and ground.
pub(super) fn check(
    layer: &Layer,
    plots: &PlotTable<'_>,
    run: &Run<'_>,
    findings: &mut Collector,
) -> Result<(), ComplianceError> {
    let names = required_texts(layer, "PlotName")?;
    let stated =
        numbers(&layer.attributes, "PurArea").ok_or_else(|| ComplianceError::no_field(layer, "PurArea"))?;
    let [planar, ellipsoidal] = both_areas_m2(layer)?;
    let mut sums: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    for (row, stated_ha) in stated.iter().enumerate() {
        let name = names.get(row).cloned().flatten();
        let plot = name.as_deref().and_then(|name| plots.find(name));
        if plot.is_none() {
            let name = name.as_deref().unwrap_or("(空)");
            let message = format!("第{}个用途图斑的地块名称{name}不是任何地块", row + 1);
            let place = Place::feature(layer.polygons.view(), row);
            findings.error("use_of_unknown_plot", layer, message).of(row).at(place);
        }
        let Some(stated_ha) = *stated_ha else {
            findings.error("use_without_area", layer, format!("第{}个用途图斑没有面积", row + 1)).of(row);
            continue;
        };
        if let Some(plot) = plot {
            let sum = sums.entry(plot).or_default();
            *sum = (sum.0 + stated_ha, sum.1 + 1);
        }
        let measured: Vec<(&str, f64)> = [("椭球面积", &ellipsoidal), ("平面面积", &planar)]
            .into_iter()
            .filter_map(|(word, areas)| Some((word, areas.get(row).copied().flatten()? / 1e4)))
            .collect();
        let is_right =
            |(_, area_ha): &(&str, f64)| (stated_ha - area_ha).abs() <= run.limits.area_rounding_ha;
        if !measured.iter().any(is_right)
            && let Some((word, area_ha)) = measured.first()
        {
            let message = format!(
                "第{}个用途图斑({})所载面积{}，图形{word}{}，所载{}",
                row + 1,
                name.as_deref().unwrap_or("无地块名称"),
                ha(stated_ha),
                ha(*area_ha),
                differs_ha(stated_ha - area_ha)
            );
            let told = findings.error("use_area_differs", layer, message).of(row);
            told.plot_id = plot.and_then(|plot| plots.rows.get(plot)).map(|plot| plot.id.clone());
            told.at(Place::feature(layer.polygons.view(), row));
        }
    }
    for (row, plot) in plots.rows.iter().enumerate() {
        let Some(&(sum_ha, count)) = sums.get(&row) else {
            if plots.find(&plot.id) == Some(row) {
                let message = format!("{}没有用途图斑", plot.label());
                findings.error("plot_without_use", layer, message).of_plot(&plot.id);
            }
            continue;
        };
        // Every rounded figure may be off by half a unit of its last place.
        let allowed_ha = run.limits.area_rounding_ha * (1.0 + count as f64 / 2.0);
        let difference_ha = plot.nearest_difference_ha(sum_ha);
        if difference_ha.abs() > allowed_ha {
            let message = format!(
                "{}的{count}个用途面积合计{}，比地块面积{}({})",
                plot.label(),
                ha(sum_ha),
                differs_ha(difference_ha),
                plot.areas_text()
            );
            let place = Place::feature(plots.layer.polygons.view(), row);
            findings.error("uses_sum_differs", layer, message).of_plot(&plot.id).at(place);
        }
    }
    ground(layer, plots, &names, run, findings)
}

/// Uses should tile the plots.
fn ground(
    layer: &Layer,
    plots: &PlotTable<'_>,
    names: &[Option<String>],
    run: &Run<'_>,
    findings: &mut Collector,
) -> Result<(), ComplianceError> {
    let Some(found) = coverage(layer, Some(plots.layer), 0.0, run, findings)? else { return Ok(()) };
    let is_worth_telling = |area: f64, mean_width: f64| {
        area >= run.limits.uncovered_m2 && mean_width >= run.tables.tolerances.noise_width_m
    };
    let name = |row: usize| names.get(row).cloned().flatten().unwrap_or_default();
    for (row, overlap) in found.overlaps.iter().enumerate() {
        if is_worth_telling(overlap.area, overlap.mean_width) {
            let [one, other] = overlap.features;
            let message = format!(
                "第{}个({})与第{}个({})用途图斑重叠{}，平均宽度{}",
                one + 1,
                name(one),
                other + 1,
                name(other),
                m2(overlap.area),
                width(overlap.mean_width)
            );
            let place = Place::feature(found.overlap_polygons.view(), row);
            findings.error("uses_overlap", layer, message).of(one).at(place);
        }
    }
    for (row, gap) in found.gaps.iter().enumerate() {
        if is_worth_telling(gap.area, gap.mean_width) {
            let near: Vec<String> = gap.neighbours.iter().map(|&use_row| name(use_row)).collect();
            let near = near.first().map_or_else(String::new, |name| format!("{name}等"));
            let message =
                format!("{near}地块中没有用途的地方{}，平均宽度{}", m2(gap.area), width(gap.mean_width));
            findings
                .warning("plot_without_use_here", layer, message)
                .at(Place::feature(found.gap_polygons.view(), row));
        }
    }
    for (row, excess) in found.excesses.iter().enumerate() {
        if is_worth_telling(excess.area, excess.mean_width) {
            let message = format!(
                "第{}个用途图斑({})超出地块{}，平均宽度{}",
                excess.feature + 1,
                name(excess.feature),
                m2(excess.area),
                width(excess.mean_width)
            );
            let place = Place::feature(found.excess_polygons.view(), row);
            findings.warning("use_outside_plots", layer, message).of(excess.feature).at(place);
        }
    }
    Ok(())
}
