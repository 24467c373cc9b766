use super::*;

/// A square that starts in the south-east and runs counter-clockwise.
const SQUARE: [Point; 5] = [[10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0], [10.0, 0.0]];

#[test]
fn a_ring_is_left_alone_unless_asked() {
    assert_eq!(arrange(&SQUARE, true, RingStart::AsIs, false), &SQUARE[..4]);
}

#[test]
fn exteriors_run_clockwise_and_interiors_against_it() {
    let clockwise = [[10.0, 0.0], [0.0, 0.0], [0.0, 10.0], [10.0, 10.0]];
    assert_eq!(arrange(&SQUARE, true, RingStart::AsIs, true), clockwise);
    assert_eq!(arrange(&SQUARE, false, RingStart::AsIs, true), &SQUARE[..4]);
}

#[test]
fn a_ring_starts_at_its_north_west_corner() {
    let from_corner = [[0.0, 10.0], [10.0, 10.0], [10.0, 0.0], [0.0, 0.0]];
    assert_eq!(arrange(&SQUARE, true, RingStart::NorthWest, true), from_corner);
    assert_eq!(arrange(&[], true, RingStart::NorthWest, true), Vec::<Point>::new());
}
