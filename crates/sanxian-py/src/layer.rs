//! Layers as Python holds them: opaque, shared, and never copied on the way in or out.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use pyo3_arrow::input::AnyRecordBatch;
use sanxian_geodesy::Crs;
use sanxian_io::{
    ClosingPoint, CoordinateTableOptions, ExchangeTextOptions, Finding, IoError, LayerOptions, OnError,
    PlotsOptions, RingStart, UnknownOnError,
};
use sanxian_overlay::{IndexedPolygons, LineSet};

use crate::error::{IntoPyErr, arrow_error};
use crate::task;

/// A polygon layer in Rust's hands.
#[pyclass(frozen, module = "sanxian._native")]
pub(crate) struct Layer {
    pub(crate) inner: Arc<sanxian_io::Layer>,
    /// Keys of an exchange text; empty for other sources.
    #[pyo3(get)]
    header: Vec<(String, String)>,
}

impl Layer {
    pub(crate) fn new(inner: sanxian_io::Layer) -> Self {
        Self { inner: Arc::new(inner), header: Vec::new() }
    }
}

#[pymethods]
impl Layer {
    /// `lines_too` takes points and lines as well as polygons; `remarks` are codes and messages of the reader underneath.
    #[staticmethod]
    #[pyo3(signature = (source, name, path=None, format=None, *, lines_too=false, remarks=Vec::new()))]
    fn from_arrow(
        py: Python<'_>,
        source: AnyRecordBatch,
        name: &str,
        path: Option<PathBuf>,
        format: Option<String>,
        lines_too: bool,
        remarks: Vec<(String, String)>,
    ) -> PyResult<Self> {
        let (batches, schema) = source.into_table()?.into_inner();
        let remarks = remarks.into_iter().map(finding).collect::<PyResult<Vec<_>>>()?;
        let layer = task::run(py, None, |_| {
            let mut layer = if lines_too {
                sanxian_io::features_from_arrow(name, &schema, &batches)?
            } else {
                sanxian_io::layer_from_arrow(name, &schema, &batches)?
            };
            layer.findings.extend(remarks);
            if let Some(path) = path {
                layer.source =
                    Some(sanxian_io::Source::of_path(&path, format.as_deref().unwrap_or("unknown"))?);
            }
            Ok::<_, IoError>(layer)
        })?;
        Ok(Self::new(layer))
    }

    /// The same layer, known to come out of an archive: evidence names that one.
    fn out_of(&self, py: Python<'_>, archive: PathBuf) -> PyResult<Self> {
        let mut inner = sanxian_io::Layer::clone(&self.inner);
        let (format, encoding) =
            inner.source.map_or_else(Default::default, |source| (source.format, source.encoding));
        let mut source = task::run(py, None, |_| sanxian_io::Source::of_path(&archive, &format))?;
        source.encoding = encoding;
        inner.source = Some(source);
        Ok(Self { inner: Arc::new(inner), header: self.header.clone() })
    }

    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    #[getter]
    fn crs(&self) -> Option<String> {
        self.inner.crs.as_ref().map(Crs::label)
    }

    /// True for a layer of points or lines.
    #[getter]
    fn has_lines(&self) -> bool {
        self.inner.lines.is_some()
    }

    /// The lines of each feature of a layer of points or lines, a point being a line of one vertex.
    fn lines(&self) -> Vec<Vec<Vec<[f64; 2]>>> {
        let of = |lines: &LineSet, feature| lines.lines(feature).map(<[_]>::to_vec).collect();
        let lines = self.inner.lines.as_ref();
        lines.map_or_else(Vec::new, |lines| (0..lines.len()).map(|feature| of(lines, feature)).collect())
    }

    /// The same layer, known to be made of another one: evidence names that one's files, and what was odd in it is told.
    fn made_of(&self, other: &Self) -> Self {
        let mut inner = sanxian_io::Layer::clone(&self.inner);
        inner.source.clone_from(&other.inner.source);
        inner.findings.splice(0..0, other.inner.findings.iter().cloned());
        Self { inner: Arc::new(inner), header: self.header.clone() }
    }

    #[getter]
    fn findings(&self) -> PyResult<PyTable> {
        table(sanxian_compliance::findings_to_arrow(&self.inner.findings).map_err(arrow_error)?)
    }

    fn to_arrow(&self, py: Python<'_>) -> PyResult<PyTable> {
        let inner = Arc::clone(&self.inner);
        table(task::run(py, None, move |_| sanxian_io::layer_to_arrow(&inner))?)
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        format!("<Layer {}: {} features>", self.inner.name, self.inner.len())
    }
}

/// What a reader in Python says of a file.
fn finding((code, message): (String, String)) -> PyResult<Finding> {
    match code.as_str() {
        "closed_lines_are_polygons" => Ok(Finding::info("closed_lines_are_polygons", message)),
        "encoding_doubtful" => Ok(Finding::warning("encoding_doubtful", message)),
        "reader_warning" => Ok(Finding::warning("reader_warning", message)),
        _ => Err(PyValueError::new_err(format!("no finding of a reader: {code:?}"))),
    }
}

/// A layer with its spatial index, which is made by the first overlay that needs it: areas alone do not.
#[pyclass(frozen, module = "sanxian._native")]
pub(crate) struct IndexedLayer {
    pub(crate) layer: Arc<sanxian_io::Layer>,
    index: OnceLock<IndexedPolygons>,
    /// Whether areas were asked for before.
    is_kept: AtomicBool,
}

impl IndexedLayer {
    /// The index for areas of some plots. A layer that is asked once, or by many plots, passes by faster than it is indexed.
    pub(crate) fn index_for(&self, plots: usize) -> Option<&IndexedPolygons> {
        let is_kept = self.is_kept.swap(true, Ordering::Relaxed);
        let are_few = IndexedPolygons::pays_for(plots, self.layer.len());
        if is_kept && are_few { Some(self.index()) } else { self.index.get() }
    }

    pub(crate) fn index(&self) -> &IndexedPolygons {
        // The clone shares the layer's arrays.
        self.index.get_or_init(|| IndexedPolygons::new(self.layer.polygons.clone()))
    }
}

#[pymethods]
impl IndexedLayer {
    #[new]
    fn new(layer: &Layer) -> Self {
        Self { layer: Arc::clone(&layer.inner), index: OnceLock::new(), is_kept: AtomicBool::new(false) }
    }

    fn __len__(&self) -> usize {
        self.layer.len()
    }
}

pub(crate) fn table(batch: arrow_array::RecordBatch) -> PyResult<PyTable> {
    let schema = batch.schema();
    PyTable::try_new(vec![batch], schema)
}

pub(crate) fn parse_crs(py: Python<'_>, text: Option<&str>) -> PyResult<Option<Crs>> {
    text.map(|text| Crs::from_text(text).map_err(|error| error.into_py_err(py))).transpose()
}

#[pyfunction]
#[pyo3(signature = (path, *, crs=None, swap_axes=None, encoding=None))]
pub(crate) fn read_plots(
    py: Python<'_>,
    path: PathBuf,
    crs: Option<&str>,
    swap_axes: Option<bool>,
    encoding: Option<String>,
) -> PyResult<Layer> {
    let options = PlotsOptions { crs: parse_crs(py, crs)?, swap_axes, encoding };
    let plots = task::run(py, None, move |_| sanxian_io::read_plots(&path, &options))?;
    Ok(Layer { inner: Arc::new(plots.layer), header: plots.header })
}

/// What the options of reading a layer are called in Python.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct ReadOptions {
    #[pyo3(default)]
    bbox: Option<[f64; 4]>,
    #[pyo3(default)]
    columns: Option<Vec<String>>,
    #[pyo3(default)]
    encoding: Option<String>,
    on_error: String,
}

fn native_options(options: Option<ReadOptions>) -> PyResult<LayerOptions> {
    let Some(ReadOptions { bbox, columns, encoding, on_error }) = options else {
        return Ok(LayerOptions::default());
    };
    Ok(LayerOptions { bbox, columns, encoding, on_error: bad_records(&on_error)? })
}

#[pyfunction]
#[pyo3(signature = (path, options=None, progress=None))]
pub(crate) fn read_layer(
    py: Python<'_>,
    path: PathBuf,
    options: Option<ReadOptions>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Layer> {
    let options = native_options(options)?;
    Ok(Layer::new(task::run(py, progress, |progress| sanxian_io::read_layer(&path, &options, progress))?))
}

/// A control layer: of polygons, or of points or lines.
#[pyfunction]
#[pyo3(signature = (path, options=None, progress=None))]
pub(crate) fn read_features(
    py: Python<'_>,
    path: PathBuf,
    options: Option<ReadOptions>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Layer> {
    let options = native_options(options)?;
    Ok(Layer::new(task::run(py, progress, |progress| sanxian_io::read_features(&path, &options, progress))?))
}

/// A list of places: a row a point.
#[pyfunction]
#[pyo3(signature = (path, *, crs=None, swap_axes=None, encoding=None))]
pub(crate) fn read_points(
    py: Python<'_>,
    path: PathBuf,
    crs: Option<&str>,
    swap_axes: Option<bool>,
    encoding: Option<String>,
) -> PyResult<Layer> {
    let options = PlotsOptions { crs: parse_crs(py, crs)?, swap_axes, encoding };
    Ok(Layer::new(task::run(py, None, move |_| sanxian_io::read_points(&path, &options))?))
}

/// A layer's columns and its findings, for callers who want the columns only: they are handed over, not copied.
#[pyfunction]
#[pyo3(signature = (path, options=None, progress=None))]
pub(crate) fn read_layer_table(
    py: Python<'_>,
    path: PathBuf,
    options: Option<ReadOptions>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<(PyTable, PyTable)> {
    let options = native_options(options)?;
    let (batch, findings) = task::run(py, progress, |progress| {
        let mut layer = sanxian_io::read_layer(&path, &options, progress)?;
        let findings = std::mem::take(&mut layer.findings);
        Ok::<_, IoError>((sanxian_io::layer_into_arrow(layer)?, findings))
    })?;
    Ok((table(batch)?, table(sanxian_compliance::findings_to_arrow(&findings).map_err(arrow_error)?)?))
}

fn bad_records(text: &str) -> PyResult<OnError> {
    text.parse().map_err(|error: UnknownOnError| PyValueError::new_err(error.to_string()))
}

/// What the options of `write_exchange_text` are called in Python.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct TextOptions {
    encoding: String,
    closing_point: String,
    header: Vec<(String, String)>,
    point_prefix: String,
    decimals: Option<usize>,
    start: String,
    clockwise: bool,
    zone_prefix: Option<bool>,
}

impl TextOptions {
    fn into_native(self) -> PyResult<ExchangeTextOptions> {
        let unknown = |name: &str, expected: &str, found: &str| {
            PyValueError::new_err(format!("{name}: expected {expected}, found {found:?}"))
        };
        let closing_point = match self.closing_point.as_str() {
            "repeat" => ClosingPoint::Repeat,
            "next" => ClosingPoint::NextNumber,
            "none" => ClosingPoint::None,
            other => return Err(unknown("closing_point", "\"repeat\", \"next\" or \"none\"", other)),
        };
        let start = match self.start.as_str() {
            "as-is" => RingStart::AsIs,
            "north-west" => RingStart::NorthWest,
            other => return Err(unknown("start", "\"as-is\" or \"north-west\"", other)),
        };
        let usual = ExchangeTextOptions::default();
        Ok(ExchangeTextOptions {
            encoding: self.encoding,
            closing_point,
            header: self.header,
            point_prefix: self.point_prefix,
            // Who names a number of decimals has asked for rounding to it.
            round: self.decimals.is_some(),
            decimals: self.decimals.unwrap_or(usual.decimals),
            start,
            clockwise: self.clockwise,
            zone_prefix: self.zone_prefix,
        })
    }
}

#[pyfunction]
#[pyo3(signature = (layer, path, *, options, one_file_a_plot, scheme=None))]
pub(crate) fn write_exchange_text(
    py: Python<'_>,
    layer: &Layer,
    path: PathBuf,
    options: TextOptions,
    one_file_a_plot: bool,
    scheme: Option<String>,
) -> PyResult<Vec<PathBuf>> {
    let options = options.into_native()?;
    let layer = Arc::clone(&layer.inner);
    task::run(py, None, move |_| match (one_file_a_plot, scheme) {
        (true, _) => sanxian_io::write_exchange_texts(&layer, &path, &options),
        (false, Some(scheme)) => {
            sanxian_io::write_scheme_text(&layer, &path, &scheme, &options).map(|path| vec![path])
        }
        (false, None) => sanxian_io::write_exchange_text(&layer, &path, &options).map(|()| vec![path]),
    })
}

#[pyfunction]
pub(crate) fn rewrite_exchange_text(
    py: Python<'_>,
    layer: &Layer,
    header: Vec<(String, String)>,
    model: &Layer,
    path: PathBuf,
) -> PyResult<()> {
    let plots = sanxian_io::Plots { layer: (*layer.inner).clone(), header };
    let model = sanxian_io::Plots { layer: (*model.inner).clone(), header: Vec::new() };
    task::run(py, None, move |_| sanxian_io::rewrite_exchange_text(&plots.like(&model), &path))
}

#[pyfunction]
#[pyo3(signature = (layer, path, *, scheme, sheet_per_plot, point_prefix, decimals))]
pub(crate) fn write_coordinate_table(
    py: Python<'_>,
    layer: &Layer,
    path: PathBuf,
    scheme: Option<String>,
    sheet_per_plot: bool,
    point_prefix: String,
    decimals: u16,
) -> PyResult<()> {
    let options = CoordinateTableOptions { scheme, sheet_per_plot, point_prefix, decimals };
    let layer = Arc::clone(&layer.inner);
    task::run(py, None, move |_| sanxian_io::write_coordinate_table(&layer, &path, &options))
}

/// The features of a layer under the field names of plots.
#[pyfunction]
pub(crate) fn plots_of_layer(py: Python<'_>, layer: &Layer) -> PyResult<Layer> {
    let inner = Arc::clone(&layer.inner);
    let plots = task::run(py, None, move |_| Ok::<_, IoError>(sanxian_io::plots_of_layer((*inner).clone())))?;
    Ok(Layer { inner: Arc::new(plots.layer), header: plots.header })
}

#[pyfunction]
pub(crate) fn write_shapefile(
    py: Python<'_>,
    layer: &Layer,
    path: PathBuf,
    encoding: String,
) -> PyResult<()> {
    let layer = Arc::clone(&layer.inner);
    task::run(py, None, move |_| sanxian_io::write_shapefile(&layer, &path, &encoding))
}

#[pyfunction]
pub(crate) fn write_use_layer(py: Python<'_>, layer: &Layer, path: PathBuf) -> PyResult<()> {
    let layer = Arc::clone(&layer.inner);
    task::run(py, None, move |_| sanxian_io::write_use_layer(&layer, Path::new(&path)))
}
