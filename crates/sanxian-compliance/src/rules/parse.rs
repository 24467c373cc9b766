use toml::Table;

use super::error::RuleError;
use super::model::{Otherwise, Predicate, Rule, RulePack, RuleStatus, Scope, ShareBase};
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
    roles: &[Role],
) -> Result<RulePack, RuleError> {
    let table = parse_toml(text, file)?;
    let pack = read_pack(&table, text, origin, roles).map_err(|FaultIn { rule, at }| RuleError::Key {
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

fn read_pack(table: &Table, text: &str, origin: &str, roles: &[Role]) -> Result<RulePack, FaultIn> {
    let mut keys = Keys::new(table, "");
    let mut head = keys.required_table("pack")?;
    let rules = keys.tables("rules")?;
    if rules.is_empty() {
        return Err(keys.fault("rules", KeyFault::Missing).into());
    }
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
        sha256: sha256_hex(text.as_bytes()),
        origin: origin.to_owned(),
    };
    head.finish()?;
    for mut keys in rules {
        let id = keys.required_text("id")?;
        let rule = read_rule(id.clone(), keys, &pack, roles).map_err(|at| FaultIn { rule: Some(id), at })?;
        pack.rules.push(rule);
    }
    Ok(pack)
}

fn read_rule(id: String, mut keys: Keys<'_>, pack: &RulePack, roles: &[Role]) -> Result<Rule, FaultAt> {
    let start = format!("{}.", pack.id);
    if !id.starts_with(&start) {
        let fault = KeyFault::BadValue { value: id, expected: format!("an id that starts with `{start}`") };
        return Err(keys.fault("id", fault));
    }
    let rule = Rule {
        id,
        title: keys.required_text("title")?,
        predicate: read_predicate(&mut keys, roles)?,
        scope: Scope {
            plots_in: keys.text("plots_in")?,
            plots_not_in: keys.text("plots_not_in")?,
            when: keys.text("when")?,
            when_not: keys.text("when_not")?,
        },
        otherwise: choice(
            &mut keys,
            "otherwise",
            &[("not_compliant", Otherwise::NotCompliant), ("conditional", Otherwise::Conditional)],
        )?,
        clause: keys.required_text("clause")?,
        document: keys.required_text("document")?,
        citation: keys.required_text("citation")?,
        status: choice(
            &mut keys,
            "status",
            &[("read", RuleStatus::Read), ("reported", RuleStatus::Reported)],
        )?,
        region: keys.text("region")?.unwrap_or_else(|| pack.region.clone()),
        valid_from: keys.day("valid_from")?.or_else(|| pack.valid_from.clone()),
        valid_to: keys.day("valid_to")?.or_else(|| pack.valid_to.clone()),
        required: keys.text("required")?,
    };
    if rule.otherwise == Otherwise::Conditional && rule.required.is_none() {
        // A condition that nobody can meet is no condition.
        return Err(keys.fault("required", KeyFault::Missing));
    }
    keys.finish()?;
    Ok(rule)
}

#[derive(Clone, Copy)]
enum PredicateName {
    MustNotOverlap,
    MustLieWithin,
    ShareAtLeast,
}

fn read_predicate(keys: &mut Keys<'_>, roles: &[Role]) -> Result<Predicate, FaultAt> {
    let name = choice(
        keys,
        "predicate",
        &[
            ("must-not-overlap", PredicateName::MustNotOverlap),
            ("must-lie-within", PredicateName::MustLieWithin),
            ("share-at-least", PredicateName::ShareAtLeast),
        ],
    )?;
    Ok(match name {
        PredicateName::MustNotOverlap => {
            let (role, subclass) = read_role(keys, roles)?;
            Predicate::MustNotOverlap { role, subclass }
        }
        PredicateName::MustLieWithin => {
            let (role, subclass) = read_role(keys, roles)?;
            Predicate::MustLieWithin { role, subclass }
        }
        PredicateName::ShareAtLeast => {
            choice(keys, "measure", &[("public_interest", ())])?;
            let threshold = keys.required_number("threshold")?;
            if !(threshold > 0.0 && threshold <= 1.0) {
                let expected = "a share above 0 and not above 1, e.g. 0.40 for 40 %".to_owned();
                return Err(
                    keys.fault("threshold", KeyFault::BadValue { value: threshold.to_string(), expected })
                );
            }
            let base = choice(keys, "per", &[("plot", ShareBase::Plot), ("scheme", ShareBase::Scheme)])?;
            Predicate::ShareAtLeast { threshold, base }
        }
    })
}

fn read_role(keys: &mut Keys<'_>, roles: &[Role]) -> Result<(String, Option<String>), FaultAt> {
    let name = keys.required_text("role")?;
    let Some(role) = roles.iter().find(|role| role.is_called(&name)) else {
        return Err(keys.fault("role", KeyFault::none_of(&name, roles.iter().flat_map(Role::names))));
    };
    let subclass = match keys.text("subclass")? {
        None => None,
        Some(name) => {
            let Some(subclass) = role.subclass(&name) else {
                let known =
                    role.subclasses.iter().flat_map(|subclass| [subclass.id.as_str(), &subclass.title]);
                return Err(keys.fault("subclass", KeyFault::none_of(&name, known)));
            };
            Some(subclass.id.clone())
        }
    };
    Ok((role.id.clone(), subclass))
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
