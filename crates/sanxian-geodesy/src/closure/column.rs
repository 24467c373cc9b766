//! One column of figures.

use std::str::FromStr;

use super::{ClosureError, Split, from_units};
use crate::rounding::round_to_units;

/// How a column is made to sum to its total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Closure {
    /// Round down, then give the missing units to the largest remainders (Hamilton's method). No figure moves by a whole unit
    /// when the total is the sum of the figures.
    #[default]
    LargestRemainder,
    /// Round, then spread the difference from the largest area down, one unit more for the first rows, as the survey
    /// offices' software does.
    OfficialDescending,
    /// Round only; the difference stays visible.
    None,
}

impl Closure {
    /// The name by which it is chosen: `largest_remainder`, `official_descending` or `none`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LargestRemainder => "largest_remainder",
            Self::OfficialDescending => "official_descending",
            Self::None => "none",
        }
    }
}

/// A text that names no way of closing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no way of closing: choose largest_remainder, official_descending or none")]
pub struct UnknownClosure(String);

impl FromStr for Closure {
    type Err = UnknownClosure;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::LargestRemainder, Self::OfficialDescending, Self::None];
        all.into_iter()
            .find(|closure| closure.as_str() == text)
            .ok_or_else(|| UnknownClosure(text.to_owned()))
    }
}

/// A column after closing, in units of the last place and as decimals.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosedColumn {
    /// Figures.
    pub values: Vec<f64>,
    /// Figures in whole units of the last place.
    pub units: Vec<i64>,
    /// What each figure was moved by against plain rounding, in units.
    pub moved_units: Vec<i64>,
    /// The total that was closed to.
    pub total: f64,
    /// Total less the sum of the figures, in units: 0 unless [`Closure::None`].
    pub difference_units: i64,
}

/// Rounds figures to `decimals` places so that they sum to the rounded `total`.
///
/// Figures that are zero stay zero. The total may differ from the sum of the figures (a control area, say); the difference is spread.
/// Rounding is half away from zero; equal claims go to the larger figure, then to the earlier row.
///
/// # Errors
/// [`ClosureError::Figure`] and [`ClosureError::Total`] for what is no area, [`ClosureError::NoRoom`] when a figure would
/// fall below zero or all are zero and the total is not.
///
/// # Examples
/// ```
/// use sanxian_geodesy::closure::{Closure, close_column};
///
/// let thirds = [100.0 / 3.0; 3];
/// let closed = close_column(&thirds, 100.0, 2, Closure::LargestRemainder)?;
/// assert_eq!(closed.values, [33.34, 33.33, 33.33]);
/// assert_eq!(closed.moved_units, [1, 0, 0]);
///
/// let open = close_column(&thirds, 100.0, 2, Closure::None)?;
/// assert_eq!(open.difference_units, 1);
/// # Ok::<(), sanxian_geodesy::closure::ClosureError>(())
/// ```
pub fn close_column(
    values: &[f64],
    total: f64,
    decimals: u32,
    closure: Closure,
) -> Result<ClosedColumn, ClosureError> {
    let refused = |row: usize, value: f64| ClosureError::Figure { row, column: 0, value };
    let mut rounded = Vec::with_capacity(values.len());
    let mut splits = Vec::with_capacity(values.len());
    for (row, &value) in values.iter().enumerate() {
        let units =
            round_to_units(value, decimals).filter(|_| value >= 0.0).ok_or_else(|| refused(row, value))?;
        rounded.push(units);
        splits.push(Split::new(value, decimals).ok_or_else(|| refused(row, value))?);
    }
    // After the figures: a sum of figures is only wrong where one of them is, and that one should be named.
    let target = round_to_units(total, decimals)
        .filter(|units| *units >= 0)
        .ok_or(ClosureError::Total { value: total })?;
    let mut claimants: Vec<usize> =
        (0..values.len()).filter(|&row| values.get(row).is_some_and(|v| *v > 0.0)).collect();
    let value = |row: usize| values.get(row).copied().unwrap_or(0.0);
    let remainder = |row: usize| splits.get(row).map_or(0.0, |split| split.remainder);
    let mut units = match closure {
        Closure::LargestRemainder => splits.iter().map(|split| split.floor).collect::<Vec<i64>>(),
        Closure::OfficialDescending | Closure::None => rounded.clone(),
    };
    match closure {
        Closure::LargestRemainder => {
            claimants.sort_by(|&a, &b| {
                remainder(b).total_cmp(&remainder(a)).then(value(b).total_cmp(&value(a))).then(a.cmp(&b))
            });
        }
        Closure::OfficialDescending => {
            claimants.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
        }
        Closure::None => claimants.clear(),
    }
    if closure != Closure::None {
        let difference = target - units.iter().sum::<i64>();
        spread(&mut units, &claimants, difference).ok_or_else(|| ClosureError::NoRoom {
            sum: from_units(units.iter().sum(), decimals),
            total: from_units(target, decimals),
        })?;
    }
    Ok(ClosedColumn {
        values: units.iter().map(|&units| from_units(units, decimals)).collect(),
        moved_units: units.iter().zip(&rounded).map(|(closed, rounded)| closed - rounded).collect(),
        difference_units: target - units.iter().sum::<i64>(),
        total: from_units(target, decimals),
        units,
    })
}

/// Shares a difference out evenly, one unit more (or less) for the first claimants; `None` when a row would fall below zero.
fn spread(units: &mut [i64], claimants: &[usize], difference: i64) -> Option<()> {
    if difference == 0 {
        return Some(());
    }
    let count = i64::try_from(claimants.len()).ok().filter(|count| *count > 0)?;
    let (each, first) = (difference / count, (difference % count).unsigned_abs() as usize);
    let mut shared = units.to_vec();
    for (place, &row) in claimants.iter().enumerate() {
        let unit = shared.get_mut(row)?;
        *unit += each + if place < first { difference.signum() } else { 0 };
        if *unit < 0 {
            return None;
        }
    }
    units.copy_from_slice(&shared);
    Some(())
}

#[cfg(test)]
#[path = "column_tests.rs"]
mod tests;
