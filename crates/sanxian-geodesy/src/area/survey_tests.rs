use super::*;

#[test]
fn the_printed_trapezoid() {
    let survey = Survey::new(Datum::Cgcs2000).unwrap();
    let point = |b: f64, l: f64| [b.to_radians(), (l - 112.0).to_radians()];
    let area = survey.trapezoid_m2(point(38.4, 112.7), point(38.5, 112.8));
    // 40-digit arithmetic with exact constants; the printed b and e² are good to 1e-12.
    assert!((area - 726_747_228.407_331_8).abs() < 0.01, "{area}");
}

#[test]
fn the_k_series_is_the_inverse_projection() {
    use crate::crs::{Crs, Projection};
    use crate::transverse_mercator::TransverseMercator;

    for (code, datum) in [(4547, Datum::Cgcs2000), (2383, Datum::Xian80)] {
        let crs = Crs::from_epsg(code).unwrap();
        let Projection::TransverseMercator(tm) = crs.projection() else { panic!() };
        let projection = TransverseMercator::new(crs.ellipsoid().unwrap(), *tm);
        let survey = Survey::new(datum).unwrap();
        for northing in [2.0e6, 3.5e6, 5.8e6] {
            for from_meridian in [-130e3, 50e3, 113_561.0] {
                let (latitude, longitude) = survey.inverse(northing, from_meridian);
                let [exact_longitude, exact_latitude] = projection.inverse([500e3 + from_meridian, northing]);
                // The series is good to 5e-6 arc-seconds in a 3-degree zone.
                assert!((latitude.to_degrees() - exact_latitude).abs() * 3600.0 < 6e-6, "{code}");
                assert!((longitude.to_degrees() + 114.0 - exact_longitude).abs() * 3600.0 < 6e-6, "{code}");
            }
        }
    }
}

#[test]
fn no_constants_no_recipe() {
    assert!(Survey::new(Datum::Beijing54).is_none());
    assert!(Survey::new(Datum::Wgs84).is_none());
}
