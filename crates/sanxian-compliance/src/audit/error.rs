use std::path::{Path, PathBuf};

use arrow_schema::ArrowError;

use crate::keys::{FaultAt, KeyFault};

/// Why an audit could not be run. What does not agree is a finding, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A description or a table cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The description is not TOML.
    #[error("{}: line {line}: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// What the parser expected.
        reason: String,
    },
    /// A key of the description is unknown, missing, or has a value that cannot be used.
    #[error("{}: key `{key}` {fault}", path.display())]
    Key {
        /// The description.
        path: PathBuf,
        /// Dotted path of the key, e.g. `tables[2].unit`.
        key: String,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// A table is not what the description says.
    #[error("{}: table `{table}`: {reason}", path.display())]
    Table {
        /// The file of the table.
        path: PathBuf,
        /// The table's id.
        table: String,
        /// What is wrong, with line or column.
        reason: String,
    },
    /// A check asks for something that is not there, or compares what cannot be compared.
    #[error("{}: check `{check}`: {reason}", path.display())]
    Check {
        /// The description.
        path: PathBuf,
        /// The check's id.
        check: String,
        /// What is wrong.
        reason: String,
    },
    /// Columns of a table that do not fit together.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

impl AuditError {
    pub(super) fn at(path: &Path, at: FaultAt) -> Self {
        Self::Key { path: path.to_owned(), key: at.key, fault: at.fault }
    }

    /// The file the error is about, if it is about one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Open { path, .. }
            | Self::Syntax { path, .. }
            | Self::Key { path, .. }
            | Self::Table { path, .. }
            | Self::Check { path, .. } => Some(path),
            Self::Arrow(_) => None,
        }
    }

    /// The key, table or check the error is about, if it is about one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key { key, .. } => Some(key),
            Self::Table { table, .. } => Some(table),
            Self::Check { check, .. } => Some(check),
            Self::Open { .. } | Self::Syntax { .. } | Self::Arrow(_) => None,
        }
    }
}
