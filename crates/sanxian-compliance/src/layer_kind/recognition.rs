//! Which kind a layer is, and how surely.

use arrow_schema::Fields;

use super::field_match::{FieldMatch, field_matches};
use super::name_match::{NameMatch, name_matches};
use super::{KindField, LayerKind, LayerKinds};
use crate::rules::Role;

/// What one field tells is one, split among the kinds that have such a field; counted in thousandths, so that sums are exact.
const ONE_FIELD: u32 = 1000;
/// Fields alone decide when they are worth two that no other kind has.
const ENOUGH: u32 = 2 * ONE_FIELD;
/// One kind is surer than another when it is ahead by a field of its own.
const MARGIN: u32 = ONE_FIELD;
/// What a name tells that everybody uses (市, 名称).
const COMMON_FIELD: u32 = ONE_FIELD / 10;

/// How a recognition came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// One kind it is.
    Recognised,
    /// Several kinds it could be; [`Recognition::candidates`] lists them.
    Ambiguous,
    /// Neither name nor fields tell.
    Unrecognised,
}

impl Outcome {
    /// `recognised`, `ambiguous` or `unrecognised`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recognised => "recognised",
            Self::Ambiguous => "ambiguous",
            Self::Unrecognised => "unrecognised",
        }
    }
}

/// A kind that a layer could be, and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<'k> {
    /// The kind.
    pub kind: &'k LayerKind,
    /// Its name in the layer's.
    pub by_name: Option<NameMatch>,
    /// Its fields in the file.
    pub fields: Vec<FieldMatch<'k>>,
    thousandths: u32,
}

impl Candidate<'_> {
    /// What its fields tell: each counts one, split among the kinds that have such a field.
    pub fn field_weight(&self) -> f64 {
        f64::from(self.thousandths) / f64::from(ONE_FIELD)
    }

    /// True when name or fields speak clearly, not only faintly.
    fn is_clear(&self) -> bool {
        self.name_rank() == 2 || self.thousandths >= ENOUGH
    }

    fn is_of(&self, role: &Role) -> bool {
        self.kind.role.as_deref() == Some(role.id.as_str())
    }

    fn name_rank(&self) -> u8 {
        self.by_name.as_ref().map_or(0, |name| if name.is_whole { 2 } else { 1 })
    }
}

/// What a layer is, by its name and fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognition<'k> {
    /// How it came out.
    pub outcome: Outcome,
    /// The layer's name as it was given.
    pub layer: String,
    /// The kind, when it is recognised.
    pub kind: Option<&'k LayerKind>,
    /// The kind's name in the layer's.
    pub by_name: Option<NameMatch>,
    /// True when the role that the caller gave decided between candidates.
    pub by_role: bool,
    /// What the fields tell for the kind: see [`Candidate::field_weight`].
    pub field_weight: f64,
    /// Fields of the kind that the file has.
    pub fields: Vec<FieldMatch<'k>>,
    /// Required fields of the kind that the file does not have.
    pub missing: Vec<&'k KindField>,
    /// Fields of the file that the kind does not know; all of them when no kind is recognised.
    pub unknown: Vec<String>,
    /// The other kinds that it could be, the likeliest first; of an ambiguous layer all of them.
    pub candidates: Vec<Candidate<'k>>,
    /// The role that the caller gave, when name or fields speak for something else.
    pub contradicted_role: Option<&'k Role>,
    pub(super) kind_role: Option<&'k Role>,
}

impl LayerKinds {
    /// Tells the kind of a layer from its name (a file's stem, a table's name) and its fields.
    ///
    /// A name counts more than fields, unless the fields speak clearly for another kind; without a name, fields must be
    /// worth two that no other kind has. A `role` (any name of it) decides between candidates and is compared with the
    /// outcome. The same input gives the same answer.
    pub fn recognise(&self, layer: &str, fields: &Fields, role: Option<&str>) -> Recognition<'_> {
        let role = role.and_then(|name| self.roles.iter().find(|role| role.is_called(name)));
        let mut candidates = self.candidates(layer, fields);
        let (outcome, by_role) = decide(&mut candidates, role);
        let strongest = candidates.iter().max_by_key(|candidate| candidate.thousandths).cloned();
        let mut rest = candidates.into_iter();
        let chosen = if outcome == Outcome::Recognised { rest.next() } else { None };
        let candidates: Vec<_> = rest.take(5).collect();
        let unknown = |matched: &[FieldMatch<'_>]| {
            let is_unknown = |position: &usize| !matched.iter().any(|field| field.position == *position);
            let unknown = (0..fields.len()).filter(is_unknown).filter_map(|position| fields.get(position));
            unknown.map(|field| field.name().clone()).collect()
        };
        let Some(chosen) = chosen else {
            return Recognition {
                outcome,
                layer: layer.to_owned(),
                kind: None,
                by_name: None,
                by_role,
                field_weight: 0.0,
                fields: Vec::new(),
                missing: Vec::new(),
                unknown: unknown(&[]),
                contradicted_role: role.filter(|role| {
                    candidates.iter().any(Candidate::is_clear)
                        && !candidates.iter().any(|one| one.is_of(role))
                }),
                candidates,
                kind_role: None,
            };
        };
        let kind_role = self.roles.iter().find(|role| chosen.kind.role.as_deref() == Some(role.id.as_str()));
        let is_missing = |field: &&KindField| {
            field.required && !chosen.fields.iter().any(|matched| matched.standard.name == field.name)
        };
        Recognition {
            outcome,
            layer: layer.to_owned(),
            kind: Some(chosen.kind),
            by_role,
            field_weight: chosen.field_weight(),
            missing: chosen.kind.fields.iter().filter(is_missing).collect(),
            unknown: unknown(&chosen.fields),
            candidates,
            contradicted_role: role.filter(|role| contradicts(role, &chosen, strongest.as_ref())),
            by_name: chosen.by_name,
            fields: chosen.fields,
            kind_role,
        }
    }

    /// Every kind with what speaks for it, the likeliest first; of equals the first in the file.
    fn candidates(&self, layer: &str, fields: &Fields) -> Vec<Candidate<'_>> {
        let names = name_matches(&self.kinds, layer);
        let mut candidates: Vec<_> = self
            .kinds
            .iter()
            .zip(names)
            .map(|(kind, by_name)| Candidate {
                kind,
                by_name,
                fields: field_matches(kind, fields),
                thousandths: 0,
            })
            .collect();
        let mut kinds_with = vec![0_u32; fields.len()];
        for matched in candidates.iter().flat_map(|candidate| &candidate.fields) {
            if let Some(count) = kinds_with.get_mut(matched.position) {
                *count += 1;
            }
        }
        for candidate in &mut candidates {
            let worth = |matched: &FieldMatch<'_>| {
                let kinds = kinds_with.get(matched.position).copied().unwrap_or(1).max(1);
                if matched.standard.is_telling { ONE_FIELD / kinds } else { COMMON_FIELD / kinds }
            };
            candidate.thousandths = candidate.fields.iter().map(worth).sum();
        }
        candidates.sort_by_key(|candidate| std::cmp::Reverse((candidate.name_rank(), candidate.thousandths)));
        candidates
    }
}

/// Decides, and leaves those of the candidates that matter, the chosen one first.
fn decide(candidates: &mut Vec<Candidate<'_>>, role: Option<&Role>) -> (Outcome, bool) {
    let most = candidates.iter().map(|candidate| candidate.thousandths).max().unwrap_or_default();
    let Some(first) = candidates.first() else { return (Outcome::Unrecognised, false) };
    let (rank, weight) = (first.name_rank(), first.thousandths);
    let is_rival = |candidate: &Candidate<'_>| {
        let same_name = candidate.name_rank() == rank && candidate.thousandths + MARGIN > weight;
        let clearer_fields = candidate.thousandths >= ENOUGH.max(weight + MARGIN);
        if rank > 0 { same_name || clearer_fields } else { same_name && candidate.thousandths >= ONE_FIELD }
    };
    let rivals = candidates.iter().skip(1).filter(|candidate| is_rival(candidate)).count();
    let is_sure = rivals == 0 && (rank > 0 || weight >= ENOUGH);
    if !is_sure {
        candidates.retain(|candidate| {
            candidate.name_rank() > 0
                || candidate.thousandths >= ONE_FIELD && candidate.thousandths + MARGIN > most
        });
        if candidates.is_empty() {
            return (Outcome::Unrecognised, false);
        }
        let of_role = |candidate: &Candidate<'_>| role.is_some_and(|role| candidate.is_of(role));
        let mut meant = (0..candidates.len())
            .filter(|&position| candidates.get(position).is_some_and(of_role))
            .collect::<Vec<_>>();
        return match (meant.pop(), meant.is_empty()) {
            (Some(position), true) => {
                let chosen = candidates.remove(position);
                candidates.insert(0, chosen);
                (Outcome::Recognised, true)
            }
            _ => (Outcome::Ambiguous, false),
        };
    }
    let mut position = 0;
    candidates.retain(|candidate| {
        position += 1;
        position == 1 || candidate.name_rank() > 0 || candidate.thousandths >= ONE_FIELD
    });
    (Outcome::Recognised, false)
}

/// True when the layer is clearly something else than the role says.
fn contradicts(role: &Role, chosen: &Candidate<'_>, strongest: Option<&Candidate<'_>>) -> bool {
    let fields_say_other = |other: &Candidate<'_>| {
        !other.is_of(role) && other.thousandths >= ENOUGH.max(chosen.thousandths + MARGIN)
    };
    !chosen.is_of(role) && chosen.is_clear() || strongest.is_some_and(fields_say_other)
}
