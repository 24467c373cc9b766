//! Round the boundary of a piece, from crossing to crossing.

use super::Vertex;
use crate::polygons::Point;

/// A place where the boundaries of subject (first) and control feature (second) cross.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crossing {
    /// The ring on each side.
    pub(crate) ring: [u32; 2],
    /// The vertex of each ring at which the crossed edge starts.
    pub(crate) vertex: [u32; 2],
    /// The place, to the accuracy of `f64`.
    pub(crate) point: Point,
    /// True when the place is a vertex of either ring: the boundaries touch or share an edge there.
    pub(crate) is_vertex: bool,
    /// True when the subject, walked with its inside on the left, comes into the control feature.
    pub(crate) enters: bool,
}

/// The crossings of a pair.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crossings {
    pub(crate) list: Vec<Crossing>,
    /// For each side, positions in the list by ring and place along the ring.
    pub(crate) order: [Vec<u32>; 2],
}

/// The rings of both sides.
pub(crate) trait Sides {
    /// The closed ring `ring` of side `side`, and whether it winds the other way than its role asks.
    fn ring(&self, side: usize, ring: u32) -> (&[Point], bool);
}

/// The rings of the common boundary, open. `None` when the crossings do not alternate, which exact crossings always do.
pub(super) fn walk(sides: &impl Sides, crossings: &Crossings) -> Option<Vec<Vec<Vertex>>> {
    let steps = [Steps::new(crossings, 0), Steps::new(crossings, 1)];
    let mut is_passed = vec![false; crossings.list.len()];
    let mut rings = Vec::new();
    for &start in &crossings.order[0] {
        if is_passed[start as usize] || !crossings.list.get(start as usize)?.enters {
            continue;
        }
        let mut ring = Vec::new();
        let (mut here, mut side) = (start, 0);
        loop {
            let from = crossings.list.get(here as usize)?;
            if std::mem::replace(is_passed.get_mut(here as usize)?, true) || from.enters != (side == 0) {
                return None;
            }
            ring.push(Vertex { point: from.point, is_rounded: !from.is_vertex });
            let (points, is_reversed) = sides.ring(side, from.ring[side]);
            let (next, is_round_the_end) = steps[side].next(here, is_reversed)?;
            let to = crossings.list.get(next as usize)?;
            let stretch =
                Stretch { from: from.vertex[side], to: to.vertex[side], is_reversed, is_round_the_end };
            stretch.vertices(points).for_each(|point| ring.push(Vertex { point, is_rounded: false }));
            (here, side) = (next, 1 - side);
            if here == start {
                break;
            }
        }
        if side != 0 {
            return None;
        }
        rings.push(ring);
    }
    is_passed.iter().all(|passed| *passed).then_some(rings)
}

/// What comes after each crossing along the rings of one side.
struct Steps<'a> {
    order: &'a [u32],
    /// Place in `order` of each crossing.
    place: Vec<u32>,
    /// For each place the first place of its ring and the one behind its last.
    span: Vec<[u32; 2]>,
}

impl<'a> Steps<'a> {
    fn new(crossings: &'a Crossings, side: usize) -> Self {
        let order = &crossings.order[side];
        let mut place = vec![0; order.len()];
        let mut span = Vec::with_capacity(order.len());
        let ring_of =
            |crossing: u32| crossings.list.get(crossing as usize).map(|crossing| crossing.ring[side]);
        for group in order.chunk_by(|a, b| ring_of(*a) == ring_of(*b)) {
            let first = span.len() as u32;
            for &crossing in group {
                if let Some(place) = place.get_mut(crossing as usize) {
                    *place = span.len() as u32;
                }
                span.push([first, first + group.len() as u32]);
            }
        }
        Self { order, place, span }
    }

    /// The next crossing, and whether the way to it passes the point where the ring is closed.
    fn next(&self, crossing: u32, is_reversed: bool) -> Option<(u32, bool)> {
        let place = *self.place.get(crossing as usize)?;
        let [first, end] = *self.span.get(place as usize)?;
        let (next, is_round_the_end) = match (is_reversed, place) {
            (false, place) if place + 1 == end => (first, true),
            (false, place) => (place + 1, false),
            (true, place) if place == first => (end - 1, true),
            (true, place) => (place - 1, false),
        };
        Some((*self.order.get(next as usize)?, is_round_the_end))
    }
}

/// The part of a ring between two crossings.
struct Stretch {
    from: u32,
    to: u32,
    is_reversed: bool,
    is_round_the_end: bool,
}

impl Stretch {
    /// The vertices strictly between the crossings, in the order of the walk. The point that closes a ring comes once.
    fn vertices<'a>(&self, points: &'a [Point]) -> impl Iterator<Item = Point> + use<'a> {
        let edges = points.len().saturating_sub(1);
        let (from, to) = (self.from as usize, self.to as usize);
        // Forward, the vertices after `from` up to and with `to`; backward, from `from` down to the one after `to`.
        let (first, last) = if self.is_reversed { (to, from) } else { (from, to) };
        let runs =
            if self.is_round_the_end { [first + 1..edges, 0..last + 1] } else { [first + 1..last + 1, 0..0] };
        let [one, two] = runs.map(|run| points.get(run).unwrap_or_default());
        let backward = self.is_reversed.then(|| two.iter().rev().chain(one.iter().rev()).copied());
        let forward = (!self.is_reversed).then(|| one.iter().chain(two).copied());
        backward.into_iter().flatten().chain(forward.into_iter().flatten())
    }
}
