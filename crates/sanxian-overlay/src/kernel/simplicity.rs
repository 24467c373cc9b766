//! Whether the edges of a feature keep away from each other.
//!
//! Most chunks are told by their direction alone: edges that all go one way do not meet, and neither do two chunks that follow each other and
//! lie on either side of a line through the point between them. The others are compared edge by edge on the grid; what seems to meet
//! there is settled with the coordinates as they are, as the full check would.

use super::arithmetic::Arithmetic;
use super::edges::{Edges, each_bit};
use super::outline::{CHUNK, Outline, PLACES};
use super::self_join::SelfJoin;
use crate::edge::Edge;
use crate::polygons::Point;
use crate::predicate::{Meeting, meeting, orientation};
use crate::ring_contact::{ContactKind, RingContact, contact};

/// Where rings touch; `None` when edges of this part meet, or seem to meet, in a way that only the full check can judge.
#[inline(always)]
pub(super) fn touches<A: Arithmetic>(
    outline: &Outline<'_>,
    origin: Point,
    part: usize,
    near: &mut Vec<[u32; 2]>,
) -> Option<Vec<RingContact>> {
    let mut found = Vec::new();
    let first = part * SelfJoin::PART;
    for chunk in first..(first + SelfJoin::PART).min(outline.chunks.len()) {
        if !runs_one_way(outline, chunk) {
            compare_within::<A>(outline, origin, chunk, &mut found)?;
        }
    }
    near.clear();
    SelfJoin::new(outline.tree).find(part, near);
    // A chunk is mostly compared with several.
    let mut read: Option<(u32, Edges)> = None;
    for &[chunk, other] in near.iter() {
        if are_parted(outline, [chunk, other]) {
            continue;
        }
        let known = read.take().filter(|(position, _)| *position == chunk);
        let edges = known.map_or_else(
            || Edges::new::<A>(outline, &outline.chunks[chunk as usize], origin),
            |(_, edges)| edges,
        );
        compare::<A>(outline, origin, [chunk, other], &edges, &mut found)?;
        read = Some((chunk, edges));
    }
    Some(found)
}

/// The points of a chunk.
#[inline(always)]
fn points<'a>(outline: &Outline<'a>, chunk: usize) -> &'a [Point] {
    let chunk = &outline.chunks[chunk];
    &outline.coords[chunk.first as usize..=outline.chunk_end(chunk) as usize]
}

/// How far a step goes along a direction; not positive where rounding could have turned the sign.
#[inline(always)]
fn advance(from: Point, to: Point, direction: Point) -> f64 {
    let along = [0, 1].map(|axis| (to[axis] - from[axis]) * direction[axis]);
    along[0] + along[1] - 1e-9 * (along[0].abs() + along[1].abs())
}

/// True when all edges of a chunk go the way of its chord, within a right angle: then no two of them meet.
#[inline(always)]
fn runs_one_way(outline: &Outline<'_>, chunk: usize) -> bool {
    let points = points(outline, chunk);
    let Some(places) = points.first_chunk::<PLACES>() else {
        let chord = chord(points);
        return points.windows(2).all(|ends| advance(ends[0], ends[1], chord) > 0.0);
    };
    let chord = chord(places);
    // Without a branch, so that all edges are looked at at once.
    (0..CHUNK).fold(true, |all, i| all & (advance(places[i], places[i + 1], chord) > 0.0))
}

#[inline(always)]
fn chord(points: &[Point]) -> Point {
    match points {
        [first, .., last] => [last[0] - first[0], last[1] - first[1]],
        _ => [0.0; 2],
    }
}

/// True when one of two chunks follows the other, and a line through the point between them parts them.
#[inline(always)]
fn are_parted(outline: &Outline<'_>, positions: [u32; 2]) -> bool {
    let [chunk, other] = positions.map(|position| &outline.chunks[position as usize]);
    if chunk.ring != other.ring {
        return false;
    }
    let ring = &outline.rings[chunk.ring as usize];
    let follows = positions[1] == positions[0] + 1;
    let closes = chunk.first == ring.first && outline.chunk_end(other) == ring.last;
    let [chunk, other] = positions.map(|position| points(outline, position as usize));
    // A ring of two chunks has two points between them.
    let (before, after) = match (follows, closes) {
        (true, false) => (chunk, other),
        (false, true) => (other, chunk),
        _ => return false,
    };
    let (&[start, ..], &[node, .., end]) = (before, after) else { return false };
    let direction = [end[0] - start[0], end[1] - start[1]];
    let lie_before = before[..before.len() - 1]
        .iter()
        .fold(true, |all, point| all & (advance(*point, node, direction) > 0.0));
    after[1..].iter().fold(lie_before, |all, point| all & (advance(node, *point, direction) > 0.0))
}

/// Compares the edges of a chunk with each other.
#[inline(always)]
fn compare_within<A: Arithmetic>(
    outline: &Outline<'_>,
    origin: Point,
    chunk: usize,
    found: &mut Vec<RingContact>,
) -> Option<()> {
    let (position, chunk) = (chunk, &outline.chunks[chunk]);
    let edges = Edges::new::<A>(outline, chunk, origin);
    let ring = &outline.rings[chunk.ring as usize];
    let is_ring = chunk.first == ring.first && outline.chunk_end(chunk) == ring.last;
    let last = edges.there.ilog2() as usize;
    for i in each_bit(edges.there) {
        for j in each_bit(edges.meeting(edges.bounds(i)) & !((2 << i) - 1)) {
            let is_free = if j == i + 1 {
                !turns_back::<A>(edges.ends(i), edges.ends(j))
            } else if is_ring && i == 0 && j == last {
                // The last edge of a ring leads to its first.
                !turns_back::<A>(edges.ends(j), edges.ends(i))
            } else {
                !meets::<A>(edges.ends(i), edges.ends(j))
            };
            if !is_free {
                settle::<A>(outline, [(position as u32, i), (position as u32, j)], found)?;
            }
        }
    }
    Some(())
}

/// Compares the edges of two chunks, the first of which comes first.
#[inline(always)]
fn compare<A: Arithmetic>(
    outline: &Outline<'_>,
    origin: Point,
    positions: [u32; 2],
    edges: &Edges,
    found: &mut Vec<RingContact>,
) -> Option<()> {
    let other_edges = Edges::new::<A>(outline, &outline.chunks[positions[1] as usize], origin);
    let [chunk, other] = positions.map(|position| &outline.chunks[position as usize]);
    let (last, other_last) = (edges.there.ilog2() as usize, other_edges.there.ilog2() as usize);
    let ring = &outline.rings[chunk.ring as usize];
    let is_one_ring = chunk.ring == other.ring;
    let follows = is_one_ring && positions[1] == positions[0] + 1;
    let closes = is_one_ring && chunk.first == ring.first && outline.chunk_end(other) == ring.last;
    for j in each_bit(other_edges.meeting(edges.bounds)) {
        let other_edge = other_edges.ends(j);
        for i in each_bit(edges.meeting(other_edges.bounds(j))) {
            let is_free = if follows && i == last && j == 0 {
                !turns_back::<A>(edges.ends(i), other_edge)
            } else if closes && i == 0 && j == other_last {
                !turns_back::<A>(other_edge, edges.ends(i))
            } else {
                !meets::<A>(edges.ends(i), other_edge)
            };
            if !is_free {
                settle::<A>(outline, [(positions[0], i), (positions[1], j)], found)?;
            }
        }
    }
    Some(())
}

/// True when an edge runs back over the one before it, or has no length.
#[inline(always)]
fn turns_back<A: Arithmetic>([from, node]: [Point; 2], [_, to]: [Point; 2]) -> bool {
    let onward = (node[0] - from[0]) * (to[0] - node[0]) + (node[1] - from[1]) * (to[1] - node[1]);
    onward <= 0.0 && A::turn(from, node, to) == 0.0
}

/// True when two edges have a point in common, and for some edges on one line that have none.
#[inline(always)]
fn meets<A: Arithmetic>(a: [Point; 2], b: [Point; 2]) -> bool {
    let reaches = |line: [Point; 2], edge: [Point; 2]| {
        let turns = edge.map(|end| A::turn(line[0], line[1], end));
        !((turns[0] > 0.0 && turns[1] > 0.0) || (turns[0] < 0.0 && turns[1] < 0.0))
    };
    reaches(a, b) && reaches(b, a)
}

/// Judges two edges that seem to meet, each the edge of a chunk, by their coordinates as they are. `None` when that is the full check's business.
#[cold]
fn settle<A: Arithmetic>(
    outline: &Outline<'_>,
    edges: [(u32, usize); 2],
    found: &mut Vec<RingContact>,
) -> Option<()> {
    let points = |ring: u32| {
        let ring = &outline.rings[ring as usize];
        &outline.coords[ring.first as usize..=ring.last as usize]
    };
    let edges = edges.map(|(chunk, edge)| {
        let chunk = &outline.chunks[chunk as usize];
        let vertex = chunk.first + edge as u32;
        Edge {
            ring: chunk.ring,
            vertex: vertex - outline.rings[chunk.ring as usize].first,
            ends: outline.edge(vertex),
        }
    });
    for edge in edges {
        if edge.ends[0] == edge.ends[1] {
            // A repeated point: the edges on either side of it speak for it, if there are any.
            return points(edge.ring).iter().any(|point| *point != edge.ends[0]).then_some(());
        }
    }
    let [a, b] = edges;
    if a.ring != b.ring {
        found.push(touch::<A>(points, a, b)?);
        return Some(());
    }
    let is_followed = |a: Edge, b: Edge| next(points(a.ring), a).is_some_and(|next| next.vertex == b.vertex);
    let is_next = [is_followed(a, b), is_followed(b, a)];
    let is_sound = match is_next {
        [false, false] => meeting(a.ends, b.ends) == Meeting::Apart,
        [true, false] => !runs_back(a.ends, b.ends[1]),
        [false, true] => !runs_back(b.ends, a.ends[1]),
        // A ring of two edges.
        [true, true] => false,
    };
    is_sound.then_some(())
}

/// How edges of two rings touch; `None` when they do anything else, or something else on the grid.
fn touch<'a, A: Arithmetic>(points: impl Fn(u32) -> &'a [Point], a: Edge, b: Edge) -> Option<RingContact> {
    let on_grid = meeting(a.ends.map(A::place), b.ends.map(A::place));
    let (Meeting::Touch(point), Meeting::Touch(place)) = (meeting(a.ends, b.ends), on_grid) else {
        return None;
    };
    let is_same = |end: &Point| (A::place(*end) == place) == (*end == point);
    if A::place(point) != place || !a.ends.iter().chain(&b.ends).all(is_same) {
        return None;
    }
    // The edge that starts in a vertex speaks for it.
    let [a, b] =
        [a, b].map(|edge| if edge.ends[1] == point { next(points(edge.ring), edge) } else { Some(edge) });
    contact(points, a?, b?).filter(|contact| contact.kind == ContactKind::Touch)
}

/// The next edge of a ring that has a length.
fn next(ring: &[Point], edge: Edge) -> Option<Edge> {
    let (open, node) = (ring.len() - 1, edge.ends[1]);
    let mut vertices = (1..=open).map(|step| (edge.vertex as usize + step) % open);
    let vertex = vertices.find(|&vertex| ring[vertex + 1] != node)?;
    Some(Edge { vertex: vertex as u32, ends: [ring[vertex], ring[vertex + 1]], ..edge })
}

/// True when the way from the end of an edge to `to` leads back over it.
fn runs_back([from, node]: [Point; 2], to: Point) -> bool {
    let back = [from[0] - node[0], from[1] - node[1]];
    let onward = [to[0] - node[0], to[1] - node[1]];
    orientation(from, node, to) == 0.0 && back[0] * onward[0] >= 0.0 && back[1] * onward[1] >= 0.0
}
