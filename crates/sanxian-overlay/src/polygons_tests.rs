use super::*;

const SQUARE: [Point; 5] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]];

fn mixed() -> PolygonSet {
    let mut set = PolygonSet::default();
    set.push_feature([[SQUARE.as_slice()]]);
    set.push_null();
    set.push_feature(Vec::<[&[Point]; 1]>::new());
    set.push_feature([vec![SQUARE.as_slice(), SQUARE.as_slice()], vec![SQUARE.as_slice()]]);
    set
}

#[test]
fn extending_keeps_null_empty_and_multipart_features_apart() {
    let (mut twice, once) = (mixed(), mixed());
    twice.extend(once.view());
    let view = twice.view();
    assert_eq!(view.len(), 8);
    assert_eq!((0..8).filter(|&feature| view.is_null(feature)).collect::<Vec<_>>(), [1, 5]);
    let parts: Vec<usize> = (0..8).map(|feature| view.feature(feature).len()).collect();
    assert_eq!(parts, [1, 0, 0, 2, 1, 0, 0, 2]);
    let (coords, rings, polygons, features, nulls) = twice.clone().into_parts();
    assert_eq!(PolygonSet::from_parts(coords, rings, polygons, features, nulls), Ok(twice));
}

#[test]
fn taking_features_keeps_their_order_and_nulls() {
    let taken = mixed().view().take([3, 1, 0]);
    assert_eq!(taken.view().feature(0).len(), 2);
    assert!(taken.view().is_null(1));
    assert_eq!(taken.view().bounds(2), Some([0.0, 0.0, 1.0, 1.0]));
}

#[test]
fn broken_offsets_are_named() {
    let refused = PolygonSet::from_parts(SQUARE.to_vec(), vec![0, 4], vec![0, 1], vec![0, 1], None);
    assert_eq!(refused, Err(OverlayError::Layout { level: "ring", position: 1 }));
    let refused = PolygonSet::from_parts(SQUARE.to_vec(), vec![0, 5], vec![0, 1], vec![0, 2, 1], None);
    assert_eq!(refused, Err(OverlayError::Layout { level: "feature", position: 2 }));
}

#[test]
fn open_rings_are_closed_when_owned_and_refused_when_borrowed() {
    let (coords, offsets) = ([&SQUARE[..4], &SQUARE[..]].concat(), [0, 4, 9]);
    let borrowed = Polygons::new(&coords, &offsets, &[0, 1, 2], &[0, 2], None);
    assert_eq!(borrowed.map(|set| set.len()), Err(OverlayError::OpenRing { ring: 0 }));
    let owned = PolygonSet::from_parts(coords, offsets.to_vec(), vec![0, 1, 2], vec![0, 2], None)
        .expect("sound offsets");
    assert!(owned.view().feature(0).flat_map(|polygon| polygon.rings()).all(|ring| ring == SQUARE));
}

#[test]
fn a_clone_shares_its_arrays_until_one_of_the_two_changes() {
    let mut set = PolygonSet::default();
    set.push_feature([[[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].as_slice()]]);
    let mut other = set.clone();
    assert!(std::ptr::eq(set.view().coords(), other.view().coords()));
    other.push_null();
    assert_eq!((set.len(), other.len()), (1, 2));
    assert!(!std::ptr::eq(set.view().coords(), other.view().coords()));
}
