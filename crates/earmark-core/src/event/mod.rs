//! Events: immutable facts about one book.

mod correction;
mod fact;
mod kind;
mod matter;
mod movement;
mod recorded;
mod voucher;

pub use correction::{Correction, corrections};
pub use fact::{BoundDetail, Detail, Fact, FactError, MAX_TEXT_BYTES, Original};
pub use kind::{Kind, OtherIncome, PurposeList};
pub use matter::Matter;
pub use movement::Movement;
pub(crate) use movement::movement_of;
pub use recorded::{AnyFund, Event, Recorded};
pub(crate) use voucher::VoucherRefs;
pub use voucher::{Text, Voucher};
