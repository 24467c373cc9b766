use std::sync::Arc;

use sanxian_geodesy::Crs;
use sanxian_io::{FileDigest, Layer};

use crate::error::ComplianceError;
use crate::rules::{CodeTables, Role, RulePack};
use crate::scheme::{ParsedSettings, Projects, Radius, Settings, Subclass, parse_settings};

/// A layer that plots may run into, and what it is.
#[derive(Clone, Debug)]
pub struct ControlLayer {
    /// What it is.
    pub role: Role,
    /// Its features, in the plots' CRS.
    pub layer: Layer,
    /// How it tells its sub-zones; `None` takes the usual field and values of the role, where the layer has them.
    pub subclass: Option<Subclass>,
    /// True when a layer without any feature is meant so. Otherwise it counts as missing: an empty export must not pass for a free site.
    pub may_be_empty: bool,
    /// How far points and lines reach; without it, rules about overlaps with a layer of such cannot be judged.
    pub radius: Option<Radius>,
    /// The path as the scheme writes it, for the evidence.
    pub path: Option<String>,
}

impl ControlLayer {
    /// A layer with the usual sub-zones of its role.
    pub fn new(role: Role, layer: Layer) -> Self {
        Self { role, layer, subclass: None, may_be_empty: false, radius: None, path: None }
    }
}

/// Everything a check needs besides the rules. [`crate::Scheme`] makes one from files; [`CheckInput::new`] starts one from layers in memory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckInput {
    /// Name, area method, parameters, stated totals, tolerances.
    pub settings: Settings,
    /// The plots, with `plot_id` and `plot_name` where they have them.
    pub plots: Layer,
    /// The control layers; several may have one role.
    pub layers: Vec<ControlLayer>,
    /// The land survey (DLTB), for ownership.
    /// It is shared, since a county's is too large to copy for every check.
    pub land_use: Option<Arc<Layer>>,
    /// The use polygons (`PlotName, PurName, PurArea, ProjList`), for public-interest shares.
    pub uses: Option<Layer>,
    /// The project table.
    pub projects: Option<Projects>,
    /// Digest of the scheme file.
    pub scheme_file: Option<FileDigest>,
    /// The path of the plots as the scheme writes it.
    pub plots_path: Option<String>,
    /// The path of the land survey as the scheme writes it.
    pub land_use_path: Option<String>,
    /// The path of the uses as the scheme writes it.
    pub uses_path: Option<String>,
}

impl CheckInput {
    /// Plots, and nothing to hold them against yet.
    pub fn new(settings: Settings, plots: Layer) -> Self {
        Self {
            settings,
            plots,
            layers: Vec::new(),
            land_use: None,
            uses: None,
            projects: None,
            scheme_file: None,
            plots_path: None,
            land_use_path: None,
            uses_path: None,
        }
    }

    /// A check whose settings come as JSON (see [`parse_settings`]) and whose layers are named by role, in English or Chinese.
    ///
    /// # Errors
    /// [`ComplianceError::Scheme`] for a key or role that is not known, and for the project table.
    pub fn from_settings(
        json: &str,
        packs: &[RulePack],
        plots: Layer,
        layers: Vec<(String, Layer)>,
        uses: Option<Layer>,
        land_use: Option<Arc<Layer>>,
    ) -> Result<Self, ComplianceError> {
        let ParsedSettings { settings, subclasses, radii, projects } = parse_settings(json, packs)?;
        let tables = CodeTables::embedded()?;
        let mut input = Self::new(settings, plots);
        for (name, layer) in layers {
            let role = tables.find_role(&name)?.clone();
            let subclass =
                subclasses.iter().find(|(id, _)| *id == role.id).map(|(_, subclass)| subclass.clone());
            let radius = radii.iter().find(|(id, _)| *id == role.id).map(|(_, radius)| radius.clone());
            input.layers.push(ControlLayer { subclass, radius, ..ControlLayer::new(role, layer) });
        }
        input.uses = uses;
        input.land_use = land_use;
        input.projects =
            projects.map(|path| Projects::from_csv(path.as_ref(), &path, &tables)).transpose()?;
        Ok(input)
    }

    /// The CRS of the run: the plots' own, when every layer shares it.
    pub(super) fn common_crs(&self) -> Result<Crs, ComplianceError> {
        let no_crs = |layer: &Layer| ComplianceError::NoCrs { layer: layer.name.clone() };
        let plots_crs = self.plots.crs.as_ref().ok_or_else(|| no_crs(&self.plots))?;
        if plots_crs.is_geographic() {
            let (layer, crs) = (self.plots.name.clone(), plots_crs.label());
            return Err(ComplianceError::GeographicPlots { layer, crs });
        }
        let layers = self.layers.iter().map(|control| &control.layer);
        for layer in layers.chain(self.land_use.as_deref()).chain(&self.uses) {
            let crs = layer.crs.as_ref().ok_or_else(|| no_crs(layer))?;
            if !crs.is_same_as(plots_crs) {
                return Err(ComplianceError::crs_mismatch(&layer.name, crs, plots_crs));
            }
        }
        Ok(plots_crs.clone())
    }
}
