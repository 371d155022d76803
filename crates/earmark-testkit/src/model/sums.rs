//! Sums of money as commands write them.

use earmark_core::command::AnyCommand;
use earmark_core::fund::FundSpec;

/// The largest sum there is: 10^17 - 1 minor units (INV-04).
pub(super) const LARGEST: u64 = 99_999_999_999_999_999;

/// Minor units of plain digits with at most as many decimal places as the currency has; none where it is
/// no such text, or too much.
pub(super) fn minor(text: &str, fund: &FundSpec) -> Option<u64> {
    let places = usize::from(fund.currency().exponent());
    let (whole, decimals) = match text.split_once('.') {
        Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
        Some(_) => return None,
        None => (text, ""),
    };
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(decimals) || decimals.len() > places {
        return None;
    }
    let minor: u128 = format!("{whole}{decimals:0<places$}").parse().ok()?;
    u64::try_from(minor).ok().filter(|minor| *minor <= LARGEST)
}

/// The part of a sum that so many millionths are, a half rounded up.
pub(super) fn part(minor: u128, ppm: u32) -> u128 {
    (minor * u128::from(ppm) + 500_000) / 1_000_000
}

/// The sum that a command is about.
pub(super) fn main(command: &AnyCommand, fund: &FundSpec) -> Option<u64> {
    minor(all(command).first()?, fund)
}

/// Every sum that a command names, the one it is about first.
pub(super) fn all(command: &AnyCommand) -> Vec<&str> {
    use AnyCommand as C;
    match command {
        C::BringForward { amount, .. }
        | C::ReceivePremium { amount, .. }
        | C::ReceiveFiscalSubsidy { amount }
        | C::ReceiveInterest { amount, .. }
        | C::ReceiveInvestmentReturn { amount }
        | C::ReceiveTransferIn { amount, .. }
        | C::ReceiveSuperiorSubsidy { amount, .. }
        | C::ReceiveLowerRemittance { amount, .. }
        | C::ReceiveOtherIncome { amount, .. }
        | C::TransferCollections { amount, .. }
        | C::Release { amount, .. }
        | C::HandOverInterest { amount }
        | C::PlaceInvestment { amount }
        | C::RedeemInvestment { amount }
        | C::PayBenefit { amount, .. }
        | C::SettleDirectly { amount, .. }
        | C::SettleAcrossProvinces { amount, .. }
        | C::PayStateUse { amount, .. }
        | C::PayTransferOut { amount, .. }
        | C::RemitToSuperior { amount, .. }
        | C::SubsidiseLower { amount, .. }
        | C::ReturnPayment { amount, .. }
        | C::RecoverBenefit { amount, .. }
        | C::RefundPremium { amount, .. }
        | C::ReturnTransferIn { amount, .. }
        | C::AccrueInvestmentGain { amount }
        | C::AccrueInvestmentLoss { amount }
        | C::ChargeInvestmentFee { amount }
        | C::ReorganiseOut { amount, .. }
        | C::ReorganiseIn { amount, .. }
        | C::ReceiveLoan { amount, .. }
        | C::RepayLoan { amount, .. }
        | C::MakeLoan { amount, .. }
        | C::ReceiveRepayment { amount, .. }
        | C::ReceiveDuePremium { amount, .. }
        | C::AssessPremium { amount, .. }
        | C::FileClaim { amount, .. }
        | C::VerifyClaim { amount, .. }
        | C::DemandRecovery { amount, .. }
        | C::WaiveRecovery { amount, .. }
        | C::DraftBudgetLine { amount, .. }
        | C::AdjustBudgetLine { amount, .. }
        | C::ApproveUsePlan { amount, .. }
        | C::SetReserveAside { amount }
        | C::DrawReserve { amount, .. } => vec![amount],
        C::AuthoriseLoan { limit, .. } => vec![limit],
        C::DeclarePremium { amount, base, .. }
        | C::VerifyPremium { amount, base, .. }
        | C::CorrectDue { amount, base, .. } => vec![amount, base],
        C::ChargeLateFee { amount, on, .. } => vec![amount, on],
        C::ApproveBudget { income, expenditure, .. } => vec![income, expenditure],
        C::TakeShortfallStep { gave, .. } => vec![gave],
        C::ReportInvestment { value, equities, .. } => vec![value, equities],
        _ => Vec::new(),
    }
}
