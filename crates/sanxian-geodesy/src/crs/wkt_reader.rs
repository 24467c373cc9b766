//! From a WKT tree to a [`Description`].

use super::CrsError;
use super::description::{Description, Kind, Parameter};
use super::wkt::{Node, Value};
use crate::ellipsoid::Ellipsoid;

const PROJECTED: [&str; 3] = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const GEOGRAPHIC: [&str; 7] =
    ["GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS", "BASEGEOGCRS", "BASEGEODCRS"];
const COMPOUND: [&str; 2] = ["COMPD_CS", "COMPOUNDCRS"];
const DATUM: [&str; 4] = ["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"];
const ANGLE_UNIT: [&str; 2] = ["ANGLEUNIT", "UNIT"];
const LENGTH_UNIT: [&str; 2] = ["LENGTHUNIT", "UNIT"];

/// Reads WKT1 (OGC, ESRI) or WKT2.
pub(super) fn describe(text: &str) -> Result<Description, CrsError> {
    describe_node(&Node::parse(text)?)
}

fn describe_node(node: &Node) -> Result<Description, CrsError> {
    let keyword = node.keyword.as_str();
    if PROJECTED.contains(&keyword) {
        return projected(node);
    }
    if GEOGRAPHIC.contains(&keyword) || keyword == "GEOCCS" {
        return geodetic(node);
    }
    if COMPOUND.contains(&keyword) {
        // Heights do not matter for areas: the horizontal component stands for the whole.
        let mut parts = node.values.iter().filter_map(|value| match value {
            Value::Node(part) => Some(part),
            _ => None,
        });
        let horizontal = parts.find(|part| {
            PROJECTED.contains(&part.keyword.as_str()) || GEOGRAPHIC.contains(&part.keyword.as_str())
        });
        return horizontal
            .map_or_else(|| Err(CrsError::Missing { part: "horizontal component" }), describe_node);
    }
    if keyword == "BOUNDCRS" {
        // The transformation that a bound CRS carries is not used; transforms take their parameters from the caller.
        let source = node.child(&["SOURCECRS"]).and_then(|source| match source.values.first() {
            Some(Value::Node(inner)) => Some(inner),
            _ => None,
        });
        return source.map_or_else(|| Err(CrsError::Missing { part: "source CRS" }), describe_node);
    }
    if ["LOCAL_CS", "ENGCRS", "ENGINEERINGCRS"].contains(&keyword) {
        return Ok(Description {
            name: node.name().to_owned(),
            kind: Kind::Local,
            datum_name: String::new(),
            geographic_name: String::new(),
            ellipsoid_name: String::new(),
            ellipsoid: None,
            prime_meridian_deg: 0.0,
            unit: unit(node, &LENGTH_UNIT).unwrap_or(1.0),
            claimed_epsg: node.epsg(),
        });
    }
    Err(CrsError::NotACrs { keyword: node.keyword.clone() })
}

/// Factor of the node's own unit to metres or radians.
fn unit(node: &Node, keywords: &[&str]) -> Option<f64> {
    let factor = |node: &Node| node.child(keywords).and_then(|unit| unit.number(1));
    // WKT2 may give the unit on every axis instead of once.
    factor(node)
        .or_else(|| node.child(&["AXIS"]).and_then(factor))
        .filter(|factor| factor.is_finite() && *factor > 0.0)
}

/// Degrees in an angular unit that is given in radians, exactly 1 for the many spellings of π/180.
fn degrees_of(radians: f64) -> f64 {
    let degrees = radians.to_degrees();
    if (degrees - 1.0).abs() < 1e-9 { 1.0 } else { degrees }
}

fn geodetic(node: &Node) -> Result<Description, CrsError> {
    let datum = node.child(&DATUM).ok_or(CrsError::Missing { part: "datum" })?;
    let ellipsoid = datum.child(&["SPHEROID", "ELLIPSOID"]).ok_or(CrsError::Missing { part: "ellipsoid" })?;
    let ellipsoid_unit_m = unit(ellipsoid, &LENGTH_UNIT).unwrap_or(1.0);
    let axes = ellipsoid.number(1).zip(ellipsoid.number(2));
    let figure = axes.and_then(|(a, inverse)| Ellipsoid::new(a * ellipsoid_unit_m, inverse));

    let system = node.child(&["CS"]);
    let axis_count = system.and_then(|system| system.number(1)).unwrap_or(2.0);
    let geocentric =
        node.keyword == "GEOCCS" || system.is_some_and(|cs| cs.name().eq_ignore_ascii_case("Cartesian"));
    // ESRI marks a geographic CRS with heights by a second unit.
    let has_height = axis_count >= 3.0 || node.child(&["LINUNIT"]).is_some();
    let kind = match (geocentric, has_height) {
        (true, _) => Kind::Geocentric,
        (false, true) => Kind::Geographic3d,
        (false, false) => Kind::Geographic,
    };
    let unit_deg = degrees_of(unit(node, &ANGLE_UNIT).unwrap_or(1f64.to_radians()));
    let prime_meridian_deg = node.child(&["PRIMEM", "PRIMEMERIDIAN"]).map_or(0.0, |meridian| {
        // GDAL writes the prime meridian in degrees whatever the unit of the GEOGCS, so only a unit of its own counts.
        meridian.number(1).unwrap_or(0.0) * unit(meridian, &ANGLE_UNIT).map_or(1.0, degrees_of)
    });
    Ok(Description {
        name: node.name().to_owned(),
        unit: if geocentric { unit(node, &LENGTH_UNIT).unwrap_or(1.0) } else { unit_deg },
        kind,
        datum_name: datum.name().to_owned(),
        geographic_name: node.name().to_owned(),
        ellipsoid_name: ellipsoid.name().to_owned(),
        ellipsoid: figure,
        prime_meridian_deg,
        claimed_epsg: node.epsg(),
    })
}

fn projected(node: &Node) -> Result<Description, CrsError> {
    let base = node.child(&GEOGRAPHIC).ok_or(CrsError::Missing { part: "geographic CRS" })?;
    let base = geodetic(base)?;
    // WKT1 keeps method and parameters on the CRS itself, WKT2 in a conversion.
    let conversion = node.child(&["CONVERSION"]).unwrap_or(node);
    let method =
        conversion.child(&["METHOD", "PROJECTION"]).ok_or(CrsError::Missing { part: "projection" })?;
    let unit_m = unit(node, &LENGTH_UNIT).unwrap_or(1.0);
    let parameters = conversion.children(&["PARAMETER"]).filter_map(|parameter| {
        let own = |keyword: &str| parameter.child(&[keyword]).and_then(|unit| unit.number(1));
        let name = parameter.name();
        let value = parameter.number(1)?;
        let lower = name.to_ascii_lowercase();
        let value = if let Some(factor) = own("ANGLEUNIT") {
            value * degrees_of(factor)
        } else if let Some(factor) = own("LENGTHUNIT") {
            value * factor
        } else if lower.contains("easting") || lower.contains("northing") {
            value * own("UNIT").unwrap_or(unit_m)
        } else if lower.contains("scale") {
            value * own("SCALEUNIT").or_else(|| own("UNIT")).unwrap_or(1.0)
        } else {
            value * own("UNIT").map_or(base.unit, degrees_of)
        };
        Some(Parameter { name: name.to_owned(), value })
    });
    Ok(Description {
        name: node.name().to_owned(),
        kind: Kind::Projected { method: method.name().to_owned(), parameters: parameters.collect() },
        unit: unit_m,
        claimed_epsg: node.epsg(),
        ..base
    })
}
