//! Rows as written: the one that describes a plot, and those of its boundary points.

use super::header::Header;
use super::line::fold_all;
use crate::finding::Finding;

/// What a plot row says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PlotRow {
    pub(crate) count: String,
    pub(crate) area: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) map_sheet: String,
    pub(crate) land_use: String,
    pub(crate) land_class: String,
    /// Fields that regions add, in order.
    pub(crate) others: Vec<String>,
}

impl PlotRow {
    /// The number of points that it announces, if that is a number.
    pub(crate) fn announced(&self) -> Option<u64> {
        self.count.trim().chars().map(fold_all).collect::<String>().parse().ok()
    }
}

/// A boundary point as written. `first` and `second` are the coordinates in the line's order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PointRow {
    pub(crate) line: u64,
    pub(crate) plot: Option<String>,
    pub(crate) ring: Option<String>,
    pub(crate) id: String,
    pub(crate) first: f64,
    pub(crate) second: f64,
}

/// A plot as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawPlot {
    /// Line of its row, or of its first point where the text has no plot rows.
    pub(crate) line: u64,
    pub(crate) row: PlotRow,
    /// Rings as far as rows are marked apart (end marks, blank lines of headerless tables); still to be split further.
    pub(crate) runs: Vec<Vec<PointRow>>,
}

impl RawPlot {
    pub(crate) fn push(&mut self, point: PointRow) {
        match self.runs.last_mut() {
            Some(run) => run.push(point),
            None => self.runs.push(vec![point]),
        }
    }

    pub(crate) fn points(&self) -> impl Iterator<Item = &PointRow> {
        self.runs.iter().flatten()
    }
}

/// What a file lists.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) header: Header,
    pub(crate) plots: Vec<RawPlot>,
    pub(crate) findings: Vec<Finding>,
}
