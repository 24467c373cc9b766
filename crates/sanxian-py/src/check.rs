//! Schemes, rule packs and reports.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_arrow::{PySchema, PyTable};
use sanxian_compliance::{CheckInput, CodeTables, Corridor, CorridorWidth, LayerKinds, RulePack};

use crate::error::{IntoPyErr, arrow_error};
use crate::layer::{Layer, table};
use crate::task;

/// Rule packs, loaded.
#[pyclass(frozen, module = "sanxian._native")]
pub(crate) struct RulePacks {
    packs: Vec<RulePack>,
}

#[pymethods]
impl RulePacks {
    #[getter]
    fn ids(&self) -> Vec<&str> {
        self.packs.iter().map(|pack| pack.id.as_str()).collect()
    }

    fn to_arrow(&self) -> PyResult<PyTable> {
        table(sanxian_compliance::rules_table(&self.packs).map_err(arrow_error)?)
    }
}

#[pyfunction]
pub(crate) fn load_rules(py: Python<'_>, ids: Vec<String>, paths: Vec<PathBuf>) -> PyResult<RulePacks> {
    let packs = sanxian_compliance::load_rules(&ids, &paths).map_err(|error| error.into_py_err(py))?;
    Ok(RulePacks { packs })
}

#[pyfunction]
pub(crate) fn list_rules(py: Python<'_>) -> PyResult<PyTable> {
    let packs = sanxian_compliance::list_rules().map_err(|error| error.into_py_err(py))?;
    table(sanxian_compliance::rules_table(&packs).map_err(arrow_error)?)
}

/// The identifier of a layer role, from its English or Chinese name.
#[pyfunction]
pub(crate) fn role_id(py: Python<'_>, name: &str) -> PyResult<String> {
    let tables = CodeTables::embedded().map_err(|error| error.into_py_err(py))?;
    tables.find_role(name).map(|role| role.id.clone()).map_err(|error| error.into_py_err(py))
}

/// Chinese names of the layer roles by identifier.
#[pyfunction]
pub(crate) fn role_titles(py: Python<'_>) -> PyResult<std::collections::BTreeMap<String, String>> {
    let tables = CodeTables::embedded().map_err(|error| error.into_py_err(py))?;
    Ok(tables.roles.into_iter().map(|role| (role.id, role.title)).collect())
}

/// What a layer is by its name and fields: a JSON text, and what is odd about it. `is_complete` is false when the schema has
/// only some of the file's fields: then none is called missing.
#[pyfunction]
#[pyo3(signature = (name, schema, *, role=None, is_complete=true))]
pub(crate) fn recognise_layer(
    py: Python<'_>,
    name: &str,
    schema: PySchema,
    role: Option<&str>,
    is_complete: bool,
) -> PyResult<(String, PyTable)> {
    let kinds = LayerKinds::embedded().map_err(|error| error.into_py_err(py))?;
    let mut found = kinds.recognise(name, schema.as_ref().fields(), role);
    if !is_complete {
        found.missing.clear();
    }
    let findings = sanxian_compliance::findings_to_arrow(&found.findings()).map_err(arrow_error)?;
    Ok((found.to_json().to_string(), table(findings)?))
}

/// A scheme file.
#[pyclass(frozen, module = "sanxian._native")]
pub(crate) struct Scheme {
    inner: sanxian_compliance::Scheme,
}

#[pymethods]
impl Scheme {
    #[staticmethod]
    fn from_toml(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let inner = sanxian_compliance::Scheme::from_toml(path).map_err(|error| error.into_py_err(py))?;
        Ok(Self { inner })
    }

    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    #[getter]
    fn path(&self) -> PathBuf {
        self.inner.path().to_owned()
    }

    /// The audit description that the scheme names.
    #[getter]
    fn audit(&self) -> Option<PathBuf> {
        self.inner.audit().map(ToOwned::to_owned)
    }

    #[getter]
    fn ownership(&self) -> Option<&str> {
        self.inner.ownership()
    }

    #[getter]
    fn inputs<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let inputs = self.inner.inputs();
        let rows = inputs.into_iter().map(|input| {
            let row = PyDict::new(py);
            row.set_item("slot", input.slot.as_str())?;
            row.set_item("role", input.role)?;
            row.set_item("path", input.path)?;
            row.set_item("layer", input.layer)?;
            row.set_item("encoding", input.encoding)?;
            row.set_item("crs", input.crs.as_ref().map(|crs| crs.definition().to_owned()))?;
            row.set_item("points", input.points)?;
            row.set_item("swap_axes", input.swap_axes)?;
            row.set_item("corridor", input.corridor.as_ref().map(|found| corridor(py, found)).transpose()?)?;
            Ok(row)
        });
        rows.collect()
    }

    fn check(
        &self,
        py: Python<'_>,
        plots: &Layer,
        layers: Vec<PyRef<'_, Layer>>,
        uses: Option<&Layer>,
        land_use: Option<&Layer>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Report> {
        let plots = plots.inner.as_ref().clone();
        let layers = layers.iter().map(|layer| layer.inner.as_ref().clone()).collect();
        let land_use = land_use.map(|layer| Arc::clone(&layer.inner));
        let uses = uses.map(|layer| layer.inner.as_ref().clone());
        let inner = task::run(py, progress, |progress| {
            let input = self.inner.check_input(plots, layers, land_use, uses)?;
            sanxian_compliance::check(input, self.inner.packs(), progress)
        })?;
        Ok(Report { inner })
    }
}

/// `width_m` (metres, or the field that has them), `segment_length_m` and `name` of a corridor.
fn corridor<'py>(py: Python<'py>, corridor: &Corridor) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    match &corridor.width {
        CorridorWidth::Metres(metres) => row.set_item("width_m", metres)?,
        CorridorWidth::Field(field) => row.set_item("width_m", field)?,
    }
    row.set_item("segment_length_m", corridor.segment_length_m)?;
    row.set_item("name", corridor.name_field.as_deref())?;
    Ok(row)
}

/// Checks plots against layers that are in memory; `settings` is JSON.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the inputs of a check, each of its own kind")]
pub(crate) fn check(
    py: Python<'_>,
    settings: &str,
    rules: &RulePacks,
    plots: &Layer,
    layers: Vec<(String, PyRef<'_, Layer>)>,
    uses: Option<&Layer>,
    land_use: Option<&Layer>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Report> {
    let plots = plots.inner.as_ref().clone();
    let layers = layers.into_iter().map(|(role, layer)| (role, layer.inner.as_ref().clone())).collect();
    let land_use = land_use.map(|layer| Arc::clone(&layer.inner));
    let uses = uses.map(|layer| layer.inner.as_ref().clone());
    let inner = task::run(py, progress, |progress| {
        let input = CheckInput::from_settings(settings, &rules.packs, plots, layers, uses, land_use)?;
        sanxian_compliance::check(input, &rules.packs, progress)
    })?;
    Ok(Report { inner })
}

/// What a check came to.
#[pyclass(frozen, module = "sanxian._native")]
pub(crate) struct Report {
    inner: sanxian_compliance::Report,
}

#[pymethods]
impl Report {
    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    #[getter]
    fn verdict(&self) -> &'static str {
        self.inner.verdict.as_str()
    }

    #[getter]
    fn evidence(&self) -> PyResult<String> {
        serde_json::to_string(&self.inner.evidence).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    fn verdicts(&self, py: Python<'_>) -> PyResult<PyTable> {
        table(self.inner.verdicts().map_err(|error| error.into_py_err(py))?)
    }

    fn tables(&self) -> PyResult<Vec<(String, PyTable)>> {
        let tables = self.inner.tables();
        tables.iter().map(|(name, batch)| Ok(((*name).to_owned(), table(batch.clone())?))).collect()
    }

    fn findings(&self, py: Python<'_>) -> PyResult<PyTable> {
        table(self.inner.findings().map_err(|error| error.into_py_err(py))?)
    }

    fn pieces(&self, py: Python<'_>) -> PyResult<PyTable> {
        table(self.inner.pieces().map_err(|error| error.into_py_err(py))?)
    }
}
