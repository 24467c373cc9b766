use std::path::{Path, PathBuf};

use sanxian_geodesy::Crs;
use toml::{Table, Value};

use super::corridor::Corridor;
use super::error::SchemeError;
use super::radius::Radius;
use super::settings::{
    Characteristics, Settings, read_area, read_land_classes, read_on_invalid, read_parameters,
};
use super::stated::Stated;
use super::subclass::Subclass;
use super::{LayerEntry, Scheme, SchemeInput, Slot};
use crate::digest::sha256_hex;
use crate::keys::{FaultAt, KeyFault, Keys};
use crate::rules::{CodeTables, Role, RulePack, Tolerances, line_of, load_rules};

/// Reads and checks a scheme file.
pub(super) fn read_scheme(path: &Path) -> Result<Scheme, SchemeError> {
    let open = |source| SchemeError::Open { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(open)?;
    let table = text.parse::<Table>().map_err(|error| SchemeError::Syntax {
        path: path.to_owned(),
        line: line_of(&text, error.span()),
        reason: error.message().replace('\n', ", "),
    })?;
    let rules_error = |source| SchemeError::Rules {
        path: path.to_owned(),
        key: "scheme.rules".to_owned(),
        source: Box::new(source),
    };
    let tables = CodeTables::embedded().map_err(rules_error)?;
    let at = |at| SchemeError::at(path, at);

    let mut keys = Keys::new(&table, "");
    let sections = Sections::take(&mut keys).map_err(at)?;
    keys.finish().map_err(at)?;
    let folder = path.parent().unwrap_or(Path::new(""));

    let mut head = sections.scheme;
    let name = head.required_text("name").map_err(at)?;
    let packs = load_packs(&mut head, folder).map_err(|fault| match fault {
        PackFault::Key(fault) => at(fault),
        PackFault::Rules(source) => rules_error(source),
    })?;
    let mut land_use_keys = sections.land_use;
    let mut plots_keys = sections.plots;
    let settings = Settings {
        name,
        date: head.day("date").map_err(at)?,
        area: read_area(&mut head).map_err(at)?,
        on_invalid: read_on_invalid(&mut head).map_err(at)?,
        land_classes: land_use_keys.as_mut().map(read_land_classes).transpose().map_err(at)?.flatten(),
        characteristics: Characteristics::read(sections.characteristics).map_err(at)?,
        ownership_field: sections.ownership.map(read_ownership).transpose().map_err(at)?,
        activity_field: plots_keys.text("activity_field").map_err(at)?,
        parameters: read_parameters(sections.parameters, &packs).map_err(at)?,
        stated: sections.stated.map(Stated::read).transpose().map_err(at)?,
        tolerances: read_tolerances(sections.tolerances, tables.tolerances.clone()).map_err(at)?,
    };
    head.finish().map_err(at)?;

    let input = |slot, keys: Option<Keys<'_>>| keys.map(|keys| read_input(slot, keys, folder)).transpose();
    let scheme = Scheme {
        path: path.to_owned(),
        sha256: sha256_hex(text.as_bytes()),
        bytes: text.len() as u64,
        settings,
        packs,
        plots: read_input(Slot::Plots, plots_keys, folder).map_err(at)?,
        layers: sections
            .layers
            .into_iter()
            .map(|keys| read_layer_entry(keys, folder, &tables.roles))
            .collect::<Result<_, _>>()
            .map_err(at)?,
        land_use: input(Slot::LandUse, land_use_keys).map_err(at)?,
        uses: input(Slot::Uses, sections.uses).map_err(at)?,
        projects: input(Slot::Projects, sections.projects).map_err(at)?,
        audit: sections.audit.map(|keys| read_audit(keys, folder)).transpose().map_err(at)?,
    };
    check_files(&scheme)?;
    Ok(scheme)
}

/// The tables of a scheme file. All are asked for before any is required, so that a misspelt one is named as such.
struct Sections<'t> {
    scheme: Keys<'t>,
    plots: Keys<'t>,
    layers: Vec<Keys<'t>>,
    land_use: Option<Keys<'t>>,
    ownership: Option<Keys<'t>>,
    uses: Option<Keys<'t>>,
    projects: Option<Keys<'t>>,
    parameters: Option<Keys<'t>>,
    stated: Option<Keys<'t>>,
    tolerances: Option<Keys<'t>>,
    characteristics: Option<Keys<'t>>,
    audit: Option<Keys<'t>>,
}

impl<'t> Sections<'t> {
    fn take(keys: &mut Keys<'t>) -> Result<Self, FaultAt> {
        Ok(Self {
            layers: keys.tables("layers")?,
            land_use: keys.table("land_use")?,
            ownership: keys.table("ownership")?,
            uses: keys.table("uses")?,
            projects: keys.table("projects")?,
            parameters: keys.table("parameters")?,
            stated: keys.table("stated")?,
            tolerances: keys.table("tolerances")?,
            characteristics: keys.table("characteristics")?,
            audit: keys.table("audit")?,
            scheme: keys.required_table("scheme")?,
            plots: keys.required_table("plots")?,
        })
    }
}

enum PackFault {
    Key(FaultAt),
    Rules(crate::RuleError),
}

fn load_packs(head: &mut Keys<'_>, folder: &Path) -> Result<Vec<RulePack>, PackFault> {
    let names = head.texts("rules").map_err(PackFault::Key)?;
    if names.is_empty() {
        return Err(PackFault::Key(head.fault("rules", KeyFault::Missing)));
    }
    let mut packs = Vec::with_capacity(names.len());
    for name in &names {
        // An id cannot end so; a path that does is one.
        let is_file = Path::new(name).extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("toml"));
        let loaded = if is_file {
            load_rules(&[] as &[&str], &[folder.join(name)])
        } else {
            load_rules(&[name], &[] as &[&Path])
        };
        for mut pack in loaded.map_err(PackFault::Rules)? {
            if is_file {
                // As written: the evidence must not depend on where the folder lies.
                pack.origin.clone_from(name);
            }
            if packs.iter().any(|earlier: &RulePack| earlier.id == pack.id) {
                let expected = "named once".to_owned();
                let fault = KeyFault::BadValue { value: pack.id, expected };
                return Err(PackFault::Key(head.fault("rules", fault)));
            }
            packs.push(pack);
        }
    }
    Ok(packs)
}

fn read_ownership(mut keys: Keys<'_>) -> Result<String, FaultAt> {
    let field = keys.required_text("field")?;
    keys.finish()?;
    Ok(field)
}

fn read_audit(mut keys: Keys<'_>, folder: &Path) -> Result<PathBuf, FaultAt> {
    let path = folder.join(keys.required_text("path")?);
    keys.finish()?;
    Ok(path)
}

fn read_tolerances(keys: Option<Keys<'_>>, mut tolerances: Tolerances) -> Result<Tolerances, FaultAt> {
    let Some(mut keys) = keys else { return Ok(tolerances) };
    for (key, value) in [
        ("sliver_width_m", &mut tolerances.sliver_width_m),
        ("outside_plot_width_m", &mut tolerances.outside_plot_width_m),
        ("declared_area_ha", &mut tolerances.declared_area_ha),
    ] {
        if let Some(number) = keys.number(key)? {
            if number < 0.0 {
                let expected = "a number that is not negative".to_owned();
                return Err(keys.fault(key, KeyFault::BadValue { value: number.to_string(), expected }));
            }
            *value = number;
        }
    }
    keys.finish()?;
    Ok(tolerances)
}

fn read_input(slot: Slot, mut keys: Keys<'_>, folder: &Path) -> Result<SchemeInput, FaultAt> {
    let input = read_file_keys(slot, &mut keys, folder)?;
    keys.finish()?;
    Ok(input)
}

fn read_file_keys(slot: Slot, keys: &mut Keys<'_>, folder: &Path) -> Result<SchemeInput, FaultAt> {
    // Projects are a table in UTF-8 or GBK, told apart by their bytes: there is nothing to declare.
    let has_geometry = slot != Slot::Projects;
    let mut input = SchemeInput {
        slot,
        role: None,
        path: PathBuf::new(),
        written: String::new(),
        layer: if has_geometry { keys.text("layer")? } else { None },
        encoding: if has_geometry { keys.text("encoding")? } else { None },
        crs: None,
        points: false,
        swap_axes: None,
        corridor: None,
    };
    if slot == Slot::Plots {
        input.swap_axes = keys.flag("swap_axes")?;
        input.crs = read_crs(keys)?;
        input.corridor = keys.table("corridor")?.map(Corridor::read).transpose()?;
    }
    input.written = keys.required_text("path")?;
    input.path = folder.join(&input.written);
    Ok(input)
}

fn read_crs(keys: &mut Keys<'_>) -> Result<Option<Crs>, FaultAt> {
    let parsed = match keys.value("crs") {
        None => return Ok(None),
        Some(Value::String(text)) => (text.clone(), Crs::from_text(text)),
        Some(Value::Integer(code)) => {
            (code.to_string(), Crs::from_epsg(u32::try_from(*code).unwrap_or(u32::MAX)))
        }
        Some(other) => {
            let expected = "an EPSG code or the text of a CRS";
            return Err(keys.fault("crs", KeyFault::WrongType { expected, found: other.type_str() }));
        }
    };
    match parsed {
        (_, Ok(crs)) => Ok(Some(crs)),
        (value, Err(error)) => Err(keys.fault(
            "crs",
            KeyFault::BadValue { value, expected: format!("a CRS that is understood: {error}") },
        )),
    }
}

fn read_layer_entry(mut keys: Keys<'_>, folder: &Path, roles: &[Role]) -> Result<LayerEntry, FaultAt> {
    let subclass = keys.table("subclass")?;
    let may_be_empty = keys.flag("may_be_empty")?.unwrap_or(false);
    let radius = Radius::read(&mut keys)?;
    let points = keys.flag("points")?.unwrap_or(false);
    // Other layers carry their CRS with them.
    let crs = if points { read_crs(&mut keys)? } else { None };
    let mut input = read_file_keys(Slot::Layer, &mut keys, folder)?;
    let name = keys.required_text("role")?;
    let Some(role) = roles.iter().find(|role| role.is_called(&name)) else {
        return Err(keys.fault("role", KeyFault::none_of(&name, roles.iter().flat_map(Role::names))));
    };
    input.role = Some(role.id.clone());
    (input.points, input.crs) = (points, crs);
    let subclass = subclass.map(|keys| Subclass::read(keys, role)).transpose()?;
    keys.finish()?;
    Ok(LayerEntry { input, role: role.clone(), subclass, may_be_empty, radius })
}

fn check_files(scheme: &Scheme) -> Result<(), SchemeError> {
    let mut layers = 0;
    for input in scheme.inputs() {
        let key = if input.slot == Slot::Layer {
            layers += 1;
            format!("layers[{layers}].path")
        } else {
            format!("{}.path", input.slot.as_str())
        };
        if !input.path.exists() {
            return Err(SchemeError::MissingFile { path: scheme.path.clone(), key, file: input.path });
        }
    }
    Ok(())
}
