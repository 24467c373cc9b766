use super::*;
use crate::polygons::PolygonSet;

fn square(x: f64, y: f64, side: f64) -> Vec<Point> {
    vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

type Polygons = Vec<Vec<Vec<Point>>>;

fn faults_of(polygons: &[Vec<Vec<Point>>]) -> Vec<Fault> {
    let mut set = PolygonSet::default();
    set.push_feature(polygons.iter().map(|rings| rings.iter().map(Vec::as_slice)));
    find_faults(set.view())
}

/// The kinds found, each once.
fn kinds_of(polygons: &[Vec<Vec<Point>>]) -> Vec<FaultKind> {
    let mut kinds: Vec<FaultKind> = faults_of(polygons).into_iter().map(|fault| fault.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[test]
fn every_kind_of_fault_is_told_from_the_others() {
    use FaultKind::*;
    let outer = square(0.0, 0.0, 10.0);
    let cases: [(Vec<FaultKind>, Polygons); 22] = [
        (vec![], vec![vec![outer.clone(), square(2.0, 2.0, 2.0), square(6.0, 6.0, 2.0)]]),
        (vec![NotFinite], vec![vec![vec![[0.0, 0.0], [1.0, f64::NAN], [1.0, 1.0]]]]),
        (vec![TooFewPoints], vec![vec![vec![[0.0, 0.0], [1.0, 1.0]]]]),
        (vec![RepeatedPoint], vec![vec![vec![[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]]]),
        (vec![Spike], vec![vec![vec![[0.0, 0.0], [4.0, 0.0], [9.0, 0.0], [4.0, 0.0], [4.0, 4.0]]]]),
        (vec![ZeroArea], vec![vec![vec![[0.0, 0.0], [1.0, 1.0], [3.0, 3.0]]]]),
        (vec![SelfCrossing], vec![vec![vec![[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0]]]]),
        (vec![SelfTouching], vec![vec![vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 0.0], [0.0, 4.0]]]]),
        (
            vec![SelfOverlap],
            vec![vec![vec![[0.0, 0.0], [9.0, 0.0], [9.0, 5.0], [6.0, 0.0], [3.0, 0.0], [0.0, 5.0]]]],
        ),
        (vec![DuplicateRing], vec![vec![outer.clone(), square(2.0, 2.0, 2.0), square(2.0, 2.0, 2.0)]]),
        (vec![InteriorOutsideExterior], vec![vec![outer.clone(), square(20.0, 2.0, 2.0)]]),
        (vec![InteriorCrossesExterior], vec![vec![outer.clone(), square(9.0, 2.0, 2.0)]]),
        (vec![InteriorsCross], vec![vec![outer.clone(), square(2.0, 2.0, 2.0), square(3.0, 3.0, 2.0)]]),
        (vec![NestedInteriors], vec![vec![outer.clone(), square(2.0, 2.0, 6.0), square(3.0, 3.0, 2.0)]]),
        (vec![RingsShareBoundary], vec![vec![outer.clone(), square(0.0, 2.0, 2.0)]]),
        (
            vec![DisconnectedInterior],
            vec![vec![outer.clone(), vec![[0.0, 5.0], [5.0, 4.0], [10.0, 5.0], [5.0, 6.0]]]],
        ),
        (vec![OverlappingPolygons], vec![vec![outer.clone()], vec![square(5.0, 5.0, 10.0)]]),
        (vec![OverlappingPolygons], vec![vec![outer.clone()], vec![square(5.0, 5.0, 1.0)]]),
        (vec![PolygonsShareBoundary], vec![vec![outer.clone()], vec![square(10.0, 2.0, 2.0)]]),
        // Right: touching in a point, lying in an interior, filling an interior to its corners.
        (vec![], vec![vec![outer.clone()], vec![square(10.0, 10.0, 2.0)]]),
        (vec![], vec![vec![outer.clone(), square(2.0, 2.0, 6.0)], vec![square(3.0, 3.0, 2.0)]]),
        (
            vec![],
            vec![
                vec![outer.clone(), square(2.0, 2.0, 6.0)],
                vec![vec![[5.0, 2.0], [8.0, 5.0], [5.0, 8.0], [2.0, 5.0]]],
            ],
        ),
    ];
    for (expected, polygons) in cases {
        assert_eq!(kinds_of(&polygons), expected, "{polygons:?}");
        // Neither the winding of the rings nor the order of the polygons changes the answer.
        let turned: Polygons = polygons
            .iter()
            .rev()
            .map(|rings| rings.iter().map(|ring| ring.iter().rev().copied().collect()).collect())
            .collect();
        assert_eq!(kinds_of(&turned), expected, "turned {polygons:?}");
    }
}

#[test]
fn a_fault_is_told_with_its_place() {
    let faults = faults_of(&[vec![
        square(500_000.0, 4_252_000.0, 100.0),
        square(500_010.0, 4_252_010.0, 5.0),
        vec![[500_090.0, 4_252_050.0], [500_110.0, 4_252_050.0], [500_095.0, 4_252_060.0]],
    ]]);
    assert_eq!(faults.len(), 2);
    assert_eq!(
        faults[0].to_string(),
        "interior ring 2 crosses the exterior ring at vertex 0 (500100.000, 4252050.000)"
    );
    assert_eq!(
        (faults[0].polygon, faults[0].ring, faults[0].kind.code()),
        (Some(0), Some(2), "interior_crosses_exterior")
    );
}

#[test]
fn every_crossing_of_a_ring_is_told() {
    // A zigzag under a straight edge that it crosses at each turn.
    let mut ring: Vec<Point> =
        (0..101).map(|i| [f64::from(i), if i % 2 == 0 { -1.0 } else { 1.0 }]).collect();
    ring.extend([[101.0, 0.0], [-1.0, 0.0]]);
    let faults = faults_of(&[vec![ring]]);
    assert_eq!(faults.iter().filter(|fault| fault.kind == FaultKind::SelfCrossing).count(), 100);
}

#[test]
fn null_and_empty_features_have_no_faults() {
    let mut set = PolygonSet::default();
    set.push_null();
    set.push_feature(Vec::<[&[Point]; 1]>::new());
    set.push_feature([[[].as_slice()]]);
    assert!(find_faults(set.view()).is_empty());
}
