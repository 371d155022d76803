//! What is put right later, and where a statement shows it.

use earmark_core::account::{Account, ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::*;
use earmark_core::event::{Kind, OtherIncome, Recorded};
use earmark_core::fund::{
    ExpenditureItem, IncomeItem, WorkInjury, WorkInjuryBenefit, WorkInjuryPremium,
};
use earmark_core::money::{Amount, yuan};
use earmark_core::time::Period;

use crate::given::{Desk, on, party, rule_of};

type Injury = Desk<WorkInjury>;

fn money(text: &str) -> Amount<WorkInjury> {
    yuan(text).unwrap()
}

fn forward(amount: &str) -> BringForward<WorkInjury, SpecialAccount> {
    BringForward { into: SpecialAccount, amount: money(amount) }
}

fn premium(amount: &str) -> ReceivePremium<WorkInjury, SpecialAccount> {
    let kind = WorkInjuryPremium::Unit;
    ReceivePremium { into: SpecialAccount, kind, from: party(1), amount: money(amount) }
}

fn reverse(desk: &Injury, key: &str, of: &Recorded<WorkInjury>) {
    let reason = desk.book.register("entered in error").unwrap();
    desk.record(key, Reverse { of, reason }).unwrap();
}

#[test]
fn a_wrong_opening_balance_is_put_right_before_other_money_moves() {
    let desk = Injury::in_memory().with_accounts();
    let wrong = desk.recorded("wrong", forward("10.00"));
    assert_eq!(rule_of(desk.record("again", forward("9.00"))), "forward-first");
    reverse(&desk, "reverse", &wrong);
    desk.record("right", forward("9.00")).unwrap();
    desk.record("premium", premium("1.00")).unwrap();
    assert_eq!(desk.balance(Account::Special), 1_000);
    assert_eq!(rule_of(desk.record("third", forward("9.00"))), "forward-first");
}

#[test]
fn a_wrong_opening_balance_is_put_right_after_other_money_has_moved() {
    let desk = Injury::in_memory().with_accounts();
    let wrong = desk.recorded("wrong", forward("10.00"));
    desk.record("premium", premium("1.00")).unwrap();
    reverse(&desk, "reverse", &wrong);
    desk.record("another premium", premium("1.00")).unwrap();
    desk.record("right", forward("9.00")).unwrap();
    assert_eq!(desk.balance(Account::Special), 1_100);
    assert_eq!(rule_of(desk.record("third", forward("9.00"))), "forward-first");
}

#[test]
fn a_reversed_opening_balance_is_put_right_though_other_money_came_first() {
    let desk = Injury::in_memory().with_accounts();
    let wrong = desk.recorded("wrong", forward("10.00"));
    reverse(&desk, "reverse", &wrong);
    desk.record("premium", premium("1.00")).unwrap();
    desk.record("right", forward("9.00")).unwrap();
    assert_eq!(desk.balance(Account::Special), 1_000);
}

/// 1,000.00 in the expenditure account, and a benefit of 600.00 paid out of it on a day.
fn paid_on(day: &str) -> (Injury, Recorded<WorkInjury>) {
    let mut desk = Injury::in_memory().with_accounts();
    let this_year = desk.voucher;
    desk.voucher = this_year.on(on("2020-01-01"));
    let opening = BringForward { into: ExpenditureAccount, amount: money("1000.00") };
    desk.record("forward", opening).unwrap();
    desk.voucher = this_year.on(on(day));
    let paid = desk.recorded(
        "paid",
        PayBenefit {
            from: ExpenditureAccount,
            kind: WorkInjuryBenefit::Medical,
            to: party(7),
            amount: money("600.00"),
        },
    );
    desk.voucher = this_year;
    (desk, paid)
}

fn in_2021(desk: &Injury) -> earmark_core::report::Statement {
    desk.book.statement(Period::year(2021).unwrap(), None).unwrap()
}

#[test]
fn what_comes_back_within_its_year_reduces_the_expenditure() {
    let (desk, paid) = paid_on("2021-03-01");
    desk.record("returned", ReturnPayment { of: &paid, amount: money("100.00") }).unwrap();
    let recovery = RecoverBenefit {
        of: &paid,
        from: party(7),
        into: ExpenditureAccount,
        amount: money("50.00"),
    };
    desk.record("recovered", recovery).unwrap();
    let statement = in_2021(&desk);
    assert!(statement.income().is_empty());
    let lines: Vec<_> =
        statement.expenditure().iter().map(|line| (line.purpose, line.sum.minor())).collect();
    assert_eq!(lines, [(Some("Medical"), 45_000)]);
}

/// Budget classification 1020399: 跨年度退回或追回的待遇. A late fee and benefit 1 share a code, and no
/// line.
#[test]
fn what_comes_back_in_a_later_year_is_other_income_on_a_line_of_its_own() {
    let (desk, paid) = paid_on("2020-12-31");
    let late_fee = ReceiveOtherIncome {
        into: RevenueAccount,
        kind: OtherIncome::LateFee,
        from: party(1),
        amount: money("7.00"),
    };
    desk.record("late fee", late_fee).unwrap();
    let returned = desk.recorded("returned", ReturnPayment { of: &paid, amount: money("100.00") });
    let recovery =
        RecoverBenefit { of: &paid, from: party(1), into: RevenueAccount, amount: money("50.00") };
    let recovered = desk.recorded("recovered", recovery);
    assert_eq!(
        (returned.kind(), recovered.kind()),
        (Kind::LatePaymentReturned, Kind::LateBenefitRecovered)
    );
    let statement = in_2021(&desk);
    assert!(statement.expenditure().is_empty());
    let lines: Vec<_> = statement
        .income()
        .iter()
        .map(|line| (line.item, line.purpose.unwrap(), line.sum.minor()))
        .collect();
    assert_eq!(
        lines,
        [(IncomeItem::Other, "late_fee", 700), (IncomeItem::Other, "back_in_later_year", 15_000)]
    );
    // The year of the payment stays as it was closed.
    let year_2020 = desk.book.statement(Period::year(2020).unwrap(), None).unwrap();
    assert_eq!(year_2020.expenditure_of(ExpenditureItem::Benefit).minor(), 60_000);
    assert_eq!(year_2020.closing(), statement.opening());
}

#[test]
fn a_reversal_leaves_the_statement_as_if_nothing_had_been_entered() {
    let (desk, paid) = paid_on("2021-03-01");
    let before = in_2021(&desk);
    let returned = desk.recorded("returned", ReturnPayment { of: &paid, amount: money("100.00") });
    reverse(&desk, "reverse", &returned);
    assert_eq!(in_2021(&desk).expenditure_total(), before.expenditure_total());
    assert_eq!(in_2021(&desk).closing(), before.closing());
    // And the whole payment can come back after all.
    desk.record("whole", ReturnPayment { of: &paid, amount: money("600.00") }).unwrap();
    assert_eq!(in_2021(&desk).expenditure_total().minor(), 0);
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn an_employer_may_repay_what_a_worker_was_overpaid() {
    let (desk, paid) = paid_on("2021-03-01");
    let recovery = RecoverBenefit {
        of: &paid,
        from: party(1),
        into: ExpenditureAccount,
        amount: money("600.00"),
    };
    let recovered = desk.recorded("recovered", recovery);
    assert_eq!((paid.party(), recovered.party()), (Some(party(7)), Some(party(1))));
}

mod same_codes {
    earmark_core::fund! {
        /// A fund whose benefit and State use have the same code and the same item.
        pub(crate) Twins {
            code: "TWINS", name: "twins" "双", currency: CNY, jurisdiction: China,
            invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums TwinsPremium { Unit = 1 "unit premium" "单位缴费" => Other }
        benefits TwinsBenefit { Grant = 1 "grant" "补助" => Other }
        state_uses TwinsUse { Purchase = 1 "purchase" "购买" => Other }
    }
}

#[test]
fn two_lists_that_share_a_code_and_an_item_share_no_line() {
    use same_codes::{Twins, TwinsBenefit, TwinsPremium, TwinsUse};
    let desk = Desk::<Twins>::in_memory().with_accounts();
    let (to, amount) = (party(1), yuan("1.00").unwrap());
    let kind = TwinsPremium::Unit;
    let premium = ReceivePremium { into: SpecialAccount, kind, from: to, amount };
    desk.record("premium", [premium; 9]).unwrap();
    let kind = OtherIncome::LateFee;
    let fee = ReceiveOtherIncome { into: SpecialAccount, kind, from: to, amount };
    desk.record("fee", fee).unwrap();
    let plan = on("2021-06-01").month();
    desk.record("release", Release { plan, amount: yuan("5.00").unwrap() }).unwrap();
    let grant = PayBenefit { from: ExpenditureAccount, kind: TwinsBenefit::Grant, to, amount };
    desk.record("grants", [grant; 3]).unwrap();
    desk.record("use", PayStateUse { kind: TwinsUse::Purchase, to, amount }).unwrap();
    let statement = desk.book.statement(Period::year(2021).unwrap(), None).unwrap();
    let income: Vec<_> =
        statement.income().iter().map(|line| (line.purpose.unwrap(), line.sum.minor())).collect();
    assert_eq!(income, [("Unit", 900), ("late_fee", 100)]);
    let spent: Vec<_> = statement
        .expenditure()
        .iter()
        .map(|line| (line.purpose.unwrap(), line.sum.minor()))
        .collect();
    assert_eq!(spent, [("Grant", 300), ("Purchase", 100)]);
}

#[test]
fn what_one_commit_takes_back_counts_together() {
    let (desk, paid) = paid_on("2021-03-01");
    let half = ReturnPayment { of: &paid, amount: money("300.01") };
    assert_eq!(rule_of(desk.record("both", [half; 2])), "corrected-once");
    let rest = ReturnPayment { of: &paid, amount: money("299.99") };
    desk.record("to the fen", [half, rest]).unwrap();
    let reason = desk.book.register("entered in error").unwrap();
    let premium = desk.recorded("premium", premium("1.00"));
    let whole = Reverse { of: &premium, reason };
    assert_eq!(rule_of(desk.record("twice", [whole; 2])), "corrected-once");
    desk.record("once", whole).unwrap();
    assert!(desk.ledger.verify().unwrap().is_sound());
}

/// Another copy of the ledger may know the payment of another year.
#[test]
fn in_which_year_money_comes_back_is_judged_by_the_payment_recorded_here() {
    for (there, here) in [("2020-12-31", "2021-03-01"), ("2021-03-01", "2020-12-31")] {
        let (_other, of) = paid_on(there);
        let (desk, _) = paid_on(here);
        let back = ReturnPayment { of: &of, amount: money("100.00") };
        assert_eq!(rule_of(desk.record("back", back)), "recovery-year", "{there} {here}");
    }
}

/// The clock went back behind the book's last event: today is the caller's day all the same.
#[test]
fn today_is_the_callers_day_though_the_book_is_ahead() {
    use earmark_core::time::{Timestamp, UtcOffset};
    let desk = Injury::in_memory().with_accounts();
    let at = |day| Timestamp::start_of(on(day), UtcOffset::CHINA);
    desk.clock.set(at("2021-07-05"));
    desk.record("ahead", premium("1.00")).unwrap();
    desk.clock.set(at("2021-07-01"));
    let voucher = desk.voucher.on(on("2021-07-03"));
    let early = desk.book.record(crate::given::key_of("early"), &voucher, premium("1.00"));
    assert_eq!(rule_of(early), "not-in-future");
}

#[test]
fn the_last_moment_before_1970_is_of_1969() {
    use earmark_core::time::{Timestamp, UtcOffset};
    let moment = Timestamp::from_micros(-1).unwrap();
    assert_eq!(moment.day(UtcOffset::UTC).to_string(), "1969-12-31");
    assert_eq!(moment.day(UtcOffset::CHINA).to_string(), "1970-01-01");
}
