//! Rule packs and code tables: what the documents say, as data with a citation each.

mod catalog;
mod code_tables;
mod error;
mod land_classes;
mod model;
mod parse;
mod parse_predicate;
mod predicate;
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
pub use land_classes::{LandClass, LandClassification, LandGroup};
pub(crate) use model::{ACTIVITY, DOCUMENTS_IN_HAND, OTHER_PLOTS, ParameterKind};
pub use model::{Activity, Condition, Opinion, Otherwise, Rule, RulePack, RuleStatus, Scope};
pub(crate) use parse::{choice, line_of};
pub use predicate::{
    Bound, Existence, LayerZone, Limit, Predicate, ShareBase, ShareMeasure, TotalMeasure, Unit,
};
pub use roles::{Role, SubclassDefinition};
pub use slivers::{MinimumMapArea, SliverRules};
pub use submission_limits::SubmissionLimits;
pub use table::rules_table;
