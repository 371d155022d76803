//! Answers that somebody carries: in any order, too few, refused first, and from an office that cannot answer.

use std::path::PathBuf;

use earmark_audit::notary::{
    FileWitness, Notary, NotaryError, OfficeError, OfficeKey, Outcome, WhenAway, WitnessOffice,
};

use crate::given::{Desk, office, only_file, witness_key, witness_signer};

/// The witness of a number, reached by the folders `outbox-<number>` and `inbox-<number>`.
fn away(desk: &Desk, number: u8) -> (FileWitness, PathBuf, PathBuf) {
    let (outbox, inbox) =
        (desk.path(&format!("outbox-{number}")), desk.path(&format!("inbox-{number}")));
    (FileWitness::new(witness_key(number), &outbox, &inbox).unwrap(), outbox, inbox)
}

fn records_until(desk: &Desk, size: u64) {
    desk.record(size - desk.book.last_seq().unwrap());
}

fn times(notary: &Notary, desk: &Desk) -> Vec<u64> {
    let origin = notary.origin(desk.book.id()).unwrap();
    let held = [notary.archive().signed(&origin), notary.archive().last(&origin)];
    let witness = [witness_key(2)];
    held.map(|held| {
        let note = held.unwrap().unwrap().note;
        earmark_tlog::checkpoint::cosignatures(&note, &witness).unwrap()[0].at_seconds
    })
    .to_vec()
}

#[test]
fn an_earlier_cosignature_never_takes_the_place_of_a_later_one() {
    let desk = Desk::in_memory();
    let (witness, outbox, inbox) = away(&desk, 2);
    let notary =
        desk.notary(desk.policy(&[witness_key(2)], 1), WhenAway::GoOn).witness(witness.clone());
    let witness_office = desk.witness(2);
    let cosigned = || {
        notary.checkpoint(&desk.book, desk.now()).unwrap();
        witness_office.answer_files(&outbox, &inbox).unwrap();
        let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
        desk.clock.go(86_400_000_000);
        given.cosignatures[0].at_seconds
    };
    records_until(&desk, 9);
    cosigned();
    records_until(&desk, 19);
    cosigned();
    // The same state once more, from where the witness is by now: `19-19` stands before `9-19` by name.
    let latest = cosigned();
    assert_eq!(times(&notary, &desk), [latest, latest]);

    let arrived = witness.arrived().unwrap();
    assert_eq!(arrived.iter().map(|it| it.size).collect::<Vec<_>>(), [9, 19, 19]);
    for order in [[0, 1, 2], [2, 1, 0]] {
        for it in order.map(|place: usize| &arrived[place]) {
            let joined = notary.join(&it.origin, it.size, &it.lines, desk.now()).unwrap();
            assert!(it.size == 9 || joined.cosignatures[0].at_seconds == latest, "{order:?}");
        }
        assert_eq!(times(&notary, &desk), [latest, latest], "{order:?}");
    }
    // In the order in which they are given, the later one of a size is the last.
    let time = |lines: &[u8]| {
        let origin = notary.origin(desk.book.id()).unwrap();
        let text = notary.archive().at(&origin, 19).unwrap().unwrap().note;
        let note = [text.text_unverified().as_bytes(), b"\n", lines].concat();
        let note = earmark_tlog::note::SignedNote::parse(&note).unwrap();
        earmark_tlog::checkpoint::cosignatures(&note, &[witness_key(2)]).unwrap()[0].at_seconds
    };
    assert!(time(&arrived[1].lines) < time(&arrived[2].lines));
}

#[test]
fn refusing_gives_nothing_out_where_too_few_have_answered_by_file() {
    let desk = Desk::in_memory();
    let ((one, outbox, inbox), (two, outbox_2, inbox_2)) = (away(&desk, 1), away(&desk, 2));
    let policy = desk.policy(&[witness_key(1), witness_key(2)], 2);
    let notary = desk.notary(policy, WhenAway::Refuse).witness(one.clone()).witness(two.clone());
    notary.checkpoint(&desk.book, desk.now()).unwrap_err();
    desk.witness(1).answer_files(&outbox, &inbox).unwrap();
    let answer = one.arrived().unwrap().remove(0);
    let refused = notary.join(&answer.origin, answer.size, &answer.lines, desk.now()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!(
            "log `ledger.funds.example/320100/WORK_INJURY`: the checkpoint of {} events is signed and not given \
             out, its quorum is not reached; missing: `witness-2.example`: no answer: no cosignature of its key \
             is joined yet; it is kept in the archive and is given out once enough have cosigned",
            answer.size
        )
    );
    assert!(matches!(refused, NotaryError::NoQuorum { missing, .. } if missing.len() == 1));
    // What came is kept.
    assert!(notary.archive().last(&answer.origin).unwrap().is_none());
    let signed = notary.archive().signed(&answer.origin).unwrap().unwrap();
    assert!(signed.note.signatures().iter().any(|it| it.is_of(&witness_key(1))));

    desk.witness(2).answer_files(&outbox_2, &inbox_2).unwrap();
    let answer = two.arrived().unwrap().remove(0);
    let joined = notary.join(&answer.origin, answer.size, &answer.lines, desk.now()).unwrap();
    assert!(joined.quorum && joined.missing.is_empty());
    assert_eq!(notary.archive().last(&answer.origin).unwrap().unwrap().note, joined.note);
}

#[test]
fn going_on_says_who_is_missing_after_an_answer_by_file() {
    let desk = Desk::in_memory();
    let ((one, outbox, inbox), (two, ..)) = (away(&desk, 1), away(&desk, 2));
    let policy = desk.policy(&[witness_key(1), witness_key(2)], 2);
    let notary = desk.notary(policy, WhenAway::GoOn).witness(one.clone()).witness(two);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    desk.witness(1).answer_files(&outbox, &inbox).unwrap();
    let answer = one.arrived().unwrap().remove(0);
    let joined = notary.join(&answer.origin, answer.size, &answer.lines, desk.now()).unwrap();
    assert!(!joined.quorum);
    let missing: Vec<_> = joined.missing.iter().map(ToString::to_string).collect();
    assert_eq!(
        missing,
        ["`witness-2.example`: no answer: no cosignature of its key is joined yet"]
    );
}

#[test]
fn a_refused_request_is_asked_again_once_the_reason_is_gone() {
    for carried_away in [false, true] {
        let desk = Desk::in_memory();
        let (witness, outbox, inbox) = away(&desk, 2);
        let policy = desk.policy(&[witness_key(2)], 1);
        let notary = desk.notary(policy, WhenAway::Refuse).witness(witness);
        let watching = |logs| {
            WitnessOffice::open(desk.path("office"), witness_signer(2), logs, desk.clock.clone())
                .unwrap()
        };
        notary.checkpoint(&desk.book, desk.now()).unwrap_err();
        for _ in 0..2 {
            let answered = watching(Vec::new()).answer_files(&outbox, &inbox).unwrap();
            let outcome = &answered[0].outcome;
            assert!(matches!(outcome, Outcome::Refused { status: 404, .. }), "{outcome:?}");
        }
        only_file(&inbox, ".refused");
        if carried_away {
            std::fs::remove_file(only_file(&outbox, ".request")).unwrap();
        }
        let refused = notary.checkpoint(&desk.book, desk.now()).unwrap_err().to_string();
        let why = "refused with status 404: this witness does not watch the log";
        assert!(refused.contains(why), "{refused}");

        // The request lies there again, is judged anew, and the cosignature stands before the refusal.
        let refusal = only_file(&inbox, ".refused");
        let bytes = std::fs::read(&refusal).unwrap();
        let answered = watching(desk.logs()).answer_files(&outbox, &inbox).unwrap();
        assert!(matches!(answered[0].outcome, Outcome::Cosigned { .. }), "{answered:?}");
        assert!(watching(desk.logs()).answer_files(&outbox, &inbox).unwrap().is_empty());
        only_file(&inbox, ".cosignature");
        assert!(!refusal.exists());
        std::fs::write(&refusal, bytes).unwrap();
        assert!(notary.checkpoint(&desk.book, desk.now()).unwrap().quorum);
    }
}

/// A notary with one witness by file that has cosigned once, and a request that waits.
fn one_cosigned_and_one_asked(desk: &Desk) -> (PathBuf, PathBuf, String) {
    let (witness, outbox, inbox) = away(desk, 2);
    let notary = desk.notary(desk.policy(&[witness_key(2)], 1), WhenAway::GoOn).witness(witness);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    desk.witness(2).answer_files(&outbox, &inbox).unwrap();
    assert!(notary.checkpoint(&desk.book, desk.now()).unwrap().quorum);
    std::fs::remove_file(only_file(&outbox, ".request")).unwrap();
    desk.record(3);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    let request = only_file(&outbox, ".request");
    (outbox, inbox, request.file_name().unwrap().to_str().unwrap().to_owned())
}

#[test]
fn an_office_that_cannot_answer_says_so() {
    let desk = Desk::in_memory();
    let (outbox, inbox, request) = one_cosigned_and_one_asked(&desk);
    let memory = desk.path("witness-2/ledger.funds.example%2F320100%2FWORK_INJURY");
    // While keys are changed it was given the new one alone: its memory is signed with the old one.
    let new = OfficeKey::from_secret([8; 32]).verifier(&office(), desk.book.id()).unwrap();
    let unable = {
        let (signer, clock) = (witness_signer(2), desk.clock.clone());
        let office = WitnessOffice::open(desk.path("witness-2"), signer, vec![new], clock).unwrap();
        office.answer_files(&outbox, &inbox).unwrap_err()
    };
    assert_eq!(
        unable.to_string(),
        format!(
            "`{request}`: the witness cannot answer: {}: the last checkpoint cosigned is signed with none of the \
             keys given for its log; while a log changes its keys, the witness is given the old and the new one; \
             all other requests were gone through",
            memory.display()
        )
    );

    // Its memory is damaged: this log gets no answer, another one does.
    let other = Desk::in_memory();
    let other_area = other
        .ledger
        .book::<earmark_core::fund::WorkInjury>(earmark_core::id::area("320200").unwrap());
    let other_book = other_area.unwrap();
    let log = crate::given::office_key().verifier(&office(), other_book.id()).unwrap();
    let policy =
        earmark_audit::notary::policy_text(std::slice::from_ref(&log), &[witness_key(2)], 1)
            .unwrap();
    let policy = earmark_tlog::policy::Policy::parse(policy.as_bytes()).unwrap();
    let witness = FileWitness::new(witness_key(2), &outbox, &inbox).unwrap();
    let notary = other.notary(policy, WhenAway::GoOn).witness(witness);
    notary.checkpoint(&other_book, other.now()).unwrap();

    let whole = std::fs::read(&memory).unwrap();
    std::fs::write(&memory, &whole[..whole.len() - 2]).unwrap();
    let logs = [desk.logs(), vec![log]].concat();
    let office =
        WitnessOffice::open(desk.path("witness-2"), witness_signer(2), logs, desk.clock.clone())
            .unwrap();
    let unable = office.answer_files(&outbox, &inbox).unwrap_err();
    let OfficeError::Unable { outcomes } = &unable else { panic!("{unable}") };
    assert_eq!(outcomes.len(), 2);
    assert_eq!(outcomes[0].request, request);
    assert!(matches!(outcomes[0].outcome, Outcome::Unable { .. }), "{outcomes:?}");
    assert!(matches!(outcomes[1].outcome, Outcome::Cosigned { .. }), "{outcomes:?}");
    assert!(unable.to_string().starts_with(&format!("`{request}`: ")), "{unable}");
    assert!(!unable.to_string().contains("320200"), "{unable}");
    assert!(notary.checkpoint(&other_book, other.now()).unwrap().quorum);

    // Mended, it answers.
    std::fs::write(&memory, &whole).unwrap();
    let answered = office.answer_files(&outbox, &inbox).unwrap();
    assert_eq!(answered.len(), 1);
    assert!(matches!(answered[0].outcome, Outcome::Cosigned { .. }), "{answered:?}");
}

#[test]
fn a_file_that_is_no_request_is_left_out_and_named() {
    let desk = Desk::in_memory();
    let (outbox, inbox, request) = one_cosigned_and_one_asked(&desk);
    let renamed = "another.0-5.0123456789abcdef.request";
    std::fs::copy(outbox.join(&request), outbox.join(renamed)).unwrap();
    std::fs::write(outbox.join("garbage.request"), b"not a request").unwrap();
    std::fs::write(outbox.join("long.request"), vec![b'x'; 10_000_000]).unwrap();
    std::fs::create_dir(outbox.join("dir.request")).unwrap();
    std::fs::write(outbox.join("letter"), b"passed over").unwrap();
    let answered = desk.witness(2).answer_files(&outbox, &inbox).unwrap();
    let said: Vec<_> = answered.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 5, "{said:?}");
    assert_eq!(said[0], format!("`{renamed}`: left out: by its content its name is `{request}`"));
    assert!(said[1].starts_with("`dir.request`: left out: "), "{}", said[1]);
    assert_eq!(
        said[2],
        "`garbage.request`: left out: not a request: expected `old <size>`, at most 63 hashes on lines of their \
         own, an empty line and a signed checkpoint"
    );
    let answer = request.replace(".request", ".cosignature");
    assert_eq!(said[3], format!("`{request}`: cosigned in `{answer}`"));
    assert!(said[4].starts_with("`long.request`: left out: ") && said[4].contains("more than"));
}
