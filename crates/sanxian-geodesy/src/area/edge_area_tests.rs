use super::*;
use crate::area::{PolygonColumn, areas_m2, planar};

/// A winding ring of some kilometres, in metres or degrees.
fn ring([x, y]: [f64; 2], radius: f64) -> Vec<[f64; 2]> {
    let point = |step: i32| {
        let turn = f64::from(step) * std::f64::consts::TAU / 48.0;
        let reach = radius * (1.0 + 0.3 * (5.0 * turn).sin());
        [x + reach * turn.cos(), y + reach * turn.sin()]
    };
    (0..=48).map(|step| point(step % 48)).collect()
}

fn bounds(ring: &[[f64; 2]]) -> [f64; 4] {
    ring.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[a, b, c, d], &[x, y]| {
        [a.min(x), b.min(y), c.max(x), d.max(y)]
    })
}

#[test]
fn the_sum_over_edges_is_the_area_of_the_polygon() {
    // Zone 38 with prefix, British National Grid (scale 0.9996), UTM, degrees; near a border of bands and across several.
    let places: [(u32, [f64; 2], f64); 5] = [
        (4526, [38_386_000.0, 4_252_000.0], 900.0),
        (4526, [38_420_000.0, 4_288_000.0], 150_000.0),
        (27700, [530_000.0, 180_000.0], 4_000.0),
        (32649, [400_000.0, 4_000_000.0], 20_000.0),
        (4490, [112.7, 38.4], 0.3),
    ];
    for (code, middle, radius) in places {
        let ring = ring(middle, radius);
        let crs = Crs::from_epsg(code).unwrap();
        let column = PolygonColumn {
            coords: &ring,
            ring_offsets: &[0, ring.len() as i32],
            polygon_offsets: &[0, 1],
            feature_offsets: &[0, 1],
        };
        for method in [AreaMethod::Planar, AreaMethod::Ellipsoidal] {
            let Ok(expected) = areas_m2(&column, &crs, method) else {
                assert!(EdgeArea::new(&crs, method, bounds(&ring)).is_err(), "{code} {method}");
                continue;
            };
            let area = EdgeArea::new(&crs, method, bounds(&ring)).unwrap().unwrap();
            let found = planar::signed_area(&ring) * area.factor() + area.path_m2(&ring);
            assert!((found / expected[0] - 1.0).abs() < 1e-12, "{code} {method}: {found} {}", expected[0]);
            // The parts of a path make the whole, however it is split.
            let (first, rest) = (area.path_m2(&ring[..20]), area.path_m2(&ring[19..]));
            assert!((first + rest - area.path_m2(&ring)).abs() <= 1e-12 * expected[0], "{code} {method}");
        }
    }
}

#[test]
fn methods_that_are_no_sum_over_edges_say_so() {
    let crs = Crs::from_epsg(4526).unwrap();
    for method in [AreaMethod::Geodesic, AreaMethod::EllipsoidalSurvey] {
        assert!(EdgeArea::new(&crs, method, [0.0; 4]).unwrap().is_none());
    }
}
