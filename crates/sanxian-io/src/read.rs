//! One door for each kind of input: the suffix decides the reader.

use std::path::Path;

use sanxian_geodesy::Crs;
use sanxian_overlay::Progress;

use crate::error::IoError;
use crate::exchange_text::read_exchange_text;
use crate::layer::{Layer, Plots};
use crate::shapefile::read_shapefile;

/// How plots are read.
#[derive(Clone, Debug, Default)]
pub struct PlotsOptions {
    /// The coordinate reference system, where the file does not tell it or tells it wrong.
    pub crs: Option<Crs>,
    /// `Some(true)` when easting stands before northing in an exchange text, `Some(false)` to take the order as written
    /// whatever the values look like; `None` makes swapped axes an error.
    pub swap_axes: Option<bool>,
    /// Encoding by its WHATWG label, instead of what the file's bytes and companions tell.
    pub encoding: Option<String>,
}

/// How a layer is read.
#[derive(Clone, Debug, Default)]
pub struct LayerOptions {
    /// Only features whose box meets this one, `[min_x, min_y, max_x, max_y]` in the layer's own CRS. Records outside are
    /// skipped without being decoded; features without geometry lie outside every box.
    pub bbox: Option<[f64; 4]>,
    /// Only these attributes, in this order.
    pub columns: Option<Vec<String>>,
    /// Encoding of the attributes by its WHATWG label, instead of what the file's companions and bytes tell.
    pub encoding: Option<String>,
}

/// Reads the plots of a scheme from an exchange text (.txt) or a Shapefile (.shp).
///
/// # Errors
/// [`IoError`] with the file and the line, record or byte that stops the reader.
pub fn read_plots(path: &Path, options: &PlotsOptions) -> Result<Plots, IoError> {
    match suffix(path).as_str() {
        "txt" => read_exchange_text(path, options),
        _ => Err(unsupported(path, "plots are read from .txt and .shp")),
    }
}

/// Reads a control or land-use layer from a Shapefile (.shp).
///
/// # Errors
/// [`IoError::UnsupportedFormat`] for other suffixes; else [`IoError`] with the file and the record or byte that stops
/// the reader.
pub fn read_layer(path: &Path, options: &LayerOptions, progress: &Progress) -> Result<Layer, IoError> {
    match suffix(path).as_str() {
        "shp" => read_shapefile(path, options, progress),
        _ => Err(unsupported(path, "layers are read from .shp")),
    }
}

fn unsupported(path: &Path, can_read: &'static str) -> IoError {
    IoError::UnsupportedFormat { path: path.to_owned(), suffix: suffix(path), can_read }
}

fn suffix(path: &Path) -> String {
    path.extension().map(|suffix| suffix.to_string_lossy().to_lowercase()).unwrap_or_default()
}
