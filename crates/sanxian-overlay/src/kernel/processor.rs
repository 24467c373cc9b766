//! What depends on the processor, and all the `unsafe` of the crate.
//!
//! The kernel is compiled twice, once for processors with AVX2 and FMA, once for all others. The code is the same and portable;
//! only the compiler is told what it may use. Nothing lets it round differently, so results are bit-identical on either.
//!
//! # Safety
//! A function compiled for features of a processor must not be called where they are missing; else these functions are safe code.
//! * What is compiled for AVX2 is called behind a test for every feature it is compiled for.
//! * The vector instructions used by name belong to SSE2, which every x86-64 processor has. They work on values, not on memory.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    __m128, __m128d, _MM_TRANSPOSE4_PS, _mm_add_pd, _mm_and_ps, _mm_cmple_ps, _mm_cvtpd_ps, _mm_loadu_pd,
    _mm_loadu_ps, _mm_max_pd, _mm_max_ps, _mm_min_pd, _mm_min_ps, _mm_movelh_ps, _mm_movemask_ps, _mm_mul_pd,
    _mm_set1_pd, _mm_set1_ps, _mm_storeu_pd, _mm_storeu_ps, _mm_sub_pd,
};

use std::collections::HashSet;
use std::ops::Range;

use super::arithmetic::{OffGrid, OnGrid};
use super::crossing::{self, Crossing, Crossings, Pair, SUBJECT};
use super::lanes::{Boxes, LANES};
use super::outline::{Outline, Outlines};
use super::resident::Resident;
use super::{simplicity, soundness};
use crate::polygons::{Point, Polygons};
use crate::ring_contact::RingContact;

macro_rules! compiled_twice {
    ($($(#[$about:meta])* fn $name:ident($($argument:ident: $kind:ty),*) $(-> $answer:ty)? { $body:expr })*) => {$(
        $(#[$about])*
        #[inline]
        pub(crate) fn $name($($argument: $kind),*) $(-> $answer)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt,popcnt")]
                fn with_avx2($($argument: $kind),*) $(-> $answer)? {
                    $body
                }
                if has_avx2() {
                    // SAFETY: the processor has every feature that `with_avx2` is compiled for.
                    return unsafe { with_avx2($($argument),*) };
                }
            }
            $body
        }
    )*};
}

/// Tests for every feature that `compiled_twice` names; the answer is remembered by the standard library.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

compiled_twice! {
    /// [`Outlines::push`].
    fn push(outlines: &mut Outlines, polygons: Polygons<'_>, feature: usize, origin: Point) {
        outlines.push(polygons, feature, origin)
    }

    /// [`crossing::search`].
    fn search(pair: &Pair<'_>, outer: usize, chunks: &[u32], near: &mut Vec<u32>, found: &mut Vec<Crossing>) {
        match (pair.is_on_grid(), outer) {
            (true, SUBJECT) => crossing::search::<OnGrid, true>(pair, chunks, near, found),
            (true, _) => crossing::search::<OnGrid, false>(pair, chunks, near, found),
            (false, SUBJECT) => crossing::search::<OffGrid, true>(pair, chunks, near, found),
            (false, _) => crossing::search::<OffGrid, false>(pair, chunks, near, found),
        }
    }

    /// [`Crossings::find_starts`].
    fn find_starts(crossings: &mut Crossings, pair: &Pair<'_>) {
        if pair.is_on_grid() {
            crossings.find_starts::<OnGrid, true>(pair);
            crossings.find_starts::<OnGrid, false>(pair);
        } else {
            crossings.find_starts::<OffGrid, true>(pair);
            crossings.find_starts::<OffGrid, false>(pair);
        }
    }

    /// [`Crossings::planar_area`].
    fn planar_area(crossings: &Crossings, pair: &Pair<'_>) -> f64 {
        crossings.planar_area(pair)
    }

    /// [`simplicity::touches`].
    fn touches(outline: &Outline<'_>, origin: Point, part: usize, near: &mut Vec<[u32; 2]>) -> Option<Vec<RingContact>> {
        if outline.is_on_grid {
            simplicity::touches::<OnGrid>(outline, origin, part, near)
        } else {
            simplicity::touches::<OffGrid>(outline, origin, part, near)
        }
    }

    /// [`soundness::is_nested`].
    fn is_nested(outline: &Outline<'_>, origin: Point, rings: Range<usize>, touched: &HashSet<(usize, [u64; 2])>) -> bool {
        if outline.is_on_grid {
            soundness::is_nested::<OnGrid>(outline, origin, rings, touched)
        } else {
            soundness::is_nested::<OffGrid>(outline, origin, rings, touched)
        }
    }

    /// Adds the features that `polygon` may meet; false when one of its coordinates is no number.
    fn candidates(resident: &Resident<'_>, polygons: Polygons<'_>, polygon: usize, found: &mut Vec<u32>) -> bool {
        super::extent::bounds(polygons, polygon).map(|bounds| resident.candidates(bounds, found)).is_some()
    }
}

/// Both coordinates of a point, computed with at once.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Xy(__m128d);

// SAFETY of all blocks: SSE and SSE2 are part of x86-64, and memory is touched only through references of the right size.
#[cfg(target_arch = "x86_64")]
impl Xy {
    #[inline(always)]
    pub(crate) fn new(point: &Point) -> Self {
        Self(unsafe { _mm_loadu_pd(point.as_ptr()) })
    }

    #[inline(always)]
    pub(crate) fn both(value: f64) -> Self {
        Self(unsafe { _mm_set1_pd(value) })
    }

    #[inline(always)]
    pub(crate) fn point(self) -> Point {
        let mut point = [0.0; 2];
        unsafe { _mm_storeu_pd(point.as_mut_ptr(), self.0) };
        point
    }

    #[inline(always)]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(unsafe { _mm_add_pd(self.0, other.0) })
    }

    #[inline(always)]
    pub(crate) fn less(self, other: Self) -> Self {
        Self(unsafe { _mm_sub_pd(self.0, other.0) })
    }

    #[inline(always)]
    pub(crate) fn times(self, other: Self) -> Self {
        Self(unsafe { _mm_mul_pd(self.0, other.0) })
    }

    /// The smaller numbers; those of `self` where `other` has none.
    #[inline(always)]
    pub(crate) fn min(self, other: Self) -> Self {
        Self(unsafe { _mm_min_pd(other.0, self.0) })
    }

    /// The larger numbers; those of `self` where `other` has none.
    #[inline(always)]
    pub(crate) fn max(self, other: Self) -> Self {
        Self(unsafe { _mm_max_pd(other.0, self.0) })
    }

    /// Rounded to single precision, twice over.
    #[inline(always)]
    fn small(self) -> __m128 {
        unsafe { _mm_cvtpd_ps(self.0) }
    }
}

#[cfg(target_arch = "x86_64")]
impl Boxes<f32> {
    /// The boxes of edges from each place to the next, in single precision, and the box of them all.
    #[inline(always)]
    pub(crate) fn of_edges(places: &[Xy; LANES + 1]) -> (Self, [f32; 4]) {
        let mut sides = [[0.0; LANES]; 4];
        let mut all = [0.0; 4];
        // SAFETY: see `Xy`; four numbers are stored where there are four.
        unsafe {
            let mut from = places[0].small();
            let (mut all_low, mut all_high) = (from, from);
            for half in [0, 4] {
                let mut boxes = [from; 4];
                for i in 0..4 {
                    let to = places[half + i + 1].small();
                    boxes[i] = _mm_movelh_ps(_mm_min_ps(from, to), _mm_max_ps(from, to));
                    (all_low, all_high) = (_mm_min_ps(all_low, to), _mm_max_ps(all_high, to));
                    from = to;
                }
                let [mut a, mut b, mut c, mut d] = boxes;
                _MM_TRANSPOSE4_PS(&mut a, &mut b, &mut c, &mut d);
                for (side, row) in sides.iter_mut().zip([a, b, c, d]) {
                    _mm_storeu_ps(side[half..half + 4].as_mut_ptr(), row);
                }
            }
            _mm_storeu_ps(all.as_mut_ptr(), _mm_movelh_ps(all_low, all_high));
        }
        let [min_x, min_y, max_x, max_y] = sides;
        (Self { min_x, min_y, max_x, max_y }, all)
    }

    /// The boxes that meet `query`, sides included, as bits.
    #[inline(always)]
    pub(crate) fn meeting(&self, query: [f32; 4]) -> u32 {
        let mut lanes = 0;
        for start in [0, 4] {
            // SAFETY: see `Xy`; four numbers are loaded where there are four.
            let meets = unsafe {
                let four = |sides: &[f32; LANES]| _mm_loadu_ps(sides[start..start + 4].as_ptr());
                let along_x = _mm_and_ps(
                    _mm_cmple_ps(four(&self.min_x), _mm_set1_ps(query[2])),
                    _mm_cmple_ps(_mm_set1_ps(query[0]), four(&self.max_x)),
                );
                let along_y = _mm_and_ps(
                    _mm_cmple_ps(four(&self.min_y), _mm_set1_ps(query[3])),
                    _mm_cmple_ps(_mm_set1_ps(query[1]), four(&self.max_y)),
                );
                _mm_movemask_ps(_mm_and_ps(along_x, along_y))
            };
            lanes |= (meets as u32) << start;
        }
        lanes
    }
}

/// Both coordinates of a point.
#[cfg(not(target_arch = "x86_64"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Xy(Point);

#[cfg(not(target_arch = "x86_64"))]
impl Xy {
    pub(crate) fn new(point: &Point) -> Self {
        Self(*point)
    }

    pub(crate) fn both(value: f64) -> Self {
        Self([value; 2])
    }

    pub(crate) fn point(self) -> Point {
        self.0
    }

    fn with(self, other: Self, compute: impl Fn(f64, f64) -> f64) -> Self {
        Self([compute(self.0[0], other.0[0]), compute(self.0[1], other.0[1])])
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }

    pub(crate) fn less(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }

    pub(crate) fn times(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }

    /// The smaller numbers; those of `self` where `other` has none.
    pub(crate) fn min(self, other: Self) -> Self {
        self.with(other, |a, b| if b < a { b } else { a })
    }

    /// The larger numbers; those of `self` where `other` has none.
    pub(crate) fn max(self, other: Self) -> Self {
        self.with(other, |a, b| if b > a { b } else { a })
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Boxes<f32> {
    /// The boxes of edges from each place to the next, in single precision, and the box of them all.
    pub(crate) fn of_edges(places: &[Xy; LANES + 1]) -> (Self, [f32; 4]) {
        let mut boxes =
            Self { min_x: [0.0; LANES], min_y: [0.0; LANES], max_x: [0.0; LANES], max_y: [0.0; LANES] };
        let mut all = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        for lane in 0..LANES {
            let [[ax, ay], [bx, by]] =
                [places[lane], places[lane + 1]].map(|place| place.0.map(|value| value as f32));
            let of_edge = [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)];
            boxes.set(lane, of_edge);
            all = [
                all[0].min(of_edge[0]),
                all[1].min(of_edge[1]),
                all[2].max(of_edge[2]),
                all[3].max(of_edge[3]),
            ];
        }
        (boxes, all)
    }

    /// The boxes that meet `query`, sides included, as bits.
    pub(crate) fn meeting(&self, [min_x, min_y, max_x, max_y]: [f32; 4]) -> u32 {
        (0..LANES).fold(0, |lanes, lane| {
            let meets = (self.min_x[lane] <= max_x)
                & (self.max_x[lane] >= min_x)
                & (self.min_y[lane] <= max_y)
                & (self.max_y[lane] >= min_y);
            lanes | u32::from(meets) << lane
        })
    }
}
