use super::judge::Case;
use super::layer_overlay::LayerOverlay;
use super::nearness::{NearPlot, Outline};
use super::occupied::unknown_zone;
use super::outcome::{Encroachment, Judged, PlotRuling, Relation, plot_ids};
use super::reach;
use crate::error::ComplianceError;
use crate::rules::{LayerZone, Limit};
use crate::verdict::Verdict;

/// How many plots a sentence names; the table of encroachments has them all.
const NAMED: usize = 5;

/// Judges that every plot keeps a distance from a layer, measured on the plane of the plots' CRS.
///
/// Every plot and feature that are too near each other make a row, with the part of the plot that lies too near.
pub(super) fn judge(
    case: &Case<'_>,
    zone: &LayerZone,
    distance_m: &Limit,
) -> Result<Judged, ComplianceError> {
    let limit_m = match distance_m {
        Limit::Given(limit_m) => *limit_m,
        Limit::Parameter(name) => match case.number(name) {
            Some(limit_m) => limit_m,
            None => return Ok(case.without(name)),
        },
    };
    if limit_m <= 0.0 {
        let parameter = distance_m.parameter().unwrap_or("distance_m").to_owned();
        return Err(ComplianceError::Parameter { parameter, expected: "a distance above 0 in metres" });
    }
    let ground = case.ground;
    // Points and lines have a place to measure from, whatever their radius.
    if let Some((message, required)) = ground.absent(&zone.role) {
        return Ok(case.unjudged(message, required));
    }
    let (plots, title) = (ground.overlayer.plots, ground.title(zone));
    let layers = ground.layers(&zone.role);
    let (mut sentences, mut rulings, mut rows, mut near_plots) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for &plot in &case.concerned {
        let Some(label) = plots.plots.get(plot).map(super::plots::Plot::label) else { continue };
        if let Some(defect) = ground.defect(plot, &layers) {
            sentences.push(format!("{label}{defect}，无法判定"));
            rulings.push(PlotRuling { plot, verdict: Verdict::CannotBeJudged, area_m2: None });
            continue;
        }
        let Some(shape) = NearPlot::new(plots.polygons.view(), plot) else { continue };
        let (mut nearest_m, mut unknown) = (f64::INFINITY, None);
        for &(layer_index, overlay) in &layers {
            for (feature, found_m) in near(&shape, overlay, limit_m) {
                let group = overlay.group(feature);
                if zone.has_subclasses() && !zone.is_wanted(group) {
                    if group.is_none() {
                        unknown.get_or_insert_with(|| unknown_zone(overlay, feature));
                    }
                    continue;
                }
                nearest_m = nearest_m.min(found_m);
                let outline = outline(overlay, feature);
                let shape = reach::within(ground.overlayer, plot, &outline, limit_m, overlay.title())?;
                let pair = (plot, Some(feature));
                let mut row =
                    Encroachment::new(case.index, (layer_index, overlay), pair, Relation::Near, shape);
                row.distance_m = Some(found_m);
                rows.push(row);
            }
        }
        if nearest_m < limit_m {
            sentences.push(format!("{label}距{title}{nearest_m:.2}米，小于{limit_m}米"));
            near_plots.push(plot);
            // A condition that is met for one feature does not settle what another may be.
            let least = if unknown.is_some() { Verdict::CannotBeJudged } else { Verdict::Compliant };
            let verdict = case.consequence_on(plot).verdict.max(least);
            rulings.push(PlotRuling { plot, verdict, area_m2: None });
        } else if let Some(reason) = unknown {
            sentences.push(format!("{label}在{limit_m}米以内{reason}，无法判定"));
            rulings.push(PlotRuling { plot, verdict: Verdict::CannotBeJudged, area_m2: None });
        }
    }
    let verdict = rulings.iter().map(|ruling| ruling.verdict).max().unwrap_or(Verdict::Compliant);
    let consequence = case.consequence_of(if near_plots.is_empty() { &case.concerned } else { &near_plots });
    if rulings.is_empty() {
        sentences.push(format!("{}个地块距{title}均不小于{limit_m}米", case.concerned.len()));
    } else {
        if sentences.len() > NAMED {
            sentences.truncate(NAMED);
            sentences.push(format!("等，共{}个地块", rulings.len()));
        }
        if !consequence.note.is_empty() {
            sentences.push(consequence.note);
        }
    }
    let required = if verdict == Verdict::Compliant { None } else { consequence.required };
    let mut judged = Judged::plain(case.rule, verdict, sentences.join("；") + "。", required);
    judged.outcome.plots = plot_ids(plots, rulings.iter().map(|ruling| ruling.plot));
    judged.plots = rulings;
    judged.rows = rows;
    Ok(judged)
}

/// Features nearer to a plot than `limit_m`, with their distance; what shares area or touches has none.
fn near(plot: &NearPlot<'_>, overlay: &LayerOverlay<'_>, limit_m: f64) -> Vec<(usize, f64)> {
    let candidates: Vec<usize> = if let Some(lines) = &overlay.control.layer.lines {
        (0..lines.len()).collect()
    } else {
        let [min_x, min_y, max_x, max_y] = plot.bounds;
        let around = [min_x - limit_m, min_y - limit_m, max_x + limit_m, max_y + limit_m];
        overlay.indexed.candidates(around).into_iter().map(|feature| feature as usize).collect()
    };
    let distance_m = |feature| Some((feature, plot.distance_m(&outline(overlay, feature), limit_m)?));
    candidates.into_iter().filter_map(distance_m).collect()
}

/// What distances of a feature are measured from: its boundary, or its point or line and the radius that it was given.
fn outline<'o>(overlay: &'o LayerOverlay<'_>, feature: usize) -> Outline<'o> {
    match &overlay.control.layer.lines {
        Some(lines) => Outline::Lines { lines, feature, radius_m: overlay.radius_m(feature) },
        None => Outline::Polygons { polygons: overlay.indexed.polygons(), feature },
    }
}
