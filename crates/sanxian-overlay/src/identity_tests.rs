use super::*;
use crate::admission::OnInvalid;
use crate::measure::planar_area;
use crate::polygons::Point;

fn square(x: f64, y: f64, side: f64) -> [Point; 4] {
    [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

fn set_of(rings: &[&[Point]]) -> PolygonSet {
    let mut set = PolygonSet::default();
    for ring in rings {
        set.push_feature([[*ring]]);
    }
    set
}

fn areas(set: &PolygonSet) -> Vec<f64> {
    let view = set.view();
    (0..view.len()).map(|feature| planar_area(view.feature(feature))).collect()
}

fn cut(subjects: &PolygonSet, control: &[&[Point]], on_invalid: OnInvalid) -> Result<Identity, OverlayError> {
    let control = IndexedPolygons::new(set_of(control));
    identity(subjects.view(), &control, &OverlayOptions { on_invalid }, &Progress::default())
}

#[test]
fn subjects_that_are_met_touched_covered_missed_and_null_keep_their_rows() {
    let mut subjects = set_of(&[
        &square(0.0, 0.0, 10.0),
        &square(100.0, 0.0, 10.0),
        &square(200.0, 0.0, 10.0),
        &square(300.0, 0.0, 10.0),
    ]);
    subjects.push_null();
    let control: [&[Point]; 3] =
        [&square(5.0, 5.0, 20.0), &square(110.0, 0.0, 5.0), &square(199.0, -1.0, 20.0)];
    let cut = cut(&subjects, &control, OnInvalid::Raise).expect("valid input");
    assert_eq!((cut.pieces.subject, cut.pieces.control), (vec![0, 2], vec![0, 2]));
    assert_eq!(areas(&cut.pieces.polygons), [25.0, 100.0]);
    assert_eq!(areas(&cut.remainders), [75.0, 100.0, 0.0, 100.0, 0.0]);
    assert_eq!(cut.contacts, [Contact { subject: 1, control: 1, length: 5.0 }]);
    assert!(cut.remainders.view().is_null(4));
    // What is only touched or missed comes back as it was.
    assert_eq!(cut.remainders.view().take([1, 3]), subjects.view().take([1, 3]));
}

#[test]
fn where_control_features_overlap_their_union_is_taken_away() {
    let control: [&[Point]; 2] = [&square(4.0, 0.0, 10.0), &square(6.0, 0.0, 10.0)];
    let cut = cut(&set_of(&[&square(0.0, 0.0, 10.0)]), &control, OnInvalid::Raise).expect("valid input");
    assert_eq!(areas(&cut.pieces.polygons), [60.0, 40.0]);
    assert_eq!(areas(&cut.remainders), [40.0]);
}

#[test]
fn repairs_are_listed_once_and_pieces_and_remainder_make_up_what_was_repaired() {
    let bow_tie: [Point; 4] = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
    let apart = bow_tie.map(|[x, y]| [x + 500.0, y]);
    let subjects = set_of(&[&bow_tie, &apart]);
    let control: [&[Point]; 1] = [&bow_tie.map(|[x, y]| [x + 5.0, y])];
    let refused = cut(&subjects, &control, OnInvalid::Raise);
    assert!(matches!(refused, Err(OverlayError::InvalidPolygon { side: Side::Subject, feature: 0, .. })));
    let cut = cut(&subjects, &control, OnInvalid::Repair).expect("repaired");
    let repaired: Vec<_> = cut.pieces.repairs.iter().map(|repair| (repair.side, repair.feature)).collect();
    assert_eq!(repaired, [(Side::Subject, 0), (Side::Subject, 1), (Side::Control, 0)]);
    let inside: f64 = areas(&cut.pieces.polygons).iter().sum();
    assert!((inside + areas(&cut.remainders)[0] - 50.0).abs() < 1e-9);
    assert_eq!(areas(&cut.remainders)[1], 50.0);
}

#[test]
fn a_subject_that_meets_nothing_has_to_be_valid_too() {
    let bow_tie: [Point; 4] = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
    let subjects = set_of(&[&square(100.0, 0.0, 1.0), &bow_tie]);
    let refused = cut(&subjects, &[&square(100.0, 0.0, 5.0)], OnInvalid::Raise);
    assert!(matches!(refused, Err(OverlayError::InvalidPolygon { side: Side::Subject, feature: 1, .. })));
}
