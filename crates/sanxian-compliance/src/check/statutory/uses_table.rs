use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::Sources;
use super::closing::Closer;
use crate::check::message::comma_list;
use crate::check::public_interest::UsesOnPlots;
use crate::columns::Columns;
use crate::scheme::Project;

const TABLE: &str = "plot_uses";
/// Land of a plot that no use covers, or whose use has no name.
const WITHOUT_USE: &str = "未列用途";

struct Row {
    number: Option<i64>,
    plot_id: String,
    plot_name: String,
    use_name: String,
    area_ha: f64,
    function: Option<String>,
    note: Option<String>,
}

/// 表5-1: uses, areas and functions of each plot, with a subtotal a plot and the total.
pub(super) fn uses_table(
    sources: &Sources<'_>,
    uses: &UsesOnPlots,
    closer: &mut Closer,
) -> Result<RecordBatch, ArrowError> {
    let plots = sources.rows.plots;
    let mut rows: Vec<Row> = Vec::new();
    let (mut number, mut total_ha) = (0, 0.0);
    for (index, plot) in plots.plots.iter().enumerate() {
        // In the order of their names: the order of polygons in a file says nothing.
        let mut by_use: BTreeMap<&str, (f64, Vec<usize>)> = BTreeMap::new();
        for &(_, feature, area_m2) in uses.pieces.iter().filter(|(of_plot, ..)| *of_plot == index) {
            let name = uses.names.get(feature).and_then(Option::as_deref).unwrap_or(WITHOUT_USE);
            let entry = by_use.entry(name).or_default();
            entry.0 += area_m2;
            entry.1.push(feature);
        }
        let covered_m2: f64 = by_use.values().map(|(area_m2, _)| area_m2).sum();
        let missing_m2 = plot.area_m2 - covered_m2;
        if missing_m2 > sources.rows.meter.closure_m2(plot.measure.perimeter_m) {
            by_use.entry(WITHOUT_USE).or_default().0 += missing_m2;
        }
        if by_use.is_empty() {
            continue;
        }
        let names: Vec<&str> = by_use.keys().copied().collect();
        let parts: Vec<f64> = by_use.values().map(|(area_m2, _)| area_m2 / 1e4).collect();
        let unit = 10f64.powi(-(closer.decimals as i32));
        let unrounded: f64 = parts.iter().sum();
        // Uses that overlap have more land than the plot; then their own sum is the whole.
        let whole =
            if (unrounded - plot.area_ha).abs() < unit { plot.area_ha } else { closer.round(unrounded) };
        let areas = closer.parts(TABLE, &plot.id, &names, &parts, whole);
        for ((name, (_, features)), area_ha) in by_use.iter().zip(&areas) {
            number += 1;
            rows.push(Row {
                number: Some(number),
                plot_id: plot.id.clone(),
                plot_name: plot.name.clone(),
                use_name: (*name).to_owned(),
                area_ha: *area_ha,
                function: functions(sources, uses, index, features),
                note: (*name == WITHOUT_USE).then(|| "用途图斑未覆盖或没有用途名".to_owned()),
            });
        }
        let subtotal = closer.sum(areas);
        total_ha = closer.sum([total_ha, subtotal]);
        rows.push(Row::sum(&plot.id, &plot.name, "地块小计", subtotal));
    }
    rows.push(Row::sum("合计", "", "合计", total_ha));
    Columns::default()
        .maybe_counts("number", rows.iter().map(|row| row.number))
        .texts("plot_id", rows.iter().map(|row| &row.plot_id))
        .texts("plot_name", rows.iter().map(|row| &row.plot_name))
        .texts("use_name", rows.iter().map(|row| &row.use_name))
        .numbers("area_ha", rows.iter().map(|row| row.area_ha))
        .maybe_texts("function", rows.iter().map(|row| row.function.as_deref()))
        .maybe_texts("note", rows.iter().map(|row| row.note.as_deref()))
        .finish()
}

impl Row {
    fn sum(plot_id: &str, plot_name: &str, title: &str, area_ha: f64) -> Self {
        Self {
            number: None,
            plot_id: plot_id.to_owned(),
            plot_name: plot_name.to_owned(),
            use_name: title.to_owned(),
            area_ha,
            function: None,
            note: None,
        }
    }
}

/// What the projects of some uses are to do, each once.
fn functions(sources: &Sources<'_>, uses: &UsesOnPlots, plot: usize, features: &[usize]) -> Option<String> {
    let projects = sources.input.projects.as_ref()?;
    let lists: Vec<&str> =
        features.iter().filter_map(|feature| uses.lists.get(*feature)?.as_deref()).collect();
    let is_here = |project: &&Project| {
        let on_plot = project.plot.as_deref().is_none_or(|name| sources.rows.plots.find(name) == Some(plot));
        on_plot && lists.iter().any(|list| list.contains(project.name.as_str()))
    };
    let mut found: Vec<&str> = Vec::new();
    for function in projects.rows.iter().filter(is_here).filter_map(|project| project.function.as_deref()) {
        if !found.contains(&function) {
            found.push(function);
        }
    }
    (!found.is_empty()).then(|| comma_list(found))
}
