//! Fields into Arrow columns: C, N, F, D, L and the binary integers and doubles, each straight into its own array.

use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{
    ArrayRef, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch, RecordBatchOptions,
};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, Schema};
use encoding_rs::Encoding;
use rayon::prelude::*;

use super::charset::{self, Reading};
use super::table::{Field, Table};
use super::text::Text;
use crate::finding::Finding;

/// Widths up to which whole numbers fit 32 and 64 bits.
const INT32_WIDTH: usize = 9;
const INT64_WIDTH: usize = 18;

/// The chosen fields of the picked rows; `rows` are their numbers in the file. Rows beyond the table's end are null.
pub(super) fn read(
    table: &Table<'_>,
    fields: &[&Field],
    rows: &[usize],
    encoding: &'static Encoding,
    findings: &mut Vec<Finding>,
) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<(ArrayRef, Vec<Finding>)> = fields
        .par_iter()
        .with_max_len(1)
        .map(|field| Column { table, field, rows, encoding, oddities: Vec::new() }.read())
        .collect::<Result<_, _>>()?;
    let mut arrays = Vec::with_capacity(columns.len());
    for (array, said) in columns {
        arrays.push(array);
        findings.extend(said);
    }
    let described = fields
        .iter()
        .zip(&arrays)
        .map(|(field, array)| arrow_schema::Field::new(&field.name, array.data_type().clone(), true));
    let schema = Arc::new(Schema::new(described.collect::<Vec<_>>()));
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(schema, arrays, &options)
}

/// One kind of oddity in one field: how often, and where first.
struct Oddity {
    code: &'static str,
    what: &'static str,
    count: usize,
    /// Number in the file, from 0.
    first_row: usize,
}

struct Column<'a> {
    table: &'a Table<'a>,
    field: &'a Field,
    rows: &'a [usize],
    encoding: &'static Encoding,
    oddities: Vec<Oddity>,
}

impl Column<'_> {
    fn read(mut self) -> Result<(ArrayRef, Vec<Finding>), ArrowError> {
        let array: ArrayRef = match (self.field.kind, self.field.decimals, self.field.width) {
            (b'N' | b'F', 0, 1..=INT64_WIDTH) => self.whole_numbers(),
            (b'N' | b'F', ..) => Arc::new(self.decimals()),
            (b'D', ..) => Arc::new(self.dates()),
            (b'L', ..) => Arc::new(self.booleans()),
            (b'I' | b'+', _, 4) => {
                let value =
                    |bytes: &[u8]| Ok(bytes.first_chunk::<4>().map(|bytes| i32::from_le_bytes(*bytes)));
                Arc::new(self.collect::<_, Int32Array>(value))
            }
            (b'O' | b'B', _, 8) => {
                let value =
                    |bytes: &[u8]| Ok(bytes.first_chunk::<8>().map(|bytes| f64::from_le_bytes(*bytes)));
                Arc::new(self.collect::<_, Float64Array>(value))
            }
            (b'M' | b'G' | b'P', ..) => {
                self.note("memo_not_read", "备注存在 .dbt 里,没有读", 0);
                Arc::new(arrow_array::StringArray::new_null(self.rows.len()))
            }
            _ => Arc::new(self.text()?),
        };
        let field = &self.field.name;
        let findings = self.oddities.iter().map(|oddity| {
            let Oddity { code, what, count, first_row } = *oddity;
            let message = format!("字段 {field}:{count} 个值{what},首见于第 {} 条", first_row + 1);
            Finding::warning(code, message).at_line(first_row as u64 + 1)
        });
        let findings = findings.collect();
        Ok((array, findings))
    }

    fn note(&mut self, code: &'static str, what: &'static str, position: usize) {
        let first_row = self.rows.get(position).copied().unwrap_or(0);
        match self.oddities.iter_mut().find(|oddity| oddity.code == code) {
            Some(oddity) => oddity.count += 1,
            None => self.oddities.push(Oddity { code, what, count: 1, first_row }),
        }
    }

    /// Values by a function of their bytes; its error is noted and the value null.
    fn collect<T, A: FromIterator<Option<T>>>(&mut self, read: impl Fn(&[u8]) -> Oddly<T>) -> A {
        (0..self.rows.len())
            .map(|position| match read(self.table.value(position, self.field)) {
                Ok(value) => value,
                Err((code, what)) => {
                    self.note(code, what, position);
                    None
                }
            })
            .collect()
    }

    /// 32 or 64 bits by the field's width; decimals turn the column into one of doubles.
    fn whole_numbers(&mut self) -> ArrayRef {
        let (table, field) = (self.table, self.field);
        let has_decimals = (0..self.rows.len()).position(|position| {
            let value = table.value(position, field);
            // Digits alone are the rule, and cheap to see.
            digits(ascii(value)).is_none()
                && number(value).is_ok_and(|value| value.is_some_and(|value| value.fract() != 0.0))
        });
        if let Some(position) = has_decimals {
            self.note("decimals_in_whole_numbers", "带小数,字段却定义为整数,按小数读", position);
            return Arc::new(self.decimals());
        }
        if field.width <= INT32_WIDTH {
            let values: Int32Array = self.collect(|value| {
                whole_number(value)?.map(|value| i32::try_from(value).map_err(|_| OVERFLOW)).transpose()
            });
            Arc::new(values)
        } else {
            Arc::new(self.collect::<_, Int64Array>(whole_number))
        }
    }

    fn dates(&mut self) -> Date32Array {
        self.collect(date)
    }

    fn decimals(&mut self) -> Float64Array {
        self.collect(number)
    }

    fn booleans(&mut self) -> arrow_array::BooleanArray {
        let mut values = BooleanBuilder::with_capacity(self.rows.len());
        for position in 0..self.rows.len() {
            match self.table.value(position, self.field).first() {
                Some(b'T' | b't' | b'Y' | b'y' | b'1') => values.append_value(true),
                Some(b'F' | b'f' | b'N' | b'n' | b'0') => values.append_value(false),
                Some(b'?' | b' ' | 0) | None => values.append_null(),
                Some(_) => {
                    self.note("logical_not_understood", "不是逻辑值", position);
                    values.append_null();
                }
            }
        }
        values.finish()
    }

    fn text(&mut self) -> Result<arrow_array::StringArray, ArrowError> {
        let mut text = Text::new(self.encoding, self.field.width);
        let mut ends = Vec::with_capacity(self.rows.len() + 1);
        ends.push(0_i32);
        let mut valid = NullBufferBuilder::new(self.rows.len());
        for position in 0..self.rows.len() {
            let value = charset::trimmed(self.table.value(position, self.field));
            if value.is_empty() {
                valid.append_null();
            } else {
                valid.append_non_null();
                match text.push(value) {
                    Reading::Whole => {}
                    Reading::Cut => self.note("text_cut", "末尾的字被截断,已去掉残字", position),
                    Reading::Damaged => {
                        self.note("text_damaged", "有不成文字的字节,以 U+FFFD 代替", position);
                    }
                }
            }
            ends.push(i32::try_from(text.len()).map_err(|_| ArrowError::OffsetOverflowError(text.len()))?);
        }
        arrow_array::StringArray::try_new(
            OffsetBuffer::new(ScalarBuffer::from(ends)),
            Buffer::from_vec(text.into_bytes()),
            valid.finish(),
        )
    }
}

type Oddly<T> = Result<Option<T>, (&'static str, &'static str)>;

fn ascii(value: &[u8]) -> &[u8] {
    charset::trimmed(value).trim_ascii()
}

/// The whole number that up to 18 digits are; `None` for anything else, a sign included.
fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > INT64_WIDTH {
        return None;
    }
    text.iter().try_fold(0_i64, |value, &byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + i64::from(digit))
    })
}

const OVERFLOW: (&str, &str) = ("number_overflow", "溢出(****),按空读");
/// 10^18, the first whole number with more than 18 digits.
const LARGEST_WHOLE: f64 = 1e18;

/// Powers of ten that a double holds exactly.
const TENS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
/// Whole numbers below this are doubles exactly.
const EXACT: u64 = 1 << 53;

/// A number of digits and one point. Numerator and power of ten are exact, so one division gives the nearest double
/// (Clinger, How to read floating point numbers accurately, 1990); `None` for whatever needs more thought.
fn plain_decimal(text: &[u8]) -> Option<f64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if text.is_empty() || text.len() > 17 {
        return None;
    }
    let mut value = 0_u64;
    let mut decimals = None;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            value = value * 10 + u64::from(digit);
            decimals = decimals.map(|places: usize| places + 1);
        } else if byte == b'.' && decimals.is_none() {
            decimals = Some(0);
        } else {
            return None;
        }
    }
    let power = *TENS.get(decimals.unwrap_or(0))?;
    if value >= EXACT || text == b"." {
        return None;
    }
    let value = value as f64 / power;
    Some(if negative { -value } else { value })
}

fn number(value: &[u8]) -> Oddly<f64> {
    let digits = ascii(value);
    if let Some(value) = plain_decimal(digits) {
        return Ok(Some(value));
    }
    match digits {
        [] => Ok(None),
        // dBASE fills the field with asterisks when a number does not fit.
        [b'*', ..] => Err(OVERFLOW),
        _ => {
            let text = std::str::from_utf8(digits).unwrap_or_default();
            let parsed = text.parse::<f64>().or_else(|_| text.replacen(',', ".", 1).parse::<f64>());
            match parsed {
                Ok(value) if value.is_finite() => Ok(Some(value)),
                _ => Err(("number_not_understood", "不是数值,按空读")),
            }
        }
    }
}

fn whole_number(value: &[u8]) -> Oddly<i64> {
    let text = ascii(value);
    if let Some(value) = digits(text) {
        return Ok(Some(value));
    }
    match std::str::from_utf8(text).unwrap_or_default().parse::<i64>() {
        Ok(value) => Ok(Some(value)),
        // "12.0" or "1e3" in a field without decimals.
        Err(_) => match number(value)? {
            Some(value) if value.abs() >= LARGEST_WHOLE => Err(OVERFLOW),
            value => Ok(value.map(|value| value as i64)),
        },
    }
}

/// Days since 1970-01-01 of `YYYYMMDD`.
fn date(value: &[u8]) -> Oddly<i32> {
    let text = ascii(value);
    if text.iter().all(|&byte| byte == b'0') {
        return Ok(None);
    }
    let found = digits(text).filter(|_| text.len() == 8).and_then(|number| civil_date(number as i32));
    found.map(Some).ok_or(("date_not_understood", "不是日期,按空读"))
}

/// Days of a date written as the number YYYYMMDD.
fn civil_date(number: i32) -> Option<i32> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=length).contains(&day).then(|| days_from_civil(year, month, day))
}

/// Howard Hinnant's algorithm: years begin in March, so that the leap day comes last.
const fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// `YYYYMMDD` of days since 1970-01-01; `None` outside the years 1 to 9999.
pub(super) fn date_text(days: i32) -> Option<String> {
    let days = i64::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (1..=9999).contains(&year).then(|| format!("{year:04}{month:02}{day:02}"))
}

#[cfg(test)]
#[path = "attributes_tests.rs"]
mod tests;
