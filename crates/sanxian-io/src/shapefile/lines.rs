//! Records of points and lines into columns: each line stands where a ring of a polygon would, and is not closed.

use sanxian_overlay::Point;

use super::bytes::{f64_le, i32_le};
use super::fault::ShapefileFault;
use super::polygons::{empty_shape, extend_with, parts};
use super::records::{is_line, is_multipoint, is_point, shape_name};
use super::scan::{FIXED_BYTES, NULL_SHAPE};
use crate::columns::Columns;
use crate::finding::Finding;

/// Type, box, number of points: what stands before the points of a multipoint.
const MULTIPOINT_BYTES: usize = 40;
/// Ordinates below this stand for "no data" in points without a place.
const NO_DATA: f64 = -1e38;

/// Decodes one record.
pub(super) fn one(
    content: &[u8],
    row: usize,
    columns: &mut Columns,
    points: &mut Vec<Point>,
    findings: &mut Vec<Finding>,
) -> Result<(), ShapefileFault> {
    let line = row as u64 + 1;
    let code = i32_le(content, 0).unwrap_or(-1);
    points.clear();
    match code {
        NULL_SHAPE => {
            columns.push_null();
            return Ok(());
        }
        code if is_point(code) => {
            let (Some(x), Some(y)) = (f64_le(content, 4), f64_le(content, 12)) else {
                return Err(ShapefileFault::Counts { parts: 1, points: 1, bytes: content.len() });
            };
            let is_place = x.is_finite() && y.is_finite() && x > NO_DATA && y > NO_DATA;
            points.extend(is_place.then_some([x, y]));
        }
        code if is_multipoint(code) => extend_with(points, multipoint(content)?)?,
        code if is_line(code) => {
            let lines = parts(content)?;
            let first_point = FIXED_BYTES + lines.len() * 4;
            let end = lines.last().map_or(0, |last| last.end);
            extend_with(points, content.get(first_point..first_point + end * 16).unwrap_or_default())?;
            for line in lines {
                columns.push_line(points.get(line).unwrap_or_default());
            }
            end_feature(line, columns, points, findings);
            return Ok(());
        }
        code => return Err(ShapefileFault::ShapeType { found: shape_name(code) }),
    }
    for point in points.iter() {
        columns.push_line(std::slice::from_ref(point));
    }
    end_feature(line, columns, points, findings);
    Ok(())
}

fn end_feature(line: u64, columns: &mut Columns, points: &[Point], findings: &mut Vec<Finding>) {
    if points.is_empty() {
        findings.push(empty_shape(line));
        columns.push_null();
    } else {
        columns.end_polygon();
        columns.end_feature();
    }
}

/// The coordinates of a multipoint, after checking that what is announced fits into the record.
fn multipoint(content: &[u8]) -> Result<&[u8], ShapefileFault> {
    let points = i32_le(content, 36).unwrap_or(-1);
    let bytes = usize::try_from(points).ok().and_then(|points| points.checked_mul(16));
    let coordinates =
        bytes.and_then(|bytes| content.get(MULTIPOINT_BYTES..MULTIPOINT_BYTES.checked_add(bytes)?));
    coordinates.ok_or(ShapefileFault::Counts { parts: 1, points, bytes: content.len() })
}
