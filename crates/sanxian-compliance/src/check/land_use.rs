//! The land classes of plots: class × ownership × plot, out of the land survey.

use std::collections::BTreeMap;

use sanxian_geodesy::closure::ridge_deduction;
use sanxian_io::Finding;

use super::finding::Findings;
use super::layer_overlay::Overlayer;
use super::survey::{SurveyPiece, SurveyPieces};
use crate::attribute::{numbers, required_texts};
use crate::error::ComplianceError;
use crate::figure::{area_ha, ha_text};
use crate::rules::{CodeTables, LandClassification, LandGroup, Ownership};
use crate::scheme::LandClassSettings;

/// How many columns of area a row has: the groups, and what belongs to none.
pub(super) const COLUMNS: usize = LandGroup::ALL.len() + 1;

/// Who owns, as rows: collective, state, not known.
pub(super) const OWNERS: usize = 3;

/// Areas in square metres by the method of the run: plot, owner, group.
#[derive(Clone, Debug)]
pub(super) struct LandUse {
    pub(super) cells: Vec<[[f64; COLUMNS]; OWNERS]>,
}

impl LandUse {
    /// True when every square metre has a class.
    pub(super) fn is_complete(&self) -> bool {
        self.cells.iter().flatten().all(|row| row[COLUMNS - 1] <= 0.0)
    }
}

/// What is deducted from a patch of cropland.
struct Ridges {
    coefficients: Option<Vec<Option<f64>>>,
    stored_m2: Option<Vec<Option<f64>>>,
}

/// Sorts the survey's pieces by plot, owner and group.
pub(super) fn land_use(
    overlayer: &Overlayer<'_>,
    survey: &SurveyPieces,
    settings: &LandClassSettings,
    ownership_field: Option<&str>,
    tables: &CodeTables,
    findings: &mut Findings,
) -> Result<Option<LandUse>, ComplianceError> {
    let Some(classification) = tables.land_classification(&settings.classification) else { return Ok(None) };
    let codes = required_texts(&survey.met, &settings.field)?;
    let owners = ownership_field.map(|field| required_texts(&survey.met, field)).transpose()?;
    let ridges = read_ridges(survey, settings, findings);
    let (plots, meter) = (overlayer.plots, overlayer.meter);
    let whole = whole_patches(overlayer, survey)?;

    let mut cells = vec![[[0.0; COLUMNS]; OWNERS]; plots.len()];
    let mut covered_m2 = vec![0.0; plots.len()];
    let mut unknown: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    let mut unreadable = 0_usize;
    for piece in &survey.pieces {
        let (Some(cells), Some(covered_m2)) = (cells.get_mut(piece.plot), covered_m2.get_mut(piece.plot))
        else {
            continue;
        };
        let area_m2 = meter.area_m2(&piece.measure);
        *covered_m2 += area_m2;
        let owner = owners.as_ref().and_then(|owners| owners.get(piece.patch)?.as_deref());
        let row = match owner.and_then(|owner| tables.ownership_of(owner)) {
            Some(Ownership::Collective) => 0,
            Some(Ownership::State) => 1,
            None => 2,
        };
        let Some(row) = cells.get_mut(row) else { continue };
        let code = codes.get(piece.patch).and_then(Option::as_deref).unwrap_or_default();
        let Some(class) = classification.class_of(code) else {
            row[COLUMNS - 1] += area_m2;
            let entry = unknown.entry(code).or_default();
            *entry = (entry.0 + 1, entry.1 + area_m2);
            continue;
        };
        let ridge_m2 = if class.group.is_cropland() {
            let is_whole = whole.contains(&piece.patch);
            ridges.of(piece, area_m2, is_whole).unwrap_or_else(|| {
                unreadable += 1;
                0.0
            })
        } else {
            0.0
        };
        for (at, group) in LandGroup::ALL.iter().enumerate() {
            if *group == class.group {
                row[at] += area_m2 - ridge_m2;
            }
            if *group == LandGroup::Ridge {
                row[at] += ridge_m2;
            }
        }
    }
    for ((cells, plot), covered_m2) in cells.iter_mut().zip(&plots.plots).zip(covered_m2) {
        // Land that no patch covers belongs to nobody and to no class; the finding of the split says how much it is.
        cells[OWNERS - 1][COLUMNS - 1] +=
            uncovered(plot.area_m2 - covered_m2, meter.closure_m2(plot.measure.perimeter_m));
    }
    report_unknown(overlayer, survey, classification, tables, unknown, findings);
    if unreadable > 0 {
        let message = format!("{unreadable}块耕地图斑的田坎系数缺失或不在0至1之间，未扣除田坎");
        findings.add(Some(&survey.source), Finding::error("ridge_coefficient_unusable", message));
    }
    Ok(Some(LandUse { cells }))
}

fn uncovered(missing_m2: f64, allowed_m2: f64) -> f64 {
    if missing_m2 > allowed_m2 { missing_m2 } else { 0.0 }
}

fn read_ridges(survey: &SurveyPieces, settings: &LandClassSettings, findings: &mut Findings) -> Ridges {
    let attributes = &survey.met.attributes;
    let first = |names: &[&str]| names.iter().find_map(|name| numbers(attributes, name));
    let coefficients = match &settings.ridge_field {
        Some(field) => numbers(attributes, field),
        // The third survey's name, then the second's.
        None => first(&["KCXS", "TKXS"]),
    };
    if coefficients.is_none() {
        let field = settings.ridge_field.as_deref().unwrap_or("KCXS、TKXS");
        let message = format!("土地调查图层没有田坎系数字段({field})，耕地面积未扣除田坎");
        findings.add(Some(&survey.source), Finding::error("ridge_field_missing", message));
    }
    Ridges { coefficients, stored_m2: first(&["KCMJ", "TKMJ"]) }
}

impl Ridges {
    /// Square metres to deduct; `None` when the coefficient cannot be used.
    fn of(&self, piece: &SurveyPiece, area_m2: f64, is_whole: bool) -> Option<f64> {
        let Some(coefficients) = &self.coefficients else { return Some(0.0) };
        let stored = || self.stored_m2.as_ref()?.get(piece.patch).copied().flatten();
        if let Some(stored_m2) = stored().filter(|stored_m2| is_whole && (0.0..=area_m2).contains(stored_m2))
        {
            return Some(stored_m2);
        }
        let coefficient = coefficients.get(piece.patch).copied().flatten()?;
        if !(0.0..1.0).contains(&coefficient) {
            return None;
        }
        Some(ridge_deduction(area_m2, coefficient).ok()?.ridge_m2.min(area_m2))
    }
}

/// Patches that lie in one plot completely: their stored figures hold.
fn whole_patches(
    overlayer: &Overlayer<'_>,
    survey: &SurveyPieces,
) -> Result<std::collections::BTreeSet<usize>, ComplianceError> {
    let measures = overlayer.meter.features(&survey.met.name, survey.met.polygons.view())?;
    let is_whole = |piece: &&SurveyPiece| {
        measures.get(piece.patch).is_some_and(|patch| {
            let allowed = overlayer.meter.closure_m2(patch.perimeter_m + piece.measure.perimeter_m);
            (patch.planar_m2 - piece.measure.planar_m2).abs() <= allowed
        })
    };
    Ok(survey.pieces.iter().filter(is_whole).map(|piece| piece.patch).collect())
}

/// Codes that the declared classification does not know, and whether another one does.
fn report_unknown(
    overlayer: &Overlayer<'_>,
    survey: &SurveyPieces,
    classification: &LandClassification,
    tables: &CodeTables,
    unknown: BTreeMap<&str, (usize, f64)>,
    findings: &mut Findings,
) {
    let decimals = overlayer.meter.tolerances.piece_decimals;
    for (code, (count, area_m2)) in unknown {
        let shown = if code.is_empty() { "(空)" } else { code };
        let others: Vec<&str> = tables
            .land_classes
            .iter()
            .filter(|other| other.id != classification.id && other.class_of(code).is_some())
            .map(|other| other.title)
            .collect();
        let hint = if others.is_empty() || code.is_empty() {
            String::new()
        } else {
            format!("；该代码见于{}，请核对图层所用的分类版本", others.join("、"))
        };
        let area = ha_text(area_ha(area_m2, decimals), decimals);
        let message = format!(
            "地类代码“{shown}”不在{}的代码表中，涉及{count}块、{area}公顷，不能归入三大类{hint}",
            classification.title
        );
        findings.add(Some(&survey.source), Finding::error("land_class_unknown", message));
    }
}
