use super::{Decision, Past};
use crate::account::Account;
use crate::error::Error;
use crate::event::{Detail, Event, Kind};
use crate::money::Figure;
use crate::register::{RegisterKey, repay_by};
use crate::rejected::Rule;
use crate::rules::Topic;
use crate::time::Day;

impl Decision {
    /// INVARIANT(INV-27): a loan between funds moves only under an authorisation that the profile of a law
    /// knows, within its limit and its days. The authorisation is itself an event, and the fund is one of
    /// those it names.
    pub(super) fn judge_authorisation(
        &mut self,
        event: &Event,
        past: &impl Past,
    ) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        let Detail::Matter(matter) = fact.detail() else { return Ok(()) };
        let id = self.text(matter.text(), past)?;
        let refused = |this: &Self, reason: String| Err(this.refuse(Rule::LoanAuthorised, reason));
        let Some(rules) = self.rules.clone() else {
            return refused(self, "the book has adopted no rule profile".to_owned());
        };
        let Some(ruling) = rules.profile().authorisation(&id, day) else {
            let why = self.why(Topic::Authorisation, &id, day);
            return refused(self, format!("`{id}` is no authorisation: {why}"));
        };
        let (fund, currency) = (self.state.book().fund(), self.currency());
        let (authorisation, rule) = (ruling.value, ruling.rule);
        let named = |codes: &[String]| codes.iter().any(|code| code == fund.code());
        if !named(authorisation.lenders()) && !named(authorisation.borrowers()) {
            return refused(self, format!("the fund is not named: {authorisation}"));
        }
        // What was granted under the same authorisation before counts: the limit is one.
        let granted = self.entry(&RegisterKey::Authorisation(matter.text()), past)?.loan();
        let granted = u128::from(granted.limit_minor);
        if let Some(limit) = authorisation
            .limit_minor(currency)
            .filter(|it| granted + u128::from(fact.amount_minor()) > u128::from(*it))
        {
            let reason = format!(
                "{} is over the limit of {}, of which {} is granted",
                self.figure(fact.amount_minor()),
                self.figure(limit),
                Figure::from_minor(granted, currency)
            );
            return refused(self, reason);
        }
        let within = |day: Day| rule.from() <= day && rule.until().is_none_or(|last| day <= last);
        if !matter.from().is_some_and(within) || !matter.until().is_some_and(within) {
            let until =
                rule.until().map_or_else(|| "further notice".to_owned(), |it| it.to_string());
            let reason = format!("loans are made from {} until {until}", rule.from());
            return refused(self, reason);
        }
        let repaid = repay_by(matter);
        if repaid.is_none() || authorisation.repay_by().is_some_and(|last| repaid > Some(last)) {
            let last = authorisation.repay_by().map(|day| day.to_string()).unwrap_or_default();
            return refused(self, format!("the loan is to be repaid by {last}"));
        }
        Ok(())
    }

    pub(super) fn judge_loan(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        let Detail::Under(seq) = *fact.detail() else { return Ok(()) };
        let refused = |this: &Self, reason: String| Err(this.refuse(Rule::LoanAuthorised, reason));
        let loan = self.entry(&RegisterKey::Loan(seq), past)?.loan();
        if loan.limit_minor == 0 {
            return refused(self, format!("event {seq} authorises no loan"));
        }
        let drawn = matches!(fact.kind(), Kind::LoanReceived | Kind::LoanMade);
        if drawn && !(loan.from <= Some(day) && Some(day) <= loan.until) {
            return refused(self, format!("no loan is made on {day} under event {seq}"));
        }
        // The limit is for all that is ever drawn: what is repaid is not drawn again.
        let (already, most) = match fact.kind() {
            Kind::LoanReceived => (loan.received_minor, loan.limit_minor),
            Kind::LoanMade => (loan.lent_minor, loan.limit_minor),
            Kind::LoanRepaid => (0, loan.owed_minor()),
            _ => (0, loan.owing_minor()),
        };
        if u128::from(already) + u128::from(fact.amount_minor()) > u128::from(most) {
            let reason = format!(
                "`{}` has room for {}, {} would be too much",
                fact.kind(),
                self.figure(most - already.min(most)),
                self.figure(fact.amount_minor())
            );
            return refused(self, reason);
        }
        if drawn { self.judge_role(event, seq, past) } else { Ok(()) }
    }

    /// A fund lends where the authorisation names it as a lender, and borrows where it names it as a
    /// borrower.
    fn judge_role(&self, event: &Event, seq: u64, past: &impl Past) -> Result<(), Error> {
        let refused = |reason| Err(self.refuse(Rule::LoanAuthorised, reason));
        let Some(authorised) = past.event(seq)? else {
            return refused(format!("event {seq} is not recorded yet"));
        };
        let Detail::Matter(matter) = authorised.fact().detail() else { return Ok(()) };
        let id = self.text(matter.text(), past)?;
        let ruling = self
            .rules
            .as_ref()
            .and_then(|rules| rules.profile().authorisation(&id, event.effective_on()));
        let code = self.state.book().fund().code();
        let (role, named) = match (event.kind(), &ruling) {
            (Kind::LoanReceived, ruling) => {
                ("borrower", ruling.as_ref().map(|it| it.value.borrowers()))
            }
            (_, ruling) => ("lender", ruling.as_ref().map(|it| it.value.lenders())),
        };
        if named.is_some_and(|codes| codes.iter().any(|named| named == code)) {
            return Ok(());
        }
        refused(format!("`{id}` does not name `{code}` as a {role}"))
    }

    /// X4: a reorganisation is one that the profile lays down; what goes out is the whole of an account.
    pub(super) fn judge_reorganisation(&mut self, event: &Event) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        let code = self.state.book().fund().code();
        let out = fact.kind() == Kind::ReorganisedOut;
        let refused =
            |this: &Self, reason: String| Err(this.refuse(Rule::ReorganisationLawful, reason));
        let Some(rules) = self.rules.clone() else {
            return refused(self, "the book has adopted no rule profile".to_owned());
        };
        let lawful = rules.profile().reorganisations(day).any(|ruling| {
            let from = ruling.value.out_of().iter().any(|fund| fund == code);
            if out { from } else { ruling.value.into_fund() == code }
        });
        if !lawful {
            return refused(self, format!("no reorganisation of `{code}` is laid down for {day}"));
        }
        let account = fact.account().unwrap_or(Account::Special);
        let held = self.state.balance_minor(account);
        if out && held != fact.amount_minor() {
            let reason = format!(
                "the {account} holds {}, and goes over as a whole, not with {}",
                self.figure(held),
                self.figure(fact.amount_minor())
            );
            return refused(self, reason);
        }
        Ok(())
    }
}
