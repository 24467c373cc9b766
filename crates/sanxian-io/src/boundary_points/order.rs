//! Whether rings and points are numbered as the format's rule has it: rings 1, 2, 3, ...; points upwards by one.

use sanxian_overlay::Point;

use super::rings::RawRing;
use super::row::RawPlot;
use crate::finding::Finding;

/// Names the first ring and the first point of a plot that are out of order.
pub(super) fn check(plot: &RawPlot, rings: &[RawRing<'_>], findings: &mut Vec<Finding>) {
    ring_numbers(plot, rings, findings);
    point_numbers(rings, findings);
}

fn ring_numbers(plot: &RawPlot, rings: &[RawRing<'_>], findings: &mut Vec<Finding>) {
    let mut labels: Vec<(&str, u64)> = rings
        .iter()
        .filter_map(|ring| {
            let first = ring.points.first()?;
            Some((first.ring.as_deref()?, first.line))
        })
        .collect();
    // The same number once more has a finding of its own.
    labels.dedup_by_key(|(label, _)| *label);
    let wrong = labels.iter().zip(1_u64..).find(|((label, _), expected)| label.parse() != Ok(*expected));
    if let Some(((label, line), expected)) = wrong {
        let message = format!("圈号不按 1、2、3 的次序:此处是 {label},应为 {expected}");
        findings.push(Finding::warning("ring_numbers_out_of_order", message).at_line((*line).max(plot.line)));
    }
}

fn point_numbers(rings: &[RawRing<'_>], findings: &mut Vec<Finding>) {
    for ring in rings {
        let numbers = ring.points.iter().map(|point| number(&point.id));
        let wrong = numbers
            .clone()
            .zip(numbers.skip(1))
            .zip(ring.points.iter().skip(1))
            .find(|((before, this), _)| matches!((before, this), (Some(before), Some(this)) if before.checked_add(1) != Some(*this)));
        if let Some(((Some(before), _), point)) = wrong {
            let message = format!("点号不连续:{} 前一点的序号是 {before}", point.id);
            findings.push(Finding::warning("point_numbers_out_of_order", message).at_line(point.line));
            return;
        }
    }
}

/// The number at the end of a point's name.
fn number(id: &str) -> Option<u64> {
    let digits = id.trim_start_matches(|character: char| !character.is_ascii_digit());
    digits.parse().ok()
}

/// Place of the point nearest to the north-west corner of the points' box; of several the first.
pub(crate) fn north_west(points: &[Point]) -> usize {
    let west = points.iter().map(|point| point[0]).fold(f64::INFINITY, f64::min);
    let north = points.iter().map(|point| point[1]).fold(f64::NEG_INFINITY, f64::max);
    let distance = |point: &Point| (point[0] - west).powi(2) + (point[1] - north).powi(2);
    let nearest = points.iter().enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    nearest.map_or(0, |(place, _)| place)
}
