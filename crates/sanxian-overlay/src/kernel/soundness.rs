//! A quick look that finds most valid polygons valid.
//!
//! The full check names every fault; this one only says that there is none. It gives up at the first place where
//! two edges so much as touch, other than where one follows the other, and leaves the feature to the full check.

use super::arithmetic::{Arithmetic, OffGrid, OnGrid};
use super::boxes::GROUP;
use super::crossing::{Edges, each_bit};
use super::location::passes;
use super::outline::{CHUNK, Outline};
use crate::polygons::Point;

/// True when nothing about the feature could make it invalid; false when only the full check can tell.
#[inline(always)]
pub(crate) fn is_certainly_valid(outline: &Outline<'_>, origin: Point, near: &mut Vec<u32>) -> bool {
    if !outline.is_finite {
        return false;
    }
    if outline.is_on_grid {
        is_simple::<OnGrid>(outline, near) && is_nested::<OnGrid>(outline, origin)
    } else {
        is_simple::<OffGrid>(outline, near) && is_nested::<OffGrid>(outline, origin)
    }
}

/// True when no two edges have a point in common but where one follows the other.
#[inline(always)]
fn is_simple<A: Arithmetic>(outline: &Outline<'_>, near: &mut Vec<u32>) -> bool {
    if outline.rings.iter().any(|ring| ring.last < ring.first + 3) {
        return false;
    }
    // What is near is looked up for a group of chunks at once.
    for first in (0..outline.chunks.len()).step_by(GROUP) {
        near.clear();
        outline.tree.find(outline.tree.around(first), near);
        for position in first..(first + GROUP).min(outline.chunks.len()) {
            let chunk = &outline.chunks[position];
            let edges = Edges::new::<A>(outline, chunk);
            let bounds = outline.tree.leaf(position);
            for &other in near.iter().filter(|&&other| other as usize >= position) {
                let is_apart = if other as usize == position {
                    runs_one_way(&edges) || !touches_itself::<A>(&edges)
                } else {
                    bounds.common(outline.tree.leaf(other as usize)).is_empty()
                        || !touches::<A>(outline, position, &edges, other as usize)
                };
                if !is_apart {
                    return false;
                }
            }
        }
    }
    true
}

/// True when all edges of a chunk go the way of its chord, within a right angle: then no two of them meet.
#[inline(always)]
fn runs_one_way(edges: &Edges) -> bool {
    let (x, y, last) = (&edges.x, &edges.y, edges.there.count_ones() as usize);
    // Places beyond the last repeat it.
    let chord = [x[CHUNK] - x[0], y[CHUNK] - y[0]];
    let mut is_certain = true;
    for i in 0..CHUNK {
        let [dx, dy] = [x[i + 1] - x[i], y[i + 1] - y[i]];
        let (along_x, along_y) = (dx * chord[0], dy * chord[1]);
        // Rounding cannot turn the sign of so large a sum.
        let goes_on = along_x + along_y > 1e-9 * (along_x.abs() + along_y.abs());
        is_certain &= goes_on | (i >= last);
    }
    is_certain
}

/// True when edges of one chunk meet other than end to start.
#[inline(always)]
fn touches_itself<A: Arithmetic>(edges: &Edges) -> bool {
    for i in 0..edges.there.count_ones() as usize {
        let edge = edges.ends(i);
        for j in each_bit(edges.meeting(edges.bounds(i)) & !((2 << i) - 1)) {
            let later = edges.ends(j);
            let is_met = if j == i + 1 {
                turns_back::<A>(edge, later)
            } else if edge[0] == later[1] {
                // A whole ring in one chunk: its last edge leads to its first.
                turns_back::<A>(later, edge)
            } else {
                meets::<A>(edge, later)
            };
            if is_met {
                return true;
            }
        }
    }
    false
}

/// True when edges of two chunks meet other than where one chunk follows the other.
#[inline(always)]
fn touches<A: Arithmetic>(outline: &Outline<'_>, position: usize, edges: &Edges, other: usize) -> bool {
    let (chunk, other_chunk) = (&outline.chunks[position], &outline.chunks[other]);
    let other_edges = Edges::new::<A>(outline, other_chunk);
    let ring = &outline.rings[chunk.ring as usize];
    let (last, other_last) = (edges.there.ilog2() as usize, other_edges.there.ilog2() as usize);
    let follows = other == position + 1 && other_chunk.ring == chunk.ring;
    let closes = other_chunk.ring == chunk.ring
        && chunk.first == ring.first
        && outline.chunk_end(other_chunk) == ring.last;
    for j in each_bit(other_edges.meeting(edges.all_bounds())) {
        let other_edge = other_edges.ends(j);
        for i in each_bit(edges.meeting(other_edges.bounds(j))) {
            let edge = edges.ends(i);
            let is_met = if follows && i == last && j == 0 {
                turns_back::<A>(edge, other_edge)
            } else if closes && i == 0 && j == other_last {
                turns_back::<A>(other_edge, edge)
            } else {
                meets::<A>(edge, other_edge)
            };
            if is_met {
                return true;
            }
        }
    }
    false
}

/// True when an edge runs back over the one before it, or has no length.
#[inline(always)]
fn turns_back<A: Arithmetic>([from, node]: [Point; 2], [_, to]: [Point; 2]) -> bool {
    let onward = (node[0] - from[0]) * (to[0] - node[0]) + (node[1] - from[1]) * (to[1] - node[1]);
    !(onward > 0.0) && A::turn(from, node, to) == 0.0
}

/// True when two edges have a point in common, and for some edges on one line that have none.
#[inline(always)]
fn meets<A: Arithmetic>(a: [Point; 2], b: [Point; 2]) -> bool {
    let reaches = |line: [Point; 2], edge: [Point; 2]| {
        let turns = edge.map(|end| A::turn(line[0], line[1], end));
        !((turns[0] > 0.0 && turns[1] > 0.0) || (turns[0] < 0.0 && turns[1] < 0.0))
    };
    reaches(a, b) && reaches(b, a)
}

/// True when interiors lie in their exterior and not in each other, and polygons beside each other or in interiors. Rings must not touch.
#[inline(always)]
fn is_nested<A: Arithmetic>(outline: &Outline<'_>, origin: Point) -> bool {
    if outline.rings.len() <= 1 {
        return true;
    }
    let end_of =
        |ring: usize| outline.rings.get(ring).map_or(outline.chunks.len(), |ring| ring.first_chunk as usize);
    let mut first_ring = 0;
    outline.rings.chunk_by(|_, next| !next.is_exterior).all(|polygon| {
        let of_polygon = end_of(first_ring)..end_of(first_ring + polygon.len());
        let is_sound = polygon.iter().enumerate().all(|(role, ring)| {
            let of_ring = end_of(first_ring + role)..end_of(first_ring + role + 1);
            let point = outline.coords[ring.first as usize];
            // The moved point may lie on either side of its own ring, so that ring is taken out again.
            let passed = |chunks| passes::<A, true>(outline, point, origin, chunks);
            if role == 0 {
                of_polygon.len() == outline.chunks.len()
                    || passed(0..outline.chunks.len()) == passed(of_polygon.clone())
            } else {
                passed(of_polygon.clone()) != passed(of_ring)
            }
        });
        first_ring += polygon.len();
        is_sound
    })
}
