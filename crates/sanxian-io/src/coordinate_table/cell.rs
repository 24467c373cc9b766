//! Rows of cells, whatever file they stood in, and the numbers and angles that cells hold.

use crate::boundary_points::{fold_all, number};

/// Columns that are read; .xlsx has 16 384.
pub(super) const COLUMNS: usize = 512;

/// A cell as text. Empty cells are empty texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// True when the workbook holds a number; separated values are always text.
    pub(super) is_number: bool,
}

impl Cell {
    pub(super) fn of_text(text: &str) -> Self {
        Self { text: text.trim().to_owned(), is_number: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// A row of a sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Sheet and row in one number, see [`place`].
    pub(super) place: u64,
    pub(super) cells: Vec<Cell>,
    /// True when something stands beyond the columns that are read.
    pub(super) goes_on: bool,
}

impl Row {
    pub(super) fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.text.as_str())
    }

    /// Takes the cells of another row where this one has none.
    pub(super) fn fill_from(&mut self, other: &Self) {
        self.cells.resize_with(self.cells.len().max(other.cells.len()), Cell::default);
        for (cell, other) in self.cells.iter_mut().zip(&other.cells).filter(|(cell, _)| cell.is_empty()) {
            cell.clone_from(other);
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }
}

/// Sheet (from 0) and row (from 1) in one number, so that rows of several sheets keep their order.
pub(super) const fn place(sheet: usize, row: u64) -> u64 {
    ((sheet as u64) << 44) | (row << 4)
}

/// The place of a point in a block further to the right: points are told apart by their places.
pub(super) const fn in_block(place: u64, block: usize) -> u64 {
    place | if block < 15 { block as u64 } else { 15 }
}

/// Sheet and row of a place.
pub(super) const fn sheet_and_row(place: u64) -> (usize, u64) {
    ((place >> 44) as usize, (place >> 4) & ((1 << 40) - 1))
}

/// A length or plane coordinate: full-width digits, thousands separators (commas or blanks) and a metre behind it included.
pub(super) fn plain_number(text: &str) -> Option<f64> {
    number(text).or_else(|| {
        let folded: String = text.trim().chars().map(fold_all).collect();
        let bare = folded.trim_end_matches(['m', 'M', '米']).trim_start_matches('\'').trim();
        let is_separator = |character: char| character == ',' || character.is_whitespace();
        if bare.contains(is_separator) {
            number(&without_thousands(&bare.replace(is_separator, ","))?)
        } else {
            number(bare)
        }
    })
}

/// The digits without separators, if every group after the first has three of them.
fn without_thousands(text: &str) -> Option<String> {
    let whole = text.split('.').next()?;
    let mut groups = whole.split(',');
    let first = groups.next()?.trim_start_matches(['-', '+']);
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    ((1..=3).contains(&first.len()) && groups.all(is_group)).then(|| text.replace(',', ""))
}

/// Degrees of an angle: decimal, or degrees, minutes and seconds in the notations that tables have (`38°25′30.5″`,
/// `38度25分30.5秒`, `38-25-30.5`, `38:25:30.5`, `38 25 30.5`, with N, E, 北纬, 东经 or none). The flag tells whether it
/// was written in minutes.
pub(super) fn angle_deg(text: &str) -> Option<(f64, bool)> {
    if let Some(value) = number(text) {
        return Some((value, false));
    }
    let folded: String = text.chars().map(fold_all).collect();
    let bare = folded
        .trim()
        .trim_start_matches(['N', 'E', 'n', 'e', '北', '东', '纬', '经', ' '])
        .trim_end_matches(['N', 'E', 'n', 'e', ' ']);
    let mut parts: Vec<&str> = Vec::with_capacity(3);
    for part in bare.split(|c: char| !c.is_ascii_digit() && c != '.') {
        if part.is_empty() {
            continue;
        }
        parts.push(part);
    }
    let known_signs = |c: char| {
        c.is_ascii_digit()
            || c.is_whitespace()
            || matches!(c, '.' | '-' | ':' | '_' | '°' | 'º' | '˚' | '度' | '分' | '秒' | 'd' | 'm' | 's')
            || matches!(c, '\'' | '"' | '′' | '″' | '’' | '”' | '‘' | '“' | '´' | '`')
    };
    if bare.starts_with('-') || !bare.chars().all(known_signs) || parts.is_empty() || parts.len() > 3 {
        return None;
    }
    let values: Vec<f64> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let fits = values.iter().skip(1).all(|value| (0.0..60.0).contains(value))
        // Only the last part may have decimals.
        && parts.iter().rev().skip(1).all(|part| !part.contains('.'));
    let [degrees, rest @ ..] = values.as_slice() else { return None };
    let minutes = rest.first().copied().unwrap_or(0.0);
    let seconds = rest.get(1).copied().unwrap_or(0.0);
    fits.then_some((degrees + (minutes * 60.0 + seconds) / 3600.0, !rest.is_empty()))
}

/// Degrees of an angle packed as `DDD.MMSSsss`.
pub(super) fn packed_angle_deg(text: &str) -> Option<f64> {
    let folded: String = text.trim().chars().map(fold_all).collect();
    let (degrees, fraction) = folded.split_once('.').unwrap_or((folded.as_str(), ""));
    if fraction.bytes().any(|byte| !byte.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{fraction:0<4}");
    let minutes: f64 = padded.get(..2)?.parse().ok()?;
    let seconds: f64 = format!("{}.{}", padded.get(2..4)?, padded.get(4..)?).parse().ok()?;
    let degrees: f64 = degrees.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0)?;
    (minutes < 60.0 && seconds < 60.0).then_some(degrees + (minutes * 60.0 + seconds) / 3600.0)
}

/// Decimals written in a number.
pub(super) fn decimals(text: &str) -> usize {
    text.split_once(['.', '．'])
        .map_or(0, |(_, fraction)| fraction.chars().take_while(|c| fold_all(*c).is_ascii_digit()).count())
}

#[cfg(test)]
#[path = "cell_tests.rs"]
mod tests;
