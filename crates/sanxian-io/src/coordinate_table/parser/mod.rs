//! Rows of sheets into plots with their points.

mod naming;
mod plots;
mod points;
mod titles;

use std::collections::HashMap;
use std::path::Path;

use super::cell::{COLUMNS, Row, plain_number, sheet_and_row};
use super::columns::{Columns, has_coordinates, roles};
use super::fault::TableFault;
use super::heading::Role;
use super::workbook::RowSink;
use crate::boundary_points::{Listing, PlotRow, PointRow};
use crate::error::IoError;
use crate::finding::Finding;

/// A length as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Side {
    pub(super) length_m: f64,
    /// Where it stands.
    pub(super) place: u64,
}

/// What the rows of a file say.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) listing: Listing,
    /// Side lengths by the place of the point in whose row, or below which, they stand.
    pub(super) sides: HashMap<u64, Side>,
    /// True when lengths stand in rows of their own, between the points that they join.
    pub(super) sides_between: bool,
    /// Most decimals of a side and of a coordinate.
    pub(super) side_decimals: usize,
    pub(super) coordinate_decimals: usize,
}

/// Reads rows one by one.
pub(super) struct Parser<'a> {
    path: &'a Path,
    table: Table,
    sheets: Vec<String>,
    /// The sheet of each plot.
    sheet_of: Vec<usize>,
    state: State,
    numbers_as_text: Option<(u64, u64)>,
    in_minutes: Option<u64>,
    is_workbook: bool,
    skipped: Option<Skipped>,
}

/// Rows without meaning that follow one another.
struct Skipped {
    /// Their place among the findings.
    finding: usize,
    sheet: usize,
    last_row: u64,
    count: u64,
    first: String,
}

/// What is known of the sheet so far.
#[derive(Default)]
struct State {
    columns: Option<Columns>,
    /// A row with some headings but not both coordinates: the upper half of a heading of two rows.
    half: Option<Vec<Option<Role>>>,
    /// The plot that points belong to.
    plot: Option<usize>,
    by_plot_column: HashMap<(String, String), usize>,
    /// What title rows since the last point say of the next plot.
    next: PlotRow,
    next_place: Option<u64>,
    named: bool,
    /// A free title since the last point.
    title: Option<(String, u64)>,
    blank: bool,
    heading_again: bool,
    last_row: u64,
    /// Points of the blocks to the right, which follow those of the left one.
    aside: Vec<Vec<(PointRow, Option<Side>)>>,
}

impl RowSink for Parser<'_> {
    fn sheet(&mut self, name: &str) {
        self.end_sheet();
        self.sheets.push(name.to_owned());
    }

    /// Reads a row. Rows that a workbook does not hold count as blank.
    fn row(&mut self, row: &Row) -> Result<(), IoError> {
        let (_, number) = sheet_and_row(row.place);
        if row.goes_on {
            let message = format!("第 {COLUMNS} 列以后的单元格未读");
            let finding = Finding::warning("columns_beyond", message).at_line(row.place);
            self.table.listing.findings.push(finding);
        }
        if row.is_blank() || (self.state.last_row > 0 && number > self.state.last_row + 1) {
            self.blank();
        }
        self.state.last_row = number;
        if row.is_blank() {
            return Ok(());
        }
        if self.heading(row) {
            return Ok(());
        }
        if self.state.columns.is_none() && !is_title(row) {
            self.state.columns = Columns::by_values(row);
            if self.state.columns.is_some() {
                let message = "没有表头,按先 X(北)后 Y(东)读";
                self.table
                    .listing
                    .findings
                    .push(Finding::warning("no_header_row", message).at_line(row.place));
            }
        }
        let Some(columns) = self.state.columns.take() else {
            self.title_row(row);
            return Ok(());
        };
        let done = self.points(row, &columns);
        // A heading is never found while the points of a row are read.
        self.state.columns = Some(columns);
        if !done? {
            self.title_row(row);
        }
        Ok(())
    }
}

impl<'a> Parser<'a> {
    pub(super) fn new(path: &'a Path, is_workbook: bool) -> Self {
        Self {
            path,
            table: Table::default(),
            sheets: Vec::new(),
            sheet_of: Vec::new(),
            state: State::default(),
            numbers_as_text: None,
            in_minutes: None,
            is_workbook,
            skipped: None,
        }
    }

    fn end_sheet(&mut self) {
        self.put_aside_back();
        if let Some((text, place)) = self.state.title.take() {
            self.not_understood(&text, place);
        }
        let left = std::mem::take(&mut self.state);
        if let (Some(place), true) = (left.next_place, left.next != PlotRow::default()) {
            self.give_to_last(left.next, left.plot, place);
        }
    }

    fn blank(&mut self) {
        self.put_aside_back();
        self.state.blank = true;
    }

    fn heading(&mut self, row: &Row) -> bool {
        let mut roles = roles(row);
        let labels = roles.iter().flatten().count();
        if has_coordinates(&roles) {
            if let Some(half) = self.state.half.take() {
                for (column, role) in half.into_iter().enumerate() {
                    if column >= roles.len() {
                        roles.push(role);
                    } else if let Some(slot) = roles.get_mut(column)
                        && slot.is_none()
                    {
                        *slot = role;
                    }
                }
            }
            self.put_aside_back();
            let columns = Columns::of(&roles, row);
            if let Some(skipped) = &columns.skipped {
                let message = format!("另有一套坐标({skipped}),未读");
                self.table
                    .listing
                    .findings
                    .push(Finding::info("second_coordinates", message).at_line(row.place));
            }
            self.state.heading_again = self.state.columns.is_some();
            self.state.columns = Some(columns);
            return true;
        }
        let names_points = roles
            .iter()
            .flatten()
            .any(|role| matches!(role, Role::PointId | Role::Sequence | Role::Ring | Role::Side));
        let has_values = row.cells.iter().any(|cell| plain_number(&cell.text).is_some());
        // A lone cell is a title (东地块界址点成果表), whatever words are in it.
        if labels >= 1 && names_points && !has_values && !is_title(row) {
            self.state.half = Some(roles);
            return true;
        }
        self.state.half = None;
        false
    }

    fn fault(&self, at: u64, fault: TableFault) -> IoError {
        let (sheet, row) = sheet_and_row(at);
        IoError::CoordinateTable {
            path: self.path.to_owned(),
            sheet: self.sheets.get(sheet).filter(|_| self.is_workbook).cloned(),
            row: Some(row),
            fault,
        }
    }

    /// Ends the last sheet: the table, and the names of the sheets.
    pub(super) fn finish(mut self) -> Result<(Table, Vec<String>), IoError> {
        self.end_sheet();
        if self.table.listing.plots.is_empty() {
            return Err(IoError::CoordinateTable {
                path: self.path.to_owned(),
                sheet: None,
                row: None,
                fault: TableFault::NoPoints,
            });
        }
        self.name_by_sheets();
        self.zone_by_meridian();
        let findings = &mut self.table.listing.findings;
        if let Some((place, count)) = self.numbers_as_text {
            let message = format!("{count} 个坐标存成了文本,按数值读");
            findings.push(Finding::info("numbers_as_text", message).at_line(place));
        }
        if let Some(place) = self.in_minutes {
            let message = "坐标是度分秒,已换算成度";
            findings.push(Finding::info("degrees_minutes_seconds", message).at_line(place));
        }
        Ok((self.table, self.sheets))
    }
}

/// One filled cell that is no number: a title.
fn is_title(row: &Row) -> bool {
    let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
    matches!((filled.next(), filled.next()), (Some(_), None))
}
