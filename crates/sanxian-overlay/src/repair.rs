//! Making invalid polygons valid, with a record of what was done.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::engine::{Fill, Operation, overlay};
use crate::error::Side;
use crate::fault::FaultKind;
use crate::measure::planar_area;
use crate::polygons::{Point, PolygonSet, Polygons};
use crate::predicate::distance_to_segment;
use crate::ring_list::{OpenRings, PolygonList};
use crate::validity::feature_faults;

/// What an invalid feature is taken to mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RepairMethod {
    /// Rings keep their roles: a ring holds all that it goes round, interiors are taken out of their exterior, and the
    /// polygons of a feature become one region. Ground that is enclosed twice stays; an interior outside its exterior
    /// goes. Same as `method="structure"` of GEOS.
    #[default]
    Structure,
    /// Roles do not count: ground is in where an odd number of turns of all rings together go round it. Ground that is
    /// enclosed twice goes; an interior outside its exterior becomes ground. Same as `method="linework"` of GEOS.
    EvenOdd,
}

/// One feature that was repaired.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// The side it belongs to; [`Side::Subject`] where there is only one set.
    pub side: Side,
    /// The feature of its set.
    pub feature: usize,
    /// The kinds of faults it had, each once, in their fixed order.
    pub kinds: Vec<FaultKind>,
    /// Planar area of the rings as they were, exteriors less interiors, in square units of the coordinates. It may be
    /// meaningless: the halves of a bow tie cancel.
    pub area_before: f64,
    /// Planar area after the repair.
    pub area_after: f64,
    /// How far the farthest vertex that was dropped lies from the boundary that is left, in the units of the
    /// coordinates: the length of a spike, 0 where no vertex was dropped. No vertex that stays is ever moved.
    pub displacement: f64,
    /// Distinct places that were vertices and are none any more.
    pub vertices_dropped: usize,
    /// Distinct places that are vertices only now: crossings, mostly.
    pub vertices_added: usize,
}

/// Repairs what is invalid and leaves the rest as it is; null and empty features stay so.
///
/// A bow tie becomes its two halves by either method; see [`RepairMethod`] for where they differ. What is repaired is valid, so a second
/// repair changes nothing. Faults that cannot be repaired, NaN or infinite coordinates, leave the feature as it is:
/// [`crate::find_faults`] still names it.
///
/// # Examples
/// ```
/// use sanxian_overlay::{PolygonSet, RepairMethod, find_faults, repair};
///
/// let mut set = PolygonSet::default();
/// let bow_tie = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
/// set.push_feature([[bow_tie.as_slice()]]);
/// let (repaired, repairs) = repair(set.view(), RepairMethod::default());
/// assert!(find_faults(repaired.view()).is_empty());
/// assert_eq!((repairs[0].area_before, repairs[0].area_after), (0.0, 50.0));
/// ```
pub fn repair(polygons: Polygons<'_>, method: RepairMethod) -> (PolygonSet, Vec<Repair>) {
    let repaired: Vec<Option<(PolygonList, Repair)>> = (0..polygons.len())
        .into_par_iter()
        .map(|feature| repaired_feature(polygons, feature, Side::Subject, method).ok().flatten())
        .collect();
    let mut set = PolygonSet::default();
    let mut repairs = Vec::new();
    for (feature, repaired) in repaired.into_iter().enumerate() {
        match repaired {
            Some((list, repair)) => {
                list.push_to(&mut set);
                repairs.push(repair);
            }
            None => set.extend_with(polygons, feature..feature + 1),
        }
    }
    (set, repairs)
}

/// A feature has coordinates that no repair can make sense of.
pub(crate) struct Unrepairable;

/// The repaired polygons of a feature; `None` when it is valid.
pub(crate) fn repaired_feature(
    polygons: Polygons<'_>,
    feature: usize,
    side: Side,
    method: RepairMethod,
) -> Result<Option<(PolygonList, Repair)>, Unrepairable> {
    let mut kinds: Vec<FaultKind> = feature_faults(polygons, feature)
        .into_iter()
        .map(|fault| fault.kind)
        .filter(|kind| kind.is_error())
        .collect();
    if kinds.is_empty() {
        return Ok(None);
    }
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.contains(&FaultKind::NotFinite) {
        return Err(Unrepairable);
    }
    let list = match method {
        RepairMethod::EvenOdd => {
            let mut rings = OpenRings::default();
            for ring in polygons.polygon_range(feature).flat_map(|polygon| polygons.ring_range(polygon)) {
                rings.push(open(polygons.ring(ring)).iter().copied());
            }
            overlay(Operation::Union, Fill::EvenOdd, &rings, &OpenRings::default())
        }
        RepairMethod::Structure => by_structure(polygons, feature),
    };
    let mut set = PolygonSet::default();
    list.push_to(&mut set);
    let changes = changes(polygons, feature, &list);
    let repair = Repair {
        side,
        feature,
        kinds,
        area_before: planar_area(polygons.feature(feature)),
        area_after: planar_area(set.view().feature(0)),
        displacement: changes.displacement,
        vertices_dropped: changes.dropped,
        vertices_added: changes.added,
    };
    Ok(Some((list, repair)))
}

fn by_structure(polygons: Polygons<'_>, feature: usize) -> PolygonList {
    let parts: Vec<PolygonList> = polygons
        .polygon_range(feature)
        .map(|polygon| {
            let mut rings = polygons.ring_range(polygon).map(|ring| open(polygons.ring(ring)));
            let exterior = rings.next().map(gone_round).unwrap_or_default();
            let interiors: Vec<PolygonList> = rings.map(gone_round).collect();
            overlay(Operation::Difference, Fill::Winding, &exterior.open_rings(), &gathered(&interiors))
        })
        .collect();
    overlay(Operation::Union, Fill::Winding, &gathered(&parts), &OpenRings::default())
}

/// What became of the vertices of a feature.
struct Changes {
    displacement: f64,
    dropped: usize,
    added: usize,
}

fn changes(polygons: Polygons<'_>, feature: usize, list: &PolygonList) -> Changes {
    // Adding zero makes -0 and 0 one number.
    let bits = |point: &Point| point.map(|value| (value + 0.0).to_bits());
    let points = || polygons.feature(feature).flat_map(|polygon| polygon.rings()).flatten();
    let before: HashSet<[u64; 2]> = points().map(bits).collect();
    let after: HashSet<[u64; 2]> = list.0.iter().flatten().flatten().map(bits).collect();
    let dropped: HashSet<[u64; 2]> = before.difference(&after).copied().collect();
    let displacement = dropped
        .par_iter()
        .map(|bits| {
            let point = bits.map(f64::from_bits);
            list.edges().map(|edge| distance_to_segment(point, edge)).fold(f64::INFINITY, f64::min)
        })
        .reduce(|| 0.0, f64::max);
    Changes { displacement, dropped: dropped.len(), added: after.difference(&before).count() }
}

fn open(ring: &[Point]) -> &[Point] {
    &ring[..ring.len().saturating_sub(1)]
}

/// All that a ring goes round, in either direction.
fn gone_round(ring: &[Point]) -> PolygonList {
    let mut list = OpenRings::default();
    list.push(ring.iter().copied());
    overlay(Operation::Union, Fill::Winding, &list, &OpenRings::default())
}

fn gathered(lists: &[PolygonList]) -> OpenRings {
    let mut rings = OpenRings::default();
    for list in lists {
        list.open_rings().iter().for_each(|ring| rings.push(ring.iter().copied()));
    }
    rings
}
