//! Areas of all pairs of two layers: one stays in memory, the other passes by.

use std::cell::Cell;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::admission::verdict;
use super::crossing::{Crossings, Pair};
use super::outline::{Outline, Outlines};
use super::piece::{self, piece};
use super::processor;
use super::resident::{Resident, Verdict};
use super::tasks;
use crate::admission::{OverlayOptions, invalid_polygon};
use crate::error::{OverlayError, Side};
use crate::index::IndexedPolygons;
use crate::measure::EdgeFunctional;
use crate::polygons::{PolygonSet, Polygons};
use crate::progress::Progress;
use crate::repair::Repair;

/// What subjects and control features have in common, a row a pair, ordered by subject and control feature.
///
/// Only pairs that share area have a row. Every control feature counts for itself: where control features overlap, so do the areas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairAreas {
    /// Subject of each row.
    pub subject: Vec<u32>,
    /// Control feature of each row.
    pub control: Vec<u32>,
    /// Planar area of each row, in square units of the coordinates: m² for a projected CRS.
    pub area: Vec<f64>,
    /// For each functional that was asked for its sum round the piece of each row.
    pub functionals: Vec<Vec<f64>>,
    /// Features that were repaired before they took part, subjects first.
    pub repairs: Vec<Repair>,
}

/// Rows with their pieces, and the pairs that have none.
#[derive(Debug, Default)]
pub(crate) struct Traced {
    pub(crate) areas: PairAreas,
    /// A feature a row.
    pub(crate) pieces: PolygonSet,
    /// Subject and control feature of the pairs that share no area though their boxes meet: all that touch are among them. Ordered.
    pub(crate) neighbours: Vec<(u32, u32)>,
}

/// [`crate::intersection_areas()`] for a layer that is larger than memory: one side is indexed, the other one is fed in blocks.
///
/// Beside the indexed side and the rows found, a thread holds the outline of one feature at a time.
///
/// # Examples
/// ```
/// use sanxian_overlay::{AreaStream, OverlayOptions, PolygonSet, Progress, Side};
///
/// let mut plots = PolygonSet::default();
/// plots.push_feature([[[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]].as_slice()]]);
/// let stream = AreaStream::new(plots.view(), Side::Subject, &[], OverlayOptions::default());
/// for block in 0..3 {
///     let easting = 4.0 * f64::from(block);
///     let mut strip = PolygonSet::default();
///     strip.push_feature([[[[easting, 0.0], [easting + 4.0, 0.0], [easting + 4.0, 50.0], [easting, 50.0]].as_slice()]]);
///     stream.feed(strip.view(), block as usize, &Progress::default())?;
/// }
/// let areas = stream.finish();
/// assert_eq!(areas.control, [0, 1, 2]);
/// assert_eq!(areas.area, [40.0, 40.0, 20.0]);
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub struct AreaStream<'a> {
    resident: Resident<'a>,
    resident_side: Side,
    functionals: &'a [&'a (dyn EdgeFunctional + Sync)],
    options: OverlayOptions,
    /// Whether pieces are traced, too.
    traces: bool,
    /// What passes by, where it remembers which of its features are valid.
    checked: Option<&'a IndexedPolygons>,
    found: Mutex<Found>,
}

/// Rows and what else came of some features.
#[derive(Default)]
struct Found {
    /// Subject, control feature, planar area.
    rows: Vec<(u32, u32, f64)>,
    /// The functionals of the rows, row by row.
    functionals: Vec<f64>,
    /// The pieces of the rows, where they are traced.
    pieces: PolygonSet,
    /// The pairs without a row, where pieces are traced.
    neighbours: Vec<(u32, u32)>,
    repairs: Vec<Repair>,
    /// Invalid features, counted through their set or block.
    refused: Vec<(Side, usize)>,
}

/// Memory that a thread uses again from feature to feature.
#[derive(Default)]
struct Scratch {
    outlines: Outlines,
    crossings: Crossings,
    candidates: Vec<u32>,
    near: Vec<[u32; 2]>,
    pieces: piece::Scratch,
}

thread_local! {
    /// Taken out while in use: a thread that waits for others may begin another feature meanwhile.
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

impl<'a> AreaStream<'a> {
    /// Indexes the features that stay in memory; `side` says which they are.
    pub fn new(
        resident: Polygons<'a>,
        side: Side,
        functionals: &'a [&'a (dyn EdgeFunctional + Sync)],
        options: OverlayOptions,
    ) -> Self {
        Self {
            resident: Resident::new(resident),
            resident_side: side,
            functionals,
            options,
            traces: false,
            checked: None,
            found: Mutex::default(),
        }
    }

    /// Has pieces traced, too.
    pub(super) fn tracing(self) -> Self {
        Self { traces: true, ..self }
    }

    /// What will pass by is this layer, which remembers which of its features are valid.
    pub(super) fn remembering(self, layer: &'a IndexedPolygons) -> Self {
        Self { checked: Some(layer), ..self }
    }

    /// Holds a block of the other side against the indexed features. Its features are counted from `first_feature` in the result, so blocks may come in any
    /// order and, from several threads, at the same time.
    ///
    /// # Errors
    /// As [`crate::intersection_areas()`]; what was found in the block is dropped then.
    pub fn feed(
        &self,
        block: Polygons<'_>,
        first_feature: usize,
        progress: &Progress,
    ) -> Result<(), OverlayError> {
        self.run(block, tasks::all(block), first_feature, progress)
    }

    /// [`Self::feed`] with some features of the block.
    pub(super) fn run(
        &self,
        block: Polygons<'_>,
        tasks: Vec<Range<usize>>,
        first_feature: usize,
        progress: &Progress,
    ) -> Result<(), OverlayError> {
        progress.announce(tasks.iter().map(|task| task.len() as u64).sum());
        let found: Vec<Found> = tasks
            .into_par_iter()
            .with_max_len(1)
            .map(|features| {
                progress.check()?;
                let mut scratch = SCRATCH.take().unwrap_or_default();
                let mut found = Found::default();
                for feature in features.clone() {
                    progress.check()?;
                    self.meet(block, feature, first_feature, &mut scratch, &mut found);
                }
                SCRATCH.set(Some(scratch));
                progress.advance(features.len() as u64)?;
                Ok(found)
            })
            .collect::<Result<_, OverlayError>>()?;
        let first_refused = found
            .iter()
            .flat_map(|part| &part.refused)
            .min_by_key(|(side, feature)| (*side == Side::Control, *feature));
        if let Some(&(side, feature)) = first_refused {
            return Err(if side == self.resident_side {
                invalid_polygon(side, self.resident.polygons(), feature)
            } else {
                invalid_polygon(side, block, feature).moved_by(first_feature)
            });
        }
        let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for part in found {
            all.rows.extend(part.rows);
            all.functionals.extend(part.functionals);
            all.pieces.extend(part.pieces.view());
            all.neighbours.extend(part.neighbours);
            all.repairs.extend(part.repairs);
        }
        Ok(())
    }

    /// Holds one feature of a block against all that it may meet.
    fn meet(
        &self,
        block: Polygons<'_>,
        feature: usize,
        first_feature: usize,
        scratch: &mut Scratch,
        found: &mut Found,
    ) {
        let Scratch { outlines, crossings, candidates, near, pieces } = scratch;
        let side = other(self.resident_side);
        candidates.clear();
        let mut has_place = true;
        for polygon in block.polygon_range(feature) {
            has_place &= processor::candidates(&self.resident, block, polygon, candidates);
        }
        if !has_place {
            // Its coordinates are not numbers; that it meets nothing must not hide it.
            found.refused.push((side, feature));
            return;
        }
        if candidates.is_empty() {
            return;
        }
        candidates.sort_unstable();
        candidates.dedup();
        outlines.clear();
        processor::push(outlines, block, feature, self.resident.origin);
        let outline = outlines.outline(block.coords(), 0);
        let verdict = verdict(
            block,
            feature,
            &outline,
            side,
            self.options.on_invalid,
            self.resident.origin,
            near,
            self.checked,
        );
        let outline = match &verdict {
            Verdict::Valid => outline,
            Verdict::Refused => return found.refused.push((side, feature)),
            Verdict::Repaired(replacement) => {
                found.repairs.push(Repair { feature: first_feature + feature, ..replacement.repair.clone() });
                replacement.outline()
            }
        };
        for &candidate in candidates.iter() {
            let Some(partner) = self.admitted(candidate, near, found) else { continue };
            let number = (first_feature + feature) as u32;
            let (rows, sides) = if side == Side::Subject {
                ((number, candidate), [outline, partner])
            } else {
                ((candidate, number), [partner, outline])
            };
            let pair = Pair { sides, origin: self.resident.origin };
            crossings.find(&pair);
            let area = processor::planar_area(crossings, &pair);
            let shares_area = area > 0.0;
            if self.traces {
                let piece = shares_area.then(|| piece(&pair, crossings, area, pieces));
                let Some(piece) = piece.filter(|piece| !piece.is_empty()) else {
                    found.neighbours.push(rows);
                    continue;
                };
                piece.push_to(&mut found.pieces);
            } else if !shares_area {
                continue;
            }
            found.rows.push((rows.0, rows.1, area));
            for position in 0..self.functionals.len() {
                found.functionals.push(crossings.functional(&pair, self.functionals, position));
            }
        }
    }

    /// A resident feature as it takes part; `None` when it must not.
    fn admitted(&self, feature: u32, near: &mut Vec<[u32; 2]>, found: &mut Found) -> Option<Outline<'_>> {
        let outline = self.resident.outline(feature);
        let known = &self.resident.verdicts[feature as usize];
        if known.get().is_none() {
            // Found outside of the lock: a thread that shares out the check of a huge feature may meanwhile come by the same feature again.
            let verdict = verdict(
                self.resident.polygons(),
                feature as usize,
                &outline,
                self.resident_side,
                self.options.on_invalid,
                self.resident.origin,
                near,
                None,
            );
            // Another thread may have been first, with the same answer.
            let _ = known.set(verdict);
        }
        match known.get() {
            Some(Verdict::Valid) => Some(outline),
            Some(Verdict::Repaired(replacement)) => Some(replacement.outline()),
            Some(Verdict::Refused) | None => {
                found.refused.push((self.resident_side, feature as usize));
                None
            }
        }
    }

    /// The rows of the blocks fed since the last call, in order, for sums that are made block by block; repairs are those of the blocks' features.
    pub fn take_rows(&self) -> PairAreas {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        self.in_order(std::mem::take(&mut *found)).areas
    }

    /// The rows of all blocks that were not taken, in order, and the repairs that were not told.
    pub fn finish(self) -> PairAreas {
        self.finish_traced().areas
    }

    /// The same with the pieces of the rows.
    pub(super) fn finish_traced(mut self) -> Traced {
        let found = self.found.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut found = std::mem::take(found);
        found.repairs.extend(self.resident.verdicts.iter().filter_map(|verdict| match verdict.get() {
            Some(Verdict::Repaired(replacement)) => Some(replacement.repair.clone()),
            _ => None,
        }));
        self.in_order(found)
    }

    fn in_order(&self, found: Found) -> Traced {
        let mut order: Vec<u32> = (0..found.rows.len() as u32).collect();
        let rows = &found.rows;
        order.par_sort_unstable_by_key(|&row| (rows[row as usize].0, rows[row as usize].1));
        let count = self.functionals.len();
        let mut repairs = found.repairs;
        repairs.sort_by_key(|repair| (repair.side == Side::Control, repair.feature));
        let pieces = if self.traces {
            found.pieces.view().take(order.iter().map(|&row| row as usize))
        } else {
            PolygonSet::default()
        };
        let areas = PairAreas {
            subject: order.iter().map(|&row| rows[row as usize].0).collect(),
            control: order.iter().map(|&row| rows[row as usize].1).collect(),
            area: order.iter().map(|&row| rows[row as usize].2).collect(),
            functionals: (0..count)
                .map(|position| {
                    order.iter().map(|&row| found.functionals[row as usize * count + position]).collect()
                })
                .collect(),
            repairs,
        };
        let mut neighbours = found.neighbours;
        neighbours.par_sort_unstable();
        Traced { areas, pieces, neighbours }
    }
}

fn other(side: Side) -> Side {
    match side {
        Side::Subject => Side::Control,
        Side::Control => Side::Subject,
    }
}
