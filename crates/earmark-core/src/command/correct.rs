use super::batch::Request;
use super::sealed::Sealed;
use super::single;
use crate::event::{Detail, Kind, Recorded, Text};
use crate::flow::{Admits, kinds};
use crate::fund::{Fund, TakesMoneyOf};
use crate::money::Amount;

/// The bank returns a payment, in whole or part (退票): the money is back in the expenditure account
/// (E4), and the expenditure is reduced. Paying it again is a payment of its own.
#[derive(Clone, Copy, Debug)]
pub struct ReturnPayment<'a, F: Fund> {
    /// The payment that came back: a benefit or transfer paid out of the expenditure account.
    pub of: &'a Recorded<F>,
    /// How much came back.
    pub amount: Amount<F>,
}

/// A benefit is recovered from its payee, in whole or part (追回待遇).
///
/// Within the year of the payment it goes into the expenditure account and reduces the expenditure;
/// in a later year it goes into the revenue or special account and is other income.
#[derive(Clone, Copy, Debug)]
pub struct RecoverBenefit<'a, F: Fund, A: Admits<kinds::RecoveredBenefits>> {
    /// The benefit that was overpaid.
    pub of: &'a Recorded<F>,
    /// The account the money enters.
    pub into: A,
    /// How much was recovered.
    pub amount: Amount<F>,
}

/// A transfer in is sent back out of the revenue account, in whole or part (R8).
#[derive(Clone, Copy, Debug)]
pub struct ReturnTransferIn<'a, F: Fund> {
    /// The transfer that goes back.
    pub of: &'a Recorded<F>,
    /// How much goes back.
    pub amount: Amount<F>,
}

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

impl<F: Fund> Sealed for ReturnPayment<'_, F> {}
impl<F: Fund, A: Admits<kinds::RecoveredBenefits>> Sealed for RecoverBenefit<'_, F, A> {}
impl<F: Fund> Sealed for ReturnTransferIn<'_, F> {}
impl<F: Fund> Sealed for Reverse<'_, F> {}

impl<G: TakesMoneyOf<F>, F: Fund> super::Command<G> for ReturnPayment<'_, F> {
    fn into_request(self) -> Request {
        taking_back(Kind::PaymentReturned, self.of, self.amount)
    }
}

impl<G: TakesMoneyOf<F>, F: Fund, A: Admits<kinds::RecoveredBenefits>> super::Command<G>
    for RecoverBenefit<'_, F, A>
{
    fn into_request(self) -> Request {
        let mut request = taking_back(Kind::BenefitRecovered, self.of, self.amount);
        request.fact.account = Some(A::ACCOUNT);
        request
    }
}

impl<G: TakesMoneyOf<F>, F: Fund> super::Command<G> for ReturnTransferIn<'_, F> {
    fn into_request(self) -> Request {
        taking_back(Kind::TransferInReturned, self.of, self.amount)
    }
}

impl<G: TakesMoneyOf<F>, F: Fund> super::Command<G> for Reverse<'_, F> {
    fn into_request(self) -> Request {
        reversal(self.of, self.reason)
    }
}

single!(['a, G: TakesMoneyOf<F>, F: Fund] G, ReturnPayment<'a, F>);
single!(['a, G: TakesMoneyOf<F>, F: Fund, A: Admits<kinds::RecoveredBenefits>] G, RecoverBenefit<'a, F, A>);
single!(['a, G: TakesMoneyOf<F>, F: Fund] G, ReturnTransferIn<'a, F>);
single!(['a, G: TakesMoneyOf<F>, F: Fund] G, Reverse<'a, F>);

/// A fact that takes back a part of an original: its account, purpose and party are the original's.
pub(crate) fn taking_back<F: Fund>(kind: Kind, of: &Recorded<F>, amount: Amount<F>) -> Request {
    taking_back_minor(kind, of, amount.minor())
}

pub(crate) fn taking_back_minor<F>(kind: Kind, of: &Recorded<F>, amount_minor: u64) -> Request {
    let original = of.event().fact();
    let mut request = Request { fact: original.clone(), origin: super::Origin::Book(of.book()) };
    request.fact.kind = kind;
    request.fact.amount_minor = amount_minor;
    request.detail(Detail::Original { seq: of.seq(), kind: original.kind() })
}

pub(crate) fn reversal<F>(of: &Recorded<F>, reason: Text) -> Request {
    let original = of.event().fact();
    let mut reversed = Request { fact: original.clone(), origin: super::Origin::Book(of.book()) };
    reversed.fact.kind = Kind::Reversed;
    // What moves no money cannot be reversed; the decision says so.
    reversed
        .detail(Detail::Reversal {
            seq: of.seq(),
            kind: original.kind(),
            of: original.original(),
            reason: reason.number(),
        })
        .taken_from(reason.book())
}
