//! Agreement with `geo`: another overlay (its own engine version and grid) and another validity check on random polygons.

use geo::{Area, BooleanOps, Validation};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use sanxian_overlay::{
    IndexedPolygons, OverlayOptions, PolygonSet, Progress, difference, find_faults, intersection,
    planar_area, union,
};

/// `geo` snaps to some 30 bits over the joint box of a pair: at 240 units a step is 2e-7, and half a step along
/// boundaries of less than 1,000 units makes this area.
const GRID_AREA: f64 = 1e-4;

fn star(centre: (f64, f64), radii: &[f64]) -> MultiPolygon<f64> {
    let count = radii.len() as f64;
    let ring: LineString<f64> = radii
        .iter()
        .enumerate()
        .map(|(step, radius)| {
            let (sin, cos) = (step as f64 / count * std::f64::consts::TAU).sin_cos();
            Coord { x: centre.0 + radius * cos, y: centre.1 + radius * sin }
        })
        .collect();
    Polygon::new(ring, vec![]).into()
}

fn area(set: &PolygonSet) -> f64 {
    (0..set.len()).map(|feature| planar_area(set.view().feature(feature))).sum()
}

fn is_on_one_line(points: &[(i32, i32)]) -> bool {
    let turns = |&[a, b, c]: &[(i32, i32); 3]| (b.0 - a.0) * (c.1 - a.1) != (b.1 - a.1) * (c.0 - a.0);
    let [first, rest @ ..] = points else { return true };
    let second = rest.iter().find(|point| *point != first);
    second.is_none_or(|second| !rest.iter().any(|third| turns(&[*first, *second, *third])))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn pieces_remainders_and_unions_have_the_areas_that_geo_finds(
        a in prop::collection::vec(20.0..60.0_f64, 5..40),
        b in prop::collection::vec(20.0..60.0_f64, 5..40),
        shift in (-60.0..60.0_f64, -60.0..60.0_f64),
    ) {
        let (a, b) = (star((0.0, 0.0), &a), star(shift, &b));
        let subjects: PolygonSet = [a.clone()].into_iter().collect();
        let both: PolygonSet = [a.clone(), b.clone()].into_iter().collect();
        let control = IndexedPolygons::new([b.clone()].into_iter().collect());
        let (options, progress) = (OverlayOptions::default(), Progress::default());

        let pieces = intersection(subjects.view(), &control, &options, &progress).unwrap();
        prop_assert!((area(&pieces.polygons) - a.intersection(&b).unsigned_area()).abs() < GRID_AREA);
        let rest = difference(subjects.view(), &control, &options, &progress).unwrap();
        prop_assert!((area(&rest.polygons) - a.difference(&b).unsigned_area()).abs() < GRID_AREA);
        let whole = union(both.view(), &options, &progress).unwrap();
        prop_assert!((area(&whole.polygons) - a.union(&b).unsigned_area()).abs() < GRID_AREA);
    }

    #[test]
    fn what_geo_calls_invalid_has_a_fault_and_the_other_way_round(
        points in prop::collection::vec((-50_i32..50, -50_i32..50), 3..12),
    ) {
        let ring: LineString<f64> = points.iter().map(|&(x, y)| Coord { x: x.into(), y: y.into() }).collect();
        let shape: MultiPolygon<f64> = Polygon::new(ring, vec![]).into();
        let set: PolygonSet = [shape.clone()].into_iter().collect();
        let is_valid = !find_faults(set.view()).iter().any(|fault| fault.kind.is_error());
        // A ring on one line goes back over itself, which GEOS calls invalid and geo does not always.
        let expected = !is_on_one_line(&points) && shape.is_valid();
        prop_assert_eq!(is_valid, expected, "{:?}", points);
    }
}

#[test]
fn conversion_there_and_back_keeps_every_coordinate() {
    let shape = star((38_386_000.123, 4_252_000.456), &[10.0, 12.5, 11.0, 13.0, 9.5]);
    let set: PolygonSet = [shape.clone(), MultiPolygon::new(vec![])].into_iter().collect();
    assert_eq!(set.view().to_multi_polygon(0), Some(shape));
    assert_eq!(set.view().to_multi_polygon(1), Some(MultiPolygon::new(vec![])));
}
