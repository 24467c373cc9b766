//! What is decoded side by side, and how it comes together in the file's order.

use std::ops::{ControlFlow, Range};
use std::path::Path;

use arrow_array::ArrayRef;
use rayon::prelude::*;
use sanxian_overlay::{PolygonBuilder, PolygonSet, Progress};

use super::fault::{At, GeoParquetFault};
use super::geometry::{self, Decoded, Piece};
use super::metadata::GeometryColumn;
use super::table::Table;
use super::window::Covering;
use crate::error::IoError;
use crate::mapping;
use crate::waves::in_waves;

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
    pub(super) polygons: PolygonBuilder,
    /// Arrays of each attribute, row group after row group.
    pub(super) columns: Vec<Vec<ArrayRef>>,
    pub(super) rows: Option<Vec<u64>>,
    pub(super) dropped_dimensions: bool,
}

/// Some rows, decoded.
pub(super) struct Block {
    pub(super) polygons: PolygonSet,
    /// Arrays of each attribute.
    pub(super) columns: Vec<Vec<ArrayRef>>,
    pub(super) rows: Vec<u64>,
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

    /// Does the tasks side by side and takes what comes of them in their order: the first fault is the first in the file,
    /// whichever thread was faster.
    fn all(
        &self,
        tasks: &[Task],
        bbox: Option<[f64; 4]>,
        mut take: impl FnMut(Done) -> Result<(), IoError> + Send,
    ) -> Result<(), IoError> {
        let first_rows = self.first_rows();
        let work = |(): &mut (), task: &Task| match task {
            Task::Geometry(piece) => {
                let first_row = first_rows.get(piece.row_group).copied().unwrap_or_default();
                self.geometry(piece, first_row, bbox).map(|decoded| Done::Geometry(piece.row_group, decoded))
            }
            Task::Attribute { place, row_group, rows } => {
                let column = self.attributes.get(*place).copied().unwrap_or_default();
                let arrays = self.table.attribute(*row_group, column, rows.as_deref());
                arrays.map(|arrays| Done::Attribute(*place, arrays)).map_err(|fault| (None, fault))
            }
        };
        in_waves(tasks, work, |done: Result<Done, At>| {
            take(done.map_err(|fault| self.fault(fault))?).map(ControlFlow::Continue)
        })
    }

    fn geometry(&self, piece: &Piece, first_row: u64, bbox: Option<[f64; 4]>) -> Result<Decoded, At> {
        geometry::decode(self.table, self.column, self.geometry, piece, first_row, bbox, self.progress)
    }

    fn attribute_tasks(&self, row_group: usize, rows: Option<&[Range<usize>]>) -> impl Iterator<Item = Task> {
        let rows = rows.map(<[_]>::to_vec);
        (0..self.attributes.len()).map(move |place| Task::Attribute { place, row_group, rows: rows.clone() })
    }

    fn everything(&self) -> Result<Outcome, IoError> {
        let mut tasks: Vec<Task> = self.pieces(None)?.into_iter().map(Task::Geometry).collect();
        tasks.extend(self.table.row_groups().flat_map(|row_group| self.attribute_tasks(row_group, None)));
        let mut outcome = Outcome::new(self.attributes.len());
        mapping::reserve(outcome.polygons.coords_mut(), self.table.most_points(self.column));
        self.all(&tasks, None, |done| match done {
            Done::Geometry(_, decoded) => self.append(&mut outcome, &decoded),
            Done::Attribute(place, arrays) => {
                outcome.append_column(place, arrays);
                Ok(())
            }
        })?;
        Ok(outcome)
    }

    /// The pieces of the file that may meet a box, all without one, in its order.
    fn pieces(&self, bbox: Option<[f64; 4]>) -> Result<Vec<Piece>, IoError> {
        let table = self.table;
        let covering = self.geometry.covering.as_ref().and_then(|paths| Covering::find(table, paths));
        let covering = bbox.zip(covering);
        let pieces: Vec<_> = table
            .row_groups()
            .into_par_iter()
            .map(|row_group| match &covering {
                Some((bbox, covering))
                    if !covering.group_may_meet(table.metadata.row_group(row_group), *bbox) =>
                {
                    Ok(Vec::new())
                }
                Some((bbox, covering)) => covering
                    .rows_that_may_meet(table, row_group, *bbox)
                    .map(|rows| geometry::pieces(table, self.column, row_group, Some(&rows))),
                None => Ok(geometry::pieces(table, self.column, row_group, None)),
            })
            .collect();
        let mut all = Vec::new();
        for pieces in pieces {
            all.extend(pieces.map_err(|fault| self.fault((None, fault)))?);
        }
        self.progress.announce(all.iter().map(|piece| piece.len() as u64).sum());
        Ok(all)
    }

    fn in_window(&self, bbox: [f64; 4]) -> Result<Outcome, IoError> {
        let tasks: Vec<Task> = self.pieces(Some(bbox))?.into_iter().map(Task::Geometry).collect();
        let first_rows = self.first_rows();
        let mut kept: Vec<Vec<Range<usize>>> = vec![Vec::new(); first_rows.len()];
        let mut outcome = Outcome::new(self.attributes.len());
        self.all(&tasks, Some(bbox), |done| {
            if let Done::Geometry(row_group, decoded) = done {
                self.append(&mut outcome, &decoded)?;
                kept.get_mut(row_group)
                    .into_iter()
                    .for_each(|kept| kept.extend(decoded.kept.iter().flatten().cloned()));
            }
            Ok(())
        })?;
        let groups = kept.iter().enumerate().filter(|(_, rows)| !rows.is_empty());
        let tasks: Vec<Task> =
            groups.flat_map(|(row_group, rows)| self.attribute_tasks(row_group, Some(rows))).collect();
        self.all(&tasks, None, |done| {
            if let Done::Attribute(place, arrays) = done {
                outcome.append_column(place, arrays);
            }
            Ok(())
        })?;
        let rows = first_rows
            .iter()
            .zip(&kept)
            .flat_map(|(first, ranges)| ranges.iter().cloned().flatten().map(move |row| first + row as u64));
        outcome.rows = Some(rows.collect());
        Ok(outcome)
    }

    /// Decodes piece after piece with its attributes and lets `visit` have them in the file's order.
    pub(super) fn blocks<E: From<IoError> + Send>(
        &self,
        bbox: Option<[f64; 4]>,
        mut visit: impl FnMut(Block) -> Result<ControlFlow<()>, E> + Send,
    ) -> Result<(), E> {
        let first_rows = self.first_rows();
        let pieces = self.pieces(bbox)?;
        let work = |(): &mut (), piece: &Piece| {
            let first_row = first_rows.get(piece.row_group).copied().unwrap_or_default();
            let Decoded { polygons, kept, dropped_dimensions } = self.geometry(piece, first_row, bbox)?;
            let ranges = kept.unwrap_or_else(|| vec![piece.rows.clone()]);
            let all = 0..self.table.rows(piece.row_group);
            let whole = matches!(ranges.as_slice(), [only] if *only == all);
            let asked = (!whole).then_some(ranges.as_slice());
            let columns: Vec<Vec<ArrayRef>> = if polygons.is_empty() {
                vec![Vec::new(); self.attributes.len()]
            } else {
                let columns = self.attributes.iter();
                columns
                    .map(|column| self.table.attribute(piece.row_group, *column, asked))
                    .collect::<Result<_, _>>()
                    .map_err(|fault| (None, fault))?
            };
            let rows = ranges.into_iter().flatten().map(|row| first_row + row as u64).collect();
            Ok(Block { polygons, columns, rows, dropped_dimensions })
        };
        in_waves(&pieces, work, |block: Result<Block, At>| visit(block.map_err(|fault| self.fault(fault))?))
    }

    fn append(&self, outcome: &mut Outcome, decoded: &Decoded) -> Result<(), IoError> {
        outcome.dropped_dimensions |= decoded.dropped_dimensions;
        let coordinates = outcome.polygons.coords().len() + decoded.polygons.view().coords().len();
        if coordinates > i32::MAX as usize {
            return Err(self.fault((None, GeoParquetFault::TooLarge)));
        }
        outcome.polygons.extend(decoded.polygons.view());
        Ok(())
    }
}

impl Outcome {
    fn new(columns: usize) -> Self {
        let columns = vec![Vec::new(); columns];
        Self { polygons: PolygonBuilder::default(), columns, rows: None, dropped_dimensions: false }
    }

    fn append_column(&mut self, place: usize, arrays: Vec<ArrayRef>) {
        if let Some(column) = self.columns.get_mut(place) {
            column.extend(arrays);
        }
    }
}
