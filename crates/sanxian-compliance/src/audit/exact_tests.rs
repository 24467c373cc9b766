use proptest::prelude::*;

use super::{Exact, Interval};

fn decimal(units: i128, decimals: u32) -> Exact {
    Exact::new(units, 10_i128.pow(decimals)).unwrap_or(Exact::ZERO)
}

#[test]
fn a_third_rounds_and_cuts_as_one_does_by_hand() {
    let two_thirds = Exact::new(2, 3).unwrap_or(Exact::ZERO);
    assert_eq!(two_thirds.text(2), "0.67");
    assert_eq!(two_thirds.negated().text(2), "-0.67");
    assert_eq!(two_thirds.truncated(2), Some(decimal(66, 2)));
    assert_eq!(decimal(2675, 3).text(2), "2.68");
    assert_eq!(Exact::whole(-5).text(0), "-5");
}

#[test]
fn what_128_bits_do_not_hold_is_said() {
    let large = Exact::whole(i128::MAX / 2);
    assert_eq!(large.times(Exact::whole(4)), None);
    assert_eq!(Exact::whole(1).over(Exact::ZERO), None);
    assert_eq!(Exact::new(1, 0), None);
}

#[test]
fn intervals_that_only_touch_do_not_meet() {
    let printed = |units| Interval::of_printed(decimal(units, 2), 2);
    let (one, two) = (printed(1931), printed(1932));
    assert_eq!(one.zip(two).and_then(|(one, two)| one.meets(two)), Some(false));
    assert_eq!(one.and_then(|one| one.meets(one)), Some(true));
}

proptest! {
    #[test]
    fn sums_and_products_are_those_of_integers(one in -1_000_000_i128..1_000_000, two in 1_i128..1_000_000, scale in 0_u32..6) {
        let (left, right) = (decimal(one, scale), decimal(two, scale));
        prop_assert_eq!(left.plus(right), Some(decimal(one + two, scale)));
        prop_assert_eq!(left.times(right), Some(decimal(one * two, 2 * scale)));
        prop_assert_eq!(left.over(right).and_then(|quotient| quotient.times(right)), Some(left));
    }

    #[test]
    fn rounding_is_that_of_the_geodesy_crate(units in -10_000_000_i64..10_000_000, decimals in 0_u32..4) {
        let value = decimal(i128::from(units), 4);
        let rounded = sanxian_geodesy::round_half_away(units as f64 / 1e4, decimals);
        let shown = format!("{:.*}", decimals as usize, rounded.abs());
        prop_assert_eq!(value.magnitude().text(decimals), shown);
    }
}
