use super::{Decision, Past};
use crate::account::Account;
use crate::error::Error;
use crate::event::{Detail, Event, Fact, Kind};
use crate::register::{ClaimEntry, ClaimStatus, RegisterKey};
use crate::rejected::Rule;
use crate::rules::{Requirement, Topic};

impl Decision {
    /// What a benefit must fulfil before it is paid: its claim, its payee.
    pub(super) fn judge_payment(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        let claim = match event.correlation() {
            Some(case) => self.entry(&RegisterKey::Claim(case), past)?.claim(),
            None => ClaimEntry::default(),
        };
        if claim.status != ClaimStatus::Unknown {
            self.judge_claimed(event, &claim, past)?;
        } else if self.requires(Requirement::ClaimBeforePayment, day) {
            let why = self.why(Topic::Requirement, Requirement::ClaimBeforePayment.word(), day);
            let reason = format!("the payment names no claim as its case: {why}");
            return Err(self.refuse(Rule::ClaimFits, reason));
        }
        let kind = fact.purpose_code();
        let standing = self.state.standing();
        // INVARIANT(INV-36): nobody is paid a benefit that is stopped, and no ended provider is paid.
        if standing.stops > 0
            && let Some(person) = claim.person.or(fact.party())
        {
            let stop = self.entry(&RegisterKey::Stop { person, kind }, past)?.stop();
            if stop.is_stopped_on(day) {
                let since = stop.stopped_from.map(|day| day.to_string()).unwrap_or_default();
                let reason = format!("the benefit of {person} is stopped from {since} on");
                return Err(self.refuse(Rule::BenefitNotStopped, reason));
            }
        }
        let Some(payee) = fact.party() else { return Ok(()) };
        let settled = fact.account() == Some(Account::Special);
        let provider = if standing.agreements > 0 {
            self.entry(&RegisterKey::Provider(payee), past)?.provider()
        } else {
            crate::register::ProviderEntry::default()
        };
        if provider.is_ended_on(day) {
            let reason = format!("the agreement with {payee} is ended on {day}");
            return Err(self.refuse(Rule::ProviderInForce, reason));
        }
        if settled
            && provider.agreed_from.is_some()
            && !provider.holds_on(day)
            && self.requires(Requirement::AgreementBeforeSettlement, day)
        {
            let reason = format!("no agreement with {payee} is in force on {day}");
            return Err(self.refuse(Rule::ProviderInForce, reason));
        }
        Ok(())
    }

    /// INVARIANT(INV-34): no more is paid on a claim than was verified, in no more instalments, and for
    /// what was claimed.
    fn judge_claimed(
        &mut self,
        event: &Event,
        claim: &ClaimEntry,
        past: &impl Past,
    ) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        let refused = |this: &Self, reason: String| Err(this.refuse(Rule::ClaimFits, reason));
        match claim.status {
            ClaimStatus::Verified => {}
            ClaimStatus::Refused => return refused(self, "the claim was refused".to_owned()),
            _ => return refused(self, "the claim is not verified".to_owned()),
        }
        if claim.kind != fact.purpose_code() {
            return refused(self, "the claim is for another kind of benefit".to_owned());
        }
        if let Some(from) = claim.payable_from.filter(|from| day < *from) {
            return refused(self, format!("the claim is paid from {from} on, not on {day}"));
        }
        self.judge_approved(fact, claim)?;
        if let Some(verified) = claim.verified_on.filter(|verified| day < *verified) {
            return refused(self, format!("the claim is verified on {verified}, not by {day}"));
        }
        if claim.payments >= claim.instalments && fact.amount_minor() > claim.returned_minor {
            let reason = format!(
                "all {} instalments are paid, {} of them came back and can be paid again",
                claim.instalments,
                self.figure(claim.returned_minor)
            );
            return refused(self, reason);
        }
        let Some(payee) = fact.party().filter(|payee| claim.person != Some(*payee)) else {
            return Ok(());
        };
        // Another than the person entitled is paid only where it is a provider who rendered the service.
        if self.entry(&RegisterKey::Provider(payee), past)?.provider().agreed_from.is_none() {
            let reason = format!("{payee} is neither who claimed nor a provider");
            return refused(self, reason);
        }
        Ok(())
    }

    /// Money that counts as paid on a claim is within what was verified.
    pub(super) fn judge_approved(&self, fact: &Fact, claim: &ClaimEntry) -> Result<(), Error> {
        let paid = u128::from(claim.paid_minor) + u128::from(fact.amount_minor());
        if paid <= u128::from(claim.approved_minor) {
            return Ok(());
        }
        let reason = format!(
            "{} was verified and {} paid; {} would be too much",
            self.figure(claim.approved_minor),
            self.figure(claim.paid_minor),
            self.figure(fact.amount_minor())
        );
        Err(self.refuse(Rule::ClaimFits, reason))
    }

    pub(super) fn judge_claim(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let fact = event.fact();
        let refused = |this: &Self, reason: String| Err(this.refuse(Rule::ClaimFits, reason));
        let Some(case) = event.correlation() else {
            return refused(self, format!("`{}` names no case", fact.kind()));
        };
        let claim = self.entry(&RegisterKey::Claim(case), past)?.claim();
        match (fact.kind(), claim.status) {
            (Kind::BenefitClaimed, ClaimStatus::Unknown) => {
                // The day of the event insured is not ahead.
                let Detail::Matter(matter) = fact.detail() else { return Ok(()) };
                match matter.from().filter(|day| *day > event.effective_on()) {
                    Some(day) => refused(self, format!("{day} is later than the claim")),
                    None => Ok(()),
                }
            }
            (Kind::BenefitClaimed, _) => refused(self, format!("case {case} is a claim already")),
            (_, ClaimStatus::Unknown) => refused(self, format!("case {case} is no claim")),
            _ if claim.filed_on > Some(event.effective_on()) => {
                let filed = claim.filed_on.map(|day| day.to_string()).unwrap_or_default();
                refused(self, format!("the claim is filed on {filed}, later than this"))
            }
            (Kind::ClaimVerified, _) if fact.amount_minor() < claim.paid_minor => {
                let reason = format!(
                    "{} is paid on the claim; recover what is too much, {} cannot be verified",
                    self.figure(claim.paid_minor),
                    self.figure(fact.amount_minor())
                );
                refused(self, reason)
            }
            (Kind::ClaimVerified, ClaimStatus::Refused) => {
                refused(self, "the claim was refused; it is filed again as another".to_owned())
            }
            (Kind::ClaimRefused, _) if claim.paid_minor > 0 => {
                refused(self, "the claim is paid in part; stop or recover the benefit".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// What ends or resumes was there before, and no stop is put off by another.
    pub(super) fn judge_ending(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let fact = event.fact();
        let (Some(party), Detail::Matter(matter)) = (fact.party(), fact.detail()) else {
            return Ok(());
        };
        let from = matter.from();
        if fact.kind() == Kind::ProviderEnded {
            let provider = self.entry(&RegisterKey::Provider(party), past)?.provider();
            return if from.is_some_and(|day| provider.holds_on(day)) {
                Ok(())
            } else {
                let reason = format!("no agreement with {party} holds on that day");
                Err(self.refuse(Rule::ProviderInForce, reason))
            };
        }
        let key = RegisterKey::Stop { person: party, kind: fact.purpose_code() };
        let stop = self.entry(&key, past)?.stop();
        let stopped = stop.stopped_from.filter(|day| Some(*day) <= from);
        let standing = stopped.filter(|_| stop.resumed_from.is_none());
        if fact.kind() == Kind::BenefitStopped {
            let Some(day) = standing else { return Ok(()) };
            let reason = format!("the benefit of {party} is stopped from {day} on already");
            return Err(self.refuse(Rule::BenefitNotStopped, reason));
        }
        if standing.is_some() {
            return Ok(());
        }
        let reason = format!("the benefit of {party} is not stopped on that day");
        Err(self.refuse(Rule::BenefitNotStopped, reason))
    }

    /// INVARIANT(INV-37): no more is demanded back than was paid and has not come back, and no more is
    /// written off than is outstanding.
    pub(super) fn judge_demand(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let fact = event.fact();
        let Detail::Matter(matter) = fact.detail() else { return Ok(()) };
        let seq = matter.number();
        let refused = |this: &Self, reason: String| Err(this.refuse(Rule::RecoveryFits, reason));
        let recovery = self.entry(&RegisterKey::Recovery(seq), past)?.recovery();
        let recorded = seq < event.seq();
        let payment = if recorded { past.event(seq)? } else { None };
        let payment = payment.filter(|payment| {
            matches!(payment.kind(), Kind::BenefitPaid | Kind::CrossProvinceSettled)
        });
        let Some(payment) = payment else {
            return refused(self, format!("event {seq} is no recorded payment of a benefit"));
        };
        if event.effective_on() < payment.effective_on() {
            let reason = format!(
                "event {seq} paid on {}, later than {}",
                payment.effective_on(),
                event.effective_on()
            );
            return Err(self.refuse(Rule::AfterOriginal, reason));
        }
        if fact.kind() == Kind::RecoveryWaived {
            if fact.amount_minor() <= recovery.outstanding_minor() {
                return Ok(());
            }
            let reason = format!(
                "{} of event {seq} is outstanding, {} cannot be written off",
                self.figure(recovery.outstanding_minor()),
                self.figure(fact.amount_minor())
            );
            return refused(self, reason);
        }
        let came_back = i128::from(past.corrected_minor(seq)?)
            + i128::from(self.corrected.get(&seq).copied().unwrap_or(0));
        let left = i128::from(payment.fact().amount_minor()) - came_back;
        let settled = i128::from(recovery.recovered_minor) + i128::from(recovery.waived_minor);
        let demanded = i128::from(fact.amount_minor());
        if demanded > left + i128::from(recovery.recovered_minor) || demanded < settled {
            let reason = format!(
                "event {seq} paid {}, {} of it came back or was written off; {} cannot be demanded",
                self.figure(payment.fact().amount_minor()),
                self.figure(
                    u64::try_from(came_back + i128::from(recovery.waived_minor)).unwrap_or(0)
                ),
                self.figure(fact.amount_minor())
            );
            return refused(self, reason);
        }
        Ok(())
    }
}
