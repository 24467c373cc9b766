//! Rounding and closing of figures.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use sanxian_geodesy::closure::{self, Closure, ClosureError, RidgeDeduction};

use crate::error::{Exception, IntoPyErr};

impl IntoPyErr for ClosureError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        Exception::new(py, "SanxianError").raise(&self.to_string())
    }
}

#[pyfunction]
pub(crate) fn round_half_away(values: Vec<f64>, decimals: u32) -> Vec<f64> {
    values.into_iter().map(|value| sanxian_geodesy::round_half_away(value, decimals)).collect()
}

/// Figures, units moved, total, and units that are still missing.
#[pyfunction]
pub(crate) fn close_column(
    py: Python<'_>,
    values: Vec<f64>,
    total: f64,
    decimals: u32,
    method: &str,
) -> PyResult<(Vec<f64>, Vec<i64>, f64, i64)> {
    let closure: Closure = method
        .parse()
        .map_err(|error: closure::UnknownClosure| PyValueError::new_err(format!("method: {error}")))?;
    let closed =
        closure::close_column(&values, total, decimals, closure).map_err(|error| error.into_py_err(py))?;
    Ok((closed.values, closed.moved_units, closed.total, closed.difference_units))
}

/// Cells, row totals, column totals, total, and `(row, column, units)` of the cells that were moved.
type Table = (Vec<Vec<f64>>, Vec<f64>, Vec<f64>, f64, Vec<(usize, usize, i64)>);

#[pyfunction]
pub(crate) fn close_table(py: Python<'_>, rows: Vec<Vec<f64>>, decimals: u32) -> PyResult<Table> {
    let closed = closure::close_table(&rows, decimals).map_err(|error| error.into_py_err(py))?;
    let moved = closed.moved.iter().map(|cell| (cell.row, cell.column, cell.moved_units)).collect();
    Ok((closed.cells, closed.row_totals, closed.column_totals, closed.total, moved))
}

/// `(gross, ridge, net)` of every patch, or of every piece of one patch.
#[pyfunction]
pub(crate) fn ridge_deduction(
    py: Python<'_>,
    areas_m2: Vec<f64>,
    coefficient: f64,
    pieces: bool,
) -> PyResult<Vec<(f64, f64, f64)>> {
    let deductions: Result<Vec<RidgeDeduction>, ClosureError> = if pieces {
        closure::ridge_deduction_of_pieces(&areas_m2, coefficient)
    } else {
        areas_m2.iter().map(|&area_m2| closure::ridge_deduction(area_m2, coefficient)).collect()
    };
    let deductions = deductions.map_err(|error| error.into_py_err(py))?;
    Ok(deductions.iter().map(|patch| (patch.gross_m2, patch.ridge_m2, patch.net_m2)).collect())
}
