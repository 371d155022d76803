//! What is not attested, each with what is said.

use earmark_core::command::*;
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::fund::{Maternity, WorkInjury};
use earmark_core::id::LedgerSecret;
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::roll::{Roll, RollFold};
use earmark_core::store::{MemoryStore, Settings};
use earmark_core::time::Period;

use super::{Injury, month, premium, roll, with_may};
use crate::given::{Desk, HandClock, Picture, key_of, nanjing, on, settings, wuxi};

/// The rule and its reason; nothing is recorded.
#[track_caller]
fn refused(desk: &Injury, outcome: Result<Receipt, Error>, rule: &str, reason: &str) {
    match outcome {
        Err(Error::Rejected(rejected)) => {
            assert_eq!((rejected.rule().code(), rejected.reason()), (rule, reason));
        }
        other => panic!("expected `{rule}`, {reason}; found {other:?}"),
    }
    assert!(desk.ledger.verify().unwrap().is_sound());
}

fn attest(desk: &Injury, key: &str, roll: &Roll) -> Result<Receipt, Error> {
    AnyBook::attest_roll(&desk.book, key_of(key), &desk.voucher, roll)
}

fn any(desk: &Injury, json: &str) -> Result<Receipt, Error> {
    let command: AnyCommand = serde_json::from_str(json).unwrap();
    desk.book.record_any(key_of("any"), &[(desk.voucher, command)])
}

#[test]
fn a_period_that_is_not_closed_has_no_roll() {
    let desk = with_may();
    assert!(desk.book.roll(month(6)).unwrap().is_none());
    assert!(desk.book.roll(month(4)).unwrap().is_none());
    let closing = desk.book.last_seq().unwrap();
    assert!(desk.book.roll_up_to(closing - 1).unwrap().is_none());
    assert!(desk.book.roll_up_to(closing + 1).unwrap().is_none());
    assert!(desk.book.roll_up_to(0).unwrap().is_none());
    for (seq, rule, reason) in [
        (closing - 1, "roll-fits", "closes no period; a roll is attested up to a closing"),
        (99, "original-fits", "is not recorded in this book"),
        (0, "original-fits", "is not recorded in this book"),
    ] {
        let json = format!(r#"{{"command":"attest_roll","closing":{seq}}}"#);
        refused(&desk, any(&desk, &json), rule, &format!("event {seq} {reason}"));
    }
    // Another book of the ledger in which no month is closed takes nobody's roll for its own.
    let elsewhere = Desk::<WorkInjury>::new(desk.ledger.clone(), desk.clock.clone(), wuxi());
    let reason = "its voucher or roll is not of this book";
    refused(&elsewhere, attest(&elsewhere, "it", &roll(&desk, month(5))), "same-book", reason);
}

#[test]
fn a_roll_of_another_fund_is_refused_where_the_type_is_lost() {
    let desk = with_may();
    let maternity = Desk::<Maternity>::new(desk.ledger.clone(), desk.clock.clone(), nanjing());
    let before = Picture::of_all(&desk.ledger);
    let untyped = AnyBook::roll(&desk.book, month(5)).unwrap().unwrap();
    let outcome = AnyBook::attest_roll(&maternity.book, key_of("it"), &maternity.voucher, &untyped);
    refused(&desk, outcome, "same-book", "its voucher or roll is not of this book");
    assert_eq!(Picture::of_all(&desk.ledger), before);
}

#[test]
fn a_closing_is_attested_once() {
    let desk = with_may();
    let may = roll(&desk, month(5));
    let first = attest(&desk, "roll", &may).unwrap();
    let reason = format!(
        "event {} attests the roll up to event {} already",
        first.last_seq(),
        first.last_seq() - 1
    );
    refused(&desk, attest(&desk, "again", &may), "roll-fits", &reason);
    let twice = with_may();
    let may = AttestRoll::of(&roll(&twice, month(5)));
    let closing = twice.book.last_seq().unwrap();
    let reason = format!("event {} attests the roll up to event {closing} already", closing + 1);
    refused(&twice, twice.record("twice", (may, may)), "roll-fits", &reason);
}

#[test]
fn a_roll_from_before_a_reopening_is_refused() {
    let desk = with_may();
    let old = roll(&desk, month(5));
    let closing = old.attested().closing();
    let why = desk.book.register("late").unwrap();
    desk.record("reopen", ReopenPeriod { period: month(5), reason: why }).unwrap();
    let reason = format!("2021-05-01 to 2021-05-31 was reopened since event {closing} closed it");
    refused(&desk, attest(&desk, "it", &old), "roll-fits", &reason);
    let json = format!(r#"{{"command":"attest_roll","closing":{closing}}}"#);
    refused(&desk, any(&desk, &json), "roll-fits", &reason);
    let again = desk.record("close again", ClosePeriod { period: month(5) }).unwrap().last_seq();
    let reason = format!(
        "the roll of 2021-05-01 to 2021-05-31 ends at event {closing}, the period was closed by event {again}"
    );
    refused(&desk, attest(&desk, "it", &old), "roll-fits", &reason);
    attest(&desk, "it", &roll(&desk, month(5))).unwrap();
}

/// A month that is reopened takes its quarter along.
#[test]
fn a_quarter_of_which_a_month_was_reopened_is_closed_again_first() {
    let desk = with_may();
    desk.clock.go(40 * 24 * 3_600_000_000);
    let today = desk.voucher.on(on("2021-08-01"));
    let close = |key: &str, period| {
        desk.book.record(key_of(key), &today, ClosePeriod { period }).unwrap();
    };
    close("close june", month(6));
    let half = Period::new(on("2021-05-01"), on("2021-06-30")).unwrap();
    assert!(desk.book.roll(half).unwrap().is_none());
    let why = desk.book.register("late").unwrap();
    desk.book.record(key_of("both"), &today, ReopenPeriod { period: half, reason: why }).unwrap();
    close("both again", half);
    // Months that were reopened together have no rolls: not the two, and neither by itself.
    assert!(desk.book.roll(half).unwrap().is_none());
    assert!(desk.book.roll(month(6)).unwrap().is_none());
    let odd = desk.book.roll_up_to(desk.book.last_seq().unwrap()).unwrap().unwrap();
    assert_eq!(odd.attested().period(), half);
    let outcome = AnyBook::attest_roll(&desk.book, key_of("it"), &today, &odd);
    refused(&desk, outcome, "roll-fits", "2021-05-01 to 2021-06-30 is no month, quarter or year");
    desk.book
        .record(key_of("one"), &today, ReopenPeriod { period: month(6), reason: why })
        .unwrap();
    close("one again", month(6));
    desk.book.record(key_of("roll"), &today, AttestRoll::of(&roll(&desk, month(6)))).unwrap();
}

#[test]
fn a_roll_is_read_of_what_is_recorded() {
    // A closing and a roll in one commit: the roll was read in a copy in which the closing is recorded.
    let copy = with_may();
    let may = roll(&copy, month(5));
    let desk = Desk::<WorkInjury>::in_memory().with_accounts();
    let past = desk.voucher.on(on("2021-05-20"));
    let four = [premium(1, "1.00"), premium(2, "1.00"), premium(3, "1.00"), premium(4, "1.00")];
    desk.book.record(key_of("a"), &past, four).unwrap();
    desk.record("b", premium(5, "1.00")).unwrap();
    let closing = desk.book.last_seq().unwrap() + 1;
    assert_eq!(may.attested().closing(), closing);
    let both = (ClosePeriod { period: month(5) }, AttestRoll::of(&may));
    let reason = format!("event {closing} is of this commit; a roll is read of what is recorded");
    refused(&desk, desk.record("both", both), "roll-fits", &reason);
    let reason = "2021-05-01 to 2021-05-31 is not closed";
    refused(&desk, attest(&desk, "it", &may), "roll-fits", reason);
}

#[test]
fn a_roll_that_no_book_gave_is_refused() {
    let desk = with_may();
    let (closing, store) = (desk.book.last_seq().unwrap(), desk.ledger.store());
    let salt = roll(&desk, month(5)).attested().salt();
    let folded = RollFold::new(month(5)).finish(closing, salt);
    refused(
        &desk,
        attest(&desk, "it", &folded),
        "same-book",
        "its voucher or roll is not of this book",
    );
    // With a salt that somebody chose, lines of two rolls could be told to be of one party.
    let chosen = Roll::read(store, desk.book.id(), month(5), closing, [7; 16]).unwrap();
    let reason = "the salt of the roll is not the one that the ledger derives for its closing";
    refused(&desk, attest(&desk, "it", &chosen), "roll-fits", reason);
    // The days of another month.
    let other = Roll::read(store, desk.book.id(), month(4), closing, salt).unwrap();
    let reason = "2021-04-01 to 2021-04-30 is not closed";
    refused(&desk, attest(&desk, "it", &other), "roll-fits", reason);
}

#[test]
fn a_roll_of_another_ledger_is_refused() {
    let desk = with_may();
    let id = earmark_core::id::LedgerId([9; 16]);
    let clock = HandClock::new();
    let other = Ledger::new(MemoryStore::new(Settings { id, ..settings() }), clock.clone());
    let other = super::filled(Desk::new(other, clock, nanjing()).with_accounts(), "300.00");
    let reason = "its voucher or texts are of another ledger";
    refused(&desk, attest(&desk, "it", &roll(&other, month(5))), "same-book", reason);
}

/// Salts are the ledger's: another secret, book or closing gives another.
#[test]
fn salts_differ() {
    let book = with_may().book.id();
    let secret = settings().secret;
    let mut salts = vec![
        secret.roll_salt(book, 7),
        secret.roll_salt(book, 8),
        secret.roll_salt(Desk::<Maternity>::in_memory().book.id(), 7),
        LedgerSecret::from_bytes([1; 32]).roll_salt(book, 7),
    ];
    salts.sort_unstable();
    salts.dedup();
    assert_eq!(salts.len(), 4);
    assert_eq!(secret.roll_salt(book, 7), secret.roll_salt(book, 7));
}
