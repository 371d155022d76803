use earmark_tlog::proof::InclusionProof;
use earmark_tlog::{EMPTY_ROOT, Hash, node_hash};

/// All hashes of the tree over a roll, from the leaves up to the root: at most two a leaf, and one a level.
///
/// A node that is the last of its level and has no other beside it is carried up as it is. That is the tree
/// of RFC 6962: cutting a list at the largest power of two below its length leaves the same pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Levels(Vec<Vec<Hash>>);

impl Levels {
    pub(super) fn of(leaves: Vec<Hash>) -> Self {
        let mut levels = Vec::new();
        let mut level = leaves;
        while level.len() > 1 {
            let (pairs, last) = level.as_chunks::<2>();
            let mut above: Vec<_> =
                pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
            above.extend_from_slice(last);
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Self(levels)
    }

    /// How many leaves there are.
    pub(super) fn size(&self) -> u64 {
        self.0.first().map_or(0, |leaves| u64::try_from(leaves.len()).unwrap_or(u64::MAX))
    }

    pub(super) fn root(&self) -> Hash {
        self.0.last().and_then(|level| level.first()).copied().unwrap_or(EMPTY_ROOT)
    }

    /// The path of a leaf; none where there is no such leaf.
    pub(super) fn path(&self, leaf: usize) -> Option<InclusionProof> {
        let mut node = leaf;
        let mut hashes = Vec::with_capacity(self.0.len());
        for level in &self.0 {
            hashes.extend(level.get(node ^ 1));
            node >>= 1;
        }
        InclusionProof::from_parts(u64::try_from(leaf).ok()?, self.size(), hashes).ok()
    }
}

#[cfg(test)]
mod tests {
    use earmark_tlog::leaf_hash;
    use earmark_tlog::proof::{LeafHashes, Subtrees};

    use super::*;

    #[test]
    fn the_kept_levels_are_the_tree_of_the_log_crate() {
        for size in 0..=130_u64 {
            let leaves: Vec<_> = (0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
            let levels = Levels::of(leaves.clone());
            assert_eq!(levels.size(), size);
            assert_eq!(levels.root(), LeafHashes(&leaves).root(size).unwrap(), "{size} leaves");
            for leaf in 0..size {
                let expected = InclusionProof::new(&LeafHashes(&leaves), leaf, size).unwrap();
                let place = usize::try_from(leaf).unwrap();
                assert_eq!(levels.path(place), Some(expected.unwrap()), "leaf {leaf} of {size}");
            }
            assert_eq!(levels.path(leaves.len()), None);
            let kept: usize = levels.0.iter().map(Vec::len).sum();
            assert!(kept <= 2 * leaves.len() + 9, "{kept} hashes for {size} leaves");
        }
    }
}
