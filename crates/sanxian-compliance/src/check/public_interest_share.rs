use super::judge::Case;
use super::message::plot_list;
use super::outcome::{Judged, PlotRuling, plot_ids};
use super::public_interest::PlotShare;
use crate::figure::share_text;
use crate::rules::{Rule, ShareBase};
use crate::verdict::Verdict;

/// What one rule says of one plot, for the table of public-interest shares.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlotVerdict {
    pub(super) plot: usize,
    pub(super) threshold: f64,
    pub(super) verdict: Verdict,
    pub(super) note: Option<String>,
}

fn judged(
    rule: &Rule,
    verdict: Verdict,
    message: String,
    plots: Vec<String>,
    required: Option<String>,
) -> Judged {
    let mut judged = Judged::plain(rule, verdict, message + "。", required);
    judged.outcome.plots = plots;
    judged
}

/// Judges that the public-interest share reaches the threshold, plot by plot or for the scheme as a whole.
pub(super) fn judge(
    case: &Case<'_>,
    shares: Option<&[PlotShare]>,
    threshold: f64,
    base: ShareBase,
) -> (Judged, Vec<PlotVerdict>) {
    let rule = case.rule;
    let Some(shares) = shares else {
        let message = "未提供用途图斑(uses)或项目表(projects)，不能计算公益性用地比例，无法判定".to_owned();
        let required = Some("由编制单位提供用途图斑与列有公益类别的项目表".to_owned());
        let verdicts = case.concerned.iter().map(|&plot| PlotVerdict {
            plot,
            threshold,
            verdict: Verdict::CannotBeJudged,
            note: Some("缺用途图斑或项目表".to_owned()),
        });
        let verdicts = if base == ShareBase::Plot { verdicts.collect() } else { Vec::new() };
        return (judged(rule, Verdict::CannotBeJudged, message, Vec::new(), required), verdicts);
    };
    match base {
        ShareBase::Plot => by_plot(case, shares, threshold),
        ShareBase::Scheme => (for_scheme(case, shares, threshold), Vec::new()),
    }
}

fn by_plot(case: &Case<'_>, shares: &[PlotShare], threshold: f64) -> (Judged, Vec<PlotVerdict>) {
    let (plots, rule, concerned) = (case.ground.overlayer.plots, case.rule, case.concerned.as_slice());
    let broken = case.consequence();
    let limit = share_text(threshold);
    let (mut below, mut unknown, mut verdicts) = (Vec::new(), Vec::new(), Vec::new());
    let mut lowest: Option<(f64, usize)> = None;
    let mut sentences = Vec::new();
    for &index in concerned {
        let (Some(plot), Some(share)) = (plots.plots.get(index), shares.get(index)) else { continue };
        let (verdict, note) = match share.share(plot.area_m2) {
            None => {
                unknown.push(index);
                let reason = share.unknown.clone().unwrap_or_else(|| "没有图形或面积为零".to_owned());
                sentences.push(format!("{}{reason}，无法判定", plot.label()));
                (
                    Verdict::CannotBeJudged,
                    Some(format!("{}{}", reason.trim_start_matches('的'), bounds(share, plot.area_m2))),
                )
            }
            // Unrounded on purpose: 39.996 % is not 40 %.
            Some(value) => {
                if lowest.is_none_or(|(least, _)| value < least) {
                    lowest = Some((value, index));
                }
                // Land without a use might be anything: it decides only where both answers are the same.
                let most = (share.public_m2 + share.uncovered_m2) / plot.area_m2;
                if value >= threshold {
                    (Verdict::Compliant, None)
                } else if most >= threshold {
                    unknown.push(index);
                    let reason = format!(
                        "用途图斑未覆盖整个地块，比例在{}至{}之间",
                        share_text(value),
                        share_text(most)
                    );
                    sentences.push(format!("{}{reason}，无法判定", plot.label()));
                    (Verdict::CannotBeJudged, Some(reason))
                } else {
                    below.push(index);
                    sentences.push(format!(
                        "{}公益性用地比例{}，低于{limit}",
                        plot.label(),
                        share_text(value)
                    ));
                    (broken.verdict, Some(format!("低于{limit}")))
                }
            }
        };
        verdicts.push(PlotVerdict { plot: index, threshold, verdict, note });
    }
    let verdict = verdicts.iter().map(|verdict| verdict.verdict).max().unwrap_or(Verdict::Compliant);
    let reaching = concerned.len() - below.len() - unknown.len();
    let least = lowest.filter(|_| below.is_empty()).map_or_else(String::new, |(value, index)| {
        format!("，最低为{}{}", plot_list(plots, &[index]), share_text(value))
    });
    sentences.insert(
        0,
        format!("适用的{}个地块中{reaching}个公益性用地比例不低于{limit}{least}", concerned.len()),
    );
    let required = match verdict {
        Verdict::Compliant => None,
        Verdict::CannotBeJudged => Some("由编制单位补充上述项目的公益类别或用途图斑".to_owned()),
        _ => broken.required,
    };
    let ids = plot_ids(plots, below.into_iter().chain(unknown));
    let mut judged = judged(rule, verdict, sentences.join("；"), ids, required);
    judged.plots = verdicts
        .iter()
        .filter(|verdict| verdict.verdict != Verdict::Compliant)
        .map(|verdict| PlotRuling { plot: verdict.plot, verdict: verdict.verdict, area_m2: None })
        .collect();
    (judged, verdicts)
}

/// Between what and what the share lies when part of the land is not stated.
fn bounds(share: &PlotShare, area_m2: f64) -> String {
    if area_m2 > 0.0 && share.unknown_m2 > 0.0 {
        let most = (share.public_m2 + share.unknown_m2) / area_m2;
        format!("；比例在{}至{}之间", share_text(share.public_m2 / area_m2), share_text(most.min(1.0)))
    } else {
        String::new()
    }
}

fn for_scheme(case: &Case<'_>, shares: &[PlotShare], threshold: f64) -> Judged {
    let (plots, rule, concerned) = (case.ground.overlayer.plots, case.rule, case.concerned.as_slice());
    let limit = share_text(threshold);
    let (mut public_m2, mut uncovered_m2, mut area_m2, mut unknown) = (0.0, 0.0, 0.0, Vec::new());
    for &index in concerned {
        let (Some(plot), Some(share)) = (plots.plots.get(index), shares.get(index)) else { continue };
        area_m2 += plot.area_m2;
        public_m2 += share.public_m2;
        uncovered_m2 += share.uncovered_m2;
        if share.share(plot.area_m2).is_none() {
            unknown.push(index);
        }
    }
    if !unknown.is_empty() || area_m2 <= 0.0 {
        let message = format!("{}公益性用地面积不明，方案总体的比例无法判定", plot_list(plots, &unknown));
        let required = Some("由编制单位补充上述地块项目的公益类别或用途图斑".to_owned());
        return judged(rule, Verdict::CannotBeJudged, message, plot_ids(plots, unknown), required);
    }
    let share = public_m2 / area_m2;
    let figures = format!(
        "公益性用地{:.4}公顷，占总用地{:.4}公顷的{}",
        crate::figure::area_ha(public_m2, 4),
        crate::figure::area_ha(area_m2, 4),
        share_text(share)
    );
    if share >= threshold {
        judged(rule, Verdict::Compliant, format!("{figures}，不低于{limit}"), Vec::new(), None)
    } else if (public_m2 + uncovered_m2) / area_m2 >= threshold {
        let message = format!("{figures}，低于{limit}，但有用地未列用途，无法判定");
        let required = Some("由编制单位补全用途图斑".to_owned());
        judged(rule, Verdict::CannotBeJudged, message, Vec::new(), required)
    } else {
        let broken = case.consequence();
        judged(rule, broken.verdict, format!("{figures}，低于{limit}"), Vec::new(), broken.required)
    }
}
