use super::*;

/// The first count that 32 bits cannot hold.
const TOO_MANY: usize = 1 << 31;

#[test]
fn a_point_too_many_is_told_though_its_offset_has_wrapped() {
    let mut levels = Levels::default();
    levels.end_ring(TOO_MANY - 1);
    assert!(levels.count(TOO_MANY - 1));
    levels.end_ring(TOO_MANY);
    assert!(!levels.count(TOO_MANY));
    assert_eq!(levels.rings, [0, i32::MAX, i32::MIN]);
}

#[test]
fn runs_of_another_set_are_moved_to_where_the_known_ones_end() {
    let mut levels = Levels::default();
    levels.end_ring(5);
    levels.end_polygon();
    levels.end_feature();
    // Two features of a larger set: the first has a ring of four points, the second no geometry.
    levels.append(&[20, 24], &[7, 8], &[3, 4, 4], Some(&[false, true]));
    assert_eq!(
        (levels.rings.as_slice(), levels.polygons.as_slice()),
        ([0, 5, 9].as_slice(), [0, 1, 2].as_slice())
    );
    assert_eq!(levels.features, [0, 1, 2, 2]);
    assert_eq!(levels.nulls, Some(vec![false, false, true]));
}

#[test]
fn ends_are_counted_from_where_the_known_ones_end() {
    let mut levels = Levels::default();
    levels.push_null();
    levels.append_ends([4].into_iter(), [1].into_iter(), [1].into_iter());
    levels.append_ends([4, 8].into_iter(), [1, 2].into_iter(), [2].into_iter());
    assert_eq!(levels.rings, [0, 4, 8, 12]);
    assert_eq!(levels.polygons, [0, 1, 2, 3]);
    assert_eq!(levels.features, [0, 0, 1, 3]);
    assert_eq!(levels.nulls, Some(vec![true, false, false]));
}
