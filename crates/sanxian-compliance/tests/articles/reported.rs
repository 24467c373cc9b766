//! National and provincial packs of which little or nothing was read: every verdict must say so.

use serde_json::json;

use crate::case::*;

fn within(rule: &'static str, role: &str) -> Case {
    case(
        rule,
        "条款号待核",
        vec![
            site("compliant", &[(role, AROUND, "")], json!({})),
            site("not_compliant", &[(role, AWAY, "")], json!({})),
            site("cannot_be_judged", &[], json!({})),
        ],
    )
}

fn guangdong() -> Vec<Case> {
    let place = |is_centre: bool, outside: &[&str]| json!({"is_centre_of_guangzhou_shenzhen_foshan_dongguan": is_centre, "plots_outside_boundary": outside});
    let share = |rule, parameters: serde_json::Value, percent: f64| {
        case(
            rule,
            "条款号待核",
            vec![
                site("compliant", &[], parameters.clone()).with_public_land(percent),
                site("not_compliant", &[], parameters.clone()).with_public_land(percent - 0.004),
                site("cannot_be_judged", &[], parameters),
                site("cannot_be_judged", &[], json!({})).with_public_land(percent - 0.004),
            ],
        )
    };
    vec![
        within("guangdong-2024.planned-urban-land", "城镇建设用地范围"),
        share("guangdong-2024.public-interest-centre", place(true, &[]), 40.0),
        share("guangdong-2024.public-interest-elsewhere", place(false, &[]), 30.0),
        share("guangdong-2024.public-interest-outside", place(false, &["1"]), 20.0),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let open = "条款号待核";
    let town = |at, zone| [("城镇开发边界", at, zone)];
    let recognition = ["符合生态保护红线内允许有限人为活动的认定意见"];
    let mut cases = guangdong();
    cases.extend([
        within("national-2023.planned-urban-land", "城镇建设用地范围"),
        forbidden("national-2023.permanent-basic-farmland", open, ("永久基本农田", ""), None),
        said("national-2023.no-idle-land", open, "has_no_large_idle_land", "not_compliant", None),
        said("national-2023.efficient-zones", open, "zones_are_efficient", "not_compliant", None),
        said("national-2023.earlier-schemes", open, "earlier_schemes_are_on_schedule", "not_compliant", None),
        forbidden("redline-2022.core", open, ("生态保护红线", "核心保护区"), None),
        needs("redline-2022.general", "第一条第(一)项", ("生态保护红线", "其他红线区域"), &recognition, None),
        case(
            "boundary-2023.town-development",
            open,
            vec![
                site("compliant", &town(AROUND, "城镇集中建设区"), json!({"is_town_development": true})),
                site("not_compliant", &town(AWAY, "城镇集中建设区"), json!({"is_town_development": true})),
                site("compliant", &town(AWAY, "城镇集中建设区"), json!({"is_town_development": false})),
                site("cannot_be_judged", &town(AWAY, "城镇集中建设区"), json!({})),
            ],
        ),
        needs("boundary-2023.flexible", open, ("城镇开发边界", "城镇弹性发展区"), &[], None),
        case(
            "boundary-2023.special",
            open,
            vec![
                site("compliant", &town(AROUND, "城镇集中建设区"), json!({})),
                site("conditional", &town(ON, "特别用途区"), json!({"activity": "ecological_restoration"})),
                site("not_compliant", &town(ON, "特别用途区"), json!({"activity": "industry"})),
                site("cannot_be_judged", &town(ON, "特别用途区"), json!({})),
            ],
        ),
        case(
            "boundary-2023.outside",
            open,
            vec![
                site("compliant", &town(AROUND, "特别用途区"), json!({})),
                site("conditional", &town(AWAY, "特别用途区"), json!({"activity": "independent_siting"})),
                site("not_compliant", &town(AWAY, "特别用途区"), json!({"activity": "industry"})),
                site("cannot_be_judged", &town(AWAY, "特别用途区"), json!({})),
            ],
        ),
    ]);
    cases
}

#[test]
fn rules_that_nobody_read_say_so() {
    judge(&cases());
}
