//! Plots against one layer as a table: a row a (plot, feature) or a (plot, group), without any rule.
//!
//! Areas come from the area kernel, which makes no pieces; pieces are made where somebody asks for their geometry or width, or
//! for an area that is no sum over edges.

mod covered;
mod file;
mod groups;
mod measured;
mod pieces;
mod row;

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::Field;
use sanxian_geodesy::{AreaMethod, Crs};
use sanxian_io::Layer;
use sanxian_overlay::{IndexedPolygons, OnInvalid, Progress, Repair};

pub use self::file::overlay_areas_of_file;
pub use self::pieces::{Operation, overlay_pieces};

use self::covered::covered;
use self::groups::Groups;
use self::measured::Measured;
use self::row::{Frame, Row, Sums};
use crate::area::areas_m2;
use crate::check::{Findings, SourcedFinding};
use crate::error::ComplianceError;

/// How to overlay and what to make of it.
#[derive(Clone, Debug)]
pub struct OverlayTableOptions {
    /// How pieces and plots are measured.
    pub area: AreaMethod,
    /// Pieces whose mean width is below this, in metres, are flagged; 0 flags none, and then no width is computed.
    pub sliver_width_m: f64,
    /// What to do with an invalid polygon that takes part.
    pub on_invalid: OnInvalid,
    /// How often a place counts on which several features lie.
    pub count: Count,
}

impl OverlayTableOptions {
    /// Whether widths are asked for and mean something.
    fn widths(&self, crs: &Crs) -> bool {
        self.sliver_width_m > 0.0 && !crs.is_geographic()
    }
}

/// How often a place counts on which several features of a layer lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// Once for each feature: a row a pair, or sums of such rows.
    #[default]
    Each,
    /// Once: what of a plot the layer, or a group of its features, covers at all.
    Union,
}

/// What came out of an overlay.
#[derive(Clone, Debug)]
pub struct OverlayTable<T> {
    /// The rows, ordered by plot and feature or group.
    pub rows: T,
    /// Features that were repaired before they took part.
    pub repairs: Vec<Repair>,
    /// What was odd in the plots and in the layer, as far as it was read.
    pub findings: Vec<SourcedFinding>,
}

/// What the readers of both sides found odd.
fn findings_of(plots: &Layer, layer: &Layer) -> Vec<SourcedFinding> {
    let mut findings = Findings::default();
    findings.carry(plots);
    findings.carry(layer);
    findings.0
}

/// Areas of plots inside each feature of a layer, or summed over groups of its features, or of what the features cover.
///
/// Columns: `plot_id` (text where the plots have such a column, their row number else), then the columns of `by`, or
/// `feature` (row number in the layer; absent with [`Count::Union`]), then `area_m2, area_ha, area_mu, share` (of the
/// plot), `mean_width_m` (2A/P; null unless `sliver_width_m` is above 0, and in degrees) and `is_sliver`. Pairs that share no
/// area have no row. `index` is that of the layer's polygons where there is one, which pays for few plots in a layer that is asked often.
///
/// # Errors
/// [`ComplianceError::CrsMismatch`], [`ComplianceError::NoCrs`], [`ComplianceError::NoField`] for a column of `by`,
/// [`ComplianceError::Overlay`] and [`ComplianceError::Area`] with feature, ring and vertex.
pub fn overlay_areas(
    plots: &Layer,
    layer: &Layer,
    index: Option<&IndexedPolygons>,
    by: &[String],
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<OverlayTable<RecordBatch>, ComplianceError> {
    let crs = shared_crs(plots, &layer.name, layer.crs.as_ref())?;
    let no_field = |name: &str| ComplianceError::no_field(layer, name);
    let mut groups = Groups::new(&layer.attributes.schema(), by, no_field)?;
    let plot_area_m2 = plot_areas(plots, crs, options)?;
    let measured = Measured::new(plots, (layer, index), crs, options, progress)?;
    let group_of_pair = match &mut groups {
        None => Vec::new(),
        Some(groups) => {
            groups.of_features(&layer.attributes, measured.rows.iter().map(|row| row.of_layer))?
        }
    };
    let mut rows = match options.count {
        Count::Each if by.is_empty() => measured.rows,
        Count::Each => {
            let mut sums = Sums::default();
            sums.add(&measured.rows, &group_of_pair);
            sums.into_rows()
        }
        Count::Union => covered(plots, layer, crs, &measured.rows, &group_of_pair, options, progress)?,
    };
    let of_layer = match (groups, options.count) {
        (None, Count::Each) => vec![feature_column(&rows, |feature| layer.row(feature))],
        (None, Count::Union) => Vec::new(),
        (Some(groups), _) => groups.columns(&mut rows)?,
    };
    let sliver_width_m = options.widths(crs).then_some(options.sliver_width_m);
    let frame = Frame { plots, plot_area_m2: &plot_area_m2, sliver_width_m };
    let findings = findings_of(plots, layer);
    Ok(OverlayTable { rows: frame.table(&rows, of_layer)?, repairs: measured.repairs, findings })
}

/// One CRS for both sides: that of the plots.
pub(crate) fn shared_crs<'a>(
    plots: &'a Layer,
    layer: &str,
    layer_crs: Option<&Crs>,
) -> Result<&'a Crs, ComplianceError> {
    let no_crs = |layer: &str| ComplianceError::NoCrs { layer: layer.to_owned() };
    let plots_crs = plots.crs.as_ref().ok_or_else(|| no_crs(&plots.name))?;
    let layer_crs = layer_crs.ok_or_else(|| no_crs(layer))?;
    if layer_crs.is_same_as(plots_crs) {
        Ok(plots_crs)
    } else {
        Err(ComplianceError::crs_mismatch(layer, layer_crs, plots_crs))
    }
}

fn plot_areas(plots: &Layer, crs: &Crs, options: &OverlayTableOptions) -> Result<Vec<f64>, ComplianceError> {
    let areas = areas_m2(plots.polygons.view(), crs, options.area)
        .map_err(|source| ComplianceError::Area { layer: plots.name.clone(), source })?;
    Ok(areas.into_iter().map(|area| area.unwrap_or(0.0)).collect())
}

/// Row numbers in the file or table that the layer came from.
fn feature_column(rows: &[Row], number: impl Fn(usize) -> u64) -> (Field, ArrayRef) {
    let numbers = rows.iter().map(|row| number(row.of_layer as usize) as i64);
    let array = Int64Array::from_iter_values(numbers);
    (Field::new("feature", arrow_schema::DataType::Int64, false), Arc::new(array))
}
