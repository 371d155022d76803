//! Where money may move: the account flow matrix (财社〔2017〕144号 arts 39-42; Jiangsu regulation art 28).

use earmark_core::account::Account::{self, Expenditure, Investment, Revenue, Special, Treasury};
use earmark_core::command::AnyCommand;

use super::accepted::Accepted;

/// Where money leaves and where it arrives; the outside is none.
pub(super) fn ends(
    command: &AnyCommand,
    original: Option<&Accepted>,
) -> (Option<Account>, Option<Account>) {
    use AnyCommand as C;
    match command {
        C::BringForward { into, .. }
        | C::ReceivePremium { into, .. }
        | C::ReceiveDuePremium { into, .. }
        | C::ReceiveInterest { into, .. }
        | C::ReceiveTransferIn { into, .. }
        | C::ReceiveSuperiorSubsidy { into, .. }
        | C::ReceiveLowerRemittance { into, .. }
        | C::ReceiveOtherIncome { into, .. }
        | C::ReorganiseIn { into, .. }
        | C::RecoverBenefit { into, .. } => (None, Some(*into)),
        C::ReceiveFiscalSubsidy { .. }
        | C::ReceiveInvestmentReturn { .. }
        | C::ReceiveLoan { .. }
        | C::ReceiveRepayment { .. } => (None, Some(Special)),
        C::AccrueInvestmentGain { .. } => (None, Some(Investment)),
        // By the channel by which it left (ADR 0011).
        C::ReturnPayment { .. } => (None, original.and_then(|it| it.from)),
        C::TransferCollections { from, .. } => (Some(*from), Some(Special)),
        C::Release { .. } => (Some(Special), Some(Expenditure)),
        C::HandOverInterest { .. } => (Some(Expenditure), Some(Special)),
        C::PlaceInvestment { .. } => (Some(Special), Some(Investment)),
        C::RedeemInvestment { .. } => (Some(Investment), Some(Special)),
        C::RefundPremium { from, .. }
        | C::ReturnTransferIn { from, .. }
        | C::PayBenefit { from, .. }
        | C::RemitToSuperior { from, .. }
        | C::SubsidiseLower { from, .. }
        | C::ReorganiseOut { from, .. } => (Some(*from), None),
        C::SettleDirectly { .. }
        | C::SettleAcrossProvinces { .. }
        | C::PayStateUse { .. }
        | C::RepayLoan { .. }
        | C::MakeLoan { .. } => (Some(Special), None),
        C::AccrueInvestmentLoss { .. } | C::ChargeInvestmentFee { .. } => (Some(Investment), None),
        C::PayTransferOut { .. } => (Some(Expenditure), None),
        // The other way round.
        C::Reverse { .. } => original.map_or((None, None), |it| (it.to, it.from)),
        _ => (None, None),
    }
}

/// Whether it moves money at all.
pub(super) fn moves_money(command: &AnyCommand) -> bool {
    matches!(command, AnyCommand::Reverse { .. } | AnyCommand::ReturnPayment { .. })
        || ends(command, None) != (None, None)
}

/// A benefit that is paid or settled.
pub(super) const fn is_benefit(command: &AnyCommand) -> bool {
    matches!(
        command,
        AnyCommand::PayBenefit { .. }
            | AnyCommand::SettleDirectly { .. }
            | AnyCommand::SettleAcrossProvinces { .. }
    )
}

/// Whether the matrix has the flow at the account that the command names. What is recovered is late where
/// it comes back in a later year than it was paid.
pub(super) fn is_lawful(command: &AnyCommand, late: bool) -> bool {
    use AnyCommand as C;
    match command {
        // T1, R1, S1.
        C::ReceivePremium { into, .. } | C::ReceiveDuePremium { into, .. } => {
            [Treasury, Revenue, Special].contains(into)
        }
        // R3, E3, S2; R2, E2, S7.
        C::ReceiveInterest { into, .. } | C::ReceiveSuperiorSubsidy { into, .. } => {
            [Revenue, Expenditure, Special].contains(into)
        }
        // R4, S6; R2, S7; R4, S2.
        C::ReceiveTransferIn { into, .. }
        | C::ReceiveLowerRemittance { into, .. }
        | C::ReceiveOtherIncome { into, .. } => [Revenue, Special].contains(into),
        C::RecoverBenefit { into, .. } if late => [Revenue, Special].contains(into),
        // E4, S9.
        C::RecoverBenefit { into, .. } => [Expenditure, Special].contains(into),
        // T2, R5.
        C::TransferCollections { from, .. } => [Treasury, Revenue].contains(from),
        // R7, R8, S13.
        C::RefundPremium { from, .. } | C::ReturnTransferIn { from, .. } => {
            [Revenue, Special].contains(from)
        }
        // E6, S9; E8, S11.
        C::PayBenefit { from, .. } | C::SubsidiseLower { from, .. } => {
            [Expenditure, Special].contains(from)
        }
        // R6, E8, S11.
        C::RemitToSuperior { from, .. } => [Revenue, Expenditure, Special].contains(from),
        _ => true,
    }
}
