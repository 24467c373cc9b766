//! Times the areas of two layers: `area_workload SUBJECTS.wkbs CONTROL.wkbs [ROUNDS [raise|repair|trust [each]]]`.
//!
//! A `.wkbs` file holds a count, that many offsets and one more, all little-endian `u64`, and then WKB polygons. With `each`, feature i of one
//! layer is held against feature i of the other alone. Wall and processor time are of the areas, indexing included; reading the file is not.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::time::Instant;

use sanxian_overlay::{
    AreaStream, OnInvalid, OverlayOptions, PairAreas, PolygonSet, Polygons, Progress, Side,
    intersection_areas,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [subjects, control, rest @ ..] = arguments.as_slice() else {
        eprintln!("area_workload SUBJECTS.wkbs CONTROL.wkbs [ROUNDS [raise|repair|trust [each]]]");
        return;
    };
    let rounds = rest.first().and_then(|text| text.parse().ok()).unwrap_or(3);
    let is_each = rest.iter().any(|text| text == "each");
    let (subjects, control) = (read(subjects), read(control));
    let on_invalid = match rest.get(1).map(String::as_str) {
        Some("repair") => OnInvalid::Repair,
        Some("trust") => OnInvalid::Trust,
        _ => OnInvalid::Raise,
    };
    let options = OverlayOptions { on_invalid };
    for _ in 0..rounds {
        let (start, before) = (Instant::now(), processor_seconds());
        let areas =
            if is_each { each(&subjects, &control, options) } else { all(&subjects, &control, options) };
        let (wall, processor) = (start.elapsed().as_secs_f64(), processor_seconds() - before);
        let total: f64 = areas.area.iter().sum();
        println!(
            "wall {wall:.4} s  processor {processor:.4} s  rows {}  area {total:.6}  repairs {}",
            areas.area.len(),
            areas.repairs.len()
        );
    }
}

fn all(subjects: &PolygonSet, control: &PolygonSet, options: OverlayOptions) -> PairAreas {
    intersection_areas(subjects.view(), control.view(), &[], options, &Progress::default())
        .expect("valid layers")
}

fn each(subjects: &PolygonSet, control: &PolygonSet, options: OverlayOptions) -> PairAreas {
    let mut joint = PairAreas::default();
    for feature in 0..subjects.len() {
        let (a, b) = (subjects.view().take([feature]), control.view().take([feature]));
        let stream = AreaStream::new(a.view(), Side::Subject, &[], options);
        stream.feed(b.view(), 0, &Progress::default()).expect("valid layers");
        joint.area.extend(stream.finish().area);
    }
    joint
}

/// Processor time of all threads so far.
fn processor_seconds() -> f64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return f64::NAN };
    let nanoseconds = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(path.join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    tasks.flatten().filter_map(|task| nanoseconds(task.path())).sum::<f64>() * 1e-9
}

fn read(path: &str) -> PolygonSet {
    let bytes = std::fs::read(path).expect("the file is there");
    let word = |position: usize| {
        u64::from_le_bytes(bytes[8 * position..8 * position + 8].try_into().expect("eight bytes")) as usize
    };
    let count = word(0);
    let body = &bytes[8 * (count + 2)..];
    let (mut coords, mut rings, mut polygons, mut features) = (Vec::new(), vec![0], vec![0], vec![0]);
    for feature in 0..count {
        let mut wkb = &body[word(feature + 1)..word(feature + 2)];
        let kind = head(&mut wkb);
        let parts = if kind == 6 { number(&mut wkb) } else { 1 };
        for _ in 0..parts {
            if kind == 6 {
                head(&mut wkb);
            }
            for _ in 0..number(&mut wkb) {
                for _ in 0..number(&mut wkb) {
                    coords.push([real(&mut wkb), real(&mut wkb)]);
                }
                rings.push(coords.len() as i32);
            }
            polygons.push(rings.len() as i32 - 1);
        }
        features.push(polygons.len() as i32 - 1);
    }
    let set =
        PolygonSet::from_parts(coords, rings, polygons, features, None).expect("the file holds polygons");
    let view: Polygons<'_> = set.view();
    eprintln!("{path}: {} features, {} coordinates", view.len(), view.coords().len());
    set
}

fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (head, rest) = bytes.split_first_chunk::<N>().expect("WKB is whole");
    *bytes = rest;
    *head
}

fn head(bytes: &mut &[u8]) -> u32 {
    let [_little] = take::<1>(bytes);
    number(bytes)
}

fn number(bytes: &mut &[u8]) -> u32 {
    u32::from_le_bytes(take(bytes))
}

fn real(bytes: &mut &[u8]) -> f64 {
    f64::from_le_bytes(take(bytes))
}
