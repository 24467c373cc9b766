//! Shapefiles: .dbf, .shx, .cpg and .prj with a length of two bytes before each, then the .shp.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_fuzz::{Folder, split};
use sanxian_io::{LayerOptions, OnError, read_features, read_layer};
use sanxian_overlay::Progress;

thread_local!(static FOLDER: Folder = Folder::default());

fuzz_target!(|bytes: &[u8]| {
    let [dbf, shx, cpg, prj, shp] = split(bytes);
    FOLDER.with(|folder| {
        for (name, part) in [("a.dbf", dbf), ("a.shx", shx), ("a.cpg", cpg), ("a.prj", prj)] {
            folder.write(name, part);
        }
        let path = folder.write("a.shp", shp);
        for on_error in [OnError::Raise, OnError::Null, OnError::Skip] {
            let options = LayerOptions { on_error, ..LayerOptions::default() };
            let _ = read_layer(&path, &options, &Progress::default());
            let _ = read_features(&path, &options, &Progress::default());
        }
        let options = LayerOptions { bbox: Some([0.0, 0.0, 1e7, 1e7]), ..LayerOptions::default() };
        let _ = read_layer(&path, &options, &Progress::default());
    });
});
