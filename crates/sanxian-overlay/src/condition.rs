//! What is odd about a polygon without making it invalid: too close, too short, too sharp, turned round, out of range.

use std::collections::HashMap;

use crate::edge::is_counter_clockwise;
use crate::fault::{Fault, FaultKind};
use crate::polygons::{Point, Polygons};
use crate::validity::RingRoles;

/// How rings should turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Winding {
    /// Exteriors counter-clockwise, interiors clockwise: OGC, `GeoJSON`.
    ExteriorCounterClockwise,
    /// Exteriors clockwise, interiors counter-clockwise: Shapefile, most exchange texts.
    ExteriorClockwise,
}

/// What [`crate::find_faults_with`] looks for besides what makes a polygon invalid; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FaultOptions {
    /// Distinct vertices of a feature closer than this are told, in the units of the coordinates; 0 tells none.
    pub vertex_tolerance: f64,
    /// Edges shorter than this (and not below the tolerance) are told, in the units of the coordinates; 0 tells none.
    pub shortest_edge: f64,
    /// Corners sharper than this are told, in degrees; 0 tells none. A corner of 0° is a spike, which is always told.
    pub sharpest_angle_deg: f64,
    /// Where coordinates can be, `[min_x, min_y, max_x, max_y]`.
    pub range: Option<[f64; 4]>,
    /// How rings should turn.
    pub winding: Option<Winding>,
}

/// Adds what `options` ask for; nothing for a feature with coordinates that are no numbers.
pub(crate) fn add_conditions(
    polygons: Polygons<'_>,
    roles: &RingRoles,
    options: &FaultOptions,
    faults: &mut Vec<Fault>,
) {
    if faults.iter().any(|fault| fault.kind == FaultKind::NotFinite) {
        return;
    }
    for ring in roles.rings() {
        let points = polygons.ring(ring);
        let open = &points[..points.len().saturating_sub(1)];
        if let Some(range) = options.range {
            let is_out = |[x, y]: Point| x < range[0] || y < range[1] || x > range[2] || y > range[3];
            for (vertex, point) in open.iter().enumerate().filter(|(_, point)| is_out(**point)) {
                faults.push(roles.fault(ring, Some(vertex), Some(*point), FaultKind::OutOfRange));
            }
        }
        if options.shortest_edge > 0.0 {
            for (vertex, ends) in points.windows(2).enumerate() {
                let length = distance(ends[0], ends[1]);
                if length > 0.0 && length >= options.vertex_tolerance && length < options.shortest_edge {
                    faults.push(roles.fault(ring, Some(vertex), Some(ends[0]), FaultKind::ShortEdge));
                }
            }
        }
        if options.sharpest_angle_deg > 0.0 {
            sharp_angles(open, ring, roles, options.sharpest_angle_deg, faults);
        }
        let is_degenerate = faults.iter().any(|fault| {
            let place = (fault.polygon, fault.ring);
            let (polygon, position) = roles.of(ring);
            place == (Some(polygon), Some(position))
                && matches!(fault.kind, FaultKind::TooFewPoints | FaultKind::ZeroArea)
        });
        if let Some(winding) = options.winding
            && !open.is_empty()
            && !is_degenerate
        {
            let is_exterior = roles.of(ring).1 == 0;
            let wants_counter_clockwise = is_exterior == (winding == Winding::ExteriorCounterClockwise);
            if is_counter_clockwise(points) != wants_counter_clockwise {
                faults.push(roles.fault(ring, None, open.first().copied(), FaultKind::WrongWinding));
            }
        }
    }
    if options.vertex_tolerance > 0.0 {
        close_vertices(polygons, roles, options.vertex_tolerance, faults);
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn sharp_angles(
    open: &[Point],
    ring: usize,
    roles: &RingRoles,
    sharpest_angle_deg: f64,
    faults: &mut Vec<Fault>,
) {
    let distinct: Vec<usize> = (0..open.len())
        .filter(|&vertex| open[vertex] != open[(vertex + open.len() - 1) % open.len()])
        .collect();
    for (step, &vertex) in distinct.iter().enumerate() {
        let node = open[vertex];
        let before = open[distinct[(step + distinct.len() - 1) % distinct.len()]];
        let after = open[distinct[(step + 1) % distinct.len()]];
        let (a, b) = ([before[0] - node[0], before[1] - node[1]], [after[0] - node[0], after[1] - node[1]]);
        let (cross, dot) = (a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]);
        let angle_deg = cross.abs().atan2(dot).to_degrees();
        if before != after && angle_deg > 0.0 && angle_deg < sharpest_angle_deg {
            faults.push(roles.fault(ring, Some(vertex), Some(node), FaultKind::SharpAngle));
        }
    }
}

/// Vertices of a feature that lie closer to an earlier one than the tolerance, found on a grid of that size.
fn close_vertices(polygons: Polygons<'_>, roles: &RingRoles, tolerance: f64, faults: &mut Vec<Fault>) {
    let cell_of = |point: Point| point.map(|value| (value / tolerance).floor());
    let key = |cell: [f64; 2]| cell.map(|value| (value + 0.0).to_bits());
    let mut cells: HashMap<[u64; 2], Vec<Point>> = HashMap::new();
    for ring in roles.rings() {
        let points = polygons.ring(ring);
        for (vertex, &point) in points[..points.len().saturating_sub(1)].iter().enumerate() {
            let [column, row] = cell_of(point);
            let is_close = |known: &Point| *known != point && distance(*known, point) < tolerance;
            let near = (0..9).any(|step| {
                let cell = [column + f64::from(step % 3) - 1.0, row + f64::from(step / 3) - 1.0];
                cells.get(&key(cell)).is_some_and(|known| known.iter().any(is_close))
            });
            if near {
                faults.push(roles.fault(ring, Some(vertex), Some(point), FaultKind::CloseVertices));
            }
            let known = cells.entry(key([column, row])).or_default();
            if !known.contains(&point) {
                known.push(point);
            }
        }
    }
}
