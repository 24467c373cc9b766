//! Which encoding a table's text is in.
//!
//! Asked in this order: the caller, the .cpg, the language driver byte, the text itself (all of it UTF-8?), and at last
//! GB18030, because programs here leave the driver byte at 0 when they write GBK. What is declared as UTF-8 is checked:
//! a .cpg with the wrong word beside a GBK table is common.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1252};

use super::table::{Field, Table};
use crate::encoding::known_label;
use crate::error::IoError;
use crate::finding::Finding;

/// Language driver bytes of code page 936.
const CHINESE_DRIVERS: [u8; 2] = [0x4d, 0x7a];
/// Values looked at before GB18030 is given up.
const SAMPLE: usize = 10_000;

/// The encoding of a table, judged by its picked rows and, when those are few, by its first ones, so that the answer does
/// not hang on a `bbox`.
pub(super) fn of_table(
    table: &Table<'_>,
    cpg: Option<&[u8]>,
    given: Option<&'static Encoding>,
    findings: &mut Vec<Finding>,
) -> Result<&'static Encoding, IoError> {
    if let Some(given) = given {
        return Ok(given);
    }
    let label = cpg.map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    let declared = match (label.as_deref().and_then(known_label), &label) {
        (Some(encoding), _) => Some((encoding, format!(".cpg 写 {}", label.as_deref().unwrap_or_default()))),
        (None, label) => {
            if let Some(label) = label {
                let message = format!(".cpg 写 {label},不是编码名,按内容判断");
                findings.push(Finding::warning("cpg_not_understood", message));
            }
            CHINESE_DRIVERS.contains(&table.language).then(|| (GB18030, "表头写 GBK".to_owned()))
        }
    };
    let said = match declared {
        Some((encoding, _)) if encoding != UTF_8 => return Ok(encoding),
        Some((_, said)) => Some(said),
        None => None,
    };
    let sample = if table.picked() < table.rows { Some(table.sample()?) } else { None };
    let judged: Vec<&Table<'_>> = std::iter::once(table).chain(&sample).collect();
    if judged.iter().all(|table| is_utf8(table)) {
        return Ok(UTF_8);
    }
    let found = by_elimination(&judged);
    if let Some(said) = said {
        let message = format!("{said},文字却不是 UTF-8,按 {} 读", found.name());
        findings.push(Finding::warning("cpg_contradicts", message));
    }
    Ok(found)
}

fn by_elimination(tables: &[&Table<'_>]) -> &'static Encoding {
    let mut sampled = 0_usize;
    let mut failed = 0_usize;
    let columns = tables.iter().flat_map(|&table| text_fields(table).map(move |field| (table, field)));
    'sample: for (table, field) in columns {
        for position in 0..table.picked() {
            let value = trimmed(table.value(position, field));
            if value.is_ascii() {
                continue;
            }
            sampled += 1;
            failed += usize::from(decode(GB18030, value, field.width).1 == Reading::Damaged);
            if sampled == SAMPLE {
                break 'sample;
            }
        }
    }
    if failed * 2 > sampled { WINDOWS_1252 } else { GB18030 }
}

fn is_utf8(table: &Table<'_>) -> bool {
    if std::str::from_utf8(table.body()).is_ok() {
        return true;
    }
    // Values may be cut in the middle of a character at the field's end, and other fields may be binary.
    text_fields(table).all(|field| {
        (0..table.picked()).all(|position| {
            decode(UTF_8, trimmed(table.value(position, field)), field.width).1 != Reading::Damaged
        })
    })
}

fn text_fields<'t>(table: &'t Table<'_>) -> impl Iterator<Item = &'t Field> {
    table.fields.iter().filter(|field| field.kind == b'C')
}

/// A value without the blanks and zero bytes that pad it.
pub(super) fn trimmed(value: &[u8]) -> &[u8] {
    let end = value.iter().rposition(|&byte| byte != b' ' && byte != 0).map_or(0, |last| last + 1);
    value.get(..end).unwrap_or_default()
}

/// How a value came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Whole,
    /// The last character is cut; the text before it is whole.
    Cut,
    /// Some bytes are no text; they became U+FFFD.
    Damaged,
}

/// A value as text. Only a value that fills its field of `width` bytes can have lost the end of a character.
pub(super) fn decode<'v>(
    encoding: &'static Encoding,
    value: &'v [u8],
    width: usize,
) -> (Cow<'v, str>, Reading) {
    let is_full = value.len() == width;
    if value.is_ascii() || encoding == UTF_8 {
        return match std::str::from_utf8(value) {
            Ok(text) => (text.into(), Reading::Whole),
            // No error length: the bytes are right as far as they go.
            Err(error) if error.error_len().is_none() && is_full => {
                let whole = value.get(..error.valid_up_to()).unwrap_or_default();
                (String::from_utf8_lossy(whole), Reading::Cut)
            }
            Err(_) => (String::from_utf8_lossy(value), Reading::Damaged),
        };
    }
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(value) {
        return (text, Reading::Whole);
    }
    // A character has up to four bytes, so up to three of a cut one remain.
    let mut shorter =
        (1..=if is_full { 3 } else { 0 }).filter_map(|cut| value.get(..value.len().checked_sub(cut)?));
    let whole = shorter.find_map(|whole| encoding.decode_without_bom_handling_and_without_replacement(whole));
    match whole {
        Some(text) if !text.is_empty() => (text, Reading::Cut),
        _ => (encoding.decode_without_bom_handling(value).0, Reading::Damaged),
    }
}
