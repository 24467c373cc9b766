//! 太忻一体化经济区(忻州区)空间发展规划, table 2-1: the account before and after the project.

use serde_json::{Value, json};

use crate::case::*;
use crate::site::*;

/// An account that the plot takes a tenth of a hectare from, which is 0.00015 ten thousand mu.
fn taken(
    rule: &'static str,
    clause: &'static str,
    (role, zone): (&str, &str),
    parameter: &str,
    (limit, broken): (f64, &'static str),
) -> Case {
    let with = |before: f64| json!({ parameter: before });
    let on = [(role, ON, zone)];
    let sites = vec![
        site("compliant", &on, with(limit + 0.0002)),
        site(broken, &on, with(limit + 0.0001)),
        site("compliant", &[(role, AWAY, zone)], with(limit)),
        site("cannot_be_judged", &on, json!({})),
        site("cannot_be_judged", &[], with(limit + 1.0)),
    ];
    case(rule, clause, sites)
}

/// A figure of the scheme under a cap.
fn capped(
    rule: &'static str,
    clause: &'static str,
    (kept, over): (Value, Value),
    broken: &'static str,
) -> Case {
    case(
        rule,
        clause,
        vec![site("compliant", &[], kept), site(broken, &[], over), site("cannot_be_judged", &[], json!({}))],
    )
}

pub(crate) fn cases() -> Vec<Case> {
    let binding = "not_compliant";
    let expected = "conditional";
    let water = |used: f64| json!({"water_use_100_million_m3": used});
    let building = |before: f64| json!({"new_construction_before_wan_mu": before, "new_construction_of_project_wan_mu": 0.5});
    let boundary = |area: f64| json!({"development_boundary_wan_mu": area});
    vec![
        taken(
            "taixin-2023-indicators.cropland",
            "表2-1第1项",
            ("耕地", ""),
            "cropland_before_wan_mu",
            (446.59, binding),
        ),
        taken(
            "taixin-2023-indicators.permanent-basic-farmland",
            "表2-1第2项",
            ("永久基本农田", ""),
            "farmland_before_wan_mu",
            (374.56, binding),
        ),
        taken(
            "taixin-2023-indicators.ecological-redline",
            "表2-1第3项",
            ("生态保护红线", "核心保护区"),
            "redline_before_wan_mu",
            (437.73, binding),
        ),
        taken(
            "taixin-2023-indicators.water",
            "表2-1第4项",
            ("水域", ""),
            "water_before_wan_mu",
            (12.2, expected),
        ),
        capped(
            "taixin-2023-indicators.water-use-2025",
            "表2-1第5项",
            (water(5.3), water(5.300_001)),
            expected,
        ),
        capped(
            "taixin-2023-indicators.water-use-2035",
            "表2-1第5项",
            (water(5.59), water(5.590_001)),
            expected,
        ),
        capped(
            "taixin-2023-indicators.new-construction-2025",
            "表2-1第6项",
            (building(3.5), building(3.500_001)),
            expected,
        ),
        capped(
            "taixin-2023-indicators.new-construction-2035",
            "表2-1第6项",
            (building(4.69), building(4.690_001)),
            expected,
        ),
        capped(
            "taixin-2023-indicators.boundary",
            "第三章第三节",
            (boundary(33.95), boundary(33.950_001)),
            binding,
        ),
    ]
}

#[test]
fn every_indicator_of_table_2_1() {
    judge(&cases());
}

#[test]
fn the_account_shows_before_project_after_and_what_is_left() {
    let account = |before: f64| site("", &[("耕地", ON, "")], json!({"cropland_before_wan_mu": before}));
    let broken = run(&input_of(&account(446.590_149)), &["taixin-2023-indicators"]);
    let (verdict, message) = ruling(&broken, ".cropland");
    assert_eq!(verdict, "not_compliant");
    assert_eq!(
        message,
        "项目前446.590149万亩，本方案减少0.00015万亩，项目后446.589999万亩，低于446.59万亩。"
    );
    assert_eq!(numbers(&broken, "accounts", "left"), [-0.000_001]);
    assert_eq!(numbers(&broken, "accounts", "project"), [-0.00015]);
}

#[test]
fn the_phase_goes_by_the_day_of_the_scheme() {
    let mut input = input_of(&site(
        "",
        &[],
        json!({"new_construction_before_wan_mu": 4.5, "new_construction_of_project_wan_mu": 0.1}),
    ));
    input.settings.date = Some("2024-05-01".to_owned());
    let report = run(&input, &["taixin-2023-indicators"]);
    assert_eq!(ruling(&report, "construction-2025").0, "conditional");
    assert!(ruling(&report, "construction-2035").1.starts_with("本条不适用"));
    input.settings.date = Some("2030-05-01".to_owned());
    assert_eq!(ruling(&run(&input, &["taixin-2023-indicators"]), "construction-2035").0, "compliant");
}
