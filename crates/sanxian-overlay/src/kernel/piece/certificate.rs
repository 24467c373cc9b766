//! Whether rounding did harm.
//!
//! Input boundaries are valid and all their crossings are known, so a traced ring could only go wrong where a crossing was
//! rounded: at the edges on either side of it. These few are tested against everything that comes near them.

use super::Vertex;
use crate::bounds::Bounds;
use crate::edge::{Edge, EdgeIndex, FeatureEdges};
use crate::polygons::{Point, PolygonSet};
use crate::predicate::{Meeting, meeting};

/// True when no edge at a rounded vertex meets another edge but its neighbours, and those at their common vertex only.
/// `others` are closed rings of the same piece without rounded vertices.
pub(super) fn holds(rings: &[Vec<Vertex>], others: &[Vec<Point>]) -> bool {
    if rings.iter().flatten().all(|vertex| !vertex.is_rounded) {
        return true;
    }
    let closed: Vec<Vec<Point>> = rings
        .iter()
        .map(|ring| ring.iter().chain(ring.first()).map(|vertex| vertex.point).collect())
        .collect();
    let mut set = PolygonSet::default();
    set.push_feature([closed.iter().chain(others).map(Vec::as_slice)]);
    let index = EdgeIndex::new(set.view(), 0..1);
    let edges = index.feature(set.view(), 0);
    rings.iter().enumerate().all(|(position, ring)| {
        let next = |vertex: usize| if vertex + 1 < ring.len() { vertex + 1 } else { 0 };
        let is_rounded = |vertex: usize| ring.get(vertex).is_some_and(|vertex| vertex.is_rounded);
        ring.len() > 2
            && (0..ring.len()).filter(|&vertex| is_rounded(vertex) || is_rounded(next(vertex))).all(
                |vertex| {
                    let here = Edge {
                        ring: position as u32,
                        vertex: vertex as u32,
                        ends: [vertex, next(vertex)]
                            .map(|end| ring.get(end).map_or([f64::NAN; 2], |end| end.point)),
                    };
                    is_clear(&here, next(vertex) as u32, &edges)
                },
            )
    })
}

/// True when `here` meets nothing but the edges before and after it. `after` is the vertex at which the next edge starts.
fn is_clear(here: &Edge, after: u32, edges: &FeatureEdges<'_>) -> bool {
    let bounds = Bounds::of(&here.ends);
    edges.chunks_near(bounds).all(|chunk| {
        edges.edges_near(chunk, bounds).all(|other| {
            if (other.ring, other.vertex) == (here.ring, here.vertex) {
                return true;
            }
            match meeting(here.ends, other.ends) {
                Meeting::Apart => true,
                Meeting::Touch(point) => {
                    let is_next = (other.ring, other.vertex) == (here.ring, after);
                    let is_before = other.ring == here.ring && other.ends[1] == here.ends[0];
                    (is_next && point == here.ends[1]) || (is_before && point == here.ends[0])
                }
                Meeting::Cross(_) | Meeting::Overlap(..) => false,
            }
        })
    })
}

/// How far the area of a closed ring, computed from `f64`, may lie from the exact one: vertices stand off the grid, and crossings off
/// their true place, by the spacing of `f64`, and carry the edges on either side with them.
pub(super) fn area_slack(ring: &[Point], is_rounded: impl Fn(usize) -> bool) -> f64 {
    ring.windows(2).enumerate().fold(0.0, |slack, (vertex, ends)| {
        let [from, to] = [ends[0], ends[1]];
        let length = (to[0] - from[0]).abs() + (to[1] - from[1]).abs();
        let spacing = f64::EPSILON * (from[0].abs() + from[1].abs());
        let moves = if is_rounded(vertex) || is_rounded(vertex + 1) { 4.0 } else { 1.0 };
        slack + moves * spacing * (length + spacing)
    })
}
