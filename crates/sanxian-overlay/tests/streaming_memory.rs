//! A layer that passes by in blocks leaves nothing behind but the rows found.

#![allow(clippy::expect_used)]

mod counting_allocator;

use counting_allocator::{CountingAllocator, live_bytes, peak_bytes};
use sanxian_overlay::{AreaStream, OverlayOptions, PolygonSet, Progress, Side};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// What streaming may take beside the side that stays in memory.
const ALLOWED: usize = 64 << 20;
const BLOCKS: usize = 40;
const PARCELS: usize = 5000;
/// Vertices of a parcel, and of one red line in every block.
const VERTICES: [usize; 2] = [40, 100_000];

fn disc(centre: [f64; 2], radius: f64, vertices: usize) -> Vec<[f64; 2]> {
    let corner = |i: usize| {
        let (sine, cosine) = (std::f64::consts::TAU * i as f64 / vertices as f64).sin_cos();
        let place = [centre[0] + radius * cosine, centre[1] + radius * sine];
        place.map(|value| (value * 1e4).round() / 1e4)
    };
    (0..vertices).map(corner).collect()
}

fn block(number: usize) -> PolygonSet {
    let mut set = PolygonSet::default();
    let northing = 4_250_000.0 + 1000.0 * number as f64;
    for parcel in 0..PARCELS {
        let centre = [38_500_000.0 + 100.0 * (parcel % 500) as f64, northing + 100.0 * (parcel / 500) as f64];
        set.push_feature([[disc(centre, 45.0, VERTICES[0]).as_slice()]]);
    }
    set.push_feature([[disc([38_525_000.0, northing], 20_000.0, VERTICES[1]).as_slice()]]);
    set
}

#[test]
fn streaming_stays_within_its_memory() {
    let mut plots = PolygonSet::default();
    for plot in 0..200 {
        let centre = [38_500_000.0 + 250.0 * f64::from(plot), 4_250_000.0 + 200.0 * f64::from(plot)];
        plots.push_feature([[disc(centre, 400.0, 300).as_slice()]]);
    }
    let stream = AreaStream::new(plots.view(), Side::Subject, &[], OverlayOptions::default());
    let resident = live_bytes();
    let mut passed = 0;
    for number in 0..BLOCKS {
        let block = block(number);
        passed += size_of_val(block.view().coords());
        stream.feed(block.view(), number * (PARCELS + 1), &Progress::default()).expect("valid polygons");
    }
    let taken = peak_bytes() - resident;
    assert!(passed > 2 * ALLOWED, "{passed} bytes passed by: too few to tell");
    assert!(taken < ALLOWED, "{taken} bytes at the peak while {passed} passed by");
    assert!(stream.finish().area.len() > 5000);
}
