//! How much a binary workbook (.xls) will take, measured before it is read.
//!
//! Its reader holds each sheet as a full rectangle from the first to the last cell, so that two cells in opposite
//! corners of a file of some kilobytes ask for half a gigabyte.

use super::fault::TableFault;

/// Bytes of a cell in the reader's rectangle.
const CELL_BYTES: u64 = 32;
const BASE_BYTES: u64 = 32 << 20;

const FREE_SECTORS: u32 = 0xffff_fffa;

/// Refuses what would take far more memory than the file is long.
pub(super) fn measure(bytes: &[u8]) -> Result<(), TableFault> {
    let broken = || TableFault::Workbook { reason: "it is no workbook of Excel".to_owned() };
    let stream = workbook_stream(bytes).ok_or_else(broken)?;
    let limit = BASE_BYTES + bytes.len() as u64;
    let mut total = 0_u64;
    let mut sheet = Rectangle::default();
    let mut rest = stream.as_slice();
    while let (Some(kind), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let record = rest.get(4..).unwrap_or_default();
        match kind {
            // Beginning of a stream of records: the sheet before it is complete.
            0x0809 | 0x0409 | 0x0209 | 0x0009 => total += std::mem::take(&mut sheet).cells(),
            // Cells: number, label, error, formula, in their older and newer forms; runs of numbers.
            0x0002 | 0x0003 | 0x0004 | 0x0005 | 0x0006 | 0x0203 | 0x0204 | 0x0205 | 0x0206 | 0x027e
            | 0x00fd | 0x00d6 | 0x0406 => {
                sheet.add(u16_at(record, 0), u16_at(record, 2));
            }
            0x00bd | 0x00be => {
                sheet.add(u16_at(record, 0), u16_at(record, 2));
                let last = usize::from(length).checked_sub(2).and_then(|at| u16_at(record, at));
                sheet.add(u16_at(record, 0), last);
            }
            _ => {}
        }
        rest = record.get(usize::from(length)..).unwrap_or_default();
    }
    total += sheet.cells();
    if total * CELL_BYTES > limit {
        return Err(TableFault::TooLarge { what: "the rectangle of its cells".to_owned(), limit });
    }
    Ok(())
}

#[derive(Default)]
struct Rectangle {
    bounds: Option<[u16; 4]>,
}

impl Rectangle {
    fn add(&mut self, row: Option<u16>, column: Option<u16>) {
        let (Some(row), Some(column)) = (row, column) else { return };
        let [top, left, bottom, right] = self.bounds.unwrap_or([row, column, row, column]);
        self.bounds = Some([top.min(row), left.min(column), bottom.max(row), right.max(column)]);
    }

    fn cells(&self) -> u64 {
        self.bounds.map_or(0, |[top, left, bottom, right]| {
            (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1)
        })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The records of the workbook inside its compound file ([MS-CFB] 2): the directory names the stream, the allocation
/// table chains its sectors. Older files are the stream itself.
fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return matches!(u16_at(bytes, 0)?, 0x0809 | 0x0409 | 0x0209 | 0x0009).then(|| bytes.to_vec());
    }
    let shift = u16_at(bytes, 30)?;
    if !(9..=12).contains(&shift) {
        return None;
    }
    let size = 1_usize << shift;
    let sector = |number: u32| {
        let start = (number as usize).checked_add(1)?.checked_mul(size)?;
        bytes.get(start..(start + size).min(bytes.len()))
    };
    let count = bytes.len() / size + 1;
    let numbers =
        |bytes: &[u8]| -> Vec<u32> { bytes.chunks_exact(4).filter_map(|word| u32_at(word, 0)).collect() };
    // The table of the table: 109 entries in the header, the others in sectors that point to the next one.
    let mut tables = numbers(bytes.get(76..512)?);
    let mut next = u32_at(bytes, 68)?;
    for _ in 0..count {
        if next >= FREE_SECTORS {
            break;
        }
        let mut more = numbers(sector(next)?);
        next = more.pop()?;
        tables.extend(more);
    }
    let mut chain_of = Vec::new();
    for table in tables.into_iter().filter(|&table| table < FREE_SECTORS).take(count) {
        chain_of.extend(numbers(sector(table)?));
    }
    let follow = |first: u32| {
        let mut stream = Vec::new();
        let mut at = first;
        // A chain that bites its tail would never end.
        for _ in 0..count {
            if at >= FREE_SECTORS {
                break;
            }
            stream.extend_from_slice(sector(at)?);
            at = *chain_of.get(at as usize)?;
        }
        Some(stream)
    };
    let directory = follow(u32_at(bytes, 48)?)?;
    let entry_name = |entry: &[u8]| -> Option<String> {
        let length = usize::from(u16_at(entry, 64)?).checked_sub(2)?.min(62);
        Some(
            entry
                .get(..length)?
                .chunks_exact(2)
                .filter_map(|unit| u16_at(unit, 0))
                .filter_map(|unit| char::from_u32(unit.into()))
                .collect(),
        )
    };
    let entry = directory.chunks_exact(128).find(|entry| {
        entry_name(entry).is_some_and(|name| matches!(name.to_lowercase().as_str(), "workbook" | "book"))
    })?;
    // A stream below the cutoff lies in the small sectors; it is too short to hold many cells.
    let (first, length) = (u32_at(entry, 116)?, u32_at(entry, 120)?);
    if length < u32_at(bytes, 56)? {
        return Some(bytes.to_vec());
    }
    let mut stream = follow(first)?;
    stream.truncate(length as usize);
    Some(stream)
}
