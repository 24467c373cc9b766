use super::*;
use crate::validity::find_faults;

fn rings_of(rings: &[&[Point]]) -> OpenRings {
    let mut open = OpenRings::default();
    for ring in rings {
        open.push(ring.iter().copied());
    }
    open
}

fn area_of(list: &PolygonList) -> f64 {
    let mut set = PolygonSet::default();
    list.push_to(&mut set);
    crate::planar_area(set.view().feature(0))
}

#[test]
fn input_vertices_keep_every_bit_from_the_smallest_to_the_largest() {
    let third = 1.0 / 3.0;
    let a = [[-third, -0.1], [4_194_304.7, -0.3], [4_194_305.9, 4_194_310.1], [1e-7, 7.7]];
    let b = [[9e6, 9e6], [9.1e6, 9e6], [9e6, 9.1e6]];
    let list = overlay(Operation::Union, Fill::Winding, &rings_of(&[&a]), &rings_of(&[&b]));
    let points: Vec<Point> = list.0.iter().flatten().flatten().copied().collect();
    for point in a.iter().chain(&b) {
        assert!(points.contains(point), "{point:?} is not among {points:?}");
    }
}

#[test]
fn extreme_magnitudes_are_taken() {
    for scale in [1e-300, 1e-30, 1e30, 1e250] {
        let a = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]
            .map(|point: Point| point.map(|value| value * scale));
        let b = [[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0]]
            .map(|point: Point| point.map(|value| value * scale));
        let list = overlay(Operation::Intersection, Fill::Winding, &rings_of(&[&a]), &rings_of(&[&b]));
        let expected = if scale > 1e-300 { 1 } else { list.0.len() };
        assert_eq!(list.0.len(), expected, "scale {scale}");
    }
}

#[test]
fn what_is_a_hair_apart_comes_out_valid() {
    // Two strips whose long edges cross at angles of 1e-10: crossings fall on one another when they are rounded.
    let (x, y) = (1_048_570.0, 6_220_000.0);
    let strip = |tilt: f64| {
        let points: Vec<Point> =
            (0..60).map(|i| [x + f64::from(i), y + tilt * f64::from(i % 7) * 1e-9]).collect();
        let mut ring = points;
        ring.extend([[x + 59.0, y - 1.0], [x, y - 1.0]]);
        ring
    };
    for (a, b) in [(1.0, 1.3), (-1.0, 0.7), (2.0, 2.1)] {
        for operation in [Operation::Intersection, Operation::Difference, Operation::Union] {
            let list = overlay(operation, Fill::Winding, &rings_of(&[&strip(a)]), &rings_of(&[&strip(b)]));
            let mut set = PolygonSet::default();
            list.push_to(&mut set);
            let faults = find_faults(set.view());
            assert!(faults.iter().all(|fault| !fault.kind.is_error()), "{operation:?}: {}", faults[0]);
        }
    }
}

/// The areas of Clipper2's own polygon tests, self-crossing input and all. Clipper2 rounds results to whole units, which
/// sweeps up to half a diagonal of a unit along the boundary, and prints whole areas.
#[test]
fn areas_agree_with_the_clipper2_suite() {
    let folder = std::env::var_os("SANXIAN_REFERENCE").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference"),
        std::path::PathBuf::from,
    );
    let path = folder.join("overlay_cases/clipper2_polygons.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("NOT TESTED: {} is absent; set SANXIAN_REFERENCE to the reference folder", path.display());
        return;
    };
    let mut compared = 0;
    for row in text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")) {
        let operation = match row["op"].as_str() {
            Some("UNION") => Operation::Union,
            Some("INTERSECTION") => Operation::Intersection,
            Some("DIFFERENCE") => Operation::Difference,
            _ => continue,
        };
        let fill = match row["fill_rule"].as_str() {
            Some("EVENODD") => Fill::EvenOdd,
            Some("NONZERO") => Fill::Winding,
            _ => continue,
        };
        let rings =
            |side: &str| {
                let mut open = OpenRings::default();
                for ring in row[side].as_array().into_iter().flatten() {
                    open.push(ring.as_array().into_iter().flatten().map(|point| {
                        [point[0].as_f64().expect("number"), point[1].as_f64().expect("number")]
                    }));
                }
                open
            };
        let (subject, clip) = (rings("subjects"), rings("clips"));
        let expected = row["expected_area"].as_f64().expect("number");
        if expected < 0.0 {
            // Clipper2's suite does not know the area of this one.
            continue;
        }
        let list = overlay(operation, fill, &subject, &clip);
        let mut set = PolygonSet::default();
        list.push_to(&mut set);
        let (ours, boundary) = (area_of(&list), crate::perimeter(set.view().feature(0)));
        let difference = (ours - expected).abs();
        assert!(difference <= 0.71 * boundary + 0.5, "{}: ours {ours}, expected {expected}", row["case"]);
        compared += 1;
    }
    eprintln!("{compared} cases compared");
    assert!(compared > 0);
}
