//! Polygon sets and what they have in common.

mod error;
mod polygons;
mod progress;

pub use error::OverlayError;
pub use polygons::{Point, Polygon, PolygonSet, Polygons};
pub use progress::Progress;
