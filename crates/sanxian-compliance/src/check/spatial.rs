use super::layer_overlay::{LayerOverlay, Overlayer};
use super::measure::{Measure, Shape};
use super::message::{broken_list, plot_list, unknown_list};
use super::outcome::{
    AreaFigures, Encroachment, Judged, PlotFinding, Relation, RuleOutcome, otherwise, plot_ids,
};
use crate::error::ComplianceError;
use crate::rules::{Role, Rule};
use crate::verdict::Verdict;

/// What a rule about layers asks.
#[derive(Clone, Copy)]
pub(super) enum Question {
    /// Whether plots share area with the layer.
    Overlaps,
    /// Whether plots leave the layer.
    Leaves,
}

impl Question {
    fn verb(self) -> &'static str {
        match self {
            Self::Overlaps => "占用",
            Self::Leaves => "超出",
        }
    }

    fn touching(self, plots: &str, length_m: f64) -> String {
        match self {
            Self::Overlaps => format!("{plots}仅与其边界相接，接触长度{length_m:.2}米，占用面积为0"),
            Self::Leaves => format!("{plots}沿边界有窄于坐标分辨率的出入，长{length_m:.2}米，按位于界内处理"),
        }
    }
}

/// What a rule about layers is judged with.
pub(super) struct Ground<'a> {
    pub(super) overlayer: &'a Overlayer<'a>,
    pub(super) overlays: &'a [LayerOverlay<'a>],
    pub(super) roles: &'a [Role],
}

impl Ground<'_> {
    /// The layers of a role, with their positions.
    pub(super) fn layers(&self, role: &str) -> Vec<(usize, &LayerOverlay<'_>)> {
        self.overlays.iter().enumerate().filter(|(_, overlay)| overlay.control.role.id == role).collect()
    }

    /// What messages call a role, or a sub-zone of it.
    pub(super) fn title(&self, role: &str, subclass: Option<&str>) -> String {
        let Some(role) = self.roles.iter().find(|known| known.id == role) else { return role.to_owned() };
        match subclass.and_then(|subclass| role.subclass(subclass)) {
            None => role.title.clone(),
            // The sub-zones of the development boundary carry their own full name.
            Some(subclass) if role.id == "urban_development_boundary" => subclass.title.clone(),
            Some(subclass) => format!("{}({})", role.title, subclass.title),
        }
    }

    /// Why no layer of the role can be used, if so, with what is needed.
    pub(super) fn missing(&self, role: &str) -> Option<(String, String)> {
        let title = self.title(role, None);
        let layers = self.layers(role);
        if layers.is_empty() {
            return Some((
                format!("未提供{title}图层，无法判定"),
                format!("由自然资源等主管部门提供{title}图层，加入方案后重新检查"),
            ));
        }
        let empty = layers.iter().find(|(_, overlay)| overlay.is_empty_by_mistake())?;
        Some((
            format!("{title}图层({})没有要素，无法判定", empty.1.source),
            format!("核对{title}图层；确无管控范围的，在方案中写 may_be_empty = true"),
        ))
    }

    /// Why a plot cannot be judged whatever the layers say.
    pub(super) fn defect(&self, plot: usize, layers: &[(usize, &LayerOverlay<'_>)]) -> Option<String> {
        if self.overlayer.plots.plots.get(plot).is_some_and(super::plots::Plot::is_empty) {
            return Some("没有图形或面积为零".to_owned());
        }
        let unclosed = layers.iter().find(|(_, overlay)| overlay.unclosed.contains(&plot))?;
        Some(format!("与图层{}的分块面积不闭合", unclosed.1.source))
    }

    /// Joins what was found on each plot to a verdict.
    pub(super) fn judge(
        &self,
        rule: &Rule,
        question: Question,
        what: &str,
        fine: &str,
        found: &[PlotFinding],
        rows: Vec<Encroachment>,
    ) -> Judged {
        let (plots, meter) = (self.overlayer.plots, self.overlayer.meter);
        let broken: Vec<_> = found.iter().filter(|finding| finding.broken.planar_m2 > 0.0).collect();
        let unknown: Vec<_> = found.iter().filter(|finding| finding.unknown.is_some()).collect();
        let mut touching: Vec<usize> =
            rows.iter().filter(|row| row.relation == Relation::Contact).map(|row| row.plot).collect();
        touching.dedup();
        let verdict = if !broken.is_empty() {
            let broken = otherwise(rule);
            // A condition that is met elsewhere does not settle what could not be judged here.
            if unknown.is_empty() { broken } else { broken.max(Verdict::CannotBeJudged) }
        } else if unknown.is_empty() {
            Verdict::Compliant
        } else {
            Verdict::CannotBeJudged
        };
        let mut sentences = Vec::new();
        if broken.is_empty() && unknown.is_empty() {
            sentences.push(fine.to_owned());
        }
        if !broken.is_empty() {
            sentences.push(broken_list(plots, meter, &broken, question.verb(), what));
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
            _ => rule.required.clone(),
        };
        Judged {
            outcome: RuleOutcome {
                rule: rule.clone(),
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

    /// The finding of one plot out of its shapes: those that break the rule, and why it cannot be judged.
    pub(super) fn finding(
        &self,
        plot: usize,
        shapes: &[&Shape],
        unknown: Option<String>,
        name: &str,
    ) -> Result<PlotFinding, ComplianceError> {
        let broken: Measure =
            if shapes.is_empty() { Measure::default() } else { self.overlayer.total(shapes, name)? };
        let widest = shapes.iter().map(|shape| shape.widest_m).fold(0.0, f64::max);
        Ok(PlotFinding {
            plot,
            is_sliver: !shapes.is_empty() && widest < self.overlayer.meter.tolerances.sliver_width_m,
            mean_width_m: broken.mean_width_m(),
            broken,
            unknown,
        })
    }
}

/// An outcome that cannot be judged as a whole.
pub(super) fn unjudged(rule: &Rule, message: String, required: String) -> Judged {
    Judged {
        outcome: RuleOutcome {
            rule: rule.clone(),
            verdict: Verdict::CannotBeJudged,
            message,
            plots: Vec::new(),
            area_m2: None,
            area_ha: None,
            area_mu: None,
            required: Some(required),
        },
        rows: Vec::new(),
    }
}
