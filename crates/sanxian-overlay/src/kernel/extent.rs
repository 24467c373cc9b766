//! The box of a polygon that passes by, the only thing that is done to most of them.

use super::processor::Xy;
use crate::bounds::Bounds;
use crate::polygons::{Point, Polygons};

/// The box round a polygon; `None` when a coordinate is no number.
#[inline(always)]
pub(super) fn bounds(polygons: Polygons<'_>, polygon: usize) -> Option<Bounds> {
    let rings = polygons.ring_range(polygon);
    let (start, end) =
        (polygons.ring_offsets()[rings.start] as usize, polygons.ring_offsets()[rings.end] as usize);
    // Two of everything, so that no step waits for the one before it.
    let mut low = [Xy::both(f64::INFINITY); 2];
    let mut high = [Xy::both(f64::NEG_INFINITY); 2];
    // Zero for numbers, NaN for anything else, and NaN stays.
    let mut faults = [Xy::both(0.0); 2];
    let mut take = |lane: usize, point: &Point| {
        let point = Xy::new(point);
        low[lane] = low[lane].min(point);
        high[lane] = high[lane].max(point);
        faults[lane] = faults[lane].plus(point.less(point));
    };
    let (pairs, rest) = polygons.coords()[start..end].as_chunks::<2>();
    for [even, odd] in pairs {
        take(0, even);
        take(1, odd);
    }
    for point in rest {
        take(0, point);
    }
    let ([min_x, min_y], [max_x, max_y]) = (low[0].min(low[1]).point(), high[0].max(high[1]).point());
    let faults = faults[0].plus(faults[1]).point();
    (!faults.iter().any(|fault| fault.is_nan())).then_some(Bounds([min_x, min_y, max_x, max_y]))
}
