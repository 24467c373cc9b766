//! The work of a stream in pieces for threads to take.

use std::ops::Range;

use crate::polygons::Polygons;

/// Coordinates that make a task; a larger feature is a task of its own.
const TASK: usize = 4096;

/// Runs of features of about the same work, the largest first: a huge feature must not be the last to be begun.
pub(super) fn all(block: Polygons<'_>) -> Vec<Range<usize>> {
    of_runs(block, std::iter::once(0..block.len()))
}

/// The same for some features, ascending.
pub(super) fn some(block: Polygons<'_>, features: &[u32]) -> Vec<Range<usize>> {
    let runs = features.chunk_by(|before, after| *after == before + 1);
    of_runs(block, runs.map(|run| run[0] as usize..run[run.len() - 1] as usize + 1))
}

fn of_runs(block: Polygons<'_>, runs: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let coords_before = |feature: usize| {
        let polygon = block.feature_offsets()[feature] as usize;
        block.ring_offsets()[block.polygon_offsets()[polygon] as usize] as usize
    };
    let mut tasks = Vec::new();
    for run in runs {
        let mut start = run.start;
        while start < run.end {
            let before = coords_before(start);
            let mut end = start + 1;
            while end < run.end && coords_before(end + 1) - before <= TASK {
                end += 1;
            }
            tasks.push(start..end);
            start = end;
        }
    }
    tasks.sort_by_key(|task| {
        let coords = coords_before(task.end) - coords_before(task.start);
        std::cmp::Reverse(coords / (2 * TASK))
    });
    tasks
}
