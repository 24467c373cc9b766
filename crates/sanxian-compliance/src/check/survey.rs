use sanxian_io::Layer;
use sanxian_overlay::{IndexedPolygons, intersection};

use super::finding::{Findings, source_name};
use super::layer_overlay::Overlayer;
use super::measure::Measure;
use crate::error::ComplianceError;

/// The land survey laid over the plots, once for every table that is made of it.
pub(super) struct SurveyPieces<'a> {
    pub(super) layer: &'a Layer,
    pub(super) indexed: &'a IndexedPolygons,
    /// What findings call it.
    pub(super) source: String,
    /// Ordered by plot and patch.
    pub(super) pieces: Vec<SurveyPiece>,
}

/// Part of a plot inside one patch.
#[derive(Clone, Copy, Debug)]
pub(super) struct SurveyPiece {
    pub(super) plot: usize,
    pub(super) patch: usize,
    pub(super) measure: Measure,
}

impl<'a> SurveyPieces<'a> {
    pub(super) fn new(
        overlayer: &Overlayer<'_>,
        layer: &'a Layer,
        indexed: &'a IndexedPolygons,
        findings: &mut Findings,
    ) -> Result<Self, ComplianceError> {
        findings.carry(layer);
        let plots = overlayer.plots.polygons.view();
        let pieces = intersection(plots, indexed, &overlayer.options, overlayer.progress);
        let pieces = Overlayer::named(&layer.name, pieces)?;
        let measures = overlayer.meter.features(&layer.name, pieces.polygons.view())?;
        let pairs = pieces.subject.iter().zip(&pieces.control).zip(measures);
        let pieces = pairs.map(|((&plot, &patch), measure)| SurveyPiece {
            plot: plot as usize,
            patch: patch as usize,
            measure,
        });
        Ok(Self { layer, indexed, source: source_name(layer), pieces: pieces.collect() })
    }

    /// Plots of which some part lies in no patch, ascending: nobody knows what is there.
    pub(super) fn uncovered(&self, overlayer: &Overlayer<'_>) -> Vec<usize> {
        let plots = &overlayer.plots.plots;
        let mut covered = vec![Measure::default(); plots.len()];
        for piece in &self.pieces {
            if let Some(covered) = covered.get_mut(piece.plot) {
                *covered += piece.measure;
            }
        }
        let is_open = |(plot, covered): (&super::plots::Plot, &Measure)| {
            let allowed = overlayer.meter.closure_m2(plot.measure.perimeter_m + covered.perimeter_m);
            plot.measure.planar_m2 - covered.planar_m2 > allowed
        };
        let open = plots.iter().zip(&covered).map(is_open).enumerate();
        open.filter(|(_, is_open)| *is_open).map(|(plot, _)| plot).collect()
    }
}
