//! The piece that two features share, traced along their boundaries from crossing to crossing.
//!
//! The crossings of two boundaries are known from the area kernel, every one of them proper because one side stands
//! moved by an infinitely small step. Where the subject comes into the control feature the boundary of the piece follows the
//! subject until it leaves again, from there the control feature, and so on round (Weiler and Atherton 1977). The cost is that
//! of the result: no vertex is classified, nothing is sorted but the crossings.
//!
//! What the infinitely small step leaves behind in pairs that share edges or touch (stretches walked to and fro, a ring that
//! passes a point twice) is cleaned away exactly ([`cleaning`]). The result is never taken on trust:
//!
//! * only new vertices are rounded, so only edges at new vertices can be at fault, and each is tested against what lies
//!   near it ([`certificate`]); pieces of pairs that touch are tested whole;
//! * the exact area is known beforehand, and a piece of another size is refused.
//!
//! Where either says no, or the order of two crossings on an edge is not certain, the caller goes to the engine.

mod certificate;
mod cleaning;
mod walk;

pub(crate) use walk::{Crossing, Crossings, Sides};

use crate::assembly::assemble;
use crate::measure::planar_area;
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

/// The piece two features share, or `None` when it cannot be vouched for.
///
/// `whole_rings` are the rings without a crossing that lie inside the other feature, turned the way their roles ask.
/// `area` is the exact planar area of the piece.
pub(crate) fn trace(
    sides: &impl Sides,
    crossings: &Crossings,
    whole_rings: Vec<Vec<Point>>,
    area: f64,
) -> Option<PolygonList> {
    let mut rings = walk::walk(sides, crossings)?;
    let touches = crossings.list.iter().any(|crossing| crossing.is_vertex)
        | rings.iter_mut().map(cleaning::drop_repeated).fold(false, |any, dropped| any | dropped);
    if touches {
        rings = rings.into_iter().flat_map(cleaning::clean).collect();
    }
    let slack = certificate::area_slack(&rings);
    let has_rounded = rings.iter().flatten().any(|vertex| vertex.is_rounded);
    if !touches && has_rounded && !certificate::holds(&rings, &whole_rings) {
        return None;
    }
    let traced = rings.into_iter().map(|ring| {
        let mut points: Vec<Point> = ring.iter().map(|vertex| vertex.point).collect();
        points.extend(points.first().copied());
        points
    });
    let list = assemble(traced.chain(whole_rings))?;
    let mut set = PolygonSet::default();
    list.push_to(&mut set);
    if touches && !is_valid(set.view(), 0) {
        return None;
    }
    ((planar_area(set.view().feature(0)) - area).abs() <= slack).then_some(list)
}

#[cfg(test)]
#[path = "finder_tests.rs"]
mod tests;
