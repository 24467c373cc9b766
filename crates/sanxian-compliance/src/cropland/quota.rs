use sanxian_geodesy::units::ten_thousand_mu;

use crate::error::ComplianceError;
use crate::figure::round;
use crate::keys::{FaultAt, KeyFault, Keys, nearest};
use crate::rules::{RuleError, read_embedded};
use crate::verdict::Verdict;

const QUOTAS: &str = include_str!("../../rules/quotas.toml");

/// One indicator of the plan in a year.
struct Indicator {
    id: String,
    title: String,
    is_upper: bool,
    limits: Vec<(u32, f64)>,
    kind: String,
    clause: String,
}

/// `[expandable_space]` of the same file.
pub(super) struct ExpandableRule {
    pub(super) formula: String,
    pub(super) clause: String,
    pub(super) class_field: String,
    pub(super) construction_codes: Vec<String>,
}

pub(super) struct Quotas {
    pub(super) document: String,
    pub(super) status: String,
    indicators: Vec<Indicator>,
    pub(super) expandable: ExpandableRule,
}

/// One line of the ledger: an indicator before and after a project, in ten thousand mu (万亩).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct QuotaRow {
    /// Identifier, e.g. `new_construction`.
    pub indicator: String,
    /// Its Chinese name.
    pub title: String,
    /// `约束性` or `预期性`.
    pub kind: String,
    /// The year of the limit.
    pub year: u32,
    /// The limit.
    pub limit: f64,
    /// True for a limit that must not be exceeded, false for one that must be kept.
    pub is_upper: bool,
    /// What there is, or what is used up, before the project; `None` when nobody said.
    pub before: Option<f64>,
    /// What the project changes.
    pub change: f64,
    /// Before plus change.
    pub after: Option<f64>,
    /// What is left after the project; below zero when it is overrun.
    pub left: Option<f64>,
    /// Whether the limit holds after the project.
    pub verdict: Verdict,
    /// One Chinese sentence.
    pub message: String,
    /// Where the limit stands.
    pub clause: String,
    /// The document.
    pub document: String,
    /// `read` or `reported`.
    pub status: String,
}

impl Quotas {
    pub(super) fn embedded() -> Result<Self, RuleError> {
        read_embedded("quotas", QUOTAS, |keys: &mut Keys<'_>| -> Result<Self, FaultAt> {
            let indicators = keys.tables("indicators")?.into_iter().map(read_indicator);
            let indicators = indicators.collect::<Result<_, _>>()?;
            let mut expandable = keys.required_table("expandable_space")?;
            for key in ["title", "citation", "codes_citation"] {
                expandable.required_text(key)?;
            }
            let rule = ExpandableRule {
                formula: expandable.required_text("formula")?,
                clause: expandable.required_text("clause")?,
                class_field: expandable.required_text("class_field")?,
                construction_codes: expandable.texts("construction_codes")?,
            };
            expandable.finish()?;
            Ok(Self {
                document: keys.required_text("document")?,
                status: keys.required_text("status")?,
                indicators,
                expandable: rule,
            })
        })
    }
}

fn read_indicator(mut keys: Keys<'_>) -> Result<Indicator, FaultAt> {
    let unit = keys.required_text("unit")?;
    if unit != "万亩" {
        return Err(keys.fault("unit", KeyFault::none_of(&unit, ["万亩"])));
    }
    let bound = keys.required_text("bound")?;
    if !["at_most", "at_least"].contains(&bound.as_str()) {
        return Err(keys.fault("bound", KeyFault::none_of(&bound, ["at_most", "at_least"])));
    }
    let limits = keys.required_table("limits")?;
    let limit = |(year, value): (&str, &toml::Value)| {
        let year = year.parse().ok();
        let limit = value.as_float();
        year.zip(limit).ok_or_else(|| {
            limits.fault(
                year.map_or("year", |_| "limit"),
                KeyFault::WrongType { expected: "a year and a limit", found: value.type_str() },
            )
        })
    };
    let limits = limits.rest().map(limit).collect::<Result<_, _>>()?;
    let indicator = Indicator {
        id: keys.required_text("id")?,
        title: keys.required_text("title")?,
        is_upper: bound == "at_most",
        limits,
        kind: keys.required_text("kind")?,
        clause: keys.required_text("clause")?,
    };
    keys.finish()?;
    Ok(indicator)
}

/// The plan's indicators as a ledger: limit, what there is before the project, what the project changes, and what is left.
///
/// `before_m2` and `change_m2` are by indicator; a loss is negative. The limits are those of `year`. Figures are in ten thousand mu.
///
/// # Errors
/// [`ComplianceError::Parameter`] for an indicator or year that the plan does not have.
pub fn quota_ledger(
    year: u32,
    before_m2: &[(String, f64)],
    change_m2: &[(String, f64)],
) -> Result<Vec<QuotaRow>, ComplianceError> {
    let quotas = Quotas::embedded()?;
    for (name, _) in before_m2.iter().chain(change_m2) {
        if !quotas.indicators.iter().any(|indicator| indicator.id == *name) {
            let near = nearest(name, quotas.indicators.iter().map(|indicator| indicator.id.as_str()));
            let parameter = near.map_or_else(|| name.clone(), |near| format!("{name} (nearest: {near})"));
            let expected = "an indicator of rules/quotas.toml";
            return Err(ComplianceError::Parameter { parameter, expected });
        }
    }
    let find = |list: &[(String, f64)], id: &str| {
        list.iter().find(|(name, _)| name == id).map(|(_, area_m2)| ten_thousand_mu(*area_m2))
    };
    let mut rows = Vec::new();
    for indicator in &quotas.indicators {
        let limit = indicator.limits.iter().find(|(known, _)| *known == year).map(|(_, limit)| *limit);
        let Some(limit) = limit else {
            let expected = "a year that the plan sets limits for: 2025 or 2035";
            return Err(ComplianceError::Parameter { parameter: year.to_string(), expected });
        };
        let before = find(before_m2, &indicator.id);
        let change = find(change_m2, &indicator.id).unwrap_or(0.0);
        rows.push(row(indicator, &quotas, year, limit, before, change));
    }
    Ok(rows)
}

fn row(
    indicator: &Indicator,
    quotas: &Quotas,
    year: u32,
    limit: f64,
    before: Option<f64>,
    change: f64,
) -> QuotaRow {
    let after = before.map(|before| before + change);
    // Limits have two decimals; what stands below the fourth is noise of 64 bits and of conversion.
    let left = after.map(|after| round(if indicator.is_upper { limit - after } else { after - limit }, 9));
    let sign = if indicator.is_upper { "不高于" } else { "不低于" };
    let (verdict, message) = if let (Some(after), Some(left)) = (after, left) {
        let verdict = if left < 0.0 { Verdict::NotCompliant } else { Verdict::Compliant };
        let rest = if left < 0.0 { format!("突破{:.4}", -left) } else { format!("余{left:.4}") };
        (
            verdict,
            format!("{}{year}年{sign}{limit:.2}万亩，项目后为{after:.4}万亩，{rest}万亩。", indicator.title),
        )
    } else {
        let message =
            format!("{}{year}年{sign}{limit:.2}万亩，未给出项目前的数，无法判定。", indicator.title);
        (Verdict::CannotBeJudged, message)
    };
    QuotaRow {
        indicator: indicator.id.clone(),
        title: indicator.title.clone(),
        kind: indicator.kind.clone(),
        year,
        limit,
        is_upper: indicator.is_upper,
        before,
        change,
        after,
        left,
        verdict,
        message,
        clause: indicator.clause.clone(),
        document: quotas.document.clone(),
        status: quotas.status.clone(),
    }
}
