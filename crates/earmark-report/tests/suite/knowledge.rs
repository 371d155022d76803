//! What was known when, and what changed since.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::event::Kind;
use earmark_core::report::AsOf;
use earmark_core::time::{Timestamp, UtcOffset};
use earmark_report::{BalanceSheet, Knowledge, Reading, Restatement, StatementError};

use crate::given::{Desk, REASON, on, party, period, yuan};

fn premium(amount: &str) -> AnyCommand {
    AnyCommand::ReceivePremium {
        into: Account::Special,
        kind: "Unit".to_owned(),
        from: party(1),
        amount: amount.to_owned(),
    }
}

#[test]
fn a_book_in_which_nothing_is_recorded_has_empty_statements() {
    let clock = crate::given::HandClock::at(on("2021-03-01"));
    let ledger = crate::given::ledger(&clock);
    let book = ledger.any_book(earmark_core::id::area("320200").unwrap(), "MATERNITY").unwrap();
    for known in [Knowledge::Now, Knowledge::Through(7)] {
        let reading = Reading::of(&book, known).unwrap();
        assert_eq!(reading.through(), 0);
        let sheet = BalanceSheet::of(&book, &reading, on("2021-03-01")).unwrap();
        assert_eq!(sheet.assets_total(), yuan("0.00"));
    }
}

#[test]
fn readings_of_the_same_knowledge_are_the_same() {
    let desk = Desk::new("MATERNITY", "2021-03-01");
    let first = desk.record("2021-03-01", premium("10.00"));
    desk.clock.set(on("2021-03-02"));
    desk.record("2021-03-01", premium("20.00"));
    let morning = Timestamp::start_of(on("2021-03-01"), UtcOffset::CHINA);
    let read = |known| Reading::of(&desk.book, known).unwrap();
    assert_eq!(read(Knowledge::At(morning)), read(Knowledge::Through(first)));
    assert_eq!(read(AsOf::NOW.known_at(morning).into()), read(Knowledge::Through(first)));
    assert_eq!(read(Knowledge::Now), read(Knowledge::Through(first + 1)));
    let held = |known| read(known).balance(Account::Special, on("2021-03-01"));
    assert_eq!(held(Knowledge::Through(first)), yuan("10.00"));
    assert_eq!(held(AsOf::NOW.into()), yuan("30.00"));
}

#[test]
fn a_restatement_names_every_event_that_made_the_difference() {
    let desk = Desk::new("MATERNITY", "2021-01-10");
    desk.record("2021-01-10", premium("100.00"));
    desk.clock.set(on("2021-03-10"));
    let wrong = desk.record("2021-03-10", premium("55.00"));
    desk.clock.set(on("2021-04-05"));
    let early = desk.record("2021-02-01", premium("7.00"));
    let reversal =
        desk.record("2021-03-31", AnyCommand::Reverse { of: wrong, reason: REASON.to_owned() });
    let right = desk.record("2021-03-10", premium("50.00"));
    desk.record("2021-04-05", premium("900.00")); // after the period

    let march = period("2021-03-01", "2021-03-31");
    let restated = Restatement::of(&desk.book, march, wrong, Knowledge::Now).unwrap();
    assert_eq!(restated.published().opening(), yuan("100.00"));
    assert_eq!(restated.published().closing(), yuan("155.00"));
    assert_eq!(restated.known().opening(), yuan("107.00"));
    assert_eq!(restated.known().closing(), yuan("157.00"));
    assert_eq!(restated.change().income, yuan("-5.00"));
    let causes: Vec<_> = restated
        .causes()
        .iter()
        .map(|it| (it.seq, it.original, it.effect.opening, it.effect.income, it.effect.closing))
        .collect();
    let none = yuan("0.00");
    assert_eq!(
        causes,
        [
            (early, None, yuan("7.00"), none, yuan("7.00")),
            (reversal, Some(wrong), none, yuan("-55.00"), yuan("-55.00")),
            (right, None, none, yuan("50.00"), yuan("50.00")),
        ]
    );
    assert_eq!(restated.causes()[1].kind, Kind::Reversed);

    let nothing_new = Restatement::of(&desk.book, march, wrong, Knowledge::Through(wrong)).unwrap();
    assert!(nothing_new.causes().is_empty());
    let backwards = Restatement::of(&desk.book, march, right, Knowledge::Through(wrong));
    assert_eq!(
        backwards.unwrap_err(),
        StatementError::NotYetRecorded { published: right, known: wrong }
    );
}
