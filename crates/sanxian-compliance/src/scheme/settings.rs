use std::path::Path;

use sanxian_geodesy::AreaMethod;
use sanxian_overlay::OnInvalid;
use serde_json::Map;
use toml::{Table, Value};

use super::error::SchemeError;
use super::radius::Radius;
use super::stated::Stated;
use super::subclass::Subclass;
use crate::keys::{FaultAt, KeyFault, Keys};
use crate::rules::{CodeTables, ParameterKind, Role, Rule, RulePack, Tolerances};

/// What a check is told besides layers and rules.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the scheme, for titles.
    pub name: String,
    /// The day the scheme is to be judged by, `YYYY-MM-DD`; rules out of force on it are pointed out.
    pub date: Option<String>,
    /// The area that tables are made of and verdicts rest on; planar and ellipsoidal figures are shown either way.
    pub area: AreaMethod,
    /// Whether an invalid polygon stops the check or is repaired, and the repair listed.
    pub on_invalid: OnInvalid,
    /// Field of the land survey that holds the ownership, e.g. `QSXZ`.
    pub ownership_field: Option<String>,
    /// Field of the plots that holds the kind of activity of each, an identifier or title of the table of activities. Plots
    /// without a value take what the parameter `activity` says.
    pub activity_field: Option<String>,
    /// How the land survey classifies land; without it no table of land classes is made.
    pub land_classes: Option<LandClassSettings>,
    /// What the characteristics table states and nothing can be computed from.
    pub characteristics: Characteristics,
    /// What rules leave open.
    pub parameters: Map<String, serde_json::Value>,
    /// What the plan's text states.
    pub stated: Option<Stated>,
    /// Widths, tolerances and decimals.
    pub tolerances: Tolerances,
}

/// Which classification the land survey uses, and where its codes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandClassSettings {
    /// Identifier of a [`crate::LandClassification`], e.g. `survey-3`.
    pub classification: String,
    /// Field of the codes; usually `DLBM`.
    pub field: String,
    /// Field of the ridge coefficient; `None` takes `KCXS`, else `TKXS`.
    pub ridge_field: Option<String>,
}

/// What the characteristics table (特性表) needs and the scheme has to state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Characteristics {
    /// 成片开发位置.
    pub location: Option<String>,
    /// 成片开发范围.
    pub extent: Option<String>,
    /// 基础设施条件.
    pub infrastructure: Option<String>,
    /// 是否符合国土空间规划.
    pub conforms_to_plan: Option<bool>,
    /// Public-interest land that is there already, in hectares.
    pub completed_public_interest_ha: Option<f64>,
    /// Share of members or representatives that agree, 0 to 1.
    pub consent_share: Option<f64>,
}

impl Characteristics {
    pub(super) fn read(keys: Option<Keys<'_>>) -> Result<Self, FaultAt> {
        let Some(mut keys) = keys else { return Ok(Self::default()) };
        let read = Self {
            location: keys.text("location")?,
            extent: keys.text("extent")?,
            infrastructure: keys.text("infrastructure")?,
            conforms_to_plan: keys.flag("conforms_to_plan")?,
            completed_public_interest_ha: keys.number("completed_public_interest_ha")?,
            consent_share: keys.number("consent_share")?,
        };
        keys.finish()?;
        Ok(read)
    }
}

/// Reads the keys `classification`, `class_field` and `ridge_field`.
pub(super) fn read_land_classes(keys: &mut Keys<'_>) -> Result<Option<LandClassSettings>, FaultAt> {
    let field = keys.text("class_field")?.unwrap_or_else(|| "DLBM".to_owned());
    let ridge_field = keys.text("ridge_field")?;
    let Some(classification) = keys.text("classification")? else { return Ok(None) };
    let tables = CodeTables::embedded().map(|tables| tables.land_classes).unwrap_or_default();
    if !tables.iter().any(|table| table.id == classification) {
        let known: Vec<&str> = tables.iter().map(|table| table.id).collect();
        return Err(keys.fault("classification", KeyFault::none_of(&classification, known.iter().copied())));
    }
    Ok(Some(LandClassSettings { classification, field, ridge_field }))
}

impl Settings {
    /// The usual settings: ellipsoidal area, invalid polygons stop the check, no parameter.
    ///
    /// # Errors
    /// As [`CodeTables::embedded`].
    pub fn new(name: impl Into<String>) -> Result<Self, crate::RuleError> {
        Ok(Self {
            name: name.into(),
            date: None,
            area: AreaMethod::Ellipsoidal,
            on_invalid: OnInvalid::Raise,
            ownership_field: None,
            activity_field: None,
            land_classes: None,
            characteristics: Characteristics::default(),
            parameters: Map::new(),
            stated: None,
            tolerances: CodeTables::embedded()?.tolerances,
        })
    }
}

/// What [`parse_settings`] reads.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ParsedSettings {
    /// What a check is told besides layers and rules.
    pub settings: Settings,
    /// Sub-zones by role.
    pub subclasses: Vec<(String, Subclass)>,
    /// How far points and lines reach, by role.
    pub radii: Vec<(String, Radius)>,
    /// Path of the project table.
    pub projects: Option<String>,
}

/// Settings that come as JSON, with sub-zones and radii by role and the path of a project table, for a check without a scheme file.
///
/// Keys: `name`, `date`, `area`, `on_invalid`, `ownership`, `activity_field`, `projects`, `subclasses` (role to `{"field": ..., "core": [...]}`), `radii` (role to `{"radius_m": ...}` or `{"radius_field": ...}`), `stated`, `parameters`, `land_classes`
/// (`classification`, `class_field`, `ridge_field`), `characteristics`.
///
/// # Errors
/// [`SchemeError::Key`] with the path `settings`, as for a scheme file.
pub fn parse_settings(json: &str, packs: &[RulePack]) -> Result<ParsedSettings, SchemeError> {
    let path = Path::new("settings");
    let syntax = |reason: String, line| SchemeError::Syntax { path: path.to_owned(), line, reason };
    let value: serde_json::Value =
        serde_json::from_str(json).map_err(|error| syntax(error.to_string(), error.line()))?;
    let Some(Value::Table(table)) = to_toml(&value) else {
        return Err(syntax("settings must be a JSON object".to_owned(), 1));
    };
    let tables = CodeTables::embedded().map_err(|source| SchemeError::Rules {
        path: path.to_owned(),
        key: "roles".to_owned(),
        source: Box::new(source),
    })?;
    read_json(&table, &tables, packs).map_err(|at| SchemeError::at(path, at))
}

fn read_json(table: &Table, tables: &CodeTables, packs: &[RulePack]) -> Result<ParsedSettings, FaultAt> {
    let mut keys = Keys::new(table, "");
    let settings = Settings {
        name: keys.text("name")?.unwrap_or_else(|| "scheme".to_owned()),
        date: keys.day("date")?,
        area: read_area(&mut keys)?,
        on_invalid: read_on_invalid(&mut keys)?,
        ownership_field: keys.text("ownership")?,
        activity_field: keys.text("activity_field")?,
        land_classes: match keys.table("land_classes")? {
            None => None,
            Some(mut keys) => {
                let read = read_land_classes(&mut keys)?;
                keys.finish()?;
                read
            }
        },
        characteristics: Characteristics::read(keys.table("characteristics")?)?,
        parameters: read_parameters(keys.table("parameters")?, packs)?,
        stated: keys.table("stated")?.map(Stated::read).transpose()?,
        tolerances: tables.tolerances.clone(),
    };
    let subclasses = by_role(&mut keys, "subclasses", tables, Subclass::read)?;
    let radii = by_role(&mut keys, "radii", tables, |mut keys, _| {
        let radius = Radius::read(&mut keys)?;
        let radius = radius.ok_or_else(|| keys.fault("radius_m", KeyFault::Missing))?;
        keys.finish()?;
        Ok(radius)
    })?;
    let projects = keys.text("projects")?;
    keys.finish()?;
    Ok(ParsedSettings { settings, subclasses, radii, projects })
}

/// A table of tables by role, each read by `read`.
fn by_role<T>(
    keys: &mut Keys<'_>,
    key: &'static str,
    tables: &CodeTables,
    read: impl Fn(Keys<'_>, &Role) -> Result<T, FaultAt>,
) -> Result<Vec<(String, T)>, FaultAt> {
    let Some(keys) = keys.table(key)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (name, value) in keys.rest() {
        let Some(role) = tables.role(name) else {
            return Err(keys.fault(name, KeyFault::none_of(name, tables.roles.iter().flat_map(Role::names))));
        };
        let Some(table) = value.as_table() else {
            let fault = KeyFault::WrongType { expected: "a table", found: value.type_str() };
            return Err(keys.fault(name, fault));
        };
        found.push((role.id.clone(), read(Keys::new(table, keys.path(name)), role)?));
    }
    Ok(found)
}

/// JSON as TOML; nulls have no counterpart and are left out, like the absent keys they stand for.
fn to_toml(value: &serde_json::Value) -> Option<Value> {
    Some(match value {
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(flag) => Value::Boolean(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64()?),
        },
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(items) => Value::Array(items.iter().filter_map(to_toml).collect()),
        serde_json::Value::Object(entries) => Value::Table(
            entries.iter().filter_map(|(key, value)| Some((key.clone(), to_toml(value)?))).collect(),
        ),
    })
}

pub(super) fn read_area(keys: &mut Keys<'_>) -> Result<AreaMethod, FaultAt> {
    const METHODS: [&str; 4] = ["ellipsoidal", "planar", "survey", "geodesic"];
    match keys.text("area")? {
        None => Ok(AreaMethod::Ellipsoidal),
        Some(text) => text.parse().map_err(|_| keys.fault("area", KeyFault::none_of(&text, METHODS))),
    }
}

pub(super) fn read_on_invalid(keys: &mut Keys<'_>) -> Result<OnInvalid, FaultAt> {
    match keys.text("on_invalid")?.as_deref() {
        None | Some("raise") => Ok(OnInvalid::Raise),
        Some("repair") => Ok(OnInvalid::Repair),
        Some(text) => Err(keys.fault("on_invalid", KeyFault::none_of(text, ["raise", "repair"]))),
    }
}

/// Parameters by the names that the rules use; any other name is a mistake.
pub(super) fn read_parameters(
    keys: Option<Keys<'_>>,
    packs: &[RulePack],
) -> Result<Map<String, serde_json::Value>, FaultAt> {
    let mut parameters = Map::new();
    let Some(keys) = keys else { return Ok(parameters) };
    let known = || packs.iter().flat_map(|pack| &pack.rules).flat_map(Rule::parameters);
    for (name, value) in keys.rest() {
        let wrong = |expected| KeyFault::WrongType { expected, found: value.type_str() };
        let read = match known().find(|(known, _)| *known == name).map(|(_, kind)| kind) {
            Some(ParameterKind::Plots) => {
                let items = value.as_array().map(Vec::as_slice);
                // Plot numbers are as often written as numbers.
                let plot = |item: &Value| match item {
                    Value::String(text) => Some(serde_json::Value::from(text.trim())),
                    Value::Integer(number) => Some(serde_json::Value::from(number.to_string())),
                    _ => None,
                };
                let plots = items.and_then(|items| items.iter().map(plot).collect::<Option<Vec<_>>>());
                plots.map(serde_json::Value::from).ok_or_else(|| wrong("a list of plot ids"))
            }
            Some(ParameterKind::Flag) => {
                value.as_bool().map(serde_json::Value::from).ok_or_else(|| wrong("true or false"))
            }
            Some(ParameterKind::Number) => {
                let number = value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
                let number = number.filter(|number| number.is_finite());
                number.map(serde_json::Value::from).ok_or_else(|| wrong("a finite number"))
            }
            Some(ParameterKind::Activity) => read_activity(value)
                .ok_or_else(|| wrong("an activity, or a table of plot ids with the activity of each")),
            Some(ParameterKind::Texts) => {
                let texts = keys.texts_of(name, value);
                texts.map(serde_json::Value::from).map_err(|at| at.fault)
            }
            None => {
                let names = known().map(|(known, _)| known);
                Err(KeyFault::Unknown { nearest: crate::keys::nearest(name, names).map(str::to_owned) })
            }
        };
        parameters.insert(name.to_owned(), read.map_err(|fault| keys.fault(name, fault))?);
    }
    Ok(parameters)
}

/// One activity for all plots, or one a plot; `None` for anything else.
fn read_activity(value: &Value) -> Option<serde_json::Value> {
    let one = |value: &Value| value.as_str().map(|text| serde_json::Value::from(text.trim()));
    match value {
        Value::Table(by_plot) => {
            let entries = by_plot.iter().map(|(plot, value)| Some((plot.trim().to_owned(), one(value)?)));
            entries.collect::<Option<Map<_, _>>>().map(serde_json::Value::from)
        }
        value => one(value),
    }
}
