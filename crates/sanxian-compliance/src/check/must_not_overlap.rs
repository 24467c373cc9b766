use super::judge::Case;
use super::occupied::occupied;
use super::outcome::Judged;
use super::spatial::Question;
use crate::error::ComplianceError;
use crate::rules::LayerZone;

/// Judges that no plot shares area with a layer, or that one which does has what the rule asks for.
pub(super) fn judge(case: &Case<'_>, zone: &LayerZone) -> Result<Judged, ComplianceError> {
    let ground = case.ground;
    if let Some((message, required)) = ground.missing(&zone.role) {
        return Ok(case.unjudged(message, required));
    }
    let mut occupied = occupied(ground, case.index, zone)?;
    case.keep_concerned(&mut occupied.found, &mut occupied.rows);
    let title = ground.title(zone);
    let features: usize = ground.layers(&zone.role).iter().map(|(_, overlay)| overlay.features).sum();
    let fine = format!("{}个地块均不占用{title}(图层共{features}个要素)", occupied.found.len());
    Ok(case.settle(Question::Overlaps, &title, &fine, &occupied.found, occupied.rows))
}
