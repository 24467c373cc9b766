//! Areas against figures that others computed, and properties that any area has.

#![allow(clippy::unwrap_used)] // the helpers below are test code as well

use proptest::prelude::*;
use sanxian_geodesy::{AreaMethod, Crs, PolygonColumn, areas_m2, transform};
use serde::Deserialize;

type Ring = Vec<[f64; 2]>;

#[derive(Deserialize)]
struct Cases {
    polygon: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    rings: Vec<Ring>,
    planar_m2: f64,
    planar_zone_37_m2: f64,
    survey_m2: f64,
    geodesic_m2: f64,
    ellipsoidal_m2: f64,
}

fn cases() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/geodesy/areas.toml");
    toml::from_str::<Cases>(&std::fs::read_to_string(path).unwrap()).unwrap().polygon
}

/// Area of one feature, given as polygons of rings.
fn area_m2(polygons: &[Vec<Ring>], code: u32, method: AreaMethod) -> f64 {
    let coords: Ring = polygons.iter().flatten().flatten().copied().collect();
    let ends = |lengths: Vec<usize>| {
        let mut end = 0;
        std::iter::once(0)
            .chain(lengths.into_iter().map(|length| {
                end += length as i32;
                end
            }))
            .collect::<Vec<i32>>()
    };
    let ring_offsets = ends(polygons.iter().flatten().map(Vec::len).collect());
    let polygon_offsets = ends(polygons.iter().map(Vec::len).collect());
    let column = PolygonColumn {
        coords: &coords,
        ring_offsets: &ring_offsets,
        polygon_offsets: &polygon_offsets,
        feature_offsets: &[0, polygons.len() as i32],
    };
    areas_m2(&column, &Crs::from_epsg(code).unwrap(), method).unwrap()[0]
}

#[test]
fn reference_polygons() {
    let cases = cases();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let mut zone_37 = case.rings.clone();
        for ring in &mut zone_37 {
            transform(ring, &Crs::from_epsg(4526).unwrap(), &Crs::from_epsg(4525).unwrap(), None).unwrap();
        }
        let planar_zone_37 = area_m2(&[zone_37], 4525, AreaMethod::Planar);
        // The moved vertices are good to 4e-9 m, the largest polygon is 5 km wide.
        assert!((planar_zone_37 - case.planar_zone_37_m2).abs() < 1e-4, "{} {planar_zone_37}", case.name);
        let polygons = [case.rings];
        // The printed figures carry four decimals: half of the last one, and 1e-9 relative for the exact recipe.
        for (method, expected, tolerance) in [
            (AreaMethod::Planar, case.planar_m2, 5.1e-5),
            (AreaMethod::EllipsoidalSurvey, case.survey_m2, 1e-4),
            (AreaMethod::Ellipsoidal, case.ellipsoidal_m2, 5.1e-5),
            (AreaMethod::Geodesic, case.geodesic_m2, 5.1e-5),
        ] {
            let area = area_m2(&polygons, 4526, method);
            eprintln!("{} {method}: {area:.6}, expected {expected}", case.name);
            assert!(
                (area - expected).abs() < tolerance,
                "{} {method}: {area:.6}, expected {expected}",
                case.name
            );
        }
    }
}

fn relative(one: f64, other: f64) -> f64 {
    (one - other).abs() / other.abs().max(1e-300)
}

/// GeographicLib sums the areas between edges and the equator, which leaves an absolute noise whatever the polygon's size.
const GEODESIC_NOISE_M2: f64 = 1e-3;

const METHODS: [AreaMethod; 4] =
    [AreaMethod::Planar, AreaMethod::Ellipsoidal, AreaMethod::EllipsoidalSurvey, AreaMethod::Geodesic];

/// A star-shaped ring of 3 to 40 vertices, 30 m to 8 km wide, anywhere in the band of zone 38.
fn star() -> impl Strategy<Value = Ring> {
    let place = (-150e3..150e3_f64, 2e6..5.8e6_f64, 30.0..8e3_f64);
    (place, prop::collection::vec(0.3..1.0_f64, 3..40)).prop_map(|((x, y, size), radii)| {
        let step = std::f64::consts::TAU / radii.len() as f64;
        let vertex = |(index, radius): (usize, f64)| {
            let (sin, cos) = (index as f64 * step).sin_cos();
            // Millimetres, as in files; halves of them stay exact.
            [38_500_000.0 + x + size * radius * cos, y + size * radius * sin]
                .map(|value| (value * 1024.0).round() / 1024.0)
        };
        let mut ring: Ring = radii.into_iter().enumerate().map(vertex).collect();
        ring.push(ring[0]);
        ring
    })
}

proptest! {
    #[test]
    fn start_vertex_winding_and_closing_do_not_matter(ring in star(), turn in 0usize..40) {
        let open = &ring[..ring.len() - 1];
        let mut turned = open.to_vec();
        turned.rotate_left(turn % open.len());
        let mut reversed = turned.clone();
        reversed.reverse();
        for method in METHODS {
            let area = area_m2(&[vec![ring.clone()]], 4526, method);
            // The survey recipe divides an edge from its start, and rounds: turned round, a point may fall otherwise.
            let tolerance = if method == AreaMethod::EllipsoidalSurvey { 0.01 / area } else { 1e-12 };
            let tolerance = if method == AreaMethod::Geodesic { 1e-9 + GEODESIC_NOISE_M2 / area } else { tolerance };
            prop_assert!(relative(area_m2(&[vec![turned.clone()]], 4526, method), area) < tolerance.max(1e-12));
            prop_assert!(relative(area_m2(&[vec![reversed.clone()]], 4526, method), area) < tolerance.max(1e-12));
        }
    }

    #[test]
    fn parts_and_holes_add_up(one in star(), other in star()) {
        for method in METHODS {
            let (a, b) = (area_m2(&[vec![one.clone()]], 4526, method), area_m2(&[vec![other.clone()]], 4526, method));
            let both = [vec![one.clone()], vec![other.clone()]];
            let swapped = [vec![other.clone()], vec![one.clone()]];
            prop_assert!(relative(area_m2(&both, 4526, method), a + b) < 1e-15);
            prop_assert!(relative(area_m2(&swapped, 4526, method), a + b) < 1e-15);
            let hole = area_m2(&[vec![one.clone(), other.clone()]], 4526, method);
            prop_assert!((hole - (a - b)).abs() <= 1e-15 * (a + b));
        }
    }

    /// The centre splits a star into triangles; its vertices lie on no edge, so only area can be lost.
    #[test]
    fn pieces_sum_to_the_whole(ring in star(), share in 0.1..0.9_f64) {
        let open = &ring[..ring.len() - 1];
        let count = open.len() as f64;
        let centre = [0, 1].map(|axis| open.iter().map(|point| point[axis]).sum::<f64>() / count);
        for method in [AreaMethod::Planar, AreaMethod::Ellipsoidal] {
            let whole = area_m2(&[vec![ring.clone()]], 4526, method);
            // A split vertex lies beside its edge by the rounding of its coordinates, 4e-9 m; both sides of the cut share it.
            let mut signed = 0.0;
            for pair in ring.windows(2) {
                let cut = [0, 1].map(|axis| pair[0][axis] + share * (pair[1][axis] - pair[0][axis]));
                for triangle in [vec![centre, pair[0], cut], vec![centre, cut, pair[1]]] {
                    let area = area_m2(&[vec![triangle.clone()]], 4526, method);
                    let turn = (triangle[1][0] - centre[0]) * (triangle[2][1] - centre[1])
                        - (triangle[1][1] - centre[1]) * (triangle[2][0] - centre[0]);
                    signed += area.copysign(turn);
                }
            }
            // 1e-9 of the area, and the 4e-9 m of every cut vertex times its edge.
            let perimeter: f64 = ring.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
            prop_assert!((signed - whole).abs() < 1e-9 * whole + 8e-9 * perimeter, "{signed} {whole}");
        }
    }
}

proptest! {
    /// To another zone and back the vertices move by the rounding of prefixed eastings, 4e-9 m a way, and with them the area by that
    /// times the perimeter. In the other zone itself edges are straight differently, so only the way back can be compared.
    #[test]
    fn a_zone_change_and_back_keeps_the_area(ring in star()) {
        let (zone38, zone37) = (Crs::from_epsg(4526).unwrap(), Crs::from_epsg(4525).unwrap());
        let mut moved = ring.clone();
        transform(&mut moved, &zone38, &zone37, None).unwrap();
        let elsewhere = area_m2(&[vec![moved.clone()]], 4525, AreaMethod::Ellipsoidal);
        transform(&mut moved, &zone37, &zone38, None).unwrap();
        let perimeter: f64 = ring.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
        for method in [AreaMethod::Planar, AreaMethod::Ellipsoidal, AreaMethod::Geodesic] {
            let noise = if method == AreaMethod::Geodesic { GEODESIC_NOISE_M2 } else { 0.0 };
            let (before, after) = (area_m2(&[vec![ring.clone()]], 4526, method), area_m2(&[vec![moved.clone()]], 4526, method));
            prop_assert!((before - after).abs() < 2e-8 * perimeter + 1e-9 * before + noise, "{method}: {before} {after}");
        }
        // Planar areas of the two zones differ by up to a thousandth, ellipsoidal ones by the shape of the edges only.
        let area = area_m2(&[vec![ring.clone()]], 4526, AreaMethod::Ellipsoidal);
        prop_assert!((elsewhere - area).abs() < 2e-5 * area + 1e-6 * perimeter, "{elsewhere} {area}");
    }
}

#[test]
fn a_point_is_found_in_its_column() {
    let coords = vec![[0.0, 0.0]; 14];
    let column = PolygonColumn {
        coords: &coords,
        ring_offsets: &[0, 5, 9, 9, 14],
        polygon_offsets: &[0, 2, 4],
        feature_offsets: &[0, 0, 1, 2],
    };
    let at = |index| column.position_of(index).map(|at| (at.feature, at.polygon, at.ring, at.vertex));
    assert_eq!(at(0), Some((1, 0, 0, 0)));
    assert_eq!(at(8), Some((1, 0, 1, 3)));
    assert_eq!(at(9), Some((2, 0, 1, 0)), "the empty ring and the empty feature own nothing");
    assert_eq!(at(13), Some((2, 0, 1, 4)));
    assert_eq!(at(14), None);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let coords: Ring = (0..20_000)
        .map(|index| {
            let (ring, corner) = (index / 8, index % 8);
            let (sin, cos) = (f64::from(corner) * 0.7).sin_cos();
            [
                38_400_000.0 + f64::from(ring % 97) * 913.0 + 311.7 * cos,
                4.2e6 + f64::from(ring) * 41.3 + 207.1 * sin,
            ]
        })
        .collect();
    let ring_offsets: Vec<i32> = (0..=2500).map(|ring| ring * 8).collect();
    let counts: Vec<i32> = (0..=2500).collect();
    let column = PolygonColumn {
        coords: &coords,
        ring_offsets: &ring_offsets,
        polygon_offsets: &counts,
        feature_offsets: &counts,
    };
    let crs = Crs::from_epsg(4526).unwrap();
    for method in METHODS {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| areas_m2(&column, &crs, method).unwrap())
        };
        assert_eq!(with(1), with(7), "{method}");
    }
}
