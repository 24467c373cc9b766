//! Rule packs and scheme files, damaged: read, or refused with the name of the file, never a panic.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../sanxian-io/tests/mutation/mod.rs"]
mod mutation;

use std::path::{Path, PathBuf};

use mutation::{Random, damaged};
use sanxian_compliance::{Scheme, load_rules};

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "toml"))
        .collect();
    found.sort();
    found
}

#[test]
fn damaged_settings_never_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.toml");
    let sources = [toml_files(&root.join("rules")), toml_files(&root.join("examples/xinzhou"))].concat();
    assert!(!sources.is_empty());
    for (seed, source) in (0..).zip(&sources) {
        let bytes = std::fs::read(source).unwrap();
        let mut random = Random::new(seed);
        for round in 0..30 {
            let text = String::from_utf8_lossy(&damaged(&bytes, &mut random)).into_owned();
            std::fs::write(&path, text).unwrap();
            if let Err(error) = load_rules::<&str, _>(&[], &[&path]) {
                assert!(error.to_string().contains("damaged.toml"), "{} {round}: {error}", source.display());
            }
            if let Err(error) = Scheme::from_toml(&path) {
                assert!(error.to_string().contains("damaged.toml"), "{} {round}: {error}", source.display());
            }
        }
    }
}
