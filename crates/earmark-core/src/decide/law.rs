use std::sync::Arc;

use super::{Decision, Past};
use crate::error::Error;
use crate::event::{Event, Fact, Kind, PurposeList};
use crate::rejected::Rule;
use crate::rules::{
    Act, DayRules, FundRules, Profile, PurposeList as RuleList, Requirement, Strength, Topic,
};
use crate::time::Day;

impl Decision {
    /// The rules as they are on a day: nothing is closed or required where no profile was adopted.
    pub(super) fn rules_of(&mut self, day: Day) -> DayRules {
        let Some(rules) = &self.rules else { return DayRules::NONE };
        if let Some((held, of_day)) = self.of_day
            && held == day
        {
            return of_day;
        }
        let day_rules = rules.on(day);
        self.of_day = Some((day, day_rules));
        day_rules
    }

    pub(super) fn requires(&mut self, requirement: Requirement, day: Day) -> bool {
        self.rules_of(day).strength(requirement) == Strength::Refuse
    }

    /// Why the profile says so, for a refusal.
    pub(super) fn why(&self, topic: Topic, subject: &str, day: Day) -> String {
        match &self.rules {
            Some(rules) => rules.why(topic, subject, day).to_string(),
            None => "the book has adopted no rule profile".to_owned(),
        }
    }

    /// The rules that a profile gives to this book.
    ///
    /// INVARIANT(INV-31): a book is judged by a profile that is of its law and of its area, and that stands
    /// in the book as an event.
    pub(super) fn adopted(&self, text: &str) -> Result<Arc<FundRules>, Error> {
        let book = self.state.book();
        let refused = |error: &dyn std::fmt::Display| {
            self.refuse(Rule::ProfileFits, format!("the profile: {error}"))
        };
        let profile = Profile::parse(text).map_err(|error| refused(&error))?;
        profile.fits(book.area()).map_err(|error| refused(&error))?;
        profile.fits_fund(book.fund()).map_err(|error| refused(&error))?;
        Ok(Arc::new(profile.for_fund(book.fund())))
    }

    /// INVARIANT(INV-32): an event is judged by the rules of its own day.
    pub(super) fn judge_law(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        if self.rules.is_none() {
            return Ok(());
        }
        let rules = self.rules_of(day);
        self.judge_accounts(rules, fact, day)?;
        self.judge_purpose(rules, fact, day)?;
        match act_of(fact.kind()) {
            Some(act) => self.judge_authority(act, event, past),
            None => Ok(()),
        }
    }

    /// Money moves, and an account opens, only where the rules of the day know the account. What stands in
    /// an account that is to be no more can still leave it.
    fn judge_accounts(&self, rules: DayRules, fact: &Fact, day: Day) -> Result<(), Error> {
        let entered = match (fact.kind(), fact.movement()) {
            (Kind::AccountOpened, _) => fact.account(),
            (_, Some(movement)) => movement.to,
            _ => None,
        };
        match entered {
            Some(account) if !rules.has_account(account) => {
                let why = self.why(Topic::Account, account.word(), day);
                Err(self.refuse(Rule::AccountExists, format!("the {account}: {why}")))
            }
            _ => Ok(()),
        }
    }

    /// What takes money back has the purpose of its original, which may be closed by now.
    fn judge_purpose(&self, rules: DayRules, fact: &Fact, day: Day) -> Result<(), Error> {
        let (list, name) = match fact.purpose_list() {
            _ if fact.original().is_some() => return Ok(()),
            PurposeList::Premium => (RuleList::Premium, self.premium_name(fact)),
            PurposeList::Benefit => (RuleList::Benefit, self.benefit_name(fact)),
            PurposeList::StateUse => (RuleList::StateUse, self.state_use_name(fact)),
            _ => return Ok(()),
        };
        if rules.is_open(list, fact.purpose_code()) {
            return Ok(());
        }
        let why = self.why(Topic::Purpose, &format!("{} {name}", list.word()), day);
        Err(self.refuse(Rule::PurposeInForce, format!("`{name}`: {why}")))
    }

    /// Only the offices that the profile names may do what it reserves to them.
    fn judge_authority(&self, act: Act, event: &Event, past: &impl Past) -> Result<(), Error> {
        // A profile judges what is recorded from now on, whatever day its adoption is dated.
        let day = match act {
            Act::AdoptProfile => self.now.recorded_on,
            _ => event.effective_on(),
        };
        let Some(rules) = &self.rules else { return Ok(()) };
        // What is reserved today is not done by another because it is dated before it was reserved.
        let named = |day| rules.authority(act, day).map(|ruling| (ruling, day));
        let Some((ruling, day)) = named(day).or_else(|| named(self.now.recorded_on)) else {
            return Ok(());
        };
        let actor = self.text(event.actor(), past)?;
        if ruling.value.iter().any(|office| is_of(&actor, office)) {
            return Ok(());
        }
        let why = self.why(Topic::Authority, act.word(), day);
        Err(self.refuse(Rule::Authority, format!("`{actor}` may not do this: {why}")))
    }

    pub(super) fn premium_name(&self, fact: &Fact) -> &'static str {
        let fund = self.state.book().fund();
        fund.premium(fact.purpose_code()).map_or("", |it| it.name)
    }

    fn benefit_name(&self, fact: &Fact) -> &'static str {
        let fund = self.state.book().fund();
        fund.benefit(fact.purpose_code()).map_or("", |it| it.name)
    }

    fn state_use_name(&self, fact: &Fact) -> &'static str {
        let fund = self.state.book().fund();
        fund.state_use(fact.purpose_code()).map_or("", |it| it.name)
    }
}

/// What the profile reserves to named offices.
pub(crate) const fn act_of(kind: Kind) -> Option<Act> {
    match kind {
        Kind::ProfileAdopted => Some(Act::AdoptProfile),
        Kind::AccountOpened => Some(Act::OpenAccount),
        Kind::PeriodReopened => Some(Act::ReopenPeriod),
        Kind::DueCorrected => Some(Act::CorrectDue),
        Kind::RecoveryWaived => Some(Act::WaiveRecovery),
        Kind::BudgetApproved => Some(Act::ApproveBudget),
        Kind::BudgetAdjusted => Some(Act::AdjustBudget),
        Kind::UsePlanApproved => Some(Act::ApproveUsePlan),
        Kind::ReserveDrawn => Some(Act::DrawReserve),
        Kind::LoanAuthorised => Some(Act::GrantAuthorisation),
        Kind::ReorganisedIn | Kind::ReorganisedOut => Some(Act::Reorganise),
        _ => None,
    }
}

/// Whether an actor is an office, or a desk of it: `finance_department`, or `finance_department/payments`.
fn is_of(actor: &str, office: &str) -> bool {
    actor.strip_prefix(office).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
