use super::*;

fn codes(coords: &[[f64; 2]]) -> Vec<(u32, bool, bool)> {
    let one = |candidate: &Candidate| (candidate.frames[0].epsg(), candidate.swapped, candidate.plausible);
    candidates(coords).iter().map(one).collect()
}

fn conflict(code: u32, coords: &[[f64; 2]]) -> String {
    check_declared(&Crs::from_epsg(code).unwrap(), coords).unwrap_err().to_string()
}

fn accepted(code: u32, coords: &[[f64; 2]]) -> bool {
    check_declared(&Crs::from_epsg(code).unwrap(), coords).is_ok()
}

const ZONE_38: [[f64; 2]; 2] = [[38_386_439.0, 4_252_698.0], [38_391_439.0, 4_257_761.0]];
const OVER_ZONE_37: [[f64; 2]; 2] = [[38_057_383.0, 4_252_698.0], [38_060_000.0, 4_252_800.0]];

fn swapped(coords: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    coords.map(|[x, y]| [y, x])
}

#[test]
fn a_prefix_names_its_zone() {
    assert_eq!(codes(&ZONE_38), [(4526, false, true)]);
    assert_eq!(codes(&swapped(ZONE_38)), [(4526, true, true)]);
    assert_eq!(codes(&[[19_640_000.0, 4_252_698.0]]), [(4497, false, true)]);
    assert_eq!(codes(&[[24_500_000.0, 4_252_698.0]]), [], "there is no zone 24");
}

#[test]
fn eastings_that_run_over_have_two_readings() {
    assert_eq!(codes(&OVER_ZONE_37), [(4525, false, false), (4526, false, false)]);
    let reasons: Vec<String> =
        candidates(&OVER_ZONE_37).into_iter().map(|candidate| candidate.reason).collect();
    assert!(reasons[0].contains("run over into the next prefix"), "{reasons:?}");
}

#[test]
fn without_prefix_the_numbers_cannot_tell() {
    let found = candidates(&[[386_439.0, 4_252_698.0]]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].frames.len(), 21 + 11);
    // Too far from a meridian for a 3-degree zone.
    assert_eq!(candidates(&[[250_000.0, 4_252_698.0]])[0].frames.len(), 11);
    // Read swapped, a northing of Hainan would have to be an easting: out of every zone.
    assert!(candidates(&[[4_252_698.0, 386_439.0]]).iter().all(|candidate| candidate.swapped));
}

#[test]
fn degrees() {
    assert_eq!(codes(&[[112.7, 38.4]]), [(4490, false, true)]);
    assert_eq!(codes(&[[38.4, 112.7]]), [(4490, true, true)]);
    assert_eq!(codes(&[[10.0, 54.3]]), [], "Kiel");
}

#[test]
fn nothing_fits_nothing() {
    assert_eq!(codes(&[]), []);
    assert_eq!(codes(&[[f64::NAN, 38.0]]), []);
    assert_eq!(codes(&[[1.0, 2.0]]), []);
}

#[test]
fn the_declared_zone_goes_first() {
    assert!(accepted(4526, &ZONE_38));
    assert!(accepted(2362, &ZONE_38), "Xian 1980 has the same numbers");
    assert!(accepted(4525, &OVER_ZONE_37), "57 383 m is no plausible easting in zone 38");
    assert!(accepted(4547, &[[386_439.0, 4_252_698.0]]));
    assert!(accepted(4490, &[[112.7, 38.4]]));
    assert!(accepted(32649, &ZONE_38), "not judged");
    assert!(accepted(4526, &[]));
}

#[test]
fn a_conflict_names_both() {
    assert_eq!(
        conflict(4525, &ZONE_38),
        "the coordinates do not belong to the declared EPSG:4525 (CGCS2000 / 3-degree Gauss-Kruger zone 37): \
         eastings reach 891 km from its central meridian, and their prefix is of another zone; \
         they fit EPSG:4526, for eastings 38386439 to 38391439 carry the prefix of zone 38 and lie within 159 km of its \
         meridian 114°"
    );
}

#[test]
fn the_usual_mistakes() {
    assert!(conflict(4547, &ZONE_38).contains("without prefix"), "a prefix under CM 114E");
    assert!(conflict(4526, &[[386_439.0, 4_252_698.0]]).contains("with prefix"), "no prefix under zone 38");
    assert!(conflict(4526, &swapped(ZONE_38)).contains("(northing, easting)"));
    assert!(conflict(4490, &ZONE_38).contains("no longitudes"), "metres called degrees");
    assert!(conflict(4526, &[[112.7, 38.4]]).contains("degrees"), "degrees called metres");
    assert!(conflict(4490, &[[38.4, 112.7]]).contains("(latitude, longitude)"));
    assert!(
        conflict(4526, &[[19_640_000.0, 4_252_698.0]]).contains("EPSG:4497"),
        "6-degree numbers under a 3-degree zone"
    );
}
