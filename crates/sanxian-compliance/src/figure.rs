//! Figures as tables and sentences show them: hectares and mu, rounded half away from zero, whatever the binary digits say.

use sanxian_geodesy::{round_half_away, units};

/// `value` rounded half away from zero to `decimals`.
pub(crate) fn round(value: f64, decimals: u32) -> f64 {
    round_half_away(value, decimals)
}

/// An area as hectares of a table.
pub(crate) fn area_ha(area_m2: f64, decimals: u32) -> f64 {
    round(units::ha(area_m2), decimals)
}

/// An area as mu of a table.
pub(crate) fn area_mu(area_m2: f64, decimals: u32) -> f64 {
    round(units::mu(area_m2), decimals)
}

/// Rounded hectares as mu, exactly fifteen to one.
pub(crate) fn mu_of_ha(ha: f64, decimals: u32) -> f64 {
    round(ha * 15.0, decimals)
}

/// The sum of figures that are rounded already, without the binary dust that adding them leaves.
pub(crate) fn sum_rounded(figures: impl IntoIterator<Item = f64>, decimals: u32) -> f64 {
    round(figures.into_iter().sum::<f64>(), decimals)
}

/// A rounded figure with all its decimals.
pub(crate) fn ha_text(figure: f64, decimals: u32) -> String {
    format!("{figure:.*}", decimals as usize)
}

/// `0.3700公顷(5.5500亩)`.
pub(crate) fn area_text(area_m2: f64, decimals: u32) -> String {
    let (ha, mu) = (area_ha(area_m2, decimals), area_mu(area_m2, decimals));
    format!("{}公顷({}亩)", ha_text(ha, decimals), ha_text(mu, decimals))
}

/// A share as per cent with two decimals, rounded down: 39.996 % must not read 40.00 %.
pub(crate) fn share_text(share: f64) -> String {
    format!("{:.2}%", share_hundredths(share) / 100.0)
}

/// A share in whole hundredths of a per cent, rounded down.
pub(crate) fn share_hundredths(share: f64) -> f64 {
    // A share that is two decimals already must not fall to the one below through its binary representation.
    let hundredths = share * 10_000.0;
    let nearest = hundredths.round();
    if (hundredths - nearest).abs() < 1e-9 { nearest } else { hundredths.floor() }
}
