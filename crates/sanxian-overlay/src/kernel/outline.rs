//! Features made ready for the kernel: their edges in runs of eight with a box and a running sum each.
//!
//! Coordinates are read once and not copied. A run ("chunk") knows the twofold area swept from the start of its ring to its own
//! start, so that the sweep to any edge costs one look-up and at most seven edges.

use std::ops::Range;
use std::sync::OnceLock;

use super::arithmetic::{LARGEST_STEPS, STEPS, as_integer, cross, nearest_steps, to_whole_steps};
use super::boxes::{BoxGroup, BoxTree, SmallBox, TreeBuilder};
use super::double::Double;
use super::hilbert::along_hilbert_curve;
use super::processor::Xy;
use super::sweep::SweepTable;
use crate::bounds::Bounds;
use crate::edge::is_counter_clockwise;
use crate::polygons::{Point, Polygons};

/// Edges in a chunk.
pub(crate) const CHUNK: usize = 8;
/// Places of a chunk: the ends of its edges.
pub(crate) const PLACES: usize = CHUNK + 1;
/// Chunks larger than this many steps (50 km) are left to the arithmetic without a grid: differences of coordinates of two chunks that
/// meet stay below 2^30 steps.
const LARGEST_CHUNK: f64 = (1 << 29) as f64;
/// In chunks smaller than this many steps (1.6 km) the sum of sixteen products is exact in `f64`.
const EXACT_CHUNK: f64 = (1 << 23) as f64;
/// Twice the area of a box of this many steps a side still fits 63 bits.
pub(crate) const LARGEST_BOX: f64 = (1 << 30) as f64;

/// Consecutive edges of one ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk {
    /// Where the first edge starts, counted through the coordinates of the set.
    pub(crate) first: u32,
    /// The ring, counted through the feature.
    pub(crate) ring: u32,
    /// Twice the area swept about the origin from the start of the ring to `first`, in square steps modulo 2^64.
    pub(crate) swept: i64,
}

/// One ring of a feature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ring {
    /// First point, counted through the coordinates of the set.
    pub(crate) first: u32,
    /// Last point, which repeats the first.
    pub(crate) last: u32,
    pub(crate) first_chunk: u32,
    pub(crate) bounds: SmallBox,
    /// True when the ring winds the other way than its role asks: exterior counter-clockwise, interior clockwise.
    pub(crate) is_reversed: bool,
    pub(crate) is_exterior: bool,
    /// Twice the area swept by the whole ring in its own direction, in square steps modulo 2^64.
    pub(crate) swept: i64,
}

/// Running sums that not every feature needs.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// Twice the area, for pairs that integers cannot do.
    pub(crate) planar: OnceLock<SweepTable<Double>>,
    /// The functionals of the task, in their order.
    pub(crate) functionals: OnceLock<Vec<SweepTable<f64>>>,
}

/// What is kept of a feature beside its rings, chunks and boxes.
#[derive(Debug)]
struct Header {
    rings: Range<usize>,
    chunks: Range<usize>,
    groups: Range<usize>,
    bounds: SmallBox,
    is_on_grid: bool,
    is_finite: bool,
    is_complete: bool,
    tables: Tables,
}

/// Some features of one set.
#[derive(Debug, Default)]
pub(crate) struct Outlines {
    headers: Vec<Header>,
    rings: Vec<Ring>,
    chunks: Vec<Chunk>,
    groups: Vec<BoxGroup>,
    /// Rings of the polygon that is being added, behind where they are along the Hilbert curve.
    order: Vec<(u32, u32)>,
}

/// One feature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outline<'a> {
    /// All coordinates of the set.
    pub(crate) coords: &'a [Point],
    pub(crate) rings: &'a [Ring],
    pub(crate) chunks: &'a [Chunk],
    pub(crate) tree: BoxTree<'a>,
    pub(crate) bounds: SmallBox,
    /// True when every coordinate is a whole number of steps and no chunk is too large for integers.
    pub(crate) is_on_grid: bool,
    /// False when a coordinate is NaN or infinite.
    pub(crate) is_finite: bool,
    /// False when a ring was left out because it has no edge.
    pub(crate) is_complete: bool,
    /// Running sums that are computed when first asked for.
    pub(crate) tables: &'a Tables,
}

impl Outlines {
    /// Forgets the features and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.headers.clear();
        self.rings.clear();
        self.chunks.clear();
        self.groups.clear();
    }

    /// Adds a feature; boxes are counted from `origin`.
    #[inline(always)]
    pub(crate) fn push(&mut self, polygons: Polygons<'_>, feature: usize, origin: Point) {
        let starts = (self.rings.len(), self.chunks.len(), self.groups.len());
        let mut tree = TreeBuilder::new(&mut self.groups);
        let mut whole = Extent::default();
        let mut is_complete = true;
        for polygon in polygons.polygon_range(feature) {
            order_rings(polygons, polygon, &mut self.order);
            for (role, &(_, number)) in self.order.iter().enumerate() {
                let number = number as usize;
                let span = polygons.ring_span(number);
                let points = polygons.ring(number);
                if points.len() < 2 {
                    is_complete = false;
                    continue;
                }
                let ring = (self.rings.len() - starts.0) as u32;
                let first_chunk = (self.chunks.len() - starts.1) as u32;
                let mut extent = Extent::default();
                let mut swept = 0_i64;
                for first in (0..points.len() - 1).step_by(CHUNK) {
                    let run = Run::new(&points[first..]);
                    self.chunks.push(Chunk { first: (span.start + first) as u32, ring, swept });
                    tree.push(SmallBox::round(run.bounds, origin));
                    extent.add(&run);
                    swept = swept.wrapping_add(run.swept);
                }
                self.rings.push(Ring {
                    first: span.start as u32,
                    last: span.end as u32 - 1,
                    first_chunk,
                    bounds: SmallBox::round(extent.bounds, origin),
                    is_reversed: false,
                    is_exterior: role == 0,
                    swept,
                });
                whole.join(&extent);
            }
        }
        tree.finish();
        let is_on_grid = whole.is_on_grid();
        let has_small_rings = is_on_grid && whole.is_small();
        for ring in &mut self.rings[starts.0..] {
            let is_left_turning = if has_small_rings {
                ring.swept >= 0
            } else {
                is_counter_clockwise(&polygons.coords()[ring.first as usize..=ring.last as usize])
            };
            ring.is_reversed = is_left_turning != ring.is_exterior;
        }
        self.headers.push(Header {
            rings: starts.0..self.rings.len(),
            chunks: starts.1..self.chunks.len(),
            groups: starts.2..self.groups.len(),
            bounds: SmallBox::round(whole.bounds, origin),
            is_on_grid,
            is_finite: whole.is_finite(),
            is_complete,
            tables: Tables::default(),
        });
    }

    /// The feature that was pushed as number `position`; `coords` are those of its set.
    pub(crate) fn outline<'a>(&'a self, coords: &'a [Point], position: usize) -> Outline<'a> {
        let header = &self.headers[position];
        let chunks = &self.chunks[header.chunks.clone()];
        Outline {
            coords,
            rings: &self.rings[header.rings.clone()],
            chunks,
            tree: BoxTree::new(&self.groups[header.groups.clone()], chunks.len()),
            bounds: header.bounds,
            is_on_grid: header.is_on_grid,
            is_finite: header.is_finite,
            is_complete: header.is_complete,
            tables: &header.tables,
        }
    }
}

impl Outline<'_> {
    /// Calls `found` with the box of every polygon that has one.
    pub(crate) fn polygon_bounds(&self, mut found: impl FnMut(SmallBox)) {
        for rings in self.rings.chunk_by(|_, next| !next.is_exterior) {
            let mut bounds = SmallBox::EMPTY;
            for ring in rings {
                bounds.join(ring.bounds);
            }
            if !bounds.is_empty() {
                found(bounds);
            }
        }
    }

    /// The last place of a chunk.
    #[inline(always)]
    pub(crate) fn chunk_end(&self, chunk: &Chunk) -> u32 {
        (chunk.first + CHUNK as u32).min(self.rings[chunk.ring as usize].last)
    }

    /// The chunk with the edge that starts at `vertex` of `ring`.
    #[inline(always)]
    pub(crate) fn chunk_of(&self, ring: u32, vertex: u32) -> usize {
        let ring = &self.rings[ring as usize];
        ring.first_chunk as usize + (vertex - ring.first) as usize / CHUNK
    }

    /// The edge that starts at `vertex`.
    #[inline(always)]
    pub(crate) fn edge(&self, vertex: u32) -> [Point; 2] {
        [self.coords[vertex as usize], self.coords[vertex as usize + 1]]
    }
}

/// Polygons with more interiors than this have them put in order.
const MANY_INTERIORS: usize = 8;

/// Lists the rings of a polygon: the exterior, then the interiors so that neighbours follow each other, which keeps the boxes of the tree small.
fn order_rings(polygons: Polygons<'_>, polygon: usize, order: &mut Vec<(u32, u32)>) {
    order.clear();
    order.extend(polygons.ring_range(polygon).map(|number| (0, number as u32)));
    if order.len() <= MANY_INTERIORS {
        return;
    }
    let start = |number: u32| polygons.ring(number as usize).first().copied().unwrap_or_default();
    let interiors = &mut order[1..];
    let mut bounds = Bounds::EMPTY;
    for &(_, number) in interiors.iter() {
        bounds.grow(&[start(number)]);
    }
    let [min_x, min_y, max_x, max_y] = bounds.0;
    let scale = 65_535.0 / (max_x - min_x).max(max_y - min_y).max(f64::MIN_POSITIVE);
    for (along, number) in interiors.iter_mut() {
        let [x, y] = start(*number);
        *along = along_hilbert_curve(((x - min_x) * scale) as u32, ((y - min_y) * scale) as u32);
    }
    interiors.sort_unstable();
}

/// What one pass over the places of a chunk tells.
struct Run {
    bounds: Bounds,
    largest_off_grid: f64,
    swept: i64,
}

impl Run {
    /// The first [`PLACES`] points, or as many as there are.
    #[inline(always)]
    fn new(points: &[Point]) -> Self {
        if let Some(places) = points.first_chunk::<PLACES>() {
            return Self::of(places);
        }
        // Edges of length zero sweep nothing.
        let mut places = [points.last().copied().unwrap_or_default(); PLACES];
        places[..points.len()].copy_from_slice(points);
        Self::of(&places)
    }

    #[inline(always)]
    fn of(places: &[Point; PLACES]) -> Self {
        let first = Xy::new(&places[0]);
        let start = nearest_steps(first).0;
        let (mut low, mut high, mut largest_off, mut sum) = (first, first, Xy::both(0.0), Xy::both(0.0));
        let mut from_start = [[0.0; 2]; PLACES];
        for (place, from_start) in places.iter().zip(&mut from_start) {
            let place = Xy::new(place);
            let (steps, off) = nearest_steps(place);
            (low, high) = (low.min(place), high.max(place));
            // NaN is passed over by comparisons, but stays in a sum.
            sum = sum.plus(off);
            largest_off = largest_off.max(off).max(Xy::both(0.0).less(off));
            *from_start = steps.less(start).point();
        }
        let ([min_x, min_y], [max_x, max_y]) = (low.point(), high.point());
        let bounds = Bounds([min_x, min_y, max_x, max_y]);
        let [off_x, off_y] = largest_off.point();
        let is_finite = sum.point().iter().all(|sum| sum.is_finite());
        let [start, end] = [places[0], places[CHUNK]].map(to_whole_steps);
        Self {
            bounds,
            largest_off_grid: if is_finite { off_x.max(off_y) } else { f64::NAN },
            swept: cross(start, end).wrapping_add(swept_about_start(&from_start, bounds)),
        }
    }
}

/// Twice the area swept about the first place.
#[inline(always)]
fn swept_about_start(places: &[Point; PLACES], bounds: Bounds) -> i64 {
    let [min_x, min_y, max_x, max_y] = bounds.0;
    if (max_x - min_x).max(max_y - min_y) * STEPS < EXACT_CHUNK {
        let mut swept = 0.0;
        for ends in places.windows(2) {
            swept += ends[0][0] * ends[1][1] - ends[1][0] * ends[0][1];
        }
        as_integer(swept)
    } else {
        let whole = |[x, y]: Point| [as_integer(x), as_integer(y)];
        places.windows(2).fold(0_i64, |swept, ends| swept.wrapping_add(cross(whole(ends[0]), whole(ends[1]))))
    }
}

/// What several runs have in common.
struct Extent {
    bounds: Bounds,
    /// NaN once a coordinate is no number.
    largest_off_grid: f64,
    largest_chunk: f64,
}

impl Default for Extent {
    fn default() -> Self {
        Self { bounds: Bounds::EMPTY, largest_off_grid: 0.0, largest_chunk: 0.0 }
    }
}

impl Extent {
    #[inline(always)]
    fn add(&mut self, run: &Run) {
        let [min_x, min_y, max_x, max_y] = run.bounds.0;
        self.join(&Self {
            bounds: run.bounds,
            largest_off_grid: run.largest_off_grid,
            largest_chunk: (max_x - min_x).max(max_y - min_y),
        });
    }

    #[inline(always)]
    fn join(&mut self, other: &Self) {
        self.bounds.join(other.bounds);
        // Written so that NaN stays.
        let is_less = other.largest_off_grid <= self.largest_off_grid;
        self.largest_off_grid = if is_less || self.largest_off_grid.is_nan() {
            self.largest_off_grid
        } else {
            other.largest_off_grid
        };
        self.largest_chunk = self.largest_chunk.max(other.largest_chunk);
    }

    fn is_finite(&self) -> bool {
        !self.largest_off_grid.is_nan()
    }

    fn is_on_grid(&self) -> bool {
        let largest = self.bounds.0.iter().fold(0.0_f64, |largest, side| largest.max(side.abs())) * STEPS;
        // A coordinate on the grid is the f64 nearest to its decimal number: a spacing of f64 is room enough.
        largest < LARGEST_STEPS
            && self.largest_off_grid <= largest * f64::EPSILON
            && self.largest_chunk * STEPS < LARGEST_CHUNK
    }

    fn is_small(&self) -> bool {
        let [min_x, min_y, max_x, max_y] = self.bounds.0;
        (max_x - min_x).max(max_y - min_y) * STEPS < LARGEST_BOX
    }
}
