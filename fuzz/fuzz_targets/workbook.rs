//! Coordinate tables in workbooks of either kind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_fuzz::Folder;
use sanxian_io::{PlotsOptions, read_plots};

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    // The reader underneath panics behind a guard, which libFuzzer's hook would not let it do.
    std::panic::set_hook(Box::new(|_| {}));
    FOLDER.with(|folder| {
        let _ = read_plots(&folder.write("a.xlsx", bytes), &PlotsOptions::default());
    });
});
