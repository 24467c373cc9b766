//! What is certain where a distance or radius is not given: which points and lines lie in which plot.

use super::judge::Case;
use super::layer_overlay::LayerOverlay;
use super::measure::Shape;
use super::message::comma_list;
use super::nearness::{NearPlot, Outline};
use super::outcome::{Encroachment, Judged, Relation, plot_ids};
use super::spatial::Ground;
use crate::rules::LayerZone;
use crate::verdict::Verdict;

/// How many plots, and features of each, a sentence names; the table of encroachments has them all.
const NAMED: usize = 5;

/// A plot, and the features of a layer of points or lines that lie in it, wholly or in part.
pub(super) struct Present<'a> {
    pub(super) plot: usize,
    layer: (usize, &'a LayerOverlay<'a>),
    features: Vec<usize>,
}

/// Every plot that holds points or lines of a layer; those whose sub-zone nobody knows may be what is asked for.
pub(super) fn present<'a>(ground: &'a Ground<'a>, zone: &LayerZone) -> Vec<Present<'a>> {
    let plots = ground.overlayer.plots;
    let mut found = Vec::new();
    for layer in ground.layers(&zone.role) {
        let Some(lines) = &layer.1.control.layer.lines else { continue };
        let is_asked = |feature: &usize| {
            let group = layer.1.group(*feature);
            !zone.has_subclasses() || group.is_none() || zone.is_wanted(group)
        };
        for plot in 0..plots.len() {
            let Some(shape) = NearPlot::new(plots.polygons.view(), plot) else { continue };
            let is_inside = |feature: &usize| {
                shape.distance_m(&Outline::Lines { lines, feature: *feature, radius_m: 0.0 }, 0.0).is_some()
            };
            let features: Vec<usize> = (0..lines.len()).filter(is_asked).filter(is_inside).collect();
            if !features.is_empty() {
                found.push(Present { plot, layer, features });
            }
        }
    }
    found
}

impl Present<'_> {
    /// Rows of the features, for the table of encroachments.
    fn rows(&self, rule: usize) -> impl Iterator<Item = Encroachment> {
        self.features.iter().map(move |&feature| {
            let pair = (self.plot, Some(feature));
            let mut row = Encroachment::new(rule, self.layer, pair, Relation::Contains, Shape::default());
            row.distance_m = Some(0.0);
            row
        })
    }

    fn sentence(&self, label: &str) -> String {
        let overlay = self.layer.1;
        let named = self.features.iter().take(NAMED);
        let named = named.map(|&feature| format!("第{}个", overlay.control.layer.row(feature) + 1));
        let named: Vec<String> = named.collect();
        let count = self.features.len();
        let more = if count > NAMED { format!("等{count}个") } else { String::new() };
        format!(
            "{label}内有{}图层的{}{more}要素",
            overlay.title(),
            comma_list(named.iter().map(String::as_str))
        )
    }
}

/// Adds the points and lines that lie in the plots a rule concerns to an outcome that has no rows because it waits for a distance or
/// radius.
pub(super) fn listed(case: &Case<'_>, mut judged: Judged) -> Judged {
    if judged.outcome.verdict != Verdict::CannotBeJudged || !judged.rows.is_empty() {
        return judged;
    }
    let plots = case.ground.overlayer.plots;
    let mut sentences = Vec::new();
    for zone in case.rule.predicate.zones() {
        for found in present(case.ground, zone) {
            let label = plots.plots.get(found.plot).map(super::plots::Plot::label);
            if let Some(label) = label.filter(|_| case.concerned.contains(&found.plot)) {
                sentences.push(found.sentence(&label));
                judged.rows.extend(found.rows(case.index));
            }
        }
    }
    if sentences.is_empty() {
        return judged;
    }
    if sentences.len() > NAMED {
        let left = sentences.len() - NAMED;
        sentences.truncate(NAMED);
        sentences.push(format!("另有{left}个地块"));
    }
    let message = judged.outcome.message.trim_end_matches('。').to_owned();
    judged.outcome.message = format!("{message}；已知{}。", sentences.join("；"));
    judged.outcome.plots = plot_ids(plots, judged.rows.iter().map(|row| row.plot));
    judged
}
