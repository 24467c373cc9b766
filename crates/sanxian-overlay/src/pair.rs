//! One subject feature against one control feature, by the cheapest exact way.

use std::ops::ControlFlow;

use crate::assembly::assemble;
use crate::bounds::Bounds;
use crate::edge::FeatureEdges;
use crate::engine::{Fill, Operation, overlay};
use crate::measure::{EdgeFunctional, PlanarArea};
use crate::polygons::Point;
use crate::predicate::{Location, Meeting, meeting};
use crate::ring_list::{OpenRings, PolygonList};

/// How far a window reaches beyond what it must hold, as a share of its size: more than any rounding of the engine.
const WINDOW_MARGIN: f64 = 1e-6;

/// How two features lie to each other, as far as boxes and single points tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// No point of one lies inside the other.
    Apart,
    /// The subject lies in the control feature.
    SubjectInside,
    /// The control feature lies in the subject.
    ControlInside,
    /// The boundaries come near each other; only the engine can tell.
    Near,
}

/// Where two valid features lie. Exact: an answer other than `Near` needs no further look.
pub(crate) fn position(subject: &FeatureEdges<'_>, control: &FeatureEdges<'_>) -> Position {
    let (subject_box, control_box) = (subject.bounds(), control.bounds());
    if subject_box.common(control_box).is_empty() {
        return Position::Apart;
    }
    // Without a boundary in its box, a feature lies wholly in or wholly out, and any point of it tells which.
    if !has_edge_in(control, subject_box) {
        return match first_point(subject).map(|point| control.locate(point)) {
            Some(Location::Inside) => Position::SubjectInside,
            _ => Position::Apart,
        };
    }
    if !has_edge_in(subject, control_box) {
        return match first_point(control).map(|point| subject.locate(point)) {
            Some(Location::Inside) => Position::ControlInside,
            _ => Position::Apart,
        };
    }
    Position::Near
}

fn has_edge_in(edges: &FeatureEdges<'_>, bounds: Bounds) -> bool {
    edges.chunks_near(bounds).any(|chunk| edges.edges_near(chunk, bounds).next().is_some())
}

fn first_point(edges: &FeatureEdges<'_>) -> Option<Point> {
    let chunk = edges.chunks.first()?;
    edges.polygons.ring(chunk.ring as usize).get(chunk.first as usize).copied()
}

/// What both features cover, as valid polygons of positive area.
pub(crate) fn intersection(subject: &FeatureEdges<'_>, control: &FeatureEdges<'_>) -> PolygonList {
    match position(subject, control) {
        Position::Apart => PolygonList::default(),
        Position::SubjectInside => whole(subject),
        Position::ControlInside => whole(control),
        Position::Near => {
            if let Some(list) = intersection_of_whole_rings(subject, control) {
                return list;
            }
            let window = subject.bounds().common(control.bounds()).widened(WINDOW_MARGIN);
            let (mut subject_rings, mut control_rings) = (OpenRings::default(), OpenRings::default());
            subject.restrict_to(window, &mut subject_rings);
            control.restrict_to(window, &mut control_rings);
            if subject_rings.is_empty() || control_rings.is_empty() {
                return PolygonList::default();
            }
            let mut list = overlay(Operation::Intersection, Fill::Winding, &subject_rings, &control_rings);
            drop_what_has_no_area(&mut list);
            unchanged_or(subject, list)
        }
    }
}

/// The intersection of features whose boundaries have no point in common: the rings of either that lie inside the other,
/// as they are. `None` when the boundaries meet.
fn intersection_of_whole_rings(
    subject: &FeatureEdges<'_>,
    control: &FeatureEdges<'_>,
) -> Option<PolygonList> {
    let meets = subject.join_until(control, |a, b| match meeting(a.ends, b.ends) {
        Meeting::Apart => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    });
    if meets.is_break() {
        return None;
    }
    let common = subject.bounds().common(control.bounds());
    let mut rings = Vec::new();
    for (edges, other) in [(subject, control), (control, subject)] {
        for (ring, is_reversed) in edges.rings_near(common) {
            if ring.first().is_some_and(|point| other.locate(*point) == Location::Inside) {
                let mut ring = ring.to_vec();
                if is_reversed {
                    ring.reverse();
                }
                rings.push(ring);
            }
        }
    }
    assemble(rings.into_iter())
}

/// What the subject covers and none of the control features does.
pub(crate) fn difference<'a>(
    subject: &FeatureEdges<'_>,
    controls: impl Iterator<Item = FeatureEdges<'a>>,
) -> PolygonList {
    let window = subject.bounds().widened(WINDOW_MARGIN);
    let mut control_rings = OpenRings::default();
    for control in controls {
        match position(subject, &control) {
            Position::Apart => {}
            Position::SubjectInside => return PolygonList::default(),
            Position::ControlInside | Position::Near => control.restrict_to(window, &mut control_rings),
        }
    }
    if control_rings.is_empty() {
        return whole(subject);
    }
    let mut subject_rings = OpenRings::default();
    subject.restrict_to(window, &mut subject_rings);
    let mut list = overlay(Operation::Difference, Fill::Winding, &subject_rings, &control_rings);
    drop_what_has_no_area(&mut list);
    unchanged_or(subject, list)
}

/// The polygons of a feature as they are, every ring turned the way its role asks.
pub(crate) fn whole(edges: &FeatureEdges<'_>) -> PolygonList {
    let (Some(first), Some(last)) = (edges.chunks.first(), edges.chunks.last()) else {
        return PolygonList::default();
    };
    let polygons = edges.polygons;
    let offsets = polygons.polygon_offsets();
    let polygon_of = |ring: u32| offsets.partition_point(|&start| start as u32 <= ring) - 1;
    PolygonList::oriented(
        (polygon_of(first.ring)..=polygon_of(last.ring))
            .map(|polygon| polygons.ring_range(polygon).map(move |ring| polygons.ring(ring))),
    )
}

/// The feature itself where the engine gave back nothing but its rings: a feature that lies inside keeps its first vertex.
fn unchanged_or(feature: &FeatureEdges<'_>, list: PolygonList) -> PolygonList {
    let corners: usize = feature.chunks.iter().map(|chunk| (chunk.last - chunk.first) as usize).sum();
    if corners == list.0.iter().flatten().map(|ring| ring.len() - 1).sum::<usize>() {
        let whole = whole(feature);
        if whole.has_same_rings_as(&list) {
            return whole;
        }
    }
    list
}

/// Takes out polygons that are too thin for `f64` to hold an area.
fn drop_what_has_no_area(list: &mut PolygonList) {
    list.0.retain(|rings| {
        rings.first().is_some_and(|ring| {
            let origin = ring.first().copied().unwrap_or_default();
            PlanarArea { origin }.ring(ring) > 0.0
        })
    });
}

#[cfg(test)]
#[path = "pair_tests.rs"]
mod tests;
