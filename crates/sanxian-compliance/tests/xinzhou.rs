//! The demo of the repository: the plan's published figures out of geometry, and every verdict of both schemes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use std::path::{Path, PathBuf};

use sanxian_compliance::{Report, Scheme, Verdict, check};
use sanxian_overlay::Progress;
use site::{codes, numbers, ruling, texts};

fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/xinzhou").join(name)
}

fn report(name: &str) -> Report {
    let scheme = Scheme::from_toml(demo(name)).unwrap();
    let input = scheme.read(&Progress::default()).unwrap();
    check(input, scheme.packs(), &Progress::default()).unwrap()
}

/// One published figure a tract: id and value, `None` where the plan says nothing.
fn published(column: &str) -> Vec<(String, Option<f64>)> {
    let mut reader = csv::Reader::from_path(demo("tracts.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (id, column) = (at("id"), at(column));
    let records = reader.records().map(Result::unwrap);
    records.map(|record| (record[id].to_owned(), record[column].parse().ok())).collect()
}

#[test]
fn the_38_areas_and_their_ownership_are_the_published_ones() {
    let report = report("scheme.toml");
    let ids = texts(&report, "plots", "plot_id");
    for (ours, theirs) in
        [("area_ha", "total_ha"), ("collective_ha", "collective_ha"), ("state_ha", "state_ha")]
    {
        let figures = published(theirs);
        assert_eq!(ids, figures.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
        let figures: Vec<f64> = figures.into_iter().map(|(_, figure)| figure.unwrap_or_default()).collect();
        assert_eq!(numbers(&report, "plots", ours), figures, "{ours}");
    }
}

#[test]
fn the_totals_are_those_of_the_rows_and_the_stated_ones_are_pointed_at() {
    let report = report("scheme.toml");
    assert_eq!(texts(&report, "totals", "figure"), ["total_ha", "collective_ha", "state_ha"]);
    assert_eq!(numbers(&report, "totals", "computed_ha"), [1329.23, 897.34, 431.89]);
    assert_eq!(numbers(&report, "totals", "stated_ha"), [1324.6, 892.7, 431.9]);
    assert_eq!(numbers(&report, "totals", "difference_ha"), [4.63, 4.64, -0.01]);
    let notes = texts(&report, "totals", "note");
    assert_eq!(
        notes[0],
        "方案文本 2.1、2.2所载1324.6公顷与各地块之和1329.23公顷不符，相差+4.63公顷(+69.45亩)；差额与8号片区的4.64公顷相当，疑为漏计该地块"
    );
    assert!(notes[1].contains("相差+4.64公顷(+69.60亩)"), "{}", notes[1]);
    assert_eq!(notes[2], "按1位小数取舍后与方案文本 2.1、2.2所载431.9公顷一致");
    assert_eq!(codes(&report).iter().filter(|code| **code == "stated_total_differs").count(), 2);
}

#[test]
fn the_scheme_as_claimed_meets_the_lines_and_tract_30_cannot_be_judged() {
    let report = report("scheme.toml");
    for outcome in &report.rules {
        let expected = if outcome.rule.id == "shanxi-2021.public-interest-other" {
            Verdict::CannotBeJudged
        } else {
            Verdict::Compliant
        };
        assert_eq!(outcome.verdict, expected, "{}: {}", outcome.rule.id, outcome.message);
    }
    assert_eq!(report.verdict, Verdict::CannotBeJudged);
    assert_eq!(report.table("encroachments").unwrap().num_rows(), 0);
    let verdicts = texts(&report, "public_interest", "verdict");
    let ids = texts(&report, "public_interest", "plot_id");
    for (id, verdict) in ids.iter().zip(verdicts) {
        assert_eq!(verdict, if id == "30" { "cannot_be_judged" } else { "compliant" }, "{id}");
    }
    let shares = numbers(&report, "public_interest", "share");
    for ((id, percent), share) in published("public_interest_pct").into_iter().zip(shares) {
        match percent {
            Some(percent) => assert_eq!((share * 100.0).round(), percent, "{id}"),
            None => assert!(share.is_nan(), "{id}"),
        }
    }
    for code in [
        "remainder_does_not_close",
        "land_use_does_not_tile",
        "uses_overlap",
        "use_outside_plots",
        "declared_area_differs",
        "use_area_differs",
    ] {
        assert!(!codes(&report).contains(&code), "{code}");
    }
}

#[test]
fn the_conflict_is_named_with_plot_layer_hectares_mu_and_clause() {
    let report = report("scheme-conflict.toml");
    assert_eq!(report.verdict, Verdict::NotCompliant);
    let (verdict, message) = ruling(&report, "national-2020.permanent-basic-farmland");
    assert_eq!(verdict, "not_compliant");
    assert!(message.contains("占用永久基本农田0.3700公顷(5.5500亩)"), "{message}");
    let (verdict, message) = ruling(&report, "shanxi-2021.ecological-redline");
    assert_eq!(verdict, "compliant", "{message}");
    assert!(message.contains("仅与其边界相接") && message.contains("占用面积为0"), "{message}");
    let (verdict, message) = ruling(&report, "national-2020.concentrated-construction-zone");
    assert_eq!(verdict, "not_compliant");
    assert!(message.contains("疑为边界误差"), "{message}");

    let relations = texts(&report, "encroachments", "relation");
    let roles = texts(&report, "encroachments", "role");
    let rows: Vec<_> =
        roles.iter().zip(&relations).map(|(role, relation)| (role.as_str(), relation.as_str())).collect();
    let row = |wanted| rows.iter().position(|row| *row == wanted).unwrap();
    let farmland = row(("permanent_basic_farmland", "overlap"));
    let redline = row(("ecological_redline", "contact"));
    let outside = row(("urban_development_boundary", "outside"));
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(numbers(&report, "encroachments", "area_ha")[farmland], 0.37);
    assert_eq!(numbers(&report, "encroachments", "area_mu")[farmland], 5.55);
    assert_eq!(numbers(&report, "encroachments", "ellipsoidal_area_m2")[redline], 0.0);
    assert!(numbers(&report, "encroachments", "contact_length_m")[redline] > 1.0);
    assert!((numbers(&report, "encroachments", "mean_width_m")[outside] - 0.2).abs() < 0.01);
    assert_eq!(report.pieces.len(), 2);
    assert!(!codes(&report).contains(&"remainder_does_not_close"));
}

#[test]
fn every_layer_has_a_row_of_information_and_its_digests() {
    let report = report("scheme.toml");
    assert_eq!(
        texts(&report, "overlaps_by_layer", "layer"),
        ["永久基本农田", "生态保护红线", "城镇开发边界", "林地", "水域"]
    );
    assert_eq!(numbers(&report, "overlaps_by_layer", "area_ha")[0], 0.0);
    assert!(numbers(&report, "overlaps_by_layer", "area_ha")[3] > 0.0);
    let inputs = report.evidence["inputs"].as_array().unwrap();
    let slots: Vec<_> = inputs.iter().map(|entry| entry["slot"].as_str().unwrap()).collect();
    assert_eq!(
        slots,
        ["scheme", "plots", "layer", "layer", "layer", "layer", "layer", "land_use", "uses", "projects"]
    );
    for entry in inputs {
        let files = entry["files"].as_array().unwrap();
        assert!(!files.is_empty(), "{entry}");
        assert!(files.iter().all(|file| file["sha256"].as_str().is_some_and(|digest| digest.len() == 64)));
        assert!(entry["path"].as_str().is_some_and(|path| !path.starts_with('/')), "{entry}");
    }
}

#[test]
fn the_plan_tables_have_the_published_years_and_areas() {
    let report = report("scheme.toml");
    let ids = texts(&report, "plot_summary", "plot_id");
    for (ours, theirs) in
        [("area_ha", "total_ha"), ("collective_ha", "collective_ha"), ("state_ha", "state_ha")]
    {
        let figures: Vec<f64> =
            published(theirs).into_iter().map(|(_, figure)| figure.unwrap_or_default()).collect();
        assert_eq!(numbers(&report, "plot_summary", ours)[..38], figures, "{ours}");
    }
    for year in ["y2021_ha", "y2022_ha", "y2023_ha"] {
        let figures: Vec<f64> =
            published(year).into_iter().map(|(_, figure)| figure.unwrap_or_default()).collect();
        assert_eq!(numbers(&report, "plot_summary", year)[..38], figures, "{year}");
    }
    assert_eq!(ids.last().map(String::as_str), Some("合计"));
    let last = |column: &str| *numbers(&report, "plot_summary", column).last().unwrap();
    assert_eq!((last("y2021_ha"), last("y2022_ha"), last("y2023_ha")), (242.04, 517.94, 87.26));
    assert_eq!((last("area_ha"), last("scheduled_ha")), (1329.23, 847.24));
    // Every square metre of the demo's survey has a class of its declared classification.
    assert!(numbers(&report, "land_use", "unclassified_ha").iter().all(|area| *area == 0.0));
    assert_eq!(*numbers(&report, "land_use", "total_ha").last().unwrap(), 1329.23);
    assert!(!codes(&report).contains(&"land_class_unknown"));
}
