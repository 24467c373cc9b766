//! Polygon records into columns, a block of the file at a time.
//!
//! The file is never whole in memory: threads read blocks that fit their cache, look at the box of every record, decode
//! what meets the box asked for, and hand the columns on in the file's order.

use std::ops::Range;

use rayon::prelude::*;
use sanxian_overlay::{Point, PolygonSet, Progress};

use super::bytes::{f64_le, i32_be, i32_le};
use super::fault::ShapefileFault;
use super::files::Member;
use super::records::{Place, RECORD_HEADER_BYTES, fault, is_polygon, shape_name};
use crate::columns::Columns;
use crate::error::IoError;
use crate::finding::Finding;
use crate::nesting::nest;

/// Bytes read at once by a thread: they stay in its cache, and a cancel is heard within a millisecond.
const BLOCK_BYTES: u64 = 1 << 18;
/// Blocks a thread decodes before the columns are put together: enough to keep it busy, a megabyte in flight.
const WAVE: usize = 4;
/// A record alone in its block and longer than this is looked at before it is read.
const LONG_RECORD: u64 = 1 << 14;

const NULL_SHAPE: i32 = 0;
/// Type, box, number of parts, number of points.
const FIXED_BYTES: usize = 44;

/// What came out of a .shp.
pub(super) struct Decoded {
    pub(super) polygons: PolygonSet,
    /// Row of each feature, ascending.
    pub(super) rows: Vec<usize>,
    /// Box of all coordinates.
    pub(super) bounds: Option<[f64; 4]>,
    /// Records that could not be decoded; they stand as nulls in `polygons`.
    pub(super) bad: Vec<Bad>,
}

/// A record that could not be decoded.
pub(super) struct Bad {
    pub(super) row: usize,
    pub(super) offset: u64,
    pub(super) error: IoError,
}

/// Why decoding ended early.
pub(super) enum Stop {
    /// A record has another length than the index says, so the index belongs to another state of the file.
    IndexContradicts,
    Failed(IoError),
}

impl From<IoError> for Stop {
    fn from(error: IoError) -> Self {
        Self::Failed(error)
    }
}

/// True when a record's box meets `bbox`. A null shape lies outside every box; a broken box leaves the record in.
fn meets(content: &[u8], bbox: [f64; 4]) -> bool {
    if i32_le(content, 0) == Some(NULL_SHAPE) {
        return false;
    }
    let edge = |at: usize| f64_le(content, 4 + at * 8);
    match (edge(0), edge(1), edge(2), edge(3)) {
        (Some(x0), Some(y0), Some(x1), Some(y1)) => {
            !(x0 > bbox[2] || y0 > bbox[3] || x1 < bbox[0] || y1 < bbox[1])
        }
        _ => true,
    }
}

/// Decodes the records in parallel; the result does not depend on the number of threads.
pub(super) fn decode(
    shp: &Member,
    places: &[Place],
    bbox: Option<[f64; 4]>,
    progress: &Progress,
    findings: &mut Vec<Finding>,
) -> Result<Decoded, Stop> {
    progress.expect(places.len() as u64);
    let blocks = blocks(places);
    let read = |blocks: &[Range<usize>]| -> Vec<Result<Part, Stop>> {
        blocks
            .par_iter()
            .map_init(Vec::new, |buffer, rows| {
                let part = Reader { shp, places, bbox }.block(rows.clone(), buffer)?;
                progress.advance(rows.len() as u64).map_err(|_| IoError::Cancelled)?;
                Ok(part)
            })
            .collect()
    };
    let mut all = Part::default();
    if bbox.is_none() {
        // Reserved once, so that growing does not double the memory; the file is longer than its coordinates.
        let bytes: u64 = places.iter().map(|place| place.length.saturating_sub(FIXED_BYTES as u64 + 4)).sum();
        all.columns.coords.reserve_exact(usize::try_from(bytes / 16).unwrap_or(0));
    }
    let mut waves = blocks.chunks(WAVE * rayon::current_num_threads());
    let mut ready = waves.next().map(read).unwrap_or_default();
    while !ready.is_empty() {
        // Putting one wave together is memory traffic; decoding the next meanwhile is arithmetic.
        let (appended, next) =
            rayon::join(|| all.extend(ready), || waves.next().map(read).unwrap_or_default());
        appended?;
        ready = next;
    }
    findings.append(&mut all.findings);
    let polygons = all.columns.finish().map_err(|_| IoError::Shapefile {
        path: shp.path.clone(),
        record: None,
        offset: None,
        fault: ShapefileFault::TooLarge,
    })?;
    Ok(Decoded { polygons, rows: all.rows, bounds: all.bounds, bad: all.bad })
}

/// Runs of records that follow each other in the file closely enough to be read at once.
fn blocks(places: &[Place]) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut begin = 0;
    let mut end = 0;
    for (row, place) in places.iter().enumerate() {
        match blocks.last_mut() {
            Some(block) if place.offset >= end && place.end() - begin <= BLOCK_BYTES => block.end = row + 1,
            _ => {
                blocks.push(row..row + 1);
                begin = place.offset;
            }
        }
        end = place.end();
    }
    blocks
}

/// Columns of some records, in order.
#[derive(Default)]
struct Part {
    columns: Columns,
    rows: Vec<usize>,
    bounds: Option<[f64; 4]>,
    bad: Vec<Bad>,
    findings: Vec<Finding>,
}

impl Part {
    fn extend(&mut self, parts: Vec<Result<Self, Stop>>) -> Result<(), Stop> {
        for part in parts {
            let part = part?;
            self.columns.append(part.columns);
            self.rows.extend(part.rows);
            self.bad.extend(part.bad);
            self.findings.extend(part.findings);
            self.bounds = match (self.bounds, part.bounds) {
                (Some(a), Some(b)) => Some([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]),
                (a, b) => a.or(b),
            };
        }
        Ok(())
    }

    /// The box of the coordinates, taken while they are in the cache.
    fn measure(&mut self) {
        let empty = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let bounds = self.columns.coords.iter().fold(empty, |[x0, y0, x1, y1], &[x, y]| {
            [
                if x < x0 { x } else { x0 },
                if y < y0 { y } else { y0 },
                if x > x1 { x } else { x1 },
                if y > y1 { y } else { y1 },
            ]
        });
        self.bounds = (bounds[0] <= bounds[2]).then_some(bounds);
    }
}

struct Reader<'a> {
    shp: &'a Member,
    places: &'a [Place],
    bbox: Option<[f64; 4]>,
}

impl Reader<'_> {
    fn block(&self, rows: Range<usize>, buffer: &mut Vec<u8>) -> Result<Part, Stop> {
        let mut part = Part::default();
        let places = self.places.get(rows.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(part) };
        let length = usize::try_from(last.end() - first.offset).unwrap_or(0);
        if let (Some(bbox), [place]) = (self.bbox, places)
            && place.length > LONG_RECORD
        {
            let head = self.shp.read(place.offset, RECORD_HEADER_BYTES as usize + FIXED_BYTES)?;
            if !meets(contents(&head, first.offset, *place)?, bbox) {
                return Ok(part);
            }
        }
        buffer.resize(length.max(buffer.len()), 0);
        let bytes = buffer.get_mut(..length).unwrap_or_default();
        self.shp.read_into(bytes, first.offset)?;
        let mut points = Vec::new();
        for (row, place) in rows.zip(places) {
            let content = contents(bytes, first.offset, *place)?;
            if self.bbox.is_some_and(|bbox| !meets(content, bbox)) {
                continue;
            }
            part.rows.push(row);
            if let Err(what) = one(content, row, &mut part.columns, &mut points, &mut part.findings) {
                part.columns.push_null();
                let error = fault(&self.shp.path, row, place.offset, what);
                part.bad.push(Bad { row, offset: place.offset, error });
            }
        }
        part.measure();
        Ok(part)
    }
}

/// The content of a record in bytes that begin at `start` in the file, as far as they go; its own header must confirm
/// the length.
fn contents(bytes: &[u8], start: u64, place: Place) -> Result<&[u8], Stop> {
    let record = usize::try_from(place.offset - start).ok().and_then(|from| bytes.get(from..));
    let record = record.ok_or(Stop::IndexContradicts)?;
    let written = i32_be(record, 4).and_then(|words| u64::try_from(words).ok()).map(|words| words * 2);
    if written != Some(place.length) {
        return Err(Stop::IndexContradicts);
    }
    let content = record.get(RECORD_HEADER_BYTES as usize..).unwrap_or_default();
    Ok(usize::try_from(place.length).ok().and_then(|length| content.get(..length)).unwrap_or(content))
}

fn one(
    content: &[u8],
    row: usize,
    columns: &mut Columns,
    points: &mut Vec<Point>,
    findings: &mut Vec<Finding>,
) -> Result<(), ShapefileFault> {
    let line = row as u64 + 1;
    match i32_le(content, 0) {
        Some(NULL_SHAPE) => {
            columns.push_null();
            return Ok(());
        }
        Some(code) if is_polygon(code) => {}
        code => return Err(ShapefileFault::ShapeType { found: shape_name(code.unwrap_or(-1)) }),
    }
    let open = if let (Some(1), Some(0)) = (i32_le(content, 36), i32_le(content, FIXED_BYTES)) {
        let Some(open) = single(content, columns)? else {
            findings.push(empty_shape(line));
            columns.push_null();
            return Ok(());
        };
        usize::from(open)
    } else {
        let rings = parts(content)?;
        let Some(last) = rings.last() else {
            findings.push(empty_shape(line));
            columns.push_null();
            return Ok(());
        };
        let first_point = FIXED_BYTES + rings.len() * 4;
        points.clear();
        extend_with(points, content.get(first_point..first_point + last.end * 16).unwrap_or_default())?;
        several(rings, points, columns, line, findings)
    };
    columns.end_feature();
    if open > 0 {
        findings.push(Finding::warning("ring_not_closed", format!("{open} 圈没有闭合,已闭合")).at_line(line));
    }
    Ok(())
}

fn empty_shape(line: u64) -> Finding {
    Finding::warning("empty_shape", "图形没有部分或没有点,按无图形读").at_line(line)
}

/// A record of one part, the commonest, straight into the columns. Answers whether its ring was open; `None` without points.
fn single(content: &[u8], columns: &mut Columns) -> Result<Option<bool>, ShapefileFault> {
    let points = i32_le(content, 40).unwrap_or(-1);
    let first_point = FIXED_BYTES + 4;
    let coordinates = usize::try_from(points)
        .ok()
        .and_then(|points| content.get(first_point..first_point.checked_add(points.checked_mul(16)?)?));
    let Some(coordinates) = coordinates else {
        return Err(ShapefileFault::Counts { parts: 1, points, bytes: content.len() });
    };
    if coordinates.is_empty() {
        return Ok(None);
    }
    let start = columns.ring_start();
    if let Err(fault) = extend_with(&mut columns.coords, coordinates) {
        columns.coords.truncate(start);
        return Err(fault);
    }
    let open = columns.close_ring(start);
    columns.end_polygon();
    Ok(Some(open))
}

/// Appends the points; an error names the first that is no place.
fn extend_with(points: &mut Vec<Point>, coordinates: &[u8]) -> Result<(), ShapefileFault> {
    let before = points.len();
    points.extend(coordinates.as_chunks::<16>().0.iter().map(|point| {
        let (x, y) = point.split_at(8);
        [f64_le(x, 0).unwrap_or(f64::NAN), f64_le(y, 0).unwrap_or(f64::NAN)]
    }));
    let added = points.get(before..).unwrap_or_default();
    // Without a branch a point, which lets the compiler take several at once.
    if added.iter().fold(true, |finite, [x, y]| finite & x.is_finite() & y.is_finite()) {
        return Ok(());
    }
    let vertex = added.iter().position(|[x, y]| !x.is_finite() || !y.is_finite()).unwrap_or(0);
    Err(ShapefileFault::NotFinite { vertex })
}

/// Rings into polygons by containment. Answers how many were open.
fn several(
    rings: Vec<Range<usize>>,
    points: &[Point],
    columns: &mut Columns,
    line: u64,
    findings: &mut Vec<Finding>,
) -> usize {
    let parts = rings.len();
    let rings: Vec<&[Point]> =
        rings.into_iter().filter_map(|ring| points.get(ring)).filter(|ring| !ring.is_empty()).collect();
    if rings.len() < parts {
        let message = format!("{} 个部分没有点,未读", parts - rings.len());
        findings.push(Finding::warning("empty_part", message).at_line(line));
    }
    let mut open = 0;
    for polygon in nest(&rings) {
        for ring in polygon {
            open += usize::from(columns.push_ring(rings.get(ring).copied().unwrap_or_default()));
        }
        columns.end_polygon();
    }
    open
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
