//! Extension names and metadata: which column holds geometry, how, and in which coordinate reference system.

use std::collections::HashMap;

use arrow_schema::extension::{EXTENSION_TYPE_METADATA_KEY, EXTENSION_TYPE_NAME_KEY};
use arrow_schema::{Field, Schema};
use sanxian_geodesy::{Crs, CrsError};
use serde_json::{Map, Value};

use super::{ArrowFault, GEOMETRY_COLUMN, fault, is_binary};
use crate::error::IoError;

/// How a geometry column is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Polygon,
    MultiPolygon,
    Wkb,
}

fn extension_name(field: &Field) -> Option<&str> {
    field
        .metadata()
        .get(EXTENSION_TYPE_NAME_KEY)
        .map(String::as_str)
        .filter(|name| name.starts_with("geoarrow.") || *name == "ogc.wkb")
}

/// Position of the geometry column that is meant: the one called `geometry`, of two the last, which is where this library
/// puts it.
pub(super) fn geometry_column(schema: &Schema) -> Result<usize, IoError> {
    let candidates: Vec<usize> = schema
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, field)| extension_name(field).is_some())
        .map(|(column, _)| column)
        .collect();
    let named = candidates.iter().rfind(|&&column| schema.field(column).name() == GEOMETRY_COLUMN);
    match (named, candidates.as_slice()) {
        (Some(&column), _) | (None, &[column]) => Ok(column),
        (None, []) => Err(IoError::Arrow {
            column: GEOMETRY_COLUMN.to_owned(),
            feature: None,
            fault: ArrowFault::NoGeometryColumn,
        }),
        (None, several) => {
            let columns = several.iter().map(|&column| schema.field(column).name().clone()).collect();
            Err(IoError::Arrow {
                column: GEOMETRY_COLUMN.to_owned(),
                feature: None,
                fault: ArrowFault::SeveralGeometryColumns { columns },
            })
        }
    }
}

pub(super) fn encoding(field: &Field) -> Result<Encoding, IoError> {
    let extension = extension_name(field).unwrap_or_default();
    match extension {
        "geoarrow.polygon" => Ok(Encoding::Polygon),
        "geoarrow.multipolygon" => Ok(Encoding::MultiPolygon),
        "geoarrow.wkb" | "ogc.wkb" if is_binary(field.data_type()) => Ok(Encoding::Wkb),
        "geoarrow.wkb" | "ogc.wkb" => Err(fault(
            field,
            None,
            ArrowFault::Storage { extension: extension.to_owned(), data_type: field.data_type().to_string() },
        )),
        _ => Err(fault(field, None, ArrowFault::NotPolygons { extension: extension.to_owned() })),
    }
}

/// The column's CRS; `None` when the metadata name none.
pub(super) fn crs(field: &Field) -> Result<Option<Crs>, IoError> {
    let Some(text) = field.metadata().get(EXTENSION_TYPE_METADATA_KEY).filter(|text| !text.trim().is_empty())
    else {
        return Ok(None);
    };
    let Ok(Value::Object(metadata)) = serde_json::from_str(text) else {
        return Err(fault(field, None, ArrowFault::Metadata));
    };
    if let Some(edges) = metadata.get("edges").and_then(Value::as_str)
        && edges != "planar"
    {
        return Err(fault(field, None, ArrowFault::Edges { edges: edges.to_owned() }));
    }
    let crs = match metadata.get("crs") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => Crs::from_text(text),
        Some(projjson) => Crs::from_projjson(&projjson.to_string()),
    };
    crs.map(Some)
        .map_err(|source: CrsError| IoError::Crs { place: format!("column {:?}", field.name()), source })
}

/// Field metadata for a written geometry column.
pub(super) fn extension(name: &str, crs: Option<&Crs>) -> HashMap<String, String> {
    let mut metadata = Map::new();
    if let Some(crs) = crs {
        let definition = crs.definition();
        if let Ok(projjson @ Value::Object(_)) = serde_json::from_str::<Value>(definition) {
            metadata.insert("crs".to_owned(), projjson);
            metadata.insert("crs_type".to_owned(), "projjson".into());
        } else {
            metadata.insert("crs".to_owned(), definition.into());
            // WKT of either generation goes without `crs_type`: the one that names WKT promises the 2019 edition.
            if crs.epsg().is_some_and(|code| definition == format!("EPSG:{code}")) {
                metadata.insert("crs_type".to_owned(), "authority_code".into());
            }
        }
    }
    HashMap::from([
        (EXTENSION_TYPE_NAME_KEY.to_owned(), name.to_owned()),
        (EXTENSION_TYPE_METADATA_KEY.to_owned(), Value::Object(metadata).to_string()),
    ])
}
