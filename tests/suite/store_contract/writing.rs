//! Promises about recording.

use earmark_core::FaultKind;
use earmark_core::account::{Account, ExpenditureAccount};
use earmark_core::command::Batch;
use earmark_core::error::Error;
use earmark_core::fund::Fund;
use earmark_core::report::TrailFilter;

use super::{Open, desk, in_memory, injury, payment};
use crate::given::{MINUTE_MICROS, Picture, key_of, nanjing, rule_of, wuxi};

pub(super) fn events_are_numbered_without_gaps(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let first = desk.book.last_seq().unwrap();
    for number in 1..=20_u64 {
        let receipt = desk.record(&format!("{number}"), payment(7, "1.00")).unwrap();
        assert_eq!((receipt.first_seq(), receipt.count()), (first + number, 1));
        assert_eq!(receipt.root(), desk.book.head().unwrap().frontier.root());
    }
    let receipt = desk.record("three", [payment(7, "1.00"); 3]).unwrap();
    assert_eq!((receipt.first_seq(), receipt.last_seq()), (first + 21, first + 23));
    let trail = desk.book.trail(&TrailFilter::all()).unwrap();
    assert!(trail.iter().map(|it| it.seq()).eq(1..=first + 23));
    assert!(opened.ledger.verify().unwrap().is_sound());
}

pub(super) fn a_commit_is_recorded_whole_or_not_at_all(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let before = Picture::of_all(&opened.ledger);
    let outcome = desk.record("it", (payment(7, "600.00"), payment(8, "400.01")));
    match outcome {
        Err(Error::Rejected(rejected)) => assert_eq!(rejected.event(), Some(1)),
        other => panic!("expected a refusal, found {other:?}"),
    }
    assert_eq!(Picture::of_all(&opened.ledger), before);
    // A refused key is not used up.
    desk.record("it", (payment(7, "600.00"), payment(8, "400.00"))).unwrap();
    assert_eq!(desk.balance(ExpenditureAccount.into()), 0);
}

pub(super) fn a_joint_commit_is_recorded_whole_or_not_at_all(open: Open) {
    let opened = open();
    let (here, there) = (injury(&opened), desk(&opened, wuxi()));
    let joint = |first: &str, second: &str| {
        opened
            .ledger
            .joint(key_of("both"))
            .with(&here.book, &here.voucher, payment(7, first))
            .with(&there.book, &there.voucher, payment(8, second))
            .record()
    };
    let before = Picture::of_all(&opened.ledger);
    assert_eq!(rule_of(joint("1.00", "1000.01")), "no-overdraft");
    assert_eq!(rule_of(joint("1000.01", "1.00")), "no-overdraft");
    assert_eq!(Picture::of_all(&opened.ledger), before);
    let receipts = joint("1.00", "1000.00").unwrap();
    assert_eq!(receipts.len(), 2);
    assert_eq!(there.balance(Account::Expenditure), 0);
    assert!(joint("1.00", "1000.00").unwrap().iter().all(|receipt| receipt.repeated()));
    assert_eq!(rule_of(joint("1.01", "1000.00")), "key-fresh");
    assert!(opened.ledger.verify().unwrap().is_sound());
}

pub(super) fn a_key_stands_for_one_content(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let first = desk.record("it", payment(7, "1.00")).unwrap();
    desk.record("another", payment(7, "2.00")).unwrap();
    let before = Picture::of_all(&opened.ledger);
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
        rule_of(desk.book.record(key_of("it"), &other_voucher, payment(7, "1.00"))),
        "key-fresh"
    );
    assert_eq!(Picture::of_all(&opened.ledger), before);
    // A key is of its book: the same one is new in another.
    let there = super::desk(&opened, wuxi());
    assert!(!there.record("it", payment(7, "5.00")).unwrap().repeated());
}

pub(super) fn who_expects_another_event_is_in_conflict(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let seen = desk.book.last_seq().unwrap();
    let batch = |amount: &str| {
        let mut batch = Batch::new();
        batch.push(&desk.voucher, payment(7, amount));
        batch
    };
    desk.book.record_after(seen, key_of("first"), batch("1.00")).unwrap();
    let before = Picture::of_all(&opened.ledger);
    match desk.book.record_after(seen, key_of("second"), batch("2.00")) {
        Err(Error::Conflict(conflict)) => {
            assert_eq!((conflict.expected(), conflict.found()), (seen, seen + 1));
            assert_eq!(conflict.book(), desk.book.id());
        }
        other => panic!("expected a conflict, found {other:?}"),
    }
    assert_eq!(Picture::of_all(&opened.ledger), before);
    desk.book.record_after(seen + 1, key_of("second"), batch("2.00")).unwrap();
    // A retry is answered with its receipt, wherever the book is by now.
    assert!(desk.book.record_after(seen, key_of("first"), batch("1.00")).unwrap().repeated());
}

pub(super) fn many_submissions_are_answered_in_any_order(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let first = desk.book.last_seq().unwrap() + 1;
    let mut pending: Vec<_> = (0..200_u64)
        .map(|number| {
            let key = key_of(&format!("{number}"));
            desk.book.submit(key, &desk.voucher, payment(7, "0.01"))
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

pub(super) fn recording_times_never_go_back(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    opened.clock.go(10 * MINUTE_MICROS);
    let later = desk.record("1", payment(7, "1.00")).unwrap();
    opened.clock.go(-5 * MINUTE_MICROS);
    let earlier = desk.record("2", payment(7, "1.00")).unwrap();
    assert_eq!(earlier.recorded_at(), later.recorded_at());
    assert!(opened.ledger.verify().unwrap().is_sound());
}

pub(super) fn a_book_of_another_ledger_is_not_there(open: Open) {
    let (opened, elsewhere) = (open(), in_memory());
    let stranger = injury(&elsewhere);
    let joint = opened.ledger.joint(key_of("it"));
    match joint.with(&stranger.book, &stranger.voucher, payment(7, "1.00")).record() {
        Err(Error::Fault(fault)) => assert_eq!(fault.kind(), FaultKind::Missing, "{fault}"),
        other => panic!("expected a fault, found {other:?}"),
    }
    assert!(opened.ledger.books().unwrap().is_empty());
}

pub(super) mod pilot {
    earmark_core::fund! {
        /// A pilot of one city.
        pub(crate) Care {
            code: "CARE_PILOT", name: "care pilot" "护理试点", currency: CNY, jurisdiction: China,
            invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums CarePremium { Unit = 1 "unit premium" "单位缴费" => Premium }
        benefits CareBenefit { HomeCare = 1 "home care" "居家护理" => Benefit }
    }
}

pub(super) mod impostor {
    earmark_core::fund! {
        /// Another fund under the same code, with the same words and one more thing it may do.
        pub(crate) Care {
            code: "CARE_PILOT", name: "care pilot" "护理试点", currency: CNY, jurisdiction: Other,
            invests: yes, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums CarePremium { Unit = 1 "unit premium" "单位缴费" => Premium }
        benefits CareBenefit {
            HomeCare = 1 "home care" "居家护理" => Benefit,
            Salaries = 2 "salaries" "工资" => Administration,
        }
    }
}

pub(super) fn a_code_stands_for_one_fund(open: Open) {
    let opened = open();
    assert_eq!(pilot::Care::SPEC.code(), impostor::Care::SPEC.code());
    opened.ledger.book::<pilot::Care>(nanjing()).unwrap();
    for area in [nanjing(), wuxi()] {
        let fault = opened.ledger.book::<impostor::Care>(area).unwrap_err();
        assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
    }
    assert_eq!(opened.ledger.books().unwrap().len(), 1);
    opened.ledger.book::<pilot::Care>(wuxi()).unwrap();
    assert!(opened.ledger.verify().unwrap().is_sound());
}
