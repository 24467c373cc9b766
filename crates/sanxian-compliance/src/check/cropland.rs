use std::collections::HashMap;

use sanxian_io::{Finding, Layer};

use super::finding::{Findings, source_name};
use super::input::{CheckInput, ControlLayer};
use crate::attribute::each_required_text;
use crate::error::ComplianceError;
use crate::rules::{CodeTables, RulePack};

/// The role that rules about cropland name.
const CROPLAND: &str = "cropland";

/// The cropland of the land survey as a control layer, when rules ask for one and none is given.
///
/// The patches are taken whole, ridges included: rules ask whether land is touched. A survey with a code that its classification does not
/// know gives none, since the unknown patches might be cropland: then the rules cannot be judged.
pub(super) fn from_survey(
    input: &CheckInput,
    packs: &[RulePack],
    tables: &CodeTables,
    findings: &mut Findings,
) -> Result<Option<ControlLayer>, ComplianceError> {
    let rules = packs.iter().flat_map(|pack| &pack.rules).flat_map(|rule| rule.predicate.zones());
    let opinions = packs.iter().flat_map(|pack| &pack.opinions).flat_map(|opinion| &opinion.layers);
    let is_asked = rules.chain(opinions).any(|zone| zone.role == CROPLAND);
    let is_given = input.layers.iter().any(|control| control.role.id == CROPLAND);
    let Some(survey) = input.land_use.as_deref().filter(|_| is_asked && !is_given) else { return Ok(None) };
    let source = source_name(survey);
    let Some(settings) = &input.settings.land_classes else {
        let message = "规则涉及耕地，而土地调查图层没有声明地类的分类与版本([land_use] classification)，不能取得耕地图层";
        findings.add(Some(&source), Finding::warning("land_classes_not_declared", message));
        return Ok(None);
    };
    let Some((classification, role)) =
        tables.land_classification(&settings.classification).zip(tables.role(CROPLAND))
    else {
        return Ok(None);
    };
    let (mut patches, mut patch, mut unknown) = (Vec::new(), 0_usize, None);
    // A county has hundreds of thousands of patches and a few dozen codes.
    let mut known: HashMap<String, Option<bool>> = HashMap::new();
    each_required_text(survey, &settings.field, |code| {
        let code = code.unwrap_or_default();
        let is_cropland = known.get(code).copied().unwrap_or_else(|| {
            let is_cropland = classification.class_of(code).map(|class| class.group.is_cropland());
            known.insert(code.to_owned(), is_cropland);
            is_cropland
        });
        match is_cropland {
            Some(true) => patches.push(patch),
            None if unknown.is_none() => unknown = Some(code.to_owned()),
            Some(false) | None => {}
        }
        patch += 1;
    })?;
    if let Some(code) = unknown {
        let message = format!(
            "地类代码“{code}”不在{}的代码表中，土地调查图层不能作为耕地图层使用",
            classification.title
        );
        findings.add(Some(&source), Finding::error("cropland_unknown", message));
        return Ok(None);
    }
    let polygons = survey.polygons.view().take(patches.iter().copied());
    let rows = arrow_array::UInt32Array::from_iter_values(patches.iter().map(|patch| *patch as u32));
    let attributes = arrow_select::take::take_record_batch(&survey.attributes, &rows)?;
    let mut layer = Layer::new(survey.name.clone(), polygons, attributes, survey.crs.clone());
    layer.rows = Some(patches.iter().map(|patch| survey.row(*patch)).collect());
    let mut control = ControlLayer::new(role.clone(), layer);
    // A survey without cropland is a survey.
    control.may_be_empty = true;
    Ok(Some(control))
}
