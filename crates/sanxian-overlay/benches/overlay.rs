//! Index, predicates, areas, pieces and dissolve on a seeded survey: `cargo bench -p sanxian-overlay`.
//!
//! Times depend on what else the machine does. Instructions do not, or hardly, so a change of some per cent shows:
//!
//! ```text
//! cargo bench -p sanxian-overlay --no-run
//! RAYON_NUM_THREADS=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
//!     target/release/deps/overlay-<hash> --bench --exact --sample-count 1 --sample-size 1 overlay::area
//! ```
//!
//! Work runs on rayon's thread, so callgrind cannot be told to collect in one function only: making the layers is included.

#![allow(clippy::expect_used, clippy::unwrap_used)]

use sanxian_overlay::{
    EdgeFunctional, IndexedPolygons, OverlayOptions, PlanarArea, Point, PolygonSet, Progress, difference,
    find_faults, intersection, intersection_areas, union,
};

fn main() {
    divan::main();
}

const PARCELS: usize = 60;
const PLOTS: usize = 60;
const CORNER: Point = [38_500_000.0, 4_250_000.0];

/// The same numbers on every machine: Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn on_grid(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// Parcels of a shaken grid of 50 m: borders of eight edges, shared vertex by vertex.
fn parcels() -> PolygonSet {
    let mut random = Random(20_261_122);
    let side = PARCELS + 1;
    let nodes: Vec<Point> = (0..side * side)
        .map(|node| {
            let place = [(node % side) as f64, (node / side) as f64];
            [0, 1].map(|axis| CORNER[axis] + 50.0 * place[axis] + random.between(-12.0, 12.0))
        })
        .collect();
    // A point of a border depends on its ends alone, so both neighbours compute the same.
    let border = |from: usize, to: usize| {
        let (start, end) = (nodes[from.min(to)], nodes[from.max(to)]);
        let point = move |step: usize| {
            let share = step as f64 / 8.0;
            let swerve = 2.0 * (share * 12.0 + start[0]).sin() * share * (1.0 - share);
            let [dx, dy] = [end[0] - start[0], end[1] - start[1]];
            [
                on_grid(start[0] + share * dx - swerve * dy / 50.0),
                on_grid(start[1] + share * dy + swerve * dx / 50.0),
            ]
        };
        (0..8).map(move |step| point(if from < to { step } else { 8 - step }))
    };
    let mut set = PolygonSet::default();
    for cell in 0..PARCELS * PARCELS {
        let node = cell / PARCELS * side + cell % PARCELS;
        let corners = [node, node + 1, node + 1 + side, node + side];
        let ring: Vec<Point> =
            (0..4).flat_map(|side| border(corners[side], corners[(side + 1) % 4])).collect();
        set.push_feature([[ring.as_slice()]]);
    }
    set
}

/// Wandering outlines of 40 to 240 vertices over the parcels.
fn plots() -> PolygonSet {
    let mut random = Random(42);
    let mut set = PolygonSet::default();
    for _ in 0..PLOTS {
        let reach = 50.0 * PARCELS as f64;
        let middle = CORNER.map(|corner| corner + random.between(0.1 * reach, 0.9 * reach));
        let (count, radius) = (random.between(40.0, 240.0) as usize, random.between(60.0, 250.0));
        let ring: Vec<Point> = (0..count)
            .map(|step| {
                let turn = std::f64::consts::TAU * step as f64 / count as f64;
                let distance = radius * (1.0 + 0.2 * (5.0 * turn).sin() + random.between(-0.01, 0.01));
                [on_grid(middle[0] + distance * turn.cos()), on_grid(middle[1] + distance * turn.sin())]
            })
            .collect();
        set.push_feature([[ring.as_slice()]]);
    }
    set
}

/// A functional that costs about what the area on the ellipsoid does.
struct Cubic;

impl EdgeFunctional for Cubic {
    fn edge(&self, from: Point, to: Point) -> f64 {
        let [x, y] = [0, 1].map(|axis| f64::midpoint(from[axis], to[axis]) - CORNER[axis]);
        (to[1] - from[1]) * x * (1e-9 * x * x + 1e-12 * x * y)
    }
}

#[divan::bench]
fn index(bencher: divan::Bencher<'_, '_>) {
    let parcels = parcels();
    bencher.with_inputs(|| parcels.clone()).bench_values(measured_index);
}

#[inline(never)]
fn measured_index(parcels: PolygonSet) -> IndexedPolygons {
    IndexedPolygons::new(parcels)
}

#[divan::bench]
fn predicates(bencher: divan::Bencher<'_, '_>) {
    let parcels = parcels();
    bencher.bench_local(|| measured_predicates(&parcels));
}

/// The check of validity is made of nothing else.
#[inline(never)]
fn measured_predicates(parcels: &PolygonSet) -> usize {
    find_faults(parcels.view()).len()
}

#[divan::bench]
fn area(bencher: divan::Bencher<'_, '_>) {
    let (plots, parcels) = (plots(), parcels());
    bencher.bench_local(|| measured_area(&plots, &parcels, &[]));
}

#[divan::bench]
fn area_and_functional(bencher: divan::Bencher<'_, '_>) {
    let (plots, parcels) = (plots(), parcels());
    bencher.bench_local(|| measured_area(&plots, &parcels, &[&Cubic]));
}

#[divan::bench]
fn area_off_grid(bencher: divan::Bencher<'_, '_>) {
    let moved = |mut set: PolygonSet| {
        let shift = |coords: &mut [Point]| {
            for point in coords {
                *point = point.map(|value| value + 1.0 / 3.0);
            }
            Ok::<(), ()>(())
        };
        set.try_change_coords(shift).unwrap();
        set
    };
    let (plots, parcels) = (moved(plots()), moved(parcels()));
    bencher.bench_local(|| measured_area(&plots, &parcels, &[]));
}

#[inline(never)]
fn measured_area(
    plots: &PolygonSet,
    parcels: &PolygonSet,
    functionals: &[&(dyn EdgeFunctional + Sync)],
) -> f64 {
    let options = OverlayOptions::default();
    let areas = intersection_areas(plots.view(), parcels.view(), functionals, options, &Progress::default());
    areas.unwrap().area.iter().sum()
}

#[divan::bench]
fn pieces(bencher: divan::Bencher<'_, '_>) {
    let (plots, parcels) = (plots(), IndexedPolygons::new(parcels()));
    bencher.bench_local(|| measured_pieces(&plots, &parcels));
}

#[inline(never)]
fn measured_pieces(plots: &PolygonSet, parcels: &IndexedPolygons) -> usize {
    let options = OverlayOptions::default();
    intersection(plots.view(), parcels, &options, &Progress::default()).unwrap().polygons.len()
}

#[divan::bench]
fn remainder(bencher: divan::Bencher<'_, '_>) {
    let (plots, parcels) = (plots(), IndexedPolygons::new(parcels()));
    bencher.bench_local(|| measured_remainder(&plots, &parcels));
}

#[inline(never)]
fn measured_remainder(plots: &PolygonSet, parcels: &IndexedPolygons) -> usize {
    let options = OverlayOptions::default();
    difference(plots.view(), parcels, &options, &Progress::default()).unwrap().polygons.len()
}

#[divan::bench]
fn dissolve(bencher: divan::Bencher<'_, '_>) {
    let parcels = parcels();
    bencher.bench_local(|| measured_dissolve(&parcels));
}

/// The whole survey becomes one polygon.
#[inline(never)]
fn measured_dissolve(parcels: &PolygonSet) -> f64 {
    let whole = union(parcels.view(), &OverlayOptions::default(), &Progress::default()).unwrap();
    PlanarArea { origin: CORNER }.feature(whole.polygons.view().feature(0))
}
