//! Shapefiles, read and written natively: .shp, .shx, .dbf, .prj, .cpg.

mod attributes;
mod blocks;
mod bytes;
mod charset;
mod fault;
mod files;
mod lines;
mod located;
mod polygons;
pub(crate) mod projection;
mod records;
mod rows;
mod scan;
mod table;
mod table_writer;
mod text;
mod values;
mod writer;

use std::ops::ControlFlow;
use std::path::Path;

use arrow_array::ArrayRef;
use sanxian_geodesy::Crs;
use sanxian_overlay::{PolygonBuilder, Progress};

pub(crate) use self::blocks::{Shapefile, in_attributes, too_large};
pub use self::fault::ShapefileFault;
pub use self::writer::{write_shapefile, write_use_layer};

use crate::error::IoError;
use crate::joined_columns::joined_columns;
use crate::layer::{Layer, polygons_without_geometry};
use crate::mapping;
use crate::read::LayerOptions;

/// Reads a Shapefile of polygons (also with heights or measures, which are left behind).
///
/// Rings become polygons by containment, whatever their order and winding. Text is decoded by the caller's encoding, the
/// .cpg, the language driver, or what the text itself is. With `bbox`, records outside are skipped without being decoded
/// and their attribute rows without being read. `on_error` tells what becomes of records that cannot be decoded.
///
/// # Errors
/// [`IoError::Shapefile`] and [`IoError::Truncated`] with record and byte offset; [`IoError::CrsConflict`] when the
/// coordinates cannot be what the .prj says; [`IoError::UnknownColumn`]. A missing .prj is not an error here: the layer's
/// CRS is `None` and a finding says so.
pub fn read_shapefile(path: &Path, options: &LayerOptions, progress: &Progress) -> Result<Layer, IoError> {
    read_in_crs(path, options, None, progress)
}

/// [`read_shapefile`], and one of points or lines too, whose features go to [`Layer::lines`].
///
/// # Errors
/// As [`read_shapefile`].
pub fn read_shapefile_features(
    path: &Path,
    options: &LayerOptions,
    progress: &Progress,
) -> Result<Layer, IoError> {
    read_opened(path, Shapefile::open_kind(path, options, progress, true)?, None, progress)
}

/// [`read_shapefile`] with a CRS that goes before the .prj.
pub(crate) fn read_in_crs(
    path: &Path,
    options: &LayerOptions,
    crs: Option<&Crs>,
    progress: &Progress,
) -> Result<Layer, IoError> {
    read_opened(path, Shapefile::open(path, options, progress)?, crs, progress)
}

fn read_opened(
    path: &Path,
    mut shapefile: Shapefile,
    crs: Option<&Crs>,
    progress: &Progress,
) -> Result<Layer, IoError> {
    let mut polygons = PolygonBuilder::default();
    // Reserved once, so that growing does not double the memory; the file is longer than its coordinates.
    mapping::reserve(polygons.coords_mut(), shapefile.most_points());
    let schema = shapefile.schema();
    let mut arrays: Vec<Vec<ArrayRef>> = vec![Vec::new(); schema.fields().len()];
    let mut rows = Vec::new();
    let mut bounds = None;
    shapefile.run(progress, |block| {
        polygons.append(&block.polygons);
        arrays.iter_mut().zip(block.attributes).for_each(|(column, array)| column.push(array));
        rows.extend(block.rows);
        bounds = joined(bounds, block.bounds);
        Ok::<_, IoError>(ControlFlow::Continue(()))
    })?;
    let crs = shapefile.crs(crs, bounds, polygons.coords())?;
    let (polygons, lines) = if shapefile.has_lines() {
        (polygons_without_geometry(rows.len()), Some(polygons.finish_lines().map_err(|_| too_large(path))?))
    } else {
        (polygons.finish().map_err(|_| too_large(path))?, None)
    };
    let attributes = joined_columns(schema.fields(), arrays, rows.len()).map_err(in_attributes)?;
    let mut layer = Layer::new(shapefile.name(), polygons, attributes, crs);
    layer.lines = lines;
    if rows.len() < shapefile.total() {
        layer.rows = Some(rows.iter().map(|&row| row as u64).collect());
    }
    layer.source = Some(shapefile.source());
    layer.findings = shapefile.into_findings();
    Ok(layer)
}

fn joined(a: Option<[f64; 4]>, b: Option<[f64; 4]>) -> Option<[f64; 4]> {
    match (a, b) {
        (Some(a), Some(b)) => Some([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]),
        (a, b) => a.or(b),
    }
}
