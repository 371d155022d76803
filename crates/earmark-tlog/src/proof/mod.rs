//! Proofs of RFC 6962: that a leaf is in a tree, and that a tree extends an earlier one.

mod consistency;
mod inclusion;
mod subtrees;

use std::fmt;

pub use consistency::ConsistencyProof;
pub use inclusion::InclusionProof;
pub use subtrees::{LeafHashes, Subtrees};

use crate::hash::Hash;

/// Why a proof proves nothing, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofError {
    /// The tree has no such leaf.
    NoLeaf {
        /// The leaf, counted from zero.
        index: u64,
        /// How many leaves the tree has.
        size: u64,
    },
    /// A tree never shrinks.
    Shrunk {
        /// How many leaves the earlier tree has.
        old_size: u64,
        /// How many leaves the later tree has.
        new_size: u64,
    },
    /// The proof has not as many hashes as one of its kind for these sizes.
    Length {
        /// How many it must have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// The hashes come to another root than the one claimed.
    Root {
        /// The size of the tree whose root it is.
        size: u64,
        /// The root claimed.
        claimed: Hash,
        /// What leaf and hashes come to.
        computed: Hash,
    },
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLeaf { index, size } => {
                write!(f, "a tree of {size} leaves has no leaf {index} (counted from zero)")
            }
            Self::Shrunk { old_size, new_size } => {
                write!(f, "a tree of {new_size} leaves does not extend one of {old_size}")
            }
            Self::Length { expected, found } => {
                write!(f, "a proof for these sizes has {expected} hashes, {found} were given")
            }
            Self::Root { size, claimed, computed } => write!(
                f,
                "the proof comes to the root {computed} at {size} leaves, {claimed} was claimed"
            ),
        }
    }
}

impl std::error::Error for ProofError {}

/// The largest power of two below `size`: where a tree of more than one leaf is split.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

#[cfg(test)]
mod tests;
