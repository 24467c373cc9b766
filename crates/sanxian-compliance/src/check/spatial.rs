use sanxian_overlay::{PolygonSet, union};

use super::layer_overlay::{LayerOverlay, Overlayer};
use super::measure::{Measure, Shape};
use super::message::comma_list;
use super::outcome::{LayerFeature, PlotFinding};
use super::placed::Radii;
use crate::error::ComplianceError;
use crate::rules::{LayerZone, Role};

/// What a rule about layers asks.
#[derive(Clone, Copy)]
pub(super) enum Question {
    /// Whether plots share area with the layer.
    Overlaps,
    /// Whether plots leave the layer.
    Leaves,
}

impl Question {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Overlaps => "占用",
            Self::Leaves => "超出",
        }
    }

    pub(super) fn touching(self, plots: &str, length_m: f64) -> String {
        match self {
            Self::Overlaps => format!("{plots}仅与其边界相接，接触长度{length_m:.2}米，占用面积为0"),
            Self::Leaves => format!("{plots}沿边界有窄于坐标分辨率的出入，长{length_m:.2}米，按位于界内处理"),
        }
    }
}

/// What a rule about layers is judged with.
pub(super) struct Ground<'a> {
    pub(super) overlayer: &'a Overlayer<'a>,
    pub(super) overlays: &'a [LayerOverlay<'a>],
    pub(super) roles: &'a [Role],
}

impl Ground<'_> {
    /// The layers of a role, with their positions.
    pub(super) fn layers(&self, role: &str) -> Vec<(usize, &LayerOverlay<'_>)> {
        self.overlays.iter().enumerate().filter(|(_, overlay)| overlay.control.role.id == role).collect()
    }

    /// What messages call a layer, or some sub-zones of it.
    pub(super) fn title(&self, zone: &LayerZone) -> String {
        let Some(role) = self.roles.iter().find(|known| known.id == zone.role) else {
            return zone.role.clone();
        };
        if !zone.has_subclasses() {
            return role.title.clone();
        }
        let zones = zone.subclasses.iter().filter_map(|subclass| role.subclass(subclass));
        let zones = comma_list(zones.map(|subclass| subclass.title.as_str()));
        // The sub-zones of the development boundary carry their own full name.
        if role.id == "urban_development_boundary" { zones } else { format!("{}({zones})", role.title) }
    }

    /// The features of all layers of a role that lie in the wanted sub-zones, and where each comes from.
    pub(super) fn features(&self, zone: &LayerZone) -> (PolygonSet, Vec<LayerFeature>) {
        let (mut set, mut origins) = (PolygonSet::default(), Vec::new());
        for (_, overlay) in self.layers(&zone.role) {
            let polygons = overlay.indexed.polygons();
            let wanted: Vec<usize> = (0..polygons.len())
                .filter(|&feature| !zone.has_subclasses() || zone.is_wanted(overlay.group(feature)))
                .collect();
            origins.extend(wanted.iter().map(|&feature| LayerFeature::new(overlay, feature)));
            set.extend(polygons.take(wanted).view());
        }
        (set, origins)
    }

    /// Why some features may or may not lie in the wanted sub-zones, if so.
    pub(super) fn doubt(&self, zone: &LayerZone) -> Option<String> {
        self.layers(&zone.role).into_iter().filter(|_| zone.has_subclasses()).find_map(|(_, overlay)| {
            let feature = (0..overlay.indexed.polygons().len()).find(|&at| overlay.group(at).is_none())?;
            let title = overlay.title();
            let Some(zones) = &overlay.zones else {
                return Some(format!("{title}图层没有给出分区字段"));
            };
            let (field, row) = (&zones.mapping.field, overlay.control.layer.row(feature) + 1);
            Some(match overlay.zone_value(feature) {
                None => format!("{title}图层第{row}个要素的分区字段{field}为空"),
                Some(value) => format!("{title}图层第{row}个要素的{field}为“{value}”，没有对应的分区"),
            })
        })
    }

    /// What of every plot lies outside all layers of these roles, part by part.
    pub(super) fn outside(&self, roles: &[String]) -> Result<Vec<Shape>, ComplianceError> {
        let name = roles.first().map_or("", String::as_str);
        let layers: Vec<_> = roles.iter().flat_map(|role| self.layers(role)).collect();
        if let [(_, only)] = layers.as_slice() {
            return self.overlayer.meter.shapes(name, only.outside.view());
        }
        let mut places = PolygonSet::default();
        for (_, overlay) in &layers {
            places.extend(overlay.indexed.polygons());
        }
        self.overlayer.outside(self.overlayer.plots.polygons.view(), places, name)
    }

    /// Least and most area of a layer, overlapping features counted once, by the method of the run: the two differ where the
    /// sub-zone of a feature is not known.
    pub(super) fn layer_area(&self, zone: &LayerZone) -> Result<(f64, f64), ComplianceError> {
        let overlayer = self.overlayer;
        let area_m2 = |set: &PolygonSet| -> Result<f64, ComplianceError> {
            let united = union(set.view(), &overlayer.options, overlayer.progress);
            let united = Overlayer::named(&zone.role, united)?;
            let total: Measure =
                overlayer.meter.features(&zone.role, united.polygons.view())?.into_iter().sum();
            Ok(overlayer.meter.area_m2(&total))
        };
        let least = area_m2(&self.features(zone).0)?;
        let mut unknown = PolygonSet::default();
        for (_, overlay) in self.layers(&zone.role).into_iter().filter(|_| zone.has_subclasses()) {
            let polygons = overlay.indexed.polygons();
            let without = (0..polygons.len()).filter(|&feature| overlay.group(feature).is_none());
            unknown.extend(polygons.take(without).view());
        }
        let more = if unknown.is_empty() { 0.0 } else { area_m2(&unknown)? };
        Ok((least, least + more))
    }

    /// Why no layer of the role can be used, if so, with what is needed: it is not there, or nobody knows how far it reaches.
    pub(super) fn missing(&self, role: &str) -> Option<(String, String)> {
        self.absent(role).or_else(|| {
            let missing = |overlay: &LayerOverlay<'_>| match &overlay.radii {
                Some(Radii::Missing(what)) => Some((overlay.source.clone(), what.clone())),
                _ => None,
            };
            let (source, what) = self.layers(role).into_iter().find_map(|(_, overlay)| missing(overlay))?;
            let title = self.title(&LayerZone { role: role.to_owned(), subclasses: Vec::new() });
            Some((
                format!("{title}图层({source})是点或线，没有范围，{what}，无法判定"),
                format!("由主管部门提供{title}的范围(面)，或核定半径后在方案的 [[layers]] 中写明 radius_m"),
            ))
        })
    }

    /// Why no layer of the role is there, if so, with what is needed.
    pub(super) fn absent(&self, role: &str) -> Option<(String, String)> {
        let title = self.title(&LayerZone { role: role.to_owned(), subclasses: Vec::new() });
        let layers = self.layers(role);
        if layers.is_empty() {
            return Some((
                format!("未提供{title}图层，无法判定"),
                format!("由自然资源等主管部门提供{title}图层，加入方案后重新检查"),
            ));
        }
        let empty = layers.iter().find(|(_, overlay)| overlay.is_empty_by_mistake())?;
        Some((
            format!("{title}图层({})没有要素，无法判定", empty.1.source),
            format!("核对{title}图层；确无管控范围的，在方案中写 may_be_empty = true"),
        ))
    }

    /// Why a plot cannot be judged whatever the layers say.
    pub(super) fn defect(&self, plot: usize, layers: &[(usize, &LayerOverlay<'_>)]) -> Option<String> {
        if self.overlayer.plots.plots.get(plot).is_some_and(super::plots::Plot::is_empty) {
            return Some("没有图形或面积为零".to_owned());
        }
        let unclosed = layers.iter().find(|(_, overlay)| overlay.unclosed.contains(&plot))?;
        Some(format!("与图层{}的分块面积不闭合", unclosed.1.source))
    }

    /// The finding of one plot out of its shapes, parts of it in features of `layers` or outside of them: those that break the
    /// rule, and why it cannot be judged.
    pub(super) fn finding(
        &self,
        plot: usize,
        shapes: &[&Shape],
        unknown: Option<String>,
        layers: &[(usize, &LayerOverlay<'_>)],
        name: &str,
    ) -> Result<PlotFinding, ComplianceError> {
        // Two layers of a role may overlap each other, one layer by no more than its pieces exceed the plot.
        let most_m2 = match layers {
            [(_, only)] => only.overlap_m2.get(plot).copied().unwrap_or(f64::INFINITY),
            _ => f64::INFINITY,
        };
        let broken: Measure = if shapes.is_empty() {
            Measure::default()
        } else {
            self.overlayer.total(shapes, most_m2, name)?
        };
        let widest = shapes.iter().map(|shape| shape.widest_m).fold(0.0, f64::max);
        Ok(PlotFinding {
            plot,
            is_sliver: !shapes.is_empty() && widest < self.overlayer.meter.tolerances.sliver_width_m,
            mean_width_m: broken.mean_width_m(),
            broken,
            unknown,
        })
    }
}
