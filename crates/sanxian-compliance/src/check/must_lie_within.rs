use sanxian_overlay::{IndexedPolygons, PolygonSet};

use super::judge::Case;
use super::layer_overlay::LayerOverlay;
use super::measure::Shape;
use super::occupied::unknown_zone;
use super::outcome::{Encroachment, Judged, Relation};
use super::spatial::Question;
use crate::error::ComplianceError;
use crate::rules::LayerZone;

/// The features of all layers of a role, sorted by what the rule asks.
#[derive(Default)]
struct Sorted {
    /// Where plots may lie.
    within: PolygonSet,
    /// Everything else: other sub-zones, and those not known.
    beside: PolygonSet,
    /// Layer and feature of each of `beside`, and whether its sub-zone is known.
    origins: Vec<(usize, usize, bool)>,
}

fn sort(layers: &[(usize, &LayerOverlay<'_>)], zone: &LayerZone) -> Sorted {
    let mut sorted = Sorted::default();
    for &(layer_index, overlay) in layers {
        let polygons = overlay.indexed.polygons();
        let (within, beside): (Vec<usize>, Vec<usize>) = (0..polygons.len())
            .partition(|&feature| !zone.has_subclasses() || zone.is_wanted(overlay.group(feature)));
        sorted.within.extend(polygons.take(within).view());
        sorted.beside.extend(polygons.take(beside.iter().copied()).view());
        let origin = |feature| (layer_index, feature, overlay.group(feature).is_some());
        sorted.origins.extend(beside.into_iter().map(origin));
    }
    sorted
}

/// What of one plot lies outside.
#[derive(Default)]
struct Outside {
    /// In other sub-zones or in none.
    certain: Vec<Shape>,
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
    let sorted = sort(&layers, zone);
    if zone.has_subclasses() && sorted.within.is_empty() {
        let field = first.zones.as_ref().map_or("", |zones| zones.mapping.field.as_str());
        let message = if field.is_empty() {
            format!("{}图层没有给出分区字段，不能识别{title}，无法判定", first.title())
        } else {
            format!("{}图层的字段{field}中没有{title}的取值，无法判定", first.title())
        };
        let required = "在方案的 subclass 中写明分区字段与各分区的取值".to_owned();
        return Ok(case.unjudged(message, required));
    }

    let (overlayer, plots) = (ground.overlayer, ground.overlayer.plots);
    let name = first.control.layer.name.as_str();
    let mut rows = Vec::new();
    let mut outside: Vec<Outside> = Vec::new();
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
    let rest = overlayer.outside(plots.polygons.view(), sorted.within, name)?;
    let mut strays = PolygonSet::default();
    let mut stray_plots = Vec::new();
    for shape in rest {
        if shape.is_noise {
            rows.push(row(shape.feature, None, Relation::Contact, shape));
        } else {
            shape.push_to(&mut strays);
            stray_plots.push(shape.feature);
        }
    }
    let beside = IndexedPolygons::new(sorted.beside.clone());
    for piece in overlayer.inside(strays.view(), &beside, name)? {
        let Some(&plot) = stray_plots.get(piece.plot) else { continue };
        let Some(&(layer, feature, is_known)) = sorted.origins.get(piece.feature) else { continue };
        let relation = if piece.shape.is_noise { Relation::Contact } else { Relation::Outside };
        rows.push(row(plot, Some((layer, feature)), relation, piece.shape.clone()));
        let Some(outside) = outside.get_mut(plot) else { continue };
        if relation == Relation::Contact {
            continue;
        }
        if is_known {
            outside.certain.push(piece.shape);
        } else {
            let overlay =
                layers.iter().find(|(index, _)| *index == layer).map_or(first, |(_, overlay)| overlay);
            outside.unknown.get_or_insert_with(|| unknown_zone(overlay, feature));
        }
    }
    for shape in overlayer.outside(strays.view(), sorted.beside, name)? {
        let Some(&plot) = stray_plots.get(shape.feature) else { continue };
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
            let shapes: Vec<_> = outside.certain.iter().collect();
            ground.finding(plot, &shapes, unknown, &layers, name)
        })
        .collect::<Result<Vec<_>, _>>()?;
    case.keep_concerned(&mut found, &mut rows);
    let fine = format!("{}个地块全部位于{title}内", found.len());
    Ok(case.settle(Question::Leaves, &title, &fine, &found, rows))
}
