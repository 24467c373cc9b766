//! Areas of a column of polygons, and transforms.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_arrow::PyArray;
use sanxian_geodesy::{AreaMethod, Crs, FourParameters, Helmert, SevenParameters};

use crate::error::{Exception, IntoPyErr};
use crate::layer::Layer;
use crate::task;

/// The CRS that an operation cannot do without.
pub(crate) fn required_crs<'a>(py: Python<'_>, layer: &'a Layer) -> PyResult<&'a Crs> {
    layer.inner.crs.as_ref().ok_or_else(|| {
        Exception::new(py, "CrsUnknownError")
            .raise(&format!("{}: carries no CRS: set one with set_crs or pass crs", layer.inner.name))
    })
}

pub(crate) fn parse_method(method: &str) -> PyResult<AreaMethod> {
    method.parse().map_err(|_| {
        PyValueError::new_err(format!(
            "area: expected \"planar\", \"ellipsoidal\", \"survey\" or \"geodesic\", found {method:?}"
        ))
    })
}

#[pyfunction]
pub(crate) fn areas_m2(py: Python<'_>, layer: &Layer, method: &str) -> PyResult<PyArray> {
    let method = parse_method(method)?;
    let crs = required_crs(py, layer)?.clone();
    let inner = Arc::clone(&layer.inner);
    let areas =
        task::run(py, None, move |_| sanxian_compliance::areas_m2(inner.polygons.view(), &crs, method))?;
    let array: ArrayRef = Arc::new(Float64Array::from(areas));
    Ok(PyArray::from_array_ref(array))
}

/// Parameters of a datum change from a dict of numbers and its `convention`, or the words that take WGS 84 as CGCS2000.
fn parse_helmert(helmert: &Bound<'_, PyAny>) -> PyResult<Helmert> {
    if let Ok(word) = helmert.extract::<String>() {
        return match word.as_str() {
            "wgs84_as_cgcs2000" => Ok(Helmert::Wgs84AsCgcs2000),
            other => Err(PyValueError::new_err(format!(
                "helmert: expected a dict of parameters or \"wgs84_as_cgcs2000\", found {other:?}"
            ))),
        };
    }
    let parameters = helmert.cast::<PyDict>().map_err(|_| {
        PyTypeError::new_err(format!(
            "helmert: expected a dict of parameters or \"wgs84_as_cgcs2000\", found {}",
            helmert.get_type()
        ))
    })?;
    let convention: Option<String> =
        parameters.get_item("convention")?.map(|value| value.extract()).transpose()?;
    let names: &[&str] = match convention.as_deref() {
        Some("position_vector" | "coordinate_frame") => {
            &["dx_m", "dy_m", "dz_m", "rx_arcsec", "ry_arcsec", "rz_arcsec", "scale_ppm"]
        }
        Some("plane") => &["shift_easting_m", "shift_northing_m", "rotation_arcsec", "scale_ppm"],
        _ => {
            return Err(PyValueError::new_err(
                "helmert: \"convention\" must be \"position_vector\", \"coordinate_frame\" or \"plane\"",
            ));
        }
    };
    let given = parameters.keys().extract::<Vec<String>>()?;
    if let Some(unknown) = given.iter().find(|name| *name != "convention" && !names.contains(&name.as_str()))
    {
        return Err(PyValueError::new_err(format!(
            "helmert: unknown key {unknown:?}; expected {}",
            names.join(", ")
        )));
    }
    let number = |name: &str| -> PyResult<f64> {
        let value = parameters.get_item(name)?;
        value.ok_or_else(|| PyValueError::new_err(format!("helmert: {name:?} is missing")))?.extract()
    };
    Ok(match convention.as_deref() {
        Some("plane") => Helmert::Plane(FourParameters {
            shift_easting_m: number("shift_easting_m")?,
            shift_northing_m: number("shift_northing_m")?,
            rotation_arcsec: number("rotation_arcsec")?,
            scale_ppm: number("scale_ppm")?,
        }),
        convention => {
            let parameters = SevenParameters {
                dx_m: number("dx_m")?,
                dy_m: number("dy_m")?,
                dz_m: number("dz_m")?,
                rx_arcsec: number("rx_arcsec")?,
                ry_arcsec: number("ry_arcsec")?,
                rz_arcsec: number("rz_arcsec")?,
                scale_ppm: number("scale_ppm")?,
            };
            match convention {
                Some("coordinate_frame") => Helmert::CoordinateFrame(parameters),
                _ => Helmert::PositionVector(parameters),
            }
        }
    })
}

#[pyfunction]
#[pyo3(signature = (layer, target, helmert=None))]
pub(crate) fn to_crs(
    py: Python<'_>,
    layer: &Layer,
    target: &str,
    helmert: Option<&Bound<'_, PyAny>>,
) -> PyResult<Layer> {
    let from = required_crs(py, layer)?.clone();
    let to = Crs::from_text(target).map_err(|error| error.into_py_err(py))?;
    let helmert = helmert.map(parse_helmert).transpose()?;
    let inner = Arc::clone(&layer.inner);
    let moved =
        task::run(py, None, move |_| sanxian_compliance::to_crs(&inner, &from, &to, helmert.as_ref()))?;
    Ok(Layer::new(moved))
}
