//! The guide for writers of packs (`docs/rules.md`): its example of each predicate loads as it stands and comes to the verdicts that
//! the guide promises; a fault in any of them names file, rule and key.

use std::path::{Path, PathBuf};

use sanxian_compliance::{CheckInput, RulePack, load_rules};
use serde_json::{Value, json};

use crate::case::*;

const PREDICATES: [&str; 10] = [
    "must-not-overlap",
    "overlap-needs",
    "must-lie-within",
    "distance-at-least",
    "share-at-least",
    "share-at-most",
    "total-at-least",
    "total-at-most",
    "disjoint",
    "exists",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules")
}

fn load(path: &Path) -> Result<Vec<RulePack>, String> {
    load_rules(&[] as &[&str], &[path]).map_err(|error| error.to_string())
}

fn verdict(predicate: &str, site: &Site) -> (&'static str, String) {
    let packs = load(&folder().join(format!("{predicate}.toml"))).unwrap();
    let input: CheckInput = input_of(site);
    let report = sanxian_compliance::check(input, &packs, &sanxian_overlay::Progress::default()).unwrap();
    (report.rules[0].verdict.as_str(), report.rules[0].message.clone())
}

/// The sites of one example.
fn sites(predicate: &str) -> Vec<Site> {
    let red = |at, zone| [("生态保护红线", at, zone)];
    let town = |at| [("城镇开发边界", at, "城镇集中建设区")];
    let river = [("滹沱河", [150.0, -500.0, 300.0, 500.0], "")];
    let bank = |distance_m: f64| json!({"is_high_pollution_industry": true, "bank_distance_m": distance_m});
    let consent = |yes: u32| json!({"consenting_members": yes, "entitled_members": 3});
    let fields = |at| [("耕地", at, "")];
    let farmland = |at| [("永久基本农田", at, "")];
    let before = |before: f64| json!({"farmland_before_ha": before});
    let quota = |ha: f64| json!({"annual_quota_ha": ha});
    let lines = |at| [("永久基本农田", PLOT, ""), ("生态保护红线", at, "核心保护区")];
    let said = |value: bool| json!({"is_in_annual_plan": value});
    let none = || json!({});
    let road =
        |documents: &[&str]| json!({"activity": "linear_infrastructure", "documents_in_hand": documents});
    let with = |rows: &[(&'static str, &[LayerOf<'_>], Value)]| -> Vec<Site> {
        rows.iter().map(|(verdict, layers, parameters)| site(verdict, layers, parameters.clone())).collect()
    };
    match predicate {
        "must-not-overlap" => with(&[
            ("compliant", &red(ON, "一般控制区"), none()),
            ("not_compliant", &red(ON, "核心保护区"), none()),
            ("cannot_be_judged", &red(ON, "01"), none()),
        ]),
        "overlap-needs" => with(&[
            ("compliant", &red(ON, "一般控制区"), road(&["认定意见"])),
            ("conditional", &red(ON, "一般控制区"), road(&[])),
            ("not_compliant", &red(ON, "一般控制区"), json!({"activity": "industry"})),
            ("cannot_be_judged", &red(ON, "一般控制区"), none()),
        ]),
        "must-lie-within" => with(&[
            ("compliant", &town(AROUND), none()),
            ("not_compliant", &town(ON), none()),
            ("cannot_be_judged", &[], none()),
        ]),
        "distance-at-least" => with(&[
            ("compliant", &river, bank(50.0)),
            ("not_compliant", &river, bank(51.0)),
            ("cannot_be_judged", &river, json!({"is_high_pollution_industry": true})),
        ]),
        "share-at-least" => with(&[
            ("compliant", &[], consent(2)),
            ("not_compliant", &[], consent(1)),
            ("cannot_be_judged", &[], json!({"consenting_members": 2})),
        ]),
        "share-at-most" => with(&[
            ("compliant", &fields([80.0, 0.0, 200.0, 100.0]), none()),
            ("not_compliant", &fields([79.9, 0.0, 200.0, 100.0]), none()),
            ("cannot_be_judged", &[], none()),
        ]),
        "total-at-least" => with(&[
            ("compliant", &farmland(ON), before(1000.5)),
            ("not_compliant", &farmland(ON), before(1000.05)),
            ("cannot_be_judged", &farmland(ON), none()),
        ]),
        "total-at-most" => with(&[
            ("compliant", &[], quota(1.5)),
            ("conditional", &[], quota(0.5)),
            ("cannot_be_judged", &[], none()),
        ]),
        "disjoint" => with(&[
            ("compliant", &lines(AWAY), none()),
            ("conditional", &lines(ON), none()),
            ("cannot_be_judged", &lines(ON)[..1], none()),
        ]),
        "exists" => with(&[
            ("compliant", &[], said(true)),
            ("not_compliant", &[], said(false)),
            ("cannot_be_judged", &[], none()),
        ]),
        other => panic!("the guide has no sites for {other}"),
    }
}

#[test]
fn every_example_loads_as_it_stands_and_comes_to_what_the_guide_says() {
    for predicate in PREDICATES {
        for (at, site) in sites(predicate).iter().enumerate() {
            let (found, message) = verdict(predicate, site);
            assert_eq!(found, site.verdict, "{predicate}, site {at}: {message}");
        }
    }
}

#[test]
fn the_guide_names_every_predicate_and_has_no_example_of_another() {
    let guide = std::fs::read_to_string(folder().join("../rules.md")).unwrap();
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort_unstable();
    let mut known = PREDICATES.map(str::to_owned);
    known.sort_unstable();
    assert_eq!(files, known);
    for predicate in PREDICATES {
        assert!(guide.contains(&format!("[`{predicate}`](rules/{predicate}.toml)")), "{predicate}");
    }
    // A predicate of the packs that the guide does not know would be missed otherwise.
    for rule in sanxian_compliance::list_rules().unwrap().iter().flat_map(|pack| &pack.rules) {
        assert!(PREDICATES.contains(&rule.predicate.name()), "{}", rule.id);
    }
}

#[test]
fn a_fault_in_any_example_names_file_rule_and_key() {
    let scratch = tempfile::tempdir().unwrap();
    for predicate in PREDICATES {
        let text = std::fs::read_to_string(folder().join(format!("{predicate}.toml"))).unwrap();
        let keys: Vec<&str> = text
            .lines()
            .skip_while(|line| *line != "[[rules]]")
            .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
            .filter(|key| *key != "id")
            .collect();
        for key in keys {
            // Misspelt by a letter at the end, in the rule and not in the head.
            let (head, rule) = text.split_once("[[rules]]").unwrap();
            let bad = format!(
                "{head}[[rules]]{}",
                rule.replacen(&format!("\n{key} = "), &format!("\n{key}x = "), 1)
            );
            let path = scratch.path().join("bad.toml");
            std::fs::write(&path, bad).unwrap();
            let message = load(&path).unwrap_err();
            let named = [
                "bad.toml".to_owned(),
                format!("rule `example-{predicate}.rule`"),
                format!("key `rules[1].{key}x`"),
            ];
            assert!(named.iter().all(|named| message.contains(named)), "{predicate}, {key}: {message}");
        }
    }
}
