//! Findings of a reader as a table.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_io::Finding;

use crate::columns::Columns;

/// Findings as a table: `severity, code, message, line, plot_id`, in the reader's order.
///
/// # Errors
/// None on any input; the signature is Arrow's.
pub fn findings_to_arrow(findings: &[Finding]) -> Result<RecordBatch, ArrowError> {
    Columns::default()
        .texts("severity", findings.iter().map(|finding| finding.severity.as_str()))
        .texts("code", findings.iter().map(|finding| finding.code))
        .texts("message", findings.iter().map(|finding| &finding.message))
        .maybe_counts("line", findings.iter().map(|finding| finding.line.map(|line| line as i64)))
        .maybe_texts("plot_id", findings.iter().map(|finding| finding.plot_id.as_deref()))
        .finish()
}
