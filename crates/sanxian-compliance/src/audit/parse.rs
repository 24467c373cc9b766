//! Reading audit descriptions, so that every mistake in one names its key.

use std::path::Path;

use serde_json::Value;
use toml::Table;

use super::description::{
    AlikeSpec, AtMostSpec, AuditDescription, CheckSpec, DifferenceSpec, LimitSpec, PlaceSpec, Relation,
    SameSpec, ShareSpec, Source, SumSpec, TableSpec,
};
use super::error::AuditError;
use super::parse_term::{labels, read_extract, read_printed, read_term, read_terms, read_unit};
use super::unit::Unit;
use crate::keys::{FaultAt, KeyFault, Keys};
use crate::rules::line_of;

pub(super) fn read_description(path: &Path, folder: Option<&Path>) -> Result<AuditDescription, AuditError> {
    let open = |source| AuditError::Open { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(open)?;
    let table = text.parse::<Table>().map_err(|error| AuditError::Syntax {
        path: path.to_owned(),
        line: line_of(&text, error.span()),
        reason: error.message().replace('\n', ", "),
    })?;
    let folder = folder.or_else(|| path.parent()).unwrap_or(Path::new(""));
    read(&table, path, folder).map_err(|at| AuditError::at(path, at))
}

fn read(table: &Table, path: &Path, folder: &Path) -> Result<AuditDescription, FaultAt> {
    let mut keys = Keys::new(table, "");
    let tables = keys.tables("tables")?;
    let checks = keys.tables("checks")?;
    let same = keys.tables("same")?;
    let mut head = keys.required_table("audit")?;
    keys.finish()?;
    let document = head.required_text("document")?;
    let description = AuditDescription {
        path: path.to_owned(),
        name: head.required_text("name")?,
        phases: head.texts("phases")?,
        tables: tables.into_iter().map(|keys| read_table(keys, folder)).collect::<Result<_, _>>()?,
        checks: checks.into_iter().map(|keys| read_check(keys, &document)).collect::<Result<_, _>>()?,
        same: same.into_iter().map(read_same).collect::<Result<_, _>>()?,
        document,
    };
    head.finish()?;
    Ok(description)
}

fn read_table(mut keys: Keys<'_>, folder: &Path) -> Result<TableSpec, FaultAt> {
    let id = keys.required_text("id")?;
    let (path, part) = (keys.text("path")?, keys.text("part")?);
    let header_row = whole_number(&mut keys, "header_row", 1, 1_000)?;
    let inline = inline_value(&mut keys);
    let is_given = keys.flag("given")?.unwrap_or(false);
    let source = match (path, inline, is_given) {
        (Some(path), None, false) => Source::File { path: folder.join(path), part, header_row },
        (None, Some(value), false) => Source::Inline(value),
        (None, None, true) => Source::Given,
        _ => {
            let expected = "one of `path`, `rows` with `columns`, and `given = true`".to_owned();
            return Err(keys.fault("path", KeyFault::BadValue { value: id, expected }));
        }
    };
    let spec = TableSpec {
        title: keys.text("title")?.unwrap_or_else(|| id.clone()),
        citation: keys.text("citation")?.unwrap_or_default(),
        source,
        label: keys.text("label")?,
        unit: read_unit(&mut keys, "unit")?.unwrap_or_else(Unit::number),
        units: read_units(&mut keys)?,
        decimals: whole_number(&mut keys, "decimals", 0, 12)?.unwrap_or(0) as u32,
        total: keys.text("total_row")?,
        subtotal: keys.text("subtotal_rows")?,
        titles: labels(&mut keys, "titles")?,
        row_suffix: keys.text("row_suffix")?.unwrap_or_default(),
        nested: labels(&mut keys, "nested")?,
        sums: each(&mut keys, "sums", |keys| {
            Ok(SumSpec { whole: keys.required_text("whole")?, parts: keys.texts("parts")? })
        })?,
        differences: each(&mut keys, "differences", |keys| {
            Ok(DifferenceSpec {
                result: keys.required_text("result")?,
                of: keys.required_text("of")?,
                less: keys.required_text("less")?,
                is_clamped: keys.flag("not_below_zero")?.unwrap_or(false),
            })
        })?,
        shares: each(&mut keys, "shares", |keys| {
            Ok(ShareSpec {
                share: keys.required_text("share")?,
                part: keys.required_text("part")?,
                whole: keys.required_text("whole")?,
            })
        })?,
        at_most: each(&mut keys, "at_most", |keys| {
            Ok(AtMostSpec { smaller: keys.required_text("smaller")?, larger: keys.required_text("larger")? })
        })?,
        limits: each(&mut keys, "limits", read_limit)?,
        unique: keys.texts("unique")?,
        required: keys.texts("required")?,
        numbers: keys.texts("numbers")?,
        not_blank: keys.texts("not_blank")?,
        phase: keys.text("phase")?,
        alike: one(&mut keys, "alike", |keys| {
            Ok(AlikeSpec { name: keys.required_text("name")?, same: keys.required_text("same")? })
        })?,
        letters: keys.texts("letters")?,
        place: one(&mut keys, "place", |keys| {
            Ok(PlaceSpec {
                column: keys.required_text("column")?,
                name: keys.required_text("name")?,
                places: keys.texts("places")?,
            })
        })?,
        id,
    };
    keys.finish()?;
    Ok(spec)
}

/// A table that stands in the description itself.
fn inline_value(keys: &mut Keys<'_>) -> Option<Value> {
    let mut inline = serde_json::Map::new();
    for key in ["columns", "rows", "total"] {
        if let Some(value) = keys.value(key).and_then(|value| serde_json::to_value(value).ok()) {
            inline.insert(key.to_owned(), value);
        }
    }
    (!inline.is_empty()).then_some(Value::Object(inline))
}

fn read_units(keys: &mut Keys<'_>) -> Result<Vec<(String, Unit)>, FaultAt> {
    let Some(units) = keys.table("units")? else { return Ok(Vec::new()) };
    let mut read = Vec::new();
    for (column, value) in units.rest() {
        let name = value.as_str().unwrap_or_default();
        let Some(unit) = Unit::named(name) else {
            return Err(units.fault(column, KeyFault::none_of(name, Unit::names())));
        };
        read.push((column.to_owned(), unit));
    }
    Ok(read)
}

fn whole_number(
    keys: &mut Keys<'_>,
    key: &'static str,
    least: u16,
    most: u16,
) -> Result<Option<usize>, FaultAt> {
    let range = f64::from(least)..=f64::from(most);
    match keys.number(key)? {
        None => Ok(None),
        Some(number) if range.contains(&number) && number.fract() == 0.0 => Ok(Some(number as usize)),
        Some(number) => {
            let expected = format!("a whole number from {least} to {most}");
            Err(keys.fault(key, KeyFault::BadValue { value: number.to_string(), expected }))
        }
    }
}

fn read_limit(keys: &mut Keys<'_>) -> Result<LimitSpec, FaultAt> {
    Ok(LimitSpec {
        column: keys.required_text("column")?,
        extract: read_extract(keys)?,
        limit: read_printed(keys, "value")?,
        unit: read_unit(keys, "unit")?.unwrap_or_else(Unit::number),
        reason: keys.required_text("reason")?,
    })
}

fn read_check(mut keys: Keys<'_>, document: &str) -> Result<CheckSpec, FaultAt> {
    let mut stated = keys.required_table("stated")?;
    let printed_unit = stated.text("printed_unit")?;
    let relation = match keys.text("relation")? {
        None => Relation::Equals,
        Some(name) => Relation::named(&name)
            .ok_or_else(|| keys.fault("relation", KeyFault::none_of(&name, Relation::NAMES)))?,
    };
    let spec = CheckSpec {
        id: keys.required_text("id")?,
        title: keys.required_text("title")?,
        citation: keys.text("citation")?.unwrap_or_else(|| document.to_owned()),
        stated: read_term(stated)?,
        printed_unit,
        relation,
        computed: read_terms(&mut keys, "computed")?,
        over: read_terms(&mut keys, "over")?,
        alternatives: keys
            .tables("alternatives")?
            .into_iter()
            .map(|mut keys| Ok((keys.required_text("name")?, read_term(keys)?)))
            .collect::<Result<_, FaultAt>>()?,
    };
    if spec.computed.is_empty() && spec.printed_unit.is_none() {
        return Err(keys.fault("computed", KeyFault::Missing));
    }
    keys.finish()?;
    Ok(spec)
}

fn read_same(mut keys: Keys<'_>) -> Result<SameSpec, FaultAt> {
    let spec = SameSpec {
        id: keys.required_text("id")?,
        tables: (keys.required_text("one")?, keys.required_text("other")?),
        columns: labels(&mut keys, "columns")?,
        aliases: labels(&mut keys, "aliases")?,
        is_complete: keys.flag("complete")?.unwrap_or(false),
    };
    keys.finish()?;
    Ok(spec)
}

fn each<T>(
    keys: &mut Keys<'_>,
    key: &'static str,
    read: impl Fn(&mut Keys<'_>) -> Result<T, FaultAt>,
) -> Result<Vec<T>, FaultAt> {
    let read_whole = |mut keys: Keys<'_>| {
        let value = read(&mut keys)?;
        keys.finish()?;
        Ok(value)
    };
    keys.tables(key)?.into_iter().map(read_whole).collect()
}

fn one<T>(
    keys: &mut Keys<'_>,
    key: &'static str,
    read: impl Fn(&mut Keys<'_>) -> Result<T, FaultAt>,
) -> Result<Option<T>, FaultAt> {
    let Some(mut keys) = keys.table(key)? else { return Ok(None) };
    let value = read(&mut keys)?;
    keys.finish()?;
    Ok(Some(value))
}
