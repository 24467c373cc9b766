//! Exchange texts: reading never panics, and what was read is written back byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_fuzz::Folder;
use sanxian_io::{PlotsOptions, read_plots, rewrite_exchange_text};

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    FOLDER.with(|folder| {
        let path = folder.write("a.txt", bytes);
        for swap_axes in [None, Some(true), Some(false)] {
            let options = PlotsOptions { swap_axes, ..PlotsOptions::default() };
            let Ok(plots) = read_plots(&path, &options) else { continue };
            let copy = folder.write("copy.txt", &[]);
            rewrite_exchange_text(&plots, &copy).expect("an unchanged text");
            assert_eq!(std::fs::read(&copy).expect("the copy"), bytes);
        }
    });
});
