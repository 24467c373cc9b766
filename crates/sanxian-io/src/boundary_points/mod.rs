//! Plots as rows of boundary points (界址点), whatever file they were written in: exchange texts and coordinate tables
//! take this road together, from the rows to polygons, frame, declared areas and findings.

mod axes;
mod build;
mod declared_area;
mod fault;
mod frame;
mod header;
mod line;
mod order;
mod plot_columns;
mod rings;
mod row;
mod validity;

use std::path::Path;

use sanxian_geodesy::Crs;

pub use self::fault::TextFault;

pub(crate) use self::axes::{Axes, Kind};
pub(crate) use self::header::Header;
pub(crate) use self::line::{Line, fold_all, fold_structure, lines, number};
pub(crate) use self::order::north_west;
pub(crate) use self::plot_columns::PlotColumns;
pub(crate) use self::rings::{Closing, SplitPlot};
pub(crate) use self::row::{Listing, PlotRow, PointRow, RawPlot};
use crate::error::IoError;
use crate::finding::Finding;
use crate::layer::Layer;
use crate::read::PlotsOptions;

/// Where points of a table stand: their CRS, and the order of their coordinates, of which the northing is the first.
pub(crate) fn locate(
    path: &Path,
    header: &Header,
    points: &[&PointRow],
    options: &PlotsOptions,
    findings: &mut Vec<Finding>,
) -> Result<(Crs, Axes), IoError> {
    let axes = axes::find(path, points, options.swap_axes, true, findings)?;
    let crs = frame::find(path, header, points, axes, options.crs.as_ref(), findings)?;
    Ok((crs, axes))
}

/// Makes plots of what a file lists, and says in which order its coordinates stand. `has_fixed_order` when the format
/// puts the northing first; `look` sees the rings before they become polygons, with their axes and the rounding of their
/// coordinates, and may add findings.
pub(crate) fn assemble(
    path: &Path,
    listing: &mut Listing,
    has_fixed_order: bool,
    options: &PlotsOptions,
    look: impl FnOnce(&[SplitPlot<'_>], Axes, f64, &mut Vec<Finding>),
) -> Result<(Layer, Axes), IoError> {
    let mut findings = std::mem::take(&mut listing.findings);
    let precision = build::precision(listing);
    let plots: Vec<_> = listing.plots.iter().map(|plot| rings::split(plot, precision)).collect();
    // Closing rows are out by now: a damaged one must not decide what the coordinates are.
    let points: Vec<_> =
        plots.iter().flat_map(|plot| &plot.rings).flat_map(|ring| ring.points.iter().copied()).collect();
    let axes = axes::find(path, &points, options.swap_axes, has_fixed_order, &mut findings)?;
    let crs = frame::find(path, &listing.header, &points, axes, options.crs.as_ref(), &mut findings)?;
    look(&plots, axes, precision, &mut findings);
    let mut layer = build::layer(path, plots, axes, precision, crs, &mut findings)?;
    findings.sort_by_key(|finding| finding.line.unwrap_or(0));
    layer.findings = findings;
    Ok((layer, axes))
}
