use super::batch::{Origin, Request};
use super::sealed::Sealed;
use super::single;
use crate::account::{ExpenditureAccount, RevenueAccount, SpecialAccount, StatutoryAccount};
use crate::event::{Detail, Kind, Original, Recorded, Text};
use crate::flow::{Admits, PaysFor, kinds};
use crate::fund::{Fund, TakesMoneyOf, Transfers};
use crate::id::Party;
use crate::money::Amount;

/// A premium is refunded to its payer, in whole or part: by the original channel out of the revenue
/// account (R7), or, where tax collects and there is none, out of the special account (S13). It reduces
/// the premium income.
#[derive(Clone, Copy, Debug)]
pub struct RefundPremium<'a, F: Fund, A: PaysFor<kinds::PremiumRefunds>> {
    /// The premium that is refunded.
    pub of: &'a Recorded<F>,
    /// The account the money leaves.
    pub from: A,
    /// How much.
    pub amount: Amount<F>,
}

/// A transfer in is sent back, in whole or part: out of the revenue account (R8), or, where there is
/// none, out of the special account (S13).
#[derive(Clone, Copy, Debug)]
pub struct ReturnTransferIn<'a, F: Transfers, A: PaysFor<kinds::TransferInReturns>> {
    /// The transfer that goes back.
    pub of: &'a Recorded<F>,
    /// The account the money leaves.
    pub from: A,
    /// How much goes back.
    pub amount: Amount<F>,
}

/// The bank returns a payment, in whole or part (退票): the money is back in the account that it left.
///
/// Within the year of the payment this reduces the expenditure; in a later year it is other income.
/// Paying it again is a payment of its own.
#[derive(Clone, Copy, Debug)]
pub struct ReturnPayment<'a, F: Fund> {
    /// The payment that came back: a benefit, a State use or a transfer out.
    pub of: &'a Recorded<F>,
    /// How much came back.
    pub amount: Amount<F>,
}

/// A benefit is recovered, in whole or part (追回待遇).
///
/// Within the year of the payment it goes into the account that the benefit left and reduces the
/// expenditure; in a later year it goes into the revenue or special account and is other income.
#[derive(Clone, Copy, Debug)]
pub struct RecoverBenefit<'a, F: Fund, A: RecoveryAccount> {
    /// The benefit that was overpaid.
    pub of: &'a Recorded<F>,
    /// Who pays it back: the payee, an employer, a third party.
    pub from: Party,
    /// The account the money enters.
    pub into: A,
    /// How much was recovered.
    pub amount: Amount<F>,
}

/// An account into which a benefit can be recovered, in its own year or later.
#[diagnostic::on_unimplemented(
    message = "recovered benefits may not enter the `{Self}`",
    note = "a benefit is recovered into the account it left (E4), or in a later year into the revenue or special account (R4, S2)"
)]
pub trait RecoveryAccount: StatutoryAccount {}

impl RecoveryAccount for ExpenditureAccount {}
impl RecoveryAccount for RevenueAccount {}
impl RecoveryAccount for SpecialAccount {}

// The flow table has each of them.
const _: () = {
    const fn within_its_year<A: Admits<kinds::RecoveredBenefits>>() {}
    const fn later<A: Admits<kinds::LateRecoveredBenefits>>() {}
    within_its_year::<ExpenditureAccount>();
    within_its_year::<SpecialAccount>();
    later::<RevenueAccount>();
    later::<SpecialAccount>();
};

/// An event that should not have been recorded is reversed, wholly and once (冲销).
///
/// The reversal posts the opposite, and stands beside the event for ever; the right event is then
/// recorded as one of its own.
#[derive(Clone, Copy, Debug)]
pub struct Reverse<'a, F: Fund> {
    /// The event to reverse.
    pub of: &'a Recorded<F>,
    /// Why.
    pub reason: Text,
}

impl<F: Fund, A: PaysFor<kinds::PremiumRefunds>> Sealed for RefundPremium<'_, F, A> {}
impl<F: Transfers, A: PaysFor<kinds::TransferInReturns>> Sealed for ReturnTransferIn<'_, F, A> {}
impl<F: Fund> Sealed for ReturnPayment<'_, F> {}
impl<F: Fund, A: RecoveryAccount> Sealed for RecoverBenefit<'_, F, A> {}
impl<F: Fund> Sealed for Reverse<'_, F> {}

impl<G: TakesMoneyOf<F>, F: Fund, A: PaysFor<kinds::PremiumRefunds>> super::Command<G>
    for RefundPremium<'_, F, A>
{
    fn into_request(self) -> Request {
        taking_back(Kind::PremiumRefunded, self.of, self.amount.minor()).at(A::ACCOUNT)
    }
}

impl<G: TakesMoneyOf<F>, F: Transfers, A: PaysFor<kinds::TransferInReturns>> super::Command<G>
    for ReturnTransferIn<'_, F, A>
{
    fn into_request(self) -> Request {
        taking_back(Kind::TransferInReturned, self.of, self.amount.minor()).at(A::ACCOUNT)
    }
}

impl<G: TakesMoneyOf<F>, F: Fund> super::Command<G> for ReturnPayment<'_, F> {
    fn into_request(self) -> Request {
        taking_back(Kind::PaymentReturned, self.of, self.amount.minor())
    }
}

impl<G: TakesMoneyOf<F>, F: Fund, A: RecoveryAccount> super::Command<G>
    for RecoverBenefit<'_, F, A>
{
    fn into_request(self) -> Request {
        taking_back(Kind::BenefitRecovered, self.of, self.amount.minor())
            .at(A::ACCOUNT)
            .party(self.from)
    }
}

impl<G: TakesMoneyOf<F>, F: Fund> super::Command<G> for Reverse<'_, F> {
    fn into_request(self) -> Request {
        reversal(self.of, self.reason.number(), self.reason.origin())
    }
}

single!(['a, G: TakesMoneyOf<F>, F: Fund, A: PaysFor<kinds::PremiumRefunds>] G, RefundPremium<'a, F, A>);
single!(['a, G: TakesMoneyOf<F>, F: Transfers, A: PaysFor<kinds::TransferInReturns>] G, ReturnTransferIn<'a, F, A>);
single!(['a, G: TakesMoneyOf<F>, F: Fund] G, ReturnPayment<'a, F>);
single!(['a, G: TakesMoneyOf<F>, F: Fund, A: RecoveryAccount] G, RecoverBenefit<'a, F, A>);
single!(['a, G: TakesMoneyOf<F>, F: Fund] G, Reverse<'a, F>);

/// A fact that takes back a part of an original: account, purpose and party are the original's unless
/// the command says otherwise.
pub(crate) fn taking_back<F>(kind: Kind, of: &Recorded<F>, amount_minor: u64) -> Request {
    let original = of.event().fact();
    let mut request = Request::new(original.clone(), Origin::book(of.book()));
    request.fact.kind = kind;
    request.fact.amount_minor = amount_minor;
    request.original_year = Some(of.effective_on().year());
    request.detail(Detail::Original(Original { seq: of.seq(), kind: original.kind() }))
}

/// A fact that takes back the whole of an original, for a reason given as the number of a text.
pub(crate) fn reversal<F>(of: &Recorded<F>, reason: u32, reason_from: Origin) -> Request {
    let original = of.event().fact();
    let mut reversed = Request::new(original.clone(), Origin::book(of.book()));
    reversed.fact.kind = Kind::Reversed;
    // What moves no money cannot be reversed; the decision says so.
    reversed
        .detail(Detail::Reversal {
            of: Original { seq: of.seq(), kind: original.kind() },
            first: original.original(),
            reason,
        })
        .taken_from(reason_from)
}
