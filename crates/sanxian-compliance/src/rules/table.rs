use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::model::{Otherwise, Predicate, Rule, RulePack};
use crate::columns::Columns;

/// The rules of `packs` as a table, one row a rule: `pack_id`, `rule_id`, `title`, `predicate`, `role`, `subclass`, `threshold`,
/// `otherwise`, `clause`, `document`, `status`, `citation`, `region`, `valid_from`, `valid_to`, `required`.
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
        .maybe_texts("subclass", maybe(|rule| rule.predicate.subclass()))
        .maybe_numbers(
            "threshold",
            rules.iter().map(|(_, rule)| match rule.predicate {
                Predicate::ShareAtLeast { threshold, .. } => Some(threshold),
                _ => None,
            }),
        )
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
        .finish()
}
