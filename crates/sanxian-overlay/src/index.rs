//! An indexed layer: polygons, and an R-tree over their parts and the boxes of their edges once somebody asks.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::bounds::Bounds;
use crate::edge::{EdgeIndex, FeatureEdges};
use crate::polygons::{PolygonSet, Polygons};

/// A polygon set that answers "which features may meet this box?" at once; build it once, overlay against it often.
///
/// The tree holds one box per polygon, not per feature, so that a feature of many scattered parts is found only where
/// its parts lie.
///
/// # Examples
/// ```
/// use sanxian_overlay::{IndexedPolygons, PolygonSet};
///
/// let mut set = PolygonSet::default();
/// for easting in [0.0, 10.0, 20.0] {
///     let square = [[easting, 0.0], [easting + 5.0, 0.0], [easting + 5.0, 5.0], [easting, 5.0]];
///     set.push_feature([[square.as_slice()]]);
/// }
/// let layer = IndexedPolygons::new(set);
/// assert_eq!(layer.candidates([4.0, 1.0, 12.0, 2.0]), [0, 1]);
/// ```
#[derive(Debug)]
pub struct IndexedPolygons {
    polygons: PolygonSet,
    /// Made when first asked for: many plots pass a layer by without a look into its tree.
    tree: OnceLock<Tree>,
    /// Made when first asked for: only a check of a coverage looks at the edges of all features.
    edges: OnceLock<EdgeIndex>,
    validity: Vec<AtomicU8>,
}

/// Where the features are.
#[derive(Debug)]
struct Tree {
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    /// Features with a coordinate that is NaN or infinite: they have no place, so every query has to consider them.
    placeless: Vec<u32>,
}

const UNKNOWN: u8 = 0;
const VALID: u8 = 1;
const INVALID: u8 = 2;

impl Tree {
    fn new(polygons: Polygons<'_>) -> Self {
        let mut boxes = Vec::new();
        let mut placeless = Vec::new();
        for feature in 0..polygons.len() {
            let mut has_place = true;
            for polygon in polygons.polygon_range(feature) {
                let mut bounds = Bounds::EMPTY;
                for ring in polygons.ring_range(polygon) {
                    let points = polygons.ring(ring);
                    has_place &= points.iter().flatten().all(|value| value.is_finite());
                    bounds.grow(points);
                }
                if has_place && !bounds.is_empty() {
                    let [min_x, min_y, max_x, max_y] = bounds.0;
                    let rectangle = Rectangle::from_corners([min_x, min_y], [max_x, max_y]);
                    boxes.push(GeomWithData::new(rectangle, feature as u32));
                }
            }
            if !has_place {
                placeless.push(feature as u32);
            }
        }
        Self { boxes: RTree::bulk_load(boxes), placeless }
    }
}

impl IndexedPolygons {
    /// Takes a set. Its tree is made by the first operation that looks something up.
    pub fn new(polygons: PolygonSet) -> Self {
        let validity = (0..polygons.len()).map(|_| AtomicU8::new(UNKNOWN)).collect();
        Self { tree: OnceLock::new(), edges: OnceLock::new(), validity, polygons }
    }

    fn tree(&self) -> &Tree {
        // Made on one thread: work shared out here might come by the lock again while it waits.
        self.tree.get_or_init(|| Tree::new(self.polygons.view()))
    }

    /// The polygons that were indexed.
    pub fn polygons(&self) -> Polygons<'_> {
        self.polygons.view()
    }

    /// The features that have a polygon whose box meets `bounds` (`[min_x, min_y, max_x, max_y]`, edges included), ascending.
    ///
    /// Features with NaN or infinite coordinates lie nowhere and are always among them; no operation passes them over in silence.
    pub fn candidates(&self, bounds: [f64; 4]) -> Vec<u32> {
        if Bounds(bounds).is_empty() {
            return Vec::new();
        }
        let tree = self.tree();
        let query = AABB::from_corners([bounds[0], bounds[1]], [bounds[2], bounds[3]]);
        let mut found: Vec<u32> =
            tree.boxes.locate_in_envelope_intersecting(&query).map(|entry| entry.data).collect();
        found.extend_from_slice(&tree.placeless);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Makes the boxes of all edges, for work that asks for [`Self::edges`] on several threads: shared out behind their lock, it might come
    /// by the lock again.
    pub(crate) fn index_edges(&self) {
        if self.edges.get().is_none() {
            let polygons = self.polygons.view();
            // Another thread may have been first, with the same boxes.
            let _ = self.edges.set(EdgeIndex::new(polygons, 0..polygons.len()));
        }
    }

    /// The edges of one feature; [`Self::index_edges`] goes before.
    pub(crate) fn edges(&self, feature: usize) -> FeatureEdges<'_> {
        let polygons = self.polygons.view();
        self.edges.get_or_init(|| EdgeIndex::new(polygons, 0..polygons.len())).feature(polygons, feature)
    }

    /// Whether a feature is valid, looked up or found out with `check` and remembered.
    pub(crate) fn is_valid(&self, feature: usize, check: impl FnOnce() -> bool) -> bool {
        let remembered = &self.validity[feature];
        match remembered.load(Ordering::Relaxed) {
            UNKNOWN => {
                let is_valid = check();
                remembered.store(if is_valid { VALID } else { INVALID }, Ordering::Relaxed);
                is_valid
            }
            known => known == VALID,
        }
    }
}
