use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::Sources;
use super::closing::Closer;
use super::schedule::Schedule;
use crate::columns::Columns;

/// The summary of plots: area, collective and state land, hectares by year, what is scheduled in all, and the public-interest share;
/// last the total. Every total is the sum of its column.
pub(super) fn summary_table(
    sources: &Sources<'_>,
    schedule: Option<&Schedule>,
    closer: &Closer,
) -> Result<RecordBatch, ArrowError> {
    let rows = sources.rows;
    let plots = &rows.plots.plots;
    let range = 0..plots.len();
    let with_sum = |figures: Vec<Option<f64>>| {
        // A column with a gap has no total.
        let known: Option<Vec<f64>> = figures.iter().copied().collect();
        let total = known.filter(|known| !known.is_empty()).map(|known| closer.sum(known));
        figures.into_iter().chain([total]).collect::<Vec<_>>()
    };
    let split = |read: fn(&crate::check::ownership::Split) -> f64| {
        with_sum(range.clone().map(|plot| rows.splits?.get(plot).map(read)).collect())
    };
    let mut columns = Columns::default()
        .texts("plot_id", plots.iter().map(|plot| plot.id.as_str()).chain(["合计"]))
        .texts("plot_name", plots.iter().map(|plot| plot.name.as_str()).chain([""]))
        .maybe_numbers("area_ha", with_sum(plots.iter().map(|plot| Some(plot.area_ha)).collect()))
        .maybe_numbers("collective_ha", split(|split| split.collective_ha))
        .maybe_numbers("state_ha", split(|split| split.state_ha));
    if let Some(schedule) = schedule {
        let of_plot = |plot: usize| schedule.of_plots.get(plot)?.as_ref();
        for (at, year) in schedule.years.iter().enumerate() {
            // A plot without a project in a year has nothing in it; a plot without any project is not stated.
            let figures = range.clone().map(|plot| of_plot(plot)?.get(at).copied()).collect::<Vec<_>>();
            let total = closer.sum(figures.iter().copied().flatten());
            columns = columns.maybe_numbers(&format!("y{year}_ha"), figures.into_iter().chain([Some(total)]));
        }
        let sums: Vec<Option<f64>> = range
            .clone()
            .map(|plot| {
                schedule.has_plot(plot).then(|| closer.sum(of_plot(plot).into_iter().flatten().copied()))
            })
            .collect();
        let total = closer.sum(sums.iter().copied().flatten());
        columns = columns.maybe_numbers("scheduled_ha", sums.into_iter().chain([Some(total)]));
    }
    let shares: Vec<Option<f64>> = range.map(|plot| rows.known_share(plot)).collect();
    let area_m2: f64 = plots.iter().map(|plot| plot.area_m2).sum();
    let public_m2: Option<f64> = rows.shares.and_then(|shares| {
        let known =
            shares.iter().zip(plots).map(|(share, plot)| share.share(plot.area_m2).map(|_| share.public_m2));
        known.sum()
    });
    let of_all = public_m2.filter(|_| area_m2 > 0.0).map(|public_m2| public_m2 / area_m2);
    columns.maybe_numbers("public_interest_share", shares.into_iter().chain([of_all])).finish()
}
