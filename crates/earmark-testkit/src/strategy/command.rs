//! Commands of the dynamic door: every one that there is, for any fund, valid and invalid.
//!
//! They name few parties, cases, months and events, so that they meet each other, and mostly what the fund
//! knows. Whether a book takes them is another matter: see [`history`](super::history) for commands that follow
//! from each other.

use earmark_core::account::Account::{self, Expenditure, Investment, Revenue, Special, Treasury};
use earmark_core::command::AnyCommand;
use earmark_core::event::OtherIncome;
use earmark_core::fund::FundSpec;
use earmark_core::id::{Link, Party};
use earmark_core::register::BudgetLine;
use earmark_core::time::{Day, Month, day};
use serde_json::Value;

use super::amount::{in_major, in_minor, simpler_minors, small, text};
use super::day::days_of;
use super::dice::Dice;
use super::law::{laws_for, roll_law};
use super::name::area;
use super::rolled::{Rolled, Simpler};
use super::setting::{Setting, month, part, party};
use crate::history::TEXTS;

/// Commands for a fund's book. They shrink to small round amounts, party 1, one person, one instalment.
///
/// ```
/// use earmark_core::command::AnyCommand;
/// use earmark_core::fund::{Fund, WorkInjury};
/// use earmark_testkit::strategy::command::{commands, pasted};
/// use proptest::prelude::*;
///
/// proptest!(|(command in commands(WorkInjury::SPEC))| {
///     // What a test prints can be pasted into the next one.
///     let json = serde_json::to_string(&command)?;
///     prop_assert!(pasted(&command).contains(&json));
///     prop_assert_eq!(serde_json::from_str::<AnyCommand>(&json)?, command);
/// });
/// ```
pub fn commands(fund: &'static FundSpec) -> Rolled<AnyCommand> {
    Rolled::new(move |dice| roll(dice, Setting { fund, area: area(320_100), law: None }).command)
}

/// The expression that makes a command, to paste into a test.
///
/// # Panics
/// Never: every command has a JSON form.
#[must_use]
pub fn pasted(command: &AnyCommand) -> String {
    let json = serde_json::to_string(command).unwrap();
    format!("serde_json::from_str::<AnyCommand>(r##\"{json}\"##)?")
}

/// A command, with what its voucher should say of it.
#[derive(Clone, Debug)]
pub(super) struct Proposed {
    pub(super) command: AnyCommand,
    pub(super) actor: &'static str,
    pub(super) link: Option<Link>,
}

/// Any command.
pub(super) fn roll(dice: &mut Dice<'_>, setting: Setting<'_>) -> Proposed {
    let command = match dice.below(40) {
        0..12 => income(dice, setting),
        12..18 => internal(dice),
        18..25 => spending(dice, setting),
        25..31 => correction(dice),
        31..33 => account_change(dice),
        33..36 => premium_matter(dice, setting),
        36..38 => claim_matter(dice, setting),
        38 => plan_matter(dice),
        _ => rare(dice, setting),
    };
    let link = dice.once_in(12).then(|| case(dice));
    Proposed { actor: actor(dice, setting, &command), link, command }
}

/// Mostly the office that may do it.
pub(super) fn actor(
    dice: &mut Dice<'_>,
    setting: Setting<'_>,
    command: &AnyCommand,
) -> &'static str {
    use AnyCommand as C;
    let act = match command {
        C::AdoptProfile { .. } => "adopt_profile",
        C::ApproveBudget { .. } => "approve_budget",
        C::AdjustBudgetLine { .. } | C::ApproveAdjustments { .. } => "adjust_budget",
        C::ReopenPeriod { .. } => "reopen_period",
        C::WaiveRecovery { .. } => "waive_recovery",
        C::ApproveUsePlan { .. } => "approve_use_plan",
        C::AuthoriseLoan { .. } => "grant_authorisation",
        C::DrawReserve { .. } => "draw_reserve",
        C::ReorganiseIn { .. } | C::ReorganiseOut { .. } => "reorganise",
        C::CorrectDue { .. } => "correct_due",
        C::OpenAccount { .. } => "open_account",
        _ => "",
    };
    if act.is_empty() && !dice.once_in(24) {
        return "agency";
    }
    setting.office(dice, act, day("2021-06-30").unwrap())
}

/// One of the accounts that fit, or, now and then, any.
fn account(dice: &mut Dice<'_>, fitting: &[Account]) -> Account {
    if dice.once_in(32) { dice.one(&Account::ALL) } else { dice.one(fitting) }
}

fn anybody(dice: &mut Dice<'_>) -> Party {
    party(u128::from(small(dice, 6)))
}

pub(super) fn case(dice: &mut Dice<'_>) -> Link {
    Link::from_u128(u128::from(small(dice, 4)))
}

/// Mostly a registered text.
fn reason(dice: &mut Dice<'_>) -> String {
    if dice.once_in(24) { "never registered".to_owned() } else { dice.one(&TEXTS).to_owned() }
}

fn some_day(dice: &mut Dice<'_>) -> Day {
    dice.rolled(days_of(2021, 2021))
}

fn account_change(dice: &mut Dice<'_>) -> AnyCommand {
    let account = dice.one(&Account::ALL);
    match dice.below(4) {
        0 => AnyCommand::OpenAccount { account },
        1 => AnyCommand::CloseAccount { account },
        _ => AnyCommand::BringForward { into: account, amount: text(dice) },
    }
}

fn income(dice: &mut Dice<'_>, setting: Setting<'_>) -> AnyCommand {
    let amount = text(dice);
    let held = account(dice, &[Revenue, Special]);
    let earning = account(dice, &[Revenue, Expenditure, Special]);
    let from = setting.other_area(dice);
    match dice.below(13) {
        0..4 => AnyCommand::ReceivePremium {
            into: account(dice, &[Treasury, Revenue, Special]),
            kind: setting.premium(dice),
            from: anybody(dice),
            amount,
        },
        4 | 5 => AnyCommand::ReceiveFiscalSubsidy { amount },
        6 => AnyCommand::ReceiveInterest { into: earning, amount },
        7 => AnyCommand::ReceiveInvestmentReturn { amount },
        8 => AnyCommand::ReceiveTransferIn { into: held, person: anybody(dice), from, amount },
        9 => AnyCommand::ReceiveSuperiorSubsidy { into: earning, from, amount },
        10 => AnyCommand::ReceiveLowerRemittance { into: held, from, amount },
        11 => AnyCommand::ReceiveDuePremium {
            into: account(dice, &[Treasury, Revenue, Special]),
            kind: setting.premium(dice),
            from: anybody(dice),
            month: month(dice),
            amount,
        },
        _ => AnyCommand::ReceiveOtherIncome {
            into: held,
            kind: dice.one(&[
                OtherIncome::LateFee,
                OtherIncome::BreachMoney,
                OtherIncome::Donation,
                OtherIncome::Approved,
            ]),
            from: anybody(dice),
            amount,
        },
    }
}

fn internal(dice: &mut Dice<'_>) -> AnyCommand {
    let amount = text(dice);
    match dice.below(9) {
        0 | 1 => {
            AnyCommand::TransferCollections { from: account(dice, &[Treasury, Revenue]), amount }
        }
        2..5 => AnyCommand::Release { plan: month(dice), amount },
        5 => AnyCommand::HandOverInterest { amount },
        6 => AnyCommand::PlaceInvestment { amount },
        7 => AnyCommand::RedeemInvestment { amount },
        _ => match dice.below(3) {
            0 => AnyCommand::AccrueInvestmentGain { amount },
            1 => AnyCommand::AccrueInvestmentLoss { amount },
            _ => AnyCommand::ChargeInvestmentFee { amount },
        },
    }
}

fn spending(dice: &mut Dice<'_>, setting: Setting<'_>) -> AnyCommand {
    let (amount, to) = (text(dice), anybody(dice));
    let from = account(dice, &[Expenditure, Expenditure, Special]);
    match dice.below(12) {
        0..4 => AnyCommand::PayBenefit {
            from: account(dice, &[Expenditure]),
            kind: setting.benefit(dice),
            to,
            amount,
        },
        4 | 5 => AnyCommand::SettleDirectly { kind: setting.benefit(dice), to, amount },
        6 => {
            let treated_in = setting.other_area(dice);
            let kind = setting.benefit(dice);
            AnyCommand::SettleAcrossProvinces { kind, to, treated_in, amount }
        }
        7 => AnyCommand::PayStateUse { kind: setting.state_use(dice), to, amount },
        8 | 9 => AnyCommand::PayTransferOut { person: to, to: setting.other_area(dice), amount },
        10 => AnyCommand::RemitToSuperior { from, to: setting.other_area(dice), amount },
        _ => AnyCommand::SubsidiseLower { from, to: setting.other_area(dice), amount },
    }
}

/// Which event it refers to, 0, is settled by who brings it.
fn correction(dice: &mut Dice<'_>) -> AnyCommand {
    let amount = if dice.once_in(12) { text(dice) } else { in_major(small(dice, 9_000)) };
    let held = account(dice, &[Revenue, Special]);
    let of = if dice.once_in(64) { u64::MAX } else { 0 };
    match dice.below(14) {
        0..3 => AnyCommand::ReturnPayment { of, amount },
        3..6 => {
            let into = account(dice, &[Expenditure, Expenditure, Revenue, Special]);
            AnyCommand::RecoverBenefit { of, from: anybody(dice), into, amount }
        }
        6 => AnyCommand::ReturnTransferIn { of, from: held, amount },
        7 | 8 => AnyCommand::RefundPremium { of, from: held, amount },
        9 => AnyCommand::DemandRecovery {
            of,
            from: anybody(dice),
            amount,
            instalments: u32::try_from(dice.between(0, 3)).unwrap(),
            first_on: dice.once_in(2).then(|| some_day(dice)),
            reason: reason(dice),
        },
        10 => AnyCommand::WaiveRecovery { of, amount, reason: reason(dice) },
        _ => AnyCommand::Reverse { of, reason: reason(dice) },
    }
}

fn premium_matter(dice: &mut Dice<'_>, setting: Setting<'_>) -> AnyCommand {
    let month = month(dice);
    let mut levy = setting.levy(dice, month);
    if dice.once_in(8) {
        levy.amount += 1;
    }
    let (payer, kind, persons) = (levy.payer, levy.kind, levy.persons);
    let (base, amount) = (in_major(levy.base), in_major(levy.amount));
    match dice.below(6) {
        0 | 1 => AnyCommand::DeclarePremium { payer, kind, month, persons, base, amount },
        2 => AnyCommand::VerifyPremium { payer, kind, month, persons, base, amount },
        3 => AnyCommand::AssessPremium { payer, kind, month, amount },
        4 => {
            let reason = reason(dice);
            AnyCommand::CorrectDue { payer, kind, month, persons, base, amount, reason }
        }
        _ => {
            let from = some_day(dice);
            let days = i32::try_from(dice.between(0, 40)).unwrap();
            let until = Day::from_days(from.days() + days).unwrap();
            let amount = in_major(setting.late_fee(levy.amount, from, until));
            let on = in_major(levy.amount);
            AnyCommand::ChargeLateFee { payer, kind, month, on, from, until, amount }
        }
    }
}

fn claim_matter(dice: &mut Dice<'_>, setting: Setting<'_>) -> AnyCommand {
    let (case, from) = (case(dice), some_day(dice));
    let person = anybody(dice);
    match dice.below(8) {
        0 | 1 => AnyCommand::FileClaim {
            case,
            person,
            kind: setting.benefit(dice),
            occurred_on: from,
            liable: dice.once_in(4).then(|| anybody(dice)),
            amount: text(dice),
        },
        2 => AnyCommand::VerifyClaim {
            case,
            amount: text(dice),
            payable_from: from,
            instalments: u32::try_from(dice.between(0, 4)).unwrap(),
        },
        3 => AnyCommand::RefuseClaim { case, reason: reason(dice) },
        4 => {
            let kind = setting.benefit(dice);
            AnyCommand::StopBenefit { person, kind, from, reason: reason(dice) }
        }
        5 => {
            let kind = setting.benefit(dice);
            AnyCommand::ResumeBenefit { person, kind, from, reason: reason(dice) }
        }
        6 => {
            let until = dice.once_in(2).then(|| some_day(dice));
            AnyCommand::AgreeProvider { provider: person, from, until }
        }
        _ => AnyCommand::EndProvider { provider: person, from, reason: reason(dice) },
    }
}

fn plan_matter(dice: &mut Dice<'_>) -> AnyCommand {
    let lines: Vec<_> = BudgetLine::all().collect();
    let line = if dice.once_in(24) { "income_fines" } else { dice.one(&lines).key() }.to_owned();
    let year = dice.one(&[2021, 2021, 2021, 2022, 2020, 2023, 0, u16::MAX]);
    let amount = text(dice);
    match dice.below(9) {
        0 | 1 => AnyCommand::DraftBudgetLine { year, line, amount },
        2 => AnyCommand::ApproveBudget {
            year,
            income: amount.clone(),
            expenditure: if dice.once_in(2) { amount } else { text(dice) },
            deficit_reason: dice.once_in(2).then(|| reason(dice)),
        },
        3 => AnyCommand::AdjustBudgetLine { year, line, amount, reason: reason(dice) },
        4 => AnyCommand::ApproveAdjustments { year, reason: reason(dice) },
        5 => AnyCommand::ApproveUsePlan { month: month(dice), amount },
        6 => AnyCommand::TakeShortfallStep {
            in_year_of: some_day(dice),
            step: u32::try_from(dice.between(0, 4)).unwrap(),
            gave: amount,
            finding: reason(dice),
        },
        7 => AnyCommand::SetReserveAside { amount },
        _ => AnyCommand::DrawReserve { amount, reason: reason(dice) },
    }
}

fn rare(dice: &mut Dice<'_>, setting: Setting<'_>) -> AnyCommand {
    let amount = text(dice);
    let other = setting.other_area(dice);
    match dice.below(12) {
        0 => AnyCommand::AdoptProfile { profile: profile(dice, setting) },
        1 | 2 => {
            let (first, last) = closing(dice);
            AnyCommand::ClosePeriod { first, last }
        }
        3 => {
            let (first, last) = closing(dice);
            AnyCommand::ReopenPeriod { first, last, reason: reason(dice) }
        }
        4 => {
            let account = dice.one(&[Treasury, Revenue, Special, Expenditure, Investment]);
            if dice.once_in(2) {
                AnyCommand::ReorganiseOut { from: account, to: other, amount }
            } else {
                AnyCommand::ReorganiseIn { into: account, from: other, amount }
            }
        }
        5 => AnyCommand::AuthoriseLoan {
            authorisation: dice.one(&["relief-act", "harvest-act", "found", "unheard-of"]).into(),
            limit: amount,
            from: day("2021-01-01").unwrap(),
            until: day("2021-12-31").unwrap(),
            repay_by: day("2022-12-31").unwrap(),
        },
        6 => match dice.below(4) {
            0 => AnyCommand::ReceiveLoan { under: 0, amount },
            1 => AnyCommand::RepayLoan { under: 0, amount },
            2 => AnyCommand::MakeLoan { under: 0, amount },
            _ => AnyCommand::ReceiveRepayment { under: 0, amount },
        },
        7 => plan_matter(dice),
        8 => account_change(dice),
        10 => AnyCommand::AttestRoll { closing: 0 },
        11 => bound(dice),
        _ => {
            let value = small(dice, 20_000);
            let equities = part(value, u32::try_from(dice.between(0, 1_000_000)).unwrap());
            AnyCommand::ReportInvestment {
                on: some_day(dice),
                value: in_major(value),
                equities: in_major(equities),
            }
        }
    }
}

/// Detail of a party, of an event, or of both, now and then of neither or with no commitment.
pub(super) fn bound(dice: &mut Dice<'_>) -> AnyCommand {
    let of = dice.below(8);
    let party = (of < 7 && of != 3).then(|| anybody(dice));
    let event = (3..7).contains(&of).then_some(0);
    let byte = small(dice, 255);
    let commitment = match dice.below(24) {
        0 => "AB".repeat(32),
        1 => "ab".repeat(31),
        _ => format!("{byte:02x}").repeat(32),
    };
    AnyCommand::BindDetail { party, event, commitment }
}

/// A month of 2021, a quarter, the year, or days that are no period.
fn closing(dice: &mut Dice<'_>) -> (Day, Day) {
    let first = month(dice);
    let long = dice.one(&[0, 0, 0, 0, 2, 11]);
    let last = Month::new(2021, (first.number() + long).min(12)).unwrap();
    let end = last.last_day();
    if dice.once_in(16) {
        (first.first_day(), end.next().unwrap_or(end))
    } else {
        (first.first_day(), end)
    }
}

/// The text of a profile: one for the book, one of another fund, area or law, one that is none.
pub(super) fn profile(dice: &mut Dice<'_>, setting: Setting<'_>) -> String {
    match dice.below(10) {
        0 => {
            let mut law = roll_law(dice, setting.fund);
            law.area = Some(area(330_000));
            law.to_profile_text()
        }
        1 => roll_law(dice, fund_of_another_law(setting)).to_profile_text(),
        2 => "no profile".to_owned(),
        3 => {
            let mut law = roll_law(dice, setting.fund);
            law.clauses.extend(law.clauses.first().cloned());
            law.to_profile_text()
        }
        _ => dice.rolled(laws_for(setting.fund)).to_profile_text(),
    }
}

/// Another fund than the book's, of another law.
fn fund_of_another_law(setting: Setting<'_>) -> &'static FundSpec {
    use earmark_core::fund::{Fund, WorkInjury};
    if setting.fund.borrows() { WorkInjury::SPEC } else { super::fund::TOWN[0] }
}

/// Field by field, by its JSON.
impl Simpler for AnyCommand {
    type Change = Self;

    fn changes(&self) -> Vec<Self> {
        let Ok(Value::Object(fields)) = serde_json::to_value(self) else { return Vec::new() };
        let of_field = |(name, value): (&String, &Value)| {
            let with = |simpler: Value| {
                let mut fields = fields.clone();
                fields.insert(name.clone(), simpler);
                serde_json::from_value(Value::Object(fields)).ok()
            };
            simpler_values(name, value).into_iter().filter_map(with).collect::<Vec<_>>()
        };
        fields.iter().flat_map(of_field).collect()
    }

    fn with(&self, change: &Self) -> Self {
        change.clone()
    }
}

fn simpler_values(name: &str, value: &Value) -> Vec<Value> {
    let one = Party::from_u128(1);
    match value {
        Value::String(_) if name == "commitment" => Vec::new(),
        Value::String(text) => {
            if let Some(minor) = in_minor(text) {
                let simpler = simpler_minors(minor).into_iter().filter(|it| *it > 0);
                return simpler.map(|minor| in_major(minor).into()).collect();
            }
            let is_party =
                matches!(name, "payer" | "person" | "from" | "to" | "provider" | "liable" | "case");
            match serde_json::to_value(one) {
                Ok(one) if is_party && text.len() == 36 && *value != one => vec![one],
                _ => Vec::new(),
            }
        }
        Value::Number(number) if matches!(name, "persons" | "instalments" | "step") => {
            if number.as_u64() > Some(1) { vec![1.into()] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}
