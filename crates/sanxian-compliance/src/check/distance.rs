use sanxian_overlay::{Point, Polygons};

use super::judge::Case;
use super::occupied::unknown_zone;
use super::outcome::{Encroachment, Judged, PlotRuling, Relation, plot_ids};
use super::reach::{self, edges};
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
    let ground = case.ground;
    if let Some((message, required)) = ground.missing(&zone.role) {
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
        let (mut nearest_m, mut unknown) = (f64::INFINITY, None);
        for &(layer_index, overlay) in &layers {
            for (feature, found_m) in near(plots.polygons.view(), plot, &overlay.indexed, limit_m) {
                let group = overlay.group(feature);
                if zone.has_subclasses() && !zone.is_wanted(group) {
                    if group.is_none() {
                        unknown.get_or_insert_with(|| unknown_zone(overlay, feature));
                    }
                    continue;
                }
                nearest_m = nearest_m.min(found_m);
                let polygons = overlay.indexed.polygons().take([feature]);
                let shape = reach::within(ground.overlayer, plot, polygons, limit_m, overlay.title())?;
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
fn near(
    plots: Polygons<'_>,
    plot: usize,
    indexed: &sanxian_overlay::IndexedPolygons,
    limit_m: f64,
) -> Vec<(usize, f64)> {
    let Some([min_x, min_y, max_x, max_y]) = plots.bounds(plot) else { return Vec::new() };
    let around = [min_x - limit_m, min_y - limit_m, max_x + limit_m, max_y + limit_m];
    let edges: Vec<_> = edges(plots, plot).collect();
    let mut found = Vec::new();
    for feature in indexed.candidates(around) {
        let feature = feature as usize;
        let distance_m = distance(&edges, plots, plot, indexed.polygons(), feature);
        if distance_m < limit_m {
            found.push((feature, distance_m));
        }
    }
    found
}

type Edge = [Point; 2];

fn distance(
    edges_of_plot: &[Edge],
    plots: Polygons<'_>,
    plot: usize,
    polygons: Polygons<'_>,
    feature: usize,
) -> f64 {
    let mut least = f64::INFINITY;
    for edge in edges(polygons, feature) {
        for other in edges_of_plot {
            if box_distance(&edge, other) < least {
                least = least.min(edge_distance(&edge, other));
            }
        }
    }
    // One inside the other: their boundaries are apart, they are not.
    let first = |polygons: Polygons<'_>, feature: usize| edges(polygons, feature).next();
    let one = first(plots, plot).is_some_and(|edge| contains(polygons, feature, edge[0]));
    let other = first(polygons, feature).is_some_and(|edge| contains(plots, plot, edge[0]));
    if one || other { 0.0 } else { least }
}

/// Distance of the boxes of two edges: never more than that of the edges.
fn box_distance(one: &Edge, other: &Edge) -> f64 {
    let gap = |axis: usize| {
        let (low, high) = (one[0][axis].min(one[1][axis]), one[0][axis].max(one[1][axis]));
        let (least, most) = (other[0][axis].min(other[1][axis]), other[0][axis].max(other[1][axis]));
        (least - high).max(low - most).max(0.0)
    };
    gap(0).hypot(gap(1))
}

fn edge_distance(one: &Edge, other: &Edge) -> f64 {
    if crosses(one, other) {
        return 0.0;
    }
    let ends = [
        point_distance(one[0], other),
        point_distance(one[1], other),
        point_distance(other[0], one),
        point_distance(other[1], one),
    ];
    ends.into_iter().fold(f64::INFINITY, f64::min)
}

fn point_distance([x, y]: Point, [[x0, y0], [x1, y1]]: &Edge) -> f64 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 { (((x - x0) * dx + (y - y0) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (x - x0 - along * dx).hypot(y - y0 - along * dy)
}

fn crosses(one: &Edge, other: &Edge) -> bool {
    let side = |edge: &Edge, [x, y]: Point| {
        (edge[1][0] - edge[0][0]) * (y - edge[0][1]) - (edge[1][1] - edge[0][1]) * (x - edge[0][0])
    };
    side(one, other[0]) * side(one, other[1]) < 0.0 && side(other, one[0]) * side(other, one[1]) < 0.0
}

/// Even-odd over all rings.
fn contains(polygons: Polygons<'_>, feature: usize, [x, y]: Point) -> bool {
    edges(polygons, feature)
        .filter(|[[x0, y0], [x1, y1]]| (*y0 > y) != (*y1 > y) && x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
        .count()
        % 2
        == 1
}
