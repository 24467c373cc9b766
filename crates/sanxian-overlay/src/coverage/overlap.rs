//! From places to the features that meet there.

use rayon::prelude::*;
use rstar::primitives::Rectangle;
use rstar::{AABB, RTree};

use super::OverlapKind;
use crate::bounds::Bounds;
use crate::edge::EdgeIndex;
use crate::error::OverlayError;
use crate::index::IndexedPolygons;
use crate::pair;
use crate::polygons::{PolygonSet, Polygons};
use crate::progress::Progress;
use crate::ring_list::PolygonList;

/// Boxes round the parts of a region, a little wider than the parts, so that no rounding hides a feature.
pub(super) struct Places {
    tree: RTree<Rectangle<[f64; 2]>>,
}

/// How far the boxes reach beyond their parts, as a share of their size.
const MARGIN: f64 = 1e-9;

impl Places {
    pub(super) fn new(list: &PolygonList) -> Self {
        let boxes = list.0.iter().filter_map(|rings| {
            let [min_x, min_y, max_x, max_y] = Bounds::of(rings.first()?).widened(MARGIN).0;
            Some(Rectangle::from_corners([min_x, min_y], [max_x, max_y]))
        });
        Self { tree: RTree::bulk_load(boxes.collect()) }
    }

    fn meet(&self, [min_x, min_y, max_x, max_y]: [f64; 4]) -> bool {
        let query = AABB::from_corners([min_x, min_y], [max_x, max_y]);
        self.tree.locate_in_envelope_intersecting(&query).next().is_some()
    }
}

/// The features whose boxes meet a place, ascending.
pub(super) fn features_near(polygons: Polygons<'_>, places: &[Places]) -> Vec<usize> {
    if places.iter().all(|places| places.tree.size() == 0) {
        return Vec::new();
    }
    let is_near = |feature: &usize| {
        polygons.bounds(*feature).is_some_and(|bounds| places.iter().any(|places| places.meet(bounds)))
    };
    (0..polygons.len()).into_par_iter().filter(is_near).collect()
}

/// A pair of features, how they lie, and what they share.
type SharedGround = ([usize; 2], OverlapKind, PolygonList);

/// Every pair of features that share ground, ordered.
pub(super) fn pairs(
    features: &IndexedPolygons,
    places: &Places,
    progress: &Progress,
) -> Result<Vec<SharedGround>, OverlayError> {
    let polygons = features.polygons();
    let found: Vec<Vec<SharedGround>> = (0..polygons.len())
        .into_par_iter()
        .map(|first| {
            progress.check()?;
            let Some(bounds) = polygons.bounds(first).filter(|bounds| places.meet(*bounds)) else {
                return Ok(Vec::new());
            };
            let mut found = Vec::new();
            for second in features.candidates(bounds).into_iter().map(|feature| feature as usize) {
                let common = polygons.bounds(second).map(|other| Bounds(bounds).common(Bounds(other)));
                if second <= first || !common.is_some_and(|common| places.meet(common.0)) {
                    continue;
                }
                progress.check()?;
                let (first_edges, second_edges) = (features.edges(first), features.edges(second));
                let list = pair::intersection(&first_edges, &second_edges);
                if list.is_empty() {
                    continue;
                }
                let is_first = list.has_same_rings_as(&pair::whole(&first_edges));
                let is_second = list.has_same_rings_as(&pair::whole(&second_edges));
                let kind = match (is_first, is_second) {
                    (true, true) => OverlapKind::Duplicate,
                    (true, false) => OverlapKind::FirstInside,
                    (false, true) => OverlapKind::SecondInside,
                    (false, false) => OverlapKind::Partial,
                };
                found.push(([first, second], kind, list));
            }
            Ok(found)
        })
        .collect::<Result<_, OverlayError>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// What of every feature near a place outside the frame lies outside it.
pub(super) fn excesses(
    features: &IndexedPolygons,
    places: &Places,
    frame: &PolygonList,
) -> Vec<(usize, PolygonList)> {
    let polygons = features.polygons();
    let mut frame_set = PolygonSet::default();
    frame.push_to(&mut frame_set);
    let frame_edges = EdgeIndex::new(frame_set.view(), 0..1);
    (0..polygons.len())
        .into_par_iter()
        .filter_map(|feature| {
            polygons.bounds(feature).filter(|bounds| places.meet(*bounds))?;
            let frame = std::iter::once(frame_edges.feature(frame_set.view(), 0));
            let list = pair::difference(&features.edges(feature), frame);
            (!list.is_empty()).then_some((feature, list))
        })
        .collect()
}
