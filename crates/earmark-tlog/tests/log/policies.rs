use earmark_tlog::checkpoint::cosign;
use earmark_tlog::note::{Algorithm, SignedNote};
use earmark_tlog::policy::{MAX_POLICY_BYTES, Policy, PolicyReason, Unbelieved};

use super::{leaves, log, signed, signer, witness};

/// Two of three departments, and the audit office.
fn policy() -> String {
    let key = |number| witness(number).verifier().to_string();
    format!(
        "# whom the insured believe\n\
         log {}\n\
         \n\
         witness department {} https://department.example/witness\n\
         witness finance {}\n\
         witness medical {}\n\
         group departments 2 department finance medical\n\
         \twitness audit {}  \n\
         group all-of-them all departments audit\n\
         quorum all-of-them\n",
        log().verifier(),
        key(1),
        key(2),
        key(3),
        key(4)
    )
}

fn cosigned(by: &[u8]) -> SignedNote {
    let mut note = signed(&leaves(7));
    for number in by {
        cosign(&mut note, &witness(*number), 1_700_000_000).unwrap();
    }
    note
}

#[test]
fn a_quorum_is_counted_as_the_policy_says() {
    let policy = Policy::parse(policy().as_bytes()).unwrap();
    assert_eq!((policy.logs().count(), policy.witnesses().count()), (1, 4));
    for (by, enough) in [
        (&[1, 2, 4][..], true),
        (&[3, 2, 4, 1], true),
        (&[1, 2, 3, 4], true),
        (&[1, 2, 3], false),
        (&[1, 4], false),
        (&[4], false),
        (&[], false),
        // One that the policy does not know counts for nothing.
        (&[1, 4, 5], false),
    ] {
        let verdict = policy.believe(&cosigned(by));
        assert_eq!(verdict.is_ok(), enough, "{by:?}: {verdict:?}");
        if let Err(refused) = verdict {
            assert!(matches!(refused, Unbelieved::NoQuorum { .. }), "{refused}");
        }
    }
    let refused = policy.believe(&cosigned(&[4])).unwrap_err().to_string();
    assert_eq!(refused, "the checkpoint is cosigned by audit.example/4 only: not a quorum");
}

#[test]
fn another_log_is_not_believed() {
    let policy = Policy::parse(policy().as_bytes()).unwrap();
    let other = signer("funds.example/320200", Algorithm::Ed25519, 9);
    let text = signed(&leaves(7)).text_unverified().replace("320100", "320200");
    let mut note = SignedNote::unsigned(text).unwrap();
    note.sign(&other).unwrap();
    let origin = "funds.example/320200".to_owned();
    assert_eq!(policy.believe(&note), Err(Unbelieved::UnknownLog { origin }));
    // Its own name under another's key.
    let mut note = SignedNote::unsigned(signed(&leaves(7)).text_unverified()).unwrap();
    note.sign(&signer("funds.example/320100", Algorithm::Ed25519, 9)).unwrap();
    assert!(matches!(policy.believe(&note), Err(Unbelieved::Note(_))));
}

#[test]
fn a_policy_that_is_none_is_refused_with_its_line() {
    let reason = |text: &str| {
        let error = Policy::parse(text.as_bytes()).unwrap_err();
        assert!(!error.to_string().is_empty());
        (error.line, error.reason)
    };
    let (log, audit) = (log().verifier().to_string(), witness(1).verifier().to_string());
    let witness = format!("witness audit {audit}\n");
    assert_eq!(reason(""), (0, PolicyReason::NoQuorum));
    assert_eq!(reason("quorum none"), (0, PolicyReason::NoNewline));
    assert_eq!(reason("quorum none\nquorum none\n"), (2, PolicyReason::QuorumTwice));
    assert_eq!(reason("quorum none\r\n"), (1, PolicyReason::Control));
    assert_eq!(reason("quorums none\n"), (1, PolicyReason::Form));
    assert_eq!(reason("quorum\n"), (1, PolicyReason::Form));
    assert_eq!(reason("log\n"), (1, PolicyReason::Form));
    let name = "audit".to_owned();
    assert_eq!(reason("quorum audit\n"), (1, PolicyReason::Undefined { name: name.clone() }));
    assert!(matches!(reason("log a\n"), (1, PolicyReason::Key(_))));
    assert!(matches!(reason(&format!("log {audit}\n")), (1, PolicyReason::OtherAlgorithm { .. })));
    assert!(matches!(
        reason(&format!("witness a {log}\n")),
        (1, PolicyReason::OtherAlgorithm { .. })
    ));
    assert!(matches!(
        reason(&format!("log {log}\nlog {log}\n")),
        (2, PolicyReason::KeyTwice { .. })
    ));
    let twice = format!("{witness}witness other {audit}\n");
    assert!(matches!(reason(&twice), (2, PolicyReason::KeyTwice { .. })));
    let none = format!("witness none {audit}\n");
    assert!(matches!(reason(&none), (1, PolicyReason::DefinedTwice { .. })));
    let grouped = format!("{witness}group g any audit audit\n");
    assert_eq!(reason(&grouped), (2, PolicyReason::GroupedTwice { name }));
    for needs in ["0", "2", "-1", "+1", "one", ""] {
        let group = format!("{witness}group g {needs} audit\nquorum g\n");
        assert!(Policy::parse(group.as_bytes()).is_err(), "{needs}");
    }
    let group = format!("{witness}group g none\n");
    assert_eq!(reason(&group), (2, PolicyReason::Form));
    let long = format!("#{}\nquorum none\n", "x".repeat(MAX_POLICY_BYTES));
    assert!(matches!(reason(&long), (0, PolicyReason::TooLong { .. })));
}
