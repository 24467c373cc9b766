//! Plots against a layer that stays in its file.

use std::path::Path;

use arrow_array::RecordBatch;
use sanxian_io::{Layer, LayerOptions, read_layer};
use sanxian_overlay::{OverlayError, Progress, Side};

use super::{OverlayTable, OverlayTableOptions, overlay_areas};
use crate::error::ComplianceError;

/// [`overlay_areas`] of a layer that is a file: only features near the plots are decoded, and only the columns of `by`.
///
/// `feature` is the row of the file. Rows that lie apart from all plots are passed over without a look, invalid ones too.
///
/// # Errors
/// As [`overlay_areas`], and [`ComplianceError::Io`] of the reader.
pub fn overlay_areas_of_file(
    plots: &Layer,
    path: &Path,
    by: &[String],
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<OverlayTable<RecordBatch>, ComplianceError> {
    let bbox = plots.polygons.view().total_bounds();
    let reading = LayerOptions { bbox, columns: Some(by.to_vec()), ..LayerOptions::default() };
    let layer = read_layer(path, &reading, progress)?;
    let mut table =
        overlay_areas(plots, &layer, by, options, progress).map_err(|error| in_file(error, &layer))?;
    for repair in &mut table.repairs {
        if repair.side == Side::Control {
            repair.feature = layer.row(repair.feature) as usize;
        }
    }
    Ok(table)
}

/// The error with rows of the file where it counts features of the part that was read.
fn in_file(mut error: ComplianceError, layer: &Layer) -> ComplianceError {
    if let ComplianceError::Overlay { source, .. } = &mut error
        && let OverlayError::InvalidPolygon { side: Side::Control, feature, faults, .. } = source
    {
        *feature = layer.row(*feature) as usize;
        faults.iter_mut().for_each(|fault| fault.feature = layer.row(fault.feature) as usize);
    }
    error
}
