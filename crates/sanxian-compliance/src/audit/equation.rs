//! A stated figure held against what other figures make of it.

use super::exact::{Exact, Interval};
use super::finding::{AuditFinding, AuditSeverity, Ledger, Place};
use super::suspicion::{self, Suspicion};
use super::table::Quantity;
use super::unit::Unit;

/// A figure that goes into a computation: signed, in base units.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// What a sentence calls it.
    pub(super) title: String,
    /// In base units, negative when it is subtracted.
    pub(super) interval: Interval,
    pub(super) unit: Unit,
}

/// How a stated figure stands to a computed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// Rounded as the stated one is, the computed figure is the stated one.
    Equal,
    /// Not equal, and what the figures leave open by their rounding explains it.
    Rounding,
    /// The stated figure is cut off, not rounded.
    Truncation,
    /// They cannot both be right.
    Differs,
}

/// A comparison to be made.
pub(super) struct Equation<'a> {
    pub(super) code: &'static str,
    pub(super) place: Place,
    /// What a sentence calls the stated figure.
    pub(super) subject: String,
    pub(super) stated: &'a Quantity,
    /// In base units.
    pub(super) computed: Interval,
    /// What the computed figure is, e.g. `各行之和`.
    pub(super) computed_as: &'a str,
    /// The figures that were added, for suspicions.
    pub(super) parts: &'a [Part],
    /// Whether a row of a table may have been left out or counted twice.
    pub(super) is_sum_of_rows: bool,
    /// What the caller suspects before anything else.
    pub(super) suspect: &'a dyn Fn(&Equation<'_>) -> Option<Suspicion>,
}

/// No suspicion of the caller's own.
pub(super) fn unsuspecting(_: &Equation<'_>) -> Option<Suspicion> {
    None
}

/// Compares; `None` when the figures are too large to be compared exactly.
pub(super) fn agreement(stated: &Quantity, computed: Interval) -> Option<Agreement> {
    let computed = computed.scaled(Exact::whole(1).over(stated.unit.factor)?)?;
    let (value, decimals) = (stated.printed.value, stated.decimals);
    Some(if computed.point.rounded(decimals)? == value {
        Agreement::Equal
    } else if Interval::of_printed(value, decimals)?.meets(computed)? {
        Agreement::Rounding
    } else if computed.point.truncated(decimals)? == value {
        Agreement::Truncation
    } else {
        Agreement::Differs
    })
}

impl Equation<'_> {
    /// Makes the comparison and enters what comes out.
    pub(super) fn check(&self, ledger: &mut Ledger) -> Option<Agreement> {
        let Some(agreement) = agreement(self.stated, self.computed) else {
            ledger.leave_out(&self.place, "数字过大，无法精确比较");
            return None;
        };
        ledger.checked += 1;
        if agreement != Agreement::Equal {
            ledger.findings.push(self.finding(agreement));
        }
        Some(agreement)
    }

    /// The computed quantity in the unit of the stated one.
    fn in_stated_unit(&self) -> Option<Interval> {
        self.computed.scaled(Exact::whole(1).over(self.stated.unit.factor)?)
    }

    /// Computed less stated, in the stated unit.
    pub(super) fn difference(&self) -> Option<Exact> {
        self.in_stated_unit()?.point.minus(self.stated.printed.value)
    }

    fn finding(&self, agreement: Agreement) -> AuditFinding {
        let decimals = self.stated.decimals.max(2);
        let unit = &self.stated.unit.name;
        let computed = self.in_stated_unit();
        let shown = computed.map_or_else(String::new, |computed| computed.point.text(decimals));
        let subject = &self.subject;
        let (printed, computed_as) = (&self.stated.printed.text, self.computed_as);
        let (severity, suspicion, tail) = match agreement {
            Agreement::Rounding => {
                (AuditSeverity::Info, Some("rounding"), "，所载各数的取舍可以解释".to_owned())
            }
            Agreement::Truncation => {
                (AuditSeverity::Info, Some("truncation"), "，所载数为截尾而非四舍五入".to_owned())
            }
            Agreement::Equal | Agreement::Differs => {
                let difference = self.difference().map_or_else(String::new, |difference| {
                    let sign = if difference.is_positive() { "+" } else { "" };
                    format!("，相差{sign}{}{unit}，超出取舍所能解释的范围", difference.text(decimals))
                });
                let suspicion = (self.suspect)(self).or_else(|| suspicion::of(self));
                let tail =
                    suspicion.as_ref().map_or_else(String::new, |found| format!("；{}", found.message));
                (AuditSeverity::Error, suspicion.map(|found| found.code), difference + &tail)
            }
        };
        // A figure that carries its own sign of per cent needs no second one.
        let printed_unit = if printed.ends_with(unit.as_str()) { "" } else { unit };
        let message = format!("{subject}载{printed}{printed_unit}，{computed_as}为{shown}{unit}{tail}。");
        AuditFinding {
            computed: computed.map(|computed| computed.point.to_f64()),
            low: computed.map(|computed| computed.low.to_f64()),
            high: computed.map(|computed| computed.high.to_f64()),
            unit: Some(unit.clone()),
            suspicion,
            ..self.place.finding(severity, self.code, Some(printed), message)
        }
    }
}

/// Adds parts.
pub(super) fn sum(parts: &[Part]) -> Option<Interval> {
    parts.iter().try_fold(Interval::exactly(Exact::ZERO), |sum, part| sum.plus(part.interval))
}
