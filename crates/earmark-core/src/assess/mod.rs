//! What is due: exact sums by the rules of the law, before anything is recorded.
//!
//! Pure functions on minor units (`u64`, at most [`MAX_MINOR`](crate::money::MAX_MINOR)) and decimal
//! rates. They keep no state and read no clock; a caller records what they compute with a command.
//! Every product is exact and is rounded half-up once, at the end (四舍五入, the accounting rules of
//! the central bank for pension funds). Nothing saturates: what does not fit is refused.
//!
//! Rates, factors and tables are dated data with their legal basis: a [`Schedule`](schedule::Schedule).
//! Texts show amounts in yuan, because the rules built in are Chinese.
//!
//! In reading order: [`rounding`] and [`schedule`], which the others stand on; what comes in
//! ([`premium`], [`late_fee`], [`fine`]); what goes out ([`work_injury`], [`unemployment`],
//! [`portability`]); what must stay ([`reserve`], [`equities`], [`yields`]); and [`shares`], which
//! split a sum.

pub mod rounding;
pub mod schedule;

pub mod fine;
pub mod late_fee;
pub mod premium;

pub mod portability;
pub mod unemployment;
pub mod work_injury;

pub mod equities;
pub mod reserve;
pub mod yields;

pub mod shares;

mod error;
mod text;

pub use error::AssessError;
