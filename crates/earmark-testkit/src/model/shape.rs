//! Whether a line can be said in a book at all: the closed lists of its fund, the fields of a matter, the
//! texts and events that it names (INV-02, INV-08, INV-10; docs/format.md, "Matters").

use earmark_core::account::Account::{self, Investment, Special};
use earmark_core::command::AnyCommand;
use earmark_core::fund::{FundSpec, PurposeSpec};
use earmark_core::id::Link;

use super::Broken;
use super::asked::Asked;
use super::sums::{self, minor};
use super::{flows, taking_back, trail};
use crate::history::Line;

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let (command, fund) = (asked.command(), asked.book.fund);
    let unreadable = sums::all(command).into_iter().any(|text| minor(text, fund).is_none());
    if unreadable || flows::moves_money(command) && sums::main(command, fund) == Some(0) {
        broken.insert("range");
    } else if !fields_fit(command, fund) {
        broken.insert("closed-list");
    }
    if matches!(command, AnyCommand::AdoptProfile { profile } if profile.is_empty() || profile.len() > 60_000)
    {
        broken.insert("text-fits");
    }
    if texts(command).into_iter().any(|text| !asked.book.knows(text)) {
        broken.insert("voucher-complete");
    }
    if !names_are_listed(command, fund) || !fund_may(command, fund) {
        broken.insert("closed-list");
    }
    trail::shape(asked, broken);
    if let Some(seq) = taking_back::original(command) {
        // An original is an event of an earlier commit, of a kind that can be taken back.
        let original = asked.original.filter(|_| seq <= asked.recorded as u64);
        let fits = original.is_some_and(|it| taking_back::may_be_taken_back(command, it));
        if !fits {
            broken.insert("original-fits");
            return;
        }
    }
    let late = asked.original.is_some_and(|of| asked.line.on.year() > of.on.year());
    if !flows::is_lawful(command, late) {
        broken.insert("closed-list");
    }
}

/// The case of a line: that of its claim goes before the one that its voucher names.
pub(super) fn case_of(line: &Line) -> Option<Link> {
    match &line.command {
        AnyCommand::FileClaim { case, .. }
        | AnyCommand::VerifyClaim { case, .. }
        | AnyCommand::RefuseClaim { case, .. } => Some(*case),
        _ => line.link,
    }
}

/// A command in one spelling: its sums without what may be left out, and no second name for what is paid
/// out of the special account.
pub(super) fn plain(command: &AnyCommand, fund: &FundSpec) -> String {
    let command = match command.clone() {
        AnyCommand::PayBenefit { from: Special, kind, to, amount } => {
            AnyCommand::SettleDirectly { kind, to, amount }
        }
        // A case is the voucher's as well as the command's; that is compared beside it.
        other => other,
    };
    let sums: Vec<_> = sums::all(&command).into_iter().map(|text| minor(text, fund)).collect();
    let mut words = serde_json::to_value(&command).unwrap_or_default();
    for name in
        ["amount", "base", "on", "income", "expenditure", "gave", "value", "equities", "limit"]
    {
        let late_fee = matches!(command, AnyCommand::ChargeLateFee { .. });
        if (name != "on" || late_fee)
            && let Some(text) = words.get_mut(name)
        {
            *text = serde_json::Value::Null;
        }
    }
    format!("{words} {sums:?}")
}

/// Reasons, findings and names: texts that have to be registered.
fn texts(command: &AnyCommand) -> Option<&String> {
    use AnyCommand as C;
    match command {
        C::Reverse { reason, .. }
        | C::ReopenPeriod { reason, .. }
        | C::CorrectDue { reason, .. }
        | C::RefuseClaim { reason, .. }
        | C::StopBenefit { reason, .. }
        | C::ResumeBenefit { reason, .. }
        | C::EndProvider { reason, .. }
        | C::DemandRecovery { reason, .. }
        | C::WaiveRecovery { reason, .. }
        | C::AdjustBudgetLine { reason, .. }
        | C::ApproveAdjustments { reason, .. }
        | C::DrawReserve { reason, .. }
        | C::TakeShortfallStep { finding: reason, .. }
        | C::AuthoriseLoan { authorisation: reason, .. } => Some(reason),
        C::ApproveBudget { deficit_reason, .. } => deficit_reason.as_ref(),
        _ => None,
    }
}

/// Whether a matter has what it must have: an amount, a number, days in their order.
fn fields_fit(command: &AnyCommand, fund: &FundSpec) -> bool {
    use AnyCommand as C;
    let stated = |text: &str| minor(text, fund) != Some(0);
    match command {
        C::ClosePeriod { first, last } | C::ReopenPeriod { first, last, .. } => first <= last,
        C::AuthoriseLoan { limit, from, until, .. } => stated(limit) && from <= until,
        C::DeclarePremium { persons, .. } | C::VerifyPremium { persons, .. } => *persons > 0,
        C::ChargeLateFee { on, from, until, amount, .. } => {
            stated(on) && stated(amount) && from <= until
        }
        C::VerifyClaim { amount, instalments, .. } => stated(amount) && *instalments > 0,
        C::AgreeProvider { from, until, .. } => until.is_none_or(|until| *from <= until),
        C::DemandRecovery { of, amount, instalments, .. } => {
            *of > 0 && stated(amount) && *instalments > 0
        }
        C::WaiveRecovery { of, amount, .. } => *of > 0 && stated(amount),
        C::AssessPremium { amount, .. }
        | C::FileClaim { amount, .. }
        | C::ApproveUsePlan { amount, .. }
        | C::SetReserveAside { amount }
        | C::DrawReserve { amount, .. } => stated(amount),
        C::DraftBudgetLine { year, .. }
        | C::AdjustBudgetLine { year, .. }
        | C::ApproveBudget { year, .. }
        | C::ApproveAdjustments { year, .. } => *year > 0,
        C::TakeShortfallStep { step, .. } => *step > 0,
        C::ReportInvestment { value, .. } => stated(value),
        C::ReceiveLoan { under, .. }
        | C::RepayLoan { under, .. }
        | C::MakeLoan { under, .. }
        | C::ReceiveRepayment { under, .. } => *under > 0,
        _ => true,
    }
}

/// Whether each purpose and line that is named stands in its closed list.
fn names_are_listed(command: &AnyCommand, fund: &FundSpec) -> bool {
    use AnyCommand as C;
    match command {
        C::ReceivePremium { kind, .. }
        | C::ReceiveDuePremium { kind, .. }
        | C::DeclarePremium { kind, .. }
        | C::VerifyPremium { kind, .. }
        | C::AssessPremium { kind, .. }
        | C::CorrectDue { kind, .. }
        | C::ChargeLateFee { kind, .. } => has(fund.premiums(), kind),
        C::PayBenefit { kind, .. }
        | C::SettleDirectly { kind, .. }
        | C::SettleAcrossProvinces { kind, .. }
        | C::FileClaim { kind, .. }
        | C::StopBenefit { kind, .. }
        | C::ResumeBenefit { kind, .. } => has(fund.benefits(), kind),
        C::PayStateUse { kind, .. } => has(fund.state_uses(), kind),
        C::DraftBudgetLine { line, .. } | C::AdjustBudgetLine { line, .. } => {
            LINES.contains(&line.as_str())
        }
        _ => true,
    }
}

fn has<I>(list: &[PurposeSpec<I>], name: &str) -> bool {
    list.iter().any(|purpose| purpose.name == name)
}

/// The lines of a budget: the items of the Budget Law Implementing Regulations art 16.
const LINES: [&str; 20] = [
    "income_premium",
    "income_collective_subsidy",
    "income_fiscal_subsidy",
    "income_interest",
    "income_investment_return",
    "income_transfer_in",
    "income_superior_subsidy",
    "income_lower_remittance",
    "income_other",
    "expenditure_benefit",
    "expenditure_critical_illness_insurance",
    "expenditure_capacity_appraisal",
    "expenditure_injury_prevention",
    "expenditure_job_stabilisation",
    "expenditure_skill_upgrading",
    "expenditure_transfer_out",
    "expenditure_superior_remittance",
    "expenditure_lower_subsidy",
    "expenditure_other",
    "expenditure_administration",
];

/// What a fund may do at all.
fn fund_may(command: &AnyCommand, fund: &FundSpec) -> bool {
    use AnyCommand as C;
    let investment = |account: &Account| *account != Investment || fund.invests();
    match command {
        C::ReceiveInvestmentReturn { .. }
        | C::PlaceInvestment { .. }
        | C::RedeemInvestment { .. }
        | C::AccrueInvestmentGain { .. }
        | C::AccrueInvestmentLoss { .. }
        | C::ChargeInvestmentFee { .. }
        | C::ReportInvestment { .. } => fund.invests(),
        C::OpenAccount { account }
        | C::CloseAccount { account }
        | C::BringForward { into: account, .. }
        | C::ReorganiseOut { from: account, .. }
        | C::ReorganiseIn { into: account, .. } => investment(account),
        C::SettleAcrossProvinces { .. } => fund.settles_across_provinces(),
        C::SettleDirectly { .. } | C::PayBenefit { from: Special, .. } => fund.settles_directly(),
        C::ReceiveTransferIn { .. } | C::ReturnTransferIn { .. } | C::PayTransferOut { .. } => {
            fund.transfers()
        }
        // INV-27: no Chinese fund lends or borrows.
        C::AuthoriseLoan { .. }
        | C::ReceiveLoan { .. }
        | C::RepayLoan { .. }
        | C::MakeLoan { .. }
        | C::ReceiveRepayment { .. } => fund.borrows(),
        _ => true,
    }
}
