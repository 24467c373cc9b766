//! Coordinate reference systems: what a file says, recognised by its parameters.

mod definition;
mod description;
mod error;
mod esri;
mod projjson;
mod recognition;
mod wkt;
mod wkt_reader;

pub use definition::{Crs, Projection, TransverseMercatorParameters};
pub use error::CrsError;
