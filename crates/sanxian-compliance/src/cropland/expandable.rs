use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;
use sanxian_overlay::{OnInvalid, Progress};

use super::quota::Quotas;
use crate::attribute::{required_texts, texts};
use crate::error::ComplianceError;
use crate::footprint::{Surveyor, indexed};
use crate::rules::CodeTables;
use crate::verdict::Verdict;

/// One block: its land inside the concentrated zone, what is built there, and what is left to build on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ExpandableSpace {
    /// Id of the block (`plot_id`), or its row number.
    pub block: String,
    /// Area of the block in square metres.
    pub area_m2: f64,
    /// Inside the concentrated zone of the development boundary.
    pub inside_m2: Option<f64>,
    /// Of that, what the survey has as construction land.
    pub built_m2: Option<f64>,
    /// Inside less built, not below zero.
    pub new_m2: Option<f64>,
    /// Compliant when it could be computed; there is no limit to hold it against.
    pub verdict: Verdict,
    /// The formula.
    pub formula: String,
    /// Where it is read.
    pub clause: String,
    /// The document.
    pub document: String,
}

/// The space that blocks have left: concentrated zone less what is built in it, by the head of 表10-1.
///
/// `boundary` tells its zones by the usual field and values of `rules/roles.toml`; codes of construction land are data in
/// `rules/quotas.toml`. Blocks that lie in each other are not added here: every block stands for itself. A boundary without features, or
/// without a zone that is known, makes a block [`Verdict::CannotBeJudged`].
///
/// # Errors
/// [`ComplianceError`]: CRSs that differ, a survey without land classes, invalid polygons.
pub fn expandable_space(
    blocks: &Layer,
    boundary: &Layer,
    survey: &Layer,
    area: AreaMethod,
    on_invalid: OnInvalid,
    progress: &Progress,
) -> Result<Vec<ExpandableSpace>, ComplianceError> {
    let (quotas, tables) = (Quotas::embedded()?, CodeTables::embedded()?);
    let rule = &quotas.expandable;
    let surveyor = Surveyor::new(blocks, area, on_invalid, progress)?;
    surveyor.check_crs(boundary)?;
    surveyor.check_crs(survey)?;

    let role = tables.find_role("urban_development_boundary")?;
    let zones = role.subclass_fields.iter().find_map(|field| texts(&boundary.attributes, field));
    let concentrated = role.subclass("concentrated").map(|zone| zone.values.as_slice()).unwrap_or_default();
    let is_concentrated = |feature: usize| {
        let zone = zones.as_ref().and_then(|zones| zones.get(feature).cloned().flatten());
        zone.is_some_and(|zone| concentrated.contains(&zone))
    };
    let boundary_index = indexed(boundary, is_concentrated);
    let is_known = !boundary_index.polygons().is_empty();

    let codes = required_texts(survey, &rule.class_field)?;
    let is_built = |feature: usize| {
        let code = codes.get(feature).and_then(Option::as_deref);
        code.is_some_and(|code| {
            rule.construction_codes.iter().any(|prefix| code.starts_with(prefix.as_str()))
        })
    };
    let built_index = indexed(survey, is_built);
    let ids = texts(&blocks.attributes, "plot_id");

    let mut rows = Vec::with_capacity(blocks.len());
    for block in 0..blocks.len() {
        let land = blocks.polygons.view().take([block]);
        let area_m2 = surveyor.total_m2(&land, &blocks.name)?;
        let id = ids.as_ref().and_then(|ids| ids.get(block).cloned().flatten());
        let figures = if is_known {
            let (inside, _) = surveyor.pieces(&land, &boundary_index, &boundary.name)?;
            let inside = surveyor.unite(&inside, &boundary.name)?;
            let inside_m2 = surveyor.total_m2(&inside, &boundary.name)?;
            let built_m2 = surveyor.covered_m2(&inside, &[&built_index], &survey.name)?;
            Some((inside_m2, built_m2))
        } else {
            None
        };
        rows.push(ExpandableSpace {
            block: id.unwrap_or_else(|| block.to_string()),
            area_m2,
            inside_m2: figures.map(|(inside_m2, _)| inside_m2),
            built_m2: figures.map(|(_, built_m2)| built_m2),
            new_m2: figures.map(|(inside_m2, built_m2)| (inside_m2 - built_m2).max(0.0)),
            verdict: if is_known { Verdict::Compliant } else { Verdict::CannotBeJudged },
            formula: rule.formula.clone(),
            clause: rule.clause.clone(),
            document: quotas.document.clone(),
        });
    }
    Ok(rows)
}
