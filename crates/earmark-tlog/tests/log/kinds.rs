//! Signatures of several algorithms under one note. The note and its keys are files, so that builds that know
//! some of the algorithms read what a build that knows all has signed.

use earmark_tlog::checkpoint::{Checkpoint, cosignatures, signed_by};
use earmark_tlog::note::{Algorithm, KeyError, NoteError, SignedNote, VerifierKey};
use earmark_tlog::policy::{Policy, PolicyReason};

use super::log;

/// A checkpoint of seven leaves, signed with Ed25519 and SM2 by the log, cosigned with Ed25519 and ML-DSA-44,
/// with a line of a type that nobody knows in between.
const NOTE: &str = include_str!("data/kinds.note");

/// The keys of the four, in the order of their types.
const KEYS: &str = include_str!("data/kinds.keys");

fn note() -> SignedNote {
    SignedNote::parse(NOTE.as_bytes()).unwrap()
}

/// The keys of algorithms that this build knows.
fn keys() -> Vec<VerifierKey> {
    KEYS.lines().filter_map(|line| line.parse().ok()).collect()
}

#[test]
fn what_is_known_is_verified_and_the_rest_is_ignored() {
    let note = note();
    assert_eq!(note.to_string(), NOTE);
    assert_eq!(note.signatures().len(), 5);
    assert_eq!(keys().len(), Algorithm::ALL.len());
    for key in keys() {
        let alone = std::slice::from_ref(&key);
        if key.algorithm().signs_texts() {
            assert_eq!(note.open(alone).unwrap().by(), alone);
            assert_eq!(signed_by(&note, alone).unwrap(), alone);
            assert_eq!(cosignatures(&note, alone), Ok(vec![]));
        } else {
            let found = cosignatures(&note, alone).unwrap();
            assert_eq!((found.len(), found[0].at_seconds), (1, 1_700_000_000));
            assert_eq!(note.open(alone).unwrap_err(), NoteError::Untrusted);
        }
    }
    let texts = keys().into_iter().filter(|key| key.algorithm().signs_texts()).collect::<Vec<_>>();
    assert_eq!(note.open(&keys()).unwrap().by(), texts);
    assert_eq!(cosignatures(&note, &keys()).unwrap().len(), keys().len() - texts.len());
}

#[test]
fn every_signature_of_a_known_key_must_be_right() {
    for key in keys() {
        let line = note().signatures().iter().find(|it| it.is_of(&key)).unwrap().to_string();
        let at = line.len() - 10;
        let digit = if &line[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{digit}{}", &line[..at], &line[at + 1..]);
        let forged = SignedNote::parse(NOTE.replace(&line, &changed).as_bytes()).unwrap();
        let refused = NoteError::Forged { name: key.name().clone() };
        assert_eq!(
            refused.to_string(),
            format!("the signature of `{}` does not fit the text", key.name())
        );
        let opened = forged.open(&keys()).map(|_| ());
        let seen = cosignatures(&forged, &keys()).map(|_| ());
        if key.algorithm().signs_texts() {
            assert_eq!((opened, seen), (Err(refused), Ok(())));
        } else {
            assert_eq!((opened, seen), (Ok(()), Err(refused)));
        }
        // Another text.
        let forged = SignedNote::parse(NOTE.replacen("\n7\n", "\n8\n", 1).as_bytes()).unwrap();
        let alone = std::slice::from_ref(&key);
        assert!(forged.open(alone).is_err());
        assert!(cosignatures(&forged, alone).is_err() || key.algorithm().signs_texts());
    }
}

#[test]
fn a_key_of_an_algorithm_that_is_not_known_is_refused_by_name() {
    for (line, code) in KEYS.lines().zip([0x01, 0x04, 0x06, 0xff]) {
        match line.parse::<VerifierKey>() {
            Ok(key) => assert_eq!(key.algorithm().mark()[0], code),
            Err(error) => assert_eq!(error, KeyError::Algorithm { code }),
        }
    }
    let ecdsa = "a+00000000+AgAA".parse::<VerifierKey>().unwrap_err().to_string();
    assert!(
        ecdsa.starts_with(
            "the key is of an algorithm (0x02) that is not known here: expected 0x01 (Ed25519), 0x04 \
             (Ed25519 cosignature)"
        ),
        "{ecdsa}"
    );
}

/// A witness that cannot be counted makes a policy unreadable, and not one that asks for less.
#[test]
fn a_policy_with_a_witness_of_an_unknown_algorithm_is_refused() {
    let [_, _, ml_dsa, sm2] = KEYS.lines().collect::<Vec<_>>()[..] else { panic!("four keys") };
    for (text, code) in [
        (format!("log {}\nwitness a {ml_dsa}\nquorum a\n", log().verifier()), 0x06),
        (format!("# national\nlog {sm2}\nquorum none\n"), 0xff),
    ] {
        let read = Policy::parse(text.as_bytes());
        if Algorithm::ALL.iter().any(|it| it.mark()[0] == code) {
            read.unwrap().believe(&note()).unwrap();
        } else {
            let error = read.unwrap_err();
            assert_eq!(
                (error.line, error.reason),
                (2, PolicyReason::Key(KeyError::Algorithm { code }))
            );
        }
    }
}

#[test]
fn no_key_does_what_it_is_not_for() {
    let text = Checkpoint::parse(note().text_unverified()).unwrap().to_string();
    for algorithm in Algorithm::ALL.iter().copied() {
        let signer = super::signer("any.example", algorithm, 5);
        let name = signer.verifier().name().clone();
        let mut note = SignedNote::unsigned(text.clone()).unwrap();
        let other = Err(NoteError::OtherAlgorithm { name });
        let as_text = note.sign(&signer);
        let as_witness = earmark_tlog::checkpoint::cosign(&mut note.clone(), &signer, 5);
        let fresh = &mut SignedNote::unsigned(text.clone()).unwrap();
        let as_log = earmark_tlog::checkpoint::sign(fresh, &signer);
        assert_eq!(as_text == other, !algorithm.signs_texts(), "{algorithm}");
        assert_eq!(as_witness == other, !algorithm.cosigns(), "{algorithm}");
        assert_eq!(as_log == other, !algorithm.signs_checkpoints(), "{algorithm}");
        // The time of a cosignature is there and in its range.
        for at_seconds in [0, 1 << 63, u64::MAX] {
            let verdict = earmark_tlog::checkpoint::cosign(&mut note.clone(), &signer, at_seconds);
            assert!(verdict == other || verdict == Err(NoteError::Time { at_seconds }));
        }
    }
}

#[cfg(feature = "ml-dsa")]
mod ml_dsa {
    use earmark_tlog::checkpoint::{CheckpointError, cosign, sign};
    use earmark_tlog::policy::Unbelieved;
    use earmark_tlog::proof::ConsistencyProof;
    use earmark_tlog::witness::{Request, answered, witness};

    use super::*;

    fn checkpoint(extension: &str) -> Checkpoint {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        Checkpoint::parse(&format!("funds.example/320100\n7\n{root}\n{extension}")).unwrap()
    }

    #[test]
    fn a_log_signs_its_checkpoints_with_it_and_no_more_than_it_covers() {
        let signer = crate::signer("funds.example/320100", Algorithm::MlDsa44, 3);
        let policy = format!("log {}\nquorum none\n", signer.verifier());
        let policy = Policy::parse(policy.as_bytes()).unwrap();
        let note = checkpoint("").signed(&signer).unwrap();
        assert_eq!(policy.believe(&note).unwrap().checkpoint, checkpoint(""));
        let name = signer.verifier().name().clone();
        let extended = Err(NoteError::Extended { name: name.clone() });
        assert_eq!(checkpoint("more\n").signed(&signer), extended);
        // Somebody adds a line that the signature does not cover.
        let more = note.to_string().replacen("I=\n", "I=\nmore\n", 1);
        let more = SignedNote::parse(more.as_bytes()).unwrap();
        assert_eq!(
            policy.believe(&more),
            Err(Unbelieved::Note(NoteError::Extended { name: name.clone() }))
        );
        // Where the log's other key signs the whole text, lines may follow.
        let both = Policy::parse(
            format!("log {}\nlog {}\nquorum none\n", log().verifier(), signer.verifier())
                .as_bytes(),
        )
        .unwrap();
        let mut more = SignedNote::unsigned(checkpoint("more\n").to_string()).unwrap();
        sign(&mut more, &log()).unwrap();
        assert_eq!(sign(&mut more, &signer), Err(NoteError::Extended { name }));
        both.believe(&more).unwrap();
        // A log's own statement is of no time; a witness's must be.
        assert_eq!(cosign(&mut more, &signer, 0), Err(NoteError::Time { at_seconds: 0 }));
    }

    #[test]
    fn it_signs_checkpoints_alone_and_under_its_own_name() {
        let signer = crate::signer("audit.example/1", Algorithm::MlDsa44, 3);
        let mut note = SignedNote::unsigned("hello\n").unwrap();
        let none = Err(NoteError::Checkpoint(CheckpointError::Lines));
        assert_eq!(cosign(&mut note, &signer, 1), none);
        // The same key under another name has signed nothing.
        let mut note = checkpoint("").signed(&log()).unwrap();
        cosign(&mut note, &signer, 1_700_000_000).unwrap();
        let other = crate::signer("audit.example/2", Algorithm::MlDsa44, 3);
        let line = note.signatures()[1].to_string();
        let mut stolen = checkpoint("").signed(&log()).unwrap();
        cosign(&mut stolen, &other, 1_700_000_000).unwrap();
        assert_ne!(note.signatures()[1].bytes(), stolen.signatures()[1].bytes());
        let found = cosignatures(&note, &[other.verifier().clone()]).unwrap();
        assert_eq!(found.len(), 0, "{line}");
    }

    #[test]
    fn a_witness_answers_with_it() {
        let all = crate::leaves(20);
        let own = crate::signer("audit.example/1", Algorithm::MlDsa44, 3);
        let tree = earmark_tlog::proof::LeafHashes(&all);
        let proof = ConsistencyProof::new(&tree, 12, 20).unwrap().unwrap();
        let note = crate::signed(&all);
        let request = Request { old_size: 12, hashes: proof.hashes().to_vec(), note };
        let last = Checkpoint::parse(crate::signed(&all[..12]).text_unverified()).unwrap();
        let logs = [log().verifier().clone()];
        let (_, signature) = witness(&own, &logs, Some(&last), &request, 1_700_000_000).unwrap();
        let keys = [own.verifier().clone()];
        let both = answered(&request.note, format!("{signature}\n").as_bytes(), &keys).unwrap();
        assert_eq!(cosignatures(&both, &keys).unwrap()[0].at_seconds, 1_700_000_000);
        assert!(witness(&own, &logs, Some(&last), &request, 0).is_err());
    }
}

/// The files of this module, from their keys; `EARMARK_GOLDEN=write` writes them.
#[cfg(all(feature = "ml-dsa", feature = "sm2"))]
#[test]
fn the_files_are_what_their_keys_sign() {
    use earmark_tlog::checkpoint::{cosign, sign};
    let signers: Vec<_> = (1..)
        .zip(Algorithm::ALL.iter().copied())
        .map(|(seed, algorithm)| {
            let own =
                if algorithm.signs_texts() { "funds.example/320100" } else { "audit.example/1" };
            super::signer(own, algorithm, seed)
        })
        .collect();
    let mut note = super::signed(&super::leaves(7));
    for signer in &signers[1..] {
        if signer.verifier().algorithm().signs_texts() {
            sign(&mut note, signer).unwrap();
        } else {
            cosign(&mut note, signer, 1_700_000_000).unwrap();
        }
    }
    // A line of a type that does not exist, after the first.
    let mut text = note.to_string();
    let at = text.match_indices('\n').nth(4).unwrap().0 + 1;
    text.insert_str(at, "\u{2014} future.example/1 /v7+/v7+/v7+/v4=\n");
    let keys: String = signers.iter().map(|signer| format!("{}\n", signer.verifier())).collect();
    if std::env::var("EARMARK_GOLDEN").as_deref() == Ok("write") {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/log/data");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("kinds.note"), &text).unwrap();
        std::fs::write(folder.join("kinds.keys"), &keys).unwrap();
    }
    assert!(text == NOTE && keys == KEYS, "other keys or signatures than those of the files");
}
