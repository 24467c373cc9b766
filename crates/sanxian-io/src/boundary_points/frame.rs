//! The coordinate reference system of a text: what the caller says, what the header declares, what the eastings carry.

use std::path::Path;

use sanxian_geodesy::{Crs, Datum, Frame, FrameKind, Zone};

use super::axes::{Axes, Kind};
use super::header::{DeclaredDatum, Header};
use super::row::PointRow;
use crate::error::{CrsGap, IoError};
use crate::finding::Finding;

/// Eastings without prefix between these bounds can belong to a zone. Far east of a meridian the number runs over into
/// the next prefix (zone 37, 557 km east of the meridian: 38 057 383), so the upper bound lies above 1 000 km; the
/// neighbour zone's own points begin beyond it at 1 180 km and more.
const IN_ZONE_M: std::ops::Range<f64> = 0.0..1_150_000.0;

/// Eastings of a 3-degree zone reach some 160 km from the meridian, of a 6-degree zone some 320 km.
const fn usual_reach_m(zone: Zone) -> f64 {
    match zone.width() {
        sanxian_geodesy::ZoneWidth::Three => 175_000.0,
        sanxian_geodesy::ZoneWidth::Six => 345_000.0,
    }
}

const DECLARED_BY_HEADER: &str = "the header (带号)";
const DECLARED_BY_CALLER: &str = "the caller";

/// Decides the coordinate reference system.
pub(super) fn find(
    path: &Path,
    header: &Header,
    points: &[&PointRow],
    axes: Axes,
    given: Option<&Crs>,
    findings: &mut Vec<Finding>,
) -> Result<Crs, IoError> {
    let eastings = Eastings {
        path,
        points: points.iter().map(|point| (axes.east_north(point)[0], point.line)).collect(),
    };
    if let Some(crs) = given {
        if let Some(FrameKind::GaussKruger { zone, prefixed }) =
            crs.epsg().and_then(Frame::from_epsg).map(Frame::kind)
            && axes.kind == Kind::Plane
        {
            eastings.check_zone(zone, prefixed, DECLARED_BY_CALLER)?;
        }
        let mut quiet = Vec::new();
        if let Ok(declared) = declared(path, header, &eastings, axes, &mut quiet)
            && !declared.is_same_as(crs)
        {
            let message = format!("文件写明 {},按调用者给定的 {} 读", declared.label(), crs.label());
            findings.push(Finding::warning("crs_overridden", message));
        }
        return Ok(crs.clone());
    }
    declared(path, header, &eastings, axes, findings)
}

fn declared(
    path: &Path,
    header: &Header,
    eastings: &Eastings<'_>,
    axes: Axes,
    findings: &mut Vec<Finding>,
) -> Result<Crs, IoError> {
    let unknown = |reason| IoError::CrsUnknown { path: path.to_owned(), reason };
    let datum = match header.datum() {
        DeclaredDatum::Known(datum) => datum,
        DeclaredDatum::Unknown(text) => return Err(unknown(CrsGap::Datum { datum: text })),
        DeclaredDatum::Missing => {
            let message = "没有写坐标系,按 2000 国家大地坐标系读";
            findings.push(Finding::warning("datum_assumed", message));
            Datum::Cgcs2000
        }
    };
    if axes.kind == Kind::Globe || (axes.kind == Kind::Local && header.in_degrees()) {
        return frame_crs(path, Some(Frame::geographic(datum)), datum);
    }
    if header.in_degrees() {
        findings.push(Finding::warning("unit_contradicts", "计量单位写度,坐标却是米"));
    }
    let zone = declared_zone(header, findings);
    let (zone, prefixed) = if let Some(zone) = zone {
        let prefixed = eastings.are_prefixed();
        if axes.kind == Kind::Plane {
            eastings.check_zone(zone, prefixed, DECLARED_BY_HEADER)?;
        }
        if !prefixed {
            let message = format!("Y 坐标不带带号,按带号 {} 读", zone.number().get());
            findings.push(Finding::info("no_zone_prefix", message));
        }
        (zone, prefixed)
    } else {
        let zone = eastings.written_zone()?.ok_or_else(|| unknown(CrsGap::NoZone))?;
        let message = format!("没有写带号,按 Y 坐标前两位取 {}", zone.number().get());
        findings.push(Finding::warning("zone_from_prefix", message));
        (zone, true)
    };
    if axes.kind == Kind::Plane {
        eastings.note_far_points(zone, prefixed, findings);
    }
    frame_crs(path, Frame::gauss_kruger(datum, zone, prefixed), datum)
}

/// The zone that the header names, by its number or its meridian.
fn declared_zone(header: &Header, findings: &mut Vec<Finding>) -> Option<Zone> {
    let of_meridian = header.zone_of_meridian();
    match header.zone() {
        Some((Ok(zone), line)) => {
            if header.zone_width().is_some_and(|width| width != zone.width()) {
                let message = format!(
                    "几度分带与带号不符:带号 {} 属于 {} 度分带,按带号读",
                    zone.number().get(),
                    zone.width().degrees()
                );
                findings.push(Finding::warning("zone_width_contradicts", message).at_line(line));
            }
            if let Some((meridian_deg, _, line)) = of_meridian
                && meridian_deg != f64::from(zone.central_meridian_deg())
            {
                let message =
                    format!("中央子午线 {meridian_deg}° 不是带号 {} 的,按带号读", zone.number().get());
                findings.push(Finding::warning("meridian_contradicts", message).at_line(line));
            }
            return Some(zone);
        }
        Some((Err(text), line)) => {
            let instead = if of_meridian.is_some() { "中央子午线" } else { "坐标前缀" };
            let message = format!("带号 {text} 不是我国的带号,按{instead}读");
            findings.push(Finding::warning("zone_not_understood", message).at_line(line));
        }
        None => {}
    }
    let (meridian_deg, zone, line) = of_meridian?;
    let message = format!("没有写带号,按中央子午线 {meridian_deg}° 取 {}", zone.number().get());
    findings.push(Finding::info("zone_from_meridian", message).at_line(line));
    Some(zone)
}

fn frame_crs(path: &Path, frame: Option<Frame>, datum: Datum) -> Result<Crs, IoError> {
    let Some(frame) = frame else {
        let reason = CrsGap::Datum { datum: datum.name().to_owned() };
        return Err(IoError::CrsUnknown { path: path.to_owned(), reason });
    };
    Crs::from_epsg(frame.epsg()).map_err(|source| IoError::Crs { place: path.display().to_string(), source })
}

struct Eastings<'a> {
    path: &'a Path,
    /// Easting and line.
    points: Vec<(f64, u64)>,
}

impl Eastings<'_> {
    fn are_prefixed(&self) -> bool {
        self.points.first().is_some_and(|&(easting, _)| prefix(easting).is_some())
    }

    /// The zone that all eastings spell; `None` when they carry no prefix.
    fn written_zone(&self) -> Result<Option<Zone>, IoError> {
        let Some(first) = self.points.first().and_then(|&(easting, _)| prefix(easting)) else {
            return Ok(None);
        };
        match self.points.iter().find(|&&(easting, _)| prefix(easting) != Some(first)) {
            None => Ok(Zone::new(first).ok()),
            Some(&(easting, line)) => {
                Err(self.conflict(line, "the first easting's prefix", format!("zone {first}"), easting))
            }
        }
    }

    fn check_zone(&self, zone: Zone, prefixed: bool, declared_by: &'static str) -> Result<(), IoError> {
        let offset = if prefixed { f64::from(zone.number().get()) * 1e6 } else { 0.0 };
        let misfit = |&&(easting, _): &&(f64, u64)| {
            !IN_ZONE_M.contains(&(easting - offset)) || (!prefixed && prefix(easting).is_some())
        };
        match self.points.iter().find(misfit) {
            None => Ok(()),
            Some(&(easting, line)) => {
                let width = zone.width().degrees();
                let with = if prefixed { "" } else { " without prefix" };
                let declared = format!("{width}-degree zone {}{with}", zone.number().get());
                Err(self.conflict(line, declared_by, declared, easting))
            }
        }
    }

    fn conflict(&self, line: u64, declared_by: &'static str, declared: String, easting: f64) -> IoError {
        let found = match prefix(easting).map(Zone::new) {
            Some(Ok(zone)) => {
                format!("{}-degree zone {} ({easting})", zone.width().degrees(), zone.number().get())
            }
            _ => format!("no zone ({easting})"),
        };
        let found_by = "the eastings";
        IoError::CrsConflict {
            path: self.path.to_owned(),
            line: Some(line),
            declared_by,
            declared,
            found_by,
            found,
        }
    }

    fn note_far_points(&self, zone: Zone, prefixed: bool, findings: &mut Vec<Finding>) {
        let offset = if prefixed { f64::from(zone.number().get()) * 1e6 } else { 0.0 };
        let reach_m = |easting: f64| (easting - offset - 500_000.0).abs();
        let far = self.points.iter().max_by(|a, b| reach_m(a.0).total_cmp(&reach_m(b.0)));
        if let Some(&(easting, line)) = far.filter(|point| reach_m(point.0) > usual_reach_m(zone)) {
            let message = format!(
                "离 {} 带中央子午线 {:.0} 公里,请核对带号",
                zone.number().get(),
                reach_m(easting) / 1000.0
            );
            findings.push(Finding::warning("far_from_meridian", message).at_line(line));
        }
    }
}

/// The leading digits of an eight-digit easting.
fn prefix(easting: f64) -> Option<u32> {
    (easting >= 1e7).then(|| (easting / 1e6).floor() as u32)
}
