//! Rolls of closed periods: read, attested, and found out where they are false.

mod detail;
pub(crate) mod naive;
mod refused;

use earmark_core::account::SpecialAccount;
use earmark_core::command::*;
use earmark_core::event::{Detail, Kind};
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit, WorkInjuryPremium};
use earmark_core::id::Link;
use earmark_core::money::yuan;
use earmark_core::report::TrailFilter;
use earmark_core::roll::{AttestedRoll, FundRoll, Roll};
use earmark_core::time::{Day, Month, Period};
use proptest::prelude::*;

use crate::given::{Desk, key_of, on, party};
use naive::naive;

pub(crate) type Injury = Desk<WorkInjury>;

pub(crate) fn month(number: u32) -> Period {
    Period::month(Month::new(2021, number).unwrap())
}

pub(crate) fn premium(from: u128, text: &str) -> ReceivePremium<WorkInjury, SpecialAccount> {
    ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: party(from),
        amount: yuan(text).unwrap(),
    }
}

/// Nanjing's book: in May parties 1 and 2 paid, and 3 claimed against 4. May is closed by the last event.
pub(crate) fn with_may() -> Injury {
    filled(Desk::in_memory().with_accounts(), "300.00")
}

fn filled(desk: Injury, amount: &str) -> Injury {
    let today = desk.voucher;
    let desk = Desk { voucher: today.on(on("2021-05-20")), ..desk };
    desk.record("premiums", (premium(1, amount), premium(2, "20.00"), premium(1, "0.05"))).unwrap();
    let claim = FileClaim {
        case: Link::from_u128(1),
        person: party(3),
        kind: WorkInjuryBenefit::Medical,
        occurred_on: on("2021-05-01"),
        liable: Some(party(4)),
        amount: yuan("9.00").unwrap(),
    };
    desk.record("claim", claim).unwrap();
    let desk = Desk { voucher: today, ..desk };
    desk.record("june", premium(5, "1.00")).unwrap();
    desk.record("close", ClosePeriod { period: month(5) }).unwrap();
    desk
}

pub(crate) fn roll(desk: &Injury, period: Period) -> FundRoll<WorkInjury> {
    desk.book.roll(period).unwrap().expect("the period is closed")
}

fn attested(desk: &Injury, seq: u64) -> AttestedRoll {
    let event = desk.book.event(seq).unwrap().unwrap();
    match event.event().fact().detail() {
        Detail::Roll(roll) => **roll,
        other => panic!("event {seq} attests no roll: {other:?}"),
    }
}

#[test]
fn a_closed_month_is_attested_and_every_line_is_proved_from_the_event() {
    let desk = with_may();
    let roll = roll(&desk, month(5));
    let receipt = desk.book.attest_roll(key_of("roll"), &desk.voucher, &roll).unwrap();
    let attested = attested(&desk, receipt.last_seq());
    assert_eq!(attested, *roll.attested());
    assert_eq!((attested.period(), attested.parties()), (month(5), 4));
    assert_eq!(attested.closing(), receipt.last_seq() - 1);
    let line = |number: u128| roll.prove(party(number)).check(&attested, party(number)).unwrap();
    let one = line(1).unwrap();
    assert_eq!((one.events, one.entered_minor, one.left_minor), (2, 30_005, 0));
    // Both whom the claim names have it; nothing moved.
    assert_eq!(line(3).unwrap().trail, line(4).unwrap().trail);
    assert_eq!(line(4).unwrap().events, 1);
    // Who paid in June alone has no line in May.
    assert_eq!(line(5), None);
    assert!(desk.ledger.verify().unwrap().is_sound());
    assert_eq!(desk.book.attested_roll(month(5)).unwrap(), Some((receipt.last_seq(), attested)));
    // The same key again gives the first receipt.
    let again = desk.book.attest_roll(key_of("roll"), &desk.voucher, &roll).unwrap();
    assert!(again.repeated() && again.root() == receipt.root());
}

#[test]
fn a_month_without_parties_has_an_empty_roll_and_nobody_has_a_line() {
    let desk = Desk::<WorkInjury>::in_memory();
    desk.record("close", ClosePeriod { period: month(4) }).unwrap();
    let roll = roll(&desk, month(4));
    let receipt = desk.record("roll", AttestRoll::of(&roll)).unwrap();
    let attested = attested(&desk, receipt.last_seq());
    assert_eq!((attested.parties(), attested.root()), (0, earmark_tlog::EMPTY_ROOT));
    assert_eq!(roll.prove(party(1)).check(&attested, party(1)), Ok(None));
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn what_was_reopened_is_attested_again_and_both_rolls_stand() {
    let desk = with_may();
    let first = roll(&desk, month(5));
    desk.record("roll", AttestRoll::of(&first)).unwrap();
    let reason = desk.book.register("a bank advice came late").unwrap();
    desk.record("reopen", ReopenPeriod { period: month(5), reason }).unwrap();
    assert!(desk.book.roll(month(5)).unwrap().is_none(), "open again");
    let late = desk.voucher.on(on("2021-05-31"));
    desk.book.record(key_of("late"), &late, premium(6, "6.00")).unwrap();
    let closing = desk.record("close again", ClosePeriod { period: month(5) }).unwrap().last_seq();
    let second = roll(&desk, month(5));
    assert_eq!(second.attested().closing(), closing);
    assert_ne!(first.attested().salt(), second.attested().salt(), "no line is known again");
    let event = desk.record("roll again", AttestRoll::of(&second)).unwrap().last_seq();
    assert_eq!(desk.book.attested_roll(month(5)).unwrap(), Some((event, *second.attested())));
    // The first roll is read again as it was.
    let before = desk.book.roll_up_to(first.attested().closing()).unwrap().unwrap();
    assert_eq!(before, *first);
    assert_eq!(before.prove(party(6)).check(before.attested(), party(6)), Ok(None));
    let six = second.prove(party(6)).check(second.attested(), party(6)).unwrap().unwrap();
    assert_eq!(six.entered_minor, 600);
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn the_dynamic_door_attests_the_same_roll() {
    let (typed, any) = (with_may(), with_may());
    typed.record("roll", AttestRoll::of(&roll(&typed, month(5)))).unwrap();
    let closing = any.book.last_seq().unwrap();
    let json = format!(r#"{{"command":"attest_roll","closing":{closing}}}"#);
    let command: AnyCommand = serde_json::from_str(&json).unwrap();
    any.book.record_any(key_of("roll"), &[(any.voucher, command)]).unwrap();
    assert_eq!(any.book.head().unwrap(), typed.book.head().unwrap());
    // A roll without the type of its fund.
    let third = with_may();
    let untyped: Roll =
        earmark_core::ledger::AnyBook::roll(&third.book, month(5)).unwrap().unwrap();
    earmark_core::ledger::AnyBook::attest_roll(
        &third.book,
        key_of("roll"),
        &third.voucher,
        &untyped,
    )
    .unwrap();
    assert_eq!(third.book.head().unwrap(), typed.book.head().unwrap());
}

/// Whoever runs a ledger can copy it and tell the copy another story: its roll has the right salt, the right
/// closing and the right name, and no decision can tell. Verification can.
#[test]
fn inv_42_a_false_root_is_found() {
    let (true_one, copy) = (with_may(), filled(Desk::in_memory().with_accounts(), "299.00"));
    assert_eq!(true_one.ledger.id(), copy.ledger.id());
    let (given, false_one) = (roll(&true_one, month(5)), roll(&copy, month(5)));
    let seq = true_one.record("roll", AttestRoll::of(&false_one)).unwrap().last_seq();
    true_one.record("more", premium(9, "1.00")).unwrap();
    let verification = true_one.ledger.verify().unwrap();
    let findings: Vec<_> = verification.findings().iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [format!(
            "book 320100/WORK_INJURY, event {seq}: it attests the root {}, the events give {}",
            false_one.attested().root(),
            given.attested().root()
        )],
        "and what follows is proved"
    );
    assert_eq!(verification.events(), seq + 1);
}

#[test]
fn a_roll_of_more_parties_than_there_are_is_found() {
    let (desk, copy) = (with_may(), Desk::in_memory().with_accounts());
    let past = copy.voucher.on(on("2021-05-20"));
    let five = [premium(1, "1.00"), premium(2, "1.00"), premium(3, "1.00")];
    copy.book.record(key_of("a"), &past, five).unwrap();
    let two = [premium(4, "1.00"), premium(8, "1.00")];
    copy.book.record(key_of("b"), &past, two).unwrap();
    copy.record("close", ClosePeriod { period: month(5) }).unwrap();
    assert_eq!(copy.book.last_seq().unwrap(), desk.book.last_seq().unwrap());
    desk.record("roll", AttestRoll::of(&roll(&copy, month(5)))).unwrap();
    let findings = desk.ledger.verify().unwrap().findings()[0].to_string();
    assert!(findings.ends_with("it attests a roll of 5 parties, the events give 4"), "{findings}");
}

#[test]
fn a_trail_names_the_roll_and_no_statement_has_it() {
    let desk = with_may();
    let before = desk.book.statement(month(6), None).unwrap();
    desk.record("roll", AttestRoll::of(&roll(&desk, month(5)))).unwrap();
    let shown = desk.book.trail(&TrailFilter::all().of_kind(Kind::RollAttested)).unwrap();
    let [recorded] = shown.as_slice() else { panic!("one roll: {shown:?}") };
    let json = serde_json::to_value(recorded).unwrap();
    assert_eq!(json["kind"], "roll_attested");
    assert_eq!((&json["from"], &json["until"]), (&"2021-05-01".into(), &"2021-05-31".into()));
    assert_eq!((&json["parties"], &json["closing"]), (&4.into(), &(recorded.seq() - 1).into()));
    assert_eq!(json["root"], attested(&desk, recorded.seq()).root().to_string());
    assert_eq!(json["salt"].as_str().unwrap().len(), 32);
    assert!(json.get("amount").is_none() && json.get("account").is_none(), "{json}");
    assert_eq!(desk.book.statement(month(6), None).unwrap(), before);
    let why = desk.book.why(recorded.seq()).unwrap().unwrap();
    assert!(why.flows().is_empty() && why.to_string().contains("`roll_attested`"), "{why}");
}

/// One commit: how much later it comes, for how many days ago, and who pays in it.
type Told = (i64, i32, Vec<u128>);

const HOUR: i64 = 3_600_000_000;

fn told() -> impl Strategy<Value = Vec<Told>> {
    let hours = prop_oneof![Just(0), Just(0), 1_i64..60, Just(16), Just(24)];
    let parties = prop::collection::vec(1_u128..9, 1..7);
    prop::collection::vec((hours, 0_i32..45, parties), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Commits of any size, at the same moment or days apart, at midnight or beside it, for days long past:
    /// the search for the first that can count misses none.
    #[test]
    fn a_roll_is_read_from_the_first_commit_that_can_count(told in told()) {
        let desk = Desk::<WorkInjury>::in_memory().with_accounts();
        for (number, (hours, ago, parties)) in told.iter().enumerate() {
            desk.clock.go(hours * HOUR);
            let day = Day::from_days(desk.clock.today().days() - ago).unwrap();
            let voucher = desk.voucher.on(day);
            let premiums: Vec<_> = parties.iter().map(|from| premium(*from, "1.01")).collect();
            desk.book.record(key_of(&number.to_string()), &voucher, premiums).unwrap();
        }
        desk.clock.go(70 * 24 * HOUR);
        let desk = Desk { voucher: desk.voucher.on(desk.clock.today()), ..desk };
        for number in 5..9 {
            let key = format!("close {number}");
            let closing = desk.record(&key, ClosePeriod { period: month(number) }).unwrap().last_seq();
            let roll = roll(&desk, month(number));
            let salt = roll.attested().salt();
            let naive = naive(&desk.ledger, &desk.book, month(number), closing, &salt);
            prop_assert!(naive == *roll, "month {}: {:?}\n{:?}", number, naive, roll);
            desk.record(&format!("roll {number}"), AttestRoll::of(&roll)).unwrap();
        }
        let verification = desk.ledger.verify().unwrap();
        prop_assert!(verification.is_sound(), "{:?}", verification.findings());
    }
}
