//! Ground that nothing covers, and who lies round it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::matching::OwnedEdge;
use crate::bounds::Bounds;
use crate::edge::FeatureEdges;
use crate::engine::{Fill, Operation, overlay};
use crate::index::IndexedPolygons;
use crate::polygons::Point;
use crate::predicate::distance_to_segment;
use crate::ring_list::{OpenRings, PolygonList};

/// Corners that the engine made lie off the edges they were made from by rounding: this share of the largest coordinate.
const ROUNDING: f64 = 1e-12;
/// Edges further from parallel than this do not bound one strip (about 25°).
const LARGEST_SINE: f64 = 0.42;

/// What the polygons of a region enclose but do not cover: its interiors, less what lies in them.
pub(super) fn enclosed(covered: &PolygonList) -> PolygonList {
    let mut holes = OpenRings::default();
    let mut hole_boxes = Vec::new();
    for ring in covered.0.iter().flat_map(|rings| rings.iter().skip(1)) {
        hole_boxes.push(Bounds::of(ring));
        // Turned round, an interior is an exterior.
        holes.push(ring[..ring.len().saturating_sub(1)].iter().rev().copied());
    }
    if holes.is_empty() {
        return PolygonList::default();
    }
    let mut islands = OpenRings::default();
    for rings in &covered.0 {
        let bounds = rings.first().map_or(Bounds::EMPTY, |ring| Bounds::of(ring));
        if hole_boxes.iter().any(|hole| hole.common(bounds) == bounds) {
            for ring in rings {
                islands.push(ring[..ring.len().saturating_sub(1)].iter().copied());
            }
        }
    }
    overlay(Operation::Difference, Fill::Winding, &holes, &islands)
}

/// The features along the boundary of a gap, ascending: those with an edge through the middle of one of its edges.
pub(super) fn neighbours(gap: &PolygonList, features: &IndexedPolygons) -> Vec<usize> {
    let mut found: Vec<usize> = gap
        .0
        .iter()
        .flatten()
        .flat_map(|ring| ring.windows(2))
        .flat_map(|ends| {
            let middle = [0, 1].map(|axis| ends[0][axis] + (ends[1][axis] - ends[0][axis]) / 2.0);
            let near = Bounds::of(&[middle]).widened(0.0);
            features
                .candidates(near.0)
                .into_iter()
                .map(|feature| feature as usize)
                .filter(move |&feature| has_edge_at(&features.edges(feature), middle, near))
                .collect::<Vec<_>>()
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn has_edge_at(edges: &FeatureEdges<'_>, point: Point, near: Bounds) -> bool {
    let reach = ROUNDING * point[0].abs().max(point[1].abs());
    edges.chunks_near(near).any(|chunk| {
        edges.edges_near(chunk, near).any(|edge| distance_to_segment(point, edge.ends) <= 2.0 * reach)
    })
}

/// Strips no wider than `width` between two features, in pairs of features: the ground between edges that face each other.
pub(super) fn open_strips(
    edges: &[OwnedEdge],
    covered: &PolygonList,
    width: f64,
) -> Vec<([usize; 2], PolygonList)> {
    if width <= 0.0 {
        return Vec::new();
    }
    let boxed = |edge: usize| {
        let [min_x, min_y, max_x, max_y] = Bounds::of(&edges[edge].ends).0;
        GeomWithData::new(Rectangle::from_corners([min_x, min_y], [max_x, max_y]), edge)
    };
    let tree = RTree::bulk_load((0..edges.len()).map(boxed).collect());
    let quads: Vec<([usize; 2], [Point; 4])> = (0..edges.len())
        .into_par_iter()
        .flat_map_iter(|first| {
            let [min_x, min_y, max_x, max_y] = Bounds::of(&edges[first].ends).0;
            let reach = AABB::from_corners([min_x - width, min_y - width], [max_x + width, max_y + width]);
            let mut near: Vec<usize> =
                tree.locate_in_envelope_intersecting(&reach).map(|entry| entry.data).collect();
            near.sort_unstable();
            near.into_iter().filter_map(move |second| {
                let features = [edges[first].feature as usize, edges[second].feature as usize];
                if first >= second || features[0] == features[1] {
                    return None;
                }
                let quad = strip(edges[first].ends, edges[second].ends, width)?;
                Some(([features[0].min(features[1]), features[0].max(features[1])], quad))
            })
        })
        .collect();
    let mut by_pair: BTreeMap<[usize; 2], OpenRings> = BTreeMap::new();
    for (pair, quad) in quads {
        by_pair.entry(pair).or_default().push(quad);
    }
    let mut strips = Vec::new();
    for (pair, quads) in by_pair {
        let bounds = Bounds::of(quads.points());
        let mut near = OpenRings::default();
        for rings in &covered.0 {
            if rings.first().is_some_and(|ring| Bounds::of(ring).meets(bounds)) {
                for ring in rings {
                    near.push(ring[..ring.len().saturating_sub(1)].iter().copied());
                }
            }
        }
        let list = overlay(Operation::Difference, Fill::Winding, &quads, &near);
        strips.extend(list.0.into_iter().map(|rings| (pair, PolygonList(vec![rings]))));
    }
    strips
}

/// The ground between two edges whose right sides face each other, as far as they run beside each other.
fn strip(first: [Point; 2], second: [Point; 2], width: f64) -> Option<[Point; 4]> {
    let [a, b] = first;
    let length = (b[0] - a[0]).hypot(b[1] - a[1]);
    let along = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
    let place = |point: Point| {
        let from = [point[0] - a[0], point[1] - a[1]];
        // Along the first edge, and to its right, where its polygon is not.
        (from[0] * along[0] + from[1] * along[1], from[0] * along[1] - from[1] * along[0])
    };
    // The second edge runs the other way.
    let ((far_along, far_right), (near_along, near_right)) = (place(second[0]), place(second[1]));
    let run = far_along - near_along;
    if run <= 0.0 || (far_right - near_right).abs() > LARGEST_SINE * run {
        return None;
    }
    let (from, to) = (near_along.max(0.0), far_along.min(length));
    let right_at = |position: f64| near_right + (far_right - near_right) * (position - near_along) / run;
    let widths = [right_at(from), right_at(to)];
    let is_strip = to > from
        && widths.iter().all(|right| (0.0..=width).contains(right))
        && widths.iter().any(|right| *right > ROUNDING * a[0].abs().max(a[1].abs()));
    let at = |position: f64, right: f64| {
        [a[0] + along[0] * position + along[1] * right, a[1] + along[1] * position - along[0] * right]
    };
    is_strip.then(|| [at(from, 0.0), at(from, widths[0]), at(to, widths[1]), at(to, 0.0)])
}
