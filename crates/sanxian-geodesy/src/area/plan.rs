//! What a CRS and a method come to: a check for every vertex and a functional for every ring.

use geographiclib_rs::{Geodesic, PolygonArea, Winding};
use rayon::prelude::*;

use super::column::PolygonColumn;
use super::degrees::ParallelFunctional;
use super::error::{AreaError, VertexPosition};
use super::gauss_kruger::EdgeFunctional;
use super::survey::Survey;
use super::{AreaMethod, planar};
use crate::crs::{Crs, Projection, TransverseMercatorParameters};
use crate::domain::{Domain, VertexFault};
use crate::pipeline;

/// Points of one ring, reused from ring to ring.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    points: Vec<[f64; 2]>,
}

/// Everything needed to compute the areas of one column.
pub(super) struct Plan<'a> {
    crs: &'a Crs,
    domain: Domain,
    functional: Functional,
}

/// How the area of a checked ring is computed.
enum Functional {
    Planar,
    Edges(EdgeFunctional),
    Parallels(ParallelFunctional),
    SurveyPlane(Survey, TransverseMercatorParameters),
    SurveyDegrees(Survey),
    Geodesic(Box<Geodesic>),
    /// The projection has no kernel here: PROJ leads back to degrees.
    GeodesicByProj(Box<Geodesic>, String),
}

impl<'a> Plan<'a> {
    pub(super) fn new(crs: &'a Crs, method: AreaMethod, coords: &[[f64; 2]]) -> Result<Self, AreaError> {
        let unsupported = |reason| AreaError::Unsupported { method, crs: crs.label(), reason };
        let ellipsoid = || crs.ellipsoid().ok_or_else(|| unsupported("its definition names no ellipsoid"));
        if *crs.projection() == Projection::Geocentric {
            return Err(unsupported("geocentric coordinates bound no area"));
        }
        let domain = Domain::of(crs).ok_or_else(|| unsupported("its definition names no ellipsoid"))?;
        let functional = match (method, crs.projection(), &domain) {
            (AreaMethod::Planar, Projection::Geographic, _) => {
                return Err(unsupported(
                    "degrees are no plane; transform to a zone first, or choose another method",
                ));
            }
            (AreaMethod::Planar, ..) => Functional::Planar,
            (_, Projection::Local, _) => {
                return Err(unsupported("a local plane has no known place on the ellipsoid"));
            }
            (AreaMethod::Ellipsoidal, _, Domain::NearMeridian(projection)) => {
                let [low, high] = range(coords, |[_, y]| projection.reduced_m([0.0, y * crs.unit()])[1]);
                Functional::Edges(EdgeFunctional::new(projection, low, high))
            }
            (AreaMethod::Ellipsoidal, Projection::Geographic, _) => {
                let [low, high] = range(coords, |[_, latitude]| latitude * crs.unit());
                Functional::Parallels(ParallelFunctional::new(ellipsoid()?, low, high))
            }
            (AreaMethod::Ellipsoidal, ..) => {
                return Err(unsupported(
                    "edges that are straight in this projection have no ellipsoidal area here; transform to a Gauss-Kruger zone, \
                     or choose geodesic",
                ));
            }
            (AreaMethod::EllipsoidalSurvey, projection, _) => {
                let survey = crs.datum().and_then(Survey::new).ok_or_else(|| {
                    unsupported("the survey recipe prints constants for CGCS2000 and Xian 1980 only; choose ellipsoidal")
                })?;
                match projection {
                    Projection::TransverseMercator(tm)
                        if tm.scale == 1.0 && tm.latitude_of_origin_deg == 0.0 =>
                    {
                        Functional::SurveyPlane(survey, *tm)
                    }
                    Projection::Geographic => Functional::SurveyDegrees(survey),
                    _ => {
                        return Err(unsupported(
                            "the survey recipe is written for Gauss-Kruger planes; choose ellipsoidal",
                        ));
                    }
                }
            }
            (AreaMethod::Geodesic, projection, _) => {
                let ellipsoid = ellipsoid()?;
                let geodesic = Box::new(Geodesic::new(ellipsoid.semi_major_m(), ellipsoid.flattening()));
                if matches!(projection, Projection::Other { .. }) {
                    let definition = pipeline::to_degrees(crs)
                        .map_err(|reason| AreaError::Proj { crs: crs.label(), reason })?;
                    Functional::GeodesicByProj(geodesic, definition)
                } else {
                    Functional::Geodesic(geodesic)
                }
            }
        };
        Ok(Self { crs, domain, functional })
    }

    /// Area of one feature: exteriors less interiors.
    pub(super) fn feature_area_m2(
        &self,
        scratch: &mut Scratch,
        column: &PolygonColumn<'_>,
        feature: usize,
    ) -> Result<f64, AreaError> {
        let mut total = 0.0;
        for (polygon, rings) in column.polygons(feature).enumerate() {
            for (index, ring) in rings.enumerate() {
                let position = VertexPosition { feature, polygon, ring: index, vertex: 0 };
                let area = self.ring_area_m2(scratch, ring, position)?.abs();
                total += if index == 0 { area } else { -area };
            }
        }
        Ok(total)
    }

    fn ring_area_m2(
        &self,
        scratch: &mut Scratch,
        ring: &[[f64; 2]],
        position: VertexPosition,
    ) -> Result<f64, AreaError> {
        let fault = |vertex: usize, fault: VertexFault| AreaError::Vertex {
            position: VertexPosition { vertex, ..position },
            point: ring.get(vertex).copied().unwrap_or([f64::NAN; 2]),
            fault,
            crs: self.crs.label(),
        };
        let unit = self.crs.unit();
        let points = &mut scratch.points;
        points.clear();
        for (vertex, &point) in ring.iter().enumerate() {
            points.push(self.domain.checked(point, unit).map_err(|found| fault(vertex, found))?);
        }
        let scale = match &self.domain {
            Domain::NearMeridian(projection) => projection.scale(),
            Domain::Anywhere | Domain::Degrees => 1.0,
        };
        Ok(match &self.functional {
            // Reduced points are freed of the scale, a planar area is not.
            Functional::Planar => planar::signed_area(points) * scale * scale,
            Functional::Edges(edges) => edges.signed_area_m2(points),
            Functional::Parallels(parallels) => parallels.signed_area_m2(points),
            Functional::SurveyPlane(survey, tm) => survey.plane_ring_area_m2(
                ring,
                tm.central_meridian_deg,
                tm.false_easting_m,
                tm.false_northing_m,
            ),
            Functional::SurveyDegrees(survey) => survey.degree_ring_area_m2(points),
            Functional::Geodesic(geodesic) => {
                if let Domain::NearMeridian(projection) = &self.domain {
                    for (point, &given) in points.iter_mut().zip(ring) {
                        *point = projection.inverse(given.map(|value| value * unit));
                    }
                }
                geodesic_area_m2(geodesic, points)
            }
            Functional::GeodesicByProj(geodesic, definition) => {
                points.clone_from_slice(ring);
                pipeline::convert(definition, points).map_err(|failure| match failure.point {
                    Some(vertex) => fault(vertex, VertexFault::Projection),
                    None => AreaError::Proj { crs: self.crs.label(), reason: failure.reason },
                })?;
                geodesic_area_m2(geodesic, points)
            }
        })
    }
}

fn geodesic_area_m2(geodesic: &Geodesic, ring: &[[f64; 2]]) -> f64 {
    let closed = ring.len() > 1 && ring.first() == ring.last();
    let open = if closed { ring.get(1..).unwrap_or(&[]) } else { ring };
    if open.len() < 3 {
        return 0.0;
    }
    let mut polygon = PolygonArea::new(geodesic, Winding::CounterClockwise);
    for &[longitude, latitude] in open {
        polygon.add_point(latitude, longitude);
    }
    polygon.compute(true).1
}

/// Smallest and largest finite value over all points; `[MAX, MIN]` when there is none.
fn range(coords: &[[f64; 2]], value: impl Fn([f64; 2]) -> f64 + Sync) -> [f64; 2] {
    const CHUNK: usize = 1 << 14;
    let none = [f64::MAX, f64::MIN];
    let join =
        |[low, high]: [f64; 2], [other_low, other_high]: [f64; 2]| [low.min(other_low), high.max(other_high)];
    coords
        .par_chunks(CHUNK)
        .map(|chunk| {
            chunk.iter().fold(none, |[low, high], &point| {
                let value = value(point);
                // NaN loses against any number in min and max; infinities are refused later, at their vertex.
                if value.is_infinite() { [low, high] } else { [low.min(value), high.max(value)] }
            })
        })
        .reduce(|| none, join)
}
