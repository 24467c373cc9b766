//! 太忻一体化经济区(忻州区)空间发展规划: water, springs, shorelines, heritage, soil.

use serde_json::json;

use crate::case::*;

fn springs_and_sources() -> Vec<Case> {
    let mut cases = Vec::new();
    for (rule, clause, role, flag) in [
        ("taixin-2023.spring-key-water-use", "附表1 注2", "泉域重点保护区", "is_high_water_use"),
        (
            "taixin-2023.spring-key-wells",
            "附表1 注2",
            "泉域重点保护区",
            "extracts_groundwater_not_for_drinking",
        ),
        ("taixin-2023.spring-key-industry", "附表1 注2", "泉域重点保护区", "is_water_affecting_industry"),
        (
            "taixin-2023.drinking-water-industry",
            "附表1 注2",
            "饮用水水源保护区",
            "is_water_affecting_industry",
        ),
        ("taixin-2023.spring-key-pollution", "第六章第六节", "泉域重点保护区", "is_high_pollution_industry"),
        ("taixin-2023.overdraft-landscape", "第三章第四节", "地下水超采区", "uses_fresh_water_for_landscape"),
    ] {
        cases.push(forbidden(rule, clause, (role, ""), Some(flag)));
    }
    let section = "第三章第四节";
    cases.extend([
        needs("taixin-2023.spring-area", section, ("泉域保护范围", ""), &[], Some("is_high_water_use")),
        needs("taixin-2023.spring-key", section, ("泉域重点保护区", ""), &[], None),
        needs(
            "taixin-2023.water-conservation",
            section,
            ("水源涵养生态功能区", ""),
            &["符合水源涵养功能定位的认定"],
            None,
        ),
    ]);
    cases
}

fn shorelines() -> Vec<Case> {
    let section = "第三章第四节";
    // The river runs 300 m from the plot.
    let river = [("滹沱河", [400.0, -500.0, 500.0, 500.0], "")];
    let bank =
        |distance_m: f64| json!({"is_high_pollution_industry": true, "hutuo_bank_distance_m": distance_m});
    let plan = json!({"is_county_or_town_plan": true});
    // A basin of 400 km² and one of 225 km².
    let large = ("支流流域", [0.0, 0.0, 20_000.0, 20_000.0], "");
    let middling = ("支流流域", [-20_000.0, 0.0, -5_000.0, 15_000.0], "");
    let outside = [-200.0, 0.0, -100.0, 100.0];
    let source = |at| ("河流源头保护区", at, "");
    let shore = |at| ("河湖水域岸线管理范围", at, "岸线保护区");
    vec![
        needs(
            "taixin-2023.shoreline",
            section,
            ("河湖水域岸线管理范围", "岸线保留区"),
            &["河湖岸线占用许可"],
            None,
        ),
        case(
            "taixin-2023.hutuo-bank",
            "第六章第六节",
            vec![
                site("compliant", &river, bank(300.0)),
                site("not_compliant", &river, bank(300.01)),
                site("cannot_be_judged", &river, json!({"is_high_pollution_industry": true})),
                site("compliant", &river, json!({"is_high_pollution_industry": false})),
                site("cannot_be_judged", &[], bank(300.0)),
            ],
        ),
        case(
            "taixin-2023.source-areas",
            section,
            vec![
                site("compliant", &[large, source(PLOT)], plan.clone()),
                // The smaller basin asks for none.
                site("compliant", &[large, middling, source(PLOT)], plan.clone()),
                site("conditional", &[large, source(outside)], plan.clone()),
                site("cannot_be_judged", &[large], plan.clone()),
                site("cannot_be_judged", &[source(PLOT)], plan.clone()),
            ],
        ),
        case(
            "taixin-2023.shoreline-areas",
            section,
            vec![
                site("compliant", &[large, shore(PLOT)], plan.clone()),
                site("conditional", &[large, middling, shore(PLOT)], plan.clone()),
                site("cannot_be_judged", &[large], plan.clone()),
                site("compliant", &[], json!({"is_county_or_town_plan": false})),
            ],
        ),
    ]
}

fn heritage_and_soil() -> Vec<Case> {
    vec![
        needs(
            "taixin-2023.heritage-scope",
            "第七章第一节",
            ("文物保护单位", "保护范围"),
            &["建设影响评估"],
            None,
        ),
        needs(
            "taixin-2023.heritage-control",
            "第三章第五节",
            ("文物保护单位", "建设控制地带"),
            &["建设影响评估"],
            None,
        ),
        needs("taixin-2023.heritage-register", "附表4", ("历史文化保护名录", ""), &["建设影响评估"], None),
        needs(
            "taixin-2023.underground-heritage",
            "第七章第一节",
            ("地下文物埋藏区", ""),
            &["考古调查、勘探意见"],
            None,
        ),
        needs("taixin-2023.contaminated-plots", "第八章第五节", ("污染地块", ""), &[], None),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [springs_and_sources(), shorelines(), heritage_and_soil()].into_iter().flatten().collect()
}

#[test]
fn water_shorelines_and_heritage() {
    judge(&cases());
}
