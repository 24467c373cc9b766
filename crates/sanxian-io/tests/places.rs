//! Layers of points and lines: Shapefiles of every such kind, lists of places, WKB.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use sanxian_io::{
    IoError, Layer, LayerOptions, PlotsOptions, features_from_arrow, layer_from_arrow, read_features,
    read_layer, read_points,
};
use sanxian_overlay::{LineSet, Progress};
use shapefile::{Multipoint, NO_DATA, Point, PointM, PointZ, Polyline, PolylineZ};

const PRJ: &str = r#"PROJCS["CGCS2000_3_Degree_GK_Zone_38",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;
const HOME: [f64; 2] = [38_474_000.0, 4_250_000.0];

fn at(x: f64, y: f64) -> [f64; 2] {
    [HOME[0] + x, HOME[1] + y]
}

/// A Shapefile of these shapes with their numbers in the field `N`.
fn shapefile_of<S: shapefile::record::EsriShape>(folder: &Path, name: &str, shapes: &[S]) -> PathBuf {
    let path = folder.join(name).with_extension("shp");
    let table = shapefile::dbase::TableWriterBuilder::new().add_numeric_field("N".try_into().unwrap(), 5, 0);
    let mut writer = shapefile::Writer::from_path(&path, table).unwrap();
    for (shape, number) in shapes.iter().zip(1..) {
        let mut record = shapefile::dbase::Record::default();
        record.insert("N".to_owned(), shapefile::dbase::FieldValue::Numeric(Some(f64::from(number))));
        writer.write_shape_and_record(shape, &record).unwrap();
    }
    drop(writer);
    std::fs::write(path.with_extension("prj"), PRJ).unwrap();
    path
}

fn read(path: &Path) -> Layer {
    read_features(path, &LayerOptions::default(), &Progress::default()).unwrap()
}

fn lines_of(layer: &Layer) -> Vec<Vec<Vec<[f64; 2]>>> {
    let lines = layer.lines.as_ref().unwrap();
    (0..lines.len()).map(|feature| lines.lines(feature).map(<[_]>::to_vec).collect()).collect()
}

#[test]
fn points_and_lines_of_every_kind_of_shapefile_are_read_and_their_attributes_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b, c] = [at(0.0, 0.0), at(30.0, 40.0), at(60.0, 0.0)];
    let point = |[x, y]: [f64; 2]| Point::new(x, y);
    let high = |[x, y]: [f64; 2]| PointZ::new(x, y, 850.0, NO_DATA);
    let measured = |[x, y]: [f64; 2]| PointM::new(x, y, 7.0);
    let single = |points: &[[f64; 2]]| points.iter().map(|&point| vec![vec![point]]).collect::<Vec<_>>();
    let cases = [
        (shapefile_of(folder.path(), "point", &[point(a), point(b)]), single(&[a, b]), false),
        (shapefile_of(folder.path(), "point_z", &[high(a), high(b)]), single(&[a, b]), true),
        (shapefile_of(folder.path(), "point_m", &[measured(c)]), single(&[c]), true),
        (
            shapefile_of(folder.path(), "multipoint", &[Multipoint::new(vec![point(a), point(c)])]),
            vec![vec![vec![a], vec![c]]],
            false,
        ),
        (
            shapefile_of(
                folder.path(),
                "line",
                &[Polyline::with_parts(vec![vec![point(a), point(b), point(c)], vec![point(c), point(a)]])],
            ),
            vec![vec![vec![a, b, c], vec![c, a]]],
            false,
        ),
        (
            shapefile_of(folder.path(), "line_z", &[PolylineZ::new(vec![high(a), high(c)])]),
            vec![vec![vec![a, c]]],
            true,
        ),
    ];
    for (path, expected, has_more) in cases {
        let layer = read(&path);
        assert_eq!(lines_of(&layer), expected, "{}", path.display());
        assert_eq!((layer.len(), layer.attributes.num_rows()), (expected.len(), expected.len()));
        assert_eq!(layer.crs.as_ref().and_then(sanxian_geodesy::Crs::epsg), Some(4526));
        let says_so = layer.findings.iter().any(|finding| finding.code == "dimensions_dropped");
        assert_eq!(says_so, has_more, "{}", path.display());
        // Elsewhere polygons are needed, and the message says what is there.
        let error =
            read_layer(&path, &LayerOptions::default(), &Progress::default()).unwrap_err().to_string();
        assert!(error.contains("points") || error.contains("lines"), "{error}");
    }
}

#[test]
fn polygons_are_read_as_ever_where_points_are_welcome() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/xinzhou/control/STBHHX.shp");
    let layer = read(&path);
    let expected = read_layer(&path, &LayerOptions::default(), &Progress::default()).unwrap();
    assert_eq!((layer.polygons, layer.lines), (expected.polygons, None));
}

#[test]
fn a_record_of_points_that_is_cut_short_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let [x, y] = HOME;
    let path = shapefile_of(folder.path(), "point", &[Multipoint::new(vec![Point::new(x, y); 3])]);
    let mut bytes = std::fs::read(&path).unwrap();
    // The number of points of the only record, behind file header, record header, type and box.
    bytes[100 + 8 + 36..100 + 8 + 40].copy_from_slice(&1_000_000_i32.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    let error = read_features(&path, &LayerOptions::default(), &Progress::default()).unwrap_err();
    assert!(matches!(&error, IoError::Shapefile { record: Some(1), .. }), "{error}");
}

#[test]
fn a_list_of_places_keeps_every_row_and_says_which_has_no_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("heritage.csv");
    let text = "文物保护单位名录（2000国家大地坐标系）,,,,\n名称,级别,X坐标,Y坐标,级别\n佛光寺,国家级,4250100.5,38474010.25,甲\n无址,省级,,,\n";
    std::fs::write(&path, gbk(text)).unwrap();
    let layer = read_points(&path, &PlotsOptions::default()).unwrap();
    assert_eq!(lines_of(&layer), [vec![vec![[38_474_010.25, 4_250_100.5]]], vec![]]);
    let names: Vec<_> = layer.attributes.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["名称", "级别", "级别_2"]);
    let column = layer.attributes.column(0).as_any().downcast_ref::<StringArray>().unwrap().clone();
    assert_eq!(column.iter().flatten().collect::<Vec<_>>(), ["佛光寺", "无址"]);
    assert_eq!(layer.crs.as_ref().and_then(sanxian_geodesy::Crs::epsg), Some(4526));
    let lost: Vec<_> =
        layer.findings.iter().filter(|finding| finding.code == "row_without_coordinates").collect();
    assert_eq!(lost.iter().map(|finding| finding.line).collect::<Vec<_>>(), [Some(4)]);
}

/// Files of offices are GBK.
fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

#[test]
fn bad_lists_of_places_name_row_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    for (text, expected) in [
        ("名称,级别\n佛光寺,国家级\n", "no row with coordinates"),
        ("名称,X坐标,Y坐标\n佛光寺,四百万,38474010\n", "row 2: column 2: \"四百万\" is not a coordinate"),
        ("名称,X坐标,Y坐标\n佛光寺,38474010,4250100\n", "swap_axes"),
        ("名称,X坐标,Y坐标\n佛光寺,4250100,474010\n", "the coordinate reference system is unknown"),
        ("名称,X坐标,Y坐标\n佛光寺,,\n", "no row with coordinates"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = read_points(&path, &PlotsOptions::default()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    // Degrees are a CRS of their own.
    std::fs::write(&path, "名称,经度,纬度\n佛光寺,113.38,38.87\n").unwrap();
    let layer = read_points(&path, &PlotsOptions::default()).unwrap();
    assert!(layer.crs.as_ref().unwrap().is_geographic());
    assert_eq!(lines_of(&layer), [vec![vec![[113.38, 38.87]]]]);
}

/// Well-known binary, little endian.
fn wkb(kind: u32, rest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(kind.to_le_bytes());
    bytes.extend(rest);
    bytes
}

fn ordinates(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn counted(count: u32, rest: Vec<u8>) -> Vec<u8> {
    let mut bytes = count.to_le_bytes().to_vec();
    bytes.extend(rest);
    bytes
}

fn batch(features: &[Option<Vec<u8>>]) -> (Arc<Schema>, RecordBatch) {
    let column: ArrayRef = Arc::new(features.iter().map(Option::as_deref).collect::<BinaryArray>());
    let metadata = [("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned())];
    let field = Field::new("geometry", column.data_type().clone(), true).with_metadata(metadata.into());
    let schema = Arc::new(Schema::new(vec![field]));
    (Arc::clone(&schema), RecordBatch::try_new(schema, vec![column]).unwrap())
}

#[test]
fn points_and_lines_come_out_of_well_known_binary_and_polygons_beside_them_are_an_error() {
    let point = wkb(1, &ordinates(&[1.0, 2.0]));
    let high = wkb(1001, &ordinates(&[3.0, 4.0, 850.0]));
    let empty = wkb(1, &ordinates(&[f64::NAN, f64::NAN]));
    let line = wkb(2, &counted(2, ordinates(&[0.0, 0.0, 5.0, 0.0])));
    let several = wkb(4, &counted(2, [point.clone(), wkb(1, &ordinates(&[9.0, 9.0]))].concat()));
    let (schema, rows) =
        batch(&[Some(point.clone()), None, Some(high), Some(empty), Some(line), Some(several)]);
    let layer = features_from_arrow("places", &schema, std::slice::from_ref(&rows)).unwrap();
    let mut expected = LineSet::default();
    expected.push_feature([[[1.0, 2.0]].as_slice()]);
    expected.push_feature([]);
    expected.push_feature([[[3.0, 4.0]].as_slice()]);
    expected.push_feature([]);
    expected.push_feature([[[0.0, 0.0], [5.0, 0.0]].as_slice()]);
    expected.push_feature([[[1.0, 2.0]].as_slice(), [[9.0, 9.0]].as_slice()]);
    assert_eq!(layer.lines, Some(expected));
    assert!(layer.findings.iter().any(|finding| finding.code == "dimensions_dropped"));
    // Where polygons are needed, points are still an error.
    let error = layer_from_arrow("places", &schema, &[rows]).unwrap_err().to_string();
    assert!(error.contains("a point where a polygon is needed"), "{error}");

    let triangle = wkb(3, &counted(1, counted(4, ordinates(&[0.0, 0.0, 4.0, 0.0, 0.0, 4.0, 0.0, 0.0]))));
    let (schema, rows) = batch(&[Some(point), Some(triangle.clone())]);
    let error = features_from_arrow("mixed", &schema, &[rows]).unwrap_err().to_string();
    assert!(error.contains("feature 1: a polygon among points or lines"), "{error}");
    let (schema, rows) = batch(&[Some(triangle)]);
    assert_eq!(features_from_arrow("areas", &schema, &[rows]).unwrap().lines, None);
}

#[test]
fn damaged_binary_of_points_and_lines_is_an_error_with_its_place() {
    let endless = wkb(2, &counted(u32::MAX, ordinates(&[0.0, 0.0])));
    let cut = wkb(1, &ordinates(&[1.0]));
    let infinite = wkb(1, &ordinates(&[f64::INFINITY, 1.0]));
    for bytes in [endless, cut, infinite] {
        let (schema, rows) = batch(&[Some(bytes)]);
        let error = features_from_arrow("broken", &schema, &[rows]).unwrap_err().to_string();
        assert!(error.contains("feature 0: broken WKB"), "{error}");
    }
}
