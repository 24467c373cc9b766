//! Closing tables: rounded figures that sum to their rounded total, in whole units of the last place, and a report of what was moved.

mod column;
mod error;
mod ridge;
mod table;

pub use column::{ClosedColumn, Closure, UnknownClosure, close_column};
pub use error::ClosureError;
pub use ridge::{RidgeDeduction, ridge_deduction, ridge_deduction_of_pieces};
pub use table::{ClosedTable, MovedCell, close_table};

use crate::rounding::round_to_units;

/// Units below this distance from a whole number are whole: 12.34 has no remainder in hundredths, whatever its binary digits.
const WHOLE: f64 = 1e-6;

/// A value in whole units and a remainder of 0 up to 1.
#[derive(Clone, Copy, Debug)]
struct Split {
    floor: i64,
    remainder: f64,
}

impl Split {
    fn new(value: f64, decimals: u32) -> Option<Self> {
        let nearest = round_to_units(value, decimals)?;
        let scaled = value * 10f64.powi(decimals as i32);
        if (scaled - nearest as f64).abs() < WHOLE {
            return Some(Self { floor: nearest, remainder: 0.0 });
        }
        Some(Self { floor: scaled.floor() as i64, remainder: scaled - scaled.floor() })
    }
}

fn from_units(units: i64, decimals: u32) -> f64 {
    units as f64 / 10f64.powi(decimals as i32)
}
