use super::*;

const FIELD: Measured = Measured {
    planar_m2: Some(87_422.55),
    ellipsoidal_m2: Some(87_390.73),
    perimeter_m: 1400.0,
    precision_m: 0.001,
};

fn settle(text: &str, measured: &Measured) -> (f64, Vec<&'static str>) {
    let (ha, findings) = parse(text).unwrap().unwrap().settle(measured, None);
    (ha, findings.iter().map(|finding| finding.code).collect())
}

#[test]
fn the_unit_and_the_kind_of_area_come_from_the_geometry() {
    assert_eq!(settle("8.7423", &FIELD), (8.7423, vec!["area_is_planar"]));
    assert_eq!(settle("8.7391", &FIELD), (8.7391, vec!["area_is_ellipsoidal"]));
    assert_eq!(settle("87422.55", &FIELD), (8.742_255, vec!["area_not_in_hectares", "area_is_planar"]));
    assert_eq!(settle("131.13", &FIELD), (131.13 / 15.0, vec!["area_not_in_hectares", "area_is_planar"]));
    assert_eq!(settle("8.7", &FIELD), (8.7, vec!["area_matches_both"]));
    assert_eq!(settle("8.7423公顷", &FIELD), (8.7423, vec!["area_is_planar"]));
}

#[test]
fn an_area_that_fits_nothing_is_kept_and_named() {
    assert_eq!(settle("9.9", &FIELD), (9.9, vec!["area_differs"]));
    assert_eq!(settle("90000", &FIELD), (9.0, vec!["area_not_in_hectares", "area_differs"]));
    assert_eq!(settle("0.001", &FIELD), (0.001, vec!["area_differs"]));
    assert_eq!(settle("8.7423亩", &FIELD), (8.7423 / 15.0, vec!["area_not_in_hectares", "area_differs"]));
}

#[test]
fn dropped_zeros_do_not_make_a_small_plot_fit_everything() {
    let small =
        Measured { planar_m2: Some(60.0), ellipsoidal_m2: Some(60.0), perimeter_m: 32.0, precision_m: 0.001 };
    assert_eq!(settle("60", &small), (0.006, vec!["area_not_in_hectares", "area_matches_both"]));
}

#[test]
fn nothing_declared_is_not_an_error_but_words_are() {
    assert_eq!(parse(" "), Ok(None));
    assert_eq!(parse("0.0000"), Ok(None));
    assert_eq!(parse("{Area}"), Err(()));
    assert_eq!(parse("-1"), Err(()));
}
