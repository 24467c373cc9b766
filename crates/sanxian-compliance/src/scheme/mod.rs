//! Scheme files: one TOML that names every input of a check, the rules, and what the plan's text states.

mod corridor;
mod error;
mod parse;
mod projects;
mod radius;
mod settings;
mod stated;
mod subclass;

#[cfg(test)]
mod scheme_tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanxian_geodesy::Crs;
use sanxian_io::{
    IoError, Layer, LayerOptions, PlotsOptions, read_features, read_layer, read_plots, read_points,
};
use sanxian_overlay::Progress;

pub use corridor::{Corridor, CorridorWidth};
pub use error::SchemeError;
pub(crate) use projects::decode;
pub use projects::{Project, Projects, PublicInterest};
pub use radius::Radius;
pub use settings::{Characteristics, LandClassSettings, ParsedSettings, Settings, parse_settings};
pub use stated::{Stated, StatedFigure};
pub use subclass::Subclass;

use crate::check::{CheckInput, ControlLayer};
use crate::error::ComplianceError;
use crate::rules::{CodeTables, Role, RulePack};

/// What an input of a scheme is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The plots that are checked.
    Plots,
    /// A control layer.
    Layer,
    /// The land survey.
    LandUse,
    /// The use polygons.
    Uses,
    /// The project table.
    Projects,
}

impl Slot {
    /// `plots`, `layer`, `land_use`, `uses` or `projects`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plots => "plots",
            Self::Layer => "layer",
            Self::LandUse => "land_use",
            Self::Uses => "uses",
            Self::Projects => "projects",
        }
    }
}

/// One file that a scheme names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SchemeInput {
    /// What it is for.
    pub slot: Slot,
    /// Its role, for a control layer.
    pub role: Option<String>,
    /// Where it is, the scheme's folder included.
    pub path: PathBuf,
    /// The path as the scheme writes it.
    pub written: String,
    /// The layer inside a file of several.
    pub layer: Option<String>,
    /// The encoding of its texts, when the scheme declares one.
    pub encoding: Option<String>,
    /// The CRS of the plots, or of a list of places, when the scheme declares one.
    pub crs: Option<Crs>,
    /// True for a control layer whose rows are places ([`sanxian_io::read_points`]), not corners of plots.
    pub points: bool,
    /// Whether the plots' axes are to be swapped, when the scheme says so.
    pub swap_axes: Option<bool>,
    /// How the plots' file of centre lines becomes plots, when it is one.
    pub corridor: Option<Corridor>,
}

/// A control layer as the scheme declares it.
#[derive(Clone, Debug, PartialEq)]
struct LayerEntry {
    input: SchemeInput,
    role: Role,
    subclass: Option<Subclass>,
    may_be_empty: bool,
    radius: Option<Radius>,
}

/// A scheme file, read and checked: keys, roles, rule packs and the presence of every file.
///
/// # Examples
/// ```no_run
/// use sanxian_compliance::{Scheme, check};
/// use sanxian_overlay::Progress;
///
/// let scheme = Scheme::from_toml("examples/xinzhou/scheme.toml")?;
/// let input = scheme.read(&Progress::default())?;
/// let report = check(input, scheme.packs(), &Progress::default())?;
/// println!("{}", report.verdict.as_str());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scheme {
    path: PathBuf,
    sha256: String,
    bytes: u64,
    settings: Settings,
    packs: Vec<RulePack>,
    plots: SchemeInput,
    layers: Vec<LayerEntry>,
    land_use: Option<SchemeInput>,
    uses: Option<SchemeInput>,
    projects: Option<SchemeInput>,
    audit: Option<PathBuf>,
}

impl Scheme {
    /// Reads a scheme file. Paths in it are relative to it.
    ///
    /// # Errors
    /// [`SchemeError`] names the file and the key: unknown keys with the nearest known one, missing keys, unknown roles, rule packs that
    /// do not load, and inputs that do not exist.
    pub fn from_toml(path: impl AsRef<Path>) -> Result<Self, SchemeError> {
        parse::read_scheme(path.as_ref())
    }

    /// The scheme's name.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// The scheme file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The field of the land survey that says whose land it is, if it names one.
    pub fn ownership(&self) -> Option<&str> {
        self.settings.ownership_field.as_deref()
    }

    /// The rule packs it names, loaded.
    pub fn packs(&self) -> &[RulePack] {
        &self.packs
    }

    /// The description by which the plan's own figures are audited, when the scheme names one (`[audit] path`).
    pub fn audit(&self) -> Option<&Path> {
        self.audit.as_deref()
    }

    /// Every file the scheme reads: plots, control layers in order, land use, uses, projects.
    pub fn inputs(&self) -> Vec<SchemeInput> {
        std::iter::once(&self.plots)
            .chain(self.layers.iter().map(|layer| &layer.input))
            .chain(&self.land_use)
            .chain(&self.uses)
            .chain(&self.projects)
            .cloned()
            .collect()
    }

    /// Reads every input that this library reads by itself: exchange text and Shapefiles.
    ///
    /// # Errors
    /// [`ComplianceError::Io`] with the reader's own message, for a file of another format too; [`ComplianceError::Scheme`] for the project table
    /// and for plots that are centre lines ([`Corridor`]).
    pub fn read(&self, progress: &Progress) -> Result<CheckInput, ComplianceError> {
        if self.plots.corridor.is_some() {
            let expected = "a file of plots: lines are widened by the Python package".to_owned();
            let fault = crate::keys::KeyFault::BadValue { value: self.plots.written.clone(), expected };
            let (path, key) = (self.path.clone(), "plots.path".to_owned());
            return Err(SchemeError::Key { path, key, fault }.into());
        }
        let plots = read_plots(
            &self.plots.path,
            &PlotsOptions {
                crs: self.plots.crs.clone(),
                swap_axes: self.plots.swap_axes,
                encoding: self.plots.encoding.clone(),
            },
        )?;
        let read = |input: &SchemeInput| {
            let options = LayerOptions { encoding: input.encoding.clone(), ..LayerOptions::default() };
            read_layer(&input.path, &options, progress)
        };
        let layers = self.layers.iter().map(|entry| read_control(&entry.input, progress));
        let layers = layers.collect::<Result<Vec<_>, _>>()?;
        let land_use = self.land_use.as_ref().map(read).transpose()?.map(Arc::new);
        let uses = self.uses.as_ref().map(read).transpose()?;
        self.check_input(plots.layer, layers, land_use, uses)
    }

    /// Joins layers that the caller has read with what the scheme says of them. `layers` are in the order of [`Scheme::inputs`].
    ///
    /// # Errors
    /// [`ComplianceError::LayerCount`] when there are more or fewer layers than the scheme names; [`ComplianceError::Scheme`] for the project table.
    pub fn check_input(
        &self,
        plots: Layer,
        layers: Vec<Layer>,
        land_use: Option<Arc<Layer>>,
        uses: Option<Layer>,
    ) -> Result<CheckInput, ComplianceError> {
        if layers.len() != self.layers.len() {
            return Err(ComplianceError::LayerCount { expected: self.layers.len(), found: layers.len() });
        }
        let tables = CodeTables::embedded()?;
        let mut input = CheckInput::new(self.settings.clone(), plots);
        input.layers = layers
            .into_iter()
            .zip(&self.layers)
            .map(|(layer, entry)| ControlLayer {
                role: entry.role.clone(),
                layer,
                subclass: entry.subclass.clone(),
                may_be_empty: entry.may_be_empty,
                radius: entry.radius.clone(),
                path: Some(entry.input.written.clone()),
            })
            .collect();
        let written = |input: &Option<SchemeInput>| input.as_ref().map(|input| input.written.clone());
        input.plots_path = Some(self.plots.written.clone());
        input.land_use_path = land_use.as_ref().and_then(|_| written(&self.land_use));
        input.uses_path = uses.as_ref().and_then(|_| written(&self.uses));
        input.land_use = land_use;
        input.uses = uses;
        input.projects = match &self.projects {
            None => None,
            Some(entry) => Some(Projects::from_csv(&entry.path, &entry.written, &tables)?),
        };
        input.scheme_file = Some(sanxian_io::FileDigest {
            name: self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            bytes: self.bytes,
            sha256: self.sha256.clone(),
        });
        Ok(input)
    }
}

/// Reads a control layer: of polygons, of points or lines, or a list of places.
fn read_control(input: &SchemeInput, progress: &Progress) -> Result<Layer, IoError> {
    let encoding = input.encoding.clone();
    if input.points {
        let options = PlotsOptions { crs: input.crs.clone(), swap_axes: None, encoding };
        return read_points(&input.path, &options);
    }
    read_features(&input.path, &LayerOptions { encoding, ..LayerOptions::default() }, progress)
}
