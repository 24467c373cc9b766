use arrow_schema::ArrowError;
use sanxian_geodesy::{AreaError, Crs};
use sanxian_io::{IoError, Layer};
use sanxian_overlay::{OverlayError, Side};

use crate::keys::nearest;
use crate::rules::RuleError;
use crate::scheme::SchemeError;

/// Why a check could not be run. What could be run and not judged is a verdict, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComplianceError {
    /// A rule pack or code table.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// A scheme file or project table.
    #[error(transparent)]
    Scheme(#[from] SchemeError),
    /// Reading an input, or handing pieces out.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The overlay of the plots with a layer.
    #[error("{layer}: {source}")]
    Overlay {
        /// Name of the layer as given; `plots` for the plots themselves.
        layer: String,
        /// What is wrong, with feature, ring and vertex. The side says whether the plots or the layer are concerned.
        source: OverlayError,
    },
    /// A plot has an invalid polygon, and the settings do not ask for repairs.
    #[error(
        "{file}: plot {number} ({plot}): {fault}: `sanxian validate` lists everything wrong with the plots, on_invalid = \"repair\" mends polygons"
    )]
    InvalidPlot {
        /// Name of the plots' file, else of their layer.
        file: String,
        /// Which plot of the file, counted from 1.
        number: usize,
        /// What tables call it: its name, and its id where the name does not hold it.
        plot: String,
        /// Its id.
        plot_id: String,
        /// The first fault: ring, what is wrong, the point counted from 1 with its coordinates.
        fault: String,
        /// The fault in the terms of the overlay, with all others of the plot; positions count from 0.
        source: Box<OverlayError>,
    },
    /// The area of the plots or of pieces.
    #[error("{layer}: {source}")]
    Area {
        /// Name of the layer as given.
        layer: String,
        /// What is wrong, with feature, ring and vertex.
        source: AreaError,
    },
    /// There is no plot at all.
    #[error("{layer}: there is no plot to check")]
    NoPlots {
        /// Name of the plots' layer.
        layer: String,
    },
    /// The CRS of plots or layer is not known.
    #[error("{layer}: has no coordinate reference system: name it when reading, e.g. crs = \"EPSG:4526\"")]
    NoCrs {
        /// Name of the layer as given.
        layer: String,
    },
    /// A layer is in another CRS than the plots.
    #[error("{layer}: is in {layer_crs}, the plots are in {plots_crs}: transform it with {fix}")]
    CrsMismatch {
        /// Name of the layer as given.
        layer: String,
        /// The layer's CRS.
        layer_crs: String,
        /// The plots' CRS.
        plots_crs: String,
        /// The call that transforms the layer.
        fix: String,
    },
    /// The plots are in degrees.
    #[error(
        "{layer}: the plots are in {crs}, in degrees; widths, lengths and planar areas need metres: transform plots and layers with sx.to_crs(plots, 4526) or the zone they lie in"
    )]
    GeographicPlots {
        /// Name of the plots' layer.
        layer: String,
        /// Their CRS.
        crs: String,
    },
    /// A layer lacks a field that the scheme names.
    #[error("{layer}: has no field `{field}`{}", nearest.as_ref().map_or_else(String::new, |near| format!("; the nearest is `{near}`")))]
    NoField {
        /// Name of the layer as given.
        layer: String,
        /// The field.
        field: String,
        /// The field spelled most like it.
        nearest: Option<String>,
    },
    /// A radius was given for a layer of polygons.
    #[error("{layer}: has a radius, which is for points and lines: it holds polygons: take the radius out")]
    RadiusOfPolygons {
        /// Name of the layer as given.
        layer: String,
    },
    /// A parameter names a plot that does not exist.
    #[error("parameter `{parameter}`: there is no plot `{plot}`{}", nearest.as_ref().map_or_else(String::new, |near| format!("; the nearest is `{near}`")))]
    UnknownPlot {
        /// The parameter.
        parameter: String,
        /// The plot it names.
        plot: String,
        /// The plot id spelled most like it.
        nearest: Option<String>,
    },
    /// The parameter `activity` names none that is known.
    #[error("parameter `activity`: there is no activity `{activity}`{}", nearest.as_ref().map_or_else(String::new, |near| format!("; the nearest is `{near}`")))]
    UnknownActivity {
        /// What it names.
        activity: String,
        /// The activity spelled most like it.
        nearest: Option<String>,
    },
    /// A parameter has a value of another type than the rules need.
    #[error("parameter `{parameter}` must be {expected}")]
    Parameter {
        /// The parameter.
        parameter: String,
        /// What is expected.
        expected: &'static str,
    },
    /// The caller brought more or fewer layers than the scheme names.
    #[error("the scheme names {expected} control layers, {found} were given")]
    LayerCount {
        /// As the scheme has it.
        expected: usize,
        /// As given.
        found: usize,
    },
    /// Columns of a table that do not fit together.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

impl ComplianceError {
    /// The mismatch of a layer with the plots, with the call that mends it.
    pub(crate) fn crs_mismatch(layer: &str, layer_crs: &Crs, plots_crs: &Crs) -> Self {
        let target = plots_crs.epsg().map_or_else(|| "plots.crs".to_owned(), |code| code.to_string());
        Self::CrsMismatch {
            layer: layer.to_owned(),
            layer_crs: layer_crs.label(),
            plots_crs: plots_crs.label(),
            fix: format!("sx.to_crs(layer, {target})"),
        }
    }

    /// An overlay's error under the name of the side that is to blame.
    pub(crate) fn overlay(plots: &Layer, layer: &Layer, source: OverlayError) -> Self {
        let to_blame = match &source {
            OverlayError::InvalidPolygon { side: Side::Subject, .. } => plots,
            _ => layer,
        };
        Self::Overlay { layer: to_blame.name.clone(), source }
    }

    /// A field that a layer does not have, with the nearest it has.
    pub(crate) fn no_field(layer: &Layer, field: &str) -> Self {
        let schema = layer.attributes.schema();
        let known = schema.fields().iter().map(|field| field.name().as_str());
        let nearest = nearest(field, known).map(str::to_owned);
        Self::NoField { layer: layer.name.clone(), field: field.to_owned(), nearest }
    }

    /// True when the caller asked to stop, by [`sanxian_overlay::Progress::cancel`].
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Overlay { source: OverlayError::Cancelled, .. })
    }
}
