use super::*;

#[test]
fn edges_that_cross_meet_at_their_crossing() {
    assert_eq!(meeting([[0.0, 0.0], [4.0, 4.0]], [[0.0, 4.0], [4.0, 0.0]]), Meeting::Cross([2.0, 2.0]));
}

#[test]
fn an_end_on_an_edge_is_a_touch_and_one_beyond_it_is_not() {
    assert_eq!(meeting([[0.0, 0.0], [4.0, 0.0]], [[1.0, 0.0], [1.0, 3.0]]), Meeting::Touch([1.0, 0.0]));
    assert_eq!(meeting([[0.0, 0.0], [4.0, 0.0]], [[5.0, 0.0], [5.0, 3.0]]), Meeting::Apart);
    assert_eq!(meeting([[0.0, 0.0], [4.0, 0.0]], [[4.0, 0.0], [9.0, 1.0]]), Meeting::Touch([4.0, 0.0]));
}

#[test]
fn edges_on_one_line_overlap_touch_or_lie_apart() {
    let a = [[0.0, 0.0], [4.0, 2.0]];
    assert_eq!(meeting(a, [[6.0, 3.0], [2.0, 1.0]]), Meeting::Overlap([2.0, 1.0], [4.0, 2.0]));
    assert_eq!(meeting(a, [[4.0, 2.0], [8.0, 4.0]]), Meeting::Touch([4.0, 2.0]));
    assert_eq!(meeting(a, [[6.0, 3.0], [8.0, 4.0]]), Meeting::Apart);
}

#[test]
fn a_hair_off_the_line_is_no_overlap() {
    let off = 500_000.0_f64.next_up();
    let a = [[500_000.0, 4_200_000.0], [500_000.0, 4_200_100.0]];
    assert_eq!(meeting(a, [[off, 4_200_000.0], [off, 4_200_100.0]]), Meeting::Apart);
}

#[test]
fn left_of_a_corner_is_the_wedge_that_it_turns_to() {
    let node = [0.0, 0.0];
    let left_turn = Passage { before: [-1.0, 0.0], after: [0.0, 1.0] };
    assert!(is_left_of(node, left_turn, [-1.0, 1.0]));
    assert!(!is_left_of(node, left_turn, [1.0, 1.0]));
    let right_turn = Passage { before: [0.0, 1.0], after: [-1.0, 0.0] };
    assert!(is_left_of(node, right_turn, [1.0, 1.0]));
    assert!(!is_left_of(node, right_turn, [-1.0, 1.0]));
}

#[test]
fn boundaries_cross_at_a_node_when_one_changes_sides() {
    let node = [0.0, 0.0];
    let across = Passage { before: [-1.0, 0.0], after: [1.0, 0.0] };
    assert!(passages_cross(node, across, Passage { before: [0.0, -1.0], after: [0.0, 1.0] }));
    assert!(!passages_cross(node, across, Passage { before: [-1.0, 1.0], after: [1.0, 1.0] }));
}
