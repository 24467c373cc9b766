use super::*;

/// A hundred-thousandth of a second of arc: a millimetre is thirty times as much.
const ANGLE_TOLERANCE_DEG: f64 = 1e-9;

#[test]
fn angles_are_read_in_every_notation() {
    let expected = 38.0 + 25.0 / 60.0 + 30.5 / 3600.0;
    for text in [
        "38°25′30.5″",
        "38°25'30.5\"",
        "38度25分30.5秒",
        "38-25-30.5",
        "38:25:30.5",
        "38 25 30.5",
        "N38°25′30.5″",
        "38°25′30.5″N",
        "北纬38°25′30.5″",
        "38º25’30.5”",
        "３８°２５′３０.５″",
    ] {
        let (value, sexagesimal) = angle_deg(text).unwrap_or_else(|| panic!("{text}"));
        assert!((value - expected).abs() < ANGLE_TOLERANCE_DEG, "{text}: {value}");
        assert!(sexagesimal);
    }
    assert!((packed_angle_deg("38.25305").unwrap() - expected).abs() < ANGLE_TOLERANCE_DEG);
    assert_eq!(angle_deg("112.5"), Some((112.5, false)));
    assert_eq!(angle_deg("112.5°"), Some((112.5, false)));
}

#[test]
fn what_is_no_angle_is_none() {
    for text in ["", "J1", "38-75-00", "38.5-20-1", "1-2-3-4", "-38-25-30", "东地块"] {
        assert_eq!(angle_deg(text), None, "{text}");
    }
    assert_eq!(packed_angle_deg("38.7500"), None);
}

#[test]
fn thousands_are_separated_only_in_threes() {
    assert_eq!(plain_number("4,250,000.125"), Some(4_250_000.125));
    assert_eq!(plain_number("４２５００００.５"), Some(4_250_000.5));
    assert_eq!(plain_number("100.5 米"), Some(100.5));
    assert_eq!(plain_number("4,25"), None);
    assert_eq!(plain_number(","), None);
}
