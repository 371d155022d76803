//! What a witness does: it cosigns a checkpoint that extends the last one it has seen (C2SP tlog-witness).
//! The same bytes travel over a network or in a file.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, CheckpointError, cosign, cosignatures, signed_by};
use crate::hash::{EMPTY_ROOT, Hash};
use crate::note::{MAX_NOTE_BYTES, NoteError, Signature, SignedNote, Signer, VerifierKey};
use crate::proof::{ConsistencyProof, ProofError};

/// The longest request that is read, in bytes: a note, 63 hashes and the line before them.
pub const MAX_REQUEST_BYTES: usize = MAX_NOTE_BYTES + 4096;

/// The most lines of a consistency proof.
const MAX_HASHES: usize = 63;

/// A request for a cosignature: how large the log was when the witness saw it last, the proof that it was
/// only extended since, and the new checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The size of the last checkpoint that the witness has cosigned; 0 where there was none.
    pub old_size: u64,
    /// The hashes of the consistency proof.
    pub hashes: Vec<Hash>,
    /// The new checkpoint, signed by the log.
    pub note: SignedNote,
}

impl Request {
    /// Reads a request, strictly.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RequestError> {
        if bytes.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::TooLong { found: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| RequestError::Form)?;
        let (head, note) = text.split_once("\n\n").ok_or(RequestError::Form)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old_size = old.and_then(plain).ok_or(RequestError::OldSize)?;
        let mut hashes = Vec::new();
        for (number, line) in (2..).zip(lines) {
            if hashes.len() == MAX_HASHES {
                return Err(RequestError::TooManyHashes);
            }
            hashes.push(hash_of(line).ok_or(RequestError::Hash { line: number })?);
        }
        let note = SignedNote::parse(note.as_bytes()).map_err(RequestError::Note)?;
        Ok(Self { old_size, hashes, note })
    }
}

/// The bytes of the request.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.0)))?;
        write!(f, "\n{}", self.note)
    }
}

/// A decimal number without sign and without a leading zero.
pub(crate) fn plain(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits && (text == "0" || !text.starts_with('0')))
}

/// One hash on a line.
pub(crate) fn hash_of(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok().and_then(|bytes| bytes.try_into().ok()).map(Hash)
}

/// Decides whether to cosign. `last` is the last checkpoint of this log that the witness has cosigned;
/// whoever calls this keeps the new one durably, in the place of the last, before the signature leaves the
/// house.
///
/// # Errors
/// [`Refused`], in the words of the protocol.
pub fn witness(
    signer: &Signer,
    logs: &[VerifierKey],
    last: Option<&Checkpoint>,
    request: &Request,
    at_seconds: u64,
) -> Result<(Checkpoint, Signature), Refused> {
    let checkpoint =
        Checkpoint::parse(request.note.text_unverified()).map_err(Refused::Checkpoint)?;
    let own: Vec<_> =
        logs.iter().filter(|key| key.name().as_str() == checkpoint.origin()).cloned().collect();
    if own.is_empty() {
        return Err(Refused::UnknownLog);
    }
    signed_by(&request.note, &own).map_err(Refused::Note)?;
    if request.old_size > checkpoint.size() {
        return Err(Refused::Sizes { old: request.old_size, new: checkpoint.size() });
    }
    let (size, root) = last.map_or((0, EMPTY_ROOT), |last| (last.size(), last.root()));
    if last.is_some_and(|last| last.origin() != checkpoint.origin()) {
        return Err(Refused::UnknownLog);
    }
    if request.old_size != size {
        return Err(Refused::Conflict { size });
    }
    let proof = ConsistencyProof::from_parts(size, checkpoint.size(), request.hashes.clone());
    proof.and_then(|proof| proof.verify(root, checkpoint.root())).map_err(Refused::Inconsistent)?;
    let mut note = request.note.clone();
    // A cosignature that the note brought along is the witness's own of another time, or nobody's.
    note.remove(signer.verifier());
    cosign(&mut note, signer, at_seconds).map_err(Refused::Note)?;
    let own = note.of(signer.verifier()).map_err(Refused::Note)?;
    own.cloned().map(|signature| (checkpoint, signature)).ok_or(Refused::UnknownLog)
}

/// Puts the cosignatures that a witness answered with under the checkpoint that it was asked for. Lines of
/// others than these witnesses are passed over; a new cosignature takes the place of the witness's old one.
///
/// # Errors
/// [`NoteError::Signature`] where a line is none, counted within the answer; [`NoteError::Forged`] where a
/// cosignature of a witness does not fit; [`NoteError::Time`] where it does not say when;
/// [`NoteError::SignedTwice`]; [`NoteError::Untrusted`] where none of the witnesses has signed.
pub fn answered(
    note: &SignedNote,
    answer: &[u8],
    witnesses: &[VerifierKey],
) -> Result<SignedNote, NoteError> {
    let answered = note.under(Signature::parse_all(answer)?)?;
    let found = cosignatures(&answered, witnesses)?;
    if let Some(timeless) = found.iter().find(|it| it.at_seconds == 0) {
        return Err(NoteError::Time { at_seconds: timeless.at_seconds });
    }
    let mut both = note.clone();
    for cosignature in &found {
        if let Some(signature) = answered.of(&cosignature.by)? {
            both.remove(&cosignature.by);
            both.add(&cosignature.by, signature.bytes().to_vec())?;
        }
    }
    if found.is_empty() { Err(NoteError::Untrusted) } else { Ok(both) }
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The text is not a checkpoint.
    Checkpoint(CheckpointError),
    /// The witness does not watch this log.
    UnknownLog,
    /// The log's signature is missing or wrong.
    Note(NoteError),
    /// The log was larger before.
    Sizes {
        /// The size before.
        old: u64,
        /// The size now.
        new: u64,
    },
    /// The witness has seen another checkpoint last.
    Conflict {
        /// Its size.
        size: u64,
    },
    /// The new checkpoint does not extend the last one.
    Inconsistent(ProofError),
}

impl Refused {
    /// The status code with which a witness answers over HTTP.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Checkpoint(_) | Self::Sizes { .. } => 400,
            Self::Note(_) => 403,
            Self::UnknownLog => 404,
            Self::Conflict { .. } => 409,
            Self::Inconsistent(_) => 422,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(error) => error.fmt(f),
            Self::UnknownLog => f.write_str("this witness does not watch the log"),
            Self::Note(error) => error.fmt(f),
            Self::Sizes { old, new } => {
                write!(f, "the log had {old} leaves and is said to have {new}")
            }
            Self::Conflict { size } => {
                write!(f, "the witness has last seen the log at {size} leaves; prove from there")
            }
            Self::Inconsistent(error) => {
                write!(f, "the checkpoint does not extend the last one seen: {error}")
            }
        }
    }
}

impl std::error::Error for Refused {}

/// Why bytes are not a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// Not `old <size>`, at most 63 hashes, an empty line and a note.
    Form,
    /// The request is longer than any that is read.
    TooLong {
        /// Its length, in bytes.
        found: usize,
    },
    /// The first line is not `old <size>`.
    OldSize,
    /// A line before the empty one is not the base64 of a hash.
    Hash {
        /// The line, counted from one.
        line: usize,
    },
    /// There are more hashes than a consistency proof has.
    TooManyHashes,
    /// The note is none.
    Note(NoteError),
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str(
                "not a request: expected `old <size>`, at most 63 hashes on lines of their own, an \
                 empty line and a signed checkpoint",
            ),
            Self::TooLong { found } => {
                write!(f, "the request has {found} bytes; at most {MAX_REQUEST_BYTES} are read")
            }
            Self::OldSize => f.write_str(
                "line 1 of the request is not `old <size>`: expected digits without a leading zero, \
                 below 2^64",
            ),
            Self::Hash { line } => {
                write!(f, "line {line} of the request is not a hash: expected the base64 of 32 bytes")
            }
            Self::TooManyHashes => {
                write!(f, "the request has more than {MAX_HASHES} hashes")
            }
            Self::Note(error) => write!(f, "the note of the request: {error}"),
        }
    }
}

impl std::error::Error for RequestError {}
