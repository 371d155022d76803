//! A proof that somebody can hold: the path of one leaf and the checkpoint that it leads to, in one file
//! (C2SP tlog-proof). Nothing else is needed to check it but the leaf and a policy.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::Hash;
use crate::note::{NoteError, SignedNote};
use crate::policy::{Believed, Policy, Unbelieved};
use crate::proof::{InclusionProof, ProofError};
use crate::witness::{hash_of, plain};

/// The first line of the file.
const FIRST: &str = "c2sp.org/tlog-proof@v1";

/// The longest file that is read, in bytes.
pub const MAX_PROOF_BYTES: usize = 1 << 21;

/// The most hashes of a path: a log has less than 2^64 leaves.
const MAX_HASHES: usize = 64;

/// The path of a leaf, and the checkpoint that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogProof {
    extra: Option<Vec<u8>>,
    path: InclusionProof,
    note: SignedNote,
}

impl LogProof {
    /// Puts a path and its checkpoint together. Nothing proves what `extra` says.
    ///
    /// # Errors
    /// [`LogProofError`] where the note is no checkpoint, or one of another size.
    pub fn new(
        path: InclusionProof,
        note: SignedNote,
        extra: Option<Vec<u8>>,
    ) -> Result<Self, LogProofError> {
        let checkpoint = Checkpoint::parse(note.text_unverified())?;
        if checkpoint.size() != path.size() {
            return Err(LogProofError::Size { path: path.size(), checkpoint: checkpoint.size() });
        }
        Ok(Self { extra, path, note })
    }

    /// Reads a proof, strictly. Nothing is believed before [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`LogProofError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LogProofError> {
        if bytes.len() > MAX_PROOF_BYTES {
            return Err(LogProofError::TooLong { found: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| LogProofError::Form)?;
        let (head, note) = text.split_once("\n\n").ok_or(LogProofError::Form)?;
        let mut lines = (1..).zip(head.split('\n')).peekable();
        if lines.next().is_none_or(|(_, line)| line != FIRST) {
            return Err(LogProofError::Form);
        }
        let extra = match lines.peek().and_then(|(_, line)| line.strip_prefix("extra ")) {
            Some(encoded) => {
                lines.next();
                Some(STANDARD.decode(encoded).map_err(|_| LogProofError::Extra)?)
            }
            None => None,
        };
        let index = lines.next().and_then(|(_, line)| line.strip_prefix("index ")).and_then(plain);
        let index = index.ok_or(LogProofError::Index)?;
        let mut hashes = Vec::new();
        for (line, text) in lines {
            if hashes.len() == MAX_HASHES {
                return Err(LogProofError::TooManyHashes);
            }
            hashes.push(hash_of(text).ok_or(LogProofError::Hash { line })?);
        }
        let note = SignedNote::parse(note.as_bytes())?;
        let size = Checkpoint::parse(note.text_unverified())?.size();
        let path = InclusionProof::from_parts(index, size, hashes)?;
        Ok(Self { extra, path, note })
    }

    /// Which leaf it is of, counted from zero.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.path.index()
    }

    /// What the proof brings along; nothing proves it.
    #[must_use]
    pub fn extra_unverified(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// Whether the leaf of this hash is in a log that the policy believes.
    ///
    /// # Errors
    /// [`LogProofError`], saying what is wrong.
    pub fn verify(&self, leaf: Hash, policy: &Policy) -> Result<Believed, LogProofError> {
        let believed = policy.believe(&self.note)?;
        self.path.verify(leaf, believed.checkpoint.root())?;
        Ok(believed)
    }
}

/// The bytes of the file.
impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.path.index())?;
        let mut hashes = self.path.hashes().iter();
        hashes.try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.0)))?;
        write!(f, "\n{}", self.note)
    }
}

/// Why a proof is none, or proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogProofError {
    /// Not a first line, an index, hashes, an empty line and a note.
    Form,
    /// The file is longer than any that is read.
    TooLong {
        /// Its length, in bytes.
        found: usize,
    },
    /// What follows `extra` is not base64.
    Extra,
    /// There is no line `index <number>` where it must be.
    Index,
    /// A line before the empty one is not the base64 of a hash.
    Hash {
        /// The line, counted from one.
        line: usize,
    },
    /// There are more hashes than a path has.
    TooManyHashes,
    /// The note is none.
    Note(NoteError),
    /// The note is no checkpoint.
    Checkpoint(CheckpointError),
    /// Path and checkpoint are of trees of other sizes.
    Size {
        /// The size of the path's tree.
        path: u64,
        /// The size of the checkpoint's tree.
        checkpoint: u64,
    },
    /// The path does not lead from the leaf to the checkpoint.
    Proof(ProofError),
    /// The policy does not believe the checkpoint.
    Unbelieved(Unbelieved),
}

impl From<NoteError> for LogProofError {
    fn from(error: NoteError) -> Self {
        Self::Note(error)
    }
}

impl From<CheckpointError> for LogProofError {
    fn from(error: CheckpointError) -> Self {
        Self::Checkpoint(error)
    }
}

impl From<ProofError> for LogProofError {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

impl From<Unbelieved> for LogProofError {
    fn from(error: Unbelieved) -> Self {
        Self::Unbelieved(error)
    }
}

impl fmt::Display for LogProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => write!(
                f,
                "not a proof: expected `{FIRST}`, an optional line `extra <base64>`, `index <number>`, \
                 hashes on lines of their own, an empty line and a signed checkpoint"
            ),
            Self::TooLong { found } => {
                write!(f, "the proof has {found} bytes; at most {MAX_PROOF_BYTES} are read")
            }
            Self::Extra => f.write_str("line 2 of the proof is not `extra <base64>`"),
            Self::Index => f.write_str(
                "the proof has no line `index <number>` before its hashes: expected digits without a \
                 leading zero, below 2^64",
            ),
            Self::Hash { line } => {
                write!(f, "line {line} of the proof is not a hash: expected the base64 of 32 bytes")
            }
            Self::TooManyHashes => write!(f, "the proof has more than {MAX_HASHES} hashes"),
            Self::Note(error) => write!(f, "the note of the proof: {error}"),
            Self::Checkpoint(error) => error.fmt(f),
            Self::Size { path, checkpoint } => write!(
                f,
                "the path is of a tree of {path} leaves, the checkpoint of one of {checkpoint}"
            ),
            Self::Proof(error) => error.fmt(f),
            Self::Unbelieved(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LogProofError {}
