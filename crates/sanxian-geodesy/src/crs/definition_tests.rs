use super::*;

#[test]
fn texts_that_stand_for_a_code() {
    for text in
        ["EPSG:4526", "epsg:4526", " 4526\n", "urn:ogc:def:crs:EPSG::4526", "urn:ogc:def:crs:EPSG:9.8:4526"]
    {
        assert_eq!(Crs::from_text(text).unwrap().epsg(), Some(4526), "{text}");
    }
    assert_eq!(Crs::from_text("OGC:CRS84").unwrap().epsg(), Some(4326));
    for text in ["", "EPSG:", "ESRI:4526", "zone 38", "EPSG:-1", "+proj=longlat"] {
        assert!(matches!(Crs::from_text(text), Err(CrsError::NotRecognised { .. })), "{text}");
    }
    assert_eq!(
        Crs::from_epsg(3857).unwrap_err().to_string(),
        "EPSG:3857 is not in the register of Chinese frames, WGS 84 and UTM; give its WKT or PROJJSON text instead"
    );
}

#[test]
fn sameness_is_of_parameters() {
    let crs = |code| Crs::from_epsg(code).unwrap();
    assert!(crs(4526).is_same_as(&crs(4526)));
    assert!(!crs(4526).is_same_as(&crs(4547)), "with and without prefix");
    assert!(crs(4508).is_same_as(&crs(4546)), "CM 111E is one plane");
    assert!(!crs(4497).is_same_as(&crs(4525)), "zone 19 and zone 37 differ in the prefix");
    assert!(!crs(4490).is_same_as(&crs(4326)));
    assert!(!crs(4526).is_same_as(&crs(2362)), "Xian 1980 zone 38");
}

#[test]
fn a_name_decides_between_zones_of_one_plane_only() {
    let text = |name: &str| {
        let esri = Crs::from_epsg(4508).unwrap().to_wkt1_esri().unwrap();
        Crs::from_wkt(&esri.replace("CGCS2000_GK_CM_111E", name)).unwrap().epsg()
    };
    assert_eq!(text("CGCS2000_GK_CM_111E"), Some(4508));
    assert_eq!(text("CGCS2000_3_Degree_GK_CM_111E"), Some(4546));
    assert_eq!(text("unnamed"), Some(4546));
    assert_eq!(text("CGCS2000_GK_CM_114E"), Some(4508), "the meridian is read from the parameter");
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_definition() {
    let text = Crs::from_epsg(4547).unwrap().to_wkt1_esri().unwrap().replace("114.0", "112.5");
    let crs = Crs::from_wkt(&format!("\u{feff}{text}\r\n\0")).unwrap();
    assert_eq!(crs.definition(), text);
}

#[test]
fn parameters_that_are_no_projection_are_not_computed_with() {
    let text = Crs::from_epsg(4547).unwrap().to_wkt1_esri().unwrap();
    for (good, bad) in
        [("114.0", "\"NaN\""), ("114.0", "1e999"), ("\"Scale_Factor\",1.0", "\"Scale_Factor\",0.0")]
    {
        let crs = Crs::from_wkt(&text.replace(good, bad)).unwrap();
        assert!(matches!(crs.projection(), Projection::Other { .. }), "{bad}");
    }
}

#[test]
fn labels() {
    assert_eq!(Crs::from_epsg(4490).unwrap().label(), "EPSG:4490 (China Geodetic Coordinate System 2000)");
    let local = Crs::from_text("LOCAL_CS[\"城市坐标系\",UNIT[\"metre\",1]]").unwrap();
    assert_eq!(
        (local.label().as_str(), local.datum(), local.projection()),
        ("城市坐标系", None, &Projection::Local)
    );
}

#[test]
fn a_local_meridian_keeps_its_datum() {
    let text = Crs::from_epsg(4547).unwrap().to_wkt1_esri().unwrap().replace("114.0", "112.5");
    let crs = Crs::from_wkt(&text).unwrap();
    assert_eq!((crs.epsg(), crs.frame(), crs.datum()), (None, None, Some(Datum::Cgcs2000)));
    assert_eq!(crs.definition(), text);
}
