//! What is left of subjects outside the control layer.

use crate::admission::{Admission, OverlayOptions, TakesPart};
use crate::edge::FeatureEdges;
use crate::error::OverlayError;
use crate::index::IndexedPolygons;
use crate::pair;
use crate::polygons::{PolygonSet, Polygons};
use crate::progress::Progress;
use crate::repair::Repair;
use crate::ring_list::PolygonList;

/// What is left of subjects outside a control layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// One feature a subject: empty where nothing is left, null where the subject is.
    pub polygons: PolygonSet,
    /// Features that were repaired before they took part, subjects first.
    pub repairs: Vec<Repair>,
}

/// What of every subject lies outside all control features.
///
/// Control features may overlap or share edges: what any of them covers is taken away once. A subject that meets none of
/// them comes back bit by bit. Who wants the pieces inside as well asks [`crate::identity()`].
///
/// # Errors
/// As [`crate::intersection()`], but every subject has to be valid, for what is left of it is part of the result.
///
/// # Examples
/// ```
/// use sanxian_overlay::{IndexedPolygons, OverlayOptions, PolygonSet, Progress, difference, planar_area};
///
/// let mut plots = PolygonSet::default();
/// plots.push_feature([[[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]].as_slice()]]);
/// let mut zone = PolygonSet::default();
/// zone.push_feature([[[[-5.0, -5.0], [9.8, -5.0], [9.8, 15.0], [-5.0, 15.0]].as_slice()]]);
/// let zone = IndexedPolygons::new(zone);
/// let outside = difference(plots.view(), &zone, &OverlayOptions::default(), &Progress::default())?;
/// assert!((planar_area(outside.polygons.view().feature(0)) - 2.0).abs() < 1e-9);
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub fn difference(
    subjects: Polygons<'_>,
    control: &IndexedPolygons,
    options: &OverlayOptions,
    progress: &Progress,
) -> Result<Difference, OverlayError> {
    let admission = Admission::new(subjects, control, TakesPart::Always, *options, progress)?;
    let polygons = remainders(subjects, &admission, progress)?;
    Ok(Difference { polygons, repairs: admission.repairs })
}

/// What is left of every subject when its candidates have been taken away.
fn remainders(
    subjects: Polygons<'_>,
    admission: &Admission<'_>,
    progress: &Progress,
) -> Result<PolygonSet, OverlayError> {
    let lists =
        admission.for_each_subject(progress, |subject, edges| remainder(admission, subject, &edges))?;
    Ok(collected(subjects, lists))
}

/// What is left of one subject when its candidates have been taken away; `None` when it is left as it was.
pub(crate) fn remainder(
    admission: &Admission<'_>,
    subject: usize,
    edges: &FeatureEdges<'_>,
) -> Option<PolygonList> {
    let candidates = admission.candidates(subject);
    (!candidates.is_empty() || admission.is_repaired(subject)).then(|| {
        pair::difference(edges, candidates.iter().map(|&candidate| admission.control_edges(candidate)))
    })
}

/// The remainders of all subjects as a set.
pub(crate) fn collected(
    subjects: Polygons<'_>,
    remainders: impl IntoIterator<Item = Option<PolygonList>>,
) -> PolygonSet {
    let mut set = PolygonSet::default();
    for (subject, remainder) in remainders.into_iter().enumerate() {
        match remainder {
            Some(list) => list.push_to(&mut set),
            None => set.extend_with(subjects, subject..subject + 1),
        }
    }
    set
}
