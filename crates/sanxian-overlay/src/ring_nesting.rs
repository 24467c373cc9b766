//! How the rings of one feature lie in each other: interiors in their exterior, not in one another, polygons side by side.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::bounds::Bounds;
use crate::edge::{FeatureEdges, is_counter_clockwise};
use crate::fault::{Fault, FaultKind};
use crate::predicate::Location;
use crate::ring_contact::{ContactKind, RingContact};
use crate::validity::RingRoles;

/// Vertices that are looked at one by one before the touches decide.
const VERTICES_LOOKED_AT: usize = 16;

/// Adds what is wrong with the nesting of rings that neither cross nor share a boundary.
pub(crate) fn nesting_faults(
    edges: &FeatureEdges<'_>,
    roles: &RingRoles,
    contacts: &[RingContact],
    degenerate: &HashSet<usize>,
    faults: &mut Vec<Fault>,
) {
    let nesting = Nesting::new(edges, contacts);
    let sound: Vec<usize> = roles.rings().filter(|ring| !degenerate.contains(ring)).collect();
    let first_ring = roles.rings().start;
    let all_bounds: Vec<Bounds> = roles.rings().map(|ring| Bounds::of(edges.polygons.ring(ring))).collect();
    let bounds: Vec<Bounds> = sound.iter().map(|ring| all_bounds[ring - first_ring]).collect();
    let mut outside: HashSet<usize> = HashSet::new();
    let mut told = HashSet::new();
    let mut tell = |ring: usize, kind: FaultKind| {
        if told.insert((ring, kind)) {
            faults.push(roles.fault(ring, None, edges.polygons.ring(ring).first().copied(), kind));
        }
    };
    // An interior whose box does not even meet its exterior's is in no pair below.
    let exterior_of = |ring: usize| ring - roles.of(ring).1;
    for (&ring, ring_bounds) in sound.iter().zip(&bounds).filter(|(ring, _)| roles.of(**ring).1 > 0) {
        let exterior = exterior_of(ring);
        let is_apart = !all_bounds[exterior - first_ring].meets(*ring_bounds);
        let is_outside = is_apart
            || (!degenerate.contains(&exterior)
                && !nesting.is_entangled(exterior, ring)
                && nesting.locate(ring, exterior) == Location::Outside);
        if is_outside {
            outside.insert(ring);
            tell(ring, FaultKind::InteriorOutsideExterior);
        }
    }
    let mut inner_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, j) in meeting_boxes(&bounds) {
        let (a, b) = (sound[i], sound[j]);
        if nesting.is_entangled(a, b) {
            continue;
        }
        let ((polygon_a, role_a), (polygon_b, role_b)) = (roles.of(a), roles.of(b));
        for (inner, outer) in [(a, b), (b, a)] {
            if nesting.locate(inner, outer) != Location::Inside {
                continue;
            }
            if polygon_a != polygon_b {
                inner_of.entry(inner).or_default().push(outer);
            } else if role_a > 0 && role_b > 0 {
                tell(inner, FaultKind::NestedInteriors);
            }
        }
    }
    for (&inner, outers) in &inner_of {
        if roles.of(inner).1 > 0 {
            continue;
        }
        // An exterior inside another exterior is right only inside one of that polygon's interiors.
        for &outer in outers.iter().filter(|outer| roles.of(**outer).1 == 0) {
            let polygon = roles.of(outer).0;
            let is_in_interior =
                outers.iter().any(|ring| roles.of(*ring).0 == polygon && roles.of(*ring).1 > 0);
            if !is_in_interior {
                tell(inner, FaultKind::OverlappingPolygons);
            }
        }
    }
    let of_polygon = |ring: usize| (!outside.contains(&ring)).then(|| roles.of(ring).0);
    for ring in disconnecting_rings(contacts, of_polygon) {
        tell(ring, FaultKind::DisconnectedInterior);
    }
}

/// Pairs of rings and what is known of them.
struct Nesting<'a> {
    edges: &'a FeatureEdges<'a>,
    entangled: HashSet<(usize, usize)>,
    /// Whether the first ring lies inside the second, read off a point where they touch.
    at_touch: HashMap<(usize, usize), bool>,
}

impl<'a> Nesting<'a> {
    fn new(edges: &'a FeatureEdges<'a>, contacts: &[RingContact]) -> Self {
        let mut nesting = Self { edges, entangled: HashSet::new(), at_touch: HashMap::new() };
        let mut turns: HashMap<usize, bool> = HashMap::new();
        let mut turns_left = |ring: usize| {
            *turns.entry(ring).or_insert_with(|| is_counter_clockwise(edges.polygons.ring(ring)))
        };
        for contact in contacts {
            let [a, b] = contact.rings;
            if a == b {
                continue;
            }
            if contact.kind == ContactKind::Touch {
                nesting.at_touch.entry((b, a)).or_insert_with(|| contact.is_left[0] == turns_left(a));
                nesting.at_touch.entry((a, b)).or_insert_with(|| contact.is_left[1] == turns_left(b));
            } else {
                nesting.entangled.insert((a.min(b), a.max(b)));
            }
        }
        nesting
    }

    /// True when the rings cross or share a boundary, which is a fault of its own and leaves no nesting to speak of.
    fn is_entangled(&self, a: usize, b: usize) -> bool {
        self.entangled.contains(&(a.min(b), a.max(b)))
    }

    /// Where ring `inner` lies with respect to ring `outer`, which it does not cross.
    fn locate(&self, inner: usize, outer: usize) -> Location {
        let points = self.edges.polygons.ring(inner);
        let distinct = points.len().saturating_sub(1);
        let decided = points[..distinct.min(VERTICES_LOOKED_AT)]
            .iter()
            .map(|point| self.edges.locate_among(*point, |ring| ring as usize == outer))
            .find(|location| *location != Location::Boundary);
        match (decided, self.at_touch.get(&(inner, outer))) {
            (Some(location), _) => location,
            (None, Some(true)) => Location::Inside,
            (None, Some(false)) => Location::Outside,
            (None, None) => Location::Boundary,
        }
    }
}

/// Rings that close a chain of touches, by which the interior of their polygon falls apart.
///
/// Rings and the points where they touch form a graph; the interior hangs together exactly when it has no cycle.
/// `polygon_of` names the polygon of a ring, and none for one to be left out.
pub(crate) fn disconnecting_rings(
    contacts: &[RingContact],
    polygon_of: impl Fn(usize) -> Option<usize>,
) -> Vec<usize> {
    let mut forest = Forest::default();
    let mut links = HashSet::new();
    let mut closing = Vec::new();
    for contact in contacts.iter().filter(|contact| contact.kind == ContactKind::Touch) {
        let [a, b] = contact.rings;
        let Some(polygon) = polygon_of(a).filter(|polygon| a != b && polygon_of(b) == Some(*polygon)) else {
            continue;
        };
        let place = Node::Place(polygon, contact.point.map(|value| (value + 0.0).to_bits()));
        for ring in [a, b] {
            if links.insert((ring, place)) && !forest.join(Node::Ring(ring), place) {
                closing.push(b);
            }
        }
    }
    closing
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Ring(usize),
    Place(usize, [u64; 2]),
}

/// Disjoint sets of nodes.
#[derive(Default)]
struct Forest {
    parents: HashMap<Node, Node>,
}

impl Forest {
    fn root(&self, mut node: Node) -> Node {
        while let Some(parent) = self.parents.get(&node) {
            node = *parent;
        }
        node
    }

    /// Joins the sets of two nodes; false when they were one set already.
    fn join(&mut self, a: Node, b: Node) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parents.insert(a, b);
        }
        a != b
    }
}

/// Pairs of boxes that meet, by a sweep from left to right.
fn meeting_boxes(bounds: &[Bounds]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..bounds.len()).collect();
    order.sort_by(|&i, &j| bounds[i].0[0].total_cmp(&bounds[j].0[0]));
    let mut open: Vec<usize> = Vec::new();
    let mut pairs = Vec::new();
    for current in order {
        open.retain(|&other| bounds[other].0[2] >= bounds[current].0[0]);
        pairs.extend(
            open.iter().filter(|&&other| bounds[other].meets(bounds[current])).map(|&other| (other, current)),
        );
        open.push(current);
    }
    pairs
}
