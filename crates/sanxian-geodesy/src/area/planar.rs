//! Area on the plane.

/// Signed area of a ring by the shoelace formula about its first vertex, counter-clockwise positive, in squared units.
///
/// With eastings of 38 million the plain formula loses six digits to cancellation; differences to a vertex of the ring
/// are exact or nearly so.
pub(crate) fn signed_area(ring: &[[f64; 2]]) -> f64 {
    let Some(&[x0, y0]) = ring.first() else { return 0.0 };
    let mut twice = 0.0;
    let (mut x, mut y) = (0.0, 0.0);
    for &[next_x, next_y] in ring {
        let (next_x, next_y) = (next_x - x0, next_y - y0);
        twice += x * next_y - next_x * y;
        (x, y) = (next_x, next_y);
    }
    // The closing edge ends at the local origin and adds nothing.
    0.5 * twice
}
