//! What may be behind two figures that cannot both be right. A suspicion is said only when it is the only one of its kind.

use super::equation::{Agreement, Equation, Part, agreement, sum};
use super::exact::{Exact, Interval};
use super::table::{Row, Table};
use super::unit::Unit;

/// A possible explanation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Suspicion {
    /// Stable English code.
    pub(super) code: &'static str,
    /// A Chinese clause.
    pub(super) message: String,
}

/// Factors by which a wrong unit is off: mu for hectares, hectares for square kilometres, mu for square kilometres, a dropped 万.
const UNIT_FACTORS: [i128; 4] = [15, 100, 1_500, 10_000];

/// A share printed as a fraction under a heading of per cent.
const SHARE_FACTORS: [i128; 1] = [100];

/// By how much a figure of this unit may be off; nothing where no unit is mistaken for another.
fn factors_of(unit: &Unit) -> Option<&'static [i128]> {
    if unit.is_area() {
        Some(&UNIT_FACTORS)
    } else if unit.name == "%" || unit.name == "％" {
        Some(&SHARE_FACTORS)
    } else {
        None
    }
}

/// The first explanation that fits.
pub(super) fn of(equation: &Equation<'_>) -> Option<Suspicion> {
    if equation.is_sum_of_rows
        && let Some(found) = row(equation)
    {
        return Some(found);
    }
    stated_unit(equation).or_else(|| unit_of_part(equation))
}

/// One row whose leaving out, or counting twice, is the difference.
fn row(equation: &Equation<'_>) -> Option<Suspicion> {
    let difference = equation.difference()?;
    let to_stated = Exact::whole(1).over(equation.stated.unit.factor)?;
    // The rounding of all figures together can hide this much of the row.
    let stated = equation.stated.interval.scaled(to_stated)?;
    let computed = equation.computed.scaled(to_stated)?;
    let hidden = stated.high.minus(stated.point)?.plus(computed.high.minus(computed.point)?)?;
    let mut fitting = equation.parts.iter().filter(|part| {
        let value = part.interval.point.times(to_stated);
        let misses = value.and_then(|value| difference.magnitude().minus(value));
        let fits = misses.and_then(|misses| misses.magnitude().is_below(hidden));
        part.interval.point.is_positive() && fits == Some(true)
    });
    let (one, None) = (fitting.next()?, fitting.next()) else { return None };
    let value = one.interval.point.times(to_stated)?.text(equation.stated.decimals.max(2));
    let (code, how) =
        if difference.is_positive() { ("row_left_out", "漏计") } else { ("row_twice", "重复计算") };
    let unit = &equation.stated.unit.name;
    Some(Suspicion {
        code, message: format!("差额与{}的{value}{unit}相当，疑为{how}该项", one.title)
    })
}

/// The stated figure fits in another unit.
fn stated_unit(equation: &Equation<'_>) -> Option<Suspicion> {
    let factors = factors_of(&equation.stated.unit)?;
    if !equation.stated.printed.value.is_positive() {
        return None;
    }
    let (factor, is_small) = fitting_factor(factors, |factor| {
        let scaled = equation.stated.interval.scaled(factor)?;
        scaled.meets(equation.computed)
    })?;
    let how = if is_small { "小" } else { "大" };
    Some(Suspicion { code: "unit", message: format!("所载数恰{how}{factor}倍，疑为单位有误") })
}

/// One of the added figures fits in another unit.
fn unit_of_part(equation: &Equation<'_>) -> Option<Suspicion> {
    let mut fitting = equation.parts.iter().enumerate().filter_map(|(at, part)| {
        if !part.unit.is_area() || part.interval.point == Exact::ZERO {
            return None;
        }
        let (factor, is_small) = fitting_factor(&UNIT_FACTORS, |factor| {
            let scaled = Part { interval: part.interval.scaled(factor)?, ..part.clone() };
            let parts = equation.parts.iter().enumerate();
            let parts: Vec<Part> =
                parts.map(|(other, part)| if other == at { scaled.clone() } else { part.clone() }).collect();
            Some(agreement(equation.stated, sum(&parts)?)? != Agreement::Differs)
        })?;
        Some((part, factor, is_small))
    });
    let ((part, factor, is_small), None) = (fitting.next()?, fitting.next()) else { return None };
    let how = if is_small { "小" } else { "大" };
    let message = format!("{}恰{how}{factor}倍则相符，疑为其单位{}有误", part.title, part.unit.name);
    Some(Suspicion { code: "unit", message })
}

/// The factor that makes figures fit: times it when they are too small (true), divided by it when they are too large.
fn fitting_factor(factors: &[i128], fits: impl Fn(Exact) -> Option<bool>) -> Option<(i128, bool)> {
    let both = |factor| [(factor, true, Some(Exact::whole(factor))), (factor, false, Exact::new(1, factor))];
    factors
        .iter()
        .copied()
        .flat_map(both)
        .find(|(_, _, scale)| scale.and_then(&fits) == Some(true))
        .map(|(factor, is_small, _)| (factor, is_small))
}

/// Another cell of the table holds the stated figure: of another row in the column, or of another column in the row.
///
/// `columns` are those that it may be mistaken for.
pub(super) fn other_cell(
    equation: &Equation<'_>,
    table: &Table,
    row: &Row,
    column: &str,
    columns: &[&String],
) -> Option<Suspicion> {
    let fits = |row: &Row, column: &str| {
        let cell = table.quantity(row, column);
        cell.filter(|cell| cell.unit.is_like(&equation.stated.unit)).is_some_and(|cell| {
            let is_zero = cell.printed.value == Exact::ZERO;
            !is_zero
                && matches!(
                    agreement(equation.stated, cell.interval),
                    Some(Agreement::Equal | Agreement::Truncation)
                )
        })
    };
    let mut columns = columns.iter().filter(|other| **other != column && fits(row, other));
    if let (Some(other), None) = (columns.next(), columns.next()) {
        let message = format!("与同一行的{}相符，疑为错列", table.title(other));
        return Some(Suspicion { code: "other_column", message });
    }
    let mut rows = table.rows.iter().filter(|other| other.number != row.number && fits(other, column));
    let (Some(other), None) = (rows.next(), rows.next()) else { return None };
    Some(Suspicion {
        code: "other_row",
        message: format!("与{}的该项相符，疑为错行或两者互换", table.row_title(other)),
    })
}

/// The stated share fits with another denominator.
pub(super) fn other_denominator(
    equation: &Equation<'_>,
    above: Interval,
    others: &[(String, Interval)],
) -> Option<Suspicion> {
    let fits = |(_, below): &&(String, Interval)| {
        let quotient = above.over(*below);
        let agrees = quotient.and_then(|quotient| agreement(equation.stated, quotient));
        agrees.is_some_and(|agrees| agrees != Agreement::Differs)
    };
    let (name, _) = others.iter().find(fits)?;
    Some(Suspicion {
        code: "other_denominator", message: format!("以{name}为分母则相符，疑为分母不一")
    })
}
