use proptest::prelude::*;

use super::*;
use crate::crs::{Crs, Projection};

fn zone(code: u32) -> TransverseMercator {
    let crs = Crs::from_epsg(code).unwrap();
    let Projection::TransverseMercator(parameters) = crs.projection() else { panic!("{code}") };
    TransverseMercator::new(crs.ellipsoid().unwrap(), *parameters)
}

fn difference_m(one: Complex, other: Complex) -> f64 {
    (one[0] - other[0]).hypot(one[1] - other[1])
}

#[test]
fn polynomials_follow_the_kernel() {
    // The rounding of the kernel itself is about 1 nm.
    let mut worst = 0.0_f64;
    for (from, to) in [(4534, 4535), (4546, 4547), (4547, 4546), (4554, 4553), (4547, 4507), (4534, 4540)] {
        let (from, to) = (zone(from), zone(to));
        let corners = [[-1e6, 0.0], [1e6, 9.9e6]];
        let zones = ZoneChange::new(&from, &to, corners);
        for column in -30..=30 {
            for row in 0..=150 {
                let point = [f64::from(column) * 33_000.0 + 17.0, f64::from(row) * 65_900.0 + 11.0];
                worst = worst.max(difference_m(zones.image(point), zones.by_kernel(point)));
            }
        }
    }
    eprintln!("largest difference from the kernel: {:.2} nm", worst * 1e9);
    assert!(worst < 5e-9, "{worst}");
}

#[test]
fn where_the_target_has_no_image_the_kernel_answers() {
    // Zone 25 has its meridian at 75°E; a point on the equator at 165°E is where its series ends.
    let from = TransverseMercator::new(
        zone(4534).ellipsoid(),
        crate::crs::TransverseMercatorParameters {
            central_meridian_deg: 165.0,
            latitude_of_origin_deg: 0.0,
            scale: 1.0,
            false_easting_m: 0.0,
            false_northing_m: 0.0,
        },
    );
    let to = zone(4534);
    let zones = ZoneChange::new(&from, &to, [[-1e5, -1e5], [1e5, 1e5]]);
    let image = zones.image([10.0, 10.0]);
    assert!(image[0].is_nan() || image[0].abs() >= MAX_FROM_MERIDIAN_M, "{image:?}");
}

proptest! {
    #[test]
    fn a_point_outside_the_box_has_the_image_of_the_kernel(x in -9e5..9e5_f64, y in 0.0..9e6_f64) {
        let (from, to) = (zone(4547), zone(4546));
        let empty = ZoneChange::new(&from, &to, [[0.0, 0.0], [1.0, 1.0]]);
        prop_assert!(difference_m(empty.image([x, y]), empty.by_kernel([x, y])) < 5e-9);
    }

    #[test]
    fn points_at_once_are_points_one_by_one(
        x in -3e5..3e5_f64, y in 3e5..6e6_f64, steps in prop::array::uniform4((-4e4..4e4_f64, -4e4..4e4_f64))
    ) {
        let (from, to) = (zone(4547), zone(4546));
        let zones = ZoneChange::new(&from, &to, [[x - 4e4, y - 4e4], [x + 4e4, y + 4e4]]);
        let points = steps.map(|(dx, dy)| [x + dx, y + dy]);
        let bits = |points: [Complex; LANES]| points.map(|point| point.map(f64::to_bits));
        prop_assert_eq!(bits(zones.images(points)), bits(points.map(|point| zones.image(point))));
        // All in one square, the way most go.
        let close = steps.map(|(dx, dy)| [x + 1e-3 * dx, y + 1e-3 * dy]);
        prop_assert_eq!(bits(zones.images(close)), bits(close.map(|point| zones.image(point))));
    }

    #[test]
    fn the_box_does_not_change_a_bit(x in -3e5..3e5_f64, y in 3e5..6e6_f64, margin in 0.0..2e5_f64) {
        let (from, to) = (zone(4547), zone(4546));
        let tight = ZoneChange::new(&from, &to, [[x, y], [x, y]]);
        let wide = ZoneChange::new(&from, &to, [[x - margin, y - margin], [x + margin, y + margin]]);
        prop_assert_eq!(tight.image([x, y]).map(f64::to_bits), wide.image([x, y]).map(f64::to_bits));
    }
}
