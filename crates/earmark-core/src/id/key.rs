use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The idempotency key of a commit: its identity within a book, 16 bytes.
///
/// The same key with the same content returns the first receipt; with other content it is refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 16]);

/// The key that follows from a text, such as the caller's own batch number:
/// `key("bank statement 2021-01-15")`.
#[must_use]
pub fn key(text: &str) -> Key {
    Key::from_parts(&[text.as_bytes()])
}

impl Key {
    /// A key of sixteen bytes of the caller's own.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The key that follows from several parts (the first half of SHA-256 over the parts, each led
    /// by its length).
    #[must_use]
    pub fn from_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"earmark/key/v1\0");
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let hash: [u8; 32] = hasher.finalize().into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(hash.split_at(16).0);
        Self(bytes)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }
}

impl From<Uuid> for Key {
    fn from(uuid: Uuid) -> Self {
        Self(uuid.into_bytes())
    }
}

/// Written like a UUID.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Uuid::from_bytes(self.0), f)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
