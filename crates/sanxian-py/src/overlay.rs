//! Overlays of plots with a layer, as tables.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use sanxian_compliance::{Count, OverlayTableOptions, overlay_areas, overlay_areas_of_file, overlay_pieces};
use sanxian_overlay::{OnInvalid, Repair};
use serde_json::json;

use crate::area::parse_method;
use crate::error::IntoPyErr;
use crate::layer::{IndexedLayer, Layer, table};
use crate::task;

fn options(area: &str, sliver_width_m: f64, on_invalid: &str, count: &str) -> PyResult<OverlayTableOptions> {
    let on_invalid = parse_on_invalid(on_invalid)?;
    if !(sliver_width_m >= 0.0 && sliver_width_m.is_finite()) {
        return Err(PyValueError::new_err(format!(
            "sliver_width_m: expected metres, 0 or more, found {sliver_width_m}"
        )));
    }
    let count = match count {
        "each" => Count::Each,
        "union" => Count::Union,
        other => {
            return Err(PyValueError::new_err(format!(
                "count: expected \"each\" or \"union\", found {other:?}"
            )));
        }
    };
    Ok(OverlayTableOptions { area: parse_method(area)?, sliver_width_m, on_invalid, count })
}

/// What to do with invalid polygons, by its word.
pub(crate) fn parse_on_invalid(text: &str) -> PyResult<OnInvalid> {
    match text {
        "raise" => Ok(OnInvalid::Raise),
        "repair" => Ok(OnInvalid::Repair),
        other => Err(PyValueError::new_err(format!(
            "on_invalid: expected \"raise\" or \"repair\", found {other:?}"
        ))),
    }
}

/// The table with the list of repairs in its metadata, as JSON: a table can only carry columns and texts.
fn with_repairs(batch: RecordBatch, repairs: &[Repair]) -> PyResult<PyTable> {
    let rows: Vec<_> = repairs
        .iter()
        .map(|repair| {
            json!({
                "side": if repair.side == sanxian_overlay::Side::Subject { "plots" } else { "layer" },
                "feature": repair.feature,
                "faults": repair.kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>(),
                "area_before": repair.area_before,
                "area_after": repair.area_after,
            })
        })
        .collect();
    let metadata = HashMap::from([("repairs".to_owned(), serde_json::Value::from(rows).to_string())]);
    let schema = Arc::new(batch.schema().as_ref().clone().with_metadata(metadata));
    PyTable::try_new(vec![batch.with_schema(Arc::clone(&schema)).map_err(crate::error::arrow_error)?], schema)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each one word")]
pub(crate) fn overlay_area(
    py: Python<'_>,
    plots: &Layer,
    layer: &IndexedLayer,
    by: Vec<String>,
    area: &str,
    sliver_width_m: f64,
    on_invalid: &str,
    count: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyTable> {
    let options = options(area, sliver_width_m, on_invalid, count)?;
    let plots = Arc::clone(&plots.inner);
    let done =
        task::run(py, progress, |progress| overlay_areas(&plots, &layer.layer, &by, &options, progress))?;
    with_repairs(done.rows, &done.repairs)
}

/// The same for a layer that stays in its file.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each one word")]
pub(crate) fn overlay_area_of_file(
    py: Python<'_>,
    plots: &Layer,
    path: PathBuf,
    by: Vec<String>,
    area: &str,
    sliver_width_m: f64,
    on_invalid: &str,
    count: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyTable> {
    let options = options(area, sliver_width_m, on_invalid, count)?;
    let plots = Arc::clone(&plots.inner);
    let done =
        task::run(py, progress, |progress| overlay_areas_of_file(&plots, &path, &by, &options, progress))?;
    with_repairs(done.rows, &done.repairs)
}

#[pyfunction]
pub(crate) fn overlay(
    py: Python<'_>,
    plots: &Layer,
    layer: &IndexedLayer,
    area: &str,
    sliver_width_m: f64,
    on_invalid: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyTable> {
    let options = options(area, sliver_width_m, on_invalid, "each")?;
    let plots = Arc::clone(&plots.inner);
    let done = task::run(py, progress, |progress| {
        overlay_pieces(&plots, &layer.layer, layer.index(), &options, progress)
    })?;
    let batch = sanxian_io::layer_to_arrow(&done.rows).map_err(|error| error.into_py_err(py))?;
    if done.repairs.is_empty() { table(batch) } else { with_repairs(batch, &done.repairs) }
}

/// Pieces and table of what differs between two vintages of a layer.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each one word")]
pub(crate) fn compare_vintages(
    py: Python<'_>,
    plots: &Layer,
    before: &Layer,
    after: &Layer,
    by: Vec<String>,
    area: &str,
    sliver_width_m: f64,
    on_invalid: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<(PyTable, PyTable)> {
    let options = options(area, sliver_width_m, on_invalid, "each")?;
    let (plots, before, after) =
        (Arc::clone(&plots.inner), Arc::clone(&before.inner), Arc::clone(&after.inner));
    let changes = task::run(py, progress, |progress| {
        sanxian_compliance::compare_vintages(&plots, &before, &after, &by, &options, progress)
    })?;
    let pieces = sanxian_io::layer_to_arrow(&changes.pieces).map_err(|error| error.into_py_err(py))?;
    Ok((table(pieces)?, table(changes.table)?))
}
