//! One book over the year, and month by month.

use earmark::prelude::*;

use crate::funds::{Collector, Flow, Line, Replayed, Season, Size, Who};
use crate::papers::{self, Office};
use crate::seed::Seed;
use crate::split::UnevenParts;

use super::draft::{by_month, draw, place_of};
use super::law::{Correction, YearBudget};
use super::phase::{Cell, Phase};
use super::{PlanError, YEAR};

/// On which days of a month premiums come in.
const COLLECTION_DAYS: [i32; 3] = [5, 10, 15];
/// On which days benefits are paid; money is released on the first.
const PAYMENT_DAYS: [i32; 2] = [18, 20];
/// On which day returned payments come back and are paid again.
const RETURN_DAY: i32 = 24;

/// A line of one book, month by month.
pub(super) struct LineYear<F: Fund> {
    pub(super) line: Line<F>,
    pub(super) seed: Seed,
    /// In fen.
    pub(super) amounts: [u64; 12],
    pub(super) events: [u64; 12],
}

impl<F: Fund> LineYear<F> {
    pub(super) fn over(
        mut line: Line<F>,
        amount: u64,
        spare: u64,
        seed: Seed,
        here: Collector,
    ) -> Self {
        if let Flow::Premium(kind, Collector::Agency) = line.flow {
            line.flow = Flow::Premium(kind, here);
        }
        let mut weights = line.season;
        for (month, weight) in (0..).zip(&mut weights) {
            *weight = seed.of(draw::MONTH).of(month).vary(*weight, 4);
        }
        let mut year = Self { line, seed, amounts: by_month(amount, &weights), events: [0; 12] };
        year.give_out(spare, &line.season);
        year
    }

    /// An event for each month with money, and the spare ones by season.
    pub(super) fn give_out(&mut self, spare: u64, season: &Season) {
        let spare = by_month(spare, season);
        for ((events, amount), spare) in self.events.iter_mut().zip(self.amounts).zip(spare) {
            *events = spare + u64::from(amount > 0);
        }
    }

    pub(super) fn month(&self, month: usize) -> (u64, u64) {
        let of = |months: &[u64; 12]| months.get(month).copied().unwrap_or(0);
        (of(&self.amounts), of(&self.events))
    }

    fn is_benefit(&self) -> bool {
        matches!(self.line.flow, Flow::Benefit(_))
    }
}

/// What one book records over the year.
pub(crate) struct BookPlan<F: Fund> {
    pub(crate) area: Area,
    pub(super) people: Seed,
    /// The events of the whole plan, for messages.
    pub(super) events: u64,
    /// Who collects where the agency may.
    pub(super) collector: Collector,
    /// What is brought forward in the special account, in fen.
    pub(super) special: u64,
    /// What is brought forward in entrusted investment, in fen.
    pub(super) invested: u64,
    pub(super) lines: Vec<LineYear<F>>,
    /// How many payments of the main benefit bounce, by month.
    pub(super) returned: [u64; 12],
    /// How many months have money.
    pub(super) months: u32,
    /// How many months are closed.
    pub(super) closed_months: u32,
    pub(super) budget: YearBudget,
    /// Whether a month is closed with a wrong entry, and corrected later.
    pub(super) corrected: bool,
}

/// What one book records in one month.
pub(crate) struct MonthPlan<F: Fund> {
    pub(crate) collect: Phase<F>,
    pub(crate) pay: Phase<F>,
    /// Payments of `pay` that bounce and are paid again, by their place in that phase.
    pub(crate) returned: Vec<u64>,
    pub(crate) returned_on: Day,
    pub(crate) close: Phase<F>,
}

impl<F: Replayed> BookPlan<F> {
    /// Who records in this book, in the order in which their papers are registered.
    pub(crate) fn offices(&self) -> Vec<Office> {
        let mut offices = vec![Office::Opening, Office::Rules, Office::Closing];
        if !self.budget.lines.is_empty() {
            offices.extend([Office::Budget, Office::Congress]);
        }
        if !self.lines.is_empty() {
            offices.extend([Office::UsePlan, Office::Collection, Office::Payment]);
            offices.push(Office::SpecialAccount);
        }
        let has = |wanted: fn(&Line<F>) -> bool| self.lines.iter().any(|it| wanted(&it.line));
        if F::ORDINAL == EnterprisePension::ORDINAL
            || has(|line| matches!(line.flow, Flow::RemitToSuperior(_)))
        {
            offices.push(Office::Levels);
        }
        if has(|line| matches!(line.flow, Flow::Premium(_, Collector::Agency))) {
            offices.push(Office::AgencyCollection);
        }
        if has(|line| matches!(line.size, Size::PremiumsForUnemployed)) {
            offices.push(Office::ForUnemployed);
        }
        if self.corrected {
            offices.push(Office::Correction);
        }
        offices
    }

    /// How many texts the book registers before anything else.
    pub(crate) fn texts(&self) -> Result<u64, PlanError> {
        let reasons = self.reasons()?.into_iter().flatten().count() as u64;
        Ok(papers::texts(&self.offices(), "").len() as u64 + reasons)
    }

    /// How many events the book records, but for the central adjustment.
    pub(super) fn events(&self) -> Result<u64, PlanError> {
        let mut events = self.texts()? + self.opening()?.events() + self.turning()?;
        events += self.correction()?.map_or(0, |_| Correction::EVENTS);
        for month in 1..=self.months {
            let plan = self.month(month)?;
            events += plan.collect.events() + plan.pay.events() + plan.close.events();
            events += 2 * plan.returned.len() as u64;
        }
        Ok(events)
    }

    /// How many months have money.
    pub(crate) const fn months(&self) -> u32 {
        self.months
    }

    /// The rules are adopted, the accounts opened, the balances brought forward, the year's budget and
    /// the first use plan approved.
    pub(crate) fn opening(&self) -> Result<Phase<F>, PlanError> {
        let mut accounts = vec![Account::Special];
        if !self.lines.is_empty() {
            accounts.extend([Account::Expenditure, Account::Treasury]);
        }
        let by_agency =
            |it: &LineYear<F>| matches!(it.line.flow, Flow::Premium(_, Collector::Agency));
        if self.lines.iter().any(by_agency) {
            accounts.push(Account::Revenue);
        }
        if self.invested > 0 {
            accounts.push(Account::Investment);
        }
        let mut cells = vec![self.single(Flow::AdoptProfile(self.law()), Office::Rules, None)];
        for account in accounts {
            cells.push(self.single(Flow::OpenAccount(account), Office::Opening, None));
        }
        for (flow, amount) in [
            (Flow::BringForwardSpecial, self.special),
            (Flow::BringForwardInvestment, self.invested),
        ] {
            if amount > 0 {
                cells.push(self.single(flow, Office::Opening, Some(amount)));
            }
        }
        cells.extend(self.budgeting()?);
        Ok(Phase { days: vec![Day::new(YEAR, 1, 1)?], cells })
    }

    /// What happens in a month, 1 to 12.
    pub(crate) fn month(&self, number: u32) -> Result<MonthPlan<F>, PlanError> {
        let month = Month::new(YEAR, number)?;
        let place = place_of(u64::from(number - 1));
        let day = |of_month: i32| Day::from_days(month.first_day().days() + of_month - 1);
        let days = |of_month: &[i32]| of_month.iter().map(|it| day(*it)).collect::<Result<_, _>>();
        let mut collect = Phase { days: days(&COLLECTION_DAYS)?, cells: Vec::new() };
        let mut pay = Phase { days: days(&PAYMENT_DAYS)?, cells: Vec::new() };
        let mut close = Phase { days: vec![month.last_day()], cells: Vec::new() };
        let released = self.released(place);
        if released > 0 {
            pay.cells.push(self.single(
                Flow::Release(month),
                Office::SpecialAccount,
                Some(released),
            ));
        }
        let correction = self.correction()?.filter(|it| it.month == month);
        let mut collected = [0, 0];
        for line in &self.lines {
            let (amount, _) = line.month(place);
            if amount == 0 {
                continue;
            }
            let own = |flow| self.single(flow, Office::SpecialAccount, Some(amount));
            match line.line.flow {
                Flow::Premium(_, collector) => {
                    let [by_tax, by_agency] = &mut collected;
                    *if collector == Collector::Tax { by_tax } else { by_agency } += amount;
                    if matches!(line.line.size, Size::PremiumsForUnemployed) {
                        pay.cells.push(self.cell(line, place, Office::ForUnemployed)?);
                    } else {
                        let office = match collector {
                            Collector::Tax => Office::Collection,
                            Collector::Agency => Office::AgencyCollection,
                        };
                        collect.cells.push(self.cell(line, place, office)?);
                    }
                }
                Flow::OtherIncome(_) => {
                    collect.cells.push(self.cell(line, place, Office::Collection)?);
                }
                Flow::Subsidy => collect.cells.insert(0, own(Flow::Subsidy)),
                Flow::Benefit(_) | Flow::StateUse(_) => {
                    let office = match line.line.size {
                        Size::PremiumsForUnemployed => Office::ForUnemployed,
                        Size::PerMille(_) => Office::Payment,
                    };
                    pay.cells.push(self.cell(line, place, office)?);
                }
                Flow::Interest => {
                    // A little is earned by the expenditure account, which hands it over.
                    let (special, little) = halves_of_interest(amount);
                    let entered = correction.map_or(special, |it| Correction::entered(it.right));
                    for (flow, amount) in [
                        (Flow::Interest, entered),
                        (Flow::OwnInterest, little),
                        (Flow::HandOverInterest, little),
                    ] {
                        close.cells.push(self.single(flow, Office::SpecialAccount, Some(amount)));
                    }
                }
                Flow::RemitToSuperior(_) => {
                    let cell = self.single(line.line.flow, Office::Levels, Some(amount));
                    close.cells.push(cell);
                }
                flow => close.cells.push(own(flow)),
            }
        }
        for (collector, amount) in [Collector::Tax, Collector::Agency].into_iter().zip(collected) {
            if amount > 0 {
                let flow = Flow::Collections(collector);
                close.cells.insert(0, self.single(flow, Office::SpecialAccount, Some(amount)));
            }
        }
        let returned = self.returned.get(place).copied().unwrap_or(0);
        Ok(MonthPlan {
            returned: pay.spread_over_main_benefit(returned),
            returned_on: day(RETURN_DAY)?,
            collect,
            pay,
            close,
        })
    }

    /// The month's use plan: what is paid in the month, and a change of the reserve kept in the
    /// expenditure account, a quarter of a month's payments.
    pub(super) fn released(&self, place: usize) -> u64 {
        let paid = |place: usize| -> u64 {
            self.lines.iter().filter(|it| it.is_benefit()).map(|it| it.month(place).0).sum()
        };
        let before = place.checked_sub(1).map_or(0, paid);
        (paid(place) + paid(place) / 4).saturating_sub(before / 4)
    }

    pub(super) fn single(&self, flow: Flow<F>, office: Office, amount: Option<u64>) -> Cell<F> {
        Cell {
            flow,
            office,
            parts: amount.and_then(|amount| UnevenParts::new(amount, 1, self.people)),
            events: 1,
            over_all_days: false,
            people: self.people,
            population: 1,
            cases: None,
        }
    }

    fn cell(&self, year: &LineYear<F>, place: usize, office: Office) -> Result<Cell<F>, PlanError> {
        let (amount, events) = year.month(place);
        let seed = year.seed.of(draw::AMOUNTS).of(place as u64);
        let parts = UnevenParts::new(amount, events, seed).ok_or(PlanError::TooMany {
            events: self.events,
            total: amount,
            count: events,
        })?;
        let across_books = matches!(year.line.size, Size::PremiumsForUnemployed);
        Ok(Cell {
            flow: year.line.flow,
            office,
            parts: Some(parts),
            events,
            over_all_days: true,
            people: self.people.of(year.line.who as u64),
            // Everyone comes about once a month.
            population: match year.line.who {
                Who::MedicalOffice | Who::UnemploymentOffice => 1,
                _ => year.events.iter().sum::<u64>().div_ceil(12).max(1),
            },
            cases: across_books.then(|| seed.of(draw::CASES)),
        })
    }
}

/// Interest of the special account, and the little that the expenditure account earns.
pub(super) fn halves_of_interest(amount: u64) -> (u64, u64) {
    let little = (amount / 200).max(1);
    (amount - little, little)
}
