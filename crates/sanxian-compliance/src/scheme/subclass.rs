use sanxian_io::Layer;

use crate::keys::{FaultAt, KeyFault, Keys};
use crate::rules::Role;

/// How a layer tells its sub-zones: a field, and the values that mean each of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Subclass {
    /// The field that holds the sub-zone, e.g. `ZRBHDFQ`.
    pub field: String,
    /// Sub-zone identifiers (e.g. `core`) and their values; an empty text means a missing value.
    pub groups: Vec<(String, Vec<String>)>,
}

impl Subclass {
    /// The usual mapping of a role, when the layer has the usual field; what `rules/roles.toml` says.
    pub fn usual(role: &Role, layer: &Layer) -> Option<Self> {
        let schema = layer.attributes.schema();
        let field = schema
            .fields()
            .iter()
            .map(|field| field.name())
            .find(|name| role.subclass_fields.iter().any(|usual| usual.eq_ignore_ascii_case(name)))?;
        let groups = role.subclasses.iter().map(|subclass| (subclass.id.clone(), subclass.values.clone()));
        Some(Self { field: field.clone(), groups: groups.collect() })
    }

    /// The sub-zone a value means; a missing value is the empty text.
    pub fn group_of(&self, value: Option<&str>) -> Option<&str> {
        let value = value.unwrap_or_default().trim();
        self.groups
            .iter()
            .find(|(_, values)| values.iter().any(|known| known.trim() == value))
            .map(|(id, _)| id.as_str())
    }

    pub(super) fn read(mut keys: Keys<'_>, role: &Role) -> Result<Self, FaultAt> {
        let field = keys.required_text("field")?;
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for (name, value) in keys.rest() {
            let Some(subclass) = role.subclass(name) else {
                let known =
                    ["field"].into_iter().chain(role.subclasses.iter().map(|subclass| subclass.id.as_str()));
                let nearest = crate::keys::nearest(name, known).map(str::to_owned);
                return Err(keys.fault(name, KeyFault::Unknown { nearest }));
            };
            let values = keys.texts_of(name, value)?;
            if let Some(twice) =
                values.iter().find(|value| groups.iter().any(|(_, values)| values.contains(value)))
            {
                let expected = "free: it already means another sub-zone".to_owned();
                return Err(keys.fault(name, KeyFault::BadValue { value: twice.clone(), expected }));
            }
            groups.push((subclass.id.clone(), values));
        }
        if groups.is_empty() {
            let expected = if role.subclasses.is_empty() {
                format!("needed: `{}` has no sub-zones, so leave `subclass` out", role.id)
            } else {
                "a mapping as long as no sub-zone is given its values".to_owned()
            };
            return Err(keys.fault("field", KeyFault::BadValue { value: field, expected }));
        }
        // A table gives its keys in no order that matters; the role's order makes the evidence the same every time.
        groups.sort_by_key(|(id, _)| role.subclasses.iter().position(|subclass| &subclass.id == id));
        Ok(Self { field, groups })
    }
}
