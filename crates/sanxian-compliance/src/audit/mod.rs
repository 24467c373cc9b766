//! A plan's own figures held against each other: rows against totals, shares against denominators, text against tables and geometry.
//!
//! Figures are taken as printed. Their decimals say what rounding can hide, and comparisons are made on exact fractions, so that a
//! difference is either within what rounding can do ([`AuditSeverity::Info`]) or beyond it. What is a total, a part, a share, a row inside
//! another row is said by an [`AuditDescription`], which is data; nothing is guessed from headings.

mod description;
mod equation;
mod error;
mod exact;
mod finding;
mod grid;
mod parse;
mod parse_term;
mod printed;
mod row_checks;
mod statement;
mod suspicion;
mod table;
mod table_checks;
mod unit;

#[cfg(test)]
mod audit_tests;

use std::path::PathBuf;

use arrow_array::RecordBatch;

pub use description::AuditDescription;
pub use error::AuditError;
pub use finding::{AuditFinding, AuditReport, AuditSeverity, AuditVerdict, Unchecked};

use description::{Source, TableSpec};
use finding::Ledger;
use grid::Grid;
use statement::Ground;
use table::Table;

/// Carries out an audit. `given` are the tables that the description does not read from files, by id: figures computed from plots, say.
///
/// # Errors
/// [`AuditError`] when it cannot be run: a table that cannot be read or lacks a row or column that is named, figures of units that cannot
/// be compared, a table that is not given. A figure that is merely absent leaves its check out, listed in [`AuditReport::unchecked`].
///
/// # Examples
/// ```no_run
/// use sanxian_compliance::{AuditDescription, audit};
///
/// let description = AuditDescription::from_toml("examples/xinzhou/audit.toml", None)?;
/// for finding in audit(&description, &[])?.findings {
///     println!("{} {}", finding.code, finding.message);
/// }
/// # Ok::<(), sanxian_compliance::AuditError>(())
/// ```
pub fn audit(
    description: &AuditDescription,
    given: &[(String, RecordBatch)],
) -> Result<AuditReport, AuditError> {
    let mut tables = Vec::with_capacity(description.tables.len());
    for spec in &description.tables {
        let fault = |path: PathBuf, reason| AuditError::Table { path, table: spec.id.clone(), reason };
        let (path, grid) = read(description, spec, given)?;
        tables.push(Table::new(spec.clone(), grid).map_err(|reason| fault(path, reason))?);
    }
    let mut ledger = Ledger::default();
    for table in &tables {
        table.check(&mut ledger, &description.phases);
    }
    Ground { description, tables }.check(&mut ledger)?;
    let is_inconsistent = ledger.findings.iter().any(|finding| finding.severity > AuditSeverity::Info);
    let verdict = if is_inconsistent {
        AuditVerdict::Inconsistent
    } else if ledger.lacks_figures || ledger.checked == 0 {
        AuditVerdict::CannotBeJudged
    } else {
        AuditVerdict::Consistent
    };
    Ok(AuditReport {
        name: description.name.clone(),
        document: description.document.clone(),
        verdict,
        findings: ledger.findings,
        unchecked: ledger.unchecked,
        checked: ledger.checked,
    })
}

fn read(
    description: &AuditDescription,
    spec: &TableSpec,
    given: &[(String, RecordBatch)],
) -> Result<(PathBuf, Grid), AuditError> {
    let own = description.path.clone();
    let fault =
        |path: &PathBuf, reason| AuditError::Table { path: path.clone(), table: spec.id.clone(), reason };
    match &spec.source {
        Source::File { path, part, header_row } => {
            let grid =
                Grid::read(path, part.as_deref(), *header_row).map_err(|reason| fault(path, reason))?;
            Ok((path.clone(), grid))
        }
        Source::Inline(value) => {
            let grid = Grid::from_value(value).map_err(|reason| fault(&own, reason))?;
            Ok((own, grid))
        }
        Source::Given => match given.iter().find(|(id, _)| *id == spec.id) {
            Some((_, batch)) => Ok((own, Grid::from_batch(batch))),
            None => Err(fault(&own, "is to be given by the caller and was not".to_owned())),
        },
    }
}
