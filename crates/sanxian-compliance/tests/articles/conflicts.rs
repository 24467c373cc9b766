//! Rules about distance and about layers alone: everything that breaks them is a row and a piece, however many a sentence names.

use serde_json::json;

use crate::case::*;
use crate::site::*;

fn river(rectangle: Box4) -> Vec<sanxian_compliance::ControlLayer> {
    vec![one("滹沱河", rectangle, "")]
}

fn bank(rectangles: &[Box4], river_at: Box4, distance_m: f64) -> sanxian_compliance::Report {
    let mut input = input(plots(rectangles));
    input.layers = river(river_at);
    input.settings.parameters.insert("is_high_pollution_industry".to_owned(), json!(true));
    input.settings.parameters.insert("hutuo_bank_distance_m".to_owned(), json!(distance_m));
    run(&input, &["taixin-2023"])
}

fn near_rows(report: &sanxian_compliance::Report) -> Vec<usize> {
    let relations = texts(report, "encroachments", "relation");
    (0..relations.len()).filter(|&row| relations[row] == "near").collect()
}

#[test]
fn what_of_a_plot_is_too_near_is_a_piece() {
    // The river's bank is 20 m east of the plot, so with 50 m a strip of 30 m is too near.
    let report = bank(&[PLOT], [120.0, -500.0, 300.0, 500.0], 50.0);
    let row = near_rows(&report)[0];
    assert_eq!(numbers(&report, "encroachments", "distance_m")[row], 20.0);
    assert!((numbers(&report, "encroachments", "planar_area_m2")[row] - 3000.0).abs() < 1e-6);
    assert_eq!(report.pieces.len(), 1);
    assert_eq!(ruling(&report, ".hutuo-bank").1, "1号片区距滹沱河20.00米，小于50米。");
}

#[test]
fn about_a_corner_the_ground_that_is_too_near_is_round() {
    // A quarter of a circle of 50 m about the river's corner, which is the plot's corner.
    let report = bank(&[PLOT], [100.0, 100.0, 300.0, 300.0], 50.0);
    let area_m2 = numbers(&report, "encroachments", "planar_area_m2")[near_rows(&report)[0]];
    let quarter = std::f64::consts::PI * 2500.0 / 4.0;
    // The outline touches the arc from outside.
    assert!(area_m2 > quarter - 1e-6 && area_m2 < quarter * 1.001, "{area_m2} of {quarter}");
}

#[test]
fn every_plot_that_is_too_near_has_a_row_and_a_sentence_names_five() {
    let rectangles: Vec<Box4> =
        (0..9).map(|at| [0.0, f64::from(at) * 200.0, 100.0, f64::from(at) * 200.0 + 100.0]).collect();
    let report = bank(&rectangles, [110.0, -500.0, 300.0, 5000.0], 50.0);
    assert_eq!((near_rows(&report).len(), report.pieces.len()), (9, 9));
    let message = ruling(&report, ".hutuo-bank").1;
    assert!(message.contains("5号片区") && !message.contains("6号片区"), "{message}");
    assert!(message.ends_with("等，共9个地块。"), "{message}");
}

#[test]
fn every_pair_of_features_in_conflict_has_a_row_and_a_piece() {
    // Nine rights in a row, each over a tenth of the next: eight pairs, of which a sentence names three.
    let rectangles: Vec<Box4> =
        (0..9).map(|at| [f64::from(at) * 90.0, 2000.0, f64::from(at) * 90.0 + 100.0, 2100.0]).collect();
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![control("矿业权", layer("KQ", boxes(&rectangles), &[]))];
    let report = run(&input, &["xinzhou-measures-2022"]);
    let (verdict, message) = ruling(&report, ".one-right-a-body");
    assert_eq!(verdict, "conditional");
    assert!(
        message.contains("矿业权内部相互重叠0.8000公顷(12.0000亩)") && message.contains("等8处"),
        "{message}"
    );
    let (ours, theirs): (Vec<f64>, Vec<String>) = (
        numbers(&report, "layer_conflicts", "planar_area_m2"),
        texts(&report, "layer_conflicts", "other_layer"),
    );
    assert_eq!((ours.len(), theirs.len(), report.pieces.len()), (8, 8, 8));
    assert!(ours.iter().all(|area_m2| (area_m2 - 1000.0).abs() < 1e-6), "{ours:?}");
    let relations = report.pieces.attributes.column_by_name("relation").unwrap();
    let relations = relations.as_any().downcast_ref::<arrow_array::StringArray>().unwrap();
    assert!(relations.iter().all(|relation| relation == Some("between_layers")));
}

#[test]
fn designations_that_overlap_count_the_ground_once() {
    // Two parks over the same tenth of the plot, and a third that adds a twentieth.
    let mut input = input(plots(&[PLOT]));
    let parks = [ON, [90.0, 0.0, 150.0, 100.0], [85.0, 0.0, 95.0, 100.0]];
    input.layers = vec![control("森林公园", layer("park", boxes(&parks), &[]))];
    input.layers.push(one("森林公园", ON, ""));
    let report = run(&input, &["xinzhou-measures-2022"]);
    let outcome =
        report.rules.iter().find(|outcome| outcome.rule.id.ends_with("forest-forest-park")).unwrap();
    assert_eq!(outcome.area_ha, Some(0.15), "{}", outcome.message);
}

#[test]
fn a_road_is_reported_by_segment_and_ground_of_two_designations_counts_once() {
    // Three segments of 30 m by 400 m; two reserves over the last 100 m of the second and all of the third, one inside the other.
    let road: Vec<Box4> =
        (0..3).map(|at| [f64::from(at) * 400.0, 0.0, f64::from(at) * 400.0 + 400.0, 30.0]).collect();
    let mut input = input(plots(&road));
    let outer = [700.0, -50.0, 1300.0, 50.0];
    let inner = [750.0, -50.0, 1300.0, 50.0];
    input.layers = vec![one("自然保护区", outer, "一般控制区"), one("自然保护区", inner, "核心保护区")];
    let report = run(&input, &["taixin-2023"]);
    let outcome = report.rules.iter().find(|outcome| outcome.rule.id.ends_with("redline-reserve")).unwrap();
    assert_eq!(outcome.plots, ["2", "3"]);
    assert_eq!(outcome.area_ha, Some(1.5), "{}", outcome.message);
    let rulings: Vec<(String, f64)> = texts(&report, "rulings_by_plot", "plot_id")
        .into_iter()
        .zip(numbers(&report, "rulings_by_plot", "area_ha"))
        .zip(texts(&report, "rulings_by_plot", "rule_id"))
        .filter(|(_, rule)| rule.ends_with("redline-reserve"))
        .map(|(row, _)| row)
        .collect();
    assert_eq!(rulings, [("2".to_owned(), 0.3), ("3".to_owned(), 1.2)]);
}
