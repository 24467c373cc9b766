//! What a definition says, whatever its syntax: the common result of the WKT and PROJJSON readers.

use crate::ellipsoid::Ellipsoid;

/// A CRS as described, in degrees and metres, before it is compared with the register of frames.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Description {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) datum_name: String,
    pub(super) geographic_name: String,
    pub(super) ellipsoid_name: String,
    /// `None` when there is none (a local plane) or when its figures make no sense.
    pub(super) ellipsoid: Option<Ellipsoid>,
    pub(super) prime_meridian_deg: f64,
    /// Size of the coordinates' unit: degrees for geographic coordinates, metres otherwise.
    pub(super) unit: f64,
    /// The EPSG code that the definition claims.
    pub(super) claimed_epsg: Option<u32>,
}

/// The kind of coordinates described.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Geographic,
    Geographic3d,
    Geocentric,
    Projected {
        method: String,
        parameters: Vec<Parameter>,
    },
    /// A plane that hangs on no ellipsoid, or something else than horizontal coordinates.
    Local,
}

/// A projection parameter, already in degrees, metres or as a ratio.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: f64,
}

/// Letters and digits in lower case: the form in which names are compared.
///
/// `Gauss-Kruger`, `Gauss_Kruger` and `gauss kruger` are one name; Chinese characters stay.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The value of the first parameter whose folded name is one of `names`.
pub(super) fn parameter(parameters: &[Parameter], names: &[&str]) -> Option<f64> {
    parameters
        .iter()
        .find(|parameter| names.contains(&folded(&parameter.name).as_str()))
        .map(|found| found.value)
}
