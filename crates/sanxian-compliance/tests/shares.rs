//! Public-interest shares, ownership and totals, on sites of squares whose figures can be told by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use sanxian_compliance::check;
use sanxian_overlay::Progress;
use serde_json::json;
use site::*;

const PLOT: Box4 = [0.0, 0.0, 100.0, 100.0];

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
    input.land_use = Some(layer("DLTB", boxes(&survey), &[("QSXZ", &["10", "30", "20"])]).into());
    input.settings.ownership_field = Some("qsxz".to_owned());
    let json = r#"{"stated": {"total_ha": 1.0, "collective_ha": 0.7, "source": "文本"}}"#;
    input.settings.stated = sanxian_compliance::parse_settings(json, &[]).unwrap().settings.stated;
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
    input.land_use = Some(layer("DLTB", boxes(&survey), &[("QSXZ", &["30", "99"])]).into());
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
