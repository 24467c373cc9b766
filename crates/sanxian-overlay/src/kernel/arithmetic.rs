//! Exact signs: on the grid by 64-bit integers, elsewhere by adaptive arithmetic.
//!
//! Planning data are stored on a grid of 0.1 mm, so that every coordinate is a whole number of steps. Numbers of steps stay below
//! 2^51 and are held in `f64`, which is exact; differences of nearby ones are below 2^30, so that the products of an
//! orientation fit `i64`. Coordinates off the grid are used as they are.

use super::processor::Xy;
use crate::polygons::Point;
use crate::predicate::orientation;

/// Steps of the grid in a unit of the coordinates: 0.1 mm where the unit is the metre.
pub(crate) const STEPS: f64 = 1e4;
/// Added to a number below 2^51, this leaves no bits for a fraction, so the sum is rounded to a whole number, and the
/// whole number stands in the lower bits of the sum.
const SHIFT: f64 = 6_755_399_441_055_744.0;
/// Coordinates from here on (in steps) are never taken as lying on the grid.
pub(crate) const LARGEST_STEPS: f64 = 1e15;

/// The nearest point of the grid, in steps, and how far from it the point lies: NaN for NaN and infinities.
#[inline(always)]
pub(crate) fn nearest_steps(point: Xy) -> (Xy, Xy) {
    let steps = point.times(Xy::both(STEPS));
    let nearest = steps.plus(Xy::both(SHIFT)).less(Xy::both(SHIFT));
    (nearest, steps.less(nearest))
}

/// The nearest point of the grid as integers.
#[inline(always)]
pub(crate) fn to_whole_steps([x, y]: Point) -> [i64; 2] {
    [as_integer(x * STEPS), as_integer(y * STEPS)]
}

/// The whole number next to a number below 2^51.
#[inline(always)]
pub(crate) fn as_integer(value: f64) -> i64 {
    (value + SHIFT).to_bits().wrapping_sub(SHIFT.to_bits()) as i64
}

/// Twice the area of the triangle from the origin over `from` to `to`, modulo 2^64.
///
/// Sums of these round closed boundaries are true areas, far below 2^63: what overflows on the way cancels.
#[inline(always)]
pub(crate) fn cross(from: [i64; 2], to: [i64; 2]) -> i64 {
    from[0].wrapping_mul(to[1]).wrapping_sub(to[0].wrapping_mul(from[1]))
}

/// Where points are, and on which side of a line.
pub(crate) trait Arithmetic {
    /// The point as this arithmetic sees it.
    fn place(point: Point) -> Point {
        Self::place_xy(Xy::new(&point)).point()
    }

    /// The same for both coordinates at once.
    fn place_xy(point: Xy) -> Xy;

    /// Twice the signed area of the triangle `a b c` of places: the sign is exact, the value rounded.
    fn turn(a: Point, b: Point, c: Point) -> f64;

    /// The same without rounding, where the arithmetic can give it.
    fn whole_turn(a: Point, b: Point, c: Point) -> Option<i64>;
}

/// Integers, for features on the grid.
pub(crate) struct OnGrid;

impl Arithmetic for OnGrid {
    #[inline(always)]
    fn place_xy(point: Xy) -> Xy {
        nearest_steps(point).0
    }

    #[inline(always)]
    fn turn(a: Point, b: Point, c: Point) -> f64 {
        let left = (b[0] - a[0]) * (c[1] - a[1]);
        let right = (c[0] - a[0]) * (b[1] - a[1]);
        // Differences of whole numbers are whole, and so are products that fit the digits.
        if left.abs().max(right.abs()) < EXACT { left - right } else { turn_in_steps(a, b, c) as f64 }
    }

    fn whole_turn(a: Point, b: Point, c: Point) -> Option<i64> {
        Some(turn_in_steps(a, b, c))
    }
}

/// Whole numbers below this are exact in `f64`.
pub(crate) const EXACT: f64 = (1_u64 << 52) as f64;

/// Callers see to it that the points lie less than 2^30 steps from each other.
#[inline(never)]
fn turn_in_steps(a: Point, b: Point, c: Point) -> i64 {
    let less = |p: Point, q: Point| [(p[0] - q[0]) as i64, (p[1] - q[1]) as i64];
    cross(less(b, a), less(c, a))
}

/// Shewchuk's arithmetic, for features off the grid.
pub(crate) struct OffGrid;

impl Arithmetic for OffGrid {
    #[inline(always)]
    fn place_xy(point: Xy) -> Xy {
        point
    }

    #[inline]
    fn turn(a: Point, b: Point, c: Point) -> f64 {
        orientation(a, b, c)
    }

    fn whole_turn(_: Point, _: Point, _: Point) -> Option<i64> {
        None
    }
}
