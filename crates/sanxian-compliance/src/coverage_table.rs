//! Overlaps and gaps among polygons that should tile, as layers.

use std::collections::HashMap;

use arrow_array::RecordBatch;
use sanxian_geodesy::{AreaMethod, Crs};
use sanxian_io::Layer;
use sanxian_overlay::{
    CoverageOptions, OnInvalid, OverlapKind, PolygonSet, Progress, Repair, check_coverage,
};

use crate::area::areas_m2;
use crate::attribute::required_texts;
use crate::columns::Columns;
use crate::error::ComplianceError;

/// What to look for.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageTableOptions {
    /// What to do with invalid polygons that the answer depends on.
    pub on_invalid: OnInvalid,
    /// Up to which width an open strip between two features counts as a gap, in units of the CRS; 0 looks for none.
    pub open_gap_width_m: f64,
    /// How areas are measured.
    pub area: AreaMethod,
    /// A field that says which whole a feature belongs to, such as its scheme: only overlaps of different wholes are told.
    pub between: Option<String>,
    /// A field with names: features of one name are told.
    pub name: Option<String>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct CoverageTables {
    /// `feature, other_feature, relation, area_m2, mean_width_m, share`: the relation is `partial`, `inside` (the first
    /// in the other), `contains` or `duplicate`; the share is that of the smaller feature.
    pub overlaps: Layer,
    /// `gap, neighbours, is_open, area_m2, mean_width_m`: neighbours are row numbers, joined with `, `.
    pub gaps: Layer,
    /// `feature, area_m2, mean_width_m`: what reaches out of the frame.
    pub outside: Layer,
    /// `feature, other_feature, name, relation`: features that repeat the name of an earlier one; `duplicate` when they have one
    /// shape too, else whatever they overlap like, `apart` when not at all.
    pub same_names: RecordBatch,
    /// Features that were repaired before they took part.
    pub repairs: Vec<Repair>,
}

/// Checks that the features of `layer` tile, inside the union of `within` if there is one.
///
/// Mean widths are `None` where coordinates are degrees.
///
/// # Errors
/// [`ComplianceError`] when the CRS is missing, or `within` has another one; when a polygon is invalid and is not to be repaired; for a field
/// that is not there.
pub fn coverage_tables(
    layer: &Layer,
    within: Option<&Layer>,
    options: &CoverageTableOptions,
    progress: &Progress,
) -> Result<CoverageTables, ComplianceError> {
    let crs = layer.crs.as_ref().ok_or_else(|| ComplianceError::NoCrs { layer: layer.name.clone() })?;
    if let Some(frame) = within {
        let frame_crs =
            frame.crs.as_ref().ok_or_else(|| ComplianceError::NoCrs { layer: frame.name.clone() })?;
        if !frame_crs.is_same_as(crs) {
            return Err(ComplianceError::crs_mismatch(&frame.name, frame_crs, crs));
        }
    }
    let wholes = options.between.as_ref().map(|field| required_texts(layer, field)).transpose()?;
    let names = options.name.as_ref().map(|field| required_texts(layer, field)).transpose()?;
    let overlay_options =
        CoverageOptions { on_invalid: options.on_invalid, open_gap_width: options.open_gap_width_m };
    let found = check_coverage(
        layer.polygons.view(),
        within.map(|frame| frame.polygons.view()),
        &overlay_options,
        progress,
    )
    .map_err(|source| ComplianceError::overlay(layer, within.unwrap_or(layer), source))?;

    let measure = Measure { crs, area: options.area, layer: &layer.name };
    let kept: Vec<usize> = (0..found.overlaps.len())
        .filter(|&row| {
            let [a, b] = found.overlaps[row].features;
            wholes.as_ref().is_none_or(|wholes| wholes.get(a) != wholes.get(b))
        })
        .collect();
    let overlaps: Vec<_> = kept.iter().map(|&row| found.overlaps[row]).collect();
    let polygons = found.overlap_polygons.view().take(kept);
    let areas = measure.areas_m2(&polygons)?;
    let smaller = smaller_areas(layer, &overlaps, &measure)?;
    let shares = areas.iter().zip(&smaller).map(|(area, whole)| (*whole > 0.0).then(|| area / whole));
    let table = Columns::default()
        .counts("feature", overlaps.iter().map(|overlap| overlap.features[0]))
        .counts("other_feature", overlaps.iter().map(|overlap| overlap.features[1]))
        .texts("relation", overlaps.iter().map(|overlap| relation(overlap.kind)))
        .numbers("area_m2", areas.iter().copied())
        .maybe_numbers("mean_width_m", overlaps.iter().map(|overlap| measure.width_m(overlap.mean_width)))
        .maybe_numbers("share", shares)
        .finish()?;
    let overlaps_layer = Layer::new("overlaps", polygons, table, layer.crs.clone());

    let gap_areas = measure.areas_m2(&found.gap_polygons)?;
    let joined = |features: &[usize]| features.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let gaps = Columns::default()
        .counts("gap", 0..found.gaps.len())
        .texts("neighbours", found.gaps.iter().map(|gap| joined(&gap.neighbours)))
        .flags("is_open", found.gaps.iter().map(|gap| gap.is_open))
        .numbers("area_m2", gap_areas)
        .maybe_numbers("mean_width_m", found.gaps.iter().map(|gap| measure.width_m(gap.mean_width)))
        .finish()?;
    let excess_areas = measure.areas_m2(&found.excess_polygons)?;
    let outside = Columns::default()
        .counts("feature", found.excesses.iter().map(|excess| excess.feature))
        .numbers("area_m2", excess_areas)
        .maybe_numbers("mean_width_m", found.excesses.iter().map(|excess| measure.width_m(excess.mean_width)))
        .finish()?;
    Ok(CoverageTables {
        same_names: same_names(names.as_deref().unwrap_or_default(), &found.overlaps)?,
        overlaps: overlaps_layer,
        gaps: Layer::new("gaps", found.gap_polygons, gaps, layer.crs.clone()),
        outside: Layer::new("outside", found.excess_polygons, outside, layer.crs.clone()),
        repairs: found.repairs,
    })
}

struct Measure<'a> {
    crs: &'a Crs,
    area: AreaMethod,
    layer: &'a str,
}

impl Measure<'_> {
    fn areas_m2(&self, polygons: &PolygonSet) -> Result<Vec<f64>, ComplianceError> {
        let areas = areas_m2(polygons.view(), self.crs, self.area)
            .map_err(|source| ComplianceError::Area { layer: self.layer.to_owned(), source })?;
        Ok(areas.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// 2A/P of a plane figure: in degrees it means nothing.
    fn width_m(&self, width: f64) -> Option<f64> {
        (!self.crs.is_geographic()).then_some(width)
    }
}

fn relation(kind: OverlapKind) -> &'static str {
    match kind {
        OverlapKind::Partial => "partial",
        OverlapKind::FirstInside => "inside",
        OverlapKind::SecondInside => "contains",
        OverlapKind::Duplicate => "duplicate",
    }
}

/// Area of the smaller feature of each pair.
fn smaller_areas(
    layer: &Layer,
    overlaps: &[sanxian_overlay::Overlap],
    measure: &Measure<'_>,
) -> Result<Vec<f64>, ComplianceError> {
    let mut features: Vec<usize> = overlaps.iter().flat_map(|overlap| overlap.features).collect();
    features.sort_unstable();
    features.dedup();
    let areas = measure.areas_m2(&layer.polygons.view().take(features.iter().copied()))?;
    let of: HashMap<usize, f64> = features.into_iter().zip(areas).collect();
    let area = |feature: usize| of.get(&feature).copied().unwrap_or_default();
    Ok(overlaps.iter().map(|overlap| area(overlap.features[0]).min(area(overlap.features[1]))).collect())
}

fn same_names(
    names: &[Option<String>],
    overlaps: &[sanxian_overlay::Overlap],
) -> Result<RecordBatch, ComplianceError> {
    let relations: HashMap<[usize; 2], &'static str> =
        overlaps.iter().map(|overlap| (overlap.features, relation(overlap.kind))).collect();
    let mut first_of: HashMap<&str, usize> = HashMap::new();
    let mut rows = Vec::new();
    for (feature, name) in names.iter().enumerate() {
        let Some(name) = name.as_deref() else { continue };
        match first_of.get(name) {
            Some(&first) => rows.push((first, feature, name)),
            None => drop(first_of.insert(name, feature)),
        }
    }
    let relation = |&(first, second, _): &(usize, usize, &str)| {
        relations.get(&[first, second]).copied().unwrap_or("apart")
    };
    Ok(Columns::default()
        .counts("feature", rows.iter().map(|row| row.0))
        .counts("other_feature", rows.iter().map(|row| row.1))
        .texts("name", rows.iter().map(|row| row.2))
        .texts("relation", rows.iter().map(relation))
        .finish()?)
}
