//! The union of a layer: overlaps once, shared edges gone.

use rayon::prelude::*;

use crate::admission::{OnInvalid, OverlayOptions, invalid_polygon, is_finite};
use crate::edge::EdgeIndex;
use crate::engine::{Fill, Operation, overlay};
use crate::error::{OverlayError, Side};
use crate::index::IndexedPolygons;
use crate::pair::whole;
use crate::polygons::{PolygonSet, Polygons};
use crate::progress::Progress;
use crate::repair::{Repair, RepairMethod, repair};
use crate::ring_list::{OpenRings, PolygonList};
use crate::validity::is_valid;

/// A layer without its overlaps and inner edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Union {
    /// One feature of valid polygons.
    pub polygons: PolygonSet,
    /// Features that were repaired before they took part.
    pub repairs: Vec<Repair>,
}

/// The union (dissolve) of all features.
///
/// Features whose boxes hang together are united in one step, so that no edge is rounded twice; such groups run in
/// parallel, and their polygons come in the order of their first features.
///
/// # Errors
/// [`OverlayError::InvalidPolygon`] with the side [`Side::Subject`] when a feature is invalid and `options` do not ask for
/// repair, or it cannot be repaired; [`OverlayError::Cancelled`] after [`Progress::cancel`].
///
/// # Examples
/// ```
/// use sanxian_overlay::{OverlayOptions, PolygonSet, Progress, planar_area, union};
///
/// let mut set = PolygonSet::default();
/// for easting in [0.0, 5.0] {
///     let square = [[easting, 0.0], [easting + 10.0, 0.0], [easting + 10.0, 10.0], [easting, 10.0]];
///     set.push_feature([[square.as_slice()]]);
/// }
/// let whole = union(set.view(), &OverlayOptions::default(), &Progress::default())?;
/// assert_eq!(planar_area(whole.polygons.view().feature(0)), 150.0);
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub fn union(
    polygons: Polygons<'_>,
    options: &OverlayOptions,
    progress: &Progress,
) -> Result<Union, OverlayError> {
    progress.announce(polygons.len() as u64);
    let (set, repairs) = match options.on_invalid {
        OnInvalid::Raise | OnInvalid::Trust => (polygons.take(0..polygons.len()), Vec::new()),
        OnInvalid::Repair => repair(polygons, RepairMethod::default()),
    };
    refuse_invalid(set.view(), options.on_invalid, progress)?;
    let layer = IndexedPolygons::new(set);
    let groups = groups(&layer);
    let lists: Vec<PolygonList> = groups
        .par_iter()
        .map(|group| {
            progress.check()?;
            let list = unite(layer.polygons(), group);
            progress.advance(group.len() as u64)?;
            Ok(list)
        })
        .collect::<Result<_, OverlayError>>()?;
    let mut polygons = PolygonSet::default();
    PolygonList(lists.into_iter().flat_map(|list| list.0).collect()).push_to(&mut polygons);
    Ok(Union { polygons, repairs })
}

fn refuse_invalid(
    polygons: Polygons<'_>,
    on_invalid: OnInvalid,
    progress: &Progress,
) -> Result<(), OverlayError> {
    let validity: Vec<bool> = (0..polygons.len())
        .into_par_iter()
        .map(|feature| {
            progress.check()?;
            Ok(match on_invalid {
                OnInvalid::Trust => is_finite(polygons, feature),
                OnInvalid::Raise | OnInvalid::Repair => is_valid(polygons, feature),
            })
        })
        .collect::<Result<_, OverlayError>>()?;
    match validity.iter().position(|is_valid| !is_valid) {
        Some(feature) => Err(invalid_polygon(Side::Subject, polygons, feature)),
        None => Ok(()),
    }
}

/// Features whose boxes hang together, directly or through others; ascending in every group and by first feature.
fn groups(layer: &IndexedPolygons) -> Vec<Vec<usize>> {
    let polygons = layer.polygons();
    let mut leaders: Vec<usize> = (0..polygons.len()).collect();
    for feature in 0..polygons.len() {
        let Some(bounds) = polygons.bounds(feature) else { continue };
        for neighbour in layer.candidates(bounds) {
            let (a, b) = (leader(&mut leaders, feature), leader(&mut leaders, neighbour as usize));
            // The smallest feature leads, so that the order of groups is that of their first features.
            leaders[a.max(b)] = a.min(b);
        }
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); polygons.len()];
    for feature in 0..polygons.len() {
        groups[leader(&mut leaders, feature)].push(feature);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn leader(leaders: &mut [usize], mut feature: usize) -> usize {
    while leaders[feature] != feature {
        leaders[feature] = leaders[leaders[feature]];
        feature = leaders[feature];
    }
    feature
}

fn unite(polygons: Polygons<'_>, group: &[usize]) -> PolygonList {
    let whole_of = |feature: usize| {
        let index = EdgeIndex::new(polygons, feature..feature + 1);
        whole(&index.feature(polygons, feature))
    };
    if let [only] = group {
        return whole_of(*only);
    }
    let mut rings = OpenRings::default();
    for &feature in group {
        whole_of(feature).open_rings().iter().for_each(|ring| rings.push(ring.iter().copied()));
    }
    overlay(Operation::Union, Fill::Winding, &rings, &OpenRings::default())
}

#[cfg(test)]
#[path = "union_tests.rs"]
mod tests;
