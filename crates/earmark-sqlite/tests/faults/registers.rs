//! The registers behind decisions: seen by the next decision, also before they are written.

use earmark_core::account::TreasuryDeposit;
use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::{
    AdoptProfile, ClosePeriod, DeclarePremium, FileClaim, OpenAccount, PayBenefit,
    ReceiveDuePremium, ReceivePremium, TransferCollections, VerifyClaim, VerifyPremium,
};
use earmark_core::event::Kind;
use earmark_core::fund;
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit, WorkInjuryPremium};
use earmark_core::id::{Link, key};
use earmark_core::ledger::{Book, Ledger};
use earmark_core::money::{Amount, yuan};
use earmark_core::projection::Totals;
use earmark_core::register::{RegisterKey, Registers};
use earmark_core::rules::Profile;
use earmark_core::time::{Month, Period};

use crate::sample::{
    NANJING, PAPERS, Place, minor, open, party, place as area, prove, read, ready, today,
};

/// A case in words of its number.
fn case(number: u64) -> Link {
    Link::from_u128(u128::from(number) + 1)
}

/// What is handed over in a row shares a transaction: each decision sees what the one before it changed.
#[test]
fn a_decision_sees_what_its_transaction_has_not_written_yet() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (nanjing, voucher) = ready(&ledger, NANJING);
    let month = Month::new(2021, 5).unwrap();
    let mut under_way = Vec::new();
    for number in 0..30 {
        let (payer, kind) = (party(number), WorkInjuryPremium::Unit);
        let (base, amount) = (minor(100_000), minor(900));
        let name = |what: &str| key(&format!("{what} {number}"));
        let declare = DeclarePremium { payer, kind, month, persons: 2, base, amount };
        let verify = VerifyPremium { payer, kind, month, persons: 2, base, amount };
        let receive = |amount| ReceiveDuePremium {
            into: TreasuryDeposit,
            kind,
            from: payer,
            month,
            amount: minor(amount),
        };
        under_way.push((true, nanjing.submit(name("declare"), &voucher, declare)));
        under_way.push((true, nanjing.submit(name("verify"), &voucher, verify)));
        under_way.push((false, nanjing.submit(name("too much"), &voucher, receive(901))));
        under_way.push((true, nanjing.submit(name("first"), &voucher, receive(500))));
        under_way.push((false, nanjing.submit(name("again"), &voucher, receive(500))));
        under_way.push((true, nanjing.submit(name("rest"), &voucher, receive(400))));
    }
    for (lawful, pending) in under_way {
        let outcome = pending.wait();
        assert_eq!(outcome.is_ok(), lawful, "{outcome:?}");
    }
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
}

/// A profile that wants the revenue account empty at the end of a month.
fn strict() -> Profile {
    let text = "[profile]\nid = \"strict\"\nname = \"strict\"\njurisdiction = \"China\"\n\
                edition = \"1\"\n\n[[requirement]]\nfund = \"*\"\n\
                what = \"revenue_account_zero_at_month_end\"\nstrength = \"refuse\"\n\
                from = 2000-01-01\nsource = \"a law\"\n";
    Profile::of_layers([text]).unwrap()
}

/// The totals that a closing asks for are those after what stands before it in the same transaction, and
/// what was stored long before.
#[test]
fn a_closing_sees_totals_that_are_not_written_yet() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (nanjing, voucher) = ready(&ledger, NANJING);
    let accounts = (OpenAccount(RevenueAccount), OpenAccount(SpecialAccount));
    nanjing.record(key("accounts"), &voucher, accounts).unwrap();
    nanjing.record(key("profile"), &voucher, AdoptProfile { profile: strict() }).unwrap();
    let may = Month::new(2021, 5).unwrap();
    let then = voucher.on(may.last_day());
    let premium = |amount| ReceivePremium::<WorkInjury, _> {
        into: RevenueAccount,
        kind: WorkInjuryPremium::Unit,
        from: party(1),
        amount: minor(amount),
    };
    let on = |amount| TransferCollections { from: RevenueAccount, amount: minor(amount) };
    nanjing.record(key("stored"), &then, premium(700)).unwrap();
    drop((nanjing, ledger));
    let ledger = open(&place.path);
    let nanjing = crate::sample::book(&ledger, NANJING);
    let close = ClosePeriod { period: Period::month(may) };
    let outcomes = [
        nanjing.submit(key("too early"), &voucher, close),
        nanjing.submit(key("more"), &then, premium(300)),
        nanjing.submit(key("part"), &then, on(700)),
        nanjing.submit(key("still too early"), &voucher, close),
        nanjing.submit(key("the rest"), &then, on(300)),
        nanjing.submit(key("closed"), &voucher, close),
        nanjing.submit(key("closed already"), &then, premium(1)),
    ];
    let lawful: Vec<_> = outcomes.into_iter().map(|pending| pending.wait().is_ok()).collect();
    assert_eq!(lawful, [false, true, true, false, true, true, false]);
    assert!(ledger.verify().unwrap().is_sound());
}

fund! {
    /// A fund of this program's own.
    Nursing {
        code: "NURSING", name: "nursing fund" "照护", currency: CNY, jurisdiction: China,
        invests: no, settles_across_provinces: no, transfers: no,
        settles_directly: no,
    }
    premiums NursingPremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
    benefits NursingBenefit { Home = 1 "nursing at home" "居家照护" => Benefit, }
}

fn nursing(ledger: &Ledger) -> Book<Nursing> {
    ledger.book::<Nursing>(area(NANJING)).unwrap()
}

fn money(text: &str) -> Amount<Nursing> {
    yuan(text).unwrap()
}

/// Cells that were thrown away while nobody knew the fund are built before they are asked for.
#[test]
fn a_book_whose_registers_are_behind_is_caught_up_with_first() {
    let place = Place::new();
    {
        let ledger = open(&place.path);
        let book = nursing(&ledger);
        let voucher = book.voucher(today(), PAPERS).unwrap();
        book.record(key("open"), &voucher, OpenAccount(ExpenditureAccount)).unwrap();
        let file = |number| FileClaim {
            case: case(number),
            person: party(number),
            kind: NursingBenefit::Home,
            occurred_on: today(),
            liable: None,
            amount: money("80.00"),
        };
        for number in 0..3 {
            book.record(key(&format!("file {number}")), &voucher, file(number)).unwrap();
        }
    }
    let ledger = open(&place.path);
    ledger.rebuild::<Registers>().unwrap();
    ledger.rebuild::<Totals>().unwrap();
    let book = nursing(&ledger);
    let verify = |number| VerifyClaim {
        case: case(number),
        amount: money("70.00"),
        payable_from: today(),
        instalments: 1,
    };
    let voucher = book.voucher(today(), PAPERS).unwrap();
    // The first is refused, and what it was decided on is kept none the less, once.
    book.record(key("no claim"), &voucher, verify(9)).unwrap_err();
    book.record(key("no claim either"), &voucher, verify(8)).unwrap_err();
    book.record(key("verify"), &voucher, verify(1)).unwrap();
    let entry = book.cell::<Registers>(&RegisterKey::Claim(case(1))).unwrap().claim();
    assert_eq!((entry.claimed_minor, entry.approved_minor), (8_000, 7_000));
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
}

/// A payment that overdraws a claim is refused also where the claim was paid in an earlier run.
#[test]
fn entries_survive_being_opened_again() {
    let place = Place::with_sample();
    let ledger = open(&place.path);
    let nanjing = crate::sample::book(&ledger, NANJING);
    let voucher = crate::sample::voucher(&nanjing);
    let file = FileClaim::<WorkInjury> {
        case: case(1),
        person: party(1),
        kind: WorkInjuryBenefit::Medical,
        occurred_on: today(),
        liable: None,
        amount: minor(900),
    };
    let verify = VerifyClaim::<WorkInjury> {
        case: case(1),
        amount: minor(800),
        payable_from: today(),
        instalments: 3,
    };
    nanjing.record(key("claim"), &voucher, (file, verify)).unwrap();
    let pay = |amount| PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(1),
        amount: minor(amount),
    };
    let under = voucher.correlated(case(1));
    nanjing.record(key("paid"), &under, pay(500)).unwrap();
    drop((nanjing, ledger));
    let ledger = open(&place.path);
    ledger.attach(crate::sample::PaidTo).unwrap();
    let nanjing = crate::sample::book(&ledger, NANJING);
    nanjing.record(key("too much"), &under, pay(301)).unwrap_err();
    let last = nanjing.record(key("the rest"), &under, pay(300)).unwrap().last_seq();
    assert_eq!(nanjing.event(last).unwrap().unwrap().kind(), Kind::BenefitPaid);
    drop((nanjing, ledger));
    assert!(prove(&read(&place.path)).unwrap().is_sound());
}

/// What a refused proposal caught up with is noted in its transaction: it is not counted again after a restart.
#[test]
fn what_a_refusal_caught_up_with_is_counted_once() {
    let place = Place::new();
    let claim = VerifyClaim {
        case: case(9),
        amount: money("70.00"),
        payable_from: today(),
        instalments: 1,
    };
    {
        let ledger = open(&place.path);
        let book = nursing(&ledger);
        let voucher = book.voucher(today(), PAPERS).unwrap();
        book.record(key("open"), &voucher, OpenAccount(ExpenditureAccount)).unwrap();
        let forward = earmark_core::command::BringForward {
            into: ExpenditureAccount,
            amount: money("80.00"),
        };
        book.record(key("forward"), &voucher, forward).unwrap();
    }
    {
        let ledger = open(&place.path);
        ledger.rebuild::<Registers>().unwrap();
        ledger.rebuild::<Totals>().unwrap();
        let book = nursing(&ledger);
        let voucher = book.voucher(today(), PAPERS).unwrap();
        book.record(key("no claim"), &voucher, claim).unwrap_err();
    }
    let ledger = open(&place.path);
    let book = nursing(&ledger);
    let voucher = book.voucher(today(), PAPERS).unwrap();
    book.record(key("no claim"), &voucher, claim).unwrap_err();
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
}
