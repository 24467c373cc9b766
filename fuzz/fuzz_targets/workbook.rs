//! Coordinate tables in workbooks of either kind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_fuzz::Folder;
use sanxian_io::{PlotsOptions, read_plots, read_points};

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    // The reader underneath panics behind a guard, which libFuzzer's hook would not let it do.
    std::panic::set_hook(Box::new(|_| {}));
    FOLDER.with(|folder| {
        let path = folder.write("a.xlsx", bytes);
        let _ = read_plots(&path, &PlotsOptions::default());
        let _ = read_points(&path, &PlotsOptions::default());
    });
});
