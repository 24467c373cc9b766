//! Faults, repair, coverage and slivers.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use sanxian_compliance::{
    CoverageTableOptions, SliverOptions, Submission, coordinate_range, coverage_tables, faults_to_arrow,
    repairs_to_arrow, submission_findings_layer,
};
use sanxian_overlay::{FaultOptions, OverlayError, RepairMethod, Winding};

use crate::area::parse_method;
use crate::error::{IntoPyErr, arrow_error};
use crate::layer::{Layer, table};
use crate::overlay::parse_on_invalid;
use crate::task;

#[pyfunction]
pub(crate) fn find_faults(
    py: Python<'_>,
    layer: &Layer,
    vertex_tolerance: f64,
    shortest_edge: f64,
    sharpest_angle_deg: f64,
    winding: Option<&str>,
) -> PyResult<PyTable> {
    let winding = match winding {
        None => None,
        Some("counter_clockwise") => Some(Winding::ExteriorCounterClockwise),
        Some("clockwise") => Some(Winding::ExteriorClockwise),
        Some(other) => {
            let message =
                format!("winding: expected \"clockwise\" or \"counter_clockwise\", found {other:?}");
            return Err(PyValueError::new_err(message));
        }
    };
    let inner = Arc::clone(&layer.inner);
    let range = inner.crs.as_ref().and_then(coordinate_range);
    let options = FaultOptions { vertex_tolerance, shortest_edge, sharpest_angle_deg, range, winding };
    let faults = task::run(py, None, move |_| {
        Ok::<_, OverlayError>(sanxian_overlay::find_faults_with(inner.polygons.view(), &options))
    })?;
    table(faults_to_arrow(&faults).map_err(arrow_error)?)
}

#[pyfunction]
pub(crate) fn repair(py: Python<'_>, layer: &Layer, method: &str) -> PyResult<(Layer, PyTable)> {
    let method = match method {
        "structure" => RepairMethod::Structure,
        "even_odd" => RepairMethod::EvenOdd,
        other => {
            let message = format!("method: expected \"structure\" or \"even_odd\", found {other:?}");
            return Err(PyValueError::new_err(message));
        }
    };
    let inner = Arc::clone(&layer.inner);
    let (polygons, repairs) = task::run(py, None, move |_| {
        Ok::<_, OverlayError>(sanxian_overlay::repair(inner.polygons.view(), method))
    })?;
    let mut repaired = layer.inner.as_ref().clone();
    repaired.polygons = polygons;
    Ok((Layer::new(repaired), table(repairs_to_arrow(&repairs).map_err(arrow_error)?)?))
}

/// Overlaps, gaps, what lies outside, features of one name, repairs.
type CoverageParts = (PyTable, PyTable, PyTable, PyTable, PyTable);

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each one word")]
pub(crate) fn check_coverage(
    py: Python<'_>,
    layer: &Layer,
    within: Option<&Layer>,
    area: &str,
    open_gap_width_m: f64,
    between: Option<String>,
    name: Option<String>,
    on_invalid: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<CoverageParts> {
    let options = CoverageTableOptions {
        on_invalid: parse_on_invalid(on_invalid)?,
        area: parse_method(area)?,
        open_gap_width_m,
        between,
        name,
    };
    let inner = Arc::clone(&layer.inner);
    let frame = within.map(|frame| Arc::clone(&frame.inner));
    let found = task::run(py, progress, move |progress| {
        coverage_tables(&inner, frame.as_deref(), &options, progress)
    })?;
    let geometries =
        |layer| sanxian_io::layer_to_arrow(layer).map_err(|error| error.into_py_err(py)).and_then(table);
    Ok((
        geometries(&found.overlaps)?,
        geometries(&found.gaps)?,
        geometries(&found.outside)?,
        table(found.same_names)?,
        table(repairs_to_arrow(&found.repairs).map_err(arrow_error)?)?,
    ))
}

#[pyfunction]
pub(crate) fn find_slivers(
    py: Python<'_>,
    layer: &Layer,
    class_field: Option<String>,
    narrow_width_m: Option<f64>,
) -> PyResult<PyTable> {
    let inner = Arc::clone(&layer.inner);
    let options = SliverOptions { class_field, narrow_width_m };
    table(task::run(py, None, move |_| sanxian_compliance::find_slivers(&inner, &options))?)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the parts of a submission, each of its own kind")]
pub(crate) fn check_submission(
    py: Python<'_>,
    plots: Option<&Layer>,
    shapefile: Option<&Layer>,
    outline: Option<&Layer>,
    uses: Option<&Layer>,
    land_use: Option<&Layer>,
    ownership: Option<&str>,
    layers: Vec<PyRef<'_, Layer>>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyTable> {
    let inner = |layer: Option<&Layer>| layer.map(|layer| Arc::clone(&layer.inner));
    let (plots, shapefile, outline) = (inner(plots), inner(shapefile), inner(outline));
    let (uses, land_use) = (inner(uses), inner(land_use));
    let layers: Vec<_> = layers.iter().map(|layer| Arc::clone(&layer.inner)).collect();
    let others: Vec<&sanxian_io::Layer> = layers.iter().map(Arc::as_ref).collect();
    let submission = Submission {
        plots: plots.as_deref(),
        shapefile: shapefile.as_deref(),
        outline: outline.as_deref(),
        uses: uses.as_deref(),
        land_use: land_use.as_deref(),
        ownership,
        layers: &others,
    };
    let crs = [&plots, &shapefile, &outline, &uses, &land_use]
        .into_iter()
        .flatten()
        .chain(&layers)
        .find_map(|layer| layer.crs.clone());
    let found = task::run(py, progress, |progress| {
        let findings = sanxian_compliance::check_submission(&submission, progress)?;
        submission_findings_layer(&findings, crs)
    })?;
    table(sanxian_io::layer_to_arrow(&found).map_err(|error| error.into_py_err(py))?)
}
