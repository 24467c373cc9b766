//! Areas from crossings alone.
//!
//! Walk round what two features have in common: stretches of the boundary of one that lie inside the other, joined at the crossings. A functional that is
//! a sum over edges is known for any stretch from running sums, so every crossing adds what was swept to it along one
//! boundary and takes away what was swept to it along the other; rings that start inside add their whole sum once. Vertices inside are never looked at.
//!
//! The sweep of the plane to a crossing x on the edge from v is that to v and the triangle over v and x. For the subject's v and the control's w
//! the difference of the two triangles is the triangle over v and w, a whole number of square steps, and the wedge v w x, which is no
//! larger than the edges. On the grid only the wedges are rounded: that is why areas are exact however far the origin.

use super::arithmetic::{Arithmetic, OnGrid, STEPS, cross, to_whole_steps};
use super::crossing::{CONTROL, Crossing, Crossings, Pair, SUBJECT};
use super::double::Double;
use super::outline::Outline;
use crate::measure::EdgeFunctional;
use crate::polygons::Point;

/// Running sums of a feature.
#[derive(Debug)]
pub(crate) struct SweepTable<T> {
    /// For every chunk the sum from the start of its ring.
    at_chunk: Vec<T>,
    /// For every ring the sum round it, in stored direction.
    of_ring: Vec<T>,
}

impl<T: Copy + Default> SweepTable<T> {
    fn new(outline: &Outline<'_>, mut along: impl FnMut(T, &[Point]) -> T) -> Self {
        let mut at_chunk = Vec::with_capacity(outline.chunks.len());
        let mut of_ring = Vec::with_capacity(outline.rings.len());
        for chunks in outline.chunks.chunk_by(|a, b| a.ring == b.ring) {
            let mut sum = T::default();
            for chunk in chunks {
                at_chunk.push(sum);
                sum = along(sum, &outline.coords[chunk.first as usize..=outline.chunk_end(chunk) as usize]);
            }
            of_ring.push(sum);
        }
        Self { at_chunk, of_ring }
    }
}

/// Relative rounding of a wedge, with room.
const WEDGE_ROUNDING: f64 = 1e-15;
/// Wedges from here on are no longer whole in `f64`.
const LARGEST_WEDGE: f64 = (1_u64 << 52) as f64;

impl Crossings {
    /// Planar area that the pair has in common, in square units of the coordinates; exactly 0 where it has none.
    #[inline(always)]
    pub(crate) fn planar_area(&self, pair: &Pair<'_>) -> f64 {
        if self.list.is_empty() && self.starting_inside.iter().all(Vec::is_empty) {
            0.0
        } else if pair.is_on_grid() {
            self.area_on_grid(pair)
        } else {
            self.area_off_grid(pair)
        }
    }

    #[inline(always)]
    fn area_on_grid(&self, pair: &Pair<'_>) -> f64 {
        let mut whole = 0_i64;
        for side in [SUBJECT, CONTROL] {
            for &ring in &self.starting_inside[side] {
                let ring = &pair.sides[side].rings[ring as usize];
                whole = if ring.is_reversed {
                    whole.wrapping_sub(ring.swept)
                } else {
                    whole.wrapping_add(ring.swept)
                };
            }
        }
        let (mut part, mut doubt) = (0.0, 0.0);
        for crossing in &self.list {
            let [subject, control] =
                [SUBJECT, CONTROL].map(|side| swept_to_edge(&pair.sides[side], crossing, side));
            let [v, w] = [SUBJECT, CONTROL]
                .map(|side| to_whole_steps(pair.sides[side].coords[crossing.vertex[side] as usize]));
            let (whole_wedge, part_wedge) = split_wedge(pair, crossing);
            let swept = subject.wrapping_sub(control).wrapping_add(cross(v, w)).wrapping_add(whole_wedge);
            doubt += crossing.wedge.abs();
            if is_taken_away(pair, crossing) {
                whole = whole.wrapping_sub(swept);
                part -= part_wedge;
            } else {
                whole = whole.wrapping_add(swept);
                part += part_wedge;
            }
        }
        let mut twice = whole as f64 + part;
        if twice <= doubt * WEDGE_ROUNDING && part != 0.0 {
            // A sliver thinner than the rounding of its wedges: divide without rounding.
            let (mut whole_more, mut part) = (0_i64, 0.0);
            for crossing in &self.list {
                let sign = if is_taken_away(pair, crossing) { -1 } else { 1 };
                let (rounded, exact) = (split_wedge(pair, crossing).0, exact_wedge(pair, crossing));
                whole_more += sign * (exact.0 - rounded);
                part += sign as f64 * exact.1;
            }
            twice = whole.wrapping_add(whole_more) as f64 + part;
        }
        0.5 * twice / (STEPS * STEPS)
    }

    #[inline(always)]
    fn area_off_grid(&self, pair: &Pair<'_>) -> f64 {
        let local = |point: Point| [point[0] - pair.origin[0], point[1] - pair.origin[1]];
        let tables = [SUBJECT, CONTROL].map(|side| {
            let outline = &pair.sides[side];
            outline.tables.planar.get_or_init(|| {
                SweepTable::new(outline, |sum: Double, points| {
                    points.windows(2).fold(sum, |sum, ends| sum.plus_cross(local(ends[0]), local(ends[1])))
                })
            })
        });
        let mut twice = Double::default();
        for side in [SUBJECT, CONTROL] {
            for &ring in &self.starting_inside[side] {
                let is_reversed = pair.sides[side].rings[ring as usize].is_reversed;
                twice = twice.plus_double(tables[side].of_ring[ring as usize].negated_if(is_reversed));
            }
        }
        for crossing in &self.list {
            let is_taken_away = is_taken_away(pair, crossing);
            for side in [SUBJECT, CONTROL] {
                let (chunk, before) = before_edge(&pair.sides[side], crossing, side);
                let swept = before.windows(2).fold(tables[side].at_chunk[chunk], |sum, ends| {
                    sum.plus_cross(local(ends[0]), local(ends[1]))
                });
                twice = twice.plus_double(swept.negated_if(is_taken_away ^ (side == CONTROL)));
            }
            let [v, w] =
                [SUBJECT, CONTROL].map(|side| local(pair.sides[side].coords[crossing.vertex[side] as usize]));
            let triangle = Double::default().plus_cross(v, w).plus(crossing.wedge);
            twice = twice.plus_double(triangle.negated_if(is_taken_away));
        }
        let area = 0.5 * twice.value();
        // What the doubled digits leave of a common boundary without area.
        if area <= self.rounding_off_grid(pair) { 0.0 } else { area }
    }

    /// A bound of the rounding of wedges off the grid.
    fn rounding_off_grid(&self, pair: &Pair<'_>) -> f64 {
        let common = pair.common().extent();
        let wedges: f64 = self.list.iter().map(|crossing| crossing.wedge.abs()).sum();
        wedges * f64::EPSILON + common * common * f64::EPSILON * f64::EPSILON
    }

    /// The sum of functional number `position` round what the pair has in common.
    pub(crate) fn functional(
        &self,
        pair: &Pair<'_>,
        functionals: &[&(dyn EdgeFunctional + Sync)],
        position: usize,
    ) -> f64 {
        let Some(functional) = functionals.get(position) else { return 0.0 };
        let tables = [SUBJECT, CONTROL].map(|side| {
            let outline = &pair.sides[side];
            let tables = outline.tables.functionals.get_or_init(|| {
                functionals
                    .iter()
                    .map(|functional| SweepTable::new(outline, |sum, points| sum + functional.path(points)))
                    .collect()
            });
            &tables[position]
        });
        let signed = |value: f64, is_negative: bool| if is_negative { -value } else { value };
        let mut sum = 0.0;
        for side in [SUBJECT, CONTROL] {
            for &ring in &self.starting_inside[side] {
                let is_reversed = pair.sides[side].rings[ring as usize].is_reversed;
                sum += signed(tables[side].of_ring[ring as usize], is_reversed);
            }
        }
        for crossing in &self.list {
            let point = pair.point(crossing);
            let [subject, control] = [SUBJECT, CONTROL].map(|side| {
                let (chunk, before) = before_edge(&pair.sides[side], crossing, side);
                let start = pair.sides[side].coords[crossing.vertex[side] as usize];
                tables[side].at_chunk[chunk] + functional.path(before) + functional.edge(start, point)
            });
            sum += signed(subject - control, is_taken_away(pair, crossing));
        }
        sum
    }
}

/// Whether the sweep along the subject to a crossing is taken away (and that along the control feature added): true where the subject
/// enters, walked the way its role asks.
#[inline(always)]
fn is_taken_away(pair: &Pair<'_>, crossing: &Crossing) -> bool {
    let is_reversed = pair.sides[SUBJECT].rings[crossing.ring[SUBJECT] as usize].is_reversed;
    pair.enters(crossing, SUBJECT) ^ is_reversed
}

/// The chunk with the edge of a crossing, and its places up to the start of that edge.
#[inline(always)]
fn before_edge<'a>(outline: &Outline<'a>, crossing: &Crossing, side: usize) -> (usize, &'a [Point]) {
    let position = outline.chunk_of(crossing.ring[side], crossing.vertex[side]);
    let first = outline.chunks[position].first as usize;
    (position, &outline.coords[first..=crossing.vertex[side] as usize])
}

/// Twice the area swept from the start of the ring to the edge of a crossing, modulo 2^64.
#[inline(always)]
fn swept_to_edge(outline: &Outline<'_>, crossing: &Crossing, side: usize) -> i64 {
    let (chunk, before) = before_edge(outline, crossing, side);
    let mut from = to_whole_steps(before[0]);
    before[1..].iter().fold(outline.chunks[chunk].swept, |swept, point| {
        let to = to_whole_steps(*point);
        let swept = swept.wrapping_add(cross(from, to));
        from = to;
        swept
    })
}

/// A wedge as a whole number and a rest below one.
#[inline(always)]
fn split_wedge(pair: &Pair<'_>, crossing: &Crossing) -> (i64, f64) {
    if crossing.wedge.abs() < LARGEST_WEDGE {
        let whole = crossing.wedge as i64;
        (whole, crossing.wedge - whole as f64)
    } else {
        exact_wedge(pair, crossing)
    }
}

/// The same, divided without rounding.
fn exact_wedge(pair: &Pair<'_>, crossing: &Crossing) -> (i64, f64) {
    let [subject, control] =
        [SUBJECT, CONTROL].map(|side| pair.sides[side].edge(crossing.vertex[side]).map(OnGrid::place));
    let turn = |[from, to]: [Point; 2], point| i128::from(OnGrid::whole_turn(from, to, point).unwrap_or(0));
    let of_subject = turn(control, subject[0]);
    let of_control = control.map(|end| turn(subject, end));
    let denominator = of_control[0] - of_control[1];
    if denominator == 0 {
        return (0, 0.0);
    }
    let numerator = -of_subject * of_control[0];
    ((numerator / denominator) as i64, (numerator % denominator) as f64 / denominator as f64)
}
