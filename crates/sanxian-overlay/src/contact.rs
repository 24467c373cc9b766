//! Pairs that touch without sharing area.

use std::ops::ControlFlow;

use crate::admission::{Admission, OverlayOptions, TakesPart};
use crate::edge::FeatureEdges;
use crate::error::OverlayError;
use crate::index::IndexedPolygons;
use crate::pair;
use crate::polygons::Polygons;
use crate::predicate::{Meeting, meeting};
use crate::progress::Progress;
use crate::repair::Repair;

/// A subject and a control feature that touch but share no area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// Feature of the subjects.
    pub subject: u32,
    /// Feature of the control layer.
    pub control: u32,
    /// Length of the boundary they share, in the units of the coordinates; 0 when they touch in points only.
    pub length: f64,
}

/// What touches without sharing area.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contacts {
    /// A row a pair, ordered by subject and control feature.
    pub pairs: Vec<Contact>,
    /// Features that were repaired before they took part, subjects first.
    pub repairs: Vec<Repair>,
}

/// All pairs that touch along an edge or in a point and share no area.
///
/// A shared boundary is where edges lie exactly on one line and overlap, and a point contact where a vertex lies exactly on an edge or a
/// vertex: decided exactly, without a tolerance. Boundaries that run a hair's breadth apart are no contact, and such
/// that cross by a hair share area: [`crate::intersection()`] gives that piece, whose mean width shows what it is.
/// Who wants pieces and remainders as well asks [`crate::identity()`].
///
/// # Errors
/// As [`crate::intersection()`].
///
/// # Examples
/// ```
/// use sanxian_overlay::{Contact, IndexedPolygons, OverlayOptions, PolygonSet, Progress, contacts};
///
/// let mut plots = PolygonSet::default();
/// plots.push_feature([[[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]].as_slice()]]);
/// let mut redline = PolygonSet::default();
/// redline.push_feature([[[[10.0, 4.0], [30.0, 4.0], [30.0, 44.0], [10.0, 44.0]].as_slice()]]);
/// let redline = IndexedPolygons::new(redline);
/// let found = contacts(plots.view(), &redline, &OverlayOptions::default(), &Progress::default())?;
/// assert_eq!(found.pairs, [Contact { subject: 0, control: 0, length: 6.0 }]);
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub fn contacts(
    subjects: Polygons<'_>,
    control: &IndexedPolygons,
    options: &OverlayOptions,
    progress: &Progress,
) -> Result<Contacts, OverlayError> {
    let admission = Admission::new(subjects, control, TakesPart::WithCandidates, *options, progress)?;
    let found = admission.for_each_subject(progress, |subject, edges| {
        let mut found = Vec::new();
        for &candidate in admission.candidates(subject) {
            if progress.check().is_err() {
                break;
            }
            if let Some(length) = contact_length(&edges, &admission.control_edges(candidate)) {
                found.push(Contact { subject: subject as u32, control: candidate, length });
            }
        }
        found
    })?;
    Ok(Contacts { pairs: found.into_iter().flatten().collect(), repairs: admission.repairs })
}

/// Length of the boundary along which two features touch; `None` when they share area or have no point in common.
pub(crate) fn contact_length(subject: &FeatureEdges<'_>, control: &FeatureEdges<'_>) -> Option<f64> {
    shared_length(subject, control).filter(|_| pair::intersection(subject, control).is_empty())
}

/// Length of the boundary that two features share; `None` when their boundaries cross or have no point in common.
fn shared_length(subject: &FeatureEdges<'_>, control: &FeatureEdges<'_>) -> Option<f64> {
    let mut length: Option<f64> = None;
    let crossed = subject.join_until(control, |a, b| {
        match meeting(a.ends, b.ends) {
            Meeting::Apart => {}
            Meeting::Cross(_) => return ControlFlow::Break(()),
            Meeting::Touch(_) => length = Some(length.unwrap_or(0.0)),
            Meeting::Overlap(low, high) => {
                length = Some(length.unwrap_or(0.0) + (high[0] - low[0]).hypot(high[1] - low[1]));
            }
        }
        ControlFlow::Continue(())
    });
    length.filter(|_| crossed.is_continue())
}

#[cfg(test)]
#[path = "contact_tests.rs"]
mod tests;
