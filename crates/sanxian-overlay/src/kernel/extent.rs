//! The box of a polygon that passes by, the only thing that is done to most of them.

use crate::bounds::Bounds;
use crate::polygons::{Point, Polygons};

/// Points that are taken at once.
const LANES: usize = 4;

/// The box round a polygon; `None` when a coordinate is no number.
#[inline(always)]
pub(super) fn bounds(polygons: Polygons<'_>, polygon: usize) -> Option<Bounds> {
    let rings = polygons.ring_range(polygon);
    let (start, end) =
        (polygons.ring_offsets()[rings.start] as usize, polygons.ring_offsets()[rings.end] as usize);
    let points = &polygons.coords()[start..end];
    let mut low = [[f64::INFINITY; 2]; LANES];
    let mut high = [[f64::NEG_INFINITY; 2]; LANES];
    let mut faults = [[0.0_f64; 2]; LANES];
    let mut take = |lane: usize, point: &Point| {
        for axis in 0..2 {
            let value = point[axis];
            low[lane][axis] = if value < low[lane][axis] { value } else { low[lane][axis] };
            high[lane][axis] = if value > high[lane][axis] { value } else { high[lane][axis] };
            // Zero for a number, NaN for anything else, and NaN stays.
            faults[lane][axis] += value - value;
        }
    };
    let (runs, rest) = points.as_chunks::<LANES>();
    for run in runs {
        for (lane, point) in run.iter().enumerate() {
            take(lane, point);
        }
    }
    rest.iter().for_each(|point| take(0, point));
    let mut bounds = Bounds::EMPTY;
    bounds.grow(&low);
    bounds.grow(&high);
    (!faults.as_flattened().iter().any(|fault| fault.is_nan())).then_some(bounds)
}
