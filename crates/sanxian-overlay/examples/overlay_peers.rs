//! Intersection areas by other crates, for `benches/overlay.py`: an R-tree finds the pairs, rayon shares them out, and every
//! pair is overlaid in full, which is what a Rust program without this crate would do.
//!
//! `overlay_peers ENGINE PLOTS.flat LAYER.flat EVERY RUNS OUT` with ENGINE `geo` or `i_overlay`; one plot in EVERY takes part.
//! Threads are rayon's (`RAYON_NUM_THREADS`). It prints one line of JSON and writes the pairs to OUT.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use geo::{Area, BooleanOps, BoundingRect, Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use serde_json::json;

type Contours = Vec<Vec<IntPoint<i32>>>;
type Tree = RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>;
type Pair = (u32, u32, f64);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, plots, layer, every, runs, out] = arguments.as_slice() else {
        return Err("usage: overlay_peers geo|i_overlay PLOTS.flat LAYER.flat EVERY RUNS OUT".into());
    };
    let (every, runs): (usize, usize) = (every.parse()?, runs.parse()?);
    let start = Instant::now();
    let plots: Vec<_> = read(Path::new(plots))?.into_iter().step_by(every).collect();
    let layer = read(Path::new(layer))?;
    let area: Box<dyn Fn(usize, usize) -> f64 + Sync> = match engine.as_str() {
        "geo" => Box::new(|plot, feature| {
            let (a, b): (&MultiPolygon, &MultiPolygon) = (&plots[plot], &layer[feature]);
            a.intersection(b).unsigned_area()
        }),
        "i_overlay" => {
            let grid = Grid::of(plots.iter().chain(&layer));
            let (a, b) = (grid.contours_of(&plots), grid.contours_of(&layer));
            Box::new(move |plot, feature| grid.intersection_area(&a[plot], &b[feature]))
        }
        other => return Err(format!("no engine {other:?}: choose geo or i_overlay").into()),
    };
    let load_s = start.elapsed().as_secs_f64();
    let (mut wall_s, mut pairs) = (Vec::new(), Vec::new());
    let cpu = cpu_s()?;
    for _ in 0..runs {
        let start = Instant::now();
        pairs = overlay(&plots, &layer, &area);
        wall_s.push(start.elapsed().as_secs_f64());
    }
    let cpu_s = (cpu_s()? - cpu) / runs as f64;
    pairs.retain(|pair| pair.2 > 0.0);
    write(Path::new(out), &pairs, every as u32)?;
    println!("{}", json!({ "load_s": load_s, "wall_s": wall_s, "cpu_s": [cpu_s] }));
    Ok(())
}

fn overlay(
    plots: &[MultiPolygon],
    layer: &[MultiPolygon],
    area: &(dyn Fn(usize, usize) -> f64 + Sync),
) -> Vec<Pair> {
    let boxes = layer.iter().enumerate().filter_map(|(feature, shape)| {
        let bounds = shape.bounding_rect()?;
        let rectangle = Rectangle::from_corners(bounds.min().into(), bounds.max().into());
        Some(GeomWithData::new(rectangle, feature as u32))
    });
    let tree: Tree = RTree::bulk_load(boxes.collect());
    let of_plot = |plot: usize| {
        let bounds = plots[plot].bounding_rect();
        let query = bounds.map(|bounds| AABB::from_corners(bounds.min().into(), bounds.max().into()));
        let found = query.map(|query| {
            tree.locate_in_envelope_intersecting(&query).map(|entry| entry.data).collect::<Vec<_>>()
        });
        let pairs = found.unwrap_or_default().into_iter();
        pairs.map(move |feature| (plot as u32, feature, area(plot, feature as usize)))
    };
    (0..plots.len()).into_par_iter().with_max_len(8).flat_map_iter(of_plot).collect()
}

/// The integer grid that `i_overlay` is fastest on: 0.1 mm about the middle where 32 bits allow it, else coarser.
struct Grid {
    middle: [f64; 2],
    scale: f64,
}

impl Grid {
    fn of<'a>(shapes: impl Iterator<Item = &'a MultiPolygon>) -> Self {
        let (mut min, mut max) = ([f64::MAX; 2], [f64::MIN; 2]);
        for bounds in shapes.filter_map(BoundingRect::bounding_rect) {
            let (low, high): ([f64; 2], [f64; 2]) = (bounds.min().into(), bounds.max().into());
            min = [min[0].min(low[0]), min[1].min(low[1])];
            max = [max[0].max(high[0]), max[1].max(high[1])];
        }
        let half = ((max[0] - min[0]) / 2.0).max((max[1] - min[1]) / 2.0);
        let mut scale = 1e4;
        while half * scale >= f64::from(1 << 30) {
            scale /= 10.0;
        }
        Self { middle: [f64::midpoint(min[0], max[0]), f64::midpoint(min[1], max[1])], scale }
    }

    fn contours_of(&self, shapes: &[MultiPolygon]) -> Vec<Contours> {
        let snap = |coord: &Coord| {
            let x = ((coord.x - self.middle[0]) * self.scale).round() as i32;
            IntPoint::new(x, ((coord.y - self.middle[1]) * self.scale).round() as i32)
        };
        let ring = |ring: &LineString| ring.0.iter().skip(1).map(snap).collect();
        let rings =
            |shape: &Polygon| std::iter::once(shape.exterior()).chain(shape.interiors()).map(ring).collect();
        shapes
            .iter()
            .map(|shape| shape.0.iter().flat_map(|polygon| -> Contours { rings(polygon) }).collect())
            .collect()
    }

    fn intersection_area(&self, a: &Contours, b: &Contours) -> f64 {
        let mut overlay =
            Overlay::<i32>::from_subj_and_clip_custom(a, b, IntOverlayOptions::ogc(), Solver::default());
        let shapes = overlay.overlay(OverlayRule::Intersect, FillRule::EvenOdd);
        let doubled: i64 = shapes.iter().flatten().map(|contour| doubled_area(contour)).sum();
        doubled.abs() as f64 / 2.0 / self.scale / self.scale
    }
}

/// Twice the signed area; interiors run the other way round and subtract themselves.
fn doubled_area(contour: &[IntPoint<i32>]) -> i64 {
    let Some(origin) = contour.last() else { return 0 };
    let from_origin = |point: &IntPoint<i32>| {
        (i64::from(point.x) - i64::from(origin.x), i64::from(point.y) - i64::from(origin.y))
    };
    contour.windows(2).fold(0_i64, |sum, ends| {
        let ((x0, y0), (x1, y1)) = (from_origin(&ends[0]), from_origin(&ends[1]));
        sum.wrapping_add(x0 * y1 - x1 * y0)
    })
}

/// Reads a flat file: four counts (features, polygons, rings, points), three lists of offsets, coordinates; little-endian.
fn read(path: &Path) -> Result<Vec<MultiPolygon>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let mut rest = bytes.as_slice();
    let mut take = |count: usize| -> Result<&[u8], Box<dyn Error>> {
        let (head, tail) =
            rest.split_at_checked(count).ok_or_else(|| format!("{} is cut off", path.display()))?;
        rest = tail;
        Ok(head)
    };
    let counts = take(32)?.chunks_exact(8).map(|bytes| Ok(u64::from_le_bytes(bytes.try_into()?) as usize));
    let counts: Vec<usize> = counts.collect::<Result<_, Box<dyn Error>>>()?;
    let mut offsets = |count: usize| -> Result<Vec<usize>, Box<dyn Error>> {
        let offsets = take(4 * (count + 1))?.chunks_exact(4);
        offsets.map(|bytes| Ok(u32::from_le_bytes(bytes.try_into()?) as usize)).collect()
    };
    let (features, polygons, rings) = (offsets(counts[0])?, offsets(counts[1])?, offsets(counts[2])?);
    let number = |bytes: &[u8]| Ok(f64::from_le_bytes(bytes.try_into()?));
    let numbers: Result<Vec<f64>, Box<dyn Error>> =
        take(16 * counts[3])?.chunks_exact(8).map(number).collect();
    let coords: Vec<Coord> = numbers?.chunks_exact(2).map(|pair| Coord { x: pair[0], y: pair[1] }).collect();
    let ring = |ring: usize| LineString::new(coords[rings[ring]..rings[ring + 1]].to_vec());
    let polygon = |polygon: usize| {
        let (exterior, end) = (polygons[polygon], polygons[polygon + 1]);
        Polygon::new(ring(exterior), (exterior + 1..end).map(ring).collect())
    };
    let feature = |ends: &[usize]| MultiPolygon((ends[0]..ends[1]).map(polygon).collect());
    Ok(features.windows(2).map(feature).collect())
}

/// Writes plots, features and areas, each a column.
fn write(path: &Path, pairs: &[Pair], every: u32) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    pairs.iter().try_for_each(|pair| file.write_all(&(pair.0 * every).to_le_bytes()))?;
    pairs.iter().try_for_each(|pair| file.write_all(&pair.1.to_le_bytes()))?;
    pairs.iter().try_for_each(|pair| file.write_all(&pair.2.to_le_bytes()))?;
    file.flush()
}

/// Processor seconds of this process, from the kernel's hundredths; 0 where there is no `/proc`.
fn cpu_s() -> Result<f64, Box<dyn Error>> {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return Ok(0.0) };
    // The name of the program, in brackets, may hold blanks.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Result<Vec<u64>, _> = fields.skip(11).take(2).map(str::parse).collect();
    Ok(ticks?.iter().sum::<u64>() as f64 / 100.0)
}
