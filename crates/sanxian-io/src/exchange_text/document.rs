//! A text taken apart: header entries, plots with their rows of points, and what was odd on the way.

use std::path::Path;

use super::oddity::Oddities;
use super::row::{
    Field, PointLayout, STANDARD, column_names, is_full_width, key_value, plot_fields, plot_row,
    point_fields, points_of_line,
};
use crate::boundary_points::{Line, Listing, PlotRow, RawPlot, TextFault, fold_structure, lines};
use crate::error::IoError;
use crate::finding::Finding;

const SECTIONS: [&str; 5] = ["属性描述", "地块坐标", "项目信息", "扩展信息", "说明"];

/// The parts of a text.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) listing: Listing,
    /// True when plots begin with a row that ends in `@`.
    pub(super) has_plot_rows: bool,
    /// True when there are section titles and entries, and none of them is one that offices write.
    pub(super) has_only_foreign_words: bool,
    /// Column names of the plot rows, where the file gives them.
    pub(super) names: Option<Vec<Field>>,
    /// What the rows of points look like.
    pub(super) layout: Option<PointLayout>,
}

/// Takes a text apart.
pub(super) fn parse(path: &Path, text: &str) -> Result<Document, IoError> {
    let mut parser = Parser { path, listing: Listing::default(), state: State::default() };
    for line in lines(text) {
        parser.line(line)?;
    }
    parser.end_of_skipped();
    let Parser { mut listing, state, .. } = parser;
    let State { has_plot_rows, known_sections, names, layout, oddities, .. } = state;
    listing.findings.extend(oddities.into_findings());
    if listing.plots.iter().all(|plot| plot.runs.is_empty()) {
        return Err(IoError::ExchangeText { path: path.to_owned(), line: None, fault: TextFault::NoPoints });
    }
    let has_only_foreign_words = known_sections == 0
        && listing.findings.iter().any(|finding| finding.code == "unknown_section")
        && !listing.header.has_known_key();
    Ok(Document { listing, has_plot_rows, has_only_foreign_words, names, layout })
}

#[derive(Default)]
struct State {
    in_note: bool,
    /// A blank line or end mark came since the last point.
    break_pending: bool,
    has_plot_rows: bool,
    /// Section titles of the format that were met.
    known_sections: usize,
    names: Option<Vec<Field>>,
    layout: Option<PointLayout>,
    oddities: Oddities,
    /// First line and number of consecutive lines without meaning.
    skipped: Option<(u64, u64, String)>,
}

struct Parser<'a> {
    path: &'a Path,
    listing: Listing,
    state: State,
}

impl Parser<'_> {
    fn line(&mut self, line: Line<'_>) -> Result<(), IoError> {
        if line.end.starts_with("\r\r") {
            self.note("line_ends_odd", line.number, || "行尾有多余的回车符".to_owned());
        }
        let text = line.text.trim().trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            self.state.break_pending = true;
            return Ok(());
        }
        if self.bracketed(text, line.number) || self.state.in_note {
            return Ok(());
        }
        if let Some(fields) = plot_fields(text) {
            self.full_width(is_full_width(text), line.number);
            self.plot(&fields, line.number);
            return Ok(());
        }
        if let Some((key, value)) = key_value(text) {
            self.end_of_skipped();
            self.full_width(!text.contains('='), line.number);
            self.listing.header.push(key, value, line.number);
            return Ok(());
        }
        if let Some((program, value)) = text.split_once("$$") {
            self.end_of_skipped();
            self.listing.header.push(program.trim(), value.trim(), line.number);
            return Ok(());
        }
        if matches!(text.to_ascii_uppercase().as_str(), "E" | "END") {
            if let Some(plot) = self.listing.plots.last_mut() {
                plot.runs.push(Vec::new());
            }
            return Ok(());
        }
        for point in points_of_line(text) {
            self.point(point, line.number)?;
        }
        Ok(())
    }

    fn note(&mut self, code: &'static str, line: u64, message: impl FnOnce() -> String) {
        self.state.oddities.note(code, 0, line, message);
    }

    fn full_width(&mut self, is_full_width: bool, line: u64) {
        if is_full_width {
            self.note("full_width_signs", line, || "用了全角的括号、标点或数字,按半角读".to_owned());
        }
    }

    /// Section titles, bracketed column names and notes. Answers whether the line was one of them.
    fn bracketed(&mut self, text: &str, number: u64) -> bool {
        let first = text.chars().next().map(fold_structure);
        let last = text.chars().next_back().map(fold_structure);
        if self.state.in_note {
            // A bracket that was never closed must not swallow the plots.
            if plot_fields(text).is_some() {
                self.state.in_note = false;
                return false;
            }
            if last == Some(']') {
                self.state.in_note = false;
                return true;
            }
            if first != Some('[') {
                return true;
            }
            self.state.in_note = false;
        }
        if first != Some('[') {
            return false;
        }
        self.end_of_skipped();
        self.full_width(!text.starts_with('['), number);
        let inner = text.trim_matches(|character| matches!(fold_structure(character), '[' | ']')).trim();
        self.state.known_sections += usize::from(SECTIONS.contains(&inner));
        if last != Some(']') && !SECTIONS.contains(&inner) {
            // A note may open here and close lines below.
            self.state.in_note = true;
            self.listing
                .findings
                .push(Finding::info("note_skipped", format!("说明文字不读:{inner}")).at_line(number));
            return true;
        }
        if let Some(names) = plot_fields(inner).as_deref().and_then(column_names) {
            self.state.names = Some(names);
            return true;
        }
        if inner == "说明" {
            self.state.in_note = true;
            self.listing.findings.push(Finding::info("note_skipped", "说明文字不读").at_line(number));
        } else if !SECTIONS.contains(&inner) {
            self.listing
                .findings
                .push(Finding::info("unknown_section", format!("未知的分节:{inner}")).at_line(number));
        }
        true
    }

    fn plot(&mut self, fields: &[&str], number: u64) {
        self.end_of_skipped();
        if let Some(names) = column_names(fields) {
            self.state.names = Some(names);
            return;
        }
        self.state.has_plot_rows = true;
        self.state.break_pending = false;
        if fields.len() != STANDARD.len() {
            let message = || {
                format!(
                    "地块行在 @ 之前有 {} 个字段,标准是 {} 个,按“面”字的位置或字段名行认",
                    fields.len(),
                    STANDARD.len()
                )
            };
            self.state.oddities.note("plot_row_fields", fields.len(), number, message);
        }
        let row = plot_row(fields, self.state.names.as_deref());
        self.listing.plots.push(RawPlot { line: number, row, runs: Vec::new() });
    }

    fn point(&mut self, text: &str, number: u64) -> Result<(), IoError> {
        let fields = point_fields(text);
        if self.part_mark(&fields) {
            return Ok(());
        }
        let layout = match self.state.layout {
            Some(layout) => layout,
            None => match PointLayout::detect(&fields) {
                Some(layout) => *self.state.layout.insert(layout),
                None => return self.without_meaning(text, &fields, number),
            },
        };
        // Words alone are a remark; anything with a number in it was meant as a point and must not be lost.
        if fields.len() == 1
            && !fields.iter().any(|field| field.contains(|character: char| character.is_ascii_digit()))
        {
            return self.without_meaning(text, &fields, number);
        }
        let point = layout.read(&fields, number).map_err(|fault| self.fault(number, fault))?;
        self.end_of_skipped();
        self.full_width(text.chars().any(|character| matches!(character, '\u{ff01}'..='\u{ff5e}')), number);
        if let Some(more) = layout.behind(&fields) {
            self.note("columns_not_read", number, || format!("坐标之后的内容(如 {more})没有读"));
        }
        if point.id.is_empty() && layout.has_ids() {
            self.note("points_unnamed", number, || "界址点没有点号".to_owned());
        }
        let new_plot = if self.state.has_plot_rows {
            false
        } else if layout.has_plot() {
            let before = self.listing.plots.last().and_then(|plot| plot.points().last());
            before.is_none_or(|before| before.plot != point.plot)
        } else {
            self.listing.plots.is_empty() || self.state.break_pending
        };
        if new_plot {
            if self.listing.plots.is_empty() {
                let message = "没有地块行(以 @ 结尾),按点行划分地块";
                self.listing.findings.push(Finding::warning("no_plot_rows", message).at_line(number));
            }
            let row = PlotRow { id: point.plot.clone().unwrap_or_default(), ..PlotRow::default() };
            self.listing.plots.push(RawPlot { line: number, row, runs: Vec::new() });
        }
        self.state.break_pending = false;
        if let Some(plot) = self.listing.plots.last_mut() {
            plot.push(point);
        }
        Ok(())
    }

    /// Dumps of GIS programs write the number of the feature and of its part before the vertices: `0 0`, `0 1`, `1 0`.
    fn part_mark(&mut self, fields: &[String]) -> bool {
        let [feature, part] = fields else { return false };
        let is_count = |text: &str| text.len() < 8 && text.parse::<u32>().is_ok();
        if self.state.has_plot_rows
            || self.state.layout.is_some_and(|layout| layout.has_fixed_order() || layout.is_pair())
            || !is_count(feature)
            || !is_count(part)
        {
            return false;
        }
        match self.listing.plots.last_mut().filter(|_| part.as_str() != "0") {
            Some(plot) => plot.runs.push(Vec::new()),
            None => self.state.break_pending = true,
        }
        true
    }

    fn without_meaning(&mut self, text: &str, fields: &[String], number: u64) -> Result<(), IoError> {
        let has_digits = |field: &String| field.chars().filter(char::is_ascii_digit).count() >= 4;
        let inside_plot = self.state.has_plot_rows && fields.len() >= 3;
        if inside_plot && fields.iter().any(has_digits) {
            let fault = match fields
                .iter()
                .enumerate()
                .skip(2)
                .find(|(_, field)| crate::boundary_points::number(field).is_none())
            {
                Some((position, value)) => {
                    TextFault::NotACoordinate { column: position as u64 + 1, value: value.clone() }
                }
                None => TextFault::FieldCount { found: fields.len(), expected: 4 },
            };
            return Err(self.fault(number, fault));
        }
        match &mut self.state.skipped {
            Some((_, count, _)) => *count += 1,
            None => self.state.skipped = Some((number, 1, text.chars().take(40).collect())),
        }
        Ok(())
    }

    fn end_of_skipped(&mut self) {
        if let Some((line, count, text)) = self.state.skipped.take() {
            let message = if count == 1 {
                format!("看不懂的行,未读:{text}")
            } else {
                format!("看不懂的 {count} 行,未读,首行:{text}")
            };
            self.listing.findings.push(Finding::warning("line_not_understood", message).at_line(line));
        }
    }

    fn fault(&self, line: u64, fault: TextFault) -> IoError {
        IoError::ExchangeText { path: self.path.to_owned(), line: Some(line), fault }
    }
}
