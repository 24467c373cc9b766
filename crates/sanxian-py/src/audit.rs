//! Audits of a plan's own figures.

use std::path::PathBuf;

use arrow_array::RecordBatch;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_arrow::input::AnyRecordBatch;
use sanxian_compliance::AuditDescription;

use crate::error::{IntoPyErr, arrow_error};
use crate::layer::table;
use crate::task;

/// Ids of the tables that a description leaves to the caller.
#[pyfunction]
pub(crate) fn audit_tables_needed(py: Python<'_>, path: PathBuf) -> PyResult<Vec<String>> {
    let description = AuditDescription::from_toml(path, None).map_err(|error| error.into_py_err(py))?;
    Ok(description.given_tables().into_iter().map(str::to_owned).collect())
}

/// Carries out an audit.
#[pyfunction]
pub(crate) fn audit(
    py: Python<'_>,
    path: PathBuf,
    folder: Option<PathBuf>,
    given: Vec<(String, AnyRecordBatch)>,
) -> PyResult<Bound<'_, PyDict>> {
    let given =
        given.into_iter().map(|(id, source)| Ok((id, one_batch(source)?))).collect::<PyResult<Vec<_>>>()?;
    let (report, files) = task::run(py, None, |_| {
        let description = AuditDescription::from_toml(path, folder.as_deref())?;
        let files: Vec<PathBuf> = description.files().into_iter().map(PathBuf::from).collect();
        sanxian_compliance::audit(&description, &given).map(|report| (report, files))
    })?;
    let dict = PyDict::new(py);
    dict.set_item("name", &report.name)?;
    dict.set_item("document", &report.document)?;
    dict.set_item("verdict", report.verdict.as_str())?;
    dict.set_item("checked", report.checked)?;
    dict.set_item("files", files)?;
    dict.set_item("findings", table(report.findings().map_err(arrow_error)?)?)?;
    dict.set_item("unchecked", table(report.unchecked().map_err(arrow_error)?)?)?;
    Ok(dict)
}

fn one_batch(source: AnyRecordBatch) -> PyResult<RecordBatch> {
    let (mut batches, schema) = source.into_table()?.into_inner();
    for array in batches.iter().flat_map(RecordBatch::columns) {
        // Text that is not UTF-8 must not become a string.
        array.to_data().validate_full().map_err(|error| PyValueError::new_err(format!("tables: {error}")))?;
    }
    match (batches.pop(), batches.is_empty()) {
        (None, _) => Ok(RecordBatch::new_empty(schema)),
        (Some(batch), true) => Ok(batch),
        (Some(_), false) => Err(PyValueError::new_err("tables: expected tables of one chunk")),
    }
}
