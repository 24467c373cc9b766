//! From parameters to a frame of the register.

use super::definition::Projection;
use super::description::{Description, Kind, folded};
use crate::frame::{Datum, Frame, FrameKind};
use crate::zone::{Zone, ZoneWidth};

/// Names, folded, that say nothing about the datum.
const ANONYMOUS: [&str; 9] =
    ["", "unnamed", "unknown", "undefined", "untitled", "custom", "userdefined", "notspecified", "none"];

/// Parts of the names of datums that share the ellipsoid of CGCS2000 (GRS 1980) and are not it.
const OTHER_GRS80_DATUMS: [&str; 16] = [
    "etrs",
    "europeanterrestrial",
    "nad83",
    "northamerican",
    "gda",
    "australia",
    "jgd",
    "japan",
    "korea",
    "kgd",
    "nzgd",
    "newzealand",
    "sirgas",
    "taiwan",
    "twd",
    "vn2000",
];

/// True when a folded name names the datum.
pub(super) fn names_datum(folded_name: &str, datum: Datum) -> bool {
    let has = |part: &str| folded_name.contains(part);
    match datum {
        Datum::Cgcs2000 => {
            has("cgcs") || has("china") || has("2000国家") || has("国家2000") || has("国家大地2000")
        }
        Datum::Wgs84 => (has("wgs") && has("84")) || has("worldgeodeticsystem1984"),
        Datum::Xian80 => has("xian") || has("西安"),
        // "New Beijing" (EPSG 4555) is a datum of its own on the same ellipsoid.
        Datum::Beijing54 => {
            (has("beijing") || has("pekin") || has("北京") || has("bj54"))
                && !has("newbeijing")
                && !has("新北京")
        }
    }
}

/// True when a folded name says nothing: `unnamed`, `D_Unknown`, `GCS_unnamed ellipse`, PROJ's `Unknown based on ...`.
fn is_anonymous(folded_name: &str) -> bool {
    let bare =
        folded_name.strip_prefix("gcs").or_else(|| folded_name.strip_prefix('d')).unwrap_or(folded_name);
    [folded_name, bare].iter().any(|name| {
        ANONYMOUS.contains(name)
            || ["unnamed", "unknown", "notspecified"].iter().any(|prefix| name.starts_with(prefix))
    })
}

/// The datum: the ellipsoid decides, names tell apart datums that share it and may not contradict.
fn datum(description: &Description) -> Option<Datum> {
    let ellipsoid = description.ellipsoid?;
    let datum = Datum::ALL.into_iter().find(|datum| datum.ellipsoid().is_same_as(&ellipsoid))?;
    let names =
        [&description.datum_name, &description.geographic_name, &description.name].map(|name| folded(name));
    let named: Vec<&String> = names.iter().filter(|name| !is_anonymous(name)).collect();
    let other =
        |name: &&String| Datum::ALL.into_iter().any(|rival| rival != datum && names_datum(name, rival));
    if named.iter().any(other) {
        return None;
    }
    if named.iter().any(|name| names_datum(name, datum)) {
        return Some(datum);
    }
    let projected = matches!(description.kind, Kind::Projected { .. });
    let foreign = |name: &&String| OTHER_GRS80_DATUMS.iter().any(|part| name.contains(part));
    match datum {
        // The Chinese grid on GRS 1980 under a name that says nothing, or something local, is CGCS2000; bare degrees
        // on GRS 1980 could be any modern datum.
        Datum::Cgcs2000 => {
            let ellipsoid_says_so = folded(&description.ellipsoid_name).contains("cgcs");
            ((projected || ellipsoid_says_so) && !named.iter().any(foreign)).then_some(datum)
        }
        // IAG 1975 serves no other datum.
        Datum::Xian80 => Some(datum),
        // The UTM grid on the WGS 84 ellipsoid under no name at all.
        Datum::Wgs84 => (projected && named.is_empty()).then_some(datum),
        // Pulkovo 1942 has the same ellipsoid and the same zones: without the name nothing is certain.
        Datum::Beijing54 => None,
    }
}

/// The frame with these parameters; `None` when the register has none.
pub(super) fn frame(description: &Description, projection: &Projection) -> Option<Frame> {
    if description.prime_meridian_deg != 0.0 || (description.unit - 1.0).abs() > 1e-12 {
        return None;
    }
    let datum = datum(description)?;
    let claimed = description.claimed_epsg.and_then(Frame::from_epsg).filter(|frame| frame.datum() == datum);
    let tm = match projection {
        Projection::Geographic if matches!(description.kind, Kind::Geographic3d) => {
            let code = if datum == Datum::Wgs84 { 4979 } else { 4480 };
            return Frame::from_epsg(code).filter(|frame| frame.datum() == datum);
        }
        Projection::Geographic => return Some(Frame::geographic(datum)),
        Projection::Geocentric => {
            let code = if datum == Datum::Wgs84 { 4978 } else { 4479 };
            return Frame::from_epsg(code).filter(|frame| frame.datum() == datum);
        }
        Projection::TransverseMercator(tm) => tm,
        Projection::Other { .. } | Projection::Local => return None,
    };
    let same = |frame: &Frame| matches!(super::Crs::from(*frame).projection(), Projection::TransverseMercator(theirs) if tm.is_same_as(theirs));
    // CM 111E without prefix is both a 3-degree and a 6-degree zone, one plane with two codes: a code given decides,
    // then a name that says 6-degree, then the 3-degree zone, in which land planning works.
    if let Some(frame) = claimed.filter(same) {
        return Some(frame);
    }
    if datum == Datum::Wgs84 {
        let zone = ((tm.central_meridian_deg + 183.0) / 6.0).round();
        let south = u32::from(tm.false_northing_m != 0.0) * 100;
        return (1.0..=60.0)
            .contains(&zone)
            .then(|| Frame::from_epsg(32600 + south + zone as u32))?
            .filter(|frame| matches!(frame.kind(), FrameKind::Utm { .. }) && same(frame));
    }
    let name = folded(&description.name);
    let six_first = names_six_degree_zone(&name);
    let widths =
        if six_first { [ZoneWidth::Six, ZoneWidth::Three] } else { [ZoneWidth::Three, ZoneWidth::Six] };
    widths
        .into_iter()
        .filter_map(|width| Zone::with_central_meridian(width, tm.central_meridian_deg))
        .flat_map(|zone| [true, false].map(|prefixed| Frame::gauss_kruger(datum, zone, prefixed)))
        .flatten()
        .find(same)
}

/// True for `CGCS2000_GK_CM_111E` and its like: ESRI and EPSG write the width for 3-degree zones only.
fn names_six_degree_zone(folded_name: &str) -> bool {
    let grid = ["gkcm", "gausskrugercm", "6degree", "6度"].iter().any(|part| folded_name.contains(part));
    grid && !folded_name.contains("3degree") && !folded_name.contains("3度")
}
