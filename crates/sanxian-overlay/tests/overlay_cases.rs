//! Areas against the cases of other libraries' test suites (GEOS, JTS, polygon-clipping, martinez, geo).
//!
//! Known disagreements are listed with their reason, and the test fails when one of them starts to agree.

#![allow(clippy::expect_used, clippy::panic)]

mod support;

use sanxian_overlay::{
    IndexedPolygons, OverlayError, OverlayOptions, PolygonSet, Progress, difference, find_faults,
    intersection, intersection_areas, perimeter, union,
};
use serde_json::Value;
use support::{Feature, from_wkt, json_lines, set_of, total_area};

/// The expected results are printed with 15 to 17 digits.
const RELATIVE_TOLERANCE: f64 = 1e-9;
/// A new vertex is rounded to the spacing of `f64` at its coordinates, which sweeps an area of at most that spacing
/// along the edges that meet there; GEOS and the others round as much, so this many spacings along the perimeter.
const SPACINGS: f64 = 4.0;

struct Case {
    name: String,
    operation: String,
    inputs: Vec<Feature>,
    expected: f64,
}

fn area_of(operation: &str, inputs: &[Feature]) -> Result<f64, OverlayError> {
    let (options, progress) = (OverlayOptions::default(), Progress::default());
    let [first, rest @ ..] = inputs else { return Ok(0.0) };
    let subject = set_of(std::slice::from_ref(first));
    let outside = |a: &PolygonSet, b: &[Feature]| {
        difference(a.view(), &IndexedPolygons::new(set_of(b)), &options, &progress)
            .map(|outside| total_area(&outside.polygons))
    };
    match operation {
        // With one input only, every operation of those suites is the input cleaned.
        _ if rest.is_empty() => area_of("union", &[first.clone(), Vec::new()]),
        "union" => {
            union(set_of(inputs).view(), &options, &progress).map(|united| total_area(&united.polygons))
        }
        "difference" => outside(&subject, rest),
        "symdifference" => {
            Ok(outside(&subject, rest)? + outside(&set_of(rest), std::slice::from_ref(first))?)
        }
        "intersection" => {
            let mut common = subject;
            for other in rest {
                let layer = IndexedPolygons::new(set_of(std::slice::from_ref(other)));
                common = intersection(common.view(), &layer, &options, &progress)?.polygons;
            }
            Ok(total_area(&common))
        }
        other => panic!("unknown operation {other}"),
    }
}

/// The area of an intersection of two inputs without its geometry.
fn kernel_area(case: &Case) -> Option<f64> {
    let ("intersection", [a, b]) = (case.operation.as_str(), case.inputs.as_slice()) else { return None };
    let [a, b] = [a, b].map(|feature| set_of(std::slice::from_ref(feature)));
    let areas = intersection_areas(a.view(), b.view(), &[], OverlayOptions::default(), &Progress::default());
    Some(areas.expect("the pieces were computed from the same input").area.iter().sum())
}

fn tolerance(expected: f64, inputs: &[Feature]) -> f64 {
    let set = set_of(inputs);
    let edges: f64 = (0..set.len()).map(|feature| perimeter(set.view().feature(feature))).sum();
    let largest =
        set.view().coords().iter().flatten().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    RELATIVE_TOLERANCE * expected.abs() + SPACINGS * f64::EPSILON * largest * edges
}

/// Runs the cases and holds the disagreements against the known ones.
fn compare(cases: &[Case], known: &[(&str, &str)]) {
    let mut disagreeing = Vec::new();
    let mut refused = 0;
    for case in cases {
        let ours = match area_of(&case.operation, &case.inputs) {
            Ok(area) => area,
            Err(OverlayError::InvalidPolygon { .. }) => {
                refused += 1;
                continue;
            }
            Err(other) => panic!("{}: {other}", case.name),
        };
        let kernel = kernel_area(case);
        if kernel
            .is_some_and(|kernel| (kernel - case.expected).abs() > tolerance(case.expected, &case.inputs))
        {
            eprintln!("{}: the kernel has {kernel:?}, expected {:e}", case.name, case.expected);
            disagreeing.push(case.name.as_str());
        }
        if (ours - case.expected).abs() > tolerance(case.expected, &case.inputs) {
            eprintln!("{} {}: ours {ours:e}, expected {:e}", case.name, case.operation, case.expected);
            disagreeing.push(case.name.as_str());
        }
    }
    eprintln!("{} cases, {refused} refused as invalid input, {} disagree", cases.len(), disagreeing.len());
    assert!(cases.len() - refused > cases.len() / 2, "most cases must be computed, not refused");
    for name in &disagreeing {
        assert!(
            known.iter().any(|(id, _)| name.contains(id)),
            "{name} disagrees and is not a known exception"
        );
    }
    for (id, reason) in known {
        assert!(
            disagreeing.iter().any(|name| name.contains(id)),
            "{id} agrees now; take it off the list ({reason})"
        );
    }
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

/// GEOS and JTS: disagreements that are theirs.
const GEOS_EXCEPTIONS: [(&str, &str); 0] = [];

#[test]
fn areas_agree_with_the_geos_and_jts_suites() {
    let Some(rows) = json_lines("overlay_cases/geos_jts.jsonl") else { return };
    let cases: Vec<Case> = rows
        .iter()
        .filter(|row| text(row, "precision") == "FLOATING" && row["expected_area"].is_number())
        .filter_map(|row| {
            // "ng", "sr" and "sin" name the algorithm inside GEOS, not another question.
            let operation = ["symdifference", "intersection", "difference", "union"]
                .into_iter()
                .find(|name| text(row, "op").starts_with(name))?;
            if matches!(text(row, "op"), "unionarea" | "intersectionsin") {
                return None;
            }
            // A number as third argument is a precision to round to.
            if text(row, "arg3").parse::<f64>().is_ok() {
                return None;
            }
            let inputs = [from_wkt(text(row, "a_wkt"))?, from_wkt(text(row, "b_wkt"))?].to_vec();
            let name = format!("{} {}", text(row, "id"), text(row, "case"));
            Some(Case {
                name,
                operation: operation.to_owned(),
                inputs,
                expected: row["expected_area"].as_f64()?,
            })
        })
        .collect();
    compare(&cases, &GEOS_EXCEPTIONS);
}

/// Cases of JavaScript and Rust libraries: disagreements that are theirs.
const CLIPPING_EXCEPTIONS: [(&str, &str); 0] = [];

#[test]
fn areas_agree_with_the_clipping_suites() {
    let Some(rows) = json_lines("overlay_cases/polygon_clipping_martinez_geo.jsonl") else { return };
    let cases: Vec<Case> = rows
        .iter()
        .filter_map(|row| {
            let inputs: Vec<Feature> =
                row["args"].as_array()?.iter().filter_map(|wkt| from_wkt(wkt.as_str()?)).collect();
            if inputs.len() != row["args"].as_array()?.len()
                || text(row, "op") == "symdifference" && inputs.len() != 2
            {
                return None;
            }
            // A row that does not agree records that library's own mistake; GEOS's area is the truth there.
            let expected = if row["agrees"] == false { &row["geos_area"] } else { &row["expected_area"] };
            let name = format!("{} {}", text(row, "suite"), text(row, "case"));
            Some(Case { name, operation: text(row, "op").to_owned(), inputs, expected: expected.as_f64()? })
        })
        .collect();
    compare(&cases, &CLIPPING_EXCEPTIONS);
}

#[test]
fn unions_of_geos_have_the_area_that_geos_gives() {
    let Some(rows) = json_lines("overlay_cases/geos_jts.jsonl") else { return };
    let mut compared = 0;
    for row in rows.iter().filter(|row| text(row, "op") == "unionarea") {
        let Some(feature) = from_wkt(text(row, "a_wkt")) else { continue };
        let parts: Vec<Feature> = feature.into_iter().map(|polygon| vec![polygon]).collect();
        let expected = row["geos_area"].as_f64().expect("every row has an area");
        match union(set_of(&parts).view(), &OverlayOptions::default(), &Progress::default()) {
            Ok(united) => {
                let ours = total_area(&united.polygons);
                assert!(
                    (ours - expected).abs() <= RELATIVE_TOLERANCE * expected,
                    "{}: ours {ours}, expected {expected}",
                    text(row, "case")
                );
                compared += 1;
            }
            Err(error) => eprintln!("{}: {error}", text(row, "case")),
        }
    }
    eprintln!("{compared} unions compared");
    assert!(compared > 0);
}

#[test]
fn pieces_and_remainder_make_up_the_subject_in_the_area_tests_of_geos() {
    let Some(rows) = json_lines("overlay_cases/geos_jts.jsonl") else { return };
    let mut compared = 0;
    for row in rows.iter().filter(|row| matches!(text(row, "op"), "areatest" | "overlayareatest")) {
        let (Some(a), Some(b)) = (from_wkt(text(row, "a_wkt")), from_wkt(text(row, "b_wkt"))) else {
            continue;
        };
        let whole = total_area(&set_of(std::slice::from_ref(&a)));
        let inputs = [a, b];
        let (Ok(inside), Ok(outside)) = (area_of("intersection", &inputs), area_of("difference", &inputs))
        else {
            continue;
        };
        assert!(
            (inside + outside - whole).abs() <= tolerance(whole, &inputs),
            "{}: {inside} + {outside} is not {whole}",
            text(row, "case")
        );
        compared += 1;
    }
    eprintln!("{compared} area tests compared");
    assert!(compared > 0);
}

/// Validity cases where GEOS and we differ.
const VALIDITY_EXCEPTIONS: [(&str, &str); 0] = [];

#[test]
fn validity_agrees_with_the_geos_and_jts_suites() {
    let Some(rows) = json_lines("overlay_cases/geos_jts.jsonl") else { return };
    let (mut compared, mut disagreeing) = (0, Vec::new());
    for row in rows.iter().filter(|row| text(row, "op") == "isvalid") {
        let Some(feature) = from_wkt(text(row, "a_wkt")) else { continue };
        let faults = find_faults(set_of(&[feature]).view());
        let is_valid = faults.iter().all(|fault| !fault.kind.is_error());
        compared += 1;
        if is_valid != (text(row, "expected") == "true") {
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            eprintln!(
                "{} {}: expected {}, faults {told:?}",
                text(row, "id"),
                text(row, "case"),
                text(row, "expected")
            );
            disagreeing.push(text(row, "id"));
        }
    }
    eprintln!("{compared} cases, {} disagree", disagreeing.len());
    assert!(compared > 0);
    for id in &disagreeing {
        assert!(
            VALIDITY_EXCEPTIONS.iter().any(|known| known.0 == *id),
            "{id} disagrees and is not a known exception"
        );
    }
    for (id, reason) in VALIDITY_EXCEPTIONS {
        assert!(disagreeing.contains(&id), "{id} agrees now; take it off the list ({reason})");
    }
}
