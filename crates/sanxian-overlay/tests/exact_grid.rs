//! Overlays on a tiny integer grid, where nearly every pair is degenerate, against areas in exact rational arithmetic.
//!
//! `SANXIAN_FUZZ_PAIRS` sets the number of pairs (20,000 when unset). A million have been run through areas and through traced pieces
//! without one wrong (2026-11-22).

#![allow(clippy::expect_used)]

mod support;

use rayon::prelude::*;
use sanxian_overlay::{
    IndexedPolygons, OverlayError, OverlayOptions, Point, PolygonSet, Progress, contacts, difference,
    find_faults, identity, intersection, intersection_areas, union,
};
use support::{Feature, set_of, total_area};

/// A grid of at most 14 units: areas are below 200, and the few crossings of a pair are each rounded in the last bit.
const TOLERANCE: f64 = 1e-11;

/// SplitMix64, so that a failing pair can be made again from its number.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    fn ring(&mut self, size: u64) -> Vec<Point> {
        if self.below(3) == 0 {
            // Rectangles and their corners make shared edges likely.
            let (x, y) = (self.below(size), self.below(size));
            let (w, h) = (1 + self.below(size - x), 1 + self.below(size - y));
            let (x, y, w, h) = (x as f64, y as f64, w as f64, h as f64);
            return vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
        }
        (0..3 + self.below(5)).map(|_| [self.below(size + 1) as f64, self.below(size + 1) as f64]).collect()
    }

    /// A valid feature: a polygon, one with interiors, or several polygons.
    fn feature(&mut self, size: u64) -> Feature {
        loop {
            let rings: Vec<Vec<Point>> = (0..=self.below(3)).map(|_| self.ring(size)).collect();
            let feature = if self.below(2) == 0 {
                vec![rings]
            } else {
                rings.into_iter().map(|ring| vec![ring]).collect()
            };
            let set = set_of(std::slice::from_ref(&feature));
            if find_faults(set.view()).iter().all(|fault| !fault.kind.is_error()) {
                return feature;
            }
        }
    }
}

/// A fraction with a positive denominator.
#[derive(Clone, Copy)]
struct Fraction(i128, i128);

impl Fraction {
    fn new(numerator: i128, denominator: i128) -> Self {
        let (mut a, mut b) = (numerator.abs(), denominator.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let sign = if denominator < 0 { -1 } else { 1 };
        Self(sign * numerator / a, denominator.abs() / a)
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.0 * other.0, self.1 * other.1)
    }

    fn less(self, other: Self) -> Self {
        self.plus(Self(-other.0, other.1))
    }

    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0 * other.1).cmp(&(other.0 * self.1))
    }
}

/// An edge from left to right and the feature it belongs to.
#[derive(Clone, Copy)]
struct Edge {
    from: [i128; 2],
    to: [i128; 2],
    side: usize,
}

impl Edge {
    fn height_at(&self, x: Fraction) -> Fraction {
        let slope = Fraction::new(self.to[1] - self.from[1], self.to[0] - self.from[0]);
        x.less(Fraction(self.from[0], 1)).times(slope).plus(Fraction(self.from[1], 1))
    }

    fn crossing(&self, other: &Self) -> Option<Fraction> {
        let (dx, dy) = (self.to[0] - self.from[0], self.to[1] - self.from[1]);
        let (ex, ey) = (other.to[0] - other.from[0], other.to[1] - other.from[1]);
        let determinant = dx * ey - dy * ex;
        let along = (other.from[0] - self.from[0]) * ey - (other.from[1] - self.from[1]) * ex;
        (determinant != 0).then(|| Fraction::new(self.from[0] * determinant + along * dx, determinant))
    }
}

fn edges_of(feature: &Feature, side: usize) -> Vec<Edge> {
    let mut edges = Vec::new();
    for ring in feature.iter().flatten() {
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let (a, b) = (a.map(|value| value as i128), b.map(|value| value as i128));
            match a[0].cmp(&b[0]) {
                std::cmp::Ordering::Less => edges.push(Edge { from: a, to: b, side }),
                std::cmp::Ordering::Greater => edges.push(Edge { from: b, to: a, side }),
                std::cmp::Ordering::Equal => {}
            }
        }
    }
    edges
}

/// Areas inside both, inside the first only and inside the second only, as exact fractions: between neighbouring
/// abscissas of vertices and crossings the plane falls into trapezoids.
fn exact_areas(a: &Feature, b: &Feature) -> [Fraction; 3] {
    let mut edges = edges_of(a, 0);
    edges.extend(edges_of(b, 1));
    let mut stops: Vec<Fraction> = Vec::new();
    for (i, edge) in edges.iter().enumerate() {
        stops.extend([Fraction(edge.from[0], 1), Fraction(edge.to[0], 1)]);
        stops.extend(edges[..i].iter().filter_map(|other| edge.crossing(other)));
    }
    stops.sort_by(Fraction::cmp);
    stops.dedup_by(|x, y| x.cmp(y).is_eq());
    let mut areas = [Fraction(0, 1); 3];
    for slab in stops.windows(2) {
        let middle = slab[0].plus(slab[1]).times(Fraction(1, 2));
        let mut crossed: Vec<(Fraction, usize)> = edges
            .iter()
            .filter(|edge| {
                Fraction(edge.from[0], 1).cmp(&middle).is_lt() && Fraction(edge.to[0], 1).cmp(&middle).is_gt()
            })
            .map(|edge| (edge.height_at(middle), edge.side))
            .collect();
        crossed.sort_by(|x, y| x.0.cmp(&y.0));
        let mut inside = [false; 2];
        for pair in crossed.windows(2) {
            inside[pair[0].1] ^= true;
            let part = match inside {
                [true, true] => 0,
                [true, false] => 1,
                [false, true] => 2,
                [false, false] => continue,
            };
            areas[part] = areas[part].plus(pair[1].0.less(pair[0].0).times(slab[1].less(slab[0])));
        }
    }
    areas
}

fn as_f64(fraction: Fraction) -> f64 {
    fraction.0 as f64 / fraction.1 as f64
}

fn assert_valid(set: &PolygonSet, what: &str, number: u64) {
    let faults = find_faults(set.view());
    assert!(
        faults.iter().all(|fault| !fault.kind.is_error()),
        "pair {number}: {what} is invalid: {}",
        faults[0]
    );
}

fn check_pair(number: u64) {
    let mut random = Random(number.wrapping_mul(0xd134_2543_de82_ef95));
    let size = 4 + random.below(11);
    let (a, b) = (random.feature(size), random.feature(size));
    let exact = exact_areas(&a, &b);
    let [common, only_a, only_b] = exact.map(as_f64);
    let (set_a, set_b) = (set_of(std::slice::from_ref(&a)), set_of(std::slice::from_ref(&b)));
    let (index_a, index_b) = (IndexedPolygons::new(set_a.clone()), IndexedPolygons::new(set_b.clone()));
    let (options, progress) = (OverlayOptions::default(), Progress::default());

    let pieces = intersection(set_a.view(), &index_b, &options, &progress).expect("valid input");
    let swapped = intersection(set_b.view(), &index_a, &options, &progress).expect("valid input");
    let cut = identity(set_a.view(), &index_b, &options, &progress).expect("valid input");
    let rest_a = difference(set_a.view(), &index_b, &options, &progress).expect("valid input");
    let rest_b = difference(set_b.view(), &index_a, &options, &progress).expect("valid input");
    let whole = union(set_of(&[a.clone(), b.clone()]).view(), &options, &progress).expect("valid input");
    let touching = contacts(set_a.view(), &index_b, &options, &progress).expect("valid input");

    let describe = || format!("pair {number}: {a:?} and {b:?}");
    assert_eq!(cut.contacts, touching.pairs, "in one pass and alone: {}", describe());
    assert_eq!(
        pieces.subject.is_empty(),
        exact[0].0 == 0,
        "{}: a row exactly where area is shared",
        describe()
    );
    for (what, set, expected) in [
        ("intersection", &pieces.polygons, common),
        ("intersection the other way round", &swapped.polygons, common),
        ("remainder", &cut.remainders, only_a),
        ("difference", &rest_a.polygons, only_a),
        ("difference the other way round", &rest_b.polygons, only_b),
        ("union", &whole.polygons, common + only_a + only_b),
    ] {
        let ours = total_area(set);
        assert!((ours - expected).abs() < TOLERANCE, "{what}: {ours} is not {expected}; {}", describe());
        assert_valid(set, what, number);
    }
    assert_eq!(cut.pieces, pieces, "{}", describe());
    assert!(touching.pairs.is_empty() || exact[0].0 == 0, "{}: contact although area is shared", describe());
}

/// The area of two features by the kernel, if they have a row; `Err` when a feature is invalid.
fn kernel_area(a: &Feature, b: &Feature) -> Result<Option<f64>, OverlayError> {
    let [a, b] = [a, b].map(|feature| set_of(std::slice::from_ref(feature)));
    let areas = intersection_areas(a.view(), b.view(), &[], OverlayOptions::default(), &Progress::default())?;
    Ok(areas.area.first().copied())
}

fn moved(feature: &Feature, place: impl Fn(Point) -> Point) -> Feature {
    let ring = |ring: &Vec<Point>| ring.iter().map(|point| place(*point)).collect();
    feature.iter().map(|rings| rings.iter().map(ring).collect()).collect()
}

/// Steps of 0.1 mm that a unit of the tiny grid is stretched to. With the last, chunks are too large for the integers of the kernel.
const STEPS: [f64; 5] = [1.0, 37.0, 12_345.0, 1_000_003.0, 500_000_000.0];

/// What `f64` makes of the places of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Places {
    /// Every place is exact.
    Exact,
    /// Places are rounded, and the kernel takes them back to the grid. The check of validity does not.
    OnGrid,
    /// Places are rounded for good.
    Rounded,
}

/// Areas of one pair by the kernel: as it is, on the grid of 0.1 mm far from the origin, and off that grid.
fn check_kernel(number: u64) {
    let mut random = Random(number.wrapping_mul(0xd134_2543_de82_ef95));
    let size = 4 + random.below(11);
    let (a, b) = (random.feature(size), random.feature(size));
    let exact = exact_areas(&a, &b)[0];
    let common = as_f64(exact);
    let check = |what: &str, place: &dyn Fn(Point) -> Point, scale: f64, places: Places, tolerance: f64| {
        let (a, b) = (moved(&a, place), moved(&b, place));
        let expected = common * scale * scale;
        for (order, ours) in [("subject first", kernel_area(&a, &b)), ("control first", kernel_area(&b, &a))]
        {
            // Where f64 rounds coordinates, parts that touched may overlap.
            let Ok(ours) = ours else {
                assert!(places != Places::Exact, "{what}, {order}: {ours:?}; pair {number}: {a:?} and {b:?}");
                continue;
            };
            assert!(
                (ours.unwrap_or(0.0) - expected).abs() <= tolerance.max(1e-13 * expected),
                "{what}, {order}: {ours:?} is not {expected}; pair {number}: {a:?} and {b:?}"
            );
            assert!(
                places == Places::Rounded || ours.is_some() == (exact.0 > 0),
                "{what}, {order}: a row exactly where area is shared; pair {number}: {a:?} and {b:?}"
            );
        }
    };
    check("as it is", &|point| point, 1.0, Places::Exact, TOLERANCE);
    let steps = STEPS[random.below(5) as usize];
    check(
        "on the grid",
        &|[x, y]| [(384_123_456_789.0 + x * steps) / 1e4, (42_520_000_001.0 + y * steps) / 1e4],
        steps / 1e4,
        if steps < 1e8 { Places::OnGrid } else { Places::Rounded },
        if steps < 1e8 { 1e-9 } else { 0.1 },
    );
    // Dyadic numbers far from the origin: off the grid of 0.1 mm, and what was degenerate is so still.
    let scale = (1.0 + random.below(1000) as f64) / 1024.0;
    check(
        "off the grid",
        &|[x, y]| [38_500_000.0 + 1.0 / 1024.0 + x * scale, 4_252_000.0 + y * scale],
        scale,
        Places::Exact,
        1e-9,
    );
    // Here f64 rounds every coordinate, by up to 4e-9 m along edges of up to 40 m.
    check(
        "off every grid",
        &|[x, y]| [38_500_000.1 + x * 0.7 + y * 0.31, 4_252_000.3 + y * 0.7 - x * 0.31],
        (0.7_f64 * 0.7 + 0.31 * 0.31).sqrt(),
        Places::Rounded,
        2e-5,
    );
}

#[test]
fn areas_on_a_tiny_grid_are_exact() {
    let pairs = std::env::var("SANXIAN_FUZZ_PAIRS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    (0..pairs).into_par_iter().for_each(check_kernel);
}

/// The pieces of one pair, traced, both ways round: a row exactly where area is shared, of the exact area, and valid.
fn check_pieces(number: u64) {
    let mut random = Random(number.wrapping_mul(0xd134_2543_de82_ef95));
    let size = 4 + random.below(11);
    let (a, b) = (random.feature(size), random.feature(size));
    let common = exact_areas(&a, &b)[0];
    let sets = [&a, &b].map(|feature| set_of(std::slice::from_ref(feature)));
    for (what, subject, control) in [("pieces", 0, 1), ("pieces the other way round", 1, 0)] {
        let control = IndexedPolygons::new(sets[control].clone());
        let pieces =
            intersection(sets[subject].view(), &control, &OverlayOptions::default(), &Progress::default())
                .expect("valid input");
        let describe = || format!("{what} of pair {number}: {a:?} and {b:?}");
        assert_eq!(
            pieces.subject.is_empty(),
            common.0 == 0,
            "a row exactly where area is shared: {}",
            describe()
        );
        let (ours, expected) = (total_area(&pieces.polygons), as_f64(common));
        assert!((ours - expected).abs() < TOLERANCE, "{ours} is not {expected}: {}", describe());
        assert_valid(&pieces.polygons, what, number);
    }
}

#[test]
fn pieces_on_a_tiny_grid_are_exact_and_valid() {
    let pairs = std::env::var("SANXIAN_FUZZ_PAIRS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    (0..pairs).into_par_iter().for_each(check_pieces);
}

#[test]
fn overlays_on_a_tiny_grid_are_exact_and_valid() {
    let pairs = std::env::var("SANXIAN_FUZZ_PAIRS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    (0..pairs).into_par_iter().for_each(check_pair);
}
