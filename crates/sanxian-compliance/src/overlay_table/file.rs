//! Plots against a layer that stays in its file.

use std::ops::ControlFlow;
use std::path::Path;

use arrow_array::RecordBatch;
use sanxian_geodesy::EdgeArea;
use sanxian_io::{Layer, LayerOptions, LayerStream, read_layer};
use sanxian_overlay::{AreaStream, EdgeFunctional, OverlayError, OverlayOptions, Progress, Repair, Side};

use super::groups::Groups;
use super::measured::{Edges, Measured};
use super::row::{Frame, Row, Sums};
use super::{
    Count, OverlayTable, OverlayTableOptions, feature_column, overlay_areas, plot_areas, shared_crs,
};
use crate::check::Findings;
use crate::error::ComplianceError;

/// [`overlay_areas`] of a layer that is a file: only features near the plots are decoded, and only the columns of `by`.
///
/// Where no pieces are made (planar and ellipsoidal areas, no widths, [`Count::Each`]), the file passes by in blocks, and only the plots and the
/// rows found, or the sums of the groups, stay in memory. `feature` is the row of the file. Rows that lie apart from all plots are passed over without a look,
/// invalid ones too.
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
    let stream = LayerStream::open(path, &reading, progress)?;
    let crs = shared_crs(plots, &stream.name(), stream.crs())?;
    let edge_area = EdgeArea::new(crs, options.area, bbox.unwrap_or_default())
        .map_err(|source| ComplianceError::Area { layer: plots.name.clone(), source })?;
    match edge_area {
        Some(edge_area) if options.count == Count::Each && !options.widths(crs) => {
            streamed(plots, stream, by, &edge_area, options, progress)
        }
        _ => {
            let layer = read_layer(path, &reading, progress)?;
            let numbered = |feature| layer.row(feature);
            let mut table = overlay_areas(plots, &layer, None, by, options, progress)
                .map_err(|error| renumbered(error, numbered))?;
            for repair in table.repairs.iter_mut().filter(|repair| repair.side == Side::Control) {
                repair.feature = layer.row(repair.feature) as usize;
            }
            Ok(table)
        }
    }
}

/// Holds block after block of the file against the plots.
fn streamed(
    plots: &Layer,
    mut stream: LayerStream,
    by: &[String],
    edge_area: &EdgeArea,
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<OverlayTable<RecordBatch>, ComplianceError> {
    let (name, source) = (stream.name(), stream.source());
    let file =
        source.path.file_name().map_or_else(|| name.clone(), |file| file.to_string_lossy().into_owned());
    let schema = stream.schema();
    let crs = shared_crs(plots, &name, stream.crs())?;
    let plot_area_m2 = plot_areas(plots, crs, options)?;
    let edges = Edges(edge_area);
    let functionals: &[&(dyn EdgeFunctional + Sync)] = if edge_area.is_planar() { &[] } else { &[&edges] };
    let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
    let areas = AreaStream::new(plots.polygons.view(), Side::Subject, functionals, overlay_options);
    let no_field = |field: &str| ComplianceError::NoField {
        layer: name.clone(),
        field: field.to_owned(),
        nearest: None,
    };
    let mut groups = Groups::new(&schema, by, no_field)?;
    let (mut rows, mut sums, mut repairs) = (Vec::new(), Sums::default(), Vec::new());
    // Rows of the file that the pairs are of, each once.
    let mut met: Vec<u64> = Vec::new();
    stream.visit(progress, |block| {
        let row_of = |feature: usize| block.rows.get(feature).copied().unwrap_or(feature as u64);
        areas.feed(block.polygons.view(), 0, progress).map_err(|source| {
            let is_plot = matches!(source, OverlayError::InvalidPolygon { side: Side::Subject, .. });
            let layer = if is_plot { plots.name.clone() } else { name.clone() };
            renumbered(ComplianceError::Overlay { layer, source }, row_of)
        })?;
        let measured = Measured::of_pairs(areas.take_rows(), edge_area);
        repairs.extend(
            measured
                .repairs
                .into_iter()
                .map(|repair| Repair { feature: row_of(repair.feature) as usize, ..repair }),
        );
        let features = measured.rows.iter().map(|row| row.of_layer);
        if let Some(groups) = &mut groups {
            sums.add(&measured.rows, &groups.of_features(&block.attributes, features)?);
        } else {
            let mut features: Vec<u32> = features.collect();
            features.sort_unstable();
            features.dedup();
            let before = met.len();
            met.extend(features.iter().map(|&feature| row_of(feature as usize)));
            rows.extend(measured.rows.iter().map(|row| {
                let place = features.partition_point(|&feature| feature < row.of_layer);
                Row { of_layer: (before + place) as u32, ..*row }
            }));
        }
        Ok::<_, ComplianceError>(ControlFlow::Continue(()))
    })?;
    // Of the plots; none of the blocks' rows are left.
    let mut all_repairs = areas.finish().repairs;
    all_repairs.append(&mut repairs);
    let of_layer = if let Some(groups) = groups {
        rows = sums.into_rows();
        groups.columns(&mut rows)?
    } else {
        rows.sort_unstable_by_key(|row| (row.plot, row.of_layer));
        vec![feature_column(&rows, |feature| met.get(feature).copied().unwrap_or_default())]
    };
    let frame = Frame { plots, plot_area_m2: &plot_area_m2, sliver_width_m: None };
    let mut findings = Findings::default();
    findings.carry(plots);
    for finding in stream.into_findings() {
        findings.add(Some(&file), finding);
    }
    Ok(OverlayTable { rows: frame.table(&rows, of_layer)?, repairs: all_repairs, findings: findings.0 })
}

/// The error with rows of the file where it counts the features that were read of it.
fn renumbered(mut error: ComplianceError, row: impl Fn(usize) -> u64) -> ComplianceError {
    if let ComplianceError::Overlay { source, .. } = &mut error
        && let OverlayError::InvalidPolygon { side: Side::Control, feature, faults, .. } = source
    {
        *feature = row(*feature) as usize;
        for fault in faults {
            fault.feature = row(fault.feature) as usize;
        }
    }
    error
}
