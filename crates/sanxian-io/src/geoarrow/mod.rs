//! Layers from Arrow data and back, in the memory layouts and extension types of GeoArrow 0.2.
//!
//! Read here, rather than through the `geoarrow` crates, because data come from other people's software: a sliced or
//! malformed array has to end in an error that names the feature, and the crates' conversions unwrap.

mod fault;
mod metadata;
mod native;
mod values;
mod wkb;

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use sanxian_overlay::{PolygonBuilder, PolygonSet};

pub use self::fault::ArrowFault;

pub(crate) use self::metadata::Encoding;
use crate::error::IoError;
use crate::finding::Finding;
use crate::layer::{Layer, polygons_without_geometry};

/// Name of the geometry column that [`layer_to_arrow`] writes and that [`layer_from_arrow`] prefers.
pub const GEOMETRY_COLUMN: &str = "geometry";

/// Takes a layer out of Arrow data: one geometry column, and every other column as an attribute, untouched.
///
/// The geometry column carries `geoarrow.polygon` or `geoarrow.multipolygon` (interleaved or separated coordinates, list
/// or large list), or `geoarrow.wkb` / `ogc.wkb` (binary, large binary, binary view; ISO or extended WKB). Among several,
/// the one called `geometry` is taken; the others are attributes. Coordinates are copied once; attributes are not copied when
/// they come in one batch. Heights and measures are left behind, and attributes called `geometry` or like another one get a
/// number behind their names: findings say so.
///
/// # Errors
/// [`IoError::Arrow`] names the column, and the feature where one is to blame: no or no definite geometry column, a type
/// that is not a polygon, broken WKB, text that is not UTF-8. [`IoError::Crs`] when the column's metadata hold a CRS that is not understood; no
/// CRS at all is not an error.
///
/// # References
/// <https://geoarrow.org/format.html>, <https://geoarrow.org/extension-types>.
pub fn layer_from_arrow(name: &str, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Layer, IoError> {
    let geometry = metadata::geometry_column(schema)?;
    values::check_values(batches, geometry)?;
    polygons_from_checked(name, schema, batches, geometry)
}

/// The layer of a geometry column of polygons, of batches whose values have been checked.
fn polygons_from_checked(
    name: &str,
    schema: &SchemaRef,
    batches: &[RecordBatch],
    geometry: usize,
) -> Result<Layer, IoError> {
    let field = schema.field(geometry);
    let encoding = metadata::encoding(field)?;
    let crs = metadata::crs(field)?;
    let lent = match batches {
        [batch] => lend_features(geometry_array(batch, geometry, field)?, encoding),
        _ => None,
    };
    let mut dropped_dimensions = false;
    let polygons = if let Some(polygons) = lent {
        polygons
    } else {
        let mut builder = PolygonBuilder::default();
        for batch in batches {
            dropped_dimensions |=
                append_features(geometry_array(batch, geometry, field)?, encoding, &mut builder)
                    .map_err(|(feature, what)| fault(field, feature, what))?;
        }
        builder.finish().map_err(|_| fault(field, None, ArrowFault::TooLarge))?
    };
    let mut findings = Vec::new();
    let attributes = attributes(schema, batches, geometry, polygons.len(), &mut findings)?;
    let mut layer = Layer::new(name, polygons, attributes, crs);
    layer.findings = findings;
    if dropped_dimensions {
        layer.findings.push(Finding::info("dimensions_dropped", "几何带高程或量测值,只取平面坐标"));
    }
    Ok(layer)
}

/// [`layer_from_arrow`] for a column of points and lines in WKB, several of either included: they go to [`Layer::lines`]. A column of
/// polygons is read as such.
///
/// # Errors
/// As [`layer_from_arrow`]; a column that holds polygons beside points or lines names the first feature of the other kind.
pub fn features_from_arrow(
    name: &str,
    schema: &SchemaRef,
    batches: &[RecordBatch],
) -> Result<Layer, IoError> {
    let geometry = metadata::geometry_column(schema)?;
    let field = schema.field(geometry);
    values::check_values(batches, geometry)?;
    let arrays = batches.iter().map(|batch| geometry_array(batch, geometry, field));
    let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
    if !metadata::encoding(field).is_ok_and(|encoding| encoding == Encoding::Wkb)
        || !arrays.iter().any(|array| wkb::begins_with_lines(array))
    {
        return polygons_from_checked(name, schema, batches, geometry);
    }
    let mut builder = PolygonBuilder::default();
    let mut dropped_dimensions = false;
    for array in arrays {
        dropped_dimensions |=
            wkb::read_lines(array, &mut builder).map_err(|(feature, what)| fault(field, feature, what))?;
    }
    let lines = builder.finish_lines().map_err(|_| fault(field, None, ArrowFault::TooLarge))?;
    let mut findings = Vec::new();
    let attributes = attributes(schema, batches, geometry, lines.len(), &mut findings)?;
    let crs = metadata::crs(field)?;
    let mut layer = Layer::new(name, polygons_without_geometry(lines.len()), attributes, crs);
    layer.findings = findings;
    layer.lines = Some(lines);
    if dropped_dimensions {
        layer.findings.push(Finding::info("dimensions_dropped", "几何带高程或量测值,只取平面坐标"));
    }
    Ok(layer)
}

/// The geometry of one batch.
fn geometry_array<'b>(
    batch: &'b RecordBatch,
    geometry: usize,
    field: &Field,
) -> Result<&'b ArrayRef, IoError> {
    let array = batch.columns().get(geometry).filter(|array| array.data_type() == field.data_type());
    array.ok_or_else(|| fault(field, None, ArrowFault::BatchDiffers))
}

/// The features of one array with their coordinates where they are, if that can be.
fn lend_features(array: &ArrayRef, encoding: Encoding) -> Option<PolygonSet> {
    match encoding {
        Encoding::Polygon => native::lend(array, native::Depth::Polygon),
        Encoding::MultiPolygon => native::lend(array, native::Depth::MultiPolygon),
        Encoding::Wkb => None,
    }
}

/// Appends the features of one array; answers whether heights or measures were left behind.
pub(crate) fn append_features(
    array: &ArrayRef,
    encoding: Encoding,
    builder: &mut PolygonBuilder,
) -> Result<bool, fault::At> {
    match encoding {
        Encoding::Polygon => native::read(array, native::Depth::Polygon, builder),
        Encoding::MultiPolygon => native::read(array, native::Depth::MultiPolygon, builder),
        Encoding::Wkb => wkb::read(array, builder),
    }
}

/// Position, encoding and CRS of the column that has a GeoArrow extension type; `None` when no column has one.
pub(crate) fn describe_geometry_column(
    schema: &Schema,
) -> Result<Option<(usize, Encoding, Option<sanxian_geodesy::Crs>)>, IoError> {
    let index = match metadata::geometry_column(schema) {
        Err(IoError::Arrow { fault: ArrowFault::NoGeometryColumn, .. }) => return Ok(None),
        other => other?,
    };
    let field = schema.field(index);
    Ok(Some((index, metadata::encoding(field)?, metadata::crs(field)?)))
}

/// The layer as one record batch: its attributes, then `geometry` as `geoarrow.multipolygon` with interleaved
/// coordinates and the CRS in the extension metadata, as `geopandas.GeoDataFrame.from_arrow` reads it.
///
/// # Examples
/// ```
/// use std::sync::Arc;
///
/// use arrow_array::{ArrayRef, Int32Array, RecordBatch};
/// use sanxian_geodesy::Crs;
/// use sanxian_io::{Layer, layer_from_arrow, layer_to_arrow};
/// use sanxian_overlay::PolygonSet;
///
/// let mut polygons = PolygonSet::default();
/// let ring: [[f64; 2]; 4] = [[0.0, 0.0], [0.0, 9.0], [9.0, 9.0], [0.0, 0.0]];
/// polygons.push_feature([[ring.as_slice()]]);
/// let attributes = RecordBatch::try_from_iter([("n", Arc::new(Int32Array::from(vec![1])) as ArrayRef)])?;
/// let layer = Layer::new("triangle", polygons, attributes, Some(Crs::from_epsg(4547)?));
/// let batch = layer_to_arrow(&layer)?;
/// let again = layer_from_arrow("triangle", &batch.schema(), &[batch])?;
/// assert_eq!((again.polygons, again.crs), (layer.polygons, layer.crs));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`IoError::Arrow`] when an attribute is called `geometry` or the attributes have another number of rows.
pub fn layer_to_arrow(layer: &Layer) -> Result<RecordBatch, IoError> {
    to_batch(layer.polygons.clone(), &layer.attributes, layer.crs.as_ref())
}

/// [`layer_to_arrow`] of a layer that is not needed any more: its coordinates become the column, uncopied.
///
/// # Errors
/// As [`layer_to_arrow`].
pub fn layer_into_arrow(layer: Layer) -> Result<RecordBatch, IoError> {
    to_batch(layer.polygons, &layer.attributes, layer.crs.as_ref())
}

fn to_batch(
    polygons: PolygonSet,
    attributes: &RecordBatch,
    crs: Option<&sanxian_geodesy::Crs>,
) -> Result<RecordBatch, IoError> {
    let failed = |fault| IoError::Arrow { column: GEOMETRY_COLUMN.to_owned(), feature: None, fault };
    let schema = attributes.schema();
    if schema.column_with_name(GEOMETRY_COLUMN).is_some() {
        return Err(failed(ArrowFault::NameTaken));
    }
    let array: ArrayRef = native::write(polygons).map_err(|source| failed(ArrowFault::Arrow(source)))?;
    let field = Field::new(GEOMETRY_COLUMN, array.data_type().clone(), true)
        .with_metadata(metadata::extension("geoarrow.multipolygon", crs));
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    fields.push(Arc::new(field));
    let mut columns = attributes.columns().to_vec();
    columns.push(array);
    let schema = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
    RecordBatch::try_new(schema, columns).map_err(|source| failed(ArrowFault::Arrow(source)))
}

/// Fields of attributes, each name once and none as the geometry column of a layer is called. NUL, which would end a name on
/// its way through C, is left out.
pub(crate) fn with_free_names(
    fields: impl Iterator<Item = FieldRef>,
    findings: &mut Vec<Finding>,
) -> Vec<FieldRef> {
    let mut taken = HashSet::from([GEOMETRY_COLUMN.to_owned()]);
    let mut named = |field: FieldRef| {
        let written = field.name();
        let readable = written.replace('\0', "");
        let numbered = (2..).map(|number| format!("{readable}_{number}"));
        let name = std::iter::once(readable.clone()).chain(numbered).find(|name| !taken.contains(name));
        let name = name.unwrap_or_else(|| readable.clone());
        taken.insert(name.clone());
        if name == *written {
            return field;
        }
        let message = format!("字段名 {written:?} 重复、含空字符或与几何列同名,改称 {name}");
        findings.push(Finding::warning("field_renamed", message));
        Arc::new(Field::clone(&field).with_name(name))
    };
    fields.map(&mut named).collect()
}

/// Every column but the geometry.
fn attributes(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    geometry: usize,
    rows: usize,
    findings: &mut Vec<Finding>,
) -> Result<RecordBatch, IoError> {
    attribute_batch(schema, batches, geometry, rows, findings).map_err(|source| IoError::Arrow {
        column: "*".to_owned(),
        feature: None,
        fault: ArrowFault::Arrow(source),
    })
}

fn attribute_batch(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    geometry: usize,
    rows: usize,
    findings: &mut Vec<Finding>,
) -> Result<RecordBatch, ArrowError> {
    let kept: Vec<usize> = (0..schema.fields().len()).filter(|&column| column != geometry).collect();
    // The pandas index description refers to columns by name and would be wrong for tables made from this layer.
    let fields = with_free_names(schema.project(&kept)?.fields().iter().cloned(), findings);
    let attributes_schema = Arc::new(Schema::new(fields));
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let columns = kept.iter().map(|&column| match batches {
        [] => Ok(arrow_array::new_empty_array(schema.field(column).data_type())),
        [batch] => Ok(Arc::clone(batch.column(column))),
        _ => arrow_select::concat::concat(
            &batches.iter().map(|batch| batch.column(column).as_ref()).collect::<Vec<_>>(),
        ),
    });
    RecordBatch::try_new_with_options(attributes_schema, columns.collect::<Result<_, _>>()?, &options)
}

fn fault(field: &Field, feature: Option<u64>, fault: ArrowFault) -> IoError {
    IoError::Arrow { column: field.name().clone(), feature, fault }
}

/// True for the storage types that can hold WKB.
fn is_binary(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
}
