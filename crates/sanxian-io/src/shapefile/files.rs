//! The files of a Shapefile, whatever the letter case of their suffixes.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::error::IoError;
use crate::layer::{FileDigest, read_bytes};

/// One file that was read.
pub(super) struct Member {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// The files beside a .shp. Missing ones are `None`.
pub(super) struct Members {
    pub(super) shp: Member,
    pub(super) shx: Option<Member>,
    pub(super) dbf: Option<Member>,
    pub(super) prj: Option<Member>,
    pub(super) cpg: Option<Member>,
}

impl Members {
    /// Reads what lies beside `shp`.
    pub(super) fn read(shp: &Path) -> Result<Self, IoError> {
        let bytes = read_bytes(shp)?;
        let companion = |suffix| -> Result<Option<Member>, IoError> {
            match find(shp, suffix) {
                Some(path) => match std::fs::read(&path) {
                    Ok(bytes) => Ok(Some(Member { path, bytes })),
                    Err(source) => Err(IoError::from_read(&path, source)),
                },
                None => Ok(None),
            }
        };
        Ok(Self {
            shx: companion("shx")?,
            dbf: companion("dbf")?,
            prj: companion("prj")?,
            cpg: companion("cpg")?,
            shp: Member { path: shp.to_owned(), bytes },
        })
    }

    pub(super) fn digests(&self) -> Vec<FileDigest> {
        let others = [&self.shx, &self.dbf, &self.prj, &self.cpg].into_iter().flatten();
        let members: Vec<&Member> = std::iter::once(&self.shp).chain(others).collect();
        members.into_par_iter().map(|member| FileDigest::of(&member.path, &member.bytes)).collect()
    }
}

/// The companion with this suffix: same stem, any case of the suffix; failing that, any case of the stem too.
fn find(shp: &Path, suffix: &str) -> Option<PathBuf> {
    let folder = shp.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let stem = shp.file_stem()?.to_string_lossy().into_owned();
    let mut candidates: Vec<(bool, PathBuf)> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| shp.with_file_name(entry.file_name()))
        .filter(|path| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(suffix)))
        .filter_map(|path| {
            let found = path.file_stem()?.to_string_lossy().into_owned();
            (found.to_lowercase() == stem.to_lowercase()).then_some((found != stem, path))
        })
        .collect();
    // Folders list in any order; the choice must not depend on it.
    candidates.sort();
    candidates.into_iter().next().map(|(_, path)| path)
}
