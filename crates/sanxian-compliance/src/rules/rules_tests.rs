use super::catalog::parse_text;
use super::*;

const PACK: &str = r#"
[pack]
id = "my"
title = "测试"
version = "1"
region = "某省"
document = "《测试》"

[[rules]]
id = "my.farmland"
title = "不占用永久基本农田"
predicate = "must-not-overlap"
role = "永久基本农田"
otherwise = "not_compliant"
clause = "第一条"
document = "《测试》"
citation = "无"
status = "read"
"#;

fn message(text: &str) -> String {
    parse_text(text, "my.toml").unwrap_err().to_string()
}

#[test]
fn a_chinese_role_name_means_its_identifier() {
    let pack = parse_text(PACK, "my.toml").unwrap();
    assert_eq!(pack.rules[0].predicate.role(), Some("permanent_basic_farmland"));
    assert_eq!(pack.rules[0].region, "某省");
}

#[test]
fn every_embedded_pack_loads_and_cites_a_document() {
    let packs = list_rules().unwrap();
    assert_eq!(packs.len(), 11);
    for rule in packs.iter().flat_map(|pack| &pack.rules) {
        assert!(rule.document.contains('《') && !rule.citation.is_empty(), "{}", rule.id);
        // A rule known only at second hand must not pretend to a clause number that was never read.
        if rule.status == RuleStatus::Reported {
            assert!(rule.clause.contains("待核"), "{}: {}", rule.id, rule.clause);
        }
    }
    assert_eq!(
        rules_table(&packs).unwrap().num_rows(),
        packs.iter().map(|pack| pack.rules.len()).sum::<usize>()
    );
}

#[test]
fn a_bad_pack_names_file_rule_key_and_the_nearest_known_key() {
    let text = PACK.replace("clause = \"第一条\"\n", "");
    assert_eq!(message(&text), "rule pack my.toml: rule `my.farmland`: key `rules[1].clause` is missing");
    let text = PACK.replace("clause =", "claus =");
    assert_eq!(
        message(&text),
        "rule pack my.toml: rule `my.farmland`: key `rules[1].claus` is not a known key; the nearest known one is `clause`"
    );
    let text = format!("{PACK}treshold = 0.4\nclausee = \"x\"\n");
    assert_eq!(
        message(&text),
        "rule pack my.toml: rule `my.farmland`: key `rules[1].clausee` is not a known key; the nearest known one is `clause`"
    );
    let text = PACK.replace("must-not-overlap", "must-not-overlaps");
    assert!(
        message(&text)
            .contains("`must-not-overlaps`, which is not known; the nearest known one is `must-not-overlap`")
    );
    let text = PACK.replace("永久基本农田\"\notherwise", "永久农田\"\notherwise");
    assert!(message(&text).contains("rules[1].role"), "{}", message(&text));
    let text = PACK.replace("id = \"my.farmland\"", "id = \"farmland\"");
    assert!(message(&text).contains("an id that starts with `my.`"));
    assert!(message("[pack").starts_with("rule pack my.toml: line 1: "));
}

#[test]
fn a_threshold_is_a_share_and_a_condition_says_what_is_needed() {
    let share = PACK.replace(
        "predicate = \"must-not-overlap\"\nrole = \"永久基本农田\"",
        "predicate = \"share-at-least\"\nmeasure = \"public_interest\"\nper = \"plot\"\nthreshold = 40",
    );
    assert!(message(&share).contains("key `rules[1].threshold` has the value `40`"), "{}", message(&share));
    let text = PACK.replace("\"not_compliant\"", "\"conditional\"");
    assert!(message(&text).ends_with("key `rules[1].required` is missing"));
}

#[test]
fn an_unknown_pack_names_the_nearest_one() {
    let error = load_rules(&["shanxi2021"], &[] as &[&str]).unwrap_err().to_string();
    assert!(error.contains("the nearest is `shanxi-2021`"), "{error}");
    let error = load_rules(&["shanxi-2021", "shanxi-2021"], &[] as &[&str]).unwrap_err().to_string();
    assert!(error.contains("used twice"), "{error}");
}

#[test]
fn ownership_codes_go_by_their_first_digit_and_unknown_ones_stay_unknown() {
    let tables = CodeTables::embedded().unwrap();
    for (value, ownership) in [
        ("10", Ownership::State),
        ("21", Ownership::State),
        ("30", Ownership::Collective),
        ("集体", Ownership::Collective),
    ] {
        assert_eq!(tables.ownership_of(value), Some(ownership), "{value}");
    }
    for value in ["", "50", "2x", "不明"] {
        assert_eq!(tables.ownership_of(value), None, "{value}");
    }
}
