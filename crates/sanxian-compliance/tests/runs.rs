//! What a check needs, refuses, points out and repeats.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use sanxian_compliance::{ComplianceError, check};
use sanxian_geodesy::Crs;
use sanxian_io::Layer;
use sanxian_overlay::{OnInvalid, PolygonSet, Progress};
use site::*;

const PLOT: Box4 = [0.0, 0.0, 100.0, 100.0];
const TOWN: Box4 = [-500.0, -500.0, 500.0, 500.0];
const FARMLAND: &str = "national-2020.permanent-basic-farmland";
const ZONE: &str = "national-2020.concentrated-construction-zone";

#[test]
fn an_invalid_polygon_stops_the_check_or_is_repaired_and_listed() {
    let mut bow_tie = PolygonSet::default();
    let corners = [[0.0, 0.0], [100.0, 100.0], [100.0, 0.0], [0.0, 100.0], [0.0, 0.0]];
    let ring: Vec<_> = corners.iter().map(|[x, y]| [EASTING_M + x, NORTHING_M + y]).collect();
    bow_tie.push_feature([[ring.as_slice()]]);
    let mut by_layer = input(plots(&[PLOT]));
    by_layer.layers = vec![control("永久基本农田", layer("YJJBNTTB", bow_tie.clone(), &[]))];
    let mut by_plots = input(layer("plots", bow_tie, &[]));
    by_plots.layers = vec![farmland(&[[0.0, 0.0, 50.0, 100.0]])];
    for (mut input, name, code) in
        [(by_layer, "YJJBNTTB", "feature_repaired"), (by_plots, "plots", "plot_repaired")]
    {
        let error = check(input.clone(), &packs(&["national-2020"]), &Progress::default()).unwrap_err();
        match &error {
            ComplianceError::Overlay { layer, .. } => assert_eq!(layer, name),
            ComplianceError::InvalidPlot { file, number, .. } => {
                assert_eq!((file.as_str(), *number), (name, 1));
                let text = error.to_string();
                assert!(
                    text.starts_with("plots: plot 1 (地块1): the exterior ring crosses itself at point "),
                    "{text}"
                );
                assert!(text.contains("`sanxian validate`"), "{text}");
            }
            other => panic!("{other}"),
        }
        input.settings.on_invalid = OnInvalid::Repair;
        let report = run(&input, &["national-2020"]);
        assert_eq!(ruling(&report, FARMLAND).0, "not_compliant");
        assert!(codes(&report).contains(&code), "{:?}", codes(&report));
    }
}

#[test]
fn another_crs_is_an_error_that_names_both_and_the_call() {
    let mut input = input(plots(&[PLOT]));
    let mut control = farmland(&[PLOT]);
    control.layer.crs = Some(crs(4525));
    input.layers = vec![control];
    let error =
        check(input.clone(), &packs(&["national-2020"]), &Progress::default()).unwrap_err().to_string();
    assert!(
        error.contains("4525") && error.contains("4526") && error.contains("sx.to_crs(layer, 4526)"),
        "{error}"
    );
    input.layers[0].layer.crs = None;
    let error = check(input.clone(), &packs(&["national-2020"]), &Progress::default()).unwrap_err();
    assert!(matches!(error, ComplianceError::NoCrs { .. }));
}

#[test]
fn a_plot_without_geometry_cannot_be_judged() {
    let mut polygons = boxes(&[PLOT]);
    polygons.push_null();
    let mut input = input(layer("plots", polygons, &[("plot_id", &["1", "2"])]));
    input.layers = vec![farmland(&[[500.0, 0.0, 600.0, 100.0]]), boundary(&[(TOWN, "城镇集中建设区")])];
    let report = run(&input, &["national-2020"]);
    assert_eq!(ruling(&report, FARMLAND), ("cannot_be_judged", "地块2没有图形或面积为零，无法判定。"));
    assert_eq!(ruling(&report, ZONE).0, "cannot_be_judged");
}

#[test]
fn a_run_that_is_cancelled_says_so() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![farmland(&[PLOT])];
    let progress = Progress::default();
    progress.cancel();
    assert!(check(input.clone(), &packs(&["national-2020"]), &progress).unwrap_err().is_cancelled());
}

#[test]
fn the_evidence_is_the_same_every_time_and_names_what_was_used() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![farmland(&[[0.0, 0.0, 37.0, 100.0]])];
    let one = run(&input, &["national-2020"]).evidence;
    assert_eq!(one.to_string(), run(&input, &["national-2020"]).evidence.to_string());
    assert_eq!(one["crs"]["epsg"], 4526);
    assert_eq!(one["inputs"][1]["role"], "permanent_basic_farmland");
    assert_eq!(one["rule_packs"][0]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(one["tolerances"]["sliver_width_m"], 0.5);
}

#[test]
fn no_plot_is_an_error() {
    let nothing: Layer = plots(&[]);
    let error = check(input(nothing), &packs(&["national-2020"]), &Progress::default()).unwrap_err();
    assert!(matches!(error, ComplianceError::NoPlots { .. }));
}

#[test]
fn a_user_adds_a_province_with_a_file_beside_the_scheme() {
    let folder = tempfile::tempdir().unwrap();
    let pack = r#"
[pack]
id = "my-province"
title = "某省规则"
version = "1"
region = "某省"
document = "《某省实施细则》"
[[rules]]
id = "my-province.water"
title = "不占用水域"
predicate = "must-not-overlap"
role = "水域"
otherwise = "conditional"
clause = "第六条"
document = "《某省实施细则》"
citation = "测试"
status = "read"
required = "由水行政主管部门出具意见"
"#;
    std::fs::write(folder.path().join("my-province.toml"), pack).unwrap();
    std::fs::write(folder.path().join("plots.txt"), "x").unwrap();
    let text = "[scheme]\nname = \"a\"\nrules = [\"my-province.toml\"]\n[plots]\npath = \"plots.txt\"\n";
    std::fs::write(folder.path().join("scheme.toml"), text).unwrap();
    let scheme = sanxian_compliance::Scheme::from_toml(folder.path().join("scheme.toml")).unwrap();
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![control("water", layer("SHUIYU", boxes(&[[0.0, 0.0, 10.0, 100.0]]), &[]))];
    let report = check(input, scheme.packs(), &Progress::default()).unwrap();
    assert_eq!(ruling(&report, ".water"), ("conditional", "1号片区占用水域0.1000公顷(1.5000亩)。"));
    assert_eq!(report.evidence["rule_packs"][0]["origin"], "my-province.toml");
}

#[test]
fn a_local_plane_has_planar_areas_only() {
    let local = Crs::from_wkt(r#"LOCAL_CS["site",UNIT["metre",1],AXIS["E",EAST],AXIS["N",NORTH]]"#).unwrap();
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![farmland(&[[0.0, 0.0, 37.0, 100.0]])];
    input.plots.crs = Some(local.clone());
    input.layers[0].layer.crs = Some(local);
    let report = run(&input, &["national-2020"]);
    assert_eq!(ruling(&report, FARMLAND).1, "1号片区占用永久基本农田0.3700公顷(5.5500亩)。");
    assert!(numbers(&report, "encroachments", "ellipsoidal_area_m2")[0].is_nan());
    assert!(codes(&report).contains(&"no_ellipsoidal_area"));
    input.settings.area = sanxian_geodesy::AreaMethod::Ellipsoidal;
    let error = check(input, &packs(&["national-2020"]), &Progress::default()).unwrap_err();
    assert!(matches!(error, ComplianceError::Area { .. }), "{error}");
}

#[test]
fn plots_that_overlap_are_pointed_at_and_neighbours_are_not() {
    let input = input(plots(&[PLOT, [100.0, 0.0, 200.0, 100.0], [190.0, 0.0, 300.0, 100.0]]));
    let report = run(&input, &["national-2020"]);
    let overlaps: Vec<_> = report
        .findings
        .iter()
        .filter(|found| found.finding.code == "plots_overlap")
        .map(|found| &found.finding)
        .collect();
    assert_eq!(overlaps.len(), 1);
    assert!(
        overlaps[0].message.starts_with("2号片区与3号片区相互重叠1000.00平方米"),
        "{}",
        overlaps[0].message
    );
}

#[test]
fn threads_do_not_change_a_byte() {
    let rectangles: Vec<Box4> =
        (0..40).map(|at| [f64::from(at) * 50.0, 0.0, f64::from(at) * 50.0 + 49.7, 100.0]).collect();
    let mut input = input(plots(&rectangles));
    input.settings.area = sanxian_geodesy::AreaMethod::Ellipsoidal;
    input.layers = vec![
        farmland(&[[-10.0, 0.3, 5000.0, 10.1], [20.0, 5.0, 700.0, 70.7]]),
        boundary(&[(TOWN, "城镇集中建设区")]),
    ];
    let run_on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let report = pool.install(|| run(&input, &["national-2020"]));
        format!("{:?}{:?}{}", report.tables(), report.verdicts().unwrap(), report.evidence)
    };
    assert_eq!(run_on(1), run_on(4));
}

#[test]
fn rules_out_of_force_on_the_day_of_the_scheme_are_pointed_at() {
    let mut input = input(plots(&[PLOT]));
    for (date, expected) in [(None, "rules_validity_unchecked"), (Some("2024-01-01"), "rules_not_in_force")] {
        input.settings.date = date.map(str::to_owned);
        assert!(codes(&run(&input, &["national-2020"])).contains(&expected));
    }
    input.settings.date = Some("2022-03-11".to_owned());
    let report = run(&input, &["national-2020", "shanxi-2021"]);
    assert!(!codes(&report).iter().any(|code| code.starts_with("rules_")));
}
