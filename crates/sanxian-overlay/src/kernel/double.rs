//! Sums with twice the digits of `f64`, for boundaries off the grid.

use crate::polygons::Point;

/// An unevaluated sum of two `f64`, the second below the last digit of the first (Dekker 1971).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Double {
    high: f64,
    low: f64,
}

impl Double {
    /// Adds a number; exact but for digits beyond some thirty.
    #[inline(always)]
    pub(crate) fn plus(self, value: f64) -> Self {
        let (high, error) = two_sum(self.high, value);
        let (high, low) = two_sum(high, error + self.low);
        Self { high, low }
    }

    #[inline(always)]
    pub(crate) fn plus_double(self, other: Self) -> Self {
        self.plus(other.low).plus(other.high)
    }

    #[inline(always)]
    pub(crate) fn negated_if(self, is_negated: bool) -> Self {
        if is_negated { Self { high: -self.high, low: -self.low } } else { self }
    }

    /// Adds twice the area of the triangle from the origin over `from` to `to`.
    #[inline(always)]
    pub(crate) fn plus_cross(self, from: Point, to: Point) -> Self {
        let (left, right) = (from[0] * to[1], to[0] * from[1]);
        let left_error = from[0].mul_add(to[1], -left);
        let right_error = to[0].mul_add(from[1], -right);
        self.plus(left_error - right_error).plus(left).plus(-right)
    }

    #[inline(always)]
    pub(crate) fn value(self) -> f64 {
        self.high + self.low
    }
}

/// The rounded sum and what rounding took from it (Knuth).
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}
