//! Texts of coordinate reference systems, damaged: an error or a CRS that can describe itself, never a panic.

#![allow(clippy::unwrap_used)]

#[path = "../../sanxian-io/tests/mutation/mod.rs"]
mod mutation;

use mutation::{Random, damaged};
use sanxian_geodesy::Crs;

#[test]
fn damaged_crs_texts_never_panic() {
    let mut understood = 0;
    for (seed, code) in (0..).zip([4326, 4490, 4547, 4526, 4610, 2414, 32650]) {
        let crs = Crs::from_epsg(code).unwrap();
        let mut sources = vec![crs.definition().to_owned(), code.to_string(), format!("EPSG:{code}")];
        sources.extend(crs.to_wkt1_esri());
        let mut random = Random::new(seed);
        for source in sources {
            for _ in 0..300 {
                let bytes = damaged(source.as_bytes(), &mut random);
                let text = String::from_utf8_lossy(&bytes);
                for found in [Crs::from_text(&text), Crs::from_wkt(&text), Crs::from_projjson(&text)] {
                    match found {
                        Ok(crs) => {
                            assert!(crs.is_same_as(&crs) || crs.definition().contains("NaN"), "{text}");
                            let _ = (crs.label(), crs.to_wkt1_esri());
                            understood += 1;
                        }
                        Err(error) => assert!(!error.to_string().is_empty()),
                    }
                }
            }
        }
    }
    assert!(understood > 500, "{understood}");
}
