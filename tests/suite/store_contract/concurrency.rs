//! Promises about many recorders at once.

use std::collections::BTreeSet;
use std::thread;

use earmark_core::account::Account;
use earmark_core::error::Error;
use earmark_core::fund::WorkInjury;
use earmark_core::id::area;
use earmark_core::projection::Totals;

use super::{Open, desk, injury, payment};
use crate::given::{Desk, key_of, rule_of, wuxi};

const RECORDERS: u64 = 8;
const EACH: u64 = 25;

/// Runs the recorders side by side and gives what each came back with.
fn side_by_side<T: Send>(work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let work = &work;
        let recorders: Vec<_> =
            (0..RECORDERS).map(|number| scope.spawn(move || work(number))).collect();
        recorders.into_iter().map(|recorder| recorder.join().unwrap()).collect()
    })
}

pub(super) fn many_recorders_share_a_book(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let first = desk.book.last_seq().unwrap() + 1;
    let receipts = side_by_side(|recorder| {
        let key = |number| format!("{recorder}/{number}");
        let record = |number| desk.record(&key(number), [payment(7, "0.01"); 2]).unwrap();
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
    assert!(opened.ledger.verify().unwrap().is_sound());
}

pub(super) fn many_recorders_have_a_book_each(open: Open) {
    let opened = open();
    let counts = side_by_side(|recorder| {
        let area = area(&format!("32{recorder:02}00")).unwrap();
        let desk: Desk<WorkInjury> = desk(&opened, area);
        for number in 0..EACH {
            desk.record(&format!("{number}"), payment(7, "0.01")).unwrap();
        }
        assert_eq!(desk.balance(Account::Expenditure), 100_000 - EACH);
        desk.book.last_seq().unwrap()
    });
    assert!(counts.iter().all(|count| *count == counts[0]));
    let verification = opened.ledger.verify().unwrap();
    assert!(verification.is_sound());
    assert_eq!(verification.events(), counts.iter().sum::<u64>());
    assert_eq!(verification.books().len() as u64, RECORDERS);
}

pub(super) fn one_key_from_many_recorders_is_recorded_once(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    for round in 0..10 {
        let key = format!("round {round}");
        let receipts = side_by_side(|_| desk.record(&key, payment(7, "1.00")).unwrap());
        let new = receipts.iter().filter(|receipt| !receipt.repeated()).count();
        assert_eq!(new, 1);
        assert!(receipts.iter().all(|it| it.first_seq() == receipts[0].first_seq()));
        assert!(receipts.iter().all(|it| it.root() == receipts[0].root()));
    }
    assert_eq!(desk.balance(Account::Expenditure), 99_000);
}

pub(super) fn one_text_from_many_recorders_has_one_number(open: Open) {
    let opened = open();
    let desk = injury(&opened);
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
    assert!(opened.ledger.verify().unwrap().is_sound());
}

pub(super) fn no_recorder_overdraws_what_another_has_paid(open: Open) {
    let opened = open();
    let desk = injury(&opened);
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

pub(super) fn joint_commits_across_each_other_all_end(open: Open) {
    let opened = open();
    let (here, there) = (injury(&opened), desk(&opened, wuxi()));
    side_by_side(|recorder| {
        for number in 0..EACH {
            let joint = opened.ledger.joint(key_of(&format!("{recorder}/{number}")));
            // Half of them name the books in the other order.
            let (first, second) = if recorder % 2 == 0 { (&here, &there) } else { (&there, &here) };
            let receipts = joint
                .with(&first.book, &first.voucher, payment(7, "0.01"))
                .with(&second.book, &second.voucher, payment(7, "0.01"))
                .record();
            let receipts = receipts.unwrap_or_else(|error: Error| panic!("{error}"));
            let books: Vec<_> = receipts.iter().map(|receipt| receipt.book()).collect();
            assert_eq!(books, [first.book.id(), second.book.id()]);
        }
    });
    for desk in [&here, &there] {
        assert_eq!(desk.balance(Account::Expenditure), 100_000 - RECORDERS * EACH);
    }
    assert!(opened.ledger.verify().unwrap().is_sound());
}

/// Whoever reads while others record sees the books as they were at one moment.
pub(super) fn readers_see_one_moment(open: Open) {
    let opened = open();
    let (here, there) = (injury(&opened), desk(&opened, wuxi()));
    let before = |desk: &Desk<WorkInjury>| desk.book.last_seq().unwrap();
    let first = before(&here);
    assert_eq!(first, before(&there));
    thread::scope(|scope| {
        let recorder = scope.spawn(|| {
            for number in 0..200 {
                let joint = opened.ledger.joint(key_of(&format!("{number}")));
                joint
                    .with(&here.book, &here.voucher, [payment(7, "0.01"); 5])
                    .with(&there.book, &there.voucher, [payment(7, "0.01"); 5])
                    .record()
                    .unwrap();
            }
        });
        while !recorder.is_finished() {
            let verification = opened.ledger.verify().unwrap();
            assert!(verification.is_sound(), "{:?}", verification.findings());
            let events: Vec<_> = verification.books().iter().map(|book| book.events).collect();
            assert_eq!(events[0], events[1], "a joint commit is seen whole or not at all");
            let snapshot = here.book.snapshot::<Totals>().unwrap();
            assert_eq!((snapshot.position() - first) % 5, 0);
        }
    });
    assert_eq!(here.book.last_seq().unwrap(), first + 1_000);
}
