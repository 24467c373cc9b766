use std::path::{Path, PathBuf};

use crate::keys::{FaultAt, KeyFault};
use crate::rules::RuleError;

/// Why a scheme could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemeError {
    /// The scheme file, or its project table, cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The scheme file is not TOML.
    #[error("{}: line {line}: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// What the parser expected.
        reason: String,
    },
    /// A key is unknown, missing, or has a value that cannot be used.
    #[error("{}: key `{key}` {fault}", path.display())]
    Key {
        /// The file; `settings` for a check that comes without one.
        path: PathBuf,
        /// Dotted path of the key, e.g. `layers[2].role`.
        key: String,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// An input file does not exist.
    #[error("{}: key `{key}`: there is no file {}", path.display(), file.display())]
    MissingFile {
        /// The scheme file.
        path: PathBuf,
        /// Dotted path of the key.
        key: String,
        /// The file that is missing, the scheme's folder included.
        file: PathBuf,
    },
    /// A rule pack does not load.
    #[error("{}: key `{key}`: {source}", path.display())]
    Rules {
        /// The scheme file.
        path: PathBuf,
        /// Dotted path of the key.
        key: String,
        /// What is wrong with the pack.
        source: Box<RuleError>,
    },
    /// A line of the project table cannot be understood.
    #[error("{}: line {line}: {reason}", path.display())]
    Projects {
        /// The project table.
        path: PathBuf,
        /// Line, counted from 1.
        line: u64,
        /// What is wrong, with the column.
        reason: String,
    },
}

impl SchemeError {
    pub(crate) fn at(path: &Path, at: FaultAt) -> Self {
        Self::Key { path: path.to_owned(), key: at.key, fault: at.fault }
    }

    /// The file the error is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Open { path, .. }
            | Self::Syntax { path, .. }
            | Self::Key { path, .. }
            | Self::MissingFile { path, .. }
            | Self::Rules { path, .. }
            | Self::Projects { path, .. } => path,
        }
    }

    /// The dotted path of the key the error is about, if it is about one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key { key, .. } | Self::MissingFile { key, .. } | Self::Rules { key, .. } => Some(key),
            Self::Open { .. } | Self::Syntax { .. } | Self::Projects { .. } => None,
        }
    }
}
