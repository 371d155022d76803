use earmark_core::error::Fault;
use earmark_core::money::{Currency, SignedFigure};
use earmark_core::time::Period;

/// Why there is no statement.
///
/// No statement exists whose identity does not hold: a constructor gives it, or says which two figures
/// differ.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The ledger could not be read.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Two figures that must be the same differ.
    #[error(transparent)]
    Differs(Box<Difference>),
    /// The reserve is part of the fund balance and cannot be over it.
    #[error("the reserve of {reserve} is over the fund balance of {balance}")]
    ReserveOverBalance {
        /// The reserve.
        reserve: SignedFigure,
        /// The fund balance.
        balance: SignedFigure,
    },
    /// Statements of two books were given for one form.
    #[error("expected figures of the book `{expected}`, found those of `{found}`")]
    OtherBook {
        /// The book expected.
        expected: String,
        /// The book found.
        found: String,
    },
    /// Figures of another currency were given.
    #[error("expected figures in {}, found {}", expected.code(), found.code())]
    OtherCurrency {
        /// The currency expected.
        expected: Currency,
        /// The currency found.
        found: Currency,
    },
    /// A statement covers another period than the form needs.
    #[error("{what} covers {} to {}, which does not fit the form", found.first(), found.last())]
    OtherPeriod {
        /// Which statement.
        what: &'static str,
        /// The period it covers.
        found: Period,
    },
    /// The sequence numbers between which a book is compared do not follow each other.
    #[error("event {published} is not recorded in what is known through event {known}")]
    NotYetRecorded {
        /// The last event of the published figures.
        published: u64,
        /// The last event known.
        known: u64,
    },
    /// The period was never closed, as far as is known.
    #[error("{} to {} is not closed, and so was not published", .0.first(), .0.last())]
    NotClosed(Period),
    /// A figure is outside what can be computed exactly.
    #[error("{what} cannot be computed exactly from these figures")]
    OutOfRange {
        /// What was to be computed.
        what: &'static str,
    },
}

/// Two figures that must be the same, and are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{identity}: expected {expected}, found {found}")]
pub struct Difference {
    identity: &'static str,
    expected: SignedFigure,
    found: SignedFigure,
}

impl Difference {
    pub(crate) const fn new(
        identity: &'static str,
        expected: SignedFigure,
        found: SignedFigure,
    ) -> Self {
        Self { identity, expected, found }
    }

    /// Which identity does not hold.
    #[must_use]
    pub const fn identity(&self) -> &'static str {
        self.identity
    }

    /// The figure on one side.
    #[must_use]
    pub const fn expected(&self) -> SignedFigure {
        self.expected
    }

    /// The figure on the other side.
    #[must_use]
    pub const fn found(&self) -> SignedFigure {
        self.found
    }
}
