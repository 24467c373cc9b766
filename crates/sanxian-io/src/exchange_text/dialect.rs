//! The manner in which a file writes its rows, taken from the rows that it has.

use sanxian_overlay::Polygons;

use super::document::Document;
use super::row::{Field, PointLayout, plot_layout, point_fields};
use crate::boundary_points::{Axes, Closing, Line, RawPlot};
use crate::error::Misfit;

/// How rows are written.
#[derive(Clone, Debug)]
pub(super) struct Dialect {
    pub(super) line_end: String,
    layout: PointLayout,
    separator: &'static str,
    decimals: usize,
    /// Fewer than `decimals` when trailing zeros are left away.
    least_decimals: usize,
    /// What stands before the numbers of points; `None` when points have no names.
    prefix: Option<String>,
    /// Digits of a point's number at least: 2 for J01.
    digits: usize,
    /// Numbers run on from ring to ring.
    runs_on: bool,
    closing: Closing,
    /// Closing rows count among the points announced.
    counts_closing: bool,
    has_end_marks: bool,
}

impl Dialect {
    /// `None` for a text without plot rows: there a plot is no place in the file.
    pub(super) fn of(document: &Document, lines: &[Line<'_>], closing: Closing) -> Option<Self> {
        let layout = document.layout.filter(|layout| document.has_plot_rows && !layout.has_plot())?;
        let rows = || document.listing.plots.iter().flat_map(RawPlot::points);
        let texts = || rows().filter_map(|point| lines.get(point.line as usize - 1)).map(|line| line.text);
        let first = texts().next()?.trim();
        let separator = [", ", ",", "\t", ";"].into_iter().find(|mark| first.contains(mark)).unwrap_or(" ");
        let decimals_of = |field: &str| field.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let decimals: Vec<usize> = texts()
            .flat_map(|text| layout.coordinates(&point_fields(text)).map(|field| decimals_of(&field)))
            .collect();
        let most = decimals.iter().copied().max().unwrap_or(3);
        let id = &rows().next()?.id;
        let number = id.trim_start_matches(|character: char| !character.is_ascii_digit());
        let runs_on = document.listing.plots.iter().any(|plot| {
            let names: Vec<_> = plot.points().map(|point| (&point.ring, &point.id)).collect();
            names.windows(2).any(|pair| pair[0].0 != pair[1].0 && pair[1].1 != id)
        });
        let leaves_closing_out = document.listing.plots.first().is_some_and(|plot| {
            let mut rings: Vec<_> = plot.points().map(|point| &point.ring).collect();
            let rows = rings.len();
            rings.dedup();
            plot.row.announced().is_some_and(|count| rows as u64 == count.saturating_add(rings.len() as u64))
        });
        let counts_closing = !leaves_closing_out;
        Some(Self {
            line_end: lines.first().map_or("\r\n", |line| line.end).to_owned(),
            layout,
            separator,
            decimals: most,
            least_decimals: decimals.iter().copied().min().unwrap_or(most),
            prefix: id.get(..id.len() - number.len()).filter(|_| !id.is_empty()).map(str::to_owned),
            digits: if number.starts_with('0') { number.len() } else { 1 },
            runs_on,
            closing,
            counts_closing,
            has_end_marks: lines.iter().any(|line| matches!(line.text.trim(), "E" | "e")),
        })
    }

    /// The rows of a feature, and the number of points to announce.
    pub(super) fn points(
        &self,
        polygons: Polygons<'_>,
        feature: usize,
        axes: Axes,
    ) -> Result<(Vec<String>, usize), (&'static str, Misfit)> {
        let (mut rows, mut count, mut number) = (Vec::new(), 0, 0);
        let rings = polygons.feature(feature).flat_map(|polygon| polygon.rings());
        for (ring, ring_number) in rings.zip(1..) {
            let points = ring.split_last().map_or(&[][..], |(_, points)| points);
            let first = if self.runs_on { number + 1 } else { 1 };
            number = first;
            for (place, &point) in points.iter().enumerate() {
                number = first + place;
                rows.push(self.row(number, ring_number, axes.written(point))?);
            }
            count += points.len() + usize::from(self.counts_closing && self.closing != Closing::Absent);
            match (self.closing, points.first()) {
                (Closing::Repeat, Some(&point)) => {
                    rows.push(self.row(first, ring_number, axes.written(point))?);
                }
                (Closing::NextNumber, Some(&point)) => {
                    number += 1;
                    rows.push(self.row(number, ring_number, axes.written(point))?);
                }
                (Closing::Absent, _) | (_, None) => {}
            }
            if self.has_end_marks {
                rows.push("E".to_owned());
            }
        }
        Ok((rows, count))
    }

    fn row(
        &self,
        number: usize,
        ring: usize,
        [first, second]: [f64; 2],
    ) -> Result<String, (&'static str, Misfit)> {
        let width = self.digits;
        let name =
            self.prefix.as_ref().map_or_else(String::new, |prefix| format!("{prefix}{number:0width$}"));
        let is_padded = self.least_decimals == self.decimals;
        let first = coordinate_text(first, self.decimals, is_padded)?;
        let second = coordinate_text(second, self.decimals, is_padded)?;
        let fields = if self.layout.is_pair() {
            vec![first, second]
        } else if self.layout.has_fixed_order() {
            vec![name, ring.to_string(), first, second]
        } else {
            vec![name, first, second]
        };
        Ok(fields.join(self.separator))
    }
}

fn coordinate_text(value: f64, decimals: usize, padded: bool) -> Result<String, (&'static str, Misfit)> {
    let text = exact_decimals(value, decimals).map_err(|reason| ("geometry", reason))?;
    if padded || !text.contains('.') {
        return Ok(text);
    }
    Ok(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A coordinate with so many decimals, if it has no more. What arithmetic leaves behind the last digit is none: a ten
/// thousandth of that digit, and the spacing of doubles.
pub(super) fn exact_decimals(value: f64, decimals: usize) -> Result<String, Misfit> {
    if !value.is_finite() {
        return Err(Misfit::NotFinite { value });
    }
    let text = format!("{value:.decimals$}");
    let written: f64 = text.parse().unwrap_or(f64::NAN);
    let noise = 1e-4 * 10_f64.powi(-(decimals as i32)) + 4.0 * f64::EPSILON * value.abs();
    if (written - value).abs() <= noise { Ok(text) } else { Err(Misfit::Decimals { value, decimals }) }
}

/// The parts of a plot row: what stands before its fields, the fields as written, the comma, and what stands behind.
fn pieces(line: &str) -> (&str, Vec<&str>, char, &str) {
    let lead = line.len() - line.trim_start().len();
    let body = line.trim_end().trim_end_matches([',', '，', ' ']).trim_end_matches(['@', '＠']);
    let comma = if body.contains(',') { ',' } else { '，' };
    let body = body.strip_suffix(comma).unwrap_or(body);
    let fields = body.get(lead..).unwrap_or_default().split(comma).collect();
    (line.get(..lead).unwrap_or_default(), fields, comma, line.get(body.len()..).unwrap_or_default())
}

/// A plot row with other values in some of its fields; blanks, the other fields and what is behind them stay.
pub(super) fn edit_plot_row(
    line: &str,
    names: Option<&[Field]>,
    changes: &[(Field, String)],
) -> Result<String, (&'static str, Misfit)> {
    let (lead, fields, comma, tail) = pieces(line);
    let layout = plot_layout(&fields.iter().map(|field| field.trim()).collect::<Vec<_>>(), names);
    let mut edited: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
    for (field, value) in changes {
        if let Some(character) = value.chars().find(|&c| c == comma || matches!(c, '@' | '\r' | '\n')) {
            return Err(("plot row", Misfit::Separator { character }));
        }
        let place = layout.iter().position(|known| known == field && *field != Field::Other);
        let Some(old) = place.and_then(|place| edited.get_mut(place)) else {
            return Err(("plot row", Misfit::NoField { value: value.clone() }));
        };
        let content = old.trim();
        *old = match old.find(content).filter(|_| !content.is_empty()) {
            Some(start) => {
                let after = old.get(start + content.len()..).unwrap_or_default();
                format!("{}{value}{after}", old.get(..start).unwrap_or_default())
            }
            None => value.clone(),
        };
    }
    Ok(format!("{lead}{}{tail}", edited.join(&comma.to_string())))
}

/// A plot row without content; the kind stays, because the other fields are found by its place.
pub(super) fn blank_plot_row(line: &str, names: Option<&[Field]>) -> String {
    let (lead, fields, comma, tail) = pieces(line);
    let layout = plot_layout(&fields.iter().map(|field| field.trim()).collect::<Vec<_>>(), names);
    let kept = |(place, &field): (usize, &&str)| {
        if layout.get(place) == Some(&Field::Kind) { field.to_owned() } else { String::new() }
    };
    let blank: Vec<String> = fields.iter().enumerate().map(kept).collect();
    format!("{lead}{}{tail}", blank.join(&comma.to_string()))
}
