//! The same trees and proofs by somebody else's hand.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof as TheirConsistency, InclusionProof as TheirInclusion};
use earmark_tlog::proof::{ConsistencyProof, InclusionProof, LeafHashes, Subtrees};
use earmark_tlog::{Hash, leaf_hash};
use oracle_sha2::Sha256;

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn roots_and_proofs_are_the_same_and_each_verifies_the_others() {
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut roots = Vec::new();
    let mut ours = Vec::new();
    for size in 1..=130_u64 {
        let entry = size.to_le_bytes().to_vec();
        ours.push(leaf_hash(&entry));
        theirs.push(entry);
        let (tree, root) = (LeafHashes(&ours), theirs.root());
        let our_root = tree.root(size).unwrap();
        assert_eq!(root.as_bytes()[..], our_root.0);
        for index in 0..size {
            let at = usize::try_from(index).unwrap();
            let proof = InclusionProof::new(&tree, index, size).unwrap().unwrap();
            assert_eq!(theirs.prove_inclusion(at).as_bytes(), bytes(proof.hashes()));
            let as_theirs =
                TheirInclusion::<Sha256>::try_from_bytes(bytes(proof.hashes())).unwrap();
            root.verify_inclusion(&theirs.items()[at], index, &as_theirs).unwrap();
        }
        roots.push((theirs.root(), our_root));
        for (old, (their_old, our_old)) in (1..).zip(&roots) {
            let proof = ConsistencyProof::new(&tree, old, size).unwrap().unwrap();
            let added = usize::try_from(size - old).unwrap();
            assert_eq!(theirs.prove_consistency(added).as_bytes(), bytes(proof.hashes()));
            let as_theirs = TheirConsistency::try_from_bytes(bytes(proof.hashes())).unwrap();
            root.verify_consistency(their_old, &as_theirs).unwrap();
            proof.verify(*our_old, our_root).unwrap();
        }
    }
}
