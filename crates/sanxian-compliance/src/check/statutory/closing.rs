use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_geodesy::closure::{Closure, close_column};

use crate::columns::Columns;
use crate::figure::{round, sum_rounded};

/// A figure that is not what plain rounding gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moved {
    table: &'static str,
    row: String,
    column: String,
    units: i64,
}

/// Rounds the tables of one report so that parts make their wholes, and keeps what that moves.
#[derive(Debug)]
pub(in crate::check) struct Closer {
    /// Decimals of hectares.
    pub(super) decimals: u32,
    moved: Vec<Moved>,
}

impl Closer {
    pub(in crate::check) fn new(decimals: u32) -> Self {
        Self { decimals, moved: Vec::new() }
    }

    /// An area in hectares as a row by itself shows it.
    pub(super) fn round(&self, ha: f64) -> f64 {
        round(ha, self.decimals)
    }

    /// The sum of figures that are rounded already.
    pub(super) fn sum(&self, figures: impl IntoIterator<Item = f64>) -> f64 {
        sum_rounded(figures, self.decimals)
    }

    /// The parts of a whole, rounded so that they make it. Parts that cannot make it, since nothing is there to carry the difference,
    /// are rounded each by itself: who sums them sees what is missing.
    pub(super) fn parts(
        &mut self,
        table: &'static str,
        row: &str,
        columns: &[&str],
        parts_ha: &[f64],
        whole_ha: f64,
    ) -> Vec<f64> {
        let parts: Vec<f64> = parts_ha.iter().map(|part| part.max(0.0)).collect();
        let Ok(closed) = close_column(&parts, whole_ha, self.decimals, Closure::LargestRemainder) else {
            return parts.iter().map(|part| self.round(*part)).collect();
        };
        for (column, units) in columns.iter().zip(&closed.moved_units) {
            self.note(table, row, column, *units);
        }
        closed.values
    }

    /// Keeps what was moved.
    pub(super) fn note(&mut self, table: &'static str, row: &str, column: &str, units: i64) {
        if units != 0 {
            self.moved.push(Moved { table, row: row.to_owned(), column: column.to_owned(), units });
        }
    }

    /// What closing moved: table, row, column, and by how many units of the last place.
    pub(in crate::check) fn table(&self) -> Result<RecordBatch, ArrowError> {
        let moved = &self.moved;
        let unit_ha = 10f64.powi(-(self.decimals as i32));
        Columns::default()
            .texts("table", moved.iter().map(|moved| moved.table))
            .texts("row", moved.iter().map(|moved| &moved.row))
            .texts("column", moved.iter().map(|moved| &moved.column))
            .maybe_counts("moved_units", moved.iter().map(|moved| Some(moved.units)))
            .numbers("moved_ha", moved.iter().map(|moved| self.round(moved.units as f64 * unit_ha)))
            .finish()
    }
}
