//! Interiors to their exteriors.
//!
//! The engine gives interiors to exteriors in the order of a sweep and, where exteriors touch, now and then to the wrong
//! one (i_overlay 9.1.0, `ogc` output). The rings themselves are right, so they are put together here.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::bounds::Bounds;
use crate::edge::{EdgeIndex, is_counter_clockwise};
use crate::measure::planar_area;
use crate::polygons::{Point, PolygonSet, Polygons};
use crate::predicate::Location;
use crate::ring_list::PolygonList;

/// Puts closed rings together to polygons: counter-clockwise ones are exteriors, clockwise ones go to the innermost
/// exterior that holds them. Rings must be those of one valid feature; `None` when an interior has no exterior.
pub(crate) fn assemble(rings: impl Iterator<Item = Vec<Point>>) -> Option<PolygonList> {
    let (exteriors, interiors): (Vec<_>, Vec<_>) =
        rings.filter(|ring| ring.len() > 3).partition(|ring| is_counter_clockwise(ring));
    let mut polygons: Vec<Vec<Vec<Point>>> = Vec::with_capacity(exteriors.len());
    if interiors.is_empty() || exteriors.len() < 2 {
        polygons.extend(exteriors.into_iter().map(|ring| vec![ring]));
        match polygons.first_mut() {
            Some(only) => only.extend(interiors),
            None if !interiors.is_empty() => return None,
            None => {}
        }
        return Some(PolygonList(polygons));
    }
    let mut set = PolygonSet::default();
    for ring in &exteriors {
        set.push_feature([[ring.as_slice()]]);
    }
    let holders = Holders::new(set.view());
    let owners: Vec<usize> = interiors.iter().map(|ring| holders.innermost(ring)).collect::<Option<_>>()?;
    polygons.extend(exteriors.into_iter().map(|ring| vec![ring]));
    for (ring, owner) in interiors.into_iter().zip(owners) {
        polygons[owner].push(ring);
    }
    Some(PolygonList(polygons))
}

/// Exteriors, a feature each, to be asked which of them hold a ring.
struct Holders<'a> {
    polygons: Polygons<'a>,
    edges: EdgeIndex,
    areas: Vec<f64>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl<'a> Holders<'a> {
    fn new(polygons: Polygons<'a>) -> Self {
        let boxes = (0..polygons.len())
            .filter_map(|feature| {
                let [min_x, min_y, max_x, max_y] = polygons.bounds(feature)?;
                Some(GeomWithData::new(Rectangle::from_corners([min_x, min_y], [max_x, max_y]), feature))
            })
            .collect();
        let areas = (0..polygons.len()).map(|exterior| planar_area(polygons.feature(exterior))).collect();
        Self {
            polygons,
            areas,
            edges: EdgeIndex::new(polygons, 0..polygons.len()),
            tree: RTree::bulk_load(boxes),
        }
    }

    fn innermost(&self, ring: &[Point]) -> Option<usize> {
        let [min_x, min_y, max_x, max_y] = Bounds::of(ring).0;
        let whole = AABB::from_corners([min_x, min_y], [max_x, max_y]);
        self.tree
            .locate_in_envelope_intersecting(&whole)
            .map(|entry| entry.data)
            .filter(|&exterior| self.holds(exterior, ring))
            .min_by(|&a, &b| self.areas[a].total_cmp(&self.areas[b]).then(a.cmp(&b)))
    }

    /// Rings of one valid feature do not cross, so the first vertex off the exterior decides.
    fn holds(&self, exterior: usize, ring: &[Point]) -> bool {
        let edges = self.edges.feature(self.polygons, exterior);
        ring.iter().map(|point| edges.locate(*point)).find(|location| *location != Location::Boundary)
            == Some(Location::Inside)
    }
}
