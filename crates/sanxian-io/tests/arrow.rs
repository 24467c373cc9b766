//! Arrow data of other software in, and out again.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Int32Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use sanxian_io::geoarrow::ArrowFault;
use sanxian_io::{IoError, Layer, layer_from_arrow, layer_to_arrow};

fn stream(name: &str) -> (SchemaRef, Vec<RecordBatch>) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/arrow").join(name);
    let reader = StreamReader::try_new(File::open(path).unwrap(), None).unwrap();
    let schema = reader.schema();
    (schema, reader.map(Result::unwrap).collect())
}

fn layer(name: &str) -> Layer {
    let (schema, batches) = stream(name);
    layer_from_arrow(name, &schema, &batches).unwrap()
}

/// Polygons of each feature as lists of ring lengths, `None` for null.
fn shape(layer: &Layer) -> Vec<Option<Vec<Vec<usize>>>> {
    let polygons = layer.polygons.view();
    (0..polygons.len())
        .map(|feature| {
            let parts =
                polygons.feature(feature).map(|polygon| polygon.rings().map(<[_]>::len).collect()).collect();
            (!polygons.is_null(feature)).then_some(parts)
        })
        .collect()
}

#[test]
fn every_encoding_of_geopandas_gives_the_same_layer() {
    let expected = vec![Some(vec![vec![5, 5]]), Some(vec![vec![5, 5], vec![5]]), None, Some(vec![])];
    let first = layer("multipolygon_interleaved.arrows");
    for name in ["multipolygon_interleaved.arrows", "multipolygon_separated.arrows", "wkb.arrows"] {
        let layer = layer(name);
        assert_eq!(shape(&layer), expected, "{name}");
        assert_eq!(layer.polygons.view().coords(), first.polygons.view().coords(), "{name}");
        assert_eq!(layer.crs.as_ref().unwrap().epsg(), Some(4526), "{name}");
        assert_eq!(layer.attributes.num_columns(), 2);
        assert_eq!(layer.attributes.column(1).as_primitive::<Int64Type>().values(), &[1, 2, 3, 4]);
        assert!(layer.findings.is_empty());
    }
}

#[test]
fn a_polygon_column_becomes_one_polygon_a_feature() {
    let layer = layer("polygon_interleaved.arrows");
    assert_eq!(shape(&layer), vec![Some(vec![vec![5, 5]])]);
    assert_eq!(layer.polygons.view().bounds(0), Some([38_500_000.0, 4_250_000.0, 38_500_100.0, 4_250_100.0]));
}

#[test]
fn heights_are_left_behind_and_said_so() {
    let layer = layer("wkb_view_z.arrows");
    assert_eq!(shape(&layer), vec![Some(vec![vec![5]]), Some(vec![vec![5]]), None]);
    assert_eq!(layer.polygons.view().coords()[..5], layer.polygons.view().coords()[5..]);
    assert_eq!(layer.crs.as_ref().unwrap().epsg(), Some(4526));
    assert_eq!(layer.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["dimensions_dropped"]);
}

#[test]
fn a_point_among_polygons_is_named() {
    let (schema, batches) = stream("wkb_large_mixed.arrows");
    let error = layer_from_arrow("mixed", &schema, &batches).unwrap_err();
    assert!(matches!(
        error,
        IoError::Arrow { feature: Some(1), fault: ArrowFault::NotAPolygon { found: "point" }, .. }
    ));
    assert_eq!(
        error.to_string(),
        "column \"shape\": feature 1: a point where a polygon is needed: take it out or keep it in a layer of its own"
    );
}

#[test]
fn broken_wkb_names_feature_and_byte() {
    let (schema, batches) = stream("wkb.arrows");
    let geometry = schema.index_of("geometry").unwrap();
    let values = batches[0].column(geometry).as_binary::<i32>();
    let whole: Vec<_> = values.iter().map(|value| value.map(<[u8]>::to_vec)).collect();
    for length in 0..whole[1].as_ref().unwrap().len() {
        let cut = whole[1].as_ref().map(|value| value[..length].to_vec());
        let array: arrow_array::BinaryArray =
            [whole[0].clone(), cut, whole[2].clone()].iter().map(|value| value.as_deref()).collect();
        let mut columns = batches[0].columns().to_vec();
        columns[geometry] = Arc::new(array);
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
        let error = layer_from_arrow("cut", &schema, &[batch]).unwrap_err();
        let (feature, offset) = match error {
            IoError::Arrow { feature, fault: ArrowFault::Wkb { offset, .. }, .. } => (feature, offset),
            other => panic!("{length}: {other}"),
        };
        assert_eq!(feature, Some(1));
        assert!(offset <= length);
    }
}

#[test]
fn a_sliced_array_gives_its_own_features_only() {
    for name in ["multipolygon_interleaved.arrows", "multipolygon_separated.arrows", "wkb.arrows"] {
        let (schema, batches) = stream(name);
        let layer = layer_from_arrow("sliced", &schema, &[batches[0].slice(1, 2)]).unwrap();
        assert_eq!(shape(&layer), vec![Some(vec![vec![5, 5], vec![5]]), None], "{name}");
        let layer = layer_from_arrow("sliced", &schema, &[batches[0].slice(1, 1)]).unwrap();
        assert_eq!(layer.polygons.view().coords().len(), 15, "{name}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let layer = layer("wkb.arrows");
    let batch = layer_to_arrow(&layer).unwrap();
    let schema = batch.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["名称", "n", "geometry"]);
    assert_eq!(batch.column(2).null_count(), 1);
    let again = layer_from_arrow("again", &batch.schema(), &[batch]).unwrap();
    assert_eq!(again.polygons, layer.polygons);
    assert_eq!(again.attributes, layer.attributes);
    assert_eq!(again.crs, layer.crs);
}

#[test]
fn no_batch_at_all_is_an_empty_layer() {
    let (schema, _) = stream("wkb.arrows");
    let layer = layer_from_arrow("none", &schema, &[]).unwrap();
    assert_eq!((layer.len(), layer.attributes.num_rows(), layer.attributes.num_columns()), (0, 0, 2));
}

#[test]
fn columns_that_could_be_meant_are_counted() {
    let without = Arc::new(Schema::new(vec![Field::new("n", DataType::Int32, false)]));
    let error = layer_from_arrow("none", &without, &[]).unwrap_err();
    assert!(matches!(error, IoError::Arrow { fault: ArrowFault::NoGeometryColumn, .. }));

    let (schema, _) = stream("wkb.arrows");
    let geometry = schema.field_with_name("geometry").unwrap();
    let two = Arc::new(Schema::new(vec![geometry.clone().with_name("a"), geometry.clone().with_name("b")]));
    let error = layer_from_arrow("two", &two, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column \"geometry\": several geometry columns (a, b): call the one that is meant \"geometry\""
    );
}

#[test]
fn further_geometries_are_attributes_and_names_are_told_apart() {
    let (schema, batches) = stream("wkb.arrows");
    let geometry = schema.index_of("geometry").unwrap();
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    // A point for labels that is called as the geometry is, before it.
    fields.insert(0, Arc::new(schema.field(geometry).clone()));
    let mut columns = batches[0].columns().to_vec();
    columns.insert(0, Arc::clone(&columns[geometry]));
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    let found = layer_from_arrow("two", &schema, &[batch]).unwrap();
    let alone = layer_from_arrow("one", &stream("wkb.arrows").0, &batches[..1]).unwrap();
    assert_eq!(found.polygons, alone.polygons);
    let attributes = found.attributes.schema();
    assert_eq!(attributes.field(0).name(), "geometry_2");
    assert_eq!(attributes.field(0).metadata()["ARROW:extension:name"], "geoarrow.wkb");
    assert_eq!(found.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["field_renamed"]);
    assert!(layer_to_arrow(&found).is_ok());
}

#[test]
fn an_attribute_called_geometry_is_refused() {
    let mut layer = layer("polygon_interleaved.arrows");
    let schema = Arc::new(Schema::new(vec![Field::new("geometry", DataType::Int32, false)]));
    let column: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    layer.attributes = RecordBatch::try_new(schema, vec![column]).unwrap();
    assert!(matches!(layer_to_arrow(&layer), Err(IoError::Arrow { fault: ArrowFault::NameTaken, .. })));
}

#[test]
fn coordinates_are_interleaved_in_what_is_written() {
    let batch = layer_to_arrow(&layer("polygon_interleaved.arrows")).unwrap();
    let features = batch.column(2).as_list::<i32>();
    let rings = features.values().as_list::<i32>().values().as_list::<i32>();
    let values = rings.values().as_fixed_size_list().values().as_primitive::<Float64Type>();
    assert_eq!(values.values()[..4], [38_500_000.0, 4_250_000.0, 38_500_000.0, 4_250_100.0]);
}
