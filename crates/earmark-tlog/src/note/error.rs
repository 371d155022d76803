use std::fmt;

use super::{KeyId, KeyName, MAX_NOTE_BYTES, MAX_SIGNATURES};

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
    /// The bytes are no public key that can be trusted.
    Public,
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
            Self::Algorithm { code } => write!(
                f,
                "the key is of algorithm 0x{code:02x}; 0x01 (Ed25519) and 0x04 (Ed25519 \
                 cosignature) are known"
            ),
            Self::Public => f.write_str("the bytes are not an Ed25519 public key to be trusted"),
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
        }
    }
}

impl std::error::Error for NoteError {}
