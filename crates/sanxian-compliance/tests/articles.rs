//! The articles of the plan documents: for each a site that meets it, one that breaks it, and one that meets it on a condition, as far as
//! the article knows all three; and one on which something is missing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use sanxian_compliance::{CheckInput, ControlLayer};
use serde_json::{Value, json};
use site::*;

const PLOT: Box4 = [0.0, 0.0, 100.0, 100.0];
/// Far from the plot.
const AWAY: Box4 = [1000.0, 0.0, 1100.0, 100.0];
/// A tenth of the plot.
const ON: Box4 = [90.0, 0.0, 200.0, 100.0];
/// The plot and what is around it.
const AROUND: Box4 = [-500.0, -500.0, 500.0, 500.0];

/// A layer of one rectangle, in this sub-zone of the field `ZONE` when one is named.
fn one(role: &str, rectangle: Box4, zone: &str) -> ControlLayer {
    let mut control = control(role, layer(role, boxes(&[rectangle]), &[("ZONE", &[zone])]));
    let groups: Vec<_> = control
        .role
        .subclasses
        .iter()
        .map(|subclass| (subclass.id.clone(), vec![subclass.title.clone()]))
        .collect();
    if !groups.is_empty() {
        control.subclass = Some(sanxian_compliance::Subclass { field: "ZONE".to_owned(), groups });
    }
    control
}

/// One site: layers, parameters, and the verdict that is due.
struct Site {
    layers: Vec<ControlLayer>,
    parameters: Value,
    verdict: &'static str,
}

fn site(verdict: &'static str, layers: &[(&str, Box4, &str)], parameters: Value) -> Site {
    Site { layers: layers.iter().map(|(role, at, zone)| one(role, *at, zone)).collect(), parameters, verdict }
}

fn input_of(site: &Site) -> CheckInput {
    let mut input = input(plots(&[PLOT]));
    input.layers.clone_from(&site.layers);
    for (name, value) in site.parameters.as_object().unwrap() {
        input.settings.parameters.insert(name.clone(), value.clone());
    }
    input
}

/// Judges the rule `pack.rule` on every site; its clause must be the one named.
fn article(pack: &str, rule: &str, clause: &str, sites: &[Site]) {
    let id = format!("{pack}.{rule}");
    for (at, site) in sites.iter().enumerate() {
        let report = run(&input_of(site), &[pack]);
        let outcome = report.rules.iter().find(|outcome| outcome.rule.id == id).unwrap();
        assert_eq!(outcome.verdict.as_str(), site.verdict, "{id}, site {at}: {}", outcome.message);
        assert!(outcome.rule.clause.contains(clause), "{id}: {}", outcome.rule.clause);
        if site.verdict != "compliant" {
            assert!(outcome.required.is_some(), "{id}, site {at}");
        }
    }
}

#[test]
fn document_001_article_1_outside_the_boundary() {
    let town = |at| [("城镇开发边界", at, "城镇集中建设区")];
    let papers = json!(["土地用途调整方案", "听证材料", "规划实施影响评估", "专家论证意见"]);
    article(
        "xinzhou-measures-2022",
        "outside-boundary",
        "第一条",
        &[
            site("compliant", &town(AROUND), json!({})),
            site("not_compliant", &town(AWAY), json!({"activity": "town_development"})),
            site("conditional", &town(AWAY), json!({"activity": "independent_siting"})),
            site(
                "compliant",
                &town(AWAY),
                json!({"activity": "independent_siting", "documents_in_hand": papers}),
            ),
            site("cannot_be_judged", &town(AWAY), json!({})),
            site("cannot_be_judged", &[], json!({})),
        ],
    );
}

#[test]
fn document_001_articles_4_and_5_quotas_and_balance() {
    let quota = |rural: f64| json!({"is_county_or_town_plan": true, "rural_industry_quota_ha": rural, "new_construction_quota_ha": 100.0});
    article(
        "xinzhou-measures-2022",
        "rural-quota",
        "第四条",
        &[
            site("compliant", &[], quota(10.0)),
            site("not_compliant", &[], quota(9.9999)),
            site("compliant", &[], json!({"is_county_or_town_plan": false})),
            site("cannot_be_judged", &[], json!({"is_county_or_town_plan": true})),
            site("cannot_be_judged", &[], json!({})),
        ],
    );
    article(
        "xinzhou-measures-2022",
        "cropland-balance",
        "第五条",
        &[
            site("compliant", &[("耕地", AWAY, "")], json!({})),
            site("conditional", &[("耕地", ON, "")], json!({})),
            site("compliant", &[("耕地", ON, "")], json!({"documents_in_hand": ["补充耕地落实材料"]})),
            site("cannot_be_judged", &[], json!({})),
        ],
    );
}

#[test]
fn document_001_article_8_minerals_and_hazards() {
    let town = ("城市建设用地范围", AROUND, "");
    let away = ("城市建设用地范围", AWAY, "");
    let zone = ("省级开发区", AWAY, "");
    let mine = ("本矿区范围", AWAY, "");
    let own = ("本矿区范围", AROUND, "");
    let deposit = ("重要矿产资源", ON, "");
    article(
        "xinzhou-measures-2022",
        "minerals-register",
        "第八条",
        &[
            site("conditional", &[town, zone, mine, deposit], json!({})),
            site("compliant", &[town, zone, mine, ("重要矿产资源", AWAY, "")], json!({})),
            // Elsewhere it is the other rule that counts.
            site("compliant", &[away, zone, mine, deposit], json!({})),
            site("cannot_be_judged", &[town, deposit], json!({})),
        ],
    );
    article(
        "xinzhou-measures-2022",
        "minerals-assessment",
        "第八条",
        &[
            site("conditional", &[away, zone, mine, deposit], json!({})),
            site("compliant", &[town, zone, mine, deposit], json!({})),
            site("compliant", &[away, zone, own, deposit], json!({})),
            site(
                "compliant",
                &[away, zone, mine, deposit],
                json!({"documents_in_hand": ["压覆重要矿产资源评估报告及评审意见"]}),
            ),
        ],
    );
    article(
        "xinzhou-measures-2022",
        "geological-hazard",
        "第八条",
        &[
            site("compliant", &[("区域地质灾害危险性评估区", AROUND, "")], json!({})),
            site("conditional", &[("区域地质灾害危险性评估区", AWAY, "")], json!({})),
        ],
    );
}

#[test]
fn document_001_articles_9_and_11_contaminated_plots_and_temporary_land() {
    article(
        "xinzhou-measures-2022",
        "contaminated-residential",
        "第九条",
        &[
            site("compliant", &[("污染地块", AWAY, "")], json!({"is_residential_or_public_use": true})),
            site("conditional", &[("污染地块", ON, "")], json!({"is_residential_or_public_use": true})),
            site("compliant", &[("污染地块", ON, "")], json!({"is_residential_or_public_use": false})),
            // Nobody says: it matters only where there is a contaminated plot.
            site("compliant", &[("污染地块", AWAY, "")], json!({})),
            site("cannot_be_judged", &[("污染地块", ON, "")], json!({})),
        ],
    );
    for (rule, role) in [("temporary-cropland", "耕地"), ("temporary-farmland", "永久基本农田")] {
        let papers = json!(["县级自然资源主管部门审查意见", "当地人民政府同意意见", "市局临时用地批准文件"]);
        article(
            "xinzhou-measures-2022",
            rule,
            "第十一条",
            &[
                site("compliant", &[(role, AWAY, "")], json!({"is_temporary_land": true})),
                site("conditional", &[(role, ON, "")], json!({"is_temporary_land": true})),
                site(
                    "compliant",
                    &[(role, ON, "")],
                    json!({"is_temporary_land": true, "documents_in_hand": papers}),
                ),
                site("compliant", &[(role, ON, "")], json!({"is_temporary_land": false})),
                site("cannot_be_judged", &[], json!({"is_temporary_land": true})),
            ],
        );
    }
    article(
        "xinzhou-measures-2022",
        "temporary-county",
        "第十一条",
        &[
            site("compliant", &[], json!({"is_temporary_land": true, "has_county_review": true})),
            site("conditional", &[], json!({"is_temporary_land": true, "has_county_review": false})),
            site("cannot_be_judged", &[], json!({"is_temporary_land": true})),
        ],
    );
}

#[test]
fn document_001_article_13_eleven_layers_and_their_opinion() {
    let eleven = [
        ("自然保护区", "核心保护区"),
        ("风景名胜区", ""),
        ("森林公园", ""),
        ("湿地公园", ""),
        ("地质公园", ""),
        ("沙漠公园", ""),
        ("国家级公益林地", "一级国家级公益林地"),
        ("国家级公益林地", "二级国家级公益林地"),
        ("保护林地", "Ⅰ级保护林地"),
        ("保护林地", "Ⅱ级保护林地"),
        ("山西省永久性生态公益林地", ""),
    ];
    let rules = [
        "forest-nature-reserve",
        "forest-scenic-area",
        "forest-forest-park",
        "forest-wetland-park",
        "forest-geological-park",
        "forest-desert-park",
        "forest-welfare-forest-1",
        "forest-welfare-forest-2",
        "forest-protected-forest-1",
        "forest-protected-forest-2",
        "forest-permanent-welfare-forest",
    ];
    for (rule, (role, zone)) in rules.into_iter().zip(eleven) {
        article(
            "xinzhou-measures-2022",
            rule,
            "第十三条",
            &[
                site("compliant", &[(role, AWAY, zone)], json!({})),
                site("conditional", &[(role, ON, zone)], json!({})),
                site(
                    "compliant",
                    &[(role, ON, zone)],
                    json!({"documents_in_hand": ["县级林草主管部门核查意见", "市级核查意见"]}),
                ),
                site("cannot_be_judged", &[], json!({})),
            ],
        );
    }
    // The opinion: a row a layer, with hectares where it overlaps, and said to be missing where it is.
    let layers = [("森林公园", ON, ""), ("国家级公益林地", ON, "二级国家级公益林地"), ("湿地公园", AWAY, "")];
    let report = run(&input_of(&site("", &layers, json!({}))), &["xinzhou-measures-2022"]);
    let of = |column: &str| texts(&report, "opinions", column);
    let rows: Vec<usize> =
        (0..of("title").len()).filter(|&row| of("title")[row] == "占用林地核查意见").collect();
    assert_eq!(rows.len(), 11);
    let titles: Vec<String> = rows.iter().map(|&row| of("layer")[row].clone()).collect();
    assert_eq!(titles[2], "森林公园");
    assert_eq!(titles[7], "国家级公益林地(二级国家级公益林地)");
    let areas = numbers(&report, "opinions", "area_ha");
    assert_eq!((areas[rows[2]], areas[rows[3]], areas[rows[6]], areas[rows[7]]), (0.1, 0.0, 0.0, 0.1));
    assert!(areas[rows[0]].is_nan() && of("note")[rows[0]].contains("未提供自然保护区图层"));
    assert_eq!(of("departments")[rows[0]], "县级林草主管部门→市自然资源局");
}

#[test]
fn document_001_article_17_has_a_certificate_for_each_department() {
    let layers = [("文物保护单位", ON, "建设控制地带"), ("泉域重点保护区", AWAY, "")];
    let report = run(&input_of(&site("", &layers, json!({}))), &["xinzhou-measures-2022"]);
    let (titles, clauses) = (texts(&report, "opinions", "title"), texts(&report, "opinions", "clause"));
    let (names, areas) = (texts(&report, "opinions", "layer"), numbers(&report, "opinions", "area_ha"));
    for title in ["自然资源部门核查意见", "文物部门核查意见", "水利部门核查意见"] {
        assert!(titles.iter().any(|known| known == title));
    }
    let row = |name: &str| names.iter().position(|known| known == name).unwrap();
    assert_eq!(areas[row("文物保护单位(建设控制地带)")], 0.1);
    assert_eq!(areas[row("文物保护单位(保护范围)")], 0.0);
    assert_eq!(areas[row("泉域重点保护区")], 0.0);
    assert!(areas[row("泉域保护范围")].is_nan());
    assert_eq!(clauses[row("泉域重点保护区")], "第十七条");
}

#[test]
fn document_001_article_18_rights_do_not_overlap() {
    let rights = |rectangles: &[Box4]| {
        let mut input = input(plots(&[PLOT]));
        input.layers = vec![control("矿业权", layer("KQ", boxes(rectangles), &[]))];
        run(&input, &["xinzhou-measures-2022"])
    };
    let apart = rights(&[AWAY, PLOT]);
    assert_eq!(ruling(&apart, ".one-right-a-body").0, "compliant");
    let (verdict, message) = {
        let report = rights(&[AWAY, PLOT, ON]);
        let (verdict, message) = ruling(&report, ".one-right-a-body");
        (verdict, message.to_owned())
    };
    assert_eq!(verdict, "conditional");
    assert_eq!(message, "矿业权内部相互重叠0.1000公顷(1.5000亩)：第3与第2个要素。");
}

#[test]
fn document_002_section_1_farmland() {
    article(
        "taixin-2023",
        "permanent-basic-farmland",
        "第三章第一节",
        &[
            site("compliant", &[("永久基本农田", AWAY, "")], json!({})),
            site("not_compliant", &[("永久基本农田", ON, "")], json!({})),
            site("cannot_be_judged", &[], json!({})),
        ],
    );
    article(
        "taixin-2023",
        "cropland",
        "第三章第一节",
        &[
            site("compliant", &[("耕地", AWAY, "")], json!({})),
            site("conditional", &[("耕地", ON, "")], json!({})),
        ],
    );
}

#[test]
fn document_002_section_2_red_line_and_the_nine_activities() {
    let red = |at, zone| [("生态保护红线", at, zone)];
    article(
        "taixin-2023",
        "redline-core",
        "第三章第二节",
        &[
            site("compliant", &red(ON, "一般控制区"), json!({})),
            site("not_compliant", &red(ON, "核心保护区"), json!({})),
            site("cannot_be_judged", &red(ON, ""), json!({})),
        ],
    );
    let mut sites = vec![
        site("compliant", &red(AWAY, "一般控制区"), json!({})),
        site("compliant", &red(ON, "核心保护区"), json!({})),
        site("not_compliant", &red(ON, "其他红线区域"), json!({"activity": "industry"})),
        site("cannot_be_judged", &red(ON, "一般控制区"), json!({})),
    ];
    for activity in [
        "management_and_research",
        "residents_livelihood",
        "archaeology_and_heritage",
        "forest_tending",
        "sightseeing",
        "linear_infrastructure",
        "geological_survey_and_mining",
        "ecological_restoration",
        "other_lawful_activity",
    ] {
        sites.push(site("conditional", &red(ON, "一般控制区"), json!({"activity": activity})));
        sites.push(site("conditional", &red(ON, "其他红线区域"), json!({"activity": activity})));
    }
    article("taixin-2023", "redline-outside-core", "第三章第二节", &sites);
    // Other designations of the same ground keep their own rules.
    let both = site(
        "",
        &[("生态保护红线", ON, "核心保护区"), ("风景名胜区", ON, ""), ("饮用水水源保护区", ON, "")],
        json!({"activity": "sightseeing", "is_water_affecting_industry": true}),
    );
    let report = run(&input_of(&both), &["taixin-2023"]);
    for (rule, verdict) in [
        (".redline-core", "not_compliant"),
        (".redline-scenic", "conditional"),
        (".redline-water-source", "conditional"),
        (".drinking-water-industry", "not_compliant"),
    ] {
        assert_eq!(ruling(&report, rule).0, verdict, "{rule}");
    }
    // Stacked, the strictest first.
    let stacked = texts(&report, "rulings_by_plot", "verdict");
    let gravity = |word: &String| {
        ["not_compliant", "cannot_be_judged", "conditional"].iter().position(|known| known == word)
    };
    assert!(stacked.len() >= 4 && stacked.is_sorted_by_key(gravity), "{stacked:?}");
}

#[test]
fn document_002_section_3_the_zones_of_the_boundary() {
    let zone = |at, name| [("城镇开发边界", at, name)];
    article(
        "taixin-2023",
        "boundary-outside",
        "第三章第三节",
        &[
            site("compliant", &zone(AROUND, "城镇弹性发展区"), json!({})),
            site("conditional", &zone(AWAY, "城镇集中建设区"), json!({"activity": "rural_revitalisation"})),
            site("not_compliant", &zone(AWAY, "城镇集中建设区"), json!({"activity": "town_development"})),
        ],
    );
    let town = json!({"is_town_development": true});
    article(
        "taixin-2023",
        "town-development",
        "第三章第三节",
        &[
            site("compliant", &zone(AROUND, "城镇集中建设区"), town.clone()),
            site("compliant", &zone(AROUND, "城镇弹性发展区"), town.clone()),
            site(
                "not_compliant",
                &[("城镇开发边界", AWAY, "城镇集中建设区"), ("城镇开发边界", AROUND, "特别用途区")],
                town.clone(),
            ),
            site("compliant", &zone(AWAY, "城镇集中建设区"), json!({"is_town_development": false})),
        ],
    );
    article(
        "taixin-2023",
        "boundary-flexible",
        "第三章第三节",
        &[
            site("compliant", &zone(AROUND, "城镇集中建设区"), json!({})),
            site("conditional", &zone(ON, "城镇弹性发展区"), json!({})),
        ],
    );
    article(
        "taixin-2023",
        "boundary-special",
        "第三章第三节",
        &[
            site("compliant", &zone(AROUND, "城镇集中建设区"), json!({})),
            site("conditional", &zone(ON, "特别用途区"), json!({"activity": "municipal_infrastructure"})),
            site("not_compliant", &zone(ON, "特别用途区"), json!({"activity": "industry"})),
        ],
    );
    let lines = |farmland| {
        [
            ("永久基本农田", farmland, ""),
            ("生态保护红线", AWAY, "核心保护区"),
            ("城镇开发边界", PLOT, "城镇集中建设区"),
        ]
    };
    article(
        "taixin-2023",
        "three-lines-disjoint",
        "第三章第三节",
        &[
            site("compliant", &lines([100.0, 0.0, 200.0, 100.0]), json!({})),
            site("conditional", &lines(ON), json!({})),
        ],
    );
}

#[test]
fn document_002_section_4_water_and_the_bank_whose_width_is_open() {
    let wet = |role, at| [(role, at, "")];
    for (rule, role, flag) in [
        ("spring-key-water-use", "泉域重点保护区", "is_high_water_use"),
        ("spring-key-pollution", "泉域重点保护区", "is_high_pollution_industry"),
        ("spring-key-wells", "泉域重点保护区", "extracts_groundwater_not_for_drinking"),
        ("spring-key-industry", "泉域重点保护区", "is_water_affecting_industry"),
        ("drinking-water-industry", "饮用水水源保护区", "is_water_affecting_industry"),
        ("overdraft-landscape", "地下水超采区", "uses_fresh_water_for_landscape"),
    ] {
        article(
            "taixin-2023",
            rule,
            "",
            &[
                site("compliant", &wet(role, AWAY), json!({flag: true})),
                site("not_compliant", &wet(role, ON), json!({flag: true})),
                site("compliant", &wet(role, ON), json!({flag: false})),
                site("cannot_be_judged", &wet(role, ON), json!({})),
            ],
        );
    }
    for (rule, role, flag) in [
        ("spring-area", "泉域保护范围", json!({"is_high_water_use": true})),
        ("spring-key", "泉域重点保护区", json!({})),
        ("water-conservation", "水源涵养生态功能区", json!({})),
    ] {
        article(
            "taixin-2023",
            rule,
            "第三章第四节",
            &[site("compliant", &wet(role, AWAY), flag.clone()), site("conditional", &wet(role, ON), flag)],
        );
    }
    article(
        "taixin-2023",
        "shoreline",
        "第三章第四节",
        &[
            site("compliant", &[("河湖水域岸线管理范围", AWAY, "岸线保护区")], json!({})),
            site("conditional", &[("河湖水域岸线管理范围", ON, "岸线保留区")], json!({})),
        ],
    );
    // The river runs 300 m from the plot.
    let river = [("滹沱河", [400.0, -500.0, 500.0, 500.0], "")];
    let bank =
        |distance_m: f64| json!({"is_high_pollution_industry": true, "hutuo_bank_distance_m": distance_m});
    article(
        "taixin-2023",
        "hutuo-bank",
        "第六章第六节",
        &[
            site("compliant", &river, bank(300.0)),
            site("not_compliant", &river, bank(300.01)),
            site("cannot_be_judged", &river, json!({"is_high_pollution_industry": true})),
            site("compliant", &river, json!({"is_high_pollution_industry": false})),
        ],
    );
    let basins = |source| [("支流流域", [0.0, 0.0, 20_000.0, 20_000.0], ""), ("河流源头保护区", source, "")];
    article(
        "taixin-2023",
        "source-areas",
        "第三章第四节",
        &[
            site("compliant", &basins(PLOT), json!({"is_county_or_town_plan": true})),
            site(
                "conditional",
                &basins([-200.0, 0.0, -100.0, 100.0]),
                json!({"is_county_or_town_plan": true}),
            ),
        ],
    );
}

#[test]
fn document_002_sections_5_and_6_heritage_and_minerals() {
    for (rule, role, zone, document) in [
        ("heritage-scope", "文物保护单位", "保护范围", "建设影响评估"),
        ("heritage-control", "文物保护单位", "建设控制地带", "建设影响评估"),
        ("underground-heritage", "地下文物埋藏区", "", "考古调查、勘探意见"),
    ] {
        article(
            "taixin-2023",
            rule,
            "第七章第一节",
            &[
                site("compliant", &[(role, AWAY, zone)], json!({})),
                site("conditional", &[(role, ON, zone)], json!({})),
                site("compliant", &[(role, ON, zone)], json!({"documents_in_hand": [document]})),
                site("cannot_be_judged", &[], json!({})),
            ],
        );
    }
    article(
        "taixin-2023",
        "mining-boundary",
        "第三章第六节",
        &[
            site("compliant", &[("城镇开发边界", AWAY, "特别用途区")], json!({"is_new_mining_right": true})),
            site(
                "not_compliant",
                &[("城镇开发边界", ON, "特别用途区")],
                json!({"is_new_mining_right": true}),
            ),
        ],
    );
    article(
        "taixin-2023",
        "mining-farmland",
        "第三章第六节",
        &[
            site(
                "compliant",
                &[("永久基本农田", AWAY, "")],
                json!({"is_new_non_strategic_mining_right": true}),
            ),
            site(
                "not_compliant",
                &[("永久基本农田", ON, "")],
                json!({"is_new_non_strategic_mining_right": true}),
            ),
        ],
    );
    article(
        "taixin-2023",
        "quarry-concentration",
        "第三章第六节",
        &[
            site("compliant", &[("集中开采区", AROUND, "")], json!({"is_new_quarry_right": true})),
            site("conditional", &[("集中开采区", AWAY, "")], json!({"is_new_quarry_right": true})),
        ],
    );
}

#[test]
fn document_002_table_2_1_is_kept_as_an_account() {
    // A tenth of a hectare of cropland is 0.00015 ten thousand mu.
    let account = |before: f64| site("", &[("耕地", ON, "")], json!({"cropland_before_wan_mu": before}));
    let kept = run(&input_of(&account(446.59015)), &["taixin-2023-indicators"]);
    assert_eq!(ruling(&kept, ".cropland").0, "compliant", "{}", ruling(&kept, ".cropland").1);
    let broken = run(&input_of(&account(446.590_149)), &["taixin-2023-indicators"]);
    let (verdict, message) = ruling(&broken, ".cropland");
    assert_eq!(verdict, "not_compliant");
    assert_eq!(
        message,
        "项目前446.590149万亩，本方案减少0.00015万亩，项目后446.589999万亩，低于446.59万亩。"
    );
    assert_eq!(numbers(&broken, "accounts", "left"), [-0.000_001]);
    assert_eq!(numbers(&broken, "accounts", "project"), [-0.00015]);
    assert_eq!(ruling(&broken, ".water").0, "cannot_be_judged");
    // The phase goes by the day of the scheme.
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

#[test]
fn document_003_sites_and_reasons() {
    article(
        "pianguan-2023",
        "two-sites",
        "三(二)",
        &[
            site("compliant", &[], json!({"is_new_or_extension": true, "site_options": 2})),
            site("not_compliant", &[], json!({"is_new_or_extension": true, "site_options": 1})),
            site("cannot_be_judged", &[], json!({"is_new_or_extension": true})),
        ],
    );
    for (rule, role) in
        [("permanent-basic-farmland", "永久基本农田"), ("cropland", "耕地"), ("forest", "林地")]
    {
        article(
            "pianguan-2023",
            rule,
            "三(二)",
            &[
                site("compliant", &[(role, AWAY, "")], json!({})),
                site("conditional", &[(role, ON, "")], json!({})),
                site("cannot_be_judged", &[], json!({})),
            ],
        );
    }
}

#[test]
fn document_004_rates_consent_and_other_schemes() {
    let rate =
        |supplied: f64| json!({"supplied_in_five_years_ha": supplied, "approved_in_five_years_ha": 1000.0});
    article(
        "xinjiang-2023",
        "supply-rate",
        "二(二)第3项",
        &[
            site("compliant", &[], rate(600.0)),
            site("not_compliant", &[], rate(599.996)),
            site("cannot_be_judged", &[], json!({})),
        ],
    );
    let consent = |yes: u32| json!({"consenting_members": yes, "entitled_members": 99});
    article(
        "xinjiang-2023",
        "consent",
        "十三(一)",
        &[site("compliant", &[], consent(66)), site("not_compliant", &[], consent(65))],
    );
    article(
        "xinjiang-2023",
        "other-schemes",
        "三(二)",
        &[
            site("compliant", &[("已批准的成片开发方案", AWAY, "")], json!({})),
            site("not_compliant", &[("已批准的成片开发方案", ON, "")], json!({})),
            site("cannot_be_judged", &[], json!({})),
        ],
    );
    article(
        "xinjiang-2023",
        "siting-military",
        "十一(一)",
        &[
            site("compliant", &[("军事等敏感区", AWAY, "")], json!({})),
            site("conditional", &[("军事等敏感区", ON, "")], json!({})),
        ],
    );
    article(
        "xinjiang-2023",
        "public-notice",
        "十三(二)",
        &[
            site("compliant", &[], json!({"notice_working_days": 5})),
            site("not_compliant", &[], json!({"notice_working_days": 4})),
        ],
    );
}

#[test]
fn document_000_section_6() {
    for (rule, clause, kept, broken) in [
        ("annual-plan", "6.2", json!({"is_in_annual_plan": true}), json!({"is_in_annual_plan": false})),
        (
            "disposal-task",
            "6.5",
            json!({"unsupplied_land_task_mu": 4200, "unsupplied_land_disposed_mu": 5225.1}),
            json!({"unsupplied_land_task_mu": 4200, "unsupplied_land_disposed_mu": 4199.9}),
        ),
        (
            "investment-intensity",
            "6.6",
            json!({"investment_10_000_yuan_per_mu": 200}),
            json!({"investment_10_000_yuan_per_mu": 199.99}),
        ),
        (
            "consent",
            "方案文本 8",
            json!({"has_two_thirds_consent": true}),
            json!({"has_two_thirds_consent": false}),
        ),
    ] {
        article(
            "shanxi-2021",
            rule,
            clause,
            &[
                site("compliant", &[], kept),
                site("not_compliant", &[], broken),
                site("cannot_be_judged", &[], json!({})),
            ],
        );
    }
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
