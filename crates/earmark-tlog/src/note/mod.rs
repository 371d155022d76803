//! Signed notes: a text with one or more signatures under it, as the C2SP signed-note format has them.
//!
//! ```
//! use earmark_tlog::note::{SignedNote, VerifierKey};
//!
//! let key: VerifierKey =
//!     "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse().unwrap();
//! let note = SignedNote::parse(
//!     "This is an example message.\n\n\
//!      — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
//!         .as_bytes(),
//! )
//! .unwrap();
//! let opened = note.open(&[key]).unwrap();
//! assert_eq!(opened.text(), "This is an example message.\n");
//! ```

mod algorithm;
mod error;
mod key;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub use algorithm::Algorithm;
pub use error::{KeyError, NoteError};
pub use key::{KeyId, KeyName, Signer, VerifierKey};

/// The longest note that is read, in bytes.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// The most signatures that are read under one note.
pub const MAX_SIGNATURES: usize = 64;

/// Before each signature line.
const DASH: &str = "\u{2014} ";

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    name: KeyName,
    id: KeyId,
    bytes: Vec<u8>,
}

impl Signature {
    /// The name of the key.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id of the key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What the algorithm of the key made of the text.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it claims to be of this key.
    #[must_use]
    pub fn is_of(&self, key: &VerifierKey) -> bool {
        self.name == *key.name() && self.id == key.id()
    }

    /// Reads signature lines that travel without their note.
    pub(crate) fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong { found: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| NoteError::Text)?;
        check(text)?;
        Self::parse_lines(text, 1)
    }

    /// Reads lines that all end in a newline.
    fn parse_lines(text: &str, first: usize) -> Result<Vec<Self>, NoteError> {
        let mut signatures = Vec::new();
        for (number, line) in (first..).zip(text.split_terminator('\n')) {
            if signatures.len() == MAX_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            signatures.push(Self::parse(line, number)?);
        }
        if signatures.is_empty() { Err(NoteError::Unsigned) } else { Ok(signatures) }
    }

    fn parse(line: &str, number: usize) -> Result<Self, NoteError> {
        let malformed = || NoteError::Signature { line: number };
        let (name, encoded) =
            line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or_else(malformed)?;
        let name = KeyName::new(name).map_err(|_| malformed())?;
        let bytes = STANDARD.decode(encoded).map_err(|_| malformed())?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or_else(malformed)?;
        if bytes.is_empty() {
            return Err(malformed());
        }
        Ok(Self { name, id: KeyId(*id), bytes: bytes.to_vec() })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.0[..], &self.bytes].concat();
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A note as it was read. Its text is not to be believed before [`open`](Self::open).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

impl SignedNote {
    /// A note without a signature yet.
    ///
    /// # Errors
    /// [`NoteError::Text`] where the text is empty, does not end in a newline, or holds a control
    /// character.
    pub fn unsigned(text: impl Into<String>) -> Result<Self, NoteError> {
        let text = text.into();
        check(&text)?;
        Ok(Self { text, signatures: Vec::new() })
    }

    /// Reads a note, strictly.
    ///
    /// # Errors
    /// [`NoteError`], saying what is not as the format wants it.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong { found: bytes.len() });
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Text)?;
        check(whole)?;
        let split = whole.rfind("\n\n").ok_or(NoteError::Unsigned)?;
        // The newline that ends the text belongs to it; the one after it does not.
        let (text, rest) = whole.split_at(split + 1);
        check(text)?;
        let lines = rest.strip_prefix('\n').unwrap_or(rest);
        let first = text.split_terminator('\n').count() + 2;
        Ok(Self { text: text.to_owned(), signatures: Signature::parse_lines(lines, first)? })
    }

    /// The text, which nobody may have signed.
    #[must_use]
    pub fn text_unverified(&self) -> &str {
        &self.text
    }

    /// The signature lines, which may be of anybody.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Puts a signature of the text under the note.
    ///
    /// # Errors
    /// [`NoteError::SignedTwice`] where the key has signed it before; [`NoteError::OtherAlgorithm`] where
    /// the key signs something else than texts; [`NoteError::TooManySignatures`].
    pub fn sign(&mut self, signer: &Signer) -> Result<(), NoteError> {
        let key = signer.verifier();
        if !key.algorithm().signs_texts() {
            return Err(NoteError::OtherAlgorithm { name: key.name().clone() });
        }
        self.add(key, signer.sign(self.text.as_bytes())?)
    }

    /// Puts the bytes of a signature under the note.
    pub(crate) fn add(&mut self, key: &VerifierKey, bytes: Vec<u8>) -> Result<(), NoteError> {
        if self.signatures.iter().any(|held| held.is_of(key)) {
            return Err(NoteError::SignedTwice { name: key.name().clone() });
        }
        if self.signatures.len() == MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(Signature { name: key.name().clone(), id: key.id(), bytes });
        Ok(())
    }

    /// The same text with these signatures alone.
    pub(crate) fn under(&self, signatures: Vec<Signature>) -> Result<Self, NoteError> {
        check(&self.text)?;
        Ok(Self { text: self.text.clone(), signatures })
    }

    /// Takes the signatures of a key off the note.
    pub(crate) fn remove(&mut self, key: &VerifierKey) {
        self.signatures.retain(|signature| !signature.is_of(key));
    }

    /// The one signature of a key; none where it has not signed.
    ///
    /// # Errors
    /// [`NoteError::SignedTwice`].
    pub(crate) fn of(&self, key: &VerifierKey) -> Result<Option<&Signature>, NoteError> {
        let mut own = self.signatures.iter().filter(|it| it.is_of(key));
        match (own.next(), own.next()) {
            (_, Some(_)) => Err(NoteError::SignedTwice { name: key.name().clone() }),
            (one, None) => Ok(one),
        }
    }

    /// Verifies the note against the keys that are trusted. Signatures of other keys are ignored, also
    /// where they share a name or an id with one of them; every signature of a trusted key must be right.
    /// Keys for other things than texts, such as those of witnesses, are passed over.
    ///
    /// # Errors
    /// [`NoteError::Forged`] where a signature of a trusted key does not fit the text,
    /// [`NoteError::Untrusted`] where none of them has signed, [`NoteError::SignedTwice`].
    pub fn open<'n>(&'n self, trusted: &[VerifierKey]) -> Result<Opened<'n>, NoteError> {
        let mut by = Vec::new();
        for key in trusted.iter().filter(|key| key.algorithm().signs_texts()) {
            let Some(signature) = self.of(key)? else { continue };
            if !key.signed(self.text.as_bytes(), signature.bytes()) {
                return Err(NoteError::Forged { name: key.name().clone() });
            }
            by.push(key.clone());
        }
        if by.is_empty() {
            return Err(NoteError::Untrusted);
        }
        Ok(Opened { text: &self.text, by })
    }
}

/// The bytes of the note: text, empty line, signature lines.
impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

/// A text that trusted keys have signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<'n> {
    text: &'n str,
    by: Vec<VerifierKey>,
}

impl<'n> Opened<'n> {
    /// The text, with its last newline.
    #[must_use]
    pub const fn text(&self) -> &'n str {
        self.text
    }

    /// The trusted keys that signed it, in the order in which they were given.
    #[must_use]
    pub fn by(&self) -> &[VerifierKey] {
        &self.by
    }
}

/// A text that can be signed: not empty, ended by a newline, without other control characters.
fn check(text: &str) -> Result<(), NoteError> {
    let plain = !text.chars().any(|it| it < ' ' && it != '\n');
    if plain && text.ends_with('\n') { Ok(()) } else { Err(NoteError::Text) }
}
