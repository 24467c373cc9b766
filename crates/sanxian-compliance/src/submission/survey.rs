//! The land survey: its areas, identifiers, ownership, and whether it lies under the plots.

use std::collections::{BTreeMap, HashMap};

use sanxian_geodesy::{AreaMethod, Crs, Frame, FrameKind, Zone, ZoneWidth};
use sanxian_io::Layer;
use sanxian_overlay::{
    IndexedPolygons, OnInvalid, OverlayError, OverlayOptions, Polygons, difference, mean_width, planar_area,
};

use super::Run;
use super::figures::{m2, width};
use super::finding::{Collector, Place};
use super::plots::{PlotTable, both_areas_m2};
use crate::area::areas_m2;
use crate::attribute::{numbers, position, required_texts, texts};
use crate::error::ComplianceError;
use crate::layer_transform::to_crs;

/// How far areas on the plane of another zone may be off, as a share: corners were rounded on the way.
const RELATIVE_TOLERANCE: f64 = 2e-6;

/// `TBMJ` recomputed: ellipsoidal as it should be, planar, planar in another zone, or nothing of the kind.
pub(super) fn areas(layer: &Layer, run: &Run<'_>, findings: &mut Collector) -> Result<(), ComplianceError> {
    let Some(stated) = numbers(&layer.attributes, "TBMJ") else { return Ok(()) };
    let crs = layer.crs.as_ref().ok_or_else(|| ComplianceError::NoCrs { layer: layer.name.clone() })?;
    let [planar, exact] = both_areas_m2(layer)?;
    let by_recipe = areas_m2(layer.polygons.view(), crs, AreaMethod::EllipsoidalSurvey).unwrap_or_default();
    let allowed_m2 = run.limits.survey_area_m2;
    let is_near = |stated_m2: f64, area_m2: Option<f64>, share: f64| {
        area_m2.is_some_and(|area_m2| (stated_m2 - area_m2).abs() <= allowed_m2.max(share * area_m2) + 1e-9)
    };
    let at = |areas: &[Option<f64>], row: usize| areas.get(row).copied().flatten();
    let mut differing = Vec::new();
    for (row, stated_m2) in stated.iter().enumerate() {
        match *stated_m2 {
            None => {
                findings
                    .warning("survey_area_missing", layer, format!("第{}个图斑没有图斑面积(TBMJ)", row + 1))
                    .of(row);
            }
            Some(stated_m2) if is_near(stated_m2, at(&exact, row), 0.0) => {}
            Some(stated_m2) if is_near(stated_m2, at(&by_recipe, row), 0.0) => {}
            Some(stated_m2) => differing.push((row, stated_m2)),
        }
    }
    let others = areas_in_other_zones(layer, crs, &differing);
    for (index, (row, stated_m2)) in differing.into_iter().enumerate() {
        let exact_m2 = at(&exact, row).unwrap_or_default();
        let figures = format!("第{}个图斑 TBMJ {}，椭球面积应为{}", row + 1, m2(stated_m2), m2(exact_m2));
        let other_zone =
            others.iter().find(|(_, areas)| is_near(stated_m2, at(areas, index), RELATIVE_TOLERANCE));
        let (code, message) = if is_near(stated_m2, at(&planar, row), RELATIVE_TOLERANCE) {
            ("survey_area_planar", format!("{figures}：所载是平面面积"))
        } else if let Some((zone, _)) = other_zone {
            ("survey_area_of_other_zone", format!("{figures}：所载是{zone}的平面面积，投影带用错"))
        } else {
            ("survey_area_differs", format!("{figures}，相差{}", m2(stated_m2 - exact_m2)))
        };
        findings.error(code, layer, message).of(row).at(Place::feature(layer.polygons.view(), row));
    }
    Ok(())
}

/// Planar areas of some features in the neighbouring zones and those of the other width, by the name of the zone.
fn areas_in_other_zones(layer: &Layer, crs: &Crs, rows: &[(usize, f64)]) -> Vec<(String, Vec<Option<f64>>)> {
    let Some(frame) = crs.frame().filter(|_| !rows.is_empty()) else { return Vec::new() };
    let FrameKind::GaussKruger { zone, prefixed } = frame.kind() else { return Vec::new() };
    let meridian_deg = f64::from(zone.central_meridian_deg());
    let mut zones: BTreeMap<u8, Zone> = BTreeMap::new();
    for (zone_width, steps) in [(ZoneWidth::Three, [-3.0, 0.0, 3.0]), (ZoneWidth::Six, [-3.0, 0.0, 3.0])] {
        for step_deg in steps {
            if let Ok(other) = Zone::at_longitude(zone_width, meridian_deg + step_deg) {
                let other_meridian_deg = other.central_meridian_deg();
                if f64::from(other_meridian_deg) != meridian_deg {
                    zones.insert(other_meridian_deg, other);
                }
            }
        }
    }
    let mut part = layer.clone();
    part.polygons = layer.polygons.view().take(rows.iter().map(|(row, _)| *row));
    zones
        .into_iter()
        .filter_map(|(meridian_deg, zone)| {
            let target = Crs::from(Frame::gauss_kruger(frame.datum(), zone, prefixed)?);
            let moved = to_crs(&part, crs, &target, None).ok()?;
            let areas = areas_m2(moved.polygons.view(), &target, AreaMethod::Planar).ok()?;
            Some((format!("中央经线{meridian_deg}度带"), areas))
        })
        .collect()
}

/// Ownership codes that the code table does not know.
pub(super) fn ownership(
    layer: &Layer,
    field: &str,
    run: &Run<'_>,
    findings: &mut Collector,
) -> Result<(), ComplianceError> {
    let mut unknown: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (row, value) in required_texts(layer, field)?.into_iter().enumerate() {
        let value = value.unwrap_or_default();
        if run.tables.ownership_of(&value).is_none() {
            unknown.entry(value).or_default().push(row);
        }
    }
    for (value, rows) in unknown {
        let value = if value.is_empty() { "(空)".to_owned() } else { value };
        let message = format!("{}个图斑的权属性质({field}){value}不在代码表中，归不到国有或集体", rows.len());
        let told = findings.error("ownership_unknown", layer, message);
        if let Some(&first) = rows.first() {
            told.of(first).at(Place::feature(layer.polygons.view(), first));
        }
    }
    Ok(())
}

/// Identifiers (`BSM`) that two features share.
pub(super) fn repeated_identifiers(layer: &Layer, findings: &mut Collector) {
    if position(&layer.attributes, "BSM").is_none() {
        return;
    }
    let mut first_of: HashMap<String, usize> = HashMap::new();
    for (row, value) in texts(&layer.attributes, "BSM").unwrap_or_default().into_iter().enumerate() {
        let Some(value) = value else { continue };
        if let Some(first) = first_of.get(&value) {
            let message = format!("标识码{value}重复：第{}个与第{}个图斑", first + 1, row + 1);
            let place = Place::feature(layer.polygons.view(), row);
            findings.error("identifier_repeated", layer, message).of(row).at(place);
        } else {
            first_of.insert(value, row);
        }
    }
}

/// Ground of plots without a patch of the survey: its ownership and land class are not known.
pub(super) fn covers_plots(
    layer: &Layer,
    plots: &PlotTable<'_>,
    run: &Run<'_>,
    findings: &mut Collector,
) -> Result<(), ComplianceError> {
    let survey = IndexedPolygons::new(layer.polygons.clone());
    let options = OverlayOptions { on_invalid: OnInvalid::Repair };
    let rest = match difference(plots.layer.polygons.view(), &survey, &options, run.progress) {
        Ok(rest) => rest.polygons,
        Err(OverlayError::InvalidPolygon { .. }) => {
            let message = "有图斑的坐标不是数，未检查地块下的现状图斑是否齐全";
            findings.error("survey_cover_not_checked", layer, message);
            return Ok(());
        }
        Err(source) => return Err(ComplianceError::overlay(plots.layer, layer, source)),
    };
    let view: Polygons<'_> = rest.view();
    for (row, plot) in plots.rows.iter().enumerate() {
        let (area_m2, mean_m) = (planar_area(view.feature(row)), mean_width(view.feature(row)));
        if area_m2 >= run.limits.uncovered_m2 {
            let message = format!(
                "{}有{}没有现状图斑(平均宽度{})，地类与权属不明，合计对不上",
                plot.label(),
                m2(area_m2),
                width(mean_m)
            );
            findings
                .error("survey_missing_here", layer, message)
                .of_plot(&plot.id)
                .at(Place::feature(view, row));
        }
    }
    Ok(())
}
