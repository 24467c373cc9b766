//! Farms against urban areas of the QGIS training data: real polygons that nobody here made, 17 of them invalid, one
//! with a ring of 11,360 vertices. The figures are those of GEOS 3.14 (shapely 2.2; `make_valid(method="structure")`).
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use sanxian_overlay::{
    IndexedPolygons, OnInvalid, OverlayError, OverlayOptions, Point, PolygonSet, Progress, Side, contacts,
    difference, find_faults, intersection, union,
};
use support::{Feature, reference, set_of, total_area};

const REPAIR: OverlayOptions = OverlayOptions { on_invalid: OnInvalid::Repair };

/// Invalid farms, as GEOS has them.
const INVALID_FARMS: [usize; 16] =
    [14, 70, 119, 218, 225, 416, 688, 693, 909, 912, 982, 1145, 1244, 1345, 1651, 1958];

/// Twice the signed area of an open ring.
fn turn(ring: &[Point]) -> f64 {
    let origin = ring[0];
    (0..ring.len())
        .map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            (a[0] - origin[0]) * (b[1] - origin[1]) - (b[0] - origin[0]) * (a[1] - origin[1])
        })
        .sum()
}

fn holds(ring: &[Point], point: Point) -> bool {
    (0..ring.len()).fold(false, |inside, i| {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        let crosses = (a[1] > point[1]) != (b[1] > point[1])
            && point[0] < a[0] + (point[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
        inside != crosses
    })
}

/// Interiors touch their exteriors here, so single vertices tell nothing.
fn holds_most_of(ring: &[Point], inner: &[Point]) -> bool {
    2 * inner.iter().filter(|point| holds(ring, **point)).count() > inner.len()
}

/// Reads the polygons of a Shapefile whose exteriors are clockwise, each other ring to the smallest exterior that holds it.
fn read_polygons(path: &str) -> Option<PolygonSet> {
    let bytes = std::fs::read(reference(path)?).expect("reference file is readable");
    let int = |at: usize| i32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    let float = |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    let mut features: Vec<Feature> = Vec::new();
    let mut at = 100;
    while at + 8 < bytes.len() {
        let words = i32::from_be_bytes(bytes[at + 4..at + 8].try_into().expect("four bytes")) as usize;
        let record = at + 8;
        at = record + 2 * words;
        let (parts, points) = (int(record + 36), int(record + 40));
        let first = record + 44 + 4 * parts;
        let start = |part: usize| if part < parts { int(record + 44 + 4 * part) } else { points };
        let rings = (0..parts).map(|part| -> Vec<Point> {
            // The last point repeats the first.
            (start(part)..start(part + 1) - 1)
                .map(|point| [float(first + 16 * point), float(first + 16 * point + 8)])
                .collect()
        });
        let (exteriors, interiors): (Vec<_>, Vec<_>) = rings.partition(|ring| turn(ring) < 0.0);
        let mut feature: Feature = exteriors.into_iter().map(|ring| vec![ring]).collect();
        for interior in interiors {
            let owner = (0..feature.len())
                .filter(|&polygon| holds_most_of(&feature[polygon][0], &interior))
                .min_by(|&a, &b| turn(&feature[a][0]).abs().total_cmp(&turn(&feature[b][0]).abs()));
            match owner {
                Some(owner) => feature[owner].push(interior),
                // Some exteriors of this layer wind the wrong way.
                None => feature.push(vec![interior]),
            }
        }
        features.push(feature);
    }
    Some(set_of(&features))
}

fn layers() -> Option<(PolygonSet, PolygonSet)> {
    Some((
        read_polygons("layers/south_africa/farms_33S.shp")?,
        read_polygons("layers/south_africa/urban_33S.shp")?,
    ))
}

#[test]
fn the_same_features_are_invalid_as_in_geos() {
    let Some((farms, urban)) = layers() else { return };
    let invalid = |set: &PolygonSet| {
        let mut features: Vec<usize> = find_faults(set.view())
            .iter()
            .filter(|fault| fault.kind.is_error())
            .map(|fault| fault.feature)
            .collect();
        features.dedup();
        features
    };
    assert_eq!(farms.len(), 2008);
    assert_eq!(invalid(&farms), INVALID_FARMS);
    assert_eq!(invalid(&urban), [0]);
}

#[test]
fn the_invalid_polygon_is_named_with_its_place() {
    let Some((farms, urban)) = layers() else { return };
    let layer = IndexedPolygons::new(urban);
    let refused = intersection(farms.view(), &layer, &OverlayOptions::default(), &Progress::default());
    let Err(OverlayError::InvalidPolygon { side: Side::Subject, feature: 225, point: Some([x, y]), .. }) =
        refused
    else {
        unreachable!("{refused:?}")
    };
    assert!((x - 1_009_490.049).abs() < 0.001 && (y - 6_216_728.959).abs() < 0.001, "{x} {y}");
}

#[test]
fn pieces_contacts_and_remainders_are_those_of_geos() {
    let Some((farms, urban)) = layers() else { return };
    let layer = IndexedPolygons::new(urban);
    let progress = Progress::default();
    let pieces = intersection(farms.view(), &layer, &REPAIR, &progress).expect("repaired");
    assert_eq!((pieces.subject.len(), pieces.repairs.len()), (74, 5));
    let covered = total_area(&pieces.polygons);
    assert!((covered / 1_817_988.978_624 - 1.0).abs() < 1e-12, "{covered}");
    assert_eq!(contacts(farms.view(), &layer, &REPAIR, &progress).expect("repaired").pairs.len(), 56);

    let outside = difference(farms.view(), &layer, &REPAIR, &progress).expect("repaired");
    let (repaired, _) = sanxian_overlay::repair(farms.view(), sanxian_overlay::RepairMethod::Structure);
    let whole = total_area(&repaired);
    assert!(((covered + total_area(&outside.polygons)) / whole - 1.0).abs() < 1e-12);

    let united = union(layer.polygons(), &REPAIR, &progress).expect("repaired");
    for set in [&pieces.polygons, &outside.polygons, &united.polygons] {
        let faults = find_faults(set.view());
        assert!(faults.iter().all(|fault| !fault.kind.is_error()), "{}", faults[0]);
    }
}
