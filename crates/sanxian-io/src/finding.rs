//! Oddities that a reader met and went on from.

use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; the data are as their author meant them.
    Info,
    /// The file breaks a rule or contradicts itself; what was understood is said in the message.
    Warning,
    /// Something could not be read, and the features concerned lack it.
    Error,
}

impl Severity {
    /// The word used in tables: `info`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One oddity of a file, with its place. The message is in Chinese: planners read it in the report.
///
/// # Examples
/// ```
/// use sanxian_io::{Finding, Severity};
///
/// let finding = Finding::warning("count_differs", "界址点数写 50,实有 49 行").at_line(12).of_plot("DK-1");
/// assert_eq!((finding.severity, finding.code, finding.line), (Severity::Warning, "count_differs", Some(12)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A stable identifier, such as `count_differs`.
    pub code: &'static str,
    /// What was met and how it was understood.
    pub message: String,
    /// Line of a text (from 1) or record of a table (from 1, as GIS programs count them in a Shapefile).
    pub line: Option<u64>,
    /// The plot concerned.
    pub plot_id: Option<String>,
}

impl Finding {
    /// A finding of [`Severity::Info`].
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Info, code, message)
    }

    /// A finding of [`Severity::Warning`].
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A finding of [`Severity::Error`].
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity, code, message: message.into(), line: None, plot_id: None }
    }

    /// Adds the line or record.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds the plot.
    #[must_use]
    pub fn of_plot(mut self, plot_id: impl Into<String>) -> Self {
        self.plot_id = Some(plot_id.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.severity, self.code)?;
        if let Some(plot_id) = &self.plot_id {
            write!(formatter, " plot {plot_id}")?;
        }
        if let Some(line) = self.line {
            write!(formatter, " line {line}")?;
        }
        write!(formatter, ": {}", self.message)
    }
}
