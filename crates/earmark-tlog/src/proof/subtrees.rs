use super::split;
use crate::hash::{EMPTY_ROOT, Hash, node_hash};

/// Where the hashes of complete subtrees come from: a list of leaf hashes, tiles, or a store.
///
/// A complete subtree never changes once its last leaf is there, so that whatever keeps one may keep it
/// for ever.
pub trait Subtrees {
    /// Why a hash cannot be had.
    type Error;

    /// The hash of the complete subtree of `2^level` leaves that begins at leaf `index * 2^level`. It is
    /// asked for subtrees alone that lie wholly within the tree.
    ///
    /// # Errors
    /// As the source says.
    fn subtree(&self, level: u32, index: u64) -> Result<Hash, Self::Error>;

    /// The root of the tree of the first `size` leaves.
    ///
    /// # Errors
    /// As the source says.
    fn root(&self, size: u64) -> Result<Hash, Self::Error> {
        if size == 0 { Ok(EMPTY_ROOT) } else { range(self, 0, size) }
    }
}

/// The hash of the leaves from `start` (included) to `end` (excluded), one leaf or more. A range of this
/// kind begins at a multiple of the largest power of two in it.
pub(super) fn range<S: Subtrees + ?Sized>(
    source: &S,
    start: u64,
    end: u64,
) -> Result<Hash, S::Error> {
    let size = end - start;
    if size.is_power_of_two() {
        let level = size.ilog2();
        return source.subtree(level, start >> level);
    }
    let middle = start + split(size);
    Ok(node_hash(&range(source, start, middle)?, &range(source, middle, end)?))
}

/// Leaf hashes that are all held in memory, for small trees and for tests.
#[derive(Clone, Copy, Debug)]
pub struct LeafHashes<'a>(pub &'a [Hash]);

/// The leaf that was asked for is not there.
impl Subtrees for LeafHashes<'_> {
    type Error = super::ProofError;

    fn subtree(&self, level: u32, index: u64) -> Result<Hash, Self::Error> {
        let size = u64::try_from(self.0.len()).unwrap_or(u64::MAX);
        let missing = super::ProofError::NoLeaf { index: index << level, size };
        let place = |leaf: u64| usize::try_from(leaf).unwrap_or(usize::MAX);
        let leaves = self.0.get(place(index << level)..place((index + 1) << level));
        let mut hashes = leaves.ok_or(missing.clone())?.to_vec();
        while hashes.len() > 1 {
            let (pairs, _) = hashes.as_chunks::<2>();
            hashes = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
        }
        hashes.first().copied().ok_or(missing)
    }
}
