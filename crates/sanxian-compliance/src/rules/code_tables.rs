use std::sync::OnceLock;

use super::error::RuleError;
use super::land_classes::{self, LandClassification};
use super::model::Activity;
use super::parse::{parse_toml, read_activities};
use super::roles::{Role, check_names, read_roles};
use crate::digest::sha256_hex;
use crate::keys::{FaultAt, KeyFault, Keys, nearest, quoted};

const ROLES: &str = include_str!("../../rules/roles.toml");
const TOLERANCES: &str = include_str!("../../rules/tolerances.toml");
const PUBLIC_INTEREST: &str = include_str!("../../rules/public_interest.toml");
const ACTIVITIES: &str = include_str!("../../rules/activities.toml");
const OWNERSHIP: &str = include_str!("../../rules/ownership.toml");

/// The code tables of the repository's `rules` folder, as embedded in this library.
///
/// # Examples
/// ```
/// use sanxian_compliance::CodeTables;
///
/// let tables = CodeTables::embedded()?;
/// assert_eq!(tables.role("永久基本农田").map(|role| role.id.as_str()), Some("permanent_basic_farmland"));
/// assert_eq!(tables.tolerances.sliver_width_m, 0.5);
/// # Ok::<(), sanxian_compliance::RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CodeTables {
    /// What a control layer can be.
    pub roles: Vec<Role>,
    /// What a project can be.
    pub activities: Vec<Activity>,
    /// Classifications of land, each with its codes.
    pub land_classes: Vec<LandClassification>,
    /// Widths, tolerances and decimals.
    pub tolerances: Tolerances,
    /// The classes of public-interest land.
    pub public_interest_classes: Vec<PublicInterestClass>,
    /// What a project table writes for land that is expressly not in the public interest.
    pub not_public_interest: Vec<String>,
    ownership: [OwnershipCodes; 2],
    digests: Vec<(&'static str, String)>,
}

/// Widths in metres, areas in hectares, and decimals of printed figures, each with its citation in `rules/tolerances.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tolerances {
    /// A piece whose mean width (twice its area over its perimeter) is below this is flagged as a sliver.
    pub sliver_width_m: f64,
    /// A piece narrower than this is thinner than the coordinates resolve: it is listed as a contact with its area.
    pub noise_width_m: f64,
    /// Pieces and remainder may differ from the plot by this width times the length of the boundaries involved.
    pub closure_width_m: f64,
    /// A use that sticks out of its plot by this mean width or more is reported.
    pub outside_plot_width_m: f64,
    /// A declared area that differs from the computed one by more than this is reported.
    pub declared_area_ha: f64,
    /// Decimals of hectares in tables with a row a plot.
    pub row_decimals_ha: u32,
    /// Decimals of hectares and mu of single pieces.
    pub piece_decimals: u32,
}

/// One class of public-interest land.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicInterestClass {
    /// Its letter, `A` to `E`.
    pub code: String,
    /// Its Chinese description.
    pub title: String,
}

/// Who owns land, as the two margins of the statutory tables have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// 国有.
    State,
    /// 集体.
    Collective,
}

#[derive(Clone, Debug, PartialEq)]
struct OwnershipCodes {
    ownership: Ownership,
    prefixes: Vec<String>,
    values: Vec<String>,
}

impl CodeTables {
    /// The embedded tables, read once.
    ///
    /// # Errors
    /// [`RuleError`] names the table and the key; only possible in a build whose data files were edited.
    pub fn embedded() -> Result<&'static Self, RuleError> {
        static TABLES: OnceLock<CodeTables> = OnceLock::new();
        match TABLES.get() {
            Some(tables) => Ok(tables),
            None => Self::read_embedded().map(|tables| TABLES.get_or_init(|| tables)),
        }
    }

    fn read_embedded() -> Result<Self, RuleError> {
        let roles = read("roles", ROLES, read_roles)?;
        check_names(&roles)?;
        let land_classes = land_classes::read_embedded()?;
        let tables_of_land: Vec<_> =
            land_classes.iter().map(|table| (table.id, table.sha256.clone())).collect();
        let (public_interest_classes, not_public_interest) =
            read("public_interest", PUBLIC_INTEREST, read_classes)?;
        Ok(Self {
            roles,
            land_classes,
            activities: read("activities", ACTIVITIES, read_activities)?,
            tolerances: read("tolerances", TOLERANCES, read_tolerances)?,
            public_interest_classes,
            not_public_interest,
            ownership: read("ownership", OWNERSHIP, |keys| {
                let codes = [
                    read_codes(keys, "state", Ownership::State)?,
                    read_codes(keys, "collective", Ownership::Collective)?,
                ];
                keys.required_text("citation")?;
                keys.required_text("status")?;
                Ok(codes)
            })?,
            digests: [
                ("roles", ROLES),
                ("activities", ACTIVITIES),
                ("tolerances", TOLERANCES),
                ("public_interest", PUBLIC_INTEREST),
                ("ownership", OWNERSHIP),
            ]
            .map(|(name, text)| (name, sha256_hex(text.as_bytes())))
            .into_iter()
            .chain(tables_of_land)
            .collect(),
        })
    }

    /// The role that answers to `name`, in English or Chinese.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.is_called(name))
    }

    /// The role that answers to `name`.
    ///
    /// # Errors
    /// [`RuleError::UnknownRole`] names the nearest one.
    pub fn find_role(&self, name: &str) -> Result<&Role, RuleError> {
        self.role(name).ok_or_else(|| RuleError::UnknownRole {
            name: name.to_owned(),
            nearest: nearest(name, self.roles.iter().flat_map(Role::names)).map(str::to_owned),
            known: quoted(self.roles.iter().map(|role| role.id.as_str())),
        })
    }

    /// The classification of this id.
    pub fn land_classification(&self, id: &str) -> Option<&LandClassification> {
        self.land_classes.iter().find(|table| table.id == id)
    }

    /// Whose land a value of QSXZ means; `None` for a value the table does not know.
    pub fn ownership_of(&self, value: &str) -> Option<Ownership> {
        let value = value.trim();
        let whole = |codes: &&OwnershipCodes| codes.values.iter().any(|known| known == value);
        let start =
            |codes: &&OwnershipCodes| codes.prefixes.iter().any(|prefix| value.starts_with(prefix.as_str()));
        let is_code = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        self.ownership
            .iter()
            .find(whole)
            .or_else(|| is_code.then(|| self.ownership.iter().find(start)).flatten())
            .map(|codes| codes.ownership)
    }

    /// SHA-256 of each table, for the evidence.
    pub(crate) fn digests(&self) -> &[(&'static str, String)] {
        &self.digests
    }
}

impl Tolerances {
    /// Each value with the name it has in `tolerances.toml`.
    pub(crate) fn entries(&self) -> [(&'static str, f64); 7] {
        [
            ("sliver_width_m", self.sliver_width_m),
            ("noise_width_m", self.noise_width_m),
            ("closure_width_m", self.closure_width_m),
            ("outside_plot_width_m", self.outside_plot_width_m),
            ("declared_area_ha", self.declared_area_ha),
            ("row_decimals_ha", f64::from(self.row_decimals_ha)),
            ("piece_decimals", f64::from(self.piece_decimals)),
        ]
    }
}

/// Reads one embedded data file to its last key.
pub(crate) fn read<T>(
    name: &str,
    text: &str,
    read: impl FnOnce(&mut Keys<'_>) -> Result<T, FaultAt>,
) -> Result<T, RuleError> {
    let file = format!("{name} (embedded)");
    let table = parse_toml(text, &file)?;
    let mut keys = Keys::new(&table, "");
    let value = read(&mut keys);
    value.and_then(|value| keys.finish().map(|()| value)).map_err(|at| RuleError::Key {
        file,
        rule: None,
        key: at.key,
        fault: at.fault,
    })
}

fn read_tolerances(keys: &mut Keys<'_>) -> Result<Tolerances, FaultAt> {
    Ok(Tolerances {
        sliver_width_m: tolerance(keys, "sliver_width_m", "m")?,
        noise_width_m: tolerance(keys, "noise_width_m", "m")?,
        closure_width_m: tolerance(keys, "closure_width_m", "m")?,
        outside_plot_width_m: tolerance(keys, "outside_plot_width_m", "m")?,
        declared_area_ha: tolerance(keys, "declared_area_ha", "ha")?,
        row_decimals_ha: tolerance(keys, "row_decimals_ha", "decimals")? as u32,
        piece_decimals: tolerance(keys, "piece_decimals", "decimals")? as u32,
    })
}

pub(super) fn tolerance(keys: &mut Keys<'_>, key: &'static str, unit: &'static str) -> Result<f64, FaultAt> {
    let mut keys = keys.required_table(key)?;
    let value = keys.required_number("value")?;
    if value < 0.0 {
        let expected = "a number that is not negative".to_owned();
        return Err(keys.fault("value", KeyFault::BadValue { value: value.to_string(), expected }));
    }
    let written = keys.required_text("unit")?;
    if written != unit {
        return Err(keys.fault("unit", KeyFault::none_of(&written, [unit])));
    }
    for key in ["title", "citation", "status"] {
        keys.required_text(key)?;
    }
    keys.finish()?;
    Ok(value)
}

fn read_classes(keys: &mut Keys<'_>) -> Result<(Vec<PublicInterestClass>, Vec<String>), FaultAt> {
    let mut classes = Vec::new();
    for mut keys in keys.tables("classes")? {
        classes.push(PublicInterestClass {
            code: keys.required_text("code")?,
            title: keys.required_text("title")?,
        });
        keys.finish()?;
    }
    keys.required_text("citation")?;
    keys.required_text("status")?;
    Ok((classes, keys.texts("not_public_interest")?))
}

fn read_codes(
    keys: &mut Keys<'_>,
    key: &'static str,
    ownership: Ownership,
) -> Result<OwnershipCodes, FaultAt> {
    let mut keys = keys.required_table(key)?;
    keys.required_text("title")?;
    let codes =
        OwnershipCodes { ownership, prefixes: keys.texts("prefixes")?, values: keys.texts("values")? };
    keys.finish()?;
    Ok(codes)
}
