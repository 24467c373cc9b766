//! Rows before they are a table.

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::Field;
use sanxian_geodesy::units;
use sanxian_io::Layer;

use crate::attribute::{position, required_texts};
use crate::columns::Columns;
use crate::error::ComplianceError;

/// What a plot and a feature or group have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) plot: u32,
    /// Feature or group.
    pub(super) of_layer: u32,
    pub(super) area_m2: f64,
    /// Planar area and perimeter of the pieces; 0 where none were made.
    pub(super) planar: f64,
    pub(super) perimeter: f64,
}

impl Row {
    /// Both together, as `of_layer`.
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            area_m2: self.area_m2 + other.area_m2,
            planar: self.planar + other.planar,
            perimeter: self.perimeter + other.perimeter,
            ..*other
        }
    }
}

/// Sums the rows of each plot over the groups of the layer's features.
///
/// Rows are ordered by plot and feature and are added in this order, so that sums do not depend on anything else.
pub(super) fn grouped(rows: &[Row], group_of_feature: &[u32]) -> Vec<Row> {
    let mut sums: Vec<Row> = Vec::new();
    for of_plot in rows.chunk_by(|a, b| a.plot == b.plot) {
        let group_of = |row: &Row| group_of_feature.get(row.of_layer as usize).copied().unwrap_or_default();
        let mut of_plot: Vec<Row> =
            of_plot.iter().map(|row| Row { of_layer: group_of(row), ..*row }).collect();
        of_plot.sort_by_key(|row| row.of_layer);
        for of_group in of_plot.chunk_by(|a, b| a.of_layer == b.of_layer) {
            sums.extend(of_group.iter().copied().reduce(|sum, row| sum.plus(&row)));
        }
    }
    sums
}

/// What the table says beside the rows.
pub(super) struct Frame<'a> {
    pub(super) plots: &'a Layer,
    pub(super) plot_area_m2: &'a [f64],
    /// Pieces narrower than this are flagged; `None` when widths were not asked for, or mean nothing (in degrees).
    pub(super) sliver_width_m: Option<f64>,
}

impl Frame<'_> {
    /// 2A/P; where rounding left nothing of a piece, it has no width.
    fn mean_width_m(&self, row: &Row) -> Option<f64> {
        self.sliver_width_m?;
        Some(if row.perimeter > 0.0 { 2.0 * row.planar / row.perimeter } else { 0.0 })
    }

    /// The table, with the columns that tell features or groups apart after the plots.
    pub(super) fn table(
        &self,
        rows: &[Row],
        of_layer: Vec<(Field, ArrayRef)>,
    ) -> Result<RecordBatch, ComplianceError> {
        let columns = if position(&self.plots.attributes, "plot_id").is_some() {
            let ids = required_texts(self.plots, "plot_id")?;
            let id_of = |row: &Row| ids.get(row.plot as usize).cloned().flatten();
            Columns::default().maybe_texts("plot_id", rows.iter().map(id_of))
        } else {
            Columns::default().counts("plot_id", rows.iter().map(|row| row.plot as usize))
        };
        let share = |row: &Row| {
            let plot = self.plot_area_m2.get(row.plot as usize).copied().unwrap_or_default();
            (plot > 0.0).then(|| row.area_m2 / plot)
        };
        let is_sliver = |row: &Row| {
            self.mean_width_m(row).zip(self.sliver_width_m).is_some_and(|(width, least)| width < least)
        };
        let columns =
            of_layer.into_iter().fold(columns, |columns, (field, array)| columns.array(field, array));
        let batch = columns
            .numbers("area_m2", rows.iter().map(|row| row.area_m2))
            .numbers("area_ha", rows.iter().map(|row| units::ha(row.area_m2)))
            .numbers("area_mu", rows.iter().map(|row| units::mu(row.area_m2)))
            .maybe_numbers("share", rows.iter().map(share))
            .maybe_numbers("mean_width_m", rows.iter().map(|row| self.mean_width_m(row)))
            .flags("is_sliver", rows.iter().map(is_sliver))
            .finish()?;
        Ok(batch)
    }
}
