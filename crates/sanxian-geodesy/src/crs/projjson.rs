//! From PROJJSON to a [`Description`].

use serde_json::Value;

use super::CrsError;
use super::description::{Description, Kind, Parameter};
use crate::ellipsoid::Ellipsoid;

/// Reads PROJJSON, the form in which pyproj, geopandas and GeoArrow hand a CRS on.
pub(super) fn describe(text: &str) -> Result<Description, CrsError> {
    let value: Value = serde_json::from_str(text).map_err(|error| CrsError::Json {
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })?;
    describe_value(&value)
}

fn describe_value(crs: &Value) -> Result<Description, CrsError> {
    match text_of(crs, "type") {
        "ProjectedCRS" => projected(crs),
        "GeographicCRS" | "GeodeticCRS" => geodetic(crs),
        "CompoundCRS" => {
            let horizontal = crs.get("components").and_then(|components| components.get(0));
            horizontal.map_or_else(|| Err(CrsError::Missing { part: "horizontal component" }), describe_value)
        }
        "BoundCRS" => {
            let source = crs.get("source_crs");
            source.map_or_else(|| Err(CrsError::Missing { part: "source CRS" }), describe_value)
        }
        "EngineeringCRS" => Ok(Description {
            name: text_of(crs, "name").to_owned(),
            kind: Kind::Local,
            datum_name: String::new(),
            geographic_name: String::new(),
            ellipsoid_name: String::new(),
            ellipsoid: None,
            prime_meridian_deg: 0.0,
            unit: axis_unit(crs, "metre").unwrap_or(1.0),
            claimed_epsg: epsg(crs),
        }),
        other => Err(CrsError::NotACrs { keyword: other.to_owned() }),
    }
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn epsg(crs: &Value) -> Option<u32> {
    let ids = crs.get("ids").and_then(Value::as_array).into_iter().flatten();
    let mut ids = crs.get("id").into_iter().chain(ids);
    let id = ids.find(|id| text_of(id, "authority").eq_ignore_ascii_case("EPSG"))?;
    let code = id.get("code")?;
    let number = code.as_u64().or_else(|| code.as_str().and_then(|text| text.parse().ok()))?;
    u32::try_from(number).ok()
}

/// Factor of a unit to degrees, metres or a ratio; `None` when the unit is not one that PROJJSON abbreviates.
fn factor(unit: &Value) -> Option<f64> {
    match unit.as_str() {
        Some("degree" | "metre" | "unity") => Some(1.0),
        Some(_) => None,
        None => {
            let factor = unit.get("conversion_factor").and_then(Value::as_f64)?;
            let angular = text_of(unit, "type") == "AngularUnit";
            Some(if angular { factor.to_degrees() } else { factor })
        }
    }
}

/// A number, or `{"value": number, "unit": unit}`.
fn quantity(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| {
        let number = value.get("value").and_then(Value::as_f64)?;
        Some(number * value.get("unit").map_or(Some(1.0), factor)?)
    })
}

fn axis_unit(crs: &Value, default: &str) -> Option<f64> {
    let axis = crs.get("coordinate_system")?.get("axis")?.get(0)?;
    axis.get("unit").map_or_else(|| factor(&Value::from(default)), factor)
}

fn geodetic(crs: &Value) -> Result<Description, CrsError> {
    let datum = crs.get("datum").or_else(|| crs.get("datum_ensemble"));
    let datum = datum.ok_or(CrsError::Missing { part: "datum" })?;
    let ellipsoid = datum.get("ellipsoid").ok_or(CrsError::Missing { part: "ellipsoid" })?;
    let length = |key: &str| ellipsoid.get(key).and_then(quantity);
    let figure = match (length("semi_major_axis"), length("inverse_flattening"), length("semi_minor_axis")) {
        (Some(a), Some(inverse), _) => Ellipsoid::new(a, inverse),
        (Some(a), None, Some(b)) => Ellipsoid::new(a, if a == b { 0.0 } else { a / (a - b) }),
        _ => length("radius").and_then(|radius| Ellipsoid::new(radius, 0.0)),
    };
    let system = crs.get("coordinate_system");
    let axes = system.and_then(|system| system.get("axis")).and_then(Value::as_array).map_or(2, Vec::len);
    let cartesian = system.is_some_and(|system| text_of(system, "subtype") == "Cartesian");
    let kind = match (cartesian, axes >= 3) {
        (true, _) => Kind::Geocentric,
        (false, true) => Kind::Geographic3d,
        (false, false) => Kind::Geographic,
    };
    let name = text_of(crs, "name").to_owned();
    Ok(Description {
        name: name.clone(),
        kind,
        datum_name: text_of(datum, "name").to_owned(),
        geographic_name: name,
        ellipsoid_name: text_of(ellipsoid, "name").to_owned(),
        ellipsoid: figure,
        prime_meridian_deg: datum
            .get("prime_meridian")
            .and_then(|meridian| meridian.get("longitude"))
            .and_then(quantity)
            .unwrap_or(0.0),
        unit: axis_unit(crs, "degree").unwrap_or(1.0),
        claimed_epsg: epsg(crs),
    })
}

fn projected(crs: &Value) -> Result<Description, CrsError> {
    let base = geodetic(crs.get("base_crs").ok_or(CrsError::Missing { part: "geographic CRS" })?)?;
    let conversion = crs.get("conversion").ok_or(CrsError::Missing { part: "projection" })?;
    let method = conversion.get("method").ok_or(CrsError::Missing { part: "projection" })?;
    let parameters = conversion.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let parameters = parameters.filter_map(|parameter| {
        let value = quantity(parameter)?;
        Some(Parameter { name: text_of(parameter, "name").to_owned(), value })
    });
    Ok(Description {
        name: text_of(crs, "name").to_owned(),
        kind: Kind::Projected {
            method: text_of(method, "name").to_owned(),
            parameters: parameters.collect(),
        },
        unit: axis_unit(crs, "metre").unwrap_or(1.0),
        claimed_epsg: epsg(crs),
        ..base
    })
}
