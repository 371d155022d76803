//! The reference model: the rules once more, in plain words, for a second opinion on every answer.
//!
//! It is naive on purpose. A book is the list of what it accepted, in sequence; whatever a rule asks is
//! found by reading that list from its start. There are no caches and no registers, and nothing is shared
//! with the decisions of the library: only its words (commands, funds, days). A rule is a few lines with
//! its article beside it, so that somebody who knows the law and not the library can check it.
//!
//! The model answers with **every** rule that it sees broken by the first line that breaks one. The ledger
//! asks its questions in some order and names one rule; that one must be among the model's.
//!
//! ```
//! use earmark_core::account::Account;
//! use earmark_core::command::AnyCommand;
//! use earmark_core::fund::{Fund, WorkInjury};
//! use earmark_core::id::{Key, area};
//! use earmark_core::time::{Timestamp, UtcOffset, day};
//! use earmark_testkit::history::{Call, Line};
//! use earmark_testkit::model::{Answer, Model};
//!
//! let mut model = Model::new();
//! let book = model.open(area("320100")?, WorkInjury::SPEC);
//! let today = day("2021-06-30")?;
//! let mut ask = |number: u8, command| {
//!     let line = Line { on: today, actor: "agency".to_owned(), link: None, command };
//!     let at = Timestamp::start_of(today, UtcOffset::CHINA);
//!     let call = Call { book, at, key: Key::from_bytes([number; 16]), lines: vec![line] };
//!     model.take(&call, today)
//! };
//! let special = Account::Special;
//! let interest = AnyCommand::ReceiveInterest { into: special, amount: "3.00".to_owned() };
//! assert_eq!(ask(1, interest.clone()), Answer::Refused(["account-open"].into()));
//! let open = AnyCommand::OpenAccount { account: special };
//! assert_eq!(ask(2, open), Answer::Recorded { first_seq: 1, count: 1 });
//! assert_eq!(ask(3, interest.clone()), Answer::Recorded { first_seq: 2, count: 1 });
//! assert_eq!(ask(3, interest), Answer::Repeated { first_seq: 2 });
//! assert_eq!(model.minor(book, special), 300);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What it leaves out: whether register, basis and actor of a voucher are registered (the caller registers
//! them, and says so with [`Model::register`]), commits of several books, and the sizes of texts and commits.

mod accepted;
mod accounts;
mod asked;
mod authority;
mod book;
mod budget;
mod claims;
mod dues;
mod flows;
mod investment;
mod late_fees;
mod loans;
mod periods;
mod plans;
mod profiles;
mod providers;
mod recoveries;
mod reorganisations;
mod shape;
mod stops;
mod sums;
mod taking_back;
#[cfg(test)]
mod tests;
mod trail;

use std::collections::BTreeSet;

use earmark_core::account::Account;
use earmark_core::fund::FundSpec;
use earmark_core::id::Area;
use earmark_core::time::{Day, Timestamp};

pub use accepted::{Accepted, What};
use book::Book;

use crate::history::Call;

/// Codes of rules that are broken.
pub(crate) type Broken = BTreeSet<&'static str>;

/// What the model says to a [`Call`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is recorded.
    Recorded {
        /// The sequence number of its first event.
        first_seq: u64,
        /// How many events it has.
        count: u32,
    },
    /// It was recorded before, with the same content.
    Repeated {
        /// The sequence number of its first event.
        first_seq: u64,
    },
    /// It is refused, and these are the codes of all rules that its first bad line breaks.
    Refused(BTreeSet<&'static str>),
}

/// The books of a history, as the rules alone have them.
#[derive(Clone, Debug, Default)]
pub struct Model {
    books: Vec<Book>,
}

impl Model {
    /// No book yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an empty book, and says by which index it is known.
    pub fn open(&mut self, area: Area, fund: &'static FundSpec) -> usize {
        self.books.push(Book::new(area, fund));
        self.books.len() - 1
    }

    /// Registers a text in a book, where it is not registered yet. It is an event of its own.
    pub fn register(&mut self, book: usize, text: &str) {
        self.books[book].register(text);
    }

    /// Takes a call on a day, or says what is against it. The day is the clock's; the moment of recording
    /// never goes back within a book.
    pub fn take(&mut self, call: &Call, today: Day) -> Answer {
        self.books[call.book].take(call, today)
    }

    /// What an account holds, in minor units.
    ///
    /// # Panics
    /// Where it were below zero: no rule let that happen.
    #[must_use]
    pub fn minor(&self, book: usize, account: Account) -> u64 {
        u64::try_from(self.books[book].balance(account)).unwrap()
    }

    /// What an account held at the end of a day (none: at the end of all days), as it was known at a moment
    /// (none: as it is known now), in minor units.
    #[must_use]
    pub fn minor_as_of(
        &self,
        book: usize,
        account: Account,
        day: Option<Day>,
        known_at: Option<Timestamp>,
    ) -> i128 {
        let counts = |line: &&Accepted| {
            day.is_none_or(|day| line.on <= day)
                && known_at.is_none_or(|known| line.recorded_at.is_none_or(|at| at <= known))
        };
        self.books[book].lines.iter().filter(counts).map(|line| line.change(account)).sum()
    }

    /// What a book accepted, in sequence, the registered texts included.
    #[must_use]
    pub fn lines(&self, book: usize) -> &[Accepted] {
        &self.books[book].lines
    }
}
