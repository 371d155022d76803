use earmark_core::id::BookId;
use earmark_tlog::note::{Algorithm, KeyError, KeyName, Signer, VerifierKey};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::origin::origin;

/// A secret of the office, from which the key of each book follows. A policy refuses the same public key under
/// two names, and a key that leaks in one place should not sign for every book.
///
/// The secret key of a book is HMAC-SHA256, keyed with the secret, over `earmark/notary-key/v1`, a zero byte and
/// the book's origin.
#[derive(Clone)]
pub struct OfficeKey([u8; 32]);

impl OfficeKey {
    /// The key of 32 random bytes. Keeping them safe is the caller's part.
    #[must_use]
    pub const fn from_secret(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The key that signs checkpoints of a book.
    ///
    /// # Errors
    /// [`KeyError`] where office and book come to too long a name.
    pub fn signer(&self, office: &KeyName, book: BookId) -> Result<Signer, KeyError> {
        let name = origin(office, book)?;
        // A key of any length is one of HMAC.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(|_| KeyError::Form)?;
        mac.update(b"earmark/notary-key/v1\0");
        mac.update(name.as_str().as_bytes());
        Signer::new(name, Algorithm::Ed25519, mac.finalize().into_bytes().into())
    }

    /// The public key for a book, to hand to others.
    ///
    /// # Errors
    /// As [`signer`](Self::signer).
    pub fn verifier(&self, office: &KeyName, book: BookId) -> Result<VerifierKey, KeyError> {
        Ok(self.signer(office, book)?.verifier().clone())
    }
}

/// Without the secret.
impl std::fmt::Debug for OfficeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfficeKey")
    }
}
