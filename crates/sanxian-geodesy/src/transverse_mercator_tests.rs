use super::*;
use crate::crs::{Crs, Projection};
use crate::pipeline;

fn zone(code: u32) -> TransverseMercator {
    let crs = Crs::from_epsg(code).unwrap();
    let Projection::TransverseMercator(parameters) = crs.projection() else { panic!("{code}") };
    TransverseMercator::new(crs.ellipsoid().unwrap(), *parameters)
}

/// Every 3-degree zone, 3 to 54°N, 5° to either side: PROJ's own extended transverse Mercator agrees to 10 nm.
#[test]
fn forward_and_inverse_agree_with_proj() {
    let mut worst = [0.0_f64; 2];
    for code in 4534..=4554 {
        let zone = zone(code);
        let points: Vec<[f64; 2]> = (0..=17 * 20)
            .map(|i| {
                [zone.central_meridian_deg - 5.0 + 0.5 * f64::from(i % 21), 3.0 + 3.0 * f64::from(i / 21)]
            })
            .collect();
        let definition = format!(
            "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=tmerc +lon_0={} +x_0=500000 {}",
            zone.central_meridian_deg,
            pipeline::figure(&zone.ellipsoid)
        );
        let mut planes = points.clone();
        pipeline::convert(&definition, &mut planes).unwrap();
        for (&point, &plane) in points.iter().zip(&planes) {
            let ours = zone.forward(point);
            worst[0] = worst[0].max((ours[0] - plane[0]).hypot(ours[1] - plane[1]));
            let [longitude, latitude] = zone.inverse(plane);
            // A degree of the meridian is 111 km.
            let metres = 111e3 * (longitude - point[0]).hypot(latitude - point[1]);
            worst[1] = worst[1].max(metres);
        }
    }
    eprintln!(
        "largest difference from PROJ: forward {:.1} nm, there and back {:.1} nm",
        worst[0] * 1e9,
        worst[1] * 1e9
    );
    assert!(worst.iter().all(|&worst| worst < 10e-9), "{worst:?}");
}

#[test]
fn other_ellipsoids_scales_and_origins_agree_with_proj() {
    // The British grid: Airy's ellipsoid, a latitude of origin, a scale and a false northing.
    let airy = Ellipsoid::new(6_377_563.396, 299.324_964_6).unwrap();
    let grid = TransverseMercator::new(
        airy,
        TransverseMercatorParameters {
            central_meridian_deg: -2.0,
            latitude_of_origin_deg: 49.0,
            scale: 0.999_601_271_7,
            false_easting_m: 400_000.0,
            false_northing_m: -100_000.0,
        },
    );
    let definition = format!(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 \
         +x_0=400000 +y_0=-100000 {}",
        pipeline::figure(&airy)
    );
    for point in [[-5.7, 50.1], [1.7, 52.5], [-3.0, 58.6]] {
        let mut plane = [point];
        pipeline::convert(&definition, &mut plane).unwrap();
        let ours = grid.forward(point);
        assert!((ours[0] - plane[0][0]).hypot(ours[1] - plane[0][1]) < 10e-9);
        let back = grid.inverse(ours);
        assert!((back[0] - point[0]).hypot(back[1] - point[1]) < 1e-13);
    }
}

#[test]
fn a_change_of_zone_is_the_way_over_degrees() {
    let (zone37, zone38) = (zone(4525), zone(4526));
    let rotation = zone37.rotation_to(&zone38);
    for point in [[37_600_000.0, 4_250_000.0], [37_400_000.0, 600_000.0], [37_650_000.0, 5_900_000.0]] {
        let direct = zone38.restored_m(zone37.to_zone(&zone38, rotation, zone37.reduced_m(point)));
        let over_degrees = zone38.forward(zone37.inverse(point));
        assert!(
            (direct[0] - over_degrees[0]).hypot(direct[1] - over_degrees[1]) < 20e-9,
            "{direct:?} {over_degrees:?}"
        );
    }
}

#[test]
fn scale_and_convergence_are_those_of_the_mapping() {
    let zone = zone(4547);
    let b = zone.ellipsoid.semi_minor_m();
    for point in
        [[700_000.0, 4_250_000.0], [250_000.0, 1_000_000.0], [1_400_000.0, 5_900_000.0], [500_000.0, 4e6]]
    {
        let reduced = zone.reduced_m(point);
        let (k, convergence) = zone.scale_and_convergence(reduced);
        // Grid north over a metre, seen on the ellipsoid.
        let [lon0, lat0] = zone.inverse([point[0], point[1] - 0.5]);
        let [lon1, lat1] = zone.inverse([point[0], point[1] + 0.5]);
        let lat = zone.inverse(point)[1].to_radians();
        let w = 1.0 - zone.ellipsoid.eccentricity_squared() * lat.sin().powi(2);
        let normal = zone.ellipsoid.semi_major_m() / w.sqrt();
        let meridian = b * b / (zone.ellipsoid.semi_major_m() * w.powf(1.5));
        let north = (lat1 - lat0).to_radians() * meridian;
        let east = (lon1 - lon0).to_radians() * normal * lat.cos();
        assert!((k - 1.0 / north.hypot(east)).abs() < 1e-8, "{point:?}: {k}");
        assert!((convergence - east.atan2(north)).abs() < 1e-8, "{point:?}: {convergence}");
    }
}

#[test]
fn scale_at_the_pole_is_the_limit() {
    let zone = zone(4547);
    let quarter = zone.quarter_meridian_m();
    let (at, near) =
        (zone.scale_and_convergence([0.0, quarter]).0, zone.scale_and_convergence([0.0, quarter - 1e3]).0);
    assert!((at - 1.0).abs() < 1e-9 && (near - 1.0).abs() < 1e-9, "{at} {near}");
}
