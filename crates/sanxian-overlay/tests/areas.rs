//! Areas from the kernel: against the areas of traced pieces, and what must not change them.

#![allow(clippy::expect_used, clippy::panic)]

mod support;

use std::f64::consts::TAU;

use proptest::prelude::*;
use sanxian_overlay::{
    AreaStream, EdgeFunctional, FaultKind, IndexedPolygons, OnInvalid, OverlayError, OverlayOptions,
    PairAreas, PlanarArea, Point, PolygonSet, Progress, Side, difference, find_faults, intersection,
    intersection_areas, planar_area,
};
use support::{Feature, set_of, total_area};

const ORIGIN: Point = [38_500_000.0, 4_252_000.0];
/// Pieces have rounded vertices (7e-9 m at this easting), which moves areas along their edges; the kernel's do not.
const OF_PIECES: f64 = 1e-5;

fn options() -> OverlayOptions {
    OverlayOptions::default()
}

fn areas(subjects: &PolygonSet, control: &PolygonSet) -> PairAreas {
    intersection_areas(subjects.view(), control.view(), &[], options(), &Progress::default())
        .expect("valid input")
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A star-shaped polygon, now and then with an interior of half its size; on the grid of 0.1 mm or off it.
fn star(is_on_grid: bool) -> impl Strategy<Value = Feature> {
    let radii = prop::collection::vec(20.0..100.0_f64, 3..60);
    ((-60.0..60.0), (-60.0..60.0), radii, any::<bool>()).prop_map(move |(x, y, radii, has_interior)| {
        let ring = |scale: f64| -> Vec<Point> {
            let count = radii.len() as f64;
            let place = |(i, radius): (usize, &f64)| {
                let angle = TAU * i as f64 / count;
                let [x, y] = [
                    ORIGIN[0] + x + scale * radius * angle.cos(),
                    ORIGIN[1] + y + scale * radius * angle.sin(),
                ];
                if is_on_grid { [rounded(x), rounded(y)] } else { [x, y] }
            };
            radii.iter().enumerate().map(place).collect()
        };
        let mut rings = vec![ring(1.0)];
        if has_interior {
            rings.push(ring(0.5).into_iter().rev().collect());
        }
        vec![rings]
    })
}

fn is_valid(set: &PolygonSet) -> bool {
    find_faults(set.view()).iter().all(|fault| !fault.kind.is_error())
}

fn pair() -> impl Strategy<Value = (Feature, Feature)> {
    prop_oneof![(star(true), star(true)), (star(false), star(false)), (star(true), star(false))]
}

/// The same feature, its rings begun elsewhere and every other one turned round.
fn redrawn(feature: &Feature, start: usize) -> Feature {
    let ring = |(i, ring): (usize, &Vec<Point>)| {
        let mut ring = ring.clone();
        let start = start % ring.len();
        ring.rotate_left(start);
        if (i + start).is_multiple_of(2) {
            ring.reverse();
        }
        ring
    };
    feature.iter().map(|rings| rings.iter().enumerate().map(ring).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, max_global_rejects: 1_000_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn areas_are_those_of_the_pieces((a, b) in pair(), start in 0..50_usize) {
        let (set_a, set_b) = (set_of(std::slice::from_ref(&a)), set_of(std::slice::from_ref(&b)));
        prop_assume!(is_valid(&set_a) && is_valid(&set_b));
        let ours: f64 = areas(&set_a, &set_b).area.iter().sum();
        let layer = IndexedPolygons::new(set_b.clone());
        let pieces = intersection(set_a.view(), &layer, &options(), &Progress::default()).expect("valid input");
        prop_assert!((ours - total_area(&pieces.polygons)).abs() < OF_PIECES);
        let rest = difference(set_a.view(), &layer, &options(), &Progress::default()).expect("valid input");
        let whole = total_area(&set_a);
        prop_assert!((ours + total_area(&rest.polygons) - whole).abs() <= 1e-9 * whole);
        let swapped: f64 = areas(&set_b, &set_a).area.iter().sum();
        prop_assert!((ours - swapped).abs() <= 1e-13 * whole, "{} and {}", ours, swapped);
        let again: f64 = areas(&set_of(&[redrawn(&a, start)]), &set_of(&[redrawn(&b, start + 7)])).area.iter().sum();
        prop_assert!((ours - again).abs() <= 1e-13 * whole, "{} and {}", ours, again);
    }

    #[test]
    fn a_polygon_has_all_of_itself_in_common_with_itself(a in prop_oneof![star(true), star(false)], start in 0..50_usize) {
        let set = set_of(std::slice::from_ref(&a));
        prop_assume!(is_valid(&set));
        let whole = total_area(&set);
        let ours: f64 = areas(&set, &set_of(&[redrawn(&a, start)])).area.iter().sum();
        prop_assert!((ours - whole).abs() < OF_PIECES);
        let again: f64 = areas(&set, &set).area.iter().sum();
        prop_assert!((ours - again).abs() <= 1e-13 * whole);
    }

    #[test]
    fn a_functional_is_summed_round_the_same_pieces((a, b) in pair()) {
        let (set_a, set_b) = (set_of(&[a]), set_of(&[b]));
        prop_assume!(is_valid(&set_a) && is_valid(&set_b));
        let planar = PlanarArea { origin: ORIGIN };
        let functionals: [&(dyn EdgeFunctional + Sync); 2] = [&Twice(planar), &planar];
        let found = intersection_areas(set_a.view(), set_b.view(), &functionals, options(), &Progress::default()).expect("valid input");
        for (row, area) in found.area.iter().enumerate() {
            prop_assert!((found.functionals[1][row] - area).abs() < OF_PIECES);
            prop_assert!((found.functionals[0][row] - 2.0 * area).abs() < 2.0 * OF_PIECES);
        }
    }
}

struct Twice(PlanarArea);

impl EdgeFunctional for Twice {
    fn edge(&self, from: Point, to: Point) -> f64 {
        2.0 * self.0.edge(from, to)
    }
}

/// A chequered layer on a crooked grid, and wavy discs over it; some discs are cells of the layer, some have a hole.
fn two_layers() -> (PolygonSet, PolygonSet) {
    let corner = |i: usize, j: usize| {
        let (x, y) = (i as f64 * 25.0, j as f64 * 25.0);
        [rounded(ORIGIN[0] + x + (y / 13.0).sin() * 6.0), rounded(ORIGIN[1] + y + (x / 17.0).cos() * 6.0)]
    };
    let cell = |i: usize, j: usize| {
        vec![vec![vec![corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)]]]
    };
    let cells: Vec<Feature> =
        (0..40).flat_map(|i| (0..40).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).collect();
    let disc = |k: u32| -> Feature {
        let centre = [ORIGIN[0] + f64::from(k * 37 % 900), ORIGIN[1] + f64::from(k * 53 % 900)];
        let ring = |size: f64, count: u32| -> Vec<Point> {
            let place = |i: u32| {
                let angle = TAU * f64::from(i) / f64::from(count);
                let radius = size * (1.0 + 0.3 * (9.0 * angle).sin());
                [rounded(centre[0] + radius * angle.cos()), rounded(centre[1] + radius * angle.sin())]
            };
            (0..count).map(place).collect()
        };
        match k % 4 {
            0 => cell(k as usize % 40, (k as usize * 7) % 40),
            1 => vec![vec![ring(60.0, 1500), ring(30.0, 400)]],
            _ => vec![vec![ring(70.0, 90)]],
        }
    };
    (set_of(&(0..80).map(disc).collect::<Vec<_>>()), set_of(&cells))
}

#[test]
fn areas_do_not_depend_on_threads_blocks_or_the_side_that_is_indexed() {
    let (discs, cells) = two_layers();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| areas(&discs, &cells))
    };
    let one = run(1);
    assert!(one.area.len() > 1000);
    assert!(one.subject.iter().zip(&one.control).is_sorted());
    for threads in [2, 4] {
        assert_eq!(run(threads), one);
    }
    for (resident, streamed, side) in [(&discs, &cells, Side::Subject), (&cells, &discs, Side::Control)] {
        let stream = AreaStream::new(resident.view(), side, &[], options());
        let size = streamed.len() / 3 + 1;
        for block in [2, 0, 1] {
            let features = block * size..((block + 1) * size).min(streamed.len());
            let part = streamed.view().take(features.clone());
            stream.feed(part.view(), features.start, &Progress::default()).expect("valid input");
        }
        assert_eq!(stream.finish(), one);
    }
}

#[test]
fn areas_of_layers_are_those_of_the_pieces() {
    let (discs, cells) = two_layers();
    let ours = areas(&discs, &cells);
    let pieces = intersection(discs.view(), &IndexedPolygons::new(cells), &options(), &Progress::default())
        .expect("valid input");
    assert_eq!((&ours.subject, &ours.control), (&pieces.subject, &pieces.control));
    for (row, area) in ours.area.iter().enumerate() {
        assert!((area - planar_area(pieces.polygons.view().feature(row))).abs() < OF_PIECES);
    }
}

/// A square with its corner at `origin`, its sides in steps of `step`.
fn square(origin: Point, side: f64, step: f64) -> Feature {
    let count = (side / step).round() as usize;
    let at = |i: usize| i as f64 * step;
    let mut ring: Vec<Point> = Vec::new();
    ring.extend((0..count).map(|i| [origin[0] + at(i), origin[1]]));
    ring.extend((0..count).map(|i| [origin[0] + side, origin[1] + at(i)]));
    ring.extend((0..count).map(|i| [origin[0] + side - at(i), origin[1] + side]));
    ring.extend((0..count).map(|i| [origin[0], origin[1] + side - at(i)]));
    vec![vec![ring]]
}

#[test]
fn layers_may_be_as_wide_as_a_country() {
    let wide = [ORIGIN[0] - 700_000.0, ORIGIN[1] - 700_000.0];
    let country = set_of(&[square(wide, 1_400_000.0, 500.0)]);
    // Small squares in the corners and on the border of the country.
    let small: Vec<Feature> = [(0.0, 0.0), (1_399_990.0, 1_399_990.0), (1_399_995.0, 0.0), (-4.0, 700_000.0)]
        .iter()
        .map(|(x, y)| square([wide[0] + x, wide[1] + y], 10.0, 2.5))
        .collect();
    assert_eq!(areas(&set_of(&small), &country).area, [100.0, 100.0, 50.0, 60.0]);
    // Countries that overlap by more than integers hold.
    let other = set_of(&[square([wide[0] + 300_000.0, wide[1] - 200_000.0], 1_400_000.0, 500.0)]);
    let common = 1_100_000.0 * 1_200_000.0;
    let ours = areas(&country, &other).area[0];
    assert!((ours - common).abs() <= 1e-13 * common, "{ours}");
}

#[test]
fn invalid_polygons_have_a_stated_answer() {
    let bow_tie: Feature = vec![vec![vec![[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]]]];
    let layer = set_of(&[square([100.0, 100.0], 5.0, 5.0), bow_tie]);
    let plots = set_of(&[square([0.0, 0.0], 10.0, 10.0)]);
    for (subjects, control, side) in [(&plots, &layer, Side::Control), (&layer, &plots, Side::Subject)] {
        let refused =
            intersection_areas(subjects.view(), control.view(), &[], options(), &Progress::default());
        let Err(OverlayError::InvalidPolygon {
            side: found,
            feature: 1,
            ring: Some(0),
            kind: FaultKind::SelfCrossing,
            ..
        }) = refused
        else {
            panic!("{refused:?}")
        };
        assert_eq!(found, side);
        let repair = OverlayOptions { on_invalid: OnInvalid::Repair };
        let ours = intersection_areas(subjects.view(), control.view(), &[], repair, &Progress::default())
            .expect("repaired");
        assert_eq!(ours.area, [50.0]);
        assert_eq!((ours.repairs.len(), ours.repairs[0].side, ours.repairs[0].feature), (1, side, 1));
    }
    let stream = AreaStream::new(plots.view(), Side::Subject, &[], options());
    let refused = stream.feed(layer.view(), 40, &Progress::default());
    assert!(matches!(refused, Err(OverlayError::InvalidPolygon { feature: 41, .. })), "{refused:?}");
    // What takes part in no pair is not looked at, but for coordinates that are not numbers.
    let far = set_of(&[square([500.0, 500.0], 5.0, 5.0)]);
    assert_eq!(areas(&far, &layer).area.len(), 0);
    let nowhere = set_of(&[vec![vec![vec![[f64::NAN, 0.0], [10.0, 10.0], [10.0, 0.0]]]]]);
    for (a, b) in [(&far, &nowhere), (&nowhere, &far)] {
        let refused = intersection_areas(a.view(), b.view(), &[], options(), &Progress::default());
        assert!(
            matches!(refused, Err(OverlayError::InvalidPolygon { kind: FaultKind::NotFinite, .. })),
            "{refused:?}"
        );
    }
}

/// A comb of many teeth: enough chunks for its check and its pairs to be shared out between threads.
fn comb(origin: Point, teeth: usize) -> Feature {
    let at = |x: f64, y: f64| [origin[0] + x, origin[1] + y];
    let mut ring = vec![at(0.0, 0.0), at(2.0 * teeth as f64, 0.0)];
    for tooth in (0..teeth).rev() {
        let x = 2.0 * tooth as f64;
        ring.extend([at(x + 1.5, 10.0), at(x + 1.0, 50.0), at(x + 0.5, 10.0)]);
    }
    vec![vec![ring]]
}

#[test]
fn huge_features_are_shared_out_and_nobody_waits_for_ever() {
    let combs: Vec<Feature> = (0..4).map(|k| comb([ORIGIN[0] + f64::from(k), ORIGIN[1]], 15_000)).collect();
    let resident = set_of(&combs);
    let streamed: Vec<Feature> = (0..60)
        .map(|k| square([ORIGIN[0] + 400.0 * f64::from(k), ORIGIN[1] + 20.0], 300.0, 10.0))
        .chain(combs)
        .collect();
    let streamed = set_of(&streamed);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| {
            let stream = AreaStream::new(resident.view(), Side::Subject, &[], options());
            stream.feed(streamed.view(), 0, &Progress::default()).expect("valid input");
            stream.finish()
        })
    };
    let one = run(1);
    assert_eq!(one.area.len(), 4 * 60 + 16);
    let whole = planar_area(resident.view().feature(0));
    for (row, area) in one.area.iter().enumerate().filter(|(row, _)| one.control[*row] >= 60) {
        let is_itself = one.subject[row] + 60 == one.control[row];
        assert!(*area <= whole * (1.0 + 1e-13) && (!is_itself || (area - whole).abs() <= 1e-13 * whole));
    }
    for threads in [2, 4, 8] {
        assert_eq!(run(threads), one);
    }
}
