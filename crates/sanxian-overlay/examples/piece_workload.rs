//! dev
#![allow(clippy::expect_used, clippy::indexing_slicing, missing_docs)]
use sanxian_overlay::*;
use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    let (s, c) = (read(&a[0]), read(&a[1]));
    let c = IndexedPolygons::new(c);
    for _ in 0..3 {
        let (start, before) = (Instant::now(), cpu());
        let p = intersection(s.view(), &c, &OverlayOptions::default(), &Progress::default()).expect("ok");
        let (wall, processor) = (start.elapsed().as_secs_f64(), cpu() - before);
        let total: f64 = (0..p.polygons.len()).map(|f| planar_area(p.polygons.view().feature(f))).sum();
        println!(
            "wall {wall:.4} cpu {processor:.4} rows {} area {total:.6} points {}",
            p.subject.len(),
            p.polygons.view().coords().len()
        );
    }
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
fn cpu() -> f64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return f64::NAN };
    let nanoseconds = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(path.join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    tasks.flatten().filter_map(|task| nanoseconds(task.path())).sum::<f64>() * 1e-9
}
