//! Exact questions about points and edges. Every sign here is right, however close the points lie (Shewchuk's
//! adaptive arithmetic through the `robust` crate); only the place of a crossing is rounded.

use robust::Coord;

use crate::bounds::Bounds;
use crate::polygons::Point;

/// Twice the signed area of the triangle `a b c`: positive when `c` lies left of the line from `a` to `b`, exactly
/// zero when the three lie on one line.
pub(crate) fn orientation(a: Point, b: Point, c: Point) -> f64 {
    let coord = |[x, y]: Point| Coord { x, y };
    robust::orient2d(coord(a), coord(b), coord(c))
}

/// Where a point lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Inside,
    Boundary,
    Outside,
}

/// What two edges have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Meeting {
    /// Nothing.
    Apart,
    /// Their interiors cross, at about this point.
    Cross(Point),
    /// They share exactly one point, an end of at least one of them.
    Touch(Point),
    /// They lie on one line and share the stretch between these points, which are ends of the edges.
    Overlap(Point, Point),
}

/// How the edges `a` and `b`, neither of length zero, meet.
pub(crate) fn meeting(a: [Point; 2], b: [Point; 2]) -> Meeting {
    let b_sides = [orientation(a[0], a[1], b[0]), orientation(a[0], a[1], b[1])];
    if same_side(b_sides) {
        return Meeting::Apart;
    }
    let a_sides = [orientation(b[0], b[1], a[0]), orientation(b[0], b[1], a[1])];
    if same_side(a_sides) {
        return Meeting::Apart;
    }
    if b_sides == [0.0, 0.0] {
        return meeting_on_a_line(a, b);
    }
    let (box_a, box_b) = (Bounds::of(&a), Bounds::of(&b));
    for (side, end) in b_sides.into_iter().zip(b) {
        if side == 0.0 && box_a.contains(end) {
            return Meeting::Touch(end);
        }
    }
    for (side, end) in a_sides.into_iter().zip(a) {
        if side == 0.0 && box_b.contains(end) {
            return Meeting::Touch(end);
        }
    }
    if b_sides.contains(&0.0) || a_sides.contains(&0.0) {
        return Meeting::Apart;
    }
    let share = a_sides[0] / (a_sides[0] - a_sides[1]);
    let place = [a[0][0] + share * (a[1][0] - a[0][0]), a[0][1] + share * (a[1][1] - a[0][1])];
    let [min_x, min_y, max_x, max_y] = box_a.common(box_b).0;
    Meeting::Cross([place[0].max(min_x).min(max_x), place[1].max(min_y).min(max_y)])
}

fn same_side(sides: [f64; 2]) -> bool {
    (sides[0] > 0.0 && sides[1] > 0.0) || (sides[0] < 0.0 && sides[1] < 0.0)
}

fn meeting_on_a_line(a: [Point; 2], b: [Point; 2]) -> Meeting {
    // On one line, the order along the axis of the longer extent is the order along the line.
    let axis = usize::from((a[1][0] - a[0][0]).abs() < (a[1][1] - a[0][1]).abs());
    let ordered = |edge: [Point; 2]| if edge[0][axis] <= edge[1][axis] { edge } else { [edge[1], edge[0]] };
    let ([a_low, a_high], [b_low, b_high]) = (ordered(a), ordered(b));
    let low = if a_low[axis] >= b_low[axis] { a_low } else { b_low };
    let high = if a_high[axis] <= b_high[axis] { a_high } else { b_high };
    if low[axis] < high[axis] {
        Meeting::Overlap(low, high)
    } else if low[axis] == high[axis] {
        Meeting::Touch(low)
    } else {
        Meeting::Apart
    }
}

/// Two edges that leave a node, as the ends other than the node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passage {
    /// Where the boundary comes from.
    pub(crate) before: Point,
    /// Where it goes on to.
    pub(crate) after: Point,
}

/// True when the direction from `node` to `point` lies strictly left of the boundary `before -> node -> after`.
///
/// `point` must not lie in the direction of `before` or `after`.
pub(crate) fn is_left_of(node: Point, passage: Passage, point: Point) -> bool {
    let Passage { before, after } = passage;
    let left_of_before = orientation(before, node, point) > 0.0;
    let left_of_after = orientation(node, after, point) > 0.0;
    let turn = orientation(before, node, after);
    if turn > 0.0 {
        // The left side is the narrow wedge.
        left_of_before && left_of_after
    } else if turn < 0.0 {
        left_of_before || left_of_after
    } else {
        left_of_before
    }
}

/// True when two boundaries that pass the same node change sides there.
pub(crate) fn passages_cross(node: Point, a: Passage, b: Passage) -> bool {
    is_left_of(node, a, b.before) != is_left_of(node, a, b.after)
}

/// Distance of a point from an edge, rounded.
pub(crate) fn distance_to_segment(point: Point, [a, b]: [Point; 2]) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let from = [point[0] - a[0], point[1] - a[1]];
    let square = along[0] * along[0] + along[1] * along[1];
    let share = if square > 0.0 { (from[0] * along[0] + from[1] * along[1]) / square } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    (from[0] - share * along[0]).hypot(from[1] - share * along[1])
}

/// True when the directions from `node` to `a` and to `b` are the same.
pub(crate) fn is_same_direction(node: Point, a: Point, b: Point) -> bool {
    orientation(node, a, b) == 0.0
        && (a[0] - node[0]) * (b[0] - node[0]) >= 0.0
        && (a[1] - node[1]) * (b[1] - node[1]) >= 0.0
}

#[cfg(test)]
#[path = "predicate_tests.rs"]
mod tests;
