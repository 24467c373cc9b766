//! From one CRS to another.

mod error;
mod helmert;
mod zone_change;

use rayon::prelude::*;

use crate::crs::{Crs, Projection};
use crate::domain::{Domain, MAX_FROM_MERIDIAN_M, VertexFault};
use crate::frame::Datum;
use crate::pipeline::{self, Failure};
use crate::transverse_mercator::TransverseMercator;

pub use error::TransformError;
pub use helmert::{FourParameters, Helmert, SevenParameters};
use zone_change::{LANES, ZoneChange};

/// Points a task; large enough that a thread's PROJ object pays, small enough to spread.
const CHUNK: usize = 1 << 12;

/// Changes coordinates in place from one CRS to another; on error none is changed.
///
/// Transverse Mercator planes and degrees of one datum go through the kernel of this crate, zones of one datum straight to each other
/// by polynomials that follow the kernel to 1e-10 m.
/// Other projections and changes of datum go through PROJ by pipelines that are written out, so that PROJ's database is not needed.
/// Points are transformed in parallel and independently, so the result does not depend on the number of threads.
///
/// # Units
/// `[easting, northing]` in the units of the CRS, `[longitude_deg, latitude_deg]` for geographic ones.
///
/// # Errors
/// [`TransformError::DatumShift`] when the datum changes and `helmert` is not given, or does not fit: a plane transform between degrees,
/// or [`Helmert::Wgs84AsCgcs2000`] between other datums. [`TransformError::Point`] for the first point that cannot be a place.
///
/// # Examples
/// ```
/// use sanxian_geodesy::{Crs, Helmert, transform};
///
/// let (zone38, zone37, degrees) = (Crs::from_epsg(4526)?, Crs::from_epsg(4525)?, Crs::from_epsg(4490)?);
/// let mut points = [[38_386_439.0, 4_252_698.0]];
/// transform(&mut points, &zone38, &zone37, None)?;
/// assert!((points[0][0] - 37_648_000.0).abs() < 2_000.0);
/// transform(&mut points, &zone37, &degrees, None)?;
/// assert!((points[0][0] - 112.7).abs() < 1e-2 && (points[0][1] - 38.4).abs() < 1e-2);
///
/// let wgs84 = Crs::from_epsg(4326)?;
/// assert!(transform(&mut points, &degrees, &wgs84, None).is_err());
/// transform(&mut points, &degrees, &wgs84, Some(&Helmert::Wgs84AsCgcs2000))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn transform(
    coords: &mut [[f64; 2]],
    from: &Crs,
    to: &Crs,
    helmert: Option<&Helmert>,
) -> Result<(), TransformError> {
    let route = Route::new(from, to, helmert)?;
    let zones = route.zone_change(coords);
    let mut points = vec![[0.0; 2]; coords.len()];
    let chunks = points.par_chunks_mut(CHUNK).zip(coords.par_chunks(CHUNK)).enumerate();
    let failures = chunks.filter_map(|(index, (chunk, given))| {
        let start = index * CHUNK;
        chunk.copy_from_slice(given);
        let failure = match &zones {
            Some((zones, target)) => route.change_zone(chunk, zones, target),
            None => route.run(chunk),
        };
        let failure = failure.err()?;
        Some(Failure { point: failure.failure.point.map(|point| start + point), ..failure.failure })
            .map(|located| (located.point.unwrap_or(start), located, failure.fault))
    });
    // The first failure by position, whatever order the threads ran in.
    if let Some((index, failure, fault)) = failures.min_by_key(|(index, ..)| *index) {
        return Err(match (failure.point, fault) {
            (Some(_), fault) => TransformError::Point {
                index,
                point: coords.get(index).copied().unwrap_or([f64::NAN; 2]),
                fault: fault.unwrap_or(VertexFault::Projection),
                from: from.label(),
                to: to.label(),
            },
            (None, _) => TransformError::Proj {
                definition: format!("the way from {} to {}", from.label(), to.label()),
                reason: failure.reason,
            },
        });
    }
    coords
        .par_chunks_mut(CHUNK)
        .zip(points.par_chunks(CHUNK))
        .for_each(|(to, from)| to.copy_from_slice(from));
    Ok(())
}

/// One end of a transform: between its coordinates and degrees.
enum End {
    Kernel(TransverseMercator),
    Degrees,
    /// PROJ pipelines to and from degrees.
    Proj(String),
}

enum Shift {
    None,
    /// Pipeline between degrees.
    Pipeline(String),
    /// Between planes, without any degrees.
    Plane(FourParameters),
}

struct Route {
    domain: Domain,
    from_unit: f64,
    to_unit: f64,
    from: End,
    to: End,
    shift: Shift,
    /// Nothing to do but to check.
    identity: bool,
}

/// A failure of one chunk, and the fault when the vertex itself was refused.
struct ChunkFailure {
    failure: Failure,
    fault: Option<VertexFault>,
}

impl ChunkFailure {
    fn vertex(index: usize, fault: VertexFault) -> Self {
        Self { failure: Failure { point: Some(index), reason: String::new() }, fault: Some(fault) }
    }
}

impl From<Failure> for ChunkFailure {
    fn from(failure: Failure) -> Self {
        Self { failure, fault: None }
    }
}

impl Route {
    fn new(from: &Crs, to: &Crs, helmert: Option<&Helmert>) -> Result<Self, TransformError> {
        let domain =
            Domain::of(from).ok_or_else(|| unsupported(from, "its definition names no ellipsoid"))?;
        let (from_unit, to_unit) = (from.unit(), to.unit());
        let identity = from.is_same_as(to);
        if let Some(Helmert::Plane(parameters)) = helmert {
            if from.is_geographic() || to.is_geographic() {
                return Err(datum_shift(
                    from,
                    to,
                    "four parameters lead from plane to plane, not from or to degrees",
                ));
            }
            let shift = Shift::Plane(*parameters);
            return Ok(Self {
                domain,
                from_unit,
                to_unit,
                from: End::Degrees,
                to: End::Degrees,
                shift,
                identity: false,
            });
        }
        let shift = shift(from, to, helmert)?;
        if identity {
            let (from, to) = (End::Degrees, End::Degrees);
            return Ok(Self { domain, from_unit, to_unit, from, to, shift, identity });
        }
        let from = end(from, pipeline::to_degrees)?;
        let to = end(to, pipeline::from_degrees)?;
        Ok(Self { domain, from_unit, to_unit, from, to, shift, identity })
    }

    /// The short way between planes of one ellipsoid, and the plane it leads to; `None` where the way is another one.
    fn zone_change(&self, coords: &[[f64; 2]]) -> Option<(ZoneChange<'_>, &TransverseMercator)> {
        let (End::Kernel(from), End::Kernel(to), Shift::None) = (&self.from, &self.to, &self.shift) else {
            return None;
        };
        // WGS 84 taken as CGCS2000 keeps the latitude; the conformal sphere of the other ellipsoid would keep another one.
        if !from.ellipsoid().is_same_as(&to.ellipsoid()) {
            return None;
        }
        let reduced = |point: &[f64; 2]| from.reduced_m(point.map(|value| value * self.from_unit));
        let none = [[f64::MAX; 2], [f64::MIN; 2]];
        let join = |[low, high]: [[f64; 2]; 2], [other_low, other_high]: [[f64; 2]; 2]| {
            [
                [low[0].min(other_low[0]), low[1].min(other_low[1])],
                [high[0].max(other_high[0]), high[1].max(other_high[1])],
            ]
        };
        // NaN loses against any number in min and max, and is refused later, at its vertex.
        let of_chunk = |chunk: &[[f64; 2]]| {
            chunk.iter().map(reduced).fold(none, |bounds, point| join(bounds, [point, point]))
        };
        let bounds = coords.par_chunks(CHUNK).map(of_chunk).reduce(|| none, join);
        Some((ZoneChange::new(from, to, bounds), to))
    }

    fn change_zone(
        &self,
        chunk: &mut [[f64; 2]],
        zones: &ZoneChange<'_>,
        to: &TransverseMercator,
    ) -> Result<(), ChunkFailure> {
        let pole_m = to.quarter_meridian_m();
        let reduced = |index: usize, point: [f64; 2]| {
            self.domain.checked(point, self.from_unit).map_err(|fault| ChunkFailure::vertex(index, fault))
        };
        let finished = |index: usize, image: [f64; 2]| {
            if image[0].abs() <= MAX_FROM_MERIDIAN_M && image[1].abs() <= pole_m {
                Ok(to.restored_m(image).map(|value| value / self.to_unit))
            } else {
                Err(ChunkFailure::vertex(index, VertexFault::TargetZone))
            }
        };
        let mut index = 0;
        let (groups, rest) = chunk.as_chunks_mut::<LANES>();
        for group in groups {
            let mut points = *group;
            for (lane, point) in points.iter_mut().enumerate() {
                *point = reduced(index + lane, *point)?;
            }
            for (lane, image) in zones.images(points).into_iter().enumerate() {
                group[lane] = finished(index + lane, image)?;
            }
            index += LANES;
        }
        for point in rest {
            *point = finished(index, zones.image(reduced(index, *point)?))?;
            index += 1;
        }
        Ok(())
    }

    fn run(&self, chunk: &mut [[f64; 2]]) -> Result<(), ChunkFailure> {
        for (index, &point) in chunk.iter().enumerate() {
            self.domain.checked(point, self.from_unit).map_err(|fault| ChunkFailure::vertex(index, fault))?;
        }
        if self.identity {
            return Ok(());
        }
        match (&self.from, &self.to, &self.shift) {
            (_, _, Shift::Plane(parameters)) => {
                for point in &mut *chunk {
                    *point = parameters
                        .apply(point.map(|value| value * self.from_unit))
                        .map(|value| value / self.to_unit);
                }
            }
            _ => self.run_over_degrees(chunk)?,
        }
        Ok(())
    }

    fn run_over_degrees(&self, chunk: &mut [[f64; 2]]) -> Result<(), ChunkFailure> {
        match &self.from {
            End::Kernel(projection) => {
                for point in &mut *chunk {
                    *point = projection.inverse(point.map(|value| value * self.from_unit));
                }
            }
            End::Degrees => scale(chunk, self.from_unit),
            End::Proj(pipeline) => pipeline::convert(pipeline, chunk)?,
        }
        if let Shift::Pipeline(pipeline) = &self.shift {
            pipeline::convert(pipeline, chunk)?;
        }
        match &self.to {
            End::Kernel(projection) => {
                for point in &mut *chunk {
                    *point = projection.forward(*point).map(|value| value / self.to_unit);
                }
                self.check_target(projection, chunk)?;
            }
            End::Degrees => scale(chunk, 1.0 / self.to_unit),
            End::Proj(pipeline) => pipeline::convert(pipeline, chunk)?,
        }
        Ok(())
    }

    /// Far from its meridian a plane is of no use, and the series leaves its domain.
    fn check_target(&self, to: &TransverseMercator, chunk: &[[f64; 2]]) -> Result<(), ChunkFailure> {
        let near = Domain::NearMeridian(Box::new(to.clone()));
        for (index, &point) in chunk.iter().enumerate() {
            near.checked(point, self.to_unit)
                .map_err(|_| ChunkFailure::vertex(index, VertexFault::TargetZone))?;
        }
        Ok(())
    }
}

fn scale(chunk: &mut [[f64; 2]], factor: f64) {
    if factor != 1.0 {
        for point in chunk {
            *point = point.map(|value| value * factor);
        }
    }
}

fn unsupported(crs: &Crs, reason: &'static str) -> TransformError {
    TransformError::Unsupported { crs: crs.label(), reason }
}

fn datum_shift(from: &Crs, to: &Crs, advice: &'static str) -> TransformError {
    TransformError::DatumShift { from: from.label(), to: to.label(), advice }
}

fn end(crs: &Crs, by_proj: fn(&Crs) -> Result<String, String>) -> Result<End, TransformError> {
    match crs.projection() {
        Projection::Geographic => Ok(End::Degrees),
        Projection::TransverseMercator(parameters) => {
            let ellipsoid =
                crs.ellipsoid().ok_or_else(|| unsupported(crs, "its definition names no ellipsoid"))?;
            Ok(End::Kernel(TransverseMercator::new(ellipsoid, *parameters)))
        }
        Projection::Other { .. } => by_proj(crs)
            .map(End::Proj)
            .map_err(|reason| TransformError::Proj { definition: crs.label(), reason }),
        Projection::Geocentric => {
            Err(unsupported(crs, "geocentric coordinates need a third value, points here have two"))
        }
        Projection::Local => Err(unsupported(
            crs,
            "a local plane has no known place on the earth; give four parameters to another plane",
        )),
    }
}

/// What has to happen between the datums of two CRS.
fn shift(from: &Crs, to: &Crs, helmert: Option<&Helmert>) -> Result<Shift, TransformError> {
    let Some(helmert) = helmert else {
        if from.is_same_as(to) || from.has_datum_of(to) {
            return Ok(Shift::None);
        }
        let pair = [from.datum(), to.datum()];
        let advice = if pair.contains(&Some(Datum::Wgs84)) && pair.contains(&Some(Datum::Cgcs2000)) {
            "they agree within a metre; to take one for the other, give `wgs84_as_cgcs2000` as helmert"
        } else {
            "give the seven or four parameters (helmert) of your region; a transform without them would be off by up to 200 m"
        };
        return Err(datum_shift(from, to, advice));
    };
    if from.has_datum_of(to) {
        return Err(TransformError::NeedlessShift { from: from.label(), to: to.label() });
    }
    if *helmert == Helmert::Wgs84AsCgcs2000 {
        let pair = [from.datum(), to.datum()];
        let allowed = pair.contains(&Some(Datum::Wgs84)) && pair.contains(&Some(Datum::Cgcs2000));
        return if allowed {
            Ok(Shift::None)
        } else {
            Err(datum_shift(from, to, "only WGS 84 and CGCS2000 may be taken as one; give parameters"))
        };
    }
    if from.prime_meridian_deg() != 0.0 || to.prime_meridian_deg() != 0.0 {
        return Err(datum_shift(
            from,
            to,
            "longitudes are not counted from Greenwich, which no transform here takes into account",
        ));
    }
    let (Some(source), Some(target)) = (from.ellipsoid(), to.ellipsoid()) else {
        return Err(datum_shift(from, to, "seven parameters need an ellipsoid at both ends"));
    };
    Ok(helmert.pipeline(&source, &target).map_or(Shift::None, Shift::Pipeline))
}

#[cfg(test)]
#[path = "transform_tests.rs"]
mod tests;
