//! Making invalid polygons valid, with a record of what was done.

use rayon::prelude::*;

use crate::engine::{Fill, Operation, overlay};
use crate::error::Side;
use crate::fault::FaultKind;
use crate::measure::planar_area;
use crate::polygons::{Point, PolygonSet, Polygons};
use crate::ring_list::{OpenRings, PolygonList};
use crate::validity::feature_faults;

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
}

/// Repairs what is invalid and leaves the rest as it is; null and empty features stay so.
///
/// Every ring is taken as what an odd number of its turns enclose (a bow tie becomes its two halves), the interiors of a
/// polygon are taken out of its exterior, and overlapping polygons of a feature become one. Faults that cannot be
/// repaired, NaN or infinite coordinates, leave the feature as it is: [`crate::find_faults`] still names it.
///
/// # Examples
/// ```
/// use sanxian_overlay::{PolygonSet, find_faults, repair};
///
/// let mut set = PolygonSet::default();
/// let bow_tie = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
/// set.push_feature([[bow_tie.as_slice()]]);
/// let (repaired, repairs) = repair(set.view());
/// assert!(find_faults(repaired.view()).is_empty());
/// assert_eq!((repairs[0].area_before, repairs[0].area_after), (0.0, 50.0));
/// ```
pub fn repair(polygons: Polygons<'_>) -> (PolygonSet, Vec<Repair>) {
    let repaired: Vec<Option<(PolygonList, Repair)>> = (0..polygons.len())
        .into_par_iter()
        .map(|feature| repaired_feature(polygons, feature, Side::Subject).ok().flatten())
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
    let parts: Vec<PolygonList> = polygons
        .polygon_range(feature)
        .map(|polygon| {
            let mut rings = polygons.ring_range(polygon).map(|ring| open(polygons.ring(ring)));
            let exterior = rings.next().map(resolve).unwrap_or_default();
            let interiors: Vec<PolygonList> = rings.map(resolve).collect();
            overlay(Operation::Difference, Fill::Winding, &exterior.open_rings(), &gathered(&interiors))
        })
        .collect();
    let list = overlay(Operation::Union, Fill::Winding, &gathered(&parts), &OpenRings::default());
    let mut set = PolygonSet::default();
    list.push_to(&mut set);
    let repair = Repair {
        side,
        feature,
        kinds,
        area_before: planar_area(polygons.feature(feature)),
        area_after: planar_area(set.view().feature(0)),
    };
    Ok(Some((list, repair)))
}

fn open(ring: &[Point]) -> &[Point] {
    &ring[..ring.len().saturating_sub(1)]
}

/// What an odd number of turns of a ring enclose.
fn resolve(ring: &[Point]) -> PolygonList {
    let mut list = OpenRings::default();
    list.push(ring.iter().copied());
    overlay(Operation::Union, Fill::EvenOdd, &list, &OpenRings::default())
}

fn gathered(lists: &[PolygonList]) -> OpenRings {
    let mut rings = OpenRings::default();
    for list in lists {
        list.open_rings().iter().for_each(|ring| rings.push(ring.iter().copied()));
    }
    rings
}
