//! Rings into polygons by containment, never by number, order or winding.
//!
//! A ring inside an even number of others is an exterior, inside an odd number an interior of the smallest ring round it.
//! Rings that cross each other do not contain each other; they stay exteriors side by side, and validity checks name them.

use sanxian_overlay::Point;

/// One polygon: positions of its rings in the list given to [`nest`], exterior first.
pub(crate) type Nested = Vec<usize>;

/// How many vertices vote on containment. One could lie on the other ring, and rounding puts it on either side.
const WITNESSES: usize = 7;

/// Sorts closed or open rings into polygons. Exteriors come in the order given, interiors likewise within theirs.
pub(crate) fn nest(rings: &[&[Point]]) -> Vec<Nested> {
    if rings.len() < 2 {
        return (0..rings.len()).map(|ring| vec![ring]).collect();
    }
    let shapes: Vec<Shape> = rings.iter().map(|ring| Shape::of(ring)).collect();
    // Only a larger ring can contain a smaller one; of two equal ones the first contains the second.
    let mut by_size: Vec<usize> = (0..rings.len()).collect();
    by_size.sort_by(|&a, &b| shapes[b].area.total_cmp(&shapes[a].area).then(a.cmp(&b)));

    let mut depth = vec![0_usize; rings.len()];
    let mut parent = vec![None; rings.len()];
    for (rank, &inner) in by_size.iter().enumerate() {
        for &outer in &by_size[..rank] {
            if shapes[outer].box_holds(&shapes[inner]) && contains(rings[outer], rings[inner]) {
                depth[inner] += 1;
                // Larger rings come first, so the last container met is the smallest.
                parent[inner] = Some(outer);
            }
        }
    }
    let mut polygon_of = vec![None; rings.len()];
    let mut polygons: Vec<Nested> = Vec::new();
    for ring in 0..rings.len() {
        if depth[ring].is_multiple_of(2) {
            polygon_of[ring] = Some(polygons.len());
            polygons.push(vec![ring]);
        }
    }
    for ring in 0..rings.len() {
        if depth[ring].is_multiple_of(2) {
            continue;
        }
        // The smallest ring round an interior is an exterior, unless rings cross; then any exterior above will do.
        let mut above = parent[ring];
        while let Some(outer) = above {
            if let Some(polygon) = polygon_of[outer] {
                polygons[polygon].push(ring);
                break;
            }
            above = parent[outer];
        }
        if above.is_none() {
            polygons.push(vec![ring]);
        }
    }
    polygons
}

struct Shape {
    bounds: [f64; 4],
    area: f64,
}

impl Shape {
    fn of(ring: &[Point]) -> Self {
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for &[x, y] in ring {
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        }
        Self { bounds, area: signed_area(ring).abs() }
    }

    fn box_holds(&self, other: &Self) -> bool {
        let (a, b) = (self.bounds, other.bounds);
        a[0] <= b[0] && a[1] <= b[1] && a[2] >= b[2] && a[3] >= b[3]
    }
}

/// Area by the shoelace about the first vertex (so that large coordinates do not cost digits), positive when
/// counter-clockwise. In the units of the coordinates, squared.
pub(crate) fn signed_area(ring: &[Point]) -> f64 {
    let Some(&[x0, y0]) = ring.first() else { return 0.0 };
    let twice: f64 = ring
        .windows(2)
        .map(|edge| (edge[0][0] - x0) * (edge[1][1] - y0) - (edge[1][0] - x0) * (edge[0][1] - y0))
        .sum();
    twice / 2.0
}

fn contains(outer: &[Point], inner: &[Point]) -> bool {
    let step = inner.len().div_ceil(WITNESSES).max(1);
    let votes = |points: &mut dyn Iterator<Item = Point>| -> i32 {
        points
            .map(|point| match side(outer, point) {
                Side::Inside => 1,
                Side::Boundary => 0,
                Side::Outside => -1,
            })
            .sum()
    };
    let mut balance = votes(&mut inner.iter().step_by(step).copied());
    if balance == 0 {
        // All on the boundary, or rings that cross: ask every vertex, then the middle of every edge.
        balance = votes(&mut inner.iter().copied());
    }
    if balance == 0 {
        let middle =
            |edge: &[Point]| [f64::midpoint(edge[0][0], edge[1][0]), f64::midpoint(edge[0][1], edge[1][1])];
        balance = votes(&mut inner.windows(2).map(middle));
    }
    // Nothing speaks against it: the same ring twice, which cancels out by the even-odd rule.
    balance >= 0
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Inside,
    Boundary,
    Outside,
}

fn side(ring: &[Point], [x, y]: Point) -> Side {
    let mut inside = false;
    let edges = ring.windows(2).map(|edge| (edge[0], edge[1]));
    let closing = ring
        .last()
        .zip(ring.first())
        .filter(|(last, first)| last != first)
        .map(|(last, first)| (*last, *first));
    for ([ax, ay], [bx, by]) in edges.chain(closing) {
        if (ay > y) == (by > y) {
            if ay == y && by == y && x >= ax.min(bx) && x <= ax.max(bx)
                || (ax == x && ay == y)
                || (bx == x && by == y)
            {
                return Side::Boundary;
            }
            continue;
        }
        let cross = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
        if cross == 0.0 {
            return Side::Boundary;
        }
        if (cross > 0.0) == (by > ay) {
            inside = !inside;
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

#[cfg(test)]
#[path = "nesting_tests.rs"]
mod tests;
