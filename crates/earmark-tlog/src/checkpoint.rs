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
    /// The longest origin, in bytes: what a cosignature can name, and the longest name of a key.
    pub const MAX_ORIGIN_BYTES: usize = 255;

    /// A checkpoint without extension lines.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] where the origin is empty, too long or not one line.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        let origin = origin.into();
        if !is_line(&origin) || origin.len() > Self::MAX_ORIGIN_BYTES {
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
    /// [`NoteError::OtherAlgorithm`] where the key is a witness's; [`NoteError::Extended`] where it does not
    /// sign extension lines and there are some.
    pub fn signed(&self, signer: &Signer) -> Result<SignedNote, NoteError> {
        let mut note = SignedNote::unsigned(self.to_string())?;
        sign(&mut note, signer)?;
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

/// Puts the operator's signature under a checkpoint, beside those that are there: of a new key while the old
/// one is still believed, or of another algorithm.
///
/// # Errors
/// [`NoteError::OtherAlgorithm`] where the key is a witness's; [`NoteError::SignedTwice`];
/// [`NoteError::Extended`] where it does not sign extension lines and there are some.
pub fn sign(note: &mut SignedNote, signer: &Signer) -> Result<(), NoteError> {
    let key = signer.verifier();
    match key.algorithm() {
        algorithm if algorithm.signs_texts() => note.sign(signer),
        algorithm if algorithm.signs_checkpoints() => {
            unextended(note, key)?;
            // The time is zero: the log says what it is, and not when it was seen.
            put(note, signer, 0)
        }
        _ => Err(NoteError::OtherAlgorithm { name: key.name().clone() }),
    }
}

/// The keys of a log that signed a checkpoint, in the order in which they are given. Signatures of other keys
/// are ignored; every one of these must be right.
///
/// # Errors
/// [`NoteError::Forged`] where a signature of one of the keys does not fit, [`NoteError::Untrusted`] where
/// none of them has signed, [`NoteError::SignedTwice`], [`NoteError::Extended`].
pub fn signed_by(note: &SignedNote, keys: &[VerifierKey]) -> Result<Vec<VerifierKey>, NoteError> {
    let texts = match note.open(keys) {
        Ok(opened) => opened.by().to_vec(),
        Err(NoteError::Untrusted) => Vec::new(),
        Err(error) => return Err(error),
    };
    let others = keys.iter().filter(|key| {
        let algorithm = key.algorithm();
        algorithm.signs_checkpoints() && !algorithm.signs_texts()
    });
    let seen = cosignatures(note, &others.cloned().collect::<Vec<_>>())?;
    if let ([], [first, ..]) = (&texts[..], &seen[..]) {
        // Nobody signed the whole text: what it says beyond log, size and root may be anybody's.
        unextended(note, &first.by)?;
    }
    let signed = |key: &&VerifierKey| texts.contains(key) || seen.iter().any(|it| it.by == **key);
    let by: Vec<_> = keys.iter().filter(signed).cloned().collect();
    if by.is_empty() { Err(NoteError::Untrusted) } else { Ok(by) }
}

fn unextended(note: &SignedNote, key: &VerifierKey) -> Result<(), NoteError> {
    let checkpoint = Checkpoint::parse(note.text_unverified()).map_err(NoteError::Checkpoint)?;
    if checkpoint.extensions().is_empty() {
        Ok(())
    } else {
        Err(NoteError::Extended { name: key.name().clone() })
    }
}

/// That a witness has seen a checkpoint, and when: it extends every checkpoint of the log that the witness
/// has seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// The witness's key.
    pub by: VerifierKey,
    /// When, in seconds since 1970-01-01 00:00 UTC. 0 where it does not say: the checkpoint then extends
    /// what was seen before, and need not be the largest.
    pub at_seconds: u64,
}

/// The largest time of a cosignature.
pub(crate) const MAX_SECONDS: u64 = i64::MAX as u64;

/// Puts a witness's cosignature under a signed checkpoint.
///
/// Whoever calls this has checked what a witness asserts: that the note is a checkpoint, signed by the
/// log, and extends the last one seen.
///
/// # Errors
/// [`NoteError::OtherAlgorithm`] where the key is not a witness's; [`NoteError::SignedTwice`];
/// [`NoteError::Time`] where the time is zero or beyond the range; [`NoteError::Checkpoint`] where the text
/// is none and the key signs nothing else.
pub fn cosign(note: &mut SignedNote, signer: &Signer, at_seconds: u64) -> Result<(), NoteError> {
    if at_seconds == 0 || at_seconds > MAX_SECONDS {
        return Err(NoteError::Time { at_seconds });
    }
    put(note, signer, at_seconds)
}

fn put(note: &mut SignedNote, signer: &Signer, at_seconds: u64) -> Result<(), NoteError> {
    let key = signer.verifier();
    let message = message(key, note.text_unverified(), at_seconds)?;
    let mut bytes = at_seconds.to_be_bytes().to_vec();
    bytes.extend(signer.sign(&message)?);
    note.add(key, bytes)
}

/// What a witness signs.
fn message(key: &VerifierKey, text: &str, at_seconds: u64) -> Result<Vec<u8>, NoteError> {
    match key.algorithm() {
        Algorithm::Cosignature => {
            Ok(format!("cosignature/v1\ntime {at_seconds}\n{text}").into_bytes())
        }
        #[cfg(feature = "ml-dsa")]
        Algorithm::MlDsa44 => {
            let checkpoint = Checkpoint::parse(text).map_err(NoteError::Checkpoint)?;
            subtree(key.name().as_str(), &checkpoint, at_seconds)
                .ok_or(NoteError::Checkpoint(CheckpointError::Origin))
        }
        _ => Err(NoteError::OtherAlgorithm { name: key.name().clone() }),
    }
}

/// The `cosigned_message` of the specification, for a whole tree.
#[cfg(feature = "ml-dsa")]
fn subtree(name: &str, checkpoint: &Checkpoint, at_seconds: u64) -> Option<Vec<u8>> {
    let mut bytes = b"subtree/v1\n\0".to_vec();
    bytes.push(u8::try_from(name.len()).ok()?);
    bytes.extend(name.bytes());
    bytes.extend(at_seconds.to_be_bytes());
    bytes.push(u8::try_from(checkpoint.origin().len()).ok()?);
    bytes.extend(checkpoint.origin().bytes());
    bytes.extend(0_u64.to_be_bytes());
    bytes.extend(checkpoint.size().to_be_bytes());
    bytes.extend(checkpoint.root().0);
    Some(bytes)
}

/// The cosignatures of the witnesses given, in their order. A witness that has not signed is passed over.
///
/// # Errors
/// [`NoteError::Forged`] where a signature of one of them does not fit the checkpoint and its time;
/// [`NoteError::SignedTwice`].
pub fn cosignatures(
    note: &SignedNote,
    witnesses: &[VerifierKey],
) -> Result<Vec<Cosignature>, NoteError> {
    let mut found = Vec::new();
    for key in witnesses.iter().filter(|key| key.algorithm().cosigns()) {
        let Some(signature) = note.of(key)? else { continue };
        let forged = || NoteError::Forged { name: key.name().clone() };
        let (time, bytes) = signature.bytes().split_first_chunk::<8>().ok_or_else(forged)?;
        let at_seconds = u64::from_be_bytes(*time);
        let message = message(key, note.text_unverified(), at_seconds).map_err(|_| forged())?;
        if at_seconds > MAX_SECONDS || !key.signed(&message, bytes) {
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
    /// The first line, the origin, is empty, too long or holds a control character.
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
            Self::Origin => "the origin (line 1) is empty, longer than 255 bytes or not plain text",
            Self::Size => {
                "the size (line 2) is not a number: expected digits without a leading zero, below 2^64"
            }
            Self::Root => "the root (line 3) is not the base64 of 32 bytes",
            Self::Extension => "an extension line is empty or not plain text",
        })
    }
}

impl std::error::Error for CheckpointError {}
