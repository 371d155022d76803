use earmark_tlog::tile::{Tile, top};
use earmark_tlog::{EMPTY_ROOT, Hash, node_hash};

/// How many levels of tiles a tree has at most.
const LEVELS: usize = 8;

/// The growing edge of a tree in tiles: on each level the hashes of the tile that is not full yet. Tiles come out of
/// it as they fill up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edge {
    size: u64,
    levels: [Vec<Hash>; LEVELS],
}

impl Edge {
    /// The edge of a tree of `size` leaves, from its last tiles.
    pub(crate) fn load<E>(
        size: u64,
        mut read: impl FnMut(Tile) -> Result<Vec<Hash>, E>,
    ) -> Result<Self, E> {
        let mut edge = Self { size, ..Self::default() };
        for tile in partial_tiles(size) {
            let hashes = read(tile)?;
            if let Some(level) =
                usize::try_from(tile.level()).ok().and_then(|it| edge.levels.get_mut(it))
            {
                *level = hashes;
            }
        }
        Ok(edge)
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; `full` is given every tile that it fills.
    pub(crate) fn push<E>(
        &mut self,
        leaf: Hash,
        mut full: impl FnMut(Tile, &[Hash]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.size += 1;
        let mut hash = leaf;
        for (number, level) in (0_u32..).zip(&mut self.levels) {
            level.push(hash);
            let Ok(all) = <&[Hash; 256]>::try_from(level.as_slice()) else { break };
            hash = top(all);
            let filled = self.size.checked_shr(8 * (number + 1)).unwrap_or(0);
            if let Some(tile) = Tile::of(self.size, number, filled.saturating_sub(1)) {
                full(tile, all)?;
            }
            level.clear();
        }
        Ok(())
    }

    /// The tiles that are not full, with their hashes.
    pub(crate) fn partial(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        partial_tiles(self.size).filter_map(|tile| {
            let level = usize::try_from(tile.level()).ok()?;
            Some((tile, self.levels.get(level)?.as_slice()))
        })
    }

    /// The leaves of the tile that is not full.
    pub(crate) fn leaves(&self) -> &[Hash] {
        let [leaves, ..] = &self.levels;
        leaves
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> Hash {
        let mut root = None;
        // From the smallest complete subtree to the largest.
        for level in &self.levels {
            let mut rest = level.as_slice();
            for height in 0..8_u32 {
                let wide = 1_usize << height;
                if level.len() & wide == 0 {
                    continue;
                }
                let (before, part) = rest.split_at(rest.len().saturating_sub(wide));
                rest = before;
                let peak = folded(part);
                root = Some(root.map_or(peak, |right| node_hash(&peak, &right)));
            }
        }
        root.unwrap_or(EMPTY_ROOT)
    }
}

/// The tiles of a tree that are not full: at most one on a level.
pub(crate) fn partial_tiles(size: u64) -> impl Iterator<Item = Tile> {
    (0..8_u32).filter_map(move |level| {
        let hashes = size >> (8 * level);
        Tile::of(size, level, hashes / 256).filter(|tile| tile.width() < 256)
    })
}

/// The hash above hashes of which there is a power of two.
fn folded(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        let (pairs, _) = level.as_chunks::<2>();
        level = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    level.first().copied().unwrap_or(EMPTY_ROOT)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use earmark_tlog::{Frontier, leaf_hash};

    use super::*;

    #[test]
    fn tiles_and_roots_are_those_of_the_tree() {
        let mut edge = Edge::default();
        let mut frontier = Frontier::new();
        let mut tiles: BTreeMap<String, Vec<Hash>> = BTreeMap::new();
        let leaves: Vec<_> = (0..66_000_u32).map(|leaf| leaf_hash(&leaf.to_le_bytes())).collect();
        for (size, leaf) in (1..).zip(&leaves) {
            let mut note = |tile: Tile, hashes: &[Hash]| -> Result<(), Infallible> {
                assert_eq!(tile.width(), 256);
                assert!(tiles.insert(tile.to_string(), hashes.to_vec()).is_none());
                Ok(())
            };
            edge.push(*leaf, &mut note).unwrap();
            frontier.push(*leaf).unwrap();
            if size % 97 == 0 || (65_530..65_540).contains(&size) {
                assert_eq!(edge.root(), frontier.root(), "{size}");
                let read = |tile: Tile| -> Result<_, Infallible> {
                    Ok(edge.partial().find(|(it, _)| *it == tile).unwrap().1.to_vec())
                };
                let again = Edge::load(edge.size(), read).unwrap();
                assert_eq!((again.root(), again.levels), (edge.root(), edge.levels.clone()));
            }
        }
        let all: Vec<_> =
            tiles.into_keys().chain(edge.partial().map(|(tile, _)| tile.to_string())).collect();
        let mut expected: Vec<_> = Tile::added(0, 66_000).map(|tile| tile.to_string()).collect();
        expected.sort();
        let mut all = all;
        all.sort();
        assert_eq!(all, expected);
        assert_eq!(Edge::default().root(), EMPTY_ROOT);
    }
}
