//! The tables that schemes have to contain by statute: land use, uses, public-interest projects, yearly plan, characteristics, boundary
//! points, and the summary of plots. All come out of geometry and the project list, and all close.

mod characteristics;
mod closing;
mod coordinates;
mod land_use_table;
mod public_projects;
mod schedule;
mod summary;
mod uses_table;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::finding::Findings;
use super::input::CheckInput;
use super::land_use::LandUse;
use super::public_interest::UsesOnPlots;
use super::tables::PlotRows;
use closing::Closer;

/// What the tables are made of.
pub(super) struct Sources<'a> {
    pub(super) input: &'a CheckInput,
    pub(super) rows: &'a PlotRows<'a>,
    pub(super) uses: Option<&'a UsesOnPlots>,
    pub(super) land_use: Option<&'a LandUse>,
}

/// Every table that the inputs allow, by name; last what closing moved.
pub(super) fn tables(
    sources: &Sources<'_>,
    findings: &mut Findings,
) -> Result<Vec<(&'static str, RecordBatch)>, ArrowError> {
    let plots = sources.rows.plots;
    let mut closer = Closer::new(sources.rows.meter.tolerances.row_decimals_ha);
    let mut tables = Vec::new();
    let mut cropland_ha = None;
    if let Some(land_use) = sources.land_use {
        let (table, cropland) = land_use_table::land_use_table(land_use, plots, &mut closer)?;
        tables.push(("land_use", table));
        cropland_ha = Some(cropland).filter(|_| land_use.is_complete());
    }
    if let Some(uses) = sources.uses {
        tables.push(("plot_uses", uses_table::uses_table(sources, uses, &mut closer)?));
        tables.push(("public_projects", public_projects::public_projects_table(sources, uses, &mut closer)?));
    }
    let schedule = schedule::Schedule::new(sources, &mut closer, findings);
    if let Some(schedule) = &schedule {
        tables.push(("schedule", schedule.table(&closer)?));
    }
    tables.push(("plot_summary", summary::summary_table(sources, schedule.as_ref(), &closer)?));
    let facts = characteristics::Facts::new(sources, schedule.as_ref(), cropland_ha);
    tables.push((
        "characteristics",
        characteristics::characteristics_table(sources, schedule.as_ref(), &facts)?,
    ));
    if let Some(table) = coordinates::coordinates_table(plots, sources.rows.meter, findings)? {
        tables.push(("coordinates", table));
    }
    tables.push(("closing", closer.table()?));
    Ok(tables)
}
