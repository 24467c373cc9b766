//! Overlays against a layer that is kept: few subjects look at few of its features.

use super::sets::{intersection_areas, intersection_pieces};
use super::stream::{AreaStream, PairAreas, Traced};
use super::tasks;
use crate::admission::{OverlayOptions, is_finite};
use crate::bounds::Bounds;
use crate::error::{OverlayError, Side};
use crate::index::IndexedPolygons;
use crate::measure::EdgeFunctional;
use crate::polygons::Polygons;
use crate::progress::Progress;

/// A layer is looked up in for at most one subject in so many of its features.
const FEW: usize = 64;

impl IndexedPolygons {
    /// Whether looking so many subjects up in an index of so many features pays. With more subjects nearly all of the layer is met, and passes
    /// by faster than it is looked up.
    #[must_use]
    pub fn pays_for(subjects: usize, features: usize) -> bool {
        subjects.saturating_mul(FEW) <= features
    }

    /// [`intersection_areas()`] against a layer that is asked again and again: the work grows with what the subjects meet, not with the layer,
    /// and a feature that was found valid once is not checked again.
    ///
    /// # Errors
    /// As [`intersection_areas()`].
    ///
    /// # Examples
    /// ```
    /// use sanxian_overlay::{IndexedPolygons, OverlayOptions, PolygonSet, Progress};
    ///
    /// let mut parcels = PolygonSet::default();
    /// for easting in 0..1000 {
    ///     let x = 10.0 * f64::from(easting);
    ///     parcels.push_feature([[[[x, 0.0], [x + 10.0, 0.0], [x + 10.0, 50.0], [x, 50.0]].as_slice()]]);
    /// }
    /// let parcels = IndexedPolygons::new(parcels);
    /// let mut plot = PolygonSet::default();
    /// plot.push_feature([[[[25.0, 0.0], [45.0, 0.0], [45.0, 10.0], [25.0, 10.0]].as_slice()]]);
    /// let areas = parcels.intersection_areas(plot.view(), &[], OverlayOptions::default(), &Progress::default())?;
    /// assert_eq!((areas.control, areas.area), (vec![2, 3, 4], vec![50.0, 100.0, 50.0]));
    /// # Ok::<(), sanxian_overlay::OverlayError>(())
    /// ```
    pub fn intersection_areas(
        &self,
        subjects: Polygons<'_>,
        functionals: &[&(dyn EdgeFunctional + Sync)],
        options: OverlayOptions,
        progress: &Progress,
    ) -> Result<PairAreas, OverlayError> {
        match self.met_by(subjects) {
            Some(met) => {
                let stream = AreaStream::new(subjects, Side::Subject, functionals, options);
                Ok(self.pass_by(stream, &met, progress)?.finish())
            }
            None => intersection_areas(subjects, self.polygons(), functionals, options, progress),
        }
    }

    /// The same with the pieces themselves.
    pub(crate) fn intersection_pieces(
        &self,
        subjects: Polygons<'_>,
        options: OverlayOptions,
        progress: &Progress,
    ) -> Result<Traced, OverlayError> {
        match self.met_by(subjects) {
            Some(met) => {
                let stream = AreaStream::new(subjects, Side::Subject, &[], options).tracing();
                Ok(self.pass_by(stream, &met, progress)?.finish_traced())
            }
            None => intersection_pieces(subjects, self.polygons(), options, progress),
        }
    }

    /// The features that subjects may meet, ascending; `None` when it does not pay to ask for them.
    fn met_by(&self, subjects: Polygons<'_>) -> Option<Vec<u32>> {
        let are_few = Self::pays_for(subjects.len(), self.polygons().len());
        // A subject with a coordinate that is no number lies nowhere; that it meets nothing must not hide it.
        if !are_few || !(0..subjects.len()).all(|subject| is_finite(subjects, subject)) {
            return None;
        }
        let mut met = Vec::new();
        for polygon in (0..subjects.len()).flat_map(|feature| subjects.polygon_range(feature)) {
            let mut bounds = Bounds::EMPTY;
            for ring in subjects.ring_range(polygon) {
                bounds.grow(subjects.ring(ring));
            }
            met.extend(self.candidates(bounds.0));
        }
        met.sort_unstable();
        met.dedup();
        Some(met)
    }

    /// Feeds some features to a stream.
    fn pass_by<'a>(
        &'a self,
        stream: AreaStream<'a>,
        features: &[u32],
        progress: &Progress,
    ) -> Result<AreaStream<'a>, OverlayError> {
        let stream = stream.remembering(self);
        stream.run(self.polygons(), tasks::some(self.polygons(), features), 0, progress)?;
        Ok(stream)
    }
}
