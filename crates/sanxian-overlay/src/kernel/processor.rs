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

use super::crossing::{Crossings, Pair};
use super::outline::{Outline, Outlines};
use super::resident::Resident;
use crate::polygons::{Point, Polygons};

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

    /// [`Crossings::find`].
    fn find(crossings: &mut Crossings, pair: &Pair<'_>) {
        crossings.find(pair)
    }

    /// [`Crossings::planar_area`].
    fn planar_area(crossings: &Crossings, pair: &Pair<'_>) -> f64 {
        crossings.planar_area(pair)
    }

    /// [`super::soundness::is_certainly_valid`].
    fn is_certainly_valid(outline: &Outline<'_>, origin: Point, near: &mut Vec<u32>) -> bool {
        super::soundness::is_certainly_valid(outline, origin, near)
    }

    /// Adds the features that `polygon` may meet; false when one of its coordinates is no number.
    fn candidates(resident: &Resident<'_>, polygons: Polygons<'_>, polygon: usize, found: &mut Vec<u32>) -> bool {
        super::extent::bounds(polygons, polygon).map(|bounds| resident.candidates(bounds, found)).is_some()
    }
}

#[cfg(target_arch = "x86_64")]
mod vectors {
    use std::arch::x86_64::{
        _mm_and_pd, _mm_and_ps, _mm_cmple_pd, _mm_cmple_ps, _mm_movemask_pd, _mm_movemask_ps, _mm_set_pd,
        _mm_set_ps, _mm_set1_pd, _mm_set1_ps,
    };

    use super::super::lanes::{Boxes, LANES};

    /// The boxes that meet `query`, four at a time.
    #[inline(always)]
    pub(crate) fn boxes_meeting_f32(boxes: &Boxes<f32>, query: [f32; 4]) -> u32 {
        let mut lanes = 0;
        for start in (0..LANES).step_by(4) {
            // SAFETY: SSE and SSE2 are part of x86-64.
            let meets = unsafe {
                let four = |sides: &[f32; LANES]| {
                    _mm_set_ps(sides[start + 3], sides[start + 2], sides[start + 1], sides[start])
                };
                let along_x = _mm_and_ps(
                    _mm_cmple_ps(four(&boxes.min_x), _mm_set1_ps(query[2])),
                    _mm_cmple_ps(_mm_set1_ps(query[0]), four(&boxes.max_x)),
                );
                let along_y = _mm_and_ps(
                    _mm_cmple_ps(four(&boxes.min_y), _mm_set1_ps(query[3])),
                    _mm_cmple_ps(_mm_set1_ps(query[1]), four(&boxes.max_y)),
                );
                _mm_movemask_ps(_mm_and_ps(along_x, along_y))
            };
            lanes |= (meets as u32) << start;
        }
        lanes
    }

    /// The boxes that meet `query`, two at a time.
    #[inline(always)]
    pub(crate) fn boxes_meeting_f64(boxes: &Boxes<f64>, query: [f64; 4]) -> u32 {
        let mut lanes = 0;
        for start in (0..LANES).step_by(2) {
            // SAFETY: SSE and SSE2 are part of x86-64.
            let meets = unsafe {
                let two = |sides: &[f64; LANES]| _mm_set_pd(sides[start + 1], sides[start]);
                let along_x = _mm_and_pd(
                    _mm_cmple_pd(two(&boxes.min_x), _mm_set1_pd(query[2])),
                    _mm_cmple_pd(_mm_set1_pd(query[0]), two(&boxes.max_x)),
                );
                let along_y = _mm_and_pd(
                    _mm_cmple_pd(two(&boxes.min_y), _mm_set1_pd(query[3])),
                    _mm_cmple_pd(_mm_set1_pd(query[1]), two(&boxes.max_y)),
                );
                _mm_movemask_pd(_mm_and_pd(along_x, along_y))
            };
            lanes |= (meets as u32) << start;
        }
        lanes
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use vectors::{boxes_meeting_f32, boxes_meeting_f64};
