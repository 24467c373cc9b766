//! Cropland that plots take, what must be made good for it, what comes and goes in a year, quotas, and the space that a boundary leaves to build on.

mod balance;
mod codes;
mod exchange;
mod expandable;
mod occupation;
mod quota;

pub use balance::{BalanceRow, Supplement, cropland_balance};
pub use codes::CroplandClass;
pub(crate) use codes::CroplandCodes;
pub use exchange::{CroplandExchange, Direction, ExchangeRow, cropland_exchange};
pub use expandable::{ExpandableSpace, expandable_space};
pub use occupation::{CroplandOccupation, OccupationRow, cropland_occupation};
pub use quota::{QuotaRow, quota_ledger};
