//! Area on the ellipsoid of polygons whose edges are straight in a transverse Mercator plane.
//!
//! The projection is conformal: an element of the plane stands for 1/k² of it on the ellipsoid. By Green's theorem the area
//! is the integral of F dy round the ring, with F(x, y) the integral of 1/k² from the central meridian to x. Split
//! F = x + G: the first part is the planar area; the second is a small, smooth correction, integrated along every edge
//! by the two-point rule of Gauss. An integral along a path is additive when the path is split, so pieces sum to the whole.
//!
//! 1/k² is even in x and on the meridian 1, so G = x Σ g_j(y) u^j with u = (x/a)², j = 1 to 5. The g_j depend on northing only,
//! and slowly (through e²): they are kept as cubics or less on bands of 64 km, fitted to the closed formula when needed.
//! No transcendental function is left for an edge.
//!
//! # Error bound
//! Within 1 000 km of the central meridian, which is all that is accepted: below 1e-12 of the area between the equator and 54°N, below 1e-11
//! up to the pole. It is made up of the fit of 1/k² and of the rule of Gauss on parts of at most 4 km (x L⁴ / R⁴ / 270, 3e-13 at most);
//! the tests measure both against the closed formula. Rounding of the coordinates comes on top: 4e-9 m with a zone prefix.

use super::planar;
use crate::polynomial;
use crate::transverse_mercator::TransverseMercator;

/// A little beyond the largest distance that [`crate::domain`] lets through, in metres.
const FIT_TO_M: f64 = 1_010_000.0;
const BAND_M: f64 = 64_000.0;
/// Edges are integrated in parts of at most this length, in metres.
const MAX_PART_M: f64 = 4_000.0;
/// A ring may reach this far over the border of a band and still use it, in half widths.
const BAND_REACH: f64 = 1.125;

/// g_1 to g_5 on one band of northings, each divided by 2j + 1, as polynomials in (y - centre) / half width.
#[derive(Clone, Debug)]
struct Band {
    centre_m: f64,
    g1: [f64; 4],
    g2: [f64; 4],
    g3: [f64; 4],
    g4: [f64; 3],
    g5: [f64; 2],
}

impl Band {
    fn fit(projection: &TransverseMercator, centre_m: f64) -> Self {
        let at = |w: f64| meridian_series(projection, centre_m + w * BAND_REACH * BAND_M / 2.0);
        // Fitted on the band with its reach, then rescaled to the half width.
        Self {
            centre_m,
            g1: rescaled(polynomial::fit(|w| at(w)[0])),
            g2: rescaled(polynomial::fit(|w| at(w)[1])),
            g3: rescaled(polynomial::fit(|w| at(w)[2])),
            g4: rescaled(polynomial::fit(|w| at(w)[3])),
            g5: rescaled(polynomial::fit(|w| at(w)[4])),
        }
    }

    fn holds(&self, y_m: f64) -> bool {
        (y_m - self.centre_m).abs() <= BAND_REACH * BAND_M / 2.0
    }

    /// G(x, y), in metres.
    #[inline]
    fn correction(&self, inverse_a2: f64, x_m: f64, y_m: f64) -> f64 {
        let w = (y_m - self.centre_m) * (2.0 / BAND_M);
        let u = x_m * x_m * inverse_a2;
        let high = polynomial::value(&self.g4, w) + u * polynomial::value(&self.g5, w);
        let low = polynomial::value(&self.g2, w) + u * (polynomial::value(&self.g3, w) + u * high);
        x_m * u * (polynomial::value(&self.g1, w) + u * low)
    }
}

fn rescaled<const N: usize>(mut coefficients: [f64; N]) -> [f64; N] {
    let mut power = 1.0;
    for coefficient in &mut coefficients {
        *coefficient *= power;
        power /= BAND_REACH;
    }
    coefficients
}

/// Terms in u. The sixth is 0.05 u^6, of which 2e-14 is left at 1 000 km after the fit.
const TERMS: usize = 5;

/// g_j / (2j + 1) at one northing: (1/k² - 1) / u through Chebyshev nodes in u, integrated over x.
fn meridian_series(projection: &TransverseMercator, y_m: f64) -> [f64; TERMS] {
    // Nodes from a tenth of the range on: nearer the meridian the rounding of 1/k² - 1 would be divided by a small u,
    // and what is lost there is multiplied by the same small u in use.
    let a = projection.ellipsoid().semi_major_m();
    let (middle, half) = (0.55 * (FIT_TO_M / a).powi(2), 0.45 * (FIT_TO_M / a).powi(2));
    let in_node: [f64; TERMS] = polynomial::fit(|node| {
        let u = middle + half * node;
        let (k, _) = projection.scale_and_convergence([a * u.sqrt(), y_m]);
        (1.0 / (k * k) - 1.0) / u
    });
    // From powers of node = (u - middle) / half to powers of u, by Horner's scheme on polynomials.
    let mut series = [0.0; TERMS];
    for &coefficient in in_node.iter().rev() {
        for power in (1..TERMS).rev() {
            series[power] = (series[power - 1] - middle * series[power]) / half;
        }
        series[0] = coefficient - middle * series[0] / half;
    }
    for (index, value) in series.iter_mut().enumerate() {
        *value /= 2.0 * index as f64 + 3.0;
    }
    series
}

/// The edge functional of one projection over a range of northings.
#[derive(Clone, Debug)]
pub(crate) struct EdgeFunctional {
    inverse_a2: f64,
    first_band: i64,
    bands: Vec<Band>,
}

impl EdgeFunctional {
    /// Fits the bands that hold the northings from `min_m` to `max_m`, counted from the equator and freed of the scale.
    pub(crate) fn new(projection: &TransverseMercator, min_m: f64, max_m: f64) -> Self {
        let pole_m = projection.quarter_meridian_m();
        let band = |y_m: f64| (y_m.clamp(-pole_m, pole_m) / BAND_M).floor() as i64;
        let (first_band, last_band) = if min_m <= max_m { (band(min_m), band(max_m)) } else { (0, -1) };
        let bands =
            (first_band..=last_band).map(|index| Band::fit(projection, (index as f64 + 0.5) * BAND_M));
        let a = projection.ellipsoid().semi_major_m();
        Self { inverse_a2: 1.0 / (a * a), first_band, bands: bands.collect() }
    }

    fn band(&self, y_m: f64) -> Option<&Band> {
        let index = (y_m / BAND_M).floor() as i64 - self.first_band;
        // Rounding may put a midpoint one unit outside the range asked for.
        let index = index.min(self.bands.len() as i64 - 1).max(0);
        self.bands.get(index as usize)
    }

    /// Signed area on the ellipsoid of a ring of reduced points, counter-clockwise positive.
    pub(crate) fn signed_area_m2(&self, ring: &[[f64; 2]]) -> f64 {
        let Some(&last) = ring.last() else { return 0.0 };
        let (low, high) =
            ring.iter().fold((f64::MAX, f64::MIN), |(low, high), &[_, y]| (low.min(y), high.max(y)));
        let Some(band) = self.band(0.5 * (low + high)) else { return 0.0 };
        let one_band = band.holds(low) && band.holds(high);
        let mut correction = 0.0;
        let mut from = last;
        for &to in ring {
            correction += self.edge(one_band.then_some(band), from, to);
            from = to;
        }
        planar::signed_area(ring) + correction
    }

    /// What has to be added to the planar area swept by a path of reduced points.
    pub(crate) fn path(&self, mut points: impl Iterator<Item = [f64; 2]>) -> f64 {
        let Some(mut from) = points.next() else { return 0.0 };
        let mut sum = 0.0;
        for to in points {
            let band =
                self.band(0.5 * (from[1] + to[1])).filter(|band| band.holds(from[1]) && band.holds(to[1]));
            sum += self.edge(band, from, to);
            from = to;
        }
        sum
    }

    /// Integral of G dy along a straight edge.
    #[inline]
    fn edge(&self, band: Option<&Band>, [x0, y0]: [f64; 2], [x1, y1]: [f64; 2]) -> f64 {
        let (dx, dy) = (x1 - x0, y1 - y0);
        if let Some(band) = band
            && dx * dx + dy * dy <= MAX_PART_M * MAX_PART_M
        {
            return self.part(band, [0.5 * (x0 + x1), 0.5 * (y0 + y1)], dx, dy);
        }
        let parts = (dx.hypot(dy) / MAX_PART_M).ceil().max(1.0);
        let (dx, dy) = (dx / parts, dy / parts);
        let mut sum = 0.0;
        for index in 0..parts as u32 {
            let middle = f64::from(index) + 0.5;
            let [x, y] = [x0 + middle * dx, y0 + middle * dy];
            if let Some(band) = self.band(y) {
                sum += self.part(band, [x, y], dx, dy);
            }
        }
        sum
    }

    #[inline]
    fn part(&self, band: &Band, [x, y]: [f64; 2], dx: f64, dy: f64) -> f64 {
        // Half of 1/sqrt(3): the nodes of the two-point rule, from the middle, in units of the edge.
        const NODE: f64 = 0.288_675_134_594_812_87;
        let (hx, hy) = (NODE * dx, NODE * dy);
        let before = band.correction(self.inverse_a2, x - hx, y - hy);
        let after = band.correction(self.inverse_a2, x + hx, y + hy);
        0.5 * dy * (before + after)
    }
}

#[cfg(test)]
#[path = "gauss_kruger_tests.rs"]
mod tests;
