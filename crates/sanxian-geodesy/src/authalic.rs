//! Areas between parallels: the function Q(B) of the survey formula in closed form.

use crate::ellipsoid::Ellipsoid;

/// Q(B) = b² [ sin B / (2 (1 - e² sin² B)) + artanh(e sin B) / (2e) ], in m² per radian of longitude.
///
/// The area between two parallels and two meridians is (L2 - L1) (Q(B2) - Q(B1)); the trapezoid series of the 2008 survey
/// document is the Fourier series of this function, so the area of a polygon is the shoelace of (L, Q(B)).
///
/// # References
/// J. P. Snyder (1987), Map Projections - A Working Manual, USGS PP 1395, equation 3-12 (authalic latitude).
pub(crate) fn parallel_area_m2(ellipsoid: &Ellipsoid, latitude_rad: f64) -> f64 {
    let (a, b) = (ellipsoid.semi_major_m(), ellipsoid.semi_minor_m());
    let sin = latitude_rad.sin();
    let e2 = ellipsoid.eccentricity_squared();
    if e2 == 0.0 {
        return a * a * sin;
    }
    let e = e2.sqrt();
    b * b * (sin / (2.0 * (1.0 - e2 * sin * sin)) + (e * sin).atanh() / (2.0 * e))
}

/// dQ/dB = M N cos B, in m² per radian of longitude and radian of latitude.
pub(crate) fn parallel_area_slope_m2(ellipsoid: &Ellipsoid, latitude_rad: f64) -> f64 {
    let b = ellipsoid.semi_minor_m();
    let (sin, cos) = latitude_rad.sin_cos();
    let w = 1.0 - ellipsoid.eccentricity_squared() * sin * sin;
    b * b * cos / (w * w)
}
