//! Promises about many recorders and readers at once.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::thread;

use earmark_core::account::Account;
use earmark_core::fund::WorkInjury;
use earmark_core::id::area;
use earmark_core::projection::Totals;

use super::Place;
use super::desk::{Desk, key, payment, wuxi};
use crate::given::rule_of;

const RECORDERS: u64 = 8;
const EACH: u64 = 25;

/// Runs the recorders side by side and gives what each came back with.
fn side_by_side<T: Send>(work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let work = &work;
        let recorders: Vec<_> =
            (0..RECORDERS).map(|number| scope.spawn(move || work(number))).collect();
        recorders
            .into_iter()
            .map(|recorder| recorder.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

/// Many recorders of one book get places of their own, each in the order in which it recorded.
pub fn many_recorders_share_a_book(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.last_seq() + 1;
    let receipts = side_by_side(|recorder| {
        let name = |number| format!("{recorder}/{number}");
        let record = |number| desk.record(&name(number), [payment(7, "0.01"); 2]).unwrap();
        (0..EACH).map(record).collect::<Vec<_>>()
    });
    for own in &receipts {
        let seqs: Vec<_> = own.iter().map(|receipt| receipt.first_seq()).collect();
        assert!(seqs.is_sorted(), "one recorder's commits are in its order");
    }
    let starts: BTreeSet<_> = receipts.iter().flatten().map(|it| it.first_seq()).collect();
    let expected = (0..RECORDERS * EACH).map(|number| first + 2 * number);
    assert!(starts.into_iter().eq(expected));
    assert_eq!(desk.balance(Account::Expenditure), 100_000 - 2 * RECORDERS * EACH);
    let roots: BTreeSet<_> = receipts.iter().flatten().map(|it| it.root()).collect();
    assert_eq!(roots.len() as u64, RECORDERS * EACH);
    desk.assert_sound();
}

/// Recorders of books of their own do not get into each other's way.
pub fn many_recorders_have_a_book_each(place: &dyn Place) {
    let first = Desk::open(place);
    let counts = side_by_side(|recorder| {
        let desk = first.elsewhere(area(&format!("33{recorder:02}00")).unwrap());
        for number in 0..EACH {
            desk.record(&format!("{number}"), payment(7, "0.01")).unwrap();
        }
        assert_eq!(desk.balance(Account::Expenditure), 100_000 - EACH);
        desk.last_seq()
    });
    assert!(counts.iter().all(|count| *count == counts[0]));
    let verification = first.ledger.verify().unwrap();
    assert!(verification.is_sound(), "{:?}", verification.findings());
    assert_eq!(verification.events(), first.last_seq() + counts.iter().sum::<u64>());
    assert_eq!(verification.books().len() as u64, 1 + RECORDERS);
}

/// Identical retries that race are recorded once, and all get the receipt of that one commit.
pub fn one_key_from_many_recorders_is_recorded_once(place: &dyn Place) {
    let desk = Desk::open(place);
    for round in 0..10 {
        let name = format!("round {round}");
        let receipts = side_by_side(|_| desk.record(&name, payment(7, "1.00")).unwrap());
        let new = receipts.iter().filter(|receipt| !receipt.repeated()).count();
        assert_eq!(new, 1);
        assert!(receipts.iter().all(|it| it.first_seq() == receipts[0].first_seq()));
        assert!(receipts.iter().all(|it| it.root() == receipts[0].root()));
    }
    assert_eq!(desk.balance(Account::Expenditure), 99_000);
}

/// Different contents that race for one key: one of them gets it, the others are refused.
pub fn one_key_for_many_contents_takes_one(place: &dyn Place) {
    let desk = Desk::open(place);
    for round in 0..10 {
        let name = format!("round {round}");
        let answers =
            side_by_side(|recorder| desk.record(&name, payment(u128::from(recorder), "1.00")));
        let (recorded, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((recorded.len() as u64, refused.len() as u64), (1, RECORDERS - 1));
        for answer in refused {
            assert_eq!(rule_of(answer), "key-fresh");
        }
    }
    assert_eq!(desk.balance(Account::Expenditure), 99_000);
    desk.assert_sound();
}

/// A text that many register at once has one number, the same for all.
pub fn one_text_from_many_recorders_has_one_number(place: &dyn Place) {
    let desk = Desk::open(place);
    for round in 0..40 {
        let texts = [format!("register {round}"), format!("basis {round}")];
        // Half of them register both in the other order, and something of their own between.
        let numbers = side_by_side(|recorder| {
            let turn = usize::from(recorder % 2 == 0);
            let one = desk.book.register(&texts[turn]).unwrap().number();
            desk.book.register(&format!("own {round}/{recorder}")).unwrap();
            let other = desk.book.register(&texts[1 - turn]).unwrap().number();
            if turn == 0 { (one, other) } else { (other, one) }
        });
        assert!(numbers.iter().all(|pair| *pair == numbers[0]), "{numbers:?}");
    }
    assert_eq!(u64::from(desk.book.head().unwrap().state.texts()), 3 + 40 * (2 + RECORDERS));
    desk.assert_sound();
}

/// Of many who insist on the same last event, one records and the others are in conflict.
pub fn of_many_who_expect_the_same_one_records(place: &dyn Place) {
    let desk = Desk::open(place);
    for round in 0..10_u64 {
        let seen = desk.last_seq();
        let answers = side_by_side(|recorder| {
            let name = key(&format!("{round}/{recorder}"));
            desk.book.record_after(seen, name, desk.batch(7, "1.00"))
        });
        let conflict =
            |answer: &Result<_, _>| matches!(answer, Err(earmark_core::Error::Conflict(_)));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(answers.iter().filter(|answer| conflict(answer)).count() as u64, RECORDERS - 1);
    }
    assert_eq!(desk.balance(Account::Expenditure), 99_000);
}

/// Nobody can pay out what another has paid out meanwhile.
pub fn no_recorder_overdraws_what_another_has_paid(place: &dyn Place) {
    let desk = Desk::open(place);
    let outcomes = side_by_side(|recorder| {
        let pay = |number| desk.record(&format!("{recorder}/{number}"), payment(7, "99.00"));
        (0..4).map(pay).collect::<Vec<_>>()
    });
    let (paid, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().flatten().partition(Result::is_ok);
    assert_eq!((paid.len(), refused.len()), (10, 22));
    for outcome in refused {
        assert_eq!(rule_of(outcome), "no-overdraft");
    }
    assert_eq!(desk.balance(Account::Expenditure), 1_000);
}

/// Joint commits that name the same books in different orders all end, each with its receipts in its own order.
pub fn joint_commits_across_each_other_all_end(place: &dyn Place) {
    let here = Desk::open(place);
    let there = here.elsewhere(wuxi());
    side_by_side(|recorder| {
        for number in 0..EACH {
            let joint = here.ledger.joint(key(&format!("{recorder}/{number}")));
            // Half of them name the books in the other order.
            let (first, second) = if recorder % 2 == 0 { (&here, &there) } else { (&there, &here) };
            let receipts = joint
                .with(&first.book, &first.voucher, payment(7, "0.01"))
                .with(&second.book, &second.voucher, payment(7, "0.01"))
                .record()
                .unwrap_or_else(|error| panic!("{error}"));
            let books: Vec<_> = receipts.iter().map(|receipt| receipt.book()).collect();
            assert_eq!(books, [first.book.id(), second.book.id()]);
        }
    });
    for desk in [&here, &there] {
        assert_eq!(desk.balance(Account::Expenditure), 100_000 - RECORDERS * EACH);
    }
    here.assert_sound();
}

/// Whoever reads while others record sees all books and projections as they were at one moment.
pub fn readers_see_one_moment(place: &dyn Place) {
    let here = Desk::open(place);
    let there = here.elsewhere(wuxi());
    let first = here.last_seq();
    assert_eq!(first, there.last_seq());
    thread::scope(|scope| {
        let recorder = scope.spawn(|| {
            for number in 0..200 {
                let joint = here.ledger.joint::<WorkInjury>(key(&format!("{number}")));
                joint
                    .with(&here.book, &here.voucher, [payment(7, "0.01"); 5])
                    .with(&there.book, &there.voucher, [payment(7, "0.01"); 5])
                    .record()
                    .unwrap();
            }
        });
        // One reading more than the recorder waits for, so that there is always one.
        let mut ended = false;
        while !ended {
            ended = recorder.is_finished();
            let verification = here.ledger.verify().unwrap();
            assert!(verification.is_sound(), "{:?}", verification.findings());
            let events: Vec<_> = verification.books().iter().map(|book| book.events).collect();
            assert_eq!(events[0], events[1], "a joint commit is seen whole or not at all");
            let snapshot = here.book.snapshot::<Totals>().unwrap();
            assert_eq!((snapshot.position() - first) % 5, 0);
        }
    });
    assert_eq!(here.last_seq(), first + 1_000);
}

/// Books, commits, texts and projections are added side by side, and what all recorded is there.
pub fn all_doors_are_open_at_once(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.ledger.attach(super::projecting::Payments).unwrap();
    side_by_side(|recorder| {
        let own = desk.elsewhere(area(&format!("34{recorder:02}00")).unwrap());
        for number in 0..EACH {
            let name = format!("{recorder}/{number}");
            match number % 5 {
                0 => drop(own.book.register(&name).unwrap()),
                1 => desk.ledger.attach(super::projecting::Payments).unwrap(),
                2 if recorder == 0 => {
                    desk.ledger.rebuild::<super::projecting::Payments>().unwrap();
                }
                _ => drop(desk.record(&name, payment(recorder.into(), "0.01")).unwrap()),
            }
            own.record(&name, payment(7, "0.01")).unwrap();
        }
        assert_eq!(own.balance(Account::Expenditure), 100_000 - EACH);
    });
    // 3 of 5 rounds pay from the shared book, but where the first recorder rebuilt: 2 of 5.
    let shared = EACH / 5 * (3 * RECORDERS - 1);
    assert_eq!(desk.balance(Account::Expenditure), 100_000 - shared);
    desk.assert_sound();
}
