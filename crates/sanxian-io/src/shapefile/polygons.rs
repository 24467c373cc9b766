//! Polygon records into columns.

use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;
use sanxian_overlay::{Point, PolygonSet, Progress};

use super::bytes::{f64_le, i32_le};
use super::fault::ShapefileFault;
use super::records::{Record, is_polygon, shape_name};
use crate::columns::Columns;
use crate::error::IoError;
use crate::finding::Finding;
use crate::nesting::nest;

/// Records decoded at once by a thread: enough to keep it busy for a millisecond, few enough to stop soon after a cancel.
const CHUNK: usize = 512;

const NULL_SHAPE: i32 = 0;
/// Type, box, number of parts, number of points.
const FIXED_BYTES: usize = 44;

/// True when a record's box meets `bbox`. A null shape lies outside every box; a broken box leaves the record in.
pub(super) fn meets(record: &Record<'_>, bbox: [f64; 4]) -> bool {
    if i32_le(record.content, 0) == Some(NULL_SHAPE) {
        return false;
    }
    let edge = |at: usize| f64_le(record.content, 4 + at * 8);
    match (edge(0), edge(1), edge(2), edge(3)) {
        (Some(x0), Some(y0), Some(x1), Some(y1)) => {
            !(x0 > bbox[2] || y0 > bbox[3] || x1 < bbox[0] || y1 < bbox[1])
        }
        _ => true,
    }
}

/// Decodes the records in parallel; the result does not depend on the number of threads.
pub(super) fn decode(
    path: &Path,
    records: &[Record<'_>],
    progress: &Progress,
    findings: &mut Vec<Finding>,
) -> Result<PolygonSet, IoError> {
    progress.expect(records.len() as u64);
    let chunks: Vec<Result<(Columns, Vec<Finding>), IoError>> = records
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut columns = Columns::default();
            let mut said = Vec::new();
            let mut points = Vec::new();
            for record in chunk {
                one(record, &mut columns, &mut points, &mut said)
                    .map_err(|fault| record.fault(path, fault))?;
            }
            progress.advance(chunk.len() as u64).map_err(|_| IoError::Cancelled)?;
            Ok((columns, said))
        })
        .collect();
    let mut all = Columns::default();
    for chunk in chunks {
        let (columns, said) = chunk?;
        all.append(columns);
        findings.extend(said);
    }
    all.finish().map_err(|_| IoError::Shapefile {
        path: path.to_owned(),
        record: None,
        offset: None,
        fault: ShapefileFault::TooLarge,
    })
}

fn one(
    record: &Record<'_>,
    columns: &mut Columns,
    points: &mut Vec<Point>,
    findings: &mut Vec<Finding>,
) -> Result<(), ShapefileFault> {
    let content = record.content;
    let line = record.row as u64 + 1;
    match i32_le(content, 0) {
        Some(NULL_SHAPE) => {
            columns.push_null();
            return Ok(());
        }
        Some(code) if is_polygon(code) => {}
        code => return Err(ShapefileFault::ShapeType { found: shape_name(code.unwrap_or(-1)) }),
    }
    let rings = parts(content)?;
    let Some(last) = rings.last() else {
        findings.push(Finding::warning("empty_shape", "图形没有部分或没有点,按无图形读").at_line(line));
        columns.push_null();
        return Ok(());
    };
    let first_point = FIXED_BYTES + rings.len() * 4;
    let coordinates = content.get(first_point..first_point + last.end * 16).unwrap_or_default();
    points.clear();
    points.extend(coordinates.as_chunks::<16>().0.iter().map(|point| {
        let (x, y) = point.split_at(8);
        [f64_le(x, 0).unwrap_or(f64::NAN), f64_le(y, 0).unwrap_or(f64::NAN)]
    }));
    if let Some(vertex) = points.iter().position(|[x, y]| !x.is_finite() || !y.is_finite()) {
        return Err(ShapefileFault::NotFinite { vertex });
    }
    let mut open = 0_usize;
    if let [ring] = rings.as_slice() {
        open += usize::from(columns.push_ring(points.get(ring.clone()).unwrap_or_default()));
        columns.end_polygon();
    } else {
        let parts = rings.len();
        let rings: Vec<&[Point]> =
            rings.into_iter().filter_map(|ring| points.get(ring)).filter(|ring| !ring.is_empty()).collect();
        if rings.len() < parts {
            let message = format!("{} 个部分没有点,未读", parts - rings.len());
            findings.push(Finding::warning("empty_part", message).at_line(line));
        }
        for polygon in nest(&rings) {
            for ring in polygon {
                open += usize::from(columns.push_ring(rings.get(ring).copied().unwrap_or_default()));
            }
            columns.end_polygon();
        }
    }
    columns.end_feature();
    if open > 0 {
        findings.push(Finding::warning("ring_not_closed", format!("{open} 圈没有闭合,已闭合")).at_line(line));
    }
    Ok(())
}

/// Ranges of the points of each part, after checking that everything announced fits into the record.
fn parts(content: &[u8]) -> Result<Vec<Range<usize>>, ShapefileFault> {
    let bytes = content.len();
    let (Some(parts), Some(points)) = (i32_le(content, 36), i32_le(content, 40)) else {
        return Err(ShapefileFault::Counts { parts: 0, points: 0, bytes });
    };
    let counts = || ShapefileFault::Counts { parts, points, bytes };
    let (part_count, point_count) =
        (usize::try_from(parts).map_err(|_| counts())?, usize::try_from(points).map_err(|_| counts())?);
    // Checked before anything is reserved: a false count must not cost memory.
    if FIXED_BYTES as u64 + part_count as u64 * 4 + point_count as u64 * 16 > bytes as u64 {
        return Err(counts());
    }
    if part_count == 0 || point_count == 0 {
        return Ok(Vec::new());
    }
    let mut ranges = Vec::with_capacity(part_count);
    let mut before = 0;
    for part in 0..part_count {
        let start = i32_le(content, FIXED_BYTES + part * 4).unwrap_or(-1);
        let fits = usize::try_from(start)
            .ok()
            .filter(|&at| at >= before && at <= point_count && (part > 0 || at == 0));
        let Some(at) = fits else {
            return Err(ShapefileFault::PartStart { part, start, points });
        };
        if part > 0 {
            ranges.push(before..at);
        }
        before = at;
    }
    ranges.push(before..point_count);
    Ok(ranges)
}
