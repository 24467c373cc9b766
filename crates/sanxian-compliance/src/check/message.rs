//! Sentences of verdicts, in Chinese.

use super::measure::Meter;
use super::outcome::PlotFinding;
use super::plots::PlotSet;
use crate::figure::area_text;

/// How many plots a sentence names one by one; the table names them all.
const NAMED: usize = 5;

/// `1号片区、2号片区`, and how many more.
pub(super) fn plot_list(plots: &PlotSet, concerned: &[usize]) -> String {
    let labels: Vec<_> = concerned
        .iter()
        .take(NAMED)
        .filter_map(|&plot| plots.plots.get(plot))
        .map(super::plots::Plot::label)
        .collect();
    let more =
        if concerned.len() > NAMED { format!("等{}个地块", concerned.len()) } else { String::new() };
    labels.join("、") + &more
}

/// Texts with the Chinese enumeration comma between.
pub(super) fn comma_list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    texts.into_iter().collect::<Vec<_>>().join("、")
}

/// `10号片区占用永久基本农田0.3700公顷(5.5500亩)`, plot by plot, with the total when there are several.
pub(super) fn broken_list(
    plots: &PlotSet,
    meter: &Meter,
    broken: &[&PlotFinding],
    verb: &str,
    what: &str,
) -> String {
    let decimals = meter.tolerances.piece_decimals;
    let piece = |finding: &&PlotFinding| {
        let plot = plots.plots.get(finding.plot)?;
        let area = area_text(meter.area_m2(&finding.broken), decimals);
        let width = if finding.is_sliver {
            format!("，平均宽度{:.3}米，疑为边界误差", finding.mean_width_m)
        } else {
            String::new()
        };
        Some(format!("{}{verb}{what}{area}{width}", plot.label()))
    };
    let named: Vec<_> = broken.iter().take(NAMED).filter_map(piece).collect();
    let more =
        if broken.len() > NAMED { format!("等，共{}个地块", broken.len()) } else { String::new() };
    let total = if broken.len() > 1 {
        let total_m2 = broken.iter().map(|finding| meter.area_m2(&finding.broken)).sum();
        format!("，合计{}", area_text(total_m2, decimals))
    } else {
        String::new()
    };
    named.join("；") + &more + &total
}

/// Reasons why plots cannot be judged, each reason once with its plots.
pub(super) fn unknown_list(plots: &PlotSet, unknown: &[&PlotFinding]) -> String {
    let mut reasons: Vec<(&str, Vec<usize>)> = Vec::new();
    for finding in unknown {
        let reason = finding.unknown.as_deref().unwrap_or_default();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, concerned)) => concerned.push(finding.plot),
            None => reasons.push((reason, vec![finding.plot])),
        }
    }
    let parts: Vec<_> = reasons
        .iter()
        .map(|(reason, concerned)| format!("{}{reason}", plot_list(plots, concerned)))
        .collect();
    parts.join("；")
}
