//! Which plot a point belongs to: by a column, by title rows, by blank rows, or because a heading comes again.

use super::super::cell::Row;
use super::super::columns::Columns;
use super::Parser;
use super::titles::with_unit;
use crate::boundary_points::{PlotRow, PointRow, RawPlot};
use crate::finding::Finding;

impl Parser<'_> {
    pub(super) fn current(&self) -> Option<&RawPlot> {
        self.table.listing.plots.get(self.state.plot?)
    }

    /// Finds or opens the plot that the next point belongs to.
    pub(super) fn plot_for(&mut self, point: &PointRow, row: &Row, columns: &Columns) {
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
            && let Some(plot) = self.state.plot.and_then(|plot| self.table.listing.plots.get_mut(plot))
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
            self.table.listing.findings.push(finding);
            self.state.plot = Some(plot);
            if let Some(plot) = self.table.listing.plots.get_mut(plot) {
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
        self.state.plot = Some(self.table.listing.plots.len());
        self.table.listing.plots.push(RawPlot { line, row, runs: Vec::new() });
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
}
