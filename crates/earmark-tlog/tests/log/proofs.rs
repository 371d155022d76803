use earmark_tlog::checkpoint::cosign;
use earmark_tlog::leaf_hash;
use earmark_tlog::log_proof::{LogProof, LogProofError};
use earmark_tlog::policy::{Policy, Unbelieved};
use earmark_tlog::proof::{InclusionProof, LeafHashes};
use proptest::prelude::*;

use super::{leaves, log, signed, witness};

fn policy() -> Policy {
    let text = format!(
        "log {}\nwitness audit {}\nquorum audit\n",
        log().verifier(),
        witness(1).verifier()
    );
    Policy::parse(text.as_bytes()).unwrap()
}

fn proof(index: u64, count: u64, extra: Option<&[u8]>) -> LogProof {
    let all = leaves(count);
    let path = InclusionProof::new(&LeafHashes(&all), index, count).unwrap().unwrap();
    let mut note = signed(&all);
    cosign(&mut note, &witness(1), 1_700_000_000).unwrap();
    LogProof::new(path, note, extra.map(<[u8]>::to_vec)).unwrap()
}

fn leaf(index: u64) -> earmark_tlog::Hash {
    leaf_hash(&index.to_le_bytes())
}

#[test]
fn a_proof_is_read_back_and_checked_offline() {
    for (index, count) in [(0, 1), (0, 2), (6, 7), (200, 1_000)] {
        for extra in [None, Some(&b"a premium"[..]), Some(b"")] {
            let bytes = proof(index, count, extra).to_string();
            let read = LogProof::parse(bytes.as_bytes()).unwrap();
            assert_eq!(read.to_string(), bytes);
            assert_eq!((read.index(), read.extra_unverified()), (index, extra));
            let believed = read.verify(leaf(index), &policy()).unwrap();
            assert_eq!(believed.checkpoint.size(), count);
            assert_eq!(believed.cosignatures.len(), 1);
            let other = read.verify(leaf(index + 1), &policy());
            assert!(matches!(other, Err(LogProofError::Proof(_))), "{other:?}");
        }
    }
}

#[test]
fn a_proof_without_its_witness_is_not_believed() {
    let all = leaves(5);
    let path = InclusionProof::new(&LeafHashes(&all), 2, 5).unwrap().unwrap();
    let proof = LogProof::new(path.clone(), signed(&all), None).unwrap();
    assert_eq!(
        proof.verify(leaf(2), &policy()),
        Err(LogProofError::Unbelieved(Unbelieved::NoQuorum { by: Vec::new() }))
    );
    let other = LogProof::new(path, signed(&leaves(6)), None);
    assert_eq!(other, Err(LogProofError::Size { path: 5, checkpoint: 6 }));
}

#[test]
fn what_is_not_a_proof_is_refused() {
    let good = proof(3, 9, Some(b"x")).to_string();
    for (what, with) in [
        ("@v1", "@v2"),
        ("extra ", "extra  "),
        ("extra eA==", "extra eB=="),
        ("index 3", "index 03"),
        ("index 3", "index 9"),
        ("index 3", "index -3"),
        ("index 3\n", ""),
        ("\n\n", "\n"),
    ] {
        assert!(good.contains(what), "{what}");
        let bad = good.replacen(what, with, 1);
        assert!(LogProof::parse(bad.as_bytes()).is_err(), "{bad}");
    }
    // A hash too many, and one too few.
    let lines: Vec<_> = good.lines().collect();
    let without = good.replacen(&format!("{}\n", lines[3]), "", 1);
    assert!(matches!(LogProof::parse(without.as_bytes()), Err(LogProofError::Proof(_))));
    let more = good.replacen(lines[3], &format!("{0}\n{0}", lines[3]), 1);
    assert!(matches!(LogProof::parse(more.as_bytes()), Err(LogProofError::Proof(_))));
}

proptest! {
    #[test]
    fn a_flipped_bit_anywhere_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = proof(37, 100, None).to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(read) = LogProof::parse(&bytes) {
            prop_assert!(read.verify(leaf(37), &policy()).is_err(), "flip of bit {bit} at {at}");
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic(text in "(c2sp.org/tlog-proof@v1\n)?(index [0-9]{1,30}\n)?\\PC{0,60}\n\n?\\PC{0,60}\n") {
        if let Ok(read) = LogProof::parse(text.as_bytes()) {
            prop_assert_eq!(read.to_string(), text);
        }
    }
}
