//! Polygon set against polygon set: what lies inside, what is left outside, what merely touches, and what is wrong with
//! a polygon.
//!
//! Sets are columnar ([`Polygons`]: flat coordinates and offsets, the `GeoArrow` layout). The layer that is asked about
//! again and again is indexed once ([`IndexedPolygons`]); subjects are streamed against it, one a thread, and only pairs whose boxes meet
//! are ever looked at. Results come in a fixed order and do not depend on the number of threads.
//!
//! | question | function |
//! |-|-|
//! | the piece of every subject in every control feature | [`intersection()`] |
//! | only how large those pieces are: much faster, and exact | [`intersection_areas()`], [`IndexedPolygons::intersection_areas`] against a layer that is kept, or [`AreaStream`] for one that passes by in blocks |
//! | what of every subject lies outside the whole layer | [`difference()`] |
//! | both at once: pieces and remainder, which make up the subject | [`identity()`] |
//! | a layer without its overlaps and inner edges | [`union()`] |
//! | pairs that touch but share no area | [`contacts()`] |
//! | overlaps and gaps among polygons that should tile | [`check_coverage`] |
//! | every fault of every polygon, and polygons without them | [`find_faults`], [`repair()`] |
//! | sizes | [`planar_area`], [`perimeter`], [`mean_width`], and [`EdgeFunctional`] for any other area |
//!
//! Coordinates are `[easting, northing]` or `[longitude, latitude]`; this crate knows no CRS and computes on the plane of the coordinates.
//!
//! Inside, intersections go through the `kernel`: it finds where the boundaries of a pair cross, sums the exact area over the crossings
//! and, when asked, traces the piece along them. Differences, unions, repairs and the pieces that the kernel cannot vouch for go
//! through three doors: boxes of single edges (`edge`) settle pairs whose boundaries do not come near each other; what is near is cut
//! down to a window without changing anything inside it (`restriction`); the rest goes to the engine (`engine`), the only module that
//! knows the library that does it.

mod admission;
mod assembly;
mod bounds;
mod condition;
mod contact;
mod coords;
mod coverage;
mod difference;
mod edge;
mod engine;
mod error;
mod fault;
mod geo_conversion;
mod identity;
mod index;
mod intersection;
mod kernel;
mod lines;
mod measure;
mod pair;
mod polygons;
mod predicate;
mod progress;
mod repair;
mod restriction;
mod ring_contact;
mod ring_list;
mod ring_nesting;
mod union;
mod validity;

pub use admission::{OnInvalid, OverlayOptions};
pub use condition::{FaultOptions, Winding};
pub use contact::{Contact, Contacts, contacts};
pub use coverage::{Coverage, CoverageOptions, Excess, Gap, Overlap, OverlapKind, check_coverage};
pub use difference::{Difference, difference};
pub use error::{OverlayError, Side};
pub use fault::{Fault, FaultKind};
pub use identity::{Identity, identity};
pub use index::IndexedPolygons;
pub use intersection::{Pieces, intersection, intersection_once};
pub use kernel::{AreaStream, PairAreas, intersection_areas};
pub use lines::LineSet;
pub use measure::{EdgeFunctional, PlanarArea, mean_width, perimeter, planar_area};
pub use polygons::{Point, Polygon, PolygonParts, PolygonSet, Polygons};
pub use progress::Progress;
pub use repair::{Repair, RepairMethod, repair};
pub use union::{Union, union};
pub use validity::{find_faults, find_faults_with};
