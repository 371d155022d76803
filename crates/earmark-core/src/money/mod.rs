//! Money: exact, non-negative, and of one fund.

mod amount;
mod currency;
mod figure;

pub(crate) use amount::parse_minor;
pub use amount::{Amount, AmountError, MAX_MINOR, yuan};
pub use currency::Currency;
pub use figure::{Figure, SignedFigure};
