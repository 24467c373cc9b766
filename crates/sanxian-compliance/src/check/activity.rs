//! Which kind of activity each plot is for: by the scheme's parameter, or by a field of the plots.

use serde_json::Value;

use super::input::CheckInput;
use super::plots::PlotSet;
use crate::attribute::required_texts;
use crate::error::ComplianceError;
use crate::keys::nearest;
use crate::rules::{ACTIVITY, Activity, OTHER_PLOTS};

/// The kinds of activity that are known, and the one of each plot.
pub(super) struct Activities {
    known: Vec<Activity>,
    /// Position in `known`; `None` for plots of which nobody says.
    of_plots: Vec<Option<usize>>,
}

impl Activities {
    /// What the scheme says. A field of the plots comes first, then the plot's entry of the parameter, then its entry for all others.
    pub(super) fn new(
        input: &CheckInput,
        known: Vec<Activity>,
        plots: &PlotSet,
    ) -> Result<Self, ComplianceError> {
        let wrong = || ComplianceError::Parameter {
            parameter: ACTIVITY.to_owned(),
            expected: "the identifier of an activity, or a table of plot ids with the identifier of each",
        };
        let find = |value: &Value| position(&known, value.as_str().ok_or_else(wrong)?);
        let mut of_plots = vec![None; plots.len()];
        match input.settings.parameters.get(ACTIVITY) {
            None => {}
            Some(Value::Object(by_plot)) => {
                if let Some(others) = by_plot.get(OTHER_PLOTS) {
                    of_plots.fill(Some(find(others)?));
                }
                for (name, value) in by_plot.iter().filter(|(name, _)| *name != OTHER_PLOTS) {
                    let activity = find(value)?;
                    // A repeated id stands for every plot that has it.
                    let mut is_found = false;
                    for (plot, of_plot) in plots.plots.iter().zip(&mut of_plots) {
                        if plot.id == *name || plot.name == *name {
                            *of_plot = Some(activity);
                            is_found = true;
                        }
                    }
                    if !is_found {
                        return Err(plots.unknown(ACTIVITY, name));
                    }
                }
            }
            Some(value) => of_plots.fill(Some(find(value)?)),
        }
        if let Some(field) = &input.settings.activity_field {
            let values = required_texts(&input.plots, field)?;
            for (value, of_plot) in values.iter().zip(&mut of_plots) {
                if let Some(value) = value.as_deref().map(str::trim).filter(|value| !value.is_empty()) {
                    *of_plot = Some(position(&known, value)?);
                }
            }
        }
        Ok(Self { known, of_plots })
    }

    /// The identifier of a plot's activity.
    pub(super) fn of_plot(&self, plot: usize) -> Option<&str> {
        let position = self.of_plots.get(plot).copied().flatten()?;
        self.known.get(position).map(|activity| activity.id.as_str())
    }

    /// What messages call an activity.
    pub(super) fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.known.iter().find(|activity| activity.id == id).map_or(id, |activity| &activity.title)
    }
}

/// An activity by its identifier or, as people write it into tables, its Chinese title.
fn position(known: &[Activity], name: &str) -> Result<usize, ComplianceError> {
    let name = name.trim();
    known.iter().position(|activity| activity.id == name || activity.title == name).ok_or_else(|| {
        let nearest = nearest(name, known.iter().map(|activity| activity.id.as_str())).map(str::to_owned);
        ComplianceError::UnknownActivity { activity: name.to_owned(), nearest }
    })
}
