//! Figures as documents print them.

use super::exact::{Exact, Interval};

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// A number with the decimals it is printed with.
    Figure(Printed),
    /// Nothing, or a sign for nothing such as `--`. Not zero.
    Missing(String),
    /// Something else.
    Text(String),
}

/// A printed number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Printed {
    pub(super) text: String,
    pub(super) value: Exact,
    pub(super) decimals: u32,
}

/// Signs that stand for no figure, besides an empty cell.
pub(super) const MISSING: [&str; 6] = ["--", "—", "——", "–", "-", "/"];

impl Cell {
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() || MISSING.contains(&text) {
            return Self::Missing(text.to_owned());
        }
        Printed::of(text).map_or_else(|| Self::Text(text.to_owned()), Self::Figure)
    }
}

impl Printed {
    /// Reads `1,324.60`, `约4.07` or `43%`; `None` for anything else.
    pub(super) fn of(text: &str) -> Option<Self> {
        let digits: String = text
            .trim()
            .trim_start_matches('约')
            .trim_end_matches(['%', '％'])
            .chars()
            .filter(|letter| !matches!(letter, ',' | '，' | ' '))
            .map(half_width)
            .collect();
        let (sign, magnitude) = match digits.strip_prefix(['-', '－']) {
            Some(rest) => (-1, rest),
            None => (1, digits.as_str()),
        };
        let (whole, part) = magnitude.split_once('.').unwrap_or((magnitude, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(part) || magnitude.ends_with('.') {
            return None;
        }
        let decimals = u32::try_from(part.len()).ok()?;
        let units: i128 = format!("{whole}{part}").parse().ok()?;
        let value = Exact::new(sign * units, 10_i128.checked_pow(decimals)?)?;
        Some(Self { text: text.trim().to_owned(), value, decimals })
    }

    /// What the figure may stand for. `decimals` are those of its column, where trailing zeros are not printed.
    pub(super) fn interval(&self, decimals: u32) -> Option<Interval> {
        Interval::of_printed(self.value, self.decimals.max(decimals))
    }
}

/// `1` for `１`, `.` for `．`: figures typed with a Chinese keyboard.
fn half_width(letter: char) -> char {
    match letter {
        '．' => '.',
        '０'..='９' => char::from_u32(letter as u32 - '０' as u32 + '0' as u32).unwrap_or(letter),
        _ => letter,
    }
}

/// The figures in a sentence that stand before a unit: `治理规模83300公顷` holds 83300 before `公顷`. With `after`, the first of those
/// that follow this text.
pub(super) fn figures_before(text: &str, unit: &str, after: Option<&str>) -> Vec<Printed> {
    let Some(after) = after else { return all_before(text, unit) };
    let rest = text.split_once(after).map_or("", |(_, rest)| rest);
    all_before(rest, unit).into_iter().take(1).collect()
}

fn all_before(text: &str, unit: &str) -> Vec<Printed> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(unit) {
        let before = text.get(..at).unwrap_or_default();
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, letter)| letter.is_ascii_digit() || matches!(letter, '.' | ','))
            .last();
        let digits = start.and_then(|(start, _)| before.get(start..)).unwrap_or_default();
        found.extend(Printed::of(digits));
    }
    found
}

/// Letters that stand where digits should: `lGWh` for 1 GWh, `lO0MW` for 100 MW.
pub(super) fn letter_for_digit(text: &str) -> Option<String> {
    let units = ["MW", "GW", "kV", "KV", "kW", "km", "亩", "公顷", "万"];
    let looks_like_digit = |letter: char| matches!(letter, 'l' | 'I' | 'O' | 'o');
    let is_token = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
    let mut rest = text;
    while let Some(start) = rest.find(is_token) {
        let tail = rest.get(start..).unwrap_or_default();
        let end = tail.find(|letter| !is_token(letter)).unwrap_or(tail.len());
        let (token, behind) = tail.split_at(end);
        let number: String =
            token.chars().take_while(|&letter| looks_like_digit(letter) || letter.is_ascii_digit()).collect();
        let has_unit =
            units.iter().any(|unit| tail.get(number.len()..).is_some_and(|rest| rest.starts_with(unit)));
        if has_unit && number.chars().any(looks_like_digit) {
            return Some(token.to_owned());
        }
        rest = behind;
    }
    None
}
