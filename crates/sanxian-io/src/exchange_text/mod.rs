//! Boundary-point exchange texts.
mod fault;
pub use fault::TextFault;
