//! A file that is opened again stands under the same rules.

use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::{
    AdoptProfile, BringForward, ClosePeriod, HandOverInterest, OpenAccount, ReceiveInterest,
    SetReserveAside,
};
use earmark_core::fund::WorkInjury;
use earmark_core::ledger::{Ledger, Papers};
use earmark_core::money::{Amount, yuan};
use earmark_core::rules::Profile;
use earmark_core::time::Month;
use earmark_sqlite::OpenOptions;

use crate::given::{Desk, HandClock, PAPERS, nanjing, on, rule_of};

fn money(text: &str) -> Amount<WorkInjury> {
    yuan(text).unwrap()
}

#[test]
fn rules_closed_time_reserve_and_interest_are_those_of_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.earmark");
    let clock = HandClock::new();
    let desk = || {
        let store = OpenOptions::new().open(&path).unwrap();
        let ledger = Ledger::new(store, clock.clone());
        let desk = Desk::<WorkInjury>::new(ledger, clock.clone(), nanjing());
        let actor = "finance_department";
        let voucher = desk.book.voucher(on("2021-06-15"), Papers { actor, ..PAPERS }).unwrap();
        Desk { voucher, ..desk }
    };
    let interest = |amount| ReceiveInterest { into: ExpenditureAccount, amount };
    let before = {
        let desk = desk();
        desk.record("adopt", AdoptProfile { profile: Profile::jiangsu() }).unwrap();
        desk.record("open", (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount)))
            .unwrap();
        let desk = Desk { voucher: desk.voucher.on(on("2021-05-31")), ..desk };
        let forward = BringForward { into: ExpenditureAccount, amount: money("10") };
        desk.record("forward", forward).unwrap();
        let old = Desk { voucher: desk.voucher.on(on("2021-05-31")), ..desk };
        old.record("interest", interest(money("5"))).unwrap();
        old.record("reserve", SetReserveAside { amount: money("2") }).unwrap();
        let may = earmark_core::time::Period::month(Month::new(2021, 5).unwrap());
        let desk = Desk { voucher: old.voucher.on(on("2021-06-15")), ..old };
        desk.record("close", ClosePeriod { period: may }).unwrap();
        desk.book.head().unwrap()
    };

    let desk = desk();
    let head = desk.book.head().unwrap();
    assert_eq!(head.state.standing(), before.state.standing());
    assert_eq!(head.state.interest_held_minor(), 500);
    assert!(head.rules.is_some());
    // In Jiangsu tax collects: since 2018 there is no revenue account.
    assert_eq!(rule_of(desk.record("revenue", OpenAccount(RevenueAccount))), "account-exists");
    let hand_over = |amount| HandOverInterest { amount };
    assert_eq!(rule_of(desk.record("too much", hand_over(money("5.01")))), "own-interest");
    desk.record("all", hand_over(money("5"))).unwrap();
    let old = Desk { voucher: desk.voucher.on(on("2021-05-31")), ..desk };
    assert_eq!(rule_of(old.record("in May", interest(money("1")))), "period-open");
    assert!(old.ledger.verify().unwrap().is_sound());
}
