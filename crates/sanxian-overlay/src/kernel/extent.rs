//! The box of a polygon that passes by, the only thing that is done to most of them.

use crate::bounds::Bounds;
use crate::polygons::Polygons;

/// Numbers that are taken at once: four points.
const LANES: usize = 8;

/// The box round a polygon; `None` when a coordinate is no number.
#[inline(always)]
pub(super) fn bounds(polygons: Polygons<'_>, polygon: usize) -> Option<Bounds> {
    let rings = polygons.ring_range(polygon);
    let (start, end) =
        (polygons.ring_offsets()[rings.start] as usize, polygons.ring_offsets()[rings.end] as usize);
    let points = &polygons.coords()[start..end];
    let mut low = [f64::INFINITY; LANES];
    let mut high = [f64::NEG_INFINITY; LANES];
    // Zero for numbers, NaN for anything else, and NaN stays.
    let mut faults = [0.0; LANES];
    let (runs, rest) = points.as_flattened().as_chunks::<LANES>();
    for run in runs {
        for lane in 0..LANES {
            let value = run[lane];
            low[lane] = if value < low[lane] { value } else { low[lane] };
            high[lane] = if value > high[lane] { value } else { high[lane] };
            faults[lane] += value - value;
        }
    }
    let mut bounds = Bounds::EMPTY;
    for point in rest.as_chunks::<2>().0 {
        bounds.take(*point);
        faults[0] += (point[0] - point[0]) + (point[1] - point[1]);
    }
    low.as_chunks::<2>().0.iter().for_each(|point| bounds.take(*point));
    high.as_chunks::<2>().0.iter().for_each(|point| bounds.take(*point));
    (!faults.iter().any(|fault| fault.is_nan())).then_some(bounds)
}
