//! What all rules come to: each is a case, judged by its predicate.

use super::activity::Activities;
use super::bounded;
use super::condition::{Consequence, consequence};
use super::disjoint;
use super::distance;
use super::existence;
use super::input::CheckInput;
use super::message::{broken_list, plot_list, unknown_list};
use super::must_lie_within;
use super::must_not_overlap;
use super::outcome::{
    AreaFigures, Encroachment, Judged, PlotFinding, PlotRuling, Relation, RuleOutcome, plot_ids,
};
use super::presence;
use super::public_interest::PlotShare;
use super::public_interest_share::{self, PlotVerdict};
use super::scope::{Applies, Missing, applies};
use super::spatial::{Ground, Question};
use crate::error::ComplianceError;
use crate::rules::{Existence, Predicate, Rule, RulePack, ShareMeasure};
use crate::verdict::Verdict;

/// The parameter that lists plots led by industry, which the tables of plots show.
const INDUSTRY_LED_PLOTS: &str = "industry_led_plots";

/// What all rules together say.
pub(super) struct Rulings {
    pub(super) judged: Vec<Judged>,
    /// Per plot: the strictest rule about its public-interest share.
    pub(super) plot_verdicts: Vec<Option<PlotVerdict>>,
    /// Per plot: whether it is one of those led by industry; `None` when nobody says or no rule asks.
    pub(super) industry_led: Vec<Option<bool>>,
}

/// One rule on one ground.
pub(super) struct Case<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) input: &'a CheckInput,
    pub(super) activities: &'a Activities,
    /// Position of the rule.
    pub(super) index: usize,
    pub(super) rule: &'a Rule,
    /// The plots it applies to, ascending.
    pub(super) concerned: Vec<usize>,
}

/// Judges every rule of `packs`. No rule overrides another: each has its own outcome.
pub(super) fn judge(
    input: &CheckInput,
    packs: &[RulePack],
    activities: &Activities,
    ground: &Ground<'_>,
    shares: Option<&[PlotShare]>,
) -> Result<Rulings, ComplianceError> {
    let plots = ground.overlayer.plots;
    let mut rulings = Rulings {
        judged: Vec::new(),
        plot_verdicts: vec![None; plots.len()],
        industry_led: vec![None; plots.len()],
    };
    let rules = packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)));
    for (index, (pack, rule)) in rules.enumerate() {
        let applies = match out_of_term(input, pack, rule) {
            Some(reason) => Applies::ToNone(reason),
            None => applies(input, rule, ground)?,
        };
        let (concerned, not_said) = match &applies {
            Applies::To(concerned) => (concerned.clone(), None),
            Applies::ToNone(reason) => {
                let message = format!("本条不适用：{reason}。");
                rulings.judged.push(Judged::plain(rule, Verdict::Compliant, message, None));
                rulings.set_apart(rule, Some(&[]));
                continue;
            }
            Applies::NotSaid(missing) => ((0..plots.len()).collect(), Some(missing)),
        };
        rulings.set_apart(rule, not_said.is_none().then_some(&concerned));
        let case = Case { ground, input, activities, index, rule, concerned };
        let judged = match not_said {
            Some(missing) if is_public_interest(rule) => {
                let message = format!("{}，不能确定适用的地块，无法判定。", missing.reason);
                case.unjudged(message, missing.required.clone())
            }
            Some(missing) => in_doubt(presence::listed(&case, rulings.judge(&case, shares)?), missing),
            None => presence::listed(&case, rulings.judge(&case, shares)?),
        };
        rulings.judged.push(judged);
    }
    Ok(rulings)
}

/// A rule of which nobody said whether it applies: it counts as kept only when it would be.
fn in_doubt(mut judged: Judged, missing: &Missing) -> Judged {
    let outcome = &mut judged.outcome;
    if outcome.verdict != Verdict::Compliant {
        outcome.verdict = Verdict::CannotBeJudged;
        outcome.message =
            format!("{}，不能确定本条是否适用，无法判定；如适用：{}", missing.reason, outcome.message);
        outcome.required = Some(missing.required.clone());
        for ruling in &mut judged.plots {
            ruling.verdict = Verdict::CannotBeJudged;
        }
    }
    judged
}

fn is_public_interest(rule: &Rule) -> bool {
    matches!(rule.predicate, Predicate::Share { measure: ShareMeasure::PublicInterest, .. })
}

/// Why a rule with a term of its own does not count on the day of the scheme.
fn out_of_term(input: &CheckInput, pack: &RulePack, rule: &Rule) -> Option<String> {
    let date = input.settings.date.as_deref()?;
    if (&rule.valid_from, &rule.valid_to) == (&pack.valid_from, &pack.valid_to) {
        // The pack as a whole is pointed out instead.
        return None;
    }
    // Days written YYYY-MM-DD are in the order of their texts.
    let is_before = rule.valid_from.as_deref().is_some_and(|from| date < from);
    let is_after = rule.valid_to.as_deref().is_some_and(|to| date > to);
    (is_before || is_after).then(|| format!("方案日期{date}不在本条的期限内"))
}

impl Rulings {
    fn judge(&mut self, case: &Case<'_>, shares: Option<&[PlotShare]>) -> Result<Judged, ComplianceError> {
        match &case.rule.predicate {
            Predicate::MustNotOverlap(zone) | Predicate::OverlapNeeds(zone) => {
                must_not_overlap::judge(case, zone)
            }
            Predicate::MustLieWithin(zone) => must_lie_within::judge(case, zone),
            Predicate::DistanceAtLeast { zone, distance_m } => distance::judge(case, zone, distance_m),
            Predicate::Share { measure: ShareMeasure::PublicInterest, threshold, base, .. } => {
                let (judged, verdicts) = public_interest_share::judge(case, shares, *threshold, *base);
                for verdict in verdicts {
                    let Some(kept) = self.plot_verdicts.get_mut(verdict.plot) else { continue };
                    if kept.as_ref().is_none_or(|kept| kept.threshold < verdict.threshold) {
                        *kept = Some(verdict);
                    }
                }
                Ok(judged)
            }
            Predicate::Share { bound, measure: ShareMeasure::Overlap(zone), threshold, base } => {
                bounded::share_of_overlap(case, *bound, zone, *threshold, *base)
            }
            Predicate::Share {
                bound,
                measure: ShareMeasure::Figures { numerator, denominator },
                threshold,
                ..
            } => Ok(bounded::share_of_figures(case, *bound, numerator, denominator, *threshold)),
            Predicate::Total { bound, measure, limit, before, unit } => {
                bounded::total(case, *bound, measure, limit, before.as_deref(), *unit)
            }
            Predicate::Disjoint(zones) => disjoint::judge(case, zones),
            Predicate::Exists(Existence::Said(parameter)) => Ok(existence::said(case, parameter)),
            Predicate::Exists(Existence::InEach { zone, each, above_km2 }) => {
                existence::in_each(case, zone, each, *above_km2)
            }
        }
    }

    /// Keeps which plots a rule is for alone; `listed` is `None` when nobody said.
    fn set_apart(&mut self, rule: &Rule, listed: Option<&[usize]>) {
        let is_industry = rule.scope.plots_in.as_deref() == Some(INDUSTRY_LED_PLOTS);
        let Some(listed) = listed.filter(|_| is_industry) else { return };
        for (plot, flag) in self.industry_led.iter_mut().enumerate() {
            *flag = Some(flag.unwrap_or(false) || listed.contains(&plot));
        }
    }
}

impl Case<'_> {
    /// What the rule comes to on a plot where its predicate does not hold.
    pub(super) fn consequence_on(&self, plot: usize) -> Consequence {
        consequence(self.rule, &self.input.settings.parameters, self.activities, plot)
    }

    /// What the rule comes to where its predicate does not hold for these plots together: the strictest.
    pub(super) fn consequence_of(&self, plots: &[usize]) -> Consequence {
        let (first, rest) = plots.split_first().map_or((0, plots), |(first, rest)| (*first, rest));
        rest.iter().map(|&plot| self.consequence_on(plot)).fold(self.consequence_on(first), |kept, other| {
            if other.verdict > kept.verdict { other } else { kept }
        })
    }

    /// The same for every plot that the rule applies to.
    pub(super) fn consequence(&self) -> Consequence {
        self.consequence_of(&self.concerned)
    }

    /// A number that the scheme gives.
    pub(super) fn number(&self, parameter: &str) -> Option<f64> {
        self.input.settings.parameters.get(parameter)?.as_f64()
    }

    /// An outcome that cannot be judged as a whole.
    pub(super) fn unjudged(&self, message: String, required: String) -> Judged {
        Judged::plain(self.rule, Verdict::CannotBeJudged, message, Some(required))
    }

    /// An outcome that waits for a parameter.
    pub(super) fn without(&self, parameter: &str) -> Judged {
        let message = format!("方案未给出参数{parameter}，规则文本也没有规定其值，无法判定。");
        self.unjudged(message, format!("在方案的 [parameters] 中写明{parameter}"))
    }

    /// Leaves out plots that the rule does not apply to.
    pub(super) fn keep_concerned(&self, found: &mut Vec<PlotFinding>, rows: &mut Vec<Encroachment>) {
        if self.concerned.len() < self.ground.overlayer.plots.len() {
            found.retain(|finding| self.concerned.contains(&finding.plot));
            rows.retain(|row| self.concerned.contains(&row.plot));
        }
    }

    /// Plots that break the rule by what it comes to on them, the strictest first: activities may differ from plot to plot.
    fn groups<'f>(&self, broken: &[&'f PlotFinding]) -> Vec<(Consequence, Vec<&'f PlotFinding>)> {
        let mut groups: Vec<(Consequence, Vec<&PlotFinding>)> = Vec::new();
        for &finding in broken {
            let consequence = self.consequence_on(finding.plot);
            match groups.iter_mut().find(|(known, _)| *known == consequence) {
                Some((_, findings)) => findings.push(finding),
                None => groups.push((consequence, vec![finding])),
            }
        }
        groups.sort_by_key(|(consequence, _)| std::cmp::Reverse(consequence.verdict));
        groups
    }

    /// Joins what was found on each plot to a verdict.
    pub(super) fn settle(
        &self,
        question: Question,
        what: &str,
        fine: &str,
        found: &[PlotFinding],
        rows: Vec<Encroachment>,
    ) -> Judged {
        let (plots, meter) = (self.ground.overlayer.plots, self.ground.overlayer.meter);
        let broken: Vec<_> = found.iter().filter(|finding| finding.broken.planar_m2 > 0.0).collect();
        let unknown: Vec<_> = found.iter().filter(|finding| finding.unknown.is_some()).collect();
        let mut touching: Vec<usize> =
            rows.iter().filter(|row| row.relation == Relation::Contact).map(|row| row.plot).collect();
        touching.dedup();
        let groups = self.groups(&broken);
        let of_plot = |finding: &PlotFinding| {
            let is_broken = finding.broken.planar_m2 > 0.0;
            let broken =
                if is_broken { self.consequence_on(finding.plot).verdict } else { Verdict::Compliant };
            // A condition that is met elsewhere does not settle what could not be judged here.
            if finding.unknown.is_some() { broken.max(Verdict::CannotBeJudged) } else { broken }
        };
        let verdict = found.iter().map(of_plot).max().unwrap_or(Verdict::Compliant);
        let mut sentences = Vec::new();
        if broken.is_empty() && unknown.is_empty() {
            sentences.push(fine.to_owned());
        }
        for (consequence, broken) in &groups {
            sentences.push(broken_list(plots, meter, broken, question.verb(), what));
            if !consequence.note.is_empty() {
                sentences.push(consequence.note.clone());
            }
        }
        if !unknown.is_empty() {
            sentences.push(format!("{}，无法判定", unknown_list(plots, &unknown)));
        }
        if !touching.is_empty() {
            let length: f64 = rows.iter().map(|row| row.contact_length_m).sum();
            sentences.push(question.touching(&plot_list(plots, &touching), length));
        }
        let areas = broken.iter().map(|finding| meter.area_m2(&finding.broken));
        let figures = AreaFigures::of(areas, meter.tolerances.piece_decimals);
        let concerned =
            found.iter().filter(|finding| finding.broken.planar_m2 > 0.0 || finding.unknown.is_some());
        let required = match verdict {
            Verdict::Compliant => None,
            Verdict::CannotBeJudged if broken.is_empty() => Some("补全上述缺项后重新检查".to_owned()),
            _ => groups.first().and_then(|(consequence, _)| consequence.required.clone()),
        };
        let rulings = concerned.clone().map(|finding| PlotRuling {
            plot: finding.plot,
            verdict: of_plot(finding),
            area_m2: Some(meter.area_m2(&finding.broken)),
        });
        Judged {
            plots: rulings.collect(),
            conflicts: Vec::new(),
            account: None,
            outcome: RuleOutcome {
                rule: self.rule.clone(),
                verdict,
                message: sentences.join("；") + "。",
                plots: plot_ids(plots, concerned.map(|finding| finding.plot).chain(touching)),
                area_m2: Some(figures.m2),
                area_ha: Some(figures.ha),
                area_mu: Some(figures.mu),
                required,
            },
            rows,
        }
    }
}
