use std::collections::BTreeSet;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_geodesy::closure::close_table;
use sanxian_io::Finding;

use super::Sources;
use super::closing::Closer;
use crate::check::finding::Findings;
use crate::columns::Columns;
use crate::figure::round;
use crate::scheme::Project;

const TABLE: &str = "schedule";

/// 表6-1: what is carried out in which year.
pub(super) struct Schedule {
    pub(super) years: Vec<i32>,
    rows: Vec<Row>,
    /// Hectares a plot and year as the rows add up to them; `None` for plots without a project.
    pub(super) of_plots: Vec<Option<Vec<f64>>>,
}

/// One project on one plot.
struct Row {
    project: String,
    plot: usize,
    plot_id: String,
    /// Hectares a year, and what is not scheduled.
    years_ha: Vec<f64>,
    unscheduled_ha: f64,
}

impl Row {
    /// The project's land as it is printed, which the row adds up to.
    fn land_ha(&self, closer: &Closer) -> f64 {
        closer.sum(self.years_ha.iter().copied().chain([self.unscheduled_ha]))
    }
}

impl Schedule {
    /// `None` when the project table has no years.
    pub(super) fn new(sources: &Sources<'_>, closer: &mut Closer, findings: &mut Findings) -> Option<Self> {
        let projects = sources.input.projects.as_ref()?;
        let years: BTreeSet<i32> =
            projects.rows.iter().flat_map(|project| &project.years).map(|(year, _)| *year).collect();
        if years.is_empty() {
            return None;
        }
        let years: Vec<i32> = years.into_iter().collect();
        let plots = sources.rows.plots;
        let file = projects.file.as_ref().map(|file| file.name.as_str()).or(projects.path.as_deref());
        let mut schedule = Self { years, rows: Vec::new(), of_plots: vec![None; plots.len()] };
        for index in 0..plots.len() {
            let on_plot: Vec<&Project> = projects
                .rows
                .iter()
                .filter(|project| project.plot.as_deref().and_then(|name| plots.find(name)) == Some(index))
                .collect();
            if on_plot.is_empty() {
                continue;
            }
            let figures: Vec<Vec<f64>> = on_plot
                .iter()
                .map(|project| schedule.figures(sources, index, project, file, findings))
                .collect();
            schedule.add_plot(sources, index, &on_plot, &figures, closer);
        }
        Some(schedule)
    }

    /// Hectares a year and what is left of the project's land, unrounded.
    fn figures(
        &self,
        sources: &Sources<'_>,
        plot: usize,
        project: &Project,
        file: Option<&str>,
        findings: &mut Findings,
    ) -> Vec<f64> {
        let of_year =
            |year: &i32| project.years.iter().filter(|(known, _)| known == year).map(|(_, ha)| ha).sum();
        let mut figures: Vec<f64> = self.years.iter().map(of_year).collect();
        let scheduled: f64 = figures.iter().sum();
        let drawn = drawn_ha(sources, plot, project);
        let land_ha = drawn.or(project.area_ha).unwrap_or(scheduled);
        let allowed = sources.rows.meter.tolerances.declared_area_ha;
        if scheduled - land_ha > allowed {
            let message = format!(
                "项目“{}”各年面积之和{}公顷大于其用地面积{}公顷",
                project.name,
                round(scheduled, 4),
                round(land_ha, 4)
            );
            let mut finding = Finding::warning("schedule_exceeds_land", message).at_line(project.line);
            finding.plot_id.clone_from(&project.plot);
            findings.add(file, finding);
        }
        if let (Some(drawn), Some(stated)) = (drawn, project.area_ha)
            && (drawn - stated).abs() > allowed
        {
            let message = format!(
                "项目“{}”所载用地面积{stated}公顷与用途图斑面积{}公顷不符，按图形计算",
                project.name,
                round(drawn, 4)
            );
            let mut finding = Finding::warning("project_area_differs", message).at_line(project.line);
            finding.plot_id.clone_from(&project.plot);
            findings.add(file, finding);
        }
        figures.push((land_ha - scheduled).max(0.0));
        figures
    }

    fn add_plot(
        &mut self,
        sources: &Sources<'_>,
        index: usize,
        projects: &[&Project],
        figures: &[Vec<f64>],
        closer: &mut Closer,
    ) {
        let Some(plot) = sources.rows.plots.plots.get(index) else { return };
        let cells = match close_table(figures, closer.decimals) {
            Ok(closed) => {
                for moved in &closed.moved {
                    let project = projects.get(moved.row).map_or("", |project| project.name.as_str());
                    let column = self
                        .years
                        .get(moved.column)
                        .map_or_else(|| "未安排".to_owned(), |year| format!("{year}年"));
                    closer.note(TABLE, &format!("{} {project}", plot.id), &column, moved.moved_units);
                }
                closed.cells
            }
            // Figures that are no areas: rounded each by itself, and the sums say what they say.
            Err(_) => figures.iter().map(|row| row.iter().map(|ha| closer.round(*ha)).collect()).collect(),
        };
        let mut of_plot = vec![0.0; self.years.len()];
        for (project, cells) in projects.iter().zip(cells) {
            let years_ha: Vec<f64> = cells.iter().take(self.years.len()).copied().collect();
            for (sum, year_ha) in of_plot.iter_mut().zip(&years_ha) {
                *sum = closer.sum([*sum, *year_ha]);
            }
            self.rows.push(Row {
                project: project.name.clone(),
                plot: index,
                plot_id: plot.id.clone(),
                unscheduled_ha: cells.last().copied().unwrap_or_default(),
                years_ha,
            });
        }
        if let Some(slot) = self.of_plots.get_mut(index) {
            *slot = Some(of_plot);
        }
    }

    /// Hectares of all plots by year.
    pub(super) fn totals(&self, closer: &Closer) -> Vec<f64> {
        (0..self.years.len())
            .map(|year| closer.sum(self.rows.iter().filter_map(|row| row.years_ha.get(year).copied())))
            .collect()
    }

    /// How many projects there are.
    pub(super) fn projects(&self) -> usize {
        let mut names: Vec<&str> = self.rows.iter().map(|row| row.project.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    }

    pub(super) fn table(&self, closer: &Closer) -> Result<RecordBatch, ArrowError> {
        let rows = &self.rows;
        let land: Vec<f64> = rows.iter().map(|row| row.land_ha(closer)).collect();
        let totals = self.totals(closer);
        let unscheduled = closer.sum(rows.iter().map(|row| row.unscheduled_ha));
        let all = closer.sum(totals.iter().copied().chain([unscheduled]));
        let numbers = (1..=rows.len() as i64).map(Some).chain([None]);
        let mut columns = Columns::default()
            .maybe_counts("number", numbers)
            .texts("project", rows.iter().map(|row| row.project.as_str()).chain(["合计"]))
            .texts("plot_id", rows.iter().map(|row| row.plot_id.as_str()).chain([""]))
            .numbers("area_ha", land.iter().copied().chain([all]));
        for (at, (year, total)) in self.years.iter().zip(&totals).enumerate() {
            let of_year = || rows.iter().map(|row| row.years_ha.get(at).copied().unwrap_or_default());
            // Shares of the printed areas, as in the row of totals: no rule rests on them, and whoever divides two cells
            // of a row must get the third.
            let share = |(ha, land): (f64, &f64)| (*land > 0.0).then(|| ha / land);
            let shares = of_year().zip(&land).map(share);
            let of_all = share((*total, &all));
            columns = columns
                .numbers(&format!("y{year}_ha"), of_year().chain([*total]))
                .maybe_numbers(&format!("y{year}_share"), shares.chain([of_all]));
        }
        columns
            .numbers("unscheduled_ha", rows.iter().map(|row| row.unscheduled_ha).chain([unscheduled]))
            .finish()
    }

    /// True when the plot has a project.
    pub(super) fn has_plot(&self, plot: usize) -> bool {
        self.rows.iter().any(|row| row.plot == plot)
    }
}

/// Hectares of the uses that list this project alone on this plot; `None` without such uses.
fn drawn_ha(sources: &Sources<'_>, plot: usize, project: &Project) -> Option<f64> {
    let uses = sources.uses?;
    let mut found = None;
    for (of_plot, feature, area_m2) in &uses.pieces {
        let text = |texts: &[Option<String>]| texts.get(*feature).and_then(Clone::clone);
        let list = text(&uses.lists).or_else(|| text(&uses.names));
        if *of_plot == plot && list.as_deref().map(str::trim) == Some(project.name.as_str()) {
            *found.get_or_insert(0.0) += area_m2 / 1e4;
        }
    }
    found
}
