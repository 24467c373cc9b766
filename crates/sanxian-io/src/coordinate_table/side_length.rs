//! Side lengths against the coordinates they stand beside.

use super::parser::{Side, Table};
use crate::boundary_points::{Axes, Closing, Kind, PointRow, SplitPlot};
use crate::finding::Finding;

/// Which side the length in a point's row is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// From this point to the next. What the tables of 勘测定界 have.
    Next,
    /// From the point before to this one.
    Previous,
}

/// A written length and the points that it may join.
struct Written<'a> {
    side: Side,
    id: &'a str,
    previous: Option<(&'a PointRow, f64)>,
    next: Option<(&'a PointRow, f64)>,
}

impl<'a> Written<'a> {
    /// The other end and the true length, where the written one is another.
    fn differs(&self, order: Order, tolerance_m: f64) -> Option<(&'a PointRow, f64)> {
        let side = if order == Order::Next { self.next } else { self.previous };
        side.filter(|(_, length_m)| (length_m - self.side.length_m).abs() > tolerance_m)
    }
}

/// Compares every written length with the distance of its points, in the plane of the coordinates.
pub(super) fn check(
    table: &Sides,
    plots: &[SplitPlot<'_>],
    axes: Axes,
    precision_m: f64,
    findings: &mut Vec<Finding>,
) {
    let Some(first) = table.by_place.values().map(|side| side.place).min() else { return };
    if axes.kind == Kind::Globe {
        let message = "坐标是经纬度,边长未核对";
        findings.push(Finding::info("sides_not_checked", message).at_line(first));
        return;
    }
    // The length was computed before the coordinates were rounded: each end is off by half a rounding in two directions.
    let written_m = 10_f64.powi(-(table.coordinate_decimals.min(6) as i32));
    let tolerance_m = 0.5 * 10_f64.powi(-(table.side_decimals.min(6) as i32))
        + std::f64::consts::SQRT_2 * precision_m.max(written_m.min(1.0))
        + 1e-9;
    let (mut sides, mut wrong) = (0_usize, Vec::new());
    for plot in plots {
        let written = written(table, plot);
        sides += written.len();
        let count =
            |order| written.iter().filter(|written| written.differs(order, tolerance_m).is_some()).count();
        let order = if !table.between && count(Order::Previous) < count(Order::Next) {
            Order::Previous
        } else {
            Order::Next
        };
        for one in &written {
            let Some((other, length_m)) = one.differs(order, tolerance_m) else { continue };
            let (from, to) = match order {
                Order::Next => (one.id, other.id.as_str()),
                Order::Previous => (other.id.as_str(), one.id),
            };
            let message = format!(
                "{from} 至 {to} 的边长写 {},按坐标是 {length_m:.*}",
                one.side.length_m,
                table.side_decimals.clamp(3, 6)
            );
            let finding = Finding::warning("side_differs", message).at_line(one.side.place);
            wrong.push(match &plot.raw.row {
                row if !row.id.is_empty() => finding.of_plot(&row.id),
                row if !row.name.is_empty() => finding.of_plot(&row.name),
                _ => finding,
            });
        }
    }
    if wrong.is_empty() {
        let message = format!("{sides} 条边长与坐标相符(容许 {tolerance_m:.3} 米)");
        findings.push(Finding::info("sides_match", message).at_line(first));
    }
    findings.extend(wrong);
}

/// Lengths of a whole file.
pub(super) struct Sides {
    by_place: std::collections::HashMap<u64, Side>,
    between: bool,
    side_decimals: usize,
    coordinate_decimals: usize,
}

impl Sides {
    /// Takes the lengths out of a table.
    pub(super) fn take(table: &mut Table) -> Self {
        Self {
            by_place: std::mem::take(&mut table.sides),
            between: table.sides_between,
            side_decimals: table.side_decimals,
            coordinate_decimals: table.coordinate_decimals,
        }
    }
}

fn written<'a>(table: &Sides, plot: &SplitPlot<'a>) -> Vec<Written<'a>> {
    let mut found = Vec::new();
    let mut rows = plot.raw.points().peekable();
    for ring in &plot.rings {
        let points = &ring.points;
        let distance = |a: &'a PointRow, b: &'a PointRow| f64::hypot(a.first - b.first, a.second - b.second);
        let to = |from: &'a PointRow, other: Option<&&'a PointRow>| {
            other.map(|other| (*other, distance(from, other)))
        };
        for (position, &point) in points.iter().enumerate() {
            let Some(&side) = table.by_place.get(&point.line) else { continue };
            let next = points.get(position + 1).or_else(|| points.first());
            // The first point's row has no side before it, unless the table puts the closing one there.
            let previous = position.checked_sub(1).map_or_else(|| points.last(), |before| points.get(before));
            found.push(Written { side, id: &point.id, previous: to(point, previous), next: to(point, next) });
        }
        // The row that closes the ring is not one of its points any more, but may hold the last length.
        let Some(&last) = points.last() else { continue };
        let _ = rows.by_ref().find(|row| row.line == last.line);
        if ring.closing == Closing::Absent {
            continue;
        }
        let closing = rows.next().and_then(|row| Some((row, *table.by_place.get(&row.line)?)));
        if let Some((row, side)) = closing {
            found.push(Written {
                side,
                id: &row.id,
                previous: to(last, points.last()).map(|_| {
                    let length_m = points.first().map_or(0.0, |first| distance(last, first));
                    (last, length_m)
                }),
                next: None,
            });
        }
    }
    found
}
