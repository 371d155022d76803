use super::batch::{Origin, Request, about};
use super::{command, plain, single};
use crate::event::{Kind, Recorded, Text};
use crate::fund::{Fund, Purpose, TakesMoneyOf};
use crate::id::{Link, Party};
use crate::money::Amount;
use crate::time::Day;

command! {
    /// A benefit is claimed (待遇申请). The case names the claim; what is paid on it is recorded under a
    /// voucher correlated with the case.
    FileClaim<F> {
        /// The business case that the claim is.
        case: Link,
        /// The person entitled.
        person: Party,
        /// The benefit kind.
        kind: F::Benefit,
        /// The day of the event insured.
        occurred_on: Day,
        /// Who has to pay instead, where the fund pays in advance (先行支付; Social Insurance Law arts 30,
        /// 41, 42). What is paid is then to be paid back.
        liable: Option<Party>,
        /// How much is claimed.
        amount: Amount<F>,
    }
    |it| about(Kind::BenefitClaimed, it.amount.minor())
        .purpose(it.kind.code()).party(it.person).case(it.case)
        .matter(|matter| {
            matter.from = Some(it.occurred_on);
            matter.other = it.liable;
        })
}

command! {
    /// A claim is verified (待遇核定): how much is paid, from when, in how many instalments.
    VerifyClaim<F> {
        /// The claim's case.
        case: Link,
        /// How much is to be paid in all.
        amount: Amount<F>,
        /// From which day it is paid.
        payable_from: Day,
        /// In how many payments at most.
        instalments: u32,
    }
    |it| about(Kind::ClaimVerified, it.amount.minor())
        .case(it.case)
        .matter(|matter| {
            matter.from = Some(it.payable_from);
            matter.number = u64::from(it.instalments);
        })
}

plain! {
    /// A claim is refused.
    RefuseClaim {
        /// The claim's case.
        case: Link,
        /// Why.
        reason: Text,
    }
    |it| about(Kind::ClaimRefused, 0)
        .case(it.case)
        .matter(|matter| matter.text = it.reason.number())
        .taken_from(it.reason.origin())
}

command! {
    /// A person's benefit is stopped from a day on (停发): a stop cause took place.
    StopBenefit<F> {
        /// The person.
        person: Party,
        /// The benefit kind.
        kind: F::Benefit,
        /// The first day for which nothing is paid.
        from: Day,
        /// Why.
        reason: Text,
    }
    |it| about(Kind::BenefitStopped, 0)
        .purpose(it.kind.code()).party(it.person)
        .matter(|matter| {
            matter.from = Some(it.from);
            matter.text = it.reason.number();
        })
        .taken_from(it.reason.origin())
}

command! {
    /// A stopped benefit is paid again from a day on (恢复发放).
    ResumeBenefit<F> {
        /// The person.
        person: Party,
        /// The benefit kind.
        kind: F::Benefit,
        /// The first day for which it is paid again.
        from: Day,
        /// Why.
        reason: Text,
    }
    |it| about(Kind::BenefitResumed, 0)
        .purpose(it.kind.code()).party(it.person)
        .matter(|matter| {
            matter.from = Some(it.from);
            matter.text = it.reason.number();
        })
        .taken_from(it.reason.origin())
}

plain! {
    /// A service agreement with a provider is made (服务协议; Order 765 art 18).
    AgreeProvider {
        /// The provider.
        provider: Party,
        /// From which day it holds.
        from: Day,
        /// Until which day, where that is agreed.
        until: Option<Day>,
    }
    |it| about(Kind::ProviderAgreed, 0)
        .party(it.provider)
        .matter(|matter| (matter.from, matter.until) = (Some(it.from), it.until))
}

plain! {
    /// A provider's agreement ends (解除协议; Social Insurance Law art 87). From that day on it is not paid.
    EndProvider {
        /// The provider.
        provider: Party,
        /// From which day it is ended.
        from: Day,
        /// Why.
        reason: Text,
    }
    |it| about(Kind::ProviderEnded, 0)
        .party(it.provider)
        .matter(|matter| {
            matter.from = Some(it.from);
            matter.text = it.reason.number();
        })
        .taken_from(it.reason.origin())
}

/// Money paid out is demanded back (责令退回): at once, in instalments, or set off against later benefits
/// (Order 765 art 46). What comes back is recorded with [`RecoverBenefit`](super::RecoverBenefit).
#[derive(Clone, Copy, Debug)]
pub struct DemandRecovery<'a, F: Fund> {
    /// The payment.
    pub of: &'a Recorded<F>,
    /// Who has to pay it back.
    pub from: Party,
    /// How much.
    pub amount: Amount<F>,
    /// In how many instalments.
    pub instalments: u32,
    /// From which day on, where that is agreed.
    pub first_on: Option<Day>,
    /// Why.
    pub reason: Text,
}

/// What cannot be recovered is written off, on approval (核销; 工伤保险经办规程 art 100).
#[derive(Clone, Copy, Debug)]
pub struct WaiveRecovery<'a, F: Fund> {
    /// The payment.
    pub of: &'a Recorded<F>,
    /// How much.
    pub amount: Amount<F>,
    /// Why.
    pub reason: Text,
}

impl<F: Fund> super::sealed::Sealed for DemandRecovery<'_, F> {}
impl<F: Fund> super::sealed::Sealed for WaiveRecovery<'_, F> {}

impl<G: TakesMoneyOf<F>, F: Fund> super::Command<G> for DemandRecovery<'_, F> {
    fn into_request(self) -> Request {
        about(Kind::RecoveryDemanded, self.amount.minor())
            .party(self.from)
            .matter(|matter| {
                matter.number = self.of.seq();
                matter.base_minor = u64::from(self.instalments);
                matter.from = self.first_on;
                matter.text = self.reason.number();
            })
            .taken_from(Origin::book(self.of.book()))
            .taken_from(self.reason.origin())
    }
}

impl<G: TakesMoneyOf<F>, F: Fund> super::Command<G> for WaiveRecovery<'_, F> {
    fn into_request(self) -> Request {
        about(Kind::RecoveryWaived, self.amount.minor())
            .matter(|matter| {
                matter.number = self.of.seq();
                matter.text = self.reason.number();
            })
            .taken_from(Origin::book(self.of.book()))
            .taken_from(self.reason.origin())
    }
}

single!(['a, G: TakesMoneyOf<F>, F: Fund] G, DemandRecovery<'a, F>);
single!(['a, G: TakesMoneyOf<F>, F: Fund] G, WaiveRecovery<'a, F>);
