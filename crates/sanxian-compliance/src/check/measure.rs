use std::sync::Arc;

use sanxian_geodesy::{AreaError, AreaMethod, Crs};
use sanxian_overlay::{PolygonSet, Polygons, perimeter};

use crate::area::areas_m2;
use crate::error::ComplianceError;
use crate::rules::Tolerances;

/// The two areas of a shape and the length of its boundary.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Measure {
    pub(super) planar_m2: f64,
    pub(super) ellipsoidal_m2: f64,
    pub(super) perimeter_m: f64,
}

impl Measure {
    /// The ellipsoidal area, unless the CRS has none.
    pub(super) fn known_ellipsoidal_m2(&self) -> Option<f64> {
        self.ellipsoidal_m2.is_finite().then_some(self.ellipsoidal_m2)
    }

    /// Mean width, 2A/P: nearly the width of a long strip.
    pub(super) fn mean_width_m(&self) -> f64 {
        if self.perimeter_m > 0.0 { 2.0 * self.planar_m2 / self.perimeter_m } else { 0.0 }
    }
}

impl std::ops::AddAssign for Measure {
    fn add_assign(&mut self, other: Self) {
        self.planar_m2 += other.planar_m2;
        self.ellipsoidal_m2 += other.ellipsoidal_m2;
        self.perimeter_m += other.perimeter_m;
    }
}

impl std::iter::Sum for Measure {
    fn sum<I: Iterator<Item = Self>>(measures: I) -> Self {
        measures.fold(Self::default(), |mut sum, measure| {
            sum += measure;
            sum
        })
    }
}

/// How everything in a run is measured.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    pub(super) crs: Crs,
    pub(super) area: AreaMethod,
    pub(super) tolerances: Tolerances,
}

impl Meter {
    /// The area that verdicts and tables rest on.
    pub(super) fn area_m2(&self, measure: &Measure) -> f64 {
        if self.area == AreaMethod::Planar { measure.planar_m2 } else { measure.ellipsoidal_m2 }
    }

    /// The method of the column `ellipsoidal_area_m2`.
    pub(super) fn ellipsoidal(&self) -> AreaMethod {
        if self.area == AreaMethod::Planar { AreaMethod::Ellipsoidal } else { self.area }
    }

    /// Measures every feature. Where the plane is asked for and the CRS has no ellipsoid to go to, as in a local plane, the
    /// ellipsoidal area is NaN.
    pub(super) fn features(
        &self,
        name: &str,
        polygons: Polygons<'_>,
    ) -> Result<Vec<Measure>, ComplianceError> {
        let failed = |source| ComplianceError::Area { layer: name.to_owned(), source };
        let planar = areas_m2(polygons, &self.crs, AreaMethod::Planar).map_err(failed)?;
        let ellipsoidal = match areas_m2(polygons, &self.crs, self.ellipsoidal()) {
            Err(AreaError::Unsupported { .. }) if self.area == AreaMethod::Planar => {
                vec![Some(f64::NAN); planar.len()]
            }
            areas => areas.map_err(failed)?,
        };
        Ok(planar
            .into_iter()
            .zip(ellipsoidal)
            .enumerate()
            .map(|(feature, (planar_m2, ellipsoidal_m2))| Measure {
                planar_m2: planar_m2.unwrap_or(0.0),
                ellipsoidal_m2: ellipsoidal_m2.unwrap_or(0.0),
                perimeter_m: perimeter(polygons.feature(feature)),
            })
            .collect())
    }

    /// How far pieces may miss the whole when the boundaries involved are `length_m` long.
    pub(super) fn closure_m2(&self, length_m: f64) -> f64 {
        self.tolerances.closure_width_m * length_m
    }

    /// Measures features part by part, and parts those that have width from those that only the rounding of coordinates makes.
    ///
    /// A feature with parts of both kinds gives two shapes, one of each: joined, the threads would make a real part look thin.
    pub(super) fn shapes(&self, name: &str, polygons: Polygons<'_>) -> Result<Vec<Shape>, ComplianceError> {
        let mut parts = PolygonSet::default();
        let mut owners = Vec::new();
        for feature in 0..polygons.len() {
            for polygon in polygons.feature(feature) {
                parts.push_feature([polygon.rings()]);
                owners.push(feature);
            }
        }
        let measures = self.features(name, parts.view())?;
        let mut shapes: Vec<Shape> = Vec::new();
        for (part, (&owner, measure)) in owners.iter().zip(measures).enumerate() {
            let width_m = measure.mean_width_m();
            let is_noise = width_m < self.tolerances.noise_width_m;
            // Parts of one feature follow each other, so its shapes are the last two at most.
            let last = shapes.len().saturating_sub(2);
            let known = shapes
                .iter()
                .skip(last)
                .position(|shape| shape.feature == owner && shape.is_noise == is_noise)
                .map(|at| at + last);
            let at = known.unwrap_or_else(|| {
                shapes.push(Shape { feature: owner, is_noise, ..Shape::default() });
                shapes.len() - 1
            });
            let Some(shape) = shapes.get_mut(at) else { continue };
            shape.measure += measure;
            shape.widest_m = shape.widest_m.max(width_m);
            let rings: Vec<_> =
                parts.view().feature(part).flat_map(|polygon| polygon.rings()).map(<[_]>::to_vec).collect();
            Arc::make_mut(&mut shape.polygons).push(rings);
        }
        Ok(shapes)
    }
}

/// The parts of one feature that have width, or those that have none.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// The feature of the set that was measured.
    pub(super) feature: usize,
    /// True when no part is as wide as the coordinates resolve.
    pub(super) is_noise: bool,
    /// Sum over the parts.
    pub(super) measure: Measure,
    /// Mean width of the widest part.
    pub(super) widest_m: f64,
    /// Rings of each part, exterior first; rows of several rules share them.
    pub(super) polygons: Arc<Vec<Vec<Vec<[f64; 2]>>>>,
}

impl Shape {
    /// Appends the parts as one feature.
    pub(super) fn push_to(&self, set: &mut PolygonSet) {
        set.push_feature(self.polygons.iter().map(|rings| rings.iter().map(Vec::as_slice)));
    }
}
