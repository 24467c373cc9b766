use super::layer_overlay::LayerOverlay;
use super::measure::{Measure, Shape};
use super::outcome::{Encroachment, PlotFinding, Relation};
use super::spatial::Ground;
use crate::error::ComplianceError;
use crate::rules::LayerZone;

/// What of every plot lies in a layer or in some sub-zones of it.
pub(super) struct Occupied {
    /// Pieces and contacts, a row each.
    pub(super) rows: Vec<Encroachment>,
    /// One a plot, overlapping features counted once.
    pub(super) found: Vec<PlotFinding>,
    /// Area of each plot in features whose sub-zone is not known, by the method of the run.
    pub(super) unknown_m2: Vec<f64>,
}

/// Whether a feature is what the rule is about.
enum Concern {
    Yes,
    No,
    /// Its sub-zone is not known.
    Unknown,
}

fn concern(overlay: &LayerOverlay<'_>, feature: usize, zone: &LayerZone) -> Concern {
    if !zone.has_subclasses() {
        return Concern::Yes;
    }
    match overlay.group(feature) {
        None => Concern::Unknown,
        group if zone.is_wanted(group) => Concern::Yes,
        Some(_) => Concern::No,
    }
}

/// Measures what of every plot lies in `zone`. The layers must be there; see [`Ground::missing`].
pub(super) fn occupied(
    ground: &Ground<'_>,
    index: usize,
    zone: &LayerZone,
) -> Result<Occupied, ComplianceError> {
    let layers = ground.layers(&zone.role);
    let plots = ground.overlayer.plots;
    let mut rows = Vec::new();
    let mut shapes: Vec<Vec<&Shape>> = vec![Vec::new(); plots.len()];
    let mut unknown: Vec<Option<String>> =
        (0..plots.len()).map(|plot| ground.defect(plot, &layers)).collect();
    let mut unknown_m2 = vec![0.0; plots.len()];
    for &(layer_index, overlay) in &layers {
        let row =
            |pair, relation, shape| Encroachment::new(index, (layer_index, overlay), pair, relation, shape);
        for piece in &overlay.pieces {
            let pair = (piece.plot, Some(piece.feature));
            match concern(overlay, piece.feature, zone) {
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
                    if let (Some(unknown), Some(area_m2)) =
                        (unknown.get_mut(piece.plot), unknown_m2.get_mut(piece.plot))
                    {
                        unknown.get_or_insert_with(|| unknown_zone(overlay, piece.feature));
                        *area_m2 += ground.overlayer.meter.area_m2(&piece.shape.measure);
                    }
                }
            }
        }
        for contact in &overlay.contacts {
            let pair = (contact.subject as usize, Some(contact.control as usize));
            if !matches!(concern(overlay, contact.control as usize, zone), Concern::No) {
                let mut touching = row(pair, Relation::Contact, Shape::default());
                touching.contact_length_m = contact.length;
                touching.shape.measure = Measure::default();
                rows.push(touching);
            }
        }
    }
    let name = layers.first().map_or(zone.role.as_str(), |(_, overlay)| overlay.control.layer.name.as_str());
    let found = shapes
        .iter()
        .zip(unknown)
        .enumerate()
        .map(|(plot, (shapes, unknown))| ground.finding(plot, shapes, unknown, &layers, name))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Occupied { rows, found, unknown_m2 })
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
