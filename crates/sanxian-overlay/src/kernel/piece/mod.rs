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
//! * only new vertices are rounded, so only edges at new vertices can be at fault, and each is tested against what lies
//!   near it ([`certificate`]); pieces of pairs that touch are tested whole;
//! * the exact area is known beforehand, and a piece of another size is refused.
//!
//! Where either says no, or the order of two crossings on an edge is not certain, the engine computes the pair.

mod certificate;
mod cleaning;
mod walk;

use super::crossing::{CONTROL, Crossings, Pair, SUBJECT};
use super::outline::{Outline, Ring};
use crate::assembly::assemble;
use crate::edge::EdgeIndex;
use crate::measure::planar_area;
use crate::pair;
use crate::polygons::{Point, PolygonSet};
use crate::ring_list::PolygonList;
use crate::validity::is_valid;

/// A vertex of a traced ring.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Vertex {
    point: Point,
    /// True for a crossing that is rounded to `f64`, false for a vertex of the input.
    is_rounded: bool,
}

/// The piece of a pair as valid polygons; `area` is its planar area, greater than zero.
pub(crate) fn piece(pair: &Pair<'_>, crossings: &Crossings, area: f64) -> PolygonList {
    if crossings.list.is_empty() {
        for (side, other) in [(SUBJECT, CONTROL), (CONTROL, SUBJECT)] {
            let is_inside = crossings.starting_inside[side].len() == pair.sides[side].rings.len();
            if is_inside && crossings.starting_inside[other].is_empty() {
                return whole(&pair.sides[side]);
            }
        }
    }
    trace(pair, crossings, area).unwrap_or_else(|| by_engine(pair))
}

/// The traced piece, or `None` when it cannot be vouched for.
fn trace(pair: &Pair<'_>, crossings: &Crossings, area: f64) -> Option<PolygonList> {
    let mut rings = walk::walk(pair, crossings)?;
    let touches = crossings.list.iter().any(|crossing| walk::vertex_at(pair, crossing).is_some())
        | rings.iter_mut().map(cleaning::drop_repeated).fold(false, |any, dropped| any | dropped);
    if touches {
        rings = rings.into_iter().flat_map(cleaning::clean).collect();
    }
    let whole_rings = whole_rings(pair, crossings);
    if !touches && !certificate::holds(&rings, &whole_rings) {
        return None;
    }
    let mut slack: f64 = whole_rings.iter().map(|ring| certificate::area_slack(ring, |_| false)).sum();
    let traced = rings.into_iter().map(|ring| {
        let mut points: Vec<Point> = ring.iter().map(|vertex| vertex.point).collect();
        points.extend(points.first().copied());
        slack += certificate::area_slack(&points, |vertex| {
            ring.get(vertex % ring.len()).is_some_and(|vertex| vertex.is_rounded)
        });
        points
    });
    let traced: Vec<Vec<Point>> = traced.collect();
    let list = assemble(traced.into_iter().chain(whole_rings))?;
    let mut set = PolygonSet::default();
    list.push_to(&mut set);
    if (touches && !is_valid(set.view(), 0)) || (planar_area(set.view().feature(0)) - area).abs() > slack {
        return None;
    }
    Some(if touches { unchanged_or(pair, list) } else { list })
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
