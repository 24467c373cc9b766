//! Statements of the text, held against tables and other statements.

use super::description::{AuditDescription, CellsTerm, CheckSpec, Relation, SameSpec, Term, TermKind};
use super::equation::{Equation, Part, sum, unsuspecting};
use super::error::AuditError;
use super::exact::{Exact, Interval};
use super::finding::{AuditSeverity, Ledger, Place};
use super::printed::Printed;
use super::suspicion::{Suspicion, other_cell, other_denominator};
use super::table::{Quantity, Row, Table};
use super::unit::Unit;

/// Why a statement cannot be held against anything.
enum Stop {
    /// A figure is missing: the check is left out, with what is missing.
    Gap(String),
    /// The description asks for what cannot be: the audit cannot run.
    Fault(String),
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self::Fault(reason)
    }
}

/// All tables of an audit.
pub(super) struct Ground<'a> {
    pub(super) description: &'a AuditDescription,
    pub(super) tables: Vec<Table>,
}

/// One figure with where it stands, when it stands in a table.
struct Found<'t> {
    quantity: Quantity,
    place: Option<(&'t Table, &'t Row, String)>,
}

impl Ground<'_> {
    fn table(&self, id: &str) -> Result<&Table, String> {
        self.tables
            .iter()
            .find(|table| table.spec.id == id)
            .ok_or_else(|| format!("there is no table `{id}`"))
    }

    fn fault(&self, check: &str, reason: String) -> AuditError {
        AuditError::Check { path: self.description.path.clone(), check: check.to_owned(), reason }
    }

    /// Runs the checks of the text.
    pub(super) fn check(&self, ledger: &mut Ledger) -> Result<(), AuditError> {
        for spec in &self.description.same {
            self.check_same(spec, ledger).map_err(|reason| self.fault(&spec.id, reason))?;
        }
        for spec in &self.description.checks {
            match self.check_statement(spec, ledger) {
                Ok(()) => {}
                Err(Stop::Fault(reason)) => return Err(self.fault(&spec.id, reason)),
                Err(Stop::Gap(reason)) => {
                    ledger.lacks_figures = true;
                    ledger.leave_out(&place_of(spec, None), reason);
                }
            }
        }
        Ok(())
    }

    fn check_statement(&self, spec: &CheckSpec, ledger: &mut Ledger) -> Result<(), Stop> {
        let stated = self.single(&spec.stated)?;
        let mut place = place_of(spec, stated.place.as_ref());
        if let Some(unit) = &spec.printed_unit {
            ledger.checked += 1;
            check_unit(spec, &place, unit, &stated.quantity, ledger);
        }
        if spec.computed.is_empty() {
            return Ok(());
        }
        let (parts, cells) = self.parts(&spec.computed)?;
        if place.table.is_none()
            && let [(table, row, column)] = cells.as_slice()
        {
            place = Place {
                check: spec.id.clone(),
                citation: spec.citation.clone(),
                ..table.place(Some(row), Some(column))
            };
        }
        let unit = unit_of(&parts)?;
        let above = sum(&parts).ok_or_else(too_large)?;
        let (computed, unit) = if spec.over.is_empty() {
            (above, unit)
        } else {
            let (below, _) = self.parts(&spec.over)?;
            let of_below = unit_of(&below)?;
            let quotient = above.over(sum(&below).ok_or_else(too_large)?);
            let unit = unit.by(&of_below).ok_or_else(|| "units that cannot be divided".to_owned())?;
            (quotient.ok_or_else(|| Stop::Gap("分母为零或数字过大".to_owned()))?, unit)
        };
        if !unit.is_like(&stated.quantity.unit) {
            let reason =
                format!("`{}` and `{}` do not measure the same", stated.quantity.unit.name, unit.name);
            return Err(Stop::Fault(reason));
        }
        if spec.relation != Relation::Equals {
            compare(spec, &place, &stated.quantity, computed, ledger).ok_or_else(too_large)?;
            return Ok(());
        }
        let others = spec
            .alternatives
            .iter()
            .map(|(name, term)| Ok((name.clone(), self.single(term)?.quantity.interval)))
            .collect::<Result<Vec<_>, Stop>>()?;
        let suspect = |equation: &Equation<'_>| -> Option<Suspicion> {
            let denominator = || other_denominator(equation, above, &others);
            match cells.as_slice() {
                [(table, row, column)] if spec.over.is_empty() => {
                    let columns: Vec<_> = table.columns.iter().collect();
                    other_cell(equation, table, row, column, &columns).or_else(denominator)
                }
                _ => denominator(),
            }
        };
        Equation {
            code: "stated_figure",
            place,
            subject: spec.title.clone(),
            stated: &stated.quantity,
            computed,
            computed_as: if spec.over.is_empty() {
                "据有关各数计算"
            } else {
                "据分子与分母计算"
            },
            parts: &parts,
            is_sum_of_rows: cells.len() > 1,
            suspect: &suspect,
        }
        .check(ledger);
        Ok(())
    }

    /// The one figure that a statement is.
    fn single(&self, term: &Term) -> Result<Found<'_>, Stop> {
        let mut found = self.figures(term)?;
        match (found.pop(), found.is_empty()) {
            (Some((_, one)), true) => Ok(one),
            (None, _) => Err(Stop::Gap("未载数字".to_owned())),
            (Some(_), false) => Err(Stop::Fault("`stated` must be one figure, not several".to_owned())),
        }
    }

    /// The figures that are added, and the cells that they come from.
    #[expect(clippy::type_complexity, reason = "two lists that are made in one go")]
    fn parts(&self, terms: &[Term]) -> Result<(Vec<Part>, Vec<(&Table, &Row, String)>), Stop> {
        let (mut parts, mut cells) = (Vec::new(), Vec::new());
        for term in terms {
            let figures = self.figures(term)?;
            if figures.is_empty() {
                return Err(Stop::Gap("所引各行均未载数字".to_owned()));
            }
            for (title, found) in figures {
                let interval = found.quantity.interval;
                let interval = if term.is_subtracted { interval.negated() } else { interval };
                parts.push(Part { title, interval, unit: found.quantity.unit });
                cells.extend(found.place);
            }
        }
        Ok((parts, cells))
    }

    fn figures(&self, term: &Term) -> Result<Vec<(String, Found<'_>)>, Stop> {
        match &term.kind {
            TermKind::Value { printed, unit } => {
                let quantity = Quantity::new(printed.clone(), unit.clone(), 0).ok_or_else(too_large)?;
                let title = term.title.clone().unwrap_or_else(|| format!("{}{}", printed.text, unit.name));
                Ok(vec![(title, Found { quantity, place: None })])
            }
            TermKind::Cells(cells) => self.cells(term, cells),
        }
    }

    fn cells(&self, term: &Term, spec: &CellsTerm) -> Result<Vec<(String, Found<'_>)>, Stop> {
        let mut chosen: Vec<(&Table, &Row)> = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for id in &spec.tables {
            let table = self.table(id)?;
            for label in spec.rows.iter().chain(&spec.except).filter(|_| spec.tables.len() == 1) {
                table.row(label)?;
            }
            for column in spec.filters.iter().map(|(column, _)| column).chain(&spec.column) {
                table.check_column(column)?;
            }
            for row in choose(table, spec) {
                let meant = spec.aliases.iter().find(|(written, _)| *written == row.label);
                let label = meant.map_or(row.label.as_str(), |(_, meant)| meant.as_str());
                if !(spec.is_once && seen.contains(&label)) {
                    chosen.push((table, row));
                }
                seen.push(label);
            }
        }
        let Some(column) = &spec.column else {
            let count = Printed::of(&chosen.len().to_string()).ok_or_else(too_large)?;
            let interval = Interval::exactly(count.value);
            let quantity = Quantity { printed: count, unit: Unit::number(), decimals: 0, interval };
            let title = term.title.clone().unwrap_or_else(|| "行数".to_owned());
            return Ok(vec![(title, Found { quantity, place: None })]);
        };
        let mut found = Vec::new();
        for (table, row) in chosen {
            let quantities = match &spec.extract {
                None => table.quantity(row, column).into_iter().collect::<Vec<_>>(),
                Some(extract) => extract
                    .figures(table.text(row, column))
                    .into_iter()
                    .filter_map(|printed| Quantity::new(printed, extract.unit.clone(), 0))
                    .collect(),
            };
            for quantity in quantities {
                let title = term.title.clone().unwrap_or_else(|| table.row_title(row));
                found.push((title, Found { quantity, place: Some((table, row, column.clone())) }));
            }
        }
        Ok(found)
    }

    /// Rows of two tables about the same things.
    fn check_same(&self, spec: &SameSpec, ledger: &mut Ledger) -> Result<(), String> {
        let (one, other) = (self.table(&spec.tables.0)?, self.table(&spec.tables.1)?);
        for (left, right) in &spec.columns {
            one.check_column(left)?;
            other.check_column(right)?;
        }
        for (left, right) in &spec.aliases {
            one.row(left)?;
            other.row(right)?;
        }
        for row in &one.rows {
            let alias = spec.aliases.iter().find(|(written, _)| *written == row.label);
            let label = alias.map_or(row.label.as_str(), |(_, meant)| meant.as_str());
            let place = Place { check: spec.id.clone(), ..one.place(Some(row), None) };
            let Some(twin) = other.rows.iter().find(|other| other.label == label) else {
                if spec.is_complete {
                    let message = format!("{}有{label}，{}没有该行。", one.spec.title, other.spec.title);
                    ledger.findings.push(place.finding(AuditSeverity::Error, "row_missing", None, message));
                }
                continue;
            };
            for (left, right) in &spec.columns {
                let place = Place { column: Some(left.clone()), ..place.clone() };
                let (Some(stated), Some(computed)) = (one.quantity(row, left), other.quantity(twin, right))
                else {
                    ledger.leave_out(&place, "两处至少有一处未载数字");
                    continue;
                };
                let computed_as = format!("{}所载", other.spec.title);
                // A figure is not mistaken for one that the plan prints as well, nor for one that it does not print at all.
                let own = one.cell(row, left);
                let others = spec.columns.iter().filter(|(other, _)| one.cell(row, other) != own);
                let printed: Vec<&String> = others.map(|(_, right)| right).collect();
                let suspect = |equation: &Equation<'_>| other_cell(equation, other, twin, right, &printed);
                Equation {
                    code: "stated_twice",
                    place,
                    subject: one.subject(row, left),
                    stated: &stated,
                    computed: computed.interval,
                    computed_as: &computed_as,
                    parts: &[],
                    is_sum_of_rows: false,
                    suspect: if stated.unit.is_like(&computed.unit) { &suspect } else { &unsuspecting },
                }
                .check(ledger);
            }
        }
        Ok(())
    }
}

fn too_large() -> Stop {
    Stop::Gap("数字过大，无法精确比较".to_owned())
}

fn choose<'t>(table: &'t Table, spec: &CellsTerm) -> Vec<&'t Row> {
    if spec.is_total {
        return table.total.iter().collect();
    }
    let is_chosen = |row: &&Row| {
        (spec.rows.is_empty() || spec.rows.contains(&row.label))
            && !spec.except.contains(&row.label)
            && spec
                .filters
                .iter()
                .all(|(column, values)| values.iter().any(|value| value == table.text(row, column)))
    };
    table.rows.iter().filter(is_chosen).collect()
}

fn place_of(spec: &CheckSpec, cell: Option<&(&Table, &Row, String)>) -> Place {
    let place = cell.map(|(table, row, column)| table.place(Some(row), Some(column))).unwrap_or_default();
    Place { check: spec.id.clone(), citation: spec.citation.clone(), ..place }
}

/// The unit that all parts share.
fn unit_of(parts: &[Part]) -> Result<Unit, Stop> {
    let Some(first) = parts.first() else { return Err(Stop::Gap("未载数字".to_owned())) };
    match parts.iter().find(|part| !part.unit.is_like(&first.unit)) {
        None => Ok(first.unit.clone()),
        Some(odd) => {
            Err(Stop::Fault(format!("`{}` and `{}` cannot be added", first.unit.name, odd.unit.name)))
        }
    }
}

/// The unit as printed is not one that is known, or another than the figure must have.
fn check_unit(spec: &CheckSpec, place: &Place, printed: &str, stated: &Quantity, ledger: &mut Ledger) {
    let known = Unit::named(printed);
    if known.as_ref().is_some_and(|known| known.is_like(&stated.unit) && known.factor == stated.unit.factor) {
        return;
    }
    let why = if known.is_none() { "不是通用的计量单位" } else { "与该项指标不符" };
    let message = format!("{}的单位载为“{printed}”，{why}，应为{}。", spec.title, stated.unit.name);
    ledger.findings.push(place.finding(AuditSeverity::Error, "unit_of_figure", Some(printed), message));
}

/// Holds a bound: only what rounding cannot explain breaks it.
fn compare(
    spec: &CheckSpec,
    place: &Place,
    stated: &Quantity,
    computed: Interval,
    ledger: &mut Ledger,
) -> Option<()> {
    ledger.checked += 1;
    let (bound, one) = (stated.interval, Exact::whole(1));
    let shown = computed.scaled(one.over(stated.unit.factor)?)?;
    let (printed, unit, decimals) = (&stated.printed.text, &stated.unit.name, stated.decimals.max(2));
    let text = shown.point.text(decimals);
    let title = &spec.title;
    let (severity, code, message) = match spec.relation {
        Relation::AtMost if computed.high.is_below(bound.low)? => (
            AuditSeverity::Error,
            "limit_exceeded",
            format!("{title}载{printed}{unit}，大于据以核对的{text}{unit}。"),
        ),
        Relation::AtLeast if bound.high.is_below(computed.low)? => (
            AuditSeverity::Error,
            "limit_exceeded",
            format!("{title}载{printed}{unit}，有关各数合计{text}{unit}，超出其限。"),
        ),
        Relation::Below if bound.point == computed.point => (
            AuditSeverity::Warning,
            "no_slack",
            format!("{title}载{printed}{unit}，现状即为{text}{unit}，没有余量。"),
        ),
        Relation::Below if computed.high.is_below(bound.low)? => (
            AuditSeverity::Error,
            "limit_exceeded",
            format!("{title}载{printed}{unit}，大于现状{text}{unit}。"),
        ),
        _ => return Some(()),
    };
    let finding = place.finding(severity, code, Some(printed), message);
    ledger.findings.push(super::finding::AuditFinding {
        computed: Some(shown.point.to_f64()),
        low: Some(shown.low.to_f64()),
        high: Some(shown.high.to_f64()),
        unit: Some(unit.clone()),
        ..finding
    });
    Some(())
}
