//! Finding the faults of polygons, after the rules of OGC Simple Feature Access (06-103r4, 6.1.11 and 6.1.14).
//!
//! One pass over the pairs of edges that come near each other finds crossings, touches and shared stretches; how rings
//! lie in each other follows from single points. All decisions are exact.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::condition::{FaultOptions, add_conditions};
use crate::edge::EdgeIndex;
use crate::fault::{Fault, FaultKind};
use crate::polygons::{Point, Polygons};
use crate::predicate::orientation;
use crate::ring_contact::{ContactKind, RingContact, ring_contacts};
use crate::ring_nesting::nesting_faults;

/// Every fault of every feature, ordered by feature, polygon, ring and vertex. Null and empty features have none.
///
/// Valid means what it means in GEOS and JTS; a [`FaultKind::RepeatedPoint`] alone does not make a feature invalid.
///
/// # Examples
/// ```
/// use sanxian_overlay::{FaultKind, PolygonSet, find_faults};
///
/// let mut set = PolygonSet::default();
/// let bow_tie = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
/// set.push_feature([[bow_tie.as_slice()]]);
/// let faults = find_faults(set.view());
/// assert_eq!(faults[0].kind, FaultKind::SelfCrossing);
/// assert_eq!(faults[0].point, Some([5.0, 5.0]));
/// assert_eq!(faults[0].to_string(), "the exterior ring crosses itself at vertex 2 (5.000000000, 5.000000000)");
/// ```
pub fn find_faults(polygons: Polygons<'_>) -> Vec<Fault> {
    (0..polygons.len()).into_par_iter().flat_map_iter(|feature| feature_faults(polygons, feature)).collect()
}

/// The same, and whatever else `options` ask for.
///
/// # Examples
/// ```
/// use sanxian_overlay::{FaultKind, FaultOptions, PolygonSet, find_faults_with};
///
/// let mut set = PolygonSet::default();
/// set.push_feature([[[[0.0, 0.0], [10.0, 0.0], [10.0, 0.05], [10.0, 10.0], [0.0, 10.0]].as_slice()]]);
/// let options = FaultOptions { shortest_edge: 0.1, ..FaultOptions::default() };
/// let faults = find_faults_with(set.view(), &options);
/// assert_eq!((faults[0].kind, faults[0].vertex), (FaultKind::ShortEdge, Some(1)));
/// ```
pub fn find_faults_with(polygons: Polygons<'_>, options: &FaultOptions) -> Vec<Fault> {
    (0..polygons.len())
        .into_par_iter()
        .flat_map_iter(|feature| {
            let mut faults = feature_faults(polygons, feature);
            let roles = RingRoles::new(polygons, feature);
            add_conditions(polygons, &roles, options, &mut faults);
            sort(&mut faults);
            faults
        })
        .collect()
}

fn sort(faults: &mut [Fault]) {
    faults.sort_by_key(|fault| (fault.polygon, fault.ring, fault.vertex, fault.kind));
}

/// True when nothing is wrong with a feature that would make it invalid.
pub(crate) fn is_valid(polygons: Polygons<'_>, feature: usize) -> bool {
    feature_faults(polygons, feature).iter().all(|fault| !fault.kind.is_error())
}

/// Where the rings of a feature are: for each, its polygon and its position in it.
pub(crate) struct RingRoles {
    feature: usize,
    first_ring: usize,
    roles: Vec<(usize, usize)>,
}

impl RingRoles {
    fn new(polygons: Polygons<'_>, feature: usize) -> Self {
        let range = polygons.polygon_range(feature);
        let first_ring = if range.is_empty() { 0 } else { polygons.ring_range(range.start).start };
        let roles = range
            .enumerate()
            .flat_map(|(polygon, position)| {
                (0..polygons.ring_range(position).len()).map(move |ring| (polygon, ring))
            })
            .collect();
        Self { feature, first_ring, roles }
    }

    /// The polygon of the feature and the position in it of a ring of the set.
    pub(crate) fn of(&self, ring: usize) -> (usize, usize) {
        self.roles[ring - self.first_ring]
    }

    /// All rings of the feature, counted through the set.
    pub(crate) fn rings(&self) -> std::ops::Range<usize> {
        self.first_ring..self.first_ring + self.roles.len()
    }

    pub(crate) fn fault(
        &self,
        ring: usize,
        vertex: Option<usize>,
        point: Option<Point>,
        kind: FaultKind,
    ) -> Fault {
        let (polygon, ring) = self.of(ring);
        Fault { feature: self.feature, polygon: Some(polygon), ring: Some(ring), vertex, point, kind }
    }
}

/// Every fault of one feature.
pub(crate) fn feature_faults(polygons: Polygons<'_>, feature: usize) -> Vec<Fault> {
    let roles = RingRoles::new(polygons, feature);
    let mut faults = Vec::new();
    let mut degenerate = HashSet::new();
    for ring in roles.rings() {
        let before = faults.len();
        ring_faults(polygons.ring(ring), ring, &roles, &mut faults);
        if faults[before..].iter().any(|fault| fault.kind.is_error()) || polygons.ring(ring).is_empty() {
            degenerate.insert(ring);
        }
    }
    if faults.iter().all(|fault| fault.kind != FaultKind::NotFinite) {
        for ring in duplicate_rings(polygons, &roles, &degenerate) {
            faults.push(roles.fault(
                ring,
                Some(0),
                polygons.ring(ring).first().copied(),
                FaultKind::DuplicateRing,
            ));
            degenerate.insert(ring);
        }
        let index = EdgeIndex::new(polygons, feature..feature + 1);
        let edges = index.feature(polygons, feature);
        let contacts =
            ring_contacts(&edges, |ring| degenerate.is_empty() || !degenerate.contains(&(ring as usize)));
        contact_faults(&contacts, &roles, &mut faults);
        if roles.rings().len() > 1 {
            nesting_faults(&edges, &roles, &contacts, &degenerate, &mut faults);
        }
    }
    sort(&mut faults);
    faults
}

/// What is wrong with the points of a ring, whatever its edges do.
fn ring_faults(points: &[Point], ring: usize, roles: &RingRoles, faults: &mut Vec<Fault>) {
    if points.is_empty() {
        return;
    }
    let mut is_finite = true;
    for (vertex, point) in points.iter().enumerate() {
        if point.iter().any(|value| !value.is_finite()) {
            is_finite = false;
            faults.push(roles.fault(ring, Some(vertex), Some(*point), FaultKind::NotFinite));
        }
    }
    if !is_finite {
        return;
    }
    let mut distinct: Vec<Point> = Vec::with_capacity(3);
    for (vertex, point) in points.iter().enumerate() {
        if vertex > 0 && points[vertex - 1] == *point {
            faults.push(roles.fault(ring, Some(vertex), Some(*point), FaultKind::RepeatedPoint));
        }
        if distinct.len() < 3 && !distinct.contains(point) {
            distinct.push(*point);
        }
    }
    let [a, b, ..] = distinct[..] else {
        faults.push(roles.fault(ring, None, points.first().copied(), FaultKind::TooFewPoints));
        return;
    };
    if distinct.len() < 3 {
        faults.push(roles.fault(ring, None, points.first().copied(), FaultKind::TooFewPoints));
    } else if points.iter().all(|point| orientation(a, b, *point) == 0.0) {
        faults.push(roles.fault(ring, None, points.first().copied(), FaultKind::ZeroArea));
    }
}

/// Rings that an earlier ring of their polygon repeats point by point.
fn duplicate_rings(polygons: Polygons<'_>, roles: &RingRoles, degenerate: &HashSet<usize>) -> Vec<usize> {
    if roles.rings().len() < 2 {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    roles
        .rings()
        .filter(|ring| !degenerate.contains(ring))
        .filter(|&ring| {
            let mut points: Vec<[u64; 2]> = crate::ring_list::canonical(polygons.ring(ring))
                .iter()
                // Adding zero makes -0 and 0 one number.
                .map(|point| point.map(|value| (value + 0.0).to_bits()))
                .collect();
            points.dedup();
            !seen.insert((roles.of(ring).0, points))
        })
        .collect()
}

/// Turns contacts between edges into faults; a stretch shared by two rings is told once for the pair.
fn contact_faults(contacts: &[RingContact], roles: &RingRoles, faults: &mut Vec<Fault>) {
    let mut told = HashSet::new();
    for contact in contacts {
        let [a, b] = contact.rings.map(|ring| roles.of(ring));
        let kind = match contact.kind {
            ContactKind::Touch if a == b => FaultKind::SelfTouching,
            ContactKind::Touch => continue,
            ContactKind::Spike => FaultKind::Spike,
            ContactKind::Shared if a == b => FaultKind::SelfOverlap,
            ContactKind::Cross if a == b => FaultKind::SelfCrossing,
            ContactKind::Shared if a.0 == b.0 => FaultKind::RingsShareBoundary,
            ContactKind::Shared => FaultKind::PolygonsShareBoundary,
            ContactKind::Cross if a.0 != b.0 => FaultKind::OverlappingPolygons,
            ContactKind::Cross if a.1.min(b.1) == 0 => FaultKind::InteriorCrossesExterior,
            ContactKind::Cross => FaultKind::InteriorsCross,
        };
        let is_repeated = contact.kind == ContactKind::Shared && !told.insert((a, b));
        if !is_repeated {
            faults.push(roles.fault(contact.rings[1], Some(contact.vertex), Some(contact.point), kind));
        }
    }
}

#[cfg(test)]
#[path = "validity_tests.rs"]
mod tests;
