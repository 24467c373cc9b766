use super::*;

fn area_m2(ring: &[[f64; 2]]) -> f64 {
    let (low, high) =
        ring.iter().fold((f64::MAX, f64::MIN), |(low, high), &[_, b]| (low.min(b), high.max(b)));
    ParallelFunctional::new(Ellipsoid::CGCS2000, low, high).signed_area_m2(ring)
}

fn relative(value: f64, expected: f64) -> f64 {
    (value / expected - 1.0).abs()
}

fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Vec<[f64; 2]> {
    vec![[west, south], [east, south], [east, north], [west, north], [west, south]]
}

#[test]
fn trapezoid_map_sheet_and_ellipsoid() {
    // Degrees are good to 7e-15, which is 1e-13 of a tenth of a degree.
    // The trapezoid of an edge from (112.7, 38.4) to (112.8, 38.5) counted from 112° equals a rectangle 0.75° wide.
    assert!(relative(area_m2(&rectangle(112.0, 38.4, 112.75, 38.5)), 726_747_228.407_798_2) < 1e-12);
    assert!(
        relative(area_m2(&[[112.0, 38.4], [112.7, 38.4], [112.8, 38.5], [112.0, 38.5]]), 726_747_228.4)
            > 1e-9
    );
    let sheet = rectangle(112.5, 38.0 + 25.0 / 60.0, 112.5 + 3.75 / 60.0, 38.0 + 27.5 / 60.0);
    assert!(relative(area_m2(&sheet), 25_238_580.111_013_4) < 1e-12);
    assert!(relative(area_m2(&rectangle(-180.0, -90.0, 180.0, 90.0)), 510_065_621_718_491.2) < 1e-15);
}

#[test]
fn an_edge_across_parallels_is_straight_in_degrees() {
    // Two triangles make the rectangle, over many bands and inside one.
    for (south, north) in [(10.0, 53.0), (38.4, 38.45), (-1.0, 1.0)] {
        let lower = area_m2(&[[112.0, south], [113.0, south], [113.0, north]]);
        let upper = area_m2(&[[112.0, south], [113.0, north], [112.0, north]]);
        let whole = area_m2(&rectangle(112.0, south, 113.0, north));
        assert!(relative(lower + upper, whole) < 1e-12, "{south} {north}");
        // Splitting the diagonal changes nothing.
        let middle = [112.25, south + 0.25 * (north - south)];
        let split = area_m2(&[[112.0, south], [113.0, south], [113.0, north], middle]);
        assert!(relative(split, lower) < 1e-12, "{south} {north}");
    }
}

#[test]
fn a_parcel_keeps_its_digits() {
    // 11 m square near Xinzhou: the area from M N cos B at its centre.
    let (side, centre) = (1e-4_f64, 38.400_05_f64);
    let exact = side.to_radians().powi(2) * parallel_area_slope_m2(&Ellipsoid::CGCS2000, centre.to_radians());
    let ring = rectangle(112.7, 38.4, 112.7 + side, 38.4 + side);
    // The coordinates themselves are good to 1e-14 degrees, 3e-10 of the width.
    assert!(relative(area_m2(&ring), exact) < 1e-9);
}
