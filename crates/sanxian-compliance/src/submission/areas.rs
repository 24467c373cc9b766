//! Declared areas against the geometry.

use super::Run;
use super::figures::{differs_ha, ha};
use super::finding::{Collector, Place};
use super::plots::PlotTable;

/// What a plot declares should be its planar or its ellipsoidal area, and all plots of a text the same one.
pub(super) fn declared(plots: &PlotTable<'_>, run: &Run<'_>, findings: &mut Collector) {
    let (mut planar, mut ellipsoidal) = (0_usize, 0_usize);
    for (row, plot) in plots.rows.iter().enumerate() {
        let Some(declared_ha) = plot.declared_ha else { continue };
        let matching =
            |(_, area_ha): &(&str, f64)| (declared_ha - area_ha).abs() <= run.limits.area_rounding_ha;
        let kinds: Vec<&str> = plot.areas().filter(matching).map(|(word, _)| word).collect();
        match kinds[..] {
            // So small that both are the same: it says nothing about the others.
            [_, _, ..] => {}
            ["平面面积"] => planar += 1,
            [_] => ellipsoidal += 1,
            [] => {
                let difference = differs_ha(plot.nearest_difference_ha(declared_ha));
                let message = format!(
                    "{}所载面积{}与图形不符：{}，所载{difference}",
                    plot.label(),
                    ha(declared_ha),
                    plot.areas_text()
                );
                let is_large =
                    plot.nearest_difference_ha(declared_ha).abs() > run.tables.tolerances.declared_area_ha;
                let code = "declared_area_differs";
                let told = if is_large {
                    findings.error(code, plots.layer, message)
                } else {
                    findings.warning(code, plots.layer, message)
                };
                told.of(row).of_plot(&plot.id).at(Place::feature(plots.layer.polygons.view(), row));
            }
        }
    }
    let message = match (planar, ellipsoidal) {
        (0, 0) => return,
        (_, 0) => format!("{planar}个地块所载为平面面积"),
        (0, _) => format!("{ellipsoidal}个地块所载为椭球面积"),
        _ => format!("所载面积口径不一：{planar}个地块为平面面积，{ellipsoidal}个为椭球面积"),
    };
    if planar > 0 && ellipsoidal > 0 {
        findings.warning("declared_area_mixed", plots.layer, message);
    } else {
        findings.info("declared_area_kind", plots.layer, message);
    }
}
