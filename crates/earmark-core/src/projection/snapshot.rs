use earmark_tlog::Hash;
use sha2::{Digest, Sha256};

use crate::id::BookId;

/// The fingerprint of a projection's cells in one book: SHA-256 over name, version, position and, in
/// the order of their keys, each cell's key and value, every part led by its length as 8 bytes, most
/// significant first.
#[must_use]
pub fn fingerprint<'a>(
    name: &str,
    version: u32,
    position: u64,
    cells: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> Hash {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    part(name.as_bytes());
    part(&version.to_be_bytes());
    part(&position.to_be_bytes());
    for (key, value) in cells {
        part(key);
        part(value);
    }
    Hash(hasher.finalize().into())
}

/// All cells of a projection in one book at one position, with their fingerprint: small enough to
/// hand over, exact enough to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub(crate) book: BookId,
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) position: u64,
    pub(crate) cells: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) fingerprint: Hash,
}

const MAGIC: &[u8; 8] = b"EMKSNAP1";

impl Snapshot {
    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The projection's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The projection's version.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The last event that the cells count.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// The cells in the order of their keys.
    pub fn cells(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.cells.iter().map(|(key, value)| (key.as_slice(), value.as_slice()))
    }

    /// What two snapshots have in common exactly when they are equal.
    #[must_use]
    pub const fn fingerprint(&self) -> Hash {
        self.fingerprint
    }

    pub(crate) fn new(
        book: BookId,
        name: &str,
        version: u32,
        position: u64,
        cells: Vec<(Vec<u8>, Vec<u8>)>,
    ) -> Self {
        let pairs = cells.iter().map(|(key, value)| (key.as_slice(), value.as_slice()));
        let fingerprint = fingerprint(name, version, position, pairs);
        Self { book, name: name.to_owned(), version, position, cells, fingerprint }
    }

    /// The snapshot as bytes: `EMKSNAP1`, the fingerprint, the book's digest, then name, version,
    /// position and cells in the form over which the fingerprint is taken.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&self.fingerprint.0);
        bytes.extend_from_slice(&self.book.digest());
        let mut part = |part: &[u8]| {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        };
        part(self.name.as_bytes());
        part(&self.version.to_be_bytes());
        part(&self.position.to_be_bytes());
        for (key, value) in &self.cells {
            part(key);
            part(value);
        }
        bytes
    }

    /// Reads a snapshot of a book back, and checks its fingerprint.
    ///
    /// # Errors
    /// [`SnapshotError`] where the bytes are not a snapshot of this book, or were changed.
    pub fn from_bytes(book: BookId, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(SnapshotError::Form)?;
        let (stated, rest) = rest.split_first_chunk::<32>().ok_or(SnapshotError::Form)?;
        let (digest, rest) = rest.split_first_chunk::<16>().ok_or(SnapshotError::Form)?;
        if *digest != book.digest() {
            return Err(SnapshotError::Book);
        }
        let mut parts = Parts(rest);
        let name = parts.next_part().and_then(|part| std::str::from_utf8(part).ok());
        let name = name.ok_or(SnapshotError::Form)?;
        let version = u32::from_be_bytes(parts.fixed()?);
        let position = u64::from_be_bytes(parts.fixed()?);
        let mut cells: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        while !parts.0.is_empty() {
            let key = parts.next_part().ok_or(SnapshotError::Form)?.to_vec();
            let value = parts.next_part().ok_or(SnapshotError::Form)?.to_vec();
            // A fingerprint is no secret: cells that fit it may still stand twice or out of order.
            if cells.last().is_some_and(|(last, _)| *last >= key) {
                return Err(SnapshotError::Form);
            }
            cells.push((key, value));
        }
        let snapshot = Self::new(book, name, version, position, cells);
        if snapshot.fingerprint.0 == *stated { Ok(snapshot) } else { Err(SnapshotError::Changed) }
    }
}

struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn next_part(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
        let (part, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        self.next_part().and_then(|part| part.try_into().ok()).ok_or(SnapshotError::Form)
    }
}

/// Why bytes are not a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The bytes do not have a snapshot's form.
    #[error("the bytes are not a snapshot")]
    Form,
    /// The snapshot is of another book.
    #[error("the snapshot is of another book")]
    Book,
    /// The fingerprint does not fit the cells.
    #[error("the snapshot's fingerprint does not fit its cells")]
    Changed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fund::{Fund, WorkInjury};
    use crate::id::area;

    #[test]
    fn cells_out_of_order_or_twice_are_no_snapshot() {
        let book = BookId::new(area("320100").unwrap(), WorkInjury::SPEC);
        let read = |keys: &[u8]| {
            let cells = keys.iter().map(|key| (vec![*key], vec![1])).collect();
            Snapshot::from_bytes(book, &Snapshot::new(book, "paid", 1, 9, cells).to_bytes())
        };
        assert_eq!(read(&[1, 2, 3]).map(|it| it.cells().count()), Ok(3));
        assert_eq!(read(&[2, 1]), Err(SnapshotError::Form));
        assert_eq!(read(&[1, 1]), Err(SnapshotError::Form));
    }
}
