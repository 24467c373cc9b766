use sanxian_overlay::IndexedPolygons;

use super::judge::Case;
use super::outcome::Judged;
use crate::error::ComplianceError;
use crate::figure::area_text;
use crate::rules::LayerZone;
use crate::verdict::Verdict;

/// How many overlaps a sentence names.
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
    let (mut sentences, mut total_m2) = (Vec::new(), 0.0);
    for (at, (zone, (set, rows))) in zones.iter().zip(&sets).enumerate() {
        let indexed = IndexedPolygons::new(set.clone());
        let is_alone = zones.len() == 1;
        for (other, (other_set, other_rows)) in
            zones.iter().zip(&sets).skip(if is_alone { 0 } else { at + 1 })
        {
            let pieces = overlayer.inside(other_set.view(), &indexed, &zone.role)?;
            let real = pieces
                .iter()
                .filter(|piece| !piece.shape.is_noise && (!is_alone || piece.plot < piece.feature));
            let real: Vec<_> = real.collect();
            if real.is_empty() {
                continue;
            }
            let shapes: Vec<_> = real.iter().map(|piece| &piece.shape).collect();
            let area_m2 = meter.area_m2(&overlayer.total(&shapes, f64::INFINITY, &zone.role)?);
            total_m2 += area_m2;
            let named: Vec<String> = real
                .iter()
                .take(NAMED)
                .filter_map(|piece| {
                    let (one, two) = (rows.get(piece.feature)?, other_rows.get(piece.plot)?);
                    Some(format!("第{}与第{}个要素", one + 1, two + 1))
                })
                .collect();
            let more = if real.len() > NAMED { format!("等{}处", real.len()) } else { String::new() };
            let (one, two) = (ground.title(zone), ground.title(other));
            let what = if is_alone { format!("{one}内部") } else { format!("{one}与{two}") };
            let area = area_text(area_m2, meter.tolerances.piece_decimals);
            sentences.push(format!("{what}相互重叠{area}：{}{more}", named.join("、")));
        }
    }
    if sentences.is_empty() {
        let titles: Vec<String> = zones.iter().map(|zone| ground.title(zone)).collect();
        let message = format!("{}互不重叠。", titles.join("、"));
        return Ok(Judged::plain(case.rule, Verdict::Compliant, message, None));
    }
    let consequence = case.consequence();
    if !consequence.note.is_empty() {
        sentences.push(consequence.note);
    }
    let message = sentences.join("；") + "。";
    let mut judged = Judged::plain(case.rule, consequence.verdict, message, consequence.required);
    let decimals = meter.tolerances.piece_decimals;
    judged.outcome.area_m2 = Some(total_m2);
    judged.outcome.area_ha = Some(crate::figure::area_ha(total_m2, decimals));
    judged.outcome.area_mu = Some(crate::figure::area_mu(total_m2, decimals));
    Ok(judged)
}
