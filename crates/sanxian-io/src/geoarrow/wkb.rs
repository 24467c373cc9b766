//! Well-known binary: polygons and multipolygons, ISO (1001, 2003, ...) and extended (flags, SRID), either byte order.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};

use super::fault::{ArrowFault, At};
use crate::columns::Columns;

const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POINT: u32 = 4;
const MULTI_LINE: u32 = 5;
const MULTI_POLYGON: u32 = 6;
/// Points reserved for an array on its word alone.
const MOST_RESERVED: usize = 1 << 20;
const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;

/// Reads one feature into the columns; answers whether heights or measures were left behind.
type ReadFeature = fn(&[u8], &mut Columns) -> Result<bool, ArrowFault>;

/// Appends the polygons of one array; answers whether heights or measures were left behind.
pub(super) fn read(array: &ArrayRef, columns: &mut Columns) -> Result<bool, At> {
    read_by(array, columns, read_feature)
}

/// Appends the points and lines of one array; answers whether heights or measures were left behind.
pub(super) fn read_lines(array: &ArrayRef, columns: &mut Columns) -> Result<bool, At> {
    read_by(array, columns, read_lines_of_feature)
}

/// True when the first geometry of an array is one of points or lines.
pub(super) fn begins_with_lines(array: &ArrayRef) -> bool {
    let kind = |bytes: &[u8]| Cursor::new(bytes).header().ok().map(|header| header.kind);
    let first = if let Some(values) = array.as_binary_opt::<i32>() {
        values.iter().flatten().next().and_then(kind)
    } else if let Some(values) = array.as_binary_opt::<i64>() {
        values.iter().flatten().next().and_then(kind)
    } else {
        array.as_binary_view_opt().and_then(|values| values.iter().flatten().next().and_then(kind))
    };
    first.is_some_and(|kind| matches!(kind, POINT | LINE | MULTI_POINT | MULTI_LINE))
}

fn read_by(array: &ArrayRef, columns: &mut Columns, one: ReadFeature) -> Result<bool, At> {
    if let Some(values) = array.as_binary_opt::<i32>() {
        return read_values(values.iter(), columns, one);
    }
    if let Some(values) = array.as_binary_opt::<i64>() {
        return read_values(values.iter(), columns, one);
    }
    if let Some(values) = array.as_binary_view_opt() {
        return read_values(values.iter(), columns, one);
    }
    let data_type = array.data_type().to_string();
    Err((None, ArrowFault::Storage { extension: "geoarrow.wkb".to_owned(), data_type }))
}

fn read_values<'a>(
    values: impl Iterator<Item = Option<&'a [u8]>> + Clone,
    columns: &mut Columns,
    one: ReadFeature,
) -> Result<bool, At> {
    let mut dropped_dimensions = false;
    // The bytes are longer than the coordinates in them. A dictionary can say the same ones many times, so not all is believed.
    let bytes: usize = values.clone().flatten().map(<[u8]>::len).sum();
    columns.coords.reserve((bytes / 16).min(MOST_RESERVED));
    for (feature, value) in values.enumerate() {
        match value {
            None => columns.push_null(),
            Some(bytes) => {
                dropped_dimensions |= one(bytes, columns).map_err(|what| (Some(feature as u64), what))?;
                columns.end_feature();
            }
        }
    }
    Ok(dropped_dimensions)
}

fn read_feature(bytes: &[u8], columns: &mut Columns) -> Result<bool, ArrowFault> {
    let mut cursor = Cursor::new(bytes);
    let header = cursor.header()?;
    match header.kind {
        POLYGON => cursor.polygon(&header, columns)?,
        MULTI_POLYGON => {
            let polygons = cursor.u32()?;
            for _ in 0..polygons {
                let part = cursor.header()?;
                if part.kind != POLYGON {
                    return Err(ArrowFault::NotAPolygon { found: kind_name(part.kind) });
                }
                cursor.polygon(&part, columns)?;
            }
        }
        kind => return Err(ArrowFault::NotAPolygon { found: kind_name(kind) }),
    }
    if cursor.offset < bytes.len() {
        return Err(cursor.broken("bytes are left over"));
    }
    Ok(header.dimensions > 2)
}

fn read_lines_of_feature(bytes: &[u8], columns: &mut Columns) -> Result<bool, ArrowFault> {
    let mut cursor = Cursor::new(bytes);
    let header = cursor.header()?;
    match header.kind {
        POINT | LINE => cursor.line(&header, columns)?,
        MULTI_POINT | MULTI_LINE => {
            for _ in 0..cursor.u32()? {
                let part = cursor.header()?;
                if part.kind + 3 != header.kind {
                    return Err(ArrowFault::NotALine { found: kind_name(part.kind) });
                }
                cursor.line(&part, columns)?;
            }
        }
        kind => return Err(ArrowFault::NotALine { found: kind_name(kind) }),
    }
    if cursor.offset < bytes.len() {
        return Err(cursor.broken("bytes are left over"));
    }
    columns.end_polygon();
    Ok(header.dimensions > 2)
}

struct Header {
    kind: u32,
    dimensions: usize,
}

struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
    big_endian: bool,
}

impl<'a> Cursor<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, big_endian: false }
    }

    const fn broken(&self, reason: &'static str) -> ArrowFault {
        ArrowFault::Wkb { offset: self.offset, reason }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], ArrowFault> {
        let end = self.offset.checked_add(count);
        let taken =
            end.and_then(|end| self.bytes.get(self.offset..end)).ok_or(self.broken("it ends too early"))?;
        self.offset += count;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, ArrowFault> {
        let bytes = self.take(4)?.first_chunk::<4>().copied().unwrap_or_default();
        Ok(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn header(&mut self) -> Result<Header, ArrowFault> {
        self.big_endian = match self.take(1)? {
            [0] => true,
            [1] => false,
            _ => {
                self.offset -= 1;
                return Err(self.broken("the byte order mark is neither 0 nor 1"));
            }
        };
        let code = self.u32()?;
        if code & EWKB_SRID != 0 {
            self.u32()?;
        }
        let flags = usize::from(code & EWKB_Z != 0) + usize::from(code & EWKB_M != 0);
        let code = code & !(EWKB_Z | EWKB_M | EWKB_SRID);
        let iso = match code / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(self.broken("the geometry type is unknown")),
        };
        Ok(Header { kind: code % 1000, dimensions: 2 + flags.max(iso) })
    }

    /// Appends so many coordinates.
    fn points(&mut self, header: &Header, points: usize, columns: &mut Columns) -> Result<(), ArrowFault> {
        // `take` refuses before anything is reserved, so a false count costs nothing.
        let width = header.dimensions * 8;
        let bytes = self.take(points.checked_mul(width).ok_or(self.broken("the point count is absurd"))?)?;
        let big_endian = self.big_endian;
        let ordinate = |point: &[u8], at: usize| {
            let bytes = point.get(at..).and_then(|rest| rest.first_chunk::<8>()).copied().unwrap_or_default();
            if big_endian { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) }
        };
        columns
            .coords
            .extend(bytes.chunks_exact(width).map(|point| [ordinate(point, 0), ordinate(point, 8)]));
        Ok(())
    }

    /// A point or a line; an empty one adds nothing.
    fn line(&mut self, header: &Header, columns: &mut Columns) -> Result<(), ArrowFault> {
        let points = if header.kind == POINT { 1 } else { self.u32()? as usize };
        let start = columns.ring_start();
        self.points(header, points, columns)?;
        let added = columns.coords.get(start..).unwrap_or_default();
        // POINT EMPTY has two NaN for coordinates.
        if header.kind == POINT && added.iter().flatten().all(|value| value.is_nan()) {
            columns.coords.truncate(start);
        } else if added.iter().flatten().any(|value| !value.is_finite()) {
            return Err(self.broken("a coordinate is no number"));
        } else if !added.is_empty() {
            columns.end_ring();
        }
        Ok(())
    }

    fn polygon(&mut self, header: &Header, columns: &mut Columns) -> Result<(), ArrowFault> {
        let rings = self.u32()?;
        for _ in 0..rings {
            let points = self.u32()? as usize;
            let start = columns.ring_start();
            self.points(header, points, columns)?;
            columns.close_ring(start);
        }
        // POLYGON EMPTY is a polygon without rings; a set keeps it as a feature without polygons.
        if rings > 0 {
            columns.end_polygon();
        }
        Ok(())
    }
}

const fn kind_name(kind: u32) -> &'static str {
    match kind {
        1 => "point",
        2 => "line",
        3 => "polygon",
        4 => "multipoint",
        5 => "multiline",
        6 => "multipolygon",
        7 => "geometry collection",
        8..=12 => "curve",
        15 => "polyhedral surface",
        16 => "tin",
        17 => "triangle",
        _ => "geometry of another kind",
    }
}
