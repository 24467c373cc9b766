use super::*;
use crate::ellipsoid::Ellipsoid;

fn crs(code: u32) -> Crs {
    Crs::from_epsg(code).unwrap()
}

fn one(point: [f64; 2], from: u32, to: u32, helmert: Option<&Helmert>) -> Result<[f64; 2], TransformError> {
    let mut points = [point];
    transform(&mut points, &crs(from), &crs(to), helmert).map(|()| points[0])
}

fn assert_near(one: [f64; 2], other: [f64; 2], tolerance: f64) {
    assert!((one[0] - other[0]).hypot(one[1] - other[1]) < tolerance, "{one:?} {other:?}");
}

#[test]
fn figures_of_proj() {
    // PROJ 9.5 through pyproj, with all digits.
    assert_near(one([38_386_439.0, 4_252_698.0], 4526, 4490, None).unwrap(), PROJ_DEGREES, 1e-13);
    assert_near(one(PROJ_DEGREES, 4490, 4525, None).unwrap(), PROJ_ZONE_37, 2e-8);
    assert_near(one([38_386_439.0, 4_252_698.0], 4526, 4525, None).unwrap(), PROJ_ZONE_37, 2e-8);
    assert_near(one([38_386_439.0, 4_252_698.0], 4526, 4547, None).unwrap(), [386_439.0, 4_252_698.0], 1e-8);
}

const PROJ_DEGREES: [f64; 2] = [112.700_005_347_453_9, 38.399_996_133_632_89];
const PROJ_ZONE_37: [f64; 2] = [37_648_506.011_700_32, 4_253_266.395_849_844];

#[test]
fn there_and_back() {
    let start = [38_386_439.123, 4_252_698.456];
    for to in [4490, 4525, 4547, 4497, 4508, 4546] {
        let there = one(start, 4526, to, None).unwrap();
        assert_near(one(there, to, 4526, None).unwrap(), start, 2e-8);
    }
}

#[test]
fn a_datum_change_needs_parameters() {
    for (from, to) in [(2362, 4526), (4610, 4490), (4214, 4490), (4490, 4326), (4526, 32649), (2362, 2414)] {
        let error = one([0.0, 0.0], from, to, None).unwrap_err();
        assert!(matches!(error, TransformError::DatumShift { .. }), "{from} {to}: {error}");
    }
    assert_eq!(
        one([112.0, 38.0], 4490, 4326, None).unwrap_err().to_string(),
        "EPSG:4490 (China Geodetic Coordinate System 2000) and EPSG:4326 (WGS 84) are on different datums: \
         they agree within a metre; to take one for the other, give `wgs84_as_cgcs2000` as helmert"
    );
    let allowed = Some(&Helmert::Wgs84AsCgcs2000);
    assert_eq!(one([112.0, 38.0], 4490, 4326, allowed).unwrap(), [112.0, 38.0]);
    assert!(matches!(one([112.0, 38.0], 4610, 4490, allowed), Err(TransformError::DatumShift { .. })));
    assert!(matches!(one([112.0, 38.0], 4490, 4490, allowed), Err(TransformError::NeedlessShift { .. })));
}

const SEVEN: SevenParameters = SevenParameters {
    dx_m: 12.5,
    dy_m: -98.25,
    dz_m: -41.75,
    rx_arcsec: 0.5,
    ry_arcsec: -1.25,
    rz_arcsec: 2.0,
    scale_ppm: -3.5,
};

/// Geodetic to geocentric, rotated and scaled by hand, and back by iteration.
fn seven_by_hand([longitude, latitude]: [f64; 2], from: Ellipsoid, to: Ellipsoid, sign: f64) -> [f64; 2] {
    let (sin, cos) = latitude.to_radians().sin_cos();
    let n = from.semi_major_m() / (1.0 - from.eccentricity_squared() * sin * sin).sqrt();
    let (sin_lon, cos_lon) = longitude.to_radians().sin_cos();
    let [x, y, z] = [n * cos * cos_lon, n * cos * sin_lon, n * (1.0 - from.eccentricity_squared()) * sin];
    let [rx, ry, rz] =
        [SEVEN.rx_arcsec, SEVEN.ry_arcsec, SEVEN.rz_arcsec].map(|r| sign * (r / 3600.0).to_radians());
    let k = 1.0 + SEVEN.scale_ppm * 1e-6;
    let [x, y, z] = [
        SEVEN.dx_m + k * (x - rz * y + ry * z),
        SEVEN.dy_m + k * (rz * x + y - rx * z),
        SEVEN.dz_m + k * (-ry * x + rx * y + z),
    ];
    let p = x.hypot(y);
    let mut latitude = z.atan2(p);
    for _ in 0..20 {
        let sin = latitude.sin();
        let n = to.semi_major_m() / (1.0 - to.eccentricity_squared() * sin * sin).sqrt();
        latitude = (z + to.eccentricity_squared() * n * sin).atan2(p);
    }
    [y.atan2(x).to_degrees(), latitude.to_degrees()]
}

#[test]
fn seven_parameters_in_both_conventions() {
    let point = [112.7, 38.4];
    for (helmert, sign) in [(Helmert::PositionVector(SEVEN), 1.0), (Helmert::CoordinateFrame(SEVEN), -1.0)] {
        let ours = one(point, 4610, 4490, Some(&helmert)).unwrap();
        let by_hand = seven_by_hand(point, Ellipsoid::IAG1975, Ellipsoid::CGCS2000, sign);
        // Rotations of arc-seconds: the small-angle matrix and the full one differ by 1e-10.
        assert_near(ours, by_hand, 1e-8);
        assert!((ours[0] - point[0]).abs() > 1e-4);
        // The same shift on planes.
        let plane = one(point, 4610, 2362, None).unwrap();
        let shifted = one(plane, 2362, 4526, Some(&helmert)).unwrap();
        assert_near(shifted, one(ours, 4490, 4526, None).unwrap(), 2e-8);
    }
}

#[test]
fn four_parameters_lead_from_plane_to_plane() {
    let four = FourParameters {
        shift_easting_m: 100.0,
        shift_northing_m: -200.0,
        rotation_arcsec: 90.0 * 3600.0,
        scale_ppm: 1000.0,
    };
    let moved = one([400_000.0, 4e6], 2383, 4547, Some(&Helmert::Plane(four))).unwrap();
    assert_near(moved, [100.0 - 1.001 * 4e6, -200.0 + 1.001 * 4e5], 1e-6);
    let degrees = one([112.0, 38.0], 4610, 4490, Some(&Helmert::Plane(four)));
    assert!(matches!(degrees, Err(TransformError::DatumShift { .. })));
    let local = Crs::from_wkt("LOCAL_CS[\"城市坐标系\",UNIT[\"metre\",1]]").unwrap();
    let mut points = [[10.0, 20.0]];
    transform(&mut points, &local, &crs(4547), Some(&Helmert::Plane(FourParameters::default()))).unwrap();
    assert_eq!(points, [[10.0, 20.0]]);
    assert!(matches!(
        transform(&mut points, &local, &crs(4547), None),
        Err(TransformError::DatumShift { .. } | TransformError::Unsupported { .. })
    ));
}

#[test]
fn other_projections_go_through_proj() {
    let albers = crs_albers();
    let start = [[112.7, 38.4], [105.0, 25.0], [100.0, 25.0]];
    let mut points = start;
    transform(&mut points, &crs(4490), &albers, None).unwrap();
    assert_near(points[1], [0.0, points[1][1]], 1e-6);
    let plane = points;
    transform(&mut points, &albers, &crs(4490), None).unwrap();
    assert_near(points[0], start[0], 1e-11);
    points = plane;
    // Straight to a zone that the third point is far outside of.
    let error = transform(&mut points, &albers, &crs(4526), None).unwrap_err();
    assert!(
        matches!(error, TransformError::Point { index: 2, fault: VertexFault::TargetZone, .. }),
        "{error}"
    );
    assert_eq!(points, plane, "nothing is changed on error");
}

fn crs_albers() -> Crs {
    Crs::from_wkt(
        "PROJCS[\"Albers\",GEOGCS[\"GCS_China_Geodetic_Coordinate_System_2000\",DATUM[\"D_China_2000\",\
         SPHEROID[\"CGCS2000\",6378137.0,298.257222101]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],\
         PROJECTION[\"Albers\"],PARAMETER[\"False_Easting\",0.0],PARAMETER[\"False_Northing\",0.0],\
         PARAMETER[\"Central_Meridian\",105.0],PARAMETER[\"Standard_Parallel_1\",25.0],\
         PARAMETER[\"Standard_Parallel_2\",47.0],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
    )
    .unwrap()
}

#[test]
fn points_that_cannot_be_are_named() {
    let fault = |point: [f64; 2], from, to| match one(point, from, to, None) {
        Err(TransformError::Point { fault, index: 0, .. }) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault([112.0, 91.0], 4490, 4526), VertexFault::Latitude);
    assert_eq!(fault([f64::NAN, 38.0], 4490, 4526), VertexFault::NotFinite);
    assert_eq!(fault([3.9e6, 4.2e6], 4547, 4490), VertexFault::Easting);
    assert_eq!(fault([4_252_698.0, 38_386_439.0], 4526, 4490), VertexFault::Easting);
    assert_eq!(fault([75.0, 38.0], 4490, 4526), VertexFault::TargetZone);
    assert_eq!(fault([f64::NAN, 4.2e6], 4526, 4526), VertexFault::NotFinite, "also where nothing changes");
    // The first one of many, whatever the threads.
    let mut points = vec![[38_386_439.0, 4_252_698.0]; 50_000];
    points[49_000][0] = f64::NAN;
    points[30_001][0] = f64::NAN;
    let before = points[0];
    let error = transform(&mut points, &crs(4526), &crs(4525), None).unwrap_err();
    assert!(matches!(error, TransformError::Point { index: 30_001, .. }), "{error}");
    assert_eq!(points[0], before);
}

#[test]
fn geocentric_points_have_no_way() {
    assert!(matches!(one([0.0, 0.0], 4490, 4479, None), Err(TransformError::Unsupported { .. })));
}
