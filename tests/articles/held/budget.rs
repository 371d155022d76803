//! Budgets and use plans over several days and commands.

use earmark_core::account::ExpenditureAccount;
use earmark_core::command::{AnyCommand, ApproveUsePlan, PayBenefit, Release, TakeShortfallStep};
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit as Benefit};

use crate::office::*;

type Injury = Office<WorkInjury>;

fn any_payment(amount: &str) -> AnyCommand {
    AnyCommand::PayBenefit {
        from: earmark_core::account::Account::Expenditure,
        kind: "Medical".to_owned(),
        to: party(7),
        amount: amount.to_owned(),
    }
}

fn paid_on(office: &Injury, days: &[&str]) -> Result<Receipt, Error> {
    let drafts: Vec<_> =
        days.iter().map(|day| (office.voucher(AGENCY, day), any_payment("1"))).collect();
    office.book.record_any(office.key(), &drafts)
}

#[test]
fn each_payment_of_a_commit_rests_on_the_budget_of_its_own_day() {
    // The budget of 2021 is approved on its first day, that of 2022 not at all.
    let office = Injury::jiangsu().with_money().released("2021-03-01", "500000");
    let office = office.with_budget(2020);
    paid_on(&office, &["2021-03-02", "2021-03-03"]).unwrap();
    refused(paid_on(&office, &["2021-03-02", "2022-01-01"]))
        .is("budget-approved", &["the budget of 2022 is not approved"]);
    refused(paid_on(&office, &["2022-01-01", "2021-03-02"]))
        .is("budget-approved", &["the budget of 2022 is not approved"]);
    office.is_sound();
}

#[test]
fn a_later_payment_of_a_commit_does_not_lend_its_budget_to_an_earlier_day() {
    let office = Injury::jiangsu();
    let amount = yuan("1000000");
    office.ok(
        AGENCY,
        "2021-01-01",
        earmark_core::command::BringForward { into: ExpenditureAccount, amount },
    );
    let line = earmark_core::register::BudgetLine::Expenditure(
        earmark_core::fund::ExpenditureItem::Benefit,
    );
    let draft = earmark_core::command::DraftBudgetLine::<WorkInjury> {
        year: 2021,
        line,
        amount: yuan("0"),
    };
    office.ok(AGENCY, "2021-01-10", draft);
    let approval = earmark_core::command::ApproveBudget::<WorkInjury> {
        year: 2021,
        income: yuan("0"),
        expenditure: yuan("0"),
        deficit_reason: None,
    };
    office.ok(CONGRESS, "2021-01-10", approval);
    refused(paid_on(&office, &["2021-02-01", "2021-01-05"])).is(
        "budget-approved",
        &["the budget of 2021 is approved from 2021-01-10 on, not on 2021-01-05"],
    );
    paid_on(&office, &["2021-02-01", "2021-01-10"]).unwrap();
    office.is_sound();
}

#[test]
fn a_use_plan_is_approved_in_the_year_before_its_month_at_the_earliest() {
    let office = Injury::jiangsu().with_money();
    let plan = |text: &str| ApproveUsePlan::<WorkInjury> { month: month(text), amount: yuan("5") };
    office
        .no(FINANCE, "2021-12-31", plan("2023-01"))
        .is("use-plan", &["the use plan of 2023-01 is not approved as early as 2021-12-31"]);
    office.ok(FINANCE, "2021-12-31", plan("2022-01"));
    office.ok(FINANCE, "2021-01-01", plan("2022-12"));
    office.is_sound();
}

#[test]
fn a_use_plan_may_be_cut_to_what_is_released_and_no_further() {
    let office = Injury::jiangsu().with_money();
    let plan =
        |text: &str| ApproveUsePlan::<WorkInjury> { month: month("2021-03"), amount: yuan(text) };
    office.ok(FINANCE, "2021-03-01", plan("500"));
    let release = Release { plan: month("2021-03"), amount: yuan("300") };
    office.ok(AGENCY, "2021-03-02", release);
    office
        .no(FINANCE, "2021-03-03", plan("299.99"))
        .is("use-plan", &["300.00 is released", "it cannot have 299.99"]);
    office.ok(FINANCE, "2021-03-03", plan("300"));
    office
        .no(AGENCY, "2021-03-04", Release { amount: yuan("0.01"), ..release })
        .is("use-plan", &["has 300.00, 300.00 is released"]);
    office.is_sound();
}

#[test]
fn a_payment_may_be_of_all_that_the_account_holds() {
    let office = Injury::jiangsu().with_money().released("2021-03-01", "500000");
    let all = PayBenefit {
        from: ExpenditureAccount,
        kind: Benefit::Medical,
        to: party(7),
        amount: yuan("500000"),
    };
    office.ok(AGENCY, "2021-03-02", all);
    office.is_sound();
}

#[test]
fn what_a_step_of_the_ladder_gave_stays_a_sum_of_money() {
    let office = Injury::jiangsu().with_money();
    let finding = office.text("looked at");
    let step = |gave: &str| TakeShortfallStep::<WorkInjury> {
        in_year_of: on("2021-03-01"),
        step: 1,
        gave: yuan(gave),
        finding,
    };
    office.ok(FINANCE, "2021-03-01", step("999999999999999.98"));
    office.no(FINANCE, "2021-03-01", step("0.02")).is("range", &["999,999,999,999,999.99"]);
    office.ok(FINANCE, "2021-03-01", step("0.01"));
    office.is_sound();
}
