//! Figures in sentences.

use crate::figure::{ha_text, round};

/// Hectares with four decimals and the word for them.
pub(super) fn ha(value_ha: f64) -> String {
    format!("{}公顷", ha_text(round(value_ha, 4), 4))
}

/// Square metres with two decimals and the word for them.
pub(super) fn m2(value_m2: f64) -> String {
    format!("{:.2}平方米", round(value_m2, 2))
}

/// `少0.0200公顷` or `多0.0200公顷`.
pub(super) fn differs_ha(difference_ha: f64) -> String {
    format!("{}{}", if difference_ha < 0.0 { "少" } else { "多" }, ha(difference_ha.abs()))
}

/// Widths from a kilometre to a tenth of a millimetre, in the unit one would say.
pub(super) fn width(value_m: f64) -> String {
    if value_m < 0.1 { format!("{:.1}毫米", value_m * 1000.0) } else { format!("{value_m:.2}米") }
}
