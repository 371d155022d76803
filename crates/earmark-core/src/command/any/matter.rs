//! The dynamic door to matters, and to the money that rests on them.

use super::{AnyCommand, AnyCommandError, minor, named};
use crate::account::Account;
use crate::command::batch::{Request, about, request};
use crate::command::law::yyyymmdd;
use crate::command::time::adoption;
use crate::decide::Past;
use crate::event::{Detail, Kind};
use crate::fund::FundSpec;
use crate::id::Party;
use crate::register::BudgetLine;
use crate::time::Month;

impl AnyCommand {
    pub(super) fn matter_request(
        &self,
        fund: &'static FundSpec,
        past: &impl Past,
    ) -> Result<Request, AnyCommandError> {
        let money = |text: &str| minor(text, fund.currency());
        let reason = |text: &str| {
            past.text_number(text)?
                .ok_or_else(|| AnyCommandError::NoSuchText { text: text.to_owned() })
        };
        let premium = |name: &str| named(fund.premiums(), name);
        let benefit = |name: &str| named(fund.benefits(), name);
        let loan = |kind, under: u64, amount: &str| {
            Ok(request(kind, Account::Special, money(amount)?).detail(Detail::Under(under)))
        };
        let invested = |kind, amount: &str| Ok(request(kind, Account::Investment, money(amount)?));
        let due = |kind, payer: Party, list: &str, month: Month, amount: &str| {
            Ok::<_, AnyCommandError>(
                about(kind, money(amount)?)
                    .purpose(premium(list)?)
                    .party(payer)
                    .matter(|matter| matter.from = Some(month.first_day())),
            )
        };
        match self {
            Self::AccrueInvestmentGain { amount } => invested(Kind::InvestmentGained, amount),
            Self::AccrueInvestmentLoss { amount } => invested(Kind::InvestmentLost, amount),
            Self::ChargeInvestmentFee { amount } => invested(Kind::InvestmentFeeCharged, amount),
            Self::ReorganiseOut { from, to, amount } => {
                Ok(request(Kind::ReorganisedOut, *from, money(amount)?).detail(Detail::Area(*to)))
            }
            Self::ReorganiseIn { into, from, amount } => {
                Ok(request(Kind::ReorganisedIn, *into, money(amount)?).detail(Detail::Area(*from)))
            }
            Self::ReceiveLoan { under, amount } => loan(Kind::LoanReceived, *under, amount),
            Self::RepayLoan { under, amount } => loan(Kind::LoanRepaid, *under, amount),
            Self::MakeLoan { under, amount } => loan(Kind::LoanMade, *under, amount),
            Self::ReceiveRepayment { under, amount } => {
                loan(Kind::LoanRepaymentReceived, *under, amount)
            }
            Self::ReceiveDuePremium { into, kind, from, month, amount } => {
                Ok(request(Kind::PremiumReceived, *into, money(amount)?)
                    .purpose(premium(kind)?)
                    .party(*from)
                    .detail(Detail::Owed(*month)))
            }
            Self::AdoptProfile { profile } => Ok(adoption(profile)),
            Self::ClosePeriod { first, last } => Ok(about(Kind::PeriodClosed, 0)
                .matter(|matter| (matter.from, matter.until) = (Some(*first), Some(*last)))),
            Self::ReopenPeriod { first, last, reason: why } => {
                let why = reason(why)?;
                Ok(about(Kind::PeriodReopened, 0).matter(|matter| {
                    (matter.from, matter.until) = (Some(*first), Some(*last));
                    matter.text = why;
                }))
            }
            Self::AuthoriseLoan { authorisation, limit, from, until, repay_by } => {
                let text = reason(authorisation)?;
                Ok(about(Kind::LoanAuthorised, money(limit)?).matter(|matter| {
                    (matter.from, matter.until) = (Some(*from), Some(*until));
                    matter.number = yyyymmdd(*repay_by);
                    matter.text = text;
                }))
            }
            Self::DeclarePremium { payer, kind, month, persons, base, amount } => {
                let base = money(base)?;
                Ok(due(Kind::PremiumDeclared, *payer, kind, *month, amount)?.matter(|matter| {
                    (matter.base_minor, matter.number) = (base, u64::from(*persons));
                }))
            }
            Self::VerifyPremium { payer, kind, month, persons, base, amount } => {
                let base = money(base)?;
                Ok(due(Kind::PremiumVerified, *payer, kind, *month, amount)?.matter(|matter| {
                    (matter.base_minor, matter.number) = (base, u64::from(*persons));
                }))
            }
            Self::AssessPremium { payer, kind, month, amount } => {
                due(Kind::PremiumAssessed, *payer, kind, *month, amount)
            }
            Self::CorrectDue { payer, kind, month, persons, base, amount, reason: why } => {
                let (base, why) = (money(base)?, reason(why)?);
                Ok(due(Kind::DueCorrected, *payer, kind, *month, amount)?.matter(|matter| {
                    (matter.base_minor, matter.number) = (base, u64::from(*persons));
                    matter.text = why;
                }))
            }
            Self::ChargeLateFee { payer, kind, month, on, from, until, amount } => {
                let on = money(on)?;
                Ok(due(Kind::LateFeeCharged, *payer, kind, *month, amount)?.matter(|matter| {
                    (matter.base_minor, matter.number) = (on, u64::from(month.yyyymm()));
                    (matter.from, matter.until) = (Some(*from), Some(*until));
                }))
            }
            Self::FileClaim { case, person, kind, occurred_on, liable, amount } => {
                Ok(about(Kind::BenefitClaimed, money(amount)?)
                    .purpose(benefit(kind)?)
                    .party(*person)
                    .case(*case)
                    .matter(|matter| {
                        (matter.from, matter.other) = (Some(*occurred_on), *liable);
                    }))
            }
            Self::VerifyClaim { case, amount, payable_from, instalments } => {
                Ok(about(Kind::ClaimVerified, money(amount)?).case(*case).matter(|matter| {
                    matter.from = Some(*payable_from);
                    matter.number = u64::from(*instalments);
                }))
            }
            Self::RefuseClaim { case, reason: why } => {
                let why = reason(why)?;
                Ok(about(Kind::ClaimRefused, 0).case(*case).matter(|matter| matter.text = why))
            }
            Self::StopBenefit { person, kind, from, reason: why }
            | Self::ResumeBenefit { person, kind, from, reason: why } => {
                let stop = matches!(self, Self::StopBenefit { .. });
                let why = reason(why)?;
                Ok(about(if stop { Kind::BenefitStopped } else { Kind::BenefitResumed }, 0)
                    .purpose(benefit(kind)?)
                    .party(*person)
                    .matter(|matter| (matter.from, matter.text) = (Some(*from), why)))
            }
            Self::AgreeProvider { provider, from, until } => Ok(about(Kind::ProviderAgreed, 0)
                .party(*provider)
                .matter(|matter| (matter.from, matter.until) = (Some(*from), *until))),
            Self::EndProvider { provider, from, reason: why } => {
                let why = reason(why)?;
                Ok(about(Kind::ProviderEnded, 0)
                    .party(*provider)
                    .matter(|matter| (matter.from, matter.text) = (Some(*from), why)))
            }
            Self::DemandRecovery { of, from, amount, instalments, first_on, reason: why } => {
                let why = reason(why)?;
                Ok(about(Kind::RecoveryDemanded, money(amount)?).party(*from).matter(|matter| {
                    (matter.number, matter.base_minor) = (*of, u64::from(*instalments));
                    (matter.from, matter.text) = (*first_on, why);
                }))
            }
            Self::WaiveRecovery { of, amount, reason: why } => {
                let why = reason(why)?;
                Ok(about(Kind::RecoveryWaived, money(amount)?)
                    .matter(|matter| (matter.number, matter.text) = (*of, why)))
            }
            _ => self.plan_request(fund, past),
        }
    }

    fn plan_request(
        &self,
        fund: &'static FundSpec,
        past: &impl Past,
    ) -> Result<Request, AnyCommandError> {
        let money = |text: &str| minor(text, fund.currency());
        let reason = |text: &str| {
            past.text_number(text)?
                .ok_or_else(|| AnyCommandError::NoSuchText { text: text.to_owned() })
        };
        match self {
            Self::DraftBudgetLine { year, line, amount } => {
                Ok(about(Kind::BudgetLineDrafted, money(amount)?)
                    .purpose(budget_line(line)?)
                    .matter(|matter| matter.number = u64::from(*year)))
            }
            Self::ApproveBudget { year, income, expenditure, deficit_reason } => {
                let expenditure = money(expenditure)?;
                let why = deficit_reason.as_deref().map(reason).transpose()?;
                Ok(about(Kind::BudgetApproved, money(income)?).matter(|matter| {
                    (matter.number, matter.base_minor) = (u64::from(*year), expenditure);
                    matter.text = why.unwrap_or(0);
                }))
            }
            Self::AdjustBudgetLine { year, line, amount, reason: why } => {
                let why = reason(why)?;
                Ok(about(Kind::BudgetLineAdjusted, money(amount)?)
                    .purpose(budget_line(line)?)
                    .matter(|matter| (matter.number, matter.text) = (u64::from(*year), why)))
            }
            Self::ApproveAdjustments { year, reason: why } => {
                let why = reason(why)?;
                Ok(about(Kind::BudgetAdjusted, 0)
                    .matter(|matter| (matter.number, matter.text) = (u64::from(*year), why)))
            }
            Self::ApproveUsePlan { month, amount } => {
                Ok(about(Kind::UsePlanApproved, money(amount)?)
                    .matter(|matter| matter.from = Some(month.first_day())))
            }
            Self::TakeShortfallStep { in_year_of, step, gave, finding } => {
                let finding = reason(finding)?;
                Ok(about(Kind::ShortfallStepTaken, money(gave)?).matter(|matter| {
                    (matter.from, matter.text) = (Some(*in_year_of), finding);
                    matter.number = u64::from(*step);
                }))
            }
            Self::SetReserveAside { amount } => Ok(about(Kind::ReserveSetAside, money(amount)?)),
            Self::DrawReserve { amount, reason: why } => {
                let why = reason(why)?;
                Ok(about(Kind::ReserveDrawn, money(amount)?).matter(|matter| matter.text = why))
            }
            Self::ReportInvestment { on, value, equities } => {
                let equities = money(equities)?;
                Ok(about(Kind::InvestmentReported, money(value)?).matter(|matter| {
                    (matter.from, matter.base_minor) = (Some(*on), equities);
                }))
            }
            // The commands that move money are compiled before; a new one without a translation says so.
            other => Err(AnyCommandError::NoSuchCommand { command: format!("{other:?}") }),
        }
    }
}

fn budget_line(name: &str) -> Result<u16, AnyCommandError> {
    let line = BudgetLine::from_key(name).ok_or_else(|| AnyCommandError::Line {
        found: name.to_owned(),
        expected: BudgetLine::all().map(BudgetLine::key).collect::<Vec<_>>().join(", "),
    })?;
    Ok(line.code())
}
