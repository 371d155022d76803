use std::marker::PhantomData;
use std::ops::Deref;

use super::AnyBook;
use crate::command::{Batch, Commands};
use crate::commit::{Proposal, Receipt};
use crate::error::{Error, Fault};
use crate::event::{Recorded, Voucher};
use crate::fund::Fund;
use crate::id::Key;
use crate::report::TrailFilter;
use crate::submission::Pending;

/// The book of the fund `F` in one pooling area: the typed door.
///
/// It takes only commands of its fund. For reading it is an [`AnyBook`].
#[derive(Clone, Debug)]
pub struct Book<F> {
    any: AnyBook,
    fund: PhantomData<fn() -> F>,
}

impl<F: Fund> Book<F> {
    pub(super) const fn new(any: AnyBook) -> Self {
        Self { any, fund: PhantomData }
    }

    /// Records commands under one voucher, all of them or none. On return they are durable.
    ///
    /// # Errors
    /// [`Error::Rejected`] where a rule says no, and nothing was recorded; [`Error::Fault`] where the
    /// store is at fault, and the message says what is true now.
    pub fn record(
        &self,
        key: Key,
        voucher: &Voucher,
        commands: impl Commands<F>,
    ) -> Result<Receipt, Error> {
        self.submit(key, voucher, commands).wait()
    }

    /// Hands commands over and returns at once. The answer is a future, and has
    /// [`wait`](Pending::wait); many submissions share one disk sync.
    pub fn submit(&self, key: Key, voucher: &Voucher, commands: impl Commands<F>) -> Pending {
        let mut batch = Batch::new();
        commands.append_to(voucher, &mut batch);
        self.submit_batch(key, batch)
    }

    /// Records a batch, all of it or nothing. On return it is durable.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn record_batch(&self, key: Key, batch: Batch<F>) -> Result<Receipt, Error> {
        self.submit_batch(key, batch).wait()
    }

    /// Hands a batch over and returns at once.
    pub fn submit_batch(&self, key: Key, batch: Batch<F>) -> Pending {
        self.any.submit_part(key, None, batch.into_any())
    }

    /// Records a batch if the last event of the book is still `expected_seq`.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the book has gone on; else as [`record`](Self::record).
    pub fn record_after(
        &self,
        expected_seq: u64,
        key: Key,
        batch: Batch<F>,
    ) -> Result<Receipt, Error> {
        self.any.submit_part(key, Some(expected_seq), batch.into_any()).wait()
    }

    /// The event with this sequence number; none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn event(&self, seq: u64) -> Result<Option<Recorded<F>>, Fault> {
        Ok(self.any.event(seq)?.and_then(Recorded::of_fund))
    }

    /// The events that a filter shows, in order.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn trail(&self, filter: &TrailFilter) -> Result<Vec<Recorded<F>>, Fault> {
        Ok(self.any.trail(filter)?.into_iter().filter_map(Recorded::of_fund).collect())
    }
}

impl<F> Deref for Book<F> {
    type Target = AnyBook;

    fn deref(&self) -> &AnyBook {
        &self.any
    }
}

impl AnyBook {
    pub(super) fn propose(&self, proposal: Proposal) -> Pending {
        Pending::new(self.ledger().store().submit(proposal))
    }
}
