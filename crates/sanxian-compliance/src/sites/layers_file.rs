use std::path::{Path, PathBuf};

use toml::Table;

use crate::keys::{FaultAt, KeyFault, Keys};
use crate::rules::line_of;
use crate::scheme::SchemeError;

/// One layer that a file of layers names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NamedLayer {
    /// Its role as written; `land_use` for the land survey.
    pub role: String,
    /// Where it is, the file's folder included.
    pub path: PathBuf,
    /// The layer inside a file of several.
    pub layer: Option<String>,
    /// The encoding of its texts, when declared.
    pub encoding: Option<String>,
    /// True when a layer without any feature is meant so.
    pub may_be_empty: bool,
}

/// Reads a file of layers: `[[layers]]` with `role` and `path` as in a scheme file, and `[land_use]` with `path`.
///
/// # Errors
/// [`SchemeError`] names the file and the key.
pub fn read_layers_file(path: impl AsRef<Path>) -> Result<Vec<NamedLayer>, SchemeError> {
    let path = path.as_ref();
    let text = std::fs::read_to_string(path)
        .map_err(|source| SchemeError::Open { path: path.to_owned(), source })?;
    let table = text.parse::<Table>().map_err(|error| SchemeError::Syntax {
        path: path.to_owned(),
        line: line_of(&text, error.span()),
        reason: error.message().replace('\n', ", "),
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    read(&table, folder).map_err(|at| SchemeError::at(path, at))
}

fn read(table: &Table, folder: &Path) -> Result<Vec<NamedLayer>, FaultAt> {
    let mut keys = Keys::new(table, "");
    let layers = keys.tables("layers")?;
    let land_use = keys.table("land_use")?;
    if layers.is_empty() {
        return Err(keys.fault("layers", KeyFault::Missing));
    }
    keys.finish()?;
    let mut named =
        layers.into_iter().map(|keys| read_layer(keys, None, folder)).collect::<Result<Vec<_>, _>>()?;
    if let Some(keys) = land_use {
        named.push(read_layer(keys, Some("land_use"), folder)?);
    }
    Ok(named)
}

fn read_layer(mut keys: Keys<'_>, role: Option<&str>, folder: &Path) -> Result<NamedLayer, FaultAt> {
    let layer = NamedLayer {
        layer: keys.text("layer")?,
        encoding: keys.text("encoding")?,
        may_be_empty: keys.flag("may_be_empty")?.unwrap_or(false),
        path: folder.join(keys.required_text("path")?),
        role: match role {
            Some(role) => role.to_owned(),
            None => keys.required_text("role")?,
        },
    };
    keys.finish()?;
    Ok(layer)
}
