//! Money that lawfully reaches another book: between areas of one fund in one commit, and between two
//! funds as two facts of their own (X1 in the law, not a transfer).

use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::{
    BringForward, PayBenefit, PayTransferOut, ReceivePremium, ReceiveTransferIn,
};
use earmark_core::error::Error;
use earmark_core::fund::{
    EmployeeMedical, EmployeeMedicalPremium, EnterprisePension, Unemployment, UnemploymentBenefit,
};
use earmark_core::id::Link;
use earmark_core::money::yuan;
use earmark_core::report::TrailFilter;

use crate::given::{
    Desk, HandClock, PAPERS, Picture, key_of, ledger_in_memory, nanjing, on, party, rule_of, wuxi,
};

/// Two pension books, with 1,000.00 in the expenditure account of the first.
fn two_areas() -> (Desk<EnterprisePension>, Desk<EnterprisePension>) {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    let here = Desk::new(ledger.clone(), clock.clone(), nanjing()).with_accounts();
    let there = Desk::new(ledger, clock, wuxi()).with_accounts();
    let forward = BringForward { into: ExpenditureAccount, amount: yuan("1000.00").unwrap() };
    here.record("forward", forward).unwrap();
    (here, there)
}

fn out(amount: &str) -> PayTransferOut<EnterprisePension> {
    PayTransferOut { person: party(9), to: wuxi(), amount: yuan(amount).unwrap() }
}

fn into(amount: &str) -> ReceiveTransferIn<EnterprisePension, RevenueAccount> {
    let amount = yuan(amount).unwrap();
    ReceiveTransferIn { into: RevenueAccount, person: party(9), from: nanjing(), amount }
}

#[test]
fn a_person_moves_between_areas_in_one_commit() {
    let (here, there) = two_areas();
    let case = Link::from_u128(20_210_615);
    let receipts = here
        .ledger
        .joint(key_of("person 9 to Wuxi"))
        .with(&here.book, &here.voucher.correlated(case), out("640.00"))
        .with(&there.book, &there.voucher.correlated(case), into("640.00"))
        .record()
        .unwrap();

    assert_eq!(
        receipts.iter().map(|it| it.book()).collect::<Vec<_>>(),
        [here.book.id(), there.book.id()]
    );
    assert_eq!(here.balance(ExpenditureAccount.into()), 36_000);
    assert_eq!(there.balance(RevenueAccount.into()), 64_000);
    for book in here.ledger.books().unwrap() {
        assert_eq!(book.trail(&TrailFilter::all().correlated(case)).unwrap().len(), 1);
    }
    assert!(here.ledger.verify().unwrap().is_sound());
}

#[test]
fn where_one_area_refuses_neither_records() {
    let (here, there) = two_areas();
    let before = Picture::of_all(&here.ledger);
    let joint = |first: &str| {
        here.ledger
            .joint(key_of("person 9 to Wuxi"))
            .with(&there.book, &there.voucher, into(first))
            .with(&here.book, &here.voucher, out(first))
            .record()
    };
    match joint("1000.01") {
        Err(Error::Rejected(rejected)) => {
            assert_eq!(rejected.rule().code(), "no-overdraft");
            assert_eq!(rejected.book(), here.book.id());
        }
        other => panic!("expected a refusal, found {other:?}"),
    }
    assert_eq!(Picture::of_all(&here.ledger), before);
    assert!(joint("1000.00").is_ok());
}

#[test]
fn the_same_joint_commit_again_gives_the_same_receipts() {
    let (here, there) = two_areas();
    let record = |amount: &str| {
        here.ledger
            .joint(key_of("person 9 to Wuxi"))
            .with(&here.book, &here.voucher, out(amount))
            .with(&there.book, &there.voucher, into(amount))
            .record()
    };
    let first = record("10.00").unwrap();
    let before = Picture::of_all(&here.ledger);
    let again = record("10.00").unwrap();
    let places = |receipts: &[earmark_core::commit::Receipt]| {
        receipts.iter().map(|it| (it.book(), it.first_seq(), it.root())).collect::<Vec<_>>()
    };
    assert_eq!(places(&first), places(&again));
    assert!(again.iter().all(|it| it.repeated()));
    assert_eq!(rule_of(record("11.00")), "key-fresh");
    assert_eq!(Picture::of_all(&here.ledger), before);
}

#[test]
fn a_key_that_only_one_of_the_books_has_seen_is_refused() {
    let (here, there) = two_areas();
    here.book.record(key_of("person 9 to Wuxi"), &here.voucher, out("10.00")).unwrap();
    let before = Picture::of_all(&here.ledger);
    let joint = here
        .ledger
        .joint(key_of("person 9 to Wuxi"))
        .with(&here.book, &here.voucher, out("10.00"))
        .with(&there.book, &there.voucher, into("10.00"))
        .record();
    assert_eq!(rule_of(joint), "key-fresh");
    assert_eq!(Picture::of_all(&here.ledger), before);
}

#[test]
fn a_book_has_one_part_in_a_joint_commit() {
    let (here, _) = two_areas();
    let joint = here
        .ledger
        .joint(key_of("twice"))
        .with(&here.book, &here.voucher, out("10.00"))
        .with(&here.book, &here.voucher, out("20.00"))
        .record();
    assert_eq!(rule_of(joint), "commit-size");
}

/// X1 (Social Insurance Law art 48): the unemployment fund pays the medical premium of the unemployed.
/// An expenditure there, a premium here: two facts in two commits, tied by one correlation. There is no
/// event that is both.
#[test]
fn the_medical_premium_of_the_unemployed_is_two_facts() {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    let unemployment =
        Desk::<Unemployment>::new(ledger.clone(), clock.clone(), nanjing()).with_accounts();
    let medical = Desk::<EmployeeMedical>::new(ledger, clock, nanjing()).with_accounts();
    let forward = BringForward { into: ExpenditureAccount, amount: yuan("500.00").unwrap() };
    unemployment.record("forward", forward).unwrap();

    let case = Link::from_u128(48);
    let agency = party(100);
    let paid = PayBenefit {
        from: ExpenditureAccount,
        kind: UnemploymentBenefit::MedicalPremium,
        to: agency,
        amount: yuan("320.40").unwrap(),
    };
    let key = key_of("medical premium of the unemployed, 2021-06");
    unemployment.book.record(key, &unemployment.voucher.correlated(case), paid).unwrap();
    // Between the two, the money is in neither book: it is on its way in the bank.
    assert_eq!(unemployment.balance(ExpenditureAccount.into()), 17_960);
    assert_eq!(medical.balance(SpecialAccount.into()), 0);

    let received = ReceivePremium {
        into: SpecialAccount,
        kind: EmployeeMedicalPremium::ForUnemployed,
        from: agency,
        amount: yuan("320.40").unwrap(),
    };
    medical.book.record(key, &medical.voucher.correlated(case), received).unwrap();

    let books = medical.ledger.books().unwrap();
    let facts: Vec<_> = books
        .iter()
        .flat_map(|book| book.trail(&TrailFilter::all().correlated(case)).unwrap())
        .map(|it| (it.book().fund().code(), it.purpose_name().unwrap(), it.figure().minor()))
        .collect();
    assert_eq!(
        facts,
        [("EMP_MEDICAL", "ForUnemployed", 32_040), ("UNEMPLOYMENT", "MedicalPremium", 32_040)]
    );
    assert!(medical.ledger.verify().unwrap().is_sound());
}

#[test]
fn a_voucher_of_the_other_fund_is_refused() {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    let unemployment = ledger.book::<Unemployment>(nanjing()).unwrap();
    let medical = Desk::<EmployeeMedical>::new(ledger, clock, nanjing()).with_accounts();
    let voucher = unemployment.voucher(on("2021-06-15"), PAPERS).unwrap();
    let received = ReceivePremium {
        into: SpecialAccount,
        kind: EmployeeMedicalPremium::ForUnemployed,
        from: party(100),
        amount: yuan("1.00").unwrap(),
    };
    assert_eq!(rule_of(medical.book.record(key_of("it"), &voucher, received)), "same-book");
}
