use sanxian_geodesy::Crs;
use sanxian_io::{FileDigest, IoError, Layer, Source};
use serde_json::{Map, Value, json};

use super::input::CheckInput;
use crate::rules::{CodeTables, RulePack, Tolerances};
use crate::scheme::Radius;

/// What would be needed to repeat a run: the library, the inputs with their digests, rules, parameters and tolerances. No time of day:
/// the same input gives the same bytes.
pub(super) fn evidence(
    input: &CheckInput,
    inputs: &[Value],
    packs: &[RulePack],
    tables: &CodeTables,
    crs: &Crs,
    counts: &[(&'static str, usize)],
) -> Value {
    json!({
        "sanxian": env!("CARGO_PKG_VERSION"),
        "name": input.settings.name,
        "date": input.settings.date,
        "area": input.settings.area.as_str(),
        "crs": { "epsg": crs.epsg(), "name": crs.name() },
        "inputs": inputs,
        "rule_packs": packs.iter().map(|pack| json!({
            "id": pack.id,
            "version": pack.version,
            "title": pack.title,
            "document": pack.document,
            "origin": pack.origin,
            "sha256": pack.sha256,
        })).collect::<Vec<_>>(),
        "code_tables": tables.digests().iter().map(|(name, sha256)| json!({ "name": name, "sha256": sha256 })).collect::<Vec<_>>(),
        "parameters": sorted(&input.settings.parameters),
        "activity_field": input.settings.activity_field,
        "tolerances": tolerances(&input.settings.tolerances),
        "counts": counts.iter().map(|(name, count)| ((*name).to_owned(), Value::from(*count))).collect::<Map<_, _>>(),
    })
}

/// The files of every layer that was given, in the order of [`inputs`].
pub(super) fn sources(input: &CheckInput) -> Vec<Option<Source>> {
    let layers = input.layers.iter().map(|control| &control.layer);
    let all = std::iter::once(&input.plots).chain(layers).chain(input.land_use.as_deref()).chain(&input.uses);
    all.map(|layer| layer.source.clone()).collect()
}

/// The digests of these files.
///
/// # Errors
/// When a file cannot be read for its digest, or is not the one that was read any more.
pub(super) fn digests(sources: &[Option<Source>]) -> Result<Vec<Vec<FileDigest>>, IoError> {
    sources.iter().map(|source| source.as_ref().map_or_else(|| Ok(Vec::new()), Source::files)).collect()
}

/// Every input with its digests; the first `given` layers are inputs, the others were made of them.
pub(super) fn inputs(input: &CheckInput, given: usize, digests: Vec<Vec<FileDigest>>) -> Vec<Value> {
    let mut entries = Vec::new();
    let mut digests = digests.into_iter();
    let mut files = || digests.next().unwrap_or_default();
    if let Some(file) = &input.scheme_file {
        entries.push(json!({
            "slot": "scheme", "role": null, "path": file.name, "format": "TOML", "encoding": "utf-8",
            "features": null, "crs": null, "files": [digest(file)],
        }));
    }
    entries.push(layer_entry("plots", None, input.plots_path.as_deref(), &input.plots, &files(), None));
    for control in input.layers.iter().take(given) {
        let subclass = control.subclass.as_ref().map(|subclass| {
            let groups = subclass.groups.iter().map(|(id, values)| (id.clone(), Value::from(values.clone())));
            json!({ "field": subclass.field, "groups": groups.collect::<Map<_, _>>() })
        });
        let (role, path) = (Some(control.role.id.as_str()), control.path.as_deref());
        let mut entry = layer_entry("layer", role, path, &control.layer, &files(), subclass);
        let radius = control.radius.as_ref().map(|radius| match radius {
            Radius::Metres(metres) => json!({ "radius_m": metres }),
            Radius::Field(field) => json!({ "radius_field": field }),
        });
        if let (Some(radius), Some(entry)) = (radius, entry.as_object_mut()) {
            entry.insert("radius".to_owned(), radius);
        }
        entries.push(entry);
    }
    if let Some(layer) = &input.land_use {
        entries.push(layer_entry("land_use", None, input.land_use_path.as_deref(), layer, &files(), None));
    }
    if let Some(layer) = &input.uses {
        entries.push(layer_entry("uses", None, input.uses_path.as_deref(), layer, &files(), None));
    }
    if let Some(projects) = &input.projects {
        entries.push(json!({
            "slot": "projects", "role": null, "path": projects.path, "format": "CSV", "encoding": projects.encoding,
            "features": projects.rows.len(), "crs": null, "files": projects.file.iter().map(digest).collect::<Vec<_>>(),
        }));
    }
    entries
}

fn layer_entry(
    slot: &str,
    role: Option<&str>,
    path: Option<&str>,
    layer: &Layer,
    files: &[FileDigest],
    subclass: Option<Value>,
) -> Value {
    let source = layer.source.as_ref();
    // A path as the system has it differs from machine to machine; its file name does not.
    let file_name =
        || source.and_then(|source| source.path.file_name()).map(|name| name.to_string_lossy().into_owned());
    let mut entry = json!({
        "slot": slot,
        "role": role,
        "path": path.map(str::to_owned).or_else(file_name),
        "format": source.map(|source| source.format.as_str()),
        "encoding": source.and_then(|source| source.encoding.as_deref()),
        // The polygons may have moved into an index; every feature has a row.
        "features": layer.attributes.num_rows(),
        "crs": layer.crs.as_ref().map(|crs| crs.epsg().map_or_else(|| crs.name().to_owned(), |code| format!("EPSG:{code}"))),
        "files": files.iter().map(digest).collect::<Vec<_>>(),
    });
    if let (Some(subclass), Some(entry)) = (subclass, entry.as_object_mut()) {
        entry.insert("subclass".to_owned(), subclass);
    }
    entry
}

fn digest(file: &FileDigest) -> Value {
    json!({ "name": file.name, "bytes": file.bytes, "sha256": file.sha256 })
}

fn sorted(parameters: &Map<String, Value>) -> Value {
    let mut names: Vec<_> = parameters.iter().collect();
    names.sort_by_key(|(name, _)| *name);
    names.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>().into()
}

fn tolerances(tolerances: &Tolerances) -> Value {
    // Counts of decimals read better as 2 than as 2.0.
    let number =
        |value: f64| if value.fract() == 0.0 { Value::from(value as i64) } else { Value::from(value) };
    let entries = tolerances.entries().into_iter();
    entries.map(|(name, value)| (name.to_owned(), number(value))).collect::<Map<_, _>>().into()
}
