//! Crossings found one by one, for the tests of this module: the subject moved by an infinitely small step.

use std::cmp::Ordering;

use super::{Crossing, Crossings, Sides, trace};
use crate::edge::EdgeIndex;
use crate::edge::FeatureEdges;
use crate::engine::{Fill, Operation, overlay};
use crate::measure::planar_area;
use crate::pair::whole;
use crate::polygons::{Point, PolygonSet, Polygons};
use crate::predicate::orientation;
use crate::ring_list::PolygonList;
use crate::validity::is_valid;
use std::ops::ControlFlow;

struct Pair<'a>([FeatureEdges<'a>; 2]);

impl Sides for Pair<'_> {
    fn ring(&self, side: usize, ring: u32) -> (&[Point], bool) {
        let edges = &self.0[side];
        let is_reversed =
            edges.chunks.iter().find(|chunk| chunk.ring == ring).is_some_and(|chunk| chunk.is_reversed);
        (edges.polygons.ring(ring as usize), is_reversed)
    }
}

/// Side of a subject point (moved by (e, e²)) of a control edge.
fn subject_left_of(edge: [Point; 2], point: Point) -> bool {
    let [dx, dy] = [edge[1][0] - edge[0][0], edge[1][1] - edge[0][1]];
    let side = orientation(edge[0], edge[1], point);
    if side != 0.0 {
        side > 0.0
    } else if dy != 0.0 {
        dy < 0.0
    } else {
        dx > 0.0
    }
}

fn control_left_of(edge: [Point; 2], point: Point) -> bool {
    let [dx, dy] = [edge[1][0] - edge[0][0], edge[1][1] - edge[0][1]];
    let side = orientation(edge[0], edge[1], point);
    if side != 0.0 {
        side > 0.0
    } else if dy != 0.0 {
        dy > 0.0
    } else {
        dx < 0.0
    }
}

struct Found {
    crossing: Crossing,
    edges: [[Point; 2]; 2],
}

fn crossings(pair: &Pair<'_>) -> Crossings {
    let mut found: Vec<Found> = Vec::new();
    let _ = pair.0[0].join_until(&pair.0[1], |a, b| {
        let ends = [subject_left_of(b.ends, a.ends[0]), subject_left_of(b.ends, a.ends[1])];
        if ends[0] != ends[1] && control_left_of(a.ends, b.ends[0]) != control_left_of(a.ends, b.ends[1]) {
            let from = orientation(b.ends[0], b.ends[1], a.ends[0]);
            let to = orientation(b.ends[0], b.ends[1], a.ends[1]);
            let theirs = b.ends.map(|end| orientation(a.ends[0], a.ends[1], end));
            let exact = if from == 0.0 {
                Some(a.ends[0])
            } else if to == 0.0 {
                Some(a.ends[1])
            } else if theirs[0] == 0.0 {
                Some(b.ends[0])
            } else if theirs[1] == 0.0 {
                Some(b.ends[1])
            } else {
                None
            };
            let share = from / (from - to);
            let point = exact.unwrap_or([
                a.ends[0][0] + share * (a.ends[1][0] - a.ends[0][0]),
                a.ends[0][1] + share * (a.ends[1][1] - a.ends[0][1]),
            ]);
            let reversed = [pair.ring(0, a.ring).1, pair.ring(1, b.ring).1];
            found.push(Found {
                crossing: Crossing {
                    ring: [a.ring, b.ring],
                    vertex: [a.vertex, b.vertex],
                    point,
                    is_vertex: exact.is_some(),
                    enters: ends[1] ^ reversed[0] ^ reversed[1],
                },
                edges: [a.ends, b.ends],
            });
        }
        ControlFlow::Continue(())
    });
    let order = [0, 1].map(|side| {
        let mut order: Vec<u32> = (0..found.len() as u32).collect();
        order.sort_by(|&i, &j| {
            let (p, q) = (&found[i as usize], &found[j as usize]);
            let key = |f: &Found| (f.crossing.ring[side], f.crossing.vertex[side]);
            key(p).cmp(&key(q)).then_with(|| along(side, p, q))
        });
        order
    });
    Crossings { list: found.into_iter().map(|f| f.crossing).collect(), order }
}

/// The order of two crossings of one edge; exact for small integers.
fn along(side: usize, p: &Found, q: &Found) -> Ordering {
    let own = p.edges[side];
    let d = [own[1][0] - own[0][0], own[1][1] - own[0][1]];
    let share = |f: &Found| {
        let other = f.edges[1 - side];
        let e = [other[1][0] - other[0][0], other[1][1] - other[0][1]];
        let denominator = d[0] * e[1] - d[1] * e[0];
        let w = [other[0][0] - own[0][0], other[0][1] - own[0][1]];
        // The step moves the subject; seen from the subject it moves the control feature back.
        let sign = if side == 0 { -1.0 } else { 1.0 };
        [(w[0] * e[1] - w[1] * e[0], denominator), (sign * e[1], denominator), (-sign * e[0], denominator)]
    };
    let (p, q) = (share(p), share(q));
    p.iter()
        .zip(&q)
        .map(|((n, d), (m, e))| {
            let order = (n * e).total_cmp(&(m * d));
            if (*d > 0.0) == (*e > 0.0) { order } else { order.reverse() }
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    fn feature(&mut self, size: u64) -> PolygonSet {
        loop {
            let rings: Vec<Vec<Point>> = (0..=self.below(3))
                .map(|_| {
                    if self.below(3) == 0 {
                        let (x, y) = (self.below(size), self.below(size));
                        let (w, h) = (1 + self.below(size - x), 1 + self.below(size - y));
                        let (x, y, w, h) = (x as f64, y as f64, w as f64, h as f64);
                        return vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
                    }
                    (0..3 + self.below(5))
                        .map(|_| [self.below(size + 1) as f64, self.below(size + 1) as f64])
                        .collect()
                })
                .collect();
            let mut set = PolygonSet::default();
            if self.below(2) == 0 {
                set.push_feature([rings.iter().map(Vec::as_slice)]);
            } else {
                set.push_feature(rings.iter().map(|ring| [ring.as_slice()]));
            }
            if is_valid(set.view(), 0) {
                return set;
            }
        }
    }
}

fn engine(pair: &Pair<'_>) -> PolygonList {
    let [a, b] = [&pair.0[0], &pair.0[1]].map(|edges| whole(edges).open_rings());
    overlay(Operation::Intersection, Fill::Winding, &a, &b)
}

fn area(list: &PolygonList) -> f64 {
    let mut set = PolygonSet::default();
    list.push_to(&mut set);
    planar_area(set.view().feature(0))
}

fn whole_rings(pair: &Pair<'_>, crossings: &Crossings) -> Vec<Vec<Point>> {
    let mut rings = Vec::new();
    for side in [0, 1] {
        let edges = &pair.0[side];
        for chunks in edges.chunks.chunk_by(|a, b| a.ring == b.ring) {
            let ring = chunks[0].ring;
            if crossings.list.iter().any(|crossing| crossing.ring[side] == ring) {
                continue;
            }
            let points = edges.polygons.ring(ring as usize);
            if is_inside(&pair.0[1 - side], points[0], side == 0) {
                let mut points = points.to_vec();
                if chunks[0].is_reversed {
                    points.reverse();
                }
                rings.push(points);
            }
        }
    }
    rings
}

fn is_inside(other: &FeatureEdges<'_>, point: Point, point_is_moved: bool) -> bool {
    let mut inside = false;
    for chunk in other.chunks {
        let ring = other.polygons.ring(chunk.ring as usize);
        for ends in ring[chunk.first as usize..=chunk.last as usize].windows(2) {
            let above = |y: f64| if point_is_moved { y > point[1] } else { y >= point[1] };
            if above(ends[0][1]) == above(ends[1][1]) {
                continue;
            }
            let left = if point_is_moved {
                subject_left_of([ends[0], ends[1]], point)
            } else {
                control_left_of([ends[0], ends[1]], point)
            };
            inside ^= left == above(ends[1][1]);
        }
    }
    inside
}

#[test]
fn traced_pieces_equal_those_of_the_engine() {
    let mut random = Random(7);
    let (mut traced, mut refused, mut crossing_pairs) = (0, 0, 0);
    for _ in 0..40_000 {
        let size = 4 + random.below(11);
        let (a, b) = (random.feature(size), random.feature(size));
        let view = |set: &PolygonSet| EdgeIndex::new(set.view(), 0..1);
        let (ia, ib) = (view(&a), view(&b));
        let pair = Pair([ia.feature(a.view(), 0), ib.feature(b.view(), 0)]);
        let crossings = crossings(&pair);
        let expected = engine(&pair);
        let rings = whole_rings(&pair, &crossings);
        if !crossings.list.is_empty() {
            crossing_pairs += 1;
        }
        match trace(&pair, &crossings, rings, area(&expected)) {
            None => refused += 1,
            Some(list) => {
                traced += 1;
                let mut set = PolygonSet::default();
                list.push_to(&mut set);
                assert!(is_valid(set.view(), 0), "{a:?} {b:?}");
                assert!((area(&list) - area(&expected)).abs() < 1e-9);
            }
        }
    }
    println!("{traced} traced, {refused} refused, {crossing_pairs} cross");
    assert!(refused * 20 < traced, "{refused} of {traced} refused");
}

#[allow(unused)]
fn unused(_: Polygons<'_>) {}
