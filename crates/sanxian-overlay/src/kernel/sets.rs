//! Overlays of two whole sets that meet this once.

use super::stream::{AreaStream, PairAreas, Traced};
use crate::admission::OverlayOptions;
use crate::error::{OverlayError, Side};
use crate::measure::EdgeFunctional;
use crate::polygons::Polygons;
use crate::progress::Progress;

/// The areas that every subject and every control feature have in common.
///
/// The same rows as [`crate::intersection()`] gives, without the geometry and much faster. On the grid of 0.1 mm the planar area is exact but for its last digits, however
/// far the origin; coordinates off the grid are used as they are, and two features that only touch can
/// then have a row whose area is rounding (1e-15 m² was seen at coordinates of some metres) and which has no piece. `functionals` are summed round the same pieces: with the correction to the ellipsoid
/// among them, `area + functionals[0]` is the area on the ellipsoid. The set with fewer coordinates is indexed, the other one
/// passes by. Works in parallel on rayon's current pool; the result does not depend on the number of threads.
///
/// # Errors
/// [`OverlayError::InvalidPolygon`] when a polygon of a pair whose boxes meet is invalid and `options` do not ask for repair, or has NaN or infinite
/// coordinates; [`OverlayError::Cancelled`] after [`Progress::cancel`].
///
/// # Examples
/// ```
/// use sanxian_overlay::{OverlayOptions, PolygonSet, Progress, intersection_areas};
///
/// let mut plots = PolygonSet::default();
/// plots.push_feature([[[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]].as_slice()]]);
/// let mut farmland = PolygonSet::default();
/// farmland.push_feature([[[[8.0, -5.0], [20.0, -5.0], [20.0, 15.0], [8.0, 15.0]].as_slice()]]);
/// let areas = intersection_areas(plots.view(), farmland.view(), &[], OverlayOptions::default(), &Progress::default())?;
/// assert_eq!((areas.subject, areas.control, areas.area), (vec![0], vec![0], vec![20.0]));
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub fn intersection_areas(
    subjects: Polygons<'_>,
    control: Polygons<'_>,
    functionals: &[&(dyn EdgeFunctional + Sync)],
    options: OverlayOptions,
    progress: &Progress,
) -> Result<PairAreas, OverlayError> {
    let (resident, side, streamed) = sides(subjects, control);
    let stream = AreaStream::new(resident, side, functionals, options);
    stream.feed(streamed, 0, progress)?;
    Ok(stream.finish())
}

/// The same rows with the pieces themselves.
pub(crate) fn intersection_pieces(
    subjects: Polygons<'_>,
    control: Polygons<'_>,
    options: OverlayOptions,
    progress: &Progress,
) -> Result<Traced, OverlayError> {
    let (resident, side, streamed) = sides(subjects, control);
    let stream = AreaStream::new(resident, side, &[], options).tracing();
    stream.feed(streamed, 0, progress)?;
    Ok(stream.finish_traced())
}

/// The set with fewer coordinates, its side, and the other set.
fn sides<'a>(subjects: Polygons<'a>, control: Polygons<'a>) -> (Polygons<'a>, Side, Polygons<'a>) {
    if subjects.coords().len() <= control.coords().len() {
        (subjects, Side::Subject, control)
    } else {
        (control, Side::Control, subjects)
    }
}
