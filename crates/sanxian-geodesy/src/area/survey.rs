//! The survey office's recipe, step by step.
//!
//! 1. Vertices are rounded to 4 decimals of a metre.
//! 2. An edge longer than 70 m gets ⌊length / 70⌋ equally spaced points, rounded to 6 decimals.
//! 3. Every point goes to latitude and longitude in arc-seconds by the K-series of the inverse Gauss projection,
//!    rounded to 6 decimals.
//! 4. Trapezoids between each edge and the meridian of Greenwich are summed by the series in e² with the printed constants.
//!
//! All rounding is half away from zero. The result is not additive under splitting and keeps its rounding: it is for
//! figures that must match a government tool to the last printed digit.
//!
//! # References
//! 国土调查办发〔2008〕32 号《图幅理论面积与图斑椭球面积计算公式及要求》, formulas (1) to (3) and the constants for each ellipsoid;
//! steps 1 to 3 are those of the evaluation rules of the third national land survey as open tools document them.

use crate::frame::Datum;
use crate::rounding::round_half_away;

/// Seconds in a radian, as printed.
const RHO: f64 = 206_264.806_247_1;
/// Edges longer than this are divided, in metres.
const MAX_SEGMENT_M: f64 = 70.0;

/// Constants of one ellipsoid as the documents print them.
#[derive(Clone, Copy, Debug)]
struct Constants {
    semi_minor_m: f64,
    /// First and second eccentricity squared.
    e2: f64,
    second_e2: f64,
    /// a²/b.
    polar_radius_m: f64,
    /// K0 to K4 of the footpoint latitude.
    k: [f64; 5],
}

const CGCS2000: Constants = Constants {
    semi_minor_m: 6_356_752.314_140_36,
    e2: 0.006_694_380_022_90,
    second_e2: 0.006_739_496_775_48,
    polar_radius_m: 6_399_593.625_86,
    k: [
        1.570_487_611_441_59e-7,
        5.052_501_788_205_67e-3,
        2.984_729_009_565_87e-5,
        2.416_266_692_300_84e-7,
        2.222_412_389_385_34e-9,
    ],
};

const XIAN80: Constants = Constants {
    semi_minor_m: 6_356_755.29,
    e2: 6.694_384_999_587_95e-3,
    second_e2: 6.739_501_819_472_92e-3,
    polar_radius_m: 6_399_596.651_988_01,
    k: [
        1.570_486_874_727_52e-7,
        5.052_505_592_913_93e-3,
        2.984_733_509_661_58e-5,
        2.416_272_159_813_36e-7,
        2.222_419_094_612_73e-9,
    ],
};

/// The recipe on one datum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Survey {
    constants: Constants,
    series: [f64; 5],
}

impl Survey {
    /// `None` for a datum for which no constants are printed.
    pub(crate) fn new(datum: Datum) -> Option<Self> {
        let constants = match datum {
            Datum::Cgcs2000 => CGCS2000,
            Datum::Xian80 => XIAN80,
            Datum::Beijing54 | Datum::Wgs84 => return None,
        };
        let e2 = constants.e2;
        let e4 = e2 * e2;
        let (e6, e8) = (e4 * e2, e4 * e4);
        let series = [
            1.0 + 3.0 / 6.0 * e2 + 30.0 / 80.0 * e4 + 35.0 / 112.0 * e6 + 630.0 / 2304.0 * e8,
            1.0 / 6.0 * e2 + 15.0 / 80.0 * e4 + 21.0 / 112.0 * e6 + 420.0 / 2304.0 * e8,
            3.0 / 80.0 * e4 + 7.0 / 112.0 * e6 + 180.0 / 2304.0 * e8,
            1.0 / 112.0 * e6 + 45.0 / 2304.0 * e8,
            5.0 / 2304.0 * e8,
        ];
        Some(Self { constants, series })
    }

    /// Area of a ring in a Gauss-Krüger plane, not signed. The false easting includes the zone prefix.
    pub(crate) fn plane_ring_area_m2(
        &self,
        ring: &[[f64; 2]],
        central_meridian_deg: f64,
        false_easting_m: f64,
        false_northing_m: f64,
    ) -> f64 {
        let rounded = |[easting, northing]: [f64; 2], decimals| {
            [round_half_away(easting, decimals), round_half_away(northing, decimals)]
        };
        let geographic = |[easting, northing]: [f64; 2]| {
            let (latitude, from_meridian) =
                self.inverse(northing - false_northing_m, easting - false_easting_m);
            [seconds_rounded(latitude), seconds_rounded(from_meridian + central_meridian_deg.to_radians())]
        };
        let Some(&last) = ring.last() else { return 0.0 };
        let mut from = rounded(last, 4);
        let mut previous = geographic(from);
        let mut sum = 0.0;
        for &vertex in ring {
            let to = rounded(vertex, 4);
            let length = (to[0] - from[0]).hypot(to[1] - from[1]);
            if length > MAX_SEGMENT_M {
                let inserted = (length / MAX_SEGMENT_M).floor() as u32;
                for index in 1..=inserted {
                    let share = f64::from(index) / f64::from(inserted + 1);
                    let point = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
                    let next = geographic(rounded(point, 6));
                    sum += self.trapezoid_m2(previous, next);
                    previous = next;
                }
            }
            let next = geographic(to);
            sum += self.trapezoid_m2(previous, next);
            (from, previous) = (to, next);
        }
        sum.abs()
    }

    /// Area of a ring of `[longitude_deg, latitude_deg]`, not signed; the recipe inserts no points in degrees.
    pub(crate) fn degree_ring_area_m2(&self, ring: &[[f64; 2]]) -> f64 {
        let point = |[longitude, latitude]: [f64; 2]| {
            [latitude, longitude].map(|degrees| round_half_away(degrees * 3600.0, 6) / RHO)
        };
        let Some(&last) = ring.last() else { return 0.0 };
        let mut previous = point(last);
        let mut sum = 0.0;
        for &vertex in ring {
            let next = point(vertex);
            sum += self.trapezoid_m2(previous, next);
            previous = next;
        }
        sum.abs()
    }

    /// Signed area between an edge, the meridian of Greenwich and two parallels; points are `[B, L]` in radians.
    pub(crate) fn trapezoid_m2(&self, [b1, l1]: [f64; 2], [b2, l2]: [f64; 2]) -> f64 {
        let (middle, half) = (b1.midpoint(b2), (b2 - b1) / 2.0);
        let [a, b, c, d, e] = self.series;
        let term = |coefficient: f64, odd: f64| coefficient * (odd * half).sin() * (odd * middle).cos();
        let bracket = term(a, 1.0) - term(b, 3.0) + term(c, 5.0) - term(d, 7.0) + term(e, 9.0);
        2.0 * self.constants.semi_minor_m.powi(2) * l1.midpoint(l2) * bracket
    }

    /// Latitude and longitude from the central meridian, in radians, of a northing and of an easting less its false part.
    fn inverse(&self, northing_m: f64, easting_m: f64) -> (f64, f64) {
        let Constants { second_e2, polar_radius_m, k, .. } = self.constants;
        let arc = k[0] * northing_m;
        let (s, c) = arc.sin_cos();
        let s2 = s * s;
        let footpoint = arc + c * s * (k[1] - s2 * (k[2] - s2 * (k[3] - s2 * k[4])));
        let (sin, cos) = footpoint.sin_cos();
        let t = sin / cos;
        let t2 = t * t;
        let eta2 = second_e2 * cos * cos;
        let v2 = 1.0 + eta2;
        let q = easting_m * v2.sqrt() / polar_radius_m;
        let q2 = q * q;
        let latitude = footpoint - 0.5 * v2 * t * q2
            + (5.0 + 3.0 * t2 + eta2 - 9.0 * eta2 * t2) / 24.0 * v2 * t * q2 * q2
            - (61.0 + 90.0 * t2 + 45.0 * t2 * t2) / 720.0 * v2 * t * q2 * q2 * q2;
        let longitude = (q - (1.0 + 2.0 * t2 + eta2) / 6.0 * q * q2
            + (5.0 + 28.0 * t2 + 24.0 * t2 * t2 + 6.0 * eta2 + 8.0 * eta2 * t2) / 120.0 * q * q2 * q2)
            / cos;
        (latitude, longitude)
    }
}

/// Radians rounded to a millionth of an arc-second.
fn seconds_rounded(radians: f64) -> f64 {
    round_half_away(radians * RHO, 6) / RHO
}

#[cfg(test)]
#[path = "survey_tests.rs"]
mod tests;
