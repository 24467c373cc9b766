use serde_json::{Map, Value};

use super::activity::Activities;
use super::message::comma_list;
use crate::rules::{ACTIVITY, DOCUMENTS_IN_HAND, Otherwise, Rule};
use crate::verdict::Verdict;

/// What a rule comes to where its predicate does not hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Consequence {
    pub(super) verdict: Verdict,
    /// A clause of the message; empty when there is nothing to add to the finding itself.
    pub(super) note: String,
    /// What is needed, and from whom.
    pub(super) required: Option<String>,
}

/// What a broken rule still allows on a plot: nothing, what the plot's activity opens, or what documents in hand have settled.
pub(super) fn consequence(
    rule: &Rule,
    parameters: &Map<String, Value>,
    activities: &Activities,
    plot: usize,
) -> Consequence {
    let required = || rule.required.clone();
    if rule.otherwise == Otherwise::NotCompliant {
        return Consequence { verdict: Verdict::NotCompliant, note: String::new(), required: required() };
    }
    let condition = &rule.condition;
    let mut note = String::new();
    if !condition.activities.is_empty() {
        let Some(activity) = activities.of_plot(plot) else {
            return Consequence {
                verdict: Verdict::CannotBeJudged,
                note: format!("是否允许取决于建设活动的类别，方案未写明参数{ACTIVITY}，无法判定"),
                required: Some(format!(
                    "在方案的 [parameters] 中写明{ACTIVITY}；本条允许的有：{}",
                    comma_list(condition.activities.iter().map(|id| activities.title(id)))
                )),
            };
        };
        let shown = activities.title(activity);
        if !condition.activities.iter().any(|allowed| allowed == activity) {
            return Consequence {
                verdict: Verdict::NotCompliant,
                note: format!("“{shown}”不在本条允许的活动之列"),
                required: Some("调整范围避让。".to_owned()),
            };
        }
        note = format!("“{shown}”属于本条有条件允许的活动");
    }
    let in_hand: Vec<&str> = parameters
        .get(DOCUMENTS_IN_HAND)
        .and_then(Value::as_array)
        .map(|documents| documents.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let missing: Vec<&str> = condition
        .documents
        .iter()
        .map(String::as_str)
        .filter(|document| !in_hand.contains(document))
        .collect();
    if !condition.documents.is_empty() && missing.is_empty() {
        let have = comma_list(condition.documents.iter().map(String::as_str));
        let note = joined(&note, format!("方案写明已取得{have}"));
        return Consequence { verdict: Verdict::Compliant, note, required: None };
    }
    if !missing.is_empty() {
        let from = condition.authority.as_deref().map_or_else(String::new, |who| format!("，由{who}办理"));
        note = joined(&note, format!("尚需{}{from}", comma_list(missing)));
    } else if let Some(who) = &condition.authority {
        note = joined(&note, format!("须经{who}"));
    }
    Consequence { verdict: Verdict::Conditional, note, required: required() }
}

fn joined(before: &str, after: String) -> String {
    if before.is_empty() { after } else { format!("{before}，{after}") }
}
