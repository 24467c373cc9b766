//! The edges of one chunk, read and ready to be compared all at once.

use super::arithmetic::Arithmetic;
use super::lanes::Boxes;
use super::outline::{CHUNK, Chunk, Outline, PLACES};
use super::processor::Xy;
use crate::polygons::Point;

/// The places of a chunk and the boxes of its edges, ready to be compared all at once.
///
/// Boxes are in single precision: rounding keeps the order of numbers, so boxes that meet still do.
pub(super) struct Edges {
    pub(super) places: [Point; PLACES],
    boxes: Boxes<f32>,
    /// The box of all edges.
    pub(super) bounds: [f32; 4],
    /// A bit for every edge that is there.
    pub(super) there: u32,
}

impl Edges {
    /// Reads a chunk; boxes are counted from the place of `origin`.
    #[inline(always)]
    pub(super) fn new<A: Arithmetic>(outline: &Outline<'_>, chunk: &Chunk, origin: Point) -> Self {
        let (first, last) = (chunk.first as usize, outline.chunk_end(chunk) as usize);
        let points = &outline.coords[first..=last];
        if let Some(places) = points.first_chunk::<PLACES>() {
            return Self::of::<A>(places, CHUNK, origin);
        }
        let mut places = [points.last().copied().unwrap_or_default(); PLACES];
        places[..points.len()].copy_from_slice(points);
        Self::of::<A>(&places, points.len() - 1, origin)
    }

    #[inline(always)]
    fn of<A: Arithmetic>(points: &[Point; PLACES], count: usize, origin: Point) -> Self {
        let origin = A::place_xy(Xy::new(&origin));
        let mut places = [[0.0; 2]; PLACES];
        let mut from_origin = [origin; PLACES];
        for i in 0..PLACES {
            let place = A::place_xy(Xy::new(&points[i]));
            places[i] = place.point();
            from_origin[i] = place.less(origin);
        }
        let (boxes, bounds) = Boxes::of_edges(&from_origin);
        Self { places, boxes, bounds, there: (1 << count) - 1 }
    }

    /// The box of an edge.
    #[inline(always)]
    pub(super) fn bounds(&self, edge: usize) -> [f32; 4] {
        self.boxes.get(edge % CHUNK)
    }

    /// The edges whose boxes meet `bounds`, as bits.
    #[inline(always)]
    pub(super) fn meeting(&self, bounds: [f32; 4]) -> u32 {
        self.there & self.boxes.meeting(bounds)
    }

    /// Both ends of an edge.
    #[inline(always)]
    pub(super) fn ends(&self, edge: usize) -> [Point; 2] {
        let edge = edge % CHUNK;
        [self.places[edge], self.places[edge + 1]]
    }
}

/// The positions of the bits that are set.
#[inline(always)]
pub(super) fn each_bit(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = bits.trailing_zeros() as usize;
        let is_there = bits != 0;
        bits &= bits.wrapping_sub(1);
        is_there.then_some(lowest)
    })
}
