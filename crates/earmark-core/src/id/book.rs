use std::fmt;

use sha2::{Digest, Sha256};

use super::Area;
use crate::fund::FundSpec;

/// Which book: one fund of one pooling area.
///
/// Two books are the same where area and fund code are the same.
#[derive(Clone, Copy)]
pub struct BookId {
    area: Area,
    fund: &'static FundSpec,
}

impl BookId {
    /// The book of a fund in a pooling area.
    #[must_use]
    pub const fn new(area: Area, fund: &'static FundSpec) -> Self {
        Self { area, fund }
    }

    /// The pooling area.
    #[must_use]
    pub const fn area(self) -> Area {
        self.area
    }

    /// The fund.
    #[must_use]
    pub const fn fund(self) -> &'static FundSpec {
        self.fund
    }

    /// The sixteen bytes that name the book in stored frames and in the derivation of its leaf
    /// nonces: the first half of SHA-256 over `earmark/book/v1`, a zero byte, the area's six digits
    /// and the fund code.
    #[must_use]
    pub fn digest(self) -> [u8; 16] {
        let mut hasher = Sha256::new();
        hasher.update(b"earmark/book/v1\0");
        hasher.update(self.area.to_string().as_bytes());
        hasher.update(self.fund.code().as_bytes());
        let hash: [u8; 32] = hasher.finalize().into();
        let mut digest = [0; 16];
        digest.copy_from_slice(hash.split_at(16).0);
        digest
    }
}

impl PartialEq for BookId {
    fn eq(&self, other: &Self) -> bool {
        self.area == other.area && self.fund.code() == other.fund.code()
    }
}

impl Eq for BookId {}

impl PartialOrd for BookId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BookId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.area, self.fund.code()).cmp(&(other.area, other.fund.code()))
    }
}

impl std::hash::Hash for BookId {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.area.hash(state);
        self.fund.code().hash(state);
    }
}

/// `320200/WORK_INJURY`
impl fmt::Display for BookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.area, self.fund.code())
    }
}

impl fmt::Debug for BookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for BookId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
