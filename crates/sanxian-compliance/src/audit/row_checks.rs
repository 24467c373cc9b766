//! Checks of single rows: what is missing, stated twice, outside the plan's phases, larger than it can be.

use std::collections::BTreeMap;

use super::description::{AlikeSpec, LimitSpec, PlaceSpec};
use super::finding::{AuditSeverity, Ledger};
use super::printed::{Cell, letter_for_digit};
use super::table::{Quantity, Row, Table};

/// How alike two names must be to be taken for one when the rows also print one figure (Jaro-Winkler).
const ALIKE: f64 = 0.75;

impl Table {
    pub(super) fn check_rows(&self, ledger: &mut Ledger, phases: &[String]) {
        for column in &self.spec.unique {
            self.check_unique(column, ledger);
        }
        for row in &self.rows {
            self.check_required(row, ledger);
            self.check_bounds(row, ledger);
            for limit in &self.spec.limits {
                self.check_limit(row, limit, ledger);
            }
            self.check_phase(row, phases, ledger);
            self.check_letters(row, ledger);
            if let Some(place) = &self.spec.place {
                self.check_place(row, place, ledger);
            }
        }
        if let Some(alike) = &self.spec.alike {
            self.check_alike(alike, ledger);
        }
    }

    fn check_unique(&self, column: &str, ledger: &mut Ledger) {
        let mut first: BTreeMap<&str, &Row> = BTreeMap::new();
        for row in &self.rows {
            let text = self.text(row, column);
            if text.is_empty() {
                continue;
            }
            ledger.checked += 1;
            if let Some(earlier) = first.get(text) {
                let message = format!(
                    "{}第{}行与第{}行的{column}同为{text}，疑为重复或编号有误。",
                    self.spec.title, earlier.number, row.number
                );
                let place = self.place(Some(row), Some(column));
                ledger.findings.push(place.finding(AuditSeverity::Error, "row_twice", Some(text), message));
            } else {
                first.insert(text, row);
            }
        }
    }

    fn check_required(&self, row: &Row, ledger: &mut Ledger) {
        let required = self.spec.required.iter().map(|column| (column, true));
        for (column, is_sign_missing) in
            required.chain(self.spec.not_blank.iter().map(|column| (column, false)))
        {
            ledger.checked += 1;
            if let Cell::Missing(sign) = self.cell(row, column)
                && (is_sign_missing || sign.is_empty())
            {
                let sign = if sign.is_empty() { String::new() } else { format!("(载“{sign}”)") };
                let message = format!(
                    "{}{}未载明{}{sign}，有关结论无从证明。",
                    self.spec.title,
                    self.row_title(row),
                    self.title(column)
                );
                let place = self.place(Some(row), Some(column));
                ledger.findings.push(place.finding(AuditSeverity::Warning, "value_missing", None, message));
            }
        }
        for column in &self.spec.numbers {
            ledger.checked += 1;
            if let Cell::Text(text) = self.cell(row, column) {
                let message = format!(
                    "{}{}的{}载“{text}”，不是数字。",
                    self.spec.title,
                    self.row_title(row),
                    self.title(column)
                );
                let place = self.place(Some(row), Some(column));
                ledger.findings.push(place.finding(
                    AuditSeverity::Error,
                    "not_a_number",
                    Some(&text),
                    message,
                ));
            }
        }
    }

    fn check_bounds(&self, row: &Row, ledger: &mut Ledger) {
        for bound in &self.spec.at_most {
            let place = self.place(Some(row), Some(&bound.smaller));
            let cells = (self.quantity(row, &bound.smaller), self.quantity(row, &bound.larger));
            let (Some(smaller), Some(larger)) = cells else {
                ledger.leave_out(&place, format!("{}或{}未载数字", bound.smaller, bound.larger));
                continue;
            };
            ledger.checked += 1;
            if exceeds(&smaller, &larger) {
                let message = format!(
                    "{}{}的{}{}大于{}{}。",
                    self.spec.title,
                    self.row_title(row),
                    self.title(&bound.smaller),
                    smaller.printed.text,
                    self.title(&bound.larger),
                    larger.printed.text
                );
                let printed = Some(smaller.printed.text.as_str());
                ledger.findings.push(place.finding(
                    AuditSeverity::Error,
                    "part_exceeds_whole",
                    printed,
                    message,
                ));
            }
        }
    }

    fn check_limit(&self, row: &Row, spec: &LimitSpec, ledger: &mut Ledger) {
        let Some(limit) = Quantity::new(spec.limit.clone(), spec.unit.clone(), 0) else { return };
        let place = self.place(Some(row), Some(&spec.column));
        let figures = match &spec.extract {
            None => self.quantity(row, &spec.column).into_iter().collect(),
            Some(extract) => extract
                .figures(self.text(row, &spec.column))
                .into_iter()
                .filter_map(|printed| Quantity::new(printed, extract.unit.clone(), 0))
                .collect::<Vec<_>>(),
        };
        for figure in figures {
            ledger.checked += 1;
            if exceeds(&figure, &limit) {
                let message = format!(
                    "{}{}载{}{}，大于{}{}：{}。",
                    self.spec.title,
                    self.row_title(row),
                    figure.printed.text,
                    figure.unit.name,
                    limit.printed.text,
                    limit.unit.name,
                    spec.reason
                );
                let printed = Some(figure.printed.text.as_str());
                ledger.findings.push(place.finding(AuditSeverity::Error, "limit_exceeded", printed, message));
            }
        }
    }

    fn check_phase(&self, row: &Row, phases: &[String], ledger: &mut Ledger) {
        let Some(column) = &self.spec.phase else { return };
        ledger.checked += 1;
        let place = self.place(Some(row), Some(column));
        let title = &self.spec.title;
        let (code, printed, message) = match self.cell(row, column) {
            Cell::Missing(sign) => {
                let sign = if sign.is_empty() { "空白".to_owned() } else { format!("“{sign}”") };
                ("phase_missing", None, format!("{title}{}的{column}为{sign}，未载明时序。", row.label))
            }
            Cell::Figure(_) | Cell::Text(_) => {
                let text = self.text(row, column);
                if phases.iter().any(|phase| plain_phase(phase) == plain_phase(text)) {
                    return;
                }
                let message = format!(
                    "{title}{}的{column}为{text}，不是规划所分期限({})。",
                    row.label,
                    phases.join("、")
                );
                ("phase_not_of_plan", Some(text), message)
            }
        };
        ledger.findings.push(place.finding(AuditSeverity::Warning, code, printed, message));
    }

    fn check_letters(&self, row: &Row, ledger: &mut Ledger) {
        for column in &self.spec.letters {
            ledger.checked += 1;
            if let Some(token) = letter_for_digit(self.text(row, column)) {
                let message =
                    format!("{}第{}行的{column}中“{token}”以字母代数字。", self.spec.title, row.number);
                let place = self.place(Some(row), Some(column));
                let finding =
                    place.finding(AuditSeverity::Warning, "letter_for_digit", Some(&token), message);
                ledger.findings.push(finding);
            }
        }
    }

    fn check_place(&self, row: &Row, spec: &PlaceSpec, ledger: &mut Ledger) {
        ledger.checked += 1;
        let (name, said) = (self.text(row, &spec.name), self.text(row, &spec.column));
        let mut mentioned = spec.places.iter().filter(|place| name.contains(place.as_str())).peekable();
        if mentioned.peek().is_none() || mentioned.clone().any(|place| said.contains(place.as_str())) {
            return;
        }
        let places: Vec<_> = mentioned.map(String::as_str).collect();
        let message =
            format!("{}“{name}”的{}为{said}，名称却指{}。", self.spec.title, spec.column, places.join("、"));
        let place = self.place(Some(row), Some(&spec.column));
        ledger.findings.push(place.finding(AuditSeverity::Warning, "place_differs", Some(said), message));
    }

    /// Rows that print one figure under names that differ little.
    fn check_alike(&self, spec: &AlikeSpec, ledger: &mut Ledger) {
        let mut by_text: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            let text = self.text(row, &spec.same);
            let is_zero =
                matches!(self.cell(row, &spec.same), Cell::Figure(figure) if !figure.value.is_positive());
            if !is_zero && !matches!(self.cell(row, &spec.same), Cell::Missing(_)) {
                by_text.entry(text).or_default().push(row);
            }
        }
        for (text, rows) in by_text {
            for (at, row) in rows.iter().enumerate() {
                for other in rows.iter().skip(at + 1) {
                    ledger.checked += 1;
                    let (one, two) = (self.text(row, &spec.name), self.text(other, &spec.name));
                    if alikeness(one, two) < ALIKE {
                        continue;
                    }
                    let message = format!(
                        "{}第{}行“{one}”与第{}行“{two}”的{}同为{text}，疑为同一项。",
                        self.spec.title, row.number, other.number, spec.same
                    );
                    let place = self.place(Some(other), Some(&spec.name));
                    ledger.findings.push(place.finding(
                        AuditSeverity::Warning,
                        "rows_alike",
                        Some(text),
                        message,
                    ));
                }
            }
        }
    }
}

/// `2022-2025` for `2022—2025年` and the like.
fn plain_phase(text: &str) -> String {
    let letters = text.chars().filter(|letter| !matches!(letter, '年' | ' '));
    let dashes =
        |letter| if matches!(letter, '—' | '–' | '－' | '~' | '～' | '至') { '-' } else { letter };
    let text: String = letters.map(dashes).collect();
    text.replace("--", "-")
}

/// Larger beyond what rounding can do.
fn exceeds(figure: &Quantity, limit: &Quantity) -> bool {
    figure.unit.is_like(&limit.unit)
        && limit.interval.high.compare(figure.interval.low) == Some(std::cmp::Ordering::Less)
}

/// Jaro-Winkler of the names, or the share of the shorter one's letters that the longer one holds in their order, whichever is larger.
fn alikeness(one: &str, two: &str) -> f64 {
    let (shorter, longer) = if one.chars().count() <= two.chars().count() { (one, two) } else { (two, one) };
    let mut rest = longer.chars();
    let held = shorter
        .chars()
        .filter(|letter| rest.clone().any(|other| other == *letter) && rest.any(|other| other == *letter));
    let share = held.count() as f64 / shorter.chars().count().max(1) as f64;
    strsim::jaro_winkler(one, two).max(share)
}
