//! Promises about decisions that rest on what was recorded before: rules, dues, periods.

use earmark_core::account::{RevenueAccount, SpecialAccount, TreasuryDeposit};
use earmark_core::command::{
    AdoptProfile, CloseAccount, ClosePeriod, DeclarePremium, OpenAccount, ReceiveDuePremium,
    ReceiveInterest, ReturnPayment, VerifyPremium,
};
use earmark_core::event::Voucher;
use earmark_core::fund::{WorkInjury, WorkInjuryPremium};
use earmark_core::ledger::Papers;
use earmark_core::money::yuan;
use earmark_core::register::{DueKey, RegisterKey};
use earmark_core::rules::Profile;
use earmark_core::time::{Month, Period};

use super::Place;
use super::desk::{Desk, key, on, party, payment};
use crate::given::{PAPERS, rule_of};

/// What was adopted, verified, paid and closed before binds whoever records after.
pub fn matters_bind_what_comes_after(place: &dyn Place) {
    bound(Desk::open(place), |desk| desk);
}

/// What was adopted, verified, paid and closed binds in the same way once the store has been opened again.
pub fn matters_bind_after_reopening(place: &dyn Place) {
    bound(Desk::open(place), |desk| desk.reopened(place));
}

fn by(desk: &Desk, day: &str, actor: &'static str) -> Voucher {
    desk.book.voucher(on(day), Papers { actor, ..PAPERS }).unwrap()
}

/// Each step is decided by what the steps before it recorded; between them the store may be opened again.
fn bound(desk: Desk, between: impl Fn(Desk) -> Desk) {
    let month = Month::new(2021, 1).unwrap();
    let (payer, kind, persons) = (party(7), WorkInjuryPremium::Unit, 10);
    let (base, amount) = (yuan("80000.00").unwrap(), yuan("400.00").unwrap());
    let receive = |amount: &str| ReceiveDuePremium::<WorkInjury, TreasuryDeposit> {
        into: TreasuryDeposit,
        kind,
        from: payer,
        month,
        amount: yuan(amount).unwrap(),
    };
    let interest = |amount: &str| ReceiveInterest::<WorkInjury, SpecialAccount> {
        into: SpecialAccount,
        amount: yuan(amount).unwrap(),
    };

    // Before any rules are adopted, the fund may have a revenue account.
    let finance = by(&desk, "2021-01-15", "finance_department");
    let paid = desk.record("paid", payment(9, "10.00")).unwrap();
    desk.record("close", CloseAccount(RevenueAccount)).unwrap();
    let adopt = AdoptProfile { profile: Profile::jiangsu() };
    desk.book.record(key("adopt"), &finance, adopt).unwrap();

    let desk = between(desk);
    assert!(desk.book.rules().unwrap().is_some(), "the rules are forgotten");
    let refused = desk.book.record(key("revenue"), &finance, OpenAccount(RevenueAccount));
    assert_eq!(rule_of(refused), "account-exists");
    let agency = by(&desk, "2021-01-15", "agency");
    let declare = DeclarePremium { payer, kind, month, persons, base, amount };
    desk.book.record(key("declare"), &agency, declare).unwrap();

    let desk = between(desk);
    let too_early = desk.book.record(key("receive"), &agency, receive("150.00"));
    assert_eq!(rule_of(too_early), "due-fits");
    let verify = VerifyPremium { payer, kind, month, persons, base, amount };
    desk.book.record(key("verify"), &agency, verify).unwrap();
    desk.book.record(key("receive"), &agency, receive("150.00")).unwrap();

    let desk = between(desk);
    let due = desk.book.entry(&RegisterKey::Due(DueKey { payer, kind: 1, month })).unwrap().due();
    assert_eq!((due.due_minor, due.received_minor), (40_000, 15_000));
    let too_much = desk.book.record(key("rest"), &agency, receive("250.01"));
    assert_eq!(rule_of(too_much), "due-fits");
    desk.book.record(key("rest"), &agency, receive("250.00")).unwrap();
    let of = desk.book.event(paid.last_seq()).unwrap().unwrap();
    let half = |of| ReturnPayment { of, amount: yuan("6.00").unwrap() };
    desk.record("half", half(&of)).unwrap();

    let desk = between(desk);
    assert_eq!(rule_of(desk.record("other half", half(&of))), "corrected-once");
    let period = ClosePeriod { period: Period::month(month) };
    desk.book.record(key("closed"), &by(&desk, "2021-02-01", "agency"), period).unwrap();

    let desk = between(desk);
    let late = desk.book.record(key("late"), &agency, interest("1.00"));
    assert_eq!(rule_of(late), "period-open");
    let in_time = by(&desk, "2021-02-01", "agency");
    desk.book.record(key("in time"), &in_time, interest("1.00")).unwrap();
    desk.assert_sound();
}
