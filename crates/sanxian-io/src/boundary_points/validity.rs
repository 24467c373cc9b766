//! Faults of the polygons, told by the lines of the file.

use sanxian_overlay::{FaultKind, Polygons, find_faults};

use crate::finding::Finding;

/// Lines of the vertices of a plot: polygon, ring, vertex.
pub(super) type VertexLines = Vec<Vec<Vec<u64>>>;

/// A finding for every fault of every plot; its code is the fault's own. `plots` are the lines and numbers of the plots,
/// in the order of the features.
pub(super) fn check(
    polygons: Polygons<'_>,
    plots: &[(&VertexLines, u64, &str)],
    findings: &mut Vec<Finding>,
) {
    for fault in find_faults(polygons) {
        // Repeated points are found on the rows, before rings are made.
        if !fault.kind.is_error() {
            continue;
        }
        let Some((lines, plot_line, plot_id)) = plots.get(fault.feature) else { continue };
        let ring = lines.get(fault.polygon.unwrap_or(0)).and_then(|rings| rings.get(fault.ring.unwrap_or(0)));
        let line = ring
            .and_then(|ring| ring.get(fault.vertex.unwrap_or(0)).or_else(|| ring.first()))
            .copied()
            .unwrap_or(*plot_line);
        let place = fault.point.map_or_else(String::new, |[east, north]| {
            // Degrees need more places than metres.
            let places = if east.abs() <= 360.0 && north.abs() <= 90.0 { 9 } else { 3 };
            format!(",在 X {north:.places$} Y {east:.places$}")
        });
        let message = format!("{}{place}", words(fault.kind));
        findings.push(Finding::warning(fault.kind.code(), message).at_line(line).of_plot(*plot_id));
    }
}

fn words(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::TooFewPoints => "一圈不同的点不足三个",
        FaultKind::Spike => "界线原路折回(尖刺)",
        FaultKind::ZeroArea => "一圈的点都在一条直线上,没有面积",
        FaultKind::SelfCrossing => "界线自相交",
        FaultKind::SelfTouching => "界线与自身相接",
        FaultKind::SelfOverlap => "界线与自身重合",
        FaultKind::DuplicateRing => "同一圈写了两次",
        FaultKind::InteriorOutsideExterior => "内圈在外圈之外",
        FaultKind::InteriorCrossesExterior => "内圈与外圈相交",
        FaultKind::InteriorsCross => "内圈之间相交",
        FaultKind::NestedInteriors => "内圈套在另一内圈之中",
        FaultKind::RingsShareBoundary => "两圈有一段界线重合",
        FaultKind::DisconnectedInterior => "圈相接,使内部断开",
        FaultKind::OverlappingPolygons => "地块的两个部分重叠",
        FaultKind::PolygonsShareBoundary => "地块的两个部分有一段界线重合",
        other => other.message(),
    }
}
