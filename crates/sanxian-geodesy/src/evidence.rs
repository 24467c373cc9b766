//! What coordinates alone say about their CRS: candidates with reasons, and conflicts with what a file declares.
//!
//! Nothing here decides. A declared zone goes first, a prefix second, and where they disagree the caller stops with both named;
//! without a declaration the candidates are shown to the one who knows.

use std::fmt;

use crate::crs::{Crs, Projection};
use crate::frame::{Datum, Frame, FrameKind};
use crate::zone::{PrefixedEasting, Zone, ZoneWidth};

/// Northings of China on a Gauss-Krüger plane, with a margin: 3°N to 54°N.
const NORTHINGS_M: [f64; 2] = [300_000.0, 6_050_000.0];
/// Longitudes and latitudes of China, with a margin.
const LONGITUDES_DEG: [f64; 2] = [72.0, 137.0];
const LATITUDES_DEG: [f64; 2] = [3.0, 54.5];
/// Farthest from its meridian a plausible point of a zone lies: half a zone at 18°N, the south of Hainan.
const HALF_WIDTH_3_M: f64 = 159_000.0;
const HALF_WIDTH_6_M: f64 = 318_000.0;

/// One reading of the coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Frames of CGCS2000 that the numbers fit. More than one where numbers cannot tell. Xian 1980 and Beijing 1954 have the same zones
    /// and fit as well: a datum is never in the numbers.
    pub frames: Vec<Frame>,
    /// True when the pairs must be swapped first: (northing, easting) or (latitude, longitude).
    pub swapped: bool,
    /// True when the coordinates lie where coordinates of the frame lie in practice; false for eastings far outside of their zone.
    pub plausible: bool,
    /// Why, in a sentence.
    pub reason: String,
}

/// The box of all finite points, `[min, min, max, max]`.
fn bounds(coords: &[[f64; 2]]) -> Option<[f64; 4]> {
    let finite = coords.iter().filter(|point| point[0].is_finite() && point[1].is_finite());
    finite.fold(None, |bounds, &[x, y]| {
        let [a, b, c, d] = bounds.unwrap_or([x, y, x, y]);
        Some([a.min(x), b.min(y), c.max(x), d.max(y)])
    })
}

fn within(low: f64, high: f64, range: [f64; 2]) -> bool {
    low >= range[0] && high <= range[1]
}

fn half_width_m(width: ZoneWidth) -> f64 {
    match width {
        ZoneWidth::Three => HALF_WIDTH_3_M,
        ZoneWidth::Six => HALF_WIDTH_6_M,
    }
}

/// Every frame of CGCS2000 that the coordinates fit, the most plausible first; empty when they fit none.
///
/// # Units
/// Whatever the file has: that is the question.
///
/// # Examples
/// ```
/// use sanxian_geodesy::candidates;
///
/// let found = candidates(&[[4_252_698.0, 38_386_439.0], [4_252_761.0, 38_386_534.0]]);
/// assert_eq!(found[0].frames[0].epsg(), 4526);
/// assert!(found[0].swapped);
/// assert_eq!(
///     found[0].reason,
///     "eastings 38386439 to 38386534 carry the prefix of zone 38 and lie within 159 km of its meridian 114°; \
///      the pairs are (northing, easting)"
/// );
/// ```
pub fn candidates(coords: &[[f64; 2]]) -> Vec<Candidate> {
    let Some([x0, y0, x1, y1]) = bounds(coords) else { return Vec::new() };
    let mut found = read([x0, y0, x1, y1]);
    found.extend(read([y0, x0, y1, x1]).into_iter().map(|candidate| {
        let order = if candidate.frames.iter().any(|frame| frame.kind() == FrameKind::Geographic) {
            "(latitude, longitude)"
        } else {
            "(northing, easting)"
        };
        Candidate {
            swapped: true,
            reason: format!("{}; the pairs are {order}", candidate.reason),
            ..candidate
        }
    }));
    found.sort_by_key(|candidate| !candidate.plausible);
    found
}

/// Readings of a box `[easting, northing, easting, northing]` or `[longitude, latitude, longitude, latitude]`.
fn read([x0, y0, x1, y1]: [f64; 4]) -> Vec<Candidate> {
    let candidate =
        |frames: Vec<Frame>, reason: String| Candidate { frames, swapped: false, plausible: true, reason };
    if within(x0, x1, LONGITUDES_DEG) && within(y0, y1, LATITUDES_DEG) {
        let reason =
            format!("{x0} to {x1} and {y0} to {y1} are longitudes and latitudes of China in degrees");
        return vec![candidate(vec![Frame::geographic(Datum::Cgcs2000)], reason)];
    }
    if !within(y0, y1, NORTHINGS_M) {
        return Vec::new();
    }
    if x0 >= 1e6 {
        return read_prefixed(x0, x1);
    }
    let from_meridian = (x0 - 500_000.0).abs().max((x1 - 500_000.0).abs());
    let widths =
        [ZoneWidth::Three, ZoneWidth::Six].into_iter().filter(|width| from_meridian <= half_width_m(*width));
    let frames: Vec<Frame> =
        widths.flat_map(|width| zones(width).filter_map(|zone| plane(zone, false))).collect();
    if frames.is_empty() {
        return Vec::new();
    }
    let reason = format!(
        "eastings {x0} to {x1} have no zone prefix; the numbers fit every central meridian, and only a declaration can tell which"
    );
    vec![candidate(frames, reason)]
}

fn zones(width: ZoneWidth) -> impl Iterator<Item = Zone> {
    (13..=45).filter_map(|number| Zone::new(number).ok()).filter(move |zone| zone.width() == width)
}

fn plane(zone: Zone, prefixed: bool) -> Option<Frame> {
    Frame::gauss_kruger(Datum::Cgcs2000, zone, prefixed)
}

/// Zones that eastings with a prefix may belong to: the one written, and the one west of it that runs over its million.
fn read_prefixed(x0: f64, x1: f64) -> Vec<Candidate> {
    let mut plausible = Vec::new();
    let mut far = Vec::new();
    for number in 13..=45 {
        let Some(frame) = Zone::new(number).ok().and_then(|zone| plane(zone, true)) else { continue };
        let (Some(zone), Some(false_easting)) = (frame.zone(), frame.false_easting_m()) else { continue };
        let from_meridian = (x0 - false_easting).abs().max((x1 - false_easting).abs());
        let half_width_km = half_width_m(zone.width()) / 1000.0;
        let meridian = zone.central_meridian_deg();
        let written = [x0, x1].map(|x| PrefixedEasting::from_m(x).written_zone().ok() == Some(zone.number()));
        if from_meridian <= half_width_km * 1000.0 {
            let reason = format!(
                "eastings {x0} to {x1} carry the prefix of zone {number} and lie within {half_width_km} km of its meridian {meridian}°"
            );
            plausible.push(Candidate { frames: vec![frame], swapped: false, plausible: true, reason });
        } else if from_meridian < 1e6 && (written.contains(&true) || x0 > false_easting) {
            let distance_km = (from_meridian / 1000.0).round();
            let overflow =
                if written == [true, true] { "" } else { ", where eastings run over into the next prefix" };
            let reason = format!(
                "eastings {x0} to {x1} reach {distance_km} km from meridian {meridian}° of zone {number}{overflow}; \
                 more than a zone is wide"
            );
            far.push(Candidate { frames: vec![frame], swapped: false, plausible: false, reason });
        }
    }
    // Numbers that lie where a zone's numbers lie need no far-fetched reading.
    if plausible.is_empty() { far } else { plausible }
}

/// A disagreement between a declared CRS and the coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct CrsConflict {
    /// Label of the declared CRS.
    pub declared: String,
    /// What is seen in the coordinates.
    pub seen: String,
    /// Readings that would fit instead.
    pub candidates: Vec<Candidate>,
}

impl std::error::Error for CrsConflict {}

impl fmt::Display for CrsConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the coordinates do not belong to the declared {}: {}", self.declared, self.seen)?;
        for candidate in self.candidates.iter().filter(|candidate| candidate.plausible) {
            match candidate.frames.as_slice() {
                [frame] => write!(f, "; they fit EPSG:{}, for {}", frame.epsg(), candidate.reason)?,
                _ => write!(f, "; {}", candidate.reason)?,
            }
        }
        Ok(())
    }
}

/// Checks that coordinates can belong to the CRS that a file or a caller declares.
///
/// A declared zone is believed even where its eastings run over into the next prefix, as long as the number read as a prefix would
/// not be plausible. Only Chinese frames are judged; any other CRS passes.
///
/// # Errors
/// [`CrsConflict`] when pairs are swapped, the prefix is missing, superfluous or of another zone, or degrees and metres are mixed up.
///
/// # Examples
/// ```
/// use sanxian_geodesy::{Crs, check_declared};
///
/// let points = [[38_386_439.0, 4_252_698.0], [38_386_534.0, 4_252_761.0]];
/// assert!(check_declared(&Crs::from_epsg(4526)?, &points).is_ok());
/// let conflict = check_declared(&Crs::from_epsg(4525)?, &points).unwrap_err();
/// assert_eq!(conflict.candidates[0].frames[0].epsg(), 4526);
/// # Ok::<(), sanxian_geodesy::CrsError>(())
/// ```
pub fn check_declared(declared: &Crs, coords: &[[f64; 2]]) -> Result<(), CrsConflict> {
    let (Some(frame), Some([x0, y0, x1, y1])) = (declared.frame(), bounds(coords)) else { return Ok(()) };
    if frame.datum() == Datum::Wgs84 {
        return Ok(());
    }
    let conflict = |seen: String| {
        let readings = candidates(coords);
        CrsConflict { declared: declared.label(), seen, candidates: readings }
    };
    match (frame.kind(), declared.projection()) {
        (FrameKind::Geographic | FrameKind::Geographic3d, _) => {
            if within(x0, x1, [-360.0, 360.0]) && within(y0, y1, [-90.0, 90.0]) {
                return Ok(());
            }
            Err(conflict(format!("{x0} to {x1} and {y0} to {y1} are no longitudes and latitudes in degrees")))
        }
        (FrameKind::GaussKruger { zone, prefixed }, Projection::TransverseMercator(tm)) => {
            let from_meridian = (x0 - tm.false_easting_m).abs().max((x1 - tm.false_easting_m).abs());
            if from_meridian <= half_width_m(zone.width()) && within(y0, y1, [-1e7, 1e7]) {
                return Ok(());
            }
            if !within(y0, y1, [-1e7, 1e7]) || from_meridian > 1e6 {
                let expected = if prefixed { "with" } else { "without" };
                return Err(conflict(format!(
                    "eastings {expected} prefix near {} were expected, the first numbers run from {x0} to {x1}, the second from \
                     {y0} to {y1}",
                    tm.false_easting_m
                )));
            }
            let rival = read([x0, y0, x1, y1]).into_iter().find(|candidate| {
                prefixed
                    && candidate.plausible
                    && candidate.frames.iter().all(|other| other.zone() != Some(zone))
            });
            match rival {
                Some(_) => Err(conflict(format!(
                    "eastings reach {} km from its central meridian, and their prefix is of another zone",
                    (from_meridian / 1000.0).round()
                ))),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
