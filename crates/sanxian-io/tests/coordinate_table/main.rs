//! Coordinate tables: csv fixtures, workbooks made here, what is broken, and what is written.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking"
)]

mod workbooks;

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use sanxian_io::coordinate_table::TableFault;
use sanxian_io::{
    CoordinateTableOptions, IoError, Plots, PlotsOptions, Severity, WriteObstacle, read_plots,
    write_coordinate_table,
};
use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/coordinate_table").join(name)
}

fn read(path: &Path) -> Plots {
    read_plots(path, &PlotsOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn read_csv(text: &str) -> Result<Plots, IoError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    std::fs::write(&path, text).unwrap();
    read_plots(&path, &PlotsOptions::default())
}

fn ids(plots: &Plots) -> Vec<String> {
    strings(&plots.layer.attributes, "plot_id")
}

fn strings(batch: &RecordBatch, column: &str) -> Vec<String> {
    let column = batch.column_by_name(column).unwrap().as_string::<i32>();
    column.iter().map(|value| value.unwrap_or_default().to_owned()).collect()
}

fn declared_ha(plots: &Plots) -> Vec<Option<f64>> {
    let column = plots.layer.attributes.column_by_name("declared_area_ha").unwrap();
    column.as_primitive::<Float64Type>().iter().collect()
}

/// Code, row and plot of every finding.
fn said(plots: &Plots) -> Vec<(&'static str, Option<u64>, Option<&str>)> {
    let findings = plots.layer.findings.iter();
    findings.map(|finding| (finding.code, finding.line, finding.plot_id.as_deref())).collect()
}

fn rings(plots: &Plots) -> Vec<Vec<usize>> {
    let view = plots.layer.polygons.view();
    (0..view.len())
        .map(|feature| view.feature(feature).flat_map(|polygon| polygon.rings()).map(<[_]>::len).collect())
        .collect()
}

/// A sheet's name, and what fills it.
type Sheet<'a> = (&'a str, &'a dyn Fn(&mut Worksheet));

/// A workbook whose sheets are filled by the functions given.
fn workbook(sheets: &[Sheet<'_>]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.xlsx");
    let mut workbook = Workbook::new();
    for (name, fill) in sheets {
        fill(workbook.add_worksheet().set_name(*name).unwrap());
    }
    workbook.save(&path).unwrap();
    (folder, path)
}

/// A square of 100 m with its north-west corner given, as rows of 点号, X, Y, 边长.
fn square(sheet: &mut Worksheet, row: u32, north: f64, east: f64) -> u32 {
    let corners =
        [(north, east), (north, east + 100.0), (north - 100.0, east + 100.0), (north - 100.0, east)];
    for (position, (x, y)) in (0_u32..).zip(corners) {
        sheet.write(row + position, 0, format!("J{}", position + 1)).unwrap();
        sheet.write(row + position, 1, x).unwrap();
        sheet.write(row + position, 2, y).unwrap();
        sheet.write(row + position, 3, 100.0).unwrap();
    }
    sheet.write(row + 4, 0, "J1").unwrap();
    sheet.write(row + 4, 1, north).unwrap();
    sheet.write(row + 4, 2, east).unwrap();
    row + 5
}

fn headings(sheet: &mut Worksheet, row: u32) {
    for (column, heading) in (0..).zip(["点号", "X坐标", "Y坐标", "边长"]) {
        sheet.write(row, column, heading).unwrap();
    }
}

#[test]
fn a_gbk_table_with_titles_says_which_side_is_wrong() {
    let plots = read(&fixture("titles-gbk.csv"));
    assert_eq!(plots.layer.crs.as_ref().and_then(sanxian_geodesy_epsg), Some(4526));
    assert_eq!(ids(&plots), ["DK-1", "DK-2"]);
    assert_eq!(strings(&plots.layer.attributes, "plot_name"), ["东地块", "西地块"]);
    assert_eq!(declared_ha(&plots), [Some(1.0), Some(1.0)]);
    assert_eq!(rings(&plots), [vec![5], vec![5]]);
    assert_eq!(plots.layer.source.as_ref().unwrap().encoding.as_deref(), Some("gb18030"));
    assert_eq!(plots.header[0], ("标题".to_owned(), "某县成片开发方案界址点坐标成果表".to_owned()));
    assert_eq!(plots.header[1], ("方案名称".to_owned(), "某县成片开发方案".to_owned()));
    let said = said(&plots);
    assert!(said.contains(&("side_differs", Some(15), Some("DK-2"))), "{said:?}");
    assert!(
        said.contains(&("area_matches_both", Some(3), Some("DK-1")))
            || said.contains(&("area_is_planar", Some(3), Some("DK-1"))),
        "{said:?}"
    );
}

fn sanxian_geodesy_epsg(crs: &sanxian_geodesy::Crs) -> Option<u32> {
    crs.epsg()
}

#[test]
fn an_english_table_with_a_plot_column_keeps_holes() {
    let plots = read(&fixture("plot-column.csv"));
    assert_eq!(ids(&plots), ["A", "B"]);
    assert_eq!(rings(&plots), [vec![5, 5], vec![4]]);
    assert_eq!(plots.layer.polygons.view().feature(0).count(), 1, "a hole, not a part");
}

/// A thousandth of a second of arc, the rounding of the fixture.
const ROUNDING_DEG: f64 = 0.001 / 3600.0;

#[test]
fn degrees_minutes_and_seconds_are_degrees() {
    let plots = read(&fixture("dms.tsv"));
    assert_eq!(plots.layer.crs.as_ref().and_then(sanxian_geodesy_epsg), Some(4490));
    let bounds = plots.layer.polygons.view().bounds(0).unwrap();
    for (found, expected) in bounds.into_iter().zip([112.5, 38.4, 112.501, 38.401]) {
        assert!((found - expected).abs() < ROUNDING_DEG, "{bounds:?}");
    }
    assert!(said(&plots).iter().any(|(code, ..)| *code == "degrees_minutes_seconds"));
    assert!(said(&plots).iter().any(|(code, ..)| *code == "sides_not_checked"));
}

#[test]
fn blank_rows_divide_plots_and_repeated_headings_do_not() {
    let square = |name: &str, north: f64| {
        format!(
            "{name}1,{north},38500000\n{name}2,{north},38500100\n{name}3,{},38500100\n{name}4,{},38500000\n",
            north - 100.0,
            north - 100.0
        )
    };
    let text = format!("点号,X,Y\n{}\n{}", square("A", 4_250_000.0), square("B", 4_251_000.0));
    assert_eq!(rings(&read_csv(&text).unwrap()), [vec![5], vec![5]]);
    let text = "点号,X,Y\nJ1,4250100,38500000\nJ2,4250100,38500100\n第1页 共2页,,\n点号,X,Y\nJ3,4250000,38500100\nJ4,4250000,38500000\nJ1,4250100,38500000\n";
    assert_eq!(rings(&read_csv(text).unwrap()), [vec![5]]);
    let text = format!("点号,X,Y\n{}点号,X,Y\n{}", square("J", 4_250_000.0), square("J", 4_251_000.0));
    assert_eq!(rings(&read_csv(&text).unwrap()), [vec![5], vec![5]], "numbers that restart begin a plot");
}

#[test]
fn columns_stand_side_by_side() {
    let text = "点号,X,Y,边长,点号,X,Y,边长\nJ1,4250100,38500000,100,J3,4250000,38500100,100\nJ2,4250100,38500100,100,J4,4250000,38500000,100\n";
    let plots = read_csv(text).unwrap();
    assert_eq!(rings(&plots), [vec![5]]);
    let view = plots.layer.polygons.view();
    assert_eq!(view.coords()[2], [38_500_100.0, 4_250_000.0]);
    assert!(said(&plots).iter().any(|(code, ..)| *code == "sides_match"), "{:?}", said(&plots));
}

#[test]
fn headings_of_two_rows_and_lengths_between_points() {
    let text = "点号,坐标,,边长\n,X(m),Y(m),\nJ1,4250100.000,38500000.000,\n,,,100.00\nJ2,4250100.000,38500100.000,\n,,,100.00\nJ3,4250000.000,38500100.000,\n,,,99.00\nJ4,4250000.000,38500000.000,\n,,,100.00\nJ1,4250100.000,38500000.000,\n";
    let plots = read_csv(text).unwrap();
    assert_eq!(rings(&plots), [vec![5]]);
    let wrong: Vec<_> = said(&plots).into_iter().filter(|(code, ..)| *code == "side_differs").collect();
    assert_eq!(wrong.iter().map(|(_, line, _)| *line).collect::<Vec<_>>(), [Some(8)]);
}

#[test]
fn lengths_from_the_point_before_are_understood() {
    let text = "点号,X,Y,边长\nJ1,4250100,38500000,\nJ2,4250100,38500200,200\nJ3,4250000,38500200,100\nJ4,4250000,38500000,200\nJ1,4250100,38500000,100\n";
    let plots = read_csv(text).unwrap();
    assert!(said(&plots).iter().any(|(code, ..)| *code == "sides_match"), "{:?}", said(&plots));
}

#[test]
fn swapped_columns_are_an_error_unless_asked_for() {
    let text = "点号,X,Y\nJ1,38500000,4250100\nJ2,38500100,4250100\nJ3,38500100,4250000\n";
    let error = read_csv(text).unwrap_err();
    assert!(
        matches!(error, IoError::CoordinateTable { row: Some(2), fault: TableFault::AxesSwapped { .. }, .. }),
        "{error}"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    std::fs::write(&path, text).unwrap();
    let options = PlotsOptions { swap_axes: Some(true), ..PlotsOptions::default() };
    let plots = read_plots(&path, &options).unwrap();
    assert_eq!(plots.layer.polygons.view().coords()[0], [38_500_000.0, 4_250_100.0]);
    assert!(said(&plots).contains(&("axes_swapped", Some(2), None)));
    // Names that say easting and northing may stand in any order.
    let text = text.replace("X,Y", "Easting,Northing");
    assert_eq!(rings(&read_csv(&text).unwrap()), [vec![4]]);
}

#[test]
fn a_damaged_row_has_its_line_and_column() {
    let error =
        read_csv("点号,X,Y\nJ1,4250100,38500000\nJ2,425O1OO,38500100\nJ3,4250000,38500100\n").unwrap_err();
    assert_eq!((error.line(), error.column()), (Some(3), Some(2)), "{error}");
    assert!(error.to_string().contains("425O1OO"));
    let error = read_csv("点号,X,Y\nJ1,4250100,38500000\nJ2,4250100,\nJ3,4250000,38500100\n").unwrap_err();
    assert_eq!((error.line(), error.column()), (Some(3), Some(3)), "{error}");
    let error = read_csv("name,remark\na,b\n").unwrap_err();
    assert!(matches!(error, IoError::CoordinateTable { fault: TableFault::NoPoints, .. }), "{error}");
}

#[test]
fn a_table_without_heading_is_read_with_a_warning() {
    let plots = read_csv("J1,4250100,38500000\nJ2,4250100,38500100\nJ3,4250000,38500100\n").unwrap();
    assert_eq!(rings(&plots), [vec![4]]);
    assert!(said(&plots).contains(&("no_header_row", Some(1), None)));
}

#[test]
fn a_meridian_in_running_text_names_the_zone() {
    let plots = read_csv("(2000国家大地坐标系,3度带,中央子午线114°)\n点号,X,Y\nJ1,4250100,500000\nJ2,4250100,500100\nJ3,4250000,500100\n")
        .unwrap();
    assert_eq!(plots.layer.crs.as_ref().and_then(sanxian_geodesy_epsg), Some(4547));
    assert!(said(&plots).contains(&("zone_from_meridian", Some(1), None)), "{:?}", said(&plots));
}

#[test]
fn what_is_written_reads_back_and_is_the_same_every_time() {
    let plots = read(&fixture("plot-column.csv"));
    let folder = tempfile::tempdir().unwrap();
    for sheet_per_plot in [false, true] {
        let options = CoordinateTableOptions {
            scheme: Some("某县2024年第1批方案".to_owned()),
            sheet_per_plot,
            ..CoordinateTableOptions::default()
        };
        let (first, second) = (folder.path().join("a.xlsx"), folder.path().join("b.xlsx"));
        write_coordinate_table(&plots.layer, &first, &options).unwrap();
        write_coordinate_table(&plots.layer, &second, &options).unwrap();
        assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
        let again = read(&first);
        let (before, after) = (&plots.layer.polygons, &again.layer.polygons);
        assert_eq!(before.view().coords(), after.view().coords());
        assert_eq!(before.view().ring_offsets(), after.view().ring_offsets());
        assert_eq!(before.view().feature_offsets(), after.view().feature_offsets());
        assert_eq!(ids(&plots), ids(&again));
        assert_eq!(again.layer.crs.as_ref().and_then(sanxian_geodesy_epsg), Some(4526));
        assert!(again.header.contains(&("方案名称".to_owned(), "某县2024年第1批方案".to_owned())));
        let codes = said(&again);
        assert!(codes.iter().any(|(code, ..)| *code == "sides_match"), "{codes:?}");
        assert!(again.layer.findings.iter().all(|finding| finding.severity == Severity::Info), "{codes:?}");
    }
}

#[test]
fn eastings_get_their_prefix_and_degrees_are_refused() {
    let text =
        "带号:38\n坐标系:CGCS2000\n点号,X,Y\nJ1,4250100,500000\nJ2,4250100,500100\nJ3,4250000,500100\n";
    let plots = read_csv(text).unwrap();
    assert_eq!(plots.layer.crs.as_ref().and_then(sanxian_geodesy_epsg), Some(4547));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.xlsx");
    write_coordinate_table(&plots.layer, &path, &CoordinateTableOptions::default()).unwrap();
    assert_eq!(read(&path).layer.polygons.view().coords()[0], [38_500_000.0, 4_250_100.0]);

    let degrees = read(&fixture("dms.tsv"));
    let refused = folder.path().join("refused.xlsx");
    let error =
        write_coordinate_table(&degrees.layer, &refused, &CoordinateTableOptions::default()).unwrap_err();
    assert!(matches!(error, IoError::CannotWrite { reason: WriteObstacle::Crs { .. }, .. }), "{error}");
    assert!(!refused.exists());
}

#[test]
fn angles_in_blanks_and_in_three_columns_are_degrees() {
    let spaced = "点号,纬度,经度\nJ1,38 24 03.6,112 42 00\nJ2,38 24 03.6,112 42 03.6\nJ3,38 24 00,112 42 03.6\nJ4,38 24 00,112 42 00\n";
    let one_row = "点号,纬度度,纬度分,纬度秒,经度度,经度分,经度秒\nJ1,38,24,3.6,112,42,0\nJ2,38,24,3.6,112,42,3.6\nJ3,38,24,0,112,42,3.6\nJ4,38,24,0,112,42,0\n";
    let two_rows =
        one_row.replacen("纬度度,纬度分,纬度秒,经度度,经度分,经度秒", "纬度,,,经度,,\n,度,分,秒,度,分,秒", 1);
    for text in [spaced, one_row, &two_rows] {
        let plots = read_csv(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(plots.layer.crs.as_ref().and_then(sanxian_geodesy_epsg), Some(4490), "{text}");
        let bounds = plots.layer.polygons.view().bounds(0).unwrap();
        for (found, expected) in bounds.into_iter().zip([112.7, 38.4, 112.701, 38.401]) {
            assert!((found - expected).abs() < 1e-12, "{bounds:?}\n{text}");
        }
        let codes: Vec<_> = said(&plots).into_iter().map(|(code, ..)| code).collect();
        assert!(codes.contains(&"degrees_minutes_seconds"), "{codes:?}");
        assert!(!codes.contains(&"line_not_understood") && !codes.contains(&"columns_not_read"), "{codes:?}");
    }
    // Thousands may have blanks between them, too.
    let plots =
        read_csv("点号;X;Y\nJ1;4 250 100.5;38 500 000\nJ2;4 250 100;38 500 100\nJ3;4 250 000;38 500 100\n")
            .unwrap();
    assert_eq!(plots.layer.polygons.view().bounds(0).unwrap()[3], 4_250_100.5);
}

#[test]
fn columns_without_a_meaning_are_named() {
    let text = "点号,2000X,2000Y,高程,边长,备注\nJ1,4250100,38500000,801.2,100,石\nJ2,4250100,38500100,801.3,100,\nJ3,4250000,38500100,801.1,100,\nJ4,4250000,38500000,801.0,100,\n";
    let plots = read_csv(text).unwrap();
    let found = plots.layer.findings.iter().find(|finding| finding.code == "columns_not_read").unwrap();
    assert_eq!((found.line, found.message.as_str()), (Some(1), "认不出的列没有读:高程、备注"));
    assert!(said(&plots).iter().any(|(code, ..)| *code == "sides_match"));
}
