//! A fault put into a valid polygon is found where it was put, and nothing else is.

#![allow(clippy::expect_used, clippy::panic)]

mod support;

use std::f64::consts::TAU;

use proptest::prelude::*;
use sanxian_overlay::{
    FaultKind, FaultOptions, Point, RepairMethod, Winding, find_faults, find_faults_with, repair,
};
use support::{Feature, set_of};

const ORIGIN: Point = [38_500_000.0, 4_252_000.0];
/// A crossing is rounded to the spacing of `f64` at its coordinates; the places of everything else are exact.
const ROUNDING_M: f64 = 1e-6;

/// A convex polygon, counter-clockwise, on a circle of 100 m about [`ORIGIN`], with a lowest edge that is exactly level.
fn convex(shifts: &[f64]) -> Vec<Point> {
    let count = shifts.len() as f64;
    let mut ring: Vec<Point> = shifts
        .iter()
        .enumerate()
        .map(|(i, shift)| {
            let angle = TAU * (i as f64 + 0.5 * shift) / count - TAU / 4.0 + TAU / 2.0 / count;
            let place = [ORIGIN[0] + 100.0 * angle.cos(), ORIGIN[1] + 100.0 * angle.sin()];
            place.map(|value| (value * 1e3).round() / 1e3)
        })
        .collect();
    let last = ring.len() - 1;
    let level = ring[0][1].min(ring[last][1]);
    (ring[0][1], ring[last][1]) = (level, level);
    ring
}

fn between(a: Point, b: Point, share: f64) -> Point {
    [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

fn square(centre: Point, half: f64) -> Vec<Point> {
    let [x, y] = centre;
    vec![[x - half, y - half], [x - half, y + half], [x + half, y + half], [x + half, y - half]]
}

/// The polygon with a fault of a kind, and where it is. `i` is a vertex that is neither first nor last.
#[allow(clippy::too_many_lines, reason = "one arm a kind")]
fn with_fault(kind: FaultKind, ring: &[Point], i: usize) -> (Feature, Point) {
    use FaultKind::*;
    let count = ring.len();
    let (a, b) = (ring[i], ring[i + 1]);
    let middle = between(a, b, 0.5);
    let far = (i + count / 2) % count;
    let mut exterior = ring.to_vec();
    let with_interiors = |interiors: &[Vec<Point>]| -> Feature {
        vec![std::iter::once(ring.to_vec()).chain(interiors.iter().cloned()).collect()]
    };
    match kind {
        NotFinite => {
            exterior[i][1] = f64::NAN;
            (vec![vec![exterior.clone()]], exterior[i])
        }
        TooFewPoints => (with_interiors(&[vec![ORIGIN, between(ORIGIN, a, 0.1)]]), ORIGIN),
        RepeatedPoint => {
            exterior.insert(i, a);
            (vec![vec![exterior]], a)
        }
        Spike => {
            let apex = between(ORIGIN, middle, 1.5);
            exterior.splice(i + 1..=i, [middle, apex, middle]);
            (vec![vec![exterior]], apex)
        }
        ZeroArea => {
            let [x, y] = ORIGIN;
            (with_interiors(&[vec![ORIGIN, [x + 1.0, y], [x + 3.0, y]]]), ORIGIN)
        }
        SelfCrossing => {
            exterior.swap(i, i + 1);
            let (p, q, r, s) = (ring[i - 1], b, a, ring[(i + 2) % count]);
            let cross = |u: Point, v: Point| u[0] * v[1] - u[1] * v[0];
            let (d, e) = ([q[0] - p[0], q[1] - p[1]], [s[0] - r[0], s[1] - r[1]]);
            let share = cross([r[0] - p[0], r[1] - p[1]], e) / cross(d, e);
            (vec![vec![exterior]], between(p, q, share))
        }
        SelfTouching => {
            let touched = ring[far];
            exterior.insert(i + 1, touched);
            (vec![vec![exterior]], touched)
        }
        SelfOverlap => {
            // From the opposite side down to the level edge, along it, and back.
            let (west, east) = (ring[count - 1], ring[0]);
            let [from, to] = [0.7, 0.3].map(|share| [between(west, east, share)[0], west[1]]);
            let top = count / 2;
            exterior.splice(top..top, [from, to]);
            (vec![vec![exterior]], to)
        }
        DuplicateRing => {
            (with_interiors(&[square(ORIGIN, 5.0), square(ORIGIN, 5.0)]), square(ORIGIN, 5.0)[0])
        }
        InteriorOutsideExterior => {
            let hole = square(between(ORIGIN, middle, 2.0), 5.0);
            (with_interiors(std::slice::from_ref(&hole)), hole[0])
        }
        InteriorCrossesExterior => {
            let [x, y] = ORIGIN;
            // Through the level edge.
            let level = ring[0][1];
            (
                with_interiors(&[vec![
                    [x - 2.0, level - 5.0],
                    [x - 2.0, y],
                    [x + 2.0, y],
                    [x + 2.0, level - 5.0],
                ]]),
                [x, level],
            )
        }
        InteriorsCross => {
            let [x, y] = ORIGIN;
            (with_interiors(&[square(ORIGIN, 5.0), square([x + 5.0, y + 5.0], 5.0)]), [x + 2.5, y + 2.5])
        }
        NestedInteriors => {
            (with_interiors(&[square(ORIGIN, 9.0), square(ORIGIN, 2.0)]), square(ORIGIN, 2.0)[0])
        }
        RingsShareBoundary => (with_interiors(&[vec![a, b, ORIGIN]]), middle),
        DisconnectedInterior => (
            with_interiors(&[vec![a, ring[far], between(ORIGIN, ring[(i + count / 4) % count], 0.5)]]),
            ORIGIN,
        ),
        OverlappingPolygons => {
            let shifted: Vec<Point> = square(ORIGIN, 3.0);
            (vec![vec![ring.to_vec()], vec![shifted.clone()]], shifted[0])
        }
        PolygonsShareBoundary => {
            let apex = between(ORIGIN, middle, 2.0);
            (vec![vec![ring.to_vec()], vec![vec![b, a, apex]]], middle)
        }
        OutOfRange => {
            exterior = ring.to_vec();
            exterior[i] = between(ORIGIN, a, 6.0);
            (vec![vec![exterior.clone()]], exterior[i])
        }
        CloseVertices => {
            let close = between(a, b, 0.000_05 / (b[0] - a[0]).hypot(b[1] - a[1]));
            exterior.insert(i + 1, close);
            (vec![vec![exterior]], close)
        }
        ShortEdge => {
            let near = between(a, b, 0.02 / (b[0] - a[0]).hypot(b[1] - a[1]));
            exterior.insert(i + 1, near);
            (vec![vec![exterior]], a)
        }
        SharpAngle => {
            let apex = between(ORIGIN, middle, 3.0);
            let [left, right] = [0.49, 0.51].map(|share| between(a, b, share));
            exterior.splice(i + 1..=i, [left, apex, right]);
            (vec![vec![exterior]], apex)
        }
        WrongWinding => {
            exterior.reverse();
            (vec![vec![exterior.clone()]], exterior[0])
        }
        other => panic!("{other:?} is not injected: add it"),
    }
}

const KINDS: [FaultKind; 22] = {
    use FaultKind::*;
    [
        NotFinite,
        TooFewPoints,
        RepeatedPoint,
        Spike,
        ZeroArea,
        SelfCrossing,
        SelfTouching,
        SelfOverlap,
        DuplicateRing,
        InteriorOutsideExterior,
        InteriorCrossesExterior,
        InteriorsCross,
        NestedInteriors,
        RingsShareBoundary,
        DisconnectedInterior,
        OverlappingPolygons,
        PolygonsShareBoundary,
        OutOfRange,
        CloseVertices,
        ShortEdge,
        SharpAngle,
        WrongWinding,
    ]
};

fn options(kind: FaultKind) -> FaultOptions {
    let [x, y] = ORIGIN;
    FaultOptions {
        vertex_tolerance: 0.0001,
        shortest_edge: 0.05,
        sharpest_angle_deg: 1.0,
        range: Some([x - 350.0, y - 350.0, x + 350.0, y + 350.0]),
        // Interiors are drawn as they come, so only rings without one are held against a winding.
        winding: (kind == FaultKind::WrongWinding).then_some(Winding::ExteriorCounterClockwise),
    }
}

/// How far the place that is told may lie from where the fault was put: for faults of stretches and whole rings, anywhere on them.
fn reach(kind: FaultKind) -> f64 {
    use FaultKind::*;
    match kind {
        RingsShareBoundary | PolygonsShareBoundary | SelfOverlap | DisconnectedInterior => 110.0,
        InteriorCrossesExterior | InteriorsCross => 4.0,
        _ => ROUNDING_M,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_kind_is_found_at_its_place_and_nothing_else_is(
        shifts in prop::collection::vec(-0.5..0.5_f64, 8..24),
        at in 0.0..1.0_f64,
    ) {
        let ring = convex(&shifts);
        let i = 1 + (at * (ring.len() - 4) as f64) as usize;
        let sound = set_of(&[vec![vec![ring.clone()]]]);
        prop_assert_eq!(find_faults_with(sound.view(), &options(FaultKind::WrongWinding)), vec![]);
        for kind in KINDS {
            let (feature, place) = with_fault(kind, &ring, i);
            // A sound neighbour on either side: features are told apart.
            let set = set_of(&[vec![vec![ring.clone()]], feature, vec![vec![ring.clone()]]]);
            let faults = find_faults_with(set.view(), &options(kind));
            prop_assert!(!faults.is_empty(), "{:?} is not found", kind);
            for fault in &faults {
                prop_assert!(fault.kind == kind && fault.feature == 1, "{:?}: {:?}", kind, faults);
                let [x, y] = fault.point.expect("every fault has a place");
                let is_there = kind == FaultKind::NotFinite || (x - place[0]).hypot(y - place[1]) <= reach(kind);
                prop_assert!(is_there, "{:?} at {:?}, not {:?}", kind, fault, place);
            }
        }
    }

    #[test]
    fn either_repair_is_valid_idempotent_and_leaves_valid_polygons_alone(
        shifts in prop::collection::vec(-0.5..0.5_f64, 8..24),
        at in 0.0..1.0_f64,
    ) {
        let ring = convex(&shifts);
        let i = 1 + (at * (ring.len() - 4) as f64) as usize;
        let sound = set_of(&[vec![vec![ring.clone()]]]);
        for method in [RepairMethod::Structure, RepairMethod::EvenOdd] {
            prop_assert_eq!(repair(sound.view(), method), (sound.clone(), vec![]));
            for kind in KINDS.into_iter().filter(|kind| kind.is_error() && *kind != FaultKind::NotFinite) {
                let set = set_of(&[with_fault(kind, &ring, i).0]);
                let (repaired, repairs) = repair(set.view(), method);
                prop_assert!(find_faults(repaired.view()).iter().all(|fault| !fault.kind.is_error()), "{:?}", kind);
                prop_assert_eq!(repairs.iter().map(|repair| repair.kinds.clone()).collect::<Vec<_>>(), vec![vec![kind]]);
                let area = sanxian_overlay::planar_area(repaired.view().feature(0));
                prop_assert_eq!(area, repairs[0].area_after);
                prop_assert_eq!(repair(repaired.view(), method), (repaired.clone(), vec![]), "{:?}", kind);
            }
            let (feature, apex) = with_fault(FaultKind::Spike, &ring, i);
            let (_, repairs) = repair(set_of(&[feature]).view(), method);
            let length = {
                let [a, b] = [ring[i], ring[i + 1]];
                let middle = between(a, b, 0.5);
                (apex[0] - middle[0]).hypot(apex[1] - middle[1])
            };
            prop_assert!((repairs[0].displacement - length).abs() < 1e-6 && repairs[0].vertices_dropped == 1);
        }
    }
}

#[test]
fn the_methods_differ_where_they_say() {
    let [x, y] = ORIGIN;
    let outer = square(ORIGIN, 10.0);
    let area = |feature: Feature, method| repair(set_of(&[feature]).view(), method).1[0].area_after;
    let overlapping: Feature = vec![vec![outer.clone()], vec![square([x + 10.0, y + 10.0], 10.0)]];
    assert_eq!(area(overlapping.clone(), RepairMethod::Structure), 700.0);
    assert_eq!(area(overlapping, RepairMethod::EvenOdd), 600.0);
    let outside: Feature = vec![vec![outer, square([x + 50.0, y], 5.0)]];
    assert_eq!(area(outside.clone(), RepairMethod::Structure), 400.0);
    assert_eq!(area(outside, RepairMethod::EvenOdd), 500.0);
}
