//! What a damaged GeoParquet file may cost: 64 MB and four times its size, whatever it announces.

#![allow(clippy::panic, clippy::unwrap_used)]

mod counting;

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, Float64Array, Int64Array, ListArray, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterVersion};
use sanxian_io::{LayerOptions, read_layer};
use sanxian_overlay::Progress;

/// Forty triangles with numbers, texts and lists, in several encodings.
fn sample(path: &Path, version: WriterVersion, compression: Compression) {
    let triangle = |row: u32| {
        let mut bytes = vec![1, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0];
        for (x, y) in [(0.0, 0.0), (0.0, 9.0), (9.0, 9.0), (0.0, 0.0)] {
            bytes.extend((f64::from(row) + x).to_le_bytes());
            bytes.extend(f64::to_le_bytes(y));
        }
        bytes
    };
    let geometry: Vec<Vec<u8>> = (0..40).map(triangle).collect();
    let lists = (0..40).map(|row: i64| Some((0..row % 4).map(Some).collect::<Vec<_>>()));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("number", Arc::new(Int64Array::from_iter_values(0..40))),
        ("share", Arc::new(Float64Array::from_iter_values((0..40).map(|row| f64::from(row) / 40.0)))),
        ("text", Arc::new(StringArray::from_iter_values((0..40).map(|row| format!("地块 {row}"))))),
        ("list", Arc::new(ListArray::from_iter_primitive::<arrow_array::types::Int64Type, _, _>(lists))),
        ("geometry", Arc::new(BinaryArray::from_iter_values(geometry))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let geo = r#"{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Polygon"]}}}"#;
    let mut properties = WriterProperties::builder()
        .set_writer_version(version)
        .set_compression(compression)
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".to_owned(), geo.to_owned())]));
    if version == WriterVersion::PARQUET_2_0 {
        properties = properties
            .set_dictionary_enabled(false)
            .set_column_encoding("text".into(), Encoding::DELTA_BYTE_ARRAY)
            .set_column_encoding("geometry".into(), Encoding::DELTA_LENGTH_BYTE_ARRAY)
            .set_column_encoding("number".into(), Encoding::DELTA_BINARY_PACKED);
    }
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn a_damaged_file_costs_no_more_than_it_may_and_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let read = || read_layer(&path, &LayerOptions::default(), &Progress::default());
    let mut read_anyway = 0;
    for (version, compression) in [
        (WriterVersion::PARQUET_1_0, Compression::SNAPPY),
        (WriterVersion::PARQUET_2_0, Compression::UNCOMPRESSED),
        (WriterVersion::PARQUET_2_0, Compression::ZSTD(parquet::basic::ZstdLevel::default())),
    ] {
        sample(&path, version, compression);
        assert_eq!(read().unwrap().len(), 40);
        let bytes = std::fs::read(&path).unwrap();
        let limit = counting::limit(bytes.len());
        for place in (0..bytes.len()).step_by(3) {
            // Runs of high bytes are what a length field turns into a huge number.
            for damage in [&[0xFF, 0xFF, 0xFF, 0xFF, 0x07][..], &[0x7E], &[0xFF, 0xFF, 0x7F]] {
                let mut damaged = bytes.clone();
                for (offset, byte) in damage.iter().enumerate() {
                    if let Some(target) = damaged.get_mut(place + offset) {
                        *target = *byte;
                    }
                }
                std::fs::write(&path, damaged).unwrap();
                let (result, cost) = counting::cost(read);
                read_anyway += usize::from(result.is_ok());
                assert!(
                    cost <= limit,
                    "byte {place} changed to {damage:?}: {cost} bytes reserved, {limit} allowed"
                );
            }
        }
    }
    // Most bytes are data: the answer is a layer with another number in it.
    assert!(read_anyway > 100, "{read_anyway}");
}
