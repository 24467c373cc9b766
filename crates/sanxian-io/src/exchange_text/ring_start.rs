//! Where a ring starts and which way it runs when it is written.

use sanxian_overlay::Point;

use crate::boundary_points::north_west;
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

#[cfg(test)]
#[path = "ring_start_tests.rs"]
mod tests;
