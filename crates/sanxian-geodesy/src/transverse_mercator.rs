//! Transverse Mercator (Gauss-Krüger) by Krüger's series in the third flattening, to the sixth order.
//!
//! # References
//! - L. Krüger (1912), Konforme Abbildung des Erdellipsoids in der Ebene, Potsdam.
//! - C. F. F. Karney (2011), Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85, 475-485,
//!   doi:10.1007/s00190-011-0445-3; its equation numbers are quoted below.

use crate::crs::TransverseMercatorParameters;
use crate::ellipsoid::Ellipsoid;

const ORDER: usize = 6;

/// A transverse Mercator projection of one ellipsoid, ready to compute.
///
/// The truncated series is exact to 5 nm within 3 900 km of the central meridian (Karney 2011, section 5); what is left is
/// the rounding of `f64`, about 1 nm for an unprefixed and 4 nm for a prefixed easting.
///
/// # Examples
/// ```
/// use sanxian_geodesy::{Crs, Projection, TransverseMercator};
///
/// let crs = Crs::from_epsg(4526)?;
/// let Projection::TransverseMercator(parameters) = crs.projection() else { unreachable!() };
/// let zone38 = TransverseMercator::new(crs.ellipsoid().expect("it has one"), *parameters);
/// let [longitude_deg, latitude_deg] = zone38.inverse([38_386_439.0, 4_252_698.0]);
/// assert!((longitude_deg - 112.699_997).abs() < 1e-5 && (latitude_deg - 38.4).abs() < 1e-2);
/// let [easting_m, northing_m] = zone38.forward([longitude_deg, latitude_deg]);
/// assert!((easting_m - 38_386_439.0).abs() < 2e-8 && (northing_m - 4_252_698.0).abs() < 2e-9);
/// # Ok::<(), sanxian_geodesy::CrsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TransverseMercator {
    ellipsoid: Ellipsoid,
    central_meridian_deg: f64,
    scale: f64,
    false_easting_m: f64,
    /// Northing of the equator: false northing less the meridian arc up to the latitude of origin.
    equator_northing_m: f64,
    rectifying_radius_m: f64,
    eccentricity: f64,
    /// From the conformal sphere to the plane, Karney (35).
    alpha: [f64; ORDER],
    /// From the plane to the conformal sphere, Karney (36).
    beta: [f64; ORDER],
    /// From conformal to geodetic latitude.
    delta: [f64; ORDER],
}

/// A point on the conformal sphere, as the direction cosines that both directions of the projection need.
#[derive(Clone, Copy)]
struct Conformal {
    /// sin ξ', proportional to the sine of the conformal latitude.
    north: f64,
    /// cos ξ', proportional to the cosine of latitude times the cosine of the longitude from the meridian.
    towards: f64,
    /// sinh η', proportional to the cosine of latitude times the sine of the longitude from the meridian.
    east: f64,
}

impl TransverseMercator {
    /// Prepares the series for an ellipsoid and the parameters of a projection.
    pub fn new(ellipsoid: Ellipsoid, parameters: TransverseMercatorParameters) -> Self {
        let n = ellipsoid.third_flattening();
        let rectifying_radius_m = ellipsoid.semi_major_m() / (1.0 + n)
            * (1.0 + n * n * (1.0 / 4.0 + n * n * (1.0 / 64.0 + n * n / 256.0)));
        let mut projection = Self {
            ellipsoid,
            central_meridian_deg: parameters.central_meridian_deg,
            scale: parameters.scale,
            false_easting_m: parameters.false_easting_m,
            equator_northing_m: parameters.false_northing_m,
            rectifying_radius_m,
            eccentricity: ellipsoid.eccentricity_squared().sqrt(),
            alpha: in_powers_of(n, &ALPHA),
            beta: in_powers_of(n, &BETA),
            delta: in_powers_of(n, &DELTA),
        };
        if parameters.latitude_of_origin_deg != 0.0 {
            let [_, arc_m] =
                projection.forward([parameters.central_meridian_deg, parameters.latitude_of_origin_deg]);
            projection.equator_northing_m -= arc_m - parameters.false_northing_m;
        }
        projection
    }

    /// The ellipsoid.
    pub fn ellipsoid(&self) -> Ellipsoid {
        self.ellipsoid
    }

    /// Scale on the central meridian.
    pub(crate) fn scale(&self) -> f64 {
        self.scale
    }

    /// Distance of a quarter meridian on the ellipsoid, in metres.
    pub(crate) fn quarter_meridian_m(&self) -> f64 {
        self.rectifying_radius_m * std::f64::consts::FRAC_PI_2
    }

    /// `[easting_m, northing_m]` counted from meridian and equator and freed of the scale.
    pub(crate) fn reduced_m(&self, [easting_m, northing_m]: [f64; 2]) -> [f64; 2] {
        [(easting_m - self.false_easting_m) / self.scale, (northing_m - self.equator_northing_m) / self.scale]
    }

    /// The other way: metres from meridian and equator to `[easting_m, northing_m]`.
    pub(crate) fn restored_m(&self, [x_m, y_m]: [f64; 2]) -> [f64; 2] {
        [self.false_easting_m + self.scale * x_m, self.equator_northing_m + self.scale * y_m]
    }

    /// `[longitude_deg, latitude_deg]` to `[easting_m, northing_m]`.
    ///
    /// Points more than 90 degrees from the central meridian have no useful image; the caller keeps to the neighbourhood of
    /// the zone.
    pub fn forward(&self, [longitude_deg, latitude_deg]: [f64; 2]) -> [f64; 2] {
        // Karney (7)-(9): tangent of the conformal latitude.
        let (sin_lon, cos_lon) = (longitude_deg - self.central_meridian_deg).to_radians().sin_cos();
        let (sin_lat, cos_lat) = latitude_deg.to_radians().sin_cos();
        let sigma = (self.eccentricity * (self.eccentricity * sin_lat).atanh()).sinh();
        let secant_conformal_times_cos = (1.0 + sigma * sigma).sqrt();
        let north = sin_lat * secant_conformal_times_cos - sigma;
        self.restored_m(self.project(Conformal {
            north,
            towards: cos_lat * cos_lon,
            east: cos_lat * sin_lon,
        }))
    }

    /// `[easting_m, northing_m]` to `[longitude_deg, latitude_deg]`.
    pub fn inverse(&self, point: [f64; 2]) -> [f64; 2] {
        let conformal = self.unproject(self.reduced_m(point));
        let longitude = conformal.east.atan2(conformal.towards);
        let horizontal = (conformal.towards * conformal.towards + conformal.east * conformal.east).sqrt();
        let chi = conformal.north.atan2(horizontal);
        let length = (conformal.north * conformal.north + horizontal * horizontal).sqrt();
        let (sin, cos) = (conformal.north / length, horizontal / length);
        let latitude = chi + clenshaw(&self.delta, 2.0 * sin * cos, 1.0 - 2.0 * sin * sin);
        [self.central_meridian_deg + longitude.to_degrees(), latitude.to_degrees()]
    }

    /// From this projection to another of the same ellipsoid, over the conformal sphere that both share.
    ///
    /// A change of zone is a rotation of that sphere about its axis, so the geodetic latitude is not needed. Both points are reduced.
    pub(crate) fn to_zone(&self, other: &Self, rotation: (f64, f64), reduced_m: [f64; 2]) -> [f64; 2] {
        let (sin, cos) = rotation;
        let from = self.unproject(reduced_m);
        other.project(Conformal {
            north: from.north,
            towards: from.towards * cos - from.east * sin,
            east: from.east * cos + from.towards * sin,
        })
    }

    /// Sine and cosine of the longitude of this central meridian seen from the other one.
    pub(crate) fn rotation_to(&self, other: &Self) -> (f64, f64) {
        (self.central_meridian_deg - other.central_meridian_deg).to_radians().sin_cos()
    }

    /// Karney (10), (11): conformal sphere to reduced metres of the plane. Only ratios of the three coordinates count.
    #[inline]
    fn project(&self, point: Conformal) -> [f64; 2] {
        let xi = point.north.atan2(point.towards);
        let meridian_plane = (point.north * point.north + point.towards * point.towards).sqrt();
        // sinh η'; every function of the double angles follows from what is at hand.
        let sinh = point.east / meridian_plane;
        let sinh_squared = sinh * sinh;
        let cosh = (1.0 + sinh_squared).sqrt();
        let eta = (sinh.abs() + sinh_squared / (1.0 + cosh)).ln_1p().copysign(sinh);
        let (sin, cos) = (point.north / meridian_plane, point.towards / meridian_plane);
        let double = DoubleAngle {
            sin: 2.0 * sin * cos,
            cos: 1.0 - 2.0 * sin * sin,
            sinh: 2.0 * sinh * cosh,
            cosh: 1.0 + 2.0 * sinh_squared,
        };
        let (dxi, deta) = complex_clenshaw(&self.alpha, double);
        [self.rectifying_radius_m * (eta + deta), self.rectifying_radius_m * (xi + dxi)]
    }

    /// Karney (15), (11) inverted: reduced metres of the plane to conformal sphere.
    #[inline]
    fn unproject(&self, [x_m, y_m]: [f64; 2]) -> Conformal {
        let (xi, eta) = (y_m / self.rectifying_radius_m, x_m / self.rectifying_radius_m);
        let (sin, cos) = xi.sin_cos();
        let (dxi, deta) = complex_clenshaw(&self.beta, DoubleAngle::new(sin, cos, eta));
        // ξ' differs from ξ by a thousandth at most, so the addition theorem is cheaper than another sine.
        let square = dxi * dxi;
        let sin_d = dxi * (1.0 - square / 6.0 * (1.0 - square / 20.0));
        let cos_d = 1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0));
        Conformal {
            north: sin * cos_d - cos * sin_d,
            towards: cos * cos_d + sin * sin_d,
            east: sinh_near_zero(eta - deta),
        }
    }

    /// Scale at a reduced point, and the convergence in radians, clockwise from true to grid north; Karney (23)-(28).
    ///
    /// The scale on the central meridian counts as 1.
    pub(crate) fn scale_and_convergence(&self, [x_m, y_m]: [f64; 2]) -> (f64, f64) {
        let (xi, eta) = (y_m / self.rectifying_radius_m, x_m / self.rectifying_radius_m);
        let (sin, cos) = xi.sin_cos();
        let (dxi, deta) = complex_clenshaw(&self.beta, DoubleAngle::new(sin, cos, eta));
        let (xi1, eta1) = (xi - dxi, eta - deta);
        let (mut p, mut q) = (1.0, 0.0);
        for (index, beta) in self.beta.iter().enumerate() {
            let twice_j = 2.0 * (index as f64 + 1.0);
            p -= twice_j * beta * (twice_j * xi).cos() * (twice_j * eta).cosh();
            q += twice_j * beta * (twice_j * xi).sin() * (twice_j * eta).sinh();
        }
        let (sin_xi, cos_xi) = xi1.sin_cos();
        let horizontal = cos_xi.hypot(eta1.sinh());
        let chi = sin_xi.atan2(horizontal);
        let (sin2, cos2) = (2.0 * chi).sin_cos();
        let latitude = chi + clenshaw(&self.delta, sin2, cos2);
        let (sin_lat, cos_lat) = latitude.sin_cos();
        let e_sin = self.eccentricity * sin_lat;
        // cos χ / cos φ stays finite at the pole, where both vanish.
        let ratio = if cos_lat > 1e-9 { horizontal / cos_lat } else { self.pole_ratio() };
        let a_over_radius = self.ellipsoid.semi_major_m() / self.rectifying_radius_m;
        let scale = (1.0 - e_sin * e_sin).sqrt() * ratio / (a_over_radius * p.hypot(q));
        (scale, (xi1.tan() * eta1.tanh()).atan() + q.atan2(p))
    }

    /// Limit of the secant ratio at the pole: sqrt(1 + σ²) + σ with σ = sinh(e atanh e), times cosh η' = 1 there.
    fn pole_ratio(&self) -> f64 {
        let sigma = (self.eccentricity * self.eccentricity.atanh()).sinh();
        (1.0 + sigma * sigma).sqrt() + sigma
    }
}

/// Rows of coefficients of n, n², ... from the lowest power that occurs.
type Coefficients = [&'static [f64]; ORDER];

/// Sums each row: row j (from 0) starts at n^(j+1).
fn in_powers_of(n: f64, rows: &Coefficients) -> [f64; ORDER] {
    let mut sums = [0.0; ORDER];
    let mut power = 1.0;
    for (sum, row) in sums.iter_mut().zip(rows) {
        power *= n;
        *sum = power * row.iter().rev().fold(0.0, |total, coefficient| total * n + coefficient);
    }
    sums
}

/// Σ c_j sin(2jθ) from sine and cosine of 2θ.
fn clenshaw(coefficients: &[f64; ORDER], sin2: f64, cos2: f64) -> f64 {
    let (mut b1, mut b2) = (0.0, 0.0);
    for coefficient in coefficients.iter().rev() {
        (b1, b2) = (coefficient + 2.0 * cos2 * b1 - b2, b1);
    }
    sin2 * b1
}

/// Circular and hyperbolic functions of 2ξ and 2η.
#[derive(Clone, Copy)]
struct DoubleAngle {
    sin: f64,
    cos: f64,
    sinh: f64,
    cosh: f64,
}

impl DoubleAngle {
    /// From sine and cosine of ξ, and η.
    #[inline]
    fn new(sin: f64, cos: f64, eta: f64) -> Self {
        let sinh_eta = sinh_near_zero(eta);
        let square = sinh_eta * sinh_eta;
        Self {
            sin: 2.0 * sin * cos,
            cos: 1.0 - 2.0 * sin * sin,
            sinh: 2.0 * sinh_eta * (1.0 + square).sqrt(),
            cosh: 1.0 + 2.0 * square,
        }
    }
}

/// sinh by its power series up to 0.25, which is 1 600 km from the meridian; the next term is 1e-20 of it there.
#[inline]
fn sinh_near_zero(x: f64) -> f64 {
    if x.abs() > 0.25 {
        return x.sinh();
    }
    let s = x * x;
    x * (1.0
        + s / 6.0
            * (1.0 + s / 20.0 * (1.0 + s / 42.0 * (1.0 + s / 72.0 * (1.0 + s / 110.0 * (1.0 + s / 156.0))))))
}

/// Real and imaginary part of Σ c_j sin(2jζ) for ζ = ξ + iη.
#[inline]
fn complex_clenshaw(coefficients: &[f64; ORDER], double: DoubleAngle) -> (f64, f64) {
    let DoubleAngle { sin: sin2, cos: cos2, sinh: sinh2, cosh: cosh2 } = double;
    let (cos_re, cos_im) = (2.0 * cos2 * cosh2, -2.0 * sin2 * sinh2);
    let (mut re1, mut im1, mut re2, mut im2) = (0.0, 0.0, 0.0, 0.0);
    for coefficient in coefficients.iter().rev() {
        let re = coefficient + cos_re * re1 - cos_im * im1 - re2;
        let im = cos_re * im1 + cos_im * re1 - im2;
        (re2, im2, re1, im1) = (re1, im1, re, im);
    }
    let (sin_re, sin_im) = (sin2 * cosh2, cos2 * sinh2);
    (sin_re * re1 - sin_im * im1, sin_re * im1 + sin_im * re1)
}

/// Karney (35).
const ALPHA: Coefficients = [
    &[1.0 / 2.0, -2.0 / 3.0, 5.0 / 16.0, 41.0 / 180.0, -127.0 / 288.0, 7891.0 / 37800.0],
    &[13.0 / 48.0, -3.0 / 5.0, 557.0 / 1440.0, 281.0 / 630.0, -1_983_433.0 / 1_935_360.0],
    &[61.0 / 240.0, -103.0 / 140.0, 15061.0 / 26880.0, 167_603.0 / 181_440.0],
    &[49561.0 / 161_280.0, -179.0 / 168.0, 6_601_661.0 / 7_257_600.0],
    &[34729.0 / 80640.0, -3_418_889.0 / 1_995_840.0],
    &[212_378_941.0 / 319_334_400.0],
];

/// Karney (36).
const BETA: Coefficients = [
    &[1.0 / 2.0, -2.0 / 3.0, 37.0 / 96.0, -1.0 / 360.0, -81.0 / 512.0, 96199.0 / 604_800.0],
    &[1.0 / 48.0, 1.0 / 15.0, -437.0 / 1440.0, 46.0 / 105.0, -1_118_711.0 / 3_870_720.0],
    &[17.0 / 480.0, -37.0 / 840.0, -209.0 / 4480.0, 5569.0 / 90720.0],
    &[4397.0 / 161_280.0, -11.0 / 504.0, -830_251.0 / 7_257_600.0],
    &[4583.0 / 161_280.0, -108_847.0 / 3_991_680.0],
    &[20_648_693.0 / 638_668_800.0],
];

/// Geodetic from conformal latitude; Karney (2024), On auxiliary latitudes, Survey Review 56, 165-180, table for φ - χ.
const DELTA: Coefficients = [
    &[2.0, -2.0 / 3.0, -2.0, 116.0 / 45.0, 26.0 / 45.0, -2854.0 / 675.0],
    &[7.0 / 3.0, -8.0 / 5.0, -227.0 / 45.0, 2704.0 / 315.0, 2323.0 / 945.0],
    &[56.0 / 15.0, -136.0 / 35.0, -1262.0 / 105.0, 73814.0 / 2835.0],
    &[4279.0 / 630.0, -332.0 / 35.0, -399_572.0 / 14175.0],
    &[4174.0 / 315.0, -144_838.0 / 6237.0],
    &[601_676.0 / 22275.0],
];

#[cfg(test)]
#[path = "transverse_mercator_tests.rs"]
mod tests;
