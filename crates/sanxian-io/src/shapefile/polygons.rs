//! Polygon records into polygons, a stretch of the file at a time.

use std::ops::Range;

use sanxian_overlay::{Point, PolygonBuilder};

use super::bytes::{f64_le, i32_le};
use super::fault::ShapefileFault;
use super::files::Member;
use super::records::{Place, fault, is_polygon, shape_name};
use super::scan::{FIXED_BYTES, NULL_SHAPE, contents};
use crate::error::IoError;
use crate::finding::Finding;
use crate::nesting::nest;

/// What came out of some records, in order.
#[derive(Default)]
pub(super) struct Shapes {
    /// One feature a row; rows without a record, and records that could not be decoded unless they are skipped, are nulls.
    pub(super) polygons: PolygonBuilder,
    /// Box of all coordinates.
    pub(super) bounds: Option<[f64; 4]>,
    /// Records that could not be decoded.
    pub(super) bad: Vec<Bad>,
    pub(super) findings: Vec<Finding>,
}

/// A record that could not be decoded.
pub(super) struct Bad {
    pub(super) row: usize,
    pub(super) offset: u64,
    pub(super) error: IoError,
}

/// Decodes the records of these rows, ascending, each by `one`. The last rows have none if there are fewer `places`. `skip`
/// leaves out those that cannot be decoded.
pub(super) fn decode(
    shp: &Member,
    places: &[Place],
    rows: &[usize],
    skip: bool,
    buffer: &mut Vec<u8>,
    one: impl Fn(
        &[u8],
        usize,
        &mut PolygonBuilder,
        &mut Vec<Point>,
        &mut Vec<Finding>,
    ) -> Result<(), ShapefileFault>,
) -> Result<Shapes, IoError> {
    let mut shapes = Shapes::default();
    let bytes = match (places.first(), places.last()) {
        (Some(first), Some(last)) => {
            let length = usize::try_from(last.end().saturating_sub(first.offset)).unwrap_or(0);
            Some((first.offset, shp.view(first.offset, length, buffer)?))
        }
        _ => None,
    };
    let most: u64 = places.iter().map(|place| place.length / 16).sum();
    shapes.polygons.coords_mut().reserve(usize::try_from(most).unwrap_or(0));
    let mut points = Vec::new();
    for (position, &row) in rows.iter().enumerate() {
        let (Some(&place), Some((start, bytes))) = (places.get(position), &bytes) else {
            shapes.polygons.push_null();
            continue;
        };
        // The scan has just read this header: somebody is writing the file.
        let content =
            contents(bytes, *start, place).ok_or_else(|| IoError::Changed { path: shp.path.clone() })?;
        if let Err(what) = one(content, row, &mut shapes.polygons, &mut points, &mut shapes.findings) {
            if !skip {
                shapes.polygons.push_null();
            }
            let error = fault(&shp.path, row, place.offset, what);
            shapes.bad.push(Bad { row, offset: place.offset, error });
        }
    }
    shapes.measure();
    Ok(shapes)
}

impl Shapes {
    /// The box of the coordinates, taken while they are in the cache.
    fn measure(&mut self) {
        let empty = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let bounds = self.polygons.coords().iter().fold(empty, |[x0, y0, x1, y1], &[x, y]| {
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

/// Decodes one record of polygons.
pub(super) fn one(
    content: &[u8],
    row: usize,
    builder: &mut PolygonBuilder,
    points: &mut Vec<Point>,
    findings: &mut Vec<Finding>,
) -> Result<(), ShapefileFault> {
    let line = row as u64 + 1;
    match i32_le(content, 0) {
        Some(NULL_SHAPE) => {
            builder.push_null();
            return Ok(());
        }
        Some(code) if is_polygon(code) => {}
        code => return Err(ShapefileFault::ShapeType { found: shape_name(code.unwrap_or(-1)) }),
    }
    let open = if let (Some(1), Some(0)) = (i32_le(content, 36), i32_le(content, FIXED_BYTES)) {
        let Some(open) = single(content, builder)? else {
            findings.push(empty_shape(line));
            builder.push_null();
            return Ok(());
        };
        usize::from(open)
    } else {
        let rings = parts(content)?;
        let Some(last) = rings.last() else {
            findings.push(empty_shape(line));
            builder.push_null();
            return Ok(());
        };
        let first_point = FIXED_BYTES + rings.len() * 4;
        points.clear();
        extend_with(points, content.get(first_point..first_point + last.end * 16).unwrap_or_default())?;
        several(rings, points, builder, line, findings)
    };
    builder.end_feature();
    if open > 0 {
        findings.push(Finding::warning("ring_not_closed", format!("{open} 圈没有闭合,已闭合")).at_line(line));
    }
    Ok(())
}

pub(super) fn empty_shape(line: u64) -> Finding {
    Finding::warning("empty_shape", "图形没有部分或没有点,按无图形读").at_line(line)
}

/// A record of one part, the commonest, straight into the builder. Answers whether its ring was open; `None` without points.
fn single(content: &[u8], builder: &mut PolygonBuilder) -> Result<Option<bool>, ShapefileFault> {
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
    if let Err(fault) = extend_with(builder.coords_mut(), coordinates) {
        builder.discard_ring();
        return Err(fault);
    }
    let open = builder.close_ring();
    builder.end_polygon();
    Ok(Some(open))
}

/// Appends the points; an error names the first that is no place.
pub(super) fn extend_with(points: &mut Vec<Point>, coordinates: &[u8]) -> Result<(), ShapefileFault> {
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
    builder: &mut PolygonBuilder,
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
            open += usize::from(builder.push_ring(rings.get(ring).copied().unwrap_or_default()));
        }
        builder.end_polygon();
    }
    open
}

/// Ranges of the points of each part, after checking that everything announced fits into the record.
pub(super) fn parts(content: &[u8]) -> Result<Vec<Range<usize>>, ShapefileFault> {
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
