//! Pieces, remainder and contacts of subjects in one pass.

use crate::admission::{Admission, OverlayOptions};
use crate::contact::{Contact, contact_length};
use crate::difference::{collected, remainder};
use crate::error::{OverlayError, Side};
use crate::index::IndexedPolygons;
use crate::intersection::Pieces;
use crate::kernel::Traced;
use crate::polygons::{PolygonSet, Polygons};
use crate::progress::Progress;

/// Subjects cut along a control layer: what lies inside each feature, what lies outside all of them, and which features they only touch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// What lies inside, a row a pair; its list of repairs is that of the whole.
    pub pieces: Pieces,
    /// What lies outside, one feature a subject: empty where nothing is left, null where the subject is.
    pub remainders: PolygonSet,
    /// Pairs that touch and have no piece, ordered by subject and control feature.
    pub contacts: Vec<Contact>,
}

/// The piece of every subject inside every control feature, what of it lies outside the whole layer, and what it touches.
///
/// Pieces and remainder of a subject make up the subject: their areas sum to its area, to rounding. Where control features overlap, pieces overlap
/// too and their union stands in for their sum. The layer is gone through and polygons are checked once for all three, so this costs less than
/// [`crate::intersection()`], [`crate::difference()`] and [`crate::contacts()`] one after the other: only features that share area with a
/// subject are taken away from it, and only the others that come near it can touch it.
///
/// # Errors
/// As [`crate::difference()`].
///
/// # Examples
/// ```
/// use sanxian_overlay::{IndexedPolygons, OverlayOptions, PolygonSet, Progress, identity, planar_area};
///
/// let mut plots = PolygonSet::default();
/// plots.push_feature([[[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]].as_slice()]]);
/// let mut farmland = PolygonSet::default();
/// farmland.push_feature([[[[8.0, -5.0], [20.0, -5.0], [20.0, 15.0], [8.0, 15.0]].as_slice()]]);
/// let farmland = IndexedPolygons::new(farmland);
/// let cut = identity(plots.view(), &farmland, &OverlayOptions::default(), &Progress::default())?;
/// assert_eq!(planar_area(cut.pieces.polygons.view().feature(0)), 20.0);
/// assert_eq!(planar_area(cut.remainders.view().feature(0)), 80.0);
/// assert!(cut.contacts.is_empty());
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub fn identity(
    subjects: Polygons<'_>,
    control: &IndexedPolygons,
    options: &OverlayOptions,
    progress: &Progress,
) -> Result<Identity, OverlayError> {
    let Traced { areas, pieces, neighbours } = control.intersection_pieces(subjects, *options, progress)?;
    let mut pieces = Pieces::new(areas, pieces);
    let admission = Admission::behind(&pieces, &neighbours, subjects, control, *options, progress)?;
    let found = admission.for_each_subject(progress, |subject, edges| {
        let contacts = of_subject(&neighbours, subject).iter().filter_map(|&(subject, control)| {
            let length = contact_length(&edges, &admission.control_edges(control))?;
            Some(Contact { subject, control, length })
        });
        (contacts.collect::<Vec<_>>(), remainder(&admission, subject, &edges))
    })?;
    let (contacts, remainders): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let contacts = contacts.into_iter().flatten().collect();
    let remainders = collected(subjects, remainders);
    // What both have repaired is one repair.
    pieces.repairs.extend(admission.repairs);
    pieces.repairs.sort_by_key(|repair| (repair.side == Side::Control, repair.feature));
    pieces.repairs.dedup();
    let cut = Identity { pieces, remainders, contacts };
    #[cfg(any(test, debug_assertions))]
    balance::check(subjects, &cut);
    Ok(cut)
}

/// The pairs of one subject, out of pairs in order.
fn of_subject(pairs: &[(u32, u32)], subject: usize) -> &[(u32, u32)] {
    let start = pairs.partition_point(|pair| (pair.0 as usize) < subject);
    let end = pairs.partition_point(|pair| pair.0 as usize <= subject);
    &pairs[start..end]
}

/// Whether pieces and remainders make up their subjects: checked wherever that is not too dear.
#[cfg(any(test, debug_assertions))]
mod balance {
    use super::{Identity, PolygonSet, Polygons, Progress, Side};
    use crate::admission::{OnInvalid, OverlayOptions};
    use crate::measure::{perimeter, planar_area};
    use crate::union::union;

    /// Areas that are computed from parts and from the whole may differ by this share.
    const RELATIVE: f64 = 1e-9;

    pub(super) fn check(subjects: Polygons<'_>, cut: &Identity) {
        let repairs = &cut.pieces.repairs;
        for subject in 0..subjects.len() {
            let repair =
                repairs.iter().find(|repair| repair.side == Side::Subject && repair.feature == subject);
            let whole =
                repair.map_or_else(|| planar_area(subjects.feature(subject)), |repair| repair.area_after);
            let left = planar_area(cut.remainders.view().feature(subject));
            let rows =
                (0..cut.pieces.subject.len()).filter(|&row| cut.pieces.subject[row] as usize == subject);
            let inside = cut.pieces.polygons.view().take(rows);
            let view = inside.view();
            let sum: f64 = (0..view.len()).map(|row| planar_area(view.feature(row))).sum();
            // New vertices stand off their true place by the spacing of `f64`.
            let bounds = subjects.bounds(subject).unwrap_or_default();
            let spacing = f64::EPSILON * bounds.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
            let slack = RELATIVE * whole + 8.0 * spacing * perimeter(subjects.feature(subject));
            let covered = if sum + left - whole > slack { united(&inside) } else { sum };
            assert!(
                (covered + left - whole).abs() <= slack,
                "subject {subject}: {covered} inside and {left} outside do not make {whole}"
            );
        }
    }

    /// What pieces cover, overlaps counted once.
    fn united(pieces: &PolygonSet) -> f64 {
        let options = OverlayOptions { on_invalid: OnInvalid::Trust };
        let united = union(pieces.view(), &options, &Progress::default()).unwrap_or_default();
        planar_area(united.polygons.view().feature(0))
    }
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
