//! Rule packs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_compliance::load_rules;
use sanxian_fuzz::Folder;

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    FOLDER.with(|folder| {
        let _ = load_rules(&["national-2020"], &[folder.write("pack.toml", bytes)]);
    });
});
