//! Two-way tables: classes by ownership, with both margins.
//!
//! # References
//! L. H. Cox, L. R. Ernst (1982), Controlled rounding, INFOR 20, 423-432: rounding every cell and margin of a two-way table to a
//! neighbouring unit so that all sums hold is a network flow, and always possible.

use super::{ClosureError, Split, from_units};
use crate::rounding::round_to_units;

/// A cell that closing moved away from plain rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedCell {
    /// Row, from 0.
    pub row: usize,
    /// Column, from 0.
    pub column: usize,
    /// By how many units of the last place.
    pub moved_units: i64,
}

/// A table after closing: rows sum to row totals, columns to column totals, both to the total.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosedTable {
    /// Cells, row by row.
    pub cells: Vec<Vec<f64>>,
    /// Row totals.
    pub row_totals: Vec<f64>,
    /// Column totals.
    pub column_totals: Vec<f64>,
    /// The total: the sum of all figures, rounded.
    pub total: f64,
    /// Cells that are not what plain rounding gives.
    pub moved: Vec<MovedCell>,
}

/// Rounds a table to `decimals` places so that rows and columns sum to their totals and these to the rounded sum of all.
///
/// Every cell and every total is one of the two neighbouring units of its exact value, whole figures stay, and the deviation from
/// the exact values is the smallest possible, totals counting more than cells.
///
/// # Errors
/// [`ClosureError::Ragged`] and [`ClosureError::Figure`].
///
/// # Examples
/// ```
/// use sanxian_geodesy::closure::close_table;
///
/// let closed = close_table(&[vec![0.5, 0.5], vec![0.5, 0.5]], 0)?;
/// assert_eq!(closed.total, 2.0);
/// assert_eq!(closed.row_totals, [1.0, 1.0]);
/// assert_eq!(closed.column_totals, [1.0, 1.0]);
/// # Ok::<(), sanxian_geodesy::closure::ClosureError>(())
/// ```
pub fn close_table(rows: &[Vec<f64>], decimals: u32) -> Result<ClosedTable, ClosureError> {
    let columns = rows.first().map_or(0, Vec::len);
    let mut splits = Vec::with_capacity(rows.len());
    for (row, values) in rows.iter().enumerate() {
        if values.len() != columns {
            return Err(ClosureError::Ragged { row, found: values.len(), expected: columns });
        }
        let split = |(column, &value): (usize, &f64)| {
            let split = Split::new(value, decimals).filter(|_| value >= 0.0);
            split.ok_or(ClosureError::Figure { row, column, value })
        };
        splits.push(values.iter().enumerate().map(split).collect::<Result<Vec<Split>, _>>()?);
    }
    let total: f64 = rows.iter().flatten().sum();
    let total_units = round_to_units(total, decimals).ok_or(ClosureError::Total { value: total })?;
    let up = round_up(&splits, columns, total_units)
        .ok_or(ClosureError::NoRoom { sum: total, total: from_units(total_units, decimals) })?;

    let units: Vec<Vec<i64>> = splits
        .iter()
        .zip(&up)
        .map(|(splits, up)| splits.iter().zip(up).map(|(split, up)| split.floor + i64::from(*up)).collect())
        .collect();
    let mut moved = Vec::new();
    for (row, (closed, values)) in units.iter().zip(rows).enumerate() {
        for (column, (&closed, &value)) in closed.iter().zip(values).enumerate() {
            let moved_units = closed - round_to_units(value, decimals).unwrap_or(closed);
            if moved_units != 0 {
                moved.push(MovedCell { row, column, moved_units });
            }
        }
    }
    let column_sum = |column: usize| units.iter().filter_map(|row| row.get(column)).sum::<i64>();
    Ok(ClosedTable {
        cells: units
            .iter()
            .map(|row| row.iter().map(|&units| from_units(units, decimals)).collect())
            .collect(),
        row_totals: units.iter().map(|row| from_units(row.iter().sum(), decimals)).collect(),
        column_totals: (0..columns).map(|column| from_units(column_sum(column), decimals)).collect(),
        total: from_units(total_units, decimals),
        moved,
    })
}

/// Which cells are rounded up, by the cheapest flow from rows to columns; `None` when there is none.
fn round_up(splits: &[Vec<Split>], columns: usize, total_units: i64) -> Option<Vec<Vec<bool>>> {
    // Nodes: the rows, the columns behind them, source and sink.
    let row_count = splits.len();
    let (source, sink) = (row_count + columns, row_count + columns + 1);
    let mut network = Network::new(row_count + columns + 2);
    let mut flow = total_units;
    let mut cells = Vec::new();
    let mut column_remainders = vec![0.0; columns];
    for (row, splits) in splits.iter().enumerate() {
        for (column, split) in splits.iter().enumerate() {
            flow -= split.floor;
            if split.remainder > 0.0 {
                *column_remainders.get_mut(column)? += split.remainder;
                cells.push((row, column, network.edges.len()));
                network.connect(row, row_count + column, 1, price(split.remainder));
            }
        }
        network.margin(source, row, splits.iter().map(|split| split.remainder).sum());
    }
    for (column, remainder) in column_remainders.into_iter().enumerate() {
        network.margin(row_count + column, sink, remainder);
    }
    for _ in 0..flow {
        network.push_one(source, sink)?;
    }
    let mut up: Vec<Vec<bool>> = splits.iter().map(|row| vec![false; row.len()]).collect();
    for (row, column, edge) in cells {
        *up.get_mut(row)?.get_mut(column)? = network.edges.get(edge)?.capacity == 0;
    }
    Some(up)
}

/// Cost of rounding up against rounding down, in millionths of a unit: |1 - r| - |r|.
fn price(remainder: f64) -> i64 {
    ((1.0 - 2.0 * remainder) * 1e6).round() as i64
}

struct Edge {
    from: usize,
    to: usize,
    capacity: i64,
    cost: i64,
}

/// A flow network with edges in pairs: an even one and, behind it, its reverse.
struct Network {
    nodes: usize,
    edges: Vec<Edge>,
}

impl Network {
    /// Margins count more than all cells of a table together could.
    const MARGIN_WEIGHT: i64 = 1_000_000;
    /// Makes a unit that a margin must have cheaper than anything else.
    const MUST: i64 = -(1 << 50);

    fn new(nodes: usize) -> Self {
        Self { nodes, edges: Vec::new() }
    }

    fn connect(&mut self, from: usize, to: usize, capacity: i64, cost: i64) {
        self.edges.push(Edge { from, to, capacity, cost });
        self.edges.push(Edge { from: to, to: from, capacity: 0, cost: -cost });
    }

    /// A margin whose remainders sum to `remainder` takes the whole part of it, and one unit more if the rest is worth it.
    fn margin(&mut self, from: usize, to: usize, remainder: f64) {
        let nearest = remainder.round();
        let (whole, rest) = if (remainder - nearest).abs() < super::WHOLE * 10.0 {
            (nearest, 0.0)
        } else {
            (remainder.floor(), remainder - remainder.floor())
        };
        self.connect(from, to, whole as i64, Self::MUST);
        if rest > 0.0 {
            self.connect(from, to, 1, price(rest).saturating_mul(Self::MARGIN_WEIGHT));
        }
    }

    /// Sends one unit along the cheapest path (Bellman and Ford, for costs may be negative); `None` when none is left.
    fn push_one(&mut self, source: usize, sink: usize) -> Option<()> {
        let mut cost = vec![i64::MAX; self.nodes];
        let mut reached_by: Vec<Option<usize>> = vec![None; self.nodes];
        *cost.get_mut(source)? = 0;
        for _ in 0..self.nodes {
            let mut changed = false;
            for (index, edge) in self.edges.iter().enumerate() {
                let from = *cost.get(edge.from)?;
                if edge.capacity > 0 && from != i64::MAX && from + edge.cost < *cost.get(edge.to)? {
                    *cost.get_mut(edge.to)? = from + edge.cost;
                    *reached_by.get_mut(edge.to)? = Some(index);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let mut node = sink;
        while node != source {
            let index = (*reached_by.get(node)?)?;
            self.edges.get_mut(index)?.capacity -= 1;
            self.edges.get_mut(index ^ 1)?.capacity += 1;
            node = self.edges.get(index)?.from;
        }
        Some(())
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
