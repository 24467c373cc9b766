//! Where the kernel is entered, once for every kind of processor.

use super::crossing::{Crossings, Pair};
use super::outline::Outlines;
use crate::bounds::Bounds;
use crate::polygons::{Point, Polygons};

/// [`Outlines::push`].
pub(crate) fn push(outlines: &mut Outlines, polygons: Polygons<'_>, feature: usize, origin: Point) {
    outlines.push(polygons, feature, origin);
}

/// [`Crossings::find`].
pub(crate) fn find(crossings: &mut Crossings, pair: &Pair<'_>) {
    crossings.find(pair);
}

/// The box round the exterior of a polygon; `None` when a coordinate of the polygon is no number.
pub(crate) fn bounds(polygons: Polygons<'_>, polygon: usize) -> Option<Bounds> {
    super::extent::bounds(polygons, polygon)
}
