//! Files that are cut, damaged or none at all: an error with its place or a layer with findings, never a panic.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use proptest::prelude::*;
use sanxian_geodesy::Crs;
use sanxian_io::{IoError, Layer, LayerOptions, PlotsOptions, read_layer, read_plots, write_shapefile};
use sanxian_overlay::{Point, PolygonSet, Progress};

fn square(east: f64, size: f64) -> Vec<Point> {
    let (west, south) = (38_500_000.0 + east, 4_250_000.0);
    vec![
        [west, south + size],
        [west + size, south + size],
        [west + size, south],
        [west, south],
        [west, south + size],
    ]
}

/// Three squares with a text, a whole number and a decimal.
fn sample(folder: &Path) -> PathBuf {
    let mut set = PolygonSet::default();
    for place in 0..3 {
        set.push_feature([[square(f64::from(place) * 100.0, 50.0).as_slice()]]);
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("NAME", Arc::new(StringArray::from(vec!["永久基本农田", "生态保护红线", "开发边界"]))),
        ("N", Arc::new(Int32Array::from(vec![1, 2, 3]))),
        ("AREA", Arc::new(Float64Array::from(vec![0.25, 2.5, 3.125]))),
    ];
    let layer = Layer::new(
        "a",
        set,
        RecordBatch::try_from_iter(columns).unwrap(),
        Some(Crs::from_epsg(4526).unwrap()),
    );
    let path = folder.join("a.shp");
    write_shapefile(&layer, &path, "gbk").unwrap();
    path
}

fn read(path: &Path) -> Result<Layer, IoError> {
    read_layer(path, &LayerOptions::default(), &Progress::default())
}

fn codes(layer: &Layer) -> Vec<&'static str> {
    layer.findings.iter().map(|finding| finding.code).collect()
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn companions_are_found_in_any_case_and_missed_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    for suffix in ["shx", "dbf", "prj", "cpg"] {
        std::fs::rename(path.with_extension(suffix), path.with_extension(suffix.to_uppercase())).unwrap();
    }
    let layer = read(&path).unwrap();
    assert_eq!((layer.attributes.num_columns(), codes(&layer)), (3, vec![]));
    assert_eq!(layer.source.unwrap().files().unwrap().len(), 5);
    for (suffix, code) in [("SHX", "shx_missing"), ("PRJ", "crs_missing"), ("DBF", "dbf_missing")] {
        std::fs::remove_file(path.with_extension(suffix)).unwrap();
        assert!(codes(&read(&path).unwrap()).contains(&code));
    }
    assert!(matches!(read(&path.with_file_name("b.shp")), Err(IoError::NotFound { .. })));
    assert!(matches!(read(&path.with_file_name("b.gpkg")), Err(IoError::UnsupportedFormat { .. })));
}

#[test]
fn the_encoding_is_found_without_a_cpg_and_despite_a_wrong_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    let name = |layer: &Layer| layer.attributes.column(0).as_string::<i32>().value(0).to_owned();
    std::fs::write(path.with_extension("cpg"), "UTF-8").unwrap();
    let layer = read(&path).unwrap();
    assert_eq!((name(&layer).as_str(), codes(&layer)), ("永久基本农田", vec!["cpg_contradicts"]));
    std::fs::remove_file(path.with_extension("cpg")).unwrap();
    assert_eq!(name(&read(&path).unwrap()), "永久基本农田");
    // As GDAL leaves it: no .cpg, language driver 0.
    change(&path.with_extension("dbf"), |bytes| bytes[29] = 0);
    let layer = read(&path).unwrap();
    assert_eq!((name(&layer).as_str(), codes(&layer)), ("永久基本农田", vec![]));
    let latin = LayerOptions { encoding: Some("latin1".to_owned()), ..LayerOptions::default() };
    assert_ne!(name(&read_layer(&path, &latin, &Progress::default()).unwrap()), "永久基本农田");
}

#[test]
fn odd_values_are_null_or_cut_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    // Rows begin after a header of 32 + 3 * 32 + 1 bytes; a row is a mark, 12 bytes of text, 9 and 19 of numbers.
    let (start, row) = (129, 1 + 12 + 9 + 19);
    change(&path.with_extension("dbf"), |bytes| {
        bytes[start + 13..start + 22].fill(b'*');
        bytes[start + row + 13..start + row + 22].copy_from_slice(b"      x  ");
        bytes[start + row + 11] = b'x';
        bytes[start + row + 12] = 0xcf;
        bytes[start + 2 * row] = b'*';
    });
    let layer = read(&path).unwrap();
    assert_eq!((layer.len(), layer.rows.clone()), (2, Some(vec![0, 1])));
    let numbers = layer.attributes.column(1).as_primitive::<Int32Type>();
    assert!(numbers.is_null(0) && numbers.is_null(1));
    assert_eq!(layer.attributes.column(2).as_primitive::<Float64Type>().values()[..], [0.25, 2.5]);
    assert_eq!(layer.attributes.column(0).as_string::<i32>().value(1), "生态保护红x");
    let mut found: Vec<_> =
        layer.findings.iter().map(|finding| (finding.line.unwrap(), finding.code)).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [(1, "number_overflow"), (2, "number_not_understood"), (2, "text_cut"), (3, "deleted_records")]
    );
}

#[test]
fn text_that_looks_like_another_encoding_than_the_declared_one_is_doubted() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    let doubted = |path: &Path| {
        let layer = read(path).unwrap();
        let found = layer.findings.iter().find(|finding| finding.code == "encoding_doubtful");
        found.map(|finding| (finding.line, finding.message.clone()))
    };
    assert_eq!(doubted(&path), None);
    // What exporters write that do not know: GDAL's default.
    std::fs::write(path.with_extension("cpg"), "ISO-8859-1").unwrap();
    let (line, message) = doubted(&path).unwrap();
    assert!(line == Some(1) && message.contains("encoding=\"gbk\""), "{message}");
    // Latin words are none of it.
    let words = "Stra\u{df}e M\u{fc}ll\u{ea}r";
    change(&path.with_extension("dbf"), |bytes| {
        for row in 0..3 {
            let latin = encoding_rs::WINDOWS_1252.encode(words).0.into_owned();
            bytes[130 + row * 41..142 + row * 41].copy_from_slice(&latin[..12]);
        }
    });
    assert_eq!(doubted(&path), None);
    // UTF-8 under a Chinese language driver.
    std::fs::remove_file(path.with_extension("cpg")).unwrap();
    change(&path.with_extension("dbf"), |bytes| {
        for row in 0..3 {
            bytes[130 + row * 41..142 + row * 41].copy_from_slice("基本农田".as_bytes());
        }
    });
    assert!(doubted(&path).unwrap().1.contains("encoding=\"utf-8\""));
}

#[test]
fn field_names_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    change(&path.with_extension("dbf"), |bytes| {
        bytes[64..75].copy_from_slice(b"NAME\0\0\0\0\0\0\0");
        bytes[96..107].copy_from_slice(b"geometry\0\0\0");
    });
    let layer = read(&path).unwrap();
    let schema = layer.attributes.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!((names, codes(&layer)), (vec!["NAME", "NAME_2", "geometry_2"], vec!["field_renamed"; 2]));
    assert!(sanxian_io::layer_to_arrow(&layer).is_ok());
}

#[test]
fn a_prj_that_cannot_be_true_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    for epsg in [4490, 4547] {
        let wkt = Crs::from_epsg(epsg).unwrap().to_wkt1_esri().unwrap();
        std::fs::write(path.with_extension("prj"), wkt).unwrap();
        let error = read(&path).unwrap_err();
        assert!(matches!(error, IoError::CrsConflict { declared_by: "the .prj", .. }), "{error}");
    }
    std::fs::write(path.with_extension("prj"), "PROJCS[nonsense").unwrap();
    let layer = read(&path).unwrap();
    assert_eq!((layer.crs.is_none(), codes(&layer)), (true, vec!["crs_not_understood"]));
}

#[test]
fn every_cut_is_an_error_or_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    let whole = read(&path).unwrap();
    for suffix in ["shp", "dbf", "shx"] {
        let member = path.with_extension(suffix);
        let bytes = std::fs::read(&member).unwrap();
        // The last byte of a .dbf is an end mark that nobody needs.
        let needed = if suffix == "dbf" { bytes.len() - 1 } else { bytes.len() };
        for length in 0..needed {
            std::fs::write(&member, &bytes[..length]).unwrap();
            match read(&path) {
                Ok(layer) => {
                    assert!(suffix == "shx" && !layer.findings.is_empty(), "{suffix} {length}");
                    assert_eq!(layer.polygons, whole.polygons);
                }
                Err(IoError::Truncated { offset, .. }) => {
                    assert!(offset <= length as u64, "{suffix} {length}");
                }
                Err(IoError::Empty { .. }) => assert_eq!(length, 0),
                Err(IoError::Shapefile { .. }) => assert!(length < 100, "{suffix} {length}"),
                Err(error) => panic!("{suffix} {length}: {error}"),
            }
        }
        std::fs::write(&member, bytes).unwrap();
    }
}

#[test]
fn counts_that_lie_cost_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    for at in [100 + 8 + 36, 100 + 8 + 40] {
        let original = std::fs::read(&path).unwrap();
        for count in [i32::MAX, i32::MIN, -1] {
            change(&path, |bytes| bytes[at..at + 4].copy_from_slice(&count.to_le_bytes()));
            let error = read(&path).unwrap_err();
            assert_eq!((error.record(), error.offset()), (Some(1), Some(100)), "{error}");
        }
        std::fs::write(&path, original).unwrap();
    }
    change(&path.with_extension("dbf"), |bytes| bytes[4..8].fill(0xff));
    assert!(read(&path).is_ok_and(|layer| layer.len() == 3));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000), encoded in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, &bytes).unwrap();
        let encoding = encoded.then(|| "gb18030".to_owned());
        let _ = read_plots(&path, &PlotsOptions { encoding, ..PlotsOptions::default() });
        for suffix in ["shp", "shx", "dbf", "prj", "cpg"] {
            std::fs::write(path.with_extension(suffix), &bytes).unwrap();
        }
        let _ = read(&path.with_extension("shp"));
    }

    #[test]
    fn lines_of_the_right_kind_never_panic(
        lines in prop::collection::vec(
            prop_oneof![
                Just("[地块坐标]".to_owned()), Just("【说明".to_owned()), Just("END".to_owned()), Just(String::new()),
                "带号=[0-9]{0,3}", "坐标系=(2000|80|54|WGS84|x)", "[0-9]{0,2},[0-9.]{0,6},[甲乙]?,[a-z]?,(面|线|),,,,@",
                "J[0-9]{1,2},[1-3],4[0-9]{6}\\.[0-9]{3},38[0-9]{6}\\.[0-9]{3}", "J1,1,38500000.1,4250000.2",
                "[0-9]{1,3},[0-9]{1,3}", "[0-9],[0-9],1,J1,4250000,38500000", "\\PC{0,12}",
            ],
            0..40,
        ),
        swap_axes in any::<Option<bool>>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, lines.join("\n")).unwrap();
        let _ = read_plots(&path, &PlotsOptions { swap_axes, ..PlotsOptions::default() });
    }

    #[test]
    fn damaged_shapefiles_never_panic(
        damage in prop::collection::vec((0_usize..4, 0_usize..700, any::<u8>()), 1..8),
        bbox in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = sample(folder.path());
        for (file, at, value) in damage {
            let member = path.with_extension(["shp", "shx", "dbf", "cpg"][file]);
            change(&member, |bytes| {
                let length = bytes.len();
                bytes[at % length] = value;
            });
        }
        let bbox = bbox.then_some([38_500_000.0, 4_250_000.0, 38_500_120.0, 4_250_100.0]);
        let _ = read_layer(&path, &LayerOptions { bbox, ..LayerOptions::default() }, &Progress::default());
    }
}
