//! The shapes of a layer: found by the index or without it, decoded, and what becomes of the records that are bad.

use std::ops::Range;

use sanxian_overlay::{PolygonSet, Progress};

use super::files::Members;
use super::polygons::{self, Bad, Decoded, Stop};
use super::records::{self, Break};
use super::table::Table;
use crate::error::IoError;
use crate::finding::Finding;
use crate::read::{LayerOptions, OnError};

/// Shapes that were read, in the order of the file.
pub(super) struct Shapes {
    pub(super) polygons: PolygonSet,
    /// Row of each shape.
    pub(super) rows: Vec<usize>,
    pub(super) bounds: Option<[f64; 4]>,
    /// Records of the file, those outside the box among them.
    pub(super) total: usize,
    /// Null for now in `polygons`; a row that is marked as deleted is no error whatever its shape.
    bad: Vec<Bad>,
}

pub(super) fn read(
    members: &Members,
    options: &LayerOptions,
    progress: &Progress,
    findings: &mut Vec<Finding>,
) -> Result<Shapes, IoError> {
    let shp = &members.shp;
    match &members.shx {
        Some(shx) => {
            if let Some(places) = records::by_index(shp, shx)? {
                let mut said = Vec::new();
                match polygons::decode(shp, &places, options.bbox, progress, &mut said) {
                    Ok(decoded) => {
                        records::check_cover(shp, &places, findings);
                        findings.append(&mut said);
                        return Ok(Shapes::new(decoded, places.len()));
                    }
                    Err(Stop::Failed(error)) => return Err(error),
                    Err(Stop::IndexContradicts) => {}
                }
            }
            findings.push(Finding::warning("shx_contradicts", ".shx 与 .shp 不符,按 .shp 逐条读"));
        }
        None => findings.push(Finding::info("shx_missing", "没有 .shx,按 .shp 逐条读")),
    }
    let located = records::walk(shp, findings)?;
    let stopped = match located.stopped {
        Some(Break { error, .. }) if options.on_error == OnError::Raise => return Err(error),
        stopped => stopped,
    };
    let decoded = match polygons::decode(shp, &located.places, options.bbox, progress, findings) {
        Ok(decoded) => decoded,
        Err(Stop::Failed(error)) => return Err(error),
        // The walk has just read these lengths: somebody is writing the file.
        Err(Stop::IndexContradicts) => return Err(IoError::Changed { path: shp.path.clone() }),
    };
    let mut shapes = Shapes::new(decoded, located.places.len());
    if let Some(stopped) = stopped {
        let indexed = members.shx.as_ref().map_or(0, records::rows_by_index);
        shapes.lose(&stopped, indexed, options, findings);
    }
    Ok(shapes)
}

impl Shapes {
    fn new(decoded: Decoded, total: usize) -> Self {
        let Decoded { polygons, rows, bounds, bad } = decoded;
        Self { polygons, rows, bounds, total, bad }
    }

    /// Counts the records that a break in the file has taken with it, and keeps their rows as nulls if asked to.
    fn lose(&mut self, stopped: &Break, indexed: usize, options: &LayerOptions, findings: &mut Vec<Finding>) {
        let first = self.total;
        self.total = indexed.max(first + 1);
        let Break { record, offset, error } = stopped;
        let message = format!(
            "图形文件从第 {record} 条(字节 {offset})起读不出,共 {} 条{}:{error}",
            self.total - first,
            fate(options.on_error)
        );
        findings.push(Finding::error("records_lost", message).at_line(*record));
        // Nothing without a geometry lies in a box.
        if options.on_error == OnError::Null && options.bbox.is_none() {
            for row in first..self.total {
                self.polygons.push_null();
                self.rows.push(row);
            }
        }
    }

    /// Takes out what the table marks as deleted, and settles what becomes of the bad records. `lost` are the rows whose
    /// attributes the table has lost.
    pub(super) fn leave_out(
        &mut self,
        table: &mut Table<'_>,
        lost: Option<&Range<usize>>,
        on_error: OnError,
        findings: &mut Vec<Finding>,
    ) -> Result<(), IoError> {
        let deleted: Vec<usize> =
            (0..self.rows.len()).filter(|&position| table.is_deleted(position)).collect();
        if let Some(first) = deleted.first().and_then(|&position| self.rows.get(position)) {
            let message = format!("{} 条属性标为已删除,连同图形未读", deleted.len());
            findings.push(Finding::warning("deleted_records", message).at_line(*first as u64 + 1));
        }
        let rows = &self.rows;
        self.bad.retain(|bad| {
            let position = rows.binary_search(&bad.row).ok();
            position.is_none_or(|position| deleted.binary_search(&position).is_err())
        });
        let mut out = deleted;
        out.extend(self.judge(on_error, findings)?);
        if let (OnError::Skip, Some(lost)) = (on_error, lost) {
            out.extend(
                (0..self.rows.len()).filter(|&at| self.rows.get(at).is_some_and(|row| lost.contains(row))),
            );
        }
        if let Some(kept) = self.drop_positions(out) {
            table.keep(&kept);
        }
        Ok(())
    }

    /// Settles what becomes of the bad records when there is no table.
    pub(super) fn settle(&mut self, on_error: OnError, findings: &mut Vec<Finding>) -> Result<(), IoError> {
        let out = self.judge(on_error, findings)?;
        self.drop_positions(out);
        Ok(())
    }

    /// Raises or reports the bad records; answers the positions of those to be left out.
    fn judge(&mut self, on_error: OnError, findings: &mut Vec<Finding>) -> Result<Vec<usize>, IoError> {
        let mut out = Vec::new();
        for Bad { row, offset, error } in self.bad.drain(..) {
            if on_error == OnError::Raise {
                return Err(error);
            }
            let what = match &error {
                IoError::Shapefile { fault, .. } => fault.to_string(),
                other => other.to_string(),
            };
            let line = row as u64 + 1;
            let message = format!("第 {line} 条(字节 {offset})读不出{}:{what}", fate(on_error));
            findings.push(Finding::error("record_not_read", message).at_line(line));
            if on_error == OnError::Skip {
                out.extend(self.rows.binary_search(&row));
            }
        }
        Ok(out)
    }

    /// Drops the shapes at these positions; answers the positions kept, if any was dropped.
    fn drop_positions(&mut self, mut out: Vec<usize>) -> Option<Vec<usize>> {
        if out.is_empty() {
            return None;
        }
        out.sort_unstable();
        let kept: Vec<usize> =
            (0..self.rows.len()).filter(|position| out.binary_search(position).is_err()).collect();
        self.polygons = self.polygons.view().take(kept.iter().copied());
        self.rows = kept.iter().filter_map(|&position| self.rows.get(position).copied()).collect();
        self.bounds = self.polygons.view().total_bounds();
        Some(kept)
    }
}

const fn fate(on_error: OnError) -> &'static str {
    match on_error {
        OnError::Raise => "",
        OnError::Null => ",图形按空读",
        OnError::Skip => ",未读",
    }
}
