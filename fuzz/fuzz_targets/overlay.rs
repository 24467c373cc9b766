//! One polygon feature against another: the areas of the kernel, the pieces traced along the same crossings, and what
//! the engine leaves of the subject have to agree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_overlay::{
    IndexedPolygons, OnInvalid, OverlayOptions, Point, PolygonSet, Polygons, Progress, difference,
    intersection, intersection_areas, planar_area,
};

/// Pieces are rounded to the spacing of doubles, the engine's results to its grid; sides are at most 26 long.
const TOLERANCE: f64 = 1e-6;

/// Rings of up to 15 corners, each ring a part of its own: a byte for the count, then two a corner.
fn feature(bytes: &mut &[u8], step: f64) -> PolygonSet {
    let mut rings: Vec<Vec<Point>> = Vec::new();
    while rings.len() < 4 {
        let Some((&head, rest)) = bytes.split_first() else { break };
        let count = usize::from(head & 15).min(rest.len() / 2);
        let (corners, rest) = rest.split_at(2 * count);
        *bytes = rest;
        let mut ring: Vec<Point> = corners
            .chunks_exact(2)
            .map(|corner| [f64::from(corner[0]) * step, f64::from(corner[1]) * step])
            .collect();
        ring.extend(ring.first().copied());
        if count >= 3 {
            rings.push(ring);
        }
        if head & 128 != 0 {
            break;
        }
    }
    let mut set = PolygonSet::default();
    set.push_feature(rings.iter().map(|ring| [ring.as_slice()]));
    set
}

fn area(polygons: Polygons<'_>) -> f64 {
    (0..polygons.len()).map(|feature| planar_area(polygons.feature(feature))).sum()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&mode, mut bytes)) = bytes.split_first() else { return };
    // On the grid of 0.1 mm and off it the kernel goes different ways.
    let step = if mode & 1 == 0 { 0.1 } else { 0.1 / 3.0 };
    let (subject, control) = (feature(&mut bytes, step), feature(&mut bytes, step));
    let (options, progress) = (OverlayOptions { on_invalid: OnInvalid::Repair }, Progress::default());
    let Ok(areas) = intersection_areas(subject.view(), control.view(), &[], options, &progress) else {
        return;
    };
    let control = IndexedPolygons::new(control);
    let pieces =
        intersection(subject.view(), &control, &options, &progress).expect("pieces of what has areas");
    assert_eq!(pieces.subject, areas.subject);
    let by_kernel: f64 = areas.area.iter().sum();
    let by_pieces = area(pieces.polygons.view());
    assert!((by_kernel - by_pieces).abs() < TOLERANCE, "kernel {by_kernel}, pieces {by_pieces}");
    let rest = difference(subject.view(), &control, &options, &progress).expect("the rest of what has areas");
    let nothing = IndexedPolygons::new(PolygonSet::default());
    let whole = difference(subject.view(), &nothing, &options, &progress).expect("the subject itself");
    let by_engine = area(whole.polygons.view()) - area(rest.polygons.view());
    assert!((by_kernel - by_engine).abs() < TOLERANCE, "kernel {by_kernel}, engine {by_engine}");
});
