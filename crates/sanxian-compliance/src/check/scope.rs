use serde_json::Value;

use super::input::CheckInput;
use super::plots::PlotSet;
use super::spatial::Ground;
use crate::error::ComplianceError;
use crate::rules::{ParameterKind, Rule, RulePack};

/// Which plots a rule applies to.
pub(super) enum Applies {
    /// To these, ascending.
    To(Vec<usize>),
    /// To none, for this reason.
    ToNone(String),
    /// Nobody knows.
    NotSaid(Missing),
}

/// What is not there that says whether a rule applies.
pub(super) struct Missing {
    /// The beginning of a Chinese sentence.
    pub(super) reason: String,
    /// What to do.
    pub(super) required: String,
}

impl Missing {
    fn parameter(name: &str) -> Self {
        Self {
            reason: format!("未给出参数{name}"), required: format!("在方案的 [parameters] 中写明{name}")
        }
    }
}

/// Checks that parameters have the types their rules need and name plots that exist.
pub(super) fn check_parameters(
    input: &CheckInput,
    packs: &[RulePack],
    plots: &PlotSet,
) -> Result<(), ComplianceError> {
    for (name, kind) in packs.iter().flat_map(|pack| &pack.rules).flat_map(Rule::parameters) {
        let Some(value) = input.settings.parameters.get(name) else { continue };
        let wrong = |expected| ComplianceError::Parameter { parameter: name.to_owned(), expected };
        match kind {
            ParameterKind::Plots => {
                for item in list(name, value)? {
                    if plots.find(&item).is_none() {
                        return Err(plots.unknown(name, &item));
                    }
                }
            }
            ParameterKind::Flag if !value.is_boolean() => return Err(wrong("true or false")),
            ParameterKind::Number if !value.as_f64().is_some_and(f64::is_finite) => {
                return Err(wrong("a finite number"));
            }
            ParameterKind::Texts
                if !value.as_array().is_some_and(|items| items.iter().all(Value::is_string)) =>
            {
                return Err(wrong("a list of texts"));
            }
            // Activities are looked up plot by plot, see `Activities`.
            ParameterKind::Activity | ParameterKind::Flag | ParameterKind::Number | ParameterKind::Texts => {}
        }
    }
    Ok(())
}

/// The plots that a parameter lists, as texts; plot numbers are as often written as numbers.
fn list(name: &str, value: &Value) -> Result<Vec<String>, ComplianceError> {
    let wrong = || ComplianceError::Parameter { parameter: name.to_owned(), expected: "a list of plot ids" };
    let text = |item: &Value| match item {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    value.as_array().ok_or_else(wrong)?.iter().map(|item| text(item).ok_or_else(wrong)).collect()
}

/// The plots named by a parameter; `None` when it is not given. Call [`check_parameters`] first.
fn listed(input: &CheckInput, name: &str, plots: &PlotSet) -> Option<Vec<usize>> {
    let items = list(name, input.settings.parameters.get(name)?).ok()?;
    // A repeated id stands for every plot that has it.
    let is_listed =
        |plot: &super::plots::Plot| items.iter().any(|item| *item == plot.id || *item == plot.name);
    Some(plots.plots.iter().enumerate().filter(|(_, plot)| is_listed(plot)).map(|(index, _)| index).collect())
}

/// Which plots `rule` applies to.
pub(super) fn applies(
    input: &CheckInput,
    rule: &Rule,
    ground: &Ground<'_>,
) -> Result<Applies, ComplianceError> {
    let (scope, plots) = (&rule.scope, ground.overlayer.plots);
    for (name, wanted) in [(&scope.when, true), (&scope.when_not, false)] {
        let Some(name) = name else { continue };
        match input.settings.parameters.get(name).and_then(Value::as_bool) {
            None => return Ok(Applies::NotSaid(Missing::parameter(name))),
            Some(flag) if flag != wanted => {
                return Ok(Applies::ToNone(format!("参数{name}为{flag}")));
            }
            Some(_) => {}
        }
    }
    let mut applying: Vec<usize> = (0..plots.len()).collect();
    for (name, wanted) in [(&scope.plots_in, true), (&scope.plots_not_in, false)] {
        let Some(name) = name else { continue };
        let Some(listed) = listed(input, name, plots) else {
            return Ok(Applies::NotSaid(Missing::parameter(name)));
        };
        applying.retain(|plot| listed.contains(plot) == wanted);
    }
    for (roles, wanted) in [(&scope.plots_within, true), (&scope.plots_not_within, false)] {
        if roles.is_empty() {
            continue;
        }
        for role in roles {
            if let Some((reason, required)) = ground.missing(role) {
                let reason = reason.trim_end_matches("，无法判定").to_owned();
                return Ok(Applies::NotSaid(Missing { reason, required }));
            }
        }
        let outside = ground.outside(roles)?;
        let leaves: Vec<usize> =
            outside.iter().filter(|shape| !shape.is_noise).map(|shape| shape.feature).collect();
        applying.retain(|plot| leaves.contains(plot) != wanted);
    }
    Ok(if applying.is_empty() {
        Applies::ToNone("没有适用的地块".to_owned())
    } else {
        Applies::To(applying)
    })
}
