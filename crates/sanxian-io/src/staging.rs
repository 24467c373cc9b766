//! Files that appear whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::IoError;

/// Files written beside their places under other names, and moved there together at the end. Whatever goes wrong before
/// that leaves nothing behind and touches no file that was there.
#[derive(Default)]
pub(crate) struct Staging {
    /// Temporary and final path.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Staging {
    /// Writes a file under its temporary name.
    pub(crate) fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<(), IoError> {
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let temporary = path.with_file_name(name);
        self.files.push((temporary.clone(), path.to_owned()));
        fs::write(&temporary, bytes).map_err(|source| IoError::Write { path: path.to_owned(), source })
    }

    /// Moves all files to their places, in the order written.
    pub(crate) fn commit(mut self) -> Result<(), IoError> {
        for (temporary, path) in std::mem::take(&mut self.files) {
            let moved = fs::rename(&temporary, &path);
            if let Err(source) = moved {
                self.files.push((temporary, path.clone()));
                return Err(IoError::Write { path, source });
            }
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        for (temporary, _) in &self.files {
            // Nothing more can be done about a temporary file that will not go.
            let _ = fs::remove_file(temporary);
        }
    }
}
