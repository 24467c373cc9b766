//! The side of an overlay that stays in memory: its outlines, and a tree over the boxes of its polygons.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::boxes::{BoxGroup, BoxTree, SmallBox, TreeBuilder};
use super::hilbert::along_hilbert_curve;
use super::outline::{Outline, Outlines};
use super::processor;
use crate::admission::is_finite;
use crate::bounds::Bounds;
use crate::polygons::{Point, Polygons};

/// Features whose outlines share their memory, and that are made ready by one thread.
const BLOCK: usize = 64;

/// All features of a set, ready to be met.
#[derive(Debug)]
pub(crate) struct Resident<'a> {
    polygons: Polygons<'a>,
    /// What boxes are counted from.
    pub(crate) origin: Point,
    blocks: Vec<Outlines>,
    groups: Vec<BoxGroup>,
    /// For every leaf of the tree its feature.
    features: Vec<u32>,
    /// Features with a coordinate that is no number: they lie nowhere, so every query finds them.
    placeless: Vec<u32>,
    /// What the check of a feature came to, once it took part.
    pub(crate) verdicts: Vec<OnceLock<Verdict>>,
}

/// Some features made ready, the boxes of their polygons, and those that lie nowhere.
#[derive(Default)]
struct Block {
    outlines: Outlines,
    parts: Vec<(SmallBox, u32)>,
    placeless: Vec<u32>,
}

impl Block {
    fn new(polygons: Polygons<'_>, number: usize, origin: Point) -> Self {
        let mut block = Self::default();
        for feature in number * BLOCK..((number + 1) * BLOCK).min(polygons.len()) {
            processor::push(&mut block.outlines, polygons, feature, origin);
            let outline = block.outlines.outline(polygons.coords(), feature % BLOCK);
            if !outline.is_finite && !is_finite(polygons, feature) {
                block.placeless.push(feature as u32);
            }
            outline.polygon_bounds(|bounds| block.parts.push((bounds, feature as u32)));
        }
        block
    }
}

/// What a check came to.
#[derive(Debug)]
pub(crate) enum Verdict {
    Valid,
    Refused,
    Repaired(Box<super::admission::Replacement>),
}

impl<'a> Resident<'a> {
    pub(crate) fn new(polygons: Polygons<'a>) -> Self {
        let blocks = polygons.len().div_ceil(BLOCK);
        let origin = polygons
            .total_bounds()
            .map(|[min_x, min_y, max_x, max_y]| {
                [(0.5 * (min_x + max_x)).round(), (0.5 * (min_y + max_y)).round()]
            })
            .filter(|origin| origin.iter().all(|value| value.is_finite()))
            .unwrap_or_default();
        let made: Vec<Block> =
            (0..blocks).into_par_iter().map(|block| Block::new(polygons, block, origin)).collect();
        let (mut blocks, mut parts, mut placeless) = (Vec::new(), Vec::new(), Vec::new());
        for block in made {
            blocks.push(block.outlines);
            parts.extend(block.parts);
            placeless.extend(block.placeless);
        }
        let (groups, features) = tree_of(parts);
        let verdicts = (0..polygons.len()).map(|_| OnceLock::new()).collect();
        Self { polygons, origin, blocks, groups, features, placeless, verdicts }
    }

    pub(crate) fn polygons(&self) -> Polygons<'a> {
        self.polygons
    }

    pub(crate) fn outline(&self, feature: u32) -> Outline<'_> {
        let feature = feature as usize;
        self.blocks[feature / BLOCK].outline(self.polygons.coords(), feature % BLOCK)
    }

    /// Adds the features that have a polygon whose box meets `bounds`; a feature of several polygons may be added several times.
    #[inline(always)]
    pub(crate) fn candidates(&self, bounds: Bounds, found: &mut Vec<u32>) {
        let tree = BoxTree::new(&self.groups, self.features.len());
        let before = found.len();
        tree.find(SmallBox::round(bounds, self.origin), found);
        found[before..].iter_mut().for_each(|leaf| *leaf = self.features[*leaf as usize]);
        found.extend_from_slice(&self.placeless);
    }
}

/// A tree over boxes along a Hilbert curve, and the features in the order of its leaves.
fn tree_of(mut parts: Vec<(SmallBox, u32)>) -> (Vec<BoxGroup>, Vec<u32>) {
    let mut all = SmallBox::EMPTY;
    for part in &parts {
        all.join(part.0);
    }
    let [min_x, min_y, ..] = all.0;
    let scale = 65_535.0 / (all.extent() as f32).max(f32::MIN_POSITIVE);
    parts.sort_by_cached_key(|(SmallBox([low_x, low_y, high_x, high_y]), _)| {
        let cell = |low: f32, high: f32, min: f32| ((0.5 * (low + high) - min) * scale) as u32;
        along_hilbert_curve(cell(*low_x, *high_x, min_x), cell(*low_y, *high_y, min_y))
    });
    let mut groups = Vec::new();
    let mut tree = TreeBuilder::new(&mut groups);
    for part in &parts {
        tree.push(part.0);
    }
    tree.finish();
    (groups, parts.into_iter().map(|part| part.1).collect())
}
