//! Coordinate tables of separated values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_fuzz::Folder;
use sanxian_io::{PlotsOptions, read_plots};

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    FOLDER.with(|folder| {
        for name in ["a.csv", "a.tsv"] {
            let _ = read_plots(&folder.write(name, bytes), &PlotsOptions::default());
        }
    });
});
