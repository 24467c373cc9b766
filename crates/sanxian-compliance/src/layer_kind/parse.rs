//! Reading `layer_kinds.toml`.

use std::collections::HashSet;

use super::name_match::folded;
use super::{FieldType, KindField, LayerKind, LayerKinds};
use crate::keys::{FaultAt, KeyFault, Keys};
use crate::rules::{CodeTables, Role, RuleError, RuleStatus, choice, read_embedded};
use crate::scheme::Slot;

const LAYER_KINDS: &str = include_str!("../../rules/layer_kinds.toml");

pub(super) fn embedded() -> Result<LayerKinds, RuleError> {
    let roles = CodeTables::embedded()?.roles;
    let mut kinds = read_embedded("layer_kinds", LAYER_KINDS, |keys| read_kinds(keys, &roles))?;
    for (index, kind) in kinds.iter().enumerate() {
        if kinds.iter().take(index).any(|other| other.id == kind.id) {
            let file = "layer_kinds (embedded)".to_owned();
            return Err(RuleError::DuplicateId { file, id: kind.id.clone() });
        }
    }
    add_names_of_roles(&mut kinds, &roles);
    Ok(LayerKinds { kinds, roles })
}

/// A role that answers to a name answers to it as a layer too; a role without a kind is known by its names alone.
fn add_names_of_roles(kinds: &mut Vec<LayerKind>, roles: &[Role]) {
    let mut taken: HashSet<String> =
        kinds.iter().flat_map(|kind| &kind.names).map(|name| folded(name)).collect();
    for role in roles {
        let names = std::iter::once(&role.title).chain(&role.aliases);
        let names: Vec<String> = names.filter(|name| taken.insert(folded(name))).cloned().collect();
        if let Some(kind) = kinds.iter_mut().find(|kind| kind.role.as_deref() == Some(role.id.as_str())) {
            kind.names.extend(names);
            continue;
        }
        kinds.push(LayerKind {
            id: role.id.clone(),
            title: role.title.clone(),
            english: role.english.clone(),
            role: Some(role.id.clone()),
            slot: None,
            document: "无；名称见图层角色表".to_owned(),
            citation: role.citation.clone(),
            // No document that defines such a layer was read: only its name is known.
            status: RuleStatus::Reported,
            required_from: None,
            names,
            fields: Vec::new(),
        });
    }
}

fn read_kinds(keys: &mut Keys<'_>, roles: &[Role]) -> Result<Vec<LayerKind>, FaultAt> {
    keys.tables("kinds")?.into_iter().map(|keys| read_kind(keys, roles)).collect()
}

fn read_kind(mut keys: Keys<'_>, roles: &[Role]) -> Result<LayerKind, FaultAt> {
    let role = match keys.text("role")? {
        None => None,
        Some(name) => Some(roles.iter().find(|role| role.id == name).ok_or_else(|| {
            keys.fault("role", KeyFault::none_of(&name, roles.iter().map(|role| role.id.as_str())))
        })?),
    };
    let slot = match keys.text("slot")? {
        None => None,
        Some(text) => {
            let slots = [Slot::Plots, Slot::LandUse, Slot::Uses];
            let found = slots.into_iter().find(|slot| slot.as_str() == text);
            Some(found.ok_or_else(|| {
                keys.fault("slot", KeyFault::none_of(&text, slots.iter().map(|slot| slot.as_str())))
            })?)
        }
    };
    // A kind of which the role says what it is called does not say it again.
    let or_of_role = |keys: &mut Keys<'_>, key: &'static str, of_role: fn(&Role) -> &String| {
        let text = keys.text(key)?.or_else(|| role.map(|role| of_role(role).clone()));
        text.map_or_else(|| keys.required_text(key), Ok)
    };
    let kind = LayerKind {
        id: keys.required_text("id")?,
        title: or_of_role(&mut keys, "title", |role| &role.title)?,
        english: or_of_role(&mut keys, "english", |role| &role.english)?,
        role: role.map(|role| role.id.clone()),
        slot,
        document: keys.required_text("document")?,
        citation: keys.required_text("citation")?,
        status: choice(
            &mut keys,
            "status",
            &[("read", RuleStatus::Read), ("reported", RuleStatus::Reported)],
        )?,
        required_from: keys.text("required_from")?,
        names: keys.texts("names")?,
        fields: keys
            .tables("fields")?
            .into_iter()
            .map(|keys| read_field(keys, role))
            .collect::<Result<_, _>>()?,
    };
    if kind.required_from.is_none() && kind.fields.iter().any(|field| field.required) {
        return Err(keys.fault("required_from", KeyFault::Missing));
    }
    keys.finish()?;
    Ok(kind)
}

fn read_field(mut keys: Keys<'_>, role: Option<&Role>) -> Result<KindField, FaultAt> {
    let types = [FieldType::Text, FieldType::Number, FieldType::Integer, FieldType::Date];
    let name = keys.required_text("name")?;
    // The role says which field tells its sub-zones, and by which values.
    let of_role = role.filter(|role| role.subclass_fields.contains(&name));
    let of_role = of_role.map(|role| format!("roles.{}.subclasses", role.id));
    let field = KindField {
        name,
        title: keys.required_text("title")?,
        field_type: choice(&mut keys, "type", &types.map(|field_type| (field_type.as_str(), field_type)))?,
        width: keys.number("width")?.map(|width| width as u32),
        required: keys.flag("required")?.unwrap_or(false),
        is_telling: keys.flag("telling")?.unwrap_or(true),
        aliases: keys.texts("aliases")?,
        domain: keys.text("domain")?.or(of_role),
    };
    keys.finish()?;
    Ok(field)
}
