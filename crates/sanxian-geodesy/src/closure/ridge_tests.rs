use super::*;

#[test]
fn the_product_rounds_as_by_hand() {
    // 125.0 · 0.1246 = 15.575 exactly, 15.574999999999998 in binary.
    assert_eq!(ridge_deduction(125.0, 0.1246).unwrap().ridge_m2, 15.58);
    let patch = ridge_deduction(6_664.62, 0.0853).unwrap();
    assert_eq!((patch.gross_m2, patch.ridge_m2, patch.net_m2), (6_664.62, 568.49, 6_096.13));
    assert_eq!(ridge_deduction(0.0, 0.1).unwrap().net_m2, 0.0);
    assert_eq!(ridge_deduction(10.0, 0.0).unwrap().net_m2, 10.0);
}

#[test]
fn pieces_sum_to_the_patch() {
    let pieces = [33.333_333, 33.333_333, 33.333_334];
    let whole = ridge_deduction(100.0, 0.1246).unwrap();
    let cut = ridge_deduction_of_pieces(&pieces, 0.1246).unwrap();
    let sum = |figure: fn(&RidgeDeduction) -> f64| {
        cut.iter().map(|piece| round_to_units(figure(piece), 2).unwrap()).sum::<i64>() as f64 / 100.0
    };
    assert_eq!(sum(|piece| piece.gross_m2), whole.gross_m2);
    assert_eq!(sum(|piece| piece.ridge_m2), whole.ridge_m2);
    assert_eq!(sum(|piece| piece.net_m2), whole.net_m2);
}

#[test]
fn a_coefficient_is_a_share() {
    for bad in [-0.1, 1.5, 12.46, f64::NAN] {
        assert!(matches!(ridge_deduction(1.0, bad), Err(ClosureError::RidgeCoefficient { .. })), "{bad}");
    }
    assert!(matches!(ridge_deduction(f64::NAN, 0.1), Err(ClosureError::Figure { .. })));
}
