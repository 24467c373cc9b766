//! Shapefiles of other people, against what GDAL reads from them.

#![allow(clippy::panic, clippy::unwrap_used)]

mod reference;

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use sanxian_io::shapefile::ShapefileFault;
use sanxian_io::{IoError, Layer, LayerOptions, read_layer};
use sanxian_overlay::Progress;
use serde_json::Value;

fn read(path: &Path) -> Result<Layer, IoError> {
    read_layer(path, &LayerOptions::default(), &Progress::default())
}

fn ring_area(ring: &[[f64; 2]]) -> f64 {
    let [x0, y0] = ring[0];
    let twice: f64 = ring
        .windows(2)
        .map(|edge| (edge[0][0] - x0) * (edge[1][1] - y0) - (edge[1][0] - x0) * (edge[0][1] - y0))
        .sum();
    (twice / 2.0).abs()
}

fn total_area(layer: &Layer) -> f64 {
    let view = layer.polygons.view();
    let polygons = (0..view.len()).flat_map(|feature| view.feature(feature));
    polygons
        .map(|polygon| {
            polygon
                .rings()
                .enumerate()
                .map(|(at, ring)| if at == 0 { ring_area(ring) } else { -ring_area(ring) })
                .sum::<f64>()
        })
        .sum()
}

/// Files that are read otherwise than by GDAL, and why.
const DIFFERENCES: [(&str, &str); 7] = [
    ("shapefile-rs/data/polygon.shp", "an open ring is closed and named; GDAL leaves it open"),
    ("gdal_autotest/shp/polygonm_without_m.shp", "open rings are closed and named; GDAL leaves them open"),
    (
        "gdal_autotest/shp/buggymultipoly.shp",
        "a record that lies about its counts is an error; GDAL gives no geometry",
    ),
    (
        "gdal_autotest/shp/buggymultipoly2.shp",
        "a part that begins at point 5 is an error; GDAL gives no geometry",
    ),
    (
        "gdal_autotest/shp/gjmultipoly.shp",
        "a ring inside a ring is a hole; GDAL goes by winding and gives overlapping parts",
    ),
    (
        "gdal_autotest/shp/testpoly.shp",
        "a hole written before its exterior is a hole; GDAL takes it for the exterior",
    ),
    (
        "gdal_autotest/shp/multipointz_non_constant_z.shp",
        "rings inside rings are holes; GDAL gives overlapping parts",
    ),
];

#[test]
fn polygons_come_out_as_gdal_reads_them() {
    let Some(folder) = reference::folder("shapefiles") else { return };
    let expected = std::fs::read_to_string(folder.join("expected_gdal.jsonl")).unwrap();
    let mut polygon_files = 0;
    for line in expected.lines() {
        // The bounds of a file without shapes are no JSON.
        let line = line.replace("Infinity", "0").replace("NaN", "null");
        let expected: Value = serde_json::from_str(&line).unwrap();
        let name = expected["path"].as_str().unwrap();
        if !name.to_lowercase().ends_with(".shp") {
            continue;
        }
        let found = read(&folder.join(name));
        if matches!(found, Err(IoError::Shapefile { fault: ShapefileFault::ShapeType { .. }, .. })) {
            assert_ne!(expected["geometry_type"], "Polygon", "{name}");
            continue;
        }
        polygon_files += 1;
        let agrees = found.as_ref().is_ok_and(|layer| agrees(layer, &expected));
        let reason = DIFFERENCES.iter().find(|(path, _)| *path == name);
        match &found {
            Ok(layer) if reason.is_none() => assert!(agrees, "{name}: {layer:?}"),
            Err(error) if reason.is_none() => panic!("{name}: {error}"),
            _ => assert!(!agrees, "{name} agrees now: take it off the list"),
        }
    }
    assert!(polygon_files >= 25, "{polygon_files}");
}

fn agrees(layer: &Layer, expected: &Value) -> bool {
    let view = layer.polygons.view();
    let nulls = (0..view.len()).filter(|&feature| view.is_null(feature)).count();
    let parts = |several: bool| {
        (0..view.len()).filter(|&at| !view.is_null(at) && (view.feature(at).len() > 1) == several).count()
    };
    let schema = layer.attributes.schema();
    let fields: Vec<Value> = schema.fields().iter().map(|field| field.name().as_str().into()).collect();
    let area = expected["area"].as_f64().unwrap_or(f64::NAN);
    let count = |name: &str| expected["types"][name].as_u64().unwrap_or(0) as usize;
    let crs = expected["crs"].as_str().and_then(|code| code.parse::<u32>().ok());
    expected["rows"] == layer.len()
        && expected["vertices"] == view.coords().len()
        && expected["null"] == nulls
        && (parts(false), parts(true)) == (count("Polygon"), count("MultiPolygon"))
        && (total_area(layer) - area).abs() <= 1e-9 * area
        && expected["fields"] == Value::from(fields)
        && (crs.is_none()
            || layer.crs.as_ref().is_some_and(|found| found.epsg() == crs || found.epsg().is_none()))
}

#[test]
fn errors_name_record_and_byte() {
    let Some(folder) = reference::folder("shapefiles/gdal_autotest/shp") else { return };
    let error = read(&folder.join("buggymultipoly.shp")).unwrap_err();
    assert_eq!((error.record(), error.offset()), (Some(1), Some(100)));
    let fault = "1 parts and 16 points do not fit into the record's 296 bytes";
    assert!(
        error.to_string().ends_with(&format!("buggymultipoly.shp: record 1, byte 100: {fault}")),
        "{error}"
    );
    let error = read(&folder.join("buggymultipoly2.shp")).unwrap_err();
    assert!(error.to_string().ends_with("part 0 begins at point 5 of 15"), "{error}");
}

#[test]
fn latin_text_is_not_taken_for_chinese() {
    let Some(folder) = reference::folder("shapefiles/pyshp/tests/shapefiles") else { return };
    let layer = read(&folder.join("latin1.shp")).unwrap();
    assert_eq!(layer.source.unwrap().encoding.as_deref(), Some("windows-1252"));
    let names = layer.attributes.column_by_name("Name").unwrap();
    assert_eq!(names.as_string::<i32>().value(0), "\u{d1}and\u{fa}");
}

/// Rows, vertices and total area (in the unit of the coordinates, squared) as pyogrio 0.13 and shapely 2.2 give them.
#[test]
fn real_layers_come_out_whole() {
    let Some(folder) = reference::folder("layers") else { return };
    let files = [
        ("south_africa/farms_33S.shp", 2008, 41_685, 6_456_177_279.870_544, 32733),
        ("south_africa/urban_33S.shp", 6, 16_893, 110_009_476.198_498, 32733),
        ("kiel/buildings.shp", 22_109, 139_560, 0.000_481_902_742_844_966_9, 4326),
        ("kiel/landuse.shp", 1849, 37_795, 0.014_870_993_631_689_911, 4326),
    ];
    for (name, rows, vertices, area, epsg) in files {
        let layer = read(&folder.join(name)).unwrap();
        assert_eq!((layer.len(), layer.attributes.num_rows()), (rows, rows), "{name}");
        assert_eq!(layer.polygons.view().coords().len(), vertices, "{name}");
        // Summing in another order costs some digits.
        assert!((total_area(&layer) - area).abs() <= 1e-12 * area, "{name}: {}", total_area(&layer));
        assert_eq!(layer.crs.as_ref().unwrap().epsg(), Some(epsg), "{name}");
        assert!(layer.findings.is_empty(), "{name}");
    }
}

#[test]
fn a_box_leaves_out_what_lies_outside_and_keeps_row_numbers() {
    let Some(folder) = reference::folder("layers/kiel") else { return };
    let path = folder.join("buildings.shp");
    let all = read(&path).unwrap();
    let [min_x, min_y, max_x, max_y] = all.polygons.view().total_bounds().unwrap();
    let (width, height) = ((max_x - min_x) / 10.0, (max_y - min_y) / 10.0);
    let bbox = [min_x + 4.0 * width, min_y + 4.0 * height, max_x - 4.0 * width, max_y - 4.0 * height];
    let options = LayerOptions {
        bbox: Some(bbox),
        columns: Some(vec!["TYPE".to_owned(), "osm_id".to_owned()]),
        ..LayerOptions::default()
    };
    let some = read_layer(&path, &options, &Progress::default()).unwrap();
    let meets = |bounds: [f64; 4]| {
        bounds[0] <= bbox[2] && bounds[1] <= bbox[3] && bounds[2] >= bbox[0] && bounds[3] >= bbox[1]
    };
    let expected: Vec<usize> =
        (0..all.len()).filter(|&row| all.polygons.view().bounds(row).is_some_and(meets)).collect();
    assert!(expected.len() > 50 && expected.len() < all.len());
    assert_eq!(some.rows.as_ref().unwrap(), &expected.iter().map(|&row| row as u64).collect::<Vec<_>>());
    assert_eq!(some.polygons, all.polygons.view().take(expected.iter().copied()));
    let schema = some.attributes.schema();
    assert_eq!(
        schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(),
        ["type", "osm_id"]
    );
    for (feature, &row) in expected.iter().enumerate() {
        assert_eq!(some.row(feature), row as u64);
        let id = |layer: &Layer, row| {
            layer.attributes.column_by_name("osm_id").unwrap().as_primitive::<Int64Type>().value(row)
        };
        assert_eq!(id(&some, feature), id(&all, row));
    }
    let unknown = LayerOptions { columns: Some(vec!["nosuch".to_owned()]), ..LayerOptions::default() };
    let error = read_layer(&path, &unknown, &Progress::default()).unwrap_err();
    assert!(error.to_string().ends_with("no column \"nosuch\": it has osm_id, name, type"), "{error}");
}

#[test]
fn a_cancelled_read_stops() {
    let Some(folder) = reference::folder("layers/kiel") else { return };
    let progress = Progress::default();
    progress.cancel();
    let result = read_layer(&folder.join("buildings.shp"), &LayerOptions::default(), &progress);
    assert!(matches!(result, Err(IoError::Cancelled)));
}
