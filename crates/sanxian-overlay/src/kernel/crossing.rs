//! Where the boundaries of two features cross.
//!
//! The subject is thought of as moved by (ε, ε²) with ε > 0 as small as need be (simulation of simplicity, Edelsbrunner and Mücke 1990).
//! Then no vertex lies on an edge of the other feature and no two edges share a stretch: every meeting is a crossing of the inside of
//! two edges or none at all. Areas are continuous, so what they come to as ε goes to zero is the exact area.
//! The move is never carried out. It decides, and only it, when three points lie on one line.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::arithmetic::{Arithmetic, OnGrid, STEPS};
use super::boxes::SmallBox;
use super::edges::{Edges, each_bit};
use super::location::holds;
use super::outline::{LARGEST_BOX, Outline};
use super::processor;
use crate::polygons::Point;

/// Crossings nearer to each other than this share of their edge are put in order without rounding.
const NEAR: f64 = 1e-9;

/// One crossing of an edge of the subject and an edge of the control feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crossing {
    /// Ring of either side, counted through its feature: subject, control.
    pub(crate) ring: [u32; 2],
    /// Where the edge of either side starts, counted through the coordinates of its set.
    pub(crate) vertex: [u32; 2],
    /// Where on either edge the crossing lies: 0 at the start, 1 at the end. Rounded; see [`Pair::order_along`].
    pub(crate) share: [f64; 2],
    /// Twice the area swept about the start of the control edge, from the start of the subject edge to the crossing,
    /// in the square units of the arithmetic.
    pub(crate) wedge: f64,
    /// True when the subject passes from the right of the control edge to its left, both in stored direction.
    pub(crate) goes_left: bool,
}

/// The subject is side 0.
pub(crate) const SUBJECT: usize = 0;
/// The control feature is side 1.
pub(crate) const CONTROL: usize = 1;

/// Two features that are held against each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a> {
    /// Subject and control feature.
    pub(crate) sides: [Outline<'a>; 2],
    /// What boxes and sums off the grid are counted from.
    pub(crate) origin: Point,
}

/// The crossings of a pair and the rings that start inside the other feature; memory is reused from pair to pair.
#[derive(Debug, Default)]
pub(crate) struct Crossings {
    /// In the order in which they were found, which depends on the pair alone.
    pub(crate) list: Vec<Crossing>,
    /// For either side the rings, counted through the feature, whose first point lies inside the other feature.
    pub(crate) starting_inside: [Vec<u32>; 2],
    pub(super) near: [Vec<u32>; 2],
    pub(super) by_ring: Vec<u32>,
}

impl Pair<'_> {
    /// True when integers do for the pair.
    pub(crate) fn is_on_grid(&self) -> bool {
        self.sides[SUBJECT].is_on_grid
            && self.sides[CONTROL].is_on_grid
            && self.common().extent() * STEPS < LARGEST_BOX
    }

    /// What the boxes of both have in common.
    #[inline(always)]
    pub(crate) fn common(&self) -> SmallBox {
        self.sides[SUBJECT].bounds.common(self.sides[CONTROL].bounds)
    }

    /// True when the boundary of `side` enters the other feature at the crossing, in stored direction.
    #[inline(always)]
    pub(crate) fn enters(&self, crossing: &Crossing, side: usize) -> bool {
        let goes_left = crossing.goes_left ^ (side == CONTROL);
        let other = 1 - side;
        goes_left ^ self.sides[other].rings[crossing.ring[other] as usize].is_reversed
    }

    /// The order of two crossings along a ring of `side`, in stored direction: exact on the grid. Off the grid `None`
    /// where crossings of one edge lie so near that rounding might have changed their order.
    pub(crate) fn order_along(&self, side: usize, a: &Crossing, b: &Crossing) -> Option<Ordering> {
        let by_edge = (a.ring[side], a.vertex[side]).cmp(&(b.ring[side], b.vertex[side]));
        if by_edge.is_ne() {
            return Some(by_edge);
        }
        let is_apart = (a.share[side] - b.share[side]).abs() > NEAR;
        match (self.is_on_grid(), is_apart) {
            (true, true) => Some(a.share[side].total_cmp(&b.share[side])),
            (true, false) => Some(self.exact_order(side, a, b)),
            (false, _) => (a.share[side] - b.share[side])
                .abs()
                .gt(&self.doubt(a).max(self.doubt(b)))
                .then(|| a.share[side].total_cmp(&b.share[side])),
        }
    }

    /// Compares numerators over denominators, then what the move of the subject adds to them.
    fn exact_order(&self, side: usize, a: &Crossing, b: &Crossing) -> Ordering {
        let edge = self.places::<OnGrid>(side, a.vertex[side]);
        let other = 1 - side;
        let [first, second] = [a, b].map(|crossing| {
            let across = self.places::<OnGrid>(other, crossing.vertex[other]);
            let turn = |point| OnGrid::whole_turn(across[0], across[1], point).unwrap_or(0);
            let ends = edge.map(|end| i128::from(turn(end)));
            let direction = [0, 1].map(|axis| (across[1][axis] - across[0][axis]) as i128);
            // Moving the subject moves the start of a subject edge, or the line across a control edge the other way.
            let sign = if side == SUBJECT { 1 } else { -1 };
            // Share, and what ε and ε² add to it.
            let numerators = [ends[0], -sign * direction[1], sign * direction[0]];
            let denominator = ends[0] - ends[1];
            if denominator < 0 {
                (numerators.map(|part| -part), -denominator)
            } else {
                (numerators, denominator)
            }
        });
        first
            .0
            .iter()
            .zip(&second.0)
            .map(|(x, y)| (x * second.1).cmp(&(y * first.1)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// How far the share of a crossing off the grid may be from the true one.
    fn doubt(&self, crossing: &Crossing) -> f64 {
        let edges = [SUBJECT, CONTROL].map(|each| self.sides[each].edge(crossing.vertex[each]));
        let length = |[from, to]: [Point; 2]| (to[0] - from[0]).abs() + (to[1] - from[1]).abs();
        let span = length(edges[0]) + length(edges[1]);
        let [a, b] = edges.map(|[from, to]| [to[0] - from[0], to[1] - from[1]]);
        let denominator = (a[0] * b[1] - a[1] * b[0]).abs();
        NEAR.max(1e-15 * span * span / denominator)
    }

    /// Both ends of an edge.
    fn places<A: Arithmetic>(&self, side: usize, vertex: u32) -> [Point; 2] {
        self.sides[side].edge(vertex).map(A::place)
    }

    /// The point of a crossing, in the coordinates of the sets: along the shorter edge from its lesser end, so that it
    /// is the same whichever feature is the subject and whichever way rings are stored.
    pub(crate) fn point(&self, crossing: &Crossing) -> Point {
        let [subject, control] = [SUBJECT, CONTROL].map(|side| {
            let [from, to] = self.sides[side].edge(crossing.vertex[side]);
            let along = crossing.share[side];
            let (from, to, along) = if from <= to { (from, to, along) } else { (to, from, 1.0 - along) };
            let way = [to[0] - from[0], to[1] - from[1]];
            (way[0] * way[0] + way[1] * way[1], from, way, along)
        });
        let (_, from, way, along) = if (subject.0, subject.1, subject.2) <= (control.0, control.1, control.2)
        {
            subject
        } else {
            control
        };
        [from[0] + along * way[0], from[1] + along * way[1]]
    }
}

/// Pairs where more chunks than this come near each other are searched by several threads.
const SHARED: usize = 1024;
/// Chunks that a thread takes at a time.
const PART: usize = 256;

impl Crossings {
    /// Finds everything about a pair. The result depends on the pair alone, whoever computes it.
    pub(crate) fn find(&mut self, pair: &Pair<'_>) {
        self.list.clear();
        self.starting_inside.iter_mut().for_each(Vec::clear);
        let common = pair.common();
        if common.is_empty() {
            return;
        }
        // The smaller side is gone through; the other one is asked what is near.
        let outer = if pair.sides[SUBJECT].chunks.len() <= pair.sides[CONTROL].chunks.len() {
            SUBJECT
        } else {
            CONTROL
        };
        let [chunks, near] = &mut self.near;
        chunks.clear();
        pair.sides[outer].tree.find(common, chunks);
        if chunks.len() <= SHARED {
            processor::search(pair, outer, chunks, near, &mut self.list);
        } else {
            let search = |chunks: &[u32]| {
                let mut found = Vec::new();
                processor::search(pair, outer, chunks, &mut Vec::new(), &mut found);
                found
            };
            let parts: Vec<Vec<Crossing>> = chunks.par_chunks(PART).map(search).collect();
            self.list.extend(parts.iter().flatten());
        }
        processor::find_starts(self, pair);
    }

    /// Which rings of a side start inside the other feature: its first crossing tells, or, where there is none, a look at a point.
    #[inline(always)]
    pub(super) fn find_starts<A: Arithmetic, const OF_SUBJECT: bool>(&mut self, pair: &Pair<'_>) {
        let side = if OF_SUBJECT { SUBJECT } else { CONTROL };
        let (own, other) = (&pair.sides[side], &pair.sides[1 - side]);
        let is_first_point_inside = |ring: u32| {
            let first = own.coords[own.rings[ring as usize].first as usize];
            holds::<A, OF_SUBJECT>(other, first, pair.origin)
        };
        let inside = &mut self.starting_inside[side];
        self.by_ring.clear();
        if own.rings.len() > 1 {
            self.by_ring.extend(0..self.list.len() as u32);
            self.by_ring
                .sort_unstable_by_key(|&crossing| (self.list[crossing as usize].ring[side], crossing));
            for of_ring in self
                .by_ring
                .chunk_by(|&a, &b| self.list[a as usize].ring[side] == self.list[b as usize].ring[side])
            {
                let ring = self.list[of_ring[0] as usize].ring[side];
                let crossings = of_ring.iter().map(|&crossing| &self.list[crossing as usize]);
                if starts_inside(pair, side, crossings).unwrap_or_else(|| is_first_point_inside(ring)) {
                    inside.push(ring);
                }
            }
        } else if !self.list.is_empty() {
            if starts_inside(pair, side, self.list.iter()).unwrap_or_else(|| is_first_point_inside(0)) {
                inside.push(0);
            }
            return;
        }
        let crossed = &self.by_ring;
        let list = &self.list;
        let mut look_at = |ring: u32| {
            let is_crossed =
                crossed.binary_search_by_key(&ring, |&crossing| list[crossing as usize].ring[side]).is_ok();
            if !is_crossed
                && own.rings[ring as usize].bounds.lies_in(other.bounds)
                && is_first_point_inside(ring)
            {
                inside.push(ring);
            }
        };
        if own.rings.len() == 1 {
            look_at(0);
        } else {
            let near = &mut self.near[0];
            near.clear();
            own.tree.find(pair.common(), near);
            for &position in near.iter() {
                let chunk = &own.chunks[position as usize];
                if own.rings[chunk.ring as usize].first_chunk == position {
                    look_at(chunk.ring);
                }
            }
        }
    }
}

/// Whether a ring starts inside, told by the first of its crossings; `None` when it cannot be told which is the first.
#[inline(always)]
fn starts_inside<'c>(
    pair: &Pair<'_>,
    side: usize,
    crossings: impl Iterator<Item = &'c Crossing>,
) -> Option<bool> {
    let mut first: Option<&Crossing> = None;
    let mut is_certain = true;
    for crossing in crossings {
        let order = first.map_or(Some(Ordering::Less), |first| pair.order_along(side, crossing, first));
        match order {
            Some(Ordering::Less) => {
                is_certain |= first.is_some_and(|first| first.vertex[side] != crossing.vertex[side]);
                first = Some(crossing);
            }
            Some(_) => {}
            None => is_certain = false,
        }
    }
    first.filter(|_| is_certain).map(|first| !pair.enters(first, side))
}

/// Finds the crossings of some chunks of the outer side with the other side.
#[inline(always)]
pub(super) fn search<A: Arithmetic, const OUTER_IS_SUBJECT: bool>(
    pair: &Pair<'_>,
    chunks: &[u32],
    inner_near: &mut Vec<u32>,
    found: &mut Vec<Crossing>,
) {
    let [subject, control] = &pair.sides;
    let (outer, inner) = if OUTER_IS_SUBJECT { (subject, control) } else { (control, subject) };
    inner_near.clear();
    // Mostly one of two small features has no edge where the other one is.
    let is_small = inner.tree.is_scanned();
    if is_small {
        inner.tree.find(pair.common(), inner_near);
        if inner_near.is_empty() {
            return;
        }
    }
    for &position in chunks {
        let bounds = outer.tree.leaf(position as usize);
        if !is_small {
            inner_near.clear();
            inner.tree.find(bounds, inner_near);
        }
        let outer_chunk = &outer.chunks[position as usize];
        let mut prepared: Option<Edges> = None;
        for &position in inner_near.iter() {
            if is_small && inner.tree.leaf(position as usize).common(bounds).is_empty() {
                continue;
            }
            let outer_edges =
                prepared.get_or_insert_with(|| Edges::new::<A>(outer, outer_chunk, pair.origin));
            let inner_chunk = &inner.chunks[position as usize];
            let inner_edges = Edges::new::<A>(inner, inner_chunk, pair.origin);
            for j in each_bit(inner_edges.meeting(outer_edges.bounds)) {
                let inner_edge = inner_edges.ends(j);
                for i in each_bit(outer_edges.meeting(inner_edges.bounds(j))) {
                    let outer_edge = outer_edges.ends(i);
                    let vertices = [outer_chunk.first + i as u32, inner_chunk.first + j as u32];
                    let rings = [outer_chunk.ring, inner_chunk.ring];
                    let crossing = if OUTER_IS_SUBJECT {
                        crossing::<A>(outer_edge, inner_edge).map(|crossing| Crossing {
                            ring: rings,
                            vertex: vertices,
                            ..crossing
                        })
                    } else {
                        let [own, other] = vertices;
                        crossing::<A>(inner_edge, outer_edge).map(|crossing| Crossing {
                            ring: [rings[1], rings[0]],
                            vertex: [other, own],
                            ..crossing
                        })
                    };
                    found.extend(crossing);
                }
            }
        }
    }
}

/// Where two edges cross, if they do.
#[inline(always)]
fn crossing<A: Arithmetic>(subject: [Point; 2], control: [Point; 2]) -> Option<Crossing> {
    let turn = |end| A::turn(control[0], control[1], end);
    let of_subject = [turn(subject[0]), turn(subject[1])];
    let is_left = [is_subject_left(of_subject[0], control), is_subject_left(of_subject[1], control)];
    if is_left[0] == is_left[1] {
        return None;
    }
    let turn = |end| A::turn(subject[0], subject[1], end);
    let of_control = [turn(control[0]), turn(control[1])];
    if is_control_left(of_control[0], subject) == is_control_left(of_control[1], subject) {
        return None;
    }
    // The turns differ in sign or one of them is zero, so nothing is lost in the difference.
    let across = of_subject[0] - of_subject[1];
    let share = [of_subject[0] / across, of_control[0] / (of_control[0] - of_control[1])];
    // A crossing in a vertex has a whole wedge: not to divide keeps it exact.
    let wedge = if of_subject[1] == 0.0 {
        of_control[0]
    } else if of_control[1] == 0.0 {
        -of_subject[0]
    } else {
        -of_subject[0] * share[1]
    };
    Some(Crossing { ring: [0; 2], vertex: [0; 2], share, wedge, goes_left: is_left[1] })
}

/// Whether a point of the subject, moved, lies left of an edge of the control feature.
#[inline(always)]
pub(super) fn is_subject_left(turn: f64, [from, to]: [Point; 2]) -> bool {
    if turn != 0.0 {
        turn > 0.0
    } else if from[1] != to[1] {
        to[1] < from[1]
    } else {
        to[0] > from[0]
    }
}

/// Whether a point of the control feature lies left of an edge of the subject, which is moved.
#[inline(always)]
pub(super) fn is_control_left(turn: f64, [from, to]: [Point; 2]) -> bool {
    if turn != 0.0 {
        turn > 0.0
    } else if from[1] != to[1] {
        to[1] > from[1]
    } else {
        to[0] < from[0]
    }
}
