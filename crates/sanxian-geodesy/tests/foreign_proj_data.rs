//! PROJ_DATA and PROJ_LIB of another installation must not matter: QGIS, conda and PostGIS set them.

#![allow(clippy::unwrap_used)] // the helpers below are test code as well

use std::process::Command;

use sanxian_geodesy::{AreaMethod, Crs, Helmert, PolygonColumn, SevenParameters, areas_m2, transform};

/// Everything that goes through PROJ, and figures that it must give.
#[test]
fn work_that_needs_proj() {
    let albers = Crs::from_wkt(
        "PROJCS[\"Albers\",GEOGCS[\"GCS_China_Geodetic_Coordinate_System_2000\",DATUM[\"D_China_2000\",\
         SPHEROID[\"CGCS2000\",6378137.0,298.257222101]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],\
         PROJECTION[\"Albers\"],PARAMETER[\"False_Easting\",0.0],PARAMETER[\"False_Northing\",0.0],\
         PARAMETER[\"Central_Meridian\",105.0],PARAMETER[\"Standard_Parallel_1\",25.0],\
         PARAMETER[\"Standard_Parallel_2\",47.0],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
    )
    .unwrap();
    let zone38 = Crs::from_epsg(4526).unwrap();
    let mut points = [[38_386_439.0, 4_252_698.0]];
    transform(&mut points, &zone38, &albers, None).unwrap();
    let plane = points[0];
    transform(&mut points, &albers, &zone38, None).unwrap();
    assert!((points[0][0] - 38_386_439.0).hypot(points[0][1] - 4_252_698.0) < 1e-6, "{points:?}");

    let coords = [[0.0, 0.0], [1000.0, 0.0], [1000.0, 1000.0], [0.0, 1000.0]]
        .map(|[x, y]| [plane[0] + x, plane[1] + y]);
    let column = PolygonColumn {
        coords: &coords,
        ring_offsets: &[0, 4],
        polygon_offsets: &[0, 1],
        feature_offsets: &[0, 1],
    };
    let area = areas_m2(&column, &albers, AreaMethod::Geodesic).unwrap()[0];
    assert!((area - 1e6).abs() < 0.1, "{area}");

    let xian80 = Crs::from_epsg(2362).unwrap();
    let parameters = SevenParameters { dx_m: 100.0, ..SevenParameters::default() };
    transform(&mut points, &xian80, &zone38, Some(&Helmert::PositionVector(parameters))).unwrap();
    assert!((points[0][0] - 38_386_439.0).abs() > 10.0);
}

/// The same in a process whose environment points to a folder that is not there, and to a database that is none.
#[test]
fn a_foreign_proj_data_does_not_matter() {
    let junk = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign-proj-data");
    std::fs::create_dir_all(&junk).unwrap();
    std::fs::write(junk.join("proj.db"), "this is no database").unwrap();
    for folder in [std::path::Path::new("/nonexistent"), junk.as_path()] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "work_that_needs_proj"])
            .env("PROJ_DATA", folder)
            .env("PROJ_LIB", folder)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && told.contains("1 passed"), "{}: {told}", folder.display());
    }
}
