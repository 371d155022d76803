//! What the law wants of a book beside its money: a budget, use plans, closings, and a correction of
//! what was closed.

use std::collections::BTreeMap;

use earmark::prelude::*;

use crate::funds::{Flow, Law, Replayed};
use crate::papers::Office;
use crate::seed::Seed;

use super::book::{BookPlan, LineYear};
use super::phase::{Cell, Phase};
use super::{PlanError, YEAR};

/// Ten thousand yuan, in fen: budgets are made in whole ones.
const WAN: u64 = 1_000_000;
/// By how many in a hundred a budget misses the year at most.
const MISSES: u64 = 2;
/// The month whose interest is entered wrongly where a book has a correction: the last of a quarter.
const ENTERED_WRONGLY_IN: u32 = 3;
/// On which day of the next month that is found.
const FOUND_ON: i32 = 26;

/// A year's budget of a book, in fen.
#[derive(Clone, Debug, Default)]
pub(super) struct YearBudget {
    pub(super) lines: BTreeMap<BudgetLine, u64>,
    /// Why expenditure is over income, where it is.
    pub(super) deficit: Option<String>,
}

impl YearBudget {
    /// A budget as it is made before the year: each line near to what the year then brings.
    pub(super) fn near(year: BTreeMap<BudgetLine, u64>, seed: Seed) -> Self {
        let planned = |(line, amount): (BudgetLine, u64)| {
            let varied = seed.of(u64::from(line.code())).vary(amount / 100, MISSES);
            (line, varied.next_multiple_of(WAN).max(WAN))
        };
        let lines = year.into_iter().filter(|(_, amount)| *amount > 0).map(planned).collect();
        let mut budget = Self { lines, deficit: None };
        let (income, expenditure) = budget.totals();
        budget.deficit = (expenditure > income).then(|| {
            "covered by the balance carried forward from earlier years 动用以前年度滚存结余"
                .to_owned()
        });
        budget
    }

    /// Income and expenditure.
    pub(super) fn totals(&self) -> (u64, u64) {
        self.lines.iter().fold((0, 0), |(income, expenditure), (line, amount)| {
            match line.is_income() {
                true => (income + amount, expenditure),
                false => (income, expenditure + amount),
            }
        })
    }
}

/// What the lines of a book come to over the year, by line of the budget.
pub(super) fn year_of<F: Replayed>(lines: &[LineYear<F>]) -> BTreeMap<BudgetLine, u64> {
    let mut year = BTreeMap::new();
    for line in lines {
        if let Some(of) = line.line.flow.budget_line() {
            *year.entry(of).or_default() += line.amounts.iter().sum::<u64>();
        }
    }
    year
}

/// A month closed with a wrong entry: the special account's interest was entered without its last
/// digit. Found later, the month is opened again, the entry reversed and made as it should have been,
/// and the month and its quarter are closed again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Correction {
    /// The month that was wrong.
    pub(crate) month: Month,
    /// The day on which that is found and corrected.
    pub(crate) on: Day,
    /// What should have been entered, in fen.
    pub(crate) right: u64,
}

impl Correction {
    /// Why the month is opened again.
    pub(crate) const REASON: &'static str = "the bank's interest advice was entered without its last digit; found when the statement of \
         the special account was reconciled 利息通知单漏录末位，对账时发现";
    /// How many events it is: the month is opened, the wrong entry reversed, the right one made, the
    /// month closed, the quarter closed.
    pub(super) const EVENTS: u64 = 5;

    /// What is entered instead of the right amount.
    pub(super) const fn entered(right: u64) -> u64 {
        right / 10
    }

    /// The quarter of the month.
    pub(crate) fn quarter(&self) -> Result<Period, PlanError> {
        Ok(Period::quarter(self.month.year(), self.month.number().div_ceil(3))?)
    }
}

impl<F: Replayed> BookPlan<F> {
    /// Under which profile the book is kept.
    pub(super) fn law(&self) -> Law {
        Law::of(self.area)
    }

    /// The budget, line by line and then approved; and the use plan of January.
    pub(super) fn budgeting(&self) -> Result<Vec<Cell<F>>, PlanError> {
        let mut cells: Vec<_> = (self.budget.lines.iter())
            .map(|(line, amount)| {
                self.single(Flow::DraftBudget(*line), Office::Budget, Some(*amount))
            })
            .collect();
        if !cells.is_empty() {
            let (income, expenditure) = self.budget.totals();
            let flow = Flow::ApproveBudget { income, expenditure };
            cells.push(self.single(flow, Office::Congress, None));
        }
        cells.extend(self.use_plan(Month::new(YEAR, 1)?));
        Ok(cells)
    }

    fn use_plan(&self, month: Month) -> Option<Cell<F>> {
        let released = match month.number() <= self.months {
            true => self.released(super::draft::place_of(u64::from(month.number() - 1))),
            false => 0,
        };
        let flow = Flow::ApprovePlan(month);
        (released > 0).then(|| self.single(flow, Office::UsePlan, Some(released)))
    }

    /// The first day after a month, 1 to 12: the month is closed, and the next one's use plan approved.
    pub(crate) fn turn(&self, number: u32) -> Result<Phase<F>, PlanError> {
        let mut phase = self.close_on_the_next_day(Period::month(Month::new(YEAR, number)?))?;
        if let Ok(next) = Month::new(YEAR, number + 1) {
            phase.cells.extend(self.use_plan(next));
        }
        Ok(phase)
    }

    /// The longer periods that end with a month, shortest first. Each is closed in a commit of its own.
    pub(crate) fn ends(&self, number: u32) -> Result<Vec<Phase<F>>, PlanError> {
        let mut ends = Vec::new();
        if number.is_multiple_of(3) {
            ends.push(self.close_on_the_next_day(Period::quarter(YEAR, number / 3)?)?);
        }
        if number == 12 {
            ends.push(self.close_on_the_next_day(Period::year(YEAR)?)?);
        }
        Ok(ends)
    }

    fn close_on_the_next_day(&self, period: Period) -> Result<Phase<F>, PlanError> {
        let day = Day::from_days(period.last().days() + 1)?;
        Ok(Phase {
            days: vec![day],
            cells: vec![self.single(Flow::Close(period), Office::Closing, None)],
        })
    }

    /// How many months are closed: all twelve, but for a book of which only the first are known.
    pub(crate) const fn closed_months(&self) -> u32 {
        self.closed_months
    }

    /// How many events all closings and use plans after January's are.
    pub(super) fn turning(&self) -> Result<u64, PlanError> {
        let mut events = 0;
        for month in 1..=self.closed_months {
            events += self.turn(month)?.events() + self.ends(month)?.len() as u64;
        }
        Ok(events)
    }

    /// The correction of what was closed, where the book has one.
    pub(crate) fn correction(&self) -> Result<Option<Correction>, PlanError> {
        let right = match self.corrected {
            true => {
                self.interest_of_special(super::draft::place_of(u64::from(ENTERED_WRONGLY_IN) - 1))
            }
            false => 0,
        };
        if Correction::entered(right) == 0 {
            return Ok(None);
        }
        let month = Month::new(YEAR, ENTERED_WRONGLY_IN)?;
        let on = Day::from_days(month.last_day().days() + FOUND_ON)?;
        Ok(Some(Correction { month, on, right }))
    }

    fn interest_of_special(&self, place: usize) -> u64 {
        let interest = self.lines.iter().filter(|it| matches!(it.line.flow, Flow::Interest));
        interest.map(|it| super::book::halves_of_interest(it.month(place).0).0).sum()
    }

    /// The texts that the book registers beside those of its offices: why its budget has a deficit, why
    /// a month is opened again.
    pub(crate) fn reasons(&self) -> Result<[Option<&str>; 2], PlanError> {
        let correction = self.correction()?.map(|_| Correction::REASON);
        Ok([self.budget.deficit.as_deref(), correction])
    }
}
