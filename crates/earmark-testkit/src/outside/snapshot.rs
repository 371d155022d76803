//! Snapshots of projections.

use earmark_core::fund::{Fund, WorkInjury};
use earmark_core::id::{BookId, area};
use earmark_core::projection::{Snapshot, SnapshotError, fingerprint};

use super::{Reading, Town};

const MAGIC: &[u8] = b"EMKSNAP1";
/// Where the parts begin, after magic, fingerprint and digest.
const HEAD: usize = 8 + 32 + 16;

/// One snapshot. Where its fingerprint or its book do not fit, it is read again with both mended: what lies
/// behind them must hold too.
///
/// # Panics
/// Where a promise of the decoder is broken; see the [module](super).
pub fn snapshot(bytes: &[u8]) -> Reading {
    let read = judged(bytes);
    match mended(bytes) {
        Some(mended) => read.and(judged(&mended)),
        None => read,
    }
}

fn judged(bytes: &[u8]) -> Reading {
    let book = book();
    let snapshot = match Snapshot::from_bytes(book, bytes) {
        Ok(snapshot) => snapshot,
        Err(SnapshotError::Changed) => {
            assert!(parts(bytes).is_some(), "its form is a snapshot's");
            return Reading::Refused;
        }
        Err(_) => return Reading::Refused,
    };
    assert_eq!(snapshot.to_bytes(), bytes, "the one spelling of a snapshot");
    let keys: Vec<_> = snapshot.cells().map(|(key, _)| key).collect();
    assert!(
        keys.is_sorted_by(|one, next| one < next),
        "cells stand once and in order of their keys"
    );
    let stated =
        fingerprint(snapshot.name(), snapshot.version(), snapshot.position(), snapshot.cells());
    assert_eq!(snapshot.fingerprint(), stated);
    let other = BookId::new(area("320200").unwrap(), Town::SPEC);
    assert_eq!(Snapshot::from_bytes(other, bytes), Err(SnapshotError::Book));
    Reading::Accepted
}

fn book() -> BookId {
    BookId::new(area("320100").unwrap(), WorkInjury::SPEC)
}

/// The same with the book and the fingerprint that fit; none where the parts have not the form.
fn mended(bytes: &[u8]) -> Option<Vec<u8>> {
    let parts = parts(bytes)?;
    let [name, version, position, cells @ ..] = parts.as_slice() else { return None };
    let version = u32::from_be_bytes((*version).try_into().ok()?);
    let position = u64::from_be_bytes((*position).try_into().ok()?);
    let cells: Vec<_> =
        cells.as_chunks::<2>().0.iter().map(|[key, value]| (*key, *value)).collect();
    let name = std::str::from_utf8(name).ok()?;
    let mut mended = MAGIC.to_vec();
    mended.extend(fingerprint(name, version, position, cells.into_iter()).0);
    mended.extend(book().digest());
    mended.extend(bytes.get(HEAD..)?);
    Some(mended)
}

/// Parts led by their length, to the last byte.
fn parts(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = bytes.get(HEAD..)?;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
        let (part, after) = after.split_at_checked(length)?;
        parts.push(part);
        rest = after;
    }
    Some(parts)
}
