//! Opinions and certificates of departments: a row a layer, whether the range overlaps it and by how much.

use arrow_array::RecordBatch;

use super::message::comma_list;
use super::occupied::occupied;
use super::outcome::{AreaFigures, Relation, plot_ids};
use super::presence::present;
use super::spatial::Ground;
use crate::columns::Columns;
use crate::error::ComplianceError;
use crate::rules::{LayerZone, Opinion, RulePack};

/// What one opinion says of one layer.
struct Row<'a> {
    opinion: &'a Opinion,
    zone: &'a LayerZone,
    title: String,
    /// `None` when the layer is not there or a sub-zone is not known.
    overlaps: Option<bool>,
    plots: String,
    area: Option<AreaFigures>,
    note: String,
}

/// The table of all opinions that the packs ask for.
pub(super) fn opinions_table(
    packs: &[RulePack],
    ground: &Ground<'_>,
) -> Result<RecordBatch, ComplianceError> {
    let mut rows = Vec::new();
    for opinion in packs.iter().flat_map(|pack| &pack.opinions) {
        for zone in &opinion.layers {
            rows.push(row(opinion, zone, ground)?);
        }
    }
    let area = |read: fn(&AreaFigures) -> f64| rows.iter().map(move |row| row.area.as_ref().map(read));
    Ok(Columns::default()
        .texts("opinion_id", rows.iter().map(|row| &row.opinion.id))
        .texts("title", rows.iter().map(|row| &row.opinion.title))
        .texts("departments", rows.iter().map(|row| row.opinion.departments.join("→")))
        .texts("role", rows.iter().map(|row| &row.zone.role))
        .texts("layer", rows.iter().map(|row| &row.title))
        .maybe_flags("overlaps", rows.iter().map(|row| row.overlaps))
        .texts("plots", rows.iter().map(|row| &row.plots))
        .maybe_numbers("area_m2", area(|area| area.m2))
        .maybe_numbers("area_ha", area(|area| area.ha))
        .maybe_numbers("area_mu", area(|area| area.mu))
        .texts("note", rows.iter().map(|row| &row.note))
        .texts("clause", rows.iter().map(|row| &row.opinion.clause))
        .texts("document", rows.iter().map(|row| &row.opinion.document))
        .texts("status", rows.iter().map(|row| row.opinion.status.as_str()))
        .finish()?)
}

fn row<'a>(
    opinion: &'a Opinion,
    zone: &'a LayerZone,
    ground: &Ground<'_>,
) -> Result<Row<'a>, ComplianceError> {
    let title = ground.title(zone);
    if let Some((message, _)) = ground.missing(&zone.role) {
        // How far a point or line reaches may not be known; that it lies in a plot is.
        let present: Vec<usize> = present(ground, zone).into_iter().map(|found| found.plot).collect();
        let overlaps = (!present.is_empty()).then_some(true);
        let note =
            if present.is_empty() { message } else { format!("{message}；所列地块内有其点或线") };
        let plots = plot_ids(ground.overlayer.plots, present).join(",");
        return Ok(Row { opinion, zone, title, overlaps, plots, area: None, note });
    }
    let (plots, meter) = (ground.overlayer.plots, ground.overlayer.meter);
    // The rows of a rule are not wanted, so its position does not matter.
    let occupied = occupied(ground, 0, zone)?;
    let broken: Vec<_> = occupied.found.iter().filter(|finding| finding.broken.planar_m2 > 0.0).collect();
    let unknown: Vec<&str> = occupied.found.iter().filter_map(|finding| finding.unknown.as_deref()).collect();
    let touches = occupied.rows.iter().any(|row| row.relation == Relation::Contact);
    let areas = broken.iter().map(|finding| meter.area_m2(&finding.broken));
    let mut notes = Vec::new();
    if let Some(first) = unknown.first() {
        notes.push(format!("{}个地块无法判定：{first}", unknown.len()));
    }
    if touches {
        notes.push("另有地块仅与其边界相接".to_owned());
    }
    let overlaps = if broken.is_empty() { unknown.is_empty().then_some(false) } else { Some(true) };
    let ids = plot_ids(plots, broken.iter().map(|finding| finding.plot));
    Ok(Row {
        opinion,
        zone,
        title,
        overlaps,
        plots: ids.join(","),
        area: Some(AreaFigures::of(areas, meter.tolerances.piece_decimals)),
        note: comma_list(notes.iter().map(String::as_str)),
    })
}
