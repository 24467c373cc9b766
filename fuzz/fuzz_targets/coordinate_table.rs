//! Coordinate tables of separated values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_fuzz::Folder;
use sanxian_io::{PlotsOptions, read_plots, read_points};

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    FOLDER.with(|folder| {
        for name in ["a.csv", "a.tsv"] {
            let path = folder.write(name, bytes);
            let _ = read_plots(&path, &PlotsOptions::default());
            let _ = read_points(&path, &PlotsOptions::default());
        }
    });
});
