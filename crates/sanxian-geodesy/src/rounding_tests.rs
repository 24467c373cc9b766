use super::*;

#[test]
fn decimals_round_as_by_hand() {
    for (value, decimals, expected) in [
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (0.285, 2, 0.29),
        (1.115, 2, 1.12),
        (-2.675, 2, -2.68),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (0.125, 2, 0.13),
        (2.674_999_999, 2, 2.67),
        (38_386_439.123_45, 4, 38_386_439.123_5),
        (1e-9, 4, 0.0),
        (0.000_05, 4, 0.000_1),
    ] {
        assert_eq!(round_half_away(value, decimals), expected, "{value} to {decimals}");
    }
}

#[test]
fn every_tie_of_three_decimals_goes_up() {
    for thousandths in (5..200_000).step_by(10) {
        let value: f64 = format!("{}.{:03}", thousandths / 1000, thousandths % 1000).parse().unwrap();
        assert_eq!(round_to_units(value, 2), Some(thousandths / 10 + 1), "{value}");
        assert_eq!(round_to_units(-value, 2), Some(-(thousandths / 10 + 1)), "-{value}");
    }
}

#[test]
fn what_has_no_such_place_stays() {
    assert!(round_half_away(f64::NAN, 2).is_nan());
    assert_eq!(round_half_away(f64::INFINITY, 2), f64::INFINITY);
    assert_eq!(round_half_away(1e300, 2), 1e300);
    assert_eq!(round_to_units(1e300, 2), None);
}
