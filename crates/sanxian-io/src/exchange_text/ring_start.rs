//! Where a ring starts and which way it runs when it is written.

use sanxian_overlay::Point;

use crate::nesting::signed_area;

/// The point that a written ring begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RingStart {
    /// The first one of the geometry.
    #[default]
    AsIs,
    /// The one nearest to the north-west corner of the ring's box, as the format's rule has it; of several the first.
    NorthWest,
}

/// The points of a closed ring as they are written, without the closing one.
pub(super) fn arrange(ring: &[Point], is_exterior: bool, start: RingStart, clockwise: bool) -> Vec<Point> {
    let mut points = ring.split_last().map_or(&[][..], |(_, points)| points).to_vec();
    // Seen with north up, a clockwise ring has a negative shoelace.
    let runs_clockwise = signed_area(ring) < 0.0;
    if clockwise && runs_clockwise != is_exterior && points.len() > 1 {
        points.reverse();
        // The first point stays the first one.
        points.rotate_right(1);
    }
    if start == RingStart::NorthWest {
        let corner = north_west(&points);
        points.rotate_left(corner);
    }
    points
}

/// Place of the point nearest to the north-west corner of the points' box; of several the first.
pub(super) fn north_west(points: &[Point]) -> usize {
    let west = points.iter().map(|point| point[0]).fold(f64::INFINITY, f64::min);
    let north = points.iter().map(|point| point[1]).fold(f64::NEG_INFINITY, f64::max);
    let distance = |point: &Point| (point[0] - west).powi(2) + (point[1] - north).powi(2);
    let nearest = points.iter().enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    nearest.map_or(0, |(place, _)| place)
}

#[cfg(test)]
#[path = "ring_start_tests.rs"]
mod tests;
