//! Exchange texts: the parcels of the reference folder, read as its README says, and hand-made files that show one trait each.

#![allow(clippy::panic, clippy::unwrap_used)]

mod reference;

use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, StringArray};
use sanxian_geodesy::Crs;
use sanxian_io::exchange_text::TextFault;
use sanxian_io::{CrsGap, IoError, Plots, PlotsOptions, read_plots};

fn read(path: &Path) -> Plots {
    read_plots(path, &PlotsOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn text_column(plots: &Plots, name: &str) -> StringArray {
    plots.layer.attributes.column_by_name(name).unwrap().as_string::<i32>().clone()
}

fn declared_ha(plots: &Plots) -> Vec<Option<f64>> {
    plots
        .layer
        .attributes
        .column_by_name("declared_area_ha")
        .unwrap()
        .as_primitive::<Float64Type>()
        .iter()
        .collect()
}

fn ring_area(ring: &[[f64; 2]]) -> f64 {
    let [x0, y0] = ring[0];
    let twice: f64 = ring
        .windows(2)
        .map(|edge| (edge[0][0] - x0) * (edge[1][1] - y0) - (edge[1][0] - x0) * (edge[0][1] - y0))
        .sum();
    (twice / 2.0).abs()
}

fn planar_areas_m2(plots: &Plots) -> Vec<f64> {
    let view = plots.layer.polygons.view();
    (0..view.len())
        .map(|feature| {
            let rings = |polygon: sanxian_overlay::Polygon<'_>| -> f64 {
                polygon
                    .rings()
                    .enumerate()
                    .map(|(at, ring)| if at == 0 { ring_area(ring) } else { -ring_area(ring) })
                    .sum()
            };
            view.feature(feature).map(rings).sum()
        })
        .collect()
}

fn codes(plots: &Plots) -> Vec<&'static str> {
    plots.layer.findings.iter().map(|finding| finding.code).collect()
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/exchange_text").join(name)
}

fn read_fixture(name: &str) -> Plots {
    read(&fixture(name))
}

fn refuse(name: &str, options: &PlotsOptions) -> IoError {
    read_plots(&fixture(name), options).map(|plots| codes(&plots)).unwrap_err()
}

fn epsg(plots: &Plots) -> Option<u32> {
    plots.layer.crs.as_ref().and_then(Crs::epsg)
}

/// Polygons of a plot as lists of ring lengths.
fn shape(plots: &Plots, feature: usize) -> Vec<Vec<usize>> {
    let view = plots.layer.polygons.view();
    view.feature(feature).map(|polygon| polygon.rings().map(<[_]>::len).collect()).collect()
}

type Stated<'a> = (&'a str, u32, &'a [f64], f64, &'a [Option<f64>]);

#[test]
fn the_reference_parcels_have_the_areas_of_their_readme() {
    let Some(folder) = reference::folder("exchange_text") else { return };
    // File, EPSG, planar areas in square metres with half of the last digit known, declared hectares.
    let windr07 = [109.43, 14_969.69, 459.72, 989.26, 165.19];
    let files: [Stated<'_>; 8] = [
        (
            "01_windr07_SampleData_gbk.txt",
            4525,
            &windr07,
            0.005,
            &[Some(0.010_943), Some(1.496_976), Some(0.045_973), Some(0.098_925), Some(0.016_52)],
        ),
        ("03_polygontxt_44120000105.txt", 4526, &[87_422.55], 0.005, &[Some(8.7423)]),
        ("04_polygontxt_44120000120.txt", 4526, &[26_707.77], 0.005, &[Some(2.6708)]),
        ("06_polygontxt_44120000326.txt", 4526, &[100.0], 0.05, &[Some(0.01)]),
        ("07_polygontxt_44120000567.txt", 4526, &[2190.0], 0.5, &[Some(0.219)]),
        ("11_polygontxt_test_data_44120000072.txt", 4526, &[12_247.0], 0.5, &[Some(1.2247)]),
        ("12_polygontxt_arcpy_plot_000.txt", 4526, &[12_247.0], 0.5, &[None]),
        ("13_nzy_sixcol_40.txt", 4528, &[29_411.10], 0.005, &[None]),
    ];
    for (name, code, areas_m2, half_digit_m2, declared) in files {
        let plots = read(&folder.join(name));
        assert_eq!(epsg(&plots), Some(code), "{name}");
        let found = planar_areas_m2(&plots);
        assert_eq!(found.len(), areas_m2.len(), "{name}");
        for (found, stated) in found.iter().zip(areas_m2) {
            assert!((found - stated).abs() <= half_digit_m2, "{name}: {found} against {stated}");
        }
        for (found, stated) in declared_ha(&plots).into_iter().zip(declared) {
            match (found, stated) {
                (Some(found), Some(stated)) => assert!((found - stated).abs() < 1e-9, "{name}: {found}"),
                (found, stated) => assert_eq!(found, *stated, "{name}"),
            }
        }
    }
}

#[test]
fn the_reference_parcels_have_their_rings_and_findings() {
    let Some(folder) = reference::folder("exchange_text") else { return };
    let windr07 = read(&folder.join("01_windr07_SampleData_gbk.txt"));
    assert_eq!(shape(&windr07, 2), [vec![24, 6]]);
    assert_eq!(shape(&windr07, 3), [vec![4], vec![6], vec![5, 5], vec![5], vec![4]]);
    assert_eq!(shape(&windr07, 4), [vec![7], vec![12]]);
    assert_eq!(windr07.layer.source.as_ref().unwrap().encoding.as_deref(), Some("gb18030"));
    let units = codes(&windr07).into_iter().filter(|code| *code == "area_not_in_hectares").count();
    assert_eq!(units, 5);

    let chords = read(&folder.join("03_polygontxt_44120000105.txt"));
    assert_eq!(
        codes(&chords),
        [
            "placeholder",
            "placeholder",
            "placeholder",
            "placeholder",
            "area_is_planar",
            "ring_not_from_north_west"
        ]
    );
    // The readme's ellipsoidal area stands in the message beside the planar one.
    let planar = chords.layer.findings.iter().find(|finding| finding.code == "area_is_planar");
    let message = &planar.unwrap().message;
    assert!(message.contains("87422.55") && message.contains("87390.73"), "{message}");

    let (one, other) = ("11_polygontxt_test_data_44120000072.txt", "12_polygontxt_arcpy_plot_000.txt");
    let (one, other) = (read(&folder.join(one)), read(&folder.join(other)));
    assert_eq!(one.layer.polygons, other.layer.polygons);
    assert_eq!(codes(&other), ["placeholder", "area_missing", "closing_point_renumbered"]);

    let table = read(&folder.join("13_nzy_sixcol_40.txt"));
    assert_eq!(codes(&table), ["datum_assumed", "zone_from_prefix", "no_plot_rows", "area_missing"]);
    assert_eq!(shape(&table, 0), [vec![38]]);
}

#[test]
fn the_reference_variants_are_read_or_refused_for_their_trait() {
    let Some(folder) = reference::folder("exchange_text/variants") else { return };
    let options = PlotsOptions::default();
    let template = read_plots(&folder.join("v01_pluginskers_config_template.txt"), &options).unwrap_err();
    assert!(matches!(template, IoError::ExchangeText { fault: TextFault::NoPoints, .. }));

    let unclosed = read(&folder.join("v02_polygontxt_fixture_multi_plot_unclosed.txt"));
    assert_eq!(unclosed.layer.len(), 3);
    assert_eq!(codes(&unclosed).iter().filter(|code| **code == "ring_not_closed").count(), 3);
    assert!(text_column(&unclosed, "plot_name").is_null(2));

    let parts = read(&folder.join("v03_polygontxt_fixture_multipart_rings.txt"));
    assert_eq!((shape(&parts, 0), epsg(&parts)), (vec![vec![4], vec![4]], Some(4547)));
    assert!(codes(&parts).contains(&"local_coordinates"));

    let swapped = folder.join("v04_polygontxt_readme_swapped_xy.txt");
    let error = read_plots(&swapped, &options).unwrap_err();
    assert!(matches!(
        error,
        IoError::ExchangeText { line: Some(8), fault: TextFault::AxesSwapped { .. }, .. }
    ));
    let asked = PlotsOptions { swap_axes: Some(true), ..options };
    let plots = read_plots(&swapped, &asked).unwrap();
    assert_eq!(epsg(&plots), Some(4527));
    assert_eq!(plots.layer.polygons.view().coords()[0], [39_521_000.123, 3_758_100.456]);
    assert!(codes(&plots).contains(&"count_differs") || codes(&plots).contains(&"area_differs"));

    let closed = read(&folder.join("v07_kanyu_test_closed.txt"));
    assert_eq!((planar_areas_m2(&closed), epsg(&closed)), (vec![100.0], Some(4527)));
    assert_eq!(text_column(&closed, "map_sheet").value(0), "H50");
}

#[test]
fn rings_become_parts_holes_and_islands() {
    let plots = read_fixture("rings_gbk.txt");
    assert_eq!(shape(&plots, 0), [vec![5, 5], vec![5], vec![5]]);
    assert_eq!(planar_areas_m2(&plots), [9300.0, 2500.0]);
    assert_eq!(declared_ha(&plots), [Some(0.93), Some(0.25)]);
    assert_eq!(text_column(&plots, "plot_id"), StringArray::from(vec!["DK-1", "DK-2"]));
    assert_eq!(text_column(&plots, "plot_name").value(0), "东关街地块");
    assert_eq!(text_column(&plots, "use").value(1), "公园绿地");
    assert_eq!(text_column(&plots, "land_class").value(0), "0701");
    assert!(text_column(&plots, "map_sheet").is_null(1));
    assert_eq!(plots.header[1], ("数据产生单位".to_owned(), "示例测绘院".to_owned()));
    assert_eq!(
        codes(&plots),
        ["rings_nested", "area_matches_both", "hole_not_counter_clockwise", "area_matches_both"]
    );
    assert_eq!(plots.layer.polygons.view().coords()[0], [38_500_000.0, 4_250_100.0]);
    let source = plots.layer.source.unwrap();
    let files = source.files().unwrap();
    assert_eq!((files[0].name.as_str(), files[0].sha256.len()), ("rings_gbk.txt", 64));
}

#[test]
fn writing_habits_do_not_change_the_plot() {
    let cases = [
        (
            "full_width_utf8.txt",
            4526,
            vec!["full_width_signs", "note_skipped", "area_matches_both", "ring_not_closed"],
        ),
        (
            "square_metres_utf16.txt",
            4526,
            vec!["area_not_in_hectares", "area_matches_both", "closing_point_renumbered"],
        ),
        ("mu_gb18030.txt", 4526, vec!["area_not_in_hectares", "area_matches_both"]),
        ("lengths_behind.txt", 4526, vec!["area_matches_both", "columns_not_read"]),
        ("xian80.txt", 2362, vec!["area_matches_both"]),
    ];
    for (name, code, expected) in cases {
        let plots = read_fixture(name);
        assert_eq!((planar_areas_m2(&plots), epsg(&plots)), (vec![10_000.0], Some(code)), "{name}");
        assert_eq!(declared_ha(&plots), [Some(1.0)], "{name}");
        assert_eq!(codes(&plots), expected, "{name}");
    }
    assert_eq!(text_column(&read_fixture("mu_gb18030.txt"), "plot_name").value(0), "㐂村");
}

#[test]
fn a_table_without_header_is_divided_by_its_plot_column() {
    let plots = read_fixture("six_columns.txt");
    assert_eq!(planar_areas_m2(&plots), [5000.0, 5000.0]);
    assert_eq!(text_column(&plots, "plot_id"), StringArray::from(vec!["1", "2"]));
}

#[test]
fn eastings_without_prefix_take_the_declared_zone() {
    let plots = read_fixture("no_prefix.txt");
    assert_eq!((epsg(&plots), codes(&plots)[0]), (Some(4547), "no_zone_prefix"));
    assert_eq!(plots.layer.polygons.view().coords()[0], [500_000.0, 4_250_100.0]);

    let error = refuse("no_zone_at_all.txt", &PlotsOptions::default());
    assert!(matches!(error, IoError::CrsUnknown { reason: CrsGap::NoZone, .. }), "{error}");
    let given = PlotsOptions { crs: Some(Crs::from_epsg(4547).unwrap()), ..PlotsOptions::default() };
    assert_eq!(epsg(&read_plots(&fixture("no_zone_at_all.txt"), &given).unwrap()), Some(4547));
}

#[test]
fn a_zone_that_contradicts_the_eastings_stops() {
    let error = refuse("zone_conflict.txt", &PlotsOptions::default());
    assert_eq!(error.line(), Some(14));
    let text = error.to_string();
    assert!(text.contains("zone 39") && text.contains("zone 38"), "{text}");

    let given = PlotsOptions { crs: Some(Crs::from_epsg(4527).unwrap()), ..PlotsOptions::default() };
    assert!(matches!(
        refuse("rings_gbk.txt", &given),
        IoError::CrsConflict { declared_by: "the caller", .. }
    ));
}

#[test]
fn a_point_far_east_of_its_zone_keeps_the_declared_zone() {
    let plots = read_fixture("zone_overflow.txt");
    assert_eq!(epsg(&plots), Some(4525));
    assert!(codes(&plots).contains(&"far_from_meridian"));
}

#[test]
fn degrees_are_read_as_latitude_and_longitude() {
    let plots = read_fixture("degrees.txt");
    assert_eq!(epsg(&plots), Some(4490));
    assert_eq!(plots.layer.polygons.view().coords()[0], [112.70, 38.41]);
}

#[test]
fn swapped_axes_stop_unless_asked_for() {
    let error = refuse("swapped.txt", &PlotsOptions::default());
    assert_eq!((error.line(), error.column()), (Some(14), None));
    assert!(error.to_string().contains("swap_axes=True"), "{error}");
    let asked = PlotsOptions { swap_axes: Some(true), ..PlotsOptions::default() };
    let plots = read_plots(&fixture("swapped.txt"), &asked).unwrap();
    assert_eq!(plots.layer.polygons.view().coords()[0], [38_500_000.0, 4_250_100.0]);
    assert_eq!(codes(&plots), ["area_matches_both", "axes_swapped"]);
    let error = refuse("rings_gbk.txt", &asked);
    assert!(matches!(error, IoError::ExchangeText { fault: TextFault::AxesNotSwapped { .. }, .. }));
}

#[test]
fn every_oddity_is_named_with_its_line() {
    let plots = read_fixture("odd.txt");
    let found: Vec<_> =
        plots.layer.findings.iter().map(|finding| (finding.line.unwrap(), finding.code)).collect();
    assert_eq!(
        found,
        [
            (9, "zone_width_contradicts"),
            (13, "placeholder"),
            (13, "count_differs"),
            (13, "rings_nested"),
            (13, "area_differs"),
            (19, "ring_number_repeated"),
            (24, "closing_point_repeated"),
            (25, "plot_id_missing"),
            (25, "not_an_area"),
            (25, "area_differs"),
            (28, "plot_id_repeated"),
            (28, "placeholder"),
            (28, "area_matches_both"),
            (33, "closing_point_wrong"),
            (34, "line_not_understood"),
        ]
    );
    assert!(plots.layer.polygons.view().is_null(1));
    assert_eq!(planar_areas_m2(&plots), [12_500.0, 0.0, 10_000.0]);
    assert_eq!(text_column(&plots, "plot_id"), StringArray::from(vec!["DKBH", "路", "DKBH"]));
}

#[test]
fn a_file_that_ends_too_early_is_not_read() {
    let error = refuse("cut_off.txt", &PlotsOptions::default());
    let IoError::ExchangeText { line, fault: TextFault::CutOff { declared, found, .. }, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((line, declared, found), (Some(17), 9, 4));
    let error = refuse("cut_in_row.txt", &PlotsOptions::default());
    assert_eq!(error.line(), Some(17));
}

#[test]
fn missing_and_empty_files_are_told_apart() {
    assert!(matches!(refuse("nowhere.txt", &PlotsOptions::default()), IoError::NotFound { .. }));
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [("empty.txt", ""), ("blank.txt", " \r\n\r\n")] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        assert!(matches!(read_plots(&path, &PlotsOptions::default()), Err(IoError::Empty { .. })));
    }
    let wrong = PlotsOptions { encoding: Some("utf-8".to_owned()), ..PlotsOptions::default() };
    assert!(matches!(refuse("rings_gbk.txt", &wrong), IoError::Encoding { line: Some(1), offset: 1, .. }));
}
