//! Cropland that plots take, its balance, quotas, and expandable space.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_arrow::PyTable;
use sanxian_compliance::{CroplandClass, Supplement};

use crate::area::parse_method;
use crate::error::{IntoPyErr, arrow_error};
use crate::layer::{Layer, table};
use crate::overlay::{Options, parse_on_invalid};
use crate::task;

/// What plots take of cropland.
#[pyclass(frozen, module = "sanxian._native")]
pub(crate) struct CroplandOccupation {
    inner: sanxian_compliance::CroplandOccupation,
}

#[pymethods]
impl CroplandOccupation {
    fn to_arrow(&self) -> PyResult<PyTable> {
        table(self.inner.table().map_err(arrow_error)?)
    }

    #[getter]
    fn land_m2(&self) -> f64 {
        self.inner.land_m2
    }

    #[getter]
    fn net_m2(&self) -> f64 {
        self.inner.net_m2()
    }

    #[getter]
    fn farmland_m2(&self) -> Option<f64> {
        self.inner.farmland_m2
    }

    #[getter]
    fn grade_field(&self) -> Option<&str> {
        self.inner.grade_field.as_deref()
    }

    #[getter]
    fn has_ridges(&self) -> bool {
        self.inner.has_ridges
    }

    /// A dict a requirement; `supplements` are class, grade, square metres.
    fn balance<'py>(
        &self,
        py: Python<'py>,
        supplements: Vec<(String, Option<u32>, f64)>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let supplements = supplements
            .into_iter()
            .map(|(name, grade, area_m2)| match CroplandClass::named(&name) {
                Some(class) => Ok(Supplement { class, grade, area_m2 }),
                None => Err(PyValueError::new_err(format!(
                    "supplements: expected \"paddy\", \"irrigated\" or \"dry\", found {name:?}"
                ))),
            })
            .collect::<PyResult<Vec<_>>>()?;
        let rows = sanxian_compliance::cropland_balance(&self.inner, &supplements)
            .map_err(|error| error.into_py_err(py))?;
        rows.iter().map(|row| balance_row(py, row)).collect()
    }
}

fn balance_row<'py>(py: Python<'py>, row: &sanxian_compliance::BalanceRow) -> PyResult<Bound<'py, PyDict>> {
    dict!(py, {
        "requirement": &row.requirement,
        "title": &row.title,
        "grade": row.grade,
        "needed_m2": row.needed_m2,
        "offered_m2": row.offered_m2,
        "verdict": row.verdict.as_str(),
        "message": &row.message,
        "clause": &row.clause,
        "document": &row.document,
        "status": &row.status,
    })
}

/// Table, a dict a requirement and region, and pieces of the cropland that came and went between two dates.
#[pyfunction]
pub(crate) fn cropland_exchange<'py>(
    py: Python<'py>,
    regions: &Layer,
    before: &Layer,
    after: &Layer,
    options: Options,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<(PyTable, Vec<Bound<'py, PyDict>>, PyTable)> {
    let (_, options) = options.into_native()?;
    let (regions, before, after) = (regions.inner.as_ref(), before.inner.as_ref(), after.inner.as_ref());
    let found = task::run(py, progress, |progress| {
        sanxian_compliance::cropland_exchange(regions, before, after, &options, progress)
    })?;
    let balance = found.balance.iter().map(|(region, row)| {
        let dict = balance_row(py, row)?;
        dict.set_item("plot_id", region)?;
        Ok(dict)
    });
    let balance = balance.collect::<PyResult<_>>()?;
    let rows = table(found.table().map_err(arrow_error)?)?;
    let pieces = sanxian_io::layer_into_arrow(found.pieces).map_err(|error| error.into_py_err(py))?;
    Ok((rows, balance, table(pieces)?))
}

#[pyfunction]
pub(crate) fn cropland_occupation(
    py: Python<'_>,
    plots: &Layer,
    survey: &Layer,
    farmland: Option<&Layer>,
    area: &str,
    on_invalid: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<CroplandOccupation> {
    let (area, on_invalid) = (parse_method(area)?, parse_on_invalid(on_invalid)?);
    let (plots, survey) = (plots.inner.as_ref(), survey.inner.as_ref());
    let farmland = farmland.map(|layer| layer.inner.as_ref());
    let inner = task::run(py, progress, |progress| {
        sanxian_compliance::cropland_occupation(plots, survey, farmland, area, on_invalid, progress)
    })?;
    Ok(CroplandOccupation { inner })
}

/// A dict an indicator.
#[pyfunction]
pub(crate) fn quota_ledger(
    py: Python<'_>,
    year: u32,
    before_m2: Vec<(String, f64)>,
    change_m2: Vec<(String, f64)>,
) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let rows = sanxian_compliance::quota_ledger(year, &before_m2, &change_m2)
        .map_err(|error| error.into_py_err(py))?;
    let dict = |row: &sanxian_compliance::QuotaRow| {
        dict!(py, {
            "indicator": &row.indicator,
            "title": &row.title,
            "kind": &row.kind,
            "year": row.year,
            "bound": if row.is_upper { "at_most" } else { "at_least" },
            "limit_10k_mu": row.limit,
            "before_10k_mu": row.before,
            "change_10k_mu": row.change,
            "after_10k_mu": row.after,
            "left_10k_mu": row.left,
            "verdict": row.verdict.as_str(),
            "message": &row.message,
            "clause": &row.clause,
            "document": &row.document,
            "status": &row.status,
        })
    };
    rows.iter().map(dict).collect()
}

/// A dict a block.
#[pyfunction]
pub(crate) fn expandable_space<'py>(
    py: Python<'py>,
    blocks: &Layer,
    boundary: &Layer,
    survey: &Layer,
    area: &str,
    on_invalid: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let (area, on_invalid) = (parse_method(area)?, parse_on_invalid(on_invalid)?);
    let (blocks, boundary) = (blocks.inner.as_ref(), boundary.inner.as_ref());
    let survey = survey.inner.as_ref();
    let rows = task::run(py, progress, |progress| {
        sanxian_compliance::expandable_space(blocks, boundary, survey, area, on_invalid, progress)
    })?;
    let dict = |row: &sanxian_compliance::ExpandableSpace| {
        dict!(py, {
            "block": &row.block,
            "area_m2": row.area_m2,
            "inside_m2": row.inside_m2,
            "built_m2": row.built_m2,
            "new_m2": row.new_m2,
            "verdict": row.verdict.as_str(),
            "formula": &row.formula,
            "clause": &row.clause,
            "document": &row.document,
        })
    };
    rows.iter().map(dict).collect()
}
