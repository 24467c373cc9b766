//! How far plots and features of control layers are apart, on the plane of the plots' CRS: from outline to outline, from a point or
//! line itself, exactly.

use sanxian_overlay::{LineSet, Point, Polygons};

use super::reach::edges;

/// A feature that plots are near to.
pub(super) enum Outline<'a> {
    /// Ground with a boundary.
    Polygons { polygons: Polygons<'a>, feature: usize },
    /// A point or line, and what lies within a radius of it: none for the point or line alone.
    Lines { lines: &'a LineSet, feature: usize, radius_m: f64 },
}

pub(super) type Edge = [Point; 2];

impl Outline<'_> {
    pub(super) fn edges(&self) -> Vec<Edge> {
        match self {
            Self::Polygons { polygons, feature } => edges(*polygons, *feature).collect(),
            Self::Lines { lines, feature, .. } => lines.edges(*feature).collect(),
        }
    }

    pub(super) fn radius_m(&self) -> f64 {
        match self {
            Self::Polygons { .. } => 0.0,
            Self::Lines { radius_m, .. } => *radius_m,
        }
    }

    /// One vertex of each part.
    fn anchors(&self) -> Vec<Point> {
        match self {
            Self::Polygons { polygons, feature } => anchors(*polygons, *feature),
            Self::Lines { lines, feature, .. } => {
                lines.lines(*feature).filter_map(|line| line.first().copied()).collect()
            }
        }
    }

    fn contains(&self, point: Point) -> bool {
        match self {
            Self::Polygons { polygons, feature } => contains(*polygons, *feature, point),
            Self::Lines { .. } => false,
        }
    }
}

/// A plot that features are near to.
pub(super) struct NearPlot<'a> {
    polygons: Polygons<'a>,
    plot: usize,
    edges: Vec<Edge>,
    /// `[min_x, min_y, max_x, max_y]`.
    pub(super) bounds: [f64; 4],
}

impl<'a> NearPlot<'a> {
    /// `None` for a plot without geometry.
    pub(super) fn new(polygons: Polygons<'a>, plot: usize) -> Option<Self> {
        let bounds = polygons.bounds(plot)?;
        Some(Self { polygons, plot, edges: edges(polygons, plot).collect(), bounds })
    }

    /// How far a feature is away: 0 where they share ground or touch, `None` for `limit_m` or more. A limit of 0 tells those that meet
    /// from those that do not.
    pub(super) fn distance_m(&self, outline: &Outline<'_>, limit_m: f64) -> Option<f64> {
        let [min_x, min_y, max_x, max_y] = self.bounds;
        let reach_m = limit_m + outline.radius_m();
        let around: Edge = [[min_x - reach_m, min_y - reach_m], [max_x + reach_m, max_y + reach_m]];
        let mut least = f64::INFINITY;
        for edge in outline.edges().iter().filter(|edge| box_distance(edge, &around) <= 0.0) {
            for other in &self.edges {
                if box_distance(edge, other) < least {
                    least = least.min(edge_distance(edge, other));
                }
            }
        }
        // A part of one inside the other: their boundaries are apart, they are not.
        let is_inside =
            || anchors(self.polygons, self.plot).into_iter().any(|anchor| outline.contains(anchor));
        let holds = || outline.anchors().into_iter().any(|anchor| contains(self.polygons, self.plot, anchor));
        let found = (least - outline.radius_m()).max(0.0);
        let found = if found > 0.0 && (is_inside() || holds()) { 0.0 } else { found };
        (found < limit_m || found <= 0.0).then_some(found)
    }
}

/// One vertex of each polygon.
fn anchors(polygons: Polygons<'_>, feature: usize) -> Vec<Point> {
    polygons.feature(feature).filter_map(|polygon| polygon.rings().next()?.first().copied()).collect()
}

/// Distance of the boxes of two edges: never more than that of the edges.
fn box_distance(one: &Edge, other: &Edge) -> f64 {
    let gap = |axis: usize| {
        let (low, high) = (one[0][axis].min(one[1][axis]), one[0][axis].max(one[1][axis]));
        let (least, most) = (other[0][axis].min(other[1][axis]), other[0][axis].max(other[1][axis]));
        (least - high).max(low - most).max(0.0)
    };
    gap(0).hypot(gap(1))
}

fn edge_distance(one: &Edge, other: &Edge) -> f64 {
    if crosses(one, other) {
        return 0.0;
    }
    let ends = [
        point_distance(one[0], other),
        point_distance(one[1], other),
        point_distance(other[0], one),
        point_distance(other[1], one),
    ];
    ends.into_iter().fold(f64::INFINITY, f64::min)
}

fn point_distance([x, y]: Point, [[x0, y0], [x1, y1]]: &Edge) -> f64 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 { (((x - x0) * dx + (y - y0) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (x - x0 - along * dx).hypot(y - y0 - along * dy)
}

fn crosses(one: &Edge, other: &Edge) -> bool {
    let side = |edge: &Edge, [x, y]: Point| {
        (edge[1][0] - edge[0][0]) * (y - edge[0][1]) - (edge[1][1] - edge[0][1]) * (x - edge[0][0])
    };
    side(one, other[0]) * side(one, other[1]) < 0.0 && side(other, one[0]) * side(other, one[1]) < 0.0
}

/// Even-odd over all rings.
fn contains(polygons: Polygons<'_>, feature: usize, [x, y]: Point) -> bool {
    edges(polygons, feature)
        .filter(|[[x0, y0], [x1, y1]]| (*y0 > y) != (*y1 > y) && x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
        .count()
        % 2
        == 1
}
