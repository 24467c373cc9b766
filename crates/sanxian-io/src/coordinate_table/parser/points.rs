//! Boundary points and side lengths out of the rows below a heading.

use super::super::cell::{Row, angle_deg, decimals, in_block, packed_angle_deg, plain_number};
use super::super::columns::{Block, Columns};
use super::super::fault::TableFault;
use super::super::heading::{self, Kind};
use super::{Parser, Side, is_title};
use crate::boundary_points::PointRow;
use crate::error::IoError;
use crate::finding::Finding;

impl Parser<'_> {
    /// Reads the points of a row; false when there are none.
    pub(super) fn points(&mut self, row: &Row, columns: &Columns) -> Result<bool, IoError> {
        if is_title(row) {
            return Ok(self.lone_side(row, columns));
        }
        let mut found = Vec::new();
        for (position, block) in columns.blocks.iter().enumerate() {
            if let Some((mut point, side)) = self.point(row, block)? {
                point.line = in_block(point.line, position);
                found.push((position, (point, side)));
            }
        }
        if found.is_empty() {
            return Ok(self.lone_side(row, columns));
        }
        for (position, (point, side)) in found {
            if position == 0 {
                self.plot_for(&point, row, columns);
                self.push(point, side);
            } else {
                if self.state.aside.len() < position {
                    self.state.aside.resize_with(position, Vec::new);
                }
                if let Some(block) = self.state.aside.get_mut(position - 1) {
                    block.push((point, side));
                }
            }
        }
        Ok(true)
    }

    /// A length in a row of its own, between two points.
    fn lone_side(&mut self, row: &Row, columns: &Columns) -> bool {
        let mut filled = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        let (Some((column, cell)), None) = (filled.next(), filled.next()) else { return false };
        let block = columns.blocks.iter().position(|block| block.side == Some(column));
        let (Some(block), Some(length_m)) = (block, plain_number(&cell.text)) else { return false };
        self.table.side_decimals = self.table.side_decimals.max(decimals(&cell.text));
        self.table.sides_between = true;
        let side = Side { length_m, place: row.place };
        if block == 0 {
            let last = self.current().and_then(|plot| plot.points().last()).map(|point| point.line);
            if let Some(last) = last {
                self.table.sides.insert(last, side);
            }
        } else if let Some(last) = self.state.aside.get_mut(block - 1).and_then(|points| points.last_mut()) {
            last.1 = Some(side);
        }
        true
    }

    fn point(&mut self, row: &Row, block: &Block) -> Result<Option<(PointRow, Option<Side>)>, IoError> {
        let (north, east) = (row.text(block.north), row.text(block.east));
        if north.is_empty() && east.is_empty() {
            return Ok(None);
        }
        let north_value = self.coordinate(row, block.north, block.kind);
        let east_value = self.coordinate(row, block.east, block.kind);
        let (first, second) = match (north_value, east_value) {
            (Some(first), Some(second)) => (first, second),
            (found, _) => {
                let has_digit =
                    |text: &str| text.chars().any(|c| crate::boundary_points::fold_all(c).is_ascii_digit());
                // Words under a heading are a remark or its second row; with a digit in it, a point was meant.
                if !has_digit(north) && !has_digit(east)
                    || row.cells.iter().any(|cell| {
                        heading::is_lone_key(&cell.text) || !heading::pairs(&cell.text).is_empty()
                    })
                {
                    return Ok(None);
                }
                let (column, value) = if found.is_none() { (block.north, north) } else { (block.east, east) };
                let fault = TableFault::NotACoordinate { column: column as u64 + 1, value: value.to_owned() };
                return Err(self.fault(row.place, fault));
            }
        };
        let text = |column: Option<usize>| {
            column.map(|column| row.text(column)).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let side = block.side.and_then(|column| {
            let text = row.text(column);
            let length_m = plain_number(text);
            if length_m.is_none() && text.chars().any(|c| c.is_ascii_digit()) {
                let message = format!("边长 {text} 不是数值");
                self.table
                    .listing
                    .findings
                    .push(Finding::warning("side_not_understood", message).at_line(row.place));
            }
            self.table.side_decimals = self.table.side_decimals.max(decimals(text));
            length_m.map(|length_m| Side { length_m, place: row.place })
        });
        let id = text(block.point_id).or_else(|| text(block.sequence)).unwrap_or_default();
        Ok(Some((PointRow { line: row.place, plot: None, ring: text(block.ring), id, first, second }, side)))
    }

    fn coordinate(&mut self, row: &Row, column: usize, kind: Option<Kind>) -> Option<f64> {
        let cell = row.cells.get(column)?;
        let value = match kind {
            Some(Kind::Packed) => packed_angle_deg(&cell.text),
            Some(Kind::Parts) => {
                self.in_minutes.get_or_insert(row.place);
                let parts: Vec<&str> = (column..column + 3).map(|part| row.text(part)).collect();
                return angle_deg(parts.join(" ").trim()).map(|(value, _)| value);
            }
            _ => plain_number(&cell.text),
        };
        let Some(value) = value else {
            let (value, in_minutes) = angle_deg(&cell.text)?;
            if in_minutes {
                self.in_minutes.get_or_insert(row.place);
            }
            return Some(value);
        };
        if self.is_workbook && !cell.is_number {
            let (_, count) = self.numbers_as_text.get_or_insert((row.place, 0));
            *count += 1;
        }
        self.table.coordinate_decimals = self.table.coordinate_decimals.max(decimals(&cell.text));
        Some(value)
    }

    fn push(&mut self, point: PointRow, side: Option<Side>) {
        if let Some(side) = side {
            self.table.sides.insert(point.line, side);
        }
        let Some(plot) = self.state.plot.and_then(|plot| self.table.listing.plots.get_mut(plot)) else {
            return;
        };
        match plot.runs.last_mut() {
            Some(run) => run.push(point),
            None => plot.runs.push(vec![point]),
        }
    }

    /// Appends the points of the blocks to the right: they go on where the left one ends.
    pub(super) fn put_aside_back(&mut self) {
        for (point, side) in std::mem::take(&mut self.state.aside).into_iter().flatten() {
            self.push(point, side);
        }
    }
}
