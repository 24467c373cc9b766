//! Which encoding a table's text is in.
//!
//! Asked in this order: the caller, the .cpg, the language driver byte, the text itself (all of it UTF-8?), and at last
//! GB18030, because programs here leave the driver byte at 0 when they write GBK. What is declared as UTF-8 is checked:
//! a .cpg with the wrong word beside a GBK table is common.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1252};

use super::rows::{Rows, Survey, stretches};
use super::table::{Field, Table};
use crate::encoding::known_label;
use crate::error::IoError;
use crate::finding::Finding;

/// Language driver bytes of code page 936.
const CHINESE_DRIVERS: [u8; 2] = [0x4d, 0x7a];
/// Values looked at before GB18030 is given up.
const SAMPLE: usize = 10_000;
/// Bytes of the rows by which the encoding is judged beside the rows wanted.
const SAMPLE_BYTES: usize = 1 << 20;

/// What the caller and the files say of the encoding.
pub(super) enum Declared {
    /// It is settled, whatever the text looks like.
    Certain(&'static Encoding),
    /// The text has to tell; UTF-8 is what a file claims in these words, if it does.
    Ask { claim: Option<String> },
}

/// Asks the caller, the .cpg and the language driver.
pub(super) fn declared(
    table: &Table,
    cpg: Option<&[u8]>,
    given: Option<&'static Encoding>,
    findings: &mut Vec<Finding>,
) -> Declared {
    if let Some(given) = given {
        return Declared::Certain(given);
    }
    let label = cpg.map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    match (label.as_deref().and_then(known_label), label) {
        (Some(encoding), _) if encoding != UTF_8 => Declared::Certain(encoding),
        (Some(_), label) => Declared::Ask { claim: label.map(|label| format!(".cpg 写 {label}")) },
        (None, label) => {
            if let Some(label) = label {
                let message = format!(".cpg 写 {label},不是编码名,按内容判断");
                findings.push(Finding::warning("cpg_not_understood", message));
            }
            if CHINESE_DRIVERS.contains(&table.language) {
                Declared::Certain(GB18030)
            } else {
                Declared::Ask { claim: None }
            }
        }
    }
}

/// The encoding of a table whose rows `wanted` are not UTF-8 (or are, as `is_utf8` says). When they are few the first rows
/// of the table are asked too, so that the answer does not hang on a `bbox`.
pub(super) fn of_text(
    table: &Table,
    wanted: &[usize],
    is_utf8: bool,
    claim: Option<String>,
    findings: &mut Vec<Finding>,
) -> Result<&'static Encoding, IoError> {
    let sample = table.rows.min(SAMPLE_BYTES.checked_div(table.row_bytes).unwrap_or(0));
    let sample: Vec<usize> = if wanted.len() < table.rows { (0..sample).collect() } else { Vec::new() };
    if is_utf8 && Survey::of(table, &sample, &[], true)?.is_utf8 {
        return Ok(UTF_8);
    }
    let found = by_elimination(table, [wanted, &sample])?;
    if let Some(claim) = claim {
        let message = format!("{claim},文字却不是 UTF-8,按 {} 读", found.name());
        findings.push(Finding::warning("cpg_contradicts", message));
    }
    Ok(found)
}

fn by_elimination(table: &Table, asked: [&[usize]; 2]) -> Result<&'static Encoding, IoError> {
    let mut sampled = 0_usize;
    let mut failed = 0_usize;
    let mut buffer = Vec::new();
    'sample: for rows in asked {
        for positions in stretches(rows.len(), table.row_bytes) {
            let rows = Rows::read(table, rows.get(positions).unwrap_or_default(), &mut buffer)?;
            for field in text_fields(table) {
                for value in rows.values(field).map(trimmed).filter(|value| !value.is_ascii()) {
                    sampled += 1;
                    failed += usize::from(decode(GB18030, value, field.width).1 == Reading::Damaged);
                    if sampled == SAMPLE {
                        break 'sample;
                    }
                }
            }
        }
    }
    Ok(if failed * 2 > sampled { WINDOWS_1252 } else { GB18030 })
}

/// True when the text of these rows is UTF-8.
pub(super) fn is_utf8(table: &Table, rows: &Rows<'_>) -> bool {
    if (0..rows.len()).all(|position| std::str::from_utf8(rows.row(position)).is_ok()) {
        return true;
    }
    // Values may be cut in the middle of a character at the field's end, and other fields may be binary.
    text_fields(table).all(|field| {
        rows.values(field).all(|value| decode(UTF_8, trimmed(value), field.width).1 != Reading::Damaged)
    })
}

fn text_fields(table: &Table) -> impl Iterator<Item = &Field> {
    table.fields.iter().filter(|field| field.kind == b'C')
}

/// A value without the blanks and zero bytes that pad it.
pub(super) fn trimmed(value: &[u8]) -> &[u8] {
    /// Blanks and zero bytes differ in this bit alone.
    const BLANK: u128 = u128::from_le_bytes([b' '; 16]);
    let mut value = value;
    // Fields of a survey are padded to their width: most bytes of a table are blanks, which are taken sixteen at a time.
    while let Some((rest, last)) = value.split_last_chunk::<16>() {
        let padding = (u128::from_le_bytes(*last) & !BLANK).leading_zeros() as usize / 8;
        if padding < last.len() {
            return value.get(..value.len() - padding).unwrap_or_default();
        }
        value = rest;
    }
    let end = value.iter().rposition(|&byte| byte != b' ' && byte != 0).map_or(0, |last| last + 1);
    value.get(..end).unwrap_or_default()
}

/// Whether the values of a field look like text of another encoding than the declared one, which is read all the same: a
/// .cpg that says ISO-8859-1 beside GBK is what some exporters write for want of knowing better, and UTF-8 under a Chinese
/// language driver is what others do.
pub(super) struct Doubt {
    other: Option<Other>,
    /// Where the first value that is not ASCII stands.
    first: Option<usize>,
    looked_at: usize,
}

#[derive(Clone, Copy)]
enum Other {
    Gbk,
    Utf8,
}

impl Doubt {
    /// Values looked at: if none of so many speaks against it, none will.
    const MOST: usize = 64;

    pub(super) fn new(encoding: &'static Encoding) -> Self {
        let other = match encoding {
            _ if encoding == WINDOWS_1252 => Some(Other::Gbk),
            _ if encoding == GB18030 => Some(Other::Utf8),
            _ => None,
        };
        Self { other, first: None, looked_at: 0 }
    }

    /// Looks at a value of the field.
    pub(super) fn look(&mut self, value: &[u8], position: usize) {
        let Some(other) = self.other.filter(|_| self.looked_at < Self::MOST && !value.is_ascii()) else {
            return;
        };
        self.looked_at += 1;
        self.first.get_or_insert(position);
        let could_be = match other {
            // Characters of GB 2312 are pairs of high bytes; in words of Latin letters such bytes stand alone.
            Other::Gbk => value
                .chunk_by(|a, b| a.is_ascii() == b.is_ascii())
                .filter(|run| !run.is_ascii())
                .all(|run| run.len() % 2 == 0 && run.iter().all(|byte| (0xa1..=0xfe).contains(byte))),
            // Two characters of GBK are three bytes of UTF-8 by chance only, and not in one value after the other.
            Other::Utf8 => std::str::from_utf8(value).is_ok_and(|text| text.chars().any(|c| c >= '\u{800}')),
        };
        if !could_be {
            self.other = None;
        }
    }

    /// What to say of how many values, and where the first stands.
    pub(super) fn verdict(&self) -> Option<(&'static str, usize, usize)> {
        let what = match self.other? {
            Other::Gbk => "按 ISO-8859-1 读(.cpg 所写),像是 GBK 文字;是的话指定 encoding=\"gbk\"",
            Other::Utf8 => "按 GBK 读(.cpg 或 LDID 所写),像是 UTF-8 文字;是的话指定 encoding=\"utf-8\"",
        };
        Some((what, self.looked_at, self.first?))
    }
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
