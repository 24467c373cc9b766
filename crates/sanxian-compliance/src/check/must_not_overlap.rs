use super::layer_overlay::LayerOverlay;
use super::measure::{Measure, Shape};
use super::outcome::{Encroachment, Judged, Relation};
use super::spatial::{Ground, Question, unjudged};
use crate::error::ComplianceError;
use crate::rules::Rule;

/// Whether a feature is what the rule is about.
enum Concern {
    Yes,
    No,
    /// Its sub-zone is not known.
    Unknown,
}

fn concern(overlay: &LayerOverlay<'_>, feature: usize, subclass: Option<&str>) -> Concern {
    let Some(wanted) = subclass else { return Concern::Yes };
    match overlay.group(feature) {
        Some(group) if group == wanted => Concern::Yes,
        Some(_) => Concern::No,
        None => Concern::Unknown,
    }
}

/// Judges that no plot shares area with a layer or one sub-zone of it.
pub(super) fn judge(
    ground: &Ground<'_>,
    index: usize,
    rule: &Rule,
    role: &str,
    subclass: Option<&str>,
) -> Result<Judged, ComplianceError> {
    if let Some((message, required)) = ground.missing(role) {
        return Ok(unjudged(rule, message, required));
    }
    let layers = ground.layers(role);
    let plots = ground.overlayer.plots;
    let mut rows = Vec::new();
    let mut shapes: Vec<Vec<&Shape>> = vec![Vec::new(); plots.len()];
    let mut unknown: Vec<Option<String>> =
        (0..plots.len()).map(|plot| ground.defect(plot, &layers)).collect();
    for &(layer_index, overlay) in &layers {
        let row =
            |pair, relation, shape| Encroachment::new(index, (layer_index, overlay), pair, relation, shape);
        for piece in &overlay.pieces {
            let pair = (piece.plot, Some(piece.feature));
            match concern(overlay, piece.feature, subclass) {
                Concern::No => {}
                _ if piece.shape.is_noise => rows.push(row(pair, Relation::Contact, piece.shape.clone())),
                Concern::Yes => {
                    rows.push(row(pair, Relation::Overlap, piece.shape.clone()));
                    if let Some(shapes) = shapes.get_mut(piece.plot) {
                        shapes.push(&piece.shape);
                    }
                }
                Concern::Unknown => {
                    rows.push(row(pair, Relation::Overlap, piece.shape.clone()));
                    if let Some(unknown) = unknown.get_mut(piece.plot) {
                        unknown.get_or_insert_with(|| unknown_zone(overlay, piece.feature));
                    }
                }
            }
        }
        for contact in &overlay.contacts {
            let pair = (contact.subject as usize, Some(contact.control as usize));
            if !matches!(concern(overlay, contact.control as usize, subclass), Concern::No) {
                let mut touching = row(pair, Relation::Contact, Shape::default());
                touching.contact_length_m = contact.length;
                touching.shape.measure = Measure::default();
                rows.push(touching);
            }
        }
    }
    let name = layers.first().map_or(role, |(_, overlay)| overlay.control.layer.name.as_str());
    let found = shapes
        .iter()
        .zip(unknown)
        .enumerate()
        .map(|(plot, (shapes, unknown))| ground.finding(plot, shapes, unknown, name))
        .collect::<Result<Vec<_>, _>>()?;
    let title = ground.title(role, subclass);
    let features: usize = layers.iter().map(|(_, overlay)| overlay.features).sum();
    let fine = format!("{}个地块均不占用{title}(图层共{features}个要素)", plots.len());
    Ok(ground.judge(rule, Question::Overlaps, &title, &fine, &found, rows))
}

/// Why a piece in a feature cannot be judged by sub-zone.
pub(super) fn unknown_zone(overlay: &LayerOverlay<'_>, feature: usize) -> String {
    let title = overlay.title();
    match (&overlay.zones, overlay.zone_value(feature)) {
        (None, _) => format!("占用{title}，但图层没有给出分区字段"),
        (Some(zones), None) => format!("占用{title}，所占要素的分区字段{}为空", zones.mapping.field),
        (Some(zones), Some(value)) => {
            format!("占用{title}，所占要素的{}为“{value}”，没有对应的分区", zones.mapping.field)
        }
    }
}
