//! The pieces of subjects inside control features.

use crate::admission::OverlayOptions;
use crate::error::OverlayError;
use crate::index::IndexedPolygons;
use crate::kernel::{PairAreas, intersection_pieces};
use crate::polygons::{PolygonSet, Polygons};
use crate::progress::Progress;
use crate::repair::Repair;

/// What subjects and control features have in common, a row a pair, ordered by subject and control feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pieces {
    /// Subject of each row.
    pub subject: Vec<u32>,
    /// Control feature of each row.
    pub control: Vec<u32>,
    /// Geometry of each row: valid polygons of positive area, exteriors counter-clockwise.
    pub polygons: PolygonSet,
    /// Features that were repaired before they took part, subjects first.
    pub repairs: Vec<Repair>,
}

impl Pieces {
    pub(crate) fn new(areas: PairAreas, polygons: PolygonSet) -> Self {
        Self { subject: areas.subject, control: areas.control, polygons, repairs: areas.repairs }
    }
}

/// The piece of every subject inside every control feature.
///
/// Pairs without common area (apart, or only touching: see [`crate::contacts()`]) have no row. Every control feature counts for itself:
/// where control features overlap, so do the pieces. A subject that lies inside a control feature comes back bit by bit,
/// and vertices of the input keep their coordinates wherever they survive. New vertices are rounded to the spacing of
/// `f64` at the coordinates of the pair. Works in parallel on rayon's current pool; the result does not depend on the number of threads.
///
/// # Errors
/// [`OverlayError::InvalidPolygon`] when a polygon of a candidate pair is invalid and `options` do not ask for repair,
/// or it has NaN or infinite coordinates; [`OverlayError::Cancelled`] after [`Progress::cancel`].
///
/// # Examples
/// ```
/// use sanxian_overlay::{IndexedPolygons, OverlayOptions, PolygonSet, Progress, intersection, planar_area};
///
/// let mut plots = PolygonSet::default();
/// plots.push_feature([[[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]].as_slice()]]);
/// let mut farmland = PolygonSet::default();
/// farmland.push_feature([[[[8.0, -5.0], [20.0, -5.0], [20.0, 15.0], [8.0, 15.0]].as_slice()]]);
/// let farmland = IndexedPolygons::new(farmland);
/// let pieces = intersection(plots.view(), &farmland, &OverlayOptions::default(), &Progress::default())?;
/// assert_eq!((pieces.subject[0], pieces.control[0]), (0, 0));
/// assert_eq!(planar_area(pieces.polygons.view().feature(0)), 20.0);
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub fn intersection(
    subjects: Polygons<'_>,
    control: &IndexedPolygons,
    options: &OverlayOptions,
    progress: &Progress,
) -> Result<Pieces, OverlayError> {
    let traced = control.intersection_pieces(subjects, *options, progress)?;
    Ok(Pieces::new(traced.areas, traced.pieces))
}

/// [`intersection()`] with a layer that is overlaid this once: no index of it is made, which of a county's land survey would take
/// longer than the overlay itself.
///
/// # Errors
/// As [`intersection()`].
///
/// # Examples
/// ```
/// use sanxian_overlay::{OverlayOptions, PolygonSet, Progress, intersection_once};
///
/// let mut plots = PolygonSet::default();
/// plots.push_feature([[[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]].as_slice()]]);
/// let pieces = intersection_once(plots.view(), plots.view(), &OverlayOptions::default(), &Progress::default())?;
/// assert_eq!(pieces.polygons, plots);
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub fn intersection_once(
    subjects: Polygons<'_>,
    control: Polygons<'_>,
    options: &OverlayOptions,
    progress: &Progress,
) -> Result<Pieces, OverlayError> {
    let traced = intersection_pieces(subjects, control, *options, progress)?;
    Ok(Pieces::new(traced.areas, traced.pieces))
}
