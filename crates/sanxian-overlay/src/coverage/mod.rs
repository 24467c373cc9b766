//! Polygons that should tile: where they overlap, where they leave gaps, what sticks out of their frame.
//!
//! The work goes in two steps. Edges that two polygons share to the bit cancel (`matching`); the few that are left are
//! all that can bound an overlap or a gap, and the engine sees nothing else. What it finds is a place, and only
//! features near such a place are then looked at in pairs.

mod gap;
mod matching;
mod overlap;

use rayon::prelude::*;

use crate::admission::{OnInvalid, OverlayOptions, invalid_polygon};
use crate::engine::{Fill, Operation, overlay};
use crate::error::{OverlayError, Side};
use crate::index::IndexedPolygons;
use crate::measure::{mean_width, planar_area};
use crate::polygons::{Point, PolygonSet, Polygons};
use crate::progress::Progress;
use crate::repair::{Repair, RepairMethod, repaired_feature};
use crate::ring_list::{OpenRings, PolygonList};
use crate::validity::is_valid;
use matching::{linked, unmatched_edges, without};

/// What to look for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CoverageOptions {
    /// What to do with invalid polygons among those that the answer depends on.
    pub on_invalid: OnInvalid,
    /// Up to which width a strip between two features counts as a gap though it is open to the outside, in the units
    /// of the coordinates; 0 looks for none. Gaps that are closed all round, or lie in the frame, are found at any width.
    pub open_gap_width: f64,
}

/// How two features overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverlapKind {
    /// Each has ground of its own.
    Partial,
    /// The first lies wholly in the second.
    FirstInside,
    /// The second lies wholly in the first.
    SecondInside,
    /// Both have the same shape.
    Duplicate,
}

/// Ground that two features share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// The two features, the lower first.
    pub features: [usize; 2],
    /// How they lie.
    pub kind: OverlapKind,
    /// Planar area, in square units of the coordinates.
    pub area: f64,
    /// Mean width 2A/P.
    pub mean_width: f64,
}

/// Ground that no feature covers.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The features along its boundary, ascending.
    pub neighbours: Vec<usize>,
    /// True when it is open to the outside: a narrow strip between two features.
    pub is_open: bool,
    /// Planar area, in square units of the coordinates.
    pub area: f64,
    /// Mean width 2A/P.
    pub mean_width: f64,
}

/// Ground of a feature outside the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    /// The feature.
    pub feature: usize,
    /// Planar area, in square units of the coordinates.
    pub area: f64,
    /// Mean width 2A/P.
    pub mean_width: f64,
}

/// What a coverage check found. Every list has its geometries beside it, in the same order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// Pairs that share ground, ordered by their features.
    pub overlaps: Vec<Overlap>,
    /// The shared ground of each pair.
    pub overlap_polygons: PolygonSet,
    /// Gaps: closed ones, or those of the frame, then open ones.
    pub gaps: Vec<Gap>,
    /// The ground of each gap.
    pub gap_polygons: PolygonSet,
    /// Features that reach out of the frame, ascending; none without a frame.
    pub excesses: Vec<Excess>,
    /// What of each lies outside.
    pub excess_polygons: PolygonSet,
    /// Features that were repaired before they took part, ascending.
    pub repairs: Vec<Repair>,
}

/// Finds what keeps `polygons` from tiling: every overlap of two features, every gap, and with a `frame` (all features of it together) every
/// part of it that is not covered and everything that lies outside.
///
/// Without a frame, a gap is what the features enclose but do not cover. Boundaries are compared exactly: a vertex that
/// one neighbour lacks makes a gap or an overlap unless it lies exactly on the other's edge; areas and mean widths say which are noise.
/// Features far from every overlap and gap are not checked for validity: [`crate::find_faults`] does that.
///
/// # Errors
/// [`OverlayError::InvalidPolygon`] for a feature the answer depends on (side [`Side::Subject`]) or a feature of the
/// frame ([`Side::Control`]) when `options` do not ask for repair or it cannot be repaired; [`OverlayError::Cancelled`].
///
/// # Examples
/// ```
/// use sanxian_overlay::{CoverageOptions, OverlapKind, PolygonSet, Progress, check_coverage};
///
/// let mut plots = PolygonSet::default();
/// for (west, east) in [(0.0, 10.0), (9.0, 20.0), (20.0, 30.0)] {
///     plots.push_feature([[[[west, 0.0], [east, 0.0], [east, 10.0], [west, 10.0]].as_slice()]]);
/// }
/// let found = check_coverage(plots.view(), None, &CoverageOptions::default(), &Progress::default())?;
/// assert_eq!(found.overlaps.len(), 1);
/// assert_eq!((found.overlaps[0].features, found.overlaps[0].area), ([0, 1], 10.0));
/// assert_eq!(found.overlaps[0].kind, OverlapKind::Partial);
/// assert!(found.gaps.is_empty());
/// # Ok::<(), sanxian_overlay::OverlayError>(())
/// ```
pub fn check_coverage(
    polygons: Polygons<'_>,
    frame: Option<Polygons<'_>>,
    options: &CoverageOptions,
    progress: &Progress,
) -> Result<Coverage, OverlayError> {
    progress.announce(polygons.len() as u64);
    let mut admitted = Admitted::new(polygons, options.on_invalid);
    admitted.refuse_what_has_no_place()?;
    let mut edges = unmatched_edges(admitted.view());
    progress.check()?;
    // The rings of an invalid feature do not say what they cover. Those whose edges all cancel bound nothing.
    while admitted.admit(edges.iter().map(|edge| edge.feature as usize), progress)? {
        edges = unmatched_edges(admitted.view());
    }
    let frame = frame.map(|frame| whole_frame(frame, options.on_invalid, progress)).transpose()?;

    let rings = linked(&edges);
    let none = OpenRings::default();
    let covered = overlay(Operation::Union, Fill::Winding, &rings, &none);
    progress.check()?;
    // One turn taken off everywhere leaves what is covered twice or more; most edges cancel again.
    let surplus = without(&edges, covered.edges());
    let doubled = overlay(Operation::Union, Fill::Winding, &linked(&surplus), &none);
    let (gaps, outside) = match &frame {
        Some(frame) => (
            overlay(Operation::Difference, Fill::Winding, &frame.open_rings(), &covered.open_rings()),
            overlay(Operation::Difference, Fill::Winding, &covered.open_rings(), &frame.open_rings()),
        ),
        None => (gap::enclosed(&covered), PolygonList::default()),
    };
    let open = gap::open_strips(&edges, &covered, options.open_gap_width);
    progress.check()?;

    let mut coverage = Coverage::default();
    let places = [&doubled, &gaps, &outside].map(overlap::Places::new);
    let near = overlap::features_near(admitted.view(), &places);
    admitted.admit(near.iter().copied(), progress)?;
    let local = IndexedPolygons::new(admitted.view().take(near.iter().copied()));
    local.index_edges();
    for (features, kind, list) in overlap::pairs(&local, &places[0], progress)? {
        let features = features.map(|feature| near[feature]);
        let (area, mean_width) = push(&list, &mut coverage.overlap_polygons);
        coverage.overlaps.push(Overlap { features, kind, area, mean_width });
    }
    for gap in gaps.0.into_iter().map(|rings| PolygonList(vec![rings])) {
        let neighbours = gap::neighbours(&gap, &local).into_iter().map(|feature| near[feature]).collect();
        let (area, mean_width) = push(&gap, &mut coverage.gap_polygons);
        coverage.gaps.push(Gap { neighbours, is_open: false, area, mean_width });
    }
    for (features, strip) in open {
        let (area, mean_width) = push(&strip, &mut coverage.gap_polygons);
        coverage.gaps.push(Gap { neighbours: features.to_vec(), is_open: true, area, mean_width });
    }
    if let Some(frame) = &frame {
        for (feature, list) in overlap::excesses(&local, &places[2], frame) {
            let (area, mean_width) = push(&list, &mut coverage.excess_polygons);
            coverage.excesses.push(Excess { feature: near[feature], area, mean_width });
        }
    }
    coverage.repairs = admitted.repairs;
    progress.advance(polygons.len() as u64)?;
    Ok(coverage)
}

/// Adds a geometry to a column and measures it.
fn push(list: &PolygonList, set: &mut PolygonSet) -> (f64, f64) {
    list.push_to(set);
    let last = set.len() - 1;
    let view = set.view();
    (planar_area(view.feature(last)), mean_width(view.feature(last)))
}

/// The frame as one valid region.
fn whole_frame(
    frame: Polygons<'_>,
    on_invalid: OnInvalid,
    progress: &Progress,
) -> Result<PolygonList, OverlayError> {
    let named = |error| match error {
        OverlayError::InvalidPolygon { feature, ring, vertex, point, kind, faults, .. } => {
            OverlayError::InvalidPolygon { side: Side::Control, feature, ring, vertex, point, kind, faults }
        }
        other => other,
    };
    let quiet = Progress::default();
    progress.check()?;
    let set = crate::union::union(frame, &OverlayOptions { on_invalid }, &quiet).map_err(named)?;
    let view = set.polygons.view();
    Ok(PolygonList::oriented(
        (0..view.len()).flat_map(|feature| view.feature(feature)).map(|polygon| polygon.rings()),
    ))
}

/// The features with what had to be repaired, each checked once.
struct Admitted<'a> {
    original: Polygons<'a>,
    replaced: Option<PolygonSet>,
    on_invalid: OnInvalid,
    is_checked: Vec<bool>,
    repairs: Vec<Repair>,
}

impl<'a> Admitted<'a> {
    fn new(original: Polygons<'a>, on_invalid: OnInvalid) -> Self {
        let is_checked = vec![false; original.len()];
        Self { original, replaced: None, on_invalid, is_checked, repairs: Vec::new() }
    }

    fn view(&self) -> Polygons<'_> {
        self.replaced.as_ref().map_or(self.original, PolygonSet::view)
    }

    /// Coordinates that are not numbers lie nowhere, and no repair changes that.
    fn refuse_what_has_no_place(&self) -> Result<(), OverlayError> {
        let is_finite = |points: &[Point]| points.iter().flatten().all(|value| value.is_finite());
        if self.original.coords().par_chunks(1 << 16).all(is_finite) {
            return Ok(());
        }
        let is_placeless = |&feature: &usize| {
            let rings = self.original.feature(feature).flat_map(|polygon| polygon.rings());
            !rings.flatten().flatten().all(|value| value.is_finite())
        };
        match (0..self.original.len()).find(is_placeless) {
            Some(feature) => Err(invalid_polygon(Side::Subject, self.original, feature)),
            None => Ok(()),
        }
    }

    /// Checks those features that were not checked before; true when one had to be repaired.
    fn admit(
        &mut self,
        features: impl Iterator<Item = usize>,
        progress: &Progress,
    ) -> Result<bool, OverlayError> {
        if self.on_invalid == OnInvalid::Trust {
            return Ok(false);
        }
        let mut unchecked = Vec::new();
        for feature in features {
            if !std::mem::replace(&mut self.is_checked[feature], true) {
                unchecked.push(feature);
            }
        }
        unchecked.sort_unstable();
        let invalid: Vec<usize> = unchecked
            .into_par_iter()
            .map(|feature| {
                progress.check()?;
                Ok((!is_valid(self.original, feature)).then_some(feature))
            })
            .collect::<Result<Vec<_>, OverlayError>>()?
            .into_iter()
            .flatten()
            .collect();
        let Some(&first) = invalid.first() else { return Ok(false) };
        if self.on_invalid == OnInvalid::Raise {
            return Err(invalid_polygon(Side::Subject, self.original, first));
        }
        let mut set = PolygonSet::default();
        let mut next = 0;
        for feature in invalid {
            let repaired = repaired_feature(self.original, feature, Side::Subject, RepairMethod::default())
                .map_err(|_| invalid_polygon(Side::Subject, self.original, feature))?;
            if let Some((list, repair)) = repaired {
                set.extend_with(self.view(), next..feature);
                list.push_to(&mut set);
                next = feature + 1;
                self.repairs.push(repair);
            }
        }
        set.extend_with(self.view(), next..self.original.len());
        self.replaced = Some(set);
        self.repairs.sort_by_key(|repair| repair.feature);
        Ok(true)
    }
}

#[cfg(test)]
#[path = "../coverage_tests.rs"]
mod tests;
