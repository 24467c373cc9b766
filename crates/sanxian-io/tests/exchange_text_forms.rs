//! Texts of points that other programs write, and the options of the writer.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use sanxian_geodesy::Crs;
use sanxian_io::{
    ExchangeTextOptions, IoError, Layer, Misfit, Plots, PlotsOptions, RingStart, WriteObstacle, read_plots,
    write_exchange_text, write_exchange_texts, write_scheme_text,
};
use sanxian_overlay::{PolygonSet, planar_area};

fn read_text(text: &str, crs: Option<u32>) -> Plots {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.txt");
    std::fs::write(&path, text).unwrap();
    let options =
        PlotsOptions { crs: crs.map(|code| Crs::from_epsg(code).unwrap()), ..PlotsOptions::default() };
    read_plots(&path, &options).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn codes(plots: &Plots) -> Vec<&'static str> {
    plots.layer.findings.iter().map(|finding| finding.code).collect()
}

fn areas(plots: &Plots) -> Vec<f64> {
    let view = plots.layer.polygons.view();
    let area = |feature| planar_area(view.feature(feature));
    (0..view.len()).map(area).collect()
}

const WEST: f64 = 38_500_000.0;
const SOUTH: f64 = 4_250_000.0;

#[test]
fn dumps_of_gis_programs_are_read_with_their_own_order_of_axes() {
    let square = |shift: f64| {
        let corners = [(0.0, 100.0), (100.0, 100.0), (100.0, 0.0), (0.0, 0.0), (0.0, 100.0)];
        corners.iter().enumerate().fold(String::new(), |text, (number, (east, north))| {
            text + &format!("{number} {:.3} {:.3} 0.0 nan\n", WEST + shift + east, SOUTH + north)
        })
    };
    let text = format!("Polygon\n0 0\n{}1 0\n{}0 1\n{}END\n", square(0.0), square(200.0), square(400.0));
    let plots = read_text(&text, None);
    assert_eq!(areas(&plots), [10_000.0, 20_000.0]);
    assert_eq!(plots.layer.polygons.view().coords()[0], [WEST, SOUTH + 100.0]);
    assert!(codes(&plots).contains(&"easting_first") && codes(&plots).contains(&"zone_from_prefix"));
}

#[test]
fn pairs_and_numbered_points_are_read_in_either_order() {
    let corners = [(0.0, 100.0), (100.0, 100.0), (100.0, 0.0), (0.0, 0.0)];
    let pairs = corners.iter().map(|(east, north)| format!("{:.3},{:.3};\n", WEST + east, SOUTH + north));
    let plots = read_text(&(pairs.collect::<String>() + "E\n"), None);
    assert_eq!((areas(&plots), codes(&plots).contains(&"easting_first")), (vec![10_000.0], true));

    let rows = corners
        .iter()
        .zip(1..)
        .map(|((east, north), number)| format!("{number},{:.3},{:.3}\n", SOUTH + north, WEST + east));
    let plots = read_text(&(String::from("id,x,y\n") + &rows.collect::<String>()), None);
    assert_eq!((areas(&plots), codes(&plots).contains(&"easting_first")), (vec![10_000.0], false));
    assert_eq!(plots.layer.crs.as_ref().and_then(Crs::epsg), Some(4526));
}

#[test]
fn the_header_of_a_land_planning_program_is_kept() {
    let text = "GISQLANDPLAN$$2019-01-01\n坐标系=2000国家大地坐标系\n带号=38\n4,1,A,甲,面,,,,@\n\
        J1,1,4250100,38500000\nJ2,1,4250100,38500100\nJ3,1,4250000,38500100\nJ4,1,4250000,38500000\n";
    let plots = read_text(text, None);
    assert_eq!(plots.header[0], ("GISQLANDPLAN".to_owned(), "2019-01-01".to_owned()));
    assert!(!codes(&plots).contains(&"line_not_understood"));
}

#[test]
fn lines_and_points_keep_their_rows_in_the_finding() {
    let text = "坐标系=2000国家大地坐标系\n带号=38\n4,1,A,甲,面,,,,@\n\
        J1,1,4250100,38500000\nJ2,1,4250100,38500100\nJ3,1,4250000,38500100\nJ4,1,4250000,38500000\n\
        2,0,B,路,线,,,,@\nJ1,1,4250100.5,38500000\nJ2,1,4250200,38500000\n";
    let plots = read_text(text, None);
    let finding = plots.layer.findings.iter().find(|finding| finding.code == "not_an_area").unwrap();
    assert_eq!(
        finding.message,
        "图形属性是线,不是面,没有图形,点行:J1,1,4250100.5,38500000; J2,1,4250200,38500000"
    );
    assert_eq!((finding.line, finding.plot_id.as_deref()), (Some(8), Some("B")));
}

fn column(values: Vec<Option<&str>>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

/// Two squares that run counter-clockwise from the south-west, the first with a clockwise hole.
fn layer(names: [Option<&str>; 2], epsg: u32) -> Layer {
    let west = if epsg == 4526 { WEST } else { 500_000.0 };
    let square = |east: f64, north: f64, size: f64, clockwise: bool| {
        let (w, s) = (west + east, SOUTH + north);
        let mut ring = vec![[w, s], [w + size, s], [w + size, s + size], [w, s + size], [w, s]];
        if clockwise {
            ring.reverse();
        }
        ring
    };
    let (outer, hole) = (square(0.0, 0.0, 100.0, false), square(10.0, 10.0, 20.0, true));
    let mut set = PolygonSet::default();
    set.push_feature([[outer.as_slice(), hole.as_slice()]]);
    set.push_feature([[square(200.0, 0.0, 50.0, false).as_slice()]]);
    let columns =
        [("plot_id", column(vec![Some("DK-1"), Some("DK-2")])), ("plot_name", column(names.to_vec()))];
    let attributes =
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap();
    Layer::new("plots", set, attributes, Some(Crs::from_epsg(epsg).unwrap()))
}

fn written(layer: &Layer, options: &ExchangeTextOptions) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.txt");
    let options = ExchangeTextOptions { encoding: "utf-8".to_owned(), ..options.clone() };
    write_exchange_text(layer, &path, &options).unwrap();
    std::fs::read_to_string(&path).unwrap()
}

#[test]
fn a_ring_that_starts_elsewhere_is_told_the_point_it_should_start_at() {
    let text = "带号=38\n4,1,DK-1,东,面,,,,@\nJ1,1,4250100,38500100\nJ2,1,4250000,38500100\n\
        J3,1,4250000,38500000\nJ4,1,4250100,38500000\n";
    let plots = read_text(text, None);
    let finding =
        plots.layer.findings.iter().find(|finding| finding.code == "ring_not_from_north_west").unwrap();
    assert_eq!((finding.line, finding.plot_id.as_deref()), (Some(3), Some("DK-1")));
    assert!(finding.message.ends_with("J4"), "{}", finding.message);
}

#[test]
fn rings_are_written_from_the_north_west_and_in_the_direction_of_the_rule() {
    let options = ExchangeTextOptions {
        start: RingStart::NorthWest,
        clockwise: true,
        point_prefix: "P".to_owned(),
        ..ExchangeTextOptions::default()
    };
    let text = written(&layer([Some("东"), None], 4526), &options);
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('P')).collect();
    let expected = [
        "P1,1,4250100.000,38500000.000",
        "P2,1,4250100.000,38500100.000",
        "P3,1,4250000.000,38500100.000",
        "P4,1,4250000.000,38500000.000",
        "P1,1,4250100.000,38500000.000",
        "P1,2,4250030.000,38500010.000",
        "P2,2,4250010.000,38500010.000",
    ];
    assert_eq!(rows[..7], expected);
    let found = codes(&read_text(&text, None));
    assert!(!found.contains(&"ring_not_clockwise") && !found.contains(&"hole_not_counter_clockwise"));
    assert!(!found.contains(&"ring_not_from_north_west"));
}

#[test]
fn zone_prefixes_are_written_or_left_away_as_asked() {
    let with = |zone_prefix| ExchangeTextOptions { zone_prefix, ..ExchangeTextOptions::default() };
    let (prefixed, bare) = (layer([None, None], 4526), layer([None, None], 4547));
    assert!(written(&prefixed, &with(None)).contains("J1,1,4250000.000,38500000.000"));
    assert!(written(&prefixed, &with(Some(false))).contains("J1,1,4250000.000,500000.000"));
    assert!(written(&bare, &with(Some(true))).contains("J1,1,4250000.000,38500000.000"));
    assert_eq!(written(&bare, &with(Some(true))), written(&prefixed, &with(None)));
    assert_eq!(written(&bare, &with(Some(false))), written(&bare, &with(None)));

    let mut globe = layer([None, None], 4547);
    globe.crs = Some(Crs::from_epsg(4490).unwrap());
    let error = write_exchange_text(&globe, Path::new("out.txt"), &with(Some(true))).unwrap_err();
    assert!(matches!(error, IoError::CannotWrite { reason: WriteObstacle::NoZone { .. }, .. }), "{error}");
}

#[test]
fn more_decimals_than_are_written_are_an_error_unless_rounding_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.txt");
    let mut fine = layer([None, None], 4526);
    let change = |coords: &mut [[f64; 2]]| {
        coords[1][0] += 0.0004;
        Ok::<_, IoError>(())
    };
    fine.polygons.try_change_coords(change).unwrap();
    let error = write_exchange_text(&fine, &path, &ExchangeTextOptions::default()).unwrap_err();
    assert!(
        matches!(
            error,
            IoError::ValueDoesNotFit { feature: 0, reason: Misfit::Decimals { decimals: 3, .. }, .. }
        ),
        "{error}"
    );
    assert!(!path.exists());
    let rounded = ExchangeTextOptions { round: true, ..ExchangeTextOptions::default() };
    assert!(written(&fine, &rounded).contains("J2,1,4250000.000,38500100.000"));
    let four = ExchangeTextOptions { decimals: 4, ..ExchangeTextOptions::default() };
    assert!(written(&fine, &four).contains("J2,1,4250000.0000,38500100.0004"));
}

#[test]
fn one_file_a_plot_is_named_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = ExchangeTextOptions::default();
    let paths = write_exchange_texts(&layer([Some("东/关"), None], 4526), folder.path(), &options).unwrap();
    let names: Vec<_> = paths.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["东_关.txt", "DK-2.txt"]);
    for path in &paths {
        assert_eq!(read_plots(path, &PlotsOptions::default()).unwrap().layer.len(), 1);
    }

    let empty = tempfile::tempdir().unwrap();
    let twice = layer([Some("东"), Some("东")], 4526);
    let error = write_exchange_texts(&twice, empty.path(), &options).unwrap_err();
    assert!(matches!(error, IoError::CannotWrite { reason: WriteObstacle::SameFile { .. }, .. }), "{error}");
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn a_scheme_text_is_named_after_the_scheme_and_its_blocks_after_the_plots() {
    let folder = tempfile::tempdir().unwrap();
    let options = ExchangeTextOptions::default();
    let named = layer([Some("一号片区"), Some("二号片区")], 4526);
    let path = write_scheme_text(&named, folder.path(), "示例县2024年方案", &options).unwrap();
    assert_eq!(path.file_name().unwrap(), "示例县2024年方案.txt");
    let error =
        write_scheme_text(&layer([Some("一"), None], 4526), folder.path(), "方案", &options).unwrap_err();
    assert!(matches!(error, IoError::ValueDoesNotFit { feature: 1, reason: Misfit::Missing, .. }), "{error}");
}

#[test]
fn a_header_says_what_the_frame_decides_once_in_whatever_words_it_was_said_before() {
    let before = [
        ("分带", "3度带"),
        ("投影带号", "38"),
        ("中央 子午线", "114"),
        ("数据产生单位", "甲"),
        ("自家的键", "乙"),
    ];
    let header = before.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let text = written(
        &layer([None, None], 4526),
        &ExchangeTextOptions { header, ..ExchangeTextOptions::default() },
    );
    assert!(text.contains("数据产生单位=甲\r\n") && text.contains("自家的键=乙\r\n"));
    for (key, _) in &before[..3] {
        assert!(!text.contains(&format!("\n{key}=")), "{key}");
    }
}
