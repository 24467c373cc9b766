//! What is missing is never a pass: every predicate, without its layer, its field, a value that is known, or its parameter.

use std::path::Path;

use sanxian_compliance::{CheckInput, ControlLayer, RulePack, check, load_rules};
use sanxian_overlay::Progress;
use serde_json::{Value, json};

use crate::case::*;
use crate::site::*;

/// One predicate in every way it can measure, with the keys of its rule and the parameters it needs.
struct Probe {
    keys: &'static str,
    parameters: &'static [(&'static str, f64)],
    /// Whether it is about a sub-zone of the red line.
    is_spatial: bool,
}

const fn spatial(keys: &'static str) -> Probe {
    Probe { keys, parameters: &[], is_spatial: true }
}

const ZONE: &str = "role = 'ecological_redline'\nsubclass = 'core'\n";

const PROBES: [Probe; 17] = [
    spatial("predicate = 'must-not-overlap'\notherwise = 'not_compliant'\n"),
    spatial("predicate = 'must-not-overlap'\notherwise = 'conditional'\n"),
    spatial("predicate = 'overlap-needs'\n"),
    spatial("predicate = 'must-lie-within'\notherwise = 'not_compliant'\n"),
    spatial("predicate = 'must-lie-within'\notherwise = 'conditional'\n"),
    spatial("predicate = 'distance-at-least'\notherwise = 'not_compliant'\ndistance_m = 50\n"),
    Probe {
        keys: "predicate = 'distance-at-least'\notherwise = 'conditional'\ndistance_parameter = 'p'\n",
        parameters: &[("p", 50.0)],
        is_spatial: true,
    },
    spatial(
        "predicate = 'share-at-most'\nmeasure = 'overlap'\nper = 'plot'\nthreshold = 0.05\notherwise = 'not_compliant'\n",
    ),
    spatial(
        "predicate = 'share-at-least'\nmeasure = 'overlap'\nper = 'scheme'\nthreshold = 0.05\notherwise = 'conditional'\n",
    ),
    spatial(
        "predicate = 'total-at-most'\nmeasure = 'overlap'\nlimit = 0.05\nunit = 'ha'\notherwise = 'conditional'\n",
    ),
    Probe {
        keys: "predicate = 'total-at-least'\nmeasure = 'layer'\nlimit_parameter = 'p'\nunit = 'ha'\notherwise = 'not_compliant'\n",
        parameters: &[("p", 0.5)],
        is_spatial: true,
    },
    Probe {
        keys: "predicate = 'total-at-least'\nmeasure = 'overlap'\nbefore_parameter = 'p'\nlimit = 0.95\nunit = 'ha'\notherwise = 'not_compliant'\n",
        parameters: &[("p", 1.0)],
        is_spatial: true,
    },
    Probe {
        keys: "predicate = 'total-at-most'\nmeasure = 'plots'\nlimit_parameter = 'p'\nunit = 'ha'\notherwise = 'not_compliant'\n",
        parameters: &[("p", 5.0)],
        is_spatial: false,
    },
    Probe {
        keys: "predicate = 'total-at-least'\nmeasure = 'figure'\nfigure_parameter = 'p'\nlimit = 5\nunit = 'plain'\notherwise = 'not_compliant'\n",
        parameters: &[("p", 5.0)],
        is_spatial: false,
    },
    Probe {
        keys: "predicate = 'share-at-least'\nmeasure = 'figures'\nnumerator_parameter = 'p'\ndenominator_parameter = 'q'\nthreshold = '2/3'\notherwise = 'not_compliant'\n",
        parameters: &[("p", 2.0), ("q", 3.0)],
        is_spatial: false,
    },
    spatial("predicate = 'exists'\n"),
    spatial("predicate = 'disjoint'\n"),
];

/// The keys of the rule: the zone is a table of its own for two predicates.
fn keys_of(probe: &Probe) -> String {
    let zone = "role = 'ecological_redline', subclass = 'core'";
    if probe.keys.contains("'disjoint'") {
        return format!(
            "predicate = 'disjoint'\notherwise = 'conditional'\nlayers = [{{ {zone} }}, {{ role = 'permanent_basic_farmland' }}]\n"
        );
    }
    if probe.keys.contains("'exists'") {
        return format!(
            "predicate = 'exists'\notherwise = 'conditional'\neach = {{ role = 'tributary_basin' }}\n{ZONE}"
        );
    }
    if probe.is_spatial { format!("{}{ZONE}", probe.keys) } else { probe.keys.to_owned() }
}

fn pack(folder: &Path, keys: &str) -> Vec<RulePack> {
    let text = format!(
        "[pack]\nid = 'my'\ntitle = '测试'\nversion = '1'\nregion = '某省'\ndocument = '《测试》'\n\n\
         [[rules]]\nid = 'my.rule'\ntitle = '测试'\nclause = '第一条'\ncitation = '测试'\nstatus = 'read'\nrequired = '补全'\n{keys}"
    );
    let path = folder.join("my.toml");
    std::fs::write(&path, text).unwrap();
    load_rules(&[] as &[&str], &[path]).unwrap_or_else(|error| panic!("{keys}: {error}"))
}

/// The red line on a tenth of the plot, with these values of its sub-zone field; no field at all for `None`.
fn redline(values: Option<&str>) -> ControlLayer {
    let columns: Vec<(&str, [&str; 1])> = values.map(|value| ("ZRBHDFQ", [value])).into_iter().collect();
    let columns: Vec<(&str, &[&str])> =
        columns.iter().map(|(name, values)| (*name, values.as_slice())).collect();
    control("生态保护红线", layer("STBHHX", boxes(&[ON]), &columns))
}

fn site_with(probe: &Probe, redline: Option<ControlLayer>) -> CheckInput {
    let mut input = input(plots(&[PLOT]));
    input.layers = vec![one("永久基本农田", [150.0, 0.0, 300.0, 100.0], ""), one("支流流域", AROUND, "")];
    input.layers.extend(redline);
    for (name, value) in probe.parameters {
        input.settings.parameters.insert((*name).to_owned(), json!(value));
    }
    input
}

/// Verdict, message, and whether it says what to do.
fn outcome(input: CheckInput, packs: &[RulePack]) -> (&'static str, String, bool) {
    let report = check(input, packs, &Progress::default()).unwrap();
    let outcome = &report.rules[0];
    (outcome.verdict.as_str(), outcome.message.clone(), outcome.required.is_some())
}

fn assert_unjudged(what: &str, keys: &str, says: &[&str], found: (&'static str, String, bool)) {
    let (verdict, message, has_required) = found;
    assert_eq!(verdict, "cannot_be_judged", "{what}\n{keys}\n{message}");
    assert!(says.iter().any(|says| message.contains(says)), "{what}\n{keys}\n{message}");
    assert!(has_required, "{what}\n{keys}");
}

#[test]
fn no_predicate_passes_without_its_layer_its_field_or_a_known_value() {
    let folder = tempfile::tempdir().unwrap();
    for probe in PROBES.iter().filter(|probe| probe.is_spatial) {
        let keys = keys_of(probe);
        let packs = pack(folder.path(), &keys);
        // With everything there it is judged, so that what follows is the missing thing's doing.
        let (verdict, message, _) = outcome(site_with(probe, Some(redline(Some("核心保护区")))), &packs);
        assert_ne!(verdict, "cannot_be_judged", "{keys}\n{message}");

        let missing = outcome(site_with(probe, None), &packs);
        assert_unjudged("missing layer", &keys, &["未提供生态保护红线图层"], missing);
        let mut empty = redline(Some("核心保护区"));
        empty.layer = layer("STBHHX", boxes(&[]), &[("ZRBHDFQ", &[])]);
        let empty = outcome(site_with(probe, Some(empty)), &packs);
        assert_unjudged("empty layer", &keys, &["没有要素"], empty);
        let without = outcome(site_with(probe, Some(redline(None))), &packs);
        assert_unjudged("missing field", &keys, &["没有给出分区字段"], without);
        let null = outcome(site_with(probe, Some(redline(Some("")))), &packs);
        assert_unjudged("missing value", &keys, &["为空", "中没有", "分区不明"], null);
        // A word that nobody knows, and the codes of another vintage of the layer.
        for code in ["核心地带", "01", "1"] {
            let unknown = outcome(site_with(probe, Some(redline(Some(code)))), &packs);
            assert_unjudged(code, &keys, &["没有对应的分区", "中没有", "分区不明"], unknown);
        }
    }
}

#[test]
fn no_predicate_passes_without_a_parameter() {
    let folder = tempfile::tempdir().unwrap();
    for probe in &PROBES {
        let keys = keys_of(probe);
        let packs = pack(folder.path(), &keys);
        for (name, _) in probe.parameters {
            let mut input = site_with(probe, Some(redline(Some("核心保护区"))));
            input.settings.parameters.remove(*name);
            assert_unjudged(name, &keys, &[&format!("参数{name}")], outcome(input, &packs));
        }
        // Nobody says whether the rule applies, where it would be broken: one of the two red lines breaks it.
        let packs = pack(folder.path(), &format!("when = 'w'\n{keys}"));
        let verdicts = ["核心保护区", "一般控制区"]
            .map(|zone| outcome(site_with(probe, Some(redline(Some(zone)))), &packs).0);
        assert!(
            verdicts.iter().all(|verdict| *verdict == "compliant" || *verdict == "cannot_be_judged"),
            "{keys}"
        );
        if probe.is_spatial {
            assert!(verdicts.contains(&"cannot_be_judged"), "{keys}: {verdicts:?}");
        }
    }
    for keys in [
        "predicate = 'exists'\nsaid_parameter = 'p'\notherwise = 'not_compliant'\n",
        "predicate = 'exists'\nsaid_parameter = 'p'\notherwise = 'conditional'\n",
    ] {
        let packs = pack(folder.path(), keys);
        assert_unjudged("said", keys, &["参数p"], outcome(input(plots(&[PLOT])), &packs));
    }
    let keys = "predicate = 'share-at-least'\nmeasure = 'public_interest'\nper = 'plot'\nthreshold = 0.4\notherwise = 'not_compliant'\n";
    let packs = pack(folder.path(), keys);
    assert_unjudged("no uses", keys, &["用途"], outcome(input(plots(&[PLOT])), &packs));
}

#[test]
fn a_survey_with_codes_of_another_vintage_gives_no_cropland() {
    let verdict = |code: &str, classification: &str, at: Box4| {
        let mut input = input(plots(&[PLOT]));
        input.land_use = Some(layer("DLTB", boxes(&[at]), &[("DLBM", &[code])]).into());
        let settings: Value = json!({"land_classes": {"classification": classification}});
        input.settings.land_classes =
            sanxian_compliance::parse_settings(&settings.to_string(), &[]).unwrap().settings.land_classes;
        outcome_of(&input, ".cropland")
    };
    assert_eq!(verdict("0701", "survey-3", AROUND), "compliant");
    assert_eq!(verdict("0103", "survey-3", AROUND), "conditional");
    // 013 is dry land of the second survey and unknown to the third.
    assert_eq!(verdict("013", "survey-2", AROUND), "conditional");
    assert_eq!(verdict("013", "survey-3", AROUND), "cannot_be_judged");
    assert_eq!(verdict("0103", "survey-2", AROUND), "cannot_be_judged");
    // A survey that leaves part of the plot open says nothing of it.
    assert_eq!(verdict("0701", "survey-3", [0.0, 0.0, 90.0, 100.0]), "cannot_be_judged");
    let mut undeclared = input(plots(&[PLOT]));
    undeclared.land_use = Some(layer("DLTB", boxes(&[AROUND]), &[("DLBM", &["0701"])]).into());
    assert_eq!(outcome_of(&undeclared, ".cropland"), "cannot_be_judged");
}

fn outcome_of(input: &CheckInput, rule: &str) -> &'static str {
    ruling(&run(input, &["taixin-2023"]), rule).0
}
