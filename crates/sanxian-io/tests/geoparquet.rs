//! GeoParquet: what the standard's own files, other programs' files and ours give; windows, columns, damage.

#![allow(clippy::panic, clippy::unwrap_used)]

mod reference;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field, Fields};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;
use sanxian_io::geoparquet::GeoParquetFault;
use sanxian_io::{IoError, Layer, LayerOptions, read_layer};
use sanxian_overlay::Progress;
use serde_json::Value;

fn read(path: &Path) -> Result<Layer, IoError> {
    read_layer(path, &LayerOptions::default(), &Progress::default())
}

fn codes(layer: &Layer) -> Vec<&'static str> {
    layer.findings.iter().map(|finding| finding.code).collect()
}

/// A square of ten metres as WKB.
fn square(west: f64, south: f64) -> Vec<u8> {
    let mut bytes = vec![1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0];
    for (x, y) in [(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0), (0.0, 0.0)] {
        bytes.extend((west + x).to_le_bytes());
        bytes.extend((south + y).to_le_bytes());
    }
    bytes
}

struct Sample {
    rows: i32,
    covering: bool,
    compression: Compression,
    row_group_rows: usize,
    crs: &'static str,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            rows: 1000,
            covering: true,
            compression: Compression::SNAPPY,
            row_group_rows: 300,
            crs: r#","crs":"EPSG:4526""#,
        }
    }
}

/// A row of squares, 20 m apart; every hundredth feature (99, 199, ...) has no geometry.
fn sample(path: &Path, sample: &Sample) {
    let west = |row: i32| 38_500_000.0 + f64::from(row) * 20.0;
    let mut geometry = BinaryBuilder::new();
    for row in 0..sample.rows {
        if row % 100 == 99 {
            geometry.append_null();
        } else {
            geometry.append_value(square(west(row), 4_250_000.0));
        }
    }
    let edge = |offset: f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values((0..sample.rows).map(|row| west(row) + offset)))
    };
    let north = |value: f64| -> ArrayRef { Arc::new(Float64Array::from(vec![value; sample.rows as usize])) };
    let edge_fields: Fields = ["xmin", "ymin", "xmax", "ymax"]
        .map(|name| Field::new(name, DataType::Float64, false))
        .to_vec()
        .into();
    let boxes = StructArray::new(
        edge_fields,
        vec![edge(0.0), north(4_250_000.0), edge(10.0), north(4_250_010.0)],
        None,
    );
    let names = (0..sample.rows).map(|row| if row % 2 == 0 { "永久基本农田" } else { "一般耕地" });
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("n", Arc::new(Int32Array::from_iter_values(0..sample.rows))),
        ("地类", Arc::new(StringArray::from_iter_values(names))),
        ("geometry", Arc::new(StringArray::from(vec!["taken"; sample.rows as usize]))),
        ("shape", Arc::new(geometry.finish())),
    ];
    if sample.covering {
        columns.push(("bbox", Arc::new(boxes)));
    }
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let covering = if sample.covering {
        r#","covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],"xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}"#
    } else {
        ""
    };
    let geo = format!(
        r#"{{"version":"1.1.0","primary_column":"shape","columns":{{"shape":{{"encoding":"WKB","geometry_types":["Polygon"]{}{covering}}}}}}}"#,
        sample.crs
    );
    let properties = WriterProperties::builder()
        .set_compression(sample.compression)
        .set_max_row_group_row_count(Some(sample.row_group_rows))
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".to_owned(), geo)]))
        .build();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn a_table_of_several_row_groups_is_read_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    for (compression, name) in [
        (Compression::UNCOMPRESSED, "plain.parquet"),
        (Compression::SNAPPY, "snappy.geoparquet"),
        (Compression::ZSTD(parquet::basic::ZstdLevel::default()), "zstd.pq"),
        (Compression::GZIP(parquet::basic::GzipLevel::default()), "gzip.parquet"),
        (Compression::BROTLI(parquet::basic::BrotliLevel::default()), "brotli.parquet"),
        (Compression::LZ4_RAW, "lz4.PARQUET"),
    ] {
        let path = folder.path().join(name);
        sample(&path, &Sample { compression, ..Sample::default() });
        let layer = read(&path).unwrap();
        assert_eq!((layer.len(), layer.crs.as_ref().unwrap().epsg()), (1000, Some(4526)), "{name}");
        let numbers = layer.attributes.column_by_name("n").unwrap().as_primitive::<Int32Type>();
        assert!(numbers.values().iter().copied().eq(0..1000));
        assert!(layer.polygons.view().is_null(99) && !layer.polygons.view().is_null(98));
        assert_eq!(layer.polygons.view().bounds(998).unwrap()[0], 38_519_960.0);
        // The covering is not an attribute, and the name of a layer's geometry column is kept free.
        let names: Vec<_> = layer.attributes.schema().fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(
            (names, codes(&layer)),
            (vec!["n".into(), "地类".into(), "geometry_2".into()], vec!["field_renamed"])
        );
        let source = layer.source.unwrap();
        assert_eq!((source.format.as_str(), source.files().unwrap().len()), ("GeoParquet", 1));
    }
}

#[test]
fn a_window_gives_the_same_rows_with_and_without_box_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    // Rows 290 to 310 lie on both sides of a border between row groups; 299 has no geometry.
    let bbox = Some([38_505_800.0, 4_249_000.0, 38_506_205.0, 4_251_000.0]);
    let options = LayerOptions { bbox, columns: Some(vec!["N".into()]), ..LayerOptions::default() };
    for covering in [true, false] {
        sample(&path, &Sample { covering, ..Sample::default() });
        let layer = read_layer(&path, &options, &Progress::default()).unwrap();
        let expected: Vec<i32> = (290..=310).filter(|row| *row != 299).collect();
        assert_eq!(layer.attributes.num_columns(), 1);
        assert_eq!(layer.attributes.column(0).as_primitive::<Int32Type>().values().to_vec(), expected);
        assert!((0..layer.len()).map(|feature| layer.row(feature) as i32).eq(expected));
        assert_eq!(layer.polygons.view().bounds(0).unwrap()[0], 38_505_800.0);
        let nowhere = LayerOptions { bbox: Some([0.0, 0.0, 1.0, 1.0]), ..LayerOptions::default() };
        let layer = read_layer(&path, &nowhere, &Progress::default()).unwrap();
        assert_eq!((layer.len(), layer.attributes.num_rows(), layer.attributes.num_columns()), (0, 0, 3));
    }
    // The columns of boxes come along when they are asked for.
    sample(&path, &Sample::default());
    let options = LayerOptions { columns: Some(vec!["bbox".into()]), ..LayerOptions::default() };
    let layer = read_layer(&path, &options, &Progress::default()).unwrap();
    let boxes = layer.attributes.column(0).as_struct();
    assert_eq!(boxes.column(2).as_primitive::<Float64Type>().value(1), 38_500_030.0);
    let options = LayerOptions { columns: Some(vec!["dlbm".into()]), ..LayerOptions::default() };
    match read_layer(&path, &options, &Progress::default()) {
        Err(IoError::UnknownColumn { known, .. }) => assert_eq!(known, ["n", "地类", "geometry", "bbox"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_crs_is_the_metadatas_or_longitude_and_latitude_or_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    for (crs, epsg, found) in [
        ("", Some(4326), vec!["field_renamed"]),
        (r#","crs":null"#, None, vec!["field_renamed", "crs_missing"]),
        (r#","crs":"EPSG:4490""#, Some(4490), vec!["field_renamed"]),
    ] {
        sample(&path, &Sample { crs, rows: 10, ..Sample::default() });
        let layer = read(&path).unwrap();
        assert_eq!((layer.crs.as_ref().and_then(sanxian_geodesy::Crs::epsg), codes(&layer)), (epsg, found));
    }
    sample(&path, &Sample { crs: r#","edges":"spherical""#, rows: 10, ..Sample::default() });
    assert!(matches!(read(&path), Err(IoError::GeoParquet { fault: GeoParquetFault::Edges { .. }, .. })));
    sample(&path, &Sample { crs: r#","crs":"nonsense""#, rows: 10, ..Sample::default() });
    assert!(matches!(read(&path), Err(IoError::Crs { .. })));
}

#[test]
fn a_cancelled_read_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    sample(&path, &Sample::default());
    let progress = Progress::default();
    progress.cancel();
    assert!(matches!(read_layer(&path, &LayerOptions::default(), &progress), Err(IoError::Cancelled)));
}

/// Why a file of the reference data is not read, or reads otherwise than `geopandas.read_parquet` says.
const DIFFERENCES: &[(&str, &str)] = &[
    // Layers of this library are polygons; other kinds are refused by name.
    ("data-linestring-encoding_wkb", "a line where a polygon is needed"),
    ("data-multilinestring-encoding_wkb", "a multiline where a polygon is needed"),
    ("data-multipoint-encoding_wkb", "a multipoint where a polygon is needed"),
    ("data-point-encoding_wkb", "a point where a polygon is needed"),
    ("all_geoms", "a point where a polygon is needed"),
    ("part1", "a point where a polygon is needed"),
    ("test_with_fid_and_geometry_bbox", "a point where a polygon is needed"),
    ("parquet/test.parquet", "a point where a polygon is needed"),
    ("test_single_group", "a point where a polygon is needed"),
    // geopandas wants `geo` metadata; GeoArrow columns and Parquet's own geometry type tell enough.
    ("poly_geoarrow_polygon_not_geoparquet", "reads: a GeoArrow column without `geo` metadata"),
    ("crs-projjson", "reads: Parquet's own geometry type"),
    ("crs-srid", "EPSG:5070 is not in the register"),
    ("example-crs_vermont-", "reads: Parquet's own geometry type"),
];

#[test]
fn reference_files_read_as_geopandas_reads_them_but_for_the_listed_differences() {
    let Some(folder) = reference::folder("formats") else { return };
    let expected = std::fs::read_to_string(folder.join("expected_gdal.jsonl")).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for line in expected.lines() {
        // Lines about other formats hold NaN, which JSON does not have.
        if !line.contains("geopandas.read_parquet") {
            continue;
        }
        let expected: Value = serde_json::from_str(line).unwrap();
        let name = expected["path"].as_str().unwrap();
        checked += 1;
        let difference = DIFFERENCES.iter().find(|(part, _)| name.contains(part)).map(|(_, reason)| *reason);
        let outcome = read(&folder.join(name));
        let message = match (&outcome, difference) {
            (Ok(layer), None) => compare(layer, &expected),
            (Ok(_), Some(reason)) if reason.starts_with("reads:") => None,
            (Ok(_), Some(reason)) => Some(format!("reads, but {reason} was expected")),
            (Err(error), Some(reason)) if error.to_string().contains(reason) => None,
            (Err(error), _) if expected.get("error").is_some() && difference.is_none() => {
                (!error.to_string().contains(name)).then(|| format!("no path in {error}"))
            }
            (Err(error), _) => Some(error.to_string()),
        };
        wrong.extend(message.map(|message| format!("{name}: {message}")));
    }
    assert!(checked > 40, "{checked} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What differs between a layer and what geopandas saw.
fn compare(layer: &Layer, expected: &Value) -> Option<String> {
    if expected.get("error").is_some() {
        return Some(format!("reads, while geopandas says {}", expected["error"]));
    }
    let view = layer.polygons.view();
    let mut said = Vec::new();
    let mut same = |what: &str, found: &Value, wanted: &Value| {
        if found != wanted {
            said.push(format!("{what}: {found} instead of {wanted}"));
        }
    };
    same("rows", &layer.len().into(), &expected["rows"]);
    same("vertices", &view.coords().len().into(), &expected["vertices"]);
    let names: Vec<Value> =
        layer.attributes.schema().fields().iter().map(|field| field.name().clone().into()).collect();
    same("fields", &names.into(), &expected["fields"]);
    let area: f64 = (0..view.len())
        .flat_map(|feature| view.feature(feature))
        .map(|polygon| {
            let rings: Vec<f64> = polygon.rings().map(|ring| ring_area(ring).abs()).collect();
            rings.first().copied().unwrap_or(0.0) - rings.iter().skip(1).sum::<f64>()
        })
        .sum();
    let wanted = expected["area"].as_f64().unwrap();
    // The reference sums in another order; the areas of degrees are 1e-4 at most.
    if (area - wanted).abs() > 1e-9 * wanted.abs().max(1e-3) {
        said.push(format!("area {area} instead of {wanted}"));
    }
    let crs = expected["crs"].as_str().map(|text| text.parse().unwrap_or(4326_u32));
    let found = layer.crs.as_ref().map(|crs| crs.epsg().or_else(|| id_of(crs.definition())).unwrap_or(0));
    if found != crs {
        said.push(format!("crs {found:?} instead of {crs:?}"));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

fn id_of(projjson: &str) -> Option<u32> {
    serde_json::from_str::<Value>(projjson).ok()?["id"]["code"].as_u64().map(|code| code as u32)
}

fn ring_area(ring: &[[f64; 2]]) -> f64 {
    let Some([x0, y0]) = ring.first() else { return 0.0 };
    ring.windows(2)
        .map(|edge| (edge[0][0] - x0) * (edge[1][1] - y0) - (edge[1][0] - x0) * (edge[0][1] - y0))
        .sum::<f64>()
        / 2.0
}

#[test]
fn england_reads_whole_and_in_a_window() {
    let Some(folder) = reference::folder("layers/england") else { return };
    let areas = folder.join("eng_oa_27700.parquet");
    let layer = read(&areas).unwrap();
    assert_eq!(
        (layer.len(), layer.crs.as_ref().map(|crs| crs.label().contains("27700"))),
        (171_372, Some(true))
    );
    let bbox = [530_000.0, 180_000.0, 532_000.0, 182_000.0];
    let options = LayerOptions { bbox: Some(bbox), ..LayerOptions::default() };
    let window = read_layer(&areas, &options, &Progress::default()).unwrap();
    let meets = |feature: &usize| {
        layer.polygons.view().bounds(*feature).is_some_and(|[west, south, east, north]| {
            west <= bbox[2] && south <= bbox[3] && east >= bbox[0] && north >= bbox[1]
        })
    };
    let expected: Vec<usize> = (0..layer.len()).filter(meets).collect();
    assert!(!expected.is_empty() && expected.len() < 2000);
    assert_eq!(window.polygons, layer.polygons.view().take(expected.iter().copied()));
    assert!((0..window.len()).map(|feature| window.row(feature) as usize).eq(expected));
}

fn small_file(folder: &Path) -> PathBuf {
    let path = folder.join("a.parquet");
    sample(&path, &Sample { rows: 60, row_group_rows: 25, ..Sample::default() });
    path
}

#[test]
fn a_file_that_is_cut_off_says_so_at_every_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = small_file(folder.path());
    let bytes = std::fs::read(&path).unwrap();
    for length in (1..bytes.len()).step_by(7) {
        std::fs::write(&path, &bytes[..length]).unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.to_string().contains("a.parquet: not a Parquet file"), "{error}");
    }
    std::fs::write(&path, b"").unwrap();
    assert!(matches!(read(&path), Err(IoError::Empty { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever byte is changed, the answer is a layer or an error; a panic would end the test.
    #[test]
    fn changed_bytes_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let folder = tempfile::tempdir().unwrap();
        let path = small_file(folder.path());
        let mut bytes = std::fs::read(&path).unwrap();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        std::fs::write(&path, bytes).unwrap();
        let _ = read(&path);
        let bbox = Some([38_500_100.0, 4_250_000.0, 38_500_500.0, 4_250_010.0]);
        let _ = read_layer(&path, &LayerOptions { bbox, ..LayerOptions::default() }, &Progress::default());
    }
}
