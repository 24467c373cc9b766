//! Fields into Arrow columns: C, N, F, D, L and the binary integers and doubles, each straight into its own array.

use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, FieldRef};
use encoding_rs::Encoding;

use super::charset::{self, Doubt, Reading};
use super::rows::Rows;
use super::table::Field;
use super::text::Text;
use super::values::{OVERFLOW, Oddly, date, is_whole, number, whole_number};
use crate::finding::Finding;

/// Widths up to which whole numbers fit 32 and 64 bits.
const INT32_WIDTH: usize = 9;
const INT64_WIDTH: usize = 18;

/// What becomes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int32,
    Int64,
    Decimal,
    Date,
    Logical,
    BinaryInt32,
    BinaryDouble,
    /// Text in another file, which is not read.
    Memo,
    Text,
}

impl Kind {
    const fn of(field: &Field) -> Self {
        match (field.kind, field.decimals, field.width) {
            (b'N' | b'F', 0, 1..=INT32_WIDTH) => Self::Int32,
            (b'N' | b'F', 0, 1..=INT64_WIDTH) => Self::Int64,
            (b'N' | b'F', ..) => Self::Decimal,
            (b'D', ..) => Self::Date,
            (b'L', ..) => Self::Logical,
            (b'I' | b'+', _, 4) => Self::BinaryInt32,
            (b'O' | b'B', _, 8) => Self::BinaryDouble,
            (b'M' | b'G' | b'P', ..) => Self::Memo,
            _ => Self::Text,
        }
    }

    const fn data_type(self) -> DataType {
        match self {
            Self::Int32 | Self::BinaryInt32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Decimal | Self::BinaryDouble => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Logical => DataType::Boolean,
            Self::Memo | Self::Text => DataType::Utf8,
        }
    }
}

/// True for a field that is defined as one of whole numbers, whatever is written in it.
pub(super) fn is_of_whole_numbers(field: &Field) -> bool {
    matches!(Kind::of(field), Kind::Int32 | Kind::Int64)
}

/// True for a value that a field of whole numbers cannot hold: decimals turn its column into one of doubles.
pub(super) fn has_decimals(value: &[u8]) -> bool {
    !is_whole(value) && number(value).is_ok_and(|value| value.is_some_and(|value| value.fract() != 0.0))
}

/// A field as it is asked for.
pub(super) struct Column {
    field: Field,
    kind: Kind,
}

impl Column {
    /// `first_row` is that of the rows that will be read, `decimals` the first with decimals if the field is one of whole
    /// numbers; what is odd about the field as a whole goes into `oddities`.
    pub(super) fn new(
        field: &Field,
        first_row: Option<usize>,
        decimals: Option<usize>,
        oddities: &mut Oddities,
    ) -> Self {
        let mut kind = Kind::of(field);
        if let Some(row) = decimals {
            kind = Kind::Decimal;
            oddities.note("decimals_in_whole_numbers", "带小数,字段却定义为整数,按小数读", row);
        }
        if kind == Kind::Memo {
            oddities.note("memo_not_read", "备注存在 .dbt 里,没有读", first_row.unwrap_or(0));
        }
        Self { field: field.clone(), kind }
    }

    pub(super) fn describe(&self) -> FieldRef {
        Arc::new(arrow_schema::Field::new(&self.field.name, self.kind.data_type(), true))
    }

    /// The field's values in some rows; `numbers` are those rows in the file.
    pub(super) fn decode(
        &self,
        rows: &Rows<'_>,
        numbers: &[usize],
        encoding: &'static Encoding,
    ) -> Result<(ArrayRef, Oddities), ArrowError> {
        let mut values = Values { rows, numbers, field: &self.field, oddities: Oddities::default() };
        let array: ArrayRef = match self.kind {
            Kind::Int32 => Arc::new(values.collect::<_, Int32Array>(|value| {
                whole_number(value)?.map(|value| i32::try_from(value).map_err(|_| OVERFLOW)).transpose()
            })),
            Kind::Int64 => Arc::new(values.collect::<_, Int64Array>(whole_number)),
            Kind::Decimal => Arc::new(values.collect::<_, Float64Array>(number)),
            Kind::Date => Arc::new(values.collect::<_, Date32Array>(date)),
            Kind::Logical => Arc::new(values.logicals()),
            Kind::BinaryInt32 => Arc::new(values.collect::<_, Int32Array>(|bytes| {
                Ok(bytes.first_chunk::<4>().map(|bytes| i32::from_le_bytes(*bytes)))
            })),
            Kind::BinaryDouble => Arc::new(values.collect::<_, Float64Array>(|bytes| {
                Ok(bytes.first_chunk::<8>().map(|bytes| f64::from_le_bytes(*bytes)))
            })),
            Kind::Memo => Arc::new(StringArray::new_null(rows.len())),
            Kind::Text => Arc::new(values.text(encoding)?),
        };
        Ok((array, values.oddities))
    }

    pub(super) fn findings(&self, oddities: &Oddities) -> impl Iterator<Item = Finding> {
        let field = &self.field.name;
        oddities.0.iter().map(move |oddity| {
            let Oddity { code, what, count, first_row } = *oddity;
            let message = format!("字段 {field}:{count} 个值{what},首见于第 {} 条", first_row + 1);
            Finding::warning(code, message).at_line(first_row as u64 + 1)
        })
    }
}

/// One kind of oddity in one field: how often, and where first.
#[derive(Clone, Debug)]
struct Oddity {
    code: &'static str,
    what: &'static str,
    count: usize,
    /// Number in the file, from 0.
    first_row: usize,
}

/// What is odd about the values of a field.
#[derive(Clone, Debug, Default)]
pub(super) struct Oddities(Vec<Oddity>);

impl Oddities {
    fn note(&mut self, code: &'static str, what: &'static str, row: usize) {
        self.add(Oddity { code, what, count: 1, first_row: row });
    }

    fn add(&mut self, found: Oddity) {
        match self.0.iter_mut().find(|oddity| oddity.code == found.code) {
            Some(oddity) => oddity.count += found.count,
            None => self.0.push(found),
        }
    }

    /// Adds what was found in later rows.
    pub(super) fn extend(&mut self, later: Self) {
        later.0.into_iter().for_each(|oddity| self.add(oddity));
    }
}

struct Values<'a> {
    rows: &'a Rows<'a>,
    numbers: &'a [usize],
    field: &'a Field,
    oddities: Oddities,
}

impl Values<'_> {
    fn note(&mut self, code: &'static str, what: &'static str, position: usize) {
        self.oddities.note(code, what, self.numbers.get(position).copied().unwrap_or(0));
    }

    /// Values by a function of their bytes; its error is noted and the value null.
    fn collect<T, A: FromIterator<Option<T>>>(&mut self, read: impl Fn(&[u8]) -> Oddly<T>) -> A {
        let rows = self.rows;
        let values = rows.values(self.field).enumerate();
        values
            .map(|(position, value)| match read(value) {
                Ok(value) => value,
                Err((code, what)) => {
                    self.note(code, what, position);
                    None
                }
            })
            .collect()
    }

    fn logicals(&mut self) -> BooleanArray {
        let rows = self.rows;
        let mut values = BooleanBuilder::with_capacity(rows.len());
        for (position, value) in rows.values(self.field).enumerate() {
            match value.first() {
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

    fn text(&mut self, encoding: &'static Encoding) -> Result<StringArray, ArrowError> {
        let rows = self.rows;
        let mut text = Text::new(encoding, self.field.width);
        let mut ends = Vec::with_capacity(rows.len() + 1);
        ends.push(0_i32);
        let mut valid = NullBufferBuilder::new(rows.len());
        let mut doubt = Doubt::new(encoding);
        for (position, value) in rows.values(self.field).enumerate() {
            let value = charset::trimmed(value);
            if value.is_empty() {
                valid.append_null();
            } else if value.is_ascii() {
                valid.append_non_null();
                text.push_ascii(value);
            } else {
                valid.append_non_null();
                doubt.look(value, position);
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
        if let Some((what, count, position)) = doubt.verdict() {
            let first_row = self.numbers.get(position).copied().unwrap_or(0);
            self.oddities.add(Oddity { code: "encoding_doubtful", what, count, first_row });
        }
        StringArray::try_new(
            OffsetBuffer::new(ScalarBuffer::from(ends)),
            Buffer::from_vec(text.into_bytes()),
            valid.finish(),
        )
    }
}
