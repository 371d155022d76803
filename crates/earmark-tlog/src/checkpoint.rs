//! Checkpoints: how large a log is and what its root is, as a note that its operator signs (C2SP
//! tlog-checkpoint), and the cosignatures of those who watch it (tlog-cosignature).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::note::{Algorithm, NoteError, SignedNote, Signer, VerifierKey};
use crate::witness::{hash_of, plain};

/// The state of a log: which log, how many leaves, which root.
///
/// ```
/// use earmark_tlog::checkpoint::Checkpoint;
/// use earmark_tlog::leaf_hash;
///
/// let checkpoint = Checkpoint::new("funds.example/320100", 1, leaf_hash(b"first"))?;
/// assert_eq!(checkpoint.to_string().lines().nth(1), Some("1"));
/// assert_eq!(Checkpoint::parse(&checkpoint.to_string())?, checkpoint);
/// # Ok::<(), earmark_tlog::checkpoint::CheckpointError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] where the origin is empty or not one line.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        let origin = origin.into();
        if !is_line(&origin) {
            return Err(CheckpointError::Origin);
        }
        Ok(Self { origin, size, root, extensions: Vec::new() })
    }

    /// Reads the text of a note as a checkpoint, strictly: there is one text for each checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError`], naming the line.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = body.split('\n');
        let mut next = || lines.next().ok_or(CheckpointError::Lines);
        let (origin, size, root) = (next()?, next()?, next()?);
        let size = plain(size).ok_or(CheckpointError::Size)?;
        let root = hash_of(root).ok_or(CheckpointError::Root)?;
        let extensions: Vec<_> = lines.map(str::to_owned).collect();
        if !extensions.iter().all(|line| is_line(line)) {
            return Err(CheckpointError::Extension);
        }
        Ok(Self { extensions, ..Self::new(origin, size, root)? })
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many leaves it has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of its tree.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// What the operator added; nobody who cosigns says anything of it.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The checkpoint with the operator's signature.
    ///
    /// # Errors
    /// [`NoteError::OtherAlgorithm`] where the key is a witness's.
    pub fn signed(&self, signer: &Signer) -> Result<SignedNote, NoteError> {
        let mut note = SignedNote::unsigned(self.to_string())?;
        note.sign(signer)?;
        Ok(note)
    }
}

/// The text of the note.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.0))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|it| it < ' ')
}

/// That a witness has seen a checkpoint, and when: it extends every checkpoint of the log that the witness
/// has seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// The witness's key.
    pub by: VerifierKey,
    /// When, in seconds since 1970-01-01 00:00 UTC.
    pub at_seconds: u64,
}

/// What a witness signs.
fn cosigned(text: &str, at_seconds: u64) -> String {
    format!("cosignature/v1\ntime {at_seconds}\n{text}")
}

/// The largest time of a cosignature.
const MAX_SECONDS: u64 = i64::MAX as u64;

/// Puts a witness's cosignature under a signed checkpoint.
///
/// Whoever calls this has checked what a witness asserts: that the note is a checkpoint, signed by the
/// log, and extends the last one seen.
///
/// # Errors
/// [`NoteError::OtherAlgorithm`] where the key is not a witness's; [`NoteError::SignedTwice`];
/// [`NoteError::Text`] where the time is beyond the range.
pub fn cosign(note: &mut SignedNote, signer: &Signer, at_seconds: u64) -> Result<(), NoteError> {
    let key = signer.verifier();
    if key.algorithm() != Algorithm::Cosignature {
        return Err(NoteError::OtherAlgorithm { name: key.name().clone() });
    }
    if at_seconds > MAX_SECONDS {
        return Err(NoteError::Text);
    }
    let mut bytes = at_seconds.to_be_bytes().to_vec();
    bytes.extend(signer.sign(cosigned(note.text_unverified(), at_seconds).as_bytes()));
    note.add(key, bytes)
}

/// The cosignatures of the witnesses given, in their order. A witness that has not signed is passed over.
///
/// # Errors
/// [`NoteError::Forged`] where a signature of one of them does not fit the text and its time;
/// [`NoteError::SignedTwice`].
pub fn cosignatures(
    note: &SignedNote,
    witnesses: &[VerifierKey],
) -> Result<Vec<Cosignature>, NoteError> {
    let mut found = Vec::new();
    for key in witnesses.iter().filter(|key| key.algorithm() == Algorithm::Cosignature) {
        let Some(signature) = note.of(key)? else { continue };
        let forged = || NoteError::Forged { name: key.name().clone() };
        let (time, bytes) = signature.bytes().split_first_chunk::<8>().ok_or_else(forged)?;
        let at_seconds = u64::from_be_bytes(*time);
        let message = cosigned(note.text_unverified(), at_seconds);
        if at_seconds > MAX_SECONDS || !key.signed(message.as_bytes(), bytes) {
            return Err(forged());
        }
        found.push(Cosignature { by: key.clone(), at_seconds });
    }
    Ok(found)
}

/// Why a text is not a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It has fewer than three lines, or does not end in a newline.
    Lines,
    /// The first line, the origin, is empty or holds a control character.
    Origin,
    /// The second line, the size, is not a plain decimal number below 2^64.
    Size,
    /// The third line, the root, is not the base64 of 32 bytes.
    Root,
    /// An extension line is empty or holds a control character.
    Extension,
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lines => "not a checkpoint: expected origin, size and root on lines of their own",
            Self::Origin => "the origin (line 1) is empty or not plain text",
            Self::Size => {
                "the size (line 2) is not a number: expected digits without a leading zero, below 2^64"
            }
            Self::Root => "the root (line 3) is not the base64 of 32 bytes",
            Self::Extension => "an extension line is empty or not plain text",
        })
    }
}

impl std::error::Error for CheckpointError {}
