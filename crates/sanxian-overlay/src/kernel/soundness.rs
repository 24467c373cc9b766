//! A quick look that finds nearly all valid polygons valid.
//!
//! The full check names every fault; this one only says that there is none. It leaves to the full check what it cannot call
//! sound: rings that meet themselves, cross, or share a stretch. Repeated points, and rings that touch in points, it settles itself.
//!
//! 1. [`simplicity`](super::simplicity): no two edges meet but where one follows the other; where rings touch is written down.
//! 2. [`is_nested`]: each ring lies where it should, told by one of its vertices that no other ring touches.
//! 3. Chains of touches must not close, or the interior falls apart.

use std::collections::HashSet;
use std::ops::Range;

use rayon::prelude::*;

use super::arithmetic::Arithmetic;
use super::location::passes;
use super::outline::Outline;
use super::processor;
use super::self_join::SelfJoin;
use crate::polygons::Point;
use crate::ring_nesting::disconnecting_rings;

/// Features with more parts or rings than this are checked by several threads.
const SHARED_PARTS: usize = 8;
const SHARED_RINGS: usize = 1024;

/// True when nothing about the feature could make it invalid; false when only the full check can tell.
pub(crate) fn is_certainly_valid(outline: &Outline<'_>, origin: Point, near: &mut Vec<[u32; 2]>) -> bool {
    if !outline.is_finite
        || !outline.is_complete
        || outline.rings.iter().any(|ring| ring.last < ring.first + 3)
    {
        return false;
    }
    let parts = SelfJoin::new(outline.tree).parts();
    let touches = if parts <= SHARED_PARTS {
        (0..parts).map(|part| processor::touches(outline, origin, part, near)).collect::<Option<Vec<_>>>()
    } else {
        (0..parts)
            .into_par_iter()
            .map_init(Vec::new, |near, part| processor::touches(outline, origin, part, near))
            .collect()
    };
    let Some(touches) = touches else { return false };
    let rings = outline.rings.len();
    if rings == 1 {
        return true;
    }
    let touches = touches.concat();
    let touched: HashSet<(usize, [u64; 2])> =
        touches.iter().flat_map(|touch| touch.rings.map(|ring| (ring, bits(touch.point)))).collect();
    let is_nested = |rings: Range<usize>| processor::is_nested(outline, origin, rings, &touched);
    let all_nested = if rings <= SHARED_RINGS {
        is_nested(0..rings)
    } else {
        (0..rings)
            .into_par_iter()
            .step_by(SHARED_RINGS)
            .all(|start| is_nested(start..(start + SHARED_RINGS).min(rings)))
    };
    all_nested && disconnecting_rings(&touches, |ring| Some(exterior_of(outline, ring))).is_empty()
}

/// The exterior of the polygon that a ring belongs to.
fn exterior_of(outline: &Outline<'_>, ring: usize) -> usize {
    (0..=ring).rev().find(|&before| outline.rings[before].is_exterior).unwrap_or(0)
}

/// A point to be looked up; adding zero makes -0 and 0 one number.
fn bits(point: Point) -> [u64; 2] {
    point.map(|value| (value + 0.0).to_bits())
}

/// True when these rings lie where they should: interiors in their exterior and not in each other, polygons beside each other or in
/// interiors.
///
/// Rings do not cross, so any vertex speaks for its ring that lies on no other one. That an interior lies in an odd
/// number of the other rings of its polygon, and an exterior in an even number of those of other polygons, is enough: if any ring lay wrong, so would
/// one that lies in no wrong one, and for that the number is off by one.
#[inline(always)]
pub(super) fn is_nested<A: Arithmetic>(
    outline: &Outline<'_>,
    origin: Point,
    rings: Range<usize>,
    touched: &HashSet<(usize, [u64; 2])>,
) -> bool {
    let all = outline.rings;
    let chunks_of = |rings: Range<usize>| {
        let first_chunk =
            |ring: usize| all.get(ring).map_or(outline.chunks.len(), |ring| ring.first_chunk as usize);
        first_chunk(rings.start)..first_chunk(rings.end)
    };
    let mut of_polygon = 0..0;
    for position in rings {
        let ring = &all[position];
        if ring.is_exterior || of_polygon.is_empty() {
            let start = exterior_of(outline, position);
            let end = (position + 1..all.len()).find(|&after| all[after].is_exterior).unwrap_or(all.len());
            of_polygon = chunks_of(start..end);
        }
        let own = chunks_of(position..position + 1);
        let (others, own) = if ring.is_exterior {
            (0..outline.chunks.len(), of_polygon.clone())
        } else {
            (of_polygon.clone(), own)
        };
        if others == own {
            continue;
        }
        let mut points = outline.coords[ring.first as usize..ring.last as usize].iter();
        let free = points.find(|point| touched.is_empty() || !touched.contains(&(position, bits(**point))));
        let Some(&point) = free else { return false };
        if passes::<A, true>(outline, point, origin, others, own) == ring.is_exterior {
            return false;
        }
    }
    true
}

#[cfg(test)]
#[path = "soundness_tests.rs"]
mod tests;
