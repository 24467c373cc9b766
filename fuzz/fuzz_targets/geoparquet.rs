//! GeoParquet files, read whole and through a window.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_fuzz::Folder;
use sanxian_io::{LayerOptions, read_layer};
use sanxian_overlay::Progress;

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    // The reader underneath panics behind a guard, which libFuzzer's hook would not let it do.
    std::panic::set_hook(Box::new(|_| {}));
    FOLDER.with(|folder| {
        let path = folder.write("a.parquet", bytes);
        let _ = read_layer(&path, &LayerOptions::default(), &Progress::default());
        let options = LayerOptions { bbox: Some([0.0, 0.0, 1e7, 1e7]), ..LayerOptions::default() };
        let _ = read_layer(&path, &options, &Progress::default());
    });
});
