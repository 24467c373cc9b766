//! Exact fractions, and what a printed figure may stand for: the interval that its rounding hides.

use std::cmp::Ordering;

/// A fraction in lowest terms. Operations give `None` where 128 bits do not hold the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    numerator: i128,
    /// Always positive.
    denominator: i128,
}

impl Exact {
    pub(super) const ZERO: Self = Self { numerator: 0, denominator: 1 };

    pub(super) fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        let sign = denominator.signum();
        Some(Self {
            numerator: (numerator / divisor).checked_mul(sign)?,
            denominator: (denominator / divisor).checked_mul(sign)?,
        })
    }

    pub(super) fn whole(number: i128) -> Self {
        Self { numerator: number, denominator: 1 }
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        // Over the least common denominator: sums of decimals must not outgrow the bits.
        let divisor =
            i128::try_from(gcd(self.denominator.unsigned_abs(), other.denominator.unsigned_abs())).ok()?;
        let of_other = other.denominator / divisor;
        let left = self.numerator.checked_mul(of_other)?;
        let right = other.numerator.checked_mul(self.denominator / divisor)?;
        Self::new(left.checked_add(right)?, self.denominator.checked_mul(of_other)?)
    }

    pub(super) fn negated(self) -> Self {
        Self { numerator: -self.numerator, denominator: self.denominator }
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let cross = |numerator: i128, denominator: i128| Self::new(numerator, denominator);
        let (one, two) =
            (cross(self.numerator, other.denominator)?, cross(other.numerator, self.denominator)?);
        Self::new(one.numerator.checked_mul(two.numerator)?, one.denominator.checked_mul(two.denominator)?)
    }

    /// `None` for a division by zero, too.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        self.times(Self::new(other.denominator, other.numerator)?)
    }

    pub(super) fn magnitude(self) -> Self {
        Self { numerator: self.numerator.abs(), denominator: self.denominator }
    }

    pub(super) fn is_positive(self) -> bool {
        self.numerator > 0
    }

    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        Some(self.minus(other)?.numerator.cmp(&0))
    }

    pub(super) fn is_below(self, other: Self) -> Option<bool> {
        Some(self.compare(other)? == Ordering::Less)
    }

    /// The units of the last of `decimals` places, rounded half away from zero.
    fn rounded_units(self, decimals: u32) -> Option<i128> {
        let scaled = self.numerator.checked_mul(10_i128.checked_pow(decimals)?)?;
        let twice = scaled.checked_mul(2)?;
        let magnitude = twice.abs().checked_add(self.denominator)? / self.denominator.checked_mul(2)?;
        Some(magnitude * scaled.signum())
    }

    pub(super) fn rounded(self, decimals: u32) -> Option<Self> {
        Self::new(self.rounded_units(decimals)?, 10_i128.checked_pow(decimals)?)
    }

    /// Cut off behind `decimals` places.
    pub(super) fn truncated(self, decimals: u32) -> Option<Self> {
        let scale = 10_i128.checked_pow(decimals)?;
        Self::new(self.numerator.checked_mul(scale)? / self.denominator, scale)
    }

    /// As a decimal with this many places, rounded half away from zero.
    pub(super) fn text(self, decimals: u32) -> String {
        let Some((units, scale)) = self.rounded_units(decimals).zip(10_i128.checked_pow(decimals)) else {
            return format!("{}/{}", self.numerator, self.denominator);
        };
        let sign = if units < 0 { "-" } else { "" };
        let (whole, part) = (units.abs() / scale, units.abs() % scale);
        if decimals == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part:0>width$}", width = decimals as usize)
        }
    }

    /// The nearest number of 64 bits, for tables.
    pub(super) fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

fn gcd(one: u128, two: u128) -> u128 {
    let (mut one, mut two) = (one, two);
    while two != 0 {
        (one, two) = (two, one % two);
    }
    one.max(1)
}

/// What is known of a quantity: its value as printed or computed, and the half-open interval it lies in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) point: Exact,
    pub(super) low: Exact,
    pub(super) high: Exact,
}

impl Interval {
    /// The interval that rounds to a figure printed with `decimals` places.
    pub(super) fn of_printed(value: Exact, decimals: u32) -> Option<Self> {
        let half = Exact::new(1, 10_i128.checked_pow(decimals)?.checked_mul(2)?)?;
        Some(Self { point: value, low: value.minus(half)?, high: value.plus(half)? })
    }

    /// A quantity that is known exactly, such as a count.
    pub(super) fn exactly(value: Exact) -> Self {
        Self { point: value, low: value, high: value }
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            point: self.point.plus(other.point)?,
            low: self.low.plus(other.low)?,
            high: self.high.plus(other.high)?,
        })
    }

    pub(super) fn negated(self) -> Self {
        Self { point: self.point.negated(), low: self.high.negated(), high: self.low.negated() }
    }

    /// By a factor above zero.
    pub(super) fn scaled(self, factor: Exact) -> Option<Self> {
        Some(Self {
            point: self.point.times(factor)?,
            low: self.low.times(factor)?,
            high: self.high.times(factor)?,
        })
    }

    /// By a quantity above zero; `None` when it may be zero or less.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        if !other.low.is_positive() {
            return None;
        }
        let quotients = [
            self.low.over(other.low)?,
            self.low.over(other.high)?,
            self.high.over(other.low)?,
            self.high.over(other.high)?,
        ];
        let (mut low, mut high) = (quotients[0], quotients[0]);
        for quotient in quotients {
            if quotient.is_below(low)? {
                low = quotient;
            }
            if high.is_below(quotient)? {
                high = quotient;
            }
        }
        Some(Self { point: self.point.over(other.point)?, low, high })
    }

    /// The same quantity where a negative value is counted as zero.
    pub(super) fn not_below_zero(self) -> Option<Self> {
        let clamp = |value: Exact| Some(if value.is_below(Exact::ZERO)? { Exact::ZERO } else { value });
        Some(Self { point: clamp(self.point)?, low: clamp(self.low)?, high: clamp(self.high)? })
    }

    /// True when one value may be behind both. Ends that only touch do not count: rounding reaches one of the two.
    pub(super) fn meets(self, other: Self) -> Option<bool> {
        let overlap = self.low.is_below(other.high)? && other.low.is_below(self.high)?;
        Some(overlap || self.point == other.point)
    }
}

#[cfg(test)]
#[path = "exact_tests.rs"]
mod tests;
