//! The edges of a feature in short runs with a box each, so that most edges are never looked at.
//!
//! A run ("chunk") holds up to [`CHUNK_EDGES`] consecutive edges of one ring; [`GROUP_CHUNKS`] consecutive chunks share
//! a second box. Rings are kept in their own order: consecutive edges lie near each other, so nothing has to be sorted.

use std::ops::{ControlFlow, Range};

use rayon::prelude::*;

use crate::bounds::Bounds;
use crate::polygons::{Point, Polygons};
use crate::predicate::{Location, orientation};

const CHUNK_EDGES: usize = 16;
const GROUP_CHUNKS: usize = 16;
/// Sets smaller than this are indexed on the calling thread.
const PARALLEL_FEATURES: usize = 256;

/// Consecutive edges of one ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk {
    pub(crate) bounds: Bounds,
    /// Ring, counted through the whole set.
    pub(crate) ring: u32,
    /// Vertex of the ring at which the first edge starts.
    pub(crate) first: u32,
    /// Vertex of the ring at which the last edge ends.
    pub(crate) last: u32,
    /// True when the ring winds the other way than its role asks: exterior counter-clockwise, interior clockwise.
    pub(crate) is_reversed: bool,
}

/// One edge and where it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) ring: u32,
    pub(crate) vertex: u32,
    pub(crate) ends: [Point; 2],
}

/// Chunks and groups of a run of features.
#[derive(Clone, Debug, Default)]
pub(crate) struct EdgeIndex {
    first_feature: usize,
    chunks: Vec<Chunk>,
    groups: Vec<Bounds>,
    /// For each feature the ends of its chunks and groups.
    ends: Vec<(usize, usize)>,
}

impl EdgeIndex {
    /// Indexes the features in `features`; the order of the result does not depend on the number of threads.
    pub(crate) fn new(polygons: Polygons<'_>, features: Range<usize>) -> Self {
        let first_feature = features.start;
        let index = Self::of_listed(polygons, features.len(), |position| first_feature + position);
        Self { first_feature, ..index }
    }

    /// Indexes some features: [`Self::nth`] gives them by their positions in the list.
    pub(crate) fn of_some(polygons: Polygons<'_>, features: &[u32]) -> Self {
        Self::of_listed(polygons, features.len(), |position| features[position] as usize)
    }

    fn of_listed(polygons: Polygons<'_>, count: usize, feature_at: impl Fn(usize) -> usize + Sync) -> Self {
        if count < PARALLEL_FEATURES {
            return Self::of_run(polygons, (0..count).map(feature_at));
        }
        let starts: Vec<usize> = (0..count).step_by(PARALLEL_FEATURES).collect();
        let parts: Vec<Self> = starts
            .into_par_iter()
            .map(|start| {
                let run = start..(start + PARALLEL_FEATURES).min(count);
                Self::of_run(polygons, run.map(&feature_at))
            })
            .collect();
        let mut whole = Self::default();
        for part in parts {
            let (chunks, groups) = (whole.chunks.len(), whole.groups.len());
            whole.ends.extend(part.ends.iter().map(|end| (chunks + end.0, groups + end.1)));
            whole.chunks.extend(part.chunks);
            whole.groups.extend(part.groups);
        }
        whole
    }

    fn of_run(polygons: Polygons<'_>, features: impl Iterator<Item = usize>) -> Self {
        let mut index = Self::default();
        for feature in features {
            let first_chunk = index.chunks.len();
            for polygon in polygons.polygon_range(feature) {
                for (role, ring) in polygons.ring_range(polygon).enumerate() {
                    index.push_ring(polygons.ring(ring), ring, role == 0);
                }
            }
            for chunks in index.chunks[first_chunk..].chunks(GROUP_CHUNKS) {
                let mut bounds = Bounds::EMPTY;
                for chunk in chunks {
                    bounds.join(chunk.bounds);
                }
                index.groups.push(bounds);
            }
            index.ends.push((index.chunks.len(), index.groups.len()));
        }
        index
    }

    fn push_ring(&mut self, points: &[Point], ring: usize, is_exterior: bool) {
        let edges = points.len().saturating_sub(1);
        let is_reversed = is_counter_clockwise(points) != is_exterior;
        for first in (0..edges).step_by(CHUNK_EDGES) {
            let last = (first + CHUNK_EDGES).min(edges);
            self.chunks.push(Chunk {
                bounds: Bounds::of(&points[first..=last]),
                ring: ring as u32,
                first: first as u32,
                last: last as u32,
                is_reversed,
            });
        }
    }

    /// The edges of one feature of the set that was indexed.
    pub(crate) fn feature<'a>(&'a self, polygons: Polygons<'a>, feature: usize) -> FeatureEdges<'a> {
        self.nth(polygons, feature - self.first_feature)
    }

    /// The edges of the feature at a position of those that were indexed.
    pub(crate) fn nth<'a>(&'a self, polygons: Polygons<'a>, position: usize) -> FeatureEdges<'a> {
        let start = if position == 0 { (0, 0) } else { self.ends[position - 1] };
        let end = self.ends[position];
        FeatureEdges { polygons, chunks: &self.chunks[start.0..end.0], groups: &self.groups[start.1..end.1] }
    }
}

/// True when a ring winds counter-clockwise: decided at its lowest leftmost corner, exactly.
pub(crate) fn is_counter_clockwise(ring: &[Point]) -> bool {
    let open = ring.len().saturating_sub(1);
    let Some(corner) =
        (0..open).min_by(|&i, &j| ring[i].partial_cmp(&ring[j]).unwrap_or(std::cmp::Ordering::Equal))
    else {
        return true;
    };
    let at = |step: usize| ring[(corner + step) % open];
    let after = (1..open).map(at).find(|point| *point != ring[corner]);
    let before = (1..open).rev().map(at).find(|point| *point != ring[corner]);
    match (before, after) {
        (Some(before), Some(after)) => orientation(before, ring[corner], after) >= 0.0,
        _ => true,
    }
}

/// The indexed edges of one feature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FeatureEdges<'a> {
    pub(crate) polygons: Polygons<'a>,
    pub(crate) chunks: &'a [Chunk],
    groups: &'a [Bounds],
}

impl<'a> FeatureEdges<'a> {
    /// The box round all edges.
    pub(crate) fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        self.groups.iter().for_each(|group| bounds.join(*group));
        bounds
    }

    /// The rings that have a chunk near `bounds`, with the winding of each.
    pub(crate) fn rings_near(&self, bounds: Bounds) -> impl Iterator<Item = (&'a [Point], bool)> + use<'a> {
        let polygons = self.polygons;
        let mut last = None;
        self.chunks_near(bounds)
            .filter(move |chunk| last.replace(chunk.ring) != Some(chunk.ring))
            .map(move |chunk| (polygons.ring(chunk.ring as usize), chunk.is_reversed))
    }

    /// The chunks whose boxes meet `bounds`.
    pub(crate) fn chunks_near(&self, bounds: Bounds) -> impl Iterator<Item = &'a Chunk> + use<'a> {
        let chunks = self.chunks;
        self.groups
            .iter()
            .enumerate()
            .filter(move |(_, group)| group.meets(bounds))
            .flat_map(move |(group, _)| {
                &chunks[group * GROUP_CHUNKS..((group + 1) * GROUP_CHUNKS).min(chunks.len())]
            })
            .filter(move |chunk| chunk.bounds.meets(bounds))
    }

    /// The edges of one chunk that meet `bounds`, those of length zero left out.
    pub(crate) fn edges_near(
        &self,
        chunk: &'a Chunk,
        bounds: Bounds,
    ) -> impl Iterator<Item = Edge> + use<'a> {
        let points = &self.polygons.ring(chunk.ring as usize)[chunk.first as usize..=chunk.last as usize];
        points.windows(2).enumerate().filter_map(move |(step, ends)| {
            let ends = [ends[0], ends[1]];
            (ends[0] != ends[1] && Bounds::of(&ends).meets(bounds)).then_some(Edge {
                ring: chunk.ring,
                vertex: chunk.first + step as u32,
                ends,
            })
        })
    }

    /// Calls `visit` for every pair of an edge here and an edge of `other` whose boxes meet, until it breaks off.
    pub(crate) fn join_until(
        &self,
        other: &FeatureEdges<'_>,
        visit: impl FnMut(Edge, Edge) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.join_chunks(other, |_, _| true, visit)
    }

    fn join_chunks(
        &self,
        other: &FeatureEdges<'_>,
        takes: impl Fn(&Chunk, &Chunk) -> bool,
        mut visit: impl FnMut(Edge, Edge) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let common = self.bounds().common(other.bounds());
        if common.is_empty() {
            return ControlFlow::Continue(());
        }
        let mut theirs = Vec::new();
        for mine in self.chunks_near(common) {
            for chunk in other.chunks_near(mine.bounds).filter(|chunk| takes(mine, chunk)) {
                theirs.clear();
                theirs.extend(other.edges_near(chunk, mine.bounds));
                if theirs.is_empty() {
                    continue;
                }
                for edge in self.edges_near(mine, chunk.bounds) {
                    let bounds = Bounds::of(&edge.ends);
                    for their in theirs.iter().filter(|their| Bounds::of(&their.ends).meets(bounds)) {
                        visit(edge, *their)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Calls `visit` once for every unordered pair of different edges here whose boxes meet.
    pub(crate) fn join_itself(&self, mut visit: impl FnMut(Edge, Edge)) {
        let is_in_order = |a: &Chunk, b: &Chunk| (a.ring, a.first) <= (b.ring, b.first);
        let _ = self.join_chunks(self, is_in_order, |a, b| {
            if (a.ring, a.vertex) < (b.ring, b.vertex) {
                visit(a, b);
            }
            ControlFlow::Continue(())
        });
    }

    /// Where `point` lies, by the number of edges that a ray to the right passes.
    pub(crate) fn locate(&self, point: Point) -> Location {
        self.locate_among(point, |_| true)
    }

    /// The same with only the rings that `takes` accepts.
    pub(crate) fn locate_among(&self, point: Point, takes: impl Fn(u32) -> bool) -> Location {
        let ray = Bounds([point[0], point[1], f64::INFINITY, point[1]]);
        let mut is_inside = false;
        for chunk in self.chunks_near(ray).filter(|chunk| takes(chunk.ring)) {
            let points = &self.polygons.ring(chunk.ring as usize)[chunk.first as usize..=chunk.last as usize];
            if chunk.bounds.0[0] > point[0] {
                // Wholly right of the point: the ray passes a run of edges as often, by parity, as it passes its chord.
                let (start, end) = (points[0], points[points.len() - 1]);
                is_inside ^= (start[1] > point[1]) != (end[1] > point[1]);
                continue;
            }
            for ends in points.windows(2) {
                let (a, b) = (ends[0], ends[1]);
                if (a[1].max(b[1])) < point[1] || a[1].min(b[1]) > point[1] || a[0].max(b[0]) < point[0] {
                    continue;
                }
                let side = orientation(a, b, point);
                if side == 0.0 && Bounds::of(&[a, b]).contains(point) {
                    return Location::Boundary;
                }
                if (a[1] > point[1]) != (b[1] > point[1]) && (side > 0.0) == (b[1] > a[1]) {
                    is_inside = !is_inside;
                }
            }
        }
        if is_inside { Location::Inside } else { Location::Outside }
    }
}

#[cfg(test)]
#[path = "edge_tests.rs"]
mod tests;
