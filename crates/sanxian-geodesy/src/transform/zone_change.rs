//! From one transverse Mercator plane to another of the same ellipsoid, by complex polynomials on squares.
//!
//! Both planes are conformal images of the ellipsoid, so the way from one to the other is an analytic function of x + iy. On a square
//! of 65 km its Taylor series loses a factor of 140 or more with every term, and seven powers leave 1e-10 m. The coefficients are the Fourier
//! coefficients of the kernel's own values at eight points of the circle round the square: no transcendental function is left for a point.
//!
//! Squares stand at fixed places in the plane they start from and are fitted when the first point falls into one. So the image of a
//! point depends on that point alone, and plots that share a corner still share it afterwards.
//!
//! # References
//! J. N. Lyness, C. B. Moler (1967), Numerical differentiation of analytic functions, SIAM J. Numer. Anal. 4, 202-210.

use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::OnceLock;

use crate::domain::MAX_FROM_MERIDIAN_M;
use crate::transverse_mercator::TransverseMercator;

/// A power of two, so that dividing by it is exact and costs nothing.
const SIDE_M: f64 = 65_536.0;
/// Half the diagonal of a square, in sides: the circle on which the kernel is asked.
const RADIUS: f64 = FRAC_1_SQRT_2;
/// Coefficients of a polynomial; the terms beyond are below 1e-10 m.
const TERMS: usize = 8;
/// Points computed at once.
pub(super) const LANES: usize = 4;
/// How far a polynomial may be from the kernel: twice the noise of both.
const AGREEMENT_M: f64 = 1e-8;

/// Real and imaginary part: easting and northing, free of false origin and scale.
type Complex = [f64; 2];

/// The image of a square.
#[derive(Debug)]
enum Square {
    /// Powers of (point - centre) / [`SIDE_M`], the constant first.
    Polynomial { centre: Complex, coefficients: [Complex; TERMS] },
    /// Near a place that the target plane has no image of, a quarter of the globe from its meridian: the kernel point by point.
    Kernel,
}

/// A change of zone for the points within a box.
pub(super) struct ZoneChange<'a> {
    from: &'a TransverseMercator,
    to: &'a TransverseMercator,
    rotation: (f64, f64),
    first: [i64; 2],
    columns: i64,
    squares: Vec<OnceLock<Square>>,
}

impl<'a> ZoneChange<'a> {
    /// Prepares room for the squares between two corners, given as reduced metres; none is fitted yet.
    pub(super) fn new(
        from: &'a TransverseMercator,
        to: &'a TransverseMercator,
        [low, high]: [Complex; 2],
    ) -> Self {
        let within = |value: f64, limit: f64| index(value.clamp(-limit, limit));
        let corner = |[x, y]: Complex| [within(x, MAX_FROM_MERIDIAN_M), within(y, from.quarter_meridian_m())];
        let (first, last) = (corner(low), corner(high));
        let [columns, rows] = [last[0] - first[0] + 1, last[1] - first[1] + 1].map(|count| count.max(0));
        let squares = (0..columns * rows).map(|_| OnceLock::new()).collect();
        Self { from, to, rotation: from.rotation_to(to), first, columns, squares }
    }

    /// The image of a reduced point, reduced as well.
    #[inline]
    pub(super) fn image(&self, point: Complex) -> Complex {
        match self.square(point.map(index)) {
            Some(Square::Polynomial { centre, coefficients }) => {
                let [x, y] = in_square(*centre, point);
                let [[re], [im]] = values(coefficients, [[x], [y]]);
                [re, im]
            }
            Some(Square::Kernel) | None => self.by_kernel(point),
        }
    }

    /// The images of some points at once, bit for bit those of each: neighbours mostly lie in one square.
    #[inline]
    pub(super) fn images(&self, points: [Complex; LANES]) -> [Complex; LANES] {
        let squares = points.map(|point| point.map(index));
        if squares.iter().all(|square| *square == squares[0])
            && let Some(Square::Polynomial { centre, coefficients }) = self.square(squares[0])
        {
            let at = points.map(|point| in_square(*centre, point));
            let [re, im] = values(coefficients, [at.map(|[x, _]| x), at.map(|[_, y]| y)]);
            return std::array::from_fn(|lane| [re[lane], im[lane]]);
        }
        points.map(|point| self.image(point))
    }

    #[inline]
    fn square(&self, [column, row]: [i64; 2]) -> Option<&Square> {
        let [across, up] = [column - self.first[0], row - self.first[1]];
        let place = (0..self.columns).contains(&across).then_some(up * self.columns + across)?;
        Some(self.squares.get(place as usize)?.get_or_init(|| self.fit([column, row])))
    }

    fn by_kernel(&self, point: Complex) -> Complex {
        self.from.to_zone(self.to, self.rotation, point)
    }

    #[cold]
    fn fit(&self, square: [i64; 2]) -> Square {
        let centre = square.map(|index| (index as f64 + 0.5) * SIDE_M);
        // `turn` in whole steps from node to node, on the circle of radius 1.
        let unit = |turn: f64| {
            let (sin, cos) = (2.0 * PI * turn / TERMS as f64).sin_cos();
            [cos, sin]
        };
        let in_sides = |turn: f64| unit(turn).map(|value| RADIUS * value);
        let on_circle = |turn: f64| {
            let [x, y] = in_sides(turn);
            self.by_kernel([centre[0] + SIDE_M * x, centre[1] + SIDE_M * y])
        };
        let nodes: [Complex; TERMS] = std::array::from_fn(|step| on_circle(step as f64));
        // Differences to the middle keep the digits that sums of millions of metres would lose.
        let middle = self.by_kernel(centre);
        let mut coefficients = [[0.0; 2]; TERMS];
        let mut weight = 1.0 / TERMS as f64;
        for (power, coefficient) in coefficients.iter_mut().enumerate() {
            for (step, node) in nodes.iter().enumerate() {
                let difference = [node[0] - middle[0], node[1] - middle[1]];
                let [cos, sin] = unit(((step * power) % TERMS) as f64);
                let [re, im] = multiply(difference, [cos, -sin]);
                coefficient[0] += weight * re;
                coefficient[1] += weight * im;
            }
            weight /= RADIUS;
        }
        coefficients[0][0] += middle[0];
        coefficients[0][1] += middle[1];
        // Half-way between the nodes, where an eighth power that was left out would show most.
        let agrees = (0..TERMS).all(|step| {
            let turn = step as f64 + 0.5;
            let wanted = on_circle(turn);
            let [x, y] = in_sides(turn);
            let [[re], [im]] = values(&coefficients, [[x], [y]]);
            (wanted[0] - re).hypot(wanted[1] - im) < AGREEMENT_M
        });
        if agrees { Square::Polynomial { centre, coefficients } } else { Square::Kernel }
    }
}

#[inline]
fn index(value_m: f64) -> i64 {
    // What `floor` does, which is a call into the C library where the processor is not known to be young.
    let sides = value_m / SIDE_M;
    let towards_zero = sides as i64;
    towards_zero - i64::from(towards_zero as f64 > sides)
}

#[inline]
fn in_square(centre: Complex, point: Complex) -> Complex {
    [(point[0] - centre[0]) / SIDE_M, (point[1] - centre[1]) / SIDE_M]
}

#[inline]
fn multiply([a, b]: Complex, [c, d]: Complex) -> Complex {
    [a * c - b * d, a * d + b * c]
}

/// Horner's scheme on real and imaginary parts of some points, which the compiler computes two or four at a time.
#[inline]
fn values<const N: usize>(coefficients: &[Complex; TERMS], [x, y]: [[f64; N]; 2]) -> [[f64; N]; 2] {
    let [lower @ .., highest] = coefficients;
    let (mut re, mut im) = ([highest[0]; N], [highest[1]; N]);
    for coefficient in lower.iter().rev() {
        for lane in 0..N {
            let (a, b) = (re[lane], im[lane]);
            re[lane] = a * x[lane] - b * y[lane] + coefficient[0];
            im[lane] = a * y[lane] + b * x[lane] + coefficient[1];
        }
    }
    [re, im]
}

#[cfg(test)]
#[path = "zone_change_tests.rs"]
mod tests;
