//! Where the reference data lie that the project does not contain.

use std::path::PathBuf;

/// A folder of the reference data: `SANXIAN_REFERENCE`, or `shared/reference` beside the repository. Says so when absent.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let folder = std::env::var_os("SANXIAN_REFERENCE").map_or_else(beside, PathBuf::from).join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("NOT CHECKED: no reference data at {}; set SANXIAN_REFERENCE", folder.display());
    None
}
