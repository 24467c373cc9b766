use arrow_array::UInt32Array;
use arrow_select::take::take_record_batch;
use sanxian_io::Layer;
use sanxian_overlay::intersection_once;

use super::finding::{Findings, source_name};
use super::layer_overlay::Overlayer;
use super::measure::Measure;
use crate::error::ComplianceError;

/// The land survey laid over the plots, once for every table that is made of it.
pub(super) struct SurveyPieces {
    /// The patches that share area with a plot, in the order of the survey: a few of a county's hundred thousands.
    pub(super) met: Layer,
    /// What findings call it.
    pub(super) source: String,
    /// Ordered by plot and patch.
    pub(super) pieces: Vec<SurveyPiece>,
}

/// Part of a plot inside one patch.
#[derive(Clone, Copy, Debug)]
pub(super) struct SurveyPiece {
    pub(super) plot: usize,
    /// Position among the patches that were met.
    pub(super) patch: usize,
    pub(super) measure: Measure,
}

impl SurveyPieces {
    pub(super) fn new(
        overlayer: &Overlayer<'_>,
        layer: &Layer,
        findings: &mut Findings,
    ) -> Result<Self, ComplianceError> {
        findings.carry(layer);
        let plots = overlayer.plots.polygons.view();
        let pieces = intersection_once(plots, layer.polygons.view(), &overlayer.options, overlayer.progress);
        let pieces = Overlayer::named(&layer.name, pieces)?;
        let measures = overlayer.meter.features(&layer.name, pieces.polygons.view())?;
        let mut patches = pieces.control.clone();
        patches.sort_unstable();
        patches.dedup();
        let position = |patch| patches.binary_search(&patch).unwrap_or_default();
        let pairs = pieces.subject.iter().zip(&pieces.control).zip(measures);
        let pieces = pairs.map(|((&plot, &patch), measure)| SurveyPiece {
            plot: plot as usize,
            patch: position(patch),
            measure,
        });
        let pieces: Vec<_> = pieces.collect();
        let polygons = layer.polygons.view().take(patches.iter().map(|&patch| patch as usize));
        let attributes = if layer.attributes.num_columns() == 0 {
            layer.attributes.slice(0, patches.len())
        } else {
            take_record_batch(&layer.attributes, &UInt32Array::from(patches))?
        };
        let met = Layer::new(layer.name.clone(), polygons, attributes, layer.crs.clone());
        Ok(Self { met, source: source_name(layer), pieces })
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
