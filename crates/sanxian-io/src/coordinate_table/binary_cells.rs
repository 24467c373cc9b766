//! How much a binary workbook (.xls) will take, measured before it is read.
//!
//! Its reader holds each sheet as a full rectangle from the first to the last cell, so that two cells in opposite
//! corners of a file of some kilobytes ask for half a gigabyte; it reserves what a sheet says its size is, and follows
//! chains of sectors that never end. None of that can be caught once it has begun.

use super::fault::TableFault;

/// Bytes of a cell in the reader's list and its rectangle.
const CELL_BYTES: u64 = 40;
const BASE_BYTES: u64 = 32 << 20;

/// Numbers from here on are no sectors; one of them ends a chain.
const NO_SECTOR: u32 = 0xffff_fffa;
const END_OF_CHAIN: u32 = 0xffff_fffe;
/// A small sector.
const SMALL_BYTES: usize = 64;
/// Bytes of an entry of the directory.
const ENTRY_BYTES: usize = 128;

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
            // What the sheet says its size is.
            0x0200 => {
                let announced = announced_cells(record.get(..usize::from(length)).unwrap_or_default());
                total = total.saturating_add(announced);
            }
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
    if total.saturating_mul(CELL_BYTES) > limit {
        return Err(TableFault::TooLarge { what: "the rectangle of its cells".to_owned(), limit });
    }
    Ok(())
}

/// Cells that a record of dimensions announces: first row and the one behind the last, the same of columns.
fn announced_cells(record: &[u8]) -> u64 {
    let narrow = |at| u16_at(record, at).map(u32::from);
    let (rows, columns) = match record.len() {
        10 => ((narrow(0), narrow(2)), (narrow(4), narrow(6))),
        _ => ((u32_at(record, 0), u32_at(record, 4)), (narrow(8), narrow(10))),
    };
    let span = |(first, end): (Option<u32>, Option<u32>)| match (first, end) {
        (Some(first), Some(end)) if first < end => u64::from(end - first),
        (None, _) | (_, None | Some(0)) => 1,
        // The reader counts from the first to the one before the end, round the corner.
        _ => u64::from(u32::MAX),
    };
    // A first column beyond the last, or beyond what old sheets have, counts as the first.
    let columns = match columns {
        (Some(first), Some(end)) if first > 0xff || first > end => (Some(0), Some(end)),
        other => other,
    };
    span(rows).saturating_mul(span(columns))
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
    // The table of the table: 109 entries in the header, the others in sectors that point to the next one.
    let mut tables = numbers(bytes.get(76..512)?);
    let mut next = u32_at(bytes, 68)?;
    for _ in 0..count {
        if next >= NO_SECTOR {
            break;
        }
        let mut more = numbers(sector(next)?);
        next = more.pop()?;
        tables.extend(more);
    }
    tables.retain(|&table| table < NO_SECTOR);
    // The same sector named again and again would be held as often.
    if tables.len() > count {
        return None;
    }
    let mut chain_of = Vec::new();
    for table in tables {
        chain_of.extend(numbers(sector(table)?));
    }
    let follow = |first| follow(first, &chain_of, count, sector);
    let directory = follow(u32_at(bytes, 48)?)?;
    let mut entries = directory.chunks_exact(ENTRY_BYTES);
    let root = entries.next()?;
    let entry = entries.find(|entry| {
        entry_name(entry).is_some_and(|name| matches!(name.to_lowercase().as_str(), "workbook" | "book"))
    })?;
    // The small sectors are cut out of a stream of their own, which the root names.
    let (small, small_chain) = match u32_at(bytes, 64)? {
        0 => (Vec::new(), Vec::new()),
        _ => (follow(u32_at(root, 116)?)?, numbers(&follow(u32_at(bytes, 60)?)?)),
    };
    let small_sector = |number: u32| {
        let start = (number as usize).checked_mul(SMALL_BYTES)?;
        small.get(start..(start + SMALL_BYTES).min(small.len()))
    };
    let (first, length) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
    // A stream below this length lies in the small sectors.
    let mut stream = if length < 4096 {
        self::follow(first, &small_chain, small.len() / SMALL_BYTES + 1, small_sector)?
    } else {
        follow(first)?
    };
    stream.truncate(length);
    Some(stream)
}

/// The bytes of a chain of sectors; `None` when it leaves the file or bites its tail.
fn follow<'a>(
    first: u32,
    chain_of: &[u32],
    count: usize,
    sector: impl Fn(u32) -> Option<&'a [u8]>,
) -> Option<Vec<u8>> {
    let mut stream = Vec::new();
    let mut at = first;
    for _ in 0..=count {
        if at == END_OF_CHAIN {
            return Some(stream);
        }
        stream.extend_from_slice(sector(at)?);
        at = *chain_of.get(at as usize)?;
    }
    None
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|word| u32_at(word, 0)).collect()
}

fn entry_name(entry: &[u8]) -> Option<String> {
    let length = usize::from(u16_at(entry, 64)?).checked_sub(2)?.min(62);
    let units = entry.get(..length)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0));
    Some(units.filter_map(|unit| char::from_u32(unit.into())).collect())
}
