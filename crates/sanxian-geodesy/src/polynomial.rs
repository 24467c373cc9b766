//! Small polynomials fitted at Chebyshev nodes.

use std::f64::consts::PI;

/// Coefficients, constant first, of the polynomial through `f` at `N` Chebyshev nodes of [-1, 1].
///
/// The way over Chebyshev coefficients keeps rounding small; divided differences at the same nodes magnify it a hundredfold.
pub(crate) fn fit<const N: usize>(f: impl FnMut(f64) -> f64) -> [f64; N] {
    let angle = |index: usize| PI * (index as f64 + 0.5) / N as f64;
    let values: [f64; N] = std::array::from_fn(|index| angle(index).cos()).map(f);
    let mut powers = [0.0; N];
    // T_0 and T_1 in powers, then T_(k+1) = 2 x T_k - T_(k-1).
    let (mut current, mut next) = ([0.0; N], [0.0; N]);
    current[0] = 1.0;
    if let Some(linear) = next.get_mut(1) {
        *linear = 1.0;
    }
    for order in 0..N {
        let sum: f64 =
            values.iter().enumerate().map(|(index, value)| value * (order as f64 * angle(index)).cos()).sum();
        let coefficient = sum * if order == 0 { 1.0 } else { 2.0 } / N as f64;
        for (power, chebyshev) in powers.iter_mut().zip(&current) {
            *power += coefficient * chebyshev;
        }
        let after: [f64; N] = std::array::from_fn(|power| {
            let shifted = if power == 0 { 0.0 } else { next[power - 1] };
            2.0 * shifted - current[power]
        });
        (current, next) = (next, after);
    }
    powers
}

/// Value of a polynomial, constant coefficient first.
#[inline]
pub(crate) fn value<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut sum = 0.0;
    for coefficient in coefficients.iter().rev() {
        sum = sum * x + coefficient;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polynomial_comes_back() {
        let wanted = [1.0, -2.0, 0.5, 3.0];
        let fitted: [f64; 4] = fit(|x| value(&wanted, x));
        for (fitted, wanted) in fitted.iter().zip(&wanted) {
            assert!((fitted - wanted).abs() < 1e-14);
        }
    }

    #[test]
    fn seven_nodes_follow_a_sine() {
        let fitted: [f64; 7] = fit(|x| (0.1 * x).sin());
        for step in 0..=20 {
            let x = f64::from(step) / 10.0 - 1.0;
            // The next term is 0.1^7 / 7! / 2^6.
            assert!((value(&fitted, x) - (0.1 * x).sin()).abs() < 4e-13);
        }
    }
}
