use super::subtrees::range;
use super::{ProofError, Subtrees, split};
use crate::hash::{Hash, node_hash};

/// The path from a leaf to the root: the hash beside each node on the way (RFC 6962 section 2.1.1).
///
/// ```
/// use earmark_tlog::proof::{InclusionProof, LeafHashes, Subtrees};
/// use earmark_tlog::leaf_hash;
///
/// let leaves: Vec<_> = (0..5_u8).map(|leaf| leaf_hash(&[leaf])).collect();
/// let tree = LeafHashes(&leaves);
/// let proof = InclusionProof::new(&tree, 3, 5)??;
/// proof.verify(leaf_hash(&[3]), tree.root(5)?)?;
/// assert!(proof.verify(leaf_hash(&[4]), tree.root(5)?).is_err());
/// # Ok::<(), earmark_tlog::proof::ProofError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    index: u64,
    size: u64,
    hashes: Vec<Hash>,
}

impl InclusionProof {
    /// Proves leaf `index`, counted from zero, in the tree of the first `size` leaves.
    ///
    /// # Errors
    /// The outer one as the source says; the inner one, [`ProofError::NoLeaf`], where the tree has no such
    /// leaf.
    pub fn new<S: Subtrees + ?Sized>(
        source: &S,
        index: u64,
        size: u64,
    ) -> Result<Result<Self, ProofError>, S::Error> {
        if index >= size {
            return Ok(Err(ProofError::NoLeaf { index, size }));
        }
        let mut beside = Vec::new();
        let (mut start, mut end) = (0, size);
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                beside.push((middle, end));
                end = middle;
            } else {
                beside.push((start, middle));
                start = middle;
            }
        }
        let hashes = beside.into_iter().rev().map(|(start, end)| range(source, start, end));
        Ok(Ok(Self { index, size, hashes: hashes.collect::<Result<_, _>>()? }))
    }

    /// A proof as somebody else gives it. Nothing is believed before [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`ProofError::NoLeaf`] and [`ProofError::Length`].
    pub fn from_parts(index: u64, size: u64, hashes: Vec<Hash>) -> Result<Self, ProofError> {
        if index >= size {
            return Err(ProofError::NoLeaf { index, size });
        }
        let expected = length(index, size);
        if hashes.len() != expected {
            return Err(ProofError::Length { expected, found: hashes.len() });
        }
        Ok(Self { index, size, hashes })
    }

    /// The leaf, counted from zero.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes, from the leaf's sibling up.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The root to which the leaf and the hashes come.
    #[must_use]
    pub fn root(&self, leaf: Hash) -> Hash {
        let (mut node, mut last) = (self.index, self.size - 1);
        let mut hash = leaf;
        for beside in &self.hashes {
            // A node that is the last of its level and a left one has nothing beside it there.
            while node == last && node.is_multiple_of(2) && last > 0 {
                (node, last) = (node >> 1, last >> 1);
            }
            hash = if node.is_multiple_of(2) {
                node_hash(&hash, beside)
            } else {
                node_hash(beside, &hash)
            };
            (node, last) = (node >> 1, last >> 1);
        }
        hash
    }

    /// Whether the leaf of this hash is in the tree of this root.
    ///
    /// # Errors
    /// [`ProofError::Root`] where it is not, or the proof is another's.
    pub fn verify(&self, leaf: Hash, root: Hash) -> Result<(), ProofError> {
        let computed = self.root(leaf);
        if computed == root {
            Ok(())
        } else {
            Err(ProofError::Root { size: self.size, claimed: root, computed })
        }
    }
}

/// How many hashes the path of a leaf has.
fn length(index: u64, size: u64) -> usize {
    let (mut start, mut end, mut length) = (0, size, 0);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            end = middle;
        } else {
            start = middle;
        }
        length += 1;
    }
    length
}
