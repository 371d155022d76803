//! Exact sums of figures of one book, in its one currency.

use earmark_core::money::{Currency, Figure, SignedFigure};

use crate::error::{Difference, StatementError};

/// All of them together.
pub(crate) fn total(
    currency: Currency,
    figures: impl IntoIterator<Item = SignedFigure>,
) -> SignedFigure {
    SignedFigure::from_minor(figures.into_iter().map(SignedFigure::minor).sum(), currency)
}

/// The one less the other.
pub(crate) const fn less(one: SignedFigure, other: SignedFigure) -> SignedFigure {
    SignedFigure::from_minor(one.minor() - other.minor(), one.currency())
}

/// The one and the other.
pub(crate) const fn plus(one: SignedFigure, other: SignedFigure) -> SignedFigure {
    SignedFigure::from_minor(one.minor() + other.minor(), one.currency())
}

/// No money.
pub(crate) const fn zero(currency: Currency) -> SignedFigure {
    SignedFigure::from_minor(0, currency)
}

/// A statement whose two sides differ does not exist.
pub(crate) fn same(
    identity: &'static str,
    expected: SignedFigure,
    found: SignedFigure,
) -> Result<(), StatementError> {
    if expected == found {
        Ok(())
    } else {
        Err(StatementError::Differs(Box::new(Difference::new(identity, expected, found))))
    }
}

/// More than all events of a ledger can add up to, and small enough that thousands of such figures can
/// be added.
const MAX_MINOR: u128 = 1 << 110;

/// A figure that was given from outside is in the currency of the book, and can be added up.
pub(crate) fn check_given(currency: Currency, given: SignedFigure) -> Result<(), StatementError> {
    if given.currency() != currency {
        return Err(StatementError::OtherCurrency { expected: currency, found: given.currency() });
    }
    if given.minor().unsigned_abs() > MAX_MINOR {
        return Err(StatementError::OutOfRange { what: "a sum" });
    }
    Ok(())
}

/// A figure with a sign.
pub(crate) fn signed(figure: Figure) -> SignedFigure {
    // What is over the range stays over the range that is accepted.
    let minor = i128::try_from(figure.minor()).unwrap_or(i128::MAX);
    SignedFigure::from_minor(minor, figure.currency())
}
