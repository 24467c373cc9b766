//! Schemes, rule packs, verdicts with their clause, and tables that close.

mod columns;
mod digest;
mod keys;
mod rules;

pub use keys::KeyFault;
pub use rules::*;
