//! What an audit finds, and as a table.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::columns::Columns;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditSeverity {
    /// Two figures differ by what rounding or cutting off can do; nothing needs to be wrong.
    Info,
    /// Something that is probably a slip, and that only people can decide.
    Warning,
    /// Figures that cannot all be right.
    Error,
}

impl AuditSeverity {
    /// `info`, `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What an audit as a whole comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Every check was made and agrees, within what rounding can do.
    Consistent,
    /// Something is missing that a check needs, or no check was asked for; never a pass.
    CannotBeJudged,
    /// At least one error or warning.
    Inconsistent,
}

impl AuditVerdict {
    /// `consistent`, `cannot_be_judged` or `inconsistent`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::CannotBeJudged => "cannot_be_judged",
            Self::Inconsistent => "inconsistent",
        }
    }
}

/// One disagreement.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AuditFinding {
    /// How grave it is.
    pub severity: AuditSeverity,
    /// Stable English code of what disagrees, e.g. `column_total`.
    pub code: &'static str,
    /// The check of the description, or the table's id.
    pub check: String,
    /// The table concerned.
    pub table: Option<String>,
    /// The row, by its label.
    pub row: Option<String>,
    /// Number of the row, from 1.
    pub row_number: Option<usize>,
    /// The column.
    pub column: Option<String>,
    /// The figure or text as printed.
    pub printed: Option<String>,
    /// What it should be, in the unit of the printed figure.
    pub computed: Option<f64>,
    /// Lower end of what rounding of the other figures leaves open.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Unit of the figures.
    pub unit: Option<String>,
    /// Stable English code of what may explain it, e.g. `row_left_out`.
    pub suspicion: Option<&'static str>,
    /// One Chinese sentence.
    pub message: String,
    /// Where the figure stands.
    pub citation: String,
}

/// A check that could not be made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unchecked {
    /// The check of the description, or the table's id.
    pub check: String,
    /// The row concerned, if the check is about one.
    pub row: Option<String>,
    /// The column concerned, if the check is about one.
    pub column: Option<String>,
    /// What is missing, in Chinese.
    pub reason: String,
}

/// What an audit came to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AuditReport {
    /// The audit's name.
    pub name: String,
    /// The document that was audited.
    pub document: String,
    /// As a whole.
    pub verdict: AuditVerdict,
    /// Every disagreement: tables in their order, then checks.
    pub findings: Vec<AuditFinding>,
    /// What could not be checked for want of a figure.
    pub unchecked: Vec<Unchecked>,
    /// How many comparisons were made.
    pub checked: usize,
}

impl AuditReport {
    /// A row a finding: `severity, code, check, table, row, row_number, column, printed, computed, low, high, unit, suspicion, message, citation`.
    ///
    /// # Errors
    /// None in practice; Arrow's own when columns differ in length.
    pub fn findings(&self) -> Result<RecordBatch, ArrowError> {
        let found = &self.findings;
        Columns::default()
            .texts("severity", found.iter().map(|finding| finding.severity.as_str()))
            .texts("code", found.iter().map(|finding| finding.code))
            .texts("check", found.iter().map(|finding| &finding.check))
            .maybe_texts("table", found.iter().map(|finding| finding.table.as_deref()))
            .maybe_texts("row", found.iter().map(|finding| finding.row.as_deref()))
            .maybe_counts("row_number", found.iter().map(|finding| finding.row_number.map(|row| row as i64)))
            .maybe_texts("column", found.iter().map(|finding| finding.column.as_deref()))
            .maybe_texts("printed", found.iter().map(|finding| finding.printed.as_deref()))
            .maybe_numbers("computed", found.iter().map(|finding| finding.computed))
            .maybe_numbers("low", found.iter().map(|finding| finding.low))
            .maybe_numbers("high", found.iter().map(|finding| finding.high))
            .maybe_texts("unit", found.iter().map(|finding| finding.unit.as_deref()))
            .maybe_texts("suspicion", found.iter().map(|finding| finding.suspicion))
            .texts("message", found.iter().map(|finding| &finding.message))
            .texts("citation", found.iter().map(|finding| &finding.citation))
            .finish()
    }

    /// A row a check that could not be made: `check, row, column, reason`.
    ///
    /// # Errors
    /// As [`AuditReport::findings`].
    pub fn unchecked(&self) -> Result<RecordBatch, ArrowError> {
        Columns::default()
            .texts("check", self.unchecked.iter().map(|item| &item.check))
            .maybe_texts("row", self.unchecked.iter().map(|item| item.row.as_deref()))
            .maybe_texts("column", self.unchecked.iter().map(|item| item.column.as_deref()))
            .texts("reason", self.unchecked.iter().map(|item| &item.reason))
            .finish()
    }
}

/// What is being gathered while checks run.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) findings: Vec<AuditFinding>,
    pub(super) unchecked: Vec<Unchecked>,
    pub(super) checked: usize,
    /// Whether a check that the description asks for by name could not be made.
    pub(super) lacks_figures: bool,
}

/// Where a figure stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) check: String,
    pub(super) table: Option<String>,
    pub(super) row: Option<String>,
    pub(super) row_number: Option<usize>,
    pub(super) column: Option<String>,
    pub(super) citation: String,
}

impl Place {
    /// A finding at this place that is not about two figures.
    pub(super) fn finding(
        &self,
        severity: AuditSeverity,
        code: &'static str,
        printed: Option<&str>,
        message: String,
    ) -> AuditFinding {
        AuditFinding {
            severity,
            code,
            check: self.check.clone(),
            table: self.table.clone(),
            row: self.row.clone(),
            row_number: self.row_number,
            column: self.column.clone(),
            printed: printed.map(str::to_owned),
            computed: None,
            low: None,
            high: None,
            unit: None,
            suspicion: None,
            message,
            citation: self.citation.clone(),
        }
    }
}

impl Ledger {
    pub(super) fn leave_out(&mut self, place: &Place, reason: impl Into<String>) {
        self.unchecked.push(Unchecked {
            check: place.check.clone(),
            row: place.row.clone(),
            column: place.column.clone(),
            reason: reason.into(),
        });
    }
}
