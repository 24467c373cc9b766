//! Shares and totals held against a limit, always unrounded.

use super::judge::Case;
use super::occupied::{Occupied, occupied};
use super::outcome::{Account, Judged, PlotRuling, plot_ids};
use crate::error::ComplianceError;
use crate::figure::{area_text, share_text};
use crate::rules::{Bound, LayerZone, Limit, ShareBase, TotalMeasure, Unit};
use crate::verdict::Verdict;

/// The words of a comparison: kept, and not kept.
fn words(bound: Bound) -> (&'static str, &'static str) {
    match bound {
        Bound::AtLeast => ("不低于", "低于"),
        Bound::AtMost => ("不高于", "高于"),
    }
}

/// The verdict and the end of the sentence for a figure of some plots that lies from `least` to `most`.
fn held(
    (case, plots): (&Case<'_>, &[usize]),
    bound: Bound,
    (least, most): (f64, f64),
    limit: f64,
    shown: &str,
    zone: Option<&LayerZone>,
) -> (Verdict, String, Option<String>) {
    let (kept, broken) = words(bound);
    match bound.is_kept(least, most, limit) {
        Some(true) => (Verdict::Compliant, format!("{kept}{shown}"), None),
        Some(false) => {
            let consequence = case.consequence_of(plots);
            let note =
                if consequence.note.is_empty() { String::new() } else { format!("，{}", consequence.note) };
            (consequence.verdict, format!("{broken}{shown}{note}"), consequence.required)
        }
        None => {
            let doubt = zone.and_then(|zone| case.ground.doubt(zone));
            let doubt = doubt.map_or_else(String::new, |doubt| format!("({doubt})"));
            let required = Some("补全上述缺项后重新检查".to_owned());
            let message = format!("是否{kept}{shown}取决于分区不明的部分{doubt}，无法判定");
            (Verdict::CannotBeJudged, message, required)
        }
    }
}

/// Least and most area of one plot in the layer; the two differ where sub-zones are not known.
fn range(case: &Case<'_>, occupied: &Occupied, plot: usize) -> Option<(f64, f64)> {
    let finding = occupied.found.get(plot)?;
    let unknown_m2 = occupied.unknown_m2.get(plot).copied().unwrap_or_default();
    // A plot that cannot be measured at all has no range.
    if finding.unknown.is_some() && unknown_m2 == 0.0 {
        return None;
    }
    let area_m2 = case.ground.overlayer.meter.area_m2(&finding.broken);
    Some((area_m2, area_m2 + unknown_m2))
}

/// Judges the share of plots that a layer takes.
pub(super) fn share_of_overlap(
    case: &Case<'_>,
    bound: Bound,
    zone: &LayerZone,
    threshold: f64,
    base: ShareBase,
) -> Result<Judged, ComplianceError> {
    let ground = case.ground;
    if let Some((message, required)) = ground.missing(&zone.role) {
        return Ok(case.unjudged(message, required));
    }
    let occupied = occupied(ground, case.index, zone)?;
    let (plots, title) = (ground.overlayer.plots, ground.title(zone));
    let groups: Vec<Vec<usize>> = match base {
        ShareBase::Plot => case.concerned.iter().map(|&plot| vec![plot]).collect(),
        ShareBase::Scheme => vec![case.concerned.clone()],
    };
    let limit = share_text(threshold);
    let mut verdict = Verdict::Compliant;
    let (mut sentences, mut rulings, mut required) = (Vec::new(), Vec::new(), None);
    for group in groups {
        let whole_m2: f64 =
            group.iter().filter_map(|&plot| plots.plots.get(plot)).map(|plot| plot.area_m2).sum();
        let ranges: Option<Vec<_>> = group.iter().map(|&plot| range(case, &occupied, plot)).collect();
        let label = match group.as_slice() {
            [plot] => plots.plots.get(*plot).map(super::plots::Plot::label).unwrap_or_default(),
            _ => "全部适用地块".to_owned(),
        };
        let (of_group, sentence, needed) = match ranges.filter(|_| whole_m2 > 0.0) {
            None => {
                let required = Some("补全上述缺项后重新检查".to_owned());
                (Verdict::CannotBeJudged, format!("{label}的面积不明，无法判定"), required)
            }
            Some(ranges) => {
                let least: f64 = ranges.iter().map(|range| range.0).sum();
                let most: f64 = ranges.iter().map(|range| range.1).sum();
                let shares = (least / whole_m2, most / whole_m2);
                let (verdict, end, required) =
                    held((case, &group), bound, shares, threshold, &limit, Some(zone));
                let area = area_text(least, ground.overlayer.meter.tolerances.piece_decimals);
                (verdict, format!("{label}占用{title}{area}，占{}，{end}", share_text(shares.0)), required)
            }
        };
        if of_group != Verdict::Compliant || base == ShareBase::Scheme {
            sentences.push(sentence);
            let measured = |plot| range(case, &occupied, plot).map(|range| range.0);
            if of_group != Verdict::Compliant {
                rulings.extend(group.iter().map(|&plot| PlotRuling {
                    plot,
                    verdict: of_group,
                    area_m2: measured(plot),
                }));
            }
        }
        if of_group > verdict {
            (verdict, required) = (of_group, needed);
        }
    }
    if sentences.is_empty() {
        let count = case.concerned.len();
        sentences.push(format!("{count}个地块占用{title}的比例均{}{limit}", words(bound).0));
    }
    let mut judged = Judged::plain(case.rule, verdict, sentences.join("；") + "。", required);
    judged.outcome.plots = plot_ids(plots, rulings.iter().map(|ruling| ruling.plot));
    judged.plots = rulings;
    judged.rows = occupied.rows;
    judged.rows.retain(|row| case.concerned.contains(&row.plot));
    Ok(judged)
}

/// Judges the share that two figures of the scheme make.
pub(super) fn share_of_figures(
    case: &Case<'_>,
    bound: Bound,
    numerator: &str,
    denominator: &str,
    threshold: f64,
) -> Judged {
    let Some(above) = case.number(numerator) else { return case.without(numerator) };
    let Some(below) = case.number(denominator) else { return case.without(denominator) };
    if below <= 0.0 || above < 0.0 {
        let message = format!("参数{numerator}为{above}、{denominator}为{below}，不能成为比例，无法判定。");
        return case.unjudged(message, format!("更正参数{numerator}、{denominator}"));
    }
    let share = above / below;
    let shares = (share, share);
    let (verdict, end, required) =
        held((case, &case.concerned), bound, shares, threshold, &share_text(threshold), None);
    let message = format!("{above}占{below}的{}，{end}。", share_text(share));
    Judged::plain(case.rule, verdict, message, required)
}

/// Judges a total; with `before`, what stood in the account before the project is kept with what the project changes.
pub(super) fn total(
    case: &Case<'_>,
    bound: Bound,
    measure: &TotalMeasure,
    limit: &Limit,
    before: Option<&str>,
    unit: Unit,
) -> Result<Judged, ComplianceError> {
    let limit = match limit {
        Limit::Given(limit) => *limit,
        Limit::Parameter(name) => match case.number(name) {
            Some(limit) => limit,
            None => return Ok(case.without(name)),
        },
    };
    let before = match before.map(|name| (name, case.number(name))) {
        None => None,
        Some((_, Some(before))) => Some(before),
        Some((name, None)) => return Ok(case.without(name)),
    };
    let ground = case.ground;
    if let Some((message, required)) = measure.zone().and_then(|zone| ground.missing(&zone.role)) {
        return Ok(case.unjudged(message, required));
    }
    let plots = ground.overlayer.plots;
    let mut rows = Vec::new();
    let range = match measure {
        TotalMeasure::Plots => {
            let areas = case.concerned.iter().filter_map(|&plot| plots.plots.get(plot));
            let area_m2: f64 = areas.map(|plot| plot.area_m2).sum();
            Some((area_m2, area_m2))
        }
        TotalMeasure::Overlap(zone) => {
            let occupied = occupied(ground, case.index, zone)?;
            let ranges: Option<Vec<_>> =
                case.concerned.iter().map(|&plot| range(case, &occupied, plot)).collect();
            rows = occupied.rows;
            rows.retain(|row| case.concerned.contains(&row.plot));
            ranges.map(|ranges| {
                (ranges.iter().map(|range| range.0).sum(), ranges.iter().map(|range| range.1).sum())
            })
        }
        TotalMeasure::Layer(zone) => Some(ground.layer_area(zone)?),
        TotalMeasure::Figure(name) => match case.number(name) {
            Some(figure) => Some((figure, figure)),
            None => return Ok(case.without(name)),
        },
    };
    let Some((least, most)) = range else {
        let message = "有地块没有图形或分块面积不闭合，合计无法判定。".to_owned();
        return Ok(case.unjudged(message, "补全上述缺项后重新检查".to_owned()));
    };
    let (least, most) = match measure {
        TotalMeasure::Figure(_) => (least, most),
        _ => (unit.of_m2(least), unit.of_m2(most)),
    };
    let word = unit.word();
    let (figures, account, shown) = match before {
        None => ((least, most), None, format!("合计{}{word}", plain(least))),
        Some(before) => {
            // What a lower bound protects is taken away from, what an upper bound caps is added to.
            let sign = if bound == Bound::AtLeast { -1.0 } else { 1.0 };
            let (one, other) = (before + sign * least, before + sign * most);
            let account = Account { before, project: sign * least, after: one, limit, unit };
            let shown = format!(
                "项目前{}{word}，本方案{}{}{word}，项目后{}{word}",
                plain(before),
                if sign < 0.0 { "减少" } else { "增加" },
                plain(least),
                plain(one)
            );
            ((one.min(other), one.max(other)), Some(account), shown)
        }
    };
    let (verdict, end, required) = held(
        (case, &case.concerned),
        bound,
        figures,
        limit,
        &format!("{}{word}", plain(limit)),
        measure.zone(),
    );
    let mut judged = Judged::plain(case.rule, verdict, format!("{shown}，{end}。"), required);
    judged.account = account;
    judged.rows = rows;
    Ok(judged)
}

/// A figure with as many decimals as tell it apart from its neighbours in such accounts, without trailing zeros.
fn plain(figure: f64) -> String {
    let text = format!("{:.6}", crate::figure::round(figure, 6));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
