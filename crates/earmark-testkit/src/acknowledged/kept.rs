//! What a ledger keeps, as far as promises are about it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

use earmark_core::error::Fault;
use earmark_core::id::Key;
use earmark_core::ledger::Ledger;
use earmark_core::store::Store;
use earmark_tlog::Hash;

use super::line::digest;

/// The commits of every book, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// By the name of the book.
    pub books: BTreeMap<String, Vec<KeptCommit>>,
}

/// One commit that a ledger keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptCommit {
    /// The sequence number of its first event.
    pub first_seq: u64,
    /// How many events it has.
    pub count: u32,
    /// Its idempotency key.
    pub key: Key,
    /// The root of the book's tree after it.
    pub root: [u8; 32],
    /// The digest of what it records.
    pub content: u64,
}

impl fmt::Display for KeptCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first_seq, count, root, content, .. } = self;
        write!(f, "event {first_seq} and on, {count} in all, root {}, ", Hash(*root))?;
        write!(f, "content {content:016x}")
    }
}

/// The digest of a commit whose events move these amounts, in minor units; an event that moves no money
/// has the amount 0.
#[must_use]
pub fn amounts(minor: impl IntoIterator<Item = u64>) -> u64 {
    let bytes: Vec<u8> = minor.into_iter().flat_map(u64::to_be_bytes).collect();
    digest(&bytes)
}

impl Kept {
    /// What a ledger keeps now, in the books of the funds that it knows, seen at one moment.
    ///
    /// # Errors
    /// [`Fault`] where the ledger cannot be read.
    pub fn of(ledger: &Ledger) -> Result<Self, Fault> {
        let books = ledger.books()?;
        let mut kept = Self::default();
        ledger.store().at_one_moment(&mut |store| {
            for book in &books {
                kept.read(store, book.id())?;
            }
            Ok(())
        })?;
        Ok(kept)
    }

    /// What a store keeps now in some of its books, read one after the other.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn of_books(store: &dyn Store, books: &[earmark_core::id::BookId]) -> Result<Self, Fault> {
        let mut kept = Self::default();
        books.iter().try_for_each(|book| kept.read(store, *book))?;
        Ok(kept)
    }

    fn read(&mut self, store: &dyn Store, book: earmark_core::id::BookId) -> Result<(), Fault> {
        let commits = self.books.entry(book.to_string()).or_default();
        let mut buffer = Vec::new();
        store.commits(book, 1, &mut |commit| {
            let frame = commit.open(book)?;
            let mut moved = Vec::new();
            for (record, seq) in frame.records().zip(frame.first_seq()..) {
                let event = record
                    .and_then(|record| record.decode_with(book.fund(), seq, &mut buffer))
                    .map_err(|error| {
                        let at = format!("book {book}, event {seq}");
                        Fault::new(earmark_core::FaultKind::Damaged, at, error)
                    })?;
                moved.push(event.fact().amount_minor());
            }
            commits.push(KeptCommit {
                first_seq: commit.first_seq,
                count: commit.count,
                key: commit.key,
                root: commit.root.0,
                content: amounts(moved),
            });
            Ok(ControlFlow::Continue(()))
        })
    }
}
