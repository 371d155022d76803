use super::{Decision, Past};
use crate::account::Account;
use crate::error::Error;
use crate::event::{Detail, Event, Kind};
use crate::rejected::Rule;
use crate::rules::{BufferUse, Rate, Topic};
use crate::time::{Day, Month};

impl Decision {
    /// INVARIANT(INV-39): a fund that may not invest does not, and one that may first keeps months of
    /// payments (财社〔2017〕144号 art 37; 工伤保险条例 art 12).
    pub(super) fn judge_investment(
        &mut self,
        event: &Event,
        past: &impl Past,
    ) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        let Some(rules) = self.rules.clone() else { return Ok(()) };
        if fact.kind() == Kind::InvestmentReported {
            return self.judge_equities(event, rules.equities_max(day).map(|it| it.value));
        }
        if let Some(may) = rules.may_invest(day)
            && !may.value
        {
            let why = self.why(Topic::Investment, "may", day);
            return Err(self.refuse(Rule::BufferFirst, format!("the fund may not invest: {why}")));
        }
        let months = rules.buffer_months(BufferUse::BeforeInvesting, day).map(|it| it.value);
        let Some(months) = months.filter(|months| *months > 0) else { return Ok(()) };
        if self.paid {
            let reason = "money is placed before benefits are paid, or in a commit of its own";
            return Err(self.refuse(Rule::BufferFirst, reason));
        }
        let buffer = payments_before(day.month(), past)? * u128::from(months) / 12;
        let held = u128::from(
            self.state.total_minor().saturating_sub(self.state.balance_minor(Account::Investment)),
        );
        let amount = u128::from(fact.amount_minor());
        if held < amount + buffer {
            let figure = |minor| crate::money::Figure::from_minor(minor, self.currency());
            let reason = format!(
                "{months} months of payments are {}; of {} held, {} cannot be placed: {}",
                figure(buffer),
                figure(held),
                figure(amount),
                self.why(Topic::Buffer, BufferUse::BeforeInvesting.word(), day)
            );
            return Err(self.refuse(Rule::BufferFirst, reason));
        }
        Ok(())
    }

    /// Equities are at most the share of the net value that the profile names (国发〔2015〕48号).
    fn judge_equities(&self, event: &Event, most: Option<Rate>) -> Result<(), Error> {
        let Detail::Matter(matter) = event.fact().detail() else { return Ok(()) };
        let (value, equities) = (event.fact().amount_minor(), matter.base_minor());
        let limit = most.map_or(Some(value), |most| most.of_minor(value)).unwrap_or(value);
        if equities <= limit {
            return Ok(());
        }
        let reason = format!(
            "equities of {} in a net value of {} are over {}: {}",
            self.figure(equities),
            self.figure(value),
            self.figure(limit),
            self.why(Topic::Investment, "equities_max", event.effective_on())
        );
        Err(self.refuse(Rule::EquityLimit, reason))
    }
}

/// What was paid in benefits in the twelve months before a month, less what came back in them.
fn payments_before(month: Month, past: &impl Past) -> Result<u128, Error> {
    let last = month.first_day().previous();
    let first = Month::new(month.year() - 1, month.number()).map(Month::first_day);
    let (Some(last), Ok(first)) = (last, first) else { return Ok(0) };
    let within = |day: Day| first <= day && day <= last;
    let mut sum = 0_i128;
    past.totals(&mut |key, minor| {
        let minor = i128::try_from(minor).unwrap_or(i128::MAX);
        let sign = match key.kind {
            Kind::BenefitPaid | Kind::CrossProvinceSettled => 1,
            Kind::PaymentReturned | Kind::BenefitRecovered => -1,
            _ => 0,
        };
        if within(key.day) {
            sum += if key.reversed { -sign * minor } else { sign * minor };
        }
    })?;
    Ok(u128::try_from(sum).unwrap_or(0))
}
