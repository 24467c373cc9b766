//! The same frames as other programs write them, and texts that must not be taken for one of them.

#![allow(clippy::unwrap_used)] // the helpers below are test code as well

use proptest::prelude::*;
use sanxian_geodesy::{Crs, Frame, Projection};
use serde::Deserialize;

#[derive(Deserialize)]
struct Cases {
    text: Vec<Known>,
    unknown: Vec<Unknown>,
}

#[derive(Deserialize)]
struct Known {
    epsg: u32,
    syntax: String,
    text: String,
}

#[derive(Deserialize)]
struct Unknown {
    why: String,
    claimed: Option<u32>,
    text: String,
}

fn cases() -> Cases {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/geodesy/crs_texts.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn frames_are_recognised_in_every_syntax() {
    let cases = cases();
    assert!(cases.text.len() > 100);
    for case in cases.text {
        let crs = Crs::from_text(&case.text)
            .unwrap_or_else(|error| panic!("{} {}: {error}", case.epsg, case.syntax));
        assert_eq!(crs.epsg(), Some(case.epsg), "{}: {}", case.syntax, case.text);
        assert!(crs.is_same_as(&Crs::from_epsg(case.epsg).unwrap()));
        assert_eq!(crs.definition(), format!("EPSG:{}", case.epsg));
        if case.syntax == "WKT1_ESRI" {
            assert_eq!(crs.to_wkt1_esri().as_deref(), Some(case.text.as_str()));
        }
    }
}

#[test]
fn other_systems_keep_their_definition() {
    for case in cases().unknown {
        let crs = Crs::from_text(&case.text).unwrap_or_else(|error| panic!("{}: {error}", case.why));
        assert_eq!(crs.frame(), None, "{}", case.why);
        assert_eq!(crs.epsg(), case.claimed, "{}", case.why);
        assert_eq!(crs.definition(), case.text, "{}", case.why);
        assert!(crs.is_same_as(&crs.clone()));
    }
}

#[test]
fn every_code_survives_its_prj_file() {
    for code in (1..33_000).filter(|&code| Frame::from_epsg(code).is_some()) {
        let crs = Crs::from_epsg(code).unwrap();
        let Some(text) = crs.to_wkt1_esri() else { continue };
        let back = Crs::from_wkt(&text).unwrap();
        assert!(back.is_same_as(&crs), "{code}: {text}");
        // Withdrawn codes come back as their successors.
        let expected = match code {
            21473..=21483 => code - 20,
            code => code,
        };
        assert_eq!(back.epsg(), Some(expected), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "\\PC{0,80}") {
        // An error or a CRS, never a panic.
        let _ = Crs::from_text(&text);
        let _ = Crs::from_wkt(&text);
        let _ = Crs::from_projjson(&text);
    }

    /// A definition with a piece cut out, doubled or replaced.
    #[test]
    fn no_broken_definition_is_too_odd(
        which in 0usize..1000, at in 0.0..1.0_f64, length in 0usize..40, patch in r#"[\[\](),"0-9eE.+\-A-Z中]{0,6}"#
    ) {
        let cases = cases();
        let text = &cases.text[which % cases.text.len()].text;
        let boundary = |wanted: usize| (0..=wanted.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap();
        let start = boundary((at * text.len() as f64) as usize);
        let end = boundary(start + length).max(start);
        let broken = format!("{}{patch}{}", &text[..start], &text[end..]);
        if let Ok(crs) = Crs::from_text(&broken) {
            // Whatever was understood can be shown and compared, and a frame is one of the register.
            prop_assert!(!crs.label().is_empty() && crs.is_same_as(&crs.clone()));
            prop_assert!(crs.frame().is_none_or(|frame| Frame::from_epsg(frame.epsg()) == Some(frame)));
        }
    }
}

/// Files of other people; they lie beside the repository or where `SANXIAN_REFERENCE` says.
#[test]
fn prj_files_of_other_people() {
    let root = std::env::var("SANXIAN_REFERENCE")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference").to_owned());
    let read = |file: &str| std::fs::read_to_string(format!("{root}/layers/{file}"));
    let (Ok(kiel), Ok(farms)) = (read("kiel/buildings.prj"), read("south_africa/farms_33S.prj")) else {
        eprintln!("not run: there is no reference data at {root}");
        return;
    };
    assert_eq!(Crs::from_wkt(&kiel).unwrap().epsg(), Some(4326));
    let farms = Crs::from_wkt(&farms).unwrap();
    assert_eq!(farms.epsg(), Some(32733));
    assert!(matches!(farms.projection(), Projection::TransverseMercator(tm) if tm.false_northing_m == 1e7));
}
