//! Exchange texts written back: unchanged ones byte for byte, changed ones in their own manner.

#![allow(clippy::panic, clippy::unwrap_used)]

mod reference;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use sanxian_geodesy::Crs;
use sanxian_io::{IoError, Misfit, Plots, PlotsOptions, WriteObstacle, read_plots, rewrite_exchange_text};
use sanxian_overlay::PolygonSet;

fn texts(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "txt"))
        .collect();
    paths.sort();
    paths
}

/// Reads as written, else with the axes swapped; `None` for what is refused either way.
fn read(path: &Path) -> Option<Plots> {
    let swapped = PlotsOptions { swap_axes: Some(true), ..PlotsOptions::default() };
    read_plots(path, &PlotsOptions::default()).or_else(|_| read_plots(path, &swapped)).ok()
}

fn comes_back_equal(paths: &[PathBuf]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.txt");
    let mut equal = 0;
    for path in paths {
        let Some(plots) = read(path) else { continue };
        rewrite_exchange_text(&plots, &copy).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(std::fs::read(&copy).unwrap() == std::fs::read(path).unwrap(), "{}", path.display());
        equal += 1;
    }
    equal
}

#[test]
fn unchanged_reference_texts_come_back_byte_for_byte() {
    let Some(folder) = reference::folder("exchange_text") else { return };
    assert_eq!(comes_back_equal(&texts(&folder)), 8);
    assert_eq!(comes_back_equal(&texts(&folder.join("variants"))), 4);
}

#[test]
fn unchanged_fixtures_come_back_byte_for_byte() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/exchange_text");
    assert_eq!(comes_back_equal(&texts(&folder)), 12);
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/xinzhou/plots.txt");
    assert_eq!(comes_back_equal(&[example]), 1);
}

/// Habits of several offices in one text: LF, blanks after commas, area in square metres, J01, closing rows with the next
/// number, a regional field, a remark, no line end at the end.
const HABITS: &str = "【属性描述】\n坐标系=2000国家大地坐标系\n带 号 = 38\n数据产生单位=甲院\n[地块坐标]\n\
    5, 10000 ,DK-1, 东地块,面,,住宅,0701,备注,@\n\
    J01, 1, 4250100.00, 38500000.00\nJ02, 1, 4250100.00, 38500100.00\nJ03, 1, 4250000.00, 38500100.00\n\
    J04, 1, 4250000.00, 38500000.00\nJ05, 1, 4250100.00, 38500000.00\n此行看不懂\n\
    5,10000,DK-2,西地块,面,,绿地,,,@\n\
    J01, 1, 4250100.00, 38500200.00\nJ02, 1, 4250100.00, 38500300.00\nJ03, 1, 4250000.00, 38500300.00\n\
    J04, 1, 4250000.00, 38500200.00\nJ05, 1, 4250100.00, 38500200.00";

fn habits(folder: &Path) -> Plots {
    let path = folder.join("habits.txt");
    std::fs::write(&path, HABITS).unwrap();
    read_plots(&path, &PlotsOptions::default()).unwrap()
}

fn replace(attributes: &RecordBatch, name: &str, column: &ArrayRef) -> RecordBatch {
    let schema = attributes.schema();
    let columns = schema.fields().iter().zip(attributes.columns()).map(|(field, old)| {
        let new = if field.name() == name { column } else { old };
        (field.name().clone(), Arc::clone(new), true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn rewritten(plots: &Plots, folder: &Path) -> String {
    let path = folder.join("out.txt");
    rewrite_exchange_text(plots, &path).unwrap();
    let read = read_plots(&path, &PlotsOptions::default()).unwrap();
    assert_eq!(read.layer.polygons, plots.layer.polygons);
    std::fs::read_to_string(&path).unwrap()
}

/// The second square grown by half a metre to the east.
fn grown(plots: &Plots) -> PolygonSet {
    let mut set = plots.layer.polygons.view().take([0]);
    set.push_feature([[[
        [38_500_200.0, 4_250_100.0],
        [38_500_300.5, 4_250_100.0],
        [38_500_300.5, 4_250_000.0],
        [38_500_200.0, 4_250_000.0],
        [38_500_200.0, 4_250_100.0],
    ]
    .as_slice()]]);
    set
}

#[test]
fn a_changed_plot_is_written_in_the_manner_of_the_file_and_the_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut plots = habits(folder.path());
    assert_eq!(rewritten(&plots, folder.path()), HABITS);

    plots.layer.polygons = grown(&plots);
    let text = rewritten(&plots, folder.path());
    let expected = HABITS.replace("38500300.00", "38500300.50") + "\n";
    assert_eq!(text, expected);

    let mut plots = habits(folder.path());
    let names: ArrayRef = Arc::new(StringArray::from(vec!["新名", "西地块"]));
    plots.layer.attributes = replace(&plots.layer.attributes, "plot_name", &names);
    let areas: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), Some(1.2345)]));
    plots.layer.attributes = replace(&plots.layer.attributes, "declared_area_ha", &areas);
    let text = rewritten(&plots, folder.path());
    let expected = HABITS.replace(" 东地块", " 新名").replace("5,10000,DK-2", "5,12345.00,DK-2");
    assert_eq!(text, expected);
}

#[test]
fn header_entries_change_in_their_line_and_new_ones_follow() {
    let folder = tempfile::tempdir().unwrap();
    let mut plots = habits(folder.path());
    plots.header[2].1 = "乙院".to_owned();
    plots.header.push(("精度".to_owned(), "0.01".to_owned()));
    let expected = HABITS.replace("数据产生单位=甲院\n", "数据产生单位=乙院\n精度=0.01\n");
    assert_eq!(rewritten(&plots, folder.path()), expected);
}

#[test]
fn plots_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut plots = habits(folder.path());
    plots.layer.polygons = grown(&plots);
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["DK-1", "DK-9"]));
    plots.layer.attributes = replace(&plots.layer.attributes, "plot_id", &ids);
    let text = rewritten(&plots, folder.path());
    assert!(text.contains("此行看不懂\n5,10000.00,DK-9,西地块,面,,绿地,,,@\nJ01, 1, 4250100.00"), "{text}");
    assert!(!text.contains("DK-2"));
    let read = read_plots(&folder.path().join("out.txt"), &PlotsOptions::default()).unwrap();
    assert_eq!(read.layer.attributes.column(0).as_string::<i32>().value(1), "DK-9");
}

#[test]
fn what_cannot_be_written_back_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.txt");
    let obstacle = |plots: &Plots| match rewrite_exchange_text(plots, &path).unwrap_err() {
        IoError::CannotWrite { reason, .. } => reason,
        other => panic!("{other}"),
    };
    let mut plots = habits(folder.path());
    plots.layer.crs = Some(Crs::from_epsg(4527).unwrap());
    assert!(matches!(obstacle(&plots), WriteObstacle::OtherCrs { .. }));

    let mut plots = habits(folder.path());
    plots
        .layer
        .polygons
        .try_change_coords(|coords| {
            coords[1][0] += 0.001;
            Ok::<_, IoError>(())
        })
        .unwrap();
    let error = rewrite_exchange_text(&plots, &path).unwrap_err();
    assert!(
        matches!(
            error,
            IoError::ValueDoesNotFit { feature: 0, reason: Misfit::Decimals { decimals: 2, .. }, .. }
        ),
        "{error}"
    );

    let table =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/exchange_text/six_columns.txt");
    let mut plots = read_plots(&table, &PlotsOptions::default()).unwrap();
    plots.layer.polygons = plots.layer.polygons.view().take([1, 0]);
    assert!(matches!(obstacle(&plots), WriteObstacle::NoPlotRows));
    assert!(!path.exists());
}
