use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;
use sanxian_overlay::{IndexedPolygons, OnInvalid, PolygonSet, Progress};

use super::codes::{CroplandClass, CroplandCodes};
use crate::attribute::{numbers, position, texts};
use crate::columns::Columns;
use crate::error::ComplianceError;
use crate::figure::area_ha;
use crate::footprint::{Surveyor, indexed};

/// Cropland of one class and grade that plots take.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OccupationRow {
    /// Paddy, irrigated or dry.
    pub class: CroplandClass,
    /// Grade as the survey writes it; `None` where it says none.
    pub grade: Option<String>,
    /// Patches' area in square metres, field ridges included.
    pub gross_m2: f64,
    /// Cropland proper in square metres: ridges deducted by the patches' coefficients.
    pub net_m2: f64,
    /// The part of `net_m2` that is permanent basic farmland; `None` when no such layer was given.
    pub farmland_net_m2: Option<f64>,
}

/// What plots take of cropland and of permanent basic farmland.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CroplandOccupation {
    /// By class, then grade.
    pub rows: Vec<OccupationRow>,
    /// Area of the plots in square metres, overlaps counted once.
    pub land_m2: f64,
    /// Permanent basic farmland in square metres, cropland or not; `None` when no such layer was given.
    pub farmland_m2: Option<f64>,
    /// Field that held the grades; `None` when the survey has none.
    pub grade_field: Option<String>,
    /// Whether the survey has ridge coefficients; without them net is gross.
    pub has_ridges: bool,
}

impl CroplandOccupation {
    /// Cropland in square metres, ridges deducted.
    pub fn net_m2(&self) -> f64 {
        self.rows.iter().map(|row| row.net_m2).sum()
    }

    /// A row a class and grade: `class, class_title, grade, gross_m2, net_m2, net_ha, permanent_basic_farmland_m2, permanent_basic_farmland_ha`.
    ///
    /// # Errors
    /// None in practice; Arrow's own when columns differ in length.
    pub fn table(&self) -> Result<RecordBatch, ArrowError> {
        let rows = &self.rows;
        Columns::default()
            .texts("class", rows.iter().map(|row| row.class.as_str()))
            .texts("class_title", rows.iter().map(|row| row.class.title()))
            .maybe_texts("grade", rows.iter().map(|row| row.grade.as_deref()))
            .numbers("gross_m2", rows.iter().map(|row| row.gross_m2))
            .numbers("net_m2", rows.iter().map(|row| row.net_m2))
            .numbers("net_ha", rows.iter().map(|row| area_ha(row.net_m2, 4)))
            .maybe_numbers("permanent_basic_farmland_m2", rows.iter().map(|row| row.farmland_net_m2))
            .maybe_numbers(
                "permanent_basic_farmland_ha",
                rows.iter().map(|row| row.farmland_net_m2.map(|area| area_ha(area, 4))),
            )
            .finish()
    }
}

/// Overlays plots with the land survey and with permanent basic farmland, and adds cropland by class and grade.
///
/// Cropland is what `rules/cropland.toml` says; a patch's ridges are deducted by its coefficient (`KCXS`), in proportion where it is cut.
/// Plots that overlap count once.
///
/// # Errors
/// [`ComplianceError`]: CRSs that differ, a survey without its field of land classes, invalid polygons, plots without land.
pub fn cropland_occupation(
    plots: &Layer,
    survey: &Layer,
    farmland: Option<&Layer>,
    area: AreaMethod,
    on_invalid: OnInvalid,
    progress: &Progress,
) -> Result<CroplandOccupation, ComplianceError> {
    let codes = CroplandCodes::embedded()?;
    let surveyor = Surveyor::new(plots, area, on_invalid, progress)?;
    surveyor.check_crs(survey)?;
    let land = surveyor.footprint(plots)?;
    let land_m2 = surveyor.total_m2(&land, &plots.name)?;
    let classes = codes.classes_of(survey)?;
    let ridges = Ridges::of(survey, &codes);
    let grade_field =
        codes.grade_fields.iter().find(|field| position(&survey.attributes, field).is_some()).cloned();
    let grades = grade_field.as_ref().and_then(|field| texts(&survey.attributes, field));

    let is_cropland = |feature: &usize| classes.get(*feature).copied().flatten().is_some();
    let kept: Vec<usize> = (0..survey.len()).filter(is_cropland).collect();
    let index = indexed(survey, |feature| is_cropland(&feature));
    let (pieces, parents) = surveyor.pieces(&land, &index, &survey.name)?;
    let areas_m2 = surveyor.areas_m2(&pieces, &survey.name)?;
    let farmland = farmland.map(|farmland| surveyor.within_farmland(&land, &pieces, farmland)).transpose()?;

    let mut sums: BTreeMap<(CroplandClass, Option<String>), OccupationRow> = BTreeMap::new();
    for (piece, ((_, of_index), &gross_m2)) in parents.iter().zip(&areas_m2).enumerate() {
        let Some(&patch) = kept.get(*of_index) else { continue };
        let Some(class) = classes.get(patch).copied().flatten() else { continue };
        let at = |values: &Option<Vec<Option<String>>>| values.as_ref()?.get(patch).cloned().flatten();
        let grade = at(&grades);
        let kept_share = 1.0 - ridges.share(u32::try_from(patch).ok());
        let row = sums.entry((class, grade.clone())).or_insert_with(|| OccupationRow {
            class,
            grade,
            gross_m2: 0.0,
            net_m2: 0.0,
            farmland_net_m2: farmland.as_ref().map(|_| 0.0),
        });
        row.gross_m2 += gross_m2;
        row.net_m2 += gross_m2 * kept_share;
        if let (Some(sum), Some((_, of_pieces))) = (&mut row.farmland_net_m2, &farmland) {
            *sum += of_pieces.get(piece).copied().unwrap_or(0.0) * kept_share;
        }
    }
    Ok(CroplandOccupation {
        rows: sums.into_values().collect(),
        land_m2,
        farmland_m2: farmland.map(|(farmland_m2, _)| farmland_m2),
        grade_field,
        has_ridges: ridges.are_told(),
    })
}

/// Which part of each patch of a survey is field ridges.
pub(super) struct Ridges {
    coefficients: Option<Vec<Option<f64>>>,
}

impl Ridges {
    pub(super) fn of(survey: &Layer, codes: &CroplandCodes) -> Self {
        Self { coefficients: numbers(&survey.attributes, &codes.ridge_field) }
    }

    /// Whether the survey has the field.
    pub(super) fn are_told(&self) -> bool {
        self.coefficients.is_some()
    }

    /// The part of a patch, zero where the survey says none.
    pub(super) fn share(&self, patch: Option<u32>) -> f64 {
        let told = || self.coefficients.as_ref()?.get(patch? as usize).copied().flatten();
        as_fraction(told().unwrap_or(0.0))
    }
}

/// Coefficients are written as fractions (0.1246) or as per cent (12.46); none is above one half.
fn as_fraction(coefficient: f64) -> f64 {
    if coefficient > 1.0 { coefficient / 100.0 } else { coefficient.max(0.0) }
}

impl Surveyor<'_> {
    /// Farmland on the land, and on each piece of it, overlaps counted once.
    fn within_farmland(
        &self,
        land: &PolygonSet,
        pieces: &PolygonSet,
        farmland: &Layer,
    ) -> Result<(f64, Vec<f64>), ComplianceError> {
        self.check_crs(farmland)?;
        let (on_land, _) = self.pieces(land, &indexed(farmland, |_| true), &farmland.name)?;
        let united = self.unite(&on_land, &farmland.name)?;
        let farmland_m2 = self.total_m2(&united, &farmland.name)?;
        let (shares, parents) = self.pieces(pieces, &IndexedPolygons::new(united), &farmland.name)?;
        let mut of_pieces = vec![0.0; pieces.len()];
        for ((piece, _), area_m2) in parents.iter().zip(self.areas_m2(&shares, &farmland.name)?) {
            if let Some(sum) = of_pieces.get_mut(*piece) {
                *sum += area_m2;
            }
        }
        Ok((farmland_m2, of_pieces))
    }
}
