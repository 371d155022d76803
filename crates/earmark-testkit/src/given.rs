//! What tests start from: fixed settings, a ledger in memory, papers for vouchers.

use earmark_core::commit::Head;
use earmark_core::error::Error;
use earmark_core::event::Recorded;
use earmark_core::id::{BookId, LedgerId, LedgerSecret};
use earmark_core::ledger::{AnyBook, Ledger, Papers};
use earmark_core::report::{Balances, TrailFilter};
use earmark_core::store::{MemoryStore, Settings};
use earmark_core::time::UtcOffset;

use crate::clock::HandClock;

/// The same settings at every run, so that the same events have the same roots.
#[must_use]
pub fn settings() -> Settings {
    Settings {
        id: LedgerId(*b"earmark in tests"),
        secret: LedgerSecret::from_bytes(*b"the same nonces at every run ..."),
        utc_offset: UtcOffset::CHINA,
    }
}

/// An empty ledger in memory.
#[must_use]
pub fn ledger_in_memory(clock: &HandClock) -> Ledger {
    Ledger::new(MemoryStore::new(settings()), clock.clone())
}

/// Papers for a voucher.
pub const PAPERS: Papers<'static> = Papers {
    register: "bank advice 2021",
    document: 1,
    basis: "Social Insurance Law",
    actor: "fund accounting section",
};

/// All that can be seen of one book. Two pictures are equal where nobody could tell the books apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Whose picture it is.
    pub book: BookId,
    head: Head,
    balances: Balances,
    trail: Vec<Recorded>,
}

impl Picture {
    /// Of one book.
    ///
    /// # Panics
    /// Where the book cannot be read.
    #[must_use]
    pub fn of(book: &AnyBook) -> Self {
        Self {
            book: book.id(),
            head: book.head().unwrap(),
            balances: book.balances().unwrap(),
            trail: book.trail(&TrailFilter::all()).unwrap(),
        }
    }

    /// Of every book of a ledger.
    ///
    /// # Panics
    /// Where the ledger cannot be read.
    #[must_use]
    pub fn of_all(ledger: &Ledger) -> Vec<Self> {
        ledger.books().unwrap().iter().map(Self::of).collect()
    }
}

/// The code of the rule that refused.
///
/// # Panics
/// Where nothing was refused.
pub fn rule_of<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Rejected(rejected)) => rejected.rule().code(),
        other => panic!("expected a refusal, found {other:?}"),
    }
}
