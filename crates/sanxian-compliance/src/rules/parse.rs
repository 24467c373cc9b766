use toml::Table;

use super::code_tables::CodeTables;
use super::error::RuleError;
use super::model::{Activity, Condition, Opinion, Otherwise, Rule, RulePack, RuleStatus, Scope};
use super::parse_predicate::{read_predicate, read_zone};
use super::predicate::Predicate;
use super::roles::Role;
use crate::digest::sha256_hex;
use crate::keys::{FaultAt, KeyFault, Keys};

/// Reads a TOML file into a table, naming the line of a syntax error.
pub(super) fn parse_toml(text: &str, file: &str) -> Result<Table, RuleError> {
    text.parse::<Table>().map_err(|error| RuleError::Syntax {
        file: file.to_owned(),
        line: line_of(text, error.span()),
        reason: error.message().replace('\n', ", "),
    })
}

/// The line, counted from 1, where `span` begins; the last line when the parser names no place.
pub(crate) fn line_of(text: &str, span: Option<std::ops::Range<usize>>) -> usize {
    let end = span.map_or(text.len(), |span| span.start.min(text.len()));
    1 + text.as_bytes().iter().take(end).filter(|&&byte| byte == b'\n').count()
}

/// A faulty key, and the rule it lies in when that has an id already.
struct FaultIn {
    rule: Option<String>,
    at: FaultAt,
}

impl From<FaultAt> for FaultIn {
    fn from(at: FaultAt) -> Self {
        Self { rule: None, at }
    }
}

/// Reads one rule pack. `file` is how errors call it, `origin` how the evidence does.
pub(super) fn parse_pack(
    text: &str,
    file: &str,
    origin: &str,
    tables: &CodeTables,
) -> Result<RulePack, RuleError> {
    let table = parse_toml(text, file)?;
    let pack = read_pack(&table, text, origin, tables).map_err(|FaultIn { rule, at }| RuleError::Key {
        file: file.to_owned(),
        rule,
        key: at.key,
        fault: at.fault,
    })?;
    for (index, rule) in pack.rules.iter().enumerate() {
        if pack.rules.iter().take(index).any(|earlier| earlier.id == rule.id) {
            return Err(RuleError::DuplicateId { file: file.to_owned(), id: rule.id.clone() });
        }
    }
    Ok(pack)
}

fn read_pack(table: &Table, text: &str, origin: &str, tables: &CodeTables) -> Result<RulePack, FaultIn> {
    let mut keys = Keys::new(table, "");
    let mut head = keys.required_table("pack")?;
    let rules = keys.tables("rules")?;
    if rules.is_empty() {
        return Err(keys.fault("rules", KeyFault::Missing).into());
    }
    let opinions = keys.tables("opinions")?;
    let activities = read_activities(&mut keys)?;
    keys.finish()?;
    let mut pack = RulePack {
        id: head.required_text("id")?,
        title: head.required_text("title")?,
        version: head.required_text("version")?,
        region: head.required_text("region")?,
        document: head.required_text("document")?,
        valid_from: head.day("valid_from")?,
        valid_to: head.day("valid_to")?,
        note: head.text("note")?,
        rules: Vec::with_capacity(rules.len()),
        opinions: Vec::with_capacity(opinions.len()),
        activities,
        sha256: sha256_hex(text.as_bytes()),
        origin: origin.to_owned(),
    };
    head.finish()?;
    for mut keys in rules {
        let id = keys.required_text("id")?;
        let rule = read_rule(id.clone(), keys, &pack, tables).map_err(|at| FaultIn { rule: Some(id), at })?;
        pack.rules.push(rule);
    }
    for mut keys in opinions {
        let id = keys.required_text("id")?;
        let opinion =
            read_opinion(id.clone(), keys, &pack, tables).map_err(|at| FaultIn { rule: Some(id), at })?;
        pack.opinions.push(opinion);
    }
    Ok(pack)
}

/// An id that says which pack it belongs to.
fn check_id(keys: &Keys<'_>, id: &str, pack: &RulePack) -> Result<(), FaultAt> {
    let start = format!("{}.", pack.id);
    if id.starts_with(&start) {
        return Ok(());
    }
    let expected = format!("an id that starts with `{start}`");
    Err(keys.fault("id", KeyFault::BadValue { value: id.to_owned(), expected }))
}

fn read_rule(id: String, mut keys: Keys<'_>, pack: &RulePack, tables: &CodeTables) -> Result<Rule, FaultAt> {
    check_id(&keys, &id, pack)?;
    let predicate = read_predicate(&mut keys, &tables.roles)?;
    let otherwise = match predicate {
        // What is needed is the condition: there is nothing to choose.
        Predicate::OverlapNeeds(_) => Otherwise::Conditional,
        _ => choice(
            &mut keys,
            "otherwise",
            &[("not_compliant", Otherwise::NotCompliant), ("conditional", Otherwise::Conditional)],
        )?,
    };
    let rule = Rule {
        id,
        title: keys.required_text("title")?,
        predicate,
        scope: Scope {
            plots_in: keys.text("plots_in")?,
            plots_not_in: keys.text("plots_not_in")?,
            plots_within: read_roles(&mut keys, "plots_within", &tables.roles)?,
            plots_not_within: read_roles(&mut keys, "plots_not_within", &tables.roles)?,
            when: keys.text("when")?,
            when_not: keys.text("when_not")?,
        },
        otherwise,
        condition: read_condition(&mut keys, pack, tables)?,
        clause: keys.required_text("clause")?,
        document: keys.text("document")?.unwrap_or_else(|| pack.document.clone()),
        citation: keys.required_text("citation")?,
        status: read_status(&mut keys)?,
        region: keys.text("region")?.unwrap_or_else(|| pack.region.clone()),
        valid_from: keys.day("valid_from")?.or_else(|| pack.valid_from.clone()),
        valid_to: keys.day("valid_to")?.or_else(|| pack.valid_to.clone()),
        required: keys.text("required")?,
    };
    if rule.otherwise == Otherwise::NotCompliant && rule.condition != Condition::default() {
        let expected = "conditional, since the rule names a condition".to_owned();
        let fault = KeyFault::BadValue { value: "not_compliant".to_owned(), expected };
        return Err(keys.fault("otherwise", fault));
    }
    if rule.otherwise == Otherwise::Conditional && rule.required.is_none() {
        // A condition that nobody can meet is no condition.
        keys.not_misspelt("required")?;
        return Err(keys.fault("required", KeyFault::Missing));
    }
    keys.finish()?;
    Ok(rule)
}

fn read_condition(keys: &mut Keys<'_>, pack: &RulePack, tables: &CodeTables) -> Result<Condition, FaultAt> {
    let condition = Condition {
        activities: keys.texts("activities")?,
        authority: keys.text("authority")?,
        documents: keys.texts("documents")?,
    };
    let known = tables.activities.iter().chain(&pack.activities).map(|activity| activity.id.as_str());
    for activity in &condition.activities {
        if !known.clone().any(|known| known == activity) {
            return Err(keys.fault("activities", KeyFault::none_of(activity, known)));
        }
    }
    Ok(condition)
}

/// A list of roles, each by any of its names.
fn read_roles(keys: &mut Keys<'_>, key: &'static str, roles: &[Role]) -> Result<Vec<String>, FaultAt> {
    let mut ids = Vec::new();
    for name in keys.texts(key)? {
        let role = roles.iter().find(|role| role.is_called(&name));
        let unknown = || keys.fault(key, KeyFault::none_of(&name, roles.iter().flat_map(Role::names)));
        ids.push(role.ok_or_else(unknown)?.id.clone());
    }
    Ok(ids)
}

fn read_status(keys: &mut Keys<'_>) -> Result<RuleStatus, FaultAt> {
    choice(keys, "status", &[("read", RuleStatus::Read), ("reported", RuleStatus::Reported)])
}

fn read_opinion(
    id: String,
    mut keys: Keys<'_>,
    pack: &RulePack,
    tables: &CodeTables,
) -> Result<Opinion, FaultAt> {
    check_id(&keys, &id, pack)?;
    let mut layers = Vec::new();
    for mut keys in keys.tables("layers")? {
        layers.push(read_zone(&mut keys, &tables.roles)?);
        keys.finish()?;
    }
    let opinion = Opinion {
        id,
        title: keys.required_text("title")?,
        departments: keys.texts("departments")?,
        layers,
        clause: keys.required_text("clause")?,
        document: pack.document.clone(),
        citation: keys.required_text("citation")?,
        status: read_status(&mut keys)?,
    };
    keys.finish()?;
    Ok(opinion)
}

/// Reads a list of activities.
pub(super) fn read_activities(keys: &mut Keys<'_>) -> Result<Vec<Activity>, FaultAt> {
    let mut activities: Vec<Activity> = Vec::new();
    for mut keys in keys.tables("activities")? {
        let activity = Activity {
            id: keys.required_text("id")?,
            title: keys.required_text("title")?,
            citation: keys.required_text("citation")?,
        };
        if activities.iter().any(|earlier| earlier.id == activity.id) {
            let expected = "an id that is used once".to_owned();
            return Err(keys.fault("id", KeyFault::BadValue { value: activity.id, expected }));
        }
        keys.finish()?;
        activities.push(activity);
    }
    Ok(activities)
}

/// One of a few words.
pub(crate) fn choice<T: Copy>(
    keys: &mut Keys<'_>,
    key: &'static str,
    choices: &[(&'static str, T)],
) -> Result<T, FaultAt> {
    let text = keys.required_text(key)?;
    match choices.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => Ok(*value),
        None => Err(keys.fault(key, KeyFault::none_of(&text, choices.iter().map(|(word, _)| *word)))),
    }
}
