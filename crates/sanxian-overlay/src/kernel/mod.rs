//! The area kernel: what two features have in common, from the crossings of their boundaries alone.
//!
//! # The way of a pair
//! 1. [`outline`]: every feature that takes part becomes an [`Outline`]: its edges in chunks of eight, each with a box and the
//!    area swept from the start of its ring; the boxes form a tree in ring order ([`boxes`]). Coordinates are read once and stay where they are.
//! 2. [`crossing`]: chunks whose boxes meet are compared edge by edge. The subject is thought of as moved by an infinitely small step, so
//!    edges cross properly or not at all: shared edges, touching vertices and equal polygons are no special cases. Signs are exact
//!    ([`arithmetic`]): integers on the grid of 0.1 mm, adaptive arithmetic elsewhere.
//! 3. [`location`]: rings without a crossing lie wholly inside or outside, and one point tells; a ring with crossings starts inside if its first crossing leaves.
//! 4. [`sweep`]: every crossing adds a difference of two running sums, every ring that starts inside its whole sum. That is the area,
//!    or any other functional of edges. No vertex is located, nothing is sorted into pieces, no new vertex is rounded.
//!
//! Before that, every feature that takes part is found valid ([`soundness`], [`simplicity`]). Layers pass by ([`stream`]) or are kept ([`indexed`]).
//!
//! The work of a pair grows with its crossings and the logarithm of its vertices.
//!
//! # For those who trace pieces
//! [`Crossings::find`] leaves everything a walk along the boundary needs, in terms of [`Pair`] and its two [`Outline`]s (side 0 is the subject):
//!
//! * [`Crossing::ring`] (into [`Outline::rings`]), [`Crossing::vertex`] (where the edge starts, into [`Outline::coords`]) for either side;
//! * [`Crossing::share`]: where along either edge, rounded; [`Pair::order_along`] compares two crossings along a ring exactly;
//! * [`Pair::enters`]: whether a side enters the other feature there, in stored direction. Along a ring, entering and leaving alternate: all crossings are
//!   proper crossings of the moved subject. `Ring::is_reversed` says which rings are stored against their role;
//! * [`Pair::point`]: the crossing itself, rounded;
//! * [`Crossings::starting_inside`]: for either side the rings whose first point lies inside the other feature, with crossings or without. A ring
//!   that has no crossing and is listed here lies wholly inside;
//! * [`Crossings::planar_area`]: the exact area, to hold the traced pieces against.
//!
//! As the subject is moved by nothing, crossings may coincide and pieces of no area appear between coinciding boundaries: drop them.

// What is not inlined is compiled for the oldest processor only (see `processor`).
#![allow(clippy::inline_always)]

mod admission;
mod arithmetic;
mod boxes;
pub(crate) mod crossing;
mod double;
mod edges;
mod extent;
mod hilbert;
mod indexed;
mod lanes;
mod location;
pub(crate) mod outline;
mod piece;
mod processor;
mod resident;
mod self_join;
mod sets;
mod simplicity;
mod soundness;
mod stream;
mod sweep;
mod tasks;

pub use sets::intersection_areas;
pub(crate) use sets::intersection_pieces;
pub(crate) use stream::Traced;
pub use stream::{AreaStream, PairAreas};
