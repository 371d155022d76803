use super::subtrees::range;
use super::{ProofError, Subtrees, split};
use crate::hash::{EMPTY_ROOT, Hash, node_hash};

/// That the tree of the first `new_size` leaves begins with the tree of the first `old_size` (RFC 6962
/// section 2.1.2): nothing that was there was changed, removed or moved.
///
/// ```
/// use earmark_tlog::proof::{ConsistencyProof, LeafHashes, Subtrees};
/// use earmark_tlog::leaf_hash;
///
/// let leaves: Vec<_> = (0..7_u8).map(|leaf| leaf_hash(&[leaf])).collect();
/// let tree = LeafHashes(&leaves);
/// let proof = ConsistencyProof::new(&tree, 3, 7)??;
/// proof.verify(tree.root(3)?, tree.root(7)?)?;
/// # Ok::<(), earmark_tlog::proof::ProofError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    old_size: u64,
    new_size: u64,
    hashes: Vec<Hash>,
}

/// One step on the way from the root to the end of the earlier tree: the part beside it.
#[derive(Clone, Copy)]
enum Beside {
    /// It belongs to the earlier tree too.
    Left(u64, u64),
    /// It is of the later tree alone.
    Right(u64, u64),
}

/// The way down from the root of the later tree to a part that ends where the earlier tree does, and that
/// part.
fn way(old_size: u64, new_size: u64) -> (Vec<Beside>, (u64, u64)) {
    let mut beside = Vec::new();
    let (mut start, mut end) = (0, new_size);
    while end > old_size {
        let middle = start + split(end - start);
        if old_size <= middle {
            beside.push(Beside::Right(middle, end));
            end = middle;
        } else {
            beside.push(Beside::Left(start, middle));
            start = middle;
        }
    }
    (beside, (start, end))
}

impl ConsistencyProof {
    /// Proves that the tree of `new_size` leaves extends that of `old_size`.
    ///
    /// # Errors
    /// The outer one as the source says; the inner one, [`ProofError::Shrunk`], where the later tree has
    /// fewer leaves.
    pub fn new<S: Subtrees + ?Sized>(
        source: &S,
        old_size: u64,
        new_size: u64,
    ) -> Result<Result<Self, ProofError>, S::Error> {
        if old_size > new_size {
            return Ok(Err(ProofError::Shrunk { old_size, new_size }));
        }
        let mut hashes = Vec::new();
        if old_size > 0 {
            let (beside, (start, end)) = way(old_size, new_size);
            // The part itself, where it is not the whole earlier tree, whose root is known.
            if start > 0 {
                hashes.push(range(source, start, end)?);
            }
            for part in beside.into_iter().rev() {
                let (Beside::Left(start, end) | Beside::Right(start, end)) = part;
                hashes.push(range(source, start, end)?);
            }
        }
        Ok(Ok(Self { old_size, new_size, hashes }))
    }

    /// A proof as somebody else gives it. Nothing is believed before [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`ProofError::Shrunk`] and [`ProofError::Length`].
    pub fn from_parts(old_size: u64, new_size: u64, hashes: Vec<Hash>) -> Result<Self, ProofError> {
        if old_size > new_size {
            return Err(ProofError::Shrunk { old_size, new_size });
        }
        let expected = if old_size == 0 {
            0
        } else {
            let (beside, (start, _)) = way(old_size, new_size);
            beside.len() + usize::from(start > 0)
        };
        if hashes.len() != expected {
            return Err(ProofError::Length { expected, found: hashes.len() });
        }
        Ok(Self { old_size, new_size, hashes })
    }

    /// How many leaves the earlier tree has.
    #[must_use]
    pub const fn old_size(&self) -> u64 {
        self.old_size
    }

    /// How many leaves the later tree has.
    #[must_use]
    pub const fn new_size(&self) -> u64 {
        self.new_size
    }

    /// The hashes, in the order of RFC 6962.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Whether the tree of the later root extends that of the earlier one.
    ///
    /// # Errors
    /// [`ProofError::Root`], naming the tree whose root is another than the proof comes to.
    pub fn verify(&self, old_root: Hash, new_root: Hash) -> Result<(), ProofError> {
        let is = |size, claimed, computed| {
            if claimed == computed {
                Ok(())
            } else {
                Err(ProofError::Root { size, claimed, computed })
            }
        };
        if self.old_size == 0 {
            // The empty tree is the beginning of every tree; nothing is proved of the later one.
            is(0, old_root, EMPTY_ROOT)?;
            return if self.new_size == 0 { is(0, new_root, EMPTY_ROOT) } else { Ok(()) };
        }
        let (beside, (start, _)) = way(self.old_size, self.new_size);
        let mut hashes = self.hashes.iter();
        let first = if start > 0 { hashes.next().copied() } else { Some(old_root) };
        let short = ProofError::Length { expected: beside.len() + 1, found: self.hashes.len() };
        let first = first.ok_or_else(|| short.clone())?;
        let (mut old, mut new) = (first, first);
        for part in beside.iter().rev() {
            let hash = hashes.next().ok_or_else(|| short.clone())?;
            match part {
                Beside::Left(..) => {
                    old = node_hash(hash, &old);
                    new = node_hash(hash, &new);
                }
                Beside::Right(..) => new = node_hash(&new, hash),
            }
        }
        is(self.old_size, old_root, old)?;
        is(self.new_size, new_root, new)
    }
}
