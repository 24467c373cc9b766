//! Edges that two polygons share to the bit cancel; what is left is all that can bound an overlap or a gap.
//!
//! With exteriors counter-clockwise and interiors clockwise, every point of the plane is wound round as often as it is
//! covered. An edge and its opposite change that number by +1 and -1 at the same place, so both can be struck out. In a
//! layer that tiles, nearly all edges go this way, at the price of one hash an edge.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::edge::is_counter_clockwise;
use crate::polygons::{Point, Polygons};
use crate::ring_list::OpenRings;

/// Features whose edges are matched at once. What lies near each other in a file mostly does so on the ground, so most
/// edges meet their opposites among so many, while they are in the cache.
const CHUNK_FEATURES: usize = 2048;

/// A directed edge with its polygon on the left, and the feature it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OwnedEdge {
    pub(super) ends: [Point; 2],
    pub(super) feature: u32,
}

/// The edges of a set that no opposite edge cancels, in the order of the set. All coordinates must be finite.
pub(super) fn unmatched_edges(polygons: Polygons<'_>) -> Vec<OwnedEdge> {
    let starts: Vec<usize> = (0..polygons.len()).step_by(CHUNK_FEATURES).collect();
    let chunks: Vec<Vec<OwnedEdge>> = starts
        .into_par_iter()
        .map(|start| {
            let mut edges = Vec::new();
            for feature in start..(start + CHUNK_FEATURES).min(polygons.len()) {
                push_feature(polygons, feature, &mut edges);
            }
            uncancelled(&edges)
        })
        .collect();
    if let [only] = &chunks[..] {
        return only.clone();
    }
    uncancelled(&chunks.concat())
}

/// The edges that are left when `edges` and the opposites of `taken` cancel.
pub(super) fn without(edges: &[OwnedEdge], taken: impl Iterator<Item = [Point; 2]>) -> Vec<OwnedEdge> {
    let mut all = edges.to_vec();
    all.extend(taken.map(|[from, to]| OwnedEdge { ends: [to, from], feature: u32::MAX }));
    uncancelled(&all)
}

fn push_feature(polygons: Polygons<'_>, feature: usize, edges: &mut Vec<OwnedEdge>) {
    for polygon in polygons.polygon_range(feature) {
        for (role, ring) in polygons.ring_range(polygon).enumerate() {
            let points = polygons.ring(ring);
            let is_reversed = is_counter_clockwise(points) != (role == 0);
            for ends in points.windows(2).filter(|ends| ends[0] != ends[1]) {
                let ends = if is_reversed { [ends[1], ends[0]] } else { [ends[0], ends[1]] };
                edges.push(OwnedEdge { ends, feature: feature as u32 });
            }
        }
    }
}

/// A number that an edge shares with its opposite.
fn key([from, to]: [Point; 2]) -> u64 {
    let [low, high] = if from < to { [from, to] } else { [to, from] };
    let mut key = 0_u64;
    for word in bits(low).into_iter().chain(bits(high)) {
        key = (key.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        key ^= key >> 29;
    }
    key
}

/// The bits of a point; adding zero makes -0 and 0 one number.
pub(super) fn bits(point: Point) -> [u64; 2] {
    point.map(|value| (value + 0.0).to_bits())
}

/// A place of the table in [`uncancelled`].
#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Empty,
    /// Held an edge that its opposite has struck out.
    Struck,
    /// Upper half of the key, and position of the edge.
    Edge(u32, u32),
}

/// Strikes out as many pairs of opposites as there are; the rest keeps its order.
fn uncancelled(edges: &[OwnedEdge]) -> Vec<OwnedEdge> {
    let mask = (edges.len() * 2).next_power_of_two() - 1;
    let mut slots = vec![Slot::Empty; mask + 1];
    for (position, edge) in edges.iter().enumerate() {
        let [from, to] = edge.ends;
        let key = key(edge.ends);
        let tag = (key >> 32) as u32;
        let mut at = key as usize & mask;
        let mut free = None;
        // Half of the table is empty, so the walk ends.
        loop {
            match slots[at] {
                Slot::Edge(known_tag, known)
                    if known_tag == tag && edges[known as usize].ends == [to, from] =>
                {
                    slots[at] = Slot::Struck;
                    break;
                }
                Slot::Edge(..) => {}
                Slot::Struck => free = free.or(Some(at)),
                Slot::Empty => {
                    slots[free.unwrap_or(at)] = Slot::Edge(tag, position as u32);
                    break;
                }
            }
            at = (at + 1) & mask;
        }
    }
    let kept = |slot: Slot| match slot {
        Slot::Edge(_, position) => Some(position),
        _ => None,
    };
    let mut kept: Vec<u32> = slots.into_iter().filter_map(kept).collect();
    kept.sort_unstable();
    kept.into_iter().map(|position| edges[position as usize]).collect()
}

/// Links edges end to start into closed rings.
///
/// As many edges leave every point as arrive, because the edges are what is left of rings when pairs of opposites are
/// struck out; so a walk that takes any unused edge comes back to where it started.
pub(super) fn linked(edges: &[OwnedEdge]) -> OpenRings {
    let mut leaving: HashMap<[u64; 2], Vec<usize>> = HashMap::with_capacity(edges.len());
    for (position, edge) in edges.iter().enumerate().rev() {
        leaving.entry(bits(edge.ends[0])).or_default().push(position);
    }
    let mut rings = OpenRings::default();
    let mut is_used = vec![false; edges.len()];
    for first in 0..edges.len() {
        if is_used[first] {
            continue;
        }
        let start = edges[first].ends[0];
        let mut ring = Vec::new();
        let mut at = start;
        while let Some(position) = leaving.get_mut(&bits(at)).and_then(Vec::pop) {
            is_used[position] = true;
            ring.push(at);
            at = edges[position].ends[1];
            if at == start {
                break;
            }
        }
        rings.push(ring);
    }
    rings
}
