use std::collections::BTreeSet;

use sanxian_io::{Finding, Layer};
use sanxian_overlay::{
    Fault, IndexedPolygons, OnInvalid, OverlayError, PolygonSet, RepairMethod, Side, find_faults, repair,
};

use super::finding::{Findings, source_name};
use super::input::CheckInput;
use super::layer_overlay::Overlayer;
use super::measure::{Measure, Meter};
use crate::attribute::{numbers, texts};
use crate::error::ComplianceError;
use crate::figure::{area_ha, ha_text, round};
use crate::keys::nearest;

/// The plots of a run: identity, geometry and measures.
#[derive(Debug)]
pub(super) struct PlotSet {
    pub(super) polygons: PolygonSet,
    pub(super) plots: Vec<Plot>,
}

/// One plot.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) declared_area_ha: Option<f64>,
    pub(super) measure: Measure,
    pub(super) parts: usize,
    pub(super) holes: usize,
    /// Area by the method of the run, unrounded.
    pub(super) area_m2: f64,
    /// The same in hectares as tables show it.
    pub(super) area_ha: f64,
}

impl Plot {
    /// How messages call it: `17号片区`, or `地块 17` when it has no name of its own.
    pub(super) fn label(&self) -> String {
        label(&self.id, &self.name)
    }

    /// True when there is nothing to judge.
    pub(super) fn is_empty(&self) -> bool {
        self.area_m2 <= 0.0
    }
}

fn label(id: &str, name: &str) -> String {
    if name.is_empty() || name == id {
        format!("地块{id}")
    } else if name.contains(id) {
        name.to_owned()
    } else {
        format!("{name}({id})")
    }
}

impl PlotSet {
    pub(super) fn new(
        input: &CheckInput,
        meter: &Meter,
        findings: &mut Findings,
    ) -> Result<Self, ComplianceError> {
        let layer = &input.plots;
        let source = source_name(layer);
        findings.carry(layer);
        if layer.is_empty() {
            return Err(ComplianceError::NoPlots { layer: layer.name.clone() });
        }
        let polygons = sound(input, &source, findings)?;
        let measures = meter.features(&layer.name, polygons.view())?;
        let ids = texts(&layer.attributes, "plot_id").unwrap_or_default();
        let names = texts(&layer.attributes, "plot_name").unwrap_or_default();
        let declared = numbers(&layer.attributes, "declared_area_ha").unwrap_or_default();
        let mut plots = Vec::with_capacity(measures.len());
        let mut seen = BTreeSet::new();
        for (index, measure) in measures.into_iter().enumerate() {
            let row = index as u64 + 1;
            let id = ids.get(index).cloned().flatten().unwrap_or_else(|| {
                findings.add(
                    Some(&source),
                    Finding::warning("plot_without_id", format!("第{row}个地块没有编号，以序号{row}代替"))
                        .at_line(row),
                );
                row.to_string()
            });
            if !seen.insert(id.clone()) {
                let message = format!("地块编号{id}重复，各表中按出现次序排列");
                findings.add(Some(&source), Finding::warning("plot_id_repeated", message).of_plot(&id));
            }
            let view = polygons.view();
            let area_m2 = meter.area_m2(&measure);
            let plot = Plot {
                name: names.get(index).cloned().flatten().unwrap_or_default(),
                declared_area_ha: declared.get(index).copied().flatten(),
                parts: view.feature(index).len(),
                holes: view.feature(index).map(|polygon| polygon.rings().len().saturating_sub(1)).sum(),
                area_m2,
                area_ha: area_ha(area_m2, meter.tolerances.row_decimals_ha),
                measure,
                id,
            };
            // The reader of exchange texts has judged the declared area already, at the decimals it was written with.
            let is_judged = layer.findings.iter().any(|finding| {
                finding.code.starts_with("area_") && finding.plot_id.as_deref() == Some(plot.id.as_str())
            });
            if !is_judged {
                check_declared(&plot, meter, &source, findings);
            }
            if plot.is_empty() {
                let message = "地块没有图形或面积为零，凡涉及它的规则均无法判定";
                findings
                    .add(Some(&source), Finding::error("plot_without_geometry", message).of_plot(&plot.id));
            }
            plots.push(plot);
        }
        if plots.iter().any(|plot| !plot.measure.ellipsoidal_m2.is_finite()) {
            let message = format!("坐标系{}没有椭球面积，只给出平面面积", meter.crs.label());
            findings.add(Some(&source), Finding::warning("no_ellipsoidal_area", message));
        }
        Ok(Self { polygons, plots })
    }

    /// The error of a parameter that names no plot.
    pub(super) fn unknown(&self, parameter: &str, plot: &str) -> ComplianceError {
        let names = self.plots.iter().flat_map(|plot| [plot.id.as_str(), &plot.name]);
        let nearest = nearest(plot, names).map(str::to_owned);
        ComplianceError::UnknownPlot { parameter: parameter.to_owned(), plot: plot.to_owned(), nearest }
    }

    pub(super) fn len(&self) -> usize {
        self.plots.len()
    }

    /// The plot of this id, else of this name; `None` when there is none or several have the name.
    pub(super) fn find(&self, reference: &str) -> Option<usize> {
        let reference = reference.trim();
        let by_id = self.plots.iter().position(|plot| plot.id == reference);
        by_id.or_else(|| {
            let mut named = self.plots.iter().enumerate().filter(|(_, plot)| plot.name == reference);
            match (named.next(), named.next()) {
                (Some((index, _)), None) => Some(index),
                _ => None,
            }
        })
    }
}

/// Lists plots that share area: their totals count it twice.
pub(super) fn report_overlaps(
    overlayer: &Overlayer<'_>,
    source: &str,
    findings: &mut Findings,
) -> Result<(), ComplianceError> {
    let plots = overlayer.plots;
    let indexed = IndexedPolygons::new(plots.polygons.clone());
    for piece in overlayer.inside(plots.polygons.view(), &indexed, source)? {
        let (Some(one), Some(other)) = (plots.plots.get(piece.plot), plots.plots.get(piece.feature)) else {
            continue;
        };
        if piece.plot < piece.feature && !piece.shape.is_noise {
            let (one_label, other_label) = (one.label(), other.label());
            let message = format!(
                "{one_label}与{other_label}相互重叠{:.2}平方米(平面)，平均宽度{:.3}米，合计中重复计算",
                piece.shape.measure.planar_m2, piece.shape.widest_m
            );
            findings.add(Some(source), Finding::warning("plots_overlap", message).of_plot(&one.id));
        }
    }
    Ok(())
}

/// The plots' polygons without faults: as they are, repaired with a finding each, or an error.
fn sound(input: &CheckInput, source: &str, findings: &mut Findings) -> Result<PolygonSet, ComplianceError> {
    let polygons = input.plots.polygons.view();
    let faults: Vec<_> = find_faults(polygons).into_iter().filter(|fault| fault.kind.is_error()).collect();
    let Some(first) = faults.first() else { return Ok(input.plots.polygons.clone()) };
    if input.settings.on_invalid == OnInvalid::Raise {
        return Err(invalid_plot(&input.plots, source, first, &faults));
    }
    let (polygons, repairs) = repair(polygons, RepairMethod::default());
    for repaired in repairs {
        let message = format!(
            "第{}个地块的图形有误，已修复后参加计算：平面面积由{:.2}平方米变为{:.2}平方米",
            repaired.feature + 1,
            repaired.area_before,
            repaired.area_after
        );
        findings.add(
            Some(source),
            Finding::warning("plot_repaired", message).at_line(repaired.feature as u64 + 1),
        );
    }
    Ok(polygons)
}

/// The error of a plot that has faults, in the words of the plots' tables.
fn invalid_plot(layer: &Layer, source: &str, first: &Fault, faults: &[Fault]) -> ComplianceError {
    let text = |field| texts(&layer.attributes, field)?.get(first.feature).cloned().flatten();
    let number = first.feature + 1;
    let id = text("plot_id").unwrap_or_else(|| number.to_string());
    // People count points from 1, and so does `sanxian validate`.
    let mut shown = first.clone();
    shown.vertex = None;
    shown.point = None;
    let place = match (first.vertex, first.point) {
        (Some(vertex), Some([x, y])) => format!(" at point {} ({x:.3}, {y:.3})", vertex + 1),
        (Some(vertex), None) => format!(" at point {}", vertex + 1),
        (None, Some([x, y])) => format!(" at ({x:.3}, {y:.3})"),
        (None, None) => String::new(),
    };
    ComplianceError::InvalidPlot {
        file: source.to_owned(),
        number,
        plot: label(&id, &text("plot_name").unwrap_or_default()),
        plot_id: id,
        fault: format!("{shown}{place}"),
        source: Box::new(OverlayError::InvalidPolygon {
            side: Side::Subject,
            feature: first.feature,
            ring: first.ring,
            vertex: first.vertex,
            point: first.point,
            kind: first.kind,
            faults: faults.iter().filter(|other| other.feature == first.feature).cloned().collect(),
        }),
    }
}

/// Exchange texts declare the planar area in practice and the ellipsoidal one by the rules: one of the two should be what was declared.
fn check_declared(plot: &Plot, meter: &Meter, source: &str, findings: &mut Findings) {
    let Some(declared) = plot.declared_area_ha else { return };
    let (planar, ellipsoidal) = (plot.measure.planar_m2 / 1e4, plot.measure.ellipsoidal_m2 / 1e4);
    let allowed = meter.tolerances.declared_area_ha;
    if (declared - planar).abs() > allowed && (declared - ellipsoidal).abs() > allowed {
        let decimals = meter.tolerances.piece_decimals;
        let message = format!(
            "所载面积{}公顷与计算面积不符：平面{}公顷，椭球{}公顷",
            declared,
            ha_text(round(planar, decimals), decimals),
            ha_text(round(ellipsoidal, decimals), decimals)
        );
        findings.add(Some(source), Finding::warning("declared_area_differs", message).of_plot(&plot.id));
    }
}
