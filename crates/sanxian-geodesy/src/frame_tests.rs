use super::*;

#[test]
fn every_code_comes_back() {
    let codes = (2327..=2390)
        .chain(2401..=2442)
        .chain(4491..=4554)
        .chain(21413..=21423)
        .chain(21453..=21463)
        .chain(32601..=32660)
        .chain(32701..=32760)
        .chain([4490, 4480, 4479, 4610, 4214, 4326, 4978, 4979]);
    let mut count = 0;
    for code in codes {
        assert_eq!(Frame::from_epsg(code).map(Frame::epsg), Some(code), "{code}");
        count += 1;
    }
    assert_eq!(count, 64 + 42 + 64 + 22 + 120 + 8);
}

#[test]
fn a_withdrawn_code_stands_for_its_successor() {
    assert_eq!(Frame::from_epsg(21473), Frame::from_epsg(21453));
    assert_eq!(Frame::from_epsg(21483), Frame::from_epsg(21463));
}

#[test]
fn neighbours_of_the_blocks_are_unknown() {
    for code in
        [0, 2326, 2391, 2400, 2443, 4555, 21412, 21424, 21464, 21484, 32600, 32661, 32700, 32761, u32::MAX]
    {
        assert_eq!(Frame::from_epsg(code), None, "{code}");
    }
}

#[test]
fn parameters_of_xinzhou() {
    let parameters = |code| {
        let frame = Frame::from_epsg(code).unwrap();
        (frame.central_meridian_deg(), frame.false_easting_m(), frame.name())
    };
    assert_eq!(
        parameters(4526),
        (Some(114.0), Some(38_500_000.0), "CGCS2000 / 3-degree Gauss-Kruger zone 38".to_owned())
    );
    assert_eq!(
        parameters(4547),
        (Some(114.0), Some(500_000.0), "CGCS2000 / 3-degree Gauss-Kruger CM 114E".to_owned())
    );
    assert_eq!(
        parameters(4497),
        (Some(111.0), Some(19_500_000.0), "CGCS2000 / Gauss-Kruger zone 19".to_owned())
    );
    assert_eq!(parameters(32749), (Some(111.0), Some(500_000.0), "WGS 84 / UTM zone 49S".to_owned()));
    assert_eq!(parameters(4490).0, None);
}
