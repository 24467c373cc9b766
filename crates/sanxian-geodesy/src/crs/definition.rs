//! [`Crs`]: a recognised frame, or a definition kept as it is.

use super::CrsError;
use super::description::{Description, Kind, folded, parameter};
use super::{projjson, recognition, wkt_reader};
use crate::ellipsoid::Ellipsoid;
use crate::frame::{Datum, Frame, FrameKind};

/// Parameters of a transverse Mercator (Gauss-Krüger) projection, in degrees and metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransverseMercatorParameters {
    /// Longitude of the central meridian.
    pub central_meridian_deg: f64,
    /// Latitude at which the northing is `false_northing_m`.
    pub latitude_of_origin_deg: f64,
    /// Scale on the central meridian: 1 for Gauss-Krüger, 0.9996 for UTM.
    pub scale: f64,
    /// False easting, a zone prefix included.
    pub false_easting_m: f64,
    /// False northing.
    pub false_northing_m: f64,
}

impl TransverseMercatorParameters {
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        (self.central_meridian_deg - other.central_meridian_deg).abs() < 1e-9
            && (self.latitude_of_origin_deg - other.latitude_of_origin_deg).abs() < 1e-9
            && (self.scale - other.scale).abs() < 1e-11
            && (self.false_easting_m - other.false_easting_m).abs() < 1e-4
            && (self.false_northing_m - other.false_northing_m).abs() < 1e-4
    }
}

/// How coordinates relate to the ellipsoid.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Projection {
    /// Longitude and latitude.
    Geographic,
    /// X, Y, Z from the earth's centre.
    Geocentric,
    /// Transverse Mercator.
    TransverseMercator(TransverseMercatorParameters),
    /// Any other projection, known by the text of its definition only.
    Other {
        /// Method and parameters in one canonical line, for comparison.
        method: String,
    },
    /// A plane without relation to the earth.
    Local,
}

/// A coordinate reference system.
///
/// Whatever the text it came from, a Chinese frame, WGS 84 or a UTM zone is recognised by ellipsoid, central meridian, false
/// origin and scale; its name only tells apart datums that share an ellipsoid. Everything else keeps its definition
/// as written.
///
/// # Examples
/// ```
/// use sanxian_geodesy::Crs;
///
/// // A file made by hand: no useful name, no code, lower-case parameters.
/// let prj = r#"PROJCS["unnamed",GEOGCS["GCS_CGCS_2000",DATUM["D_CGCS_2000",
///     SPHEROID["CGCS_2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],
///     PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",114],PARAMETER["false_easting",38500000],
///     PARAMETER["scale_factor",1],UNIT["Meter",1]]"#;
/// let crs = Crs::from_wkt(prj)?;
/// assert_eq!(crs.label(), "EPSG:4526 (CGCS2000 / 3-degree Gauss-Kruger zone 38)");
/// assert!(crs.is_same_as(&Crs::from_epsg(4526)?));
/// # Ok::<(), sanxian_geodesy::CrsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Crs {
    name: String,
    definition: String,
    frame: Option<Frame>,
    claimed_epsg: Option<u32>,
    datum_name: String,
    ellipsoid: Option<Ellipsoid>,
    prime_meridian_deg: f64,
    unit: f64,
    projection: Projection,
}

impl From<Frame> for Crs {
    fn from(frame: Frame) -> Self {
        let scale = if matches!(frame.kind(), FrameKind::Utm { .. }) { 0.9996 } else { 1.0 };
        let south = matches!(frame.kind(), FrameKind::Utm { south: true, .. });
        let projection = match (frame.central_meridian_deg(), frame.false_easting_m()) {
            (Some(central_meridian_deg), Some(false_easting_m)) => {
                Projection::TransverseMercator(TransverseMercatorParameters {
                    central_meridian_deg,
                    latitude_of_origin_deg: 0.0,
                    scale,
                    false_easting_m,
                    false_northing_m: if south { 1e7 } else { 0.0 },
                })
            }
            _ if frame.kind() == FrameKind::Geocentric => Projection::Geocentric,
            _ => Projection::Geographic,
        };
        Self {
            name: frame.name(),
            definition: format!("EPSG:{}", frame.epsg()),
            frame: Some(frame),
            claimed_epsg: None,
            datum_name: folded(frame.datum().name()),
            ellipsoid: Some(frame.datum().ellipsoid()),
            prime_meridian_deg: 0.0,
            unit: 1.0,
            projection,
        }
    }
}

impl Crs {
    /// The frame of an EPSG code, from the register; see [`Frame::from_epsg`] for the codes.
    ///
    /// # Errors
    /// [`CrsError::UnknownEpsg`] for any other code: PROJ's database is never asked.
    pub fn from_epsg(code: u32) -> Result<Self, CrsError> {
        Frame::from_epsg(code).map(Self::from).ok_or(CrsError::UnknownEpsg { code })
    }

    /// Reads WKT1 in the dialects of OGC and ESRI (a .prj file) and WKT2.
    ///
    /// # Errors
    /// [`CrsError::Wkt`] with the byte where the text breaks, [`CrsError::Missing`] and [`CrsError::NotACrs`].
    pub fn from_wkt(text: &str) -> Result<Self, CrsError> {
        Ok(Self::from_description(wkt_reader::describe(text)?, text))
    }

    /// Reads PROJJSON, as pyproj, geopandas and GeoArrow write it.
    ///
    /// # Errors
    /// [`CrsError::Json`] with line and column, [`CrsError::Missing`] and [`CrsError::NotACrs`].
    pub fn from_projjson(text: &str) -> Result<Self, CrsError> {
        Ok(Self::from_description(projjson::describe(text)?, text))
    }

    /// Reads `EPSG:4526`, `4526`, `urn:ogc:def:crs:EPSG::4526`, `OGC:CRS84`, WKT or PROJJSON.
    ///
    /// # Errors
    /// Those of the reader that the text belongs to, or [`CrsError::NotRecognised`].
    pub fn from_text(text: &str) -> Result<Self, CrsError> {
        let trimmed = trimmed(text);
        if trimmed.starts_with('{') {
            return Self::from_projjson(trimmed);
        }
        if trimmed.contains(['[', '(']) {
            return Self::from_wkt(trimmed);
        }
        let upper = trimmed.to_ascii_uppercase();
        if matches!(
            upper.as_str(),
            "OGC:CRS84" | "URN:OGC:DEF:CRS:OGC:1.3:CRS84" | "URN:OGC:DEF:CRS:OGC::CRS84"
        ) {
            return Self::from_epsg(4326);
        }
        let code = match upper.rsplit_once(':') {
            Some((authority, code)) => {
                let authority =
                    authority.trim_end_matches(|c: char| c == ':' || c == '.' || c.is_ascii_digit());
                (authority == "EPSG" || authority == "URN:OGC:DEF:CRS:EPSG").then_some(code)
            }
            None => Some(upper.as_str()),
        };
        match code.and_then(|code| code.trim().parse().ok()) {
            Some(code) => Self::from_epsg(code),
            None => Err(CrsError::NotRecognised { text: trimmed.chars().take(60).collect() }),
        }
    }

    fn from_description(description: Description, text: &str) -> Self {
        let projection = projection(&description);
        if let Some(frame) = recognition::frame(&description, &projection) {
            return Self::from(frame);
        }
        Self {
            // A code of the register whose parameters are not those described is a wrong label, not a fact.
            claimed_epsg: description.claimed_epsg.filter(|&code| Frame::from_epsg(code).is_none()),
            name: if description.name.is_empty() { "unnamed".to_owned() } else { description.name },
            // A byte order mark or a trailing NUL of a .prj file would be no text that PROJ reads.
            definition: trimmed(text).to_owned(),
            frame: None,
            datum_name: folded(&description.datum_name),
            ellipsoid: description.ellipsoid,
            prime_meridian_deg: description.prime_meridian_deg,
            unit: description.unit,
            projection,
        }
    }

    /// The EPSG code: of the register when recognised, otherwise the one that the definition claims.
    pub fn epsg(&self) -> Option<u32> {
        self.frame.map(Frame::epsg).or(self.claimed_epsg)
    }

    /// The name: of the register when recognised, otherwise the definition's own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A text that PROJ, pyproj and geopandas read: `EPSG:4526` when recognised, otherwise the definition as it was given.
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// The frame of the register, when recognised.
    pub fn frame(&self) -> Option<Frame> {
        self.frame
    }

    /// The datum, when it is one that this crate knows; a UTM zone of CGCS2000 has one though it is in no register.
    pub fn datum(&self) -> Option<Datum> {
        self.frame.map_or_else(
            || Datum::ALL.into_iter().find(|datum| self.prime_meridian_deg == 0.0 && self.has_datum(*datum)),
            |frame| Some(frame.datum()),
        )
    }

    fn has_datum(&self, datum: Datum) -> bool {
        self.ellipsoid.is_some_and(|ellipsoid| ellipsoid.is_same_as(&datum.ellipsoid()))
            && recognition::names_datum(&self.datum_name, datum)
    }

    /// The ellipsoid; `None` for a local plane.
    pub fn ellipsoid(&self) -> Option<Ellipsoid> {
        self.ellipsoid
    }

    /// The projection.
    pub fn projection(&self) -> &Projection {
        &self.projection
    }

    /// Longitude of the prime meridian from Greenwich, in degrees.
    pub fn prime_meridian_deg(&self) -> f64 {
        self.prime_meridian_deg
    }

    /// Size of one unit of the coordinates: in degrees when geographic, in metres otherwise.
    pub fn unit(&self) -> f64 {
        self.unit
    }

    /// True when coordinates are longitude and latitude.
    pub fn is_geographic(&self) -> bool {
        self.projection == Projection::Geographic
    }

    /// True when the same numbers mean the same place: equal parameters on the same datum, whatever the names.
    ///
    /// CM 111E is one and the same plane in its 3-degree and its 6-degree zone (4546 and 4508), a plane with and one
    /// without zone prefix are not; 4490 and 4326 are two frames, though less than a metre apart.
    pub fn is_same_as(&self, other: &Self) -> bool {
        if self.frame.is_none()
            && other.frame.is_none()
            && self.epsg().is_some()
            && self.epsg() == other.epsg()
        {
            return true;
        }
        let same_projection = match (&self.projection, &other.projection) {
            (Projection::TransverseMercator(mine), Projection::TransverseMercator(theirs)) => {
                mine.is_same_as(theirs)
            }
            (Projection::Local, Projection::Local) => self.definition == other.definition,
            (mine, theirs) => mine == theirs,
        };
        self.has_datum_of(other) && same_projection && (self.unit - other.unit).abs() <= 1e-12 * self.unit
    }

    /// True when both are on one datum: the same ellipsoid, prime meridian, and datum known by its parameters or at least by its name.
    pub fn has_datum_of(&self, other: &Self) -> bool {
        let same_ellipsoid = match (self.ellipsoid, other.ellipsoid) {
            (Some(mine), Some(theirs)) => mine.is_same_as(&theirs),
            (None, None) => true,
            _ => false,
        };
        let same_datum = match (self.datum(), other.datum()) {
            (None, None) => self.datum_name == other.datum_name,
            (mine, theirs) => mine == theirs,
        };
        same_ellipsoid && same_datum && self.prime_meridian_deg == other.prime_meridian_deg
    }

    /// Code and name for messages: `EPSG:4526 (CGCS2000 / 3-degree Gauss-Kruger zone 38)`, or the name alone.
    pub fn label(&self) -> String {
        self.epsg().map_or_else(|| self.name.clone(), |code| format!("EPSG:{code} ({})", self.name))
    }

    /// The text of a .prj file in ESRI's dialect; `None` for what is not in the register or has no such text (geocentric).
    pub fn to_wkt1_esri(&self) -> Option<String> {
        super::esri::write(self.frame?, &self.projection)
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0')
}

fn projection(description: &Description) -> Projection {
    let (method, parameters) = match &description.kind {
        Kind::Geographic | Kind::Geographic3d => return Projection::Geographic,
        Kind::Geocentric => return Projection::Geocentric,
        Kind::Local => return Projection::Local,
        Kind::Projected { method, parameters } => (folded(method), parameters),
    };
    let names =
        ["transversemercator", "transversemercatorcomplex", "gausskruger", "gausskrueger", "gausskrüger"];
    let central_meridian =
        parameter(parameters, &["centralmeridian", "longitudeofnaturalorigin", "longitudeoforigin"]);
    let scale = parameter(parameters, &["scalefactor", "scalefactoratnaturalorigin"]).unwrap_or(1.0);
    // A scale of 0, as a broken file may say, is no projection.
    let sound = names.contains(&method.as_str()) && (0.1..10.0).contains(&scale);
    if let Some(central_meridian_deg) = central_meridian.filter(|_| sound) {
        // What WKT leaves out is zero, and one for the scale; the central meridian is never left out.
        let value = |names: &[&str]| parameter(parameters, names).unwrap_or(0.0);
        return Projection::TransverseMercator(TransverseMercatorParameters {
            central_meridian_deg,
            latitude_of_origin_deg: value(&["latitudeoforigin", "latitudeofnaturalorigin"]),
            scale,
            false_easting_m: value(&["falseeasting"]),
            false_northing_m: value(&["falsenorthing"]),
        });
    }
    let mut terms: Vec<String> = parameters
        .iter()
        .map(|parameter| format!("{}={}", folded(&parameter.name), parameter.value))
        .collect();
    terms.sort();
    terms.insert(0, method);
    Projection::Other { method: terms.join(" ") }
}

#[cfg(test)]
#[path = "definition_tests.rs"]
mod tests;
