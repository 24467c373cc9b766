//! What every operation does before it computes: find the pairs that may meet, and see that their polygons are valid.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::edge::{EdgeIndex, FeatureEdges};
use crate::error::{OverlayError, Side};
use crate::index::IndexedPolygons;
use crate::intersection::Pieces;
use crate::polygons::{PolygonSet, Polygons};
use crate::progress::Progress;
use crate::repair::{Repair, RepairMethod, repaired_feature};
use crate::validity::{feature_faults, is_valid};

/// What to do with an invalid polygon that takes part in a candidate pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnInvalid {
    /// Refuse with [`OverlayError::InvalidPolygon`], which names the place of every fault.
    #[default]
    Raise,
    /// Compute with the repaired polygon (see [`crate::repair()`]) and list the repair.
    Repair,
    /// Do not look, because the caller knows that all polygons are valid: results are wrong where they are not. Coordinates that are not finite
    /// numbers are refused all the same.
    Trust,
}

/// How to overlay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverlayOptions {
    /// What to do with invalid polygons.
    pub on_invalid: OnInvalid,
}

/// Which subjects have to be valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TakesPart {
    /// Those that come near a control feature; the others cannot change the result.
    WithCandidates,
    /// All, because what is left of each is part of the result.
    Always,
}

/// Subjects, their candidates and the replacements for what had to be repaired.
pub(crate) struct Admission<'a> {
    subjects: Polygons<'a>,
    control: &'a IndexedPolygons,
    candidates: Vec<Vec<u32>>,
    /// Control features that are near a subject, ascending, and their edges: a few of a layer's.
    near: Vec<u32>,
    near_edges: EdgeIndex,
    replaced: HashMap<(Side, usize), OneFeature>,
    pub(crate) repairs: Vec<Repair>,
}

/// A feature on its own, with its edges indexed.
struct OneFeature {
    set: PolygonSet,
    edges: EdgeIndex,
}

impl OneFeature {
    fn new(set: PolygonSet) -> Self {
        let edges = EdgeIndex::new(set.view(), 0..1);
        Self { set, edges }
    }
}

impl<'a> Admission<'a> {
    /// Finds the candidates of every subject and checks all polygons that take part, each once.
    ///
    /// # Errors
    /// [`OverlayError::InvalidPolygon`] for the first invalid subject, else the first invalid control feature, when
    /// `options` say so or the polygon cannot be repaired; [`OverlayError::Cancelled`].
    pub(crate) fn new(
        subjects: Polygons<'a>,
        control: &'a IndexedPolygons,
        takes_part: TakesPart,
        options: OverlayOptions,
        progress: &Progress,
    ) -> Result<Self, OverlayError> {
        progress.announce(subjects.len() as u64);
        let candidates: Vec<Vec<u32>> = (0..subjects.len())
            .into_par_iter()
            .map(|subject| {
                progress.check()?;
                Ok(subjects.bounds(subject).map_or_else(Vec::new, |bounds| control.candidates(bounds)))
            })
            .collect::<Result<_, OverlayError>>()?;
        let mut admission = Self::of_candidates(subjects, control, candidates, &[]);
        // A subject whose coordinates are not numbers lies nowhere; that it meets nothing must not hide it.
        let has_place = |subject| is_finite(subjects, subject);
        let partners: Vec<usize> = (0..subjects.len())
            .filter(|&subject| {
                takes_part == TakesPart::Always
                    || !admission.candidates[subject].is_empty()
                    || !has_place(subject)
            })
            .collect();
        admission.admit(Side::Subject, &partners, options, progress)?;
        let partners: Vec<usize> = admission.near.iter().map(|&feature| feature as usize).collect();
        admission.admit(Side::Control, &partners, options, progress)?;
        Ok(admission)
    }

    /// The same behind an intersection: its rows are the candidates, and what it has found valid is not looked at again. All subjects take part;
    /// `neighbours` are pairs whose edges will be asked for, too.
    ///
    /// # Errors
    /// As [`Admission::new`], for subjects that the intersection has passed over.
    pub(crate) fn behind(
        pieces: &Pieces,
        neighbours: &[(u32, u32)],
        subjects: Polygons<'a>,
        control: &'a IndexedPolygons,
        options: OverlayOptions,
        progress: &Progress,
    ) -> Result<Self, OverlayError> {
        progress.announce(subjects.len() as u64);
        let mut candidates = vec![Vec::new(); subjects.len()];
        for (&subject, &feature) in pieces.subject.iter().zip(&pieces.control) {
            candidates[subject as usize].push(feature);
        }
        let mut admission = Self::of_candidates(subjects, control, candidates, neighbours);
        let repaired = |side: Side| pieces.repairs.iter().filter(move |repair| repair.side == side);
        let repaired_subjects: HashSet<usize> =
            repaired(Side::Subject).map(|repair| repair.feature).collect();
        let partners: Vec<usize> = (0..subjects.len())
            .filter(|subject| {
                admission.candidates[*subject].is_empty() || repaired_subjects.contains(subject)
            })
            .collect();
        admission.admit(Side::Subject, &partners, options, progress)?;
        let partners: Vec<usize> = repaired(Side::Control).map(|repair| repair.feature).collect();
        admission.admit(Side::Control, &partners, options, progress)?;
        Ok(admission)
    }

    fn of_candidates(
        subjects: Polygons<'a>,
        control: &'a IndexedPolygons,
        candidates: Vec<Vec<u32>>,
        neighbours: &[(u32, u32)],
    ) -> Self {
        let neighbours = neighbours.iter().map(|(_, feature)| feature);
        let mut near: Vec<u32> = candidates.iter().flatten().chain(neighbours).copied().collect();
        near.sort_unstable();
        near.dedup();
        let near_edges = EdgeIndex::of_some(control.polygons(), &near);
        Self {
            subjects,
            control,
            candidates,
            near,
            near_edges,
            replaced: HashMap::new(),
            repairs: Vec::new(),
        }
    }

    fn admit(
        &mut self,
        side: Side,
        features: &[usize],
        options: OverlayOptions,
        progress: &Progress,
    ) -> Result<(), OverlayError> {
        let polygons = match side {
            Side::Subject => self.subjects,
            Side::Control => self.control.polygons(),
        };
        let control = self.control;
        let is_sound = |feature: usize| match side {
            _ if options.on_invalid == OnInvalid::Trust => is_finite(polygons, feature),
            Side::Subject => is_valid(polygons, feature),
            Side::Control => control.is_valid(feature, || is_valid(polygons, feature)),
        };
        let invalid: Vec<usize> = features
            .par_iter()
            .map(|&feature| {
                progress.check()?;
                Ok((!is_sound(feature)).then_some(feature))
            })
            .collect::<Result<Vec<_>, OverlayError>>()?
            .into_iter()
            .flatten()
            .collect();
        if let (OnInvalid::Raise | OnInvalid::Trust, Some(&feature)) = (options.on_invalid, invalid.first()) {
            return Err(invalid_polygon(side, polygons, feature));
        }
        let repaired: Vec<_> = invalid
            .par_iter()
            .map(|&feature| (feature, repaired_feature(polygons, feature, side, RepairMethod::default())))
            .collect();
        for (feature, outcome) in repaired {
            let Ok(outcome) = outcome else { return Err(invalid_polygon(side, polygons, feature)) };
            if let Some((list, repair)) = outcome {
                let mut set = PolygonSet::default();
                list.push_to(&mut set);
                self.replaced.insert((side, feature), OneFeature::new(set));
                self.repairs.push(repair);
            }
        }
        Ok(())
    }

    pub(crate) fn is_repaired(&self, subject: usize) -> bool {
        self.replaced.contains_key(&(Side::Subject, subject))
    }

    pub(crate) fn candidates(&self, subject: usize) -> &[u32] {
        &self.candidates[subject]
    }

    /// Calls `compute` for every subject in parallel, with its edges; the results come in the order of the subjects.
    pub(crate) fn for_each_subject<R: Send>(
        &self,
        progress: &Progress,
        compute: impl Fn(usize, FeatureEdges<'_>) -> R + Sync,
    ) -> Result<Vec<R>, OverlayError> {
        (0..self.subjects.len())
            .into_par_iter()
            .map(|subject| {
                progress.check()?;
                let result = if let Some(replaced) = self.replaced.get(&(Side::Subject, subject)) {
                    compute(subject, replaced.edges.feature(replaced.set.view(), 0))
                } else {
                    let index = EdgeIndex::new(self.subjects, subject..subject + 1);
                    compute(subject, index.feature(self.subjects, subject))
                };
                progress.advance(1)?;
                Ok(result)
            })
            .collect()
    }

    /// The edges of a control feature that is near a subject, repaired if it had to be.
    pub(crate) fn control_edges(&self, feature: u32) -> FeatureEdges<'_> {
        if let Some(replaced) = self.replaced.get(&(Side::Control, feature as usize)) {
            return replaced.edges.feature(replaced.set.view(), 0);
        }
        let position = self.near.partition_point(|&near| near < feature);
        self.near_edges.nth(self.control.polygons(), position)
    }
}

/// True when all coordinates of a feature are numbers.
pub(crate) fn is_finite(polygons: Polygons<'_>, feature: usize) -> bool {
    let mut points = polygons.feature(feature).flat_map(|polygon| polygon.rings()).flatten();
    points.all(|point| point[0].is_finite() && point[1].is_finite())
}

/// The error that names the first fault of a feature and holds all of them.
pub(crate) fn invalid_polygon(side: Side, polygons: Polygons<'_>, feature: usize) -> OverlayError {
    let faults = feature_faults(polygons, feature);
    match faults.iter().find(|fault| fault.kind.is_error()).cloned() {
        Some(first) => OverlayError::InvalidPolygon {
            side,
            feature,
            ring: first.ring,
            vertex: first.vertex,
            point: first.point,
            kind: first.kind,
            faults,
        },
        // Only an invalid feature gets here; a caller that errs must still not be told that all is well.
        None => OverlayError::InvalidPolygon {
            side,
            feature,
            ring: None,
            vertex: None,
            point: None,
            kind: crate::fault::FaultKind::NotFinite,
            faults,
        },
    }
}

#[cfg(test)]
#[path = "admission_tests.rs"]
mod tests;
