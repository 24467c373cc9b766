//! Which rows a box can meet, told without decoding a geometry: from the statistics of the columns that hold each
//! feature's box, and from those columns themselves.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;

use super::fault::GeoParquetFault;
use super::table::Table;

/// Batches of box columns: small numbers, so that a batch stays in the cache.
const BATCH_ROWS: usize = 1 << 16;

/// The columns that hold each feature's box: west, south, east, north.
pub(super) struct Covering<'a> {
    paths: &'a [Vec<String>; 4],
    leaves: [usize; 4],
}

impl<'a> Covering<'a> {
    /// `None` when the columns are not there: then only the geometries tell.
    pub(super) fn find(table: &Table, paths: &'a [Vec<String>; 4]) -> Option<Self> {
        let columns = table.descriptor().columns();
        let leaf = |path: &Vec<String>| {
            columns
                .iter()
                .position(|column| column.path().parts() == path.as_slice() && column.max_rep_level() == 0)
        };
        let [west, south, east, north] = paths;
        Some(Self { paths, leaves: [leaf(west)?, leaf(south)?, leaf(east)?, leaf(north)?] })
    }

    /// False when the statistics of a row group say that none of its features meets the box.
    pub(super) fn group_may_meet(&self, group: &RowGroupMetaData, bbox: [f64; 4]) -> bool {
        let [west, south, east, north] = self.leaves.map(|leaf| {
            group.columns().get(leaf).and_then(|column| column.statistics()).map_or((None, None), range)
        });
        // A NaN or missing bound compares as false: the group stays in.
        let beyond = |low: Option<f64>, limit: f64| low.is_some_and(|low| low > limit);
        let before = |high: Option<f64>, limit: f64| high.is_some_and(|high| high < limit);
        !(beyond(west.0, bbox[2])
            || beyond(south.0, bbox[3])
            || before(east.1, bbox[0])
            || before(north.1, bbox[1]))
    }

    /// Stretches of rows of a row group whose boxes meet `bbox`. A feature without box stays in: its geometry tells.
    pub(super) fn rows_that_may_meet(
        &self,
        table: &Table,
        row_group: usize,
        bbox: [f64; 4],
    ) -> Result<Vec<Range<usize>>, GeoParquetFault> {
        let mask = ProjectionMask::leaves(table.descriptor(), self.leaves);
        let mut rows: Vec<Range<usize>> = Vec::new();
        let mut first = 0;
        table.decode(row_group, mask, None, BATCH_ROWS, |batch| {
            let edges = self.paths.each_ref().map(|path| edge(&batch, path));
            let at = |edge: &Option<Edge>, row| edge.as_ref().and_then(|edge| edge.get(row));
            for row in 0..batch.num_rows() {
                let [west, south, east, north] = edges.each_ref().map(|edge| at(edge, row));
                let outside = west.is_some_and(|west| west > bbox[2])
                    || south.is_some_and(|south| south > bbox[3])
                    || east.is_some_and(|east| east < bbox[0])
                    || north.is_some_and(|north| north < bbox[1]);
                if !outside {
                    push(&mut rows, first + row);
                }
            }
            first += batch.num_rows();
            Ok(())
        })?;
        Ok(rows)
    }
}

/// Adds a row to stretches of rows in ascending order.
pub(super) fn push(rows: &mut Vec<Range<usize>>, row: usize) {
    match rows.last_mut() {
        Some(last) if last.end == row => last.end = row + 1,
        _ => rows.push(row..row + 1),
    }
}

/// The part of ascending stretches that lies in `piece`.
pub(super) fn within(rows: &[Range<usize>], piece: &Range<usize>) -> Vec<Range<usize>> {
    rows.iter()
        .map(|stretch| stretch.start.max(piece.start)..stretch.end.min(piece.end))
        .filter(|stretch| !stretch.is_empty())
        .collect()
}

fn range(statistics: &Statistics) -> (Option<f64>, Option<f64>) {
    match statistics {
        Statistics::Double(values) => (values.min_opt().copied(), values.max_opt().copied()),
        Statistics::Float(values) => {
            (values.min_opt().map(|low| f64::from(*low)), values.max_opt().map(|high| f64::from(*high)))
        }
        _ => (None, None),
    }
}

/// One edge of the boxes of a batch.
struct Edge {
    values: ArrayRef,
}

impl Edge {
    fn get(&self, row: usize) -> Option<f64> {
        if self.values.is_null(row) {
            return None;
        }
        let values = self.values.as_primitive_opt::<Float64Type>();
        let value = match values {
            Some(values) => values.values().get(row).copied(),
            None => self
                .values
                .as_primitive_opt::<Float32Type>()
                .and_then(|values| values.values().get(row).map(|value| f64::from(*value))),
        };
        value.filter(|value| !value.is_nan())
    }
}

fn edge(batch: &RecordBatch, path: &[String]) -> Option<Edge> {
    let (first, inner) = path.split_first()?;
    let mut array = batch.column_by_name(first)?.clone();
    for name in inner {
        let nested = array.as_struct_opt()?.column_by_name(name)?.clone();
        // A feature without box: its edges are there as zeros or nulls, which must not be taken for a box.
        if array.null_count() > 0 && nested.null_count() < array.null_count() {
            return None;
        }
        array = nested;
    }
    Some(Edge { values: array })
}
