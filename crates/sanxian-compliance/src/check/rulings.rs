//! What all rules say of each plot, strictest first, and the accounts of indicators.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::measure::Meter;
use super::outcome::{Account, Judged, PlotRuling};
use super::plots::PlotSet;
use crate::columns::Columns;
use crate::figure::{area_ha, area_mu, round};
use crate::rules::{Bound, Predicate, Rule};

/// Decimals of an account in ten thousand mu or square kilometres: a hundredth of a mu shows.
const ACCOUNT_DECIMALS: u32 = 6;

/// A row a plot and rule that it does not simply meet: every rule that concerns a plot is kept, the strictest first.
pub(super) fn rulings_table(
    judged: &[Judged],
    plots: &PlotSet,
    meter: &Meter,
) -> Result<RecordBatch, ArrowError> {
    let mut rows: Vec<(&PlotRuling, &Rule)> = judged
        .iter()
        .flat_map(|judged| judged.plots.iter().map(move |ruling| (ruling, &judged.outcome.rule)))
        .collect();
    // A stable sort keeps rules of equal gravity in the packs' order.
    rows.sort_by_key(|(ruling, _)| (ruling.plot, std::cmp::Reverse(ruling.verdict)));
    let plot = |row: &(&PlotRuling, &Rule)| plots.plots.get(row.0.plot);
    let decimals = meter.tolerances.piece_decimals;
    Columns::default()
        .texts("plot_id", rows.iter().map(|row| plot(row).map_or("", |plot| &plot.id)))
        .texts("plot_name", rows.iter().map(|row| plot(row).map_or("", |plot| &plot.name)))
        .texts("verdict", rows.iter().map(|row| row.0.verdict.as_str()))
        .texts("title", rows.iter().map(|row| &row.1.title))
        .maybe_texts("role", rows.iter().map(|row| row.1.predicate.role()))
        .maybe_numbers("area_ha", rows.iter().map(|row| Some(area_ha(row.0.area_m2?, decimals))))
        .maybe_numbers("area_mu", rows.iter().map(|row| Some(area_mu(row.0.area_m2?, decimals))))
        .texts("clause", rows.iter().map(|row| &row.1.clause))
        .texts("document", rows.iter().map(|row| &row.1.document))
        .texts("status", rows.iter().map(|row| row.1.status.as_str()))
        .maybe_texts("required", rows.iter().map(|row| row.1.required.as_deref()))
        .texts("rule_id", rows.iter().map(|row| &row.1.id))
        .finish()
}

/// Indicators before the project, what it changes, after it, and what is left to the limit.
pub(super) fn accounts_table(judged: &[Judged]) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<(&Judged, &Account)> =
        judged.iter().filter_map(|judged| Some((judged, judged.account.as_ref()?))).collect();
    let bound = |judged: &Judged| match &judged.outcome.rule.predicate {
        Predicate::Total { bound, .. } => *bound,
        _ => Bound::AtMost,
    };
    let left = |(judged, account): &(&Judged, &Account)| match bound(judged) {
        Bound::AtLeast => account.after - account.limit,
        Bound::AtMost => account.limit - account.after,
    };
    let figure = |read: fn(&Account) -> f64| {
        rows.iter().map(move |(_, account)| round(read(account), ACCOUNT_DECIMALS))
    };
    Columns::default()
        .texts("title", rows.iter().map(|row| &row.0.outcome.rule.title))
        .texts("unit", rows.iter().map(|row| row.1.unit.word()))
        .numbers("before", figure(|account| account.before))
        .numbers("project", figure(|account| account.project))
        .numbers("after", figure(|account| account.after))
        .numbers("limit", figure(|account| account.limit))
        .numbers("left", rows.iter().map(|row| round(left(row), ACCOUNT_DECIMALS)))
        .texts("verdict", rows.iter().map(|row| row.0.outcome.verdict.as_str()))
        .texts("clause", rows.iter().map(|row| &row.0.outcome.rule.clause))
        .texts("document", rows.iter().map(|row| &row.0.outcome.rule.document))
        .texts("rule_id", rows.iter().map(|row| &row.0.outcome.rule.id))
        .finish()
}
