//! Originals that were read in another ledger (INV-10): they are held against the event of the same number
//! here, and whatever differs is refused.

use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::{
    BringForward, PayBenefit, ReceiveInterest, ReceivePremium, RefundPremium, ReturnPayment,
    Reverse, SettleDirectly,
};
use earmark_core::event::Recorded;
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit as Benefit, WorkInjuryPremium};
use earmark_core::money::yuan;

use crate::given::{Desk, on, party, rule_of};

type Injury = Desk<WorkInjury>;

/// A ledger with 100.00 in each account that benefits or refunds are paid out of.
fn ledger() -> Injury {
    let desk = Injury::in_memory().with_accounts();
    let amount = yuan("100").unwrap();
    desk.record("special", BringForward { into: SpecialAccount, amount }).unwrap();
    desk.record("expenditure", BringForward { into: ExpenditureAccount, amount }).unwrap();
    desk.record("revenue", BringForward { into: RevenueAccount, amount }).unwrap();
    desk
}

fn payment() -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: Benefit::Medical,
        to: party(7),
        amount: yuan("10").unwrap(),
    }
}

/// The event of the same number in another ledger.
fn elsewhere(what: impl earmark_core::command::Commands<WorkInjury>) -> Recorded<WorkInjury> {
    ledger().recorded("it", what)
}

fn back(of: &Recorded<WorkInjury>) -> ReturnPayment<'_, WorkInjury> {
    ReturnPayment { of, amount: yuan("10").unwrap() }
}

#[test]
fn what_is_returned_is_described_as_it_was_paid() {
    let desk = ledger();
    let here = desk.recorded("it", payment());
    for (what, there) in [
        ("to another", elsewhere(PayBenefit { to: party(8), ..payment() })),
        ("for another benefit", elsewhere(PayBenefit { kind: Benefit::Death, ..payment() })),
    ] {
        assert_eq!(there.seq(), here.seq());
        assert_eq!(rule_of(desk.record(what, back(&there))), "original-fits", "{what}");
    }
    // Where all that is repeated agrees, nothing tells the two apart.
    desk.record("as it was", back(&elsewhere(payment()))).unwrap();
}

#[test]
fn what_is_taken_back_is_of_its_kind() {
    let desk = ledger();
    desk.record(
        "it",
        ReceiveInterest { into: SpecialAccount, amount: yuan::<WorkInjury>("10").unwrap() },
    )
    .unwrap();
    let there = elsewhere(payment());
    assert_eq!(rule_of(desk.record("return", back(&there))), "original-fits");
    let reason = desk.book.register("booked twice").unwrap();
    assert_eq!(rule_of(desk.record("reverse", Reverse { of: &there, reason })), "original-fits");
}

#[test]
fn what_is_reversed_is_described_as_it_was() {
    let desk = ledger();
    desk.record("it", payment()).unwrap();
    let reason = desk.book.register("booked twice").unwrap();
    let settled = SettleDirectly {
        kind: Benefit::Medical,
        to: party(7),
        amount: yuan::<WorkInjury>("10").unwrap(),
    };
    let more = PayBenefit { amount: yuan("10.01").unwrap(), ..payment() };
    let less = PayBenefit { amount: yuan("9.99").unwrap(), ..payment() };
    for (what, there) in [
        ("out of another account", elsewhere(settled)),
        ("more", elsewhere(more)),
        ("less", elsewhere(less)),
        ("to another", elsewhere(PayBenefit { to: party(8), ..payment() })),
        ("for another benefit", elsewhere(PayBenefit { kind: Benefit::Death, ..payment() })),
    ] {
        let reverse = Reverse { of: &there, reason };
        assert_eq!(rule_of(desk.record(what, reverse)), "original-fits", "{what}");
    }
    desk.record("as it was", Reverse { of: &elsewhere(payment()), reason }).unwrap();
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn the_reversal_of_a_return_names_the_payment_that_was_returned() {
    // Two payments alike; here the first came back, there the second did.
    let two = |returned: usize| {
        let desk = ledger();
        let paid = [desk.recorded("one", payment()), desk.recorded("two", payment())];
        let back = desk.recorded("back", back(&paid[returned]));
        (desk, back)
    };
    let ((desk, here), (_, there)) = (two(0), two(1));
    assert_eq!(here.seq(), there.seq());
    let reason = desk.book.register("the bank was wrong").unwrap();
    assert_eq!(rule_of(desk.record("there", Reverse { of: &there, reason })), "original-fits");
    desk.record("here", Reverse { of: &here, reason }).unwrap();
}

#[test]
fn a_return_of_a_later_year_comes_back_to_the_account_that_was_paid_out_of() {
    let paid_on = |desk: &Injury, day: &str, settled: bool| {
        let voucher = desk.voucher.on(on(day));
        let key = crate::given::key_of("it");
        let receipt = if settled {
            let amount = yuan("10").unwrap();
            let settle = SettleDirectly { kind: Benefit::Medical, to: party(7), amount };
            desk.book.record(key, &voucher, settle).unwrap()
        } else {
            desk.book.record(key, &voucher, payment()).unwrap()
        };
        desk.book.event(receipt.last_seq()).unwrap().unwrap()
    };
    let desk = ledger();
    let here = paid_on(&desk, "2020-12-31", false);
    // There it was settled out of the special account, or paid a day later.
    let settled = paid_on(&ledger(), "2020-12-31", true);
    assert_eq!(rule_of(desk.record("settled", back(&settled))), "recovery-year");
    let of_this_year = paid_on(&ledger(), "2021-01-01", false);
    assert_eq!(rule_of(desk.record("this year", back(&of_this_year))), "recovery-year");
    desk.record("as it was", back(&here)).unwrap();

    let desk = ledger();
    paid_on(&desk, "2021-01-01", false);
    let of_last_year = paid_on(&ledger(), "2020-12-31", false);
    assert_eq!(rule_of(desk.record("last year", back(&of_last_year))), "recovery-year");
}

#[test]
fn a_refund_is_of_what_that_payer_paid() {
    let premium = |from| ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: party(from),
        amount: yuan("10").unwrap(),
    };
    let desk = ledger();
    let here = desk.recorded("it", premium(1));
    let refund = |of: &Recorded<WorkInjury>, key: &str| {
        let amount = yuan("10").unwrap();
        desk.record(key, RefundPremium { of, from: SpecialAccount, amount })
    };
    assert_eq!(rule_of(refund(&elsewhere(premium(2)), "another")), "original-fits");
    refund(&here, "the payer").unwrap();
}
