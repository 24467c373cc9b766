use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::model::{Otherwise, Rule, RulePack};
use crate::columns::Columns;

/// The rules of `packs` as a table, one row a rule: `pack_id`, `rule_id`, `title`, `predicate`, `role`, `subclass`, `threshold`,
/// `otherwise`, `clause`, `document`, `status`, `citation`, `region`, `valid_from`, `valid_to`, `required`, `authority`, `documents`,
/// `activities`, `parameters` (what a scheme has to say for the rule to be judged).
///
/// # Errors
/// None in practice; Arrow's own error when columns differ in length.
pub fn rules_table(packs: &[RulePack]) -> Result<RecordBatch, ArrowError> {
    let rules: Vec<(&RulePack, &Rule)> =
        packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule))).collect();
    let of = |read: fn(&Rule) -> &str| rules.iter().map(move |(_, rule)| read(rule)).collect::<Vec<_>>();
    let maybe =
        |read: fn(&Rule) -> Option<&str>| rules.iter().map(move |(_, rule)| read(rule)).collect::<Vec<_>>();
    Columns::default()
        .texts("pack_id", rules.iter().map(|(pack, _)| &pack.id))
        .texts("rule_id", of(|rule| &rule.id))
        .texts("title", of(|rule| &rule.title))
        .texts("predicate", of(|rule| rule.predicate.name()))
        .maybe_texts("role", maybe(|rule| rule.predicate.role()))
        .maybe_texts("subclass", rules.iter().map(|(_, rule)| rule.predicate.subclass()))
        .maybe_numbers("threshold", rules.iter().map(|(_, rule)| rule.predicate.threshold()))
        .texts(
            "otherwise",
            of(|rule| match rule.otherwise {
                Otherwise::NotCompliant => "not_compliant",
                Otherwise::Conditional => "conditional",
            }),
        )
        .texts("clause", of(|rule| &rule.clause))
        .texts("document", of(|rule| &rule.document))
        .texts("status", of(|rule| rule.status.as_str()))
        .texts("citation", of(|rule| &rule.citation))
        .texts("region", of(|rule| &rule.region))
        .maybe_texts("valid_from", maybe(|rule| rule.valid_from.as_deref()))
        .maybe_texts("valid_to", maybe(|rule| rule.valid_to.as_deref()))
        .maybe_texts("required", maybe(|rule| rule.required.as_deref()))
        .maybe_texts("authority", maybe(|rule| rule.condition.authority.as_deref()))
        .maybe_texts("documents", rules.iter().map(|(_, rule)| listed(&rule.condition.documents)))
        .maybe_texts("activities", rules.iter().map(|(_, rule)| listed(&rule.condition.activities)))
        .maybe_texts(
            "parameters",
            rules.iter().map(|(_, rule)| {
                let names: Vec<_> = rule.parameters().into_iter().map(|(name, _)| name.to_owned()).collect();
                listed(&names)
            }),
        )
        .finish()
}

fn listed(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(", "))
}
