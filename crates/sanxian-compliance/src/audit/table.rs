//! A table under audit: its rows by label, its cells as figures with a unit.

use super::description::TableSpec;
use super::exact::Interval;
use super::grid::Grid;
use super::printed::{Cell, Printed};
use super::unit::Unit;
use crate::keys::nearest;

/// One row as it is found in the file.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// What the row is about.
    pub(super) label: String,
    /// Number of the row, from 1; headings do not count.
    pub(super) number: usize,
    texts: Vec<String>,
}

/// A table and what the description says of it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) spec: TableSpec,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) total: Option<Row>,
}

/// A figure of a table in the base unit of its dimension.
#[derive(Clone, Debug)]
pub(super) struct Quantity {
    pub(super) printed: Printed,
    pub(super) unit: Unit,
    /// Decimals that count: printed, or those of the column.
    pub(super) decimals: u32,
    /// In base units.
    pub(super) interval: Interval,
}

impl Quantity {
    /// A printed figure of a unit; `None` when it is too large to be compared.
    pub(super) fn new(printed: Printed, unit: Unit, decimals: u32) -> Option<Self> {
        let decimals = printed.decimals.max(decimals);
        let interval = printed.interval(decimals)?.scaled(unit.factor)?;
        Some(Self { printed, unit, decimals, interval })
    }
}

impl Table {
    pub(super) fn new(spec: TableSpec, grid: Grid) -> Result<Self, String> {
        grid.check_lengths()?;
        let label_at = match &spec.label {
            None => 0,
            Some(label) => position(&grid.columns, label)?,
        };
        let row = |(at, texts): (usize, Vec<String>)| Row {
            label: texts.get(label_at).cloned().unwrap_or_default(),
            number: at + 1,
            texts,
        };
        let mut rows: Vec<Row> = grid.rows.into_iter().enumerate().map(row).collect();
        let mut total = grid.total.map(|texts| row((rows.len(), texts)));
        if let Some(label) = &spec.total {
            let at = rows.iter().position(|row| &row.label == label);
            let at = at.ok_or_else(|| format!("there is no row `{label}` of totals"))?;
            total = Some(rows.remove(at));
        }
        if let Some(total) = &mut total {
            "合计".clone_into(&mut total.label);
        }
        let table = Self { columns: grid.columns, rows, total, spec };
        for column in table.spec.named_columns() {
            position(&table.columns, column)?;
        }
        for label in table.spec.nested.iter().flat_map(|(inner, outer)| [inner, outer]) {
            table.row(label)?;
        }
        Ok(table)
    }

    /// The row of this label.
    pub(super) fn row(&self, label: &str) -> Result<&Row, String> {
        self.rows.iter().find(|row| row.label == label).ok_or_else(|| {
            let near = nearest(label, self.rows.iter().map(|row| row.label.as_str()));
            let near = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
            format!("table `{}` has no row `{label}`{near}", self.spec.id)
        })
    }

    /// True when the column is there.
    pub(super) fn check_column(&self, column: &str) -> Result<(), String> {
        position(&self.columns, column)
            .map(drop)
            .map_err(|reason| format!("table `{}`: {reason}", self.spec.id))
    }

    /// What a row says in a column; `""` where there is no such column.
    pub(super) fn text<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        let at = self.columns.iter().position(|known| known == column);
        at.and_then(|at| row.texts.get(at)).map_or("", |text| text.trim())
    }

    pub(super) fn cell(&self, row: &Row, column: &str) -> Cell {
        Cell::of(self.text(row, column))
    }

    /// The figure of a row in a column; `None` where there is none.
    pub(super) fn quantity(&self, row: &Row, column: &str) -> Option<Quantity> {
        match self.cell(row, column) {
            Cell::Figure(printed) => Quantity::new(printed, self.unit(column), self.decimals(column)),
            Cell::Missing(_) | Cell::Text(_) => None,
        }
    }

    /// What sentences call a column.
    pub(super) fn title<'c>(&'c self, column: &'c str) -> &'c str {
        let own = self.spec.titles.iter().find(|(known, _)| known == column);
        own.map_or(column, |(_, title)| title.as_str())
    }

    /// What sentences call a row.
    pub(super) fn row_title(&self, row: &Row) -> String {
        let is_total = self.total.as_ref().is_some_and(|total| total.number == row.number);
        if is_total { row.label.clone() } else { format!("{}{}", row.label, self.spec.row_suffix) }
    }

    /// The unit of a column.
    pub(super) fn unit(&self, column: &str) -> Unit {
        self.spec.unit(column)
    }

    /// Decimals of a column where the table drops trailing zeros.
    pub(super) fn decimals(&self, column: &str) -> u32 {
        // Columns with a unit of their own are no part of the table's common decimals.
        if self.spec.units.iter().any(|(known, _)| known == column) { 0 } else { self.spec.decimals }
    }
}

fn position(columns: &[String], column: &str) -> Result<usize, String> {
    columns.iter().position(|known| known == column).ok_or_else(|| {
        let near = nearest(column, columns.iter().map(String::as_str));
        let near = near.map_or_else(
            || format!("; the columns are {}", columns.join(", ")),
            |near| format!("; the nearest is `{near}`"),
        );
        format!("there is no column `{column}`{near}")
    })
}
