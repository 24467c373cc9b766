//! Scheme files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_compliance::Scheme;
use sanxian_fuzz::Folder;

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    FOLDER.with(|folder| {
        let _ = Scheme::from_toml(folder.write("scheme.toml", bytes));
    });
});
