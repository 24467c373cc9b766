//! 忻州市自然资源要素保障经济发展若干措施.

use serde_json::json;

use crate::case::*;
use crate::site::*;

const ELEVEN: [(&str, &str, &str); 11] = [
    ("xinzhou-measures-2022.forest-nature-reserve", "自然保护区", "核心保护区"),
    ("xinzhou-measures-2022.forest-scenic-area", "风景名胜区", ""),
    ("xinzhou-measures-2022.forest-forest-park", "森林公园", ""),
    ("xinzhou-measures-2022.forest-wetland-park", "湿地公园", ""),
    ("xinzhou-measures-2022.forest-geological-park", "地质公园", ""),
    ("xinzhou-measures-2022.forest-desert-park", "沙漠公园", ""),
    ("xinzhou-measures-2022.forest-welfare-forest-1", "国家级公益林地", "一级国家级公益林地"),
    ("xinzhou-measures-2022.forest-welfare-forest-2", "国家级公益林地", "二级国家级公益林地"),
    ("xinzhou-measures-2022.forest-protected-forest-1", "保护林地", "Ⅰ级保护林地"),
    ("xinzhou-measures-2022.forest-protected-forest-2", "保护林地", "Ⅱ级保护林地"),
    ("xinzhou-measures-2022.forest-permanent-welfare-forest", "山西省永久性生态公益林地", ""),
];

fn outside_the_boundary() -> Vec<Case> {
    let town = |at| [("城镇开发边界", at, "城镇集中建设区")];
    let use_differs = |mut parameters: serde_json::Value| {
        parameters["conforms_to_land_use_plan"] = json!(false);
        parameters
    };
    let papers = json!(["土地用途调整方案", "听证材料", "规划实施影响评估", "专家论证意见"]);
    let mut cases = vec![case(
        "xinzhou-measures-2022.outside-boundary",
        "第一条",
        vec![
            site("compliant", &town(AROUND), use_differs(json!({}))),
            site("not_compliant", &town(AWAY), use_differs(json!({"activity": "town_development"}))),
            site("conditional", &town(AWAY), use_differs(json!({"activity": "independent_siting"}))),
            site(
                "compliant",
                &town(AWAY),
                use_differs(json!({"activity": "independent_siting", "documents_in_hand": papers})),
            ),
            // What agrees with the land-use plan needs no change of it.
            site("compliant", &town(AWAY), json!({"conforms_to_land_use_plan": true})),
            site("cannot_be_judged", &town(AWAY), json!({"activity": "independent_siting"})),
            site("cannot_be_judged", &town(AWAY), use_differs(json!({}))),
            site("cannot_be_judged", &[], use_differs(json!({}))),
        ],
    )];
    for (rule, role, zone) in [
        ("xinzhou-measures-2022.outside-boundary-farmland", "永久基本农田", ""),
        ("xinzhou-measures-2022.outside-boundary-redline", "生态保护红线", "一般控制区"),
    ] {
        let with = |boundary, at| [("城镇开发边界", boundary, "城镇集中建设区"), (role, at, zone)];
        cases.push(case(
            rule,
            "第一条",
            vec![
                site("compliant", &with(AWAY, AWAY), json!({})),
                site("conditional", &with(AWAY, ON), json!({})),
                // Inside the boundary it is other rules that count.
                site("compliant", &with(AROUND, ON), json!({})),
                site("cannot_be_judged", &[(role, ON, zone)], json!({})),
                site("cannot_be_judged", &town(AWAY), json!({})),
            ],
        ));
    }
    cases
}

fn minerals_and_hazards() -> Vec<Case> {
    let town = ("城市建设用地范围", AROUND, "");
    let away = ("城市建设用地范围", AWAY, "");
    let zone = ("省级开发区", AWAY, "");
    let mine = ("本矿区范围", AWAY, "");
    let own = ("本矿区范围", AROUND, "");
    let deposit = ("重要矿产资源", ON, "");
    let area = |at| [("区域地质灾害危险性评估区", at, "")];
    vec![
        case(
            "xinzhou-measures-2022.minerals-register",
            "第八条",
            vec![
                site("conditional", &[town, zone, mine, deposit], json!({})),
                site("compliant", &[town, zone, mine, ("重要矿产资源", AWAY, "")], json!({})),
                // Elsewhere it is the other rule that counts.
                site("compliant", &[away, zone, mine, deposit], json!({})),
                site("cannot_be_judged", &[town, deposit], json!({})),
            ],
        ),
        case(
            "xinzhou-measures-2022.minerals-assessment",
            "第八条",
            vec![
                site("conditional", &[away, zone, mine, deposit], json!({})),
                site("compliant", &[town, zone, mine, deposit], json!({})),
                site("compliant", &[away, zone, own, deposit], json!({})),
                site(
                    "compliant",
                    &[away, zone, mine, deposit],
                    json!({"documents_in_hand": ["压覆重要矿产资源评估报告及评审意见"]}),
                ),
                site("cannot_be_judged", &[away, deposit], json!({})),
            ],
        ),
        case(
            "xinzhou-measures-2022.geological-hazard-promise",
            "第八条",
            vec![
                site("compliant", &area(AWAY), json!({"is_special_or_major_works": false})),
                site("conditional", &area(AROUND), json!({"is_special_or_major_works": false})),
                site(
                    "compliant",
                    &area(AROUND),
                    json!({"is_special_or_major_works": false, "documents_in_hand": ["落实地质灾害防治措施的书面承诺"]}),
                ),
                site("compliant", &area(AROUND), json!({"is_special_or_major_works": true})),
                site("cannot_be_judged", &area(AROUND), json!({})),
                site("cannot_be_judged", &[], json!({"is_special_or_major_works": false})),
            ],
        ),
        case(
            "xinzhou-measures-2022.geological-hazard",
            "第八条",
            vec![
                site("compliant", &area(AROUND), json!({})),
                site("conditional", &area(AWAY), json!({})),
                site("compliant", &area(AWAY), json!({"documents_in_hand": ["地质灾害危险性评估报告"]})),
                site("cannot_be_judged", &[], json!({})),
            ],
        ),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let quota = |rural: f64| json!({"is_county_or_town_plan": true, "rural_industry_quota_ha": rural, "new_construction_quota_ha": 100.0});
    let mines = |repaired: f64| json!({"is_yearly_account_of_legacy_mines": true, "legacy_mines_repaired_ha": repaired, "legacy_mines_existing_ha": 100.0});
    let temporary = ["县级自然资源主管部门审查意见", "当地人民政府同意意见", "市局临时用地批准文件"];
    let rights = |at| [("矿业权", PLOT, ""), ("矿业权", at, "")];
    let mut cases = outside_the_boundary();
    cases.extend(minerals_and_hazards());
    cases.extend([
        case(
            "xinzhou-measures-2022.rural-quota",
            "第四条",
            vec![
                site("compliant", &[], quota(10.0)),
                site("not_compliant", &[], quota(9.9999)),
                site("compliant", &[], json!({"is_county_or_town_plan": false})),
                site("cannot_be_judged", &[], json!({"is_county_or_town_plan": true})),
                site("cannot_be_judged", &[], json!({})),
            ],
        ),
        needs("xinzhou-measures-2022.cropland-balance", "第五条", ("耕地", ""), &["补充耕地落实材料"], None),
        needs(
            "xinzhou-measures-2022.contaminated-plots",
            "第九条",
            ("污染地块", ""),
            &["生态环境部门对(疑似)污染地块的意见"],
            None,
        ),
        // Every plot that becomes residential, whatever the register of contaminated plots says.
        said(
            "xinzhou-measures-2022.contaminated-residential",
            "第九条",
            "has_soil_verification",
            "conditional",
            Some("is_residential_or_public_use"),
        ),
        said(
            "xinzhou-measures-2022.contaminated-transfer",
            "第九条",
            "has_soil_opinion",
            "conditional",
            Some("is_transfer_to_residential_or_public_use"),
        ),
        case(
            "xinzhou-measures-2022.legacy-mines",
            "第十四条",
            vec![
                site("compliant", &[], mines(30.0)),
                site("not_compliant", &[], mines(29.9999)),
                site("compliant", &[], json!({"is_yearly_account_of_legacy_mines": false})),
                site("cannot_be_judged", &[], json!({"is_yearly_account_of_legacy_mines": true})),
            ],
        ),
        needs(
            "xinzhou-measures-2022.temporary-cropland",
            "第十一条",
            ("耕地", ""),
            &temporary,
            Some("is_temporary_land"),
        ),
        needs(
            "xinzhou-measures-2022.temporary-farmland",
            "第十一条",
            ("永久基本农田", ""),
            &temporary,
            Some("is_temporary_land"),
        ),
        said(
            "xinzhou-measures-2022.temporary-county",
            "第十一条",
            "has_county_review",
            "conditional",
            Some("is_temporary_land"),
        ),
        said(
            "xinzhou-measures-2022.forest-special-statement",
            "第十三条",
            "has_forest_check_statement",
            "conditional",
            Some("has_special_forest_provisions"),
        ),
        case(
            "xinzhou-measures-2022.one-right-a-body",
            "第十八条",
            vec![
                site("compliant", &rights(AWAY), json!({})),
                site("conditional", &rights(ON), json!({})),
                site("cannot_be_judged", &[], json!({})),
            ],
        ),
    ]);
    let papers = ["县级林草主管部门核查意见", "市级核查意见"];
    cases.extend(ELEVEN.map(|(rule, role, zone)| needs(rule, "第十三条", (role, zone), &papers, None)));
    cases
}

#[test]
fn the_articles_of_the_measures() {
    judge(&cases());
}

#[test]
fn article_11_touching_farmland_or_not_decides_who_approves() {
    let level = |role, at| {
        let parameters = json!({"is_temporary_land": true, "has_county_review": true});
        let other = if role == "耕地" { "永久基本农田" } else { "耕地" };
        let report = run(
            &input_of(&site("", &[(role, at, ""), (other, AWAY, "")], parameters)),
            &["xinzhou-measures-2022"],
        );
        let city = [".temporary-cropland", ".temporary-farmland"]
            .into_iter()
            .filter(|rule| ruling(&report, rule).0 == "conditional")
            .count();
        (city, ruling(&report, ".temporary-county").0)
    };
    for role in ["耕地", "永久基本农田"] {
        assert_eq!(level(role, ON), (1, "compliant"), "{role}: the city decides");
        assert_eq!(level(role, AWAY), (0, "compliant"), "{role}: the county decides");
    }
}
