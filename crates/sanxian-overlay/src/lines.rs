//! Points and lines: what has a place and no area.

use crate::bounds::Bounds;
use crate::error::OverlayError;
use crate::polygons::{Point, check_offsets};

/// Points and lines of features, in the layout of `geoarrow.multilinestring`: flat coordinates and two levels of offsets. A point is a
/// line of one vertex, so that points, lines and several of either are told by one rule.
///
/// # Examples
/// ```
/// use sanxian_overlay::LineSet;
///
/// let mut set = LineSet::default();
/// set.push_feature([[[3.0, 4.0]].as_slice()]);
/// set.push_feature([[[0.0, 0.0], [6.0, 0.0], [6.0, 8.0]].as_slice()]);
/// assert_eq!(set.edges(0).collect::<Vec<_>>(), [[[3.0, 4.0], [3.0, 4.0]]]);
/// assert_eq!(set.edges(1).count(), 2);
/// assert_eq!(set.bounds(1), Some([0.0, 0.0, 6.0, 8.0]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LineSet {
    coords: Vec<Point>,
    line_offsets: Vec<i32>,
    feature_offsets: Vec<i32>,
}

impl Default for LineSet {
    fn default() -> Self {
        Self { coords: Vec::new(), line_offsets: vec![0], feature_offsets: vec![0] }
    }
}

impl LineSet {
    /// Takes the three arrays of the layout after checking their offsets.
    ///
    /// # Errors
    /// [`OverlayError::Layout`] names the level and the position of the first broken offset.
    pub fn from_parts(
        coords: Vec<Point>,
        line_offsets: Vec<i32>,
        feature_offsets: Vec<i32>,
    ) -> Result<Self, OverlayError> {
        check_offsets("line", &line_offsets, coords.len())?;
        check_offsets("feature", &feature_offsets, line_offsets.len() - 1)?;
        Ok(Self { coords, line_offsets, feature_offsets })
    }

    /// Appends a feature: its lines, a single vertex for a point. No line makes a feature without geometry.
    pub fn push_feature<'l>(&mut self, lines: impl IntoIterator<Item = &'l [Point]>) {
        for line in lines {
            self.coords.extend_from_slice(line);
            self.line_offsets.push(self.coords.len() as i32);
        }
        self.feature_offsets.push(self.line_offsets.len() as i32 - 1);
    }

    /// Number of features, those without geometry included.
    pub fn len(&self) -> usize {
        self.feature_offsets.len() - 1
    }

    /// True when the set has no feature at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The lines of a feature, none for one that is not there.
    pub fn lines(&self, feature: usize) -> impl Iterator<Item = &[Point]> {
        let lines = between(&self.feature_offsets, feature);
        lines.filter_map(|line| self.coords.get(between(&self.line_offsets, line)))
    }

    /// The edges of a feature's lines; that of a point has no length.
    pub fn edges(&self, feature: usize) -> impl Iterator<Item = [Point; 2]> {
        self.lines(feature).flat_map(|line| {
            let point = if let [only] = line { Some([*only, *only]) } else { None };
            point.into_iter().chain(line.array_windows().copied())
        })
    }

    /// Box of a feature, `[min_x, min_y, max_x, max_y]`; `None` without geometry.
    pub fn bounds(&self, feature: usize) -> Option<[f64; 4]> {
        let mut bounds = Bounds::EMPTY;
        self.lines(feature).for_each(|line| bounds.grow(line));
        (!bounds.is_empty()).then_some(bounds.0)
    }

    /// Box of all features; `None` without any geometry.
    pub fn total_bounds(&self) -> Option<[f64; 4]> {
        let bounds = Bounds::of(&self.coords);
        (!bounds.is_empty()).then_some(bounds.0)
    }
}

/// Positions that an entry of checked offsets spans; none for one that is not there.
fn between(offsets: &[i32], index: usize) -> std::ops::Range<usize> {
    match (offsets.get(index), offsets.get(index + 1)) {
        (Some(&from), Some(&to)) => from as usize..to as usize,
        _ => 0..0,
    }
}
