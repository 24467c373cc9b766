//! A quick look that finds most valid polygons valid.
//!
//! The full check names every fault; this one only says that there is none. It gives up at the first place where
//! two edges so much as touch, other than where one follows the other, and leaves the feature to the full check.

use std::ops::Range;

use rayon::prelude::*;

use super::arithmetic::Arithmetic;
use super::boxes::GROUP;
use super::edges::{Edges, each_bit};
use super::location::passes;
use super::outline::{CHUNK, Outline};
use super::processor;
use crate::polygons::Point;

/// Features with more chunks than this are checked by several threads.
const SHARED: usize = 4096;
/// Chunks or rings that a thread takes at a time.
const PART: usize = 1024;

/// True when nothing about the feature could make it invalid; false when only the full check can tell.
pub(crate) fn is_certainly_valid(outline: &Outline<'_>, origin: Point, near: &mut Vec<u32>) -> bool {
    let (chunks, rings) = (outline.chunks.len(), outline.rings.len());
    if !outline.is_finite || outline.rings.iter().any(|ring| ring.last < ring.first + 3) {
        return false;
    }
    if chunks <= SHARED {
        return processor::is_simple(outline, origin, 0..chunks, near)
            && (rings == 1 || processor::is_nested(outline, origin, 0..rings));
    }
    let parts = |count: usize| {
        let part = move |start: usize| start..(start + PART).min(count);
        (0..count).into_par_iter().step_by(PART).map(part)
    };
    parts(chunks).all(|part| processor::is_simple(outline, origin, part, &mut Vec::new()))
        && parts(rings).all(|part| processor::is_nested(outline, origin, part))
}

/// True when no edge of these chunks, whole groups, has a point in common with one that comes later, but where one follows the other.
#[inline(always)]
pub(super) fn is_simple<A: Arithmetic>(
    outline: &Outline<'_>,
    origin: Point,
    chunks: Range<usize>,
    near: &mut Vec<u32>,
) -> bool {
    let mut group: Vec<Edges> = Vec::with_capacity(GROUP);
    // What is near is looked up for a group of chunks at once.
    for first in chunks.step_by(GROUP) {
        let end = (first + GROUP).min(outline.chunks.len());
        group.clear();
        group.extend(outline.chunks[first..end].iter().map(|chunk| Edges::new::<A>(outline, chunk, origin)));
        for (slot, edges) in group.iter().enumerate() {
            let chunk = &outline.chunks[first + slot];
            let ring = &outline.rings[chunk.ring as usize];
            let is_ring = chunk.first == ring.first && outline.chunk_end(chunk) == ring.last;
            if !runs_one_way(edges) && touches_itself::<A>(edges, is_ring) {
                return false;
            }
            let later =
                outline.tree.meeting_in_group(first, outline.tree.leaf(first + slot)) & !((2 << slot) - 1);
            for other in each_bit(later) {
                if touches::<A>(outline, [first + slot, first + other], [edges, &group[other]]) {
                    return false;
                }
            }
        }
        near.clear();
        outline.tree.descend(outline.tree.around(first), |node| {
            let (first_leaf, leaves) = node.leaves();
            let is_later = first_leaf + leaves > end;
            if is_later && node.level == 0 {
                near.push(node.position as u32);
            }
            is_later
        });
        for &other in near.iter() {
            let slots = outline.tree.meeting_in_group(first, outline.tree.leaf(other as usize));
            if slots == 0 {
                continue;
            }
            let other_edges = Edges::new::<A>(outline, &outline.chunks[other as usize], origin);
            for slot in each_bit(slots) {
                if touches::<A>(outline, [first + slot, other as usize], [&group[slot], &other_edges]) {
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
    let (places, last) = (&edges.places, edges.there.count_ones() as usize);
    // Places beyond the last repeat it.
    let chord = [places[CHUNK][0] - places[0][0], places[CHUNK][1] - places[0][1]];
    let mut is_certain = 1;
    for i in 0..CHUNK {
        let [dx, dy] = [places[i + 1][0] - places[i][0], places[i + 1][1] - places[i][1]];
        let (along_x, along_y) = (dx * chord[0], dy * chord[1]);
        // Rounding cannot turn the sign of so large a sum.
        let goes_on = along_x + along_y > 1e-9 * (along_x.abs() + along_y.abs());
        // Without a branch, so that all edges are looked at at once.
        is_certain &= u8::from(goes_on) | u8::from(i >= last);
    }
    is_certain == 1
}

/// True when edges of one chunk meet other than end to start.
#[inline(always)]
fn touches_itself<A: Arithmetic>(edges: &Edges, is_ring: bool) -> bool {
    let count = edges.there.count_ones() as usize;
    for i in 0..count {
        let edge = edges.ends(i);
        for j in each_bit(edges.meeting(edges.bounds(i)) & !((2 << i) - 1)) {
            let later = edges.ends(j);
            let is_met = if j == i + 1 {
                turns_back::<A>(edge, later)
            } else if is_ring && i == 0 && j + 1 == count {
                // The last edge of a ring leads to its first.
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

/// True when edges of two chunks meet other than where one chunk follows the other; the first comes before the second.
#[inline(always)]
fn touches<A: Arithmetic>(
    outline: &Outline<'_>,
    positions: [usize; 2],
    [edges, other_edges]: [&Edges; 2],
) -> bool {
    let [chunk, other_chunk] = [&outline.chunks[positions[0]], &outline.chunks[positions[1]]];
    let ring = &outline.rings[chunk.ring as usize];
    let (last, other_last) = (edges.there.ilog2() as usize, other_edges.there.ilog2() as usize);
    let is_one_ring = other_chunk.ring == chunk.ring;
    let follows = is_one_ring && positions[1] == positions[0] + 1;
    let closes = is_one_ring && chunk.first == ring.first && outline.chunk_end(other_chunk) == ring.last;
    for j in each_bit(other_edges.meeting(edges.bounds)) {
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
    onward <= 0.0 && A::turn(from, node, to) == 0.0
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

/// True when these rings lie where they should: interiors in their exterior and not in each other, polygons beside each other or in
/// interiors. Rings must not touch.
#[inline(always)]
pub(super) fn is_nested<A: Arithmetic>(outline: &Outline<'_>, origin: Point, rings: Range<usize>) -> bool {
    let all = outline.rings;
    let first_chunk =
        |ring: usize| all.get(ring).map_or(outline.chunks.len(), |ring| ring.first_chunk as usize);
    let mut of_polygon = 0..0;
    for (position, ring) in all.iter().enumerate().take(rings.end).skip(rings.start) {
        if ring.is_exterior || of_polygon.is_empty() {
            let start = (0..=position).rev().find(|&before| all[before].is_exterior).unwrap_or(0);
            let end = (position + 1..all.len()).find(|&after| all[after].is_exterior).unwrap_or(all.len());
            of_polygon = first_chunk(start)..first_chunk(end);
        }
        if ring.is_exterior && of_polygon.len() == outline.chunks.len() {
            continue;
        }
        let points = &outline.coords[ring.first as usize..=ring.last as usize];
        // Moved to the right, the rightmost point lies outside its own ring.
        let rightmost =
            points.iter().fold(points[0], |best, point| if point[0] > best[0] { *point } else { best });
        let passed = |chunks| passes::<A, true>(outline, rightmost, origin, chunks);
        let is_sound = if ring.is_exterior {
            passed(0..outline.chunks.len()) == passed(of_polygon.clone())
        } else {
            passed(of_polygon.clone())
        };
        if !is_sound {
            return false;
        }
    }
    true
}
