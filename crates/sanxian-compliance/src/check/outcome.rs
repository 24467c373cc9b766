use super::layer_overlay::LayerOverlay;
use super::measure::{Measure, Meter, Shape};
use super::plots::PlotSet;
use crate::figure::{area_ha, area_mu, sum_rounded};
use crate::rules::{Rule, Unit};
use crate::verdict::Verdict;

/// What one rule comes to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RuleOutcome {
    /// The rule.
    pub rule: Rule,
    /// Its verdict.
    pub verdict: Verdict,
    /// One Chinese sentence with the figures.
    pub message: String,
    /// Ids of the plots concerned: those that break the rule, cannot be judged, or touch the layer.
    pub plots: Vec<String>,
    /// Area that breaks the rule, by the method of the run; `None` for rules that are not about area.
    pub area_m2: Option<f64>,
    /// The same in hectares: the sum of the rounded pieces.
    pub area_ha: Option<f64>,
    /// The same in mu.
    pub area_mu: Option<f64>,
    /// What is needed, and from whom; `None` when nothing is.
    pub required: Option<String>,
}

impl std::fmt::Display for RuleOutcome {
    /// The verdict in full: what it is, the figures, the article it rests on and whether its text was read, and what is needed.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Rule { title, document, clause, status, .. } = &self.rule;
        let message = self.message.trim_end_matches('。');
        write!(
            formatter,
            "{}：{title}。{message}。依据：{document}，{clause}（{}）。",
            self.verdict.title(),
            status.title()
        )?;
        match &self.required {
            None => Ok(()),
            Some(required) => write!(formatter, "须办理：{}。", required.trim_end_matches('。')),
        }
    }
}

/// How a plot and a layer meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// They share area.
    Overlap,
    /// They touch, or share less than the coordinates resolve.
    Contact,
    /// Part of the plot lies outside.
    Outside,
    /// The plot is nearer than it may be.
    Near,
    /// A point or line, of which nobody said how far it reaches, lies in the plot.
    Contains,
}

impl Relation {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Contact => "contact",
            Self::Outside => "outside",
            Self::Near => "near",
            Self::Contains => "contains",
        }
    }
}

/// One row of the table of encroachments.
#[derive(Clone, Debug)]
pub(super) struct Encroachment {
    /// Which rule, by position; the gravest of those that list the same row.
    pub(super) rule: usize,
    pub(super) role: String,
    pub(super) layer: String,
    /// Which control layer, by position.
    pub(super) layer_index: usize,
    pub(super) plot: usize,
    /// Row of the feature in its file.
    pub(super) feature: Option<u64>,
    pub(super) subclass: Option<String>,
    pub(super) relation: Relation,
    pub(super) shape: Shape,
    pub(super) contact_length_m: f64,
    /// How far apart plot and feature are, for rules about distance.
    pub(super) distance_m: Option<f64>,
}

impl Encroachment {
    /// A row of a plot against a feature of a layer, or against the layer as a whole.
    pub(super) fn new(
        rule: usize,
        overlay: (usize, &LayerOverlay<'_>),
        (plot, feature): (usize, Option<usize>),
        relation: Relation,
        shape: Shape,
    ) -> Self {
        let (layer_index, overlay) = overlay;
        // A thread that is thinner than the coordinates resolve is two lengths of boundary with nothing between.
        let contact_length_m =
            if relation == Relation::Contact { shape.measure.perimeter_m / 2.0 } else { 0.0 };
        Self {
            rule,
            role: overlay.control.role.id.clone(),
            layer: overlay.title().to_owned(),
            layer_index,
            plot,
            feature: feature.map(|feature| overlay.control.layer.row(feature)),
            subclass: feature.and_then(|feature| overlay.zone_value(feature)).map(str::to_owned),
            relation,
            shape,
            contact_length_m,
            distance_m: None,
        }
    }

    /// True when no part is as wide as a sliver may be.
    pub(super) fn is_sliver(&self, meter: &Meter) -> bool {
        !matches!(self.relation, Relation::Contact | Relation::Contains)
            && self.shape.widest_m < meter.tolerances.sliver_width_m
    }

    fn identity(&self) -> (usize, usize, Option<u64>, Relation, u64) {
        // The area tells the pieces of nested questions apart: the part of a plot outside one zone is not that outside another.
        (self.layer_index, self.plot, self.feature, self.relation, self.shape.measure.planar_m2.to_bits())
    }
}

/// One feature of a control layer.
#[derive(Clone, Debug)]
pub(super) struct LayerFeature {
    pub(super) role: String,
    pub(super) layer: String,
    /// Row of the feature in its file.
    pub(super) row: u64,
    pub(super) subclass: Option<String>,
}

impl LayerFeature {
    pub(super) fn new(overlay: &LayerOverlay<'_>, feature: usize) -> Self {
        Self {
            role: overlay.control.role.id.clone(),
            layer: overlay.title().to_owned(),
            row: overlay.control.layer.row(feature),
            subclass: overlay.zone_value(feature).map(str::to_owned),
        }
    }
}

/// Two features of control layers that share area though a rule keeps their layers apart.
#[derive(Clone, Debug)]
pub(super) struct LayerConflict {
    /// Which rule, by position.
    pub(super) rule: usize,
    pub(super) one: LayerFeature,
    pub(super) other: LayerFeature,
    /// What they share.
    pub(super) shape: Shape,
}

/// An outcome while it is being made, with its rows.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) outcome: RuleOutcome,
    pub(super) rows: Vec<Encroachment>,
    /// Pairs of features that overlap each other, for rules about layers alone.
    pub(super) conflicts: Vec<LayerConflict>,
    /// What it comes to on single plots, those that do not simply comply.
    pub(super) plots: Vec<PlotRuling>,
    /// The account of an indicator before and after the project, if the rule keeps one.
    pub(super) account: Option<Account>,
}

impl Judged {
    /// An outcome without rows and areas.
    pub(super) fn plain(rule: &Rule, verdict: Verdict, message: String, required: Option<String>) -> Self {
        let outcome = RuleOutcome {
            rule: rule.clone(),
            verdict,
            message,
            plots: Vec::new(),
            area_m2: None,
            area_ha: None,
            area_mu: None,
            required,
        };
        Self { outcome, rows: Vec::new(), conflicts: Vec::new(), plots: Vec::new(), account: None }
    }
}

/// What one rule comes to on one plot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlotRuling {
    pub(super) plot: usize,
    pub(super) verdict: Verdict,
    /// Area that the rule is about on this plot, by the method of the run; `None` for rules that are not about area.
    pub(super) area_m2: Option<f64>,
}

/// An indicator before and after the project, in the unit of its rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Account {
    pub(super) before: f64,
    pub(super) project: f64,
    pub(super) after: f64,
    pub(super) limit: f64,
    pub(super) unit: Unit,
}

/// What a rule found on one plot.
#[derive(Clone, Debug, Default)]
pub(super) struct PlotFinding {
    pub(super) plot: usize,
    /// What breaks the rule, overlaps of features counted once.
    pub(super) broken: Measure,
    /// True when no part of it is as wide as a sliver may be.
    pub(super) is_sliver: bool,
    pub(super) mean_width_m: f64,
    /// Why the plot cannot be judged, if so.
    pub(super) unknown: Option<String>,
}

/// The area of an outcome: square metres, and hectares and mu as sums of the rounded rows.
pub(super) struct AreaFigures {
    pub(super) m2: f64,
    pub(super) ha: f64,
    pub(super) mu: f64,
}

impl AreaFigures {
    pub(super) fn of(areas_m2: impl Iterator<Item = f64> + Clone, decimals: u32) -> Self {
        Self {
            m2: areas_m2.clone().sum(),
            ha: sum_rounded(areas_m2.clone().map(|area| area_ha(area, decimals)), decimals),
            mu: sum_rounded(areas_m2.map(|area| area_mu(area, decimals)), decimals),
        }
    }
}

/// Ids of plots, each once, in the plots' order.
pub(super) fn plot_ids(plots: &PlotSet, concerned: impl IntoIterator<Item = usize>) -> Vec<String> {
    let mut concerned: Vec<usize> = concerned.into_iter().collect();
    concerned.sort_unstable();
    concerned.dedup();
    concerned.into_iter().filter_map(|plot| plots.plots.get(plot)).map(|plot| plot.id.clone()).collect()
}

/// All rows, each once: rules that ask the same question of the same layer share rows, which the gravest of them keeps.
pub(super) fn share_rows(judged: &mut [Judged]) -> Vec<Encroachment> {
    let mut order: Vec<usize> = (0..judged.len()).collect();
    order.sort_by_key(|&index| judged.get(index).map(|judged| std::cmp::Reverse(judged.outcome.verdict)));
    let mut seen = std::collections::BTreeMap::new();
    let mut rows = Vec::new();
    for index in order {
        let Some(judged) = judged.get_mut(index) else { continue };
        let mut shared_with = None;
        for row in std::mem::take(&mut judged.rows) {
            let identity = row.identity();
            if let Some(owner) = seen.get(&identity) {
                shared_with = Some(String::clone(owner));
            } else {
                seen.insert(identity, judged.outcome.rule.title.clone());
                rows.push(row);
            }
        }
        if let Some(owner) = shared_with {
            let sentence = judged.outcome.message.trim_end_matches('。').to_owned();
            judged.outcome.message = format!("{sentence}；逐块列在“{owner}”一条下。");
        }
    }
    rows.sort_by(|one, other| {
        let key = |row: &Encroachment| (row.rule, row.layer_index, row.plot, row.relation, row.feature);
        key(one).cmp(&key(other))
    });
    rows
}
