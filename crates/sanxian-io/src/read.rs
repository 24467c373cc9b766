//! One door for each kind of input: the suffix decides the reader.

use std::path::Path;

use sanxian_geodesy::Crs;
use sanxian_overlay::Progress;

use crate::coordinate_table::{self, read_coordinate_table};
use crate::encoding::decode_text;
use crate::error::{CrsGap, IoError};
use crate::exchange_text;
use crate::geoparquet::read_geoparquet;
use crate::layer::{Layer, Plots, read_bytes};
use crate::plot_fields;
use crate::shapefile::{read_in_crs, read_shapefile, read_shapefile_features};

/// How plots are read.
#[derive(Clone, Debug, Default)]
pub struct PlotsOptions {
    /// The coordinate reference system, where the file does not tell it or tells it wrong.
    pub crs: Option<Crs>,
    /// `Some(true)` when easting stands where northing belongs in an exchange text or coordinate table, `Some(false)` to take the order as written
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
    /// What becomes of records that cannot be decoded. Shapefile only.
    pub on_error: OnError,
}

/// What becomes of a record that cannot be decoded: one bad record of a county's land survey should not keep a planner
/// from the other hundred thousand, but nobody should lose one without being told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The first is an error with its record and byte offset.
    #[default]
    Raise,
    /// It keeps its row and attributes, without geometry; a finding names record and byte offset.
    Null,
    /// It is left out with its attributes; a finding names record and byte offset.
    Skip,
}

impl std::str::FromStr for OnError {
    type Err = UnknownOnError;

    fn from_str(text: &str) -> Result<Self, UnknownOnError> {
        match text {
            "raise" => Ok(Self::Raise),
            "null" => Ok(Self::Null),
            "skip" => Ok(Self::Skip),
            _ => Err(UnknownOnError { found: text.to_owned() }),
        }
    }
}

/// A word that is none of [`OnError`]'s.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("on_error: expected \"raise\", \"null\" or \"skip\", found {found:?}")]
pub struct UnknownOnError {
    /// The word.
    pub found: String,
}

/// Reads the plots of a scheme from an exchange text (.txt), a coordinate table (.csv, .tsv, .xlsx, .xlsm, .xls) or a
/// Shapefile (.shp).
///
/// The attributes are `plot_id, plot_name, declared_area_ha, use, land_class, map_sheet`, then whatever else the file has.
/// A Shapefile's fields are recognised by their usual names (DKBH, DKMC, ...); what is not there is null, and a plot
/// without number is called by its name or its place in the file, which a finding says.
///
/// # Examples
/// ```
/// use sanxian_io::{PlotsOptions, read_plots};
///
/// let text = "[属性描述]\n坐标系=2000国家大地坐标系\n带号=38\n[地块坐标]\n4,1.0000,DK-1,东地块,面,,,,@\n\
///     J1,1,4250100.000,38500000.000\nJ2,1,4250100.000,38500100.000\n\
///     J3,1,4250000.000,38500100.000\nJ4,1,4250000.000,38500000.000\n";
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("plots.txt");
/// std::fs::write(&path, text)?;
/// let plots = read_plots(&path, &PlotsOptions::default())?;
/// assert_eq!(plots.layer.crs.as_ref().and_then(|crs| crs.epsg()), Some(4526));
/// assert_eq!(plots.layer.polygons.view().bounds(0), Some([38_500_000.0, 4_250_000.0, 38_500_100.0, 4_250_100.0]));
/// assert!(plots.layer.findings.iter().any(|finding| finding.code == "ring_not_closed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`IoError`] with the file and the line, record or byte that stops the reader; [`IoError::CrsUnknown`] when neither the
/// file nor the caller tells the coordinate reference system.
pub fn read_plots(path: &Path, options: &PlotsOptions) -> Result<Plots, IoError> {
    match suffix(path).as_str() {
        "txt" => read_plot_text(path, options),
        "csv" | "tsv" => read_coordinate_table(path, options),
        suffix if is_workbook(suffix) => read_coordinate_table(path, options),
        "shp" => read_plot_shapefile(path, options),
        _ => Err(unsupported(path, "plots are read from .txt, .csv, .tsv, .xlsx, .xlsm, .xls and .shp")),
    }
}

/// Reads a control or land-use layer from a Shapefile (.shp) or GeoParquet (.parquet, .geoparquet, .pq).
///
/// # Examples
/// ```no_run
/// use sanxian_io::{LayerOptions, read_layer};
/// use sanxian_overlay::Progress;
///
/// let options = LayerOptions {
///     bbox: Some([38_500_000.0, 4_250_000.0, 38_501_000.0, 4_251_000.0]),
///     columns: Some(vec!["DLBM".to_owned(), "QSXZ".to_owned()]),
///     ..LayerOptions::default()
/// };
/// let layer = read_layer("survey/DLTB.shp".as_ref(), &options, &Progress::default())?;
/// println!("{} patches, the first is row {} of the file", layer.len(), layer.row(0));
/// # Ok::<(), sanxian_io::IoError>(())
/// ```
///
/// # Errors
/// [`IoError::UnsupportedFormat`] for other suffixes; else [`IoError`] with the file and the record or byte that stops
/// the reader.
pub fn read_layer(path: &Path, options: &LayerOptions, progress: &Progress) -> Result<Layer, IoError> {
    match suffix(path).as_str() {
        "shp" => read_shapefile(path, options, progress),
        "parquet" | "geoparquet" | "pq" => read_geoparquet(path, options, progress),
        _ => Err(unsupported_layer(path)),
    }
}

/// Reads a control layer as [`read_layer`] does, and a Shapefile of points or lines too: heritage sites of which a register gives
/// the place, rivers as centre lines. Their features have no area and go to [`Layer::lines`].
///
/// # Errors
/// As [`read_layer`].
pub fn read_features(path: &Path, options: &LayerOptions, progress: &Progress) -> Result<Layer, IoError> {
    match suffix(path).as_str() {
        "shp" => read_shapefile_features(path, options, progress),
        _ => read_layer(path, options, progress),
    }
}

/// The features of any layer as plots: its fields under the names of plots where offices' usual ones are recognised
/// (DKBH, 地块编号, ...), as [`read_plots`] does it for a Shapefile. A layer that has those names already stays as it is.
pub fn plots_of_layer(mut layer: Layer) -> Plots {
    plot_fields::rename(&mut layer);
    Plots { layer, header: Vec::new() }
}

/// Offices save coordinate tables as `.txt` too: headings tell them, rows that end in `@` tell exchange texts.
fn read_plot_text(path: &Path, options: &PlotsOptions) -> Result<Plots, IoError> {
    let bytes = read_bytes(path)?;
    let is_table = decode_text(path, &bytes, options.encoding.as_deref())
        .is_ok_and(|(text, _)| coordinate_table::is_table(&text));
    if is_table {
        coordinate_table::from_bytes(path, bytes, options)
    } else {
        exchange_text::from_bytes(path, bytes, options)
    }
}

fn read_plot_shapefile(path: &Path, options: &PlotsOptions) -> Result<Plots, IoError> {
    let layer_options = LayerOptions { encoding: options.encoding.clone(), ..LayerOptions::default() };
    let layer = read_in_crs(path, &layer_options, options.crs.as_ref(), &Progress::default())?;
    if layer.crs.is_none() {
        let is_missing = layer.findings.iter().any(|finding| finding.code == "crs_missing");
        let reason = if is_missing { CrsGap::NoPrj } else { CrsGap::BadPrj };
        return Err(IoError::CrsUnknown { path: path.to_owned(), reason });
    }
    Ok(plots_of_layer(layer))
}

fn unsupported(path: &Path, can_read: &'static str) -> IoError {
    IoError::UnsupportedFormat { path: path.to_owned(), suffix: suffix(path), can_read }
}

pub(crate) fn unsupported_layer(path: &Path) -> IoError {
    unsupported(path, "layers are read from .shp, .parquet, .geoparquet and .pq")
}

pub(crate) fn suffix(path: &Path) -> String {
    path.extension().map(|suffix| suffix.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Whether files of this suffix are workbooks; of which kind, their bytes decide.
pub(crate) fn is_workbook(suffix: &str) -> bool {
    matches!(suffix, "xlsx" | "xlsm" | "xls")
}
