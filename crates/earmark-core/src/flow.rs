//! The closed list of what may enter and leave each statutory account.
//!
//! One table, [`FLOWS`], written once below, is both the types ([`Admits`], [`PaysFor`]) that make a
//! forbidden flow a compile error and the values that decoding and decisions check. Row codes are
//! those of the account flow matrix: R revenue, E expenditure, S special, T treasury (财社〔2017〕144号
//! arts 39-42; Order 765 art 40; T1 and T2: treasury practice). What has no row cannot be written down.
//!
//! Rows `X4` and `F3` are not of the matrix. X4 is the list of lawful flows between two books: a
//! reorganisation takes the balance of each account over as it stands. F3 is for funds of another law
//! whose authorised loans are data of their profile; [`Borrows`](crate::fund::Borrows) keeps it from every
//! Chinese fund.
//!
//! Two entries go beyond the letter of the matrix, each by its own principle: the special account's own
//! interest posts directly to it, filed under S2; and money that the special account paid out and that
//! comes back by the original channel (原渠道退回, the principle of E4 and R7) returns to it, filed under
//! S9.

use crate::account::{
    Account, ExpenditureAccount, InvestmentAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
};
use crate::event::Kind;

/// An account that may receive money of the flow `Flow`.
#[diagnostic::on_unimplemented(
    message = "`{Flow}` may not enter the `{Self}`",
    label = "this account cannot receive `{Flow}`",
    note = "what each statutory account may receive is a closed list (财社〔2017〕144号 arts 39-42); see `earmark_core::flow`"
)]
pub trait Admits<Flow>: crate::account::StatutoryAccount {}

/// An account from which money of the flow `Flow` may be paid.
#[diagnostic::on_unimplemented(
    message = "`{Flow}` may not be paid out of the `{Self}`",
    label = "this account cannot pay `{Flow}`",
    note = "what each statutory account may pay is a closed list (财社〔2017〕144号 arts 39-42); see `earmark_core::flow`"
)]
pub trait PaysFor<Flow>: crate::account::StatutoryAccount {}

/// Which way money goes, seen from an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Into the account.
    In,
    /// Out of the account.
    Out,
}

/// One lawful flow: an event kind at an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowRow {
    /// The row of the account flow matrix, such as `E6`.
    pub row: &'static str,
    /// The account.
    pub account: Account,
    /// Into or out of it.
    pub direction: Direction,
    /// The event kind that records the flow.
    pub kind: Kind,
}

macro_rules! flows {
    ($(
        $direction:ident $(#[$doc:meta])* $flow:ident as $kind:ident {
            $($account:ident ($type:ident) $row:literal),+ $(,)?
        }
    )*) => {
        /// The flows as types, for the bounds [`Admits`] and [`PaysFor`].
        pub mod kinds {
            $($(#[$doc])* #[derive(Clone, Copy, Debug)] pub struct $flow;)*
        }

        $($(flows!(@impl $direction $flow $type);)+)*

        /// Every lawful flow between an account and the outside, or between two accounts.
        pub const FLOWS: &[FlowRow] = &[$($(
            FlowRow {
                row: $row,
                account: Account::$account,
                direction: Direction::$direction,
                kind: Kind::$kind,
            },
        )+)*];
    };
    (@impl In $flow:ident $type:ident) => { impl Admits<kinds::$flow> for $type {} };
    (@impl Out $flow:ident $type:ident) => { impl PaysFor<kinds::$flow> for $type {} };
}

flows! {
    In #[doc = "Premiums (保险费)."] Premiums as PremiumReceived {
        Treasury(TreasuryDeposit) "T1",
        Revenue(RevenueAccount) "R1",
        Special(SpecialAccount) "S1",
    }
    In #[doc = "Interest (利息); of the special account it posts directly there."] Interest as InterestReceived {
        Revenue(RevenueAccount) "R3",
        Expenditure(ExpenditureAccount) "E3",
        Special(SpecialAccount) "S2",
    }
    In #[doc = "Other income (其他收入)."] OtherIncomeMoney as OtherIncomeReceived {
        Revenue(RevenueAccount) "R4",
        Special(SpecialAccount) "S2",
    }
    In #[doc = "Transfers in (转移收入)."] TransfersIn as TransferInReceived {
        Revenue(RevenueAccount) "R4",
        Special(SpecialAccount) "S6",
    }
    In #[doc = "Subsidies from the superior level (上级补助)."] SuperiorSubsidies as SuperiorSubsidyReceived {
        Revenue(RevenueAccount) "R2",
        Expenditure(ExpenditureAccount) "E2",
        Special(SpecialAccount) "S7",
    }
    In #[doc = "Remittances from the lower level (下级上解)."] LowerRemittances as LowerRemittanceReceived {
        Revenue(RevenueAccount) "R2",
        Special(SpecialAccount) "S7",
    }
    In #[doc = "Fiscal subsidies (财政补贴)."] FiscalSubsidies as FiscalSubsidyReceived {
        Special(SpecialAccount) "S5",
    }
    In #[doc = "Investment return (投资收益)."] InvestmentReturns as InvestmentReturnReceived {
        Special(SpecialAccount) "S3",
    }
    In #[doc = "Payments returned by the bank (退票)."] ReturnedPayments as PaymentReturned {
        Expenditure(ExpenditureAccount) "E4",
        Special(SpecialAccount) "S9",
    }
    In #[doc = "Payments of an earlier year returned by the bank (跨年度退回)."] LateReturnedPayments as LatePaymentReturned {
        Expenditure(ExpenditureAccount) "E4",
        Special(SpecialAccount) "S9",
    }
    In #[doc = "Benefits recovered within their year (追回待遇)."] RecoveredBenefits as BenefitRecovered {
        Expenditure(ExpenditureAccount) "E4",
        Special(SpecialAccount) "S9",
    }
    In #[doc = "Benefits of an earlier year recovered (跨年度追回)."] LateRecoveredBenefits as LateBenefitRecovered {
        Revenue(RevenueAccount) "R4",
        Special(SpecialAccount) "S2",
    }
    In #[doc = "Collections on their way (缴入专户)."] CollectionsIn as CollectionsTransferred {
        Special(SpecialAccount) "S1",
    }
    In #[doc = "Releases (拨入)."] ReleasesIn as Released {
        Expenditure(ExpenditureAccount) "E1",
    }
    In #[doc = "Interest handed over (缴入利息)."] HandedOverInterestIn as InterestHandedOver {
        Special(SpecialAccount) "S4",
    }
    In #[doc = "Principal placed (投资本金)."] PlacementsIn as InvestmentPlaced {
        Investment(InvestmentAccount) "S10",
    }
    In #[doc = "Principal returned (收回投资)."] RedemptionsIn as InvestmentRedeemed {
        Special(SpecialAccount) "S3",
    }
    In #[doc = "Investment gains that stay invested (投资收益留存)."] InvestmentGains as InvestmentGained {
        Investment(InvestmentAccount) "S3",
    }
    In #[doc = "Money of another book, by a reorganisation laid down by law."] ReorganisationsIn as ReorganisedIn {
        Treasury(TreasuryDeposit) "X4",
        Revenue(RevenueAccount) "X4",
        Special(SpecialAccount) "X4",
        Expenditure(ExpenditureAccount) "X4",
        Investment(InvestmentAccount) "X4",
    }
    In #[doc = "Authorised loans of another fund; of no Chinese fund."] LoansIn as LoanReceived {
        Special(SpecialAccount) "F3",
    }
    In #[doc = "What was lent under an authorisation and comes back; to no Chinese fund."] RepaymentsIn as LoanRepaymentReceived {
        Special(SpecialAccount) "F3",
    }
    Out #[doc = "Premium refunds (退费): by the original channel, or a State use where tax collects."] PremiumRefunds as PremiumRefunded {
        Revenue(RevenueAccount) "R7",
        Special(SpecialAccount) "S13",
    }
    Out #[doc = "Returned transfers in (退回转移收入); a State use where there is no revenue account."] TransferInReturns as TransferInReturned {
        Revenue(RevenueAccount) "R8",
        Special(SpecialAccount) "S13",
    }
    Out #[doc = "Benefits (待遇)."] Benefits as BenefitPaid {
        Expenditure(ExpenditureAccount) "E6",
    }
    Out #[doc = "Direct settlements with institutions (直接结算)."] DirectSettlements as BenefitPaid {
        Special(SpecialAccount) "S9",
    }
    Out #[doc = "Cross-province settlements (跨省异地就医结算)."] CrossProvinceSettlements as CrossProvinceSettled {
        Special(SpecialAccount) "S12",
    }
    Out #[doc = "Uses laid down by the State (国家规定的其他用途)."] StateUses as StateUsePaid {
        Special(SpecialAccount) "S13",
    }
    Out #[doc = "Transfers out (转移支出)."] TransfersOut as TransferOutPaid {
        Expenditure(ExpenditureAccount) "E6",
    }
    Out #[doc = "Remittances to the superior level (上解上级)."] SuperiorRemittances as SuperiorRemitted {
        Revenue(RevenueAccount) "R6",
        Expenditure(ExpenditureAccount) "E8",
        Special(SpecialAccount) "S11",
    }
    Out #[doc = "Subsidies to the lower level (补助下级)."] LowerSubsidies as LowerSubsidised {
        Expenditure(ExpenditureAccount) "E8",
        Special(SpecialAccount) "S11",
    }
    Out #[doc = "Collections (征收款) on their way to the special account."] Collections as CollectionsTransferred {
        Treasury(TreasuryDeposit) "T2",
        Revenue(RevenueAccount) "R5",
    }
    Out #[doc = "Releases by use plan (按用款计划拨付)."] Releases as Released {
        Special(SpecialAccount) "S8",
    }
    Out #[doc = "The account's own interest, handed over (缴出利息)."] HandedOverInterest as InterestHandedOver {
        Expenditure(ExpenditureAccount) "E7",
    }
    Out #[doc = "Entrusted investment (委托投资)."] Placements as InvestmentPlaced {
        Special(SpecialAccount) "S10",
    }
    Out #[doc = "Principal on its way back (收回投资)."] Redemptions as InvestmentRedeemed {
        Investment(InvestmentAccount) "S3",
    }
    Out #[doc = "Investment losses (投资亏损)."] InvestmentLosses as InvestmentLost {
        Investment(InvestmentAccount) "S10",
    }
    Out #[doc = "Fees of managers and trustees (管理费, 托管费)."] InvestmentFees as InvestmentFeeCharged {
        Investment(InvestmentAccount) "S10",
    }
    Out #[doc = "Money that a reorganisation laid down by law takes to another book."] ReorganisationsOut as ReorganisedOut {
        Treasury(TreasuryDeposit) "X4",
        Revenue(RevenueAccount) "X4",
        Special(SpecialAccount) "X4",
        Expenditure(ExpenditureAccount) "X4",
        Investment(InvestmentAccount) "X4",
    }
    Out #[doc = "Authorised loans to another fund; by no Chinese fund."] LoansOut as LoanMade {
        Special(SpecialAccount) "F3",
    }
    Out #[doc = "Repayments of authorised loans; by no Chinese fund."] RepaymentsOut as LoanRepaid {
        Special(SpecialAccount) "F3",
    }
}

/// Bits of the accounts at which each kind of event may move money: out of, then into.
const ALLOWED: [(u8, u8); 256] = {
    let mut allowed = [(0, 0); 256];
    let mut rest = FLOWS;
    while let [row, others @ ..] = rest {
        let bit = 1 << row.account.code();
        #[allow(clippy::indexing_slicing)] // a kind is a byte
        match row.direction {
            Direction::Out => allowed[row.kind.code() as usize].0 |= bit,
            Direction::In => allowed[row.kind.code() as usize].1 |= bit,
        }
        rest = others;
    }
    allowed
};

/// Whether the matrix has a row for money of this kind leaving (`Out`) or entering (`In`) the account.
#[must_use]
pub const fn is_lawful(kind: Kind, direction: Direction, account: Account) -> bool {
    #[allow(clippy::indexing_slicing)] // a kind is a byte
    let (out, into) = ALLOWED[kind.code() as usize];
    let mask = match direction {
        Direction::Out => out,
        Direction::In => into,
    };
    mask >> account.code() & 1 == 1
}

/// The accounts that money of this kind may leave or enter, for messages.
pub(crate) fn lawful_accounts(kind: Kind, direction: Direction) -> String {
    let accounts: Vec<_> = Account::ALL
        .into_iter()
        .filter(|account| is_lawful(kind, direction, *account))
        .map(Account::name)
        .collect();
    if accounts.is_empty() { "no account".to_owned() } else { accounts.join(", ") }
}
