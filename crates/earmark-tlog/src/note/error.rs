use std::fmt;

use super::{Algorithm, KeyId, KeyName, MAX_NOTE_BYTES, MAX_SIGNATURES};
use crate::checkpoint::{CheckpointError, MAX_SECONDS};

/// Why a text is not a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The name is empty, too long, or holds a space, a `+` or a control character.
    Name {
        /// The name found.
        found: String,
    },
    /// It is not name, id and key with a `+` between them.
    Form,
    /// The algorithm is not one that is known here.
    Algorithm {
        /// Its code.
        code: u8,
    },
    /// The public key has another length than its algorithm's keys.
    Length {
        /// The algorithm.
        algorithm: Algorithm,
        /// How many bytes its public keys have.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The bytes are no public key that can be trusted.
    Public {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// The bytes are no private key.
    Secret {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// The id does not follow from name, algorithm and key.
    Id {
        /// The id found.
        found: String,
        /// The id that follows.
        expected: KeyId,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { found } => write!(
                f,
                "`{}` is not the name of a key: expected 1 to {} bytes without spaces and `+`",
                found.escape_debug(),
                KeyName::MAX_BYTES
            ),
            Self::Form => f.write_str(
                "not a verifier key: expected `<name>+<8 hexadecimal digits>+<base64 of the key>`",
            ),
            Self::Algorithm { code } => {
                write!(
                    f,
                    "the key is of an algorithm (0x{code:02x}) that is not known here: expected "
                )?;
                Algorithm::ALL.iter().enumerate().try_for_each(|(place, known)| {
                    let code = known.mark().first().copied().unwrap_or_default();
                    let between = if place == 0 { "" } else { ", " };
                    write!(f, "{between}0x{code:02x} ({known})")
                })
            }
            Self::Length { algorithm, expected, found } => {
                write!(f, "the key has {found} bytes; a public key of {algorithm} has {expected}")
            }
            Self::Public { algorithm } => {
                write!(f, "the bytes are not a public key of {algorithm} to be trusted")
            }
            Self::Secret { algorithm } => {
                write!(f, "the bytes are not a private key of {algorithm}")
            }
            Self::Id { found, expected } => write!(
                f,
                "the key id is `{}`; `{expected}` follows from name and key",
                found.escape_debug()
            ),
        }
    }
}

impl std::error::Error for KeyError {}

/// Why bytes are not a note, or a note is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteError {
    /// The note is longer than any that is read.
    TooLong {
        /// Its length, in bytes.
        found: usize,
    },
    /// It is not a text: UTF-8, ended by a newline, no control characters.
    Text,
    /// There is no signature under it.
    Unsigned,
    /// There are more signatures than are read.
    TooManySignatures,
    /// A line under the text is no signature.
    Signature {
        /// The line, counted from one.
        line: usize,
    },
    /// The same key has signed twice.
    SignedTwice {
        /// Its name.
        name: KeyName,
    },
    /// A signature of a trusted key does not fit the text.
    Forged {
        /// Its name.
        name: KeyName,
    },
    /// No trusted key has signed.
    Untrusted,
    /// The key signs something else.
    OtherAlgorithm {
        /// Its name.
        name: KeyName,
    },
    /// The key has no signature of this text.
    Unsignable {
        /// Its name.
        name: KeyName,
    },
    /// The time of a cosignature is beyond its range, or missing.
    Time {
        /// The time, in seconds since 1970-01-01 00:00 UTC.
        at_seconds: u64,
    },
    /// The key signs checkpoints, and the text is none.
    Checkpoint(CheckpointError),
    /// The checkpoint has extension lines, and the key of its log does not sign them.
    Extended {
        /// The name of the key.
        name: KeyName,
    },
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found } => {
                write!(f, "the note has {found} bytes; at most {MAX_NOTE_BYTES} are read")
            }
            Self::Text => f.write_str(
                "not the text of a note: expected UTF-8 that ends in a newline and has no other \
                 control characters",
            ),
            Self::Unsigned => f.write_str(
                "the note has no signature: expected signature lines after an empty line",
            ),
            Self::TooManySignatures => {
                write!(f, "the note has more than {MAX_SIGNATURES} signatures")
            }
            Self::Signature { line } => write!(
                f,
                "line {line} is not a signature: expected a long dash, the name of a key and base64"
            ),
            Self::SignedTwice { name } => write!(f, "the key `{name}` has signed twice"),
            Self::Forged { name } => {
                write!(f, "the signature of `{name}` does not fit the text")
            }
            Self::Untrusted => f.write_str("no trusted key has signed the note"),
            Self::OtherAlgorithm { name } => {
                write!(f, "the key `{name}` is not for signatures of this kind")
            }
            Self::Unsignable { name } => {
                write!(f, "the key `{name}` has no signature of this text")
            }
            Self::Time { at_seconds } => write!(
                f,
                "the time of a cosignature is {at_seconds} seconds since 1970: expected 1 to \
                 {MAX_SECONDS}"
            ),
            Self::Checkpoint(error) => error.fmt(f),
            Self::Extended { name } => {
                write!(f, "the checkpoint has extension lines, which `{name}` does not sign")
            }
        }
    }
}

impl std::error::Error for NoteError {}
