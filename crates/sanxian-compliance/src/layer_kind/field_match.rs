//! The fields of a file against those of a kind.

use arrow_schema::{DataType, Field, Fields};

use super::name_match::folded;
use super::{FieldType, KindField, LayerKind};

/// Bytes that a name has in a Shapefile's table.
const MOST_NAME_BYTES: usize = 10;

/// How a field of a file was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// By the standard's name as it is.
    Exact,
    /// By the standard's name, letters in another case.
    Case,
    /// By its Chinese name or an alias.
    Alias,
    /// By one of its names, cut to the ten bytes that a Shapefile has for it.
    Cut,
}

impl How {
    /// `exact`, `case`, `alias` or `cut`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Case => "case",
            Self::Alias => "alias",
            Self::Cut => "cut",
        }
    }
}

/// A field of a kind, and the one of the file that it is.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldMatch<'k> {
    /// The field of the kind.
    pub standard: &'k KindField,
    /// The name that it has in the file.
    pub field: String,
    /// Position in the file.
    pub position: usize,
    /// How the one was taken for the other.
    pub how: How,
    /// False when the file stores numbers where the standard has texts, or the other way round.
    pub type_agrees: bool,
}

impl FieldMatch<'_> {
    /// The standard's name.
    pub fn name(&self) -> &str {
        &self.standard.name
    }
}

/// The fields of `kind` that the file has, in the kind's order. The surest match goes first, and no field is taken twice.
pub(super) fn field_matches<'k>(kind: &'k LayerKind, fields: &Fields) -> Vec<FieldMatch<'k>> {
    let mut found: Vec<Option<FieldMatch<'k>>> = vec![None; kind.fields.len()];
    let mut taken = vec![false; fields.len()];
    for how in [How::Exact, How::Case, How::Alias, How::Cut] {
        for (standard, found) in kind.fields.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let place = fields.iter().zip(&mut taken).enumerate().find(|(_, (field, taken))| {
                let name = field.name();
                !**taken && matches(standard, name, how) && (how != How::Cut || is_one_cut(kind, name))
            });
            if let Some((position, (field, taken))) = place {
                *taken = true;
                *found = Some(FieldMatch {
                    standard,
                    field: field.name().clone(),
                    position,
                    how,
                    type_agrees: agrees(standard.field_type, field),
                });
            }
        }
    }
    found.into_iter().flatten().collect()
}

fn matches(standard: &KindField, field: &str, how: How) -> bool {
    let is = |name: &str| folded(name) == folded(field);
    match how {
        How::Exact => standard.name == field,
        How::Case => is(&standard.name),
        How::Alias => standard.other_names().any(is),
        How::Cut => is_cut(&standard.name, field) || standard.other_names().any(|name| is_cut(name, field)),
    }
}

/// True when `field` is the cut of one field of the kind only: 坐落单 could be the code or the name.
fn is_one_cut(kind: &LayerKind, field: &str) -> bool {
    kind.fields.iter().filter(|standard| matches(standard, field, How::Cut)).count() == 1
}

/// True when `field` is what is left of `name` in ten bytes of GBK or UTF-8.
fn is_cut(name: &str, field: &str) -> bool {
    let (name, field) = (folded(name), folded(field));
    let cut = |bytes_of: fn(char) -> usize| {
        let mut left = MOST_NAME_BYTES;
        name.chars()
            .take_while(|&c| {
                let fits = left >= bytes_of(c);
                left = left.saturating_sub(bytes_of(c));
                fits
            })
            .collect::<String>()
    };
    let gbk = |c: char| if c.is_ascii() { 1 } else { 2 };
    field.len() < name.len() && (cut(gbk) == field || cut(char::len_utf8) == field)
}

fn agrees(expected: FieldType, field: &Field) -> bool {
    let found = field.data_type();
    match (expected, found) {
        // A column without values has no type that could be wrong.
        (_, DataType::Null) => true,
        (FieldType::Text, _) => !found.is_numeric(),
        (FieldType::Number | FieldType::Integer, _) => found.is_numeric(),
        // Days are handed over as dates, times and texts alike.
        (FieldType::Date, _) => !found.is_floating(),
    }
}
