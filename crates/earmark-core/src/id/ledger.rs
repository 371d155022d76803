use std::fmt;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::BookId;

/// Which ledger: sixteen random bytes, made once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LedgerId(pub [u8; 16]);

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Uuid::from_bytes(self.0), f)
    }
}

impl fmt::Debug for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The secret from which every leaf's nonce follows: 32 random bytes, made once and kept in the
/// ledger.
///
/// Whoever holds the ledger can recompute every nonce; whoever holds only hashes of a proof learns
/// nothing about the leaves behind them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LedgerSecret([u8; 32]);

impl LedgerSecret {
    /// The secret of 32 bytes, which must come from a source of strong randomness.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, for a store to keep.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The salt of a book's roll up to a closing: the first sixteen bytes of HMAC-SHA-256 with the secret as
    /// key over `earmark/roll/v1`, a zero byte, the book digest and the closing's sequence number as 8
    /// bytes, most significant first.
    #[must_use]
    pub fn roll_salt(&self, book: BookId, closing: u64) -> [u8; 16] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(b"earmark/roll/v1\0");
        mac.update(&book.digest());
        mac.update(&closing.to_be_bytes());
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        let (salt, _) = whole.split_at(16);
        let mut first = [0; 16];
        first.copy_from_slice(salt);
        first
    }

    /// The nonces of one book.
    pub(crate) fn nonces(&self, book: BookId) -> LeafNonces {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(b"earmark/leaf/v1\0");
        mac.update(&book.digest());
        LeafNonces { key: mac.finalize().into_bytes().into(), pair: None }
    }
}

/// Does not show the secret.
impl fmt::Debug for LedgerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LedgerSecret(..)")
    }
}

/// The nonces of one book's leaves, in order: 16 bytes a leaf, two leaves a hash.
///
/// The nonce of sequence number `n` is the first (even `n`) or second (odd `n`) half of
/// `SHA-256(book key ‖ n / 2 as 8 bytes, most significant first)`. Key and counter have a fixed
/// length that fits one block, so the hash is a pseudorandom function of the counter.
#[derive(Clone, Debug)]
pub(crate) struct LeafNonces {
    key: [u8; 32],
    pair: Option<(u64, [u8; 32])>,
}

impl LeafNonces {
    /// The nonce of the event with this sequence number.
    pub(crate) fn nonce(&mut self, seq: u64) -> [u8; 16] {
        let counter = seq / 2;
        let hash = match self.pair {
            Some((held, hash)) if held == counter => hash,
            _ => {
                let mut hasher = Sha256::new();
                hasher.update(self.key);
                hasher.update(counter.to_be_bytes());
                let hash = hasher.finalize().into();
                self.pair = Some((counter, hash));
                hash
            }
        };
        let (even, odd) = hash.split_at(16);
        let mut nonce = [0; 16];
        nonce.copy_from_slice(if seq.is_multiple_of(2) { even } else { odd });
        nonce
    }
}
