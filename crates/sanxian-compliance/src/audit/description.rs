//! What an audit is told: the tables, what their columns are, and what must agree with what. All of it is data.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::AuditError;
use super::printed::{Printed, figures_before};
use super::unit::Unit;

/// An audit description, read from TOML.
///
/// The form of the file is shown in `docs/audit.md`; [`super::audit`] carries it out.
#[derive(Clone, Debug)]
pub struct AuditDescription {
    pub(super) path: PathBuf,
    /// Name of the audit, for titles.
    pub name: String,
    /// The document whose figures are audited.
    pub document: String,
    /// The phases that the document plans in, such as `2022-2025`.
    pub phases: Vec<String>,
    pub(super) tables: Vec<TableSpec>,
    pub(super) checks: Vec<CheckSpec>,
    pub(super) same: Vec<SameSpec>,
}

/// Where a table comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    File {
        path: PathBuf,
        part: Option<String>,
        /// Row of the file that holds the headings, from 1; by default the first that has anything in it.
        header_row: Option<usize>,
    },
    Inline(Value),
    /// Given by the caller under the table's id: figures computed from plots.
    Given,
}

/// A table and what its rows and columns are.
#[derive(Clone, Debug)]
pub(super) struct TableSpec {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) citation: String,
    pub(super) source: Source,
    /// Column that says what a row is about; the first one by default.
    pub(super) label: Option<String>,
    pub(super) unit: Unit,
    pub(super) units: Vec<(String, Unit)>,
    pub(super) decimals: u32,
    /// Label of the row of totals, where it stands among the rows.
    pub(super) total: Option<String>,
    /// Label of rows that sum up the rows above them, down from the last such row.
    pub(super) subtotal: Option<String>,
    /// What sentences call columns.
    pub(super) titles: Vec<(String, String)>,
    /// What sentences put behind a row's label, e.g. `号片区`.
    pub(super) row_suffix: String,
    /// Rows that lie inside other rows: inner, outer.
    pub(super) nested: Vec<(String, String)>,
    pub(super) sums: Vec<SumSpec>,
    pub(super) differences: Vec<DifferenceSpec>,
    pub(super) shares: Vec<ShareSpec>,
    pub(super) at_most: Vec<AtMostSpec>,
    pub(super) limits: Vec<LimitSpec>,
    pub(super) unique: Vec<String>,
    pub(super) required: Vec<String>,
    pub(super) numbers: Vec<String>,
    /// Columns where a sign for no figure will do, and an empty cell will not.
    pub(super) not_blank: Vec<String>,
    pub(super) phase: Option<String>,
    pub(super) alike: Option<AlikeSpec>,
    pub(super) letters: Vec<String>,
    pub(super) place: Option<PlaceSpec>,
}

/// A column is the sum of others: 小计, 其中.
#[derive(Clone, Debug)]
pub(super) struct SumSpec {
    pub(super) whole: String,
    pub(super) parts: Vec<String>,
}

/// A column is one column less another.
#[derive(Clone, Debug)]
pub(super) struct DifferenceSpec {
    pub(super) result: String,
    pub(super) of: String,
    pub(super) less: String,
    /// A negative difference is printed as zero.
    pub(super) is_clamped: bool,
}

/// A column is the share of one column in another.
#[derive(Clone, Debug)]
pub(super) struct ShareSpec {
    pub(super) share: String,
    pub(super) part: String,
    pub(super) whole: String,
}

/// A column that is never larger than another.
#[derive(Clone, Debug)]
pub(super) struct AtMostSpec {
    pub(super) smaller: String,
    pub(super) larger: String,
}

/// A figure that no row may exceed.
#[derive(Clone, Debug)]
pub(super) struct LimitSpec {
    pub(super) column: String,
    /// Where the figures stand in sentences.
    pub(super) extract: Option<Extract>,
    pub(super) limit: Printed,
    pub(super) unit: Unit,
    pub(super) reason: String,
}

/// Rows that agree in one column and have similar names are probably one.
#[derive(Clone, Debug)]
pub(super) struct AlikeSpec {
    pub(super) name: String,
    pub(super) same: String,
}

/// Places that a name mentions and another column must name.
#[derive(Clone, Debug)]
pub(super) struct PlaceSpec {
    pub(super) column: String,
    pub(super) name: String,
    pub(super) places: Vec<String>,
}

/// Rows of two tables that are about the same things must print the same figures.
#[derive(Clone, Debug)]
pub(super) struct SameSpec {
    pub(super) id: String,
    pub(super) tables: (String, String),
    /// Column of the first, column of the second.
    pub(super) columns: Vec<(String, String)>,
    /// Labels of the first that are written otherwise in the second.
    pub(super) aliases: Vec<(String, String)>,
    /// Whether every row of the first must be in the second.
    pub(super) is_complete: bool,
}

/// How a stated figure stands to what is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equals,
    AtMost,
    AtLeast,
    /// Strictly less: what is there must leave something over.
    Below,
}

impl Relation {
    pub(super) const NAMES: [&'static str; 4] = ["equals", "at_most", "at_least", "below"];

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Equals, Self::AtMost, Self::AtLeast, Self::Below]
            .into_iter()
            .zip(Self::NAMES)
            .find_map(|(relation, known)| (known == name).then_some(relation))
    }
}

/// One statement of the text, held against tables or other statements.
#[derive(Clone, Debug)]
pub(super) struct CheckSpec {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) citation: String,
    pub(super) stated: Term,
    /// The unit as printed, where it may be wrong.
    pub(super) printed_unit: Option<String>,
    pub(super) relation: Relation,
    pub(super) computed: Vec<Term>,
    pub(super) over: Vec<Term>,
    /// Other denominators that the text may have used, for the suspicion.
    pub(super) alternatives: Vec<(String, Term)>,
}

/// A stated figure, a cell, a sum of cells, or a count of rows.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) title: Option<String>,
    pub(super) is_subtracted: bool,
    pub(super) kind: TermKind,
}

#[derive(Clone, Debug)]
pub(super) enum TermKind {
    Value { printed: Printed, unit: Unit },
    Cells(CellsTerm),
}

/// The figures of a column in chosen rows, added; or the rows counted.
#[derive(Clone, Debug)]
pub(super) struct CellsTerm {
    pub(super) tables: Vec<String>,
    /// `None` counts the rows.
    pub(super) column: Option<String>,
    pub(super) rows: Vec<String>,
    pub(super) except: Vec<String>,
    pub(super) filters: Vec<(String, Vec<String>)>,
    /// The row of totals instead of the rows.
    pub(super) is_total: bool,
    /// Rows that several tables repeat are counted once.
    pub(super) is_once: bool,
    /// Labels that mean the same row: written, meant.
    pub(super) aliases: Vec<(String, String)>,
    pub(super) extract: Option<Extract>,
}

/// Figures that stand in sentences: those before a unit, after a text if one is given.
#[derive(Clone, Debug)]
pub(super) struct Extract {
    pub(super) unit: Unit,
    pub(super) after: Option<String>,
}

impl Extract {
    pub(super) fn figures(&self, text: &str) -> Vec<Printed> {
        figures_before(text, &self.unit.name, self.after.as_deref())
    }
}

impl AuditDescription {
    /// Reads a description. Tables are looked for beside it, or in `folder` when one is given.
    ///
    /// # Errors
    /// [`AuditError::Open`], [`AuditError::Syntax`] with the line, [`AuditError::Key`] with the key and the nearest known one.
    pub fn from_toml(path: impl AsRef<Path>, folder: Option<&Path>) -> Result<Self, AuditError> {
        super::parse::read_description(path.as_ref(), folder)
    }

    /// The file of the description.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files that an audit reads: the description, then its tables, each once.
    pub fn files(&self) -> Vec<&Path> {
        let mut files = vec![self.path.as_path()];
        for table in &self.tables {
            if let Source::File { path, .. } = &table.source
                && !files.contains(&path.as_path())
            {
                files.push(path);
            }
        }
        files
    }

    /// Ids of the tables that the caller must give.
    pub fn given_tables(&self) -> Vec<&str> {
        let given = self.tables.iter().filter(|table| matches!(table.source, Source::Given));
        given.map(|table| table.id.as_str()).collect()
    }
}

impl TableSpec {
    pub(super) fn unit(&self, column: &str) -> Unit {
        let own = self.units.iter().find(|(known, _)| known == column);
        own.map_or_else(|| self.unit.clone(), |(_, unit)| unit.clone())
    }

    /// Every column that the description names: each must be there.
    pub(super) fn named_columns(&self) -> Vec<&str> {
        let mut named: Vec<&str> = Vec::new();
        named.extend(self.units.iter().map(|(column, _)| column.as_str()));
        named.extend(self.titles.iter().map(|(column, _)| column.as_str()));
        for sum in &self.sums {
            named.push(&sum.whole);
            named.extend(sum.parts.iter().map(String::as_str));
        }
        for difference in &self.differences {
            named.extend([difference.result.as_str(), &difference.of, &difference.less]);
        }
        for share in &self.shares {
            named.extend([share.share.as_str(), &share.part, &share.whole]);
        }
        for bound in &self.at_most {
            named.extend([bound.smaller.as_str(), &bound.larger]);
        }
        named.extend(self.limits.iter().map(|limit| limit.column.as_str()));
        for list in [&self.unique, &self.required, &self.numbers, &self.not_blank, &self.letters] {
            named.extend(list.iter().map(String::as_str));
        }
        named.extend(self.phase.as_deref());
        named.extend(self.alike.iter().flat_map(|alike| [alike.name.as_str(), &alike.same]));
        named.extend(self.place.iter().flat_map(|place| [place.column.as_str(), &place.name]));
        named
    }
}
