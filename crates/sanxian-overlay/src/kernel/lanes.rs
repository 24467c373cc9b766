//! Eight boxes, side by side.

/// Boxes compared at once.
pub(crate) const LANES: usize = 8;

/// Eight boxes, to be compared with one at once (see `processor`): the lower sides and the upper sides along x and y.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(32))]
pub(crate) struct Boxes<T> {
    pub(crate) min_x: [T; LANES],
    pub(crate) min_y: [T; LANES],
    pub(crate) max_x: [T; LANES],
    pub(crate) max_y: [T; LANES],
}

impl<T: Copy> Boxes<T> {
    #[inline(always)]
    pub(crate) fn set(&mut self, lane: usize, [min_x, min_y, max_x, max_y]: [T; 4]) {
        self.min_x[lane] = min_x;
        self.min_y[lane] = min_y;
        self.max_x[lane] = max_x;
        self.max_y[lane] = max_y;
    }

    #[inline(always)]
    pub(crate) fn get(&self, lane: usize) -> [T; 4] {
        [self.min_x[lane], self.min_y[lane], self.max_x[lane], self.max_y[lane]]
    }
}
