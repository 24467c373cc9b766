//! The layer of pieces: every part of a plot, and every part of a control layer, that a rule is about.

use sanxian_io::Layer;
use sanxian_overlay::PolygonSet;

use super::measure::{Meter, Shape};
use super::outcome::{Encroachment, LayerConflict, RuleOutcome};
use super::plots::PlotSet;
use crate::columns::Columns;
use crate::error::ComplianceError;

/// What the relation of a piece is called that two control layers share, without a plot.
const BETWEEN_LAYERS: &str = "between_layers";

/// One piece with what its row says.
struct Piece<'a> {
    rule: usize,
    role: &'a str,
    plot_id: &'a str,
    relation: &'static str,
    subclass: Option<&'a str>,
    shape: &'a Shape,
    is_sliver: bool,
}

/// Rows that have a geometry of their own, those of plots first, then pairs of features of control layers.
pub(super) fn layer(
    rows: &[Encroachment],
    conflicts: &[LayerConflict],
    rules: &[RuleOutcome],
    plots: &PlotSet,
    meter: &Meter,
) -> Result<Layer, ComplianceError> {
    let of_plots = rows.iter().map(|row| Piece {
        rule: row.rule,
        role: &row.role,
        plot_id: plots.plots.get(row.plot).map_or("", |plot| &plot.id),
        relation: row.relation.as_str(),
        subclass: row.subclass.as_deref(),
        shape: &row.shape,
        is_sliver: row.is_sliver(meter),
    });
    let of_layers = conflicts.iter().map(|pair| Piece {
        rule: pair.rule,
        role: &pair.one.role,
        plot_id: "",
        relation: BETWEEN_LAYERS,
        subclass: pair.one.subclass.as_deref(),
        shape: &pair.shape,
        is_sliver: pair.shape.widest_m < meter.tolerances.sliver_width_m,
    });
    let pieces: Vec<Piece<'_>> =
        of_plots.chain(of_layers).filter(|piece| !piece.shape.polygons.is_empty()).collect();
    let mut polygons = PolygonSet::default();
    for piece in &pieces {
        piece.shape.push_to(&mut polygons);
    }
    let measures = pieces.iter().map(|piece| piece.shape.measure);
    let rule_id = |piece: &Piece<'_>| rules.get(piece.rule).map_or("", |outcome| outcome.rule.id.as_str());
    let attributes = Columns::default()
        .counts("piece_id", 1..=pieces.len())
        .texts("rule_id", pieces.iter().map(rule_id))
        .texts("role", pieces.iter().map(|piece| piece.role))
        .texts("plot_id", pieces.iter().map(|piece| piece.plot_id))
        .texts("relation", pieces.iter().map(|piece| piece.relation))
        .maybe_texts("subclass", pieces.iter().map(|piece| piece.subclass))
        .maybe_numbers("ellipsoidal_area_m2", measures.clone().map(|measure| measure.known_ellipsoidal_m2()))
        .numbers("planar_area_m2", measures.clone().map(|measure| measure.planar_m2))
        .flags("is_sliver", pieces.iter().map(|piece| piece.is_sliver))
        .numbers("mean_width_m", measures.map(|measure| measure.mean_width_m()))
        .finish()?;
    Ok(Layer::new("pieces", polygons, attributes, Some(meter.crs.clone())))
}
