use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::closing::Closer;
use crate::check::land_use::{COLUMNS, LandUse, OWNERS};
use crate::check::plots::PlotSet;
use crate::columns::Columns;
use crate::rules::LandGroup;

const TABLE: &str = "land_use";
const OWNER_TITLES: [&str; OWNERS] = ["集体", "国有", "权属不明"];

/// One row: plot, owner, and the columns in hectares.
struct Row {
    plot_id: String,
    plot_name: String,
    owner: &'static str,
    cells: [f64; COLUMNS],
}

/// Table 土地利用现状: a row a plot and owner with the land classes, the plot's own row, and the same for all plots together. Every total
/// is the sum of what is shown, in both directions. Beside the table, the total of cropland in it.
pub(in crate::check) fn land_use_table(
    land_use: &LandUse,
    plots: &PlotSet,
    closer: &mut Closer,
) -> Result<(RecordBatch, f64), ArrowError> {
    let mut rows: Vec<Row> = Vec::new();
    let mut all = [[0.0; COLUMNS]; OWNERS];
    for (plot, areas) in plots.plots.iter().zip(&land_use.cells) {
        let mut own = [0.0; COLUMNS];
        for (owner, cells) in rounded(&plot.id, plot.area_ha, areas, closer).into_iter().enumerate() {
            let total = closer.sum(cells);
            if total == 0.0 {
                continue;
            }
            for (at, cell) in cells.iter().enumerate() {
                own[at] = closer.sum([own[at], *cell]);
                all[owner][at] = closer.sum([all[owner][at], *cell]);
            }
            rows.push(Row {
                plot_id: plot.id.clone(),
                plot_name: plot.name.clone(),
                owner: OWNER_TITLES[owner],
                cells,
            });
        }
        rows.push(Row {
            plot_id: plot.id.clone(), plot_name: plot.name.clone(), owner: "小计", cells: own
        });
    }
    let mut own = [0.0; COLUMNS];
    let total = |owner, cells| Row { plot_id: "合计".to_owned(), plot_name: String::new(), owner, cells };
    for (cells, owner) in all.into_iter().zip(OWNER_TITLES) {
        if closer.sum(cells) > 0.0 {
            for (own, cell) in own.iter_mut().zip(cells) {
                *own = closer.sum([*own, cell]);
            }
            rows.push(total(owner, cells));
        }
    }
    rows.push(total("合计", own));
    let groups = LandGroup::ALL.into_iter().zip(own);
    let cropland_ha = closer.sum(groups.filter(|(group, _)| group.is_cropland()).map(|(_, cell)| cell));
    Ok((table(&rows, closer)?, cropland_ha))
}

/// The cells of one plot: owners make the plot, classes make the owner.
fn rounded(
    plot_id: &str,
    plot_ha: f64,
    areas: &[[f64; COLUMNS]; OWNERS],
    closer: &mut Closer,
) -> Vec<[f64; COLUMNS]> {
    let owners_ha: Vec<f64> = areas.iter().map(|row| row.iter().sum::<f64>() / 1e4).collect();
    let unrounded: f64 = owners_ha.iter().sum();
    // A survey that overlaps itself has more land than the plot; then its own sum is the whole.
    let unit = 10f64.powi(-(closer.decimals as i32));
    let whole = if (unrounded - plot_ha).abs() < unit { plot_ha } else { closer.round(unrounded) };
    let owners_ha = closer.parts(TABLE, plot_id, &OWNER_TITLES, &owners_ha, whole);
    let mut names: Vec<&str> = LandGroup::ALL.iter().map(|group| group.as_str()).collect();
    names.push("unclassified");
    let rows = areas.iter().zip(owners_ha).zip(OWNER_TITLES);
    rows.map(|((areas, owner_ha), title)| {
        let parts: Vec<f64> = areas.iter().map(|area| area / 1e4).collect();
        let row = format!("{plot_id} {title}");
        let closed = closer.parts(TABLE, &row, &names, &parts, owner_ha);
        let mut cells = [0.0; COLUMNS];
        for (cell, closed) in cells.iter_mut().zip(closed) {
            *cell = closed;
        }
        cells
    })
    .collect()
}

fn table(rows: &[Row], closer: &Closer) -> Result<RecordBatch, ArrowError> {
    let of = |wanted: fn(LandGroup) -> bool| {
        rows.iter().map(move |row| {
            let groups = LandGroup::ALL.into_iter().zip(row.cells);
            closer.sum(groups.filter(|(group, _)| wanted(*group)).map(|(_, cell)| cell))
        })
    };
    let cell = |at: usize| rows.iter().map(move |row| row.cells.get(at).copied().unwrap_or_default());
    let mut columns = Columns::default()
        .texts("plot_id", rows.iter().map(|row| &row.plot_id))
        .texts("plot_name", rows.iter().map(|row| &row.plot_name))
        .texts("ownership", rows.iter().map(|row| row.owner))
        .numbers("total_ha", rows.iter().map(|row| closer.sum(row.cells)))
        .numbers("agricultural_ha", of(|group| group.land_class() == "agricultural"))
        .numbers("cropland_ha", of(LandGroup::is_cropland));
    for (at, group) in LandGroup::ALL.into_iter().enumerate() {
        columns = columns.numbers(&format!("{}_ha", group.as_str()), cell(at));
    }
    columns.numbers("unclassified_ha", cell(COLUMNS - 1)).finish()
}
