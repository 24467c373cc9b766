//! The .prj, and whether the coordinates can be what it says.

use std::path::Path;

use sanxian_geodesy::{Crs, Frame, FrameKind};

use super::files::Text;
use crate::encoding::decode_text;
use crate::error::IoError;
use crate::finding::Finding;

/// Largest absolute value that a longitude can have, also in files that count past the date line.
const LONGITUDE_LIMIT_DEG: f64 = 360.0;

/// The coordinate reference system of a Shapefile: the caller's, else the one in the .prj; `None` with a finding when
/// there is none or it is not understood.
pub(super) fn find(
    shp: &Path,
    prj: Option<&Text>,
    given: Option<&Crs>,
    bounds: Option<[f64; 4]>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Crs>, IoError> {
    let (crs, declared_by) = match (given, read(prj)) {
        (Some(given), found) => {
            if let Some(found) = found.ok().filter(|found| !found.is_same_as(given)) {
                let message = format!(".prj 写明 {},按调用者给定的 {} 读", found.label(), given.label());
                findings.push(Finding::warning("crs_overridden", message));
            }
            (given.clone(), "the caller")
        }
        (None, Ok(found)) => (found, "the .prj"),
        (None, Err(finding)) => {
            findings.push(finding);
            return Ok(None);
        }
    };
    if let Some(bounds) = bounds {
        check(shp, &crs, declared_by, bounds)?;
    }
    Ok(Some(crs))
}

/// An error when coordinates within `bounds` cannot be in the CRS that somebody declared.
pub(crate) fn check(
    shp: &Path,
    crs: &Crs,
    declared_by: &'static str,
    bounds: [f64; 4],
) -> Result<(), IoError> {
    let Some(found) = contradiction(crs, bounds) else { return Ok(()) };
    Err(IoError::CrsConflict {
        path: shp.to_owned(),
        line: None,
        declared_by,
        declared: crs.label(),
        found_by: "the coordinates",
        found,
    })
}

fn read(prj: Option<&Text>) -> Result<Crs, Finding> {
    let Some(prj) = prj else {
        return Err(Finding::warning("crs_missing", "没有 .prj,坐标系未知"));
    };
    let text = decode_text(&prj.path, &prj.bytes, None)
        .map(|(text, _)| text)
        .map_err(|_| Finding::error("crs_not_understood", ".prj 不是文字"))?;
    if text.trim().is_empty() {
        return Err(Finding::warning("crs_missing", ".prj 是空的,坐标系未知"));
    }
    Crs::from_wkt(text.trim())
        .map_err(|error| Finding::error("crs_not_understood", format!(".prj 看不懂:{error}")))
}

/// What the coordinates are instead, when they cannot be in `crs`. Only the mistakes that happen are looked for: metres
/// under a geographic .prj, degrees under a projected one, a zone prefix too many, too few, or of another zone.
fn contradiction(crs: &Crs, [min_x, min_y, max_x, max_y]: [f64; 4]) -> Option<String> {
    let largest = min_x.abs().max(max_x.abs());
    if crs.is_geographic() {
        return (largest > LONGITUDE_LIMIT_DEG).then(|| format!("metres (eastings to {max_x:.0})"));
    }
    let FrameKind::GaussKruger { zone, prefixed } = Frame::from_epsg(crs.epsg()?)?.kind() else {
        return None;
    };
    if (73.0..=136.0).contains(&min_x)
        && (73.0..=136.0).contains(&max_x)
        && (3.0..=54.0).contains(&min_y)
        && max_y <= 54.0
    {
        return Some("degrees".to_owned());
    }
    let offset = if prefixed { f64::from(zone.number().get()) * 1e6 } else { 0.0 };
    // Layers of a province reach far beyond their zone; only values that no place can have are refused.
    let is_possible = |easting: f64| (-1.5e6..2.5e6).contains(&(easting - offset));
    if is_possible(min_x) && is_possible(max_x) {
        return None;
    }
    Some(format!("eastings from {min_x:.0} to {max_x:.0}"))
}
