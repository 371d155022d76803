//! A log's new key beside its old one: who believes what while both sign, and after.

use earmark_tlog::checkpoint::{sign, signed_by};
use earmark_tlog::note::{Algorithm, NoteError, SignedNote, Signer, VerifierKey};
use earmark_tlog::policy::{Policy, PolicyReason, Unbelieved};
use earmark_tlog::witness::{Refused, Request, witness};

use super::{leaves, log, signed, signer};

fn new() -> Signer {
    signer("funds.example/320100", Algorithm::Ed25519, 77)
}

fn policy(keys: &[&Signer]) -> Policy {
    let logs: String = keys.iter().map(|key| format!("log {}\n", key.verifier())).collect();
    Policy::parse(format!("{logs}quorum none\n").as_bytes()).unwrap()
}

/// The same checkpoint, signed by the old key, by both, and by the new one.
fn notes() -> [SignedNote; 3] {
    let by_old = signed(&leaves(7));
    let mut by_both = by_old.clone();
    sign(&mut by_both, &new()).unwrap();
    let mut by_new = SignedNote::unsigned(by_old.text_unverified()).unwrap();
    sign(&mut by_new, &new()).unwrap();
    [by_old, by_both, by_new]
}

#[test]
fn while_both_sign_nobody_has_to_change_at_the_same_time() {
    let (old, new) = (log(), new());
    assert_eq!(old.verifier().name(), new.verifier().name());
    assert_ne!(old.verifier().id(), new.verifier().id());
    let [by_old, by_both, by_new] = notes();
    let untrusted = Unbelieved::Note(NoteError::Untrusted);
    for (keys, believed) in [
        (&[&old][..], [true, true, false]),
        (&[&old, &new], [true, true, true]),
        (&[&new, &old], [true, true, true]),
        (&[&new], [false, true, true]),
    ] {
        let policy = policy(keys);
        for (note, believed) in [&by_old, &by_both, &by_new].into_iter().zip(believed) {
            let read = SignedNote::parse(note.to_string().as_bytes()).unwrap();
            match policy.believe(&read) {
                Ok(found) => assert!(believed && found.checkpoint.size() == 7),
                Err(error) => assert!(!believed && error == untrusted, "{error}"),
            }
        }
    }
}

#[test]
fn a_wrong_signature_of_either_key_refuses_the_note_for_whoever_knows_the_key() {
    let (old, new) = (log(), new());
    let [_, by_both, _] = notes();
    for (place, forged) in [&old, &new].into_iter().enumerate() {
        let line = by_both.signatures()[place].to_string();
        let at = line.len() - 8;
        let digit = if &line[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{digit}{}", &line[..at], &line[at + 1..]);
        let note = by_both.to_string().replace(&line, &changed);
        let note = SignedNote::parse(note.as_bytes()).unwrap();
        let refused = NoteError::Forged { name: forged.verifier().name().clone() };
        let other = if place == 0 { &new } else { &old };
        assert_eq!(policy(&[&old, &new]).believe(&note), Err(Unbelieved::Note(refused.clone())));
        assert_eq!(policy(&[forged]).believe(&note), Err(Unbelieved::Note(refused)));
        assert!(policy(&[other]).believe(&note).is_ok(), "an unknown key's signature is ignored");
    }
}

#[test]
fn a_key_that_is_given_up_signs_for_nobody() {
    let [by_old, by_both, by_new] = notes();
    let keys = |signers: &[&Signer]| -> Vec<VerifierKey> {
        signers.iter().map(|it| it.verifier().clone()).collect()
    };
    let (old, new) = (log(), new());
    assert_eq!(signed_by(&by_both, &keys(&[&new, &old])).unwrap(), keys(&[&new, &old]));
    assert_eq!(signed_by(&by_old, &keys(&[&new, &old])).unwrap(), keys(&[&old]));
    assert_eq!(signed_by(&by_old, &keys(&[&new])), Err(NoteError::Untrusted));
    // A witness goes by the keys that it is given.
    let own = super::witness(1);
    for (note, known, cosigned) in [
        (&by_old, keys(&[&old]), true),
        (&by_both, keys(&[&old]), true),
        (&by_both, keys(&[&new]), true),
        (&by_new, keys(&[&new, &old]), true),
        (&by_new, keys(&[&old]), false),
        (&by_old, keys(&[&new]), false),
    ] {
        let request = Request { old_size: 0, hashes: Vec::new(), note: note.clone() };
        match witness(&own, &known, None, &request, 1_700_000_000) {
            Ok(_) => assert!(cosigned),
            Err(refused) => {
                assert!(!cosigned && refused == Refused::Note(NoteError::Untrusted), "{refused}");
            }
        }
    }
}

/// The specification allows several keys of one name, and the same key once, whatever its name.
#[test]
fn a_policy_names_each_key_once() {
    let key = log().verifier().to_string();
    let renamed = signer("funds.example/320200", Algorithm::Ed25519, 1);
    for text in [
        format!("log {key}\nlog {key}\nquorum none\n"),
        format!("log {key}\nlog {}\nquorum none\n", renamed.verifier()),
    ] {
        let error = Policy::parse(text.as_bytes()).unwrap_err();
        assert!(
            matches!((error.line, &error.reason), (2, PolicyReason::KeyTwice { .. })),
            "{error}"
        );
    }
}

#[cfg(feature = "sm2")]
#[test]
fn a_log_changes_its_algorithm_the_same_way() {
    let national = signer("funds.example/320100", Algorithm::Sm2, 5);
    let mut both = signed(&leaves(7));
    sign(&mut both, &national).unwrap();
    for keys in [&[&log()][..], &[&national], &[&national, &log()]] {
        assert!(policy(keys).believe(&both).is_ok());
    }
    assert!(policy(&[&national]).believe(&signed(&leaves(7))).is_err());
}
