//! Logs as others hold them: notes, checkpoints, policies, witnesses, proofs and tiles.
#![cfg(test)]

mod kinds;
mod notes;
mod oracle;
mod policies;
mod proofs;
mod rotation;
mod tampered;
mod tiles;
mod witnesses;

use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::{Algorithm, KeyName, SignedNote, Signer};
use earmark_tlog::proof::{LeafHashes, Subtrees};
use earmark_tlog::{Hash, leaf_hash};

fn signer(name: &str, algorithm: Algorithm, seed: u8) -> Signer {
    Signer::new(KeyName::new(name).unwrap(), algorithm, [seed; 32]).unwrap()
}

fn log() -> Signer {
    signer("funds.example/320100", Algorithm::Ed25519, 1)
}

fn witness(number: u8) -> Signer {
    signer(&format!("audit.example/{number}"), Algorithm::Cosignature, 100 + number)
}

/// The leaves of a log of so many entries.
fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_le_bytes())).collect()
}

/// The log's own checkpoint of these leaves.
fn signed(leaves: &[Hash]) -> SignedNote {
    let size = u64::try_from(leaves.len()).unwrap();
    let root = LeafHashes(leaves).root(size).unwrap();
    Checkpoint::new("funds.example/320100", size, root).unwrap().signed(&log()).unwrap()
}
