//! Shapefiles, read and written natively: .shp, .shx, .dbf, .prj, .cpg.

mod attributes;
mod bytes;
mod charset;
mod fault;
mod files;
mod polygons;
mod projection;
mod records;
mod shapes;
mod table;
mod table_writer;
mod text;
mod writer;

use std::ops::Range;
use std::path::Path;

use encoding_rs::Encoding;
use sanxian_geodesy::Crs;
use sanxian_overlay::Progress;

pub use self::fault::ShapefileFault;
pub use self::writer::{write_shapefile, write_use_layer};

use self::files::Members;
use self::table::Table;
use crate::encoding::by_label;
use crate::error::IoError;
use crate::finding::Finding;
use crate::layer::{Layer, Source, no_attributes, stem};
use crate::read::{LayerOptions, OnError};

/// Reads a Shapefile of polygons (also with heights or measures, which are left behind).
///
/// Rings become polygons by containment, whatever their order and winding. Text is decoded by the caller's encoding, the
/// .cpg, the language driver, or what the text itself is. With `bbox`, records outside are skipped without being decoded
/// and their attribute rows without being read. `on_error` tells what becomes of records that cannot be decoded.
///
/// # Errors
/// [`IoError::Shapefile`] and [`IoError::Truncated`] with record and byte offset; [`IoError::CrsConflict`] when the
/// coordinates cannot be what the .prj says; [`IoError::UnknownColumn`]. A missing .prj is not an error here: the layer's
/// CRS is `None` and a finding says so.
pub fn read_shapefile(path: &Path, options: &LayerOptions, progress: &Progress) -> Result<Layer, IoError> {
    read_in_crs(path, options, None, progress)
}

/// [`read_shapefile`] with a CRS that goes before the .prj.
pub(crate) fn read_in_crs(
    path: &Path,
    options: &LayerOptions,
    crs: Option<&Crs>,
    progress: &Progress,
) -> Result<Layer, IoError> {
    let given = options.encoding.as_deref().map(by_label).transpose()?;
    let members = Members::open(path)?;
    // Before anything is read, so that a change while reading is noticed when the digests are asked for.
    let files = members.source_files()?;
    let mut findings = Vec::new();
    let kind = records::shape_type(&members.shp)?;
    let mut table = members.dbf.as_ref().map(Table::open).transpose()?;
    let mut shapes = shapes::read(&members, options, progress, &mut findings)?;
    let mut encoding = None;
    if let Some(table) = &mut table {
        let lost = check_rows(table, shapes.total, options.on_error, &mut findings)?;
        table.pick(&shapes.rows)?;
        let cpg = members.cpg.as_ref().map(|cpg| cpg.bytes.as_slice());
        let found = charset::of_table(table, cpg, given, &mut findings)?;
        table.name_fields(found, &mut findings);
        encoding = Some(found);
        shapes.leave_out(table, lost.as_ref(), options.on_error, &mut findings)?;
    } else {
        findings.push(Finding::warning("dbf_missing", "没有 .dbf,没有属性"));
        shapes.settle(options.on_error, &mut findings)?;
    }
    let attributes = match (&table, encoding) {
        (Some(table), Some(encoding)) => {
            read_attributes(table, encoding, &shapes.rows, options, &mut findings)?
        }
        _ => match options.columns.as_ref().and_then(|columns| columns.first()) {
            Some(column) => {
                return Err(IoError::UnknownColumn {
                    path: path.to_owned(),
                    column: column.clone(),
                    known: vec![],
                });
            }
            None => no_attributes(shapes.rows.len()),
        },
    };
    let coords = shapes.polygons.view().coords();
    let crs = projection::find(path, members.prj.as_ref(), crs, shapes.bounds, coords, &mut findings)?;
    let mut layer = Layer::new(stem(path), shapes.polygons, attributes, crs);
    if shapes.rows.len() < shapes.total {
        layer.rows = Some(shapes.rows.iter().map(|&row| row as u64).collect());
    }
    if matches!(kind, 15 | 25) {
        findings.push(Finding::info("dimensions_dropped", "几何带高程或量测值,只取平面坐标"));
    }
    findings.sort_by_key(|finding| finding.line.unwrap_or(0));
    layer.findings = findings;
    let encoding = encoding.map(|encoding| encoding.name().to_owned());
    layer.source = Some(Source::later(path, "Shapefile", encoding, files));
    Ok(layer)
}

/// A table cut off before its last shape is refused, or the rows lost are answered; one that merely disagrees about the
/// number is read.
fn check_rows(
    table: &Table<'_>,
    shapes: usize,
    on_error: OnError,
    findings: &mut Vec<Finding>,
) -> Result<Option<Range<usize>>, IoError> {
    let needed = table.announced_rows.min(shapes);
    if table.rows < needed {
        let offset = table.offset(table.rows);
        let expected = (table.announced_rows as u64)
            .saturating_sub(table.rows as u64)
            .saturating_mul(table.row_bytes as u64);
        let found = table.file_bytes().saturating_sub(offset);
        let record = Some(table.rows as u64 + 1);
        if on_error == OnError::Raise {
            return Err(records::truncated(table.path(), record, offset, expected, found));
        }
        let message = format!(
            ".dbf 在第 {offset} 字节断掉,应有 {expected} 字节,实有 {found} 字节,缺 {} 行属性",
            needed - table.rows
        );
        findings.push(Finding::error("table_cut_off", message).at_line(table.rows as u64 + 1));
        return Ok(Some(table.rows..needed));
    }
    if table.rows != shapes {
        let message =
            format!(".shp 有 {shapes} 个图形,.dbf 有 {} 行属性,按 .shp 读,缺的属性为空", table.rows);
        findings.push(Finding::warning("row_count_differs", message));
    }
    Ok(None)
}

fn read_attributes(
    table: &Table<'_>,
    encoding: &'static Encoding,
    rows: &[usize],
    options: &LayerOptions,
    findings: &mut Vec<Finding>,
) -> Result<arrow_array::RecordBatch, IoError> {
    let unknown = |column: &str| IoError::UnknownColumn {
        path: table.path().to_owned(),
        column: column.to_owned(),
        known: table.fields.iter().map(|field| field.name.clone()).collect(),
    };
    let fields: Vec<_> = match &options.columns {
        None => table.fields.iter().collect(),
        Some(columns) => columns
            .iter()
            .map(|column| {
                let exact = table.fields.iter().find(|field| field.name == *column);
                let found = exact
                    .or_else(|| table.fields.iter().find(|field| field.name.eq_ignore_ascii_case(column)));
                found.ok_or_else(|| unknown(column))
            })
            .collect::<Result<_, _>>()?,
    };
    attributes::read(table, &fields, rows, encoding, findings).map_err(|source| IoError::Arrow {
        column: "*".to_owned(),
        feature: None,
        fault: crate::geoarrow::ArrowFault::Arrow(source),
    })
}
