//! Shapefiles out: .shp, .shx, .dbf, .prj and .cpg, all of them or none.

use std::path::Path;

use arrow_array::{Array, ArrayRef, Float64Array};
use arrow_schema::DataType;
use encoding_rs::Encoding;
use sanxian_overlay::{Point, Polygons};

use super::table_writer::{self, Column};
use crate::encoding::by_label;
use crate::error::{IoError, Misfit, WriteObstacle};
use crate::layer::Layer;
use crate::nesting::signed_area;
use crate::staging::Staging;

const POLYGON: i32 = 5;
const HEADER_BYTES: usize = 100;
/// Lengths are counted in 16-bit words by signed 32-bit numbers.
const MOST_BYTES: usize = i32::MAX as usize * 2;

/// Writes a layer with all its attributes. Text fields get the width of their longest value, numbers the places they need.
///
/// Exteriors are written clockwise and interiors counter-clockwise, as the format asks. Encoding: a WHATWG label, `gbk`
/// for offices; it is named in the .cpg, and in the table's language byte where there is one.
///
/// # Errors
/// [`IoError::CannotWrite`] without a CRS that has a .prj, and for columns without counterpart;
/// [`IoError::ValueDoesNotFit`] for values that would have to be cut. Nothing is left behind then.
pub fn write_shapefile(layer: &Layer, path: &Path, encoding: &str) -> Result<(), IoError> {
    let encoding = table_encoding(encoding)?;
    let batch = &layer.attributes;
    let schema = batch.schema();
    let columns = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .enumerate()
        .map(|(position, (field, array))| {
            let twice = schema
                .fields()
                .iter()
                .take(position)
                .any(|other| other.name().eq_ignore_ascii_case(field.name()));
            if twice {
                return Err(cannot(path, WriteObstacle::ColumnTwice { column: field.name().clone() }));
            }
            Column::fitted(path, field.name(), array, encoding)
        })
        .collect::<Result<Vec<_>, _>>()?;
    write(layer, path, &columns, encoding)
}

/// The use layer of a development plan: one polygon an intended use, with the fields `PlotName` (地块名), `PurName`
/// (用途名), `PurArea` (用途面积, four decimals, in the unit of the column given) and `ProjList` (拟建项目清单), in GBK with a
/// .cpg and a CGCS2000 .prj.
///
/// # Errors
/// As [`write_shapefile`]; [`WriteObstacle::NoColumn`] when one of the four is missing, [`Misfit::Missing`] when a plot's or
/// use's name is, [`Misfit::TooLong`] when a project list needs more than the 254 bytes that the format has.
///
/// # References
/// 新疆维吾尔自治区土地征收成片开发方案编制指引 (2023), 成果要求.
pub fn write_use_layer(uses: &Layer, path: &Path) -> Result<(), IoError> {
    let encoding = encoding_rs::GBK;
    let is_cgcs2000 = uses
        .crs
        .as_ref()
        .and_then(|crs| sanxian_geodesy::Frame::from_epsg(crs.epsg()?))
        .is_some_and(|frame| frame.datum() == sanxian_geodesy::Datum::Cgcs2000);
    if let Some(crs) = uses.crs.as_ref().filter(|_| !is_cgcs2000) {
        return Err(cannot(path, WriteObstacle::Crs { crs: crs.label() }));
    }
    let column = |name: &'static str| {
        uses.attributes
            .column_by_name(name)
            .ok_or_else(|| cannot(path, WriteObstacle::NoColumn { column: name }))
    };
    let mut columns = Vec::with_capacity(4);
    for name in ["PlotName", "PurName"] {
        let array = column(name)?;
        if let Some(feature) = (0..array.len()).find(|&row| array.is_null(row)) {
            let feature = feature as u64;
            return Err(IoError::ValueDoesNotFit {
                path: path.to_owned(),
                feature,
                field: name.to_owned(),
                reason: Misfit::Missing,
            });
        }
        columns.push(Column::text(path, name, array, encoding, table_writer::MOST_TEXT_BYTES)?);
    }
    let areas = as_doubles(path, "PurArea", column("PurArea")?)?;
    columns.push(Column::number(path, "PurArea", &areas, encoding, 19, 4)?);
    columns.push(Column::text(
        path,
        "ProjList",
        column("ProjList")?,
        encoding,
        table_writer::MOST_TEXT_BYTES,
    )?);
    write(uses, path, &columns, encoding)
}

fn as_doubles(path: &Path, name: &str, array: &ArrayRef) -> Result<Float64Array, IoError> {
    let wrong_type = || {
        let (column, data_type) = (name.to_owned(), array.data_type().to_string());
        cannot(path, WriteObstacle::ColumnType { column, data_type })
    };
    if !array.data_type().is_numeric() {
        return Err(wrong_type());
    }
    let cast = arrow_cast::cast(array, &DataType::Float64).map_err(|_| wrong_type())?;
    cast.as_any().downcast_ref::<Float64Array>().cloned().ok_or_else(wrong_type)
}

fn table_encoding(label: &str) -> Result<&'static Encoding, IoError> {
    let encoding = by_label(label)?;
    // A label that means GBK is written as GBK, the set that every program reads; gb18030 has to be asked for.
    let is_gbk = encoding == encoding_rs::GB18030 && !label.to_lowercase().contains("18030");
    Ok(if is_gbk { encoding_rs::GBK } else { encoding })
}

fn cannot(path: &Path, reason: WriteObstacle) -> IoError {
    IoError::CannotWrite { path: path.to_owned(), reason }
}

fn write(layer: &Layer, path: &Path, columns: &[Column], encoding: &'static Encoding) -> Result<(), IoError> {
    let crs = layer.crs.as_ref().ok_or_else(|| cannot(path, WriteObstacle::NoCrs))?;
    let prj = crs.to_wkt1_esri().ok_or_else(|| cannot(path, WriteObstacle::Crs { crs: crs.label() }))?;
    let (features, rows) = (layer.len(), layer.attributes.num_rows());
    if features != rows {
        return Err(cannot(path, WriteObstacle::RowCount { features, rows }));
    }
    let (shp, shx) = shapes(layer.polygons.view()).map_err(|reason| cannot(path, reason))?;
    let dbf = table_writer::table(columns, rows, encoding).map_err(|reason| cannot(path, reason))?;
    let mut staging = Staging::default();
    staging.write(&path.with_extension("prj"), prj.as_bytes())?;
    staging.write(&path.with_extension("cpg"), encoding.name().to_uppercase().as_bytes())?;
    staging.write(&path.with_extension("dbf"), &dbf)?;
    staging.write(&path.with_extension("shx"), &shx)?;
    staging.write(path, &shp)?;
    staging.commit()
}

/// Contents of the .shp and the .shx.
fn shapes(polygons: Polygons<'_>) -> Result<(Vec<u8>, Vec<u8>), WriteObstacle> {
    let too_large = |bytes: usize| WriteObstacle::TooLarge {
        what: "bytes",
        count: bytes as u64,
        limit: MOST_BYTES as u64,
    };
    let mut shp = vec![0; HEADER_BYTES];
    let mut shx = vec![0; HEADER_BYTES];
    for feature in 0..polygons.len() {
        let content = record(polygons, feature);
        if shp.len() + content.len() + 8 > MOST_BYTES {
            return Err(too_large(shp.len() + content.len() + 8));
        }
        let words = ((content.len() / 2) as i32).to_be_bytes();
        shx.extend(((shp.len() / 2) as i32).to_be_bytes());
        shx.extend(words);
        shp.extend((feature as i32 + 1).to_be_bytes());
        shp.extend(words);
        shp.extend(content);
    }
    let bounds = polygons.total_bounds().unwrap_or_default();
    for file in [&mut shp, &mut shx] {
        let words = ((file.len() / 2) as i32).to_be_bytes();
        let mut header = Vec::with_capacity(HEADER_BYTES);
        header.extend(9994_i32.to_be_bytes());
        header.extend([0; 20]);
        header.extend(words);
        header.extend(1000_i32.to_le_bytes());
        header.extend(POLYGON.to_le_bytes());
        header.extend(bounds.iter().flat_map(|value| value.to_le_bytes()));
        header.extend([0; 32]);
        file.splice(..HEADER_BYTES, header);
    }
    Ok((shp, shx))
}

fn record(polygons: Polygons<'_>, feature: usize) -> Vec<u8> {
    let Some(bounds) = polygons.bounds(feature) else {
        return 0_i32.to_le_bytes().to_vec();
    };
    let mut starts: Vec<i32> = Vec::new();
    let mut points: Vec<Point> = Vec::new();
    for polygon in polygons.feature(feature) {
        for (position, ring) in polygon.rings().enumerate() {
            starts.push(points.len() as i32);
            let is_clockwise = signed_area(ring) < 0.0;
            if is_clockwise == (position == 0) {
                points.extend_from_slice(ring);
            } else {
                points.extend(ring.iter().rev());
            }
        }
    }
    let mut content = Vec::with_capacity(44 + starts.len() * 4 + points.len() * 16);
    content.extend(POLYGON.to_le_bytes());
    content.extend(bounds.iter().flat_map(|value| value.to_le_bytes()));
    content.extend((starts.len() as i32).to_le_bytes());
    content.extend((points.len() as i32).to_le_bytes());
    content.extend(starts.iter().flat_map(|start| start.to_le_bytes()));
    content.extend(points.iter().flatten().flat_map(|value| value.to_le_bytes()));
    content
}
