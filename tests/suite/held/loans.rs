//! Loans between funds at the edges of their authorisation (INV-27).

use earmark_core::account::SpecialAccount;
use earmark_core::command::{
    AdoptProfile, AuthoriseLoan, BringForward, MakeLoan, OpenAccount, ReceiveLoan,
    ReceiveRepayment, RepayLoan, Reverse,
};
use earmark_core::event::Recorded;
use earmark_core::money::Amount;
use earmark_core::rules::Profile;

use crate::given::{Desk, on, rule_of};
use crate::law::{Trust, profile};

/// Loans of 2021, in both directions, up to 1,000.00 in each, to be repaid by the end of 2025.
fn bounded() -> Profile {
    profile(
        "Other",
        "[[authorisation]]\nid = \"lend\"\nlender = \"TRUST\"\nborrower = \"OTHER\"\n\
         limit = \"1000\"\nrepay_by = 2025-12-31\nfrom = 2021-01-01\nuntil = 2021-06-14\n\
         source = \"an act\"\n\n\
         [[authorisation]]\nid = \"borrow\"\nlender = \"OTHER\"\nborrower = \"TRUST\"\n\
         limit = \"1000\"\nrepay_by = 2025-12-31\nfrom = 2021-01-01\nuntil = 2021-06-14\n\
         source = \"an act\"\n\n\
         [[authorisation]]\nid = \"others\"\nlender = \"ONE\"\nborrower = \"TWO\"\n\
         from = 2021-01-01\nsource = \"an act\"\n",
    )
}

fn money(text: &str) -> Amount<Trust> {
    text.parse().unwrap()
}

/// A trust fund under these loans, with 5,000.00; its voucher is of 2021-06-14.
fn trust() -> Desk<Trust> {
    let desk = Desk::<Trust>::in_memory();
    desk.record("adopt", AdoptProfile { profile: bounded() }).unwrap();
    let desk = Desk { voucher: desk.voucher.on(on("2021-06-14")), ..desk };
    desk.record("open", OpenAccount(SpecialAccount)).unwrap();
    let amount = money("5000");
    desk.record("forward", BringForward { into: SpecialAccount, amount }).unwrap();
    desk
}

fn grant(desk: &Desk<Trust>, id: &str, limit: &str) -> AuthoriseLoan<Trust> {
    AuthoriseLoan {
        authorisation: desk.book.register(id).unwrap(),
        limit: money(limit),
        from: on("2021-01-01"),
        until: on("2021-06-14"),
        repay_by: on("2025-12-31"),
    }
}

fn granted(desk: &Desk<Trust>, id: &str, limit: &str) -> Recorded<Trust> {
    desk.recorded(&format!("{id} {limit}"), grant(desk, id, limit))
}

#[test]
fn what_is_granted_under_one_authorisation_is_within_its_limit_in_all() {
    let desk = trust();
    assert_eq!(
        rule_of(desk.record("too much", grant(&desk, "lend", "1000.01"))),
        "loan-authorised"
    );
    granted(&desk, "lend", "400");
    assert_eq!(rule_of(desk.record("again", grant(&desk, "lend", "600.01"))), "loan-authorised");
    assert_eq!(rule_of(desk.record("over", grant(&desk, "lend", "700"))), "loan-authorised");
    granted(&desk, "lend", "600");
    assert_eq!(rule_of(desk.record("a fen", grant(&desk, "lend", "0.01"))), "loan-authorised");
    granted(&desk, "borrow", "1000");
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn a_loan_is_authorised_within_the_days_of_its_rule() {
    let desk = trust();
    let within = grant(&desk, "lend", "1");
    for (key, loan) in [
        ("early", AuthoriseLoan { from: on("2020-12-31"), ..within }),
        ("late", AuthoriseLoan { until: on("2021-06-15"), ..within }),
        (
            "early and late",
            AuthoriseLoan { from: on("2020-12-31"), until: on("2021-06-15"), ..within },
        ),
        (
            "wholly late",
            AuthoriseLoan { from: on("2021-06-15"), until: on("2021-06-15"), ..within },
        ),
        ("repaid late", AuthoriseLoan { repay_by: on("2026-01-01"), ..within }),
    ] {
        assert_eq!(rule_of(desk.record(key, loan)), "loan-authorised", "{key}");
    }
    let one_day = AuthoriseLoan { from: on("2021-06-14"), until: on("2021-06-14"), ..within };
    desk.record("one day", one_day).unwrap();
    desk.record("repaid early", AuthoriseLoan { repay_by: on("2022-01-01"), ..within }).unwrap();
    desk.record("all days", within).unwrap();
}

#[test]
fn a_loan_between_two_other_funds_is_authorised_in_neither_other_book() {
    let desk = trust();
    assert_eq!(rule_of(desk.record("others", grant(&desk, "others", "1"))), "loan-authorised");
}

#[test]
fn a_fund_lends_and_borrows_only_in_the_role_it_is_named_for() {
    let desk = trust();
    let (lent, borrowed) = (granted(&desk, "lend", "1000"), granted(&desk, "borrow", "1000"));
    let amount = money("10");
    let wrong = desk.record("borrows as lender", ReceiveLoan { under: &lent, amount });
    assert_eq!(rule_of(wrong), "loan-authorised");
    let wrong = desk.record("lends as borrower", MakeLoan { under: &borrowed, amount });
    assert_eq!(rule_of(wrong), "loan-authorised");
    desk.record("lends", MakeLoan { under: &lent, amount }).unwrap();
    desk.record("borrows", ReceiveLoan { under: &borrowed, amount }).unwrap();
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn reversals_of_loans_stay_within_what_is_owed_and_the_limit() {
    let desk = trust();
    let (lent, borrowed) = (granted(&desk, "lend", "1000"), granted(&desk, "borrow", "600"));
    let reason = desk.book.register("booked on the wrong day").unwrap();
    let refused = |key: &str, of: &Recorded<Trust>| {
        assert_eq!(rule_of(desk.record(key, Reverse { of, reason })), "loan-authorised", "{key}");
    };
    let reversed =
        |key: &str, of: &Recorded<Trust>| desk.record(key, Reverse { of, reason }).unwrap();

    // Borrowed: what is repaid is no more reversed as received; a repayment reversed is owed again.
    let drawn = desk.recorded("draw", ReceiveLoan { under: &borrowed, amount: money("600") });
    let repaid = desk.recorded("repay", RepayLoan { under: &borrowed, amount: money("400") });
    refused("received, 200.00 is owed", &drawn);
    reversed("repaid: 600.00 is owed again", &repaid);
    reversed("received", &drawn);

    // Lent: the limit is 1,000.00, of which 700.00 are lent and 500.00 came back.
    let made = desk.recorded("lend", MakeLoan { under: &lent, amount: money("700") });
    let back = desk.recorded("came back", ReceiveRepayment { under: &lent, amount: money("500") });
    refused("lent, 200.00 is owing", &made);
    let rest = desk.recorded("lend on", MakeLoan { under: &lent, amount: money("300") });
    reversed("came back: 1,000.00 is owing", &back);
    reversed("lent on", &rest);
    reversed("lent", &made);
    assert_eq!(desk.balance(SpecialAccount.into()), 500_000);
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn a_repayment_is_reversed_only_within_the_limit_that_is_left() {
    // What is repaid is not drawn again, so a repayment that is reversed is within the limit.
    let desk = trust();
    let borrowed = granted(&desk, "borrow", "600");
    desk.record("draw", ReceiveLoan { under: &borrowed, amount: money("600") }).unwrap();
    let repaid = desk.recorded("repay", RepayLoan { under: &borrowed, amount: money("600") });
    let again = ReceiveLoan { under: &borrowed, amount: money("0.01") };
    assert_eq!(rule_of(desk.record("draw again", again)), "loan-authorised");
    let reason = desk.book.register("the bank was wrong").unwrap();
    desk.record("reverse", Reverse { of: &repaid, reason }).unwrap();
    let over = RepayLoan { under: &borrowed, amount: money("600.01") };
    assert_eq!(rule_of(desk.record("over", over)), "loan-authorised");
    desk.record("repay", RepayLoan { under: &borrowed, amount: money("600") }).unwrap();
}
