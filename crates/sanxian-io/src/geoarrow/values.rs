//! Whether Arrow arrays are what their types promise: who hands them over may never have looked, and a reader in a damaged file
//! may have made them up.

use arrow_array::cast::AsArray;
use arrow_array::types::ByteArrayType;
use arrow_array::{Array, ArrayRef, GenericByteArray, OffsetSizeTrait, RecordBatch};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{DataType, Field};
use encoding_rs::Encoding;
use rayon::prelude::*;

use super::{ArrowFault, fault, is_binary};
use crate::error::IoError;

/// Refuses columns whose offsets leave their values, or whose text is not UTF-8, before anything else looks at them: a value is
/// fetched without asking again. A geometry in lists has a check of its own.
///
/// # Errors
/// [`IoError::Arrow`] with the column and, where one value is to blame, its row (through all batches).
pub(super) fn check_values(batches: &[RecordBatch], geometry: usize) -> Result<(), IoError> {
    let mut first_row = 0;
    for batch in batches {
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns()).enumerate();
        let is_checked = |column, array: &ArrayRef| column != geometry || is_binary(array.data_type());
        let columns: Vec<_> = columns.filter(|(column, (_, array))| is_checked(*column, array)).collect();
        columns.into_par_iter().try_for_each(|(_, (field, array))| check(field, array, first_row))?;
        first_row += batch.num_rows() as u64;
    }
    Ok(())
}

fn check(field: &Field, array: &ArrayRef, first_row: u64) -> Result<(), IoError> {
    let broken = match array.data_type() {
        DataType::Utf8 => broken_text(array.as_string::<i32>()),
        DataType::LargeUtf8 => broken_text(array.as_string::<i64>()),
        DataType::Binary => broken_bytes(array.as_binary::<i32>()),
        DataType::LargeBinary => broken_bytes(array.as_binary::<i64>()),
        kind if kind.is_primitive() => None,
        _ => {
            let valid = array.to_data().validate_full();
            return valid.map_err(|error| fault(field, None, ArrowFault::Arrow(error)));
        }
    };
    match broken {
        None => Ok(()),
        Some((row, what)) => Err(fault(field, Some(first_row + row as u64), what)),
    }
}

/// The first value that is not UTF-8: a column in one go, values one by one where that finds something.
///
/// Several times as fast as the arrow crate's own check, which is felt where a few plots meet a whole survey.
fn broken_text<T: ByteArrayType>(array: &GenericByteArray<T>) -> Option<(usize, ArrowFault)> {
    let (offsets, bytes) = (array.value_offsets(), array.value_data());
    // UTF-8 as a whole, and no value begins within a character.
    let begins_a_character =
        |offset: &T::Offset| bytes.get(offset.as_usize()).is_none_or(|byte| byte & 0xC0 != 0x80);
    let is_sound = spanned(offsets, bytes)
        .is_some_and(|whole| Encoding::utf8_valid_up_to(whole) == whole.len())
        && offsets.iter().all(begins_a_character);
    if is_sound {
        return None;
    }
    first_broken(offsets, bytes, |value| std::str::from_utf8(value).is_ok())
}

/// The first value of which the offsets leave the bytes there are.
fn broken_bytes<T: ByteArrayType>(array: &GenericByteArray<T>) -> Option<(usize, ArrowFault)> {
    let (offsets, bytes) = (array.value_offsets(), array.value_data());
    if spanned(offsets, bytes).is_some() { None } else { first_broken(offsets, bytes, |_| true) }
}

/// All bytes between the first and the last offset; `None` where the offsets do not ascend or leave them.
fn spanned<'b, O: OffsetSizeTrait>(offsets: &[O], bytes: &'b [u8]) -> Option<&'b [u8]> {
    let (first, last) = offsets.first().zip(offsets.last())?;
    bytes.get(first.as_usize()..last.as_usize()).filter(|_| offsets.is_sorted())
}

fn first_broken<O: OffsetSizeTrait>(
    offsets: &[O],
    bytes: &[u8],
    is_text: impl Fn(&[u8]) -> bool,
) -> Option<(usize, ArrowFault)> {
    let what = |ends: &[O]| match ends {
        [start, end] => match bytes.get(start.as_usize()..end.as_usize()) {
            Some(value) if is_text(value) => None,
            Some(_) => Some(ArrowFault::NotUtf8),
            None => Some(ArrowFault::Offsets),
        },
        _ => None,
    };
    offsets.windows(2).enumerate().find_map(|(row, ends)| Some((row, what(ends)?)))
}
