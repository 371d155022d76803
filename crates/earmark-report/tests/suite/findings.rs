//! A clean year gives no finding; each seeded case is found once, and nothing else is.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::id::{Link, area};
use earmark_core::ledger::Ledger;
use earmark_core::time::{Month, Period};
use earmark_report::Knowledge;
use earmark_report::findings::{Finding, FindingKind, Findings, PREVENTED};

use crate::given::{Desk, HandClock, REASON, ledger, on, party, period, year, yuan};

const TODAY: &str = "2021-12-31";

/// Everything that can be flagged is; nothing is refused.
const TABLES: &str = r#"
[[requirement]]
what = [
    "budget_before_payment", "claim_before_payment", "due_before_receipt", "use_plan_before_release",
    "revenue_account_zero_at_month_end", "budget_surplus",
]
strength = "flag"
from = 2000-01-01
source = "a test"

[[deadline]]
what = ["deposit_collections", "unemployment_pay", "pension_application"]
days = 10
working_days = false
from = 2000-01-01
source = "a test"
"#;

fn text(text: &str) -> String {
    text.to_owned()
}

/// What differs between the books of the tests.
pub(crate) struct Given {
    fund: &'static str,
    area: &'static str,
    benefit: &'static str,
    benefits: &'static str,
    expenditure: &'static str,
    subsidy: &'static str,
    income: &'static str,
    approved_on: &'static str,
}

pub(crate) const CLEAN: Given = Given {
    fund: "UNEMPLOYMENT",
    area: "320200",
    benefit: "UnemploymentPay",
    benefits: "3000.00",
    expenditure: "3100.00",
    subsidy: "0.00",
    income: "5000.00",
    approved_on: "2021-01-01",
};

/// A month of everything, in order.
fn book(ledger: &Ledger, clock: &HandClock, given: &Given) -> Desk {
    let desk = Desk::of(ledger, clock.clone(), given.area, given.fund, TODAY);
    desk.adopt("2021-01-01", "China", TABLES);
    desk.bring_forward("2021-01-01", Account::Special, "100000.00");
    desk.bring_forward("2021-01-01", Account::Expenditure, "10000.00");
    for (line, amount) in [
        ("income_premium", "5000.00"),
        ("income_fiscal_subsidy", given.subsidy),
        ("expenditure_benefit", given.benefits),
        ("expenditure_superior_remittance", "100.00"),
    ] {
        let (line, amount) = (text(line), text(amount));
        desk.record("2021-01-01", AnyCommand::DraftBudgetLine { year: 2021, line, amount });
    }
    let approved = AnyCommand::ApproveBudget {
        year: 2021,
        income: text(given.income),
        expenditure: text(given.expenditure),
        deficit_reason: Some(text(REASON)),
    };
    desk.record(given.approved_on, approved);
    receive_due(&desk, 2, "2021-02-05", Account::Revenue);
    desk.record("2021-02-10", transfer(Account::Revenue));
    plan(&desk, 3);
    desk.record("2021-03-02", release(3));
    claim(&desk, 1, given.benefit, "2021-03-01", "200.00", Some(("2021-03-05", "200.00")), None);
    let amount = text("10.00");
    let into = Account::Expenditure;
    desk.record("2021-03-21", AnyCommand::ReceiveInterest { into, amount: amount.clone() });
    desk.record("2021-03-25", AnyCommand::HandOverInterest { amount });
    desk
}

pub(crate) fn made(given: &Given) -> Desk {
    let clock = HandClock::at(on(TODAY));
    book(&ledger(&clock), &clock, given)
}

/// A premium of 100 that is declared, verified and received for a month.
fn receive_due(desk: &Desk, number: u32, on: &str, into: Account) -> u64 {
    let month = Month::new(2021, number).unwrap();
    let first = month.first_day().to_string();
    let (payer, kind) = (party(1), text("Unit"));
    let (persons, base, amount) = (1, text("1000.00"), text("100.00"));
    let declared = AnyCommand::DeclarePremium {
        payer,
        kind: kind.clone(),
        month,
        persons,
        base: base.clone(),
        amount: amount.clone(),
    };
    desk.record(&first, declared);
    let verified = AnyCommand::VerifyPremium {
        payer,
        kind: kind.clone(),
        month,
        persons,
        base,
        amount: amount.clone(),
    };
    desk.record(&first, verified);
    desk.record(on, AnyCommand::ReceiveDuePremium { into, kind, from: payer, month, amount })
}

fn transfer(from: Account) -> AnyCommand {
    AnyCommand::TransferCollections { from, amount: text("100.00") }
}

fn plan(desk: &Desk, number: u32) {
    let month = Month::new(2021, number).unwrap();
    let amount = text("500.00");
    desk.record("2021-01-01", AnyCommand::ApproveUsePlan { month, amount });
}

fn release(number: u32) -> AnyCommand {
    AnyCommand::Release { plan: Month::new(2021, number).unwrap(), amount: text("500.00") }
}

fn pay(kind: &str, amount: &str) -> AnyCommand {
    AnyCommand::PayBenefit {
        from: Account::Expenditure,
        kind: text(kind),
        to: party(7),
        amount: text(amount),
    }
}

/// A claim that is filed and verified on a day, and perhaps paid.
fn claim(
    desk: &Desk,
    number: u128,
    kind: &str,
    filed: &str,
    amount: &str,
    paid: Option<(&str, &str)>,
    liable: Option<u128>,
) -> u64 {
    let case = Link::from_u128(number);
    let filing = AnyCommand::FileClaim {
        case,
        person: party(7),
        kind: text(kind),
        occurred_on: on(filed),
        liable: liable.map(party),
        amount: text(amount),
    };
    desk.record_in(number, filed, filing);
    let (amount, payable_from) = (text(amount), on(filed));
    let verified = AnyCommand::VerifyClaim { case, amount, payable_from, instalments: 1 };
    let last = desk.record_in(number, filed, verified);
    match paid {
        Some((day, amount)) => desk.record_in(number, day, pay(kind, amount)),
        None => last,
    }
}

fn half() -> Period {
    period("2021-01-01", "2021-06-30")
}

fn found(desk: &Desk, period: Period) -> Vec<Finding> {
    Findings::of_book(&desk.book, period, Knowledge::Now).unwrap().findings().to_vec()
}

/// The one finding of a book.
fn only(desk: &Desk, kind: FindingKind) -> Finding {
    let found = found(desk, half());
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!(one.kind, kind, "{one:?}");
    assert!(!one.message.en.is_empty() && !one.message.zh.is_empty());
    one.clone()
}

fn seqs(finding: &Finding) -> Vec<u64> {
    finding.events.iter().map(|event| event.seq).collect()
}

#[test]
fn a_clean_book_gives_no_finding() {
    let desk = made(&CLEAN);
    assert_eq!(found(&desk, half()), []);
    assert_eq!(found(&desk, year()), []);
    let all = Findings::of_ledger(&desk.ledger, year(), None).unwrap();
    assert_eq!((all.findings().len(), all.books().len()), (0, 1));
    assert!(PREVENTED.iter().any(|it| it.label.en == "benefits outside the catalogue"));
}

#[test]
fn an_overspent_line() {
    let desk = made(&CLEAN);
    let over = claim(
        &desk,
        2,
        "UnemploymentPay",
        "2021-04-01",
        "2900.00",
        Some(("2021-04-02", "2900.00")),
        None,
    );
    let one = only(&desk, FindingKind::OverspentLine);
    assert_eq!((seqs(&one), one.day), (vec![over], on("2021-04-02")));
    assert_eq!(one.amounts[2].sum, yuan("100.00"));
    assert_eq!(one.kind.code(), "J11-1");
}

#[test]
fn a_budget_with_a_deficit_and_one_without_surplus() {
    let desk = made(&Given { benefits: "5000.00", expenditure: "5100.00", ..CLEAN });
    let one = only(&desk, FindingKind::BudgetDeficit);
    assert_eq!((one.amounts[0].sum, one.amounts[1].sum), (yuan("5000.00"), yuan("5100.00")));
    let desk = made(&Given { benefits: "4900.00", expenditure: "5000.00", ..CLEAN });
    assert_eq!(seqs(&only(&desk, FindingKind::BudgetWithoutSurplus)).len(), 1);
}

#[test]
fn expenditure_before_the_budget_was_approved() {
    let desk = made(&Given { approved_on: "2021-03-06", ..CLEAN });
    let one = only(&desk, FindingKind::SpentBeforeApproval);
    assert_eq!((one.day, one.amounts[0].sum), (on("2021-03-05"), yuan("200.00")));
    // In a book without a profile nothing asks for claims or plans, and the law still asks for a budget.
    let plain = Desk::new("MATERNITY", "2021-06-30");
    plain.bring_forward("2021-01-01", Account::Expenditure, "1000.00");
    plain.record("2021-02-01", pay("Allowance", "10.00"));
    assert_eq!(only(&plain, FindingKind::SpentBeforeApproval).amounts[0].sum, yuan("10.00"));
}

#[test]
fn collections_deposited_late() {
    let desk = made(&CLEAN);
    let received = receive_due(&desk, 4, "2021-04-01", Account::Treasury);
    let moved = desk.record("2021-04-12", transfer(Account::Treasury));
    let one = only(&desk, FindingKind::CollectionsLate);
    assert_eq!((seqs(&one), one.day), (vec![received, moved], on("2021-04-11")));
    assert_eq!((one.amounts[0].sum, one.amounts[1].sum), (yuan("100.00"), yuan("0.00")));
    // In time is the last day itself.
    let desk = made(&CLEAN);
    receive_due(&desk, 4, "2021-04-01", Account::Treasury);
    desk.record("2021-04-11", transfer(Account::Treasury));
    assert_eq!(found(&desk, half()), []);
    // Not deposited at all.
    let desk = made(&CLEAN);
    let received = receive_due(&desk, 4, "2021-04-01", Account::Treasury);
    let one = only(&desk, FindingKind::CollectionsLate);
    assert_eq!((seqs(&one), one.amounts[1].sum), (vec![received], yuan("100.00")));
}

#[test]
fn a_benefit_on_no_claim_until_it_is_reversed() {
    let desk = made(&CLEAN);
    let paid = desk.record("2021-04-01", pay("UnemploymentPay", "20.00"));
    assert_eq!(seqs(&only(&desk, FindingKind::PaymentWithoutClaim)), [paid]);
    desk.record("2021-04-02", AnyCommand::Reverse { of: paid, reason: text(REASON) });
    assert_eq!(found(&desk, half()), []);
}

#[test]
fn a_claim_paid_late() {
    let desk = made(&CLEAN);
    let paid = Some(("2021-04-12", "50.00"));
    let last = claim(&desk, 2, "UnemploymentPay", "2021-04-01", "50.00", paid, None);
    let one = only(&desk, FindingKind::ClaimLate);
    assert_eq!((one.party, seqs(&one)), (Some(party(7)), vec![last - 2, last - 1, last]));
}

#[test]
fn a_claim_that_is_not_decided() {
    let desk = made(&CLEAN);
    let filing = AnyCommand::FileClaim {
        case: Link::from_u128(2),
        person: party(7),
        kind: text("UnemploymentPay"),
        occurred_on: on("2021-04-01"),
        liable: None,
        amount: text("50.00"),
    };
    let filed = desk.record_in(2, "2021-04-01", filing);
    assert_eq!(seqs(&only(&desk, FindingKind::ClaimLate)), [filed]);
}

#[test]
fn a_claim_underpaid_and_one_unpaid() {
    let desk = made(&CLEAN);
    let paid = Some(("2021-04-02", "40.00"));
    claim(&desk, 2, "UnemploymentPay", "2021-04-01", "50.00", paid, None);
    let one = only(&desk, FindingKind::ClaimUnderpaid);
    assert_eq!((one.amounts[0].sum, one.amounts[1].sum), (yuan("50.00"), yuan("40.00")));
    let desk = made(&CLEAN);
    claim(&desk, 2, "UnemploymentPay", "2021-04-01", "50.00", None, None);
    assert_eq!(only(&desk, FindingKind::ClaimUnpaid).amounts[0].sum, yuan("50.00"));
}

#[test]
fn money_left_in_the_revenue_account() {
    let desk = made(&CLEAN);
    let received = receive_due(&desk, 4, "2021-04-28", Account::Revenue);
    desk.record("2021-05-04", transfer(Account::Revenue));
    let one = only(&desk, FindingKind::RevenueNotZero);
    assert_eq!((seqs(&one), one.day), (vec![received], on("2021-04-30")));
}

#[test]
fn interest_that_is_not_handed_over() {
    let desk = made(&CLEAN);
    let (into, amount) = (Account::Expenditure, text("4.00"));
    let interest = desk.record("2021-06-21", AnyCommand::ReceiveInterest { into, amount });
    let one = only(&desk, FindingKind::InterestHeld);
    assert_eq!((seqs(&one), one.amounts[0].sum), (vec![interest], yuan("4.00")));
}

#[test]
fn releases_without_a_plan_and_after_their_month() {
    let desk = made(&CLEAN);
    let released = desk.record("2021-04-05", release(4));
    assert_eq!(seqs(&only(&desk, FindingKind::ReleaseWithoutPlan)), [released]);
    let desk = made(&CLEAN);
    plan(&desk, 4);
    let released = desk.record("2021-05-03", release(4));
    assert_eq!(seqs(&only(&desk, FindingKind::ReleaseLate)), [released]);
}

#[test]
fn a_subsidy_short_of_the_budget() {
    let desk = made(&Given { subsidy: "1000.00", income: "6000.00", ..CLEAN });
    desk.record("2021-05-01", AnyCommand::ReceiveFiscalSubsidy { amount: text("900.00") });
    assert_eq!(found(&desk, half()), []); // the year is not over
    let found = found(&desk, year());
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!((one.kind, one.day), (FindingKind::SubsidyShort, on("2021-12-31")));
    assert_eq!(one.amounts[1].sum, yuan("900.00"));
}

#[test]
fn a_premium_without_a_due() {
    let desk = made(&CLEAN);
    let premium = AnyCommand::ReceivePremium {
        into: Account::Special,
        kind: text("Unit"),
        from: party(1),
        amount: text("5.00"),
    };
    let received = desk.record("2021-04-01", premium);
    let one = only(&desk, FindingKind::ReceiptWithoutDue);
    assert_eq!((seqs(&one), one.party), (vec![received], Some(party(1))));
}

#[test]
fn what_is_to_be_paid_back() {
    let desk = made(&CLEAN);
    let paid = Some(("2021-04-02", "50.00"));
    let payment = claim(&desk, 2, "UnemploymentPay", "2021-04-01", "50.00", paid, Some(8));
    let one = only(&desk, FindingKind::AdvanceOutstanding);
    assert_eq!((seqs(&one), one.party), (vec![payment], Some(party(8))));

    let desk = made(&CLEAN);
    let payment = claim(&desk, 2, "UnemploymentPay", "2021-04-01", "50.00", paid, None);
    let demand = AnyCommand::DemandRecovery {
        of: payment,
        from: party(7),
        amount: text("30.00"),
        instalments: 1,
        first_on: None,
        reason: text(REASON),
    };
    let demanded = desk.record("2021-05-01", demand);
    let one = only(&desk, FindingKind::RecoveryOutstanding);
    assert_eq!(seqs(&one), [payment, demanded]);
    assert_eq!(one.amounts[1].sum, yuan("30.00"));
}

/// Two books of one ledger, of which each is clean.
fn two(other: &Given) -> [Desk; 2] {
    let clock = HandClock::at(on(TODAY));
    let ledger = ledger(&clock);
    [book(&ledger, &clock, &CLEAN), book(&ledger, &clock, other)]
}

fn only_across(desk: &Desk, kind: FindingKind) -> Finding {
    let found = Findings::of_ledger(&desk.ledger, half(), None).unwrap();
    let [one] = found.findings() else { panic!("{found:?}") };
    assert_eq!(one.kind, kind, "{one:?}");
    one.clone()
}

#[test]
fn flows_between_levels_that_do_not_mirror() {
    let [city, province] = two(&Given { area: "320000", ..CLEAN });
    let (above, below) = (area("320000").unwrap(), area("320200").unwrap());
    let from = Account::Special;
    let remit = |amount| AnyCommand::RemitToSuperior { from, to: above, amount: text(amount) };
    let received = |amount| AnyCommand::ReceiveLowerRemittance {
        into: Account::Special,
        from: below,
        amount: text(amount),
    };
    city.record("2021-04-01", remit("10.00"));
    province.record("2021-04-01", received("10.00"));
    let all = Findings::of_ledger(&city.ledger, half(), None).unwrap();
    assert_eq!(all.findings(), []);
    let sent = city.record("2021-04-02", remit("50.00"));
    let got = province.record("2021-04-03", received("40.00"));
    let one = only_across(&city, FindingKind::LevelsDiffer);
    assert_eq!(one.amounts[2].sum, yuan("10.00"));
    assert_eq!(seqs(&one), [sent, got]);
    assert_ne!(one.events[0].book, one.events[1].book);
}

#[test]
fn funeral_grants_of_two_funds_for_one_person() {
    let pension = Given { fund: "ENT_PENSION", benefit: "BasicPension", ..CLEAN };
    let [unemployment, pension] = two(&pension);
    let paid = Some(("2021-04-02", "50.00"));
    let funeral =
        |desk: &Desk| claim(desk, 2, "FuneralAndSurvivors", "2021-04-01", "50.00", paid, None);
    let first = funeral(&unemployment);
    let none = Findings::of_ledger(&unemployment.ledger, half(), None).unwrap();
    assert_eq!(none.findings(), []);
    let second = funeral(&pension);
    let one = only_across(&unemployment, FindingKind::FuneralTwice);
    assert_eq!((one.party, one.events.len()), (Some(party(7)), 2));
    let mut events = seqs(&one);
    events.sort_unstable();
    let mut expected = [first, second];
    expected.sort_unstable();
    assert_eq!(events, expected);
    // What comes back was not paid.
    let amount = text("50.00");
    pension.record("2021-04-05", AnyCommand::ReturnPayment { of: second, amount });
    let left = Findings::of_ledger(&unemployment.ledger, half(), None).unwrap();
    assert_eq!(left.of_kind(FindingKind::FuneralTwice).count(), 0);
}

/// A book with some findings, for the renderings.
pub(crate) fn seeded() -> Findings {
    let desk = made(&CLEAN);
    desk.record("2021-04-01", pay("UnemploymentPay", "20.00"));
    receive_due(&desk, 4, "2021-04-01", Account::Treasury);
    Findings::of_book(&desk.book, half(), Knowledge::Now).unwrap()
}

#[test]
fn codes_are_told_apart() {
    for (place, kind) in FindingKind::ALL.iter().enumerate() {
        assert!(FindingKind::ALL.iter().skip(place + 1).all(|it| it.code() != kind.code()));
        assert!(!kind.article().zh.is_empty());
    }
    let shown = serde_json::to_value(FindingKind::FuneralTwice).unwrap();
    assert_eq!((&shown["code"], &shown["weight"]), (&"L49-1".into(), &"breach".into()));
}

#[test]
fn a_fund_of_another_law_is_judged_by_its_profile() {
    let desk = Desk::new("TEST_LENDING", "2021-06-30");
    desk.bring_forward("2021-01-01", Account::Expenditure, "1000.00");
    desk.record("2021-02-01", pay("Pension", "10.00"));
    assert_eq!(found(&desk, half()), []);
    let flagged = "[[requirement]]\nwhat = \"budget_before_payment\"\nstrength = \"flag\"\n\
                   from = 2000-01-01\nsource = \"a test\"\n";
    desk.adopt("2021-03-01", "Other", flagged);
    desk.record("2021-03-02", pay("Pension", "20.00"));
    assert_eq!(only(&desk, FindingKind::SpentBeforeApproval).amounts[0].sum, yuan("20.00"));
}
