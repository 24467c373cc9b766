//! What is decoded side by side, and how it comes together in the file's order.

use std::ops::Range;
use std::path::Path;

use arrow_array::ArrayRef;
use rayon::prelude::*;
use sanxian_overlay::{PolygonSet, Progress};

use super::fault::GeoParquetFault;
use super::geometry::{self, Decoded, Piece};
use super::metadata::GeometryColumn;
use super::table::Table;
use super::window::Covering;
use crate::error::IoError;

/// One read.
pub(super) struct Job<'a> {
    pub(super) path: &'a Path,
    pub(super) table: &'a Table,
    pub(super) geometry: &'a GeometryColumn,
    /// Position of the geometry column.
    pub(super) column: usize,
    pub(super) attributes: &'a [usize],
    pub(super) progress: &'a Progress,
}

pub(super) struct Outcome {
    pub(super) polygons: PolygonSet,
    /// Arrays of each attribute, row group after row group.
    pub(super) columns: Vec<Vec<ArrayRef>>,
    pub(super) rows: Option<Vec<u64>>,
    pub(super) dropped_dimensions: bool,
}

/// Something that can be decoded on its own.
enum Task {
    Geometry(Piece),
    Attribute { place: usize, row_group: usize, rows: Option<Vec<Range<usize>>> },
}

enum Done {
    Geometry(usize, Decoded),
    Attribute(usize, Vec<ArrayRef>),
}

impl Job<'_> {
    pub(super) fn run(&self, bbox: Option<[f64; 4]>) -> Result<Outcome, IoError> {
        match bbox {
            None => self.everything(),
            Some(bbox) => self.in_window(bbox),
        }
    }

    fn fault(&self, (feature, fault): (Option<u64>, GeoParquetFault)) -> IoError {
        if self.progress.check().is_err() {
            return IoError::Cancelled;
        }
        IoError::GeoParquet { path: self.path.to_owned(), feature, fault }
    }

    /// Row of the file at which each row group begins.
    fn first_rows(&self) -> Vec<u64> {
        let mut next = 0;
        let mut firsts = Vec::new();
        for row_group in self.table.row_groups() {
            firsts.push(next);
            next += self.table.rows(row_group) as u64;
        }
        firsts
    }

    fn all(&self, tasks: &[Task], bbox: Option<[f64; 4]>) -> Result<Vec<Done>, IoError> {
        let first_rows = self.first_rows();
        let done: Vec<_> = tasks
            .par_iter()
            .with_max_len(1)
            .map(|task| match task {
                Task::Geometry(piece) => {
                    let first_row = first_rows.get(piece.row_group).copied().unwrap_or_default();
                    geometry::decode(
                        self.table,
                        self.column,
                        self.geometry,
                        piece,
                        first_row,
                        bbox,
                        self.progress,
                    )
                    .map(|decoded| Done::Geometry(piece.row_group, decoded))
                }
                Task::Attribute { place, row_group, rows } => {
                    let column = self.attributes.get(*place).copied().unwrap_or_default();
                    let arrays = self.table.attribute(*row_group, column, rows.as_deref());
                    arrays.map(|arrays| Done::Attribute(*place, arrays)).map_err(|fault| (None, fault))
                }
            })
            .collect();
        // The first fault in the file's order, whichever thread was faster.
        done.into_iter().map(|result| result.map_err(|fault| self.fault(fault))).collect()
    }

    fn attribute_tasks(&self, row_group: usize, rows: Option<&[Range<usize>]>) -> impl Iterator<Item = Task> {
        let rows = rows.map(<[_]>::to_vec);
        (0..self.attributes.len()).map(move |place| Task::Attribute { place, row_group, rows: rows.clone() })
    }

    fn everything(&self) -> Result<Outcome, IoError> {
        let table = self.table;
        self.progress.expect(table.row_groups().map(|row_group| table.rows(row_group) as u64).sum());
        let pieces =
            table.row_groups().flat_map(|row_group| geometry::pieces(table, self.column, row_group, None));
        let mut tasks: Vec<Task> = pieces.map(Task::Geometry).collect();
        tasks.extend(table.row_groups().flat_map(|row_group| self.attribute_tasks(row_group, None)));
        let mut columns = vec![Vec::new(); self.attributes.len()];
        let mut sets = Vec::new();
        let mut dropped_dimensions = false;
        for done in self.all(&tasks, None)? {
            match done {
                Done::Geometry(_, decoded) => {
                    dropped_dimensions |= decoded.dropped_dimensions;
                    sets.push(decoded.polygons);
                }
                Done::Attribute(place, arrays) => columns.get_mut(place).into_iter().for_each(|column| {
                    column.extend(arrays.iter().cloned());
                }),
            }
        }
        let polygons = self.join(sets)?;
        Ok(Outcome { polygons, columns, rows: None, dropped_dimensions })
    }

    fn in_window(&self, bbox: [f64; 4]) -> Result<Outcome, IoError> {
        let table = self.table;
        let covering = self.geometry.covering.as_ref().and_then(|paths| Covering::find(table, paths));
        let pieces: Vec<_> = table
            .row_groups()
            .into_par_iter()
            .map(|row_group| match &covering {
                Some(covering) if !covering.group_may_meet(table.metadata.row_group(row_group), bbox) => {
                    Ok(Vec::new())
                }
                Some(covering) => covering
                    .rows_that_may_meet(table, row_group, bbox)
                    .map(|rows| geometry::pieces(table, self.column, row_group, Some(&rows))),
                None => Ok(geometry::pieces(table, self.column, row_group, None)),
            })
            .collect();
        let mut tasks = Vec::new();
        for pieces in pieces {
            tasks.extend(pieces.map_err(|fault| self.fault((None, fault)))?.into_iter().map(Task::Geometry));
        }
        let rows_of = |task: &Task| match task {
            Task::Geometry(Piece { rows, candidates, .. }) => {
                candidates.as_ref().map_or(rows.len(), |ranges| ranges.iter().map(Range::len).sum())
            }
            Task::Attribute { .. } => 0,
        };
        self.progress.expect(tasks.iter().map(|task| rows_of(task) as u64).sum());

        let first_rows = self.first_rows();
        let mut kept: Vec<Vec<Range<usize>>> = vec![Vec::new(); first_rows.len()];
        let mut sets = Vec::new();
        let mut dropped_dimensions = false;
        for done in self.all(&tasks, Some(bbox))? {
            if let Done::Geometry(row_group, decoded) = done {
                dropped_dimensions |= decoded.dropped_dimensions;
                sets.push(decoded.polygons);
                kept.get_mut(row_group)
                    .into_iter()
                    .for_each(|kept| kept.extend(decoded.kept.iter().flatten().cloned()));
            }
        }
        let polygons = self.join(sets)?;

        let groups = kept.iter().enumerate().filter(|(_, rows)| !rows.is_empty());
        let tasks: Vec<Task> =
            groups.flat_map(|(row_group, rows)| self.attribute_tasks(row_group, Some(rows))).collect();
        let mut columns = vec![Vec::new(); self.attributes.len()];
        for done in self.all(&tasks, None)? {
            if let Done::Attribute(place, arrays) = done {
                columns.get_mut(place).into_iter().for_each(|column| column.extend(arrays.iter().cloned()));
            }
        }
        let rows = first_rows
            .iter()
            .zip(&kept)
            .flat_map(|(first, ranges)| ranges.iter().cloned().flatten().map(move |row| first + row as u64));
        Ok(Outcome { polygons, columns, rows: Some(rows.collect()), dropped_dimensions })
    }

    fn join(&self, sets: Vec<PolygonSet>) -> Result<PolygonSet, IoError> {
        let coordinates: usize = sets.iter().map(|set| set.view().coords().len()).sum();
        if coordinates > i32::MAX as usize {
            return Err(self.fault((None, GeoParquetFault::TooLarge)));
        }
        let mut sets = sets.into_iter();
        let mut all = sets.next().unwrap_or_default();
        for set in sets {
            all.extend(set.view());
        }
        Ok(all)
    }
}
