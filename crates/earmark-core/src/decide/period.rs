use super::{Decision, Past};
use crate::account::Account;
use crate::error::Error;
use crate::event::{Detail, Event};
use crate::money::SignedFigure;
use crate::register::RegisterKey;
use crate::rejected::Rule;
use crate::rules::{Requirement, Topic};
use crate::time::{Day, Period};

impl Decision {
    /// A period is closed once it is over, in a commit of its own. Where the rules want the revenue account
    /// empty at month end, it is (财社〔2017〕144号 art 40); order and gaps are the state's to judge.
    pub(super) fn judge_closing(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let Detail::Matter(matter) = event.fact().detail() else { return Ok(()) };
        let Some((first, last)) = matter.from().zip(matter.until()) else { return Ok(()) };
        if self.now.today <= last {
            let reason = format!("{last} is not over; today is {}", self.now.today);
            return Err(self.refuse(Rule::PeriodOrder, reason));
        }
        let closing = self.entry(&RegisterKey::Closing { first, last }, past)?.closing();
        if closing.revision > 0 && !closing.reopened {
            let reason = format!("{first} to {last} is closed, and nothing of it was reopened");
            return Err(self.refuse(Rule::PeriodOrder, reason));
        }
        if self.admitted > 0 {
            let reason = "a closing stands first in its commit";
            return Err(self.refuse(Rule::PeriodOrder, reason));
        }
        let Some(period) = Period::new(first, last) else { return Ok(()) };
        if self.state.standing().reopened != Some(period) {
            self.judge_months(period, past)?;
            return self.judge_month_end(last, past);
        }
        // What was reopened can have changed at the end of each of its months.
        let mut next = Some(first.month());
        while let Some(month) = next.filter(|month| month.last_day() <= last) {
            self.judge_month_end(month.last_day(), past)?;
            next = month.next();
        }
        Ok(())
    }

    fn judge_month_end(&mut self, last: Day, past: &impl Past) -> Result<(), Error> {
        let zero = Requirement::RevenueAccountZeroAtMonthEnd;
        if !self.requires(zero, last) {
            return Ok(());
        }
        let left = balance_on(Account::Revenue, last, past)?;
        if left == 0 {
            return Ok(());
        }
        let reason = format!(
            "the revenue account holds {} at the end of {last}: {}",
            SignedFigure::from_minor(left, self.currency()),
            self.why(Topic::Requirement, zero.word(), last)
        );
        Err(self.refuse(Rule::PeriodOrder, reason))
    }

    /// INVARIANT(INV-29): a quarter or a year is closed once each of its months is. The state knows only
    /// until when the book is closed, not from when.
    fn judge_months(&mut self, period: Period, past: &impl Past) -> Result<(), Error> {
        let (first, last) = (period.first(), period.last());
        let closed = self.state.standing().closed_until.is_some_and(|closed| last <= closed);
        if !closed || !matches!(period.whole_months(), Some(3 | 12)) {
            return Ok(());
        }
        let mut next = Some(first.month());
        while let Some(month) = next.filter(|month| month.last_day() <= last) {
            let key = RegisterKey::Closing { first: month.first_day(), last: month.last_day() };
            if self.entry(&key, past)?.closing().revision == 0 {
                let reason = format!("{month} is not closed, and is part of {first} to {last}");
                return Err(self.refuse(Rule::PeriodOrder, reason));
            }
            next = month.next();
        }
        Ok(())
    }
}

/// What an account held at the end of a day, in minor units.
fn balance_on(account: Account, day: Day, past: &impl Past) -> Result<i128, Error> {
    let mut balance = 0_i128;
    past.totals(&mut |key, minor| {
        if key.day > day {
            return;
        }
        let movement = key.movement(0);
        let minor = i128::try_from(minor).unwrap_or(i128::MAX);
        if movement.to == Some(account) {
            balance += minor;
        }
        if movement.from == Some(account) {
            balance -= minor;
        }
    })?;
    Ok(balance)
}
