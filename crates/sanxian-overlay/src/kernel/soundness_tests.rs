#![allow(clippy::expect_used)]

use super::*;
use crate::kernel::outline::Outlines;
use crate::polygons::PolygonSet;
use crate::validity::is_valid;

type Rings = Vec<Vec<Point>>;

fn set_of(feature: &[Rings]) -> PolygonSet {
    let mut set = PolygonSet::default();
    set.push_feature(feature.iter().map(|rings| rings.iter().map(Vec::as_slice)));
    set
}

fn is_certain(set: &PolygonSet) -> bool {
    let origin = set.view().coords().first().copied().unwrap_or_default();
    let mut outlines = Outlines::default();
    processor::push(&mut outlines, set.view(), 0, origin);
    is_certainly_valid(&outlines.outline(set.view().coords(), 0), origin, &mut Vec::new())
}

fn square(x: f64, y: f64, side: f64) -> Vec<Point> {
    vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

fn diamond(x: f64, y: f64, radius: f64) -> Vec<Point> {
    vec![[x - radius, y], [x, y - radius], [x + radius, y], [x, y + radius]]
}

/// A wavy ring of many vertices.
fn wavy(centre: Point, radius: f64, vertices: usize) -> Vec<Point> {
    (0..vertices)
        .map(|i| {
            let angle = std::f64::consts::TAU * i as f64 / vertices as f64;
            let radius = radius * (1.0 + 0.1 * (17.0 * angle).sin());
            [centre[0] + radius * angle.cos(), centre[1] + radius * angle.sin()]
        })
        .map(|point| point.map(|value| (value * 1e4).round() / 1e4))
        .collect()
}

#[test]
fn what_is_valid_in_practice_needs_no_full_check() {
    let mut repeated = square(0.0, 0.0, 10.0);
    repeated.splice(2..2, [[10.0, 10.0], [10.0, 10.0]]);
    repeated.push([0.0, 0.0]);
    let many_holes: Rings = std::iter::once(wavy([38_500_000.0, 4_252_000.0], 5000.0, 70_000))
        .chain((0..400).map(|i| {
            let (row, column) = (f64::from(i / 20), f64::from(i % 20));
            wavy([38_497_000.0 + 300.0 * column, 4_249_000.0 + 300.0 * row], 100.0, 40)
        }))
        .collect();
    for (what, feature) in [
        ("repeated points", vec![vec![repeated]]),
        ("a hole that touches the exterior", vec![vec![square(0.0, 0.0, 10.0), diamond(2.0, 5.0, 2.0)]]),
        (
            "holes that touch",
            vec![vec![square(0.0, 0.0, 10.0), diamond(3.0, 5.0, 2.0), diamond(7.0, 5.0, 2.0)]],
        ),
        ("parts that touch", vec![vec![square(0.0, 0.0, 5.0)], vec![square(5.0, 5.0, 5.0)]]),
        (
            "an island in a hole",
            vec![vec![square(0.0, 0.0, 10.0), square(2.0, 2.0, 6.0)], vec![diamond(5.0, 6.0, 2.0)]],
        ),
        ("many holes", vec![many_holes]),
    ] {
        let set = set_of(&feature);
        assert!(is_valid(set.view(), 0), "{what}");
        assert!(is_certain(&set), "{what}");
    }
}

#[test]
fn what_is_invalid_is_never_certain() {
    let crossing = vec![[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
    for (what, feature) in [
        ("one point again and again", vec![vec![vec![[1.0, 1.0]; 5]]]),
        ("a bow tie", vec![vec![crossing]]),
        (
            "a spike over a repeated point",
            vec![vec![vec![
                [0.0, 0.0],
                [10.0, 0.0],
                [10.0, 10.0],
                [20.0, 10.0],
                [20.0, 10.0],
                [10.0, 10.0],
                [0.0, 10.0],
            ]]],
        ),
        ("a hole outside", vec![vec![square(0.0, 0.0, 10.0), square(20.0, 0.0, 5.0)]]),
        ("a hole that touches from outside", vec![vec![square(0.0, 0.0, 10.0), diamond(-2.0, 5.0, 2.0)]]),
        (
            "a hole in a hole",
            vec![vec![square(0.0, 0.0, 10.0), square(1.0, 1.0, 8.0), square(3.0, 3.0, 2.0)]],
        ),
        ("a part in a part", vec![vec![square(0.0, 0.0, 10.0)], vec![square(3.0, 3.0, 2.0)]]),
        (
            "a ring of holes",
            vec![vec![
                square(0.0, 0.0, 20.0),
                diamond(6.0, 10.0, 4.0),
                diamond(14.0, 10.0, 4.0),
                vec![[6.0, 6.0], [14.0, 6.0], [10.0, 2.0]],
            ]],
        ),
        ("a hole across", vec![vec![square(0.0, 0.0, 10.0), diamond(5.0, 5.0, 5.0)]]),
    ] {
        let set = set_of(&feature);
        assert!(!is_valid(set.view(), 0), "{what}");
        assert!(!is_certain(&set), "{what}");
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Rings on a tiny grid meet in every way there is; few of these features are valid, and all that are certain must be.
#[test]
fn on_a_tiny_grid_certain_means_valid() {
    let (mut certain, mut valid) = (0, 0);
    for number in 0..60_000_u64 {
        let mut random = Random(number.wrapping_mul(0xd134_2543_de82_ef95));
        let size = 4 + random.below(6);
        let mut ring = |low: u64, high: u64| -> Vec<Point> {
            let corners = 3 + random.below(3) + 6 * u64::from(random.below(8) == 0);
            let mut point = || [0, 1].map(|_| (low + random.below(high - low)) as f64);
            (0..corners).map(|_| point()).collect()
        };
        let frame = square(0.0, 0.0, size as f64);
        let feature: Vec<Rings> = match number % 4 {
            0 => vec![vec![ring(0, size)]],
            1 => vec![vec![frame, ring(0, size + 1)]],
            2 => vec![vec![frame, ring(0, size), ring(0, size)]],
            _ => vec![vec![ring(0, size)], vec![ring(0, size)]],
        };
        let moves: [&dyn Fn(Point) -> Point; 3] = [
            &|point| point,
            &|[x, y]| [38_412_345.678_9 + x * 0.1234, 4_252_000.000_1 + y * 0.1234],
            &|[x, y]| [38_500_000.1 + x * 0.7 + y * 0.31, 4_252_000.3 + y * 0.7 - x * 0.31],
        ];
        for place in moves {
            let moved: Vec<Rings> = feature
                .iter()
                .map(|rings| {
                    rings.iter().map(|ring| ring.iter().map(|point| place(*point)).collect()).collect()
                })
                .collect();
            let set = set_of(&moved);
            let (is_certain, is_valid) = (is_certain(&set), is_valid(set.view(), 0));
            assert!(is_valid || !is_certain, "feature {number}: {moved:?}");
            certain += u32::from(is_certain);
            valid += u32::from(is_valid);
        }
    }
    // The quick look alone finds nearly all valid ones, even here, where every vertex of many a ring lies on another one.
    assert!(valid > 20_000 && f64::from(certain) > 0.9 * f64::from(valid), "{certain} of {valid}");
}
