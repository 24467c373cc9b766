//! The same plots in two files: exchange text and Shapefile.

use std::collections::HashSet;

use sanxian_overlay::{Point, Polygons};

use super::Run;
use super::figures::{differs_ha, ha, width};
use super::finding::{Collector, Place};
use super::plots::PlotTable;

/// Reports plots that only one side has, and vertices and areas that differ.
pub(super) fn compare(plots: &PlotTable<'_>, other: &PlotTable<'_>, run: &Run<'_>, findings: &mut Collector) {
    let mut matched = HashSet::new();
    for (row, plot) in plots.rows.iter().enumerate() {
        let by_id = || other.rows.iter().enumerate().filter(|(_, theirs)| theirs.id == plot.id);
        let by_name = || {
            other
                .rows
                .iter()
                .enumerate()
                .filter(|(_, theirs)| plot.name.is_some() && theirs.name == plot.name)
        };
        let Some(theirs) =
            by_id().chain(by_name()).map(|(row, _)| row).find(|theirs| !matched.contains(theirs))
        else {
            let message = format!("{}只在坐标文本中有，{}中没有", plot.label(), other.layer.name);
            let place = Place::feature(plots.layer.polygons.view(), row);
            findings
                .error("plot_missing_in_shapefile", plots.layer, message)
                .of(row)
                .of_plot(&plot.id)
                .at(place);
            continue;
        };
        matched.insert(theirs);
        compare_plot(plots, row, other, theirs, run, findings);
    }
    for (row, plot) in other.rows.iter().enumerate().filter(|(row, _)| !matched.contains(row)) {
        let message = format!("{}只在{}中有，坐标文本中没有", plot.label(), other.layer.name);
        let place = Place::feature(other.layer.polygons.view(), row);
        findings.error("plot_missing_in_text", other.layer, message).of(row).of_plot(&plot.id).at(place);
    }
}

fn compare_plot(
    plots: &PlotTable<'_>,
    row: usize,
    other: &PlotTable<'_>,
    theirs: usize,
    run: &Run<'_>,
    findings: &mut Collector,
) {
    let (Some(plot), Some(their_plot)) = (plots.rows.get(row), other.rows.get(theirs)) else { return };
    let label = plot.label();
    let ours_points = vertices(plots.layer.polygons.view(), row);
    let their_points = vertices(other.layer.polygons.view(), theirs);
    if ours_points.len() != their_points.len() {
        let message = format!(
            "{label}的界址点数不同：坐标文本{}个，{}{}个",
            ours_points.len(),
            other.layer.name,
            their_points.len()
        );
        findings.error("vertex_count_differs", other.layer, message).of(theirs).of_plot(&plot.id);
    }
    let allowed_m = run.limits.same_vertex_m;
    let strays = |from: &[Point], to: &[Point]| -> Vec<(Point, f64)> {
        from.iter()
            .map(|point| (*point, nearest(*point, to)))
            .filter(|(_, distance_m)| *distance_m > allowed_m)
            .collect()
    };
    let moved = strays(&their_points, &ours_points);
    let moved = if moved.is_empty() { strays(&ours_points, &their_points) } else { moved };
    let farthest = moved.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((point, distance_m)) =
        farthest.filter(|(point, _)| point.iter().all(|value| value.is_finite()))
    {
        let is_swapped = ours_points.iter().any(|ours| nearest([ours[1], ours[0]], &[*point]) <= allowed_m);
        let why = if is_swapped { "，该点 X、Y 颠倒" } else { "" };
        let message =
            format!("{label}有{}个界址点与坐标文本不同，最远相差{}{why}", moved.len(), width(*distance_m));
        let told = findings.error("vertices_differ", other.layer, message);
        told.of(theirs).of_plot(&plot.id).at(Place::Point(*point));
    }
    let difference_ha = their_plot.planar_ha - plot.planar_ha;
    if difference_ha.abs() > run.limits.area_rounding_ha {
        let message = format!(
            "{label}的面积不同：坐标文本{}，{}{}，{}",
            ha(plot.planar_ha),
            other.layer.name,
            ha(their_plot.planar_ha),
            differs_ha(difference_ha)
        );
        findings.error("version_area_differs", other.layer, message).of(theirs).of_plot(&plot.id);
    }
}

/// The vertices of a feature, closing points left out.
fn vertices(polygons: Polygons<'_>, feature: usize) -> Vec<Point> {
    let rings = polygons.feature(feature).flat_map(|polygon| polygon.rings());
    rings.flat_map(|ring| ring.split_last().map_or(&[][..], |(_, open)| open)).copied().collect()
}

fn nearest(point: Point, others: &[Point]) -> f64 {
    let distance = |other: &Point| (other[0] - point[0]).hypot(other[1] - point[1]);
    others.iter().map(distance).fold(f64::INFINITY, f64::min)
}
