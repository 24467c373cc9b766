use std::path::Path;

use super::code_tables::CodeTables;
use super::error::RuleError;
use super::model::RulePack;
use super::parse::parse_pack;
use crate::keys::{nearest, quoted};

/// The packs of the repository's `rules` folder. The file's stem is the pack's id.
const EMBEDDED: [(&str, &str); 11] = [
    ("boundary-2023", include_str!("../../rules/boundary-2023.toml")),
    ("guangdong-2024", include_str!("../../rules/guangdong-2024.toml")),
    ("national-2020", include_str!("../../rules/national-2020.toml")),
    ("national-2023", include_str!("../../rules/national-2023.toml")),
    ("pianguan-2023", include_str!("../../rules/pianguan-2023.toml")),
    ("redline-2022", include_str!("../../rules/redline-2022.toml")),
    ("shanxi-2021", include_str!("../../rules/shanxi-2021.toml")),
    ("taixin-2023", include_str!("../../rules/taixin-2023.toml")),
    ("taixin-2023-indicators", include_str!("../../rules/taixin-2023-indicators.toml")),
    ("xinjiang-2023", include_str!("../../rules/xinjiang-2023.toml")),
    ("xinzhou-measures-2022", include_str!("../../rules/xinzhou-measures-2022.toml")),
];

/// Loads embedded packs by id, then packs from the user's own files, in the order given.
///
/// # Errors
/// [`RuleError::UnknownPack`] names the nearest id; the other variants name file, rule and key.
///
/// # Examples
/// ```
/// let packs = sanxian_compliance::load_rules(&["national-2020", "shanxi-2021"], &[] as &[&str])?;
/// assert_eq!(packs[1].rules.len(), 9);
/// # Ok::<(), sanxian_compliance::RuleError>(())
/// ```
pub fn load_rules<I: AsRef<str>, P: AsRef<Path>>(ids: &[I], paths: &[P]) -> Result<Vec<RulePack>, RuleError> {
    let tables = CodeTables::embedded()?;
    let mut packs: Vec<RulePack> = Vec::with_capacity(ids.len() + paths.len());
    for id in ids {
        add(&mut packs, load_embedded(id.as_ref(), tables)?, id.as_ref())?;
    }
    for path in paths {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|source| RuleError::Open { path: path.to_owned(), source })?;
        let file = path.display().to_string();
        let pack = parse_pack(&text, &file, &file, tables)?;
        add(&mut packs, pack, &file)?;
    }
    Ok(packs)
}

/// Every embedded pack, by id.
///
/// # Errors
/// As [`load_rules`]; only possible in a build whose data files were edited.
pub fn list_rules() -> Result<Vec<RulePack>, RuleError> {
    load_rules(&EMBEDDED.map(|(id, _)| id), &[] as &[&Path])
}

/// Parses a pack out of its text, as a file called `file` would be.
#[cfg(test)]
pub(super) fn parse_text(text: &str, file: &str) -> Result<RulePack, RuleError> {
    parse_pack(text, file, file, CodeTables::embedded()?)
}

fn load_embedded(id: &str, tables: &CodeTables) -> Result<RulePack, RuleError> {
    let known = EMBEDDED.iter().map(|(id, _)| *id);
    match EMBEDDED.iter().find(|(known, _)| *known == id) {
        Some((_, text)) => parse_pack(text, &format!("{id} (embedded)"), "embedded", tables),
        None => Err(RuleError::UnknownPack {
            id: id.to_owned(),
            nearest: nearest(id, known.clone()).map(str::to_owned),
            known: quoted(known),
        }),
    }
}

fn add(packs: &mut Vec<RulePack>, pack: RulePack, file: &str) -> Result<(), RuleError> {
    if packs.iter().any(|earlier| earlier.id == pack.id) {
        return Err(RuleError::DuplicateId { file: file.to_owned(), id: pack.id });
    }
    packs.push(pack);
    Ok(())
}
