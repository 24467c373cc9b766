use super::*;
use crate::polygons::Point;
use crate::{FaultKind, difference, intersection};

const BOW_TIE: [Point; 4] = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
const SQUARE: [Point; 4] = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];

fn set_of(rings: &[&[Point]]) -> PolygonSet {
    let mut set = PolygonSet::default();
    for ring in rings {
        set.push_feature([[*ring]]);
    }
    set
}

const REPAIR: OverlayOptions = OverlayOptions { on_invalid: OnInvalid::Repair };

#[test]
fn an_invalid_subject_is_named_with_its_place() {
    let subjects = set_of(&[&SQUARE, &BOW_TIE]);
    let control = IndexedPolygons::new(set_of(&[&SQUARE]));
    let error = intersection(subjects.view(), &control, &OverlayOptions::default(), &Progress::default())
        .expect_err("invalid input");
    assert_eq!(
        error.to_string(),
        "subject 1: the exterior ring crosses itself at vertex 2 (5.000000000, 5.000000000)"
    );
    let OverlayError::InvalidPolygon { side, feature, ring, vertex, point, kind, faults } = error else {
        panic!("{error}")
    };
    assert_eq!((side, feature, ring, vertex), (Side::Subject, 1, Some(0), Some(2)));
    assert_eq!((point, kind, faults.len()), (Some([5.0, 5.0]), FaultKind::SelfCrossing, 1));
}

#[test]
fn an_invalid_control_feature_counts_only_where_it_takes_part() {
    let far = BOW_TIE.map(|[x, y]| [x + 1000.0, y]);
    let subjects = set_of(&[&SQUARE]);
    let far_away = IndexedPolygons::new(set_of(&[&SQUARE, &far]));
    let pieces = intersection(subjects.view(), &far_away, &OverlayOptions::default(), &Progress::default());
    assert_eq!(pieces.map(|pieces| pieces.control), Ok(vec![0]));
    let near = IndexedPolygons::new(set_of(&[&SQUARE, &BOW_TIE]));
    let error = intersection(subjects.view(), &near, &OverlayOptions::default(), &Progress::default());
    assert!(
        matches!(error, Err(OverlayError::InvalidPolygon { side: Side::Control, feature: 1, .. })),
        "{error:?}"
    );
}

#[test]
fn repairs_are_made_and_listed() {
    let (subjects, control) = (set_of(&[&SQUARE]), IndexedPolygons::new(set_of(&[&BOW_TIE])));
    let pieces = intersection(subjects.view(), &control, &REPAIR, &Progress::default()).expect("repaired");
    assert_eq!(crate::planar_area(pieces.polygons.view().feature(0)), 50.0);
    let expected = Repair {
        side: Side::Control,
        feature: 0,
        kinds: vec![FaultKind::SelfCrossing],
        area_before: 0.0,
        area_after: 50.0,
        displacement: 0.0,
        vertices_dropped: 0,
        vertices_added: 1,
    };
    assert_eq!(pieces.repairs, [expected]);
}

#[test]
fn coordinates_that_are_no_numbers_are_never_passed_over() {
    let broken = [[0.0, 0.0], [f64::NAN, 0.0], [1.0, 1.0]];
    let nowhere = [[f64::NAN, 0.0], [f64::NAN, 1.0], [f64::NAN, 2.0]];
    let infinite = [[0.0, 0.0], [f64::INFINITY, 0.0], [1.0, 1.0]];
    for ring in [broken, nowhere, infinite] {
        for options in [OverlayOptions::default(), REPAIR] {
            let (bad, good) = (set_of(&[&ring]), set_of(&[&SQUARE.map(|[x, y]| [x + 1000.0, y])]));
            let error =
                intersection(bad.view(), &IndexedPolygons::new(good.clone()), &options, &Progress::default());
            assert!(
                matches!(error, Err(OverlayError::InvalidPolygon { kind: FaultKind::NotFinite, .. })),
                "{error:?}"
            );
            let error =
                intersection(good.view(), &IndexedPolygons::new(bad.clone()), &options, &Progress::default());
            assert!(
                matches!(error, Err(OverlayError::InvalidPolygon { side: Side::Control, .. })),
                "{error:?}"
            );
        }
    }
}

#[test]
fn a_difference_checks_subjects_that_meet_nothing_too() {
    let (subjects, control) = (set_of(&[&BOW_TIE]), IndexedPolygons::new(PolygonSet::default()));
    let refused = difference(subjects.view(), &control, &OverlayOptions::default(), &Progress::default());
    assert!(matches!(refused, Err(OverlayError::InvalidPolygon { .. })));
    let repaired = difference(subjects.view(), &control, &REPAIR, &Progress::default()).expect("repaired");
    assert_eq!(crate::planar_area(repaired.polygons.view().feature(0)), 50.0);
    assert_eq!(repaired.repairs.len(), 1);
}

#[test]
fn every_operation_lists_the_repairs_of_both_sides() {
    let (subjects, control) = (set_of(&[&SQUARE, &BOW_TIE]), IndexedPolygons::new(set_of(&[&BOW_TIE])));
    let progress = Progress::default();
    let pieces = intersection(subjects.view(), &control, &REPAIR, &progress).expect("repaired");
    let expected = [(Side::Subject, 1), (Side::Control, 0)];
    let named = |repairs: &[Repair]| -> Vec<_> {
        repairs.iter().map(|repair| (repair.side, repair.feature)).collect()
    };
    assert_eq!(named(&pieces.repairs), expected);
    let outside = difference(subjects.view(), &control, &REPAIR, &progress).expect("repaired");
    assert_eq!(named(&outside.repairs), expected);
    let touching = crate::contacts(subjects.view(), &control, &REPAIR, &progress).expect("repaired");
    assert_eq!(named(&touching.repairs), expected);
    let united = crate::union(subjects.view(), &REPAIR, &progress).expect("repaired");
    assert_eq!(named(&united.repairs), expected[..1]);
}

#[test]
fn a_cancelled_task_stops() {
    let (subjects, control) = (set_of(&[&SQUARE]), IndexedPolygons::new(set_of(&[&SQUARE])));
    let progress = Progress::default();
    progress.cancel();
    let stopped = intersection(subjects.view(), &control, &OverlayOptions::default(), &progress);
    assert_eq!(stopped, Err(OverlayError::Cancelled));
}

#[test]
fn progress_counts_subjects() {
    let (subjects, control) =
        (set_of(&[&SQUARE, &SQUARE, &SQUARE]), IndexedPolygons::new(set_of(&[&SQUARE])));
    let progress = Progress::default();
    intersection(subjects.view(), &control, &OverlayOptions::default(), &progress).expect("valid input");
    assert_eq!((progress.done(), progress.total()), (3, 3));
}
