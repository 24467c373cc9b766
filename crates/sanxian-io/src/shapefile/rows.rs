//! Rows of a .dbf, a stretch at a time: where their values are, and what has to be known of all before one is decoded.

use std::ops::Range;

use rayon::prelude::*;

use super::attributes::has_decimals;
use super::files::View;
use super::table::{Field, Table};
use crate::error::IoError;

const DELETED: u8 = b'*';
/// Bytes of a stretch: small enough to stay in a core's cache while one field after the other is taken out.
pub(super) const STRETCH_BYTES: usize = 1 << 20;
/// Reading this much for nothing costs less than another call.
const GAP_BYTES: usize = 1 << 14;
/// Marks a row that the table does not have.
const MISSING: usize = usize::MAX;

/// The bytes of some rows.
pub(super) struct Rows<'b> {
    bytes: View<'b>,
    /// Where each row begins.
    starts: Vec<usize>,
    row_bytes: usize,
}

impl<'b> Rows<'b> {
    /// The bytes of these rows of the file, ascending. Rows beyond the table's end have none.
    pub(super) fn read(table: &Table, rows: &[usize], buffer: &'b mut Vec<u8>) -> Result<Self, IoError> {
        let row_bytes = table.row_bytes;
        let there = rows.get(..rows.partition_point(|&row| row < table.rows)).unwrap_or_default();
        let (bytes, mut starts) = match (there.first(), there.last()) {
            (Some(first), Some(last)) if last - first < 2 * there.len() => {
                let length = (last - first + 1) * row_bytes;
                let bytes = table.member.view(table.offset(*first), length, buffer)?;
                (bytes, there.iter().map(|row| (row - first) * row_bytes).collect())
            }
            _ => {
                let starts: Vec<usize> = (0..there.len()).map(|position| position * row_bytes).collect();
                (View::Copied(gather(table, there, buffer)?), starts)
            }
        };
        starts.resize(rows.len(), MISSING);
        Ok(Self { bytes, starts, row_bytes })
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The bytes of one row; none beyond the table's end.
    pub(super) fn row(&self, position: usize) -> &[u8] {
        let start = self.starts.get(position).copied().unwrap_or(MISSING);
        self.bytes.get(start..start.saturating_add(self.row_bytes)).unwrap_or_default()
    }

    fn is_deleted(&self, position: usize) -> bool {
        self.row(position).first() == Some(&DELETED)
    }

    /// The bytes of a field, row by row; none beyond the table's end.
    pub(super) fn values<'r>(
        &'r self,
        field: &Field,
    ) -> impl ExactSizeIterator<Item = &'r [u8]> + use<'r, 'b> {
        let (from, width, bytes) = (field.start, field.width, &*self.bytes);
        self.starts.iter().map(move |start| {
            let start = start.saturating_add(from);
            bytes.get(start..start.saturating_add(width)).unwrap_or_default()
        })
    }
}

/// Copies rows into `buffer`, one after the other: those that lie close together in one read.
fn gather<'b>(table: &Table, rows: &[usize], buffer: &'b mut Vec<u8>) -> Result<&'b [u8], IoError> {
    let row_bytes = table.row_bytes.max(1);
    buffer.resize((rows.len() * row_bytes).max(buffer.len()), 0);
    let mut read = Vec::new();
    let near = (GAP_BYTES / row_bytes).max(1);
    let mut target = buffer.as_mut_slice();
    for run in rows.chunk_by(|before, after| after - before <= near) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let (own, rest) = target.split_at_mut((run.len() * row_bytes).min(target.len()));
        target = rest;
        if last - first + 1 == run.len() {
            table.member.read_into(own, table.offset(*first))?;
            continue;
        }
        read.resize(((last - first + 1) * row_bytes).max(read.len()), 0);
        let read = read.get_mut(..(last - first + 1) * row_bytes).unwrap_or_default();
        table.member.read_into(read, table.offset(*first))?;
        for (row, own) in run.iter().zip(own.chunks_exact_mut(row_bytes)) {
            let from = (row - first) * row_bytes;
            own.copy_from_slice(read.get(from..from + own.len()).unwrap_or_default());
        }
    }
    Ok(buffer)
}

/// Positions of the rows of each stretch.
pub(super) fn stretches(rows: usize, row_bytes: usize) -> Vec<Range<usize>> {
    let step = (STRETCH_BYTES / row_bytes.max(1)).max(1);
    (0..rows).step_by(step).map(|start| start..(start + step).min(rows)).collect()
}

/// What all rows say together.
pub(super) struct Survey {
    /// Positions of the rows marked as deleted.
    pub(super) deleted: Vec<usize>,
    /// The first row, if any, of each field of whole numbers that has decimals nevertheless.
    pub(super) decimals: Vec<Option<usize>>,
    /// Whether every text is UTF-8; not looked at unless asked for.
    pub(super) is_utf8: bool,
}

impl Survey {
    /// Looks at these rows of the file. `whole` are fields of whole numbers.
    pub(super) fn of(
        table: &Table,
        rows: &[usize],
        whole: &[&Field],
        asks_utf8: bool,
    ) -> Result<Self, IoError> {
        let parts: Vec<Result<Self, IoError>> = stretches(rows.len(), table.row_bytes)
            .into_par_iter()
            .map_init(Vec::new, |buffer, positions| {
                let own = rows.get(positions.clone()).unwrap_or_default();
                Ok(Self::of_stretch(
                    table,
                    &Rows::read(table, own, buffer)?,
                    own,
                    positions.start,
                    whole,
                    asks_utf8,
                ))
            })
            .collect();
        let mut all = Self { deleted: Vec::new(), decimals: vec![None; whole.len()], is_utf8: true };
        for part in parts {
            let part = part?;
            all.deleted.extend(part.deleted);
            all.is_utf8 &= part.is_utf8;
            for (known, found) in all.decimals.iter_mut().zip(part.decimals) {
                *known = known.or(found);
            }
        }
        Ok(all)
    }

    fn of_stretch(
        table: &Table,
        rows: &Rows<'_>,
        numbers: &[usize],
        first: usize,
        whole: &[&Field],
        asks_utf8: bool,
    ) -> Self {
        let deleted: Vec<usize> = (0..rows.len()).filter(|&position| rows.is_deleted(position)).collect();
        let first_with_decimals = |field: &&Field| {
            let mut values = rows.values(field).enumerate();
            let found = values.find(|(position, value)| has_decimals(value) && !deleted.contains(position));
            found.and_then(|(position, _)| numbers.get(position).copied())
        };
        Self {
            decimals: whole.iter().map(first_with_decimals).collect(),
            is_utf8: !asks_utf8 || super::charset::is_utf8(table, rows),
            deleted: deleted.into_iter().map(|position| first + position).collect(),
        }
    }
}
