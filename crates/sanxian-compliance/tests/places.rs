//! Control layers of points and lines: exact distances, radii that have no default, and what is certain without one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use std::f64::consts::PI;

use sanxian_compliance::{ComplianceError, ControlLayer, Radius, Report, check};
use sanxian_io::Layer;
use sanxian_overlay::{LineSet, PolygonSet, Progress};
use serde_json::json;
use site::*;

const PLOT: Box4 = [0.0, 0.0, 100.0, 100.0];
const AWAY: Box4 = [2000.0, 0.0, 2100.0, 100.0];

fn at([x, y]: [f64; 2]) -> [f64; 2] {
    [EASTING_M + x, NORTHING_M + y]
}

/// A layer of lines, one a feature; a line of one vertex is a point.
fn places(role: &str, features: &[&[[f64; 2]]], columns: &[(&str, &[&str])]) -> ControlLayer {
    let (mut lines, mut nothing) = (LineSet::default(), PolygonSet::default());
    for feature in features {
        let line: Vec<_> = feature.iter().copied().map(at).collect();
        lines.push_feature((!line.is_empty()).then_some(line.as_slice()));
        nothing.push_null();
    }
    let mut layer: Layer = layer("places", nothing, columns);
    layer.lines = Some(lines);
    control(role, layer)
}

fn bank(control: ControlLayer, distance_m: Option<f64>) -> Report {
    let mut input = input(plots(&[PLOT, AWAY]));
    input.layers = vec![control];
    input.settings.parameters.insert("is_high_pollution_industry".to_owned(), json!(true));
    if let Some(distance_m) = distance_m {
        input.settings.parameters.insert("hutuo_bank_distance_m".to_owned(), json!(distance_m));
    }
    run(&input, &["taixin-2023"])
}

const BANK: &str = "taixin-2023.hutuo-bank";
const REGISTER: &str = "taixin-2023.heritage-register";

#[test]
fn distances_from_a_centre_line_are_exact_and_what_is_too_near_is_a_piece() {
    // The line runs 30 m north of the plot.
    let river: &[[f64; 2]] = &[[-500.0, 130.0], [40.0, 130.0], [600.0, 130.0]];
    let line = || places("滹沱河", &[river], &[]);
    assert_eq!(ruling(&bank(line(), Some(30.0)), BANK).0, "compliant");
    let report = bank(line(), Some(30.01));
    assert_eq!(ruling(&report, BANK), ("not_compliant", "1号片区距滹沱河30.00米，小于30.01米。"));
    let report = bank(line(), Some(50.0));
    assert_eq!(numbers(&report, "encroachments", "distance_m"), [30.0]);
    let area_m2 = numbers(&report, "encroachments", "planar_area_m2")[0];
    assert!((area_m2 - 2000.0).abs() < 1e-6, "{area_m2}");
    assert_eq!((report.pieces.len(), texts(&report, "encroachments", "relation")[0].as_str()), (1, "near"));
    // What a line is widened by counts: a river of 20 m to either side is 10 m away.
    let mut wide = line();
    wide.radius = Some(Radius::Metres(20.0));
    let report = bank(wide, Some(50.0));
    assert_eq!(numbers(&report, "encroachments", "distance_m"), [10.0]);
    assert!((numbers(&report, "encroachments", "planar_area_m2")[0] - 4000.0).abs() < 1e-6);
}

#[test]
fn distances_from_a_point_are_exact_and_the_ground_about_it_is_a_circle_from_outside() {
    // 60 m east and 80 m north of the plot's corner: 100 m away.
    let point = || places("滹沱河", &[&[[160.0, 180.0]]], &[]);
    assert_eq!(ruling(&bank(point(), Some(100.0)), BANK).0, "compliant");
    assert_eq!(ruling(&bank(point(), Some(100.000_001)), BANK).0, "not_compliant");
    // The plot's corner is the point: a quarter of the circle lies in it.
    let report = bank(places("滹沱河", &[&[[100.0, 100.0]]], &[]), Some(40.0));
    let area_m2 = numbers(&report, "encroachments", "planar_area_m2")[0];
    let quarter = PI * 1600.0 / 4.0;
    assert!(area_m2 >= quarter - 1e-6 && area_m2 < quarter * 1.0003, "{area_m2} of {quarter}");
    assert_eq!(numbers(&report, "encroachments", "distance_m"), [0.0]);
}

#[test]
fn without_the_distance_nothing_passes_and_what_lies_in_a_plot_is_listed() {
    let through: &[[f64; 2]] = &[[-50.0, 50.0], [150.0, 50.0]];
    let report = bank(places("滹沱河", &[&[[5000.0, 0.0]], through], &[]), None);
    let (verdict, message) = ruling(&report, BANK);
    assert_eq!(verdict, "cannot_be_judged");
    assert!(
        message.contains("hutuo_bank_distance_m") && message.contains("1号片区内有滹沱河图层的第2个要素"),
        "{message}"
    );
    assert_eq!(texts(&report, "encroachments", "relation"), ["contains"]);
    assert_eq!(texts(&report, "encroachments", "plot_id"), ["1"]);
    let outcome = report.rules.iter().find(|outcome| outcome.rule.id == BANK).unwrap();
    assert_eq!((outcome.plots.as_slice(), outcome.area_m2), (["1".to_owned()].as_slice(), None));
}

fn register(control: ControlLayer) -> Report {
    let mut input = input(plots(&[PLOT, AWAY]));
    input.layers = vec![control];
    run(&input, &["taixin-2023"])
}

const SITES: [&[[f64; 2]]; 4] = [&[[50.0, 50.0]], &[[130.0, 50.0]], &[[9000.0, 0.0]], &[]];

#[test]
fn a_register_of_points_needs_a_radius_and_says_which_plots_hold_a_site() {
    let report = register(places("历史文化保护名录", &SITES, &[]));
    let (verdict, message) = ruling(&report, REGISTER);
    assert_eq!(verdict, "cannot_be_judged");
    for part in ["是点或线，没有范围", "radius_m", "1号片区内有历史文化保护名录图层的第1个要素"]
    {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(texts(&report, "encroachments", "relation"), ["contains"]);
    let found = codes(&report);
    assert!(
        found.contains(&"layer_without_extent") && found.contains(&"features_without_geometry"),
        "{found:?}"
    );
}

#[test]
fn with_a_radius_a_register_is_ground_like_any_other() {
    let mut sites = places("历史文化保护名录", &SITES, &[]);
    sites.radius = Some(Radius::Metres(40.0));
    let report = register(sites);
    let (verdict, message) = ruling(&report, REGISTER);
    assert_eq!(verdict, "conditional", "{message}");
    let areas = numbers(&report, "encroachments", "planar_area_m2");
    // A whole circle, and the part of another that is 30 m away: a segment of height 10 m.
    let segment = 1600.0 * (30.0_f64 / 40.0).acos() - 30.0 * (1600.0_f64 - 900.0).sqrt();
    for (area_m2, expected) in areas.iter().zip([PI * 1600.0, segment]) {
        assert!(*area_m2 >= expected - 1e-6 && *area_m2 < expected * 1.001, "{area_m2} of {expected}");
    }
    assert_eq!(areas.len(), 2);
    assert!(codes(&report).contains(&"layer_widened"));
    let radius = report.evidence["inputs"].as_array().unwrap().iter().find_map(|entry| entry.get("radius"));
    assert_eq!(radius, Some(&json!({ "radius_m": 40.0 })));
    // Just short of the plot, and just into it.
    for (radius_m, verdict) in [(29.99, "compliant"), (30.5, "conditional")] {
        let mut sites = places("历史文化保护名录", &[&[[130.0, 50.0]]], &[]);
        sites.radius = Some(Radius::Metres(radius_m));
        assert_eq!(ruling(&register(sites), REGISTER).0, verdict);
    }
}

#[test]
fn radii_may_differ_from_site_to_site_and_one_that_is_missing_is_named() {
    let with = |radii: [&'static str; 2]| {
        let mut sites =
            places("历史文化保护名录", &[&[[130.0, 50.0]], &[[2050.0, 150.0]]], &[("半径", &radii)]);
        sites.radius = Some(Radius::Field("半径".to_owned()));
        register(sites)
    };
    let report = with(["20", "60.5"]);
    assert_eq!(ruling(&report, REGISTER).0, "conditional");
    assert_eq!(texts(&report, "encroachments", "plot_id"), ["2"]);
    for bad in ["", "-5", "五十米"] {
        let report = with(["20", bad]);
        let (verdict, message) = ruling(&report, REGISTER);
        assert_eq!(verdict, "cannot_be_judged");
        assert!(message.contains("第2个要素的半径字段半径不是大于0的米数"), "{message}");
    }
    let mut sites = places("历史文化保护名录", &SITES, &[]);
    sites.radius = Some(Radius::Field("半径".to_owned()));
    let mut unknown = input(plots(&[PLOT]));
    unknown.layers = vec![sites];
    let error = check(unknown, &packs(&["taixin-2023"]), &Progress::default()).unwrap_err();
    assert!(matches!(error, ComplianceError::NoField { .. }), "{error}");
}

#[test]
fn a_radius_is_for_points_and_lines_and_a_distance_is_above_zero() {
    let mut areas = control("历史文化保护名录", layer("areas", boxes(&[PLOT]), &[]));
    areas.radius = Some(Radius::Metres(5.0));
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![areas];
    let error = check(input.clone(), &packs(&["taixin-2023"]), &Progress::default()).unwrap_err();
    assert!(error.to_string().contains("areas: has a radius, which is for points and lines"), "{error}");
    input.layers = vec![places("滹沱河", &[&[[0.0, 0.0]]], &[])];
    for parameter in ["is_high_pollution_industry", "hutuo_bank_distance_m"] {
        let value = if parameter.starts_with("is") { json!(true) } else { json!(-50.0) };
        input.settings.parameters.insert(parameter.to_owned(), value);
    }
    let error = check(input, &packs(&["taixin-2023"]), &Progress::default()).unwrap_err();
    assert_eq!(error.to_string(), "parameter `hutuo_bank_distance_m` must be a distance above 0 in metres");
}

#[test]
fn sub_zones_of_points_count_and_an_opinion_says_which_plots_hold_one() {
    let zones: (&str, &[&str]) = ("FQ", &["保护范围", "建设控制地带"]);
    let mut sites = places("文物保护单位", &[&[[50.0, 50.0]], &[[2050.0, 50.0]]], &[zones]);
    sites.subclass = Some(subclass("FQ", &[("scope", &["保护范围"]), ("control", &["建设控制地带"])]));
    let mut input = input(plots(&[PLOT, AWAY]));
    input.layers = vec![sites.clone()];
    let report = run(&input, &["taixin-2023", "xinzhou-measures-2022"]);
    assert!(
        ruling(&report, "taixin-2023.heritage-scope").1.contains("1号片区内有文物保护单位图层的第1个要素")
    );
    assert!(
        ruling(&report, "taixin-2023.heritage-control").1.contains("2号片区内有文物保护单位图层的第2个要素")
    );
    let roles = texts(&report, "opinions", "role");
    let row = roles.iter().position(|role| role == "heritage_site").unwrap();
    // One row a zone: the protected ground, then the ground where building is controlled.
    assert_eq!(texts(&report, "opinions", "plots")[row..row + 2], ["1", "2"]);
    assert!(texts(&report, "opinions", "note")[row].contains("所列地块内有其点或线"));
    // With a radius the zones are ground.
    sites.radius = Some(Radius::Metres(10.0));
    input.layers = vec![sites];
    let report = run(&input, &["taixin-2023", "xinzhou-measures-2022"]);
    assert_eq!(ruling(&report, "taixin-2023.heritage-scope").0, "conditional");
    assert_eq!(ruling(&report, "taixin-2023.heritage-control").0, "conditional");
}

#[test]
fn a_part_inside_a_plot_is_no_distance_away_whichever_part_it_is() {
    // Two parts of one feature: the first far off, the second a pond within the plot.
    let mut pond = PolygonSet::default();
    let (far, near) = (ring([5000.0, 0.0, 5010.0, 10.0]), ring([40.0, 40.0, 50.0, 50.0]));
    pond.push_feature([[far.as_slice()], [near.as_slice()]]);
    let report = bank(control("滹沱河", layer("pond", pond, &[])), Some(10.0));
    assert_eq!(ruling(&report, BANK).1, "1号片区距滹沱河0.00米，小于10米。");
    // Two points of one feature.
    let mut both = places("滹沱河", &[&[[5000.0, 0.0]]], &[]);
    let mut lines = LineSet::default();
    let (far, near) = ([at([5000.0, 0.0])], [at([45.0, 45.0])]);
    lines.push_feature([far.as_slice(), near.as_slice()]);
    both.layer.lines = Some(lines);
    assert_eq!(ruling(&bank(both, Some(10.0)), BANK).1, "1号片区距滹沱河0.00米，小于10米。");
}
