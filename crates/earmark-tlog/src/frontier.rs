use std::fmt;

use crate::hash::{EMPTY_ROOT, Hash, node_hash};

/// The growing edge of an RFC 6962 tree: one hash for each complete subtree, largest first.
///
/// A tree of `n` leaves has as many complete subtrees as `n` has one bits, so a frontier holds at
/// most 64 hashes however long the log is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends the hash of the next leaf.
    ///
    /// # Errors
    /// [`FrontierError::Full`] after 2^64 - 1 leaves; the frontier is unchanged.
    pub fn push(&mut self, leaf: Hash) -> Result<(), FrontierError> {
        self.push_with(leaf, |_, _, _| {})
    }

    /// Appends the hash of the next leaf, and gives the hash of every subtree of two leaves or more that
    /// it completes, smallest first: its level (it has `2^level` leaves), its number among those of its
    /// level, counted from zero, and its hash.
    ///
    /// What is kept of these makes proofs quick; they fall out of the appending for nothing.
    ///
    /// ```
    /// use earmark_tlog::{Frontier, leaf_hash};
    ///
    /// let (mut log, mut complete) = (Frontier::new(), Vec::new());
    /// for leaf in 0..4_u8 {
    ///     log.push_with(leaf_hash(&[leaf]), |level, index, _| complete.push((level, index)))?;
    /// }
    /// assert_eq!(complete, [(1, 0), (1, 1), (2, 0)]);
    /// # Ok::<(), earmark_tlog::FrontierError>(())
    /// ```
    ///
    /// # Errors
    /// [`FrontierError::Full`] after 2^64 - 1 leaves; the frontier is unchanged.
    pub fn push_with(
        &mut self,
        leaf: Hash,
        mut complete: impl FnMut(u32, u64, Hash),
    ) -> Result<(), FrontierError> {
        let size = self.size.checked_add(1).ok_or(FrontierError::Full)?;
        let mut hash = leaf;
        // Every trailing one bit of the old size is a complete subtree that the new leaf closes.
        for level in 1..=self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            complete(level, self.size >> level, hash);
        }
        self.peaks.push(hash);
        self.size = size;
        Ok(())
    }

    /// The root hash of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(&last) = peaks.next() else { return EMPTY_ROOT };
        peaks.fold(last, |right, left| node_hash(left, &right))
    }

    /// The hashes of the complete subtrees, largest subtree first.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Rebuilds a frontier from its size and [`peaks`](Self::peaks).
    ///
    /// # Errors
    /// [`FrontierError::Peaks`] where the number of hashes is not the number of one bits in `size`.
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Result<Self, FrontierError> {
        let expected = size.count_ones();
        if usize::try_from(expected) != Ok(peaks.len()) {
            return Err(FrontierError::Peaks { size, expected, found: peaks.len() });
        }
        Ok(Self { size, peaks })
    }
}

/// Why a frontier could not grow or be rebuilt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrontierError {
    /// The tree already has 2^64 - 1 leaves.
    Full,
    /// The number of subtree hashes does not fit the size.
    Peaks {
        /// The size given.
        size: u64,
        /// How many hashes a tree of that size has.
        expected: u32,
        /// How many were given.
        found: usize,
    },
}

impl fmt::Display for FrontierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => write!(f, "a tree holds at most 2^64 - 1 leaves"),
            Self::Peaks { size, expected, found } => write!(
                f,
                "a tree of {size} leaves has {expected} complete subtrees, {found} hashes were given"
            ),
        }
    }
}

impl std::error::Error for FrontierError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::leaf_hash;

    /// MTH of RFC 6962 section 2.1, word for word and without an edge.
    fn merkle_tree_hash(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => EMPTY_ROOT,
            [leaf] => leaf_hash(leaf),
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(k);
                node_hash(&merkle_tree_hash(left), &merkle_tree_hash(right))
            }
        }
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
            .collect()
    }

    /// The leaves and roots with which Certificate Transparency implementations check themselves.
    #[test]
    fn roots_of_the_common_test_leaves() {
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut log = Frontier::new();
        for (leaf, root) in leaves.iter().zip(roots) {
            log.push(leaf_hash(&hex(leaf))).unwrap();
            assert_eq!(log.root().to_string(), root);
        }
    }

    proptest! {
        #[test]
        fn edge_and_definition_agree(leaves in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..200)) {
            let mut log = Frontier::new();
            for leaf in &leaves { log.push(leaf_hash(leaf)).unwrap(); }
            prop_assert_eq!(log.root(), merkle_tree_hash(&leaves));
            let rebuilt = Frontier::from_parts(log.size(), log.peaks().to_vec()).unwrap();
            prop_assert_eq!(rebuilt, log);
        }
    }

    /// Each complete subtree is given once, in the order in which they are completed, and is what the
    /// definition says of its leaves.
    #[test]
    fn every_complete_subtree_is_given() {
        let leaves: Vec<Vec<u8>> = (0..300_u32).map(|leaf| leaf.to_le_bytes().to_vec()).collect();
        let (mut log, mut given) = (Frontier::new(), Vec::new());
        for leaf in &leaves {
            let before = given.len();
            log.push_with(leaf_hash(leaf), |level, index, hash| given.push((level, index, hash)))
                .unwrap();
            let size = usize::try_from(log.size()).unwrap();
            let expected: Vec<_> = (1..=size.trailing_zeros())
                .map(|level| {
                    let (wide, end) = (1_usize << level, size);
                    let index = u64::try_from(end / wide - 1).unwrap();
                    (level, index, merkle_tree_hash(&leaves[end - wide..end]))
                })
                .collect();
            assert_eq!(given[before..], expected, "at {size} leaves");
        }
        let mut plain = Frontier::new();
        leaves.iter().for_each(|leaf| plain.push(leaf_hash(leaf)).unwrap());
        assert_eq!(log, plain);
    }

    /// Where a tree is full, nothing is given and nothing changes.
    #[test]
    fn a_full_tree_takes_no_leaf() {
        let mut full = Frontier::from_parts(u64::MAX, vec![EMPTY_ROOT; 64]).unwrap();
        let before = full.clone();
        let refused = full.push_with(EMPTY_ROOT, |_, _, _| panic!("nothing is completed"));
        assert_eq!((refused, full), (Err(FrontierError::Full), before));
    }

    #[test]
    fn a_wrong_number_of_peaks_is_refused() {
        assert_eq!(
            Frontier::from_parts(3, vec![EMPTY_ROOT]),
            Err(FrontierError::Peaks { size: 3, expected: 2, found: 1 })
        );
    }
}
