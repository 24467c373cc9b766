//! Rings and polygons in flat buffers, the currency between the kernels.

use crate::edge::is_counter_clockwise;
use crate::polygons::{Point, PolygonSet};

/// Open rings (the first point not repeated), one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenRings {
    points: Vec<Point>,
    ends: Vec<usize>,
}

impl OpenRings {
    /// Adds a ring; one of fewer than three points encloses nothing and is left out.
    pub(crate) fn push(&mut self, points: impl IntoIterator<Item = Point>) {
        let start = self.points.len();
        self.points.extend(points);
        if self.points.len() - start < 3 {
            self.points.truncate(start);
        } else {
            self.ends.push(self.points.len());
        }
    }

    /// Turns the ring added last round.
    pub(crate) fn reverse_last(&mut self) {
        let start = self.ends.len().checked_sub(2).map_or(0, |before| self.ends[before]);
        self.points[start..].reverse();
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Point]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied()).map(|(start, end)| &self.points[start..end])
    }
}

/// Polygons as lists of closed rings, exterior first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PolygonList(pub(crate) Vec<Vec<Vec<Point>>>);

impl PolygonList {
    /// The polygons of a feature with every ring turned the way its role asks: exterior counter-clockwise, interiors clockwise.
    pub(crate) fn oriented<'a, P, R>(polygons: P) -> Self
    where
        P: IntoIterator<Item = R>,
        R: IntoIterator<Item = &'a [Point]>,
    {
        let turned = |(role, ring): (usize, &[Point])| {
            let mut ring = ring.to_vec();
            if is_counter_clockwise(&ring) != (role == 0) {
                ring.reverse();
            }
            ring
        };
        Self(
            polygons
                .into_iter()
                .map(|rings| {
                    rings
                        .into_iter()
                        .filter(|ring| !ring.is_empty())
                        .enumerate()
                        .map(turned)
                        .collect::<Vec<_>>()
                })
                .filter(|rings| !rings.is_empty())
                .collect(),
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The edges of all rings.
    pub(crate) fn edges(&self) -> impl Iterator<Item = [Point; 2]> {
        self.0.iter().flatten().flat_map(|ring| ring.windows(2)).map(|ends| [ends[0], ends[1]])
    }

    pub(crate) fn push_to(&self, set: &mut PolygonSet) {
        set.push_feature(self.0.iter().map(|rings| rings.iter().map(Vec::as_slice)));
    }

    pub(crate) fn open_rings(&self) -> OpenRings {
        let mut open = OpenRings::default();
        for ring in self.0.iter().flatten() {
            open.push(ring[..ring.len().saturating_sub(1)].iter().copied());
        }
        open
    }

    /// True when both hold the same rings, whatever their order, winding and starting points.
    pub(crate) fn has_same_rings_as(&self, other: &Self) -> bool {
        let sizes = |list: &Self| {
            let mut sizes: Vec<usize> = list.0.iter().flatten().map(Vec::len).collect();
            sizes.sort_unstable();
            (list.0.len(), sizes)
        };
        sizes(self) == sizes(other) && self.canonical_rings() == other.canonical_rings()
    }

    pub(crate) fn canonical_rings(&self) -> Vec<Vec<Point>> {
        let mut rings: Vec<Vec<Point>> = self.0.iter().flatten().map(|ring| canonical(ring)).collect();
        rings.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        rings
    }
}

/// The ring without its last point, counter-clockwise and starting at its lowest leftmost corner.
pub(crate) fn canonical(ring: &[Point]) -> Vec<Point> {
    let mut open = ring[..ring.len().saturating_sub(1)].to_vec();
    if !is_counter_clockwise(ring) {
        open.reverse();
    }
    let corner = (0..open.len())
        .min_by(|&i, &j| open[i].partial_cmp(&open[j]).unwrap_or(std::cmp::Ordering::Equal))
        .unwrap_or(0);
    open.rotate_left(corner);
    open
}
