//! Title rows: what stands above and below the points of a plot.

use super::super::cell::{Row, sheet_and_row};
use super::super::heading::{self, Role, Title, folded};
use super::{Parser, Skipped};
use crate::boundary_points::PlotRow;
use crate::finding::Finding;

impl Parser<'_> {
    /// Title rows below the last points of a sheet: an area belongs to the plot above.
    pub(super) fn give_to_last(&mut self, row: PlotRow, plot: Option<usize>, place: u64) {
        let only_area =
            PlotRow { area: String::new(), ..row.clone() } == PlotRow::default() && !row.area.is_empty();
        match plot.and_then(|plot| self.table.listing.plots.get_mut(plot)) {
            Some(plot) if only_area && plot.row.area.is_empty() => plot.row.area = row.area,
            Some(plot) if only_area && plot.row.area == row.area => {}
            _ => {
                let text = if row.name.is_empty() { row.id } else { row.name };
                self.not_understood(&format!("{text} {}", row.area), place);
            }
        }
    }

    /// Names a row without meaning. Rows that follow one another share a finding.
    pub(super) fn not_understood(&mut self, text: &str, place: u64) {
        let (sheet, row) = sheet_and_row(place);
        if let Some(skipped) = &mut self.skipped
            && (skipped.sheet, skipped.last_row + 1) == (sheet, row)
            && let Some(finding) = self.table.listing.findings.get_mut(skipped.finding)
        {
            (skipped.last_row, skipped.count) = (row, skipped.count + 1);
            finding.message = format!("看不懂的 {} 行,未读,首行:{}", skipped.count, skipped.first);
            return;
        }
        let first: String = text.trim().chars().take(40).collect();
        let finding = Finding::warning("line_not_understood", format!("看不懂的行,未读:{first}"));
        let findings = &mut self.table.listing.findings;
        self.skipped = Some(Skipped { finding: findings.len(), sheet, last_row: row, count: 1, first });
        findings.push(finding.at_line(place));
    }

    pub(super) fn title_row(&mut self, row: &Row) {
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
                        self.state.plot.and_then(|plot| self.table.listing.plots.get_mut(plot))
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
            .listing
            .header
            .entries
            .iter()
            .any(|(other_key, other)| other_key == key && (other == value || key == "标题"));
        if known || value.is_empty() {
            return;
        }
        self.table.listing.header.push(key, value, place);
    }
}

/// An area with its unit behind it, unless it has one.
pub(super) fn with_unit(value: &str, unit: Option<&str>) -> String {
    match unit {
        Some(unit) if !value.is_empty() && heading::area_unit(&folded(value)).is_none() => {
            format!("{value}{unit}")
        }
        _ => value.to_owned(),
    }
}
