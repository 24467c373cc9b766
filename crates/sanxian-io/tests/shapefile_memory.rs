//! What a Shapefile may cost: 2.5 times what is read, and 64 MB and four times its size whatever it announces.

#![allow(clippy::panic, clippy::unwrap_used)]

mod counting;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use sanxian_geodesy::Crs;
use sanxian_io::{Layer, LayerOptions, OnError, read_layer, write_shapefile};
use sanxian_overlay::{PolygonSet, Progress};

/// Round patches with attributes like those of a land survey.
fn sample(folder: &Path, features: u32, vertices: u32) -> PathBuf {
    let mut polygons = PolygonSet::default();
    for feature in 0..features {
        let (east, north) = (f64::from(feature % 300) * 60.0, f64::from(feature / 300) * 60.0);
        let corner = |vertex: u32| {
            let (sin, cos) =
                (-std::f64::consts::TAU * f64::from(vertex % vertices) / f64::from(vertices)).sin_cos();
            [38_400_000.0 + east + 25.0 * cos, 4_250_000.0 + north + 25.0 * sin]
        };
        let ring: Vec<[f64; 2]> = (0..=vertices).map(corner).collect();
        polygons.push_feature([[ring.as_slice()]]);
    }
    let text = |of: &dyn Fn(u32) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values((0..features).map(of)))
    };
    let areas: ArrayRef = Arc::new(Float64Array::from_iter_values((0..features).map(|n| f64::from(n) / 8.0)));
    let columns = vec![
        ("BSM", text(&|feature| format!("1409{feature:014}"))),
        ("DLMC", text(&|feature| if feature % 3 == 0 { "水田".into() } else { "农村宅基地".into() })),
        ("QSDWMC", text(&|feature| format!("忻府区第{}村民委员会", feature % 400))),
        ("TBMJ", areas),
    ];
    let attributes = RecordBatch::try_from_iter(columns).unwrap();
    let layer = Layer::new("DLTB", polygons, attributes, Some(Crs::from_epsg(4526).unwrap()));
    let path = folder.join("DLTB.shp");
    write_shapefile(&layer, &path, "gbk").unwrap();
    path
}

/// Most that a read may take, in multiples of what it gives.
const PEAK: f64 = 2.5;

fn a_read_takes_little_more_than_what_it_gives(folder: &Path) {
    let path = sample(folder, 60_000, 30);
    // Blocks in flight are counted by the thread.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let read = || pool.install(|| read_layer(&path, &LayerOptions::default(), &Progress::default()).unwrap());
    let (layer, cost) = counting::cost(read);
    let (coordinates, ..) = layer.polygons.clone().into_parts();
    let given = coordinates.len() * 16 + layer.attributes.get_array_memory_size();
    assert!(given > 30 << 20, "{given} bytes are too few to measure by");
    assert!((cost as f64) < PEAK * given as f64, "{cost} bytes at the peak for {given}");
}

fn a_damaged_file_costs_no_more_than_it_may(folder: &Path) {
    let path = sample(folder, 3, 4);
    let mut read_anyway = 0;
    for suffix in ["shp", "shx", "dbf"] {
        let damaged = path.with_extension(suffix);
        let bytes = std::fs::read(&damaged).unwrap();
        let files: u64 = ["shp", "shx", "dbf", "prj", "cpg"]
            .iter()
            .map(|suffix| std::fs::metadata(path.with_extension(suffix)).unwrap().len())
            .sum();
        let limit = counting::limit(files as usize);
        for place in 0..bytes.len() {
            // As small and as large as a number can be, in both byte orders.
            for damage in [&[0x7F, 0xFF, 0xFF, 0xFF][..], &[0xFF, 0xFF, 0xFF, 0x7F], &[0xFF], &[0x7F], &[0]] {
                for on_error in [OnError::Raise, OnError::Null] {
                    let mut changed = bytes.clone();
                    let length = damage.len().min(changed.len() - place);
                    changed[place..place + length].copy_from_slice(&damage[..length]);
                    std::fs::write(&damaged, changed).unwrap();
                    let options = LayerOptions { on_error, ..LayerOptions::default() };
                    let (outcome, cost) =
                        counting::cost(|| read_layer(&path, &options, &Progress::default()));
                    read_anyway += usize::from(outcome.is_ok());
                    assert!(
                        cost <= limit,
                        ".{suffix}, byte {place} changed to {damage:?}: {cost} bytes reserved, {limit} allowed"
                    );
                }
            }
        }
        std::fs::write(&damaged, bytes).unwrap();
    }
    // Most bytes are data: the answer is a layer with another number in it.
    assert!(read_anyway > 100, "{read_anyway}");
}

/// One after the other: both count every request of the program.
#[test]
fn a_shapefile_costs_what_it_gives_and_no_more_whatever_it_announces() {
    let folder = tempfile::tempdir().unwrap();
    a_read_takes_little_more_than_what_it_gives(folder.path());
    a_damaged_file_costs_no_more_than_it_may(folder.path());
}
