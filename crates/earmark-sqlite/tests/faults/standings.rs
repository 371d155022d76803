//! The standing of a book: kept with its head, read again, and found where it was changed.

use earmark_core::FaultKind;
use earmark_core::command::{ClosePeriod, DrawReserve, SetReserveAside};
use earmark_core::id::key;
use earmark_core::state::Standing;
use earmark_core::time::{Month, Period};

use crate::flips::{Said, Verdict};
use crate::sample::{
    NANJING, Place, SUZHOU, book, close, minor, open, premium, profile, prove, read, ready, stand,
    try_open, voucher,
};
use crate::tables::{TABLES, tamper};

/// How many books have a row in the table of standings.
fn rows(place: &Place) -> usize {
    TABLES.iter().find(|table| table.name == "standings").unwrap().count(&place.path)
}

#[test]
fn a_standing_survives_being_opened_again() {
    let place = Place::new();
    let standing = {
        let ledger = open(&place.path);
        let (nanjing, voucher) = ready(&ledger, NANJING);
        ready(&ledger, SUZHOU);
        nanjing.record(key("premium"), &voucher, premium(1, 90_000)).unwrap();
        stand(&nanjing, &voucher);
        nanjing.head().unwrap().state.standing()
    };
    assert_eq!(rows(&place), 1, "a book without a standing has no row");
    let february = Period::month(Month::new(2021, 2).unwrap());
    assert_eq!(standing.reopened, Some(february));
    assert_eq!(standing.closed_until, Some(Month::new(2021, 3).unwrap().last_day()));
    assert_eq!((standing.reserve_minor, standing.stops, standing.agreements), (1_500, 1, 1));
    for _ in 0..2 {
        let ledger = open(&place.path);
        let nanjing = book(&ledger, NANJING);
        let head = nanjing.head().unwrap();
        assert_eq!(head.state.standing(), standing);
        let rules = head.rules.unwrap();
        assert_eq!(rules.profile().text(), profile().text());
        // The writer, which has read it anew, decides on it.
        let voucher = voucher(&nanjing);
        let april = Period::month(Month::new(2021, 4).unwrap());
        nanjing.record(key("out of order"), &voucher, ClosePeriod { period: april }).unwrap_err();
        let early = voucher.on(Month::new(2021, 1).unwrap().last_day());
        nanjing.record(key("closed"), &early, premium(1, 1)).unwrap_err();
        assert!(ledger.verify().unwrap().is_sound());
    }
    let ledger = open(&place.path);
    let nanjing = book(&ledger, NANJING);
    let voucher = voucher(&nanjing);
    let open_again = voucher.on(february.last());
    nanjing.record(key("in the reopened month"), &open_again, premium(1, 1)).unwrap();
    nanjing.record(key("closed again"), &voucher, ClosePeriod { period: february }).unwrap();
    assert_eq!(nanjing.head().unwrap().state.standing().reopened, None);
    drop((nanjing, ledger));
    assert!(read(&place.path).verify().unwrap().is_sound());
}

/// What a book no longer has leaves no row behind.
#[test]
fn a_standing_that_is_nothing_again_has_no_row() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (nanjing, voucher) = ready(&ledger, NANJING);
    nanjing.record(key("premium"), &voucher, premium(1, 500)).unwrap();
    let amount = minor(200);
    nanjing.record(key("aside"), &voucher, SetReserveAside { amount }).unwrap();
    assert_eq!(rows(&place), 1);
    let reason = nanjing.register("a bad year").unwrap();
    nanjing.record(key("drawn"), &voucher, DrawReserve { amount, reason }).unwrap();
    assert_eq!(rows(&place), 0);
    assert!(ledger.verify().unwrap().is_sound());
}

/// A commit that is refused, or a group of which a part is, leaves the standing of those that are not.
#[test]
fn a_refused_commit_leaves_no_standing() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (nanjing, voucher) = ready(&ledger, NANJING);
    nanjing.record(key("premium"), &voucher, premium(1, 1_000)).unwrap();
    let under_way: Vec<_> = (0..40)
        .map(|number| {
            let aside = SetReserveAside { amount: minor(100) };
            nanjing.submit(key(&number.to_string()), &voucher, aside)
        })
        .collect();
    let kept = under_way.into_iter().filter_map(|pending| pending.wait().ok()).count();
    assert_eq!(kept, 10, "no more than the balance is set aside");
    assert_eq!(nanjing.head().unwrap().state.standing().reserve_minor, 1_000);
    close(&nanjing, &voucher);
    assert!(ledger.verify().unwrap().is_sound());
    drop((nanjing, ledger));
    assert!(read(&place.path).verify().unwrap().is_sound());
}

/// No book can have such a standing: it is found, and nothing is written on it.
#[test]
fn an_impossible_standing_is_found_and_refused() {
    for sql in [
        "UPDATE standings SET book = 77 WHERE book = 1",
        "INSERT INTO standings VALUES (77, 1, -2147483648, -2147483648, -2147483648, 0, 0, 0)",
        "INSERT INTO standings VALUES (3, 0, -2147483648, -2147483648, -2147483648, 0, 0, 0)",
        "UPDATE standings SET reserve = 100000000 WHERE book = 1",
        "UPDATE standings SET reserve = -1 WHERE book = 1",
        "UPDATE standings SET rules_seq = 5000 WHERE book = 1",
        "UPDATE standings SET closed_until = 40000000 WHERE book = 1",
        "UPDATE standings SET closed_until = reopened_first WHERE book = 1",
        "UPDATE standings SET reopened_first = -2147483648 WHERE book = 1",
        "UPDATE standings SET reopened_last = reopened_first - 1 WHERE book = 1",
        "UPDATE standings SET stops = -1 WHERE book = 1",
        "UPDATE standings SET agreements = 4294967296 WHERE book = 1",
        "DROP TABLE standings",
    ] {
        let place = Place::with_sample();
        let said = Said::by(&place.path);
        tamper(&place.path, sql);
        assert_eq!(said.judge(&place.path), Verdict::Found, "{sql}");
        let fault = try_open(&place.path).map(drop).unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Damaged, "{sql}: {fault}");
    }
}

/// A possible standing that is not the book's own is found by verification.
#[test]
fn another_standing_is_found() {
    for sql in [
        "DELETE FROM standings WHERE book = 1",
        "UPDATE standings SET reserve = reserve + 1 WHERE book = 1",
        "UPDATE standings SET stops = 0 WHERE book = 1",
        "UPDATE standings SET rules_seq = 0 WHERE book = 1",
        "UPDATE standings SET rules_seq = rules_seq - 1 WHERE book = 1",
        "UPDATE standings SET closed_until = closed_until + 30 WHERE book = 1",
        "UPDATE standings SET reopened_first = -2147483648, reopened_last = -2147483648",
        "INSERT INTO standings VALUES (3, 0, -2147483648, -2147483648, -2147483648, 0, 1, 0)",
    ] {
        let place = Place::with_sample();
        let said = Said::by(&place.path);
        assert!(tamper(&place.path, sql) > 0);
        assert_eq!(said.judge(&place.path), Verdict::Found, "{sql}");
    }
}

/// A head that names another event as the one that adopted its rules is not written on.
#[test]
fn rules_of_no_profile_are_refused() {
    let place = Place::with_sample();
    tamper(&place.path, "UPDATE standings SET rules_seq = rules_seq - 1 WHERE book = 1");
    let ledger = open(&place.path);
    let nanjing = book(&ledger, NANJING);
    let fault = nanjing.head().unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Damaged);
    assert!(fault.to_string().contains("has none"), "{fault}");
    let suzhou = book(&ledger, SUZHOU);
    suzhou.record(key("goes on"), &voucher(&suzhou), premium(1, 1)).unwrap();
    assert_ne!(suzhou.head().unwrap().state.standing(), Standing::default());
    assert!(!prove(&ledger).unwrap().is_sound());
}
