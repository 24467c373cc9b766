use super::error::RuleError;
use crate::keys::{FaultAt, Keys};

/// What a control layer is: its names, and how its sub-zones are usually written. What its files and fields are called is the
/// [`LayerKind`](crate::LayerKind)'s that names the role.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Identifier, e.g. `ecological_redline`.
    pub id: String,
    /// Chinese name, e.g. `生态保护红线`.
    pub title: String,
    /// English name.
    pub english: String,
    /// Other names that are understood.
    pub aliases: Vec<String>,
    /// Fields that usually hold the sub-zone.
    pub subclass_fields: Vec<String>,
    /// Its sub-zones, if the documents know any.
    pub subclasses: Vec<SubclassDefinition>,
    /// Where the names were read.
    pub citation: String,
}

/// A sub-zone of a role and the values that usually mean it.
#[derive(Clone, Debug, PartialEq)]
pub struct SubclassDefinition {
    /// Identifier, e.g. `core`.
    pub id: String,
    /// Chinese name, e.g. `核心保护区`.
    pub title: String,
    /// Values of the layer's field that mean it.
    pub values: Vec<String>,
}

impl Role {
    /// True when `name` is the role's identifier, its Chinese or English name, or an alias (letters in either case).
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.trim();
        self.names().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Every name the role answers to.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        [self.id.as_str(), &self.title, &self.english]
            .into_iter()
            .chain(self.aliases.iter().map(String::as_str))
    }

    /// The sub-zone of this identifier or Chinese name.
    pub fn subclass(&self, name: &str) -> Option<&SubclassDefinition> {
        let name = name.trim();
        self.subclasses.iter().find(|subclass| subclass.id == name || subclass.title == name)
    }
}

/// Reads `roles.toml`.
pub(super) fn read_roles(keys: &mut Keys<'_>) -> Result<Vec<Role>, FaultAt> {
    let mut roles = Vec::new();
    for mut keys in keys.tables("roles")? {
        let mut subclasses = Vec::new();
        for mut keys in keys.tables("subclasses")? {
            subclasses.push(SubclassDefinition {
                id: keys.required_text("id")?,
                title: keys.required_text("title")?,
                values: keys.texts("values")?,
            });
            keys.finish()?;
        }
        roles.push(Role {
            id: keys.required_text("id")?,
            title: keys.required_text("title")?,
            english: keys.required_text("english")?,
            aliases: keys.texts("aliases")?,
            subclass_fields: keys.texts("subclass_fields")?,
            subclasses,
            citation: keys.required_text("citation")?,
        });
        keys.required_text("status")?;
        keys.finish()?;
    }
    Ok(roles)
}

/// Fails when two roles answer to the same name.
pub(super) fn check_names(roles: &[Role]) -> Result<(), RuleError> {
    for (index, role) in roles.iter().enumerate() {
        for other in roles.iter().take(index) {
            if let Some(name) = role.names().find(|name| other.is_called(name)) {
                return Err(RuleError::DuplicateId {
                    file: "roles (embedded)".to_owned(),
                    id: name.to_owned(),
                });
            }
        }
    }
    Ok(())
}
