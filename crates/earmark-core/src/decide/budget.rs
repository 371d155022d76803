use super::{Decision, Past};
use crate::error::Error;
use crate::event::{Detail, Event, Kind, Matter};
use crate::register::{BudgetStatus, BudgetYearEntry, PlanEntry, RegisterKey};
use crate::rejected::Rule;
use crate::rules::{Requirement, Topic};
use crate::time::{Day, Month};

impl Decision {
    /// INVARIANT(INV-35): where the rules of the day want a budget, nothing is released or spent before it
    /// is approved.
    pub(super) fn judge_budgeted(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let day = event.effective_on();
        if !self.requires(Requirement::BudgetBeforePayment, day) {
            return Ok(());
        }
        let year = day.year();
        if self.budgeted.is_some_and(|(held, from)| held == year && from <= day) {
            return Ok(());
        }
        let budget = self.budget_of(year, past)?;
        match (budget.status, budget.approved_on) {
            (BudgetStatus::Approved, Some(from)) if from <= day => {
                self.budgeted = Some((year, from));
                Ok(())
            }
            (BudgetStatus::Approved, Some(from)) => {
                let reason =
                    format!("the budget of {year} is approved from {from} on, not on {day}");
                Err(self.refuse(Rule::BudgetApproved, reason))
            }
            _ => {
                let why =
                    self.why(Topic::Requirement, Requirement::BudgetBeforePayment.word(), day);
                let reason = format!("the budget of {year} is not approved: {why}");
                Err(self.refuse(Rule::BudgetApproved, reason))
            }
        }
    }

    /// No more is released for a month than its use plan has (财社〔2017〕144号 art 42).
    pub(super) fn judge_release(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let (fact, day) = (event.fact(), event.effective_on());
        let Detail::Plan(month) = *fact.detail() else { return Ok(()) };
        let plan = self.plan_of(month, past)?;
        if plan.approved_minor == 0 {
            if !self.requires(Requirement::UsePlanBeforeRelease, day) {
                return Ok(());
            }
            let why = self.why(Topic::Requirement, Requirement::UsePlanBeforeRelease.word(), day);
            let reason = format!("the use plan of {month} is not approved: {why}");
            return Err(self.refuse(Rule::UsePlan, reason));
        }
        if let Some(approved) = plan.approved_on.filter(|approved| day < *approved) {
            let reason =
                format!("the use plan of {month} is approved from {approved} on, not on {day}");
            return Err(self.refuse(Rule::UsePlan, reason));
        }
        let released = u128::from(plan.released_minor) + u128::from(fact.amount_minor());
        if released > u128::from(plan.approved_minor) {
            let reason = format!(
                "the use plan of {month} has {}, {} is released; {} would be too much",
                self.figure(plan.approved_minor),
                self.figure(plan.released_minor),
                self.figure(fact.amount_minor())
            );
            return Err(self.refuse(Rule::UsePlan, reason));
        }
        Ok(())
    }

    pub(super) fn judge_budget(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let fact = event.fact();
        let Detail::Matter(matter) = fact.detail() else { return Ok(()) };
        match fact.kind() {
            Kind::UsePlanApproved => self.judge_use_plan(event, matter, past),
            Kind::ShortfallStepTaken => self.judge_step(event, matter, past),
            _ => self.judge_budget_year(event, matter, past),
        }
    }

    /// A budget is drafted line by line, approved as drafted, and then changed by approved adjustments.
    fn judge_budget_year(
        &mut self,
        event: &Event,
        matter: &Matter,
        past: &impl Past,
    ) -> Result<(), Error> {
        let fact = event.fact();
        let refused = |this: &Self, reason: String| Err(this.refuse(Rule::BudgetFits, reason));
        let year = i32::try_from(matter.number()).ok().filter(|year| Day::new(*year, 1, 1).is_ok());
        let Some(year) = year else {
            return refused(self, format!("{} is no year", matter.number()));
        };
        // Who may approve is judged on the day of the approval: in the year, just before it, or later.
        let day = event.effective_on();
        if day.year() + 1 < year {
            return refused(
                self,
                format!("the budget of {year} is not drafted or approved as early as {day}"),
            );
        }
        let budget = self.budget_of(year, past)?;
        let approved = budget.status == BudgetStatus::Approved;
        match fact.kind() {
            Kind::BudgetLineDrafted if approved => {
                refused(self, format!("the budget of {year} is approved; adjust its line"))
            }
            Kind::BudgetLineDrafted => Ok(()),
            Kind::BudgetApproved if budget.status != BudgetStatus::Drafted => {
                let what = if approved { "is approved already" } else { "has no line" };
                refused(self, format!("the budget of {year} {what}"))
            }
            Kind::BudgetApproved if budget.drafted_on > Some(event.effective_on()) => {
                let drafted = budget.drafted_on.map(|day| day.to_string()).unwrap_or_default();
                refused(self, format!("a line of {year} is drafted on {drafted}, later than this"))
            }
            Kind::BudgetApproved => self.judge_approval(event, matter, year, &budget),
            Kind::BudgetLineAdjusted | Kind::BudgetAdjusted
                if approved && budget.approved_on > Some(event.effective_on()) =>
            {
                let from = budget.approved_on.map(|day| day.to_string()).unwrap_or_default();
                refused(
                    self,
                    format!("the budget of {year} is approved on {from}, later than this"),
                )
            }
            Kind::BudgetLineAdjusted if !approved => {
                refused(self, format!("the budget of {year} is not approved; draft its line"))
            }
            Kind::BudgetAdjusted if budget.pending == 0 => {
                refused(self, format!("no line of the budget of {year} waits for adjustment"))
            }
            _ => Ok(()),
        }
    }

    /// The approval states the totals of the drafted lines; expenditure over income has a reason (Social
    /// Insurance Law art 66; Jiangsu regulation art 11).
    fn judge_approval(
        &mut self,
        event: &Event,
        matter: &Matter,
        year: i32,
        budget: &BudgetYearEntry,
    ) -> Result<(), Error> {
        let (income, expenditure) = (event.fact().amount_minor(), matter.base_minor());
        if (income, expenditure) != (budget.income_minor, budget.expenditure_minor) {
            let reason = format!(
                "the lines of {year} come to income {} and expenditure {}, not {} and {}",
                self.figure(budget.income_minor),
                self.figure(budget.expenditure_minor),
                self.figure(income),
                self.figure(expenditure)
            );
            return Err(self.refuse(Rule::BudgetFits, reason));
        }
        if expenditure > income && matter.text() == 0 {
            let reason = format!(
                "the budget of {year} has a deficit of {} and names no reason for it",
                self.figure(expenditure - income)
            );
            return Err(self.refuse(Rule::BudgetFits, reason));
        }
        let day = event.effective_on();
        if expenditure > income && self.requires(Requirement::BudgetSurplus, day) {
            let reason = format!(
                "the budget of {year} has a deficit of {}: {}",
                self.figure(expenditure - income),
                self.why(Topic::Requirement, Requirement::BudgetSurplus.word(), day)
            );
            return Err(self.refuse(Rule::BudgetFits, reason));
        }
        Ok(())
    }

    fn judge_use_plan(
        &mut self,
        event: &Event,
        matter: &Matter,
        past: &impl Past,
    ) -> Result<(), Error> {
        let Some(from) = matter.from() else { return Ok(()) };
        let month = from.month();
        if month.first_day() != from {
            let reason = format!("a month is named by its first day, {}", month.first_day());
            return Err(self.refuse(Rule::UsePlan, reason));
        }
        // Who may approve is judged on the day of the approval, which is not years before the month.
        let day = event.effective_on();
        if day.year() + 1 < month.year() {
            let reason = format!("the use plan of {month} is not approved as early as {day}");
            return Err(self.refuse(Rule::UsePlan, reason));
        }
        let plan = self.plan_of(month, past)?;
        if event.fact().amount_minor() < plan.released_minor {
            let reason = format!(
                "{} is released by the use plan of {month}; it cannot have {}",
                self.figure(plan.released_minor),
                self.figure(event.fact().amount_minor())
            );
            return Err(self.refuse(Rule::UsePlan, reason));
        }
        Ok(())
    }

    /// INVARIANT(INV-38): the shortfall ladder is climbed step by step (财社〔2017〕144号 art 38).
    fn judge_step(
        &mut self,
        event: &Event,
        matter: &Matter,
        past: &impl Past,
    ) -> Result<(), Error> {
        let day = event.effective_on();
        let Some(from) = matter.from() else { return Ok(()) };
        let year = from.year();
        let ladder = self.entry(&RegisterKey::Ladder(year), past)?.step();
        let steps = self.rules.as_ref().and_then(|rules| rules.ladder(day));
        let names: Option<Vec<_>> =
            steps.map(|ruling| ruling.value.iter().map(|step| step.word()).collect());
        let Some(names) = names else {
            let why = self.why(Topic::Ladder, "", day);
            return Err(self.refuse(Rule::LadderOrder, format!("there is no ladder: {why}")));
        };
        let step = matter.number();
        if step != ladder.step && step != ladder.step + 1 || step > names.len() as u64 {
            let name = |step: u64| {
                let index = usize::try_from(step).ok().and_then(|step| step.checked_sub(1));
                index.and_then(|index| names.get(index)).copied().unwrap_or("none")
            };
            let reason = format!(
                "in {year} step {} comes next ({}), step {step} ({}) was given: {}",
                ladder.step + 1,
                name(ladder.step + 1),
                name(step),
                self.why(Topic::Ladder, "", day)
            );
            return Err(self.refuse(Rule::LadderOrder, reason));
        }
        self.in_range(ladder.gave_minor, event.fact().amount_minor())
    }

    fn budget_of(&mut self, year: i32, past: &impl Past) -> Result<BudgetYearEntry, Error> {
        Ok(self.entry(&RegisterKey::BudgetYear(year), past)?.budget_year())
    }

    fn plan_of(&mut self, month: Month, past: &impl Past) -> Result<PlanEntry, Error> {
        Ok(self.entry(&RegisterKey::Plan(month), past)?.plan())
    }
}
