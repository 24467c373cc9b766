//! Faults and repair.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use sanxian_compliance::{faults_to_arrow, repairs_to_arrow};
use sanxian_overlay::OverlayError;

use crate::error::arrow_error;
use crate::layer::{Layer, table};
use crate::task;

#[pyfunction]
pub(crate) fn find_faults(py: Python<'_>, layer: &Layer) -> PyResult<PyTable> {
    let inner = Arc::clone(&layer.inner);
    let faults = task::run(py, None, move |_| {
        Ok::<_, OverlayError>(sanxian_overlay::find_faults(inner.polygons.view()))
    })?;
    table(faults_to_arrow(&faults).map_err(arrow_error)?)
}

#[pyfunction]
pub(crate) fn repair(py: Python<'_>, layer: &Layer) -> PyResult<(Layer, PyTable)> {
    let inner = Arc::clone(&layer.inner);
    let (polygons, repairs) =
        task::run(py, None, move |_| Ok::<_, OverlayError>(sanxian_overlay::repair(inner.polygons.view())))?;
    let mut repaired = layer.inner.as_ref().clone();
    repaired.polygons = polygons;
    Ok((Layer::new(repaired), table(repairs_to_arrow(&repairs).map_err(arrow_error)?)?))
}
