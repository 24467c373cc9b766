//! The plots of a submission by their names and measures.

use std::collections::HashMap;

use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;

use super::finding::{Collector, Place};
use crate::area::areas_m2;
use crate::attribute::{numbers, texts};
use crate::error::ComplianceError;

/// One plot as a submission's parts speak of it.
#[derive(Debug)]
pub(super) struct PlotRow {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) declared_ha: Option<f64>,
    pub(super) planar_ha: f64,
    /// `None` where the CRS has no ellipsoidal area.
    pub(super) ellipsoidal_ha: Option<f64>,
}

impl PlotRow {
    /// How sentences call it.
    pub(super) fn label(&self) -> String {
        match &self.name {
            Some(name) if *name != self.id && name.contains(&self.id) => name.clone(),
            Some(name) if *name != self.id => format!("{name}({})", self.id),
            _ => format!("地块{}", self.id),
        }
    }

    /// The areas that a figure may mean, with their words.
    pub(super) fn areas(&self) -> impl Iterator<Item = (&'static str, f64)> + use<> {
        [self.ellipsoidal_ha.map(|ha| ("椭球面积", ha)), Some(("平面面积", self.planar_ha))]
            .into_iter()
            .flatten()
    }

    /// The difference of a figure from the nearest of the areas.
    pub(super) fn nearest_difference_ha(&self, figure_ha: f64) -> f64 {
        let differences = self.areas().map(|(_, area_ha)| figure_ha - area_ha);
        differences.min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or_default()
    }

    /// `椭球面积1.2345公顷、平面面积1.2346公顷`.
    pub(super) fn areas_text(&self) -> String {
        let texts: Vec<String> =
            self.areas().map(|(word, area_ha)| format!("{word}{}", super::figures::ha(area_ha))).collect();
        texts.join("、")
    }
}

/// All plots of a layer.
#[derive(Debug)]
pub(super) struct PlotTable<'a> {
    pub(super) layer: &'a Layer,
    pub(super) rows: Vec<PlotRow>,
}

impl<'a> PlotTable<'a> {
    pub(super) fn new(layer: &'a Layer) -> Result<Self, ComplianceError> {
        let ids = texts(&layer.attributes, "plot_id").unwrap_or_default();
        let names = texts(&layer.attributes, "plot_name").unwrap_or_default();
        let declared = numbers(&layer.attributes, "declared_area_ha").unwrap_or_default();
        let [planar, ellipsoidal] = both_areas_m2(layer)?;
        let rows = (0..layer.len())
            .map(|row| PlotRow {
                id: ids.get(row).cloned().flatten().unwrap_or_else(|| (row + 1).to_string()),
                name: names.get(row).cloned().flatten(),
                declared_ha: declared.get(row).copied().flatten(),
                planar_ha: planar.get(row).copied().flatten().unwrap_or_default() / 1e4,
                ellipsoidal_ha: ellipsoidal.get(row).copied().flatten().map(|area_m2| area_m2 / 1e4),
            })
            .collect();
        Ok(Self { layer, rows })
    }

    /// The plot that a use or project calls by its id or name.
    pub(super) fn find(&self, reference: &str) -> Option<usize> {
        let reference = reference.trim();
        self.rows
            .iter()
            .position(|plot| plot.id == reference)
            .or_else(|| self.rows.iter().position(|plot| plot.name.as_deref() == Some(reference)))
    }

    pub(super) fn label(&self, row: usize) -> String {
        self.rows.get(row).map(PlotRow::label).unwrap_or_default()
    }

    pub(super) fn report_repeated(&self, findings: &mut Collector) {
        let mut first_of: HashMap<&str, usize> = HashMap::new();
        for (row, plot) in self.rows.iter().enumerate() {
            if let Some(first) = first_of.get(plot.id.as_str()) {
                let message = format!(
                    "地块编号{}重复：第{}个与第{}个地块同号，每个地块应有自己的编号",
                    plot.id,
                    first + 1,
                    row + 1
                );
                findings
                    .error("plot_id_repeated", self.layer, message)
                    .of(row)
                    .of_plot(&plot.id)
                    .at(Place::feature(self.layer.polygons.view(), row));
            } else {
                first_of.insert(&plot.id, row);
            }
        }
    }
}

/// Planar and ellipsoidal areas; without a coordinate that has none.
pub(super) fn both_areas_m2(layer: &Layer) -> Result<[Vec<Option<f64>>; 2], ComplianceError> {
    let crs = layer.crs.as_ref().ok_or_else(|| ComplianceError::NoCrs { layer: layer.name.clone() })?;
    let measured = |method| -> Vec<Option<f64>> {
        let all = layer.polygons.view();
        // A vertex that cannot be must not cost the other features their areas.
        areas_m2(all, crs, method).unwrap_or_else(|_| {
            (0..all.len())
                .map(|row| {
                    areas_m2(all.take([row]).view(), crs, method)
                        .ok()
                        .and_then(|one| one.first().copied().flatten())
                })
                .collect()
        })
    };
    Ok([measured(AreaMethod::Planar), measured(AreaMethod::Ellipsoidal)])
}
