//! Axis-parallel boxes.

use crate::polygons::Point;

/// A box `[min_x, min_y, max_x, max_y]` that includes its edges; turned inside out while it holds nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds(pub(crate) [f64; 4]);

impl Bounds {
    pub(crate) const EMPTY: Self = Self([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY]);

    pub(crate) fn of(points: &[Point]) -> Self {
        let mut bounds = Self::EMPTY;
        bounds.grow(points);
        bounds
    }

    /// Takes points in; NaN is passed over because `f64::min` and `f64::max` prefer the number.
    pub(crate) fn grow(&mut self, points: &[Point]) {
        for &[x, y] in points {
            self.0 = [self.0[0].min(x), self.0[1].min(y), self.0[2].max(x), self.0[3].max(y)];
        }
    }

    pub(crate) fn join(&mut self, other: Self) {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        self.0 = [a.min(e), b.min(f), c.max(g), d.max(h)];
    }

    pub(crate) fn is_empty(self) -> bool {
        // Written so that NaN counts as empty.
        !(self.0[0] <= self.0[2] && self.0[1] <= self.0[3])
    }

    /// True when the boxes share at least a point.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0[0] <= other.0[2]
            && other.0[0] <= self.0[2]
            && self.0[1] <= other.0[3]
            && other.0[1] <= self.0[3]
    }

    pub(crate) fn contains(self, [x, y]: Point) -> bool {
        self.0[0] <= x && x <= self.0[2] && self.0[1] <= y && y <= self.0[3]
    }

    /// What both boxes cover; empty when they do not meet.
    pub(crate) fn common(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a.max(e), b.max(f), c.min(g), d.min(h)])
    }

    /// The box widened by `share` of its larger side (and of its distance from zero, so that rounding cannot eat the margin).
    pub(crate) fn widened(self, share: f64) -> Self {
        let [min_x, min_y, max_x, max_y] = self.0;
        let side = (max_x - min_x).max(max_y - min_y);
        let margin_x = share * side + 1e-12 * min_x.abs().max(max_x.abs());
        let margin_y = share * side + 1e-12 * min_y.abs().max(max_y.abs());
        Self([min_x - margin_x, min_y - margin_y, max_x + margin_x, max_y + margin_y])
    }

    /// The sides of this box beyond which `other` lies wholly, as bits; 0 when it reaches in or passes a corner.
    pub(crate) fn outer_sides(self, other: Self) -> u8 {
        u8::from(other.0[2] < self.0[0])
            | u8::from(other.0[0] > self.0[2]) << 1
            | u8::from(other.0[3] < self.0[1]) << 2
            | u8::from(other.0[1] > self.0[3]) << 3
    }
}
