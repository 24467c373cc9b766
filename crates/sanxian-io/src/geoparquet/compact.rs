//! Walks Thrift's compact protocol without building anything.
//!
//! The parquet crate reserves memory for some lists and pages before it has read them; a walk beforehand makes sure that
//! what a damaged file announces is there.

/// A place in bytes of the compact protocol. Every method answers `None` where the bytes end or make no sense.
#[derive(Clone)]
pub(super) struct Compact<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Structs met as elements of lists: each becomes an object of some hundred bytes in memory.
    pub(super) list_structs: usize,
}

/// Types of a value on the wire.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;
/// Structs inside structs; Parquet's own go no deeper than seven.
const DEEPEST: usize = 32;

impl<'a> Compact<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, list_structs: 0 }
    }

    /// Bytes walked so far.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    /// An unsigned number of up to ten bytes.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A signed number.
    pub(super) fn integer(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Goes on by a number of bytes that must be there.
    pub(super) fn pass(&mut self, count: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(count).ok()?)?;
        self.at = (end <= self.bytes.len()).then_some(end)?;
        Some(())
    }

    /// Walks a struct; `field` is asked about each field and answers whether it has taken the value.
    pub(super) fn fields(&mut self, mut field: impl FnMut(i64, u8, &mut Self) -> Option<bool>) -> Option<()> {
        let mut id = 0_i64;
        loop {
            let header = self.byte()?;
            if header == 0 {
                return Some(());
            }
            id = match header >> 4 {
                0 => self.integer()?,
                step => id + i64::from(step),
            };
            let kind = header & 0x0F;
            if !field(id, kind, self)? {
                self.skip(kind, false, 0)?;
            }
        }
    }

    /// Walks past a value.
    pub(super) fn skip(&mut self, kind: u8, in_list: bool, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            // In a struct the field's type is the value; in a list it has a byte.
            TRUE | FALSE => self.pass(u64::from(in_list)),
            BYTE => self.pass(1),
            I16 | I32 | I64 => self.varint().map(drop),
            DOUBLE => self.pass(8),
            BINARY => {
                let length = self.varint()?;
                self.pass(length)
            }
            LIST | SET => {
                let header = self.byte()?;
                let count = match header >> 4 {
                    15 => self.varint()?,
                    count => u64::from(count),
                };
                let element = header & 0x0F;
                if element == STRUCT {
                    self.list_structs += usize::try_from(count).ok()?.min(self.bytes.len());
                }
                (0..count).try_for_each(|_| self.skip(element, true, depth + 1))
            }
            MAP => {
                let count = self.varint()?;
                if count == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                (0..count).try_for_each(|_| {
                    self.skip(kinds >> 4, true, depth + 1)?;
                    self.skip(kinds & 0x0F, true, depth + 1)
                })
            }
            STRUCT => loop {
                let header = self.byte()?;
                if header == 0 {
                    return Some(());
                }
                if header >> 4 == 0 {
                    self.integer()?;
                }
                self.skip(header & 0x0F, false, depth + 1)?;
            },
            _ => None,
        }
    }
}
