//! An order of places in which neighbours follow each other.

/// How far along the Hilbert curve of 2^16 by 2^16 cells a cell lies: cells that follow each other are neighbours.
pub(super) fn along_hilbert_curve(mut x: u32, mut y: u32) -> u32 {
    let mut distance = 0;
    for bit in (0..16).rev() {
        let (right, upper) = ((x >> bit) & 1, (y >> bit) & 1);
        distance = (distance << 2) | ((3 * right) ^ upper);
        if upper == 0 {
            // The curve enters and leaves this quarter turned: mirror it.
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    distance
}
