//! The piece that two features share, traced along their boundaries from crossing to crossing.
//!
//! Where the subject comes into the control feature the boundary of the piece follows the subject until it leaves again, from there
//! the control feature, and so on round (Weiler and Atherton 1977). All crossings are proper, because the subject stands moved by an
//! infinitely small step, so the walk knows no special case and costs what the result costs: no vertex is classified, nothing
//! is sorted but the crossings.
//!
//! What the infinitely small step leaves behind in pairs that share edges or touch (stretches walked to and fro, a ring that
//! passes a point twice) is cleaned away exactly ([`cleaning`]). The result is never taken on trust:
//!
//! * rounding a new vertex may, where boundaries run a hair apart, make a piece invalid, so every piece is checked;
//! * the exact area is known beforehand, and a piece of another size is refused.
//!
//! Where either says no, or the order of two crossings on an edge is not certain, the engine computes the pair.

mod cleaning;
mod walk;

use super::crossing::{CONTROL, Crossings, Pair, SUBJECT};
use super::outline::{Outline, Outlines, Ring};
use super::processor;
use super::soundness::is_certainly_valid;
use crate::assembly::assemble;
use crate::edge::EdgeIndex;
use crate::measure::planar_area;
use crate::pair;
use crate::polygons::{Point, PolygonSet};
use crate::ring_list::PolygonList;
use crate::validity::is_valid;

/// Memory that a thread uses again from piece to piece.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    outlines: Outlines,
    near: Vec<[u32; 2]>,
}

/// The piece of a pair as valid polygons; `area` is its planar area, greater than zero.
pub(crate) fn piece(pair: &Pair<'_>, crossings: &Crossings, area: f64, scratch: &mut Scratch) -> PolygonList {
    if crossings.list.is_empty() {
        for (side, other) in [(SUBJECT, CONTROL), (CONTROL, SUBJECT)] {
            let is_inside = crossings.starting_inside[side].len() == pair.sides[side].rings.len();
            if is_inside && crossings.starting_inside[other].is_empty() {
                return whole(&pair.sides[side]);
            }
        }
    }
    trace(pair, crossings, area, scratch).unwrap_or_else(|| by_engine(pair))
}

/// The traced piece, or `None` when it cannot be vouched for.
fn trace(pair: &Pair<'_>, crossings: &Crossings, area: f64, scratch: &mut Scratch) -> Option<PolygonList> {
    let mut rings = walk::walk(pair, crossings)?;
    let touches = crossings.list.iter().any(|crossing| walk::vertex_at(pair, crossing).is_some())
        | rings.iter_mut().map(cleaning::drop_repeated).fold(false, |any, dropped| any | dropped);
    if touches {
        rings = rings.into_iter().map(cleaning::without_returns).filter(|ring| ring.len() > 2).collect();
    }
    let whole_rings = whole_rings(pair, crossings);
    let candidate = Candidate::new(&rings, &whole_rings, area)?;
    if candidate.is_certainly_valid(pair.origin, scratch) {
        return Some(if touches { unchanged_or(pair, candidate.list) } else { candidate.list });
    }
    // A ring that passes a point twice looks wrong to the quick look, and is, until it is parted there.
    rings = rings.into_iter().flat_map(cleaning::parted).collect();
    let candidate = Candidate::new(&rings, &whole_rings, area)?;
    is_valid(candidate.set.view(), 0).then(|| unchanged_or(pair, candidate.list))
}

/// A traced piece of the right size.
struct Candidate {
    list: PolygonList,
    set: PolygonSet,
}

impl Candidate {
    fn new(rings: &[Vec<Point>], whole_rings: &[Vec<Point>], area: f64) -> Option<Self> {
        let closed = |ring: &Vec<Point>| ring.iter().chain(ring.first()).copied().collect();
        let list = assemble(rings.iter().map(closed).chain(whole_rings.iter().cloned()))?;
        let mut set = PolygonSet::default();
        list.push_to(&mut set);
        let differs_by = (planar_area(set.view().feature(0)) - area).abs();
        (differs_by <= area_slack(&list)).then_some(Self { list, set })
    }

    fn is_certainly_valid(&self, origin: Point, scratch: &mut Scratch) -> bool {
        let Scratch { outlines, near } = scratch;
        outlines.clear();
        processor::push(outlines, self.set.view(), 0, origin);
        let outline = outlines.outline(self.set.view().coords(), 0);
        is_certainly_valid(&outline, origin, near)
    }
}

/// How far the area computed from `f64` may lie from the exact one: vertices stand off the grid, and crossings off their true place, by
/// the spacing of `f64`, and carry the edges on either side with them.
fn area_slack(piece: &PolygonList) -> f64 {
    piece.0.iter().flatten().flat_map(|ring| ring.windows(2)).fold(0.0, |slack, ends| {
        let [from, to] = [ends[0], ends[1]];
        let length = (to[0] - from[0]).abs() + (to[1] - from[1]).abs();
        let spacing = f64::EPSILON * (from[0].abs() + from[1].abs());
        slack + 4.0 * spacing * (length + spacing)
    })
}

/// The rings without a crossing that lie inside the other feature, turned the way their roles ask.
fn whole_rings(pair: &Pair<'_>, crossings: &Crossings) -> Vec<Vec<Point>> {
    let mut rings = Vec::new();
    for side in [SUBJECT, CONTROL] {
        if crossings.starting_inside[side].is_empty() {
            continue;
        }
        let mut crossed: Vec<u32> = crossings.list.iter().map(|crossing| crossing.ring[side]).collect();
        crossed.sort_unstable();
        let outline = &pair.sides[side];
        for ring in crossings.starting_inside[side].iter().filter(|ring| crossed.binary_search(ring).is_err())
        {
            rings.extend(outline.rings.get(*ring as usize).map(|ring| turned(outline, ring)));
        }
    }
    rings
}

/// A ring the way its role asks.
fn turned(outline: &Outline<'_>, ring: &Ring) -> Vec<Point> {
    let mut points = walk::points(outline, ring).to_vec();
    if ring.is_reversed {
        points.reverse();
    }
    points
}

/// The polygons of a feature as they are, every ring turned the way its role asks.
fn whole(outline: &Outline<'_>) -> PolygonList {
    let polygons = outline.rings.chunk_by(|_, next| !next.is_exterior);
    PolygonList(polygons.map(|rings| rings.iter().map(|ring| turned(outline, ring)).collect()).collect())
}

/// The feature itself where the piece is nothing but its rings: a feature that lies inside keeps its first vertex.
fn unchanged_or(pair: &Pair<'_>, list: PolygonList) -> PolygonList {
    let corners: usize = list.0.iter().flatten().map(|ring| ring.len() - 1).sum();
    for outline in &pair.sides {
        if outline.rings.iter().map(|ring| (ring.last - ring.first) as usize).sum::<usize>() == corners {
            let whole = whole(outline);
            if whole.has_same_rings_as(&list) {
                return whole;
            }
        }
    }
    list
}

fn by_engine(pair: &Pair<'_>) -> PolygonList {
    let sets = pair.sides.map(|outline| {
        let mut set = PolygonSet::default();
        whole(&outline).push_to(&mut set);
        set
    });
    let [subject, control] = [&sets[SUBJECT], &sets[CONTROL]].map(|set| EdgeIndex::new(set.view(), 0..1));
    pair::intersection(&subject.feature(sets[SUBJECT].view(), 0), &control.feature(sets[CONTROL].view(), 0))
}

#[cfg(test)]
#[path = "piece_tests.rs"]
mod tests;
