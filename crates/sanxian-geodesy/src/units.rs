//! Units of area.
//!
//! One mu (亩) is exactly 10 000/15 m². Tools that divide by 666.67 are off by 5e-6, half a mu in 100 000.

/// Square metres in a hectare (公顷).
pub const M2_PER_HA: f64 = 10_000.0;
/// Square metres in a mu (亩): 2000/3, so that a hectare is 15 mu exactly.
pub const M2_PER_MU: f64 = 10_000.0 / 15.0;
/// Square metres in a square kilometre (平方公里).
pub const M2_PER_KM2: f64 = 1_000_000.0;

/// Hectares in an area of square metres.
pub fn ha(area_m2: f64) -> f64 {
    area_m2 / M2_PER_HA
}

/// Mu in an area of square metres, by 15 mu to the hectare rather than by the rounded quotient.
///
/// # Examples
/// ```
/// use sanxian_geodesy::units;
///
/// assert_eq!(units::mu(2_000.0), 3.0);
/// assert_eq!(units::ten_thousand_mu(1e8), 15.0);
/// ```
pub fn mu(area_m2: f64) -> f64 {
    area_m2 * 15.0 / M2_PER_HA
}

/// Square kilometres in an area of square metres.
pub fn km2(area_m2: f64) -> f64 {
    area_m2 / M2_PER_KM2
}

/// Ten thousands of mu (万亩) in an area of square metres.
pub fn ten_thousand_mu(area_m2: f64) -> f64 {
    area_m2 * 15.0 / 1e8
}
