//! Alternatives for one project, ranked.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use sanxian_compliance::SiteOptions;

use crate::area::parse_method;
use crate::error::{IntoPyErr, arrow_error};
use crate::layer::{Layer, table};
use crate::overlay::parse_on_invalid;
use crate::task;

/// `role, path, layer, encoding, may_be_empty` of every layer that a file of layers names.
#[pyfunction]
pub(crate) fn read_layers_file(py: Python<'_>, path: PathBuf) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let layers = sanxian_compliance::read_layers_file(path).map_err(|error| error.into_py_err(py))?;
    let dict = |layer: sanxian_compliance::NamedLayer| {
        let dict = PyDict::new(py);
        dict.set_item("role", layer.role)?;
        dict.set_item("path", layer.path)?;
        dict.set_item("layer", layer.layer)?;
        dict.set_item("encoding", layer.encoding)?;
        dict.set_item("may_be_empty", layer.may_be_empty)?;
        Ok(dict)
    };
    layers.into_iter().map(dict).collect()
}

#[pyfunction]
pub(crate) fn compare_sites<'py>(
    py: Python<'py>,
    sites: Vec<(String, PyRef<'_, Layer>)>,
    layers: Vec<(String, PyRef<'_, Layer>)>,
    area: &str,
    on_invalid: &str,
    may_be_empty: Vec<String>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let own = |pairs: Vec<(String, PyRef<'_, Layer>)>| -> Vec<(String, sanxian_io::Layer)> {
        pairs.into_iter().map(|(name, layer)| (name, layer.inner.as_ref().clone())).collect()
    };
    let (sites, layers) = (own(sites), own(layers));
    let options =
        SiteOptions { area: parse_method(area)?, on_invalid: parse_on_invalid(on_invalid)?, may_be_empty };
    let comparison = task::run(py, progress, |progress| {
        sanxian_compliance::compare_sites(&sites, &layers, &options, progress)
    })?;
    let dict = PyDict::new(py);
    dict.set_item("verdict", comparison.verdict.as_str())?;
    dict.set_item("message", &comparison.message)?;
    dict.set_item("quote", &comparison.quote)?;
    dict.set_item("reading", &comparison.reading)?;
    dict.set_item("clause", &comparison.clause)?;
    dict.set_item("document", &comparison.document)?;
    dict.set_item("status", &comparison.status)?;
    dict.set_item("table", table(comparison.table().map_err(arrow_error)?)?)?;
    Ok(dict)
}
