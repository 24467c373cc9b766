//! The overlay engine: the only module that knows `i_overlay`.
//!
//! The engine computes on integers, so everything hangs on the grid. Ours has, on each axis, the spacing of the `f64`
//! numbers at the largest coordinate of the input: at an easting of 38 500 000 m 7.5 nm, at a northing of 4 250 000 m
//! 0.9 nm. A grid point is then a number that `f64` holds exactly, so whatever the engine finds valid stays valid when it
//! is given back, and inputs of ordinary planning data lie on the grid to the last bit. Coordinates much smaller than the
//! largest one may lie between grid points; they move by at most half a spacing and are put back afterwards.
//! The integers need 53 bits of the engine's 62, and no origin has to be subtracted.

use std::collections::HashMap;

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{ContourDirection, IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::{Precision, Solver, Strategy};
use i_overlay::i_float::int::point::IntPoint;

use crate::polygons::Point;
use crate::ring_list::{OpenRings, PolygonList};

/// What to compute from the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// What lies in both.
    Intersection,
    /// What lies in the first but not in the second.
    Difference,
    /// What lies in either.
    Union,
}

/// What a ring encloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    /// Points that the rings go round, counting turns: right for rings turned the way their roles ask, overlapping polygons included.
    Winding,
    /// Points that an odd number of rings enclose: needs no winding, for repair.
    EvenOdd,
}

/// Overlays two lists of rings. The polygons that come back are valid in the OGC sense: exteriors counter-clockwise,
/// interiors clockwise and with their exterior. Vertices of the input that survive keep every bit.
///
/// All coordinates must be finite. The answer depends on nothing but the input.
pub(crate) fn overlay(
    operation: Operation,
    fill: Fill,
    subject: &OpenRings,
    clip: &OpenRings,
) -> PolygonList {
    let grid = Grid::new(subject.points().iter().chain(clip.points()));
    let options = IntOverlayOptions {
        preserve_input_collinear: true,
        preserve_output_collinear: true,
        output_direction: ContourDirection::CounterClockwise,
        min_output_area: 0,
        ogc: true,
    };
    // One thread per subject is enough, and the engine's own would make the order of work depend on the machine.
    let solver = Solver { strategy: Strategy::Auto, precision: Precision::HIGH, multithreading: None };
    let mut overlay =
        Overlay::<i64>::new_custom(subject.points().len() + clip.points().len(), options, solver);
    let mut moved = HashMap::new();
    for (rings, side) in [(subject, ShapeType::Subject), (clip, ShapeType::Clip)] {
        for ring in rings.iter() {
            overlay.add_path_iter(ring.iter().map(|point| grid.snap(*point, &mut moved)), side);
        }
    }
    let rule = match operation {
        Operation::Intersection => OverlayRule::Intersect,
        Operation::Difference => OverlayRule::Difference,
        Operation::Union => OverlayRule::Union,
    };
    let fill = match fill {
        Fill::Winding => FillRule::NonZero,
        Fill::EvenOdd => FillRule::EvenOdd,
    };
    let shapes = overlay.overlay(rule, fill);
    PolygonList(
        shapes
            .into_iter()
            .map(|rings| {
                rings
                    .into_iter()
                    .map(|ring| {
                        let mut ring: Vec<Point> =
                            ring.into_iter().map(|point| grid.point(point, &moved)).collect();
                        ring.extend(ring.first().copied());
                        ring
                    })
                    .collect()
            })
            .collect(),
    )
}

/// Points that lay between grid points, by the grid point they were moved to.
type Moved = HashMap<IntPoint<i64>, Point>;

/// Steps of powers of two on both axes.
struct Grid {
    scale: Point,
    step: Point,
}

impl Grid {
    fn new<'a>(points: impl Iterator<Item = &'a Point>) -> Self {
        let largest =
            points.fold([0.0_f64; 2], |[x, y], point| [x.max(point[0].abs()), y.max(point[1].abs())]);
        let exponent = largest.map(|value| {
            // The limits keep scale and step clear of overflow and of subnormal numbers.
            (52 - ((value.to_bits() >> 52) as i32 - 1023)).clamp(-960, 960)
        });
        Self {
            scale: exponent.map(|exponent| 2.0_f64.powi(exponent)),
            step: exponent.map(|exponent| 2.0_f64.powi(-exponent)),
        }
    }

    fn snap(&self, point: Point, moved: &mut Moved) -> IntPoint<i64> {
        let scaled = [point[0] * self.scale[0], point[1] * self.scale[1]];
        let rounded = scaled.map(f64::round);
        let on_grid = IntPoint::new(rounded[0] as i64, rounded[1] as i64);
        if scaled != rounded {
            // The first of several neighbours that fall on one grid point stands for all.
            moved.entry(on_grid).or_insert(point);
        }
        on_grid
    }

    fn point(&self, on_grid: IntPoint<i64>, moved: &Moved) -> Point {
        let exact = || [on_grid.x as f64 * self.step[0], on_grid.y as f64 * self.step[1]];
        if moved.is_empty() { exact() } else { moved.get(&on_grid).copied().unwrap_or_else(exact) }
    }
}
