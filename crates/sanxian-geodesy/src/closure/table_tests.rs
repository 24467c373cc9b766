use super::*;

fn units(value: f64, decimals: u32) -> i64 {
    round_to_units(value, decimals).unwrap()
}

fn check(rows: &[Vec<f64>], decimals: u32) -> ClosedTable {
    let table = close_table(rows, decimals).unwrap();
    for (row, total) in table.cells.iter().zip(&table.row_totals) {
        assert_eq!(row.iter().map(|cell| units(*cell, decimals)).sum::<i64>(), units(*total, decimals));
    }
    for (column, total) in table.column_totals.iter().enumerate() {
        let sum: i64 = table.cells.iter().map(|row| units(row[column], decimals)).sum();
        assert_eq!(sum, units(*total, decimals));
    }
    let total: i64 = table.row_totals.iter().map(|total| units(*total, decimals)).sum();
    assert_eq!(total, units(rows.iter().flatten().sum(), decimals));
    for (closed, exact) in table.cells.iter().flatten().zip(rows.iter().flatten()) {
        assert!((closed - exact).abs() < 10f64.powi(-(decimals as i32)) * 1.000_01, "{closed} {exact}");
    }
    for (closed, exact) in table.row_totals.iter().zip(rows.iter().map(|row| row.iter().sum::<f64>())) {
        assert!((closed - exact).abs() < 10f64.powi(-(decimals as i32)) * 1.000_01, "{closed} {exact}");
    }
    table
}

#[test]
fn a_table_that_sums_stays() {
    let rows = vec![vec![1.25, 2.5], vec![0.0, 3.75]];
    let table = check(&rows, 2);
    assert_eq!((table.cells, table.moved), (rows, vec![]));
}

#[test]
fn classes_by_ownership() {
    // Collective and state by three classes: plain rounding gives 10.02 for a total of 10.00.
    let rows = vec![vec![1.665, 1.665], vec![1.675, 1.655], vec![1.665, 1.675]];
    let table = check(&rows, 2);
    assert_eq!(table.total, 10.0);
    assert!(table.moved.iter().all(|cell| cell.moved_units == -1));
}

#[test]
fn margins_come_first() {
    // Both rows sum to 1.0 exactly; each must stay.
    let table = check(&[vec![0.3, 0.3, 0.4], vec![0.4, 0.3, 0.3]], 0);
    assert_eq!(table.row_totals, [1.0, 1.0]);
}

#[test]
fn odd_shapes() {
    assert_eq!(check(&[], 2).total, 0.0);
    assert_eq!(check(&[vec![], vec![]], 2).row_totals, [0.0, 0.0]);
    assert_eq!(check(&[vec![0.005]], 2).total, 0.01);
    assert_eq!(
        close_table(&[vec![1.0], vec![1.0, 2.0]], 2),
        Err(ClosureError::Ragged { row: 1, found: 2, expected: 1 })
    );
    assert!(matches!(
        close_table(&[vec![1.0, f64::NAN]], 2),
        Err(ClosureError::Figure { row: 0, column: 1, .. })
    ));
}

proptest::proptest! {
    #[test]
    fn every_table_closes(
        cells in proptest::collection::vec(0.0..50.0_f64, 1..60),
        columns in 1usize..8,
        decimals in 0u32..4,
        zeros in proptest::collection::vec(proptest::bool::ANY, 60),
    ) {
        let cells: Vec<f64> = cells.iter().zip(&zeros).map(|(cell, zero)| if *zero { 0.0 } else { *cell }).collect();
        let rows: Vec<Vec<f64>> = cells.chunks_exact(columns).map(<[f64]>::to_vec).collect();
        let table = check(&rows, decimals);
        for (closed, exact) in table.cells.iter().flatten().zip(rows.iter().flatten()) {
            proptest::prop_assert!(*exact != 0.0 || *closed == 0.0, "zero stays zero");
        }
    }
}
