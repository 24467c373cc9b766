//! Shapefiles.
mod fault;
pub use fault::ShapefileFault;
