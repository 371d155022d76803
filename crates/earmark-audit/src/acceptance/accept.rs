use earmark_core::codec::Content;
use earmark_core::command::AnyBatch;
use earmark_core::commit::{Part, Proposal, Receipt};
use earmark_core::decide::decide;
use earmark_core::error::{Error, Fault, FaultKind};
use earmark_core::id::Key;
use earmark_core::ledger::AnyBook;
use earmark_core::store::StorePast;
use earmark_core::time::Timestamp;
use earmark_tlog::note::SignedNote;

use super::{AcceptError, Acceptance, AcceptanceError, MAX_CONTENTS, digest};
use crate::notary::{Notary, NotaryError};

impl Notary {
    /// Gives the signed promise to record commands in a book under a key, no later than `record_by`. They are
    /// decided on as they would be now: what a rule refuses is not promised. Nothing is recorded.
    ///
    /// The caller records the same batch under the same key, and keeps the promise for when that fails. Whether the key
    /// was used is asked of the store as recording would ask it, so the book must be one that can be written.
    ///
    /// # Errors
    /// [`AcceptError`]; nothing is promised. [`AcceptError::AlreadyRecorded`] where the key was used for the same
    /// content: its receipt is there already. [`AcceptError::TooSoon`] where the book's last event is recorded after
    /// `record_by`.
    pub fn accept(
        &self,
        book: &AnyBook,
        key: Key,
        batch: &AnyBatch,
        accepted_at: Timestamp,
        record_by: Timestamp,
    ) -> Result<SignedNote, AcceptError> {
        if batch.fund() != book.fund() {
            let (found, expected) = (batch.fund().code(), book.fund().code());
            return Err(AcceptError::OtherFund { found, expected });
        }
        if !(1..=MAX_CONTENTS).contains(&batch.drafts().len()) {
            return Err(AcceptanceError::Contents.into());
        }
        if accepted_at > record_by {
            return Err(AcceptanceError::Times.into());
        }
        let head = book.head()?;
        let store = book.ledger().store();
        // After the head was read: what is recorded under the key from there on keeps the promise.
        fresh(book, key, batch, accepted_at)?;
        let earliest = head.state.recorded_at();
        if record_by < earliest {
            return Err(AcceptError::TooSoon { record_by, earliest });
        }
        let moment = store.settings().moment(accepted_at, &head.state);
        let past = StorePast::new(store, book.id());
        decide(&head.state, head.rules.clone(), batch.drafts(), moment, &past)
            .map_err(|error| refused(book, error))?;
        let mut salt = [0; 16];
        getrandom::fill(&mut salt)
            .map_err(|error| AcceptError::NoRandomness { reason: error.to_string() })?;
        let mut contents = Vec::with_capacity(batch.drafts().len());
        for draft in batch.drafts() {
            contents.push(digest(&salt, &Content::of_draft(book.fund(), draft)?));
        }
        let origin = self.origin(book.id())?;
        let after = head.state.seq();
        let acceptance = Acceptance { origin, key, accepted_at, record_by, after, salt, contents };
        let mut note = SignedNote::unsigned(acceptance.to_string()).map_err(NotaryError::from)?;
        self.sign(book.id(), &mut note)?;
        Ok(note)
    }
}

/// That a key was not used yet. Recording answers a used key before all else, and then refuses what expects the book
/// at an event that no book reaches: nothing is recorded.
fn fresh(
    book: &AnyBook,
    key: Key,
    batch: &AnyBatch,
    accepted_at: Timestamp,
) -> Result<(), AcceptError> {
    let part = Part { book: book.id(), key, expected_seq: Some(u64::MAX), batch: batch.clone() };
    match book.ledger().store().submit(Proposal::new(part, accepted_at)).wait() {
        Err(Error::Conflict(_)) => Ok(()),
        Err(error) => Err(refused(book, error)),
        Ok(receipts) => {
            let first_seq = receipts.iter().map(Receipt::first_seq).min().unwrap_or_default();
            let last_seq = receipts.iter().map(Receipt::last_seq).max().unwrap_or_default();
            Err(AcceptError::AlreadyRecorded { key, first_seq, last_seq })
        }
    }
}

fn refused(book: &AnyBook, error: Error) -> AcceptError {
    match error {
        Error::Rejected(rejected) => AcceptError::Rejected(rejected),
        Error::Fault(fault) => AcceptError::Fault(fault),
        Error::Conflict(conflict) => {
            AcceptError::Fault(Fault::new(FaultKind::Unknown, book.id(), conflict))
        }
    }
}
