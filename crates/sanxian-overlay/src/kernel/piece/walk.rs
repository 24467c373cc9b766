//! Round the boundary of a piece, from crossing to crossing.

use std::cmp::Ordering;

use crate::bounds::Bounds;
use crate::kernel::crossing::{CONTROL, Crossing, Crossings, Pair, SUBJECT};
use crate::kernel::outline::{Outline, Ring};
use crate::polygons::Point;

/// The rings of the common boundary, open. `None` when the order of crossings is not certain.
pub(super) fn walk(pair: &Pair<'_>, crossings: &Crossings) -> Option<Vec<Vec<Point>>> {
    if crossings.list.is_empty() {
        return Some(Vec::new());
    }
    let steps = [Steps::new(pair, crossings, SUBJECT)?, Steps::new(pair, crossings, CONTROL)?];
    let mut is_passed = vec![false; crossings.list.len()];
    let mut rings = Vec::new();
    for &start in &steps[SUBJECT].order {
        if is_passed[start as usize] || !comes_in(pair, crossings.list.get(start as usize)?) {
            continue;
        }
        let mut ring = Vec::new();
        let (mut here, mut side) = (start, SUBJECT);
        loop {
            let from = crossings.list.get(here as usize)?;
            // Coming in and going out alternate; where they do not, something is wrong and the walk is not to be trusted.
            let was_passed = std::mem::replace(is_passed.get_mut(here as usize)?, true);
            if was_passed || comes_in(pair, from) != (side == SUBJECT) {
                return None;
            }
            ring.push(place(pair, from));
            let outline = &pair.sides[side];
            let along = outline.rings.get(from.ring[side] as usize)?;
            let (next, is_round_the_end) = steps[side].next(here, along.is_reversed)?;
            let to = crossings.list.get(next as usize)?;
            let ends = [from, to].map(|crossing| (crossing.vertex[side] - along.first) as usize);
            push_between(points(outline, along), ends, along.is_reversed, is_round_the_end, &mut ring);
            (here, side) = (next, 1 - side);
            if here == start {
                break;
            }
        }
        if side != SUBJECT {
            return None;
        }
        rings.push(ring);
    }
    is_passed.iter().all(|passed| *passed).then_some(rings)
}

/// The closed ring.
pub(super) fn points<'a>(outline: &Outline<'a>, ring: &Ring) -> &'a [Point] {
    outline.coords.get(ring.first as usize..=ring.last as usize).unwrap_or_default()
}

/// The vertex of either side in which a crossing lies, if it lies in one.
pub(super) fn vertex_at(pair: &Pair<'_>, crossing: &Crossing) -> Option<Point> {
    [SUBJECT, CONTROL].into_iter().find_map(|side| {
        let [from, to] = pair.sides[side].edge(crossing.vertex[side]);
        match crossing.share[side] {
            0.0 => Some(from),
            1.0 => Some(to),
            _ => None,
        }
    })
}

/// True where the subject, walked with its inside on the left, comes into the control feature.
fn comes_in(pair: &Pair<'_>, crossing: &Crossing) -> bool {
    let ring = pair.sides[SUBJECT].rings.get(crossing.ring[SUBJECT] as usize);
    pair.enters(crossing, SUBJECT) ^ ring.is_some_and(|ring| ring.is_reversed)
}

fn place(pair: &Pair<'_>, crossing: &Crossing) -> Point {
    if let Some(point) = vertex_at(pair, crossing) {
        return point;
    }
    // Rounding must not carry a crossing out of the boxes of its edges.
    let edges = [SUBJECT, CONTROL].map(|side| Bounds::of(&pair.sides[side].edge(crossing.vertex[side])));
    let [min_x, min_y, max_x, max_y] = edges[SUBJECT].common(edges[CONTROL]).0;
    let [x, y] = pair.point(crossing);
    [x.max(min_x).min(max_x), y.max(min_y).min(max_y)]
}

/// Adds the vertices strictly between two crossings, in the order of the walk. `ends` are the vertices of the ring at which the crossed edges start.
fn push_between(
    points: &[Point],
    ends: [usize; 2],
    is_reversed: bool,
    is_round_the_end: bool,
    ring: &mut Vec<Point>,
) {
    let edges = points.len().saturating_sub(1);
    // Forward from the one behind the first end up to the second, backward from the first end down to the one behind the second.
    let [first, last] = if is_reversed { [ends[1], ends[0]] } else { ends };
    let runs = if is_round_the_end { [first + 1..edges, 0..last + 1] } else { [first + 1..last + 1, 0..0] };
    let [one, two] = runs.map(|run| points.get(run).unwrap_or_default());
    if is_reversed {
        ring.extend(two.iter().rev().chain(one.iter().rev()).copied());
    } else {
        ring.extend(one.iter().chain(two));
    }
}

/// What comes after each crossing along the rings of one side.
struct Steps {
    /// Crossings by ring and place along the ring.
    order: Vec<u32>,
    /// Place in `order` of each crossing.
    place: Vec<u32>,
    /// For each place the first place of its ring and the one behind its last.
    span: Vec<[u32; 2]>,
}

impl Steps {
    /// `None` when two crossings of an edge cannot be told apart.
    fn new(pair: &Pair<'_>, crossings: &Crossings, side: usize) -> Option<Self> {
        let list = &crossings.list;
        let mut order: Vec<u32> = (0..list.len() as u32).collect();
        let mut is_certain = true;
        order.sort_by(|&a, &b| match pair.order_along(side, &list[a as usize], &list[b as usize]) {
            Some(Ordering::Equal) | None => {
                is_certain = false;
                Ordering::Equal
            }
            Some(order) => order,
        });
        if !is_certain {
            return None;
        }
        let mut place = vec![0; order.len()];
        let mut span = Vec::with_capacity(order.len());
        for group in order.chunk_by(|&a, &b| list[a as usize].ring[side] == list[b as usize].ring[side]) {
            let first = span.len() as u32;
            for &crossing in group {
                place[crossing as usize] = span.len() as u32;
                span.push([first, first + group.len() as u32]);
            }
        }
        Some(Self { order, place, span })
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
