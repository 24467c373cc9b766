//! Overlays of plots with a layer, as tables.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use sanxian_compliance::{
    Count, Operation, OverlayTableOptions, SourcedFinding, overlay_areas, overlay_areas_of_file,
    overlay_pieces,
};
use sanxian_overlay::{OnInvalid, Repair};
use serde_json::json;

use crate::area::parse_method;
use crate::error::IntoPyErr;
use crate::layer::{IndexedLayer, Layer, table};
use crate::task;

/// What the options of overlays are called in Python.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options {
    by: Vec<String>,
    area: String,
    sliver_width_m: f64,
    on_invalid: String,
    count: String,
}

impl Options {
    /// The columns to sum over, and the rest.
    pub(crate) fn into_native(self) -> PyResult<(Vec<String>, OverlayTableOptions)> {
        let Self { by, area, sliver_width_m, on_invalid, count } = self;
        if !(sliver_width_m >= 0.0 && sliver_width_m.is_finite()) {
            return Err(PyValueError::new_err(format!(
                "sliver_width_m: expected metres, 0 or more, found {sliver_width_m}"
            )));
        }
        let count = match count.as_str() {
            "each" => Count::Each,
            "union" => Count::Union,
            other => {
                return Err(PyValueError::new_err(format!(
                    "count: expected \"each\" or \"union\", found {other:?}"
                )));
            }
        };
        let (area, on_invalid) = (parse_method(&area)?, parse_on_invalid(&on_invalid)?);
        Ok((by, OverlayTableOptions { area, sliver_width_m, on_invalid, count }))
    }
}

/// A layer in memory, or one that stays in its file.
#[derive(FromPyObject)]
pub(crate) enum Control<'py> {
    Indexed(Bound<'py, IndexedLayer>),
    File(PathBuf),
}

/// What to do with invalid polygons, by its word.
pub(crate) fn parse_on_invalid(text: &str) -> PyResult<OnInvalid> {
    match text {
        "raise" => Ok(OnInvalid::Raise),
        "repair" => Ok(OnInvalid::Repair),
        "trust" => Ok(OnInvalid::Trust),
        other => Err(PyValueError::new_err(format!(
            "on_invalid: expected \"raise\", \"repair\" or \"trust\", found {other:?}"
        ))),
    }
}

/// The table with repairs and findings in its metadata, as JSON: a table can only carry columns and texts.
fn described(batch: RecordBatch, repairs: &[Repair], findings: &[SourcedFinding]) -> PyResult<PyTable> {
    let repairs: Vec<_> = repairs
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
    let findings: Vec<_> = findings
        .iter()
        .map(|SourcedFinding { finding, source }| {
            json!({
                "severity": finding.severity.as_str(),
                "code": finding.code,
                "message": finding.message,
                "line": finding.line,
                "plot_id": finding.plot_id,
                "source": source,
            })
        })
        .collect();
    let texts = [("repairs", repairs), ("findings", findings)];
    let metadata: HashMap<String, String> = texts
        .into_iter()
        .map(|(name, rows)| (format!("sanxian:{name}"), serde_json::Value::from(rows).to_string()))
        .collect();
    let schema = Arc::new(batch.schema().as_ref().clone().with_metadata(metadata));
    PyTable::try_new(vec![batch.with_schema(Arc::clone(&schema)).map_err(crate::error::arrow_error)?], schema)
}

#[pyfunction]
pub(crate) fn overlay_area(
    py: Python<'_>,
    plots: &Layer,
    layer: Control<'_>,
    options: Options,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyTable> {
    let (by, options) = options.into_native()?;
    let plots = &plots.inner;
    let done = match &layer {
        Control::Indexed(layer) => {
            let layer = layer.get();
            task::run(py, progress, |progress| {
                let index = layer.index_for(plots.len());
                overlay_areas(plots, &layer.layer, index, &by, &options, progress)
            })?
        }
        Control::File(path) => {
            task::run(py, progress, |progress| overlay_areas_of_file(plots, path, &by, &options, progress))?
        }
    };
    described(done.rows, &done.repairs, &done.findings)
}

#[pyfunction]
pub(crate) fn overlay(
    py: Python<'_>,
    plots: &Layer,
    layer: &IndexedLayer,
    how: &str,
    options: Options,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyTable> {
    let operation = match how {
        "intersection" => Operation::Intersection,
        "difference" => Operation::Difference,
        "identity" => Operation::Identity,
        other => {
            return Err(PyValueError::new_err(format!(
                "how: expected \"intersection\", \"difference\" or \"identity\", found {other:?}"
            )));
        }
    };
    let (_, options) = options.into_native()?;
    let plots = &plots.inner;
    let done = task::run(py, progress, |progress| {
        overlay_pieces(plots, &layer.layer, layer.index(), operation, &options, progress)
    })?;
    let batch = sanxian_io::layer_into_arrow(done.rows).map_err(|error| error.into_py_err(py))?;
    described(batch, &done.repairs, &done.findings)
}

/// Pieces and table of what differs between two vintages of a layer.
#[pyfunction]
pub(crate) fn compare_vintages(
    py: Python<'_>,
    plots: &Layer,
    before: &Layer,
    after: &Layer,
    options: Options,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<(PyTable, PyTable)> {
    let (by, options) = options.into_native()?;
    let (plots, before, after) = (&plots.inner, &before.inner, &after.inner);
    let changes = task::run(py, progress, |progress| {
        sanxian_compliance::compare_vintages(plots, before, after, &by, &options, progress)
    })?;
    let pieces = sanxian_io::layer_into_arrow(changes.pieces).map_err(|error| error.into_py_err(py))?;
    Ok((table(pieces)?, table(changes.table)?))
}
