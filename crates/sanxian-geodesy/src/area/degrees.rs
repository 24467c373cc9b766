//! Area on the ellipsoid of polygons whose edges are straight in longitude and latitude.

use crate::authalic::{parallel_area_m2, parallel_area_slope_m2};
use crate::ellipsoid::Ellipsoid;
use crate::polynomial;

/// Width of a band of latitude in degrees, and the longest part of an edge that is integrated at once.
const BAND_DEG: f64 = 0.5;
const MAX_PART_DEG: f64 = 0.25;

/// Integrates Q(B) dL along edges, with Q as polynomials of the sixth degree on bands of half a degree.
///
/// Q' is fitted to 1e-15 and integrated in closed form, so that differences of Q within a band keep all their digits;
/// bands are joined by the closed formula. The three-point rule of Gauss on parts of a quarter degree leaves 1e-15.
#[derive(Clone, Debug)]
pub(crate) struct ParallelFunctional {
    ellipsoid: Ellipsoid,
    first_band: i64,
    bands: Vec<[f64; 7]>,
}

impl ParallelFunctional {
    /// Fits the bands from one latitude to another.
    pub(crate) fn new(ellipsoid: Ellipsoid, min_deg: f64, max_deg: f64) -> Self {
        let band = |latitude: f64| (latitude.clamp(-90.0, 90.0) / BAND_DEG).floor() as i64;
        let (first_band, last_band) =
            if min_deg <= max_deg { (band(min_deg), band(max_deg)) } else { (0, -1) };
        let half_rad = (BAND_DEG / 2.0).to_radians();
        let bands = (first_band..=last_band).map(|index| {
            let centre_rad = centre_deg(index).to_radians();
            let slope: [f64; 6] =
                polynomial::fit(|w| parallel_area_slope_m2(&ellipsoid, centre_rad + w * half_rad) * half_rad);
            let mut integral = [0.0; 7];
            for (power, coefficient) in slope.iter().enumerate() {
                integral[power + 1] = coefficient / (power as f64 + 1.0);
            }
            integral
        });
        Self { ellipsoid, first_band, bands: bands.collect() }
    }

    /// Signed area of a ring of degrees, counter-clockwise positive.
    pub(crate) fn signed_area_m2(&self, ring: &[[f64; 2]]) -> f64 {
        let (Some(&[origin_deg, latitude_deg]), Some(&last)) = (ring.first(), ring.last()) else {
            return 0.0;
        };
        let home = self.band(latitude_deg);
        let mut sum = 0.0;
        let [mut lon0, mut lat0] = [last[0] - origin_deg, last[1]];
        for &[lon, lat1] in ring {
            let lon1 = lon - origin_deg;
            sum += (lon1 - lon0) * self.mean(home, lat0, lat1);
            (lon0, lat0) = (lon1, lat1);
        }
        // Counter-clockwise the northern edge runs west.
        -sum.to_radians()
    }

    /// The share of a path, counted from the middle of the bands: boundaries that are summed together need one origin.
    pub(crate) fn path(&self, mut points: impl Iterator<Item = [f64; 2]>) -> f64 {
        let Some([mut lon0, mut lat0]) = points.next() else { return 0.0 };
        let home = self.first_band + self.bands.len() as i64 / 2;
        let mut sum = 0.0;
        for [lon1, lat1] in points {
            sum += (lon1 - lon0) * self.mean(home, lat0, lat1);
            [lon0, lat0] = [lon1, lat1];
        }
        -sum.to_radians()
    }

    fn band(&self, latitude_deg: f64) -> i64 {
        let index = (latitude_deg / BAND_DEG).floor() as i64;
        index.min(self.first_band + self.bands.len() as i64 - 1).max(self.first_band)
    }

    /// Mean of Q, counted from the centre of the band `home`, between two latitudes.
    fn mean(&self, home: i64, lat0: f64, lat1: f64) -> f64 {
        /// Nodes of the three-point rule on [0, 1] and weights.
        const RULE: [(f64, f64); 3] = [
            (0.112_701_665_379_258_31, 5.0 / 18.0),
            (0.5, 8.0 / 18.0),
            (0.887_298_334_620_741_7, 5.0 / 18.0),
        ];
        let parts = ((lat1 - lat0).abs() / MAX_PART_DEG).ceil().max(1.0);
        let step = (lat1 - lat0) / parts;
        let mut sum = 0.0;
        for part in 0..parts as u32 {
            let start = lat0 + f64::from(part) * step;
            for (node, weight) in RULE {
                sum += weight * self.value(home, start + node * step);
            }
        }
        sum / parts
    }

    fn value(&self, home: i64, latitude_deg: f64) -> f64 {
        let index = self.band(latitude_deg);
        let Some(band) = self.bands.get((index - self.first_band) as usize) else { return 0.0 };
        let within = polynomial::value(band, (latitude_deg - centre_deg(index)) * (2.0 / BAND_DEG));
        if index == home {
            return within;
        }
        let at = |index: i64| parallel_area_m2(&self.ellipsoid, centre_deg(index).to_radians());
        within + (at(index) - at(home))
    }
}

fn centre_deg(band: i64) -> f64 {
    (band as f64 + 0.5) * BAND_DEG
}

#[cfg(test)]
#[path = "degrees_tests.rs"]
mod tests;
