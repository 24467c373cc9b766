//! What the integration tests share: polygons from WKT, and where the reference data lie.
#![allow(dead_code, unreachable_pub, clippy::expect_used)]

use std::path::PathBuf;

use sanxian_overlay::{Point, PolygonSet, planar_area};

/// The reference folder: `SANXIAN_REFERENCE`, else `../shared/reference` beside the checkout. Says so when it is absent.
pub fn reference(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SANXIAN_REFERENCE").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference"),
        PathBuf::from,
    );
    let found = folder.join(path);
    if found.exists() {
        Some(found)
    } else {
        eprintln!("NOT TESTED: {} is absent; set SANXIAN_REFERENCE to the reference folder", found.display());
        None
    }
}

/// The rows of a JSON-lines file of the reference folder.
pub fn json_lines(path: &str) -> Option<Vec<serde_json::Value>> {
    let text = std::fs::read_to_string(reference(path)?).expect("reference file is readable");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("reference line is JSON")).collect())
}

/// Polygons of a feature: rings of points.
pub type Feature = Vec<Vec<Vec<Point>>>;

/// Reads `POLYGON` and `MULTIPOLYGON` text; `None` for any other type.
pub fn from_wkt(text: &str) -> Option<Feature> {
    let text = text.trim();
    let upper = text.to_uppercase();
    let depth = if upper.starts_with("MULTIPOLYGON") {
        3
    } else if upper.starts_with("POLYGON") {
        2
    } else {
        return None;
    };
    if upper.ends_with("EMPTY") {
        return Some(Vec::new());
    }
    let body = &text[text.find('(')?..];
    let mut feature: Feature = Vec::new();
    let mut level = 0;
    let mut number = String::new();
    let mut point = Vec::new();
    for character in body.chars() {
        match character {
            '(' => {
                level += 1;
                if level == depth - 1 {
                    feature.push(Vec::new());
                } else if level == depth {
                    feature.last_mut()?.push(Vec::new());
                }
            }
            ')' | ',' | ' ' | '\n' | '\t' | '\r' => {
                if !number.is_empty() {
                    point.push(number.parse::<f64>().ok()?);
                    number.clear();
                }
                if character != ' ' && point.len() >= 2 {
                    feature.last_mut()?.last_mut()?.push([point[0], point[1]]);
                    point.clear();
                }
                if character == ')' {
                    level -= 1;
                }
            }
            other => number.push(other),
        }
    }
    Some(feature)
}

/// A set of features.
pub fn set_of(features: &[Feature]) -> PolygonSet {
    let mut set = PolygonSet::default();
    for feature in features {
        set.push_feature(feature.iter().map(|rings| rings.iter().map(Vec::as_slice)));
    }
    set
}

/// Planar area of all features of a set.
pub fn total_area(set: &PolygonSet) -> f64 {
    let view = set.view();
    (0..view.len()).map(|feature| planar_area(view.feature(feature))).sum()
}
