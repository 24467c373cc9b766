use serde_json::Value;

use super::judge::Case;
use super::outcome::Judged;
use crate::error::ComplianceError;
use crate::rules::LayerZone;
use crate::verdict::Verdict;

/// Judges that something is there, by what the scheme says.
pub(super) fn said(case: &Case<'_>, parameter: &str) -> Judged {
    match case.input.settings.parameters.get(parameter).and_then(Value::as_bool) {
        None => case.without(parameter),
        Some(true) => Judged::plain(case.rule, Verdict::Compliant, "方案写明已具备。".to_owned(), None),
        Some(false) => {
            let consequence = case.consequence();
            let note =
                if consequence.note.is_empty() { String::new() } else { format!("；{}", consequence.note) };
            let message = format!("方案写明尚不具备{note}。");
            Judged::plain(case.rule, consequence.verdict, message, consequence.required)
        }
    }
}

/// Judges that each feature of a layer has part of another layer in it.
pub(super) fn in_each(
    case: &Case<'_>,
    zone: &LayerZone,
    each: &LayerZone,
    above_km2: Option<f64>,
) -> Result<Judged, ComplianceError> {
    let ground = case.ground;
    for role in [&each.role, &zone.role] {
        if let Some((message, required)) = ground.missing(role) {
            return Ok(case.unjudged(message, required));
        }
    }
    let (title, of_each) = (ground.title(zone), ground.title(each));
    let (set, origins) = ground.features(each);
    let measures = ground.overlayer.meter.features(&each.role, set.view())?;
    let is_asked = |feature: usize| {
        above_km2.is_none_or(|km2| {
            measures.get(feature).is_some_and(|measure| ground.overlayer.meter.area_m2(measure) > km2 * 1e6)
        })
    };
    let indexed = sanxian_overlay::IndexedPolygons::new(ground.features(zone).0);
    let mut has = vec![false; set.len()];
    for piece in ground.overlayer.inside(set.view(), &indexed, &zone.role)? {
        if let Some(has) = has.get_mut(piece.plot).filter(|_| !piece.shape.is_noise) {
            *has = true;
        }
    }
    let asked = (0..set.len()).filter(|&feature| is_asked(feature));
    let count = asked.clone().count();
    let missing: Vec<String> = asked
        .filter(|&feature| has.get(feature) == Some(&false))
        .filter_map(|feature| origins.get(feature))
        .map(|origin| format!("第{}个要素", origin.row + 1))
        .collect();
    // Features whose sub-zone nobody knows may be more that ask, or just those that are missed.
    let doubts = [ground.doubt(each), ground.doubt(zone).filter(|_| !missing.is_empty())];
    if let Some(doubt) = doubts.into_iter().flatten().next() {
        return Ok(case.unjudged(format!("{doubt}，无法判定。"), "补全上述缺项后重新检查".to_owned()));
    }
    if missing.is_empty() {
        let message = format!("{of_each}中应有{title}的{count}个要素均已划定。");
        return Ok(Judged::plain(case.rule, Verdict::Compliant, message, None));
    }
    let consequence = case.consequence();
    let shown: Vec<_> = missing.iter().take(5).map(String::as_str).collect();
    let message = format!(
        "{of_each}中应有{title}的{count}个要素里，{}个没有：{}。",
        missing.len(),
        super::message::comma_list(shown)
    );
    Ok(Judged::plain(case.rule, consequence.verdict, message, consequence.required))
}
