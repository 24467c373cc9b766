//! Errors of the crates as the exceptions of `sanxian.errors`, with the place in attributes.

use std::any::Any;
use std::path::Path;

use pyo3::exceptions::{PyFileNotFoundError, PyKeyError, PyOSError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use sanxian_compliance::{AuditError, ComplianceError, LayerTransformError, RuleError, SchemeError};
use sanxian_geodesy::{AreaError, CrsError, TransformError, VertexFault, VertexPosition};
use sanxian_io::IoError;
use sanxian_io::geoarrow::ArrowFault;
use sanxian_overlay::{Fault, OverlayError};

/// An error that knows which Python exception it is.
pub(crate) trait IntoPyErr {
    fn into_py_err(self, py: Python<'_>) -> PyErr;
}

/// Builds `sanxian.errors.<class>(message, **attributes)`.
pub(crate) struct Exception<'py> {
    py: Python<'py>,
    class: &'static str,
    attributes: Bound<'py, PyDict>,
}

impl<'py> Exception<'py> {
    pub(crate) fn new(py: Python<'py>, class: &'static str) -> Self {
        Self { py, class, attributes: PyDict::new(py) }
    }

    /// Adds an attribute; `None` stays what the class has by default.
    pub(crate) fn with(self, name: &str, value: Option<impl IntoPyObject<'py>>) -> Self {
        if let Some(value) = value {
            // Numbers, texts and dicts always convert; were one not to, the message still says it.
            let _ = self.attributes.set_item(name, value);
        }
        self
    }

    pub(crate) fn raise(self, message: &str) -> PyErr {
        let build = || {
            let class = self.py.import("sanxian.errors")?.getattr(self.class)?;
            class.call((message,), Some(&self.attributes))
        };
        match build() {
            Ok(instance) => PyErr::from_value(instance),
            Err(error) => error,
        }
    }
}

/// The exception for a panic: it is a mistake of this library, and says so instead of killing the interpreter.
pub(crate) fn internal_error(py: Python<'_>, panic: &(dyn Any + Send)) -> PyErr {
    let reason = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown reason".to_owned());
    Exception::new(py, "SanxianError")
        .raise(&format!("internal error: {reason}: please report it with the input"))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

impl IntoPyErr for PyErr {
    fn into_py_err(self, _py: Python<'_>) -> PyErr {
        self
    }
}

impl IntoPyErr for IoError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        let message = self.to_string();
        match &self {
            Self::NotFound { .. } => PyFileNotFoundError::new_err(format!("{message}: check the path")),
            Self::Write { .. } => PyOSError::new_err(message),
            Self::UnknownColumn { .. } => PyKeyError::new_err(message),
            Self::CrsUnknown { .. } | Self::CrsConflict { .. } | Self::Crs { .. } => {
                Exception::new(py, "CrsUnknownError")
                    .with("path", self.path().map(text))
                    .with("line", self.line())
                    .raise(&message)
            }
            Self::ExchangeText { fault, .. } => Exception::new(py, "ExchangeTextError")
                .with("path", self.path().map(text))
                .with("line", self.line())
                .with("column", self.column())
                .with("reason", Some(fault.to_string()))
                .raise(&message),
            Self::CoordinateTable { fault, .. } => Exception::new(py, "ExchangeTextError")
                .with("path", self.path().map(text))
                .with("line", self.line())
                .with("column", self.column())
                .with("reason", Some(fault.to_string()))
                .raise(&message),
            Self::Arrow {
                feature: Some(row),
                fault: fault @ (ArrowFault::NotUtf8 | ArrowFault::Offsets),
                ..
            } => Exception::new(py, "LayerReadError")
                .with("record", Some(row + 1))
                .with("reason", Some(fault.to_string()))
                .raise(&message),
            Self::Arrow { feature: Some(feature), fault, .. } => Exception::new(py, "InvalidPolygonError")
                .with("feature", Some(*feature))
                .with("reason", Some(fault.to_string()))
                .raise(&message),
            Self::UnknownEncoding { .. } | Self::ValueDoesNotFit { .. } | Self::CannotWrite { .. } => {
                Exception::new(py, "SanxianError").with("path", self.path().map(text)).raise(&message)
            }
            // What is left are files that cannot be read as what they should be. Plots come in as text, layers as tables:
            // both have a path and a place, and which class it is follows from the suffix that was asked for.
            _ => {
                let suffix = self.path().and_then(Path::extension).unwrap_or_default();
                let is_text = ["txt", "csv", "tsv", "xlsx", "xlsm", "xls"]
                    .iter()
                    .any(|known| suffix.eq_ignore_ascii_case(known));
                let exception =
                    Exception::new(py, if is_text { "ExchangeTextError" } else { "LayerReadError" })
                        .with("path", self.path().map(text))
                        .with("reason", Some(message.clone()));
                let exception = if is_text {
                    exception.with("line", self.line())
                } else {
                    exception.with("record", self.record()).with("offset", self.offset())
                };
                exception.raise(&message)
            }
        }
    }
}

impl IntoPyErr for CrsError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        Exception::new(py, "CrsUnknownError").raise(&self.to_string())
    }
}

impl IntoPyErr for OverlayError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        let message = format!("{self}{}", mending(&self));
        overlay_error(py, &self, None, &message)
    }
}

/// What to do about an invalid polygon; nothing for other errors.
fn mending(error: &OverlayError) -> &'static str {
    match error {
        OverlayError::InvalidPolygon { .. } => {
            ": find_faults lists all of them, on_invalid=\"repair\" or sx.repair mends them"
        }
        _ => "",
    }
}

/// An overlay error under a message that also names the layer or plot.
fn overlay_error(py: Python<'_>, error: &OverlayError, plot_id: Option<&str>, message: &str) -> PyErr {
    match error {
        OverlayError::InvalidPolygon { side, feature, ring, vertex, point, kind, faults } => {
            Exception::new(py, "InvalidPolygonError")
                .with("plot_id", plot_id)
                .with("side", Some(side.to_string()))
                .with("feature", Some(*feature))
                .with("ring", *ring)
                .with("vertex", *vertex)
                .with("point", point.map(|[easting, northing]| (easting, northing)))
                .with("reason", Some(kind.message()))
                .with(
                    "faults",
                    Some(faults.iter().filter_map(|fault| fault_dict(py, fault).ok()).collect::<Vec<_>>()),
                )
                .raise(message)
        }
        _ => Exception::new(py, "SanxianError").raise(message),
    }
}

fn fault_dict<'py>(py: Python<'py>, fault: &Fault) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("fault", fault.kind.code())?;
    dict.set_item("feature", fault.feature)?;
    dict.set_item("polygon", fault.polygon)?;
    dict.set_item("ring", fault.ring)?;
    dict.set_item("vertex", fault.vertex)?;
    dict.set_item("point", fault.point.map(|[easting, northing]| (easting, northing)))?;
    dict.set_item("message", fault.to_string())?;
    Ok(dict)
}

impl IntoPyErr for AreaError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        let message = self.to_string();
        area_error(py, &self, &message)
    }
}

fn area_error(py: Python<'_>, error: &AreaError, message: &str) -> PyErr {
    match error {
        AreaError::Vertex { position, point, fault, .. } => {
            vertex_error(py, position, *point, *fault, message)
        }
        _ => Exception::new(py, "SanxianError").raise(message),
    }
}

/// A vertex that cannot be a place, with its position in the layer.
fn vertex_error(
    py: Python<'_>,
    position: &VertexPosition,
    [easting, northing]: [f64; 2],
    fault: VertexFault,
    message: &str,
) -> PyErr {
    Exception::new(py, "InvalidPolygonError")
        .with("feature", Some(position.feature))
        .with("polygon", Some(position.polygon))
        .with("ring", Some(position.ring))
        .with("vertex", Some(position.vertex))
        .with("point", Some((easting, northing)))
        .with("reason", Some(fault.to_string()))
        .raise(message)
}

impl IntoPyErr for LayerTransformError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        let message = self.to_string();
        match (self.source.as_ref(), &self.position) {
            (TransformError::DatumShift { from, to, .. } | TransformError::NeedlessShift { from, to }, _) => {
                Exception::new(py, "DatumShiftError")
                    .with("left", Some(from))
                    .with("right", Some(to))
                    .raise(&message)
            }
            (TransformError::Point { point, fault, .. }, Some(position)) => {
                vertex_error(py, position, *point, *fault, &message)
            }
            _ => Exception::new(py, "SanxianError").raise(&message),
        }
    }
}

impl IntoPyErr for RuleError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        let exception = Exception::new(py, "RuleError");
        let exception = match &self {
            Self::Open { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
                return PyFileNotFoundError::new_err(format!("{}: no such file: check the path", text(path)));
            }
            Self::Syntax { file, line, .. } => exception.with("path", Some(file)).with("line", Some(*line)),
            Self::Key { file, rule, key, .. } => {
                exception.with("path", Some(file)).with("rule", rule.as_ref()).with("key", Some(key))
            }
            _ => exception,
        };
        exception.raise(&self.to_string())
    }
}

impl IntoPyErr for SchemeError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        match &self {
            Self::Open { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
                PyFileNotFoundError::new_err(format!("{}: no such file: check the path", text(path)))
            }
            _ => Exception::new(py, "SchemeError")
                .with("path", Some(text(self.path())))
                .with("key", self.key())
                .raise(&self.to_string()),
        }
    }
}

impl IntoPyErr for AuditError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        match &self {
            Self::Open { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
                PyFileNotFoundError::new_err(format!("{}: no such file: check the path", text(path)))
            }
            _ => Exception::new(py, "AuditError")
                .with("path", self.path().map(text))
                .with("key", self.key())
                .raise(&self.to_string()),
        }
    }
}

impl IntoPyErr for ComplianceError {
    fn into_py_err(self, py: Python<'_>) -> PyErr {
        let message = self.to_string();
        match self {
            Self::Rules(error) => error.into_py_err(py),
            Self::Scheme(error) => error.into_py_err(py),
            Self::Io(error) => error.into_py_err(py),
            Self::Overlay { source, .. } => {
                overlay_error(py, &source, None, &format!("{message}{}", mending(&source)))
            }
            Self::InvalidPlot { source, plot_id, .. } => overlay_error(py, &source, Some(&plot_id), &message),
            Self::Area { source, .. } => area_error(py, &source, &message),
            Self::NoCrs { .. } => Exception::new(py, "CrsUnknownError").raise(&message),
            Self::CrsMismatch { layer_crs, plots_crs, .. } => Exception::new(py, "CrsMismatchError")
                .with("left", Some(plots_crs))
                .with("right", Some(layer_crs))
                .raise(&message),
            Self::NoField { .. } => PyKeyError::new_err(message),
            Self::UnknownPlot { parameter, .. } | Self::Parameter { parameter, .. } => {
                Exception::new(py, "SchemeError").with("key", Some(parameter)).raise(&message)
            }
            Self::UnknownActivity { .. } => {
                Exception::new(py, "SchemeError").with("key", Some("activity".to_owned())).raise(&message)
            }
            _ => Exception::new(py, "SanxianError").raise(&message),
        }
    }
}

/// Arrow's own errors: only a mistake of ours leads here, because the tables are ours.
pub(crate) fn arrow_error(error: arrow_schema::ArrowError) -> PyErr {
    Python::attach(|py| internal_error(py, &error.to_string()))
}
