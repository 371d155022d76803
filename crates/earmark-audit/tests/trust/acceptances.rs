//! Promises: kept, kept late, not yet due, and broken.

use earmark_audit::acceptance::{
    AcceptError, Acceptance, AcceptanceError, Judge, JudgeError, Passed, Verdict, judge_book,
};
use earmark_audit::notary::{Notary, WhenAway, Witness};
use earmark_audit::receipt;
use earmark_core::Rule;
use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount, TreasuryDeposit};
use earmark_core::command::{Batch, OpenAccount, ReceivePremium};
use earmark_core::fund::{Maternity, WorkInjury, WorkInjuryPremium};
use earmark_core::id::{Party, area, key};
use earmark_core::money::Amount;
use earmark_core::time::Timestamp;
use earmark_tlog::checkpoint::cosign;
use earmark_tlog::note::SignedNote;
use earmark_tlog::policy::Policy;

use crate::given::{Desk, each_changed, office, office_key, witness_key, witness_signer};

const HOUR: i64 = 3_600_000_000;

fn later(moment: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(moment.micros() + micros).unwrap()
}

struct Counter {
    desk: Desk,
    notary: Notary,
    policy: Policy,
}

impl Counter {
    fn new() -> Self {
        Self::at(Desk::in_memory())
    }

    fn at(desk: Desk) -> Self {
        let policy = desk.policy(&[witness_key(1)], 1);
        let notary = desk.notary(policy.clone(), WhenAway::Refuse).witness(desk.witness(1));
        Self { desk, notary, policy }
    }

    fn accept(&self, batch: &Batch<WorkInjury>) -> SignedNote {
        let now = self.desk.now();
        let batch = batch.clone().into_any();
        let by = later(now, 24 * HOUR);
        self.notary.accept(&self.desk.book, key("the promise"), &batch, now, by).unwrap()
    }

    fn checkpoint(&self) -> SignedNote {
        self.notary.checkpoint(&self.desk.book, self.desk.now()).unwrap().note
    }

    fn judge(&self, acceptance: &SignedNote, checkpoint: &SignedNote) -> Verdict {
        let (verdict, receipts) =
            judge_book(&self.desk.book, acceptance, checkpoint, &self.policy).unwrap();
        for receipt in &receipts {
            receipt.verify(&self.policy).unwrap();
        }
        let recorded = matches!(verdict, Verdict::Recorded { .. } | Verdict::Late { .. });
        assert_eq!(recorded, !receipts.is_empty());
        verdict
    }
}

#[test]
fn inv_45_a_promise_that_was_kept_is_proved_to_be() {
    let counter = Counter::new();
    let desk = &counter.desk;
    desk.record(2);
    let batch = desk.premiums(77, 3);
    let promise = counter.accept(&batch);
    assert!(matches!(counter.judge(&promise, &counter.checkpoint()), Verdict::NotYet { .. }));
    desk.record(4);
    desk.clock.go(HOUR);
    let receipt = desk.book.record_batch(key("the promise"), batch).unwrap();
    desk.record(4);
    let Verdict::Recorded { first_seq, last_seq, recorded_at } =
        counter.judge(&promise, &counter.checkpoint())
    else {
        panic!("it was kept");
    };
    assert_eq!((first_seq, last_seq), (receipt.first_seq(), receipt.last_seq()));
    assert_eq!(recorded_at, receipt.recorded_at());
    // Years later it is still so.
    desk.clock.go(1_000 * 24 * HOUR);
    desk.record(1);
    assert!(matches!(counter.judge(&promise, &counter.checkpoint()), Verdict::Recorded { .. }));
}

#[test]
fn inv_45_what_was_dropped_is_proved_by_what_was_recorded_after_its_time() {
    let counter = Counter::new();
    let desk = &counter.desk;
    let promise = counter.accept(&desk.premiums(77, 3));
    desk.clock.go(23 * HOUR);
    desk.record(5);
    assert!(matches!(counter.judge(&promise, &counter.checkpoint()), Verdict::NotYet { .. }));
    desk.clock.go(2 * HOUR);
    let after = desk.record(5);
    let checkpoint = counter.checkpoint();
    let Verdict::Dropped { evidence } = counter.judge(&promise, &checkpoint) else {
        panic!("it was dropped");
    };
    let expected = Passed::Event { seq: after.first_seq(), recorded_at: after.recorded_at() };
    assert_eq!(evidence.passed, expected);

    // A third party has the two notes as files, the records and a policy; and no ledger.
    let [promise, checkpoint] = [&evidence.acceptance, &evidence.checkpoint]
        .map(|note| SignedNote::parse(note.to_string().as_bytes()).unwrap());
    let tree = desk.book.tree().unwrap();
    let records: Vec<_> =
        (1..=tree.size()).map(|seq| tree.prove(seq).unwrap().unwrap().record).collect();
    let mut judge = Judge::new(&promise, &checkpoint, &counter.policy).unwrap();
    records.iter().for_each(|record| judge.push(record).unwrap());
    assert_eq!(judge.finish().unwrap(), Verdict::Dropped { evidence });

    // Records that are not those of the checkpoint prove nothing.
    let judged = |records: &[Vec<u8>]| {
        let mut judge = Judge::new(&promise, &checkpoint, &counter.policy).unwrap();
        records.iter().try_for_each(|record| judge.push(record))?;
        judge.finish()
    };
    let other = |result| matches!(result, Err(JudgeError::OtherRecords { .. }));
    assert!(other(judged(&records[1..])));
    assert!(other(judged(&records[..records.len() - 1])));
    assert!(other(judged(&[&records[..], &records[..1]].concat())));
    let mut swapped = records.clone();
    swapped.swap(2, 3);
    assert!(other(judged(&swapped)));
    let mut changed = records.clone();
    changed[3].push(0);
    assert!(matches!(judged(&changed), Err(JudgeError::Record { seq: 4, .. })));
    changed[3] = vec![1, 2];
    assert!(matches!(judged(&changed), Err(JudgeError::Record { seq: 4, .. })));
}

#[test]
fn inv_45_what_was_dropped_from_a_quiet_book_is_proved_by_who_saw_it_later() {
    let counter = Counter::new();
    let promise = counter.accept(&counter.desk.premiums(77, 1));
    counter.desk.clock.go(25 * HOUR);
    let Verdict::Unseen { evidence } = counter.judge(&promise, &counter.checkpoint()) else {
        panic!("nobody saw it in time");
    };
    let Passed::Cosigned { by, at_seconds } = &evidence.passed else {
        panic!("{:?}", evidence.passed)
    };
    assert_eq!(by.as_str(), "witness-1.example");
    let now = u64::try_from(counter.desk.now().micros()).unwrap() / 1_000_000;
    assert_eq!(*at_seconds, now);
}

#[test]
fn inv_45_what_was_recorded_late_is_proved_to_be_late() {
    let counter = Counter::new();
    let batch = counter.desk.premiums(77, 2);
    let promise = counter.accept(&batch);
    counter.desk.clock.go(24 * HOUR + 1);
    let receipt = counter.desk.book.record_batch(key("the promise"), batch).unwrap();
    let Verdict::Late { first_seq, evidence, .. } = counter.judge(&promise, &counter.checkpoint())
    else {
        panic!("it was late");
    };
    assert_eq!(first_seq, receipt.first_seq());
    assert!(matches!(evidence.passed, Passed::Event { .. }));
}

#[test]
fn inv_45_something_like_it_does_not_keep_a_promise() {
    let counter = Counter::new();
    let desk = &counter.desk;
    let batch = desk.premiums(77, 2);
    // The same content, recorded before the promise was given.
    desk.book.record_batch(key("before"), batch.clone()).unwrap();
    let promise = counter.accept(&batch);
    let premium = |payer, minor, document| {
        let mut one = Batch::<WorkInjury>::new();
        one.push(
            &desk.voucher.document(document),
            ReceivePremium {
                into: TreasuryDeposit,
                kind: WorkInjuryPremium::Unit,
                from: Party::from_u128(payer),
                amount: Amount::from_minor(minor).unwrap(),
            },
        );
        desk.book.record_batch(key(&format!("{payer} {minor} {document}")), one).unwrap();
    };
    // A fen less, another person, another document, the other order, a gap in between.
    premium(77, 99, 1);
    premium(78, 100, 1);
    premium(77, 100, 9);
    premium(77, 200, 2);
    premium(77, 100, 1);
    premium(5, 100, 1);
    desk.clock.go(25 * HOUR);
    premium(6, 100, 1);
    assert!(matches!(counter.judge(&promise, &counter.checkpoint()), Verdict::Dropped { .. }));
}

#[test]
fn every_kind_that_is_promised_is_recognised_in_its_record() {
    let counter = Counter::new();
    let desk = &counter.desk;
    let mut batch = Batch::<WorkInjury>::new();
    batch.push(&desk.voucher, OpenAccount(RevenueAccount));
    batch.push(&desk.voucher.document(2), OpenAccount(SpecialAccount));
    batch.push(&desk.voucher.document(3), OpenAccount(ExpenditureAccount));
    let promise = counter.accept(&batch);
    desk.clock.go(HOUR);
    desk.book.record_batch(key("the promise"), batch).unwrap();
    assert!(matches!(counter.judge(&promise, &counter.checkpoint()), Verdict::Recorded { .. }));
}

#[test]
fn what_cannot_be_recorded_is_not_promised() {
    let counter = Counter::new();
    let desk = &counter.desk;
    let now = desk.now();
    let accept = |batch, by| counter.notary.accept(&desk.book, key("k"), &batch, now, by);
    let mut twice = Batch::<WorkInjury>::new();
    twice.push(&desk.voucher, OpenAccount(TreasuryDeposit));
    let refused = accept(twice.into_any(), later(now, HOUR)).unwrap_err();
    assert!(matches!(refused, AcceptError::Rejected(_)), "{refused}");
    assert!(refused.to_string().starts_with("nothing is promised: "), "{refused}");
    let empty = accept(Batch::<WorkInjury>::new().into_any(), later(now, HOUR));
    assert_eq!(empty, Err(AcceptError::Acceptance(AcceptanceError::Contents)));
    let over = accept(desk.premiums(1, 1).into_any(), later(now, -1));
    assert_eq!(over, Err(AcceptError::Acceptance(AcceptanceError::Times)));
    let other = accept(Batch::<Maternity>::new().into_any(), later(now, HOUR));
    assert!(matches!(other, Err(AcceptError::OtherFund { .. })));
    assert_eq!(desk.book.last_seq().unwrap(), 4, "nothing was recorded");
}

#[test]
fn inv_45_a_book_whose_clock_was_ahead_is_not_framed() {
    let counter = Counter::new();
    let desk = &counter.desk;
    desk.clock.go(48 * HOUR);
    let ahead = desk.record(1).recorded_at();
    desk.clock.go(-48 * HOUR);
    let now = desk.now();
    let batch = desk.premiums(77, 2);
    let accept = |by| {
        counter.notary.accept(&desk.book, key("the promise"), &batch.clone().into_any(), now, by)
    };
    let record_by = later(now, 24 * HOUR);
    let refused = accept(record_by).unwrap_err();
    assert_eq!(refused, AcceptError::TooSoon { record_by, earliest: ahead });
    assert_eq!(
        refused.to_string(),
        format!(
            "nothing is promised: the book's last event is recorded at {ahead}, and no later one can be recorded \
             by {record_by}"
        )
    );
    assert!(matches!(accept(later(ahead, -1)), Err(AcceptError::TooSoon { .. })));
    // The earliest time that can be kept is.
    let promise = accept(ahead).unwrap();
    // Somebody else's program gave the promise that was refused. What was there before it does not break it.
    let text = promise
        .text_unverified()
        .replace(&format!("record-by {ahead}"), &format!("record-by {record_by}"));
    let mut hasty = SignedNote::unsigned(text).unwrap();
    hasty.sign(&office_key().signer(&office(), desk.book.id()).unwrap()).unwrap();
    assert!(matches!(counter.judge(&hasty, &counter.checkpoint()), Verdict::NotYet { .. }));
    desk.book.record_batch(key("the promise"), batch.clone()).unwrap();
    assert!(matches!(counter.judge(&promise, &counter.checkpoint()), Verdict::Recorded { .. }));
}

#[test]
fn what_is_recorded_already_is_not_promised_again() {
    let file = Desk::in_file(std::sync::Arc::new(tempfile::tempdir().unwrap()));
    [Desk::in_memory(), file].into_iter().for_each(not_promised_again);
}

fn not_promised_again(desk: Desk) {
    let counter = Counter::at(desk);
    let desk = &counter.desk;
    let now = desk.now();
    let mut batch = desk.premiums(77, 2);
    // Decided on again, this would be refused by a rule.
    batch.push(&desk.voucher, OpenAccount(RevenueAccount));
    let k = key("the promise");
    let receipt = desk.book.record_batch(k, batch.clone()).unwrap();
    let accept = |batch: Batch<WorkInjury>| {
        counter.notary.accept(&desk.book, k, &batch.into_any(), now, later(now, HOUR))
    };
    let (first_seq, last_seq) = (receipt.first_seq(), receipt.last_seq());
    let already = accept(batch).unwrap_err();
    assert_eq!(already, AcceptError::AlreadyRecorded { key: k, first_seq, last_seq });
    assert_eq!(
        already.to_string(),
        format!(
            "nothing is promised: this is recorded already under the key {k}, as events {first_seq} to \
             {last_seq}; their receipts prove it"
        )
    );
    let Err(AcceptError::Rejected(other)) = accept(desk.premiums(78, 1)) else {
        panic!("the key was used for something else");
    };
    assert_eq!(other.rule(), Rule::KeyFresh);
    assert_eq!(desk.book.last_seq().unwrap(), last_seq, "nothing was recorded");
}

#[test]
fn inv_45_a_cosignature_that_was_taken_away_proves_less_and_a_receipt_refutes_it() {
    let counter = Counter::new();
    let desk = &counter.desk;
    let policy = desk.policy(&[witness_key(1), witness_key(2)], 1);
    let batch = desk.premiums(77, 2);
    let promise = counter.accept(&batch);
    let in_time = counter.checkpoint();
    let kept = desk.book.record_batch(key("the promise"), batch).unwrap();
    // The holder shows the old checkpoint to a witness that saw nothing yet, two days later.
    let mut old = in_time.clone();
    let seconds = u64::try_from(desk.now().micros()).unwrap() / 1_000_000 + 48 * 3_600;
    cosign(&mut old, &witness_signer(2), seconds).unwrap();
    let judge = |note: &SignedNote| judge_book(&desk.book, &promise, note, &policy).unwrap().0;
    assert!(matches!(judge(&old), Verdict::NotYet { .. }));
    let lines = old.to_string();
    let lines = lines.lines().filter(|line| !line.contains("witness-1.example"));
    let stripped: String = lines.map(|line| format!("{line}\n")).collect();
    let stripped = SignedNote::parse(stripped.as_bytes()).unwrap();
    let Verdict::Unseen { evidence } = judge(&stripped) else {
        panic!("it is not seen in it");
    };
    assert!(
        matches!(evidence.passed, Passed::Cosigned { at_seconds, .. } if at_seconds == seconds)
    );

    let acceptance = Acceptance::open(&evidence.acceptance, &policy).unwrap();
    let receipts = receipt::of_commit(&desk.book, &kept, &counter.checkpoint()).unwrap();
    assert_eq!(acceptance.is_kept_by(&receipts, &policy), Ok(true));
    // Fewer, more, others, in another order, by another policy, too late.
    assert_eq!(acceptance.is_kept_by(&[], &policy), Ok(false));
    assert_eq!(acceptance.is_kept_by(&receipts[..1], &policy), Ok(false));
    let swapped = [receipts[1].clone(), receipts[0].clone()];
    assert_eq!(acceptance.is_kept_by(&swapped, &policy), Ok(false));
    let again = desk.book.record_batch(key("again"), desk.premiums(77, 2)).unwrap();
    let other = desk.record(2);
    desk.clock.go(25 * HOUR);
    let late = desk.book.record_batch(key("late"), desk.premiums(77, 2)).unwrap();
    let note = counter.checkpoint();
    let of = |commit| receipt::of_commit(&desk.book, commit, &note).unwrap();
    assert_eq!(acceptance.is_kept_by(&of(&again), &policy), Ok(true));
    assert_eq!(acceptance.is_kept_by(&of(&other), &policy), Ok(false));
    assert_eq!(acceptance.is_kept_by(&of(&late), &policy), Ok(false));
    assert_eq!(acceptance.is_kept_by(&[&of(&kept)[..], &of(&other)].concat(), &policy), Ok(false));
    let gap = [of(&kept)[0].clone(), of(&again)[1].clone()];
    assert_eq!(acceptance.is_kept_by(&gap, &policy), Ok(false));
    let strangers = desk.policy(&[witness_key(9)], 1);
    let unbelieved = acceptance.is_kept_by(&receipts, &strangers);
    assert!(matches!(unbelieved, Err(JudgeError::Receipt(_))), "{unbelieved:?}");
    // What was recorded before the promise does not keep it.
    let promise = counter.notary.accept(
        &desk.book,
        key("the next"),
        &desk.premiums(77, 2).into_any(),
        desk.now(),
        later(desk.now(), HOUR),
    );
    let acceptance = Acceptance::open(&promise.unwrap(), &policy).unwrap();
    assert_eq!(acceptance.is_kept_by(&of(&again), &policy), Ok(false));
}

#[test]
fn every_changed_byte_of_a_promise_is_refused() {
    let counter = Counter::new();
    let promise = counter.accept(&counter.desk.premiums(77, 3));
    Acceptance::open(&promise, &counter.policy).unwrap();
    let text = promise.to_string();
    each_changed(text.as_bytes(), 1, |place, changed| {
        if let Ok(note) = SignedNote::parse(changed) {
            assert!(Acceptance::open(&note, &counter.policy).is_err(), "byte {place}");
        }
    });
}

#[test]
fn there_is_one_text_for_each_promise() {
    let counter = Counter::new();
    let promise = counter.accept(&counter.desk.premiums(77, 2));
    let text = promise.text_unverified();
    let read = Acceptance::parse(text).unwrap();
    assert_eq!(read.to_string(), text);
    assert_eq!((read.events(), read.after(), read.key()), (2, 4, key("the promise")));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 9);
    let without = |gone: usize| {
        let rest = lines.iter().enumerate().filter(|(place, _)| *place != gone);
        rest.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    for gone in 0..7 {
        let error = Acceptance::parse(&without(gone)).unwrap_err();
        assert!(matches!(error, AcceptanceError::Line { line, .. } if line == gone + 1), "{error}");
    }
    for (from, to) in [
        ("v1\n", "v2\n"),
        ("after 4", "after 04"),
        ("after 4", "after +4"),
        ("after 4", "after 4 "),
        (".000000Z\nrecord", ".0Z\nrecord"),
        ("Z\nrecord-by 2", "z\nrecord-by 2"),
        ("\ncontent ", "\n content "),
        ("\nsalt ", "\n\nsalt "),
        ("=\n", "\n"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(Acceptance::parse(&changed).is_err(), "{to}");
    }
    assert!(Acceptance::parse(&format!("{text}extra\n")).is_err());
    assert!(Acceptance::parse(text.trim_end()).is_err());
    let none: String = lines[..7].iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(Acceptance::parse(&none), Err(AcceptanceError::Contents));
    let many = format!("{none}{}", format!("{}\n", lines[7]).repeat(16_385));
    assert_eq!(Acceptance::parse(&many), Err(AcceptanceError::Contents));
    // A promise is no checkpoint, and a checkpoint no promise.
    assert!(counter.policy.believe(&promise).is_err());
    assert!(Acceptance::parse(counter.checkpoint().text_unverified()).is_err());
    assert!(counter.desk.witness(2).cosign(format!("old 0\n\n{promise}").as_bytes()).is_err());
}

#[test]
fn notes_that_do_not_belong_together_are_refused() {
    let counter = Counter::new();
    let early = counter.checkpoint();
    counter.desk.record(1);
    let promise = counter.accept(&counter.desk.premiums(77, 2));
    let judged = |promise: &SignedNote, note: &SignedNote, policy: &Policy| {
        Judge::new(promise, note, policy).map(drop)
    };
    let earlier = judged(&promise, &early, &counter.policy);
    assert_eq!(earlier, Err(JudgeError::TooEarly { size: 4, after: 5 }));
    let trusting_others = counter.desk.policy(&[witness_key(9)], 1);
    let now = counter.checkpoint();
    assert!(matches!(judged(&promise, &now, &trusting_others), Err(JudgeError::Unbelieved(_))));
    let maternity = counter.desk.ledger.book::<Maternity>(area("320100").unwrap()).unwrap();
    let keys = [counter.desk.book.id(), maternity.id()]
        .map(|id| office_key().verifier(&office(), id).unwrap());
    let text = earmark_audit::notary::policy_text(&keys, &[], 0).unwrap();
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let archive = earmark_audit::archive::Archive::open(counter.desk.path("other")).unwrap();
    let notary =
        Notary::new(office(), vec![office_key()], policy.clone(), archive, WhenAway::Refuse);
    let other = notary.checkpoint(&maternity, counter.desk.now()).unwrap().note;
    assert!(matches!(judged(&promise, &other, &policy), Err(JudgeError::OtherLog { .. })));
}
