//! Promises about what is there when a store is opened again.

use earmark_core::account::{Account, ExpenditureAccount, SpecialAccount};
use earmark_core::command::{
    Batch, BringForward, OpenAccount, PayBenefit, ReceivePremium, ReturnPayment,
};
use earmark_core::error::FaultKind;
use earmark_core::event::Kind;
use earmark_core::fund::{Fund, WorkInjury, WorkInjuryPremium};
use earmark_core::ledger::Ledger;
use earmark_core::money::yuan;
use earmark_core::projection::{Projection, Totals};
use earmark_core::report::TrailFilter;

use super::Place;
use super::desk::{Desk, key, nanjing, on, party, payment, wuxi};
use super::evidence::{Evidence, assert_subtrees, grow_to, replayed};
use super::funds::{grown, impostor, pilot};
use super::projecting::{Payments, PaymentsTwice, Turns};
use crate::clock::{HandClock, MINUTE_MICROS};
use crate::given::{PAPERS, rule_of};

/// Records a little of everything.
fn work(desk: &Desk) {
    let there = desk.elsewhere(wuxi());
    let paid = desk.recorded("1", payment(7, "1.00"));
    desk.clock.go(MINUTE_MICROS);
    desk.record("2", [payment(8, "2.00"); 3]).unwrap();
    desk.record("3", ReturnPayment { of: &paid, amount: yuan("0.40").unwrap() }).unwrap();
    desk.book.register("a text of its own").unwrap();
    let joint = desk.ledger.joint(key("both"));
    let joint = joint.with(&there.book, &there.voucher, payment(7, "1.00"));
    joint.with(&desk.book, &desk.voucher, payment(7, "1.00")).record().unwrap();
}

/// What was acknowledged is there, to the last byte, once the store has been closed and opened again; and it goes on
/// from there.
pub fn what_was_recorded_is_there_after_reopening(place: &dyn Place) {
    let desk = Desk::open(place);
    work(&desk);
    let before = Evidence::of(&desk.ledger);
    let desk = desk.reopened(place);
    Evidence::of(&desk.ledger).assert_same(&before, "opened again");
    desk.assert_sound();
    let seq = desk.last_seq();
    assert_eq!(desk.record("next", payment(7, "1.00")).unwrap().first_seq(), seq + 1);
    desk.assert_sound();
}

/// What was acknowledged is there after a crash, each time anew.
pub fn what_was_acknowledged_is_there_after_a_crash(place: &dyn Place) {
    let mut desk = Desk::open(place);
    work(&desk);
    for round in 0..5 {
        desk.record(&format!("last words {round}"), payment(7, "0.01")).unwrap();
        let before = Evidence::of(&desk.ledger);
        desk = desk.crashed(place);
        Evidence::of(&desk.ledger).assert_same(&before, "after a crash");
        desk.assert_sound();
    }
}

/// What nobody waited for is there wholly or not at all, and in its order: a store that was dropped with commits under
/// way has the first so many of them.
pub fn what_was_under_way_is_there_whole_or_not_at_all(place: &dyn Place) {
    let here = Desk::open(place);
    let there = here.elsewhere(wuxi());
    let (first, first_there) = (here.last_seq() + 1, there.last_seq() + 1);
    let joint = |here: &Desk, there: &Desk, number: u64| {
        let joint = here.ledger.joint::<WorkInjury>(key(&format!("joint {number}")));
        joint
            .with(&here.book, &here.voucher, [payment(7, "0.01"); 2])
            .with(&there.book, &there.voucher, [payment(8, "0.01"); 3])
            .record()
    };
    let mut kept = 0;
    joint(&here, &there, 0).unwrap();
    for number in 0..300 {
        let name = key(&format!("{number}"));
        drop(here.book.submit(name, &here.voucher, [payment(7, "0.01"); 2]));
    }
    drop(there);
    let here = here.reopened(place);
    here.assert_sound();
    let there = Desk::over(here.ledger.clone(), here.clock.clone(), wuxi());
    let recorded = here.last_seq() + 1 - first;
    assert_eq!((recorded % 2, there.last_seq() + 1 - first_there), (0, 3), "a commit is torn");
    for number in 0..300_u64 {
        let name = format!("{number}");
        let receipt = here.record(&name, [payment(7, "0.01"); 2]).unwrap();
        kept += u64::from(receipt.repeated());
        assert_eq!(receipt.first_seq(), first + 2 + 2 * number, "commit {number}");
        assert_eq!(receipt.repeated(), number < recorded / 2 - 1, "commit {number}");
    }
    assert_eq!(2 + 2 * kept, recorded);
    assert!(joint(&here, &there, 0).unwrap().iter().all(|receipt| receipt.repeated()));
    here.assert_sound();
}

/// A key that was used stands for its content after reopening too: the first receipt again, or a refusal.
pub fn a_key_stands_for_one_content_after_reopening(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.record("it", payment(7, "1.00")).unwrap();
    let there = desk.elsewhere(wuxi());
    let both = desk.ledger.joint(key("both"));
    let both = both.with(&there.book, &there.voucher, payment(7, "1.00"));
    let both = both.with(&desk.book, &desk.voucher, payment(7, "1.00")).record().unwrap();
    drop(there);
    let desk = desk.reopened(place);
    let before = Evidence::of(&desk.ledger);
    let again = desk.record("it", payment(7, "1.00")).unwrap();
    assert!(again.repeated());
    assert_eq!(
        (again.first_seq(), again.count(), again.recorded_at(), again.root()),
        (first.first_seq(), first.count(), first.recorded_at(), first.root())
    );
    assert_eq!(rule_of(desk.record("it", payment(7, "1.01"))), "key-fresh");
    let there = Desk::over(desk.ledger.clone(), desk.clock.clone(), wuxi());
    let joint = desk.ledger.joint(key("both"));
    let joint = joint.with(&there.book, &there.voucher, payment(7, "1.00"));
    let joint = joint.with(&desk.book, &desk.voucher, payment(7, "1.00")).record().unwrap();
    for (one, other) in joint.iter().zip(&both) {
        assert!(one.repeated());
        assert_eq!((one.book(), one.first_seq()), (other.book(), other.first_seq()));
    }
    Evidence::of(&desk.ledger).assert_same(&before, "after retries");
}

/// The head of each book after reopening is what its events alone give, and decisions go on from it.
pub fn the_head_after_reopening_is_what_the_events_give(place: &dyn Place) {
    let mut desk = Desk::open(place);
    work(&desk);
    for round in 0..3 {
        desk = desk.reopened(place);
        let there = Desk::over(desk.ledger.clone(), desk.clock.clone(), wuxi());
        for desk in [&desk, &there] {
            let head = desk.store().head(desk.book.id()).unwrap().unwrap();
            assert_eq!((head.state, head.frontier), replayed(desk.store(), desk.book.id()));
        }
        let name = format!("round {round}");
        assert_eq!(rule_of(desk.record(&name, payment(7, "5000.00"))), "no-overdraft");
        let seen = desk.last_seq();
        desk.book.record_after(seen, key(&name), desk.batch(7, "0.01")).unwrap();
    }
    desk.assert_sound();
}

/// The hashes of complete subtrees are those of the records after reopening, and go on from there.
pub fn subtrees_are_those_of_the_records_after_reopening(place: &dyn Place) {
    let mut desk = Desk::open(place);
    for size in [40, 250, 260, 300] {
        grow_to(&desk, size);
        desk = if size == 260 { desk.crashed(place) } else { desk.reopened(place) };
        assert_subtrees(desk.store(), desk.book.id());
        grow_to(&desk, size + 9);
        assert_subtrees(desk.store(), desk.book.id());
    }
    desk.assert_sound();
}

/// Texts keep their numbers after reopening, and new ones get the next.
pub fn texts_keep_their_numbers_after_reopening(place: &dyn Place) {
    let desk = Desk::open(place);
    let numbers = ["one", "two"].map(|text| desk.book.register(text).unwrap().number());
    let desk = desk.reopened(place);
    assert_eq!(numbers, ["one", "two"].map(|text| desk.book.register(text).unwrap().number()));
    assert_eq!(desk.book.text(numbers[0]).unwrap().as_deref(), Some("one"));
    assert_eq!(desk.book.register("three").unwrap().number(), numbers[1] + 1);
    desk.assert_sound();
}

/// What was taken back of an event counts after reopening: it is not taken back twice.
pub fn corrections_count_after_reopening(place: &dyn Place) {
    let desk = Desk::open(place);
    let paid = desk.recorded("1", payment(7, "100.00"));
    desk.record("2", ReturnPayment { of: &paid, amount: yuan("60.00").unwrap() }).unwrap();
    let desk = desk.reopened(place);
    assert_eq!(desk.store().corrected_minor(desk.book.id(), paid.seq()).unwrap(), 6_000);
    let rest = |amount: &str| ReturnPayment { of: &paid, amount: yuan(amount).unwrap() };
    assert_eq!(rule_of(desk.record("3", rest("40.01"))), "corrected-once");
    desk.record("3", rest("40.00")).unwrap();
    assert_eq!(desk.balance(Account::Expenditure), 100_000);
    desk.assert_sound();
}

/// A clock that went back while the store was closed does not take recording times back.
pub fn recording_times_never_go_back_after_reopening(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.clock.go(10 * MINUTE_MICROS);
    let later = desk.record("1", payment(7, "1.00")).unwrap();
    desk.clock.go(-5 * MINUTE_MICROS);
    let desk = desk.reopened(place);
    let earlier = desk.record("2", payment(7, "1.00")).unwrap();
    assert_eq!(earlier.recorded_at(), later.recorded_at());
    desk.assert_sound();
}

/// A projection that is attached again after reopening has counted each event once, those recorded while it was not
/// attached included.
pub fn a_projection_goes_on_after_reopening(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.ledger.attach(Turns).unwrap();
    desk.ledger.attach(Payments).unwrap();
    desk.record("1", [payment(7, "1.00"); 3]).unwrap();
    let cells = desk.book.snapshot::<Payments>().unwrap();
    let desk = desk.reopened(place);
    desk.ledger.attach(Turns).unwrap();
    desk.ledger.attach(Payments).unwrap();
    assert_eq!(desk.book.snapshot::<Payments>().unwrap(), cells, "opened again");
    Turns::assert_in_order(&desk);
    desk.record("2", payment(7, "1.00")).unwrap();
    Turns::assert_in_order(&desk);
    // Recorded by a program that does not know the projections.
    let desk = desk.reopened(place);
    desk.record("3", [payment(7, "1.00"); 2]).unwrap();
    let desk = desk.reopened(place);
    desk.ledger.attach(Turns).unwrap();
    desk.ledger.attach(Payments).unwrap();
    Turns::assert_in_order(&desk);
    desk.record("4", payment(7, "1.00")).unwrap();
    let dealt = desk.book.cell::<Payments>(&(party(7), Kind::BenefitPaid)).unwrap();
    assert_eq!(dealt, 7);
    Turns::assert_in_order(&desk);
    let kept = desk.book.snapshot::<Payments>().unwrap();
    desk.ledger.rebuild::<Payments>().unwrap();
    assert_eq!(desk.book.snapshot::<Payments>().unwrap(), kept);
    desk.assert_sound();
}

/// The totals of a book after reopening are those of its events, however often it is opened.
pub fn totals_count_once_after_reopening(place: &dyn Place) {
    let mut desk = Desk::open(place);
    for round in 1..=3_u64 {
        desk.record(&format!("{round}"), payment(7, "1.00")).unwrap();
        desk = desk.reopened(place);
        let balances = desk.book.balances_as_of(earmark_core::report::AsOf::NOW).unwrap();
        let expected = i128::from(100_000 - 100 * round);
        assert_eq!(balances.of(Account::Expenditure).minor(), expected, "opened {round} times");
        let projected = desk.store().projected_to(desk.book.id(), Totals::NAME).unwrap();
        assert_eq!(projected.map(|it| it.seq), Some(desk.last_seq()));
    }
    desk.assert_sound();
}

/// A later version of a projection is built anew when it is attached after reopening.
pub fn a_later_version_is_built_anew(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.ledger.attach(Payments).unwrap();
    desk.record("1", [payment(7, "1.00"); 3]).unwrap();
    let desk = desk.reopened(place);
    desk.ledger.attach(PaymentsTwice).unwrap();
    desk.record("2", payment(7, "1.00")).unwrap();
    let dealt = desk.book.cell::<PaymentsTwice>(&(party(7), Kind::BenefitPaid)).unwrap();
    assert_eq!(dealt, 8);
    desk.assert_sound();
}

/// The id, the secret and the day of a ledger never change.
pub fn settings_are_kept(place: &dyn Place) {
    let desk = Desk::open(place);
    let settings = desk.store().settings();
    let desk = desk.reopened(place);
    assert_eq!(desk.store().settings(), settings);
}

/// A later program's fund may have more purposes than the books were made with, which is then kept; one with fewer gets
/// none of them.
pub fn a_fund_may_grow_and_never_shrinks(place: &dyn Place) {
    let clock = HandClock::new();
    let vocabulary = |ledger: &Ledger| {
        let books = ledger.store().books().unwrap();
        books.into_iter().map(|book| book.vocabulary).collect::<Vec<_>>()
    };
    let ledger = place.open(clock.clone());
    let book = ledger.book::<pilot::Care>(nanjing()).unwrap();
    book.register("before it grew").unwrap();
    drop((book, ledger));
    let ledger = place.open(clock.clone());
    let book = ledger.book::<grown::Care>(nanjing()).unwrap();
    assert_eq!(vocabulary(&ledger), [grown::Care::SPEC.vocabulary()]);
    let voucher = book.voucher(on("2021-06-15"), PAPERS).unwrap();
    book.record(key("open"), &voucher, OpenAccount(ExpenditureAccount)).unwrap();
    let amount = yuan("5.00").unwrap();
    let forward = BringForward { into: ExpenditureAccount, amount };
    book.record(key("forward"), &voucher, forward).unwrap();
    let kind = grown::CareBenefit::DayCare;
    let paid = PayBenefit { from: ExpenditureAccount, kind, to: party(7), amount };
    book.record(key("paid"), &voucher, paid).unwrap();
    assert!(ledger.verify().unwrap().is_sound());
    drop((book, ledger));
    let ledger = place.open(clock.clone());
    let fault = ledger.book::<pilot::Care>(nanjing()).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
    assert_eq!(vocabulary(&ledger), [grown::Care::SPEC.vocabulary()]);
    drop(ledger);
    let ledger = place.open(clock);
    let book = ledger.book::<grown::Care>(nanjing()).unwrap();
    let last = book.event(book.last_seq().unwrap()).unwrap().unwrap();
    assert_eq!(last.benefit(), Some(grown::CareBenefit::DayCare));
    assert!(ledger.verify().unwrap().is_sound());
}

/// Books stay listed, those without events included, and what was said of their funds is kept.
pub fn books_are_listed_after_reopening(place: &dyn Place) {
    let clock = HandClock::new();
    let ledger = place.open(clock.clone());
    ledger.book::<pilot::Care>(nanjing()).unwrap();
    ledger.book::<WorkInjury>(wuxi()).unwrap();
    let listed = ledger.store().books().unwrap();
    drop(ledger);
    let ledger = place.open(clock.clone());
    assert_eq!(ledger.store().books().unwrap(), listed);
    // The first program is gone; what it said of its fund still holds.
    let fault = ledger.book::<impostor::Care>(nanjing()).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
    drop(ledger);
    let ledger = place.open(clock);
    ledger.book::<pilot::Care>(nanjing()).unwrap();
    assert!(ledger.verify().unwrap().is_sound());
}

/// A large commit is there whole after reopening.
pub fn a_large_commit_is_there_after_reopening(place: &dyn Place) {
    let desk = Desk::open(place);
    let mut batch = Batch::with_capacity(5_000);
    for number in 1..=5_000 {
        let premium = ReceivePremium {
            into: SpecialAccount,
            kind: WorkInjuryPremium::Unit,
            from: party(u128::from(number)),
            amount: yuan("0.03").unwrap(),
        };
        batch.push(&desk.voucher.document(number), premium);
    }
    desk.book.record_batch(key("month"), batch).unwrap();
    let desk = desk.crashed(place);
    assert_eq!(desk.balance(Account::Special), 15_000);
    let premiums = TrailFilter::all().of_kind(Kind::PremiumReceived);
    assert_eq!(desk.book.trail(&premiums).unwrap().len(), 5_000);
    desk.assert_sound();
}
