//! Writing a text back: what is unchanged keeps its bytes, what is changed is written the way the file writes it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};

use super::changes::{Changes, Rows, TEXTS, area_field};
use super::dialect::{Dialect, edit_plot_row};
use super::row::{Field, key_value};
use super::{Parsed, parse};
use crate::boundary_points::{Line, fold_structure, lines};
use crate::encoding::encode;
use crate::error::{IoError, Misfit, WriteObstacle};
use crate::layer::Plots;
use crate::read::PlotsOptions;
use crate::staging::Staging;
use encoding_rs::Encoding;

/// The text that plots were read from, and how it was read.
#[derive(Clone)]
pub(crate) struct Original {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    pub(super) options: PlotsOptions,
}

impl fmt::Debug for Original {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Original({}, {} bytes)", self.path.display(), self.bytes.len())
    }
}

/// Writes plots back in the form of the exchange text that they were read from.
///
/// Plots that are as they were read give the original file, byte for byte, with everything that this library does not
/// understand in it. Where some are changed, the rows of the others stay as they are; changed ones are written in the
/// file's own manner: encoding, line ends, fields of the plot rows, names of points, closing rows, decimals, unit of the
/// declared area. Plots are recognised by `plot_id`; new ones get a row like the file's first, missing ones are left out.
/// Header entries take the values of `plots.header`; entries that are not in it stay.
///
/// # Examples
/// ```
/// use sanxian_io::{PlotsOptions, read_plots, rewrite_exchange_text};
///
/// let text = "坐标系=2000国家大地坐标系\n带号=38\n 4, 1,DK-1,东地块,面,,,,@\n\
///     J01,1,4250100,38500000\nJ02,1,4250100,38500100\nJ03,1,4250000,38500100\nJ04,1,4250000,38500000";
/// let folder = tempfile::tempdir()?;
/// let (path, copy) = (folder.path().join("plots.txt"), folder.path().join("copy.txt"));
/// std::fs::write(&path, text)?;
/// let plots = read_plots(&path, &PlotsOptions::default())?;
/// rewrite_exchange_text(&plots, &copy)?;
/// assert_eq!(std::fs::read_to_string(&copy)?, text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`IoError::CannotWrite`] when the plots come from no exchange text, are in another CRS by now, or are changed and the
/// text has no plot rows to change; [`IoError::ValueDoesNotFit`] for coordinates with more decimals than the file has, and
/// for text that the format cannot hold.
pub fn rewrite_exchange_text(plots: &Plots, path: &Path) -> Result<(), IoError> {
    let cannot = |reason| IoError::CannotWrite { path: path.to_owned(), reason };
    let layer = &plots.layer;
    let original = layer.original.as_deref().ok_or_else(|| cannot(WriteObstacle::NoOriginal))?;
    let (features, rows) = (layer.len(), layer.attributes.num_rows());
    if features != rows {
        return Err(cannot(WriteObstacle::RowCount { features, rows }));
    }
    let parsed = parse(&original.path, &original.bytes, &original.options)?;
    if let (Some(before), Some(now)) = (&parsed.plots.layer.crs, &layer.crs)
        && !before.is_same_as(now)
    {
        return Err(cannot(WriteObstacle::OtherCrs { original: before.label(), crs: now.label() }));
    }
    let before = Rows::of(&parsed.plots.layer.polygons.view(), &parsed.plots.layer.attributes);
    let now = Rows::of(&layer.polygons.view(), &layer.attributes);
    let is_same = before.len() == now.len()
        && (0..now.len())
            .all(|row| before.same_shape(row, &now, row) && before.changes(row, &now, row).is_empty())
        && changed_header(&parsed, &plots.header).is_empty();
    let bytes = if is_same {
        original.bytes.clone()
    } else {
        let text = Rewriter::new(&parsed, &before, &now, path)?.text(&plots.header)?;
        let bom = Encoding::for_bom(&original.bytes).map_or(0, |(_, length)| length);
        let body = encode(parsed.encoding, &text).map_err(|character| {
            let reason = Misfit::Character { character, encoding: parsed.encoding.name() };
            IoError::ValueDoesNotFit { path: path.to_owned(), feature: 0, field: "text".to_owned(), reason }
        })?;
        [original.bytes.get(..bom).unwrap_or_default(), &body].concat()
    };
    let mut staging = Staging::default();
    staging.write(path, &bytes)?;
    staging.commit()
}

/// Entries whose value is none that the file has under their key: key and value.
fn changed_header<'a>(parsed: &Parsed, header: &'a [(String, String)]) -> Vec<&'a (String, String)> {
    header.iter().filter(|entry| !parsed.document.listing.header.entries.contains(entry)).collect()
}

struct Rewriter<'a> {
    parsed: &'a Parsed,
    lines: Vec<Line<'a>>,
    before: &'a Rows<'a>,
    now: &'a Rows<'a>,
    dialect: Dialect,
    path: &'a Path,
}

impl<'a> Rewriter<'a> {
    fn new(
        parsed: &'a Parsed,
        before: &'a Rows<'a>,
        now: &'a Rows<'a>,
        path: &'a Path,
    ) -> Result<Self, IoError> {
        let lines: Vec<_> = lines(&parsed.text).collect();
        let cannot = || IoError::CannotWrite { path: path.to_owned(), reason: WriteObstacle::NoPlotRows };
        let dialect = Dialect::of(&parsed.document, &lines, parsed.closing).ok_or_else(cannot)?;
        Ok(Self { parsed, lines, before, now, dialect, path })
    }

    fn text(&self, header: &[(String, String)]) -> Result<String, IoError> {
        let plots = &self.parsed.document.listing.plots;
        let first = plots.first().map_or(0, |plot| plot.line as usize - 1);
        let mut text = self.preamble(header, first);
        let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for row in 0..self.before.len() {
            places.entry(self.before.id(row)).or_default().push_back(row);
        }
        for row in 0..self.now.len() {
            let place = places.get_mut(self.now.id(row)).and_then(VecDeque::pop_front);
            self.plot(place, row, &mut text).map_err(|(field, reason)| IoError::ValueDoesNotFit {
                path: self.path.to_owned(),
                feature: row as u64,
                field: field.to_owned(),
                reason,
            })?;
        }
        Ok(text)
    }

    /// Everything before the first plot, with changed header entries.
    fn preamble(&self, header: &[(String, String)], end: usize) -> String {
        let mut changed = changed_header(self.parsed, header);
        let mut text = String::new();
        let last_entry = self.parsed.document.listing.header.lines.last().copied();
        for line in self.lines.iter().take(end) {
            let entry = key_value(line.text.trim_start_matches('\u{feff}'));
            let new = entry.and_then(|(key, _)| changed.iter().position(|(new, _)| new == key));
            match new.map(|position| changed.remove(position)) {
                Some((_, value)) => {
                    let sign =
                        line.text.char_indices().find(|&(_, character)| fold_structure(character) == '=');
                    let upto = sign.map_or(0, |(position, sign)| position + sign.len_utf8());
                    text.push_str(line.text.get(..upto).unwrap_or_default());
                    text.push_str(&one_line(value));
                }
                None => text.push_str(line.text),
            }
            self.end_line(line.end, &mut text);
            if last_entry == Some(line.number) {
                // Keys further down in the file keep their place; only new ones come here.
                let known =
                    |key: &str| self.parsed.document.listing.header.entries.iter().any(|(old, _)| old == key);
                changed.retain(|(key, value)| {
                    if known(key) {
                        return true;
                    }
                    text.extend([&one_line(key), "=", &one_line(value)]);
                    self.end_line("", &mut text);
                    false
                });
            }
        }
        text
    }

    fn end_line(&self, end: &str, text: &mut String) {
        text.push_str(if end.is_empty() { &self.dialect.line_end } else { end });
    }

    fn plot(
        &self,
        place: Option<usize>,
        row: usize,
        text: &mut String,
    ) -> Result<(), (&'static str, Misfit)> {
        let plots = &self.parsed.document.listing.plots;
        let Some((place, raw)) = place.and_then(|place| Some((place, plots.get(place)?))) else {
            return self.new_plot(row, text);
        };
        let changes = self.before.changes(place, self.now, row);
        let same_shape = self.before.same_shape(place, self.now, row);
        let start = raw.line as usize - 1;
        let end = plots.get(place + 1).map_or(self.lines.len(), |next| next.line as usize - 1);
        let block = self.lines.get(start..end).unwrap_or_default();
        if text.chars().next_back().is_some_and(|last| !matches!(last, '\r' | '\n')) {
            self.end_line("", text);
        }
        let mut changes = changes;
        let mut points = None;
        if !same_shape {
            let (rows, count) = self.dialect.points(self.now.polygons, row, self.parsed.axes)?;
            changes.push((Field::Count, count.to_string()));
            points = Some(rows);
        }
        let point_lines: HashSet<u64> = raw.points().map(|point| point.line).collect();
        let is_end_mark =
            |line: &Line<'_>| matches!(line.text.trim().to_ascii_uppercase().as_str(), "E" | "END");
        for line in block {
            if line.number == raw.line && !changes.is_empty() {
                text.push_str(&self.plot_row(line.text, raw.row.area.as_str(), place, &changes)?);
                text.push_str(line.end);
            } else if points.is_some() && line.number == raw.line {
                text.push_str(line.text);
                text.push_str(line.end);
            } else if !same_shape && (point_lines.contains(&line.number) || is_end_mark(line)) {
                self.push_points(&mut points, text);
            } else {
                text.push_str(line.text);
                text.push_str(line.end);
            }
        }
        self.push_points(&mut points, text);
        Ok(())
    }

    fn push_points(&self, points: &mut Option<Vec<String>>, text: &mut String) {
        for row in points.take().unwrap_or_default() {
            if text.chars().next_back().is_some_and(|last| !matches!(last, '\r' | '\n')) {
                self.end_line("", text);
            }
            text.push_str(&row);
            self.end_line("", text);
        }
    }

    fn plot_row(
        &self,
        line: &str,
        raw_area: &str,
        place: usize,
        changes: &Changes,
    ) -> Result<String, (&'static str, Misfit)> {
        let in_file: Changes = changes
            .iter()
            .map(|(field, value)| {
                let is_area = *field == Field::Area && !value.is_empty();
                let value = if is_area { self.area_text(value, raw_area, place) } else { value.clone() };
                (*field, value)
            })
            .collect();
        edit_plot_row(line, self.parsed.document.names.as_deref(), &in_file)
    }

    /// An area in the unit that the file declares areas in.
    fn area_text(&self, hectares: &str, raw: &str, place: usize) -> String {
        let units_a_hectare = raw
            .parse::<f64>()
            .ok()
            .zip(self.before.area(place))
            .map_or(1.0, |(raw, hectares)| raw / hectares);
        let area_ha: f64 = hectares.parse().unwrap_or(0.0);
        let (factor, decimals) = match units_a_hectare {
            ratio if (ratio / 10_000.0 - 1.0).abs() < 1e-6 => (10_000.0, 2),
            ratio if (ratio / 15.0 - 1.0).abs() < 1e-6 => (15.0, 2),
            _ => (1.0, 4),
        };
        let by_rule = format!("{:.decimals$}", area_ha * factor);
        let is_whole = by_rule.parse::<f64>().is_ok_and(|value| (value / factor - area_ha).abs() < 1e-12);
        if is_whole { by_rule } else { (area_ha * factor).to_string() }
    }

    /// A plot that the file does not have: the fields of its first plot row, with the new values and else empty.
    fn new_plot(&self, row: usize, text: &mut String) -> Result<(), (&'static str, Misfit)> {
        let Some(model) = self.parsed.document.listing.plots.first() else { return Ok(()) };
        let line = self.lines.get(model.line as usize - 1).map(|line| line.text).unwrap_or_default();
        let (rows, count) = self.dialect.points(self.now.polygons, row, self.parsed.axes)?;
        let mut changes: Changes = vec![(Field::Count, count.to_string()), (Field::Kind, "面".to_owned())];
        for (column, (_, field)) in TEXTS.iter().enumerate() {
            changes.push((*field, self.now.text(column, row).unwrap_or_default().to_owned()));
        }
        let area = self.now.area(row).map_or_else(String::new, area_field);
        changes.push((Field::Area, area));
        // Fields that the model row lacks matter only where there is something to put into them.
        let missing_is_fine = |(_, value): &(Field, String)| !value.is_empty();
        let blank = super::dialect::blank_plot_row(line, self.parsed.document.names.as_deref());
        changes.retain(missing_is_fine);
        if text.chars().next_back().is_some_and(|last| !matches!(last, '\r' | '\n')) {
            self.end_line("", text);
        }
        text.push_str(&self.plot_row(&blank, &model.row.area, 0, &changes)?);
        self.end_line("", text);
        self.push_points(&mut Some(rows), text);
        Ok(())
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
