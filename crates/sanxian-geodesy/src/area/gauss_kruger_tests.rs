use super::*;
use crate::authalic::parallel_area_m2;
use crate::crs::{Crs, Projection};

fn zone(code: u32) -> TransverseMercator {
    let crs = Crs::from_epsg(code).unwrap();
    let Projection::TransverseMercator(parameters) = crs.projection() else { panic!("{code}") };
    TransverseMercator::new(crs.ellipsoid().unwrap(), *parameters)
}

/// The same area by another way: Q(B) dL along the edges, dL from the convergence, five-point rule on kilometres.
fn area_by_parallels_m2(projection: &TransverseMercator, ring: &[[f64; 2]]) -> f64 {
    const RULE: [(f64, f64); 5] = [
        (0.046_910_077_030_668, 0.118_463_442_528_094_54),
        (0.230_765_344_947_158_45, 0.239_314_335_249_683_23),
        (0.5, 0.284_444_444_444_444_44),
        (0.769_234_655_052_841_5, 0.239_314_335_249_683_23),
        (0.953_089_922_969_332, 0.118_463_442_528_094_54),
    ];
    let ellipsoid = projection.ellipsoid();
    let degrees =
        |[x, y]: [f64; 2]| projection.inverse([500_000.0 + x * projection.scale(), y * projection.scale()]);
    let home = parallel_area_m2(&ellipsoid, degrees(ring[0])[1].to_radians());
    let mut sum = 0.0;
    let mut from = *ring.last().unwrap();
    for &to in ring {
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let parts = (dx.hypot(dy) / 1000.0).ceil().max(1.0) as u32;
        for part in 0..parts {
            for (node, weight) in RULE {
                let share = (f64::from(part) + node) / f64::from(parts);
                let point = [from[0] + share * dx, from[1] + share * dy];
                let (k, convergence) = projection.scale_and_convergence(point);
                let latitude = degrees(point)[1].to_radians();
                let w = 1.0 - ellipsoid.eccentricity_squared() * latitude.sin().powi(2);
                let parallel_radius = ellipsoid.semi_major_m() / w.sqrt() * latitude.cos();
                let east = (dx * convergence.cos() + dy * convergence.sin()) / k;
                let q = parallel_area_m2(&ellipsoid, latitude) - home;
                sum -= weight / f64::from(parts) * q * east / parallel_radius;
            }
        }
        from = to;
    }
    sum
}

fn functional(projection: &TransverseMercator, ring: &[[f64; 2]]) -> EdgeFunctional {
    let (low, high) =
        ring.iter().fold((f64::MAX, f64::MIN), |(low, high), &[_, y]| (low.min(y), high.max(y)));
    EdgeFunctional::new(projection, low, high)
}

#[test]
fn the_fitted_scale_follows_the_formula() {
    let projection = zone(4547);
    let edges = EdgeFunctional::new(&projection, -1e6, 10e6);
    let (mut worst, mut worst_in_china) = (0.0_f64, 0.0_f64);
    for step_y in -100..1000 {
        let y = 9_937.0 * f64::from(step_y);
        let band = edges.band(y).unwrap();
        for step_x in 0..=40 {
            let x = 25_000.0 * f64::from(step_x);
            let (k, _) = projection.scale_and_convergence([x, y]);
            // d/dx G = 1/k² - 1, by the difference of sixth order.
            let h = 2_000.0;
            let g = |times: f64| band.correction(edges.inverse_a2, x + times * h, y);
            let slope =
                (45.0 * (g(1.0) - g(-1.0)) - 9.0 * (g(2.0) - g(-2.0)) + (g(3.0) - g(-3.0))) / (60.0 * h);
            let error = (slope - (1.0 / (k * k) - 1.0)).abs();
            worst = worst.max(error);
            if (0.0..6e6).contains(&y) {
                worst_in_china = worst_in_china.max(error);
            }
        }
    }
    eprintln!("largest error of 1/k²: {worst:e}, up to 54°N {worst_in_china:e}");
    assert!(worst < 1e-11 && worst_in_china < 1e-12);
}

#[test]
fn a_large_polygon_agrees_with_the_integral_over_parallels() {
    for code in [4547, 32649] {
        let projection = zone(code);
        let mut worst: f64 = 0.0;
        for centre_x in [0.0, 114e3, -300e3, 600e3, 900e3] {
            for centre_y in [350e3, 2_000e3, 4_252e3, 5_900e3] {
                for size in [3e3, 25e3, 90e3] {
                    let ring: Vec<[f64; 2]> = (0..7)
                        .map(|corner| {
                            let (sin, cos) =
                                (0.3 + f64::from(corner) * std::f64::consts::TAU / 7.0).sin_cos();
                            [centre_x + size * cos, centre_y + 0.7 * size * sin]
                        })
                        .collect();
                    let ours = functional(&projection, &ring).signed_area_m2(&ring);
                    let theirs = area_by_parallels_m2(&projection, &ring);
                    worst = worst.max((ours / theirs - 1.0).abs());
                }
            }
        }
        eprintln!("{code}: largest relative difference {worst:e}");
        assert!(worst < 1e-12);
    }
}

#[test]
fn splitting_an_edge_adds_up() {
    let projection = zone(4547);
    let (from, to) = ([113_561.0, 4_252_698.5], [121_439.25, 4_247_797.25]);
    let edges = EdgeFunctional::new(&projection, 4_200e3, 4_300e3);
    let whole = edges.edge(None, from, to);
    for share in [0.001, 0.3, 0.5, 0.77] {
        let middle = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
        let parts = edges.edge(None, from, middle) + edges.edge(None, middle, to);
        // The correction is 12 m wide here; 1e-6 m² is 1e-13 of the area that such an edge bounds.
        assert!((parts - whole).abs() < 1e-6, "{share}: {parts} {whole}");
    }
}

#[test]
fn empty_and_flat_rings_have_no_area() {
    let edges = EdgeFunctional::new(&zone(4547), 4_200e3, 4_300e3);
    assert_eq!(edges.signed_area_m2(&[]), 0.0);
    assert_eq!(edges.signed_area_m2(&[[1e5, 4.25e6]]), 0.0);
    assert!(edges.signed_area_m2(&[[1e5, 4.25e6], [2e5, 4.25e6], [1e5, 4.25e6]]).abs() < 1e-6);
    let nothing = EdgeFunctional::new(&zone(4547), f64::MAX, f64::MIN);
    assert_eq!(nothing.signed_area_m2(&[]), 0.0);
}
