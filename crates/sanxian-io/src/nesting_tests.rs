use super::*;

fn square(x: f64, y: f64, size: f64) -> Vec<Point> {
    vec![[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]
}

fn nested(rings: &[Vec<Point>]) -> Vec<Nested> {
    nest(&rings.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[test]
fn an_island_in_a_hole_is_an_exterior_of_its_own() {
    let rings =
        [square(0.0, 0.0, 10.0), square(2.0, 2.0, 6.0), square(4.0, 4.0, 2.0), square(20.0, 0.0, 1.0)];
    assert_eq!(nested(&rings), [vec![0, 1], vec![2], vec![3]]);
}

#[test]
fn order_and_winding_do_not_matter() {
    let mut hole = square(2.0, 2.0, 1.0);
    for _ in 0..2 {
        hole.reverse();
        assert_eq!(
            nested(&[hole.clone(), square(20.0, 0.0, 1.0), square(0.0, 0.0, 10.0)]),
            [vec![1], vec![2, 0]]
        );
    }
}

#[test]
fn a_hole_that_touches_the_exterior_is_a_hole() {
    // In one corner, along an edge's middle, and with all vertices on the boundary.
    let touching = vec![[0.0, 0.0], [3.0, 1.0], [1.0, 3.0], [0.0, 0.0]];
    let tee = vec![[5.0, 0.0], [6.0, 2.0], [4.0, 2.0], [5.0, 0.0]];
    let diamond = vec![[5.0, 0.0], [10.0, 5.0], [5.0, 10.0], [0.0, 5.0], [5.0, 0.0]];
    for hole in [touching, tee, diamond] {
        assert_eq!(nested(&[square(0.0, 0.0, 10.0), hole]), [vec![0, 1]]);
    }
}

#[test]
fn neighbours_and_crossing_rings_stay_side_by_side() {
    assert_eq!(nested(&[square(0.0, 0.0, 10.0), square(10.0, 0.0, 5.0)]), [vec![0], vec![1]]);
    assert_eq!(nested(&[square(0.0, 0.0, 10.0), square(9.0, 9.0, 5.0)]), [vec![0], vec![1]]);
}

#[test]
fn one_ring_twice_cancels_out() {
    assert_eq!(nested(&[square(0.0, 0.0, 10.0), square(0.0, 0.0, 10.0)]), [vec![0, 1]]);
}

#[test]
fn degenerate_rings_do_no_harm() {
    let nothing: Vec<Point> = vec![];
    let point = vec![[1.0, 1.0]];
    let nan = vec![[f64::NAN, 0.0], [1.0, f64::NAN], [0.0, 0.0], [f64::NAN, 0.0]];
    let rings = [nothing, point, nan, square(0.0, 0.0, 10.0)];
    assert_eq!(nested(&rings).iter().flatten().count(), 4);
}

#[test]
fn the_shoelace_keeps_its_digits_far_from_the_origin() {
    let ring = square(38_500_000.001, 4_250_000.001, 10.0);
    assert!((signed_area(&ring).abs() - 100.0).abs() < 1e-6);
}
