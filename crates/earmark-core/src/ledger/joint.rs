use std::marker::PhantomData;

use super::{Book, Ledger};
use crate::command::{Batch, Commands};
use crate::commit::{Part, Proposal, Receipt};
use crate::error::Error;
use crate::event::Voucher;
use crate::fund::Fund;
use crate::id::{Area, BookId, Key};
use crate::rejected::{Rejected, Rule};

/// A commit of several books of the fund `F`, recorded together or not at all: portability or
/// remittance between pooling areas whose books live in one ledger.
#[must_use = "nothing is recorded before `record` is called"]
#[derive(Clone, Debug)]
pub struct Joint<F> {
    ledger: Ledger,
    key: Key,
    parts: Vec<Part>,
    foreign: bool,
    fund: PhantomData<fn() -> F>,
}

impl<F: Fund> Joint<F> {
    pub(super) const fn new(ledger: Ledger, key: Key) -> Self {
        Self { ledger, key, parts: Vec::new(), foreign: false, fund: PhantomData }
    }

    /// Adds commands for one of the books, under a voucher of that book.
    pub fn with(mut self, book: &Book<F>, voucher: &Voucher, commands: impl Commands<F>) -> Self {
        self.foreign |= book.ledger().id() != self.ledger.id();
        let mut batch = Batch::new();
        commands.append_to(voucher, &mut batch);
        self.parts.push(Part {
            book: book.id(),
            key: self.key,
            expected_seq: None,
            batch: batch.into_any(),
        });
        self
    }

    /// Records all parts or none. On return they are durable.
    ///
    /// # Errors
    /// As [`Book::record`]; a refusal names the book that refused.
    pub fn record(self) -> Result<Vec<Receipt>, Error> {
        if self.parts.is_empty() {
            let book = BookId::new(Area::CENTRAL, F::SPEC);
            return Err(Rejected::new(Rule::CommitSize, book, "the commit has no part").into());
        }
        if self.foreign {
            let book = self.parts.first().map_or(BookId::new(Area::CENTRAL, F::SPEC), |it| it.book);
            let reason = "a book of the commit is of another ledger";
            return Err(Rejected::new(Rule::SameBook, book, reason).into());
        }
        let now = self.ledger.clock().now();
        self.ledger.store().submit(Proposal::joint(self.parts, now)?).wait()
    }
}
