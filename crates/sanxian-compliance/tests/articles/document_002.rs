//! 太忻一体化经济区(忻州区)空间发展规划, chapter 3: the three lines and minerals.

use serde_json::{Value, json};

use crate::case::*;
use crate::site::*;

const NINE: [&str; 9] = [
    "management_and_research",
    "residents_livelihood",
    "archaeology_and_heritage",
    "forest_tending",
    "sightseeing",
    "linear_infrastructure",
    "geological_survey_and_mining",
    "ecological_restoration",
    "other_lawful_activity",
];

fn farmland() -> Vec<Case> {
    let section = "第三章第一节";
    vec![
        forbidden("taixin-2023.permanent-basic-farmland", section, ("永久基本农田", ""), None),
        needs("taixin-2023.cropland", section, ("耕地", ""), &["先补后占落实材料"], None),
        forbidden("taixin-2023.cropland-lakes", section, ("耕地", ""), Some("digs_lakes_or_plants_turf")),
        needs(
            "taixin-2023.cropland-greening",
            section,
            ("耕地", ""),
            &["占用一般耕地实施国土绿化的批准文件"],
            Some("is_greening_project"),
        ),
        needs(
            "taixin-2023.cropland-in-and-out",
            section,
            ("耕地", ""),
            &["耕地进出平衡落实材料"],
            Some("turns_cropland_into_other_farmland"),
        ),
        forbidden(
            "taixin-2023.polluting-in-farmland",
            section,
            ("永久基本农田集中分布地区", ""),
            Some("is_polluting_project"),
        ),
        forbidden(
            "taixin-2023.tourism-cropland",
            "第七章第四节",
            ("耕地", ""),
            Some("is_scattered_tourism_site"),
        ),
        forbidden(
            "taixin-2023.tourism-redline",
            "第七章第四节",
            ("生态保护红线", "其他红线区域"),
            Some("is_scattered_tourism_site"),
        ),
    ]
}

fn red_line() -> Vec<Case> {
    let section = "第三章第二节";
    let red = |at, zone| [("生态保护红线", at, zone)];
    let mut outside_core = vec![
        site("compliant", &red(AWAY, "一般控制区"), json!({})),
        site("compliant", &red(ON, "核心保护区"), json!({})),
        site("not_compliant", &red(ON, "其他红线区域"), json!({"activity": "industry"})),
        site("cannot_be_judged", &red(ON, "一般控制区"), json!({})),
        site("cannot_be_judged", &[], json!({"activity": "sightseeing"})),
    ];
    for activity in NINE {
        outside_core.push(site("conditional", &red(ON, "一般控制区"), json!({"activity": activity})));
        outside_core.push(site("conditional", &red(ON, "其他红线区域"), json!({"activity": activity})));
    }
    vec![
        case(
            "taixin-2023.redline-core",
            section,
            vec![
                site("compliant", &red(ON, "一般控制区"), json!({})),
                site("not_compliant", &red(ON, "核心保护区"), json!({})),
                site("cannot_be_judged", &red(ON, ""), json!({})),
            ],
        ),
        case("taixin-2023.redline-outside-core", section, outside_core),
        needs("taixin-2023.redline-scenic", section, ("风景名胜区", ""), &[], None),
        needs("taixin-2023.redline-reserve", section, ("自然保护区", "一般控制区"), &[], None),
        needs("taixin-2023.redline-water-source", section, ("饮用水水源保护区", ""), &[], None),
    ]
}

fn boundary() -> Vec<Case> {
    let section = "第三章第三节";
    let zone = |at, name| [("城镇开发边界", at, name)];
    let town = json!({"is_town_development": true});
    let lines = |farmland| {
        [
            ("永久基本农田", farmland, ""),
            ("生态保护红线", AWAY, "核心保护区"),
            ("城镇开发边界", PLOT, "城镇集中建设区"),
        ]
    };
    vec![
        case(
            "taixin-2023.boundary-outside",
            section,
            vec![
                site("compliant", &zone(AROUND, "城镇弹性发展区"), json!({})),
                site(
                    "conditional",
                    &zone(AWAY, "城镇集中建设区"),
                    json!({"activity": "rural_revitalisation"}),
                ),
                site("not_compliant", &zone(AWAY, "城镇集中建设区"), json!({"activity": "town_development"})),
                site("cannot_be_judged", &zone(AWAY, "城镇集中建设区"), json!({})),
            ],
        ),
        case(
            "taixin-2023.town-development",
            section,
            vec![
                site("compliant", &zone(AROUND, "城镇集中建设区"), town.clone()),
                site("compliant", &zone(AROUND, "城镇弹性发展区"), town.clone()),
                site(
                    "not_compliant",
                    &[("城镇开发边界", AWAY, "城镇集中建设区"), ("城镇开发边界", AROUND, "特别用途区")],
                    town.clone(),
                ),
                site("compliant", &zone(AWAY, "城镇集中建设区"), json!({"is_town_development": false})),
                site("cannot_be_judged", &zone(AROUND, "410"), town.clone()),
            ],
        ),
        needs(
            "taixin-2023.boundary-flexible",
            section,
            ("城镇开发边界", "城镇弹性发展区"),
            &[],
            Some("is_town_development"),
        ),
        case(
            "taixin-2023.boundary-special",
            section,
            vec![
                site("compliant", &zone(AROUND, "城镇集中建设区"), json!({})),
                site("conditional", &zone(ON, "特别用途区"), json!({"activity": "municipal_infrastructure"})),
                site("not_compliant", &zone(ON, "特别用途区"), json!({"activity": "industry"})),
                site("cannot_be_judged", &zone(ON, "特别用途区"), json!({})),
            ],
        ),
        forbidden(
            "taixin-2023.boundary-hazard",
            section,
            ("自然灾害高风险区域", ""),
            Some("is_town_development"),
        ),
        case(
            "taixin-2023.three-lines-disjoint",
            section,
            vec![
                site("compliant", &lines([100.0, 0.0, 200.0, 100.0]), json!({})),
                site("conditional", &lines(ON), json!({})),
                site("cannot_be_judged", &lines(ON)[..2], json!({})),
            ],
        ),
    ]
}

fn minerals() -> Vec<Case> {
    let section = "第三章第六节";
    let quarry = |at| [("集中开采区", at, "")];
    let right = json!({"is_new_quarry_right": true});
    vec![
        forbidden(
            "taixin-2023.mining-boundary",
            section,
            ("城镇开发边界", "特别用途区"),
            Some("is_new_mining_right"),
        ),
        forbidden(
            "taixin-2023.mining-farmland",
            section,
            ("永久基本农田", ""),
            Some("is_new_non_strategic_mining_right"),
        ),
        case(
            "taixin-2023.quarry-concentration",
            section,
            vec![
                site("compliant", &quarry(AROUND), right.clone()),
                site("conditional", &quarry(AWAY), right.clone()),
                site("cannot_be_judged", &[], right),
                site("cannot_be_judged", &quarry(AWAY), json!({})),
            ],
        ),
    ]
}

fn rural_land() -> Vec<Case> {
    let plan = |parameters: Value| {
        let mut all = json!({"is_county_or_town_plan": true});
        all.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        all
    };
    let quota =
        |rural: f64| plan(json!({"rural_industry_quota_ha": rural, "new_construction_quota_ha": 100.0}));
    let villages = |outside: f64| {
        plan(json!({"outside_village_boundary_ha": outside, "town_new_construction_ha": 50.0}))
    };
    let not_a_plan = json!({"is_county_or_town_plan": false});
    vec![
        case(
            "taixin-2023.rural-quota",
            "第六章第四节",
            vec![
                site("compliant", &[], quota(10.0)),
                site("not_compliant", &[], quota(9.9999)),
                site("compliant", &[], not_a_plan.clone()),
                site("cannot_be_judged", &[], plan(json!({"rural_industry_quota_ha": 10.0}))),
            ],
        ),
        case(
            "taixin-2023.outside-villages",
            "第六章第四节",
            vec![
                site("compliant", &[], villages(10.0)),
                site("conditional", &[], villages(10.0001)),
                site("compliant", &[], not_a_plan),
                site("cannot_be_judged", &[], plan(json!({}))),
            ],
        ),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [farmland(), red_line(), boundary(), minerals(), rural_land()].into_iter().flatten().collect()
}

#[test]
fn the_three_lines_and_minerals() {
    judge(&cases());
}

#[test]
fn designations_of_the_same_ground_stack_and_the_strictest_comes_first() {
    let parameters: Value = json!({"activity": "sightseeing", "is_water_affecting_industry": true});
    let layers = [("生态保护红线", ON, "核心保护区"), ("风景名胜区", ON, ""), ("饮用水水源保护区", ON, "")];
    let report = run(&input_of(&site("", &layers, parameters)), &["taixin-2023"]);
    for (rule, verdict) in [
        (".redline-core", "not_compliant"),
        (".redline-scenic", "conditional"),
        (".redline-water-source", "conditional"),
        (".drinking-water-industry", "not_compliant"),
    ] {
        assert_eq!(ruling(&report, rule).0, verdict, "{rule}");
    }
    let stacked = texts(&report, "rulings_by_plot", "verdict");
    let gravity = |word: &String| {
        ["not_compliant", "cannot_be_judged", "conditional"].iter().position(|known| known == word)
    };
    assert!(stacked.len() >= 4 && stacked.is_sorted_by_key(gravity), "{stacked:?}");
}

#[test]
fn an_activity_that_nobody_knows_is_an_error_that_names_the_nearest() {
    let input = input_of(&site("", &[("生态保护红线", ON, "一般控制区")], json!({"activity": "siteseeing"})));
    let error =
        sanxian_compliance::check(input, &packs(&["taixin-2023"]), &sanxian_overlay::Progress::default())
            .unwrap_err()
            .to_string();
    assert!(error.contains("`siteseeing`") && error.contains("the nearest is `sightseeing`"), "{error}");
}
