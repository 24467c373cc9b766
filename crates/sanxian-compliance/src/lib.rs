//! Schemes, rule packs, verdicts with their clause, and tables that close.
//!
//! A [`Scheme`] names plots, control layers, the land survey, uses and projects; [`check`] overlays them and holds them against
//! [`RulePack`]s; a [`Report`] comes out, with a verdict and its clause for every rule, tables as Arrow record batches, the pieces as a layer, every
//! oddity as a finding, and the evidence to repeat the run.
//!
//! What documents decide is data: the packs, roles, codes and tolerances of the repository's `rules` folder, each with a citation and a
//! status that says whether its text was read. This crate holds no share, width or code of its own. What is missing makes a rule
//! [`Verdict::CannotBeJudged`], never a pass.

mod area;
mod attribute;
mod audit;
mod check;
mod columns;
mod coverage_table;
mod cropland;
mod digest;
mod error;
mod fault_table;
mod figure;
mod finding_table;
mod footprint;
mod keys;
mod layer_kind;
mod layer_transform;
mod overlay_table;
mod rules;
mod scheme;
mod sites;
mod sliver;
mod submission;
mod verdict;
mod vintages;

pub use area::areas_m2;
pub use audit::{
    AuditDescription, AuditError, AuditFinding, AuditReport, AuditSeverity, AuditVerdict, Unchecked, audit,
};
pub use check::{CheckInput, ControlLayer, Report, RuleOutcome, SourcedFinding, check};
pub use coverage_table::{CoverageTableOptions, CoverageTables, coverage_tables};
pub use cropland::{
    BalanceRow, CroplandClass, CroplandOccupation, ExpandableSpace, OccupationRow, QuotaRow, Supplement,
    cropland_balance, cropland_occupation, expandable_space, quota_ledger,
};
pub use error::ComplianceError;
pub use fault_table::{coordinate_range, faults_to_arrow, repairs_to_arrow};
pub use finding_table::findings_to_arrow;
pub use keys::KeyFault;
pub use layer_kind::{
    Candidate, FieldMatch, FieldType, How, KindField, LayerKind, LayerKinds, NameMatch, Outcome, Recognition,
};
pub use layer_transform::{LayerTransformError, to_crs};
pub use overlay_table::{
    Count, Operation, OverlayTable, OverlayTableOptions, overlay_areas, overlay_areas_of_file, overlay_pieces,
};
pub use rules::{
    Activity, Bound, CodeTables, Condition, Existence, LandClass, LandClassification, LandGroup, LayerZone,
    Limit, MinimumMapArea, Opinion, Otherwise, Ownership, Predicate, PublicInterestClass, Role, Rule,
    RuleError, RulePack, RuleStatus, Scope, ShareBase, ShareMeasure, SliverRules, SubclassDefinition,
    SubmissionLimits, Tolerances, TotalMeasure, Unit, list_rules, load_rules, rules_table,
};
pub use scheme::{
    Characteristics, Corridor, CorridorWidth, LandClassSettings, ParsedSettings, Project, Projects,
    PublicInterest, Radius, Scheme, SchemeError, SchemeInput, Settings, Slot, Stated, StatedFigure, Subclass,
    parse_settings,
};
pub use sites::{
    NamedLayer, SiteComparison, SiteMeasure, SiteOptions, SiteRow, compare_sites, read_layers_file,
};
pub use sliver::{SliverOptions, find_slivers};
pub use submission::{Place, Submission, SubmissionFinding, check_submission, submission_findings_layer};
pub use verdict::Verdict;
pub use vintages::{VintageChanges, compare_vintages};
