//! The `geo` metadata of GeoParquet 1.0 and 1.1, and what takes their place in files without them.

use std::collections::HashMap;

use arrow_schema::extension::{EXTENSION_TYPE_METADATA_KEY, EXTENSION_TYPE_NAME_KEY};
use parquet::basic::LogicalType;
use parquet::file::metadata::{KeyValue, ParquetMetaData};
use sanxian_geodesy::{Crs, CrsError};
use serde_json::{Value, json};

use super::fault::GeoParquetFault;
use crate::geoarrow::Encoding;

/// The CRS of coordinates when the metadata name none.
const DEFAULT_CRS: &str = "OGC:CRS84";

/// The geometry column of a file.
#[derive(Debug)]
pub(super) struct GeometryColumn {
    pub(super) name: String,
    pub(super) encoding: Encoding,
    pub(super) crs: CrsText,
    /// Paths of the columns that hold each feature's box: west, south, east, north.
    pub(super) covering: Option<[Vec<String>; 4]>,
    /// Extension names and metadata of the further geometry columns, which are attributes.
    pub(super) others: Vec<(String, HashMap<String, String>)>,
}

/// What is said about the coordinate reference system.
#[derive(Debug, PartialEq)]
pub(super) enum CrsText {
    /// It is said to be unknown.
    Unknown,
    /// PROJJSON, WKT or a code.
    Text(String),
}

impl CrsText {
    pub(super) fn parse(&self) -> Result<Option<Crs>, CrsError> {
        match self {
            Self::Unknown => Ok(None),
            Self::Text(text) if text.trim_start().starts_with('{') => Crs::from_projjson(text).map(Some),
            Self::Text(text) => Crs::from_text(text).map(Some),
        }
    }
}

pub(super) fn key_value<'a>(metadata: &'a ParquetMetaData, key: &str) -> Option<&'a str> {
    let pairs: &Vec<KeyValue> = metadata.file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.as_deref()
}

/// The geometry column that the `geo` metadata call primary; `None` without such metadata.
pub(super) fn from_geo(metadata: &ParquetMetaData) -> Result<Option<GeometryColumn>, GeoParquetFault> {
    let wrong = |reason| GeoParquetFault::Metadata { reason };
    let Some(text) = key_value(metadata, "geo") else { return Ok(None) };
    let geo: Value = serde_json::from_str(text).map_err(|_| wrong("they are not JSON"))?;
    let columns = geo.get("columns").and_then(Value::as_object).ok_or(wrong("`columns` is missing"))?;
    let primary = geo.get("primary_column").and_then(Value::as_str);
    let name = match (primary, columns.keys().next()) {
        (Some(name), _) => name,
        (None, Some(only)) if columns.len() == 1 => only,
        _ => return Err(wrong("`primary_column` is missing")),
    };
    let column = columns.get(name).ok_or(wrong("`columns` does not have the primary column"))?;
    let others = columns.iter().filter(|(other, _)| *other != name);
    let others = others.filter_map(|(other, column)| Some((other.clone(), extension(column)?))).collect();
    let encoding = column.get("encoding").and_then(Value::as_str).unwrap_or_default();
    let encoding = match encoding {
        "WKB" => Encoding::Wkb,
        "polygon" | "geoarrow.polygon" => Encoding::Polygon,
        "multipolygon" | "geoarrow.multipolygon" => Encoding::MultiPolygon,
        other => {
            return Err(GeoParquetFault::Encoding { column: name.to_owned(), encoding: other.to_owned() });
        }
    };
    if let Some(edges) = column.get("edges").and_then(Value::as_str)
        && edges != "planar"
    {
        return Err(GeoParquetFault::Edges { column: name.to_owned(), edges: edges.to_owned() });
    }
    let crs = match column.get("crs") {
        None => CrsText::Text(DEFAULT_CRS.to_owned()),
        Some(Value::Null) => CrsText::Unknown,
        Some(Value::String(text)) if text.trim().is_empty() => CrsText::Unknown,
        Some(Value::String(text)) => CrsText::Text(text.clone()),
        Some(projjson) => CrsText::Text(projjson.to_string()),
    };
    let covering = column.get("covering").and_then(|covering| covering.get("bbox")).and_then(covering_paths);
    Ok(Some(GeometryColumn { name: name.to_owned(), encoding, crs, covering, others }))
}

/// A column of Parquet's own GEOMETRY type, which newer writers use without `geo` metadata.
pub(super) fn from_logical_type(
    metadata: &ParquetMetaData,
) -> Result<Option<GeometryColumn>, GeoParquetFault> {
    let schema = metadata.file_metadata().schema_descr();
    let found = schema.columns().iter().find_map(|column| {
        let name = column.path().parts().first()?.clone();
        match column.logical_type_ref()? {
            LogicalType::Geometry(geometry) => Some(Ok((name, geometry.crs.clone()))),
            LogicalType::Geography(_) => {
                Some(Err(GeoParquetFault::Edges { column: name, edges: "geography".to_owned() }))
            }
            _ => None,
        }
    });
    let Some((name, text)) = found.transpose()? else { return Ok(None) };
    let crs = match text.as_deref().map(str::trim) {
        None | Some("") => CrsText::Text(DEFAULT_CRS.to_owned()),
        Some("srid:0") => CrsText::Unknown,
        Some(text) => CrsText::Text(match text.split_once(':') {
            Some(("srid", code)) => format!("EPSG:{code}"),
            Some(("projjson", key)) => key_value(metadata, key).unwrap_or(text).to_owned(),
            _ => text.to_owned(),
        }),
    };
    Ok(Some(GeometryColumn { name, encoding: Encoding::Wkb, crs, covering: None, others: Vec::new() }))
}

/// What says in Arrow what `geo` says of a column that makes no features; `None` for encodings that GeoArrow does not have.
fn extension(column: &Value) -> Option<HashMap<String, String>> {
    let encoding = column.get("encoding")?.as_str()?.to_lowercase();
    let kinds = ["wkb", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"];
    let kind = kinds.into_iter().find(|kind| encoding.trim_start_matches("geoarrow.") == *kind)?;
    let crs = match column.get("crs") {
        None => Value::from(DEFAULT_CRS),
        Some(crs) => crs.clone(),
    };
    let metadata = if crs.is_null() { json!({}) } else { json!({ "crs": crs }) };
    Some(HashMap::from([
        (EXTENSION_TYPE_NAME_KEY.to_owned(), format!("geoarrow.{kind}")),
        (EXTENSION_TYPE_METADATA_KEY.to_owned(), metadata.to_string()),
    ]))
}

fn covering_paths(bbox: &Value) -> Option<[Vec<String>; 4]> {
    let path = |edge: &str| {
        bbox.get(edge)?.as_array()?.iter().map(|part| part.as_str().map(str::to_owned)).collect::<Option<_>>()
    };
    Some([path("xmin")?, path("ymin")?, path("xmax")?, path("ymax")?])
}
