use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::hash::{EMPTY_ROOT, leaf_hash, node_hash};

/// MTH, PATH and SUBPROOF of RFC 6962 section 2.1, word for word.
mod definition {
    use super::*;

    pub(super) fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => EMPTY_ROOT,
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(&mth(left), &mth(right))
            }
        }
    }

    pub(super) fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(k);
        let (mut below, beside) =
            if m < k { (path(m, left), mth(right)) } else { (path(m - k, right), mth(left)) };
        below.push(beside);
        below
    }

    pub(super) fn subproof(m: usize, leaves: &[Hash], b: bool) -> Vec<Hash> {
        if m == leaves.len() {
            return if b { Vec::new() } else { vec![mth(leaves)] };
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(k);
        let (mut below, beside) = if m <= k {
            (subproof(m, left, b), mth(right))
        } else {
            (subproof(m - k, right, false), mth(left))
        };
        below.push(beside);
        below
    }
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_le_bytes())).collect()
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap()
}

#[test]
fn every_proof_of_every_small_tree_is_the_definitions() {
    let all = leaves(70);
    for count in 0..=all.len() {
        let tree = &all[..count];
        let source = LeafHashes(tree);
        assert_eq!(source.root(size(count)).unwrap(), definition::mth(tree));
        let root = definition::mth(tree);
        for (index, leaf) in tree.iter().enumerate() {
            let proof = InclusionProof::new(&source, size(index), size(count)).unwrap().unwrap();
            assert_eq!(proof.hashes(), definition::path(index, tree));
            proof.verify(*leaf, root).unwrap();
        }
        for old in 0..=count {
            let proof = ConsistencyProof::new(&source, size(old), size(count)).unwrap().unwrap();
            let expected =
                if old == 0 { Vec::new() } else { definition::subproof(old, tree, true) };
            assert_eq!(proof.hashes(), expected, "{old} of {count}");
            proof.verify(definition::mth(&tree[..old]), root).unwrap();
        }
    }
}

#[test]
fn what_a_tree_does_not_have_is_not_proved() {
    let all = leaves(5);
    let source = LeafHashes(&all);
    let none = InclusionProof::new(&source, 5, 5).unwrap();
    assert_eq!(none, Err(ProofError::NoLeaf { index: 5, size: 5 }));
    let shrunk = ConsistencyProof::new(&source, 5, 4).unwrap();
    assert_eq!(shrunk, Err(ProofError::Shrunk { old_size: 5, new_size: 4 }));
    assert!(InclusionProof::new(&source, 3, 6).is_err());
    assert!(ConsistencyProof::new(&source, 3, 6).is_err());
}

#[test]
fn the_empty_tree_is_no_other_tree() {
    let proof = ConsistencyProof::from_parts(0, 0, Vec::new()).unwrap();
    proof.verify(EMPTY_ROOT, EMPTY_ROOT).unwrap();
    assert!(proof.verify(EMPTY_ROOT, leaf_hash(b"")).is_err());
    let proof = ConsistencyProof::from_parts(0, 3, Vec::new()).unwrap();
    assert!(proof.verify(leaf_hash(b""), leaf_hash(b"")).is_err());
}

proptest! {
    #[test]
    fn a_proof_of_another_length_is_refused(index in 0..u64::MAX, size in 1..u64::MAX, more in 0..130_usize) {
        let index = index % size;
        let hashes = vec![EMPTY_ROOT; more];
        match InclusionProof::from_parts(index, size, hashes.clone()) {
            Ok(proof) => prop_assert!(proof.verify(EMPTY_ROOT, EMPTY_ROOT).is_err() || size == 1),
            Err(error) => prop_assert!(matches!(error, ProofError::Length { .. }), "{error}"),
        }
        match ConsistencyProof::from_parts(index, size, hashes) {
            Ok(proof) => { let _ = proof.verify(EMPTY_ROOT, EMPTY_ROOT); }
            Err(error) => prop_assert!(matches!(error, ProofError::Length { .. }), "{error}"),
        }
    }

    #[test]
    fn a_changed_proof_is_refused(
        count in 2..300_usize,
        places in any::<[prop::sample::Index; 3]>(),
        byte in 0..32_usize,
        flip in 1..=255_u8,
    ) {
        let all = leaves(count);
        let source = LeafHashes(&all);
        let root = source.root(size(count)).unwrap();
        let index = places[0].index(count);
        let proof = InclusionProof::new(&source, size(index), size(count)).unwrap().unwrap();
        let mut hashes = proof.hashes().to_vec();
        hashes[places[1].index(proof.hashes().len())].0[byte] ^= flip;
        let changed = InclusionProof::from_parts(size(index), size(count), hashes).unwrap();
        prop_assert!(changed.verify(all[index], root).is_err());
        let another = all[(index + 1) % count];
        prop_assert!(proof.verify(another, root).is_err());

        let old = 1 + places[2].index(count - 1);
        let old_root = source.root(size(old)).unwrap();
        let proof = ConsistencyProof::new(&source, size(old), size(count)).unwrap().unwrap();
        proof.verify(old_root, root).unwrap();
        prop_assert!(proof.verify(leaf_hash(b"another"), root).is_err());
        prop_assert!(proof.verify(old_root, leaf_hash(b"another")).is_err());
        let mut hashes = proof.hashes().to_vec();
        hashes[places[1].index(proof.hashes().len())].0[byte] ^= flip;
        let changed = ConsistencyProof::from_parts(size(old), size(count), hashes).unwrap();
        prop_assert!(changed.verify(old_root, root).is_err());
    }

    #[test]
    fn a_tree_whose_past_was_changed_extends_nothing(
        count in 2..200_usize,
        places in any::<[prop::sample::Index; 2]>(),
        bytes in vec(any::<u8>(), 1..9),
    ) {
        let all = leaves(count);
        let old = 1 + places[0].index(count - 1);
        let old_root = LeafHashes(&all).root(size(old)).unwrap();
        let mut other = all.clone();
        other[places[1].index(old)] = leaf_hash(&[&b"changed"[..], &bytes].concat());
        let other = LeafHashes(&other);
        let new_root = other.root(size(count)).unwrap();
        let proof = ConsistencyProof::new(&other, size(old), size(count)).unwrap().unwrap();
        prop_assert!(proof.verify(old_root, new_root).is_err());
    }
}
