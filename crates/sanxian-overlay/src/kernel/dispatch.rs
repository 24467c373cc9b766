//! Where the kernel is entered: compiled twice, once for processors with AVX2 and FMA, once for all others.
//!
//! The code is the same and portable; only the compiler is told what it may use. Nothing here lets it round differently, so results are
//! bit-identical on either.
//!
//! # Safety
//! The only `unsafe` of the crate: a function compiled for features of a processor must not be called where they are missing. Every
//! such call stands behind a test for all of them at run time, and the functions are otherwise safe code.
#![allow(unsafe_code)]

use super::crossing::{Crossings, Pair};
use super::outline::{Outline, Outlines};
use crate::bounds::Bounds;
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

    /// [`super::extent::bounds`].
    fn bounds(polygons: Polygons<'_>, polygon: usize) -> Option<Bounds> {
        super::extent::bounds(polygons, polygon)
    }
}
