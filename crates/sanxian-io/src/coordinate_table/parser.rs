//! Rows of sheets into plots with their points.

use std::collections::HashMap;
use std::path::Path;

use super::cell::{Row, angle_deg, decimals, in_block, packed_angle_deg, plain_number, sheet_and_row};
use super::columns::{Block, Columns, has_coordinates, roles};
use super::fault::TableFault;
use super::heading::{self, Kind, Role, Title, folded};
use crate::error::IoError;
use crate::exchange_text::{Document, PlotRow, PointRow, RawPlot};
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
    pub(super) document: Document,
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
        }
    }

    /// Begins a sheet.
    pub(super) fn sheet(&mut self, name: &str) {
        self.end_sheet();
        self.sheets.push(name.to_owned());
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

    /// Title rows below the last points of a sheet: an area belongs to the plot above.
    fn give_to_last(&mut self, row: PlotRow, plot: Option<usize>, place: u64) {
        let only_area =
            PlotRow { area: String::new(), ..row.clone() } == PlotRow::default() && !row.area.is_empty();
        match plot.and_then(|plot| self.table.document.plots.get_mut(plot)) {
            Some(plot) if only_area && plot.row.area.is_empty() => plot.row.area = row.area,
            Some(plot) if only_area && plot.row.area == row.area => {}
            _ => {
                let text = if row.name.is_empty() { row.id } else { row.name };
                self.not_understood(&format!("{text} {}", row.area), place);
            }
        }
    }

    /// Names a row with cells beyond the columns that are read, once.
    pub(super) fn columns_beyond(&mut self, place: u64, columns: usize) {
        let findings = &mut self.table.document.findings;
        if !findings.iter().rev().any(|known| known.code == "columns_beyond" && known.line == Some(place)) {
            let message = format!("第 {columns} 列以后的单元格未读");
            findings.push(Finding::warning("columns_beyond", message).at_line(place));
        }
    }

    fn not_understood(&mut self, text: &str, place: u64) {
        let text: String = text.trim().chars().take(40).collect();
        let message = format!("看不懂的行,未读:{text}");
        self.table.document.findings.push(Finding::warning("line_not_understood", message).at_line(place));
    }

    /// Reads a row. Rows that a workbook does not hold count as blank.
    pub(super) fn row(&mut self, row: &Row) -> Result<(), IoError> {
        let (_, number) = sheet_and_row(row.place);
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
                    .document
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
                    .document
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
        if labels >= 1 && names_points && !has_values {
            self.state.half = Some(roles);
            return true;
        }
        self.state.half = None;
        false
    }

    /// Reads the points of a row; false when there are none.
    fn points(&mut self, row: &Row, columns: &Columns) -> Result<bool, IoError> {
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
                    |text: &str| text.chars().any(|c| crate::exchange_text::fold_all(c).is_ascii_digit());
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
                    .document
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

    fn current(&self) -> Option<&RawPlot> {
        self.table.document.plots.get(self.state.plot?)
    }

    /// Finds or opens the plot that the next point belongs to.
    fn plot_for(&mut self, point: &PointRow, row: &Row, columns: &Columns) {
        if columns.has_plot() {
            let text = |column: Option<usize>| column.map_or("", |column| row.text(column)).to_owned();
            let key = (text(columns.plot_id), text(columns.plot_name));
            let is_merged_below = key.0.is_empty() && key.1.is_empty();
            if !(is_merged_below && self.state.plot.is_some()) {
                self.plot_of_column(key, row, columns);
            }
        } else if self.begins_plot(point) {
            let mut next = std::mem::take(&mut self.state.next);
            if let Some((title, _)) = self.state.title.take()
                && next.name.is_empty()
            {
                next.name = title;
            }
            let place = self.state.next_place.unwrap_or(point.line);
            self.open(next, place);
        } else if self.state.blank
            && let Some(plot) = self.state.plot.and_then(|plot| self.table.document.plots.get_mut(plot))
        {
            plot.runs.push(Vec::new());
        }
        self.state.next = PlotRow::default();
        self.state.next_place = None;
        self.state.title = None;
        self.state.blank = false;
        self.state.heading_again = false;
    }

    fn plot_of_column(&mut self, key: (String, String), row: &Row, columns: &Columns) {
        let known = self.state.by_plot_column.get(&key).copied();
        if known.is_some() && known == self.state.plot {
            return;
        }
        if let Some(plot) = known {
            let name = if key.0.is_empty() { &key.1 } else { &key.0 };
            let message = format!("地块 {name} 的点分在几处,合为一个地块");
            let finding = Finding::info("plot_rows_apart", message).at_line(row.place);
            self.table.document.findings.push(finding);
            self.state.plot = Some(plot);
            if let Some(plot) = self.table.document.plots.get_mut(plot) {
                plot.runs.push(Vec::new());
            }
            return;
        }
        let text = |column: Option<usize>| column.map_or("", |column| row.text(column)).to_owned();
        let area = columns.area.map_or(String::new(), |(column, unit)| with_unit(row.text(column), unit));
        let plot = PlotRow {
            id: key.0.clone(),
            name: key.1.clone(),
            area,
            land_use: text(columns.land_use),
            land_class: text(columns.land_class),
            map_sheet: text(columns.map_sheet),
            ..PlotRow::default()
        };
        self.open(plot, row.place);
        if let Some(plot) = self.state.plot {
            self.state.by_plot_column.insert(key, plot);
        }
    }

    fn open(&mut self, row: PlotRow, line: u64) {
        self.state.plot = Some(self.table.document.plots.len());
        self.table.document.plots.push(RawPlot { line, row, runs: Vec::new() });
        self.sheet_of.push(self.sheets.len().saturating_sub(1));
    }

    /// Whether a point begins a plot, by the title rows, blank rows and headings since the point before it.
    fn begins_plot(&mut self, point: &PointRow) -> bool {
        let Some(plot) = self.current() else { return true };
        let next = &self.state.next;
        let titled = self.state.named || *next != PlotRow::default() || self.state.title.is_some();
        // A page that repeats the title goes on with the same plot.
        let same = |new: &str, old: &str| new.is_empty() || new == old;
        let repeats = same(&next.id, &plot.row.id)
            && same(&next.name, &plot.row.name)
            && same(&next.area, &plot.row.area)
            && self.state.title.as_ref().is_none_or(|(title, _)| *title == plot.row.name);
        let run = plot.runs.last().map_or(&[][..], Vec::as_slice);
        let is_closed = run.len() > 3
            && run.iter().take(run.len() - 1).any(|other| {
                run.last().is_some_and(|last| other.first == last.first && other.second == last.second)
            });
        let first = plot.points().next();
        let restarts = !point.id.is_empty() && first.is_some_and(|first| first.id == point.id);
        let is_other_ring = point.ring.is_some()
            && first.is_some_and(|first| first.ring.is_some() && first.ring != point.ring);
        let repeats_first =
            first.is_some_and(|first| first.first == point.first && first.second == point.second);
        let has_next = *next != PlotRow::default() || self.state.title.is_some();
        if has_next {
            return !repeats;
        }
        if is_other_ring || repeats_first {
            return false;
        }
        if self.state.blank && !titled {
            return true;
        }
        self.state.heading_again && (is_closed || restarts)
    }

    fn push(&mut self, point: PointRow, side: Option<Side>) {
        if let Some(side) = side {
            self.table.sides.insert(point.line, side);
        }
        let Some(plot) = self.state.plot.and_then(|plot| self.table.document.plots.get_mut(plot)) else {
            return;
        };
        match plot.runs.last_mut() {
            Some(run) => run.push(point),
            None => plot.runs.push(vec![point]),
        }
    }

    /// Appends the points of the blocks to the right: they go on where the left one ends.
    fn put_aside_back(&mut self) {
        for (point, side) in std::mem::take(&mut self.state.aside).into_iter().flatten() {
            self.push(point, side);
        }
    }

    fn title_row(&mut self, row: &Row) {
        self.put_aside_back();
        let mut cells = row.cells.iter().filter(|cell| !cell.is_empty()).peekable();
        let mut understood = false;
        while let Some(cell) = cells.next() {
            let text = cell.text.as_str();
            let pairs = heading::pairs(text);
            if let [pair] = pairs.as_slice()
                && pair.value.is_empty()
                && let Some(value) = cells.next_if(|value| !heading::is_lone_key(&value.text))
            {
                self.pair(&pair.key, &value.text, row.place);
                understood = true;
            } else if !pairs.is_empty() {
                for pair in &pairs {
                    self.pair(&pair.key, &pair.value, row.place);
                }
                understood = true;
            } else if heading::is_lone_key(text) {
                let value = cells.next_if(|value| !heading::is_lone_key(&value.text));
                if let Some(value) = value {
                    self.pair(text, &value.text, row.place);
                }
                understood = true;
            } else {
                let mentions = heading::mentions(text);
                for pair in &mentions {
                    self.header(&pair.key, &pair.value, row.place);
                }
                understood |= !mentions.is_empty();
            }
        }
        if understood {
            return;
        }
        let filled: Vec<&str> =
            row.cells.iter().filter(|cell| !cell.is_empty()).map(|cell| cell.text.as_str()).collect();
        let text = filled.join(" ");
        match heading::title(&text) {
            // Several cells without a meaning: a second row of headings, a total, a signature.
            _ if filled.len() > 1 => self.not_understood(&text, row.place),
            Title::Page => {}
            Title::Table => {
                if self.state.plot.is_none() {
                    self.header("标题", &text, row.place);
                }
            }
            Title::Plot(name) => {
                if let Some((before, place)) = self.state.title.replace((name, row.place)) {
                    self.not_understood(&before, place);
                }
                self.state.next_place.get_or_insert(row.place);
            }
        }
    }

    fn pair(&mut self, key: &str, value: &str, place: u64) {
        let value = value.trim();
        let unit = heading::area_unit(&folded(key));
        let field = match heading::role(key) {
            Some(Role::PlotId) => &mut self.state.next.id,
            Some(Role::PlotName) => &mut self.state.next.name,
            Some(Role::Area(_)) => {
                let text = with_unit(value, unit);
                // A table that closes with its area.
                if self.state.next == PlotRow::default()
                    && let Some(plot) =
                        self.state.plot.and_then(|plot| self.table.document.plots.get_mut(plot))
                    && plot.row.area.is_empty()
                {
                    plot.row.area = text;
                    return;
                }
                self.state.next.area = text;
                self.state.next_place.get_or_insert(place);
                return;
            }
            Some(Role::Use) => &mut self.state.next.land_use,
            Some(Role::LandClass) => &mut self.state.next.land_class,
            Some(Role::MapSheet) => &mut self.state.next.map_sheet,
            _ => {
                self.header(key, value, place);
                return;
            }
        };
        value.clone_into(field);
        self.state.named = true;
        self.state.next_place.get_or_insert(place);
    }

    fn header(&mut self, key: &str, value: &str, place: u64) {
        let known = self
            .table
            .document
            .header
            .entries
            .iter()
            .any(|(other_key, other)| other_key == key && (other == value || key == "标题"));
        if known || value.is_empty() {
            return;
        }
        self.table.document.header.push(key, value, place);
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
        if self.table.document.plots.is_empty() {
            return Err(IoError::CoordinateTable {
                path: self.path.to_owned(),
                sheet: None,
                row: None,
                fault: TableFault::NoPoints,
            });
        }
        self.name_by_sheets();
        self.zone_by_meridian();
        let findings = &mut self.table.document.findings;
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

    /// One plot a sheet: the sheet's name is what the plot is called.
    fn name_by_sheets(&mut self) {
        let is_several = self.sheet_of.iter().any(|sheet| Some(sheet) != self.sheet_of.first());
        if !is_several {
            return;
        }
        let alone = |sheet: usize| self.sheet_of.iter().filter(|&&other| other == sheet).count() == 1;
        for (plot, &sheet) in self.table.document.plots.iter_mut().zip(&self.sheet_of) {
            let (Some(name), true) = (self.sheets.get(sheet), alone(sheet)) else { continue };
            if plot.row.id.is_empty() && plot.row.name.is_empty() {
                plot.row.id.clone_from(name);
                let message = format!("没有地块编号和名称,以工作表名 {name} 代替");
                self.table
                    .document
                    .findings
                    .push(Finding::info("plot_named_by_sheet", message).at_line(plot.line).of_plot(name));
            }
        }
    }

    /// A central meridian says the zone as well as its number does.
    fn zone_by_meridian(&mut self) {
        let header = &self.table.document.header;
        if header.zone().is_some() {
            return;
        }
        let entries = header.entries.iter().zip(&header.lines);
        let found =
            entries.into_iter().find(|((key, _), _)| key.contains("子午线") || key.contains("中央经线"));
        let Some(((_, value), &line)) = found else { return };
        let digits: String = folded(value)
            .chars()
            .take_while(|character| character.is_ascii_digit() || *character == '.')
            .collect();
        let Ok(meridian) = digits.parse::<f64>() else { return };
        let zone = match header.zone_width() {
            Some(sanxian_geodesy::ZoneWidth::Six) => (meridian + 3.0) / 6.0,
            _ => meridian / 3.0,
        };
        if zone.fract() != 0.0 || !(13.0..=45.0).contains(&zone) {
            return;
        }
        let message = format!("没有写带号,按中央子午线 {meridian}° 取 {zone}");
        self.table.document.header.push("带号", &zone.to_string(), line);
        let finding = Finding::info("zone_from_meridian", message).at_line(line);
        self.table.document.findings.push(finding);
    }
}

/// One filled cell that is no number: a title.
fn is_title(row: &Row) -> bool {
    let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
    matches!((filled.next(), filled.next()), (Some(_), None))
}

/// An area with its unit behind it, unless it has one.
fn with_unit(value: &str, unit: Option<&str>) -> String {
    match unit {
        Some(unit) if !value.is_empty() && heading::area_unit(&folded(value)).is_none() => {
            format!("{value}{unit}")
        }
        _ => value.to_owned(),
    }
}
