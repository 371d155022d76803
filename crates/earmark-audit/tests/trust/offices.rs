//! Witnesses of other offices: what they see, what they remember, what they refuse.

use earmark_audit::notary::{
    Away, FileWitness, NotaryError, Outcome, WhenAway, Why, Witness, WitnessOffice,
};
use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::SignedNote;

use crate::given::{Desk, only_file, witness_key, witness_signer};

#[test]
fn a_checkpoint_is_signed_cosigned_kept_and_believed() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1), witness_key(2), witness_key(3)], 2);
    let mut notary = desk.notary(policy.clone(), WhenAway::Refuse);
    for number in 1..=3 {
        notary = notary.witness(desk.witness(number));
    }
    for round in 0..4 {
        desk.record(3 + round);
        let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
        assert!(given.quorum && given.missing.is_empty());
        assert_eq!(given.cosignatures.len(), 3);
        assert_eq!(given.checkpoint.size(), desk.book.last_seq().unwrap());
        policy.believe(&given.note).unwrap();
        let origin = notary.origin(desk.book.id()).unwrap();
        assert_eq!(notary.archive().last(&origin).unwrap().unwrap().note, given.note);
        // The same bytes come back from the file.
        let file = desk.path("archive/ledger.funds.example%2F320100%2FWORK_INJURY/last");
        assert_eq!(std::fs::read_to_string(file).unwrap(), given.note.to_string());
    }
    let origin = notary.origin(desk.book.id()).unwrap();
    let sizes = notary.archive().past_sizes(&origin).unwrap();
    assert_eq!(sizes.len(), 3);
    for size in sizes {
        let held = notary.archive().at(&origin, size).unwrap().unwrap();
        policy.believe(&held.note).unwrap();
    }
}

#[test]
fn a_quiet_book_gets_fresh_cosignatures() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy, WhenAway::Refuse).witness(desk.witness(1));
    let first = notary.checkpoint(&desk.book, desk.now()).unwrap();
    desk.clock.go(24 * 3_600 * 1_000_000);
    let second = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert_eq!(first.checkpoint, second.checkpoint);
    assert!(second.cosignatures[0].at_seconds >= first.cosignatures[0].at_seconds + 86_400);
    assert_eq!(second.note.signatures().len(), 2);
}

#[test]
fn a_notary_that_starts_anew_learns_where_each_witness_is() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let witness = desk.witness(1);
    let notary = desk.notary(policy.clone(), WhenAway::Refuse).witness(witness.clone());
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    desk.record(5);
    drop(notary);
    // The archive is lost: nothing says any more what the witness has seen, and it says so itself (409).
    std::fs::remove_dir_all(desk.path("archive")).unwrap();
    let notary = desk.notary(policy, WhenAway::Refuse).witness(witness);
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(given.quorum);
}

#[test]
fn a_witness_refuses_a_fork_and_a_rollback_also_after_starting_anew() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy.clone(), WhenAway::GoOn).witness(desk.witness(1));
    desk.record(9);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    drop(notary);

    // The operator has another history, and throws the archive away.
    let other = Desk::in_memory();
    other.record(4);
    other.record(8);
    let fork = other.notary(policy.clone(), WhenAway::GoOn).witness(desk.witness(1));
    let Err(NotaryError::Contradicted { missing, .. }) = fork.checkpoint(&other.book, other.now())
    else {
        panic!("a fork was given out");
    };
    let Why::Away(Away::Refused { status: 422, .. }) = &missing[0].why else {
        panic!("{}", missing[0]);
    };
    drop(fork);

    let shorter = Desk::in_memory();
    let notary = shorter.notary(policy, WhenAway::Refuse).witness(desk.witness(1));
    let Err(NotaryError::Contradicted { missing, .. }) =
        notary.checkpoint(&shorter.book, shorter.now())
    else {
        panic!("a shorter log was cosigned");
    };
    assert_eq!(missing[0].why, Why::Ahead { size: desk.book.last_seq().unwrap() });
}

#[test]
fn a_witness_whose_memory_was_changed_cosigns_nothing() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy.clone(), WhenAway::GoOn).witness(desk.witness(1));
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    drop(notary);
    let file = only_file(&desk.path("witness-1"), "WORK_INJURY");
    let bytes = std::fs::read(&file).unwrap();
    let notary = desk.notary(policy, WhenAway::GoOn).witness(desk.witness(1));
    desk.record(2);
    for place in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        std::fs::write(&file, &changed).unwrap();
        let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
        assert!(!given.quorum, "byte {place}");
        assert!(matches!(&given.missing[0].why, Why::Away(Away::NoAnswer { .. })), "byte {place}");
    }
    std::fs::write(&file, &bytes).unwrap();
    assert!(notary.checkpoint(&desk.book, desk.now()).unwrap().quorum);
}

#[test]
fn two_processes_are_not_one_witness() {
    let desk = Desk::in_memory();
    let one = desk.witness(1);
    let two = WitnessOffice::open(
        desk.path("witness-1"),
        witness_signer(1),
        desk.logs(),
        desk.clock.clone(),
    );
    assert!(two.unwrap_err().to_string().contains("another process"));
    drop(one);
    desk.witness(1);
}

#[test]
fn an_unknown_log_and_broken_requests_are_refused_in_the_words_of_the_protocol() {
    let desk = Desk::in_memory();
    let witness =
        WitnessOffice::open(desk.path("w"), witness_signer(1), Vec::new(), desk.clock.clone())
            .unwrap();
    let notary = desk.notary(desk.policy(&[witness_key(1)], 1), WhenAway::GoOn).witness(witness);
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(matches!(given.missing[0].why, Why::Away(Away::Refused { status: 404, .. })));
    let witness = desk.witness(2);
    for bytes in [&b""[..], b"old 0\n", b"old 0\n\nno note", b"\xff\xff"] {
        assert!(matches!(witness.cosign(bytes), Err(Away::Refused { status: 400, .. })));
    }
}

#[test]
fn an_office_without_a_network_answers_by_files() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1), witness_key(2)], 2);
    let (outbox, inbox) = (desk.path("outbox"), desk.path("inbox"));
    let away = FileWitness::new(witness_key(2), &outbox, &inbox).unwrap();
    let notary =
        desk.notary(policy.clone(), WhenAway::GoOn).witness(desk.witness(1)).witness(away.clone());
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(!given.quorum && given.missing.len() == 1, "{:?}", given.missing);
    assert!(given.missing[0].to_string().contains("nobody has answered"), "{}", given.missing[0]);
    assert!(away.arrived().unwrap().is_empty());

    // The request is carried to the office, and its answer back, while the book goes on.
    let office = desk.witness(2);
    desk.record(5);
    let answered = office.answer_files(&outbox, &inbox).unwrap();
    assert_eq!(answered.len(), 1);
    assert!(office.answer_files(&outbox, &inbox).unwrap().is_empty(), "answered once");
    let arrived = away.arrived().unwrap();
    let joined =
        notary.join(&arrived[0].origin, arrived[0].size, &arrived[0].lines, desk.now()).unwrap();
    assert!(joined.quorum);
    policy.believe(&joined.note).unwrap();
    let origin = notary.origin(desk.book.id()).unwrap();
    assert_eq!(notary.archive().last(&origin).unwrap().unwrap().note, joined.note);

    // The next one is asked for from where the office is.
    let second = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(!second.quorum);
    assert_eq!(office.answer_files(&outbox, &inbox).unwrap().len(), 1);
    let second = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(second.quorum, "{:?}", second.missing);
}

#[test]
fn an_answer_to_another_request_is_refused() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(2)], 1);
    let (outbox, inbox) = (desk.path("outbox"), desk.path("inbox"));
    let away = FileWitness::new(witness_key(2), &outbox, &inbox).unwrap();
    let notary = desk.notary(policy, WhenAway::GoOn).witness(away);
    let first = notary.checkpoint(&desk.book, desk.now()).unwrap();
    let office = desk.witness(2);
    office.answer_files(&outbox, &inbox).unwrap();
    let answer = only_file(&inbox, ".cosignature");
    std::fs::remove_file(only_file(&outbox, ".request")).unwrap();

    desk.record(5);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    let request = only_file(&outbox, ".request");
    let stem = request.file_stem().unwrap().to_str().unwrap();
    std::fs::copy(&answer, inbox.join(format!("{stem}.cosignature"))).unwrap();
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(!given.quorum);
    assert_eq!(
        given.missing[0].to_string(),
        "`witness-2.example`: its answer is refused: the signature of `witness-2.example` does not fit the text"
    );
    // Joined by hand it is refused too, and fits where it belongs.
    let origin = notary.origin(desk.book.id()).unwrap();
    let lines = std::fs::read(&answer).unwrap();
    let refused = notary.join(&origin, given.checkpoint.size(), &lines, desk.now()).unwrap_err();
    assert!(
        refused.to_string().ends_with("does not fit the text; nothing was changed"),
        "{refused}"
    );
    let joined = notary.join(&origin, first.checkpoint.size(), &lines, desk.now()).unwrap();
    assert!(joined.quorum);
    // The last one is still the later one.
    let last = notary.archive().last(&origin).unwrap().unwrap();
    assert_eq!(last.checkpoint, given.checkpoint);
    assert_eq!(
        notary.archive().at(&origin, first.checkpoint.size()).unwrap().unwrap().note,
        joined.note
    );
}

#[test]
fn a_renamed_request_is_not_answered() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(2)], 1);
    let (outbox, inbox) = (desk.path("outbox"), desk.path("inbox"));
    let away = FileWitness::new(witness_key(2), &outbox, &inbox).unwrap();
    let notary = desk.notary(policy, WhenAway::GoOn).witness(away);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    let request = only_file(&outbox, ".request");
    std::fs::rename(&request, outbox.join("another.0-5.0123456789abcdef.request")).unwrap();
    let answered = desk.witness(2).answer_files(&outbox, &inbox).unwrap();
    assert!(matches!(answered[0].outcome, Outcome::LeftOut { .. }), "{answered:?}");
    assert!(std::fs::read_dir(&inbox).unwrap().next().is_none());
}

#[test]
fn keys_are_changed_with_both_for_a_while() {
    use earmark_audit::archive::Archive;
    use earmark_audit::notary::{Notary, OfficeKey, policy_text};
    use earmark_tlog::policy::Policy;

    let desk = Desk::in_memory();
    let (old, new) = (OfficeKey::from_secret([7; 32]), OfficeKey::from_secret([8; 32]));
    let office = crate::given::office();
    let keys = [&old, &new].map(|key| key.verifier(&office, desk.book.id()).unwrap());
    let both = Policy::parse(policy_text(&keys, &[], 0).unwrap().as_bytes()).unwrap();
    let new_alone = Policy::parse(policy_text(&keys[1..], &[], 0).unwrap().as_bytes()).unwrap();
    let notary = |keys: Vec<OfficeKey>, policy: &Policy| {
        let archive = Archive::open(desk.path("archive")).unwrap();
        Notary::new(office.clone(), keys, policy.clone(), archive, WhenAway::Refuse)
    };
    notary(vec![old.clone()], &both).checkpoint(&desk.book, desk.now()).unwrap();

    // Who only knows the new key does not sign over what it cannot read.
    let refused = notary(vec![new.clone()], &new_alone).checkpoint(&desk.book, desk.now());
    assert!(matches!(refused, Err(NotaryError::Archived { .. })), "{refused:?}");

    // The same state gets the new key's signature too, without a second text.
    let given = notary(vec![old.clone(), new.clone()], &both).checkpoint(&desk.book, desk.now());
    let given = given.unwrap();
    assert_eq!(given.note.open(&keys).unwrap().by().len(), 2);
    desk.record(3);
    let given = notary(vec![new], &new_alone).checkpoint(&desk.book, desk.now()).unwrap();
    let note = SignedNote::parse(given.note.to_string().as_bytes()).unwrap();
    assert_eq!(Checkpoint::parse(note.text_unverified()).unwrap(), given.checkpoint);
    assert!(note.open(&keys[..1]).is_err());
}
