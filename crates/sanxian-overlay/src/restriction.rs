//! The part of a feature that matters inside a window.
//!
//! A run of vertices that all lie beyond the same side of the window is replaced by its chord. Run and chord lie in the
//! same outer half-plane, so the winding number of every point inside the window stays what it was: the shortcut is
//! exact there, invents no vertex and costs one box test per chunk instead of one pass over the ring.

use crate::bounds::Bounds;
use crate::edge::{Chunk, FeatureEdges};
use crate::polygons::Point;
use crate::ring_list::OpenRings;

/// The run of vertices under way.
struct Run {
    sides: u8,
    last: Point,
    is_open: bool,
}

impl FeatureEdges<'_> {
    /// Adds the rings of the feature to `rings`, restricted to `window` and turned the way their roles ask.
    pub(crate) fn restrict_to(&self, window: Bounds, rings: &mut OpenRings) {
        for chunks in self.chunks.chunk_by(|a, b| a.ring == b.ring) {
            self.restrict_ring(chunks, window, rings);
        }
    }

    fn restrict_ring(&self, chunks: &[Chunk], window: Bounds, rings: &mut OpenRings) {
        let Some(first) = chunks.first() else { return };
        let points = self.polygons.ring(first.ring as usize);
        let mut kept = Vec::new();
        let mut run: Option<Run> = None;
        for chunk in chunks {
            let (start, end) = (chunk.first as usize, chunk.last as usize);
            let sides = window.outer_sides(chunk.bounds);
            if sides == 0 {
                points[start..end].iter().for_each(|point| {
                    add(
                        &mut kept,
                        &mut run,
                        *point,
                        window.outer_sides(Bounds([point[0], point[1], point[0], point[1]])),
                    );
                });
            } else {
                // All vertices of the chunk lie beyond these sides, so its ends stand for it.
                add(&mut kept, &mut run, points[start], sides);
                add(&mut kept, &mut run, points[end - 1], sides);
            }
        }
        if let Some(Run { last, is_open: true, .. }) = run {
            kept.push(last);
        }
        let before = rings.len();
        rings.push(kept);
        if first.is_reversed && rings.len() > before {
            rings.reverse_last();
        }
    }
}

/// Lengthens the run when the vertex lies beyond a side that all of the run lies beyond, else ends it and starts another.
fn add(kept: &mut Vec<Point>, run: &mut Option<Run>, point: Point, sides: u8) {
    match run {
        Some(run) if run.sides & sides != 0 => {
            run.sides &= sides;
            run.last = point;
            run.is_open = true;
        }
        _ => {
            if let Some(Run { last, is_open: true, .. }) = run {
                kept.push(*last);
            }
            kept.push(point);
            *run = Some(Run { sides, last: point, is_open: false });
        }
    }
}
