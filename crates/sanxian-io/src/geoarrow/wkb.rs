//! Well-known binary: polygons and multipolygons, ISO (1001, 2003, ...) and extended (flags, SRID), either byte order.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use sanxian_overlay::PolygonBuilder;

use super::fault::{ArrowFault, At};

const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;
/// Points reserved for an array on its word alone.
const MOST_RESERVED: usize = 1 << 20;
const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;

/// Appends the features of one array; answers whether heights or measures were left behind.
pub(super) fn read(array: &ArrayRef, builder: &mut PolygonBuilder) -> Result<bool, At> {
    if let Some(values) = array.as_binary_opt::<i32>() {
        return read_values(values.iter(), builder);
    }
    if let Some(values) = array.as_binary_opt::<i64>() {
        return read_values(values.iter(), builder);
    }
    if let Some(values) = array.as_binary_view_opt() {
        return read_values(values.iter(), builder);
    }
    let data_type = array.data_type().to_string();
    Err((None, ArrowFault::Storage { extension: "geoarrow.wkb".to_owned(), data_type }))
}

fn read_values<'a>(
    values: impl Iterator<Item = Option<&'a [u8]>> + Clone,
    builder: &mut PolygonBuilder,
) -> Result<bool, At> {
    let mut dropped_dimensions = false;
    // The bytes are longer than the coordinates in them. A dictionary can say the same ones many times, so not all is believed.
    let bytes: usize = values.clone().flatten().map(<[u8]>::len).sum();
    builder.coords_mut().reserve((bytes / 16).min(MOST_RESERVED));
    for (feature, value) in values.enumerate() {
        match value {
            None => builder.push_null(),
            Some(bytes) => {
                dropped_dimensions |=
                    read_feature(bytes, builder).map_err(|what| (Some(feature as u64), what))?;
                builder.end_feature();
            }
        }
    }
    Ok(dropped_dimensions)
}

fn read_feature(bytes: &[u8], builder: &mut PolygonBuilder) -> Result<bool, ArrowFault> {
    let mut cursor = Cursor { bytes, offset: 0, big_endian: false };
    let header = cursor.header()?;
    match header.kind {
        POLYGON => cursor.polygon(&header, builder)?,
        MULTI_POLYGON => {
            let polygons = cursor.u32()?;
            for _ in 0..polygons {
                let part = cursor.header()?;
                if part.kind != POLYGON {
                    return Err(ArrowFault::NotAPolygon { found: kind_name(part.kind) });
                }
                cursor.polygon(&part, builder)?;
            }
        }
        kind => return Err(ArrowFault::NotAPolygon { found: kind_name(kind) }),
    }
    if cursor.offset < bytes.len() {
        return Err(cursor.broken("bytes are left over"));
    }
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

    fn polygon(&mut self, header: &Header, builder: &mut PolygonBuilder) -> Result<(), ArrowFault> {
        let rings = self.u32()?;
        for _ in 0..rings {
            let points = self.u32()? as usize;
            // `take` refuses before anything is reserved, so a false count costs nothing.
            let width = header.dimensions * 8;
            let bytes =
                self.take(points.checked_mul(width).ok_or(self.broken("the point count is absurd"))?)?;
            let big_endian = self.big_endian;
            let ordinate = |point: &[u8], at: usize| {
                let bytes =
                    point.get(at..).and_then(|rest| rest.first_chunk::<8>()).copied().unwrap_or_default();
                if big_endian { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) }
            };
            builder
                .coords_mut()
                .extend(bytes.chunks_exact(width).map(|point| [ordinate(point, 0), ordinate(point, 8)]));
            builder.close_ring();
        }
        // POLYGON EMPTY is a polygon without rings; a set keeps it as a feature without polygons.
        if rings > 0 {
            builder.end_polygon();
        }
        Ok(())
    }
}

const fn kind_name(kind: u32) -> &'static str {
    match kind {
        1 => "point",
        2 => "line",
        4 => "multipoint",
        5 => "multiline",
        7 => "geometry collection",
        8..=12 => "curve",
        15 => "polyhedral surface",
        16 => "tin",
        17 => "triangle",
        _ => "geometry of another kind",
    }
}
