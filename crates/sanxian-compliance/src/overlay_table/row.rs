//! Rows before they are a table.

use std::collections::HashMap;

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

/// Sums over plots and groups, made pair by pair.
///
/// Pairs are added as they come: in the order of the layer's features for any one plot and group, so that sums do not depend on threads.
#[derive(Default)]
pub(super) struct Sums(HashMap<(u32, u32), Row>);

impl Sums {
    /// Adds rows of pairs to the groups of their features.
    pub(super) fn add(&mut self, rows: &[Row], groups: &[u32]) {
        for (row, &group) in rows.iter().zip(groups) {
            let row = Row { of_layer: group, ..*row };
            self.0.entry((row.plot, group)).and_modify(|sum| *sum = sum.plus(&row)).or_insert(row);
        }
    }

    /// A row a plot and group, in no order.
    pub(super) fn into_rows(self) -> Vec<Row> {
        self.0.into_values().collect()
    }
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
            let id_of = |row: &Row| ids.get(row.plot as usize).and_then(Option::as_deref);
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
