//! Where the rings of one feature meet themselves and each other.

use crate::edge::{Edge, FeatureEdges};
use crate::polygons::Point;
use crate::predicate::{Meeting, Passage, is_left_of, is_same_direction, meeting, passages_cross};

/// How two rings, or two stretches of one ring, meet at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContactKind {
    /// They change sides.
    Cross,
    /// They share a point and stay on their sides.
    Touch,
    /// They share a stretch.
    Shared,
    /// An edge runs back over the edge before it.
    Spike,
}

/// One meeting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RingContact {
    /// The rings, counted through the set, the earlier first; the same twice when a ring meets itself.
    pub(crate) rings: [usize; 2],
    /// Vertex of the second ring where the edge that meets starts.
    pub(crate) vertex: usize,
    pub(crate) point: Point,
    pub(crate) kind: ContactKind,
    /// For a touch of two rings: whether the second lies left of the first here, and the first left of the second.
    pub(crate) is_left: [bool; 2],
}

/// Every meeting between edges of the rings that `takes` accepts.
pub(crate) fn ring_contacts(edges: &FeatureEdges<'_>, takes: impl Fn(u32) -> bool) -> Vec<RingContact> {
    let mut contacts = Vec::new();
    let points = |ring: u32| edges.polygons.ring(ring as usize);
    edges.join_itself(|a, b| {
        if takes(a.ring) && takes(b.ring) {
            contacts.extend(contact(points, a, b));
        }
    });
    contacts
}

/// How two edges meet, neither of length zero; `points` gives the points of a ring.
pub(crate) fn contact<'a>(points: impl Fn(u32) -> &'a [Point], a: Edge, b: Edge) -> Option<RingContact> {
    let found = |kind, point| RingContact {
        rings: [a.ring as usize, b.ring as usize],
        vertex: b.vertex as usize,
        point,
        kind,
        is_left: [false; 2],
    };
    match meeting(a.ends, b.ends) {
        Meeting::Apart => None,
        Meeting::Cross(point) => Some(found(ContactKind::Cross, point)),
        Meeting::Overlap(low, high) => {
            if a.ring == b.ring && a.ends[1] == b.ends[0] {
                Some(found(ContactKind::Spike, b.ends[0]))
            } else if a.ring == b.ring && a.ends[0] == b.ends[1] {
                Some(found(ContactKind::Spike, a.ends[0]))
            } else {
                Some(found(ContactKind::Shared, if b.ends[0] == high { high } else { low }))
            }
        }
        Meeting::Touch(point) => {
            // A boundary passes a vertex with two edges: the one that starts there speaks for both, so a node is met once.
            if point == a.ends[1] || point == b.ends[1] {
                return None;
            }
            let (passage_a, passage_b) =
                (passage(points(a.ring), a, point), passage(points(b.ring), b, point));
            let shares_a_direction = [passage_a.before, passage_a.after].into_iter().any(|end| {
                [passage_b.before, passage_b.after]
                    .into_iter()
                    .any(|other| is_same_direction(point, end, other))
            });
            if shares_a_direction {
                // The edges on the other side of the node share a stretch and are met on their own.
                return None;
            }
            if passages_cross(point, passage_a, passage_b) {
                return Some(found(ContactKind::Cross, point));
            }
            let is_left = [
                is_left_of(point, passage_a, passage_b.after),
                is_left_of(point, passage_b, passage_a.after),
            ];
            Some(RingContact { is_left, ..found(ContactKind::Touch, point) })
        }
    }
}

/// The boundary through `node`, which is the start of `edge` or lies inside it.
fn passage(ring: &[Point], edge: Edge, node: Point) -> Passage {
    let after = edge.ends[1];
    if node != edge.ends[0] {
        return Passage { before: edge.ends[0], after };
    }
    let open = ring.len() - 1;
    let before = (1..open)
        .map(|step| ring[(edge.vertex as usize + open - step) % open])
        .find(|point| *point != node)
        .unwrap_or(after);
    Passage { before, after }
}
