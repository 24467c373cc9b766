//! Whether a point of one feature lies inside the other.

use std::ops::Range;

use super::arithmetic::Arithmetic;
use super::boxes::SmallBox;
use super::crossing::{is_control_left, is_subject_left};
use super::outline::Outline;
use crate::bounds::Bounds;
use crate::polygons::Point;

/// Whether a vertex of one feature lies inside `outline`, the other one. The subject is moved by (ε, ε²), so the point is never on the
/// boundary; `OF_SUBJECT` says whether the point or the outline moves with it.
///
/// A ray to the right passes the boundary an odd number of times when the point lies inside. Chunks and whole branches of the
/// tree that lie right of the point are passed, by parity, as often as their ends lie on either side of the ray.
#[inline(always)]
pub(crate) fn holds<A: Arithmetic, const OF_SUBJECT: bool>(
    outline: &Outline<'_>,
    point: Point,
    origin: Point,
) -> bool {
    passes::<A, OF_SUBJECT>(outline, point, origin, 0..outline.chunks.len(), 0..0)
}

/// Whether a ray from the point to the right passes the edges of some chunks an odd number of times, those that are passed over
/// left out. Either are whole rings.
#[inline(always)]
pub(crate) fn passes<A: Arithmetic, const OF_SUBJECT: bool>(
    outline: &Outline<'_>,
    point: Point,
    origin: Point,
    chunks: Range<usize>,
    passed_over: Range<usize>,
) -> bool {
    let SmallBox([min_x, min_y, max_x, max_y]) =
        SmallBox::round(Bounds([point[0], point[1], point[0], point[1]]), origin);
    if SmallBox([min_x, min_y, max_x, max_y]).common(outline.bounds).is_empty() {
        return false;
    }
    let place = A::place(point);
    let is_above = |[_, y]: Point| if OF_SUBJECT { y > place[1] } else { y >= place[1] };
    let is_vertex_above = |vertex: u32| is_above(A::place(outline.coords[vertex as usize]));
    let mut is_inside = false;
    outline.tree.descend(SmallBox([min_x, min_y, f32::INFINITY, max_y]), |node| {
        let (first, count) = node.leaves();
        let end = (first + count).min(outline.chunks.len());
        if end <= chunks.start || first >= chunks.end {
            return false;
        }
        let is_wanted = first >= chunks.start
            && end <= chunks.end
            && (end <= passed_over.start || first >= passed_over.end);
        let (first, last) = (&outline.chunks[first], &outline.chunks[end - 1]);
        if is_wanted && node.min_x() > max_x {
            // Whole rings between the two chunks are closed and count for nothing.
            is_inside ^= is_vertex_above(first.first) ^ is_vertex_above(outline.chunk_end(last));
            if first.ring != last.ring {
                is_inside ^= is_vertex_above(outline.rings[first.ring as usize].last)
                    ^ is_vertex_above(outline.rings[last.ring as usize].first);
            }
            return false;
        }
        if node.level == 0 && is_wanted {
            let points = &outline.coords[first.first as usize..=outline.chunk_end(first) as usize];
            for ends in points.windows(2) {
                let edge = [A::place(ends[0]), A::place(ends[1])];
                let rises = is_above(edge[1]);
                if is_above(edge[0]) != rises && is_left::<A, OF_SUBJECT>(edge, place) == rises {
                    is_inside = !is_inside;
                }
            }
        }
        true
    });
    is_inside
}

/// Whether the point lies left of an edge that passes its height.
#[inline(always)]
fn is_left<A: Arithmetic, const OF_SUBJECT: bool>(edge: [Point; 2], point: Point) -> bool {
    let rises = edge[1][1] > edge[0][1];
    if edge[0][0] > point[0] && edge[1][0] > point[0] {
        return rises;
    }
    if edge[0][0] < point[0] && edge[1][0] < point[0] {
        return !rises;
    }
    let turn = A::turn(edge[0], edge[1], point);
    if OF_SUBJECT { is_subject_left(turn, edge) } else { is_control_left(turn, edge) }
}
