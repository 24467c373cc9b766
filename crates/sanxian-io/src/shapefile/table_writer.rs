//! The .dbf out. Values that do not fit are errors; none is cut or rounded beyond what a double holds.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array};
use arrow_schema::DataType;
use encoding_rs::{Encoding, GB18030, GBK};

use super::values::date_text;
use crate::encoding::encode;
use crate::error::{IoError, Misfit, WriteObstacle};

/// Bytes of a character field.
pub(super) const MOST_TEXT_BYTES: usize = 254;
/// Bytes of a field name; an eleventh is its closing zero.
const MOST_NAME_BYTES: usize = 10;
/// Places of a number, as GDAL and ArcGIS write and read them.
const MOST_PLACES: usize = 24;
const MOST_DECIMALS: usize = 15;
/// Fewest places of whole numbers: readers take up to 9 for 32 bits and up to 18 for 64.
const INT32_PLACES: usize = 9;
const INT64_PLACES: usize = 18;
/// A year that means nothing: the same input gives the same bytes on any day. Byte order: years since 1900, month, day.
const DATE_OF_UPDATE: [u8; 3] = [100, 1, 1];
const MOST_FIELDS: usize = 2046;

/// A field and its values, encoded but not yet padded.
pub(super) struct Column {
    name: Vec<u8>,
    kind: u8,
    width: usize,
    decimals: usize,
    values: Vec<Option<Vec<u8>>>,
}

/// Where a value stands, for errors.
struct Place<'a> {
    path: &'a Path,
    field: &'a str,
}

impl Place<'_> {
    fn misfit(&self, row: usize, reason: Misfit) -> IoError {
        IoError::ValueDoesNotFit {
            path: self.path.to_owned(),
            feature: row as u64,
            field: self.field.to_owned(),
            reason,
        }
    }
}

impl Column {
    /// A field of the kind and width that an Arrow column needs.
    pub(super) fn fitted(
        path: &Path,
        name: &str,
        array: &ArrayRef,
        encoding: &'static Encoding,
    ) -> Result<Self, IoError> {
        let cast = |to: &DataType| {
            arrow_cast::cast(array, to).map_err(|_| {
                let (column, data_type) = (name.to_owned(), array.data_type().to_string());
                IoError::CannotWrite {
                    path: path.to_owned(),
                    reason: WriteObstacle::ColumnType { column, data_type },
                }
            })
        };
        match array.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
                let mut column = Self::text(path, name, array, encoding, MOST_TEXT_BYTES)?;
                column.width = column.values.iter().flatten().map(Vec::len).max().unwrap_or(0).max(1);
                Ok(column)
            }
            DataType::Boolean => {
                let values = array
                    .as_boolean()
                    .iter()
                    .map(|value| value.map(|value| vec![if value { b'T' } else { b'F' }]));
                Self::new(path, name, encoding, b'L', 1, 0, values.collect())
            }
            DataType::Date32 => {
                let place = Place { path, field: name };
                let days = array.as_primitive::<Date32Type>();
                let value =
                    |(row, days): (usize, Option<i32>)| match days.map(|days| (days, date_text(days))) {
                        None => Ok(None),
                        Some((_, Some(text))) => Ok(Some(text.into_bytes())),
                        Some((days, None)) => Err(place
                            .misfit(row, Misfit::Number { value: f64::from(days), width: 8, decimals: 0 })),
                    };
                let values = days.iter().enumerate().map(value).collect::<Result<_, _>>()?;
                Self::new(path, name, encoding, b'D', 8, 0, values)
            }
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => {
                let values = cast(&DataType::Int64)?;
                Self::whole(path, name, values.as_primitive::<Int64Type>(), encoding, INT32_PLACES)
            }
            DataType::Int64 | DataType::UInt32 => {
                let values = cast(&DataType::Int64)?;
                Self::whole(path, name, values.as_primitive::<Int64Type>(), encoding, INT64_PLACES)
            }
            DataType::Float32 | DataType::Float64 => {
                let values = cast(&DataType::Float64)?;
                Self::shortest(path, name, values.as_primitive::<Float64Type>(), encoding)
            }
            other => {
                let (column, data_type) = (name.to_owned(), other.to_string());
                let reason = WriteObstacle::ColumnType { column, data_type };
                Err(IoError::CannotWrite { path: path.to_owned(), reason })
            }
        }
    }

    /// A character field of a given width.
    pub(super) fn text(
        path: &Path,
        name: &str,
        array: &ArrayRef,
        encoding: &'static Encoding,
        width: usize,
    ) -> Result<Self, IoError> {
        let wrong_type = |_| {
            let (column, data_type) = (name.to_owned(), array.data_type().to_string());
            IoError::CannotWrite {
                path: path.to_owned(),
                reason: WriteObstacle::ColumnType { column, data_type },
            }
        };
        let texts = arrow_cast::cast(array, &DataType::Utf8).map_err(wrong_type)?;
        let texts = texts.as_string::<i32>();
        let place = Place { path, field: name };
        let mut values = Vec::with_capacity(texts.len());
        for (row, text) in texts.iter().enumerate() {
            let value = text.map(|text| encode(encoding, text)).transpose().map_err(|character| {
                place.misfit(row, Misfit::Character { character, encoding: encoding.name() })
            })?;
            if let Some(bytes) = value.as_ref().map(Vec::len).filter(|&bytes| bytes > width) {
                return Err(place.misfit(row, Misfit::TooLong { bytes, width }));
            }
            values.push(value);
        }
        Self::new(path, name, encoding, b'C', width, 0, values)
    }

    /// A number field of a given width and number of decimals; values are rounded to these decimals.
    pub(super) fn number(
        path: &Path,
        name: &str,
        array: &Float64Array,
        encoding: &'static Encoding,
        width: usize,
        decimals: usize,
    ) -> Result<Self, IoError> {
        let place = Place { path, field: name };
        let mut values = Vec::with_capacity(array.len());
        for (row, value) in array.iter().enumerate() {
            let text = match value {
                None => None,
                Some(value) if !value.is_finite() => {
                    return Err(place.misfit(row, Misfit::NotFinite { value }));
                }
                Some(value) => {
                    let text = format!("{value:.decimals$}");
                    if text.len() > width {
                        return Err(place.misfit(row, Misfit::Number { value, width, decimals }));
                    }
                    Some(text.into_bytes())
                }
            };
            values.push(text);
        }
        Self::new(path, name, encoding, b'N', width, decimals, values)
    }

    fn whole(
        path: &Path,
        name: &str,
        array: &Int64Array,
        encoding: &'static Encoding,
        places: usize,
    ) -> Result<Self, IoError> {
        let values: Vec<_> =
            array.iter().map(|value| value.map(|value| value.to_string().into_bytes())).collect();
        let width = values.iter().flatten().map(Vec::len).max().unwrap_or(0).max(places);
        Self::new(path, name, encoding, b'N', width, 0, values)
    }

    /// As many decimals as the values have, so that reading gives the same doubles.
    fn shortest(
        path: &Path,
        name: &str,
        array: &Float64Array,
        encoding: &'static Encoding,
    ) -> Result<Self, IoError> {
        let lengths = |value: f64| {
            let text = value.to_string();
            let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
            (whole.len(), decimals.len())
        };
        let finite = || array.iter().flatten().filter(|value| value.is_finite()).map(lengths);
        let whole = finite().map(|(whole, _)| whole).max().unwrap_or(1);
        let needed = finite().map(|(_, decimals)| decimals).max().unwrap_or(0);
        // A field without decimals would be read as whole numbers.
        let room = MOST_PLACES.saturating_sub(whole + 1);
        let decimals = needed.clamp(1, MOST_DECIMALS).min(room);
        let width = (whole + 1 + decimals).max(MOST_PLACES.min(19));
        let column = Self::number(path, name, array, encoding, width.min(MOST_PLACES), decimals)?;
        let place = Place { path, field: name };
        for (row, (value, text)) in array.iter().zip(&column.values).enumerate() {
            let (Some(value), Some(text)) = (value, text) else { continue };
            let read =
                std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok()).unwrap_or(f64::NAN);
            // Fifteen figures survive any program; a value that loses more was meant for another format.
            if (read - value).abs() > value.abs() * 1e-14 && (read - value).abs() > 1e-15 {
                return Err(place.misfit(row, Misfit::Number { value, width: column.width, decimals }));
            }
        }
        Self::new(path, name, encoding, b'N', column.width, decimals, column.values)
    }

    fn new(
        path: &Path,
        name: &str,
        encoding: &'static Encoding,
        kind: u8,
        width: usize,
        decimals: usize,
        values: Vec<Option<Vec<u8>>>,
    ) -> Result<Self, IoError> {
        let fits = |name: &Vec<u8>| !name.is_empty() && name.len() <= MOST_NAME_BYTES;
        let bytes = encode(encoding, name).ok().filter(fits).filter(|_| !name.contains(char::is_control));
        let name = bytes.ok_or_else(|| IoError::CannotWrite {
            path: path.to_owned(),
            reason: WriteObstacle::ColumnName {
                column: name.to_owned(),
                limit: MOST_NAME_BYTES,
                encoding: encoding.name(),
            },
        })?;
        Ok(Self { name, kind, width, decimals, values })
    }
}

/// Contents of the .dbf. A table needs a field, so one without gets a running number.
pub(super) fn table(
    columns: &[Column],
    rows: usize,
    encoding: &'static Encoding,
) -> Result<Vec<u8>, WriteObstacle> {
    let numbered;
    let columns = if columns.is_empty() {
        let values = (1..=rows).map(|row| Some(row.to_string().into_bytes())).collect();
        numbered =
            [Column { name: b"FID".to_vec(), kind: b'N', width: INT32_PLACES + 2, decimals: 0, values }];
        &numbered[..]
    } else {
        columns
    };
    let too_large = |what, count: usize, limit: usize| {
        Err(WriteObstacle::TooLarge { what, count: count as u64, limit: limit as u64 })
    };
    if columns.len() > MOST_FIELDS {
        return too_large("fields", columns.len(), MOST_FIELDS);
    }
    let row_bytes = 1 + columns.iter().map(|column| column.width).sum::<usize>();
    if row_bytes > usize::from(u16::MAX) {
        return too_large("bytes of a row", row_bytes, usize::from(u16::MAX));
    }
    let Ok(row_count) = u32::try_from(rows) else { return too_large("rows", rows, u32::MAX as usize) };
    let header_bytes = 32 + columns.len() * 32 + 1;

    let mut bytes = Vec::with_capacity(header_bytes + rows * row_bytes + 1);
    bytes.push(3);
    bytes.extend(DATE_OF_UPDATE);
    bytes.extend(row_count.to_le_bytes());
    bytes.extend((header_bytes as u16).to_le_bytes());
    bytes.extend((row_bytes as u16).to_le_bytes());
    bytes.extend([0; 17]);
    bytes.push(if encoding == GBK || encoding == GB18030 { 0x4d } else { 0 });
    bytes.extend([0; 2]);
    for column in columns {
        let mut entry = [0_u8; 32];
        for (target, byte) in entry.iter_mut().zip(&column.name) {
            *target = *byte;
        }
        entry[11] = column.kind;
        entry[16] = column.width as u8;
        entry[17] = column.decimals as u8;
        bytes.extend(entry);
    }
    bytes.push(0x0d);
    for row in 0..rows {
        bytes.push(b' ');
        for column in columns {
            let value = column.values.get(row).and_then(Option::as_deref).unwrap_or_default();
            let padding = std::iter::repeat_n(b' ', column.width.saturating_sub(value.len()));
            // Numbers stand right, text left.
            if column.kind == b'N' {
                bytes.extend(padding);
                bytes.extend_from_slice(value);
            } else {
                bytes.extend_from_slice(value);
                bytes.extend(padding);
            }
        }
    }
    bytes.push(0x1a);
    Ok(bytes)
}
