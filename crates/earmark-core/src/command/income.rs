use super::batch::request;
use super::{command, single};
use crate::account::{Account, StatutoryAccount};
use crate::event::{Detail, Kind, OtherIncome};
use crate::fund::{Fund, Purpose};
use crate::id::{Area, Party};
use crate::money::Amount;

/// The balance with which an account enters the ledger (上年结转). Only the first money of an account.
#[derive(Clone, Copy, Debug)]
pub struct BringForward<F: Fund, A: StatutoryAccount> {
    /// The account that holds it.
    pub into: A,
    /// How much.
    pub amount: Amount<F>,
}

impl<F: Fund, A: StatutoryAccount> super::sealed::Sealed for BringForward<F, A> {}

impl<G: crate::fund::TakesMoneyOf<F>, F: Fund, A: StatutoryAccount> super::Command<G>
    for BringForward<F, A>
{
    fn into_request(self) -> super::batch::Request {
        request(Kind::BalanceBroughtForward, A::ACCOUNT, self.amount.minor())
    }
}

single!([G: crate::fund::TakesMoneyOf<F>, F: Fund, A: StatutoryAccount] G, BringForward<F, A>);

command! {
    /// A premium comes in: collected by tax into the treasury (T1), by the agency into the revenue
    /// account (R1), or straight into the special account (S1).
    ReceivePremium<F, A: Admits(Premiums)> {
        /// The account it enters.
        into: A,
        /// The premium kind.
        kind: F::Premium,
        /// The payer.
        from: Party,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::PremiumReceived, A::ACCOUNT, it.amount.minor())
        .purpose(it.kind.code())
        .party(it.from)
}

command! {
    /// A subsidy of the general budget comes into the special account (S5).
    ReceiveFiscalSubsidy<F> {
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::FiscalSubsidyReceived, Account::Special, it.amount.minor())
}

command! {
    /// Interest of an account comes in, and stays in that account (R3, E3, S2).
    ReceiveInterest<F, A: Admits(Interest)> {
        /// The account that earned it.
        into: A,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::InterestReceived, A::ACCOUNT, it.amount.minor())
}

command! {
    /// Return on entrusted investment comes into the special account (S3). Principal that comes back
    /// is `RedeemInvestment`.
    ReceiveInvestmentReturn<F: Invests> {
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::InvestmentReturnReceived, Account::Special, it.amount.minor())
}

command! {
    /// A person's entitlement is transferred in from another place or fund (R4, S6).
    ReceiveTransferIn<F: Transfers, A: Admits(TransfersIn)> {
        /// The account it enters.
        into: A,
        /// The person.
        person: Party,
        /// The pooling area it comes from.
        from: Area,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::TransferInReceived, A::ACCOUNT, it.amount.minor())
        .party(it.person)
        .detail(Detail::Area(it.from))
}

command! {
    /// A subsidy of the superior level comes in (R2, E2, S7).
    ReceiveSuperiorSubsidy<F, A: Admits(SuperiorSubsidies)> {
        /// The account it enters.
        into: A,
        /// The superior area.
        from: Area,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::SuperiorSubsidyReceived, A::ACCOUNT, it.amount.minor())
        .detail(Detail::Area(it.from))
}

command! {
    /// A remittance of the lower level comes in (R2, S7).
    ReceiveLowerRemittance<F, A: Admits(LowerRemittances)> {
        /// The account it enters.
        into: A,
        /// The lower area.
        from: Area,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::LowerRemittanceReceived, A::ACCOUNT, it.amount.minor())
        .detail(Detail::Area(it.from))
}

command! {
    /// Other income comes in (R4, S2): late fees and the like. A fine is not income of a fund.
    ReceiveOtherIncome<F, A: Admits(OtherIncomeMoney)> {
        /// The account it enters.
        into: A,
        /// What it is.
        kind: OtherIncome,
        /// Who paid it.
        from: Party,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::OtherIncomeReceived, A::ACCOUNT, it.amount.minor())
        .purpose(it.kind.code())
        .party(it.from)
}
