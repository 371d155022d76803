use std::fmt;

use earmark_core::error::Fault;
use earmark_tlog::Hash;
use earmark_tlog::checkpoint::CheckpointError;
use earmark_tlog::note::{KeyError, KeyName, NoteError};
use earmark_tlog::policy::Unbelieved;
use earmark_tlog::proof::ProofError;

use super::Away;
use crate::archive::ArchiveError;

/// A witness whose cosignature is not on a checkpoint, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The name of its key.
    pub witness: KeyName,
    /// Why.
    pub why: Why,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.witness, self.why)
    }
}

/// Why a witness's cosignature is not on a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// It gave no cosignature.
    #[error(transparent)]
    Away(Away),
    /// It says that it has seen more of the log than there is: the ledger was rolled back, or it lies.
    #[error("it says that it has seen the log at {size} leaves, which is more than there are")]
    Ahead {
        /// How many leaves it says it has seen.
        size: u64,
    },
    /// Its answer has no cosignature of its key.
    #[error("its answer holds no cosignature of its key")]
    Silent,
    /// Its answer is no cosignature of this checkpoint.
    #[error("its answer is refused: {0}")]
    Answer(NoteError),
    /// The time of its cosignature cannot be.
    #[error("its cosignature is of second {at}, expected {from} to {to}")]
    Untimely {
        /// The time found, in seconds since 1970.
        at: u64,
        /// The earliest possible.
        from: u64,
        /// The latest possible.
        to: u64,
    },
}

impl Why {
    /// Whether the witness says that it knows another history than the one it was shown. That is not being
    /// away: somebody has rolled the log back, or somebody lies.
    #[must_use]
    pub const fn contradicts(&self) -> bool {
        matches!(self, Self::Ahead { .. } | Self::Away(Away::Refused { status: 422, .. }))
    }
}

/// Why no checkpoint is given out, and what is true now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are what the message names
pub enum NotaryError {
    /// The book does not extend what was signed of it.
    #[error(
        "log `{origin}`: a checkpoint of {} events with the root {} was signed, and the book, which has {} \
         events and the root {}, does not extend it; nothing was signed",
        signed.0, signed.1, found.0, found.1
    )]
    RolledBack { origin: KeyName, signed: (u64, Hash), found: (u64, Hash) },
    /// Too few witnesses have cosigned, and one of those missing knows another history of the log.
    #[error(
        "log `{origin}`: the checkpoint of {size} events is signed and not given out, whatever the setting: a witness \
         knows another history; missing: {}; hold the book against the last checkpoint of each witness",
        List(missing)
    )]
    Contradicted { origin: KeyName, size: u64, missing: Vec<Missing> },
    /// Too few witnesses have cosigned.
    #[error(
        "log `{origin}`: the checkpoint of {size} events is signed and not given out, its quorum is not \
         reached; missing: {}; it is kept in the archive and is given out once enough have cosigned",
        List(missing)
    )]
    NoQuorum { origin: KeyName, size: u64, missing: Vec<Missing> },
    /// The archived checkpoint is not the office's.
    #[error(
        "log `{origin}`: the archived checkpoint of {size} events: {reason}; nothing was signed"
    )]
    Archived { origin: KeyName, size: u64, reason: NoteError },
    /// There is no key for a log.
    #[error("there is no key for the log `{origin}`; nothing was signed")]
    NoKey { origin: KeyName },
    /// The archive has no such checkpoint.
    #[error("log `{origin}`: no checkpoint of {size} events is kept; nothing was changed")]
    NotKept { origin: KeyName, size: u64 },
    /// Lines that came later are of no witness.
    #[error(
        "log `{origin}`: the lines hold no cosignature of the checkpoint of {size} events by a witness of \
         the policy; nothing was changed"
    )]
    NoLine { origin: KeyName, size: u64 },
    /// What a witness sent later is refused.
    #[error("{0}; nothing was changed")]
    Witness(Missing),
    /// The policy does not know the log or its keys.
    #[error("the checkpoint is not given out, the notary's own policy does not believe it: {0}")]
    Policy(Unbelieved),
    /// The archive cannot be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The origin is not the name of a key, or a key is not to be trusted.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The note cannot be made or signed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint cannot be made.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof cannot be made.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// The missing, one after the other.
struct List<'a>(&'a [Missing]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("witnesses that the notary does not ask");
        }
        for (place, missing) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{missing}")?;
        }
        Ok(())
    }
}
