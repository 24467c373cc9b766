//! Faults of single polygons, and slivers.

use sanxian_io::{Layer, Severity};
use sanxian_overlay::{FaultKind, FaultOptions, find_faults_with, mean_width};

use super::Run;
use super::figures::width;
use super::finding::{Collector, Place};
use crate::attribute::texts;
use crate::fault_table::coordinate_range;

/// What the reader met, told again, but for what is looked at here with more to compare: areas, repeated numbers,
/// crossings, fields.
pub(super) fn carry(layer: &Layer, findings: &mut Collector) {
    let is_told_here = |code: &str| {
        code.starts_with("area_")
            || matches!(
                code,
                "plot_id_repeated"
                    | "self_crossing"
                    | "layer_recognised"
                    | "layer_ambiguous"
                    | "field_missing"
                    | "field_type_differs"
                    | "role_contradicted"
            )
    };
    for finding in layer.findings.iter().filter(|finding| !is_told_here(finding.code)) {
        let line = finding.line.map_or_else(String::new, |line| format!("(第{line}行)"));
        let told = findings.add(finding.severity, finding.code, layer, format!("{}{line}", finding.message));
        told.plot_id.clone_from(&finding.plot_id);
    }
}

/// Every fault of every polygon.
pub(super) fn check(layer: &Layer, run: &Run<'_>, findings: &mut Collector) {
    let polygons = layer.polygons.view();
    let options = FaultOptions {
        vertex_tolerance: run.limits.vertex_tolerance_m,
        shortest_edge: run.limits.shortest_edge_m,
        sharpest_angle_deg: run.limits.sharpest_angle_deg,
        range: layer.crs.as_ref().and_then(coordinate_range),
        winding: None,
    };
    let ids = texts(&layer.attributes, "plot_id");
    for fault in find_faults_with(polygons, &options) {
        let ring = match (fault.polygon.filter(|polygon| *polygon > 0), fault.ring) {
            (part, Some(ring)) => {
                let part = part.map_or_else(String::new, |part| format!("第{}部分", part + 1));
                let ring = if ring == 0 { "外圈".to_owned() } else { format!("第{ring}个内圈") };
                part + &ring
            }
            (_, None) => String::new(),
        };
        let vertex = fault.vertex.map_or_else(String::new, |vertex| format!("第{}点", vertex + 1));
        let message = format!("第{}个图斑{ring}{vertex}：{}", fault.feature + 1, title(fault.kind));
        let severity = if fault.kind.severity() == "error" { Severity::Error } else { Severity::Warning };
        let told = findings.add(severity, fault.kind.code(), layer, message).of(fault.feature);
        if let Some(point) = fault.point.filter(|point| point.iter().all(|value| value.is_finite())) {
            told.at(Place::Point(point));
        }
        told.plot_id = ids.as_ref().and_then(|ids| ids.get(fault.feature).cloned().flatten());
    }
    for feature in 0..polygons.len() {
        let mean_m = mean_width(polygons.feature(feature));
        if mean_m > 0.0 && mean_m < run.tables.tolerances.sliver_width_m {
            let message = format!("第{}个图斑平均宽度{}，疑为碎面", feature + 1, width(mean_m));
            findings.warning("sliver", layer, message).of(feature).at(Place::feature(polygons, feature));
        }
    }
}

/// What planners call a fault, and what it comes from.
fn title(kind: FaultKind) -> String {
    let title = match kind {
        FaultKind::NotFinite => "坐标不是数",
        FaultKind::TooFewPoints => "不同的点少于三个，围不成面",
        FaultKind::RepeatedPoint => "重复点(与上一点坐标相同)",
        FaultKind::Spike => "尖刺：边线原路折返",
        FaultKind::ZeroArea => "各点在一条直线上，面积为零",
        FaultKind::SelfCrossing => "边线自相交(多为两个界址点次序颠倒)",
        FaultKind::SelfTouching => "边线自相接：同一点经过两次",
        FaultKind::SelfOverlap => "边线与自身重合一段",
        FaultKind::DuplicateRing => "同一个圈出现两次",
        FaultKind::InteriorOutsideExterior => "内圈在外圈之外",
        FaultKind::InteriorCrossesExterior => "内圈与外圈相交",
        FaultKind::InteriorsCross => "两个内圈相交",
        FaultKind::NestedInteriors => "内圈套在另一个内圈里",
        FaultKind::RingsShareBoundary => "两个圈有一段边线重合",
        FaultKind::DisconnectedInterior => "内圈把图斑分成互不相连的几块",
        FaultKind::OverlappingPolygons => "同一图斑的两个部分重叠",
        FaultKind::PolygonsShareBoundary => "同一图斑的两个部分有一段边线重合",
        FaultKind::OutOfRange => "坐标不在该坐标系的范围内(X、Y 颠倒或带号有误)",
        FaultKind::CloseVertices => "两点距离小于容差",
        FaultKind::ShortEdge => "边长过短",
        FaultKind::SharpAngle => "尖锐角",
        FaultKind::WrongWinding => "圈的方向相反",
        other => return other.message().to_owned(),
    };
    title.to_owned()
}
