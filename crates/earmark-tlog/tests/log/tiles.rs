use std::collections::{BTreeMap, BTreeSet};

use earmark_tlog::proof::{InclusionProof, LeafHashes, Subtrees};
use earmark_tlog::tile::{Tile, TileError, Tiles, bundle, hashes, top, unbundle};
use proptest::prelude::*;

use super::leaves;

/// All tiles of a tree, level by level as the specification has them.
fn tiles(count: u64) -> BTreeMap<String, Vec<u8>> {
    let mut level = leaves(count);
    let mut found = BTreeMap::new();
    for number in 0..8 {
        for (index, part) in (0..).zip(level.chunks(256)) {
            let tile = Tile::of(count, number, index).unwrap();
            assert_eq!(tile.width(), u64::try_from(part.len()).unwrap());
            found.insert(tile.to_string(), part.iter().flat_map(|hash| hash.0).collect());
        }
        level = level.as_chunks::<256>().0.iter().map(top).collect();
    }
    found
}

#[test]
fn the_examples_of_the_specification() {
    let paths = |size| Tile::added(0, size).map(|tile| tile.to_string()).collect::<Vec<_>>();
    let of_70_000 = paths(70_000);
    assert_eq!(of_70_000.len(), 273 + 1 + 1 + 1 + 1);
    for path in ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"] {
        assert!(of_70_000.contains(&path.to_owned()), "{path}");
    }
    assert_eq!(paths(256), ["tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(paths(0), [""; 0]);
    let far = Tile::of(u64::MAX, 0, 1_234_067).unwrap();
    assert_eq!(far.to_string(), "tile/0/x001/x234/067");
    assert_eq!(far.entries_path(), "tile/entries/x001/x234/067");
}

#[test]
fn a_root_and_proofs_follow_from_tiles_alone() {
    let count = 70_123;
    let (all, files) = (leaves(count), tiles(count));
    let read = |tile: Tile| {
        let missing = TileError::Missing { level: tile.level(), index: tile.index() };
        files.get(&tile.to_string()).cloned().ok_or(missing)
    };
    let tree = Tiles::new(count, read);
    let root = LeafHashes(&all).root(count).unwrap();
    assert_eq!(tree.root(count), Ok(root));
    for index in [0, 255, 256, 65_535, 65_536, 70_000, 70_122] {
        let proof = InclusionProof::new(&tree, index, count).unwrap().unwrap();
        proof.verify(all[usize::try_from(index).unwrap()], root).unwrap();
    }
}

#[test]
fn a_bundle_is_of_its_leaves() {
    let entries: Vec<_> = (0..300_u64).map(u64::to_le_bytes).collect();
    let (all, tile) = (leaves(300), Tile::of(300, 0, 1).unwrap());
    let bytes = bundle(entries[256..].iter().map(|it| &it[..])).unwrap();
    let read = unbundle(tile, &all[256..], &bytes).unwrap();
    assert!(read.iter().zip(&entries[256..]).all(|(read, entry)| read == entry));
    let mut changed = bytes.clone();
    changed[5] ^= 1;
    assert_eq!(unbundle(tile, &all[256..], &changed), Err(TileError::Leaf { index: 256 }));
    for bad in [&bytes[..bytes.len() - 1], &bytes[10..], &[&bytes[..], &[0]].concat()] {
        assert_eq!(unbundle(tile, &all[256..], bad), Err(TileError::Bundle { tile }));
    }
    let long = vec![0; 65_536];
    assert_eq!(bundle([&long[..]]), Err(TileError::Entry { found: 65_536 }));
    assert!(hashes(tile, &[0; 32]).is_err());
}

proptest! {
    #[test]
    fn what_is_added_completes_what_was_there(old in 0..200_000_u64, more in 0..70_000_u64) {
        let all = |size| Tile::added(0, size).collect::<BTreeSet<_>>();
        let (before, after) = (all(old), all(old + more));
        let mut both = before.clone();
        both.extend(Tile::added(old, old + more));
        prop_assert!(after.is_subset(&both));
        // What is added is new or wider.
        for tile in Tile::added(old, old + more) {
            prop_assert!(!before.contains(&tile), "{tile}");
        }
    }
}
