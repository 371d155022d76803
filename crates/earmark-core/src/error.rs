//! The three kinds of errors: a rule said no, someone was faster, the store is broken.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::id::BookId;
use crate::rejected::Rejected;

/// Why a commit was not acknowledged.
///
/// The kinds never share a variant, because a caller does something else about each: mend the
/// command, try again, or call the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// A rule said no. Nothing was recorded.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// Someone was faster. Nothing was recorded; read again and retry.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The store cannot do its work. Each fault says what is true now.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The book is not at the sequence number that the caller expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error(
    "book {book} is at event {found}, the commit expects it at {expected}; nothing was recorded; read the book again and retry"
)]
pub struct Conflict {
    pub(crate) book: BookId,
    pub(crate) expected: u64,
    pub(crate) found: u64,
}

impl Conflict {
    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The last sequence number the caller expected.
    #[must_use]
    pub const fn expected(&self) -> u64 {
        self.expected
    }

    /// The last sequence number found.
    #[must_use]
    pub const fn found(&self) -> u64 {
        self.found
    }
}

/// What kind of fault a store has. Callers branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// The store could not be read or written (the system's words are in the message).
    Io,
    /// There is no room left. Nothing of the commit was recorded.
    Full,
    /// Another process writes this ledger. Reading works.
    Locked,
    /// The ledger was opened, or can only be opened, for reading.
    ReadOnly,
    /// There is no ledger where one was expected.
    Missing,
    /// The file is not a ledger.
    NotALedger,
    /// The ledger was written in a format this program does not know.
    Format,
    /// Stored bytes are not what was written.
    Damaged,
    /// The program does not know the fund, or knows it otherwise than the ledger does.
    UnknownFund,
    /// A projection is unknown, or its stored state does not fit.
    Projection,
    /// Whether the commit is durable is not known. Open the ledger again and retry with the same key.
    Unknown,
    /// The writer has stopped after an earlier fault.
    Stopped,
    /// The ledger is not where a signed checkpoint of it says: an older copy, or another history.
    RolledBack,
}

/// A store that cannot do its work, and what is true now.
#[derive(Clone, PartialEq, Eq)]
pub struct Fault(Arc<FaultBody>);

#[derive(Clone, PartialEq, Eq, Serialize)]
struct FaultBody {
    kind: FaultKind,
    at: String,
    what: String,
}

impl Fault {
    /// A fault of a kind, at a place (a path, a book, an event), with what was found and expected.
    #[must_use]
    pub fn new(kind: FaultKind, at: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self(Arc::new(FaultBody { kind, at: at.to_string(), what: what.to_string() }))
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        self.0.kind
    }

    /// Where: a path, a book, an event.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.0.at
    }
}

/// `{"kind":"full","at":"nanjing.earmark","what":"there is no room left …"}`
impl Serialize for Fault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.at, self.0.what)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({:?}, {self})", self.0.kind)
    }
}

impl std::error::Error for Fault {}
