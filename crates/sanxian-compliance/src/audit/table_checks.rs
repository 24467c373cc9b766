//! Checks inside one table: totals, parts, differences, shares, and rows that lie in other rows.

use super::equation::{Agreement, Equation, Part, sum, unsuspecting};
use super::exact::{Exact, Interval};
use super::finding::{Ledger, Place};
use super::printed::Cell;
use super::suspicion::Suspicion;
use super::table::{Quantity, Row, Table};
use super::unit::Unit;

impl Table {
    /// The place of a row and column of this table.
    pub(super) fn place(&self, row: Option<&Row>, column: Option<&str>) -> Place {
        Place {
            check: self.spec.id.clone(),
            table: Some(self.spec.id.clone()),
            row: row.map(|row| row.label.clone()),
            row_number: row.map(|row| row.number),
            column: column.map(str::to_owned),
            citation: self.spec.citation.clone(),
        }
    }

    /// `表6-1秀容新城的ugb_ha`.
    pub(super) fn subject(&self, row: &Row, column: &str) -> String {
        format!("{}{}的{}", self.spec.title, self.row_title(row), self.title(column))
    }

    /// Runs the checks that the description asks of this table.
    pub(super) fn check(&self, ledger: &mut Ledger, phases: &[String]) {
        self.check_subtotals(ledger);
        self.check_totals(ledger);
        for row in self.rows.iter().chain(&self.total) {
            self.check_sums(row, ledger);
            self.check_shares(row, ledger);
        }
        self.check_differences(ledger);
        self.check_rows(ledger, phases);
    }

    fn parts<'r>(&self, rows: impl Iterator<Item = &'r Row>, column: &str) -> Vec<Part> {
        let part = |row: &Row| {
            let cell = self.quantity(row, column)?;
            Some(Part { title: self.row_title(row), interval: cell.interval, unit: cell.unit })
        };
        rows.filter_map(part).collect()
    }

    fn check_totals(&self, ledger: &mut Ledger) {
        let Some(total) = &self.total else { return };
        let is_nested = |row: &&Row| self.spec.nested.iter().any(|(inner, _)| *inner == row.label);
        let rows: Vec<&Row> = self.rows.iter().filter(|row| !self.is_subtotal(row)).collect();
        for column in &self.columns {
            let Some(stated) = self.quantity(total, column) else { continue };
            // A total of shares means nothing.
            if stated.unit.is_ratio() {
                continue;
            }
            let place = self.place(Some(total), Some(column));
            self.leave_out_texts(&rows, column, ledger);
            let parts = self.parts(rows.iter().copied().filter(|row| !is_nested(row)), column);
            if parts.is_empty() {
                ledger.leave_out(&place, "各行均无数字，合计无从核对");
                continue;
            }
            let nested = self.parts(rows.iter().copied().filter(is_nested), column);
            let (Some(computed), Some(of_nested)) = (sum(&parts), sum(&nested)) else {
                ledger.leave_out(&place, "数字过大，无法精确比较");
                continue;
            };
            let suspect = |equation: &Equation<'_>| {
                let all = computed.plus(of_nested)?;
                let is_added_twice = nested.iter().any(|part| part.interval.point.is_positive())
                    && super::equation::agreement(equation.stated, all)? != Agreement::Differs;
                is_added_twice.then(|| self.nested_twice(of_nested, &stated.unit))
            };
            let equation = Equation {
                code: "column_total",
                place,
                subject: format!("{}合计{}", self.spec.title, self.title(column)),
                stated: &stated,
                computed,
                computed_as: if nested.is_empty() {
                    "各行之和"
                } else {
                    "不重复计算的各行之和"
                },
                parts: &parts,
                is_sum_of_rows: true,
                suspect: &suspect,
            };
            equation.check(ledger);
        }
    }

    fn is_subtotal(&self, row: &Row) -> bool {
        self.spec.subtotal.as_ref() == Some(&row.label)
    }

    /// Names cells that a sum cannot take in.
    fn leave_out_texts(&self, rows: &[&Row], column: &str, ledger: &mut Ledger) {
        for row in rows {
            if let Cell::Text(text) = self.cell(row, column) {
                let reason = format!("载“{text}”，不是数字，未计入各行之和");
                ledger.leave_out(&self.place(Some(row), Some(column)), reason);
            }
        }
    }

    /// Holds every subtotal against the rows above it, up to the one before.
    fn check_subtotals(&self, ledger: &mut Ledger) {
        let mut group: Vec<&Row> = Vec::new();
        for row in &self.rows {
            if !self.is_subtotal(row) {
                group.push(row);
                continue;
            }
            for column in &self.columns {
                let Some(stated) = self.quantity(row, column).filter(|stated| !stated.unit.is_ratio()) else {
                    continue;
                };
                let place = self.place(Some(row), Some(column));
                let parts = self.parts(group.iter().copied(), column);
                let Some(computed) = sum(&parts).filter(|_| !parts.is_empty()) else {
                    ledger.leave_out(&place, "小计以上各行均无数字，无从核对");
                    continue;
                };
                Equation {
                    code: "subtotal",
                    place,
                    subject: format!(
                        "{}第{}行{}的{}",
                        self.spec.title,
                        row.number,
                        row.label,
                        self.title(column)
                    ),
                    stated: &stated,
                    computed,
                    computed_as: "以上各行之和",
                    parts: &parts,
                    is_sum_of_rows: true,
                    suspect: &unsuspecting,
                }
                .check(ledger);
            }
            group.clear();
        }
    }

    fn nested_twice(&self, of_nested: Interval, unit: &Unit) -> Suspicion {
        let named: Vec<_> =
            self.spec.nested.iter().map(|(inner, outer)| format!("{inner}位于{outer}内")).collect();
        let area = Exact::whole(1).over(unit.factor).and_then(|factor| of_nested.point.times(factor));
        let area = area.map_or_else(String::new, |area| area.text(2));
        let message = format!("{}，其{area}{}被重复计入合计", named.join("、"), unit.name);
        Suspicion { code: "nested_counted_twice", message }
    }

    fn check_sums(&self, row: &Row, ledger: &mut Ledger) {
        for spec in &self.spec.sums {
            let place = self.place(Some(row), Some(&spec.whole));
            let cells: Vec<_> = spec.parts.iter().map(|part| (part, self.quantity(row, part))).collect();
            let (Some(stated), false) =
                (self.quantity(row, &spec.whole), cells.iter().any(|(_, cell)| cell.is_none()))
            else {
                ledger.leave_out(&place, "总数或分项未载数字");
                continue;
            };
            let part = |(title, cell): (&String, Option<Quantity>)| {
                cell.map(|cell| Part {
                    title: self.title(title).to_owned(),
                    interval: cell.interval,
                    unit: cell.unit,
                })
            };
            let parts: Vec<Part> = cells.into_iter().filter_map(part).collect();
            let Some(computed) = sum(&parts) else { continue };
            Equation {
                code: "row_sum",
                place,
                subject: self.subject(row, &spec.whole),
                stated: &stated,
                computed,
                computed_as: "各分项之和",
                parts: &parts,
                is_sum_of_rows: false,
                suspect: &unsuspecting,
            }
            .check(ledger);
        }
    }

    fn check_shares(&self, row: &Row, ledger: &mut Ledger) {
        for spec in &self.spec.shares {
            let place = self.place(Some(row), Some(&spec.share));
            let cells = (
                self.quantity(row, &spec.share),
                self.quantity(row, &spec.part),
                self.quantity(row, &spec.whole),
            );
            let (Some(stated), Some(part), Some(whole)) = cells else {
                ledger.leave_out(&place, "比例、分子或分母未载数字");
                continue;
            };
            let Some(computed) = part.interval.over(whole.interval) else {
                ledger.leave_out(&place, "分母为零或数字过大");
                continue;
            };
            Equation {
                code: "row_share",
                place,
                subject: self.subject(row, &spec.share),
                stated: &stated,
                computed,
                computed_as: &format!("{}占{}的比例", self.title(&spec.part), self.title(&spec.whole)),
                parts: &[],
                is_sum_of_rows: false,
                suspect: &unsuspecting,
            }
            .check(ledger);
        }
    }

    fn check_differences(&self, ledger: &mut Ledger) {
        for spec in &self.spec.differences {
            // What the rows' own deviations already explain is not repeated for the total.
            let mut deviations = Some(Exact::ZERO);
            let mut clamped = Vec::new();
            for row in self.rows.iter().chain(&self.total) {
                let is_total = self.total.as_ref().is_some_and(|total| total.number == row.number);
                let place = self.place(Some(row), Some(&spec.result));
                let cells = (
                    self.quantity(row, &spec.result),
                    self.quantity(row, &spec.of),
                    self.quantity(row, &spec.less),
                );
                let (Some(stated), Some(of), Some(less)) = cells else {
                    ledger.leave_out(&place, format!("{}、{}或{}未载数字", spec.result, spec.of, spec.less));
                    continue;
                };
                let Some(difference) = of.interval.plus(less.interval.negated()) else { continue };
                let deviation = stated.interval.point.minus(difference.point);
                if is_total && deviation.is_some() && deviation == deviations && clamped.is_empty() {
                    ledger.checked += 1;
                    continue;
                }
                let computed = if spec.is_clamped && !is_total {
                    let clamp = difference.not_below_zero().unwrap_or(difference);
                    if clamp.point != difference.point {
                        clamped.push((row.label.as_str(), clamp.point.minus(difference.point)));
                    }
                    clamp
                } else {
                    difference
                };
                let rest = stated.interval.point.minus(computed.point);
                deviations = deviations.zip(rest).and_then(|(sum, rest)| sum.plus(rest));
                let explained = |_: &Equation<'_>| {
                    by_clamping(deviation?, deviations_without(deviations, rest)?, &clamped)
                };
                let computed_as = format!("{}减{}", self.title(&spec.of), self.title(&spec.less));
                Equation {
                    code: "row_difference",
                    place,
                    subject: self.subject(row, &spec.result),
                    stated: &stated,
                    computed,
                    computed_as: &computed_as,
                    parts: &[],
                    is_sum_of_rows: false,
                    suspect: if is_total { &explained } else { &unsuspecting },
                }
                .check(ledger);
            }
        }
    }
}

/// The rows' deviations before the last one was added.
fn deviations_without(deviations: Option<Exact>, last: Option<Exact>) -> Option<Exact> {
    deviations?.minus(last?)
}

/// The total is off by what rows were raised to zero.
fn by_clamping(deviation: Exact, of_rows: Exact, clamped: &[(&str, Option<Exact>)]) -> Option<Suspicion> {
    let raised = clamped.iter().try_fold(of_rows, |sum, (_, raised)| sum.plus((*raised)?))?;
    (!clamped.is_empty() && raised == deviation).then(|| {
        let rows: Vec<_> = clamped.iter().map(|(label, _)| *label).collect();
        let message = format!("差额恰为{}的负值按零计入的部分", rows.join("、"));
        Suspicion { code: "clamped", message }
    })
}
