use super::*;

fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Vec<Point> {
    vec![[west, south], [east, south], [east, north], [west, north]]
}

fn set_of(features: &[Vec<Vec<Point>>]) -> PolygonSet {
    let mut set = PolygonSet::default();
    for rings in features {
        set.push_feature([rings.iter().map(Vec::as_slice)]);
    }
    set
}

fn check(set: &PolygonSet, frame: Option<&PolygonSet>, open_gap_width: f64) -> Coverage {
    let options = CoverageOptions { on_invalid: OnInvalid::Raise, open_gap_width };
    check_coverage(set.view(), frame.map(PolygonSet::view), &options, &Progress::default())
        .expect("valid input")
}

/// Four by four squares of 10, row by row.
fn tiles() -> Vec<Vec<Vec<Point>>> {
    (0..16)
        .map(|i| {
            let (x, y) = (f64::from(i % 4) * 10.0, f64::from(i / 4) * 10.0);
            vec![rectangle(x, y, x + 10.0, y + 10.0)]
        })
        .collect()
}

#[test]
fn what_tiles_has_neither_overlaps_nor_gaps() {
    let set = set_of(&tiles());
    assert_eq!(check(&set, None, 1.0), Coverage::default());
    let frame = set_of(&[vec![rectangle(0.0, 0.0, 40.0, 40.0)]]);
    assert_eq!(check(&set, Some(&frame), 1.0), Coverage::default());
}

#[test]
fn a_vertex_that_only_one_neighbour_has_is_no_fault_on_a_straight_edge() {
    let mut tiles = tiles();
    tiles[5] = vec![vec![[10.0, 10.0], [15.0, 10.0], [20.0, 10.0], [20.0, 20.0], [10.0, 20.0]]];
    assert_eq!(check(&set_of(&tiles), None, 1.0), Coverage::default());
}

#[test]
fn a_missing_tile_is_a_gap_with_its_neighbours() {
    let mut tiles = tiles();
    tiles.remove(5);
    let found = check(&set_of(&tiles), None, 0.0);
    assert!(found.overlaps.is_empty());
    assert_eq!(found.gaps.len(), 1);
    let gap = &found.gaps[0];
    assert_eq!((gap.area, gap.mean_width, gap.is_open), (100.0, 5.0, false));
    // Those round tile 5 were 1, 4, 6 and 9; the ones after it moved up.
    assert_eq!(gap.neighbours, [1, 4, 5, 8]);
}

#[test]
fn an_island_in_a_hole_is_not_part_of_the_gap() {
    let ring = vec![rectangle(0.0, 0.0, 40.0, 40.0), rectangle(10.0, 10.0, 30.0, 30.0)];
    let set = set_of(&[ring, vec![rectangle(15.0, 15.0, 25.0, 25.0)]]);
    let found = check(&set, None, 0.0);
    assert_eq!(found.gaps.len(), 1);
    assert_eq!((found.gaps[0].area, &found.gaps[0].neighbours[..]), (300.0, &[0, 1][..]));
}

#[test]
fn an_extra_feature_over_tiles_that_match_is_found() {
    let mut tiles = tiles();
    tiles.push(vec![rectangle(12.0, 12.0, 18.0, 18.0)]);
    tiles.push(vec![rectangle(28.0, 28.0, 32.0, 32.0)]);
    let found = check(&set_of(&tiles), None, 0.0);
    let pairs: Vec<_> =
        found.overlaps.iter().map(|overlap| (overlap.features, overlap.kind, overlap.area)).collect();
    assert_eq!(
        pairs,
        [
            ([5, 16], OverlapKind::SecondInside, 36.0),
            ([10, 17], OverlapKind::Partial, 4.0),
            ([11, 17], OverlapKind::Partial, 4.0),
            ([14, 17], OverlapKind::Partial, 4.0),
            ([15, 17], OverlapKind::Partial, 4.0),
        ]
    );
    assert!(found.gaps.is_empty());
}

#[test]
fn a_layer_that_lies_there_twice_overlaps_everywhere() {
    let mut twice = tiles();
    twice.extend(tiles());
    let found = check(&set_of(&twice), None, 0.0);
    let pairs: Vec<_> = found.overlaps.iter().map(|overlap| (overlap.features, overlap.kind)).collect();
    let expected: Vec<_> = (0..16).map(|i| ([i, i + 16], OverlapKind::Duplicate)).collect();
    assert_eq!(pairs, expected);
}

#[test]
fn one_duplicate_among_tiles_is_found_though_its_neighbour_cancels_half_of_it() {
    let mut tiles = tiles();
    let again = tiles[6].clone();
    tiles.insert(0, again);
    let found = check(&set_of(&tiles), None, 0.0);
    assert_eq!(found.overlaps.len(), 1);
    assert_eq!((found.overlaps[0].features, found.overlaps[0].kind), ([0, 7], OverlapKind::Duplicate));
}

#[test]
fn a_frame_shows_what_is_missing_and_what_sticks_out() {
    let set = set_of(&tiles());
    let frame = set_of(&[vec![rectangle(5.0, 0.0, 45.0, 40.0)]]);
    let found = check(&set, Some(&frame), 0.0);
    assert_eq!(found.gaps.len(), 1);
    assert_eq!((found.gaps[0].area, &found.gaps[0].neighbours[..]), (200.0, &[3, 7, 11, 15][..]));
    let outside: Vec<_> = found.excesses.iter().map(|excess| (excess.feature, excess.area)).collect();
    assert_eq!(outside, [(0, 50.0), (4, 50.0), (8, 50.0), (12, 50.0)]);
}

#[test]
fn a_narrow_strip_that_is_open_at_its_ends_is_a_gap_up_to_the_width_asked_for() {
    let at = [38_500_000.0, 4_252_000.0];
    let moved = |ring: Vec<Point>| vec![ring.into_iter().map(|[x, y]| [x + at[0], y + at[1]]).collect()];
    let set = set_of(&[
        moved(rectangle(0.0, 0.0, 100.0, 50.0)),
        moved(vec![[100.03125, -10.0], [200.0, 0.0], [200.0, 40.0], [100.03125, 40.0]]),
    ]);
    assert!(check(&set, None, 0.0).gaps.is_empty());
    assert!(check(&set, None, 0.02).gaps.is_empty());
    let found = check(&set, None, 0.5);
    assert_eq!(found.gaps.len(), 1);
    let gap = &found.gaps[0];
    assert!(gap.is_open && gap.neighbours == [0, 1]);
    assert!((gap.area - 40.0 * 0.03125).abs() < 1e-6 && (gap.mean_width - 0.03125).abs() < 1e-4);
}

#[test]
fn an_invalid_feature_is_refused_or_repaired_where_the_answer_depends_on_it() {
    let mut tiles = tiles();
    tiles[15] = vec![vec![[30.0, 30.0], [40.0, 40.0], [40.0, 30.0], [30.0, 40.0]]];
    let set = set_of(&tiles);
    let run = |on_invalid| {
        let options = CoverageOptions { on_invalid, open_gap_width: 0.0 };
        check_coverage(set.view(), None, &options, &Progress::default())
    };
    assert!(matches!(run(OnInvalid::Raise), Err(OverlayError::InvalidPolygon { feature: 15, .. })));
    let found = run(OnInvalid::Repair).expect("repairable");
    assert_eq!((found.repairs.len(), found.repairs[0].area_after), (1, 50.0));
    assert!(found.overlaps.is_empty() && found.gaps.is_empty());
}
