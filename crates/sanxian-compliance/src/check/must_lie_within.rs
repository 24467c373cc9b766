use sanxian_overlay::{IndexedPolygons, PolygonSet};

use super::judge::Case;
use super::layer_overlay::{LayerOverlay, Piece};
use super::measure::Shape;
use super::occupied::unknown_zone;
use super::outcome::{Encroachment, Judged, Relation};
use super::spatial::{Ground, Question};
use crate::error::ComplianceError;
use crate::rules::LayerZone;

/// Layer and feature of the features of all layers of a role, sorted by what the rule asks.
#[derive(Default, PartialEq)]
struct Sorted {
    /// Where plots may lie.
    within: Vec<(usize, usize)>,
    /// Everything else: other sub-zones, and those not known.
    beside: Vec<(usize, usize)>,
}

impl Sorted {
    fn new(layers: &[(usize, &LayerOverlay<'_>)], zone: &LayerZone) -> Self {
        let mut sorted = Self::default();
        for &(layer, overlay) in layers {
            for feature in 0..overlay.indexed.polygons().len() {
                let is_within = !zone.has_subclasses() || zone.is_wanted(overlay.group(feature));
                let side = if is_within { &mut sorted.within } else { &mut sorted.beside };
                side.push((layer, feature));
            }
        }
        sorted
    }
}

/// What of the plots lies outside of some features, and where: the same for every rule that asks for the same features.
pub(super) struct Strays {
    sorted: Sorted,
    /// The parts without width.
    noise: Vec<Shape>,
    /// The plot of each of the others.
    plots: Vec<usize>,
    /// Parts of those in the features beside.
    beside: Vec<Piece>,
    /// Parts of those in no feature.
    nowhere: Vec<Shape>,
}

impl Strays {
    /// Those of the zones that plots shall lie within, each once; of zones that cannot be judged there are none.
    pub(super) fn of_zones<'z>(
        ground: &Ground<'_>,
        zones: impl Iterator<Item = &'z LayerZone>,
    ) -> Result<Vec<Self>, ComplianceError> {
        let mut known: Vec<Self> = Vec::new();
        for zone in zones {
            let layers = ground.layers(&zone.role);
            let sorted = Sorted::new(&layers, zone);
            let is_judged = ground.missing(&zone.role).is_none() && !sorted.is_nowhere(zone);
            if is_judged && known.iter().all(|strays| strays.sorted != sorted) {
                known.push(Self::new(ground, &layers, sorted)?);
            }
        }
        Ok(known)
    }

    fn new(
        ground: &Ground<'_>,
        layers: &[(usize, &LayerOverlay<'_>)],
        sorted: Sorted,
    ) -> Result<Self, ComplianceError> {
        let overlayer = ground.overlayer;
        let name = layers.first().map_or("", |(_, first)| first.control.layer.name.as_str());
        let set_of = |features: &[(usize, usize)]| {
            let mut set = PolygonSet::default();
            for &(layer, overlay) in layers {
                let of_layer = features.iter().filter(|(of, _)| *of == layer).map(|(_, feature)| *feature);
                set.extend(overlay.indexed.polygons().take(of_layer).view());
            }
            set
        };
        let rest = overlayer.outside(overlayer.plots.polygons.view(), set_of(&sorted.within), name)?;
        let (noise, strays): (Vec<Shape>, Vec<Shape>) = rest.into_iter().partition(|shape| shape.is_noise);
        let mut set = PolygonSet::default();
        for shape in &strays {
            shape.push_to(&mut set);
        }
        let beside = IndexedPolygons::new(set_of(&sorted.beside));
        let nowhere = overlayer.outside_indexed(set.view(), &beside, name)?;
        let beside = overlayer.inside(set.view(), &beside, name)?;
        let plots = strays.iter().map(|shape| shape.feature).collect();
        Ok(Self { sorted, noise, plots, beside, nowhere })
    }
}

impl Sorted {
    /// True when no feature is known to be of the sub-zones that a rule names.
    fn is_nowhere(&self, zone: &LayerZone) -> bool {
        zone.has_subclasses() && self.within.is_empty()
    }
}

/// What of one plot lies outside.
#[derive(Default)]
struct Outside<'a> {
    /// In other sub-zones or in none.
    certain: Vec<&'a Shape>,
    /// In features whose sub-zone is not known, with the reason.
    unknown: Option<String>,
}

/// Judges that every plot lies inside a layer or one sub-zone of it.
pub(super) fn judge(case: &Case<'_>, zone: &LayerZone) -> Result<Judged, ComplianceError> {
    let (ground, index) = (case.ground, case.index);
    if let Some((message, required)) = ground.missing(&zone.role) {
        return Ok(case.unjudged(message, required));
    }
    let layers = ground.layers(&zone.role);
    let Some(&(first_index, first)) = layers.first() else {
        return Ok(case.unjudged(String::new(), String::new()));
    };
    let title = ground.title(zone);
    let sorted = Sorted::new(&layers, zone);
    if sorted.is_nowhere(zone) {
        let field = first.zones.as_ref().map_or("", |zones| zones.mapping.field.as_str());
        let message = if field.is_empty() {
            format!("{}图层没有给出分区字段，不能识别{title}，无法判定", first.title())
        } else {
            format!("{}图层的字段{field}中没有{title}的取值，无法判定", first.title())
        };
        let required = "在方案的 subclass 中写明分区字段与各分区的取值".to_owned();
        return Ok(case.unjudged(message, required));
    }

    let Some(strays) = case.strays.iter().find(|strays| strays.sorted == sorted) else {
        return Ok(case.unjudged(String::new(), String::new()));
    };

    let plots = ground.overlayer.plots;
    let name = first.control.layer.name.as_str();
    let mut rows = Vec::new();
    let mut outside: Vec<Outside<'_>> = Vec::new();
    outside.resize_with(plots.len(), Outside::default);
    let row = |plot, origin: Option<(usize, usize)>, relation, shape| {
        let layer = origin.map_or(first_index, |(layer, _)| layer);
        let overlay = layers.iter().find(|(index, _)| *index == layer).map_or(first, |(_, overlay)| overlay);
        Encroachment::new(
            index,
            (layer, overlay),
            (plot, origin.map(|(_, feature)| feature)),
            relation,
            shape,
        )
    };

    // What lies outside as a whole decides; the parts of it in other zones only say where.
    for shape in &strays.noise {
        rows.push(row(shape.feature, None, Relation::Contact, shape.clone()));
    }
    for piece in &strays.beside {
        let Some(&plot) = strays.plots.get(piece.plot) else { continue };
        let Some(&(layer, feature)) = sorted.beside.get(piece.feature) else { continue };
        let relation = if piece.shape.is_noise { Relation::Contact } else { Relation::Outside };
        rows.push(row(plot, Some((layer, feature)), relation, piece.shape.clone()));
        let Some(outside) = outside.get_mut(plot) else { continue };
        if relation == Relation::Contact {
            continue;
        }
        let overlay = layers.iter().find(|(index, _)| *index == layer).map_or(first, |(_, overlay)| overlay);
        if overlay.group(feature).is_some() {
            outside.certain.push(&piece.shape);
        } else {
            outside.unknown.get_or_insert_with(|| unknown_zone(overlay, feature));
        }
    }
    for shape in &strays.nowhere {
        let Some(&plot) = strays.plots.get(shape.feature) else { continue };
        let relation = if shape.is_noise { Relation::Contact } else { Relation::Outside };
        rows.push(row(plot, None, relation, shape.clone()));
        if let (Relation::Outside, Some(outside)) = (relation, outside.get_mut(plot)) {
            outside.certain.push(shape);
        }
    }

    let mut found = outside
        .into_iter()
        .enumerate()
        .map(|(plot, outside)| {
            let unknown = ground.defect(plot, &layers).or(outside.unknown);
            ground.finding(plot, &outside.certain, unknown, &layers, name)
        })
        .collect::<Result<Vec<_>, _>>()?;
    case.keep_concerned(&mut found, &mut rows);
    let fine = format!("{}个地块全部位于{title}内", found.len());
    Ok(case.settle(Question::Leaves, &title, &fine, &found, rows))
}
