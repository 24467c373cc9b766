use super::*;

#[test]
fn a_stretch_walked_to_and_fro_goes() {
    let square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
    let with_spike = vec![[0.0, 0.0], [4.0, 0.0], [9.0, 0.0], [7.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
    assert_eq!(without_returns(with_spike), square);
}

#[test]
fn a_spike_over_the_point_of_closure_goes() {
    let with_spike = vec![[-3.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]];
    assert_eq!(without_returns(with_spike), [[4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]);
}

#[test]
fn a_walk_that_encloses_nothing_goes() {
    assert!(without_returns(vec![[0.0, 0.0], [4.0, 0.0], [2.0, 0.0]]).len() < 3);
}

#[test]
fn a_point_passed_twice_parts_two_rings() {
    let hourglass = vec![[0.0, 0.0], [2.0, 2.0], [4.0, 0.0], [4.0, 4.0], [2.0, 2.0], [0.0, 4.0]];
    let rings = parted(hourglass);
    assert_eq!(rings, [vec![[2.0, 2.0], [4.0, 0.0], [4.0, 4.0]], vec![[0.0, 0.0], [2.0, 2.0], [0.0, 4.0]]]);
}
