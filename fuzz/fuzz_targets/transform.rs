//! Transforms: whatever the coordinates, they are moved or refused; and where a zone is any good, there and back again is
//! the same place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_geodesy::{Crs, transform};

/// CGCS2000: a zone of 3 degrees with prefix, its neighbour, the zone of 6 degrees, without prefix, and the globe.
const CODES: [u32; 5] = [4526, 4527, 4508, 4547, 4490];

/// A thousandth of what a coordinate is written with.
const TOLERANCE_M: f64 = 1e-6;
const TOLERANCE_DEG: f64 = 1e-11;

thread_local!(static FRAMES: Vec<Crs> =
    CODES.iter().map(|&code| Crs::from_epsg(code).expect("a code of the register")).collect());

fuzz_target!(|input: (u8, u8, f64, f64)| {
    let (from, to, x, y) = input;
    FRAMES.with(|frames| {
        let from = usize::from(from) % frames.len();
        let (source, target) = (&frames[from], &frames[usize::from(to) % frames.len()]);
        // Anything at all must not panic.
        let _ = transform(&mut [[x, y]], source, target, None);
        if !x.is_finite() || !y.is_finite() {
            return;
        }
        // Folded into three degrees round the meridian of 114 degrees, where all of these zones are used.
        let place = [112.5 + x.rem_euclid(3.0), 18.0 + y.rem_euclid(35.0)];
        let mut start = [place];
        transform(&mut start, &frames[CODES.len() - 1], source, None).expect("a place in China");
        let mut there = start;
        transform(&mut there, source, target, None).expect("a place of the zone");
        transform(&mut there, target, source, None).expect("the way back");
        let tolerance = if from == CODES.len() - 1 { TOLERANCE_DEG } else { TOLERANCE_M };
        for axis in 0..2 {
            let error = (there[0][axis] - start[0][axis]).abs();
            assert!(error < tolerance, "{start:?} came back as {there:?}");
        }
    });
});
