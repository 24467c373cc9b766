//! Which records a layer has, found by the index or without it, and those among them that a box asks for.

use sanxian_overlay::Progress;

use super::files::Members;
use super::records::{self, Break, Place, Places, Stop};
use super::scan::{Scanned, scan};
use crate::error::IoError;
use crate::finding::Finding;
use crate::read::{LayerOptions, OnError};

/// The records of a layer.
pub(super) struct Located {
    /// Rows asked for, ascending.
    pub(super) rows: Vec<usize>,
    /// Where the records of these rows are. The last rows have lost theirs if there are fewer.
    pub(super) places: Vec<Place>,
    /// Records of the file, those outside the box among them.
    pub(super) total: usize,
}

pub(super) fn locate(
    members: &Members,
    options: &LayerOptions,
    progress: &Progress,
    findings: &mut Vec<Finding>,
) -> Result<Located, IoError> {
    let shp = &members.shp;
    match &members.shx {
        Some(shx) => {
            if let Some(places) = records::by_index(shx)? {
                match scan(shp, &places, options.bbox, progress) {
                    Ok(Scanned { rows, places: found, held }) => {
                        records::check_cover(shp, held, findings);
                        let total = places.len();
                        return Ok(Located { rows, places: found, total });
                    }
                    Err(Stop::Failed(error)) => return Err(error),
                    Err(Stop::IndexContradicts) => {}
                }
            }
            findings.push(Finding::warning("shx_contradicts", ".shx 与 .shp 不符,按 .shp 逐条读"));
        }
        None => findings.push(Finding::info("shx_missing", "没有 .shx,按 .shp 逐条读")),
    }
    let walked = records::walk(shp, findings)?;
    let stopped = match walked.stopped {
        Some(Break { error, .. }) if options.on_error == OnError::Raise => return Err(error),
        stopped => stopped,
    };
    let places = Places::Walked(walked.places);
    let Scanned { rows, places: found, .. } = match scan(shp, &places, options.bbox, progress) {
        Ok(scanned) => scanned,
        Err(Stop::Failed(error)) => return Err(error),
        // The walk has just read these lengths: somebody is writing the file.
        Err(Stop::IndexContradicts) => return Err(IoError::Changed { path: shp.path.clone() }),
    };
    let total = places.len();
    let mut located = Located { rows, places: found, total };
    if let Some(stopped) = stopped {
        let indexed = members.shx.as_ref().map_or(0, records::rows_by_index);
        located.lose(&stopped, indexed, options, findings);
    }
    Ok(located)
}

impl Located {
    /// Where the record of the row at this position is, unless it has lost it.
    pub(super) fn place(&self, position: usize) -> Option<Place> {
        self.places.get(position).copied()
    }

    /// Leaves out what `keeps` refuses by position and row.
    pub(super) fn retain(&mut self, keeps: impl Fn(usize, usize) -> bool) {
        let kept: Vec<bool> = self.rows.iter().enumerate().map(|(at, row)| keeps(at, *row)).collect();
        let mut of_rows = kept.iter();
        self.rows.retain(|_| of_rows.next().is_some_and(|kept| *kept));
        let mut of_places = kept.iter();
        self.places.retain(|_| of_places.next().is_some_and(|kept| *kept));
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
            self.rows.extend(first..self.total);
        }
    }
}

/// What becomes of a bad record, for the end of a finding's sentence.
pub(super) const fn fate(on_error: OnError) -> &'static str {
    match on_error {
        OnError::Raise => "",
        OnError::Null => ",图形按空读",
        OnError::Skip => ",未读",
    }
}
