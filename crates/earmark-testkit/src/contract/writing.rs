//! Promises about recording: order, wholeness, answers.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use earmark_core::account::{Account, ExpenditureAccount, SpecialAccount};
use earmark_core::codec::MAX_COMMIT_EVENTS;
use earmark_core::command::{Batch, ReceivePremium};
use earmark_core::commit::{Part, Proposal};
use earmark_core::error::{Error, FaultKind};
use earmark_core::event::MAX_TEXT_BYTES;
use earmark_core::fund::{Fund, WorkInjuryPremium};
use earmark_core::ledger::Ledger;
use earmark_core::money::yuan;
use earmark_core::report::TrailFilter;
use earmark_core::store::MemoryStore;
use earmark_core::time::Clock;

use super::Place;
use super::desk::{Desk, Payment, key, nanjing, party, payment, wuxi};
use super::evidence::Evidence;
use super::funds::{impostor, pilot};
use crate::clock::{HandClock, MINUTE_MICROS};
use crate::given::{Picture, rule_of};

/// The events of a book are numbered 1, 2, 3 and so on, and each receipt names its own and the root after it.
pub fn events_are_numbered_without_gaps(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.last_seq();
    for number in 1..=20_u64 {
        let receipt = desk.record(&format!("{number}"), payment(7, "1.00")).unwrap();
        assert_eq!((receipt.first_seq(), receipt.count()), (first + number, 1));
        assert_eq!(receipt.root(), desk.book.head().unwrap().frontier.root());
    }
    let receipt = desk.record("three", [payment(7, "1.00"); 3]).unwrap();
    assert_eq!((receipt.first_seq(), receipt.last_seq()), (first + 21, first + 23));
    let trail = desk.book.trail(&TrailFilter::all()).unwrap();
    assert!(trail.iter().map(|it| it.seq()).eq(1..=first + 23));
    desk.assert_sound();
}

/// Either all commands of a commit are recorded, or none; a refused key is not used up.
pub fn a_commit_is_recorded_whole_or_not_at_all(place: &dyn Place) {
    let desk = Desk::open(place);
    let before = Evidence::of(&desk.ledger);
    match desk.record("it", (payment(7, "600.00"), payment(8, "400.01"))) {
        Err(Error::Rejected(rejected)) => assert_eq!(rejected.event(), Some(1)),
        other => panic!("expected a refusal, found {other:?}"),
    }
    Evidence::of(&desk.ledger).assert_same(&before, "after a refusal");
    desk.record("it", (payment(7, "600.00"), payment(8, "400.00"))).unwrap();
    assert_eq!(desk.balance(ExpenditureAccount.into()), 0);
    desk.assert_sound();
}

/// The parts of a joint commit are recorded in all its books, or in none; a retry gives every receipt again.
pub fn a_joint_commit_is_recorded_whole_or_not_at_all(place: &dyn Place) {
    let here = Desk::open(place);
    let there = here.elsewhere(wuxi());
    let joint = |first: &str, second: &str| {
        here.ledger
            .joint(key("both"))
            .with(&here.book, &here.voucher, payment(7, first))
            .with(&there.book, &there.voucher, payment(8, second))
            .record()
    };
    let before = Evidence::of(&here.ledger);
    assert_eq!(rule_of(joint("1.00", "1000.01")), "no-overdraft");
    assert_eq!(rule_of(joint("1000.01", "1.00")), "no-overdraft");
    Evidence::of(&here.ledger).assert_same(&before, "after a refusal");
    // Where only one of the books knows the key, it stands for something else.
    here.record("alone", payment(7, "1.00")).unwrap();
    let half = here.ledger.joint(key("alone"));
    let half = half.with(&here.book, &here.voucher, payment(7, "1.00"));
    let half = half.with(&there.book, &there.voucher, payment(7, "1.00")).record();
    assert_eq!(rule_of(half), "key-fresh");
    let receipts = joint("1.00", "1000.00").unwrap();
    let books: Vec<_> = receipts.iter().map(|receipt| receipt.book()).collect();
    assert_eq!(books, [here.book.id(), there.book.id()]);
    assert_eq!(here.balance(Account::Expenditure), 99_800);
    assert_eq!(there.balance(Account::Expenditure), 0);
    assert!(joint("1.00", "1000.00").unwrap().iter().all(|receipt| receipt.repeated()));
    assert_eq!(rule_of(joint("1.01", "1000.00")), "key-fresh");
    here.assert_sound();
}

/// The same commit under the same key again gets its first receipt and records nothing; other content is refused.
pub fn a_key_stands_for_one_content(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.record("it", payment(7, "1.00")).unwrap();
    desk.record("another", payment(7, "2.00")).unwrap();
    let before = Picture::of_all(&desk.ledger);
    let again = desk.record("it", payment(7, "1.00")).unwrap();
    assert!(!first.repeated() && again.repeated());
    assert_eq!(
        (again.first_seq(), again.count(), again.recorded_at(), again.root()),
        (first.first_seq(), first.count(), first.recorded_at(), first.root())
    );
    assert_eq!(rule_of(desk.record("it", payment(7, "1.01"))), "key-fresh");
    assert_eq!(rule_of(desk.record("it", payment(8, "1.00"))), "key-fresh");
    assert_eq!(rule_of(desk.record("it", [payment(7, "1.00"); 2])), "key-fresh");
    let other_voucher = desk.voucher.document(99);
    assert_eq!(
        rule_of(desk.book.record(key("it"), &other_voucher, payment(7, "1.00"))),
        "key-fresh"
    );
    assert_eq!(Picture::of_all(&desk.ledger), before);
    // A key is of its book: the same one is new in another.
    assert!(!desk.elsewhere(wuxi()).record("it", payment(7, "5.00")).unwrap().repeated());
}

/// Who insists on the last event of a book is in conflict once the book has gone on, and nothing is recorded.
pub fn who_expects_another_event_is_in_conflict(place: &dyn Place) {
    let desk = Desk::open(place);
    let seen = desk.last_seq();
    desk.book.record_after(seen, key("first"), desk.batch(7, "1.00")).unwrap();
    let before = Picture::of_all(&desk.ledger);
    for expected in [seen, seen + 2, 0, u64::MAX] {
        match desk.book.record_after(expected, key("second"), desk.batch(7, "2.00")) {
            Err(Error::Conflict(conflict)) => {
                assert_eq!((conflict.expected(), conflict.found()), (expected, seen + 1));
                assert_eq!(conflict.book(), desk.book.id());
            }
            other => panic!("expected a conflict, found {other:?}"),
        }
    }
    assert_eq!(Picture::of_all(&desk.ledger), before);
    desk.book.record_after(seen + 1, key("second"), desk.batch(7, "2.00")).unwrap();
    // In a joint commit, one book that has gone on stops them all.
    let there = desk.elsewhere(wuxi());
    let before = Picture::of_all(&desk.ledger);
    let part = |of: &Desk, expected_seq| Part {
        book: of.book.id(),
        key: key("both"),
        expected_seq,
        batch: of.batch(7, "1.00").into_any(),
    };
    let parts = vec![part(&desk, None), part(&there, Some(there.last_seq() - 1))];
    let joint = desk.store().submit(Proposal::joint(parts, desk.clock.now()).unwrap());
    assert!(matches!(joint.wait(), Err(Error::Conflict(_))), "one book has gone on");
    assert_eq!(Picture::of_all(&desk.ledger), before);
    // A retry is answered with its receipt, wherever the book is by now.
    let again = desk.book.record_after(seen, key("first"), desk.batch(7, "1.00")).unwrap();
    assert!(again.repeated());
}

/// Proposals for one book are decided in the order in which they were handed over.
pub fn proposals_are_decided_in_the_order_handed_over(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.last_seq() + 1;
    let submit = |number: u64| {
        let amount = format!("0.{:02}", number % 100);
        let amount = if amount == "0.00" { "1.00" } else { &amount };
        let voucher = desk.voucher.document(number);
        desk.book.submit(key(&format!("{number}")), &voucher, payment(7, amount))
    };
    let pending: Vec<_> = (0..300).map(submit).collect();
    for (number, pending) in (0..).zip(pending) {
        assert_eq!(pending.wait().unwrap().first_seq(), first + number);
    }
    for number in 0..300 {
        let event = desk.book.event(first + number).unwrap().unwrap();
        assert_eq!(event.event().document(), number, "event {}", first + number);
    }
    // The order decides who is refused: all of it is paid out once, whoever comes next gets nothing.
    let all = desk.balance(Account::Expenditure);
    let all = format!("{}.{:02}", all / 100, all % 100);
    let pending: Vec<_> = (0..20)
        .map(|number| {
            let voucher = desk.voucher.document(number);
            desk.book.submit(key(&format!("all {number}")), &voucher, payment(7, &all))
        })
        .collect();
    let answers: Vec<_> = pending.into_iter().map(|pending| pending.wait().is_ok()).collect();
    assert!(answers[0] && answers[1..].iter().all(|accepted| !accepted), "{answers:?}");
}

/// A refused or conflicting commit changes nothing for those handed over before and after it.
pub fn a_refused_commit_leaves_its_neighbours_alone(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.last_seq() + 1;
    let mut pending = Vec::new();
    for round in 0..30 {
        let name = |what: &str| key(&format!("{what} {round}"));
        let submit = |what, amount| desk.book.submit(name(what), &desk.voucher, payment(7, amount));
        pending.push((
            submit("good", "1.00"),
            submit("too much", "5000.00"),
            submit("fine", "2.00"),
        ));
    }
    for (round, (good, too_much, fine)) in (0..).zip(pending) {
        assert_eq!(good.wait().unwrap().first_seq(), first + 2 * round);
        assert_eq!(rule_of(too_much.wait()), "no-overdraft");
        assert_eq!(fine.wait().unwrap().first_seq(), first + 2 * round + 1);
    }
    assert_eq!(desk.balance(Account::Expenditure), 100_000 - 30 * 300);
    desk.assert_sound();
}

/// Many submissions are answered each with its own receipt, in whatever order one waits for them.
pub fn many_submissions_are_answered_in_any_order(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.last_seq() + 1;
    let mut pending: Vec<_> = (0..200_u64)
        .map(|number| {
            desk.book.submit(key(&format!("{number}")), &desk.voucher, payment(7, "0.01"))
        })
        .collect();
    let mut seqs = Vec::new();
    while let Some(last) = pending.pop() {
        seqs.push(last.wait().unwrap().first_seq());
        if !pending.is_empty() {
            seqs.push(pending.remove(0).wait().unwrap().first_seq());
        }
    }
    assert_eq!(seqs[..2], [first + 199, first]);
    seqs.sort_unstable();
    assert!(seqs.into_iter().eq(first..first + 200));
    assert_eq!(desk.balance(Account::Expenditure), 99_800);
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn awaited<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// A submission can be awaited as well as waited for, and one that is dropped is recorded all the same.
pub fn a_submission_is_a_future_and_needs_nobody(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.last_seq() + 1;
    for number in 0..20 {
        drop(desk.book.submit(key(&format!("{number}")), &desk.voucher, payment(7, "1.00")));
    }
    let after = desk.book.submit(key("after"), &desk.voucher, payment(7, "1.00"));
    assert_eq!(awaited(after).unwrap().first_seq(), first + 20);
    let refused = desk.book.submit(key("refused"), &desk.voucher, payment(7, "5000.00"));
    assert_eq!(rule_of(awaited(refused)), "no-overdraft");
    assert_eq!(desk.balance(Account::Expenditure), 100_000 - 2_100);
}

/// Where the clock goes back, events are recorded at the time of the last one.
pub fn recording_times_never_go_back(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.clock.go(10 * MINUTE_MICROS);
    let later = desk.record("1", payment(7, "1.00")).unwrap();
    desk.clock.go(-5 * MINUTE_MICROS);
    let earlier = desk.record("2", payment(7, "1.00")).unwrap();
    assert_eq!(earlier.recorded_at(), later.recorded_at());
    desk.clock.go(6 * MINUTE_MICROS);
    let latest = desk.record("3", payment(7, "1.00")).unwrap();
    assert_eq!(latest.recorded_at(), desk.clock.now());
    desk.assert_sound();
}

/// Nothing can be recorded in a book that this ledger does not have, though another ledger has it.
pub fn a_book_of_another_ledger_is_not_there(place: &dyn Place) {
    let clock = HandClock::new();
    let ledger = place.open(clock.clone());
    // The twin has the same settings, so that only the store can tell that the book is not its own.
    let twin = Ledger::new(MemoryStore::new(ledger.store().settings()), clock.clone());
    let stranger = Desk::over(twin, clock, nanjing());
    let joint = ledger.joint(key("it"));
    match joint.with(&stranger.book, &stranger.voucher, payment(7, "1.00")).record() {
        Err(Error::Fault(fault)) => assert_eq!(fault.kind(), FaultKind::Missing, "{fault}"),
        other => panic!("expected a fault, found {other:?}"),
    }
    assert!(ledger.books().unwrap().is_empty());
    assert_eq!(ledger.store().head(stranger.book.id()).unwrap(), None);
}

/// A fund's code stands for one fund: another fund of the same code gets no book, in no area.
pub fn a_code_stands_for_one_fund(place: &dyn Place) {
    let ledger = place.open(HandClock::new());
    assert_eq!(pilot::Care::SPEC.code(), impostor::Care::SPEC.code());
    ledger.book::<pilot::Care>(nanjing()).unwrap();
    for area in [nanjing(), wuxi()] {
        let fault = ledger.book::<impostor::Care>(area).unwrap_err();
        assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
    }
    // Nor by going past the ledger, which remembers the funds it has seen.
    let taken = earmark_core::id::BookId::new(nanjing(), impostor::Care::SPEC);
    let fault = ledger.store().create_book(taken).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
    assert_eq!(ledger.books().unwrap().len(), 1);
    ledger.book::<pilot::Care>(wuxi()).unwrap();
    assert!(ledger.verify().unwrap().is_sound());
}

/// A commit of no event is refused, a proposal of no part records nothing, and neither leaves a trace.
pub fn an_empty_commit_leaves_no_trace(place: &dyn Place) {
    let desk = Desk::open(place);
    let before = Evidence::of(&desk.ledger);
    assert_eq!(rule_of(desk.book.record_batch(key("empty"), Batch::new())), "commit-size");
    let joint = desk.ledger.joint(key("empty"));
    let joint = joint.with(&desk.book, &desk.voucher, payment(7, "1.00"));
    let there = desk.ledger.book(wuxi()).unwrap();
    let joint = joint.with(&there, &desk.voucher, Vec::<Payment>::new()).record();
    assert_eq!(rule_of(joint), "commit-size");
    let nothing = Proposal::joint(Vec::new(), desk.clock.now()).unwrap();
    assert_eq!(desk.store().submit(nothing).wait().unwrap(), []);
    // The book of Wuxi was made above; nothing of it is recorded.
    assert_eq!(there.head().unwrap().state.seq(), 0);
    assert_eq!(desk.store().head(there.id()).unwrap().map(|head| head.state.seq()), Some(0));
    let only = Desk::over(desk.ledger.clone(), desk.clock.clone(), nanjing());
    assert_eq!(only.balance(Account::Expenditure), 100_000);
    assert!(desk.record("empty", payment(7, "1.00")).is_ok(), "the key was not used up");
    assert!(Evidence::of(&desk.ledger) != before, "something was recorded at last");
    desk.assert_sound();
}

/// A commit has at most 65,536 events and 16 MiB; the largest is recorded, a larger one is refused whole.
pub fn a_commit_is_as_large_as_the_format_allows(place: &dyn Place) {
    let desk = Desk::open(place);
    let premium = ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: party(1),
        amount: yuan("0.01").unwrap(),
    };
    let batch = |events: usize| {
        let mut batch = Batch::with_capacity(events);
        (0..events).for_each(|_| batch.push(&desk.voucher, premium));
        batch
    };
    let before = desk.book.head().unwrap();
    let refused = desk.book.record_batch(key("month"), batch(MAX_COMMIT_EVENTS + 1));
    assert_eq!(rule_of(refused), "commit-size");
    assert_eq!(desk.book.head().unwrap(), before);
    let receipt = desk.book.record_batch(key("month"), batch(MAX_COMMIT_EVENTS)).unwrap();
    assert_eq!(usize::try_from(receipt.count()).unwrap(), MAX_COMMIT_EVENTS);
    assert_eq!(desk.balance(Account::Special), 65_536);
    // The longest texts: as many as pass 16 MiB together.
    let texts: Vec<_> = (0..(1 << 24) / MAX_TEXT_BYTES + 1)
        .map(|number| format!("{number:0width$}", width = MAX_TEXT_BYTES))
        .collect();
    let before = desk.book.head().unwrap();
    let all: Vec<_> = texts.iter().map(String::as_str).collect();
    let refused = desk.book.register_texts(&all);
    assert_eq!(rule_of(refused), "commit-size");
    assert_eq!(desk.book.head().unwrap(), before);
    assert_eq!(desk.book.text_number(&texts[0]).unwrap(), None);
    desk.record("after", payment(7, "1.00")).unwrap();
}
