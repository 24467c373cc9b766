//! Which rules each article is, and the verdicts it must have sites for. The table is data; the tests below hold it against the packs
//! and the sites.

use std::collections::{BTreeMap, BTreeSet};

use sanxian_compliance::{Otherwise, Rule, list_rules};

use crate::case::Case;
use crate::{
    document_000, document_001, document_002, document_002_blocks, document_002_water_and_heritage,
    document_003, document_004, indicators, reported,
};

const ALL: [&str; 4] = ["compliant", "not_compliant", "conditional", "cannot_be_judged"];

/// One article of a plan document.
struct Article {
    /// Number of the document and of the article in it.
    number: &'static str,
    /// Pack of its rules.
    pack: &'static str,
    /// Its rules, without the pack; `*` at the end stands for all that begin so.
    rules: &'static [&'static str],
    /// The verdict that it cannot have by its text, and why.
    never: Option<(&'static str, &'static str)>,
}

const NO_EXCEPTION: Option<(&str, &str)> =
    Some(("conditional", "the text knows no exception and no document that would allow it"));
const NO_BAN: Option<(&str, &str)> =
    Some(("not_compliant", "the text forbids nothing: it asks for an approval, an opinion or a record"));

const fn article(
    number: &'static str,
    pack: &'static str,
    rules: &'static [&'static str],
    never: Option<(&'static str, &'static str)>,
) -> Article {
    Article { number, pack, rules, never }
}

const ARTICLES: [Article; 36] = [
    article("000 6.1 boundary zone", "shanxi-2021", &["concentrated-construction-zone"], NO_EXCEPTION),
    article("000 6.2 annual plan", "shanxi-2021", &["annual-plan"], NO_EXCEPTION),
    article("000 6.3 share 25 %", "shanxi-2021", &["public-interest-industry"], NO_EXCEPTION),
    article("000 6.3 share 40 %", "shanxi-2021", &["public-interest-other"], NO_EXCEPTION),
    article("000 6.4 farmland", "shanxi-2021", &["permanent-basic-farmland"], NO_EXCEPTION),
    article("000 7.4 red line", "shanxi-2021", &["ecological-redline"], NO_EXCEPTION),
    article(
        "000 6.5, 6.6, 8",
        "shanxi-2021",
        &["disposal-task", "investment-intensity", "consent"],
        NO_EXCEPTION,
    ),
    article("001 art. 1 outside the boundary", "xinzhou-measures-2022", &["outside-boundary*"], None),
    article("001 art. 4 rural quota", "xinzhou-measures-2022", &["rural-quota"], NO_EXCEPTION),
    article("001 art. 5 cropland balance", "xinzhou-measures-2022", &["cropland-balance"], NO_BAN),
    article("001 art. 8 minerals", "xinzhou-measures-2022", &["minerals-*"], NO_BAN),
    article("001 art. 8 hazards", "xinzhou-measures-2022", &["geological-hazard*"], NO_BAN),
    article("001 art. 9 contaminated plots", "xinzhou-measures-2022", &["contaminated-*"], NO_BAN),
    article("001 art. 11 temporary land", "xinzhou-measures-2022", &["temporary-*"], NO_BAN),
    article("001 art. 13 eleven layers", "xinzhou-measures-2022", &["forest-*"], NO_BAN),
    article("001 art. 14 legacy mines", "xinzhou-measures-2022", &["legacy-mines"], NO_EXCEPTION),
    article("001 art. 18 rights", "xinzhou-measures-2022", &["one-right-a-body"], NO_BAN),
    article(
        "002 ch. 3 farmland",
        "taixin-2023",
        &["permanent-basic-farmland", "cropland*", "polluting-in-farmland"],
        None,
    ),
    article("002 ch. 3 red line, core", "taixin-2023", &["redline-core"], NO_EXCEPTION),
    article("002 ch. 3 red line, nine activities", "taixin-2023", &["redline-outside-core"], None),
    article(
        "002 ch. 3 red line, other laws",
        "taixin-2023",
        &["redline-scenic", "redline-reserve", "redline-water-source"],
        NO_BAN,
    ),
    article(
        "002 ch. 3 boundary and its zones",
        "taixin-2023",
        &["boundary-*", "town-development", "three-lines-disjoint"],
        None,
    ),
    article(
        "002 ch. 3 and annex 1 springs and water",
        "taixin-2023",
        &["spring-*", "overdraft-landscape", "water-conservation", "drinking-water-industry"],
        None,
    ),
    article("002 ch. 3 shorelines", "taixin-2023", &["shoreline*", "source-areas"], NO_BAN),
    article("002 ch. 6 bank of the Hutuo", "taixin-2023", &["hutuo-bank"], NO_EXCEPTION),
    article("002 ch. 3 and 7 heritage", "taixin-2023", &["heritage-*", "underground-heritage"], NO_BAN),
    article("002 ch. 3 minerals", "taixin-2023", &["mining-*", "quarry-concentration"], None),
    article("002 ch. 7 tourism", "taixin-2023", &["tourism-*"], NO_EXCEPTION),
    article("002 ch. 8 contaminated plots", "taixin-2023", &["contaminated-plots"], NO_BAN),
    article("002 annex 1 blocks", "taixin-2023", &["block-*"], None),
    article("002 rural land", "taixin-2023", &["rural-quota", "outside-villages"], None),
    article("002 table 2-1", "taixin-2023-indicators", &["*"], None),
    article("003 sites compared", "pianguan-2023", &["*"], None),
    article(
        "004 shares, rates, consent, schemes",
        "xinjiang-2023",
        &[
            "public-*",
            "supply-rate",
            "consent",
            "other-schemes",
            "permanent-basic-farmland",
            "ecological-redline",
            "disposal-task",
            "efficient-zones",
            "earlier-schemes",
            "annual-plan",
            "plans",
        ],
        NO_EXCEPTION,
    ),
    article("004 cropland", "xinjiang-2023", &["cropland"], NO_BAN),
    article("004 siting", "xinjiang-2023", &["siting-*"], NO_BAN),
];

fn cases() -> BTreeMap<&'static str, Case> {
    let all = [
        document_000::cases(),
        document_001::cases(),
        document_002::cases(),
        document_002_blocks::cases(),
        document_002_water_and_heritage::cases(),
        document_003::cases(),
        document_004::cases(),
        indicators::cases(),
        reported::cases(),
    ];
    let mut cases = BTreeMap::new();
    for case in all.into_iter().flatten() {
        let rule = case.rule;
        assert!(cases.insert(rule, case).is_none(), "{rule} has its sites in two places");
    }
    cases
}

fn rules() -> Vec<Rule> {
    list_rules().unwrap().into_iter().flat_map(|pack| pack.rules).collect()
}

/// The verdicts that a rule knows by what it is made of.
fn known_to(rule: &Rule) -> BTreeSet<&'static str> {
    let mut known = BTreeSet::from(["compliant", "cannot_be_judged"]);
    if rule.otherwise == Otherwise::Conditional {
        known.insert("conditional");
    }
    if rule.otherwise == Otherwise::NotCompliant || !rule.condition.activities.is_empty() {
        known.insert("not_compliant");
    }
    known
}

#[test]
fn every_rule_of_every_pack_has_a_site_for_each_verdict_it_knows() {
    let mut cases = cases();
    for rule in rules() {
        let case = cases.remove(rule.id.as_str()).unwrap_or_else(|| panic!("{} has no site", rule.id));
        assert_eq!(case.verdicts(), known_to(&rule), "{}", rule.id);
    }
    assert!(cases.is_empty(), "sites of rules that are not there: {:?}", cases.keys());
}

#[test]
fn every_article_has_a_site_for_each_verdict_or_a_reason_why_its_text_knows_none() {
    let cases = cases();
    for Article { number, pack, rules: patterns, never } in ARTICLES {
        let mut found = BTreeSet::new();
        for pattern in patterns {
            let is_meant = |rule: &str| {
                rule.strip_prefix(pack).and_then(|rest| rest.strip_prefix('.')).is_some_and(|name| {
                    pattern.strip_suffix('*').map_or(name == *pattern, |start| name.starts_with(start))
                })
            };
            let meant: Vec<_> = cases.values().filter(|case| is_meant(case.rule)).collect();
            assert!(!meant.is_empty(), "{number}: no rule {pattern} in {pack}");
            found.extend(meant.into_iter().flat_map(Case::verdicts));
        }
        let expected: BTreeSet<&str> =
            ALL.into_iter().filter(|verdict| never.is_none_or(|(never, _)| never != *verdict)).collect();
        assert_eq!(found, expected, "{number}: {}", never.map_or("", |(_, reason)| reason));
    }
}

#[test]
fn every_rule_of_the_plan_documents_belongs_to_an_article() {
    let packs = BTreeSet::from(ARTICLES.map(|article| article.pack));
    for rule in rules() {
        let (pack, name) = rule.id.split_once('.').unwrap();
        let is_listed = ARTICLES.iter().filter(|article| article.pack == pack).any(|article| {
            article.rules.iter().any(|pattern| {
                pattern.strip_suffix('*').map_or(name == *pattern, |start| name.starts_with(start))
            })
        });
        assert!(is_listed || !packs.contains(pack), "{} belongs to no article", rule.id);
    }
}
