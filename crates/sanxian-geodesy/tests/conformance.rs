//! The conformance cases that Python runs as well: transforms, rounding, closing.

#![allow(clippy::unwrap_used)] // the helpers below are test code as well

use sanxian_geodesy::closure::{Closure, close_column, close_table, ridge_deduction};
use sanxian_geodesy::{Crs, round_half_away, transform};
use serde::Deserialize;
use serde::de::DeserializeOwned;

fn read<T: DeserializeOwned>(file: &str) -> T {
    let path = format!("{}/../../tests/conformance/geodesy/{file}", env!("CARGO_MANIFEST_DIR"));
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[derive(Deserialize)]
struct Transforms {
    transform: Vec<Transform>,
}

#[derive(Deserialize)]
struct Transform {
    from_epsg: u32,
    to_epsg: u32,
    point: [f64; 2],
    expected: [f64; 2],
    tolerance: f64,
}

#[test]
fn transforms() {
    for case in read::<Transforms>("transforms.toml").transform {
        let mut points = [case.point];
        let [from, to] = [case.from_epsg, case.to_epsg].map(|code| Crs::from_epsg(code).unwrap());
        transform(&mut points, &from, &to, None).unwrap();
        let distance = (points[0][0] - case.expected[0]).hypot(points[0][1] - case.expected[1]);
        assert!(
            distance < case.tolerance,
            "{} to {}: {points:?}, expected {:?}",
            case.from_epsg,
            case.to_epsg,
            case.expected
        );
    }
}

#[derive(Deserialize)]
struct Figures {
    round: Vec<Round>,
    column: Vec<Column>,
    table: Vec<Table>,
    ridge: Vec<Ridge>,
}

#[derive(Deserialize)]
struct Round {
    value: f64,
    decimals: u32,
    expected: f64,
}

#[derive(Deserialize)]
struct Column {
    values: Vec<f64>,
    total: f64,
    decimals: u32,
    closure: String,
    expected: Vec<f64>,
    moved_units: Vec<i64>,
}

#[derive(Deserialize)]
struct Table {
    rows: Vec<Vec<f64>>,
    decimals: u32,
    row_totals: Vec<f64>,
    column_totals: Vec<f64>,
    total: f64,
}

#[derive(Deserialize)]
struct Ridge {
    area_m2: f64,
    coefficient: f64,
    #[serde(rename = "ridge_m2")]
    deducted_m2: f64,
    net_m2: f64,
}

#[test]
fn rounding_and_closing() {
    let figures = read::<Figures>("rounding.toml");
    for case in figures.round {
        assert_eq!(round_half_away(case.value, case.decimals), case.expected, "{}", case.value);
    }
    for case in figures.column {
        let closure: Closure = case.closure.parse().unwrap();
        let closed = close_column(&case.values, case.total, case.decimals, closure).unwrap();
        assert_eq!(
            (closed.values, closed.moved_units),
            (case.expected, case.moved_units),
            "{:?}",
            case.values
        );
    }
    for case in figures.table {
        let closed = close_table(&case.rows, case.decimals).unwrap();
        assert_eq!(closed.total, case.total);
        assert_eq!(
            (closed.row_totals, closed.column_totals),
            (case.row_totals, case.column_totals),
            "{:?}",
            case.rows
        );
    }
    for case in figures.ridge {
        let deduction = ridge_deduction(case.area_m2, case.coefficient).unwrap();
        assert_eq!((deduction.ridge_m2, deduction.net_m2), (case.deducted_m2, case.net_m2));
    }
}
