//! 新疆维吾尔自治区土地征收成片开发方案编制指引.

use serde_json::json;

use crate::case::*;

pub(crate) fn cases() -> Vec<Case> {
    let rate =
        |supplied: f64| json!({"supplied_in_five_years_ha": supplied, "approved_in_five_years_ha": 1000.0});
    let consent = |yes: u32| json!({"consenting_members": yes, "entitled_members": 99});
    let south = |is_south: bool| json!({"southern_xinjiang": is_south});
    let mut cases = vec![
        forbidden("xinjiang-2023.permanent-basic-farmland", "二(二)第1项", ("永久基本农田", ""), None),
        forbidden("xinjiang-2023.ecological-redline", "二(二)第2项", ("生态保护红线", "一般控制区"), None),
        case(
            "xinjiang-2023.public-interest-southern",
            "五(二)",
            vec![
                site("compliant", &[], south(true)).with_public_land(35.0),
                site("not_compliant", &[], south(true)).with_public_land(34.996),
                site("compliant", &[], south(false)).with_public_land(34.996),
                site("cannot_be_judged", &[], south(true)),
                site("cannot_be_judged", &[], json!({})).with_public_land(34.996),
            ],
        ),
        case(
            "xinjiang-2023.public-interest-other",
            "五(二)",
            vec![
                site("compliant", &[], south(false)).with_public_land(40.0),
                site("not_compliant", &[], south(false)).with_public_land(39.996),
                site("compliant", &[], south(true)).with_public_land(35.0),
                site("cannot_be_judged", &[], south(false)),
            ],
        ),
        case(
            "xinjiang-2023.supply-rate",
            "二(二)第3项",
            vec![
                site("compliant", &[], rate(600.0)),
                site("not_compliant", &[], rate(599.996)),
                site("cannot_be_judged", &[], json!({"supplied_in_five_years_ha": 600.0})),
                site(
                    "cannot_be_judged",
                    &[],
                    json!({"supplied_in_five_years_ha": 1.0, "approved_in_five_years_ha": 0.0}),
                ),
            ],
        ),
        said("xinjiang-2023.disposal-task", "二(二)第3项", "has_done_disposal_task", "not_compliant", None),
        said("xinjiang-2023.efficient-zones", "二(二)第4项", "zones_are_efficient", "not_compliant", None),
        said(
            "xinjiang-2023.earlier-schemes",
            "二(二)第5项",
            "earlier_schemes_are_on_schedule",
            "not_compliant",
            None,
        ),
        forbidden("xinjiang-2023.other-schemes", "三(二)", ("已批准的成片开发方案", ""), None),
        said("xinjiang-2023.plans", "(方案)七", "conforms_to_plans", "not_compliant", None),
        needs(
            "xinjiang-2023.cropland",
            "(方案)十",
            ("耕地", ""),
            &["占用耕地必要性、合理性说明", "耕地占补平衡承诺"],
            None,
        ),
        said("xinjiang-2023.annual-plan", "(方案)八", "is_in_annual_plan", "not_compliant", None),
        case(
            "xinjiang-2023.consent",
            "十三(一)",
            vec![
                // Two thirds of 99 are 66, and nothing is rounded.
                site("compliant", &[], consent(66)),
                site("not_compliant", &[], consent(65)),
                site("cannot_be_judged", &[], json!({"consenting_members": 66})),
            ],
        ),
        case(
            "xinjiang-2023.public-notice",
            "十三(二)",
            vec![
                site("compliant", &[], json!({"notice_working_days": 5})),
                site("not_compliant", &[], json!({"notice_working_days": 4})),
                site("cannot_be_judged", &[], json!({})),
            ],
        ),
    ];
    for (rule, role, zone, opinion) in [
        ("xinjiang-2023.siting-reserve", "自然保护区", "一般控制区", "自然保护区主管部门支持意见"),
        ("xinjiang-2023.siting-scenic", "风景名胜区", "", "风景名胜区主管部门支持意见"),
        ("xinjiang-2023.siting-no-build", "城市规划禁止建设区", "", "城市规划禁止建设区主管部门支持意见"),
        ("xinjiang-2023.siting-military", "军事等敏感区", "", "军事等敏感区主管部门支持意见"),
        (
            "xinjiang-2023.siting-infrastructure",
            "公路、铁路、输电线路、输油输气管道",
            "",
            "公路、铁路、输电线路、输油输气管道主管部门支持意见",
        ),
    ] {
        cases.push(needs(rule, "十一(一)", (role, zone), &[opinion], None));
    }
    cases
}

#[test]
fn shares_rates_consent_and_siting() {
    judge(&cases());
}
