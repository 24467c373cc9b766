//! The ground nearer to a feature than a distance: what of a plot lies too near.

use std::f64::consts::{FRAC_PI_2, PI};

use sanxian_overlay::{IndexedPolygons, OnInvalid, OverlayOptions, Point, PolygonSet, Polygons, union};

use super::layer_overlay::Overlayer;
use super::measure::Shape;
use super::nearness::Outline;
use crate::error::ComplianceError;

/// Sides of the polygon that stands for half a circle. They touch the arc from outside, so that no ground that is too near is left
/// out, and stray from it by 0.03 % of the distance at most.
const SIDES: usize = 64;

/// What of one plot is nearer than `distance_m` to one feature; a shape without parts when the coordinates resolve none.
pub(super) fn within(
    overlayer: &Overlayer<'_>,
    plot: usize,
    outline: &Outline<'_>,
    distance_m: f64,
    name: &str,
) -> Result<Shape, ComplianceError> {
    let subject = overlayer.plots.polygons.view().take([plot]);
    let Some(bounds) = subject.view().bounds(0) else { return Ok(Shape::default()) };
    let around = around(outline, bounds, distance_m + outline.radius_m());
    // The outlines are our own, the feature is whatever the file has.
    let options = OverlayOptions { on_invalid: OnInvalid::Repair };
    let around = Overlayer::named(name, union(around.view(), &options, overlayer.progress))?;
    let pieces = overlayer.inside(subject.view(), &IndexedPolygons::new(around.polygons), name)?;
    let mut shapes: Vec<Shape> = pieces.into_iter().map(|piece| piece.shape).collect();
    shapes.sort_by_key(|shape| shape.is_noise);
    Ok(shapes.into_iter().next().unwrap_or_default())
}

/// The feature, and a capsule about each of its edges that can reach the box.
fn around(outline: &Outline<'_>, [min_x, min_y, max_x, max_y]: [f64; 4], distance_m: f64) -> PolygonSet {
    let mut around = match outline {
        Outline::Polygons { polygons, feature } => polygons.take([*feature]),
        Outline::Lines { .. } => PolygonSet::default(),
    };
    for [from, to] in outline.edges() {
        let reaches = from[0].min(to[0]) - distance_m <= max_x
            && from[0].max(to[0]) + distance_m >= min_x
            && from[1].min(to[1]) - distance_m <= max_y
            && from[1].max(to[1]) + distance_m >= min_y;
        if reaches {
            around.push_feature([[capsule(from, to, distance_m).as_slice()]]);
        }
    }
    around
}

/// The edges of all rings of a feature.
pub(super) fn edges(polygons: Polygons<'_>, feature: usize) -> impl Iterator<Item = [Point; 2]> {
    polygons.feature(feature).flat_map(|polygon| {
        let rings: Vec<_> = polygon.rings().collect();
        rings.into_iter().flat_map(|ring| ring.array_windows().copied())
    })
}

/// All points nearer to an edge than `radius`: straight along it, round at its ends.
pub(super) fn capsule(from: Point, to: Point, radius: f64) -> Vec<Point> {
    let heading = (to[1] - from[1]).atan2(to[0] - from[0]);
    let step = PI / SIDES as f64;
    let corner = radius / (step / 2.0).cos();
    let mut ring = Vec::with_capacity(2 * SIDES + 5);
    for (centre, start) in [(to, heading - FRAC_PI_2), (from, heading + FRAC_PI_2)] {
        let at =
            |angle: f64, radius: f64| [centre[0] + radius * angle.cos(), centre[1] + radius * angle.sin()];
        ring.push(at(start, radius));
        ring.extend((0..SIDES).map(|side| at(start + step * (side as f64 + 0.5), corner)));
        ring.push(at(start + PI, radius));
    }
    let first = ring.first().copied();
    ring.extend(first);
    ring
}
