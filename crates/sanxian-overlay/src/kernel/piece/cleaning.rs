//! What an infinitely small step leaves behind: stretches walked to and fro, and points passed twice.
//!
//! In the limit the boundary of a piece may run out along a shared edge and back, and may pass the same point more than
//! once where the piece hangs together by that point only. All vertices at such places are vertices of the input, so
//! both are found exactly.

use std::collections::HashMap;

use crate::polygons::Point;
use crate::predicate::orientation;

/// Takes out points equal to the one before; true when there were any.
pub(super) fn drop_repeated(ring: &mut Vec<Point>) -> bool {
    let before = ring.len();
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring.len() != before
}

/// The simple rings that a closed walk consists of: it is parted wherever it is back at a point where it was.
pub(super) fn parted(ring: Vec<Point>) -> Vec<Vec<Point>> {
    let mut rings = Vec::new();
    let mut walk: Vec<Point> = Vec::with_capacity(ring.len());
    let mut places: HashMap<[u64; 2], usize> = HashMap::new();
    for vertex in ring {
        if let Some(&place) = places.get(&key(vertex)) {
            for &left in &walk[place + 1..] {
                places.remove(&key(left));
            }
            rings.push(walk.split_off(place));
        }
        places.insert(key(vertex), walk.len());
        walk.push(vertex);
    }
    rings.push(walk);
    rings.into_iter().map(without_returns).filter(|ring| ring.len() > 2).collect()
}

fn key(point: Point) -> [u64; 2] {
    // Adding zero makes one number of -0 and 0.
    point.map(|value| (value + 0.0).to_bits())
}

/// The ring without the vertices at which it turns back on itself; fewer than three are left of one that encloses nothing.
pub(super) fn without_returns(ring: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(ring.len());
    for vertex in ring {
        while let [.., before, last] = kept.as_slice()
            && turns_back(*before, *last, vertex)
        {
            kept.pop();
        }
        if kept.last().is_none_or(|last| *last != vertex) {
            kept.push(vertex);
        }
    }
    // The same over the point where the ring closes.
    let mut start = 0;
    loop {
        match &kept[start.min(kept.len())..] {
            [first, .., last] if first == last => {
                kept.pop();
            }
            [first, .., before, last] if turns_back(*before, *last, *first) => {
                kept.pop();
            }
            [first, second, .., last] if turns_back(*last, *first, *second) => start += 1,
            _ => break,
        }
    }
    kept.drain(..start.min(kept.len()));
    kept
}

/// True when the walk `a -> b -> c` goes back at `b` along the way it came.
fn turns_back(a: Point, b: Point, c: Point) -> bool {
    b != c
        && orientation(a, b, c) == 0.0
        && (b[0] - a[0]) * (c[0] - b[0]) <= 0.0
        && (b[1] - a[1]) * (c[1] - b[1]) <= 0.0
}

#[cfg(test)]
#[path = "cleaning_tests.rs"]
mod tests;
