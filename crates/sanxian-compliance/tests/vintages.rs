//! Two vintages of a layer over the same plots, on squares.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use sanxian_compliance::{ComplianceError, Count, OverlayTableOptions, VintageChanges, compare_vintages};
use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;
use sanxian_overlay::{OnInvalid, Progress};
use site::*;

fn survey(rows: &[(Box4, &str)]) -> Layer {
    let (rectangles, codes): (Vec<Box4>, Vec<&str>) = rows.iter().copied().unzip();
    layer("DLTB", boxes(&rectangles), &[("DLBM", &codes)])
}

fn compare(before: &Layer, after: &Layer, by: &[&str]) -> Result<VintageChanges, Box<ComplianceError>> {
    let options = OverlayTableOptions {
        area: AreaMethod::Planar,
        sliver_width_m: 0.5,
        on_invalid: OnInvalid::Raise,
        count: Count::Each,
    };
    let by: Vec<String> = by.iter().map(|name| (*name).to_owned()).collect();
    compare_vintages(&plots(&[[0.0, 0.0, 100.0, 100.0]]), before, after, &by, &options, &Progress::default())
        .map_err(Box::new)
}

/// Plot, change, before, after and square metres of each row.
fn rows(changes: &VintageChanges) -> Vec<(String, String, String, String, f64)> {
    let text = |name: &str| -> Vec<String> {
        let column = changes.table.column_by_name(name).unwrap().as_string::<i32>();
        column.iter().map(|value| value.unwrap_or_default().to_owned()).collect()
    };
    let areas = changes.table.column_by_name("area_m2").unwrap().as_primitive::<Float64Type>();
    let (plots, kinds) = (text("plot_id"), text("change"));
    let (was, is) = (text("DLBM_before"), text("DLBM_after"));
    (0..plots.len())
        .map(|row| {
            (
                plots[row].clone(),
                kinds[row].clone(),
                was[row].clone(),
                is[row].clone(),
                areas.value(row).round(),
            )
        })
        .collect()
}

#[test]
fn what_came_what_went_and_what_changed() {
    let before = survey(&[([0.0, 0.0, 60.0, 100.0], "0103"), ([60.0, 0.0, 90.0, 100.0], "0301")]);
    let after = survey(&[([10.0, 0.0, 80.0, 100.0], "0103"), ([80.0, 0.0, 100.0, 100.0], "0701")]);
    let changes = compare(&before, &after, &["DLBM"]).unwrap();
    let row = |change: &str, was: &str, is: &str, area: f64| {
        ("1".to_owned(), change.to_owned(), was.to_owned(), is.to_owned(), area)
    };
    assert_eq!(
        rows(&changes),
        [
            row("gained", "", "0701", 1000.0),
            row("lost", "0103", "", 1000.0),
            row("changed", "0301", "0103", 2000.0),
            row("changed", "0301", "0701", 1000.0),
        ]
    );
    assert_eq!(changes.pieces.len(), 4);
    // The same vintage twice differs nowhere.
    assert_eq!(compare(&before, &before, &["DLBM"]).unwrap().pieces.len(), 0);
    // Without a column, only the cover counts.
    assert_eq!(compare(&before, &after, &[]).unwrap().pieces.len(), 2);
}

#[test]
fn a_column_that_one_vintage_lacks_is_named() {
    let before = survey(&[([0.0, 0.0, 60.0, 100.0], "0103")]);
    let error = compare(&before, &before, &["DLMB"]).unwrap_err().to_string();
    assert!(error.contains("has no field `DLMB`; the nearest is `DLBM`"), "{error}");
}
