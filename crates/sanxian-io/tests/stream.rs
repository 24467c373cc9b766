//! Layers in blocks: what comes block by block is what is read at once, whatever the number of threads.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use sanxian_geodesy::Crs;
use sanxian_io::{
    IoError, Layer, LayerBlock, LayerOptions, LayerStream, OnError, read_layer, write_shapefile,
};
use sanxian_overlay::{PolygonSet, Progress};

const FEATURES: u32 = 20_000;

fn patch(feature: u32) -> Vec<[f64; 2]> {
    let (west, south) =
        (38_400_000.0 + f64::from(feature % 200) * 60.0, 4_250_000.0 + f64::from(feature / 200) * 60.0);
    vec![
        [west, south],
        [west, south + 50.0],
        [west + 50.0, south + 50.0],
        [west + 50.0, south],
        [west, south],
    ]
}

fn attributes() -> RecordBatch {
    let names = (0..FEATURES).map(|feature| (feature % 7 > 0).then(|| format!("忻府区第{feature}村")));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("NAME", Arc::new(names.collect::<StringArray>())),
        ("N", Arc::new(Int32Array::from_iter_values((0..FEATURES).map(|feature| feature as i32)))),
        (
            "AREA",
            Arc::new(Float64Array::from_iter_values((0..FEATURES).map(|feature| f64::from(feature) / 4.0))),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Squares in rows of 200; every thousandth has no geometry.
fn shapefile(folder: &Path) -> PathBuf {
    let mut polygons = PolygonSet::default();
    for feature in 0..FEATURES {
        if feature % 1000 == 999 {
            polygons.push_null();
        } else {
            polygons.push_feature([[patch(feature).as_slice()]]);
        }
    }
    let layer = Layer::new("DLTB", polygons, attributes(), Some(Crs::from_epsg(4526).unwrap()));
    let path = folder.join("DLTB.shp");
    write_shapefile(&layer, &path, "gbk").unwrap();
    path
}

fn geoparquet(folder: &Path) -> PathBuf {
    let wkb = |feature: u32| {
        (feature % 1000 != 999).then(|| {
            let mut bytes = vec![1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0];
            patch(feature).iter().flatten().for_each(|number| bytes.extend(number.to_le_bytes()));
            bytes
        })
    };
    let geometry: ArrayRef = Arc::new((0..FEATURES).map(wkb).collect::<arrow_array::BinaryArray>());
    let table = attributes();
    let schema = table.schema();
    let columns =
        schema.fields().iter().map(|field| field.name().as_str()).zip(table.columns().iter().cloned());
    let batch = RecordBatch::try_from_iter(columns.chain([("geometry", geometry)])).unwrap();
    let geo = r#"{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Polygon"],"crs":"EPSG:4526"}}}"#;
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(15_000))
        .set_data_page_size_limit(1 << 16)
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".to_owned(), geo.to_owned())]))
        .build();
    let path = folder.join("DLTB.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    path
}

fn blocks(path: &Path, options: &LayerOptions) -> Result<Vec<LayerBlock>, IoError> {
    let mut stream = LayerStream::open(path, options, &Progress::default())?;
    let mut blocks = Vec::new();
    stream.visit(&Progress::default(), |block| {
        blocks.push(block);
        Ok::<_, IoError>(ControlFlow::Continue(()))
    })?;
    Ok(blocks)
}

fn equals(blocks: &[LayerBlock], layer: &Layer, what: &str) {
    let mut polygons = PolygonSet::default();
    let mut rows = Vec::new();
    for block in blocks {
        assert_eq!(block.polygons.len(), block.attributes.num_rows(), "{what}");
        assert_eq!(block.attributes.schema(), layer.attributes.schema(), "{what}");
        polygons.extend(block.polygons.view());
        rows.extend(block.rows.iter().copied());
    }
    let batches: Vec<_> = blocks.iter().map(|block| block.attributes.clone()).collect();
    let attributes = arrow_select::concat::concat_batches(&layer.attributes.schema(), &batches).unwrap();
    assert_eq!(polygons, layer.polygons, "{what}");
    assert_eq!(attributes, layer.attributes, "{what}");
    assert!((0..layer.len()).map(|feature| layer.row(feature)).eq(rows), "{what}");
}

#[test]
fn blocks_hold_what_the_whole_layer_holds() {
    let folder = tempfile::tempdir().unwrap();
    let window = LayerOptions {
        bbox: Some([38_401_000.0, 4_251_000.0, 38_404_000.0, 4_252_000.0]),
        columns: Some(vec!["N".to_owned(), "NAME".to_owned()]),
        ..LayerOptions::default()
    };
    let nowhere = LayerOptions { bbox: Some([0.0, 0.0, 1.0, 1.0]), ..LayerOptions::default() };
    for path in [shapefile(folder.path()), geoparquet(folder.path())] {
        for (options, least) in [(LayerOptions::default(), 2), (window.clone(), 1), (nowhere.clone(), 0)] {
            let layer = read_layer(&path, &options, &Progress::default()).unwrap();
            let mut known: Option<Vec<usize>> = None;
            for threads in [1, 4] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let (blocks, again) = pool.install(|| {
                    (
                        blocks(&path, &options).unwrap(),
                        read_layer(&path, &options, &Progress::default()).unwrap(),
                    )
                });
                assert!(blocks.len() >= least, "{}: {}", path.display(), blocks.len());
                equals(&blocks, &layer, &path.display().to_string());
                assert_eq!((&again.polygons, &again.attributes), (&layer.polygons, &layer.attributes));
                let lengths: Vec<usize> = blocks.iter().map(|block| block.rows.len()).collect();
                assert_eq!(*known.get_or_insert_with(|| lengths.clone()), lengths);
            }
        }
    }
}

#[test]
fn the_stream_tells_what_the_layer_tells() {
    let folder = tempfile::tempdir().unwrap();
    for path in [shapefile(folder.path()), geoparquet(folder.path())] {
        let layer = read_layer(&path, &LayerOptions::default(), &Progress::default()).unwrap();
        let stream = LayerStream::open(&path, &LayerOptions::default(), &Progress::default()).unwrap();
        assert_eq!((stream.name(), stream.crs()), (layer.name.clone(), layer.crs.as_ref()));
        assert_eq!(stream.schema(), layer.attributes.schema());
        assert_eq!(stream.source().files().unwrap(), layer.source.unwrap().files().unwrap());
    }
    let unknown = LayerStream::open(Path::new("a.gpkg"), &LayerOptions::default(), &Progress::default());
    assert!(matches!(unknown.map(drop), Err(IoError::UnsupportedFormat { .. })));
}

#[test]
fn a_visitor_ends_the_stream_by_a_break_or_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for path in [shapefile(folder.path()), geoparquet(folder.path())] {
        let mut stream = LayerStream::open(&path, &LayerOptions::default(), &Progress::default()).unwrap();
        let mut visits = 0;
        let outcome = stream.visit(&Progress::default(), |_| {
            visits += 1;
            Ok::<_, IoError>(ControlFlow::Break(()))
        });
        assert!(outcome.is_ok() && visits == 1);
        let outcome = stream.visit(&Progress::default(), |_| Err(IoError::Cancelled));
        assert!(matches!(outcome, Err(IoError::Cancelled)));
        let progress = Progress::default();
        progress.cancel();
        let outcome = stream.visit(&progress, |_| Ok::<_, IoError>(ControlFlow::Continue(())));
        assert!(matches!(outcome, Err(IoError::Cancelled)));
    }
}

#[test]
fn a_bad_record_stops_the_stream_at_its_block_or_is_left_out_with_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let path = shapefile(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    // The number of parts of record 15001; the null shapes before it are shorter by 124 bytes.
    let at = 100 + 15_000 * 136 - 15 * 124 + 8 + 36;
    bytes[at..at + 4].copy_from_slice(&i32::MAX.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    let mut stream = LayerStream::open(&path, &LayerOptions::default(), &Progress::default()).unwrap();
    let mut features = 0;
    let outcome = stream.visit(&Progress::default(), |block| {
        features += block.rows.len();
        Ok::<_, IoError>(ControlFlow::Continue(()))
    });
    assert_eq!(outcome.unwrap_err().record(), Some(15_001));
    assert!(features > 0 && features <= 15_000);
    let options = LayerOptions { on_error: OnError::Skip, ..LayerOptions::default() };
    let blocks = blocks(&path, &options).unwrap();
    let layer = read_layer(&path, &options, &Progress::default()).unwrap();
    assert_eq!(layer.len(), FEATURES as usize - 1);
    assert!(layer.findings.iter().any(|finding| finding.line == Some(15_001)));
    equals(&blocks, &layer, "skip");
}

#[test]
fn a_column_has_one_type_whatever_block_its_decimals_are_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = shapefile(folder.path());
    let table = path.with_extension("dbf");
    let mut bytes = std::fs::read(&table).unwrap();
    let (header, row) = (
        usize::from(u16::from_le_bytes([bytes[8], bytes[9]])),
        usize::from(u16::from_le_bytes([bytes[10], bytes[11]])),
    );
    let name_width = usize::from(bytes[32 + 16]);
    let at = header + 19_000 * row + 1 + name_width;
    let width = usize::from(bytes[64 + 16]);
    bytes[at..at + width].copy_from_slice(format!("{:>width$}", "1.5").as_bytes());
    std::fs::write(&table, bytes).unwrap();
    let blocks = blocks(&path, &LayerOptions::default()).unwrap();
    let layer = read_layer(&path, &LayerOptions::default(), &Progress::default()).unwrap();
    assert_eq!(layer.attributes.column(1).as_primitive::<arrow_array::types::Float64Type>().value(5), 5.0);
    assert!(layer.findings.iter().any(|finding| finding.code == "decimals_in_whole_numbers"));
    equals(&blocks, &layer, "decimals");
}
