//! Rows of points into rings.

use super::row::{PointRow, RawPlot};
use crate::finding::Finding;

/// No easting of a zone, with prefix or without, is a northing of China: numbers from here on are not both at one point.
const NO_EASTING_M: f64 = 1e6;

/// How a ring was closed in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The first point is repeated under its own name.
    Repeat,
    /// The first point is repeated under the next number.
    NextNumber,
    /// There is no closing row.
    Absent,
}

/// A ring without its closing row.
#[derive(Clone, Debug)]
pub(crate) struct RawRing<'a> {
    pub(crate) points: Vec<&'a PointRow>,
    pub(crate) closing: Closing,
}

/// A plot with its rows divided.
#[derive(Clone, Debug)]
pub(crate) struct SplitPlot<'a> {
    pub(crate) raw: &'a RawPlot,
    pub(crate) rings: Vec<RawRing<'a>>,
    pub(crate) findings: Vec<Finding>,
}

/// Splits a plot's rows into rings: where the ring number changes, where the first point comes again, at end marks.
/// Points closer than `precision` (in the unit of the coordinates) are one.
pub(super) fn split(plot: &RawPlot, precision: f64) -> SplitPlot<'_> {
    let mut findings = Vec::new();
    let mut rings: Vec<RawRing<'_>> = Vec::new();
    for run in &plot.runs {
        let mut open: Vec<&PointRow> = Vec::new();
        let mut just_closed = false;
        for point in run {
            let same_label = |other: &PointRow| other.ring == point.ring;
            if just_closed && let Some(last) = rings.last() {
                let first = last.points.first().copied();
                if first.is_some_and(|first| same_label(first) && is_same(first, point, precision)) {
                    findings.push(
                        Finding::warning("closing_point_repeated", "闭合点多写了一次").at_line(point.line),
                    );
                    continue;
                }
                if first.is_some_and(|first| first.ring.is_some() && same_label(first)) {
                    let message = format!(
                        "圈号 {} 在闭合之后继续,按另一圈读",
                        point.ring.as_deref().unwrap_or_default()
                    );
                    findings.push(Finding::warning("ring_number_repeated", message).at_line(point.line));
                }
            }
            just_closed = false;
            let Some(&first) = open.first() else {
                open.push(point);
                continue;
            };
            if !same_label(first) {
                rings.push(RawRing { points: std::mem::take(&mut open), closing: Closing::Absent });
                open.push(point);
            } else if open.len() >= 3 && is_same(first, point, precision) {
                let closing = if point.id == first.id { Closing::Repeat } else { Closing::NextNumber };
                let is_new = rings.iter().all(|ring| ring.closing != Closing::NextNumber);
                if closing == Closing::NextNumber && is_new {
                    let message = format!("闭合点没有重复 {},另编为 {}", first.id, point.id);
                    findings.push(Finding::info("closing_point_renumbered", message).at_line(point.line));
                }
                rings.push(RawRing { points: std::mem::take(&mut open), closing });
                just_closed = true;
            } else if open.len() >= 3
                && point.first == first.first
                && point.second == point.first
                && (point.first >= NO_EASTING_M || (!first.id.is_empty() && point.id == first.id))
            {
                // A script in use writes X twice in the closing row. On a local grid that can be a place.
                let message = format!("闭合点 {} 写成两个相同的坐标,按首点闭合", point.id);
                findings.push(Finding::warning("closing_point_wrong", message).at_line(point.line));
                rings.push(RawRing { points: std::mem::take(&mut open), closing: Closing::Repeat });
                just_closed = true;
            } else {
                open.push(point);
            }
        }
        if !open.is_empty() {
            rings.push(RawRing { points: open, closing: Closing::Absent });
        }
    }
    SplitPlot { raw: plot, rings, findings }
}

fn is_same(a: &PointRow, b: &PointRow, precision: f64) -> bool {
    // Half as much again: two numbers rounded to the precision differ by it and by a rounding error of their binary form.
    (a.first - b.first).abs() <= precision * 1.5 && (a.second - b.second).abs() <= precision * 1.5
}
