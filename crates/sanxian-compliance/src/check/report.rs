use arrow_array::RecordBatch;
use sanxian_io::{Layer, layer_to_arrow};
use serde_json::Value;

use super::finding::SourcedFinding;
use super::outcome::RuleOutcome;
use super::tables::{findings_table, verdicts_table};
use crate::error::ComplianceError;
use crate::verdict::Verdict;

/// What a check found: verdicts, tables, pieces, findings, and the evidence of how it was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The scheme's name.
    pub name: String,
    /// The gravest verdict of the rules.
    pub verdict: Verdict,
    /// What each rule comes to, in the packs' order.
    pub rules: Vec<RuleOutcome>,
    /// The parts of plots that a rule concerns, in the plots' CRS.
    pub pieces: Layer,
    /// Every oddity of the inputs and of the check.
    pub findings: Vec<SourcedFinding>,
    /// What is needed to repeat the run.
    pub evidence: Value,
    pub(super) tables: Vec<(&'static str, RecordBatch)>,
}

impl Report {
    /// The tables by name: `plots`, `totals`, `encroachments`, `public_interest`, `overlaps_by_layer`.
    pub fn tables(&self) -> &[(&'static str, RecordBatch)] {
        &self.tables
    }

    /// One table by name.
    pub fn table(&self, name: &str) -> Option<&RecordBatch> {
        self.tables.iter().find(|(known, _)| *known == name).map(|(_, table)| table)
    }

    /// One row a rule: `rule_id, title, clause, document, status, predicate, role, verdict, message, plots, area_m2, area_ha, area_mu, required`.
    ///
    /// # Errors
    /// None in practice; Arrow's own when columns differ in length.
    pub fn verdicts(&self) -> Result<RecordBatch, ComplianceError> {
        Ok(verdicts_table(&self.rules)?)
    }

    /// One row a finding: `severity, code, message, source, line, plot_id`.
    ///
    /// # Errors
    /// As [`Report::verdicts`].
    pub fn findings(&self) -> Result<RecordBatch, ComplianceError> {
        Ok(findings_table(&self.findings)?)
    }

    /// The pieces with their geometry as `geoarrow.multipolygon`.
    ///
    /// # Errors
    /// [`ComplianceError::Io`] when Arrow refuses the geometry.
    pub fn pieces(&self) -> Result<RecordBatch, ComplianceError> {
        Ok(layer_to_arrow(&self.pieces)?)
    }
}
