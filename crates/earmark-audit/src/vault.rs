//! Vaults: personal details, bound by salted commitments and erasable.
//!
//! A book holds no name and no number of a person. Where an event must be bound to such a detail, it holds a
//! commitment: SHA-256 of `earmark/detail/v1`, a zero byte, 32 random bytes (the salt), and the detail. Detail and salt
//! are kept in a vault. Without the salt nobody can try out details until one fits. Once a vault has erased both,
//! the commitment in the book says nothing about anybody, and every proof over the book stands.
//!
//! Erasing takes effect on the vault alone. Backups and snapshots of it, and blocks that a disk keeps aside, are the
//! operator's part.

mod folder_vault;

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

pub use folder_vault::FolderVault;

use crate::folder::FolderError;

/// The longest detail, in bytes.
pub const MAX_DETAIL_BYTES: usize = 1 << 20;

/// What a book holds of a personal detail: 32 bytes that say nothing without detail and salt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(pub [u8; 32]);

/// 64 hexadecimal digits in lower case.
impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment({self})")
    }
}

impl FromStr for Commitment {
    type Err = VaultError;

    fn from_str(text: &str) -> Result<Self, VaultError> {
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * place..2 * place + 2).ok_or(VaultError::Digits)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| VaultError::Digits)?;
        }
        let commitment = Self(bytes);
        if commitment.to_string() == text { Ok(commitment) } else { Err(VaultError::Digits) }
    }
}

/// A personal detail and its salt. Neither is ever shown by [`Debug`](fmt::Debug).
///
/// ```
/// use earmark_audit::vault::{Detail, open};
///
/// let detail = Detail::new(b"Zhang San, 320100199001011234")?;
/// let commitment = detail.commitment();
/// assert!(open(commitment, detail.salt(), detail.bytes()));
/// assert!(!open(commitment, detail.salt(), b"Li Si, 320100199001011234"));
/// # Ok::<(), earmark_audit::vault::VaultError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Detail {
    salt: [u8; 32],
    bytes: Vec<u8>,
}

impl Detail {
    /// A detail with a new salt of the operating system's randomness.
    ///
    /// # Errors
    /// [`VaultError::TooLong`]; [`VaultError::NoRandomness`] where the system gives none.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, VaultError> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt)
            .map_err(|error| VaultError::NoRandomness { reason: error.to_string() })?;
        Self::from_parts(salt, bytes)
    }

    /// A detail with the salt that it was bound with.
    ///
    /// # Errors
    /// [`VaultError::TooLong`].
    pub fn from_parts(salt: [u8; 32], bytes: impl Into<Vec<u8>>) -> Result<Self, VaultError> {
        let bytes = bytes.into();
        if bytes.len() > MAX_DETAIL_BYTES {
            return Err(VaultError::TooLong { found: bytes.len() });
        }
        Ok(Self { salt, bytes })
    }

    /// The salt.
    #[must_use]
    pub const fn salt(&self) -> &[u8; 32] {
        &self.salt
    }

    /// The detail.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What a book holds of it.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        commit(&self.salt, &self.bytes)
    }
}

/// Without salt and detail.
impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Detail({} bytes)", self.bytes.len())
    }
}

/// Whether a commitment is that of a detail with this salt.
#[must_use]
pub fn open(commitment: Commitment, salt: &[u8; 32], bytes: &[u8]) -> bool {
    commit(salt, bytes) == commitment
}

fn commit(salt: &[u8; 32], bytes: &[u8]) -> Commitment {
    let mut hasher = Sha256::new();
    hasher.update(b"earmark/detail/v1\0");
    hasher.update(salt);
    hasher.update(bytes);
    Commitment(hasher.finalize().into())
}

/// Where details and salts are kept.
pub trait Vault: Send + Sync {
    /// Keeps a detail, durably on return. Keeping it again changes nothing.
    ///
    /// # Errors
    /// [`VaultError::Erased`] where it was erased before; others as the vault says.
    fn keep(&self, detail: &Detail) -> Result<Commitment, VaultError>;

    /// What is kept under a commitment. What is given back fits it.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] where what is kept does not fit; others as the vault says.
    fn get(&self, commitment: Commitment) -> Result<Kept, VaultError>;

    /// Erases detail and salt. On return they are gone, and stay gone after a crash. Erasing again changes nothing.
    ///
    /// # Errors
    /// [`VaultError::NotKept`] where there never was such a detail; others as the vault says.
    fn erase(&self, commitment: Commitment) -> Result<(), VaultError>;
}

/// What a vault has under a commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The detail.
    Detail(Detail),
    /// It was erased.
    Erased,
    /// The vault never had it.
    Nothing,
}

/// Why a vault does not do as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are what the message names
pub enum VaultError {
    /// The detail is too long.
    #[error("the detail has {found} bytes; at most {MAX_DETAIL_BYTES} are kept")]
    TooLong { found: usize },
    /// Not the text of a commitment.
    #[error("not a commitment: expected 64 hexadecimal digits in lower case")]
    Digits,
    /// The system gives no random bytes.
    #[error("there is no randomness for a salt: {reason}; nothing was kept")]
    NoRandomness { reason: String },
    /// It was erased before.
    #[error("the detail of the commitment {commitment} was erased, and is not kept again")]
    Erased { commitment: Commitment },
    /// The vault never had it.
    #[error("the vault has no detail of the commitment {commitment}; nothing was erased")]
    NotKept { commitment: Commitment },
    /// What is kept does not fit its commitment.
    #[error("what is kept under the commitment {commitment} does not fit it")]
    Damaged { commitment: Commitment },
    /// Another process has the vault.
    #[error("{at}: another process has this vault open")]
    Locked { at: String },
    /// Something that no vault has.
    #[error("{at}: this is nothing that a vault has")]
    Stray { at: String },
    /// The folder cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
}
