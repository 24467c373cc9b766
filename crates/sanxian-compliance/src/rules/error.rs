use std::path::PathBuf;

use crate::keys::KeyFault;

/// Why a rule pack or a code table could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// No embedded pack has this id.
    #[error("no rule pack is called `{id}`{}; the embedded ones are {known}", nearest.as_ref().map_or_else(String::new, |near| format!(", the nearest is `{near}`")))]
    UnknownPack {
        /// The id asked for.
        id: String,
        /// The embedded id spelled most like it.
        nearest: Option<String>,
        /// All embedded ids.
        known: String,
    },
    /// No control layer has a role of this name.
    #[error("no layer role is called `{name}`{}; the known ones are {known}", nearest.as_ref().map_or_else(String::new, |near| format!(", the nearest is `{near}`")))]
    UnknownRole {
        /// The name asked for.
        name: String,
        /// The name spelled most like it.
        nearest: Option<String>,
        /// All identifiers.
        known: String,
    },
    /// The file could not be read.
    #[error("rule pack {}: cannot be read: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("rule pack {file}: line {line}: {reason}")]
    Syntax {
        /// The file, or `<id> (embedded)`.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What the parser expected.
        reason: String,
    },
    /// A key of the file is wrong.
    #[error("rule pack {file}: {}key `{key}` {fault}", rule.as_ref().map_or_else(String::new, |rule| format!("rule `{rule}`: ")))]
    Key {
        /// The file, or `<id> (embedded)`.
        file: String,
        /// The rule concerned, when the key lies in one that has an id.
        rule: Option<String>,
        /// Dotted path of the key, e.g. `rules[2].threshold`.
        key: String,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// Two rules, or two packs, share an id.
    #[error(
        "rule pack {file}: the id `{id}` is used twice; verdicts are told apart by it, so give one of them another"
    )]
    DuplicateId {
        /// The file of the second one.
        file: String,
        /// The id.
        id: String,
    },
}
