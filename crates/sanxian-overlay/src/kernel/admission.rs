//! Only valid polygons have an area: what happens to the others.

use super::outline::{Outline, Outlines};
use super::resident::Verdict;
use super::soundness::is_certainly_valid;
use crate::admission::OnInvalid;
use crate::error::Side;
use crate::index::IndexedPolygons;
use crate::polygons::{Point, PolygonSet, Polygons};
use crate::repair::{Repair, RepairMethod, repaired_feature};
use crate::validity::is_valid;

/// A repaired feature.
#[derive(Debug)]
pub(crate) struct Replacement {
    set: PolygonSet,
    outlines: Outlines,
    pub(crate) repair: Repair,
}

impl Replacement {
    pub(crate) fn outline(&self) -> Outline<'_> {
        self.outlines.outline(self.set.view().coords(), 0)
    }
}

/// Checks a feature that takes part; what `remembered` knows is not found out again.
#[allow(clippy::too_many_arguments)]
pub(crate) fn verdict(
    polygons: Polygons<'_>,
    feature: usize,
    outline: &Outline<'_>,
    side: Side,
    on_invalid: OnInvalid,
    origin: Point,
    near: &mut Vec<[u32; 2]>,
    remembered: Option<&IndexedPolygons>,
) -> Verdict {
    let is_trusted = on_invalid == OnInvalid::Trust && outline.is_finite;
    let mut check = || is_certainly_valid(outline, origin, near) || is_valid(polygons, feature);
    let is_sound = || match remembered {
        Some(layer) => layer.is_valid(feature, check),
        None => check(),
    };
    if is_trusted || is_sound() {
        return Verdict::Valid;
    }
    if on_invalid != OnInvalid::Repair {
        return Verdict::Refused;
    }
    match repaired_feature(polygons, feature, side, RepairMethod::default()) {
        Ok(None) => Verdict::Valid,
        Err(_) => Verdict::Refused,
        Ok(Some((list, repair))) => {
            let mut set = PolygonSet::default();
            list.push_to(&mut set);
            let mut outlines = Outlines::default();
            super::processor::push(&mut outlines, set.view(), 0, origin);
            Verdict::Repaired(Box::new(Replacement { set, outlines, repair }))
        }
    }
}
