//! Sites with the verdict that is due, and the shapes that most rules share.

use std::collections::BTreeSet;

use sanxian_compliance::{CheckInput, ControlLayer, Subclass};
use serde_json::{Value, json};

use crate::site::*;

pub(crate) const PLOT: Box4 = [0.0, 0.0, 100.0, 100.0];
/// Far from the plot.
pub(crate) const AWAY: Box4 = [1000.0, 0.0, 1100.0, 100.0];
/// A tenth of the plot.
pub(crate) const ON: Box4 = [90.0, 0.0, 200.0, 100.0];
/// The plot and what is around it.
pub(crate) const AROUND: Box4 = [-500.0, -500.0, 500.0, 500.0];

/// A layer: role, rectangle, and the value of its sub-zone field, empty for none.
pub(crate) type LayerOf<'a> = (&'a str, Box4, &'a str);

/// A layer of one rectangle, in this sub-zone of the field `ZONE` when one is named.
pub(crate) fn one(role: &str, rectangle: Box4, zone: &str) -> ControlLayer {
    let mut control = control(role, layer(role, boxes(&[rectangle]), &[("ZONE", &[zone])]));
    let groups: Vec<_> = control
        .role
        .subclasses
        .iter()
        .map(|subclass| (subclass.id.clone(), vec![subclass.title.clone()]))
        .collect();
    if !groups.is_empty() {
        control.subclass = Some(Subclass { field: "ZONE".to_owned(), groups });
    }
    control
}

/// One site: layers, parameters, and the verdict that is due.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) verdict: &'static str,
    layers: Vec<ControlLayer>,
    parameters: Value,
    /// Width of the strip of public-interest land in the plot, which is 100 m wide.
    public_m: Option<f64>,
}

pub(crate) fn site(verdict: &'static str, layers: &[LayerOf<'_>], parameters: Value) -> Site {
    let layers = layers.iter().map(|(role, at, zone)| one(role, *at, zone)).collect();
    Site { verdict, layers, parameters, public_m: None }
}

impl Site {
    /// The same with a road on a strip of the plot and shops on the rest.
    pub(crate) fn with_public_land(self, public_m: f64) -> Self {
        Self { public_m: Some(public_m), ..self }
    }
}

pub(crate) fn input_of(site: &Site) -> CheckInput {
    let mut input = input(plots(&[PLOT]));
    input.layers.clone_from(&site.layers);
    for (name, value) in site.parameters.as_object().unwrap() {
        input.settings.parameters.insert(name.clone(), value.clone());
    }
    if let Some(public_m) = site.public_m {
        let rows =
            [([0.0, 0.0, public_m, 100.0], "1", "road"), ([public_m, 0.0, 100.0, 100.0], "1", "shops")];
        input.uses = Some(uses(&rows));
        input.projects = Some(projects(&[("road", "1", "B"), ("shops", "1", "-")]));
    }
    input
}

/// The sites of one rule.
pub(crate) struct Case {
    /// Its identifier, pack included.
    pub(crate) rule: &'static str,
    /// What its clause must say.
    pub(crate) clause: &'static str,
    pub(crate) sites: Vec<Site>,
}

impl Case {
    pub(crate) fn verdicts(&self) -> BTreeSet<&'static str> {
        self.sites.iter().map(|site| site.verdict).collect()
    }
}

pub(crate) fn case(rule: &'static str, clause: &'static str, sites: Vec<Site>) -> Case {
    Case { rule, clause, sites }
}

/// Parameters with `flag` set, when there is one.
fn flagged(flag: Option<&str>, value: bool) -> Value {
    flag.map_or_else(|| json!({}), |flag| json!({ flag: value }))
}

/// What a rule with a flag comes to when the flag is false, and when nobody says.
fn beside_the_flag(flag: Option<&str>, on: &[LayerOf<'_>]) -> Vec<Site> {
    if flag.is_none() {
        return Vec::new();
    }
    vec![site("compliant", on, flagged(flag, false)), site("cannot_be_judged", on, json!({}))]
}

/// A rule that forbids a layer outright, in projects of which `flag` is true.
pub(crate) fn forbidden(
    rule: &'static str,
    clause: &'static str,
    (role, zone): (&str, &str),
    flag: Option<&str>,
) -> Case {
    let at = |place| [(role, place, zone)];
    let mut sites = vec![
        site("compliant", &at(AWAY), flagged(flag, true)),
        site("not_compliant", &at(ON), flagged(flag, true)),
        site("cannot_be_judged", &[], flagged(flag, true)),
    ];
    sites.extend(beside_the_flag(flag, &at(ON)));
    case(rule, clause, sites)
}

/// A rule that asks for something where a layer is met.
pub(crate) fn needs(
    rule: &'static str,
    clause: &'static str,
    (role, zone): (&str, &str),
    documents: &[&str],
    flag: Option<&str>,
) -> Case {
    let at = |place| [(role, place, zone)];
    let mut sites = vec![
        site("compliant", &at(AWAY), flagged(flag, true)),
        site("conditional", &at(ON), flagged(flag, true)),
        site("cannot_be_judged", &[], flagged(flag, true)),
    ];
    if !documents.is_empty() {
        let mut parameters = flagged(flag, true);
        parameters["documents_in_hand"] = json!(documents);
        sites.push(site("compliant", &at(ON), parameters));
    }
    sites.extend(beside_the_flag(flag, &at(ON)));
    case(rule, clause, sites)
}

/// A rule about something that the scheme says is there, in projects of which `flag` is true.
pub(crate) fn said(
    rule: &'static str,
    clause: &'static str,
    parameter: &str,
    broken: &'static str,
    flag: Option<&str>,
) -> Case {
    let with = |value: bool| {
        let mut parameters = flagged(flag, true);
        parameters[parameter] = json!(value);
        parameters
    };
    let sites = vec![
        site("compliant", &[], with(true)),
        site(broken, &[], with(false)),
        site("cannot_be_judged", &[], flagged(flag, true)),
    ];
    case(rule, clause, sites)
}

/// Judges every rule on each of its sites. The verdict's text must quote the article and say when nobody read it.
pub(crate) fn judge(cases: &[Case]) {
    for Case { rule, clause, sites } in cases {
        let (pack, _) = rule.split_once('.').unwrap();
        for (at, site) in sites.iter().enumerate() {
            let report = run(&input_of(site), &[pack]);
            let outcome = report.rules.iter().find(|outcome| outcome.rule.id == *rule);
            let outcome = outcome.unwrap_or_else(|| panic!("there is no rule {rule}"));
            assert_eq!(outcome.verdict.as_str(), site.verdict, "{rule}, site {at}: {}", outcome.message);
            let text = outcome.to_string();
            assert!(outcome.rule.clause.contains(clause), "{rule}: {}", outcome.rule.clause);
            assert!(text.contains(clause) && text.contains(&outcome.rule.document), "{rule}: {text}");
            let is_reported = outcome.rule.status.as_str() == "reported";
            assert_eq!(text.contains("据转述"), is_reported, "{rule}: {text}");
            if site.verdict != "compliant" {
                assert!(outcome.required.is_some(), "{rule}, site {at}");
            }
        }
    }
}
