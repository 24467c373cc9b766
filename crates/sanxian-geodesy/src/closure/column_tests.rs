use super::*;

fn closed(values: &[f64], total: f64, closure: Closure) -> ClosedColumn {
    close_column(values, total, 2, closure).unwrap()
}

#[test]
fn the_largest_remainders_take_the_missing_units() {
    let column = closed(&[1.004, 1.006, 1.005, 0.0], 3.015, Closure::LargestRemainder);
    assert_eq!(column.total, 3.02, "the total rounds half away from zero");
    assert_eq!(column.values, [1.0, 1.01, 1.01, 0.0]);
    assert_eq!(column.moved_units, [0, 0, 0, 0]);
    let column = closed(&[0.333, 0.333, 0.334], 1.0, Closure::LargestRemainder);
    assert_eq!(column.values, [0.33, 0.33, 0.34]);
}

#[test]
fn equal_claims_go_to_the_larger_then_the_earlier() {
    assert_eq!(closed(&[1.005, 2.005, 3.0], 6.01, Closure::LargestRemainder).values, [1.0, 2.01, 3.0]);
    assert_eq!(closed(&[1.005, 1.005], 2.01, Closure::LargestRemainder).values, [1.01, 1.0]);
}

#[test]
fn the_official_way_starts_with_the_largest_area() {
    // Rounded 10.01 + 20.01 + 5.01 = 35.03 against 35.01: two units less, from the largest down.
    let column = closed(&[10.005, 20.005, 5.005], 35.014, Closure::OfficialDescending);
    assert_eq!(column.units, [1000, 2000, 501]);
    assert_eq!(column.moved_units, [-1, -1, 0]);
    // Seven units over three rows: three, two and two.
    let column = closed(&[1.0, 3.0, 2.0], 6.07, Closure::OfficialDescending);
    assert_eq!(column.moved_units, [2, 3, 2]);
}

#[test]
fn without_closing_the_difference_is_told() {
    let column = closed(&[0.333, 0.333, 0.333], 1.0, Closure::None);
    assert_eq!((column.units, column.difference_units), (vec![33, 33, 33], 1));
}

#[test]
fn a_decimal_figure_has_no_binary_remainder() {
    // 0.29 · 100 is 28.999999999999996 in binary.
    let column = closed(&[0.29, 0.57, 0.14], 1.0, Closure::LargestRemainder);
    assert_eq!(column.values, [0.29, 0.57, 0.14]);
}

#[test]
fn nothing_comes_from_nothing() {
    assert!(matches!(
        close_column(&[0.0, 0.0], 1.0, 2, Closure::LargestRemainder),
        Err(ClosureError::NoRoom { .. })
    ));
    assert!(matches!(
        close_column(&[0.01, 5.0], 0.0, 2, Closure::LargestRemainder),
        Err(ClosureError::NoRoom { .. })
    ));
    assert!(matches!(
        close_column(&[], 1.0, 2, Closure::OfficialDescending),
        Err(ClosureError::NoRoom { .. })
    ));
    assert_eq!(close_column(&[], 0.0, 2, Closure::LargestRemainder).unwrap().units, Vec::<i64>::new());
    for bad in [f64::NAN, -1.0, f64::INFINITY, 1e300] {
        let refused = close_column(&[1.0, bad], 1.0, 2, Closure::LargestRemainder);
        assert!(matches!(refused, Err(ClosureError::Figure { row: 1, .. })), "{refused:?}");
        assert!(matches!(close_column(&[1.0], bad, 2, Closure::None), Err(ClosureError::Total { .. })));
    }
}

proptest::proptest! {
    #[test]
    fn a_column_always_sums_to_its_total(values in proptest::collection::vec(0.0..1e4_f64, 1..60), decimals in 0u32..5) {
        let total: f64 = values.iter().sum();
        for closure in [Closure::LargestRemainder, Closure::OfficialDescending] {
            if let Ok(column) = close_column(&values, total, decimals, closure) {
                let target = round_to_units(total, decimals).unwrap();
                proptest::prop_assert_eq!(column.units.iter().sum::<i64>(), target);
                if closure == Closure::LargestRemainder {
                    proptest::prop_assert!(column.moved_units.iter().all(|moved| moved.abs() <= 1));
                }
            } else {
                // Only the official way can run out of room, with many rows below half a unit.
                proptest::prop_assert_eq!(closure, Closure::OfficialDescending);
            }
        }
    }
}
