use super::*;

const SQUARE: [Point; 5] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]];

fn mixed() -> PolygonBuilder {
    let mut builder = PolygonBuilder::default();
    assert!(builder.push_ring(&SQUARE[..4]));
    builder.end_polygon();
    builder.end_feature();
    builder.push_null();
    builder.end_feature();
    assert!(!builder.push_ring(&SQUARE));
    assert!(!builder.push_ring(&SQUARE));
    builder.end_polygon();
    builder.push_ring(&SQUARE);
    builder.end_polygon();
    builder.end_feature();
    builder
}

/// The same features by the other way of filling a set.
fn pushed() -> PolygonSet {
    let mut set = PolygonSet::default();
    set.push_feature([[SQUARE.as_slice()]]);
    set.push_null();
    set.push_feature(Vec::<[&[Point]; 1]>::new());
    set.push_feature([vec![SQUARE.as_slice(), SQUARE.as_slice()], vec![SQUARE.as_slice()]]);
    set
}

#[test]
fn a_set_built_ring_by_ring_is_the_set_pushed_feature_by_feature() {
    assert_eq!(mixed().finish(), Ok(pushed()));
}

#[test]
fn appending_keeps_null_empty_and_multipart_features_apart() {
    let mut twice = pushed();
    twice.extend(pushed().view());
    let mut builder = mixed();
    builder.append(&mixed());
    assert_eq!(builder.finish(), Ok(twice));
}

#[test]
fn levels_ended_at_once_follow_those_ended_one_by_one() {
    let mut builder = PolygonBuilder::default();
    builder.push_null();
    builder.coords_mut().extend([SQUARE, SQUARE].concat());
    builder.end_features([5, 10].into_iter(), [1, 2].into_iter(), [1, 2].into_iter());
    let mut expected = PolygonSet::default();
    expected.push_null();
    expected.push_feature([[SQUARE.as_slice()]]);
    expected.push_feature([[SQUARE.as_slice()]]);
    assert_eq!(builder.finish(), Ok(expected));
}

#[test]
fn ends_that_do_not_fit_the_points_are_an_error() {
    let mut builder = PolygonBuilder::default();
    builder.coords_mut().extend(SQUARE);
    builder.end_features([6].into_iter(), [1].into_iter(), [1].into_iter());
    assert_eq!(builder.finish(), Err(OverlayError::Layout { level: "ring", position: 1 }));
}

#[test]
fn a_discarded_ring_leaves_the_rings_before_it() {
    let mut builder = PolygonBuilder::default();
    builder.push_ring(&SQUARE);
    builder.coords_mut().extend([[7.0, 7.0], [8.0, 8.0]]);
    builder.discard_ring();
    builder.end_polygon();
    builder.end_feature();
    let mut expected = PolygonSet::default();
    expected.push_feature([[SQUARE.as_slice()]]);
    assert_eq!(builder.finish(), Ok(expected));
}

#[test]
fn a_ring_that_begins_and_ends_with_the_same_number_that_is_none_is_closed() {
    let mut builder = PolygonBuilder::default();
    assert!(!builder.push_ring(&[[f64::NAN, 0.0], [1.0, 0.0], [f64::NAN, 0.0]]));
}
