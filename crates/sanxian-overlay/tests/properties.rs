//! What holds for any input: pieces and remainder make up the subject, order of sides and number of threads do not
//! matter, results are valid, repair repairs.

#![allow(clippy::expect_used, clippy::panic)]

mod support;

use std::f64::consts::TAU;

use proptest::prelude::*;
use sanxian_overlay::{
    CoverageOptions, IndexedPolygons, OverlayOptions, Point, PolygonSet, Progress, RepairMethod,
    check_coverage, contacts, difference, find_faults, identity, intersection, planar_area, repair, union,
};
use support::{Feature, set_of, total_area};

/// Areas of pieces and remainders add up to this share of the subject.
const RELATIVE_TOLERANCE: f64 = 1e-9;

/// Zone 38 eastings with the zone in front, where `f64` is coarsest.
const ORIGIN: Point = [38_500_000.0, 4_252_000.0];

/// Here the spacing of `f64` doubles on both axes, so that one polygon has vertices of either spacing.
const STEP: Point = [1_048_576.0, 4_194_304.0];

fn options() -> OverlayOptions {
    OverlayOptions::default()
}

/// A valid star-shaped polygon about a centre, with an interior of the same shape at half its size now and then.
fn star_at(origin: Point, reach: f64) -> impl Strategy<Value = Feature> {
    let radii = prop::collection::vec(20.0..100.0_f64, 3..40);
    ((-reach..reach), (-reach..reach), radii, any::<bool>(), any::<bool>()).prop_map(
        move |(x, y, radii, has_interior, is_decimal)| {
            let count = radii.len() as f64;
            let ring = |scale: f64| -> Vec<Point> {
                radii
                    .iter()
                    .enumerate()
                    .map(|(i, radius)| {
                        let angle = TAU * i as f64 / count;
                        let point = [x + scale * radius * angle.cos(), y + scale * radius * angle.sin()];
                        let [x, y] = [point[0] + origin[0], point[1] + origin[1]];
                        // Survey coordinates have four decimals, transformed ones all bits.
                        if is_decimal { [(x * 1e4).round() / 1e4, (y * 1e4).round() / 1e4] } else { [x, y] }
                    })
                    .collect()
            };
            let mut rings = vec![ring(1.0)];
            if has_interior {
                // Clockwise, as results have it.
                rings.push(ring(0.5).into_iter().rev().collect());
            }
            vec![rings]
        },
    )
}

fn star(reach: f64) -> impl Strategy<Value = Feature> {
    star_at(ORIGIN, reach)
}

fn is_valid(set: &PolygonSet) -> bool {
    find_faults(set.view()).iter().all(|fault| !fault.kind.is_error())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, max_global_rejects: 1_000_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_and_remainder_make_up_the_subject(
        (a, b) in prop_oneof![(star_at(ORIGIN, 60.0), star_at(ORIGIN, 60.0)), (star_at(STEP, 60.0), star_at(STEP, 60.0))],
    ) {
        let (a, b) = (set_of(&[a]), set_of(&[b]));
        prop_assume!(is_valid(&a) && is_valid(&b));
        let control = IndexedPolygons::new(b);
        let cut = identity(a.view(), &control, &options(), &Progress::default()).expect("valid input");
        let (pieces, rest) = (&cut.pieces.polygons, &cut.remainders);
        let whole = total_area(&a);
        prop_assert!((total_area(pieces) + total_area(rest) - whole).abs() <= RELATIVE_TOLERANCE * whole);
        prop_assert!(is_valid(pieces) && is_valid(rest));
        let alone = intersection(a.view(), &control, &options(), &Progress::default()).expect("valid input");
        prop_assert_eq!(&alone, &cut.pieces);
        let outside = difference(a.view(), &control, &options(), &Progress::default()).expect("valid input");
        prop_assert!((total_area(&outside.polygons) - total_area(rest)).abs() <= RELATIVE_TOLERANCE * whole);
        let touching = contacts(a.view(), &control, &options(), &Progress::default()).expect("valid input");
        prop_assert_eq!(touching.pairs, cut.contacts);
    }

    #[test]
    fn a_layer_that_overlaps_itself_takes_away_its_union(a in star(60.0), others in prop::collection::vec(star(90.0), 1..5)) {
        let (a, others) = (set_of(&[a]), set_of(&others));
        prop_assume!(is_valid(&a) && is_valid(&others));
        let layer = IndexedPolygons::new(others);
        let cut = identity(a.view(), &layer, &options(), &Progress::default()).expect("valid input");
        let covered = union(cut.pieces.polygons.view(), &options(), &Progress::default()).expect("valid pieces");
        let whole = total_area(&a);
        let sum = total_area(&covered.polygons) + total_area(&cut.remainders);
        prop_assert!((sum - whole).abs() <= RELATIVE_TOLERANCE * whole, "{} and {}", sum, whole);
    }

    #[test]
    fn intersection_does_not_depend_on_the_order_of_sides(a in star(60.0), b in star(60.0)) {
        let (a, b) = (set_of(&[a]), set_of(&[b]));
        prop_assume!(is_valid(&a) && is_valid(&b));
        let one = intersection(a.view(), &IndexedPolygons::new(b.clone()), &options(), &Progress::default()).expect("valid");
        let other = intersection(b.view(), &IndexedPolygons::new(a.clone()), &options(), &Progress::default()).expect("valid");
        prop_assert_eq!(one.subject.len(), other.subject.len());
        let (one, other) = (total_area(&one.polygons), total_area(&other.polygons));
        prop_assert!((one - other).abs() <= RELATIVE_TOLERANCE * one.max(1.0), "{} {}", one, other);
    }

    #[test]
    fn a_polygon_meets_itself_bit_by_bit(a in star(60.0)) {
        let set = set_of(&[a]);
        prop_assume!(is_valid(&set));
        let layer = IndexedPolygons::new(set.clone());
        let pieces = intersection(set.view(), &layer, &options(), &Progress::default()).expect("valid input");
        prop_assert_eq!(pieces.polygons, set.clone());
        let rest = difference(set.view(), &layer, &options(), &Progress::default()).expect("valid input").polygons;
        prop_assert_eq!(rest.view().feature(0).len(), 0);
        let mut twice = set.clone();
        twice.extend(set.view());
        let one = union(twice.view(), &options(), &Progress::default()).expect("valid input").polygons;
        prop_assert!((total_area(&one) - total_area(&set)).abs() <= RELATIVE_TOLERANCE * total_area(&set));
    }

    #[test]
    fn two_drawings_of_one_boundary_a_few_bits_apart_come_out_valid(
        a in prop_oneof![star_at(ORIGIN, 60.0), star_at(STEP, 60.0)],
        jitter in prop::collection::vec((-2..3_i32, -2..3_i32), 80),
        keep in 0..4_usize,
    ) {
        // The same boundary went through two systems: some vertices differ in their last bits, some are missing.
        let nudge = |value: f64, steps: i32| (0..steps.abs()).fold(value, |value, _| if steps > 0 { value.next_up() } else { value.next_down() });
        let b: Feature = a
            .iter()
            .map(|rings| {
                rings
                    .iter()
                    .map(|ring| {
                        ring.iter()
                            .zip(&jitter)
                            .enumerate()
                            .filter(|(i, _)| ring.len() < 8 || i % 4 != keep)
                            .map(|(_, (point, (x, y)))| [nudge(point[0], *x), nudge(point[1], *y)])
                            .collect()
                    })
                    .collect()
            })
            .collect();
        let (a, b) = (set_of(&[a]), set_of(&[b]));
        prop_assume!(is_valid(&a) && is_valid(&b));
        let control = IndexedPolygons::new(b.clone());
        let pieces = intersection(a.view(), &control, &options(), &Progress::default()).expect("valid input");
        let rest = difference(a.view(), &control, &options(), &Progress::default()).expect("valid input").polygons;
        let mut both = a.clone();
        both.extend(b.view());
        let united = union(both.view(), &options(), &Progress::default()).expect("valid input").polygons;
        let whole = total_area(&a);
        prop_assert!((total_area(&pieces.polygons) + total_area(&rest) - whole).abs() <= RELATIVE_TOLERANCE * whole);
        let expected = total_area(&rest) + total_area(&b);
        prop_assert!((total_area(&united) - expected).abs() <= RELATIVE_TOLERANCE * whole);
        for set in [&pieces.polygons, &rest, &united] {
            prop_assert!(is_valid(set), "{:?}", find_faults(set.view()));
        }
    }

    #[test]
    fn the_two_sides_of_a_cut_touch_along_it_and_make_up_the_whole(a in star(60.0), x in -40.0..40.0_f64) {
        let set = set_of(&[a]);
        prop_assume!(is_valid(&set));
        let (low, high, cut) = (ORIGIN[1] - 500.0, ORIGIN[1] + 500.0, ORIGIN[0] + x);
        let half = |edge: f64| set_of(&[vec![vec![vec![[cut, low], [edge, low], [edge, high], [cut, high]]]]]);
        let west = intersection(set.view(), &IndexedPolygons::new(half(cut - 500.0)), &options(), &Progress::default());
        let east = intersection(set.view(), &IndexedPolygons::new(half(cut + 500.0)), &options(), &Progress::default());
        let (west, east) = (west.expect("valid input").polygons, east.expect("valid input").polygons);
        prop_assume!(!west.is_empty() && !east.is_empty());
        let whole = total_area(&set);
        prop_assert!((total_area(&west) + total_area(&east) - whole).abs() <= RELATIVE_TOLERANCE * whole);
        // The cut is a straight line of equal abscissas, so its two sides coincide exactly wherever both have their ends there.
        let east_layer = IndexedPolygons::new(east);
        let common = intersection(west.view(), &east_layer, &options(), &Progress::default()).expect("valid input");
        prop_assert_eq!(common.subject.len(), 0);
        let touching = contacts(west.view(), &east_layer, &options(), &Progress::default()).expect("valid input");
        prop_assert_eq!(touching.pairs.len(), 1);
    }

    #[test]
    fn repaired_polygons_are_valid(points in prop::collection::vec((0..12_i32, 0..12_i32), 3..14), split in 0..3_usize) {
        let points: Vec<Point> =
            points.iter().map(|(x, y)| [f64::from(*x) * 0.1 + ORIGIN[0], f64::from(*y) * 0.1 + ORIGIN[1]]).collect();
        let (head, tail) = points.split_at(points.len() / 2);
        let feature = match split {
            0 => vec![vec![points.clone()]],
            1 => vec![vec![head.to_vec(), tail.to_vec()]],
            _ => vec![vec![head.to_vec()], vec![tail.to_vec()]],
        };
        let set = set_of(&[feature]);
        let (repaired, repairs) = repair(set.view(), RepairMethod::default());
        prop_assert!(is_valid(&repaired), "{:?}", find_faults(repaired.view()));
        prop_assert_eq!(repairs.is_empty(), is_valid(&set));
    }
}

/// Pairs of a set that share ground, with its area, by looking at each of them.
fn shared_ground(set: &PolygonSet) -> Vec<([usize; 2], f64)> {
    let layer = IndexedPolygons::new(set.clone());
    let pieces = intersection(set.view(), &layer, &options(), &Progress::default()).expect("valid input");
    let pairs = pieces.subject.iter().zip(&pieces.control).enumerate();
    pairs
        .filter(|(_, (a, b))| a < b)
        .map(|(row, (a, b))| ([*a as usize, *b as usize], planar_area(pieces.polygons.view().feature(row))))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_global_rejects: 1_000_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_coverage_check_finds_the_pairs_that_share_ground_and_what_is_left_of_a_frame(
        stars in prop::collection::vec(star(200.0), 2..9),
        twice in 0..9_usize,
    ) {
        let mut set = set_of(&stars);
        prop_assume!(is_valid(&set));
        if let Some(again) = stars.get(twice) {
            set.extend(set_of(std::slice::from_ref(again)).view());
        }
        let [x, y] = ORIGIN;
        let frame = set_of(&[vec![vec![vec![[x - 150.0, y - 150.0], [x + 150.0, y - 150.0], [x + 150.0, y + 150.0], [x - 150.0, y + 150.0]]]]]);
        let found = check_coverage(set.view(), Some(frame.view()), &CoverageOptions::default(), &Progress::default()).expect("valid");
        // A sliver that one path rounds away the other may keep.
        let worth = |area: f64| area > 1e-6;
        let ours: Vec<_> = found.overlaps.iter().filter(|overlap| worth(overlap.area)).map(|overlap| (overlap.features, overlap.area)).collect();
        let each: Vec<_> = shared_ground(&set).into_iter().filter(|(_, area)| worth(*area)).collect();
        prop_assert_eq!(ours.len(), each.len());
        for ((ours, area), (theirs, expected)) in ours.into_iter().zip(each) {
            prop_assert_eq!(ours, theirs);
            prop_assert!((area - expected).abs() < 1e-6, "{} and {}", area, expected);
        }
        let layer = IndexedPolygons::new(set.clone());
        let rest = difference(frame.view(), &layer, &options(), &Progress::default()).expect("valid").polygons;
        let gaps: f64 = found.gaps.iter().map(|gap| gap.area).sum();
        prop_assert!((gaps - total_area(&rest)).abs() < 1e-6, "{} and {}", gaps, total_area(&rest));
        let outside = difference(set.view(), &IndexedPolygons::new(frame), &options(), &Progress::default()).expect("valid").polygons;
        let excess: f64 = found.excesses.iter().map(|excess| excess.area).sum();
        prop_assert!((excess - total_area(&outside)).abs() < 1e-6);
    }
}

/// A chequered layer with a crooked grid and stars over it.
fn two_layers() -> (PolygonSet, PolygonSet) {
    let corner = |i: usize, j: usize| {
        let (x, y) = (i as f64 * 25.0, j as f64 * 25.0);
        [ORIGIN[0] + x + (y / 13.0).sin() * 6.0, ORIGIN[1] + y + (x / 17.0).cos() * 6.0]
    };
    let mut cells = PolygonSet::default();
    for i in 0..30 {
        for j in 0..30 {
            let ring = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
            cells.push_feature([[ring.as_slice()]]);
        }
    }
    let mut stars = PolygonSet::default();
    for k in 0..60 {
        let centre = [ORIGIN[0] + f64::from(k * 37 % 700), ORIGIN[1] + f64::from(k * 53 % 700)];
        let ring: Vec<Point> = (0..50)
            .map(|i| {
                let angle = TAU * f64::from(i) / 50.0;
                let radius = if i % 2 == 0 { 60.0 } else { 35.0 };
                [centre[0] + radius * angle.cos(), centre[1] + radius * angle.sin()]
            })
            .collect();
        stars.push_feature([[ring.as_slice()]]);
    }
    (stars, cells)
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let (stars, cells) = two_layers();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| {
            let layer = IndexedPolygons::new(cells.clone());
            let progress = Progress::default();
            (
                intersection(stars.view(), &layer, &options(), &progress).expect("valid input"),
                difference(stars.view(), &layer, &options(), &progress).expect("valid input"),
                identity(stars.view(), &layer, &options(), &progress).expect("valid input"),
                union(stars.view(), &options(), &progress).expect("valid input"),
                contacts(cells.view(), &layer, &options(), &progress).expect("valid input"),
                find_faults(stars.view()),
                check_coverage(stars.view(), Some(cells.view()), &CoverageOptions::default(), &progress)
                    .expect("valid input"),
            )
        })
    };
    let one = run(1);
    assert!(one.0.subject.len() > 500 && one.4.pairs.len() > 3000);
    assert!(one.0.subject.iter().zip(&one.0.control).is_sorted());
    let layer = IndexedPolygons::new(cells.clone());
    let cut = identity(cells.view(), &layer, &options(), &Progress::default()).expect("valid input");
    assert_eq!(cut.contacts, one.4.pairs);
    for threads in [2, 4] {
        assert_eq!(run(threads), one);
    }
}

#[test]
fn overlapping_control_features_are_taken_away_once() {
    let (stars, cells) = two_layers();
    let whole = IndexedPolygons::new(
        union(stars.view(), &options(), &Progress::default()).expect("valid input").polygons,
    );
    let each = IndexedPolygons::new(stars);
    let outside_each =
        difference(cells.view(), &each, &options(), &Progress::default()).expect("valid input");
    let outside_whole =
        difference(cells.view(), &whole, &options(), &Progress::default()).expect("valid input");
    for cell in 0..cells.len() {
        let [a, b] =
            [&outside_each, &outside_whole].map(|set| planar_area(set.polygons.view().feature(cell)));
        assert!((a - b).abs() < 1e-6, "cell {cell}: {a} and {b}");
    }
}

#[test]
fn a_task_stops_soon_after_it_is_cancelled() {
    let (stars, cells) = two_layers();
    let mut many = PolygonSet::default();
    for _ in 0..200 {
        many.extend(stars.view());
    }
    let layer = IndexedPolygons::new(cells);
    let progress = Progress::default();
    std::thread::scope(|scope| {
        let task = scope.spawn(|| intersection(many.view(), &layer, &options(), &progress));
        while progress.done() == 0 {
            std::thread::yield_now();
        }
        progress.cancel();
        let at_cancel = progress.done();
        assert_eq!(task.join().expect("no panic"), Err(sanxian_overlay::OverlayError::Cancelled));
        // What each thread had in hand, and no more.
        let after = progress.done() - at_cancel;
        assert!(after <= progress.total() / 20, "{after} of {} features", progress.total());
    });
}
