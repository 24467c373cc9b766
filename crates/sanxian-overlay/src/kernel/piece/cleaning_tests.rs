use super::*;

fn ring(points: &[Point]) -> Vec<Vertex> {
    points.iter().map(|&point| Vertex { point, is_rounded: false }).collect()
}

fn points(rings: Vec<Vec<Vertex>>) -> Vec<Vec<Point>> {
    rings.into_iter().map(|ring| ring.into_iter().map(|vertex| vertex.point).collect()).collect()
}

#[test]
fn a_stretch_walked_to_and_fro_goes() {
    let square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
    let with_spike =
        ring(&[[0.0, 0.0], [4.0, 0.0], [9.0, 0.0], [7.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]);
    assert_eq!(points(clean(with_spike)), [square]);
}

#[test]
fn a_spike_over_the_point_of_closure_goes() {
    let with_spike = ring(&[[-3.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]);
    assert_eq!(points(clean(with_spike)), [[[4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]]);
}

#[test]
fn a_walk_that_encloses_nothing_goes() {
    assert!(clean(ring(&[[0.0, 0.0], [4.0, 0.0], [2.0, 0.0]])).is_empty());
}

#[test]
fn a_point_passed_twice_parts_two_rings() {
    let hourglass = ring(&[[0.0, 0.0], [2.0, 2.0], [4.0, 0.0], [4.0, 4.0], [2.0, 2.0], [0.0, 4.0]]);
    let rings = points(clean(hourglass));
    assert_eq!(rings, [vec![[2.0, 2.0], [4.0, 0.0], [4.0, 4.0]], vec![[0.0, 0.0], [2.0, 2.0], [0.0, 4.0]]]);
}
