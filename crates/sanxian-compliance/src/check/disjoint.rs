use sanxian_overlay::IndexedPolygons;

use super::judge::Case;
use super::outcome::{Judged, LayerConflict};
use crate::error::ComplianceError;
use crate::figure::area_text;
use crate::rules::LayerZone;
use crate::verdict::Verdict;

/// How many overlaps a sentence names; the table of conflicts has them all.
const NAMED: usize = 3;

/// Judges that layers share no area, or that a single one does not overlap itself.
pub(super) fn judge(case: &Case<'_>, zones: &[LayerZone]) -> Result<Judged, ComplianceError> {
    let ground = case.ground;
    for zone in zones {
        if let Some((message, required)) = ground.missing(&zone.role) {
            return Ok(case.unjudged(message, required));
        }
    }
    let (overlayer, meter) = (ground.overlayer, ground.overlayer.meter);
    let sets: Vec<_> = zones.iter().map(|zone| ground.features(zone)).collect();
    let (mut sentences, mut conflicts, mut total_m2) = (Vec::new(), Vec::new(), 0.0);
    for (at, (zone, (set, origins))) in zones.iter().zip(&sets).enumerate() {
        let indexed = IndexedPolygons::new(set.clone());
        let is_alone = zones.len() == 1;
        for (other, (other_set, other_origins)) in
            zones.iter().zip(&sets).skip(if is_alone { 0 } else { at + 1 })
        {
            let pieces = overlayer.inside(other_set.view(), &indexed, &zone.role)?;
            let pairs: Vec<LayerConflict> = pieces
                .into_iter()
                .filter(|piece| !piece.shape.is_noise && (!is_alone || piece.plot < piece.feature))
                .filter_map(|piece| {
                    let (one, other) = (origins.get(piece.feature)?, other_origins.get(piece.plot)?);
                    let (one, other) = (one.clone(), other.clone());
                    Some(LayerConflict { rule: case.index, one, other, shape: piece.shape })
                })
                .collect();
            if pairs.is_empty() {
                continue;
            }
            let shapes: Vec<_> = pairs.iter().map(|pair| &pair.shape).collect();
            let area_m2 = meter.area_m2(&overlayer.total(&shapes, f64::INFINITY, &zone.role)?);
            total_m2 += area_m2;
            let named = pairs
                .iter()
                .take(NAMED)
                .map(|pair| format!("第{}与第{}个要素", pair.one.row + 1, pair.other.row + 1));
            let named: Vec<String> = named.collect();
            let more = if pairs.len() > NAMED { format!("等{}处", pairs.len()) } else { String::new() };
            let (one, two) = (ground.title(zone), ground.title(other));
            let what = if is_alone { format!("{one}内部") } else { format!("{one}与{two}") };
            let area = area_text(area_m2, meter.tolerances.piece_decimals);
            sentences.push(format!("{what}相互重叠{area}：{}{more}", named.join("、")));
            conflicts.extend(pairs);
        }
    }
    let consequence = case.consequence();
    let (mut verdict, mut required) = (Verdict::Compliant, None);
    if !sentences.is_empty() {
        (verdict, required) = (consequence.verdict, consequence.required);
        if !consequence.note.is_empty() {
            sentences.push(consequence.note);
        }
    }
    // A feature of a sub-zone that nobody knows may be one of those that must not overlap.
    if let Some(doubt) = zones.iter().find_map(|zone| ground.doubt(zone)) {
        sentences.push(format!("{doubt}，无法判定"));
        verdict = verdict.max(Verdict::CannotBeJudged);
        required.get_or_insert_with(|| "补全上述缺项后重新检查".to_owned());
    }
    if sentences.is_empty() {
        let titles: Vec<String> = zones.iter().map(|zone| ground.title(zone)).collect();
        sentences.push(format!("{}互不重叠", titles.join("、")));
    }
    let mut judged = Judged::plain(case.rule, verdict, sentences.join("；") + "。", required);
    if !conflicts.is_empty() {
        let decimals = meter.tolerances.piece_decimals;
        judged.outcome.area_m2 = Some(total_m2);
        judged.outcome.area_ha = Some(crate::figure::area_ha(total_m2, decimals));
        judged.outcome.area_mu = Some(crate::figure::area_mu(total_m2, decimals));
    }
    judged.conflicts = conflicts;
    Ok(judged)
}
