//! What kind of layer a file holds, told from its name and its fields. The kinds are data: `rules/layer_kinds.toml`.

mod evidence;
mod field_match;
mod finding;
mod name_match;
mod parse;
mod recognition;

#[cfg(test)]
mod layer_kind_tests;

pub use field_match::{FieldMatch, How};
pub use name_match::NameMatch;
pub use recognition::{Candidate, Outcome, Recognition};

use crate::rules::{RuleError, RuleStatus};
use crate::scheme::Slot;

/// A kind of layer that offices hand over, such as `DLTB`.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerKind {
    /// Identifier, e.g. `land_survey`.
    pub id: String,
    /// Chinese name, e.g. `地类图斑`.
    pub title: String,
    /// English name.
    pub english: String,
    /// The role of such a control layer (an id of `rules/roles.toml`), if a scheme knows one.
    pub role: Option<String>,
    /// The place of such a layer in a scheme file, where it is not that of a control layer.
    pub slot: Option<Slot>,
    /// Standard or document that defines it.
    pub document: String,
    /// Where names and fields were read.
    pub citation: String,
    /// Whether the text of the document was read.
    pub status: RuleStatus,
    /// Why fields are called required; `None` when none is.
    pub required_from: Option<String>,
    /// Names of its feature classes, and Chinese names.
    pub names: Vec<String>,
    /// Its fields, in the order of the document.
    pub fields: Vec<KindField>,
}

/// A field of a [`LayerKind`].
#[derive(Clone, Debug, PartialEq)]
pub struct KindField {
    /// Its name in the standard, e.g. `DLBM`.
    pub name: String,
    /// Its Chinese name, which files use as well.
    pub title: String,
    /// What its values are.
    pub field_type: FieldType,
    /// Width of a text in characters, where known.
    pub width: Option<u32>,
    /// Whether it must be there; [`LayerKind::required_from`] says by what.
    pub required: bool,
    /// False for names so common that they tell nothing about the kind.
    pub is_telling: bool,
    /// Other names in use.
    pub aliases: Vec<String>,
    /// Name of the table of its values, where there is one: `ownership`, `land_class`, ...
    pub domain: Option<String>,
}

impl KindField {
    /// Its names other than the standard's own: the Chinese one and the aliases.
    pub(crate) fn other_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.title.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Text; codes too, since leading zeros count.
    Text,
    /// A number with decimals.
    Number,
    /// A whole number.
    Integer,
    /// A day.
    Date,
}

impl FieldType {
    /// `text`, `number`, `integer` or `date`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Date => "date",
        }
    }

    /// Chinese name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Text => "文本",
            Self::Number => "数值",
            Self::Integer => "整数",
            Self::Date => "日期",
        }
    }
}

/// The kinds of `rules/layer_kinds.toml`, as embedded in this library.
///
/// # Examples
/// ```
/// use arrow_schema::{DataType, Field, Fields};
/// use sanxian_compliance::LayerKinds;
///
/// let kinds = LayerKinds::embedded()?;
/// let fields = Fields::from(vec![Field::new("dlbm", DataType::Utf8, true), Field::new("图斑面积", DataType::Float64, true)]);
/// let found = kinds.recognise("140902DLTB", &fields, None);
/// assert_eq!(found.kind.map(|kind| kind.title.as_str()), Some("地类图斑"));
/// assert_eq!(found.fields.iter().map(|field| field.name()).collect::<Vec<_>>(), ["DLBM", "TBMJ"]);
/// assert!(found.missing.iter().any(|field| field.name == "QSXZ"));
/// # Ok::<(), sanxian_compliance::RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LayerKinds {
    /// The kinds, in the file's order.
    pub kinds: Vec<LayerKind>,
    pub(crate) roles: Vec<crate::rules::Role>,
}

impl LayerKinds {
    /// Reads the embedded kinds.
    ///
    /// # Errors
    /// [`RuleError`] names the key; only possible in a build whose data files were edited.
    pub fn embedded() -> Result<Self, RuleError> {
        parse::embedded()
    }

    /// The kind of this identifier.
    pub fn kind(&self, id: &str) -> Option<&LayerKind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }
}
