//! GeoParquet 1.0 and 1.1, and Parquet with GeoArrow columns or Parquet's own geometry type.
//!
//! Pages are decoded by the `parquet` crate; what to decode, and whether a page's announcements can be true, is decided
//! here. Geometry and attributes are decoded side by side, in pieces whose order does not depend on the threads.

mod compact;
mod fault;
mod footer;
mod geometry;
mod job;
mod metadata;
mod page;
mod table;
mod window;

use std::fs::File;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{Field, FieldRef, Fields, Schema, SchemaRef};
use bytes::Bytes;
use sanxian_geodesy::Crs;
use sanxian_overlay::Progress;

pub use self::fault::GeoParquetFault;

use self::job::Job;
use self::metadata::{CrsText, GeometryColumn};
use self::table::Table;
use crate::error::IoError;
use crate::finding::Finding;
use crate::geoarrow::{describe_geometry_column, with_free_names};
use crate::joined_columns::joined_columns;
use crate::layer::{Layer, Source, SourceFile, read_bytes, stem};
use crate::mapping;
use crate::read::LayerOptions;
use crate::stream::LayerBlock;

/// Reads a polygon layer from GeoParquet (.parquet, .geoparquet, .pq).
///
/// The primary geometry column may be WKB or natively encoded. The CRS is the metadata's; where they name none it is
/// longitude and latitude on WGS 84, as the standard says, and where they say `null` the layer's CRS is `None`, which a
/// finding says. With `bbox`, row groups are left out by the statistics of the columns that hold each feature's box, then
/// rows by those columns, then by the geometry's own box; attributes are decoded for the rows that are left. The columns of
/// boxes are not attributes unless `columns` asks for them; other geometry columns are, as GeoArrow columns.
///
/// # Errors
/// [`IoError::GeoParquet`] with the row where a geometry is to blame (a point, a line, broken WKB), or the column, row
/// group and byte where a page is; [`IoError::UnknownColumn`]; [`IoError::Crs`] for a CRS that is not understood.
///
/// # References
/// <https://geoparquet.org/releases/v1.1.0/>.
pub fn read_geoparquet(path: &Path, options: &LayerOptions, progress: &Progress) -> Result<Layer, IoError> {
    let mut file = GeoParquet::open(path, options)?;
    let decoded = file.job(progress).run(options.bbox)?;
    let batch = joined_columns(&file.fields, decoded.columns, decoded.polygons.len())
        .map_err(|error| file.fault(table::from_arrow(error)))?;
    file.dropped_dimensions |= decoded.dropped_dimensions;
    let polygons = decoded.polygons.finish().map_err(|_| file.fault(GeoParquetFault::TooLarge))?;
    let mut layer = Layer::new(stem(path), polygons, batch, file.crs.take());
    layer.rows = decoded.rows;
    layer.source = Some(file.source());
    layer.findings = file.into_findings();
    Ok(layer)
}

/// A file that has been looked at: nothing of it is decoded yet.
pub(crate) struct GeoParquet {
    path: PathBuf,
    files: Vec<SourceFile>,
    table: Table,
    geometry: GeometryColumn,
    /// Position of the geometry column.
    column: usize,
    /// Positions of the attributes asked for.
    attributes: Vec<usize>,
    fields: Fields,
    pub(crate) crs: Option<Crs>,
    findings: Vec<Finding>,
    dropped_dimensions: bool,
}

impl GeoParquet {
    pub(crate) fn open(path: &Path, options: &LayerOptions) -> Result<Self, IoError> {
        // Before anything is read, so that a change while reading is noticed when the digest is asked for.
        let files = vec![SourceFile::of(path)?];
        let at_path = |fault| IoError::GeoParquet { path: path.to_owned(), feature: None, fault };
        let mut table = Table::open(file_bytes(path)?).map_err(at_path)?;
        if table.lends_pages() {
            // What is handed on must not lie in a map that ends with the read.
            table = Table::open(read_bytes(path)?.into()).map_err(at_path)?;
        }
        let geometry = geometry_column(path, &table)?;
        let names = table.column_names();
        let Some(column) = names.iter().position(|name| *name == geometry.name) else {
            return Err(at_path(GeoParquetFault::NoSuchColumn { column: geometry.name, columns: names }));
        };
        let crs = geometry.crs.parse().map_err(|source| IoError::Crs {
            place: format!("{}: column {:?}", path.display(), geometry.name),
            source,
        })?;
        let attributes = attribute_columns(path, &names, column, &geometry, options)?;
        let mut findings = Vec::new();
        let fields = name_fields(&table, &attributes, &geometry, &mut findings).into();
        if crs.is_none() {
            findings.push(Finding::warning("crs_missing", "元数据写明坐标系未知(crs 为 null)"));
        }
        table.view(column);
        let (path, dropped_dimensions) = (path.to_owned(), false);
        Ok(Self {
            path,
            files,
            table,
            geometry,
            column,
            attributes,
            fields,
            crs,
            findings,
            dropped_dimensions,
        })
    }

    pub(crate) fn name(&self) -> String {
        stem(&self.path)
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(self.fields.clone()))
    }

    pub(crate) fn source(&self) -> Source {
        Source::later(&self.path, "GeoParquet", None, self.files.clone())
    }

    /// What was odd.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        if self.dropped_dimensions {
            findings.push(Finding::info("dimensions_dropped", "几何带高程或量测值,只取平面坐标"));
        }
        if self.table.schema_ignored {
            findings
                .push(Finding::warning("arrow_schema_ignored", "附带的 Arrow 字段说明与表不符,按表本身读"));
        }
        findings
    }

    /// Decodes some thousand rows at a time and lets `visit` have them in the file's order; a layer whose geometry is not WKB
    /// comes a row group at a time.
    pub(crate) fn run<E: From<IoError> + Send>(
        &mut self,
        bbox: Option<[f64; 4]>,
        progress: &Progress,
        mut visit: impl FnMut(LayerBlock) -> Result<ControlFlow<()>, E> + Send,
    ) -> Result<(), E> {
        let mut dropped_dimensions = false;
        self.job(progress).blocks(bbox, |block| {
            dropped_dimensions |= block.dropped_dimensions;
            let attributes = joined_columns(&self.fields, block.columns, block.polygons.len())
                .map_err(|error| self.fault(table::from_arrow(error)))?;
            visit(LayerBlock { rows: block.rows, polygons: block.polygons, attributes })
        })?;
        self.dropped_dimensions |= dropped_dimensions;
        Ok(())
    }

    fn job<'a>(&'a self, progress: &'a Progress) -> Job<'a> {
        Job {
            path: &self.path,
            table: &self.table,
            geometry: &self.geometry,
            column: self.column,
            attributes: &self.attributes,
            progress,
        }
    }

    fn fault(&self, fault: GeoParquetFault) -> IoError {
        IoError::GeoParquet { path: self.path.clone(), feature: None, fault }
    }
}

/// The bytes of a file: where the system keeps them if that is safe, else a copy.
fn file_bytes(path: &Path) -> Result<Bytes, IoError> {
    let failed = |source| IoError::from_read(path, source);
    let file = File::open(path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let mapped = usize::try_from(bytes).ok().filter(|_| mapping::is_mappable(&file));
    match mapped.and_then(|length| mapping::map(&file, bytes, 0, length)) {
        Some(map) => Ok(Bytes::from_owner(map)),
        None => read_bytes(path).map(Bytes::from),
    }
}

/// Runs code of the parquet crate, which answers some damaged bytes with a panic, and makes an error of that.
fn guarded<T>(run: impl FnOnce() -> Result<T, GeoParquetFault>) -> Result<T, GeoParquetFault> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let reason = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "unknown reason".to_owned());
        Err(GeoParquetFault::Undecodable { reason })
    })
}

fn geometry_column(path: &Path, table: &Table) -> Result<GeometryColumn, IoError> {
    let at_path = |fault| IoError::GeoParquet { path: path.to_owned(), feature: None, fault };
    if let Some(column) = metadata::from_geo(&table.metadata).map_err(at_path)? {
        return Ok(column);
    }
    if let Some(column) = metadata::from_logical_type(&table.metadata).map_err(at_path)? {
        return Ok(column);
    }
    let found = describe_geometry_column(&table.schema).map_err(|error| match error {
        IoError::Arrow { column, fault, .. } => at_path(GeoParquetFault::Geometry { column, fault }),
        IoError::Crs { place, source } => {
            IoError::Crs { place: format!("{}: {place}", path.display()), source }
        }
        other => other,
    })?;
    let Some((index, encoding, crs)) = found else {
        return Err(at_path(GeoParquetFault::NoGeometry { columns: table.column_names() }));
    };
    Ok(GeometryColumn {
        name: table.schema.field(index).name().clone(),
        encoding,
        crs: crs.map_or(CrsText::Unknown, |crs| CrsText::Text(crs.definition().to_owned())),
        covering: None,
        // Their fields say what they are.
        others: Vec::new(),
    })
}

/// Positions of the attributes to read.
fn attribute_columns(
    path: &Path,
    names: &[String],
    geometry_position: usize,
    geometry: &GeometryColumn,
    options: &LayerOptions,
) -> Result<Vec<usize>, IoError> {
    let others = (0..names.len()).filter(|position| *position != geometry_position);
    let Some(asked) = &options.columns else {
        let boxes: Vec<&String> =
            geometry.covering.iter().flatten().filter_map(|edge_path| edge_path.first()).collect();
        return Ok(others
            .filter(|position| names.get(*position).is_none_or(|name| !boxes.contains(&name)))
            .collect());
    };
    let others: Vec<usize> = others.collect();
    let named = |is: &dyn Fn(&str) -> bool| {
        others.iter().copied().find(|position| names.get(*position).is_some_and(|name| is(name)))
    };
    asked
        .iter()
        .map(|column| {
            named(&|name| name == column)
                .or_else(|| named(&|name| name.eq_ignore_ascii_case(column)))
                .ok_or_else(|| IoError::UnknownColumn {
                    path: path.to_owned(),
                    column: column.clone(),
                    known: others.iter().filter_map(|position| names.get(*position)).cloned().collect(),
                })
        })
        .collect()
}

/// The attributes' fields; further geometry columns say what they are.
fn name_fields(
    table: &Table,
    attributes: &[usize],
    geometry: &GeometryColumn,
    findings: &mut Vec<Finding>,
) -> Vec<FieldRef> {
    let fields = attributes.iter().filter_map(|position| table.schema.fields().get(*position));
    let described =
        fields.map(|field| match geometry.others.iter().find(|(other, _)| other == field.name()) {
            Some((_, extension)) => Arc::new(Field::clone(field).with_metadata(extension.clone())),
            None => Arc::clone(field),
        });
    with_free_names(described, findings)
}
