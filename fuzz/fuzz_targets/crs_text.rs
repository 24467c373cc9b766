//! WKT 1 and 2, PROJJSON, codes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanxian_geodesy::Crs;

fuzz_target!(|text: &str| {
    for crs in [Crs::from_text(text), Crs::from_wkt(text), Crs::from_projjson(text)].into_iter().flatten() {
        let _ = (crs.label(), crs.to_wkt1_esri(), crs.is_same_as(&crs));
    }
});
