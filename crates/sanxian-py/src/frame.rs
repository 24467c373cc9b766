//! What a CRS is, and what coordinates say about theirs.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use sanxian_geodesy::{
    Candidate, Crs, Frame, FrameKind, Projection, TransverseMercatorParameters, candidates, check_declared,
};

use crate::error::IntoPyErr;
use crate::layer::Layer;

fn kind(crs: &Crs) -> &'static str {
    match (crs.frame().map(Frame::kind), crs.projection()) {
        (Some(FrameKind::GaussKruger { .. }), _) => "gauss_kruger",
        (Some(FrameKind::Utm { .. }), _) => "utm",
        (Some(FrameKind::Geographic3d), _) => "geographic_3d",
        (_, Projection::Geographic) => "geographic",
        (_, Projection::Geocentric) => "geocentric",
        (_, Projection::TransverseMercator(_)) => "transverse_mercator",
        (_, Projection::Local) => "local",
        _ => "other",
    }
}

/// The fields of `sanxian.CrsDescription` that a definition decides.
#[pyfunction]
pub(crate) fn describe_crs<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyDict>> {
    let crs = Crs::from_text(text).map_err(|error| error.into_py_err(py))?;
    description(py, &crs)
}

/// The same of a layer's CRS; `None` when it has none.
#[pyfunction]
pub(crate) fn describe_layer_crs<'py>(
    py: Python<'py>,
    layer: &Layer,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    layer.inner.crs.as_ref().map(|crs| description(py, crs)).transpose()
}

fn description<'py>(py: Python<'py>, crs: &Crs) -> PyResult<Bound<'py, PyDict>> {
    let (zone, width, prefixed) = match crs.frame().map(Frame::kind) {
        Some(FrameKind::GaussKruger { zone, prefixed }) => {
            (Some(zone.number().get()), Some(zone.width().degrees()), Some(prefixed))
        }
        Some(FrameKind::Utm { zone, .. }) => (Some(zone), Some(6), Some(false)),
        _ => (None, None, None),
    };
    let plane: Option<&TransverseMercatorParameters> = match crs.projection() {
        Projection::TransverseMercator(parameters) => Some(parameters),
        _ => None,
    };
    let dict = PyDict::new(py);
    dict.set_item("epsg", crs.epsg())?;
    dict.set_item("name", crs.name())?;
    dict.set_item("kind", kind(crs))?;
    dict.set_item("datum", crs.datum().map(sanxian_geodesy::Datum::name))?;
    dict.set_item("zone", zone)?;
    dict.set_item("zone_width_deg", width)?;
    dict.set_item("central_meridian_deg", plane.map(|plane| plane.central_meridian_deg))?;
    dict.set_item("false_easting_m", plane.map(|plane| plane.false_easting_m))?;
    dict.set_item("prefixed", prefixed)?;
    dict.set_item("definition", crs.definition())?;
    Ok(dict)
}

/// Readings of coordinates as dicts, and the conflict with what is declared in words.
type Evidence<'py> = (Vec<Bound<'py, PyDict>>, Option<String>);

#[pyfunction]
#[pyo3(signature = (points, declared=None))]
pub(crate) fn crs_evidence<'py>(
    py: Python<'py>,
    points: Vec<[f64; 2]>,
    declared: Option<&str>,
) -> PyResult<Evidence<'py>> {
    let declared =
        declared.map(|text| Crs::from_text(text).map_err(|error| error.into_py_err(py))).transpose()?;
    evidence(py, &points, declared.as_ref())
}

#[pyfunction]
pub(crate) fn layer_crs_evidence<'py>(py: Python<'py>, layer: &Layer) -> PyResult<Evidence<'py>> {
    evidence(py, layer.inner.polygons.view().coords(), layer.inner.crs.as_ref())
}

fn evidence<'py>(py: Python<'py>, coords: &[[f64; 2]], declared: Option<&Crs>) -> PyResult<Evidence<'py>> {
    let as_dict = |candidate: &Candidate| {
        let dict = PyDict::new(py);
        dict.set_item("epsg", candidate.frames.iter().map(|frame| frame.epsg()).collect::<Vec<u32>>())?;
        dict.set_item("swapped", candidate.swapped)?;
        dict.set_item("plausible", candidate.plausible)?;
        dict.set_item("reason", &candidate.reason)?;
        Ok(dict)
    };
    let found = candidates(coords).iter().map(as_dict).collect::<PyResult<_>>()?;
    let conflict = declared.and_then(|declared| check_declared(declared, coords).err());
    Ok((found, conflict.map(|conflict| conflict.to_string())))
}
