use super::*;
use crate::domain::VertexFault;

const TEN_MU: [[f64; 2]; 5] = [
    [38_386_439.0, 4_252_698.0],
    [38_386_534.476, 4_252_727.737],
    [38_386_514.651, 4_252_791.389],
    [38_386_419.175, 4_252_761.651],
    [38_386_439.0, 4_252_698.0],
];

fn areas(coords: &[[f64; 2]], code: u32, method: AreaMethod) -> Result<Vec<f64>, AreaError> {
    let column = PolygonColumn {
        coords,
        ring_offsets: &[0, coords.len() as i32],
        polygon_offsets: &[0, 1],
        feature_offsets: &[0, 1],
    };
    areas_m2(&column, &Crs::from_epsg(code).unwrap(), method)
}

fn fault(coords: &[[f64; 2]], code: u32, method: AreaMethod) -> (VertexPosition, VertexFault) {
    match areas(coords, code, method) {
        Err(AreaError::Vertex { position, fault, .. }) => (position, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_place_that_cannot_be_is_named() {
    let degrees = [[112.0, 38.0], [112.1, 38.0], [112.1, 38.1]];
    let at = |vertex| VertexPosition { feature: 0, polygon: 0, ring: 0, vertex };
    for method in [AreaMethod::Ellipsoidal, AreaMethod::EllipsoidalSurvey, AreaMethod::Geodesic] {
        let mut bad = degrees;
        bad[2] = [112.1, 91.0];
        assert_eq!(fault(&bad, 4490, method), (at(2), VertexFault::Latitude));
        bad[1] = [38.0, 112.1];
        assert_eq!(fault(&bad, 4490, method), (at(1), VertexFault::Latitude), "a swapped pair");
        bad[0] = [f64::NAN, 38.0];
        assert_eq!(fault(&bad, 4490, method), (at(0), VertexFault::NotFinite));
        assert_eq!(fault(&TEN_MU, 4490, method), (at(0), VertexFault::Latitude), "metres called degrees");
    }
    for method in
        [AreaMethod::Planar, AreaMethod::Ellipsoidal, AreaMethod::EllipsoidalSurvey, AreaMethod::Geodesic]
    {
        let mut bad = TEN_MU;
        bad[3] = [3.9e6, 4_252_761.651];
        assert_eq!(fault(&bad, 4526, method), (at(3), VertexFault::Easting));
        assert_eq!(fault(&bad[3..], 4547, method), (at(0), VertexFault::Easting));
        bad[1] = [f64::INFINITY, 4_252_761.651];
        assert_eq!(fault(&bad, 4526, method), (at(1), VertexFault::NotFinite));
        assert_eq!(
            fault(&TEN_MU, 4547, method),
            (at(0), VertexFault::Easting),
            "a prefix where none belongs"
        );
        assert_eq!(fault(&[[500_000.0, 1.1e7]], 4547, method), (at(0), VertexFault::Northing));
    }
    let swapped = TEN_MU.map(|[easting, northing]| [northing, easting]);
    let error = areas(&swapped, 4526, AreaMethod::Ellipsoidal).unwrap_err();
    assert_eq!(
        error.to_string(),
        "feature 0, polygon 0, ring 0, vertex 0: (4252698, 38386439) cannot be used in \
         EPSG:4526 (CGCS2000 / 3-degree Gauss-Kruger zone 38): the easting lies more than 1000 km from the central meridian; \
         look for a swapped pair, a missing or superfluous zone prefix, or a wrong CRS"
    );
}

#[test]
fn the_first_fault_of_a_column_is_reported_whatever_the_threads() {
    let mut coords: Vec<[f64; 2]> = (0..1000).flat_map(|_| TEN_MU).collect();
    coords[5 * 401 + 2] = [f64::NAN, 0.0];
    coords[5 * 997] = [f64::NAN, 0.0];
    let offsets: Vec<i32> = (0..=1000).map(|ring| ring * 5).collect();
    let counts: Vec<i32> = (0..=1000).collect();
    let column = PolygonColumn {
        coords: &coords,
        ring_offsets: &offsets,
        polygon_offsets: &counts,
        feature_offsets: &counts,
    };
    let error = areas_m2(&column, &Crs::from_epsg(4526).unwrap(), AreaMethod::Ellipsoidal).unwrap_err();
    let AreaError::Vertex { position, .. } = error else { panic!("{error}") };
    assert_eq!((position.feature, position.vertex), (401, 2));
}

#[test]
fn what_has_no_meaning_is_an_error() {
    let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    for (code, method) in [
        (4490, AreaMethod::Planar),
        (4479, AreaMethod::Planar),
        (4479, AreaMethod::Ellipsoidal),
        (4326, AreaMethod::EllipsoidalSurvey),
        (32649, AreaMethod::EllipsoidalSurvey),
        (2401, AreaMethod::EllipsoidalSurvey),
    ] {
        assert!(
            matches!(areas(&square, code, method), Err(AreaError::Unsupported { .. })),
            "{code} {method}"
        );
    }
}

#[test]
fn utm_is_planar_in_its_own_metres_and_ellipsoidal_on_its_own_ellipsoid() {
    let square = [[400_000.0, 4e6], [401_000.0, 4e6], [401_000.0, 4.001e6], [400_000.0, 4.001e6]];
    let planar = areas(&square, 32649, AreaMethod::Planar).unwrap()[0];
    assert!((planar - 1e6).abs() < 1e-6, "{planar}");
    let ellipsoidal = areas(&square, 32649, AreaMethod::Ellipsoidal).unwrap()[0];
    let geodesic = areas(&square, 32649, AreaMethod::Geodesic).unwrap()[0];
    assert!((ellipsoidal - geodesic).abs() < 0.01, "{ellipsoidal} {geodesic}");
    assert!((ellipsoidal / planar - 1.0 / 0.9996_f64.powi(2)).abs() < 3e-4);
}

#[test]
fn another_projection_is_planar_and_geodesic() {
    let albers = "PROJCS[\"Albers\",GEOGCS[\"GCS_China_Geodetic_Coordinate_System_2000\",DATUM[\"D_China_2000\",\
                  SPHEROID[\"CGCS2000\",6378137.0,298.257222101]],PRIMEM[\"Greenwich\",0.0],\
                  UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Albers\"],PARAMETER[\"False_Easting\",0.0],\
                  PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",105.0],\
                  PARAMETER[\"Standard_Parallel_1\",25.0],PARAMETER[\"Standard_Parallel_2\",47.0],\
                  PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]";
    let crs = Crs::from_wkt(albers).unwrap();
    let coords = [[6.5e5, 4.2e6], [6.51e5, 4.2e6], [6.51e5, 4.201e6], [6.5e5, 4.201e6], [6.5e5, 4.2e6]];
    let column = PolygonColumn {
        coords: &coords,
        ring_offsets: &[0, 5],
        polygon_offsets: &[0, 1],
        feature_offsets: &[0, 1],
    };
    // Albers is an equal-area projection.
    assert!((areas_m2(&column, &crs, AreaMethod::Planar).unwrap()[0] - 1e6).abs() < 1e-6);
    assert!((areas_m2(&column, &crs, AreaMethod::Geodesic).unwrap()[0] - 1e6).abs() < 0.1);
    let refused = areas_m2(&column, &crs, AreaMethod::Ellipsoidal);
    assert!(matches!(refused, Err(AreaError::Unsupported { .. })), "{refused:?}");
}

#[test]
fn broken_offsets_are_refused() {
    let crs = Crs::from_epsg(4526).unwrap();
    let column = PolygonColumn {
        coords: &TEN_MU,
        ring_offsets: &[0, 5],
        polygon_offsets: &[0, 2],
        feature_offsets: &[0, 1],
    };
    assert_eq!(
        areas_m2(&column, &crs, AreaMethod::Planar),
        Err(AreaError::Layout { level: "polygon", position: 1 })
    );
    let empty =
        PolygonColumn { coords: &[], ring_offsets: &[], polygon_offsets: &[0], feature_offsets: &[0] };
    assert_eq!(
        areas_m2(&empty, &crs, AreaMethod::Planar),
        Err(AreaError::Layout { level: "ring", position: 0 })
    );
    let none = PolygonColumn { ring_offsets: &[0], ..empty };
    assert_eq!(areas_m2(&none, &crs, AreaMethod::Ellipsoidal), Ok(vec![]));
}

#[test]
fn methods_have_names() {
    for name in ["planar", "ellipsoidal", "survey", "geodesic"] {
        assert_eq!(name.parse::<AreaMethod>().unwrap().to_string(), name);
    }
    assert_eq!(
        "exact".parse::<AreaMethod>().unwrap_err().to_string(),
        "\"exact\" is no area method: choose planar, ellipsoidal, survey or geodesic"
    );
}
