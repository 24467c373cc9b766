//! Plots cut along a layer: pieces inside its features, what is left outside, or both, as a layer of their own.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::take::take;
use sanxian_io::Layer;
use sanxian_overlay::{
    IndexedPolygons, OverlayOptions, Pieces, PolygonSet, Progress, Repair, difference, identity, intersection,
};

use super::measured::rows_of;
use super::row::Frame;
use super::{OverlayTable, OverlayTableOptions, findings_of, plot_areas, shared_crs};
use crate::error::ComplianceError;

/// Which parts of plots are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operation {
    /// What lies inside: a row a (plot, feature).
    #[default]
    Intersection,
    /// What lies outside of all features: a row a plot of which something is left.
    Difference,
    /// Both, which together make up the plots: behind the pieces of a plot what is left of it.
    Identity,
}

/// Plots against a layer with geometry: a layer of the parts, with `plot_id, feature`, the measures, and the attributes of the feature.
///
/// Every part has its mean width. An attribute that is called like one of the columns gets `_layer` behind its name. What lies outside
/// has neither feature nor attributes: they are null.
///
/// # Errors
/// As [`overlay_areas`](super::overlay_areas).
pub fn overlay_pieces(
    plots: &Layer,
    layer: &Layer,
    index: &IndexedPolygons,
    operation: Operation,
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<OverlayTable<Layer>, ComplianceError> {
    let crs = shared_crs(plots, &layer.name, layer.crs.as_ref())?;
    let plot_area_m2 = plot_areas(plots, crs, options)?;
    let parts = Parts::new(plots, layer, index, operation, options, progress)?;
    // The column of features is made of the parts.
    let ids = parts.plot.iter().map(|&plot| (plot, u32::MAX));
    let rows = rows_of(&parts.polygons, ids, &layer.name, crs, options)?;
    let sliver_width_m = (!crs.is_geographic()).then_some(options.sliver_width_m);
    let frame = Frame { plots, plot_area_m2: &plot_area_m2, sliver_width_m };
    let own = frame.table(&rows, vec![parts.feature_column(layer, operation)])?;
    let features = UInt32Array::from(parts.feature);
    let mut fields: Vec<Field> = own.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
    let mut arrays = own.columns().to_vec();
    for (field, column) in layer.attributes.schema().fields().iter().zip(layer.attributes.columns()) {
        let name = field.name();
        let taken = name == "geometry" || own.schema().column_with_name(name).is_some();
        let name = if taken { format!("{name}_layer") } else { name.clone() };
        let is_nullable = field.is_nullable() || operation != Operation::Intersection;
        fields.push(field.as_ref().clone().with_name(name).with_nullable(is_nullable));
        arrays.push(take(column, &features, None)?);
    }
    let row_count = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let attributes = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &row_count)?;
    let pieces = Layer::new("pieces", parts.polygons, attributes, plots.crs.clone());
    Ok(OverlayTable { rows: pieces, repairs: parts.repairs, findings: findings_of(plots, layer) })
}

/// Parts of plots, ordered by plot and feature, what lies outside behind what lies inside.
#[derive(Default)]
struct Parts {
    plot: Vec<u32>,
    /// `None` where a part lies outside of the layer.
    feature: Vec<Option<u32>>,
    polygons: PolygonSet,
    repairs: Vec<Repair>,
}

impl From<Pieces> for Parts {
    fn from(Pieces { subject, control, polygons, repairs }: Pieces) -> Self {
        Self { plot: subject, feature: control.into_iter().map(Some).collect(), polygons, repairs }
    }
}

impl Parts {
    fn new(
        plots: &Layer,
        layer: &Layer,
        index: &IndexedPolygons,
        operation: Operation,
        options: &OverlayTableOptions,
        progress: &Progress,
    ) -> Result<Self, ComplianceError> {
        let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
        let subjects = plots.polygons.view();
        let failed = |source| ComplianceError::overlay(plots, layer, source);
        Ok(match operation {
            Operation::Intersection => {
                intersection(subjects, index, &overlay_options, progress).map_err(failed)?.into()
            }
            Operation::Difference => {
                let outside = difference(subjects, index, &overlay_options, progress).map_err(failed)?;
                let none = Self { repairs: outside.repairs, ..Self::default() };
                none.with_remainders(&outside.polygons)
            }
            Operation::Identity => {
                let cut = identity(subjects, index, &overlay_options, progress).map_err(failed)?;
                Self::from(cut.pieces).with_remainders(&cut.remainders)
            }
        })
    }

    /// Puts what is left of each plot, if anything, behind its pieces.
    fn with_remainders(self, remainders: &PolygonSet) -> Self {
        let Self { plot: plots, feature: features, mut polygons, repairs } = self;
        let pieces = polygons.len();
        polygons.extend(remainders.view());
        let (mut order, mut plot, mut feature) = (Vec::new(), Vec::new(), Vec::new());
        let mut inside = plots.iter().zip(&features).enumerate().peekable();
        for of_plot in 0..remainders.len() {
            while let Some((row, (_, &of_layer))) =
                inside.next_if(|(_, (plot, _))| **plot as usize == of_plot)
            {
                order.push(row);
                plot.push(of_plot as u32);
                feature.push(of_layer);
            }
            if remainders.view().feature(of_plot).len() > 0 {
                order.push(pieces + of_plot);
                plot.push(of_plot as u32);
                feature.push(None);
            }
        }
        Self { plot, feature, polygons: polygons.view().take(order), repairs }
    }

    /// Row numbers in the file or table that the layer came from.
    fn feature_column(&self, layer: &Layer, operation: Operation) -> (Field, ArrayRef) {
        let number = |feature: &Option<u32>| feature.map(|feature| layer.row(feature as usize) as i64);
        let array: Int64Array = self.feature.iter().map(number).collect();
        (Field::new("feature", DataType::Int64, operation != Operation::Intersection), Arc::new(array))
    }
}
