//! Deduction of field ridges (田坎) from the area of a patch.

use super::{Closure, ClosureError, close_column};
use crate::rounding::round_to_units;

/// A patch less its field ridges, in the fields of the land survey.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RidgeDeduction {
    /// Area of the patch (TBMJ), to 2 decimals of a square metre.
    pub gross_m2: f64,
    /// Deducted ridges (KCMJ).
    pub ridge_m2: f64,
    /// Area of the land class (TBDLMJ).
    pub net_m2: f64,
}

/// KCMJ = round(TBMJ · KCXS, 2) and TBDLMJ = TBMJ - KCMJ, with TBMJ rounded to 2 decimals first.
///
/// The product is taken in decimals, so that a tie rounds up as it does by hand.
///
/// # Errors
/// [`ClosureError::RidgeCoefficient`] outside 0 to 1, [`ClosureError::Figure`] for what is no area.
///
/// # Examples
/// ```
/// use sanxian_geodesy::closure::ridge_deduction;
///
/// let patch = ridge_deduction(10_000.0, 0.1246)?;
/// assert_eq!((patch.ridge_m2, patch.net_m2), (1_246.0, 8_754.0));
/// # Ok::<(), sanxian_geodesy::closure::ClosureError>(())
/// ```
pub fn ridge_deduction(area_m2: f64, coefficient: f64) -> Result<RidgeDeduction, ClosureError> {
    let refused = ClosureError::Figure { row: 0, column: 0, value: area_m2 };
    let gross = round_to_units(area_m2, 2).filter(|units| *units >= 0).ok_or(refused)?;
    let ridge = ridge_units(gross, coefficient)?;
    Ok(RidgeDeduction {
        gross_m2: super::from_units(gross, 2),
        ridge_m2: super::from_units(ridge, 2),
        net_m2: super::from_units(gross - ridge, 2),
    })
}

/// The deduction of the pieces of a cut patch: each by the rule, closed so that they sum to the deduction of their sum.
///
/// Otherwise a patch cut into a hundred pieces would gain or lose up to half a square metre by rounding alone.
///
/// # Errors
/// Those of [`ridge_deduction`], with the row of the piece.
pub fn ridge_deduction_of_pieces(
    pieces_m2: &[f64],
    coefficient: f64,
) -> Result<Vec<RidgeDeduction>, ClosureError> {
    let gross = close_column(pieces_m2, pieces_m2.iter().sum(), 2, Closure::LargestRemainder)?;
    let whole = ridge_units(gross.units.iter().sum(), coefficient)?;
    let ridges: Vec<f64> = gross.values.iter().map(|area| area * coefficient).collect();
    let ridges = close_column(&ridges, super::from_units(whole, 2), 2, Closure::LargestRemainder)?;
    let pieces = gross.units.iter().zip(&ridges.units);
    Ok(pieces
        .map(|(&gross, &ridge)| RidgeDeduction {
            gross_m2: super::from_units(gross, 2),
            ridge_m2: super::from_units(ridge, 2),
            net_m2: super::from_units(gross - ridge, 2),
        })
        .collect())
}

/// Hundredths of a square metre, from hundredths and a coefficient of up to 6 decimals.
fn ridge_units(gross: i64, coefficient: f64) -> Result<i64, ClosureError> {
    let refused = ClosureError::RidgeCoefficient { value: coefficient };
    if !(0.0..=1.0).contains(&coefficient) {
        return Err(refused);
    }
    let millionths = i128::from(round_to_units(coefficient, 6).ok_or(refused)?);
    let product = i128::from(gross) * millionths;
    Ok(((product + 500_000) / 1_000_000) as i64)
}

#[cfg(test)]
#[path = "ridge_tests.rs"]
mod tests;
