use std::collections::BTreeMap;

use sanxian_geodesy::AreaMethod;
use sanxian_io::Finding;
use sanxian_overlay::{
    Contact, IndexedPolygons, LineSet, OverlayOptions, PolygonSet, Polygons, Progress, Repair, Side,
    contacts, difference, intersection, union,
};

use super::finding::{Findings, source_name};
use super::input::ControlLayer;
use super::measure::{Measure, Meter, Shape};
use super::placed::Radii;
use super::plots::PlotSet;
use crate::attribute::required_texts;
use crate::error::ComplianceError;
use crate::scheme::Subclass;

/// A control layer laid over the plots: every piece, every contact, and what lies outside.
#[derive(Debug)]
pub(super) struct LayerOverlay<'a> {
    pub(super) control: &'a ControlLayer,
    /// How errors, findings and tables call the layer.
    pub(super) source: String,
    pub(super) indexed: IndexedPolygons,
    /// Features that have a geometry.
    pub(super) features: usize,
    /// The pieces, ordered by plot and feature.
    pub(super) pieces: Vec<Piece>,
    pub(super) contacts: Vec<Contact>,
    /// How far points and lines reach; `None` for polygons.
    pub(super) radii: Option<Radii>,
    /// Sub-zone of each feature, and the value that says so.
    pub(super) zones: Option<Zones>,
    /// What of each plot lies outside all features.
    pub(super) outside: PolygonSet,
    /// What of each plot lies in the layer, overlapping features counted once.
    pub(super) covered: Vec<Measure>,
    /// Plots whose pieces and remainder do not make the plot.
    pub(super) unclosed: Vec<usize>,
    /// How much of each plot several features cover at most, in square metres of the plane: what pieces and remainder make beyond
    /// the plot, each further feature counted again. Infinite where they do not make it.
    pub(super) overlap_m2: Vec<f64>,
}

/// What pieces and remainder come to, plot by plot: fields of [`LayerOverlay`].
#[derive(Default)]
struct Closed {
    covered: Vec<Measure>,
    unclosed: Vec<usize>,
    overlap_m2: Vec<f64>,
}

/// Part of a plot inside one feature.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) plot: usize,
    pub(super) feature: usize,
    pub(super) shape: Shape,
}

/// The sub-zones of a layer's features.
#[derive(Debug)]
pub(super) struct Zones {
    pub(super) mapping: Subclass,
    pub(super) values: Vec<Option<String>>,
    pub(super) groups: Vec<Option<String>>,
}

impl LayerOverlay<'_> {
    /// The value of the sub-zone field of a feature, as the file has it.
    pub(super) fn zone_value(&self, feature: usize) -> Option<&str> {
        self.zones.as_ref()?.values.get(feature)?.as_deref()
    }

    /// The sub-zone of a feature; `None` when the layer tells none or the value is not known.
    pub(super) fn group(&self, feature: usize) -> Option<&str> {
        self.zones.as_ref()?.groups.get(feature)?.as_deref()
    }

    /// How far a point or line reaches, in metres: 0 where nobody said.
    pub(super) fn radius_m(&self, feature: usize) -> f64 {
        match &self.radii {
            Some(Radii::Known(radii_m)) => radii_m.get(feature).copied().unwrap_or_default(),
            _ => 0.0,
        }
    }

    pub(super) fn title(&self) -> &str {
        &self.control.role.title
    }

    /// True when a layer without features must not be taken for a free site.
    pub(super) fn is_empty_by_mistake(&self) -> bool {
        self.features == 0 && !self.control.may_be_empty
    }
}

/// Runs overlay operations on one layer, with its name on every error.
pub(super) struct Overlayer<'a> {
    pub(super) plots: &'a PlotSet,
    pub(super) meter: &'a Meter,
    pub(super) options: OverlayOptions,
    pub(super) progress: &'a Progress,
}

impl Overlayer<'_> {
    pub(super) fn named<T>(
        name: &str,
        result: Result<T, sanxian_overlay::OverlayError>,
    ) -> Result<T, ComplianceError> {
        result.map_err(|source| ComplianceError::Overlay { layer: name.to_owned(), source })
    }

    /// Lays a control layer, whose polygons were moved into `indexed`, over the plots.
    pub(super) fn lay<'a>(
        &self,
        control: &'a ControlLayer,
        indexed: IndexedPolygons,
        findings: &mut Findings,
    ) -> Result<LayerOverlay<'a>, ComplianceError> {
        let layer = &control.layer;
        let source = source_name(layer);
        findings.carry(layer);
        let zones = read_zones(control)?;
        let radii = Radii::of(control)?;
        report_radii(control, radii.as_ref(), &source, findings);

        let features = check_features(control, indexed.polygons(), &source, self.plots, findings);
        report_unmatched(control, zones.as_ref(), &source, findings);

        let plots = self.plots.polygons.view();
        let pieces = Self::named(&layer.name, intersection(plots, &indexed, &self.options, self.progress))?;
        report_repairs(&pieces.repairs, &source, findings);
        let outside = Self::named(&layer.name, difference(plots, &indexed, &self.options, self.progress))?;
        let contacts =
            Self::named(&layer.name, contacts(plots, &indexed, &self.options, self.progress))?.pairs;

        let shapes = self.meter.shapes(&layer.name, pieces.polygons.view())?;
        let remainder = self.meter.features(&layer.name, outside.polygons.view())?;
        let pieces: Vec<Piece> = shapes
            .into_iter()
            .filter_map(|shape| {
                let row = shape.feature;
                let (plot, feature) = (*pieces.subject.get(row)?, *pieces.control.get(row)?);
                Some(Piece { plot: plot as usize, feature: feature as usize, shape })
            })
            .collect();
        let Closed { covered, unclosed, overlap_m2 } =
            self.close(&pieces, &remainder, &layer.name, &source, findings)?;
        Ok(LayerOverlay {
            control,
            source,
            indexed,
            features,
            pieces,
            contacts,
            radii,
            zones,
            outside: outside.polygons,
            covered,
            unclosed,
            overlap_m2,
        })
    }

    /// Checks that pieces and remainder make each plot, in both areas, and gives what is covered with overlaps counted once.
    fn close(
        &self,
        pieces: &[Piece],
        remainder: &[Measure],
        name: &str,
        source: &str,
        findings: &mut Findings,
    ) -> Result<Closed, ComplianceError> {
        let mut by_plot: BTreeMap<usize, Vec<&Shape>> = BTreeMap::new();
        for piece in pieces {
            by_plot.entry(piece.plot).or_default().push(&piece.shape);
        }
        let mut closed = Closed::default();
        for (index, plot) in self.plots.plots.iter().enumerate() {
            let shapes = by_plot.get(&index).map_or(&[][..], Vec::as_slice);
            let rest = remainder.get(index).copied().unwrap_or_default();
            let mut inside: Measure = shapes.iter().map(|shape| shape.measure).sum();
            let allowed =
                self.meter.closure_m2(plot.measure.perimeter_m + rest.perimeter_m + inside.perimeter_m);
            let misses = |inside: &Measure| {
                [
                    inside.planar_m2 + rest.planar_m2 - plot.measure.planar_m2,
                    inside.ellipsoidal_m2 + rest.ellipsoidal_m2 - plot.measure.ellipsoidal_m2,
                ]
            };
            let overlap_m2 = misses(&inside)[0];
            let is_short = overlap_m2 < -allowed || !overlap_m2.is_finite();
            closed.overlap_m2.push(if is_short { f64::INFINITY } else { overlap_m2 });
            if overlap_m2 > allowed {
                let united = self.unite(shapes, name)?;
                let message = format!(
                    "图层要素在{}范围内相互重叠{:.2}平方米(平面)，占用面积按合并后计算",
                    plot.label(),
                    inside.planar_m2 - united.planar_m2
                );
                findings
                    .add(Some(source), Finding::warning("layer_overlaps_itself", message).of_plot(&plot.id));
                inside = united;
            }
            let [planar, ellipsoidal] = misses(&inside);
            // The survey's rounding and geodesic edges are not additive to the last square decimetre; their planar twin is.
            let is_additive = self.meter.ellipsoidal() == AreaMethod::Ellipsoidal;
            if planar.abs() > allowed || (is_additive && ellipsoidal.abs() > allowed) {
                let message = format!(
                    "分块面积与剩余面积之和与地块面积不符：平面差{planar:.4}平方米，椭球差{ellipsoidal:.4}平方米，允许{allowed:.4}平方米"
                );
                findings
                    .add(Some(source), Finding::error("remainder_does_not_close", message).of_plot(&plot.id));
                closed.unclosed.push(index);
            }
            closed.covered.push(inside);
        }
        Ok(closed)
    }

    /// Measures shapes that may overlap, each point counted once.
    pub(super) fn unite(&self, shapes: &[&Shape], name: &str) -> Result<Measure, ComplianceError> {
        let mut set = PolygonSet::default();
        for shape in shapes {
            shape.push_to(&mut set);
        }
        let united = Self::named(name, union(set.view(), &self.options, self.progress))?;
        Ok(self.meter.features(name, united.polygons.view())?.into_iter().sum())
    }

    /// The total of shapes in one plot, overlaps counted once when there are any. `most_m2` is how much they can overlap
    /// at most, infinite where nobody knows: they are united only when that matters.
    pub(super) fn total(
        &self,
        shapes: &[&Shape],
        most_m2: f64,
        name: &str,
    ) -> Result<Measure, ComplianceError> {
        let sum: Measure = shapes.iter().map(|shape| shape.measure).sum();
        let allowed = self.meter.closure_m2(sum.perimeter_m);
        if shapes.len() < 2 || most_m2 <= allowed {
            return Ok(sum);
        }
        let united = self.unite(shapes, name)?;
        Ok(if sum.planar_m2 - united.planar_m2 > allowed { united } else { sum })
    }

    /// What of `subjects` lies outside `polygons`, part by part.
    pub(super) fn outside(
        &self,
        subjects: Polygons<'_>,
        polygons: PolygonSet,
        name: &str,
    ) -> Result<Vec<Shape>, ComplianceError> {
        let indexed = IndexedPolygons::new(polygons);
        let rest = Self::named(name, difference(subjects, &indexed, &self.options, self.progress))?;
        self.meter.shapes(name, rest.polygons.view())
    }

    /// The pieces of `subjects` inside `polygons`: subject, feature and shape.
    pub(super) fn inside(
        &self,
        subjects: Polygons<'_>,
        polygons: &IndexedPolygons,
        name: &str,
    ) -> Result<Vec<Piece>, ComplianceError> {
        let pieces = Self::named(name, intersection(subjects, polygons, &self.options, self.progress))?;
        let shapes = self.meter.shapes(name, pieces.polygons.view())?;
        let piece = |shape: Shape| {
            let (plot, feature) = (*pieces.subject.get(shape.feature)?, *pieces.control.get(shape.feature)?);
            Some(Piece { plot: plot as usize, feature: feature as usize, shape })
        };
        Ok(shapes.into_iter().filter_map(piece).collect())
    }
}

fn read_zones(control: &ControlLayer) -> Result<Option<Zones>, ComplianceError> {
    let usual = || Subclass::usual(&control.role, &control.layer);
    let Some(mapping) = control.subclass.clone().or_else(usual) else { return Ok(None) };
    let values = required_texts(&control.layer, &mapping.field)?;
    let groups = values.iter().map(|value| mapping.group_of(value.as_deref()).map(str::to_owned)).collect();
    Ok(Some(Zones { mapping, values, groups }))
}

/// Counts the features with a geometry and points out layers that can hardly be the right ones.
fn check_features(
    control: &ControlLayer,
    polygons: Polygons<'_>,
    source: &str,
    plots: &PlotSet,
    findings: &mut Findings,
) -> usize {
    let lines = control.layer.lines.as_ref();
    let has_line = |feature: usize| lines.is_some_and(|lines| lines.bounds(feature).is_some());
    let has_geometry = |feature: usize| polygons.feature(feature).len() > 0 || has_line(feature);
    let without = (0..polygons.len()).filter(|&feature| !has_geometry(feature)).count();
    if without > 0 {
        let message = format!("{without}个要素没有图形，未参加计算");
        findings.add(Some(source), Finding::warning("features_without_geometry", message));
    }
    let features = polygons.len() - without;
    let bounds = polygons.total_bounds().or_else(|| lines.and_then(LineSet::total_bounds));
    let title = &control.role.title;
    if features == 0 {
        let finding = if control.may_be_empty {
            Finding::info("layer_empty", format!("{title}图层没有要素，方案注明属实"))
        } else {
            Finding::error(
                "layer_empty",
                format!("{title}图层没有要素；确无管控范围的，在方案中写 may_be_empty = true"),
            )
        };
        findings.add(Some(source), finding);
    } else if let (Some(layer), Some(near)) = (bounds, plots.polygons.view().total_bounds())
        && (layer[2] < near[0] || near[2] < layer[0] || layer[3] < near[1] || near[3] < layer[1])
    {
        let message = format!("{title}图层与全部地块的外包矩形不相交，请核对图层是否覆盖本区域");
        findings.add(Some(source), Finding::warning("layer_far_from_plots", message));
    }
    features
}

/// Says how a layer of points or lines takes part.
fn report_radii(control: &ControlLayer, radii: Option<&Radii>, source: &str, findings: &mut Findings) {
    let title = &control.role.title;
    let finding = match radii {
        None => return,
        Some(Radii::Missing(what)) => Finding::warning(
            "layer_without_extent",
            format!(
                "{title}图层是点或线，{what}：距离从点、线起算，涉及占用的规则无法判定，只列出地块内的点、线"
            ),
        ),
        Some(Radii::Known(_)) => Finding::info(
            "layer_widened",
            format!(
                "{title}图层是点或线，按给出的半径外扩后参加计算；圆以128边的外切多边形代替，面积偏大不超过0.03%，距离按精确值"
            ),
        ),
    };
    findings.add(Some(source), finding);
}

/// Lists the values of the sub-zone field that mean nothing known, each once.
fn report_unmatched(control: &ControlLayer, zones: Option<&Zones>, source: &str, findings: &mut Findings) {
    let Some(zones) = zones else {
        if !control.role.subclasses.is_empty() {
            let message = format!("{}图层没有给出分区字段，涉及分区的规则可能无法判定", control.role.title);
            findings.add(Some(source), Finding::warning("subclass_field_missing", message));
        }
        return;
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (value, group) in zones.values.iter().zip(&zones.groups) {
        if group.is_none() {
            *counts.entry(value.as_deref().unwrap_or_default()).or_default() += 1;
        }
    }
    for (value, count) in counts {
        let shown = if value.is_empty() { "(空)" } else { value };
        let message = format!("字段{}的值“{shown}”没有对应的分区，共{count}个要素", zones.mapping.field);
        findings.add(Some(source), Finding::warning("subclass_unmatched", message));
    }
}

fn report_repairs(repairs: &[Repair], source: &str, findings: &mut Findings) {
    for repaired in repairs.iter().filter(|repaired| repaired.side == Side::Control) {
        let message = format!(
            "第{}个要素的图形有误，已修复后参加计算：平面面积由{:.2}平方米变为{:.2}平方米",
            repaired.feature + 1,
            repaired.area_before,
            repaired.area_after
        );
        findings.add(
            Some(source),
            Finding::warning("feature_repaired", message).at_line(repaired.feature as u64 + 1),
        );
    }
}
