//! One month in which everything happens once, and the figures that follow, worked out by hand.

use earmark_core::account::Account::{Expenditure, Revenue, Special, Treasury};
use earmark_core::command::AnyCommand;
use earmark_core::event::OtherIncome;
use earmark_core::id::area;
use earmark_core::time::Month;
use earmark_report::chart::Status;
use earmark_report::{
    BalanceSheet, CashFlow, IncomeAndExpenditure, Knowledge, ParallelBooks, PartySection,
    PartyStatement, Reading, ReconciliationLine, StatementError,
};

use crate::given::{Desk, REASON, on, party, period, year, yuan};

const DAY: &str = "2021-03-15";

fn text(amount: &str) -> String {
    amount.to_owned()
}

/// A month of residents' medical insurance, after balances of 1,000 and 200.
pub(crate) fn month() -> Desk {
    let desk = Desk::new("RES_MEDICAL", DAY);
    let province = area("320000").unwrap();
    desk.bring_forward("2021-01-01", Special, "1000.00");
    desk.bring_forward("2021-01-01", Expenditure, "200.00");
    let premium = |amount: &str, from| AnyCommand::ReceivePremium {
        into: Treasury,
        kind: text("Individual"),
        from: party(from),
        amount: text(amount),
    };
    desk.record(DAY, premium("500.00", 1));
    let twice = desk.record(DAY, premium("70.00", 1));
    desk.record(DAY, AnyCommand::Reverse { of: twice, reason: text(REASON) });
    desk.record(DAY, AnyCommand::TransferCollections { from: Treasury, amount: text("450.00") });
    desk.record(DAY, AnyCommand::ReceiveFiscalSubsidy { amount: text("300.00") });
    let late = AnyCommand::ReceiveOtherIncome {
        into: Revenue,
        kind: OtherIncome::LateFee,
        from: party(1),
        amount: text("5.00"),
    };
    desk.record(DAY, late);
    let plan = Month::new(2021, 3).unwrap();
    desk.record(DAY, AnyCommand::Release { plan, amount: text("600.00") });
    desk.record(DAY, AnyCommand::ReceiveInterest { into: Expenditure, amount: text("3.00") });
    desk.record(DAY, AnyCommand::HandOverInterest { amount: text("2.00") });
    let pay = |from, kind: &str, to, amount: &str| AnyCommand::PayBenefit {
        from,
        kind: text(kind),
        to: party(to),
        amount: text(amount),
    };
    let paid = desk.record(DAY, pay(Expenditure, "Hospital", 2, "400.00"));
    desk.record(DAY, pay(Expenditure, "CriticalIllnessInsurance", 3, "90.00"));
    desk.record(DAY, AnyCommand::ReturnPayment { of: paid, amount: text("40.00") });
    let settled = AnyCommand::SettleDirectly {
        kind: text("Outpatient"),
        to: party(4),
        amount: text("120.00"),
    };
    desk.record(DAY, settled);
    let bought = AnyCommand::PayStateUse {
        kind: text("CriticalIllnessInsurance"),
        to: party(3),
        amount: text("80.00"),
    };
    desk.record(DAY, bought);
    let subsidy = AnyCommand::ReceiveSuperiorSubsidy {
        into: Expenditure,
        from: province,
        amount: text("25.00"),
    };
    desk.record(DAY, subsidy);
    let remitted =
        AnyCommand::RemitToSuperior { from: Expenditure, to: province, amount: text("15.00") };
    desk.record(DAY, remitted);
    desk
}

pub(crate) fn reading(desk: &Desk) -> Reading {
    Reading::of(&desk.book, Knowledge::Now).unwrap()
}

#[test]
fn the_balance_sheet_has_what_the_accounts_hold() {
    let desk = month();
    let sheet = BalanceSheet::of(&desk.book, &reading(&desk), on("2021-03-31")).unwrap();
    let held: Vec<_> =
        sheet.assets().iter().map(|line| (line.code.unwrap().code.as_str(), line.sum)).collect();
    assert_eq!(
        held,
        [
            ("1002", yuan("5.00")),
            ("1003", yuan("952.00")),
            ("1004", yuan("361.00")),
            ("1005", yuan("50.00")),
        ]
    );
    assert_eq!(sheet.assets_total(), yuan("1368.00"));
    assert_eq!(sheet.net_assets_total(), yuan("1368.00"));
    assert_eq!(sheet.net_assets().len(), 1);
    let before = BalanceSheet::of(&desk.book, &reading(&desk), on("2021-03-14")).unwrap();
    assert_eq!(before.net_assets_total(), yuan("1200.00"));
}

#[test]
fn the_finance_departments_balance_sheet_has_the_special_account() {
    let desk = month();
    let sheet = BalanceSheet::of_finance_book(&reading(&desk), on("2021-03-31")).unwrap();
    let [deposit] = sheet.assets() else { panic!("{sheet:?}") };
    assert_eq!(deposit.code.unwrap().name_zh, "银行存款");
    assert_eq!(deposit.code.unwrap().status, Status::NameRead);
    assert_eq!(sheet.assets_total(), yuan("952.00"));
    assert_eq!(sheet.net_assets_total(), yuan("952.00"));
}

#[test]
fn a_reserve_is_part_of_the_fund_balance() {
    let desk = month();
    let (reading, day) = (reading(&desk), on("2021-03-31"));
    let sheet = BalanceSheet::with_reserve(&reading, day, yuan("88.00")).unwrap();
    let [general, reserve] = sheet.net_assets() else { panic!("{sheet:?}") };
    assert_eq!((general.code.unwrap().code.as_str(), general.sum), ("3001", yuan("1280.00")));
    assert_eq!((reserve.code.unwrap().code.as_str(), reserve.sum), ("3201", yuan("88.00")));
    assert_eq!(sheet.net_assets_total(), yuan("1368.00"));
    for reserve in ["1368.01", "-0.01"] {
        let refused = BalanceSheet::with_reserve(&reading, day, yuan(reserve));
        assert!(matches!(refused, Err(StatementError::ReserveOverBalance { .. })), "{refused:?}");
    }
}

#[test]
fn a_balance_sheet_that_does_not_balance_does_not_exist() {
    let desk = month();
    let refused = BalanceSheet::balanced(
        desk.book.id(),
        on("2021-03-31"),
        0,
        &[(Special, yuan("100.00"))],
        yuan("100.01"),
        yuan("0.00"),
    );
    assert_eq!(
        refused.unwrap_err().to_string(),
        "assets = liabilities + net assets: expected 100.00, found 100.01"
    );
}

#[test]
fn income_and_expenditure_have_their_codes() {
    let desk = month();
    let statement = IncomeAndExpenditure::of(&reading(&desk), year()).unwrap();
    let code = |code: Option<&'static earmark_report::chart::Code>| code.unwrap().code.as_str();
    let income: Vec<_> = statement.income().iter().map(|it| (code(it.code), it.sum)).collect();
    assert_eq!(
        income,
        [
            ("4001", yuan("500.00")),
            ("4101", yuan("300.00")),
            ("4201", yuan("3.00")),
            ("4401", yuan("25.00")),
            ("4501", yuan("5.00")),
        ]
    );
    let spent: Vec<_> = statement.expenditure().iter().map(|it| (code(it.code), it.sum)).collect();
    assert_eq!(
        spent,
        [
            ("5001", yuan("360.00")),
            ("5001", yuan("120.00")),
            ("5101", yuan("90.00")),
            ("5101", yuan("80.00")),
            ("5301", yuan("15.00")),
        ]
    );
    assert_eq!(statement.surplus(), yuan("168.00"));
    assert_eq!(statement.closing(), yuan("1368.00"));
}

#[test]
fn the_end_of_a_year_is_carried_into_the_fund_balance() {
    let desk = month();
    let reading = reading(&desk);
    let whole = IncomeAndExpenditure::of(&reading, year()).unwrap();
    let carrying = whole.carrying().unwrap();
    assert_eq!(carrying.into.unwrap().code, "3001");
    assert_eq!(carrying.before, yuan("1200.00"));
    assert_eq!(carrying.after, whole.closing());
    let part = IncomeAndExpenditure::of(&reading, period("2021-02-01", "2021-12-31")).unwrap();
    assert_eq!(part.carrying(), None);
    assert_eq!(part.opening(), yuan("1200.00"));
}

#[test]
fn flows_of_an_account_lead_from_opening_to_closing() {
    let desk = month();
    let flow = CashFlow::of(&reading(&desk), period("2021-03-01", "2021-03-31")).unwrap();
    let account = |account| flow.accounts().iter().find(|it| it.account == account).unwrap();
    let treasury = account(Treasury);
    // The reversed premium is off the line on which it had been.
    assert_eq!(treasury.inflows.len(), 1);
    assert_eq!(treasury.inflow_total, yuan("500.00"));
    assert_eq!(treasury.outflow_total, yuan("450.00"));
    let expenditure = account(Expenditure);
    assert_eq!(expenditure.opening, yuan("200.00"));
    assert_eq!(expenditure.inflow_total, yuan("668.00"));
    assert_eq!(expenditure.outflow_total, yuan("507.00"));
    assert_eq!(expenditure.closing, yuan("361.00"));
    assert_eq!(expenditure.code.unwrap().status, Status::Read);
    assert_eq!(flow.surplus(), yuan("168.00"));
    assert_eq!(flow.brought_forward(), yuan("0.00"));
}

#[test]
fn the_two_books_differ_by_what_the_lines_say() {
    let desk = month();
    let books = ParallelBooks::of(&reading(&desk), year()).unwrap();
    let reconciliation = books.reconciliation();
    // Finance: 600 released and 120 paid directly; agency: 400 less 40 returned, and 120.
    assert_eq!(reconciliation.finance, yuan("720.00"));
    assert_eq!(reconciliation.agency, yuan("480.00"));
    assert_eq!(reconciliation.difference, yuan("240.00"));
    let finance: Vec<_> = books.finance().iter().map(|it| it.sum).collect();
    assert_eq!(finance, [yuan("720.00"), yuan("80.00")]);
    let lines: Vec<_> =
        reconciliation.lines.iter().map(|it| (it.line, it.account, it.adjustment)).collect();
    assert_eq!(
        lines,
        [
            (ReconciliationLine::Releases, yuan("600.00"), yuan("0.00")),
            (ReconciliationLine::Payments, yuan("-400.00"), yuan("0.00")),
            (ReconciliationLine::ReturnedPayments, yuan("40.00"), yuan("0.00")),
            (ReconciliationLine::DirectPayments, yuan("0.00"), yuan("0.00")),
            (ReconciliationLine::OtherExpenditure, yuan("-90.00"), yuan("90.00")),
            (ReconciliationLine::InterestReceived, yuan("3.00"), yuan("-3.00")),
            (ReconciliationLine::InterestHandedOver, yuan("-2.00"), yuan("2.00")),
            (ReconciliationLine::InterLevelIn, yuan("25.00"), yuan("-25.00")),
            (ReconciliationLine::InterLevelOut, yuan("-15.00"), yuan("15.00")),
            (ReconciliationLine::BroughtForward, yuan("200.00"), yuan("-200.00")),
        ]
    );
    assert_eq!(reconciliation.account_change, yuan("361.00"));
    assert_eq!(reconciliation.adjustment, yuan("-121.00"));
}

#[test]
fn a_partys_statement_names_the_events_behind_each_line() {
    let desk = month();
    let of =
        |number| PartyStatement::of(&desk.book, party(number), year(), Knowledge::Now).unwrap();
    let payer = of(1);
    let [premiums, late_fees] = payer.lines() else { panic!("{payer:?}") };
    assert_eq!(premiums.section, PartySection::PremiumsPaid);
    assert_eq!(premiums.purpose, Some("Individual"));
    assert_eq!(premiums.sum, yuan("500.00"));
    assert_eq!(premiums.events.len(), 3); // two premiums, and the reversal of one
    assert_eq!(late_fees.sum, yuan("5.00"));
    assert_eq!(payer.income(), yuan("505.00"));

    let patient = of(2);
    let [benefit, returned] = patient.lines() else { panic!("{patient:?}") };
    assert_eq!((benefit.section, benefit.sum), (PartySection::Benefits, yuan("400.00")));
    assert_eq!((returned.section, returned.sum), (PartySection::Returned, yuan("40.00")));
    assert_eq!(returned.counted, yuan("-40.00"));
    assert_eq!(patient.expenditure(), yuan("360.00"));

    let stranger = of(9);
    assert!(stranger.lines().is_empty());
    assert_eq!(stranger.known_through(), desk.book.last_seq().unwrap());
}
