use crate::money::{Currency, Figure};

/// Minor units as the text of an error or an explanation shows them: `1,200.50`.
pub(super) fn yuan(minor: u64) -> Figure {
    wide_yuan(u128::from(minor))
}

/// As [`yuan`], for a bound that may be over the range of an amount.
pub(super) const fn wide_yuan(minor: u128) -> Figure {
    Figure::from_minor(minor, Currency::CNY)
}
