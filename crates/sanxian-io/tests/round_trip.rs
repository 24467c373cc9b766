//! What is written is read back the same, here and by what the format says.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow_schema::DataType;
use proptest::prelude::*;
use sanxian_geodesy::Crs;
use sanxian_io::{
    ClosingPoint, ExchangeTextOptions, IoError, Layer, LayerOptions, Misfit, PlotsOptions, WriteObstacle,
    read_layer, read_plots, write_exchange_text, write_shapefile, write_use_layer,
};
use sanxian_overlay::{Point, PolygonSet, Progress};

fn square(east: f64, north: f64, size: f64) -> Vec<Point> {
    let (west, south) = (38_500_000.0 + east, 4_250_000.0 + north);
    vec![
        [west, south + size],
        [west + size, south + size],
        [west + size, south],
        [west, south],
        [west, south + size],
    ]
}

fn reversed(mut ring: Vec<Point>) -> Vec<Point> {
    ring.reverse();
    ring
}

/// A plot with a hole and an island in it, and a plain one.
fn polygons() -> PolygonSet {
    let (outer, hole, island) =
        (square(0.0, 0.0, 100.0), reversed(square(10.0, 10.0, 50.0)), square(20.0, 20.0, 10.0));
    let mut set = PolygonSet::default();
    set.push_feature([vec![outer.as_slice(), hole.as_slice()], vec![island.as_slice()]]);
    set.push_feature([[square(200.125, 0.5, 33.333).as_slice()]]);
    set
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

fn texts(values: Vec<Option<&str>>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

fn plots() -> Layer {
    let attributes = batch(vec![
        ("plot_id", texts(vec![Some("DK-1"), Some("DK-2")])),
        ("plot_name", texts(vec![Some("东关街地块"), None])),
        ("declared_area_ha", Arc::new(Float64Array::from(vec![Some(0.76), None]))),
        ("use", texts(vec![Some("城镇住宅用地"), Some("公园绿地")])),
        ("land_class", texts(vec![None, Some("1401")])),
        ("map_sheet", texts(vec![Some("J49G001001"), None])),
    ]);
    Layer::new("plots", polygons(), attributes, Some(Crs::from_epsg(4526).unwrap()))
}

fn read_back(path: &Path) -> Layer {
    read_layer(path, &LayerOptions::default(), &Progress::default()).unwrap()
}

#[test]
fn an_exchange_text_gives_the_same_plots_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.txt");
    for encoding in ["gbk", "utf-8", "gb18030", "utf-16le"] {
        for closing_point in [ClosingPoint::Repeat, ClosingPoint::NextNumber, ClosingPoint::None] {
            let options =
                ExchangeTextOptions { encoding: encoding.to_owned(), closing_point, ..Default::default() };
            write_exchange_text(&plots(), &path, &options).unwrap();
            let read = read_plots(&path, &PlotsOptions::default()).unwrap();
            assert_eq!(read.layer.polygons, plots().polygons, "{encoding} {closing_point:?}");
            assert_eq!(read.layer.attributes, plots().attributes, "{encoding} {closing_point:?}");
            assert_eq!(read.layer.crs, plots().crs);
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn columns_as_frames_bring_them_are_written_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut layer = plots();
    let schema = layer.attributes.schema();
    let columns: Vec<(&str, ArrayRef)> = schema
        .fields()
        .iter()
        .zip(layer.attributes.columns())
        .map(|(field, column)| {
            let wide =
                if column.data_type() == &DataType::Utf8 { DataType::LargeUtf8 } else { DataType::Float32 };
            (field.name().as_str(), arrow_cast::cast(column, &wide).unwrap())
        })
        .collect();
    layer.attributes = batch(columns);
    let path = folder.path().join("plots.txt");
    write_exchange_text(&layer, &path, &ExchangeTextOptions::default()).unwrap();
    let read = read_plots(&path, &PlotsOptions::default()).unwrap();
    assert_eq!(read.layer.attributes.column(1), plots().attributes.column(1));

    let mut layer = uses("小学");
    let columns = layer.attributes.columns().iter().map(|column| match column.data_type() {
        DataType::Utf8 => arrow_cast::cast(column, &DataType::Utf8View).unwrap(),
        _ => Arc::clone(column),
    });
    layer.attributes =
        batch(["ProjList", "PlotName", "PurName", "PurArea"].into_iter().zip(columns).collect());
    let path = folder.path().join("uses.shp");
    write_use_layer(&layer, &path).unwrap();
    assert_eq!(read_back(&path).attributes.column(0).as_string::<i32>().value(1), "2号地块");
}

#[test]
fn the_written_text_is_what_offices_expect() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.txt");
    let header = vec![("数据产生单位".to_owned(), "示例院".to_owned()), ("备注".to_owned(), "甲".to_owned())];
    write_exchange_text(&plots(), &path, &ExchangeTextOptions { header, ..Default::default() }).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert!(std::str::from_utf8(&bytes).is_err(), "GBK");
    let text = encoding_rs::GBK.decode(&bytes).0.into_owned();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(
        lines[..5],
        [
            "[属性描述]",
            "格式版本号=1.01版本",
            "数据产生单位=示例院",
            "数据产生日期=",
            "坐标系=2000国家大地坐标系"
        ]
    );
    assert_eq!(
        lines[8..14],
        [
            "带号=38",
            "精度=0.001",
            "转换参数=,,,,,,",
            "备注=甲",
            "[地块坐标]",
            "15,0.7600,DK-1,东关街地块,面,J49G001001,城镇住宅用地,,@"
        ]
    );
    assert_eq!(lines[14], "J1,1,4250100.000,38500000.000");
    assert_eq!(lines[19], "J1,2,4250060.000,38500010.000");
}

#[test]
fn a_text_that_cannot_be_written_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.txt");
    let with_name = |name: &str| {
        let mut layer = plots();
        let mut columns = layer.attributes.columns().to_vec();
        columns[1] = texts(vec![Some("甲"), Some(name)]);
        layer.attributes = RecordBatch::try_new(layer.attributes.schema(), columns).unwrap();
        write_exchange_text(&layer, &path, &ExchangeTextOptions::default()).unwrap_err()
    };
    let error = with_name("地块😀");
    assert!(
        matches!(
            &error,
            IoError::ValueDoesNotFit { feature: 1, reason: Misfit::Character { character: '😀', .. }, .. }
        ),
        "{error}"
    );
    assert!(matches!(
        with_name("a,b"),
        IoError::ValueDoesNotFit { feature: 1, reason: Misfit::Separator { .. }, .. }
    ));
    let mut layer = plots();
    layer.crs = None;
    let error = write_exchange_text(&layer, &path, &ExchangeTextOptions::default()).unwrap_err();
    assert!(matches!(error, IoError::CannotWrite { reason: WriteObstacle::NoCrs, .. }));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_shapefile_gives_every_kind_of_column_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("图层.shp");
    let mut set = polygons();
    set.push_null();
    let attributes = batch(vec![
        ("名称", texts(vec![Some("永久基本农田"), None, Some("a")])),
        ("COUNT", Arc::new(Int32Array::from(vec![Some(-7), Some(999_999_999), None]))),
        ("BIG", Arc::new(Int64Array::from(vec![Some(1 << 50), None, Some(0)]))),
        ("AREA", Arc::new(Float64Array::from(vec![Some(0.1), Some(-123_456.789), None]))),
        ("WHOLE", Arc::new(Float64Array::from(vec![Some(5.0), Some(1e9), None]))),
        ("DAY", Arc::new(Date32Array::from(vec![Some(19_723), Some(-1), None]))),
        ("YES", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
    ]);
    let layer = Layer::new("图层", set, attributes, Some(Crs::from_epsg(4526).unwrap()));
    for (encoding, name) in [("gbk", "gb18030"), ("utf-8", "UTF-8"), ("gb18030", "gb18030")] {
        write_shapefile(&layer, &path, encoding).unwrap();
        let read = read_back(&path);
        assert_eq!(read.attributes, layer.attributes, "{encoding}");
        assert_eq!(read.polygons, layer.polygons, "{encoding}");
        assert_eq!(read.crs.as_ref().unwrap().epsg(), Some(4526));
        assert_eq!(read.source.as_ref().unwrap().encoding.as_deref(), Some(name));
        assert!(read.findings.is_empty(), "{:?}", read.findings);
    }
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["图层.cpg", "图层.dbf", "图层.prj", "图层.shp", "图层.shx"]);
}

#[test]
fn values_that_a_table_would_cut_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shp");
    let refuse = |name: &str, array: ArrayRef| {
        let layer =
            Layer::new("a", polygons(), batch(vec![(name, array)]), Some(Crs::from_epsg(4526).unwrap()));
        let error = write_shapefile(&layer, &path, "gbk").unwrap_err();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        error
    };
    let long = "字".repeat(128);
    let error = refuse("T", texts(vec![Some("a"), Some(&long)]));
    let reason = "256 bytes do not fit into 254: shorten it";
    assert!(error.to_string().ends_with(&format!("a.shp: feature 1, field T: {reason}")), "{error}");
    let error = refuse("N", Arc::new(Float64Array::from(vec![1.0, f64::NAN])));
    assert!(matches!(error, IoError::ValueDoesNotFit { reason: Misfit::NotFinite { .. }, .. }));
    let error = refuse("N", Arc::new(Float64Array::from(vec![1e30, 0.25])));
    assert!(matches!(error, IoError::ValueDoesNotFit { reason: Misfit::Number { .. }, .. }), "{error}");
    let error = refuse("六个汉字字段", texts(vec![None, None]));
    assert!(matches!(error, IoError::CannotWrite { reason: WriteObstacle::ColumnName { .. }, .. }));
}

fn uses(projects: &str) -> Layer {
    let attributes = batch(vec![
        ("ProjList", texts(vec![Some(projects), None])),
        ("PlotName", texts(vec![Some("1号地块"), Some("2号地块")])),
        ("PurName", texts(vec![Some("教育用地"), Some("公园绿地")])),
        ("PurArea", Arc::new(Float64Array::from(vec![0.75, 0.1111]))),
    ]);
    Layer::new("uses", polygons(), attributes, Some(Crs::from_epsg(4526).unwrap()))
}

#[test]
fn a_use_layer_has_the_four_fields_and_its_companions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("uses.shp");
    write_use_layer(&uses("小学、幼儿园"), &path).unwrap();
    let read = read_back(&path);
    let schema = read.attributes.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["PlotName", "PurName", "PurArea", "ProjList"]);
    assert_eq!(read.attributes.column(3).as_string::<i32>().value(0), "小学、幼儿园");
    assert!(read.attributes.column(3).is_null(1));
    assert_eq!(std::fs::read_to_string(path.with_extension("cpg")).unwrap(), "GBK");

    let error = write_use_layer(&uses(&"项目".repeat(64)), &path).unwrap_err();
    assert!(matches!(
        error,
        IoError::ValueDoesNotFit { feature: 0, reason: Misfit::TooLong { bytes: 256, .. }, .. }
    ));
    // The file that was there before is still there.
    assert_eq!(read_back(&path).attributes, read.attributes);
    let mut elsewhere = uses("");
    elsewhere.crs = Some(Crs::from_epsg(4326).unwrap());
    assert!(matches!(write_use_layer(&elsewhere, &path), Err(IoError::CannotWrite { .. })));
}

#[test]
fn plots_come_from_a_shapefile_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.shp");
    let attributes = batch(vec![
        ("TBMJ", Arc::new(Float64Array::from(vec![7600.5, 1111.25]))),
        ("DKMC", texts(vec![Some("甲"), Some("乙")])),
        ("dkbh", texts(vec![Some("DK-1"), None])),
    ]);
    let layer = Layer::new("plots", polygons(), attributes, Some(Crs::from_epsg(4526).unwrap()));
    write_shapefile(&layer, &path, "gbk").unwrap();
    let plots = read_plots(&path, &PlotsOptions::default()).unwrap();
    let schema = plots.layer.attributes.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["plot_id", "plot_name", "declared_area_ha", "use", "land_class", "map_sheet", "TBMJ"]);
    let ids = plots.layer.attributes.column(0).as_string::<i32>();
    assert_eq!((ids.value(0), ids.value(1)), ("DK-1", "乙"));
    assert_eq!(plots.layer.findings[0].code, "plot_id_missing");

    std::fs::remove_file(path.with_extension("prj")).unwrap();
    assert!(matches!(read_plots(&path, &PlotsOptions::default()), Err(IoError::CrsUnknown { .. })));
    let given = |epsg| PlotsOptions { crs: Some(Crs::from_epsg(epsg).unwrap()), ..Default::default() };
    assert_eq!(read_plots(&path, &given(4526)).unwrap().layer.crs.unwrap().epsg(), Some(4526));
    let error = read_plots(&path, &given(4547)).unwrap_err();
    assert!(matches!(error, IoError::CrsConflict { declared_by: "the caller", .. }), "{error}");
    // A wrong .prj gives way to the caller.
    std::fs::write(path.with_extension("prj"), Crs::from_epsg(4547).unwrap().to_wkt1_esri().unwrap())
        .unwrap();
    let plots = read_plots(&path, &given(4526)).unwrap();
    assert!(plots.layer.findings.iter().any(|finding| finding.code == "crs_overridden"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_plots_survive_the_exchange_text(
        plots in prop::collection::vec(("[^,@\r\n\\p{Cc}\\p{Z}]{1,8}", 0_u32..50, 1_u32..40), 1..6),
    ) {
        let mut set = PolygonSet::default();
        for (at, (_, shift, size)) in plots.iter().enumerate() {
            let step = at as f64 * 1000.0;
            let ring = square(step + f64::from(*shift) / 8.0, step, f64::from(*size) + 0.125);
            set.push_feature([[ring.as_slice()]]);
        }
        let ids: Vec<_> = plots.iter().map(|(id, ..)| id.as_str()).collect();
        let attributes = batch(vec![("plot_id", Arc::new(StringArray::from(ids.clone())) as ArrayRef)]);
        let layer = Layer::new("plots", set, attributes, Some(Crs::from_epsg(4526).unwrap()));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plots.txt");
        let options = ExchangeTextOptions { encoding: "utf-8".to_owned(), ..Default::default() };
        write_exchange_text(&layer, &path, &options).unwrap();
        let read = read_plots(&path, &PlotsOptions::default()).unwrap();
        prop_assert_eq!(&read.layer.polygons, &layer.polygons);
        let found = read.layer.attributes.column(0).as_string::<i32>();
        prop_assert_eq!(found.iter().map(Option::unwrap).collect::<Vec<_>>(), ids);
    }
}

#[test]
fn a_chinese_name_of_a_number_field_has_ten_bytes_of_the_files_encoding() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shp");
    let mut layer = plots();
    layer.attributes = batch(vec![("图斑地类面", Arc::new(Float64Array::from(vec![1.5, 2.25])))]);
    write_shapefile(&layer, &path, "gbk").unwrap();
    let names = read_back(&path).attributes.schema();
    assert_eq!(names.field(0).name(), "图斑地类面");
    assert!(write_shapefile(&layer, &path, "utf-8").is_err(), "fifteen bytes");
}
