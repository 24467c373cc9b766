//! Rounding half away from zero (四舍五入) that is right for decimals.

/// Rounds to `decimals` places, ties away from zero, as one rounds the decimal figure by hand.
///
/// The value is taken as the shortest decimal that stands for it: 2.675 rounds to 2.68, though the binary number lies a little
/// below. Python's `round` and Rust's `{:.2}` give 2.67. Values beyond 2^53 units, NaN and infinities come back as they are.
///
/// # Examples
/// ```
/// use sanxian_geodesy::round_half_away;
///
/// assert_eq!(round_half_away(2.675, 2), 2.68);
/// assert_eq!(round_half_away(1.005, 2), 1.01);
/// assert_eq!(round_half_away(-0.5, 0), -1.0);
/// ```
pub fn round_half_away(value: f64, decimals: u32) -> f64 {
    round_to_units(value, decimals).map_or(value, |units| units as f64 / 10f64.powi(decimals as i32))
}

/// As [`round_half_away`], in whole units of the last place: 2.675 to two places is 268.
///
/// `None` when the value is not finite or larger than 2^53 units, where `f64` has no such place any more.
pub fn round_to_units(value: f64, decimals: u32) -> Option<i64> {
    let factor = 10f64.powi(i32::try_from(decimals).ok()?);
    let scaled = value * factor;
    if scaled.is_nan() || scaled.abs() >= 9_007_199_254_740_992.0 {
        return None;
    }
    let magnitude = scaled.abs();
    let floor = magnitude.floor();
    // The product is off by half a unit in the last place at most; only near a tie can that change the digit.
    let from_tie = magnitude - floor - 0.5;
    let units = if from_tie.abs() > magnitude * 4.0 * f64::EPSILON {
        if from_tie > 0.0 { floor + 1.0 } else { floor }
    } else {
        floor + if tie_rounds_up(value.abs(), decimals) { 1.0 } else { 0.0 }
    };
    Some(units.copysign(scaled) as i64)
}

/// Looks at the digits of the shortest decimal: is the first one dropped 5 or more?
fn tie_rounds_up(magnitude: f64, decimals: u32) -> bool {
    let digits = format!("{magnitude}");
    let fraction = digits.split_once('.').map_or("", |(_, fraction)| fraction);
    fraction.as_bytes().get(decimals as usize).is_some_and(|digit| *digit >= b'5')
}

#[cfg(test)]
#[path = "rounding_tests.rs"]
mod tests;
