//! Reading what a check is made of: figures, cells, sums, counts.

use toml::Value;

use super::description::{CellsTerm, Extract, Term, TermKind};
use super::printed::Printed;
use super::unit::Unit;
use crate::keys::{FaultAt, KeyFault, Keys};

pub(super) fn read_terms(keys: &mut Keys<'_>, key: &'static str) -> Result<Vec<Term>, FaultAt> {
    keys.tables(key)?.into_iter().map(read_term).collect()
}

pub(super) fn read_term(mut keys: Keys<'_>) -> Result<Term, FaultAt> {
    let (title, is_subtracted) = (keys.text("title")?, keys.flag("subtracted")?.unwrap_or(false));
    let kind = if keys.rest().any(|(key, _)| key == "value") {
        let unit = read_unit(&mut keys, "unit")?.unwrap_or_else(Unit::number);
        TermKind::Value { printed: read_printed(&mut keys, "value")?, unit }
    } else {
        TermKind::Cells(read_cells(&mut keys)?)
    };
    keys.finish()?;
    Ok(Term { title, is_subtracted, kind })
}

fn read_cells(keys: &mut Keys<'_>) -> Result<CellsTerm, FaultAt> {
    let tables = match keys.text("table")? {
        Some(table) => vec![table],
        None => keys.texts("tables")?,
    };
    if tables.is_empty() {
        return Err(keys.fault("table", KeyFault::Missing));
    }
    let column = keys.text("column")?;
    let is_count = keys.flag("count")?.unwrap_or(false);
    if column.is_some() == is_count {
        let expected = "either given, or left out with `count = true`".to_owned();
        return Err(keys.fault("column", KeyFault::BadValue { value: column.unwrap_or_default(), expected }));
    }
    Ok(CellsTerm {
        tables,
        column,
        rows: keys.texts("rows")?,
        except: keys.texts("except")?,
        filters: read_filters(keys)?,
        is_total: keys.flag("total")?.unwrap_or(false),
        is_once: keys.flag("once")?.unwrap_or(false),
        aliases: labels(keys, "aliases")?,
        extract: read_extract(keys)?,
    })
}

/// `where = { column = ["value", ..] }`.
fn read_filters(keys: &mut Keys<'_>) -> Result<Vec<(String, Vec<String>)>, FaultAt> {
    let Some(filters) = keys.table("where")? else { return Ok(Vec::new()) };
    let read = |(column, value): (&str, &Value)| Ok((column.to_owned(), filters.texts_of(column, value)?));
    filters.rest().map(read).collect()
}

/// A unit whose figures are looked for in sentences.
pub(super) fn read_extract(keys: &mut Keys<'_>) -> Result<Option<Extract>, FaultAt> {
    let after = keys.text("after")?;
    Ok(read_unit(keys, "extract")?.map(|unit| Extract { unit, after }))
}

/// A table of texts: what is written left, what it stands for right.
pub(super) fn labels(keys: &mut Keys<'_>, key: &'static str) -> Result<Vec<(String, String)>, FaultAt> {
    let Some(table) = keys.table(key)? else { return Ok(Vec::new()) };
    let read = |(name, value): (&str, &Value)| match value.as_str() {
        Some(text) => Ok((name.to_owned(), text.to_owned())),
        None => Err(table.fault(name, KeyFault::WrongType { expected: "a text", found: value.type_str() })),
    };
    table.rest().map(read).collect()
}

pub(super) fn read_unit(keys: &mut Keys<'_>, key: &'static str) -> Result<Option<Unit>, FaultAt> {
    let Some(name) = keys.text(key)? else { return Ok(None) };
    let unit = Unit::named(&name).ok_or_else(|| keys.fault(key, KeyFault::none_of(&name, Unit::names())))?;
    Ok(Some(unit))
}

/// A figure as printed: a text, or a number whose trailing zeros do not matter.
pub(super) fn read_printed(keys: &mut Keys<'_>, key: &'static str) -> Result<Printed, FaultAt> {
    let text = match keys.value(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Float(number)) => number.to_string(),
        Some(other) => {
            let fault = KeyFault::WrongType { expected: "a printed figure", found: other.type_str() };
            return Err(keys.fault(key, fault));
        }
        None => return Err(keys.fault(key, KeyFault::Missing)),
    };
    Printed::of(&text).ok_or_else(|| {
        keys.fault(key, KeyFault::BadValue { value: text, expected: "a figure such as `1324.6`".to_owned() })
    })
}
