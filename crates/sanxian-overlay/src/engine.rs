//! The overlay engine: the only module that knows `i_overlay`.
//!
//! The engine computes on integers, so everything hangs on the grid. Its step is a power of two, small enough on each
//! axis that every vertex of the input is a grid point to the last bit, and no smaller than 2^-60 of the largest
//! coordinate, for the engine takes 62 bits. Inputs of ordinary planning data need 53 to 55 (at an easting of 38 500 000 m the
//! numbers of `f64` lie 7.5 nm apart), so no origin has to be subtracted and nothing is lost. New vertices are rounded
//! to the grid and, where it is finer than `f64` is there, to `f64`.
//!
//! That second rounding can, where boundaries run a hair apart, make a valid result invalid. Then the computation is
//! repeated on the grid of the `f64` numbers at the largest coordinate: what is valid on it stays valid, at the price
//! that vertices with smaller coordinates move by up to half its step.

use std::collections::HashMap;

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{ContourDirection, IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::{Precision, Solver, Strategy};
use i_overlay::i_float::int::point::IntPoint;

use crate::assembly::assemble;
use crate::polygons::{Point, PolygonSet};
use crate::ring_list::{OpenRings, PolygonList};
use crate::validity::is_valid;

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
/// interiors clockwise and with their exterior. Vertices of the input that survive keep every bit (see the module for the exception).
///
/// All coordinates must be finite. The answer depends on nothing but the input.
pub(crate) fn overlay(
    operation: Operation,
    fill: Fill,
    subject: &OpenRings,
    clip: &OpenRings,
) -> PolygonList {
    let spread = Spread::new(subject.points().iter().chain(clip.points()));
    let result = overlay_on(&Grid::fine(&spread), operation, fill, subject, clip);
    match result.list {
        Some(list) if result.is_exact || is_valid_list(&list) => list,
        _ => overlay_on(&Grid::of_f64(&spread), operation, fill, subject, clip).list.unwrap_or_default(),
    }
}

fn is_valid_list(list: &PolygonList) -> bool {
    let mut set = PolygonSet::default();
    list.push_to(&mut set);
    is_valid(set.view(), 0)
}

/// A result, and whether it is the engine's own to the last bit.
struct OnGrid {
    /// `None` when the rings make no polygons, which rounding may bring about.
    list: Option<PolygonList>,
    is_exact: bool,
}

fn overlay_on(
    grid: &Grid,
    operation: Operation,
    fill: Fill,
    subject: &OpenRings,
    clip: &OpenRings,
) -> OnGrid {
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
    let mut is_exact = true;
    let mut ring_of = |ring: Vec<IntPoint<i64>>| {
        let mut ring: Vec<Point> = ring
            .into_iter()
            .map(|on_grid| {
                let (point, is_point_exact) = grid.point(on_grid, &moved);
                is_exact &= is_point_exact;
                point
            })
            .collect();
        // Neighbours on a fine grid may be one point of `f64`.
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        ring.extend(ring.first().copied());
        ring
    };
    let shapes = overlay.overlay(rule, fill);
    let list = assemble(shapes.into_iter().flatten().map(&mut ring_of));
    OnGrid { is_exact: is_exact && list.is_some(), list }
}

/// Points that lay between grid points, by the grid point they were moved to.
type Moved = HashMap<IntPoint<i64>, Point>;

/// What the coordinates of an input ask of a grid, for each axis: binary exponents of the largest number and of the
/// smallest bit in use.
struct Spread {
    largest: [i32; 2],
    smallest_bit: [i32; 2],
}

impl Spread {
    fn new<'a>(points: impl Iterator<Item = &'a Point>) -> Self {
        let mut spread = Self { largest: [-LIMIT; 2], smallest_bit: [LIMIT; 2] };
        for point in points {
            for (axis, value) in point.iter().enumerate().filter(|(_, value)| **value != 0.0) {
                let bits = value.to_bits();
                let exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
                let unused = ((bits & ((1 << 52) - 1)) | 1 << 52).trailing_zeros() as i32;
                spread.largest[axis] = spread.largest[axis].max(exponent);
                spread.smallest_bit[axis] = spread.smallest_bit[axis].min(exponent - 52 + unused);
            }
        }
        spread
    }
}

/// Exponents beyond this are cut off, which keeps steps and their inverses clear of overflow and of subnormal numbers.
const LIMIT: i32 = 900;
/// Bits of the largest coordinate on a grid, one fewer than the engine takes.
const BITS: i32 = 60;

/// Steps of powers of two on both axes.
struct Grid {
    scale: Point,
    step: Point,
    /// Whether input vertices are put back where they were.
    restores: bool,
}

impl Grid {
    /// Holds every input vertex exactly, if [`BITS`] allow it, and new vertices as well as `f64` does.
    fn fine(spread: &Spread) -> Self {
        let exponent = |axis: usize| {
            let largest = spread.largest[axis];
            spread.smallest_bit[axis].min(largest - 52).max(largest - BITS)
        };
        Self::with_step([exponent(0), exponent(1)], true)
    }

    /// The numbers that `f64` has at the largest coordinate; every grid point is one.
    fn of_f64(spread: &Spread) -> Self {
        Self::with_step(spread.largest.map(|largest| largest - 52), false)
    }

    fn with_step(exponent: [i32; 2], restores: bool) -> Self {
        let exponent = exponent.map(|exponent| exponent.clamp(-LIMIT, LIMIT));
        Self {
            scale: exponent.map(|exponent| 2.0_f64.powi(-exponent)),
            step: exponent.map(|exponent| 2.0_f64.powi(exponent)),
            restores,
        }
    }

    fn snap(&self, point: Point, moved: &mut Moved) -> IntPoint<i64> {
        let scaled = [point[0] * self.scale[0], point[1] * self.scale[1]];
        let rounded = scaled.map(f64::round);
        let on_grid = IntPoint::new(rounded[0] as i64, rounded[1] as i64);
        if self.restores && scaled != rounded {
            // The first of several neighbours that fall on one grid point stands for all.
            moved.entry(on_grid).or_insert(point);
        }
        on_grid
    }

    /// The point of the plane, and whether it is the grid point itself.
    fn point(&self, on_grid: IntPoint<i64>, moved: &Moved) -> (Point, bool) {
        if !moved.is_empty()
            && let Some(original) = moved.get(&on_grid)
        {
            return (*original, false);
        }
        let rounded = [on_grid.x as f64, on_grid.y as f64];
        let is_exact = rounded[0] as i64 == on_grid.x && rounded[1] as i64 == on_grid.y;
        ([rounded[0] * self.step[0], rounded[1] * self.step[1]], is_exact)
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
