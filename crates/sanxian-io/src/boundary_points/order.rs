//! Whether rings and points are numbered as the format's rule has it: rings 1, 2, 3, ...; points upwards by one.

use super::document::RawPlot;
use super::rings::RawRing;
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
