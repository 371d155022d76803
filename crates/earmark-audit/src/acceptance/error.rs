use earmark_core::Rejected;
use earmark_core::codec::RecordError;
use earmark_core::error::Fault;
use earmark_core::event::FactError;
use earmark_core::id::Key;
use earmark_core::time::Timestamp;
use earmark_tlog::FrontierError;
use earmark_tlog::note::NoteError;
use earmark_tlog::policy::Unbelieved;

use super::{FIRST, MAX_CONTENTS};
use crate::notary::NotaryError;
use crate::receipt::ReceiptError;

/// Why a note is not an acceptance, or is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptanceError {
    /// A line is not the one that an acceptance has there (0: the text as a whole).
    #[error(
        "line {line} of the acceptance: expected `{expected}` and its value (the first line is `{FIRST}`)"
    )]
    Line {
        /// The line, counted from one.
        line: usize,
        /// The word with which it begins.
        expected: &'static str,
    },
    /// It promises no event, or too many.
    #[error("an acceptance promises 1 to {MAX_CONTENTS} events")]
    Contents,
    /// It would be recorded before it was accepted.
    #[error("the acceptance is to be recorded by a moment before it was given")]
    Times,
    /// Its signature is missing or wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// Why no acceptance is given. Nothing was promised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// A rule says no: what cannot be recorded is not promised.
    #[error("nothing is promised: {0}")]
    Rejected(Rejected),
    /// The commands are of another fund, or not lawful in shape.
    #[error("nothing is promised: {0}")]
    Fact(#[from] FactError),
    /// The commands are of another fund.
    #[error(
        "nothing is promised: the commands are of the fund `{found}`, the book is of `{expected}`"
    )]
    OtherFund {
        /// The fund of the commands.
        found: &'static str,
        /// The fund of the book.
        expected: &'static str,
    },
    /// No event, too many, or a time that is over.
    #[error("nothing is promised: {0}")]
    Acceptance(#[from] AcceptanceError),
    /// It is recorded already, under this key.
    #[error(
        "nothing is promised: this is recorded already under the key {key}, as events {first_seq} to {last_seq}; their \
         receipts prove it"
    )]
    AlreadyRecorded {
        /// The key.
        key: Key,
        /// The first of the events.
        first_seq: u64,
        /// The last of the events.
        last_seq: u64,
    },
    /// A promise that would be broken as it is given: recording times never go back.
    #[error(
        "nothing is promised: the book's last event is recorded at {earliest}, and no later one can be recorded by \
         {record_by}"
    )]
    TooSoon {
        /// By when it was to be recorded.
        record_by: Timestamp,
        /// The earliest moment at which it can be.
        earliest: Timestamp,
    },
    /// The system gives no random bytes.
    #[error("there is no randomness for a salt: {reason}; nothing is promised")]
    NoRandomness {
        /// The system's words.
        reason: String,
    },
    /// It cannot be signed.
    #[error(transparent)]
    Notary(#[from] NotaryError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are what the message names
pub enum JudgeError {
    /// The acceptance is none, or not to be believed.
    #[error(transparent)]
    Acceptance(#[from] AcceptanceError),
    /// The checkpoint is not to be believed.
    #[error(transparent)]
    Unbelieved(#[from] Unbelieved),
    /// Acceptance and checkpoint are of two logs.
    #[error("the acceptance is of the log `{accepted}`, the checkpoint of `{found}`")]
    OtherLog { accepted: String, found: String },
    /// The checkpoint is older than the acceptance.
    #[error(
        "the checkpoint has {size} events, the book had {after} when the acceptance was given; a later \
         checkpoint is needed"
    )]
    TooEarly { size: u64, after: u64 },
    /// The bytes are not a record.
    #[error("event {seq}: {reason}")]
    Record { seq: u64, reason: RecordError },
    /// The tree is full.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
    /// The records are not those of the checkpoint.
    #[error("the {found} records given are not those of the checkpoint of {size} events")]
    OtherRecords { size: u64, found: u64 },
    /// There is a run, and no receipt for it.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Fault(#[from] Fault),
}
