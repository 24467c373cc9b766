//! Eight boxes compared with one.
//!
//! Compilers turn the plain loop into some sixty instructions, most of them to gather the answers. Every x86-64 processor has an instruction that gathers the
//! signs of a vector, so it is used there by name (see `processor`).

/// Boxes compared at once.
pub(crate) const LANES: usize = 8;

/// Eight boxes, side by side: the lower sides and the upper sides along x and y.
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

#[cfg(target_arch = "x86_64")]
impl Boxes<f32> {
    /// The boxes that meet `query`, sides included, as bits.
    #[inline(always)]
    pub(crate) fn meeting(&self, query: [f32; 4]) -> u32 {
        super::processor::boxes_meeting_f32(self, query)
    }
}

#[cfg(target_arch = "x86_64")]
impl Boxes<f64> {
    /// The boxes that meet `query`, sides included, as bits.
    #[inline(always)]
    pub(crate) fn meeting(&self, query: [f64; 4]) -> u32 {
        super::processor::boxes_meeting_f64(self, query)
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl<T: Copy + PartialOrd> Boxes<T> {
    /// The boxes that meet `query`, sides included, as bits.
    #[inline(always)]
    pub(crate) fn meeting(&self, [min_x, min_y, max_x, max_y]: [T; 4]) -> u32 {
        (0..LANES).fold(0, |lanes, lane| {
            let meets = (self.min_x[lane] <= max_x)
                & (self.max_x[lane] >= min_x)
                & (self.min_y[lane] <= max_y)
                & (self.max_y[lane] >= min_y);
            lanes | u32::from(meets) << lane
        })
    }
}
