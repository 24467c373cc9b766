//! Rule packs and code tables: what the documents say, as data with a citation each.

mod catalog;
mod code_tables;
mod error;
mod model;
mod parse;
mod roles;
mod slivers;
mod submission_limits;
mod table;

#[cfg(test)]
mod rules_tests;

pub use catalog::{list_rules, load_rules};
pub(crate) use code_tables::read as read_embedded;
pub use code_tables::{CodeTables, Ownership, PublicInterestClass, Tolerances};
pub use error::RuleError;
pub use model::{Otherwise, Predicate, Rule, RulePack, RuleStatus, Scope, ShareBase};
pub(crate) use parse::{choice, line_of};
pub use roles::{Role, SubclassDefinition};
pub use slivers::{MinimumMapArea, SliverRules};
pub use submission_limits::SubmissionLimits;
pub use table::rules_table;
