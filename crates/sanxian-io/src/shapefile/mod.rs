//! Shapefiles, read and written natively: .shp, .shx, .dbf, .prj, .cpg.

mod attributes;
mod bytes;
mod charset;
mod fault;
mod files;
mod polygons;
mod projection;
mod records;
mod table;
mod table_writer;
mod writer;

use std::path::Path;

use encoding_rs::Encoding;
use sanxian_geodesy::Crs;
use sanxian_overlay::Progress;

pub use self::fault::ShapefileFault;
pub use self::writer::{write_shapefile, write_use_layer};

use self::files::Members;
use self::records::Record;
use self::table::Table;
use crate::encoding::by_label;
use crate::error::IoError;
use crate::finding::Finding;
use crate::layer::{Layer, Source, no_attributes, stem};
use crate::read::LayerOptions;

/// Reads a Shapefile of polygons (also with heights or measures, which are left behind).
///
/// Rings become polygons by containment, whatever their order and winding. Text is decoded by the caller's encoding, the
/// .cpg, the language driver, or what the text itself is. With `bbox`, records outside are skipped without being decoded
/// and their attribute rows without being parsed.
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
    let members = Members::read(path)?;
    let mut findings = Vec::new();
    let mut records = records::locate(&members.shp, members.shx.as_ref(), &mut findings)?;
    let shapes = records.len();

    let mut table = members.dbf.as_ref().map(Table::open).transpose()?;
    let encoding = table.as_mut().map(|table| {
        let cpg = members.cpg.as_ref().map(|cpg| cpg.bytes.as_slice());
        let encoding = charset::of_table(table, cpg, given, &mut findings);
        table.name_fields(encoding, &mut findings);
        encoding
    });
    match &table {
        Some(table) => check_rows(table, shapes, &mut findings)?,
        None => findings.push(Finding::warning("dbf_missing", "没有 .dbf,没有属性")),
    }
    if let Some(table) = &table {
        leave_out_deleted(table, &mut records, &mut findings);
    }
    if let Some(bbox) = options.bbox {
        records.retain(|record| polygons::meets(record, bbox));
    }

    // Digests take as long as decoding; they share the threads.
    let (polygons, digests) =
        rayon::join(|| polygons::decode(path, &records, progress, &mut findings), || members.digests());
    let polygons = polygons?;
    let attributes = match (&table, encoding) {
        (Some(table), Some(encoding)) => read_attributes(table, encoding, &records, options, &mut findings)?,
        _ => match options.columns.as_ref().and_then(|columns| columns.first()) {
            Some(column) => {
                return Err(IoError::UnknownColumn {
                    path: path.to_owned(),
                    column: column.clone(),
                    known: vec![],
                });
            }
            None => no_attributes(records.len()),
        },
    };
    let bounds = polygons.view().total_bounds();
    let crs = projection::find(path, members.prj.as_ref(), crs, bounds, &mut findings)?;
    let mut layer = Layer::new(stem(path), polygons, attributes, crs);
    if records.len() < shapes {
        layer.rows = Some(records.iter().map(|record| record.row as u64).collect());
    }
    if polygons_have_more_dimensions(&members) {
        findings.push(Finding::info("dimensions_dropped", "几何带高程或量测值,只取平面坐标"));
    }
    findings.sort_by_key(|finding| finding.line.unwrap_or(0));
    layer.findings = findings;
    layer.source = Some(Source {
        path: path.to_owned(),
        format: "Shapefile".to_owned(),
        encoding: encoding.map(|encoding| encoding.name().to_owned()),
        files: digests,
    });
    Ok(layer)
}

fn polygons_have_more_dimensions(members: &Members) -> bool {
    matches!(bytes::i32_le(&members.shp.bytes, 32), Some(15 | 25))
}

/// A table cut off before its last shape is refused; one that merely disagrees about the number is not.
fn check_rows(table: &Table<'_>, shapes: usize, findings: &mut Vec<Finding>) -> Result<(), IoError> {
    if table.rows < table.announced_rows.min(shapes) {
        let offset = table.offset(table.rows);
        let expected = table.announced_rows.saturating_sub(table.rows).saturating_mul(table.row_bytes);
        return Err(IoError::Truncated {
            path: table.path.to_owned(),
            record: Some(table.rows as u64 + 1),
            offset,
            expected: expected as u64,
            found: (table.file_bytes() as u64).saturating_sub(offset),
        });
    }
    if table.rows != shapes {
        let message =
            format!(".shp 有 {shapes} 个图形,.dbf 有 {} 行属性,按 .shp 读,缺的属性为空", table.rows);
        findings.push(Finding::warning("row_count_differs", message));
    }
    Ok(())
}

fn leave_out_deleted(table: &Table<'_>, records: &mut Vec<Record<'_>>, findings: &mut Vec<Finding>) {
    let before = records.len();
    let mut first = None;
    records.retain(|record| {
        let deleted = table.is_deleted(record.row);
        if deleted && first.is_none() {
            first = Some(record.row as u64 + 1);
        }
        !deleted
    });
    if let Some(first) = first {
        let message = format!("{} 条属性标为已删除,连同图形未读", before - records.len());
        findings.push(Finding::warning("deleted_records", message).at_line(first));
    }
}

fn read_attributes(
    table: &Table<'_>,
    encoding: &'static Encoding,
    records: &[Record<'_>],
    options: &LayerOptions,
    findings: &mut Vec<Finding>,
) -> Result<arrow_array::RecordBatch, IoError> {
    let unknown = |column: &str| IoError::UnknownColumn {
        path: table.path.to_owned(),
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
    let rows: Vec<usize> = records.iter().map(|record| record.row).collect();
    attributes::read(table, &fields, &rows, encoding, findings).map_err(|source| IoError::Arrow {
        column: "*".to_owned(),
        feature: None,
        fault: crate::geoarrow::ArrowFault::Arrow(source),
    })
}
