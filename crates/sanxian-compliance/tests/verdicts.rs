//! Every verdict of the rules about layers, on sites of squares whose figures can be told by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use sanxian_compliance::Verdict;
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
    assert!(message.ends_with("；逐块列在“不占用永久基本农田”一条下。"), "{message}");
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

/// Four plots that all take a tenth of the red line's general zone.
fn on_the_redline() -> sanxian_compliance::CheckInput {
    let rectangles: Vec<Box4> =
        (0..4).map(|at| f64::from(at) * 200.0).map(|x| [x, 0.0, x + 100.0, 100.0]).collect();
    let mut input = input(plots(&rectangles));
    input.layers = vec![redline(&[([0.0, 90.0, 1000.0, 200.0], "一般控制区")])];
    input
}

#[test]
fn each_plot_is_judged_by_its_own_activity() {
    let mut input = on_the_redline();
    let activities =
        serde_json::json!({ "1": "linear_infrastructure", "2": "industry", "other": "sightseeing" });
    input.settings.parameters.insert("activity".to_owned(), activities);
    let report = run(&input, &["taixin-2023"]);
    let outcome =
        report.rules.iter().find(|rule| rule.rule.id == "taixin-2023.redline-outside-core").unwrap();
    assert_eq!(outcome.verdict, Verdict::NotCompliant);
    let message = &outcome.message;
    // The strictest comes first, and every plot stands beside what is said of its activity.
    let breaks = message.find("2号片区占用").unwrap();
    let conditional = message.find("1号片区占用").unwrap();
    assert!(breaks < conditional, "{message}");
    assert!(message.contains("“工业”不在本条允许的活动之列"), "{message}");
    assert!(message.contains("3号片区占用") && message.contains("参观旅游"), "{message}");
    let of_rule: Vec<(String, String)> = texts(&report, "rulings_by_plot", "rule_id")
        .into_iter()
        .zip(texts(&report, "rulings_by_plot", "plot_id").into_iter().zip(texts(
            &report,
            "rulings_by_plot",
            "verdict",
        )))
        .filter(|(rule, _)| rule == "taixin-2023.redline-outside-core")
        .map(|(_, row)| row)
        .collect();
    let verdicts: Vec<&str> = of_rule.iter().map(|(_, verdict)| verdict.as_str()).collect();
    assert_eq!(verdicts, ["conditional", "not_compliant", "conditional", "conditional"]);
}

#[test]
fn a_plot_without_an_activity_cannot_be_judged_and_the_others_can() {
    let mut input = on_the_redline();
    let activities =
        serde_json::json!({ "1": "linear_infrastructure", "3号片区": "sightseeing", "4": "sightseeing" });
    input.settings.parameters.insert("activity".to_owned(), activities);
    let report = run(&input, &["taixin-2023"]);
    let (verdict, message) = ruling(&report, "redline-outside-core");
    assert_eq!(verdict, "cannot_be_judged");
    assert!(message.contains("2号片区占用") && message.contains("方案未写明参数activity"), "{message}");
    assert!(message.contains("有条件允许"), "{message}");
}

#[test]
fn a_field_of_the_plots_tells_their_activities_by_identifier_or_title() {
    let mut input = on_the_redline();
    let rectangles = input.plots.polygons.clone();
    let columns: [(&str, &[&str]); 3] = [
        ("plot_id", &["1", "2", "3", "4"]),
        ("plot_name", &["1号片区", "2号片区", "3号片区", "4号片区"]),
        ("HDLB", &["工业", "sightseeing", "", " industry "]),
    ];
    input.plots = layer("plots", rectangles, &columns);
    input.settings.activity_field = Some("HDLB".to_owned());
    input.settings.parameters.insert("activity".to_owned(), "sightseeing".into());
    let report = run(&input, &["taixin-2023"]);
    let message = ruling(&report, "redline-outside-core").1;
    let (broken, allowed) = message.split_once("不在本条允许").unwrap();
    assert!(broken.contains("1号片区") && broken.contains("4号片区"), "{message}");
    assert!(allowed.contains("2号片区") && allowed.contains("3号片区"), "{message}");

    input.settings.activity_field = Some("HDLX".to_owned());
    let error =
        sanxian_compliance::check(input, &packs(&["taixin-2023"]), &sanxian_overlay::Progress::default())
            .unwrap_err();
    assert!(error.to_string().contains("has no field `HDLX`; the nearest is `HDLB`"), "{error}");
}

#[test]
fn activities_of_plots_that_do_not_exist_are_errors_that_name_the_nearest() {
    for (activities, expected) in [
        (serde_json::json!({ "5号片区": "industry" }), "there is no plot `5号片区`"),
        (
            serde_json::json!({ "1": "indutsry" }),
            "there is no activity `indutsry`; the nearest is `industry`",
        ),
        (serde_json::json!({ "1": 7 }), "must be the identifier of an activity, or a table"),
    ] {
        let mut input = on_the_redline();
        input.settings.parameters.insert("activity".to_owned(), activities);
        let error =
            sanxian_compliance::check(input, &packs(&["taixin-2023"]), &sanxian_overlay::Progress::default())
                .unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
