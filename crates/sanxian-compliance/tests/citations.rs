//! Where every rule was read: `rules/citations.csv` names source, line and words, and a pack holds nothing else.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use sanxian_compliance::list_rules;

/// One line of the list.
struct Citation {
    rule: String,
    source: String,
    line: usize,
    quote: String,
}

fn citations() -> Vec<Citation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/citations.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader
        .records()
        .map(Result::unwrap)
        .map(|record| Citation {
            rule: record[0].to_owned(),
            source: record[1].to_owned(),
            line: record[2].parse().unwrap(),
            quote: record[3].to_owned(),
        })
        .collect()
}

#[test]
fn every_rule_and_opinion_has_its_words_and_no_words_are_without_a_rule() {
    let packs = list_rules().unwrap();
    let rules = packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.id.as_str());
    let opinions = packs.iter().flat_map(|pack| &pack.opinions).map(|opinion| opinion.id.as_str());
    let known: BTreeSet<&str> = rules.chain(opinions).collect();
    let citations = citations();
    let cited: BTreeSet<&str> = citations.iter().map(|citation| citation.rule.as_str()).collect();
    assert_eq!(known, cited);
    // Documents that were read are the five plan documents; what is known from notes alone is reported, unless a page was read.
    for rule in packs.iter().flat_map(|pack| &pack.rules) {
        let of_rule = citations.iter().find(|citation| citation.rule == rule.id).unwrap();
        let is_document = of_rule.source.len() == 3;
        if !is_document && rule.status.as_str() == "read" {
            assert!(
                rule.citation.contains("公开转载") || rule.citation.contains("网站"),
                "{} is marked as read without a document: {}",
                rule.id,
                rule.citation
            );
        }
    }
}

/// The folder of the plan documents and notes beside the reference data. Says so when absent.
fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let reference = std::env::var_os("SANXIAN_REFERENCE").map_or_else(beside, PathBuf::from);
    let shared = reference.parent()?.to_owned();
    if shared.join("seeds").is_dir() {
        return Some(shared);
    }
    eprintln!("NOT CHECKED: no plan documents at {}; set SANXIAN_REFERENCE", shared.join("seeds").display());
    None
}

/// The file of a source: a plan document by its number, or a file of notes.
fn find(shared: &Path, source: &str) -> PathBuf {
    let folder = if source.len() == 3 { "seeds" } else { "domain" };
    let mut found: Vec<PathBuf> = std::fs::read_dir(shared.join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if source.len() == 3 { name.starts_with(source) } else { name.contains(source) }
        })
        .collect();
    assert_eq!(found.len(), 1, "{source}");
    found.remove(0)
}

#[test]
fn the_words_stand_where_the_list_says() {
    let Some(shared) = shared() else { return };
    let mut texts: BTreeMap<String, Vec<(char, usize)>> = BTreeMap::new();
    for citation in citations() {
        let text = texts.entry(citation.source.clone()).or_insert_with(|| {
            let text = std::fs::read_to_string(find(&shared, &citation.source)).unwrap();
            // Lines break inside sentences, so only letters count.
            let lines = text.split('\n').zip(1..);
            lines
                .flat_map(|(line, number)| {
                    line.chars().filter(|letter| !letter.is_whitespace()).map(move |letter| (letter, number))
                })
                .collect()
        });
        let quote: Vec<char> = citation.quote.chars().filter(|letter| !letter.is_whitespace()).collect();
        let stands = text.windows(quote.len()).any(|window| {
            window[0].1 == citation.line && window.iter().map(|(letter, _)| letter).eq(quote.iter())
        });
        assert!(
            stands,
            "{}: “{}” is not at line {} of {}",
            citation.rule, citation.quote, citation.line, citation.source
        );
    }
}
