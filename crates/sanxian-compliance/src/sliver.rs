//! Polygons that are too narrow, too thin or too small to mean anything, as a table.

use std::f64::consts::PI;

use arrow_array::RecordBatch;
use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;
use sanxian_overlay::{perimeter, planar_area};

use crate::area::areas_m2;
use crate::attribute::required_texts;
use crate::columns::Columns;
use crate::error::ComplianceError;
use crate::rules::{CodeTables, MinimumMapArea, SliverRules};

/// What makes a polygon a sliver.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SliverOptions {
    /// The field with the land class code, for the least area on a map; without it areas are not held against one.
    pub class_field: Option<String>,
    /// A polygon of at most this mean width 2A/P is narrow, in metres; `None` takes the figure of `rules/tolerances.toml`.
    pub narrow_width_m: Option<f64>,
}

/// The slivers of a layer: `feature, reasons, area_m2, mean_width_m, thinness, class, minimum_map_area_m2`. Nothing is
/// dropped from the layer.
///
/// `reasons` joins `narrow` (mean width 2A/P below the limit), `thin` (4πA/P² at most the limit, for what is small or
/// narrow) and `below_minimum_map_area` (of its land class). Areas are ellipsoidal; width and thinness are of the plane.
///
/// # Errors
/// [`ComplianceError::NoCrs`]; [`ComplianceError::GeographicPlots`], for widths need metres; [`ComplianceError::NoField`].
pub fn find_slivers(layer: &Layer, options: &SliverOptions) -> Result<RecordBatch, ComplianceError> {
    let crs = layer.crs.as_ref().ok_or_else(|| ComplianceError::NoCrs { layer: layer.name.clone() })?;
    if crs.is_geographic() {
        return Err(ComplianceError::GeographicPlots { layer: layer.name.clone(), crs: crs.label() });
    }
    let rules = SliverRules::embedded()?;
    let narrow_m = match options.narrow_width_m {
        Some(width_m) => width_m,
        None => CodeTables::embedded()?.tolerances.sliver_width_m,
    };
    let classes = options.class_field.as_ref().map(|field| required_texts(layer, field)).transpose()?;
    let polygons = layer.polygons.view();
    let areas = areas_m2(polygons, crs, AreaMethod::Ellipsoidal)
        .map_err(|source| ComplianceError::Area { layer: layer.name.clone(), source })?;
    let mut slivers = Vec::new();
    for (feature, area_m2) in areas.into_iter().enumerate() {
        let Some(area_m2) = area_m2 else { continue };
        let class = classes.as_ref().and_then(|classes| classes.get(feature).cloned().flatten());
        let minimum = class.as_deref().and_then(|code| rules.minimum_map_area(code));
        let sliver = Sliver::new(feature, area_m2, polygons.feature(feature), class.clone(), minimum);
        let reasons = sliver.reasons(&rules, narrow_m);
        if !reasons.is_empty() {
            slivers.push((sliver, reasons.join(", ")));
        }
    }
    Ok(Columns::default()
        .counts("feature", slivers.iter().map(|(sliver, _)| sliver.feature))
        .texts("reasons", slivers.iter().map(|(_, reasons)| reasons))
        .numbers("area_m2", slivers.iter().map(|(sliver, _)| sliver.area_m2))
        .numbers("mean_width_m", slivers.iter().map(|(sliver, _)| sliver.mean_width_m))
        .numbers("thinness", slivers.iter().map(|(sliver, _)| sliver.thinness))
        .maybe_texts("class", slivers.iter().map(|(sliver, _)| sliver.class.as_deref()))
        .maybe_numbers("minimum_map_area_m2", slivers.iter().map(|(sliver, _)| sliver.minimum_area_m2))
        .finish()?)
}

struct Sliver {
    feature: usize,
    area_m2: f64,
    planar_m2: f64,
    mean_width_m: f64,
    thinness: f64,
    class: Option<String>,
    minimum_area_m2: Option<f64>,
}

impl Sliver {
    fn new<'a>(
        feature: usize,
        area_m2: f64,
        polygons: impl Iterator<Item = sanxian_overlay::Polygon<'a>> + Clone,
        class: Option<String>,
        minimum: Option<&MinimumMapArea>,
    ) -> Self {
        let (planar_m2, perimeter_m) = (planar_area(polygons.clone()), perimeter(polygons));
        let over_perimeter = |value: f64| if perimeter_m > 0.0 { value / perimeter_m } else { 0.0 };
        Self {
            feature,
            area_m2,
            planar_m2,
            mean_width_m: over_perimeter(2.0 * planar_m2),
            thinness: over_perimeter(over_perimeter(4.0 * PI * planar_m2)),
            class,
            minimum_area_m2: minimum.map(|class| class.area_m2),
        }
    }

    fn reasons(&self, rules: &SliverRules, narrow_m: f64) -> Vec<&'static str> {
        let is_small = self.planar_m2 <= rules.thin_area_m2 || self.mean_width_m <= rules.thin_width_m;
        let conditions = [
            (self.mean_width_m < narrow_m, "narrow"),
            (is_small && self.thinness <= rules.thinness, "thin"),
            (self.minimum_area_m2.is_some_and(|least| self.area_m2 < least), "below_minimum_map_area"),
        ];
        conditions.into_iter().filter(|(is_met, _)| *is_met).map(|(_, reason)| reason).collect()
    }
}
