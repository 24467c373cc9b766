//! Every verdict of every predicate, on sites of squares whose figures can be told by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use sanxian_compliance::{ComplianceError, Verdict, check};
use sanxian_geodesy::Crs;
use sanxian_io::Layer;
use sanxian_overlay::{OnInvalid, PolygonSet, Progress};
use serde_json::json;
use site::*;

const PLOT: Box4 = [0.0, 0.0, 100.0, 100.0];
const TOWN: Box4 = [-500.0, -500.0, 500.0, 500.0];
const FARMLAND: &str = "national-2020.permanent-basic-farmland";
const ZONE: &str = "national-2020.concentrated-construction-zone";

#[test]
fn a_plot_apart_from_the_farmland_and_inside_the_zone_is_compliant() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![farmland(&[[200.0, 0.0, 300.0, 100.0]]), boundary(&[(TOWN, "城镇集中建设区")])];
    let report = run(&input, &["national-2020"]);
    assert_eq!(report.verdict, Verdict::Compliant);
    assert_eq!(ruling(&report, FARMLAND).1, "1个地块均不占用永久基本农田(图层共1个要素)。");
    assert_eq!(report.table("encroachments").unwrap().num_rows(), 0);
    assert!(report.rules.iter().all(|outcome| outcome.required.is_none()));
}

#[test]
fn farmland_is_told_with_plot_hectares_mu_and_share() {
    let mut input = input(plots(&[PLOT, [100.0, 0.0, 200.0, 100.0]]));
    input.layers = vec![farmland(&[[63.0, -50.0, 100.0, 150.0]])];
    let report = run(&input, &["national-2020"]);
    let (verdict, message) = ruling(&report, FARMLAND);
    assert_eq!(verdict, "not_compliant");
    assert_eq!(
        message,
        "1号片区占用永久基本农田0.3700公顷(5.5500亩)；2号片区仅与其边界相接，接触长度100.00米，占用面积为0。"
    );
    assert_eq!(texts(&report, "encroachments", "relation"), ["overlap", "contact"]);
    assert_eq!(numbers(&report, "encroachments", "area_ha"), [0.37, 0.0]);
    assert_eq!(numbers(&report, "encroachments", "area_mu"), [5.55, 0.0]);
    assert!((numbers(&report, "encroachments", "share")[0] - 0.37).abs() < 1e-9);
    assert_eq!(numbers(&report, "encroachments", "contact_length_m"), [0.0, 100.0]);
    let outcome = &report.rules[0];
    assert_eq!((outcome.area_ha, outcome.area_mu), (Some(0.37), Some(5.55)));
    assert_eq!(outcome.plots, ["1", "2"]);
    assert!(outcome.required.is_some());
}

#[test]
fn both_areas_are_there_and_the_ellipsoidal_one_decides_when_asked() {
    let mut input = input(plots(&[PLOT]));
    input.settings.area = sanxian_geodesy::AreaMethod::Ellipsoidal;
    input.layers = vec![farmland(&[[0.0, 0.0, 50.0, 100.0]])];
    let report = run(&input, &["national-2020"]);
    let planar = numbers(&report, "encroachments", "planar_area_m2")[0];
    let ellipsoidal = numbers(&report, "encroachments", "ellipsoidal_area_m2")[0];
    assert!((planar - 5000.0).abs() < 1e-6);
    // 26 km from the central meridian the plane enlarges areas by 1.7e-5.
    assert!(((planar / ellipsoidal - 1.0) - 1.66e-5).abs() < 2e-6, "{}", planar / ellipsoidal - 1.0);
    assert_eq!(report.rules[0].area_m2, Some(ellipsoidal));
}

#[test]
fn a_layer_that_is_not_given_is_never_a_pass() {
    let report = run(&input(plots(&[PLOT])), &["national-2020"]);
    assert_eq!(report.verdict, Verdict::CannotBeJudged);
    assert_eq!(ruling(&report, FARMLAND).1, "未提供永久基本农田图层，无法判定");
}

#[test]
fn a_layer_without_features_is_never_a_pass_unless_it_is_said_to_be_right() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![farmland(&[])];
    let report = run(&input, &["national-2020"]);
    assert_eq!(ruling(&report, FARMLAND).0, "cannot_be_judged");
    input.layers[0].may_be_empty = true;
    assert_eq!(ruling(&run(&input, &["national-2020"]), FARMLAND).0, "compliant");
}

#[test]
fn a_thin_strip_outside_the_zone_is_a_sliver_and_still_not_compliant() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![boundary(&[([-500.0, -500.0, 99.8, 500.0], "城镇集中建设区")])];
    let report = run(&input, &["national-2020"]);
    let (verdict, message) = ruling(&report, ZONE);
    assert_eq!(verdict, "not_compliant");
    assert_eq!(message, "1号片区超出城镇集中建设区0.0020公顷(0.0300亩)，平均宽度0.200米，疑为边界误差。");
    assert_eq!(texts(&report, "encroachments", "relation"), ["outside"]);
    assert!((numbers(&report, "encroachments", "mean_width_m")[0] - 0.2).abs() < 1e-3);
    assert_eq!(report.pieces.len(), 1);
}

#[test]
fn what_lies_outside_the_zone_is_told_by_where_it_lies() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![boundary(&[
        ([-500.0, -500.0, 50.0, 500.0], "城镇集中建设区"),
        ([50.0, -500.0, 70.0, 500.0], "城镇弹性发展区"),
    ])];
    let report = run(&input, &["national-2020"]);
    assert_eq!(ruling(&report, ZONE), ("not_compliant", "1号片区超出城镇集中建设区0.5000公顷(7.5000亩)。"));
    assert_eq!(texts(&report, "encroachments", "subclass"), ["", "城镇弹性发展区"]);
    assert_eq!(numbers(&report, "encroachments", "area_ha"), [0.3, 0.2]);
}

#[test]
fn zones_that_overlap_do_not_put_a_plot_outside() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![boundary(&[(TOWN, "城镇集中建设区"), ([50.0, 0.0, 70.0, 50.0], "特别用途区")])];
    let report = run(&input, &["national-2020"]);
    assert_eq!(ruling(&report, ZONE).0, "compliant");
    assert!(codes(&report).contains(&"layer_overlaps_itself"));
}

#[test]
fn a_zone_value_that_means_nothing_cannot_be_judged_where_it_matters() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![boundary(&[
        ([-500.0, -500.0, 50.0, 500.0], "城镇集中建设区"),
        ([50.0, -500.0, 500.0, 500.0], "集建区"),
    ])];
    let report = run(&input, &["national-2020"]);
    let (verdict, message) = ruling(&report, ZONE);
    assert_eq!(verdict, "cannot_be_judged");
    assert!(message.contains("GHFQMC为“集建区”，没有对应的分区"), "{message}");
    assert!(codes(&report).contains(&"subclass_unmatched"));
    input.layers[0].subclass = Some(subclass("GHFQMC", &[("concentrated", &["集建区", "城镇集中建设区"])]));
    assert_eq!(ruling(&run(&input, &["national-2020"]), ZONE).0, "compliant");
}

#[test]
fn no_value_of_the_wanted_zone_cannot_be_judged() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![boundary(&[(TOWN, "城镇弹性发展区")])];
    assert_eq!(ruling(&run(&input, &["national-2020"]), ZONE).0, "cannot_be_judged");
    let unnamed = layer("CZKFBJ", boxes(&[TOWN]), &[]);
    input.layers = vec![control("城镇开发边界", unnamed)];
    assert_eq!(ruling(&run(&input, &["national-2020"]), ZONE).0, "cannot_be_judged");
}

#[test]
fn the_general_zone_of_the_red_line_is_conditional_and_the_core_is_not() {
    let mut input = input(plots(&[PLOT]));
    let general = ([0.0, 0.0, 10.0, 100.0], "一般控制区");
    let core = ([90.0, 0.0, 200.0, 100.0], "核心保护区");
    input.layers = vec![redline(&[general])];
    let report = run(&input, &["redline-2022"]);
    assert_eq!(report.verdict, Verdict::Conditional);
    assert!(report.rules[1].required.as_deref().is_some_and(|required| required.contains("省级人民政府")));
    input.layers = vec![redline(&[general, core])];
    let report = run(&input, &["redline-2022"]);
    assert_eq!(
        ruling(&report, ".core"),
        ("not_compliant", "1号片区占用生态保护红线(核心保护区)0.1000公顷(1.5000亩)。")
    );
    assert_eq!(ruling(&report, ".general").0, "conditional");
    assert_eq!(report.verdict, Verdict::NotCompliant);
}

#[test]
fn a_missing_sub_zone_is_neither_core_nor_general() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![redline(&[([0.0, 0.0, 10.0, 100.0], "")])];
    let report = run(&input, &["redline-2022"]);
    assert_eq!(ruling(&report, ".core").0, "cannot_be_judged");
    assert_eq!(ruling(&report, ".general").0, "cannot_be_judged");
    // Said to be general, it is.
    input.layers[0].subclass = Some(subclass("ZRBHDFQ", &[("general", &["一般控制区", ""])]));
    let report = run(&input, &["redline-2022"]);
    assert_eq!((ruling(&report, ".core").0, ruling(&report, ".general").0), ("compliant", "conditional"));
}

#[test]
fn rules_that_ask_the_same_share_their_rows() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![farmland(&[[0.0, 0.0, 37.0, 100.0]])];
    let report = run(&input, &["national-2020", "shanxi-2021"]);
    assert_eq!(texts(&report, "encroachments", "rule_id"), [FARMLAND]);
    let (verdict, message) = ruling(&report, "shanxi-2021.permanent-basic-farmland");
    assert_eq!(verdict, "not_compliant");
    assert!(message.ends_with("；逐块列在规则national-2020.permanent-basic-farmland下。"), "{message}");
}

#[test]
fn features_that_overlap_count_once() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![farmland(&[[0.0, 0.0, 20.0, 100.0], [10.0, 0.0, 30.0, 100.0]])];
    let report = run(&input, &["national-2020"]);
    assert_eq!(ruling(&report, FARMLAND).1, "1号片区占用永久基本农田0.3000公顷(4.5000亩)。");
    assert_eq!(numbers(&report, "encroachments", "area_ha"), [0.2, 0.2]);
    assert_eq!(numbers(&report, "overlaps_by_layer", "area_ha"), [0.3]);
    assert!(codes(&report).contains(&"layer_overlaps_itself"));
    assert!(!codes(&report).contains(&"remainder_does_not_close"));
}

#[test]
fn a_thread_below_the_resolution_of_coordinates_is_listed_as_a_contact() {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![farmland(&[[99.99995, 0.0, 200.0, 100.0]])];
    let report = run(&input, &["national-2020"]);
    assert_eq!(ruling(&report, FARMLAND).0, "compliant");
    assert_eq!(texts(&report, "encroachments", "relation"), ["contact"]);
    assert!(numbers(&report, "encroachments", "planar_area_m2")[0] > 0.0);
    assert_eq!(report.rules[0].plots, ["1"]);
}

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
        assert!(matches!(&error, ComplianceError::Overlay { layer, .. } if layer == name), "{error}");
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

/// A project: name, plot, class.
type ProjectRow = (&'static str, &'static str, &'static str);

/// A use: rectangle, plot, project.
type UseRow = (Box4, &'static str, &'static str);

fn share_input(
    rows: &[(Box4, &str, &str)],
    classes: &[(&str, &str, &str)],
) -> sanxian_compliance::CheckInput {
    let mut input = input(plots(&[PLOT, [200.0, 0.0, 300.0, 100.0]]));
    input.uses = Some(uses(rows));
    input.projects = Some(projects(classes));
    input.settings.parameters.insert("industry_led_plots".to_owned(), json!(["2"]));
    input
}

const OTHER: &str = "shanxi-2021.public-interest-other";
const INDUSTRY: &str = "shanxi-2021.public-interest-industry";

#[test]
fn shares_are_held_against_the_threshold_of_the_plots_kind() {
    let input = share_input(
        &[
            ([0.0, 0.0, 40.0, 100.0], "1", "road"),
            ([40.0, 0.0, 100.0, 100.0], "1", "shops"),
            ([200.0, 0.0, 224.0, 100.0], "2号片区", "road, square"),
            ([224.0, 0.0, 300.0, 100.0], "2", "works"),
        ],
        &[("road", "", "B"), ("square", "2", "C"), ("shops", "1", "-"), ("works", "2", "-")],
    );
    let report = run(&input, &["shanxi-2021"]);
    assert_eq!(
        ruling(&report, OTHER),
        ("compliant", "适用的1个地块中1个公益性用地比例不低于40.00%，最低为1号片区40.00%。")
    );
    let (verdict, message) = ruling(&report, INDUSTRY);
    assert_eq!(verdict, "not_compliant");
    assert!(message.contains("2号片区公益性用地比例24.00%，低于25.00%"), "{message}");
    assert_eq!(texts(&report, "public_interest", "verdict"), ["compliant", "not_compliant"]);
    assert_eq!(numbers(&report, "public_interest", "threshold_share"), [0.4, 0.25]);
    assert_eq!(numbers(&report, "plots", "public_interest_ha"), [0.4, 0.24]);
}

#[test]
fn a_share_just_below_the_threshold_is_below_it() {
    let input = share_input(
        &[([0.0, 0.0, 39.996, 100.0], "1", "road"), ([39.996, 0.0, 100.0, 100.0], "1", "shops")],
        &[("road", "1", "B"), ("shops", "1", "-")],
    );
    let report = run(&input, &["shanxi-2021"]);
    let (verdict, message) = ruling(&report, OTHER);
    assert_eq!(verdict, "not_compliant");
    assert!(message.contains("比例39.99%，低于40.00%"), "{message}");
}

#[test]
fn what_is_not_stated_cannot_be_judged() {
    fn whole(plot: &'static str, project: &'static str) -> (Box4, &'static str, &'static str) {
        (PLOT, plot, project)
    }
    let cases: [(&[UseRow], &[ProjectRow], &str); 6] = [
        (&[whole("1", "school")], &[("school", "1", "")], "1号片区的项目“school”未填写公益类别，无法判定"),
        (&[whole("1", "school")], &[("park", "1", "C")], "1号片区的项目“school”不在项目表中，无法判定"),
        (&[whole("1", "")], &[("park", "1", "C")], "1号片区有用途图斑未填写拟建项目(ProjList)，无法判定"),
        (
            &[whole("1", "a、b")],
            &[("a", "1", "C"), ("b", "1", "-")],
            "1号片区有用途图斑同时列有公益与非公益项目",
        ),
        (&[([900.0, 0.0, 901.0, 1.0], "1", "a")], &[("a", "1", "C")], "1号片区没有用途图斑，无法判定"),
        (&[whole("1", "a"), whole("1", "a")], &[("a", "1", "C")], "1号片区的用途图斑相互重叠，无法判定"),
    ];
    for (rows, classes, expected) in cases {
        let report = run(&share_input(rows, classes), &["shanxi-2021"]);
        let (verdict, message) = ruling(&report, OTHER);
        assert_eq!(verdict, "cannot_be_judged", "{expected}");
        assert!(message.contains(expected), "{message}");
        assert_eq!(texts(&report, "public_interest", "verdict")[0], "cannot_be_judged");
    }
    let bare = input(plots(&[PLOT]));
    assert_eq!(ruling(&run(&bare, &["shanxi-2021"]), OTHER).0, "cannot_be_judged");
}

#[test]
fn land_without_a_use_decides_only_where_both_answers_are_the_same() {
    for (public_m, other_m, expected) in
        [(40.0, 50.0, "compliant"), (30.0, 80.0, "cannot_be_judged"), (30.0, 95.0, "not_compliant")]
    {
        let input = share_input(
            &[([0.0, 0.0, public_m, 100.0], "1", "road"), ([public_m, 0.0, other_m, 100.0], "1", "shops")],
            &[("road", "1", "B"), ("shops", "1", "-")],
        );
        let report = run(&input, &["shanxi-2021"]);
        assert_eq!(ruling(&report, OTHER).0, expected, "{}", ruling(&report, OTHER).1);
        assert!(codes(&report).contains(&"uses_do_not_cover_plot"));
    }
}

#[test]
fn a_parameter_that_is_not_given_cannot_be_judged_and_a_wrong_plot_is_an_error() {
    let mut input = share_input(&[(PLOT, "1", "a")], &[("a", "1", "C")]);
    input.settings.parameters.clear();
    let report = run(&input, &["shanxi-2021", "xinjiang-2023"]);
    assert!(ruling(&report, OTHER).1.contains("未给出参数industry_led_plots"));
    assert!(ruling(&report, "xinjiang-2023.public-interest-other").1.contains("southern_xinjiang"));
    input.settings.parameters.insert("industry_led_plots".to_owned(), json!(["2号片取"]));
    let error = check(input.clone(), &packs(&["shanxi-2021"]), &Progress::default()).unwrap_err().to_string();
    assert_eq!(error, "parameter `industry_led_plots`: there is no plot `2号片取`; the nearest is `2号片区`");
}

#[test]
fn a_share_of_the_whole_scheme_is_taken_over_all_plots() {
    let mut input = share_input(
        &[(PLOT, "1", "a"), ([200.0, 0.0, 300.0, 100.0], "2", "b")],
        &[("a", "1", "C"), ("b", "2", "-")],
    );
    input.settings.parameters.clear();
    input.settings.parameters.insert("southern_xinjiang".to_owned(), json!(true));
    let report = run(&input, &["xinjiang-2023"]);
    assert_eq!(
        ruling(&report, "xinjiang-2023.public-interest-southern"),
        ("compliant", "公益性用地1.0000公顷，占总用地2.0000公顷的50.00%，不低于35.00%。")
    );
    assert!(ruling(&report, "xinjiang-2023.public-interest-other").1.starts_with("本条不适用"));
}

#[test]
fn ownership_closes_on_the_plot_and_stated_totals_are_held_against_the_rows() {
    // 0.3333 + 0.6667 ha.
    let mut input = input(plots(&[PLOT, [200.0, 0.0, 300.0, 50.0]]));
    let survey: [Box4; 3] =
        [[-10.0, -10.0, 33.335, 110.0], [33.335, -10.0, 110.0, 110.0], [190.0, -10.0, 310.0, 60.0]];
    input.land_use = Some(layer("DLTB", boxes(&survey), &[("QSXZ", &["10", "30", "20"])]));
    input.settings.ownership_field = Some("qsxz".to_owned());
    let json = r#"{"stated": {"total_ha": 1.0, "collective_ha": 0.7, "source": "文本"}}"#;
    input.settings.stated = sanxian_compliance::parse_settings(json, &[]).unwrap().0.stated;
    let report = run(&input, &["national-2020"]);
    assert_eq!(numbers(&report, "plots", "state_ha"), [0.33, 0.5]);
    assert_eq!(numbers(&report, "plots", "collective_ha"), [0.67, 0.0]);
    assert_eq!(texts(&report, "totals", "figure"), ["total_ha", "collective_ha", "state_ha"]);
    assert_eq!(numbers(&report, "totals", "computed_ha"), [1.5, 0.67, 0.83]);
    let notes = texts(&report, "totals", "note");
    assert_eq!(
        notes[0],
        "文本所载1.0公顷与各地块之和1.50公顷不符，相差+0.50公顷(+7.50亩)；差额与2号片区的0.5公顷相当，疑为漏计该地块"
    );
    assert_eq!(notes[1], "按1位小数取舍后与文本所载0.7公顷一致");
    assert!(codes(&report).contains(&"stated_total_differs"));
}

#[test]
fn ownership_that_is_unknown_or_missing_is_pointed_at() {
    let mut input = input(plots(&[PLOT]));
    let survey: [Box4; 2] = [[0.0, 0.0, 50.0, 100.0], [50.0, 0.0, 90.0, 100.0]];
    input.land_use = Some(layer("DLTB", boxes(&survey), &[("QSXZ", &["30", "99"])]));
    input.settings.ownership_field = Some("QSXZ".to_owned());
    let report = run(&input, &["national-2020"]);
    assert!(
        codes(&report).contains(&"ownership_unknown") && codes(&report).contains(&"land_use_does_not_tile")
    );
    assert_eq!(numbers(&report, "plots", "collective_ha"), [0.5]);
    input.settings.ownership_field = Some("QSXX".to_owned());
    let error =
        check(input.clone(), &packs(&["national-2020"]), &Progress::default()).unwrap_err().to_string();
    assert_eq!(error, "DLTB: has no field `QSXX`; the nearest is `QSXZ`");
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
fn many_plots_are_named_up_to_five_and_summed() {
    let rectangles: Vec<Box4> =
        (0..7).map(|at| [f64::from(at) * 200.0, 0.0, f64::from(at) * 200.0 + 100.0, 100.0]).collect();
    let mut input = input(plots(&rectangles));
    input.layers = vec![farmland(&[[-10.0, 0.0, 5000.0, 10.0]])];
    let report = run(&input, &["national-2020"]);
    let message = ruling(&report, FARMLAND).1;
    assert!(
        message.contains(
            "5号片区占用永久基本农田0.1000公顷(1.5000亩)等，共7个地块，合计0.7000公顷(10.5000亩)。"
        ),
        "{message}"
    );
    assert_eq!(report.rules[0].plots.len(), 7);
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
