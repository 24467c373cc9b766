//! 忻州市中心城区土地征收成片开发方案, section 6, and the national standard it follows.

use serde_json::json;

use crate::case::*;

pub(crate) fn cases() -> Vec<Case> {
    let zone = |at| [("城镇开发边界", at, "城镇集中建设区")];
    let within = || {
        vec![
            site("compliant", &zone(AROUND), json!({})),
            site("not_compliant", &zone(AWAY), json!({})),
            site("cannot_be_judged", &[], json!({})),
            // Somewhere in the boundary, and nobody knows in which zone.
            site("cannot_be_judged", &[("城镇开发边界", AROUND, "410")], json!({})),
        ]
    };
    let industry = json!({"industry_led_plots": ["1"]});
    let other = json!({"industry_led_plots": []});
    vec![
        case("shanxi-2021.concentrated-construction-zone", "6.1", within()),
        forbidden("shanxi-2021.permanent-basic-farmland", "6.4", ("永久基本农田", ""), None),
        forbidden("shanxi-2021.ecological-redline", "7.4", ("生态保护红线", "一般控制区"), None),
        case(
            "shanxi-2021.public-interest-industry",
            "6.3",
            vec![
                site("compliant", &[], industry.clone()).with_public_land(25.0),
                site("not_compliant", &[], industry.clone()).with_public_land(24.996),
                site("compliant", &[], other.clone()).with_public_land(24.996),
                site("cannot_be_judged", &[], industry),
                site("cannot_be_judged", &[], json!({})).with_public_land(24.996),
            ],
        ),
        case(
            "shanxi-2021.public-interest-other",
            "6.3",
            vec![
                site("compliant", &[], other.clone()).with_public_land(40.0),
                site("not_compliant", &[], other.clone()).with_public_land(39.996),
                site("cannot_be_judged", &[], other),
                site("cannot_be_judged", &[], json!({})).with_public_land(39.996),
            ],
        ),
        said("shanxi-2021.annual-plan", "6.2", "is_in_annual_plan", "not_compliant", None),
        said("shanxi-2021.consent", "方案文本 8", "has_two_thirds_consent", "not_compliant", None),
        case(
            "shanxi-2021.disposal-task",
            "6.5",
            vec![
                site(
                    "compliant",
                    &[],
                    json!({"unsupplied_land_task_mu": 4200, "unsupplied_land_disposed_mu": 5225.1}),
                ),
                site(
                    "not_compliant",
                    &[],
                    json!({"unsupplied_land_task_mu": 4200, "unsupplied_land_disposed_mu": 4199.9}),
                ),
                site("cannot_be_judged", &[], json!({"unsupplied_land_disposed_mu": 5225.1})),
            ],
        ),
        case(
            "shanxi-2021.investment-intensity",
            "6.6",
            vec![
                site("compliant", &[], json!({"investment_10_000_yuan_per_mu": 200})),
                site("not_compliant", &[], json!({"investment_10_000_yuan_per_mu": 199.99})),
                site("cannot_be_judged", &[], json!({})),
            ],
        ),
        case("national-2020.concentrated-construction-zone", "第一条第二款", within()),
        forbidden("national-2020.permanent-basic-farmland", "条款号待核", ("永久基本农田", ""), None),
    ]
}

#[test]
fn section_6_of_the_plan_and_the_national_standard() {
    judge(&cases());
}
