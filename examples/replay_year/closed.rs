//! How the year was closed, read back from the ledger: by which rules, with what budgets, which periods
//! are closed, and what was corrected after they were.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use earmark::event::Detail;
use earmark::prelude::*;
use earmark::register::{BudgetStatus, BudgetYearEntry, ClosingEntry, Registers};

use crate::areas::WUXI;
use crate::figures::Figures;
use crate::plan::YEAR;

/// How the year was closed.
#[derive(Default)]
pub(crate) struct ClosedYear {
    /// How many books follow each profile.
    pub(crate) profiles: BTreeMap<String, u64>,
    /// Periods that are closed, by their months: 1, 3, 12.
    pub(crate) closed: BTreeMap<u32, u64>,
    /// How many closings were of a period that had been closed before.
    pub(crate) again: u64,
    pub(crate) use_plans: u64,
    pub(crate) budgets: Budgets,
    /// What was known otherwise when it was closed first.
    pub(crate) restated: Vec<Restated>,
    pub(crate) wuxi: Option<Execution>,
    /// Why Wuxi's remittance was allowed, and its event.
    pub(crate) why: Option<(u64, Explanation)>,
    /// Books that stand otherwise than the year's end leaves them.
    pub(crate) disagreements: Vec<String>,
}

/// The approved budgets of all books.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Budgets {
    pub(crate) approved: u64,
    /// With more expenditure than income.
    pub(crate) deficits: u64,
    /// Lines of expenditure.
    pub(crate) lines: u64,
    /// Those of them of which more was spent.
    pub(crate) overspent: u64,
}

/// A period that was closed, opened again, corrected and closed again.
pub(crate) struct Restated {
    pub(crate) book: BookId,
    pub(crate) period: Period,
    /// When it was closed first, and by which event.
    pub(crate) published_at: Timestamp,
    pub(crate) published_through: u64,
    pub(crate) published: Statement,
    pub(crate) known: Statement,
    /// Within which bounds, why and by whom it was opened again.
    pub(crate) reopenings: Vec<Reopening>,
    /// The events recorded since that move money in the period.
    pub(crate) causes: Vec<Recorded>,
}

/// A closed period opened again.
pub(crate) struct Reopening {
    pub(crate) seq: u64,
    pub(crate) on: Day,
    pub(crate) within: (Day, Day),
    pub(crate) by: String,
    pub(crate) reason: String,
}

/// How far the budget of the Wuxi work injury fund was executed by the end of June.
pub(crate) struct Execution {
    pub(crate) lines: Vec<ExecutedLine>,
    /// All income, all expenditure.
    pub(crate) totals: [Executed; 2],
    pub(crate) deficit_reason: String,
}

/// A line of a budget, and what came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExecutedLine {
    pub(crate) line: BudgetLine,
    pub(crate) sums: Executed,
}

/// What was budgeted and what was executed, in fen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Executed {
    /// 0 where nothing was.
    pub(crate) budget: i128,
    pub(crate) executed: i128,
    /// Which part is executed, in hundredths of a percent, as published.
    pub(crate) published: Option<u64>,
}

impl Executed {
    /// Which part is executed, in hundredths of a percent, half up; none where nothing was budgeted.
    pub(crate) fn progress(&self) -> Option<i128> {
        let twice = (self.executed * 20_000).checked_div(self.budget)?;
        Some((twice + 1).div_euclid(2))
    }

    fn is_as_published(&self) -> bool {
        self.published.is_none_or(|published| self.progress() == Some(i128::from(published)))
    }
}

impl ExecutedLine {
    /// Whether more was spent than is in it.
    pub(crate) const fn is_overspent(&self) -> bool {
        !self.line.is_income() && self.sums.executed > self.sums.budget
    }
}

impl ClosedYear {
    /// Reads it from the ledger.
    pub(crate) fn read(ledger: &Ledger, figures: &Figures) -> Result<Self, Fault> {
        let mut year = Self::default();
        for book in ledger.books()? {
            year.count(&book)?;
        }
        let wuxi = ledger.book::<WorkInjury>(WUXI)?;
        year.wuxi = Some(execution(&wuxi, figures)?);
        let remitted = first(&wuxi, &TrailFilter::all().of_kind(Kind::SuperiorRemitted))?;
        if let Some(remitted) = remitted {
            let seq = remitted.seq();
            year.why = wuxi.why(seq)?.map(|why| (seq, why));
        }
        Ok(year)
    }

    /// Whether every book is closed, under rules and a budget, and Wuxi's progress is what is published.
    pub(crate) fn agrees(&self) -> bool {
        let as_published = |it: &Execution| {
            let lines = it.lines.iter().map(|line| &line.sums);
            lines.chain(&it.totals).all(Executed::is_as_published)
        };
        self.disagreements.is_empty() && self.wuxi.as_ref().is_some_and(as_published)
    }

    fn count(&mut self, book: &AnyBook) -> Result<(), Fault> {
        match book.rules()? {
            Some(rules) => *self.profiles.entry(rules.profile().to_string()).or_default() += 1,
            None => self.disagreements.push(format!("book {} has no rules", book.id())),
        }
        let (standing, last_day) = (book.standing()?, closed_until(book)?);
        if standing.closed_until != Some(last_day) || standing.reopened.is_some() {
            self.disagreements.push(format!("book {} is not closed until {last_day}", book.id()));
        }
        let statement = book.statement(until(last_day)?, None)?;
        let (mut lines, mut budget) = (Vec::new(), BudgetYearEntry::default());
        let mut restated: Option<(Period, ClosingEntry)> = None;
        book.each_cell::<Registers>(|key, entry| match key {
            RegisterKey::Closing { first, last } => {
                let closing = entry.closing();
                let Some(period) = Period::new(first, last) else { return };
                let months = period.whole_months().unwrap_or(0);
                *self.closed.entry(months).or_default() += 1;
                self.again += closing.revision.saturating_sub(1);
                // The longest says it all.
                let longer = |(held, _): &(Period, _)| held.whole_months() < Some(months);
                if closing.revision > 1 && restated.as_ref().is_none_or(longer) {
                    restated = Some((period, closing));
                }
            }
            RegisterKey::Plan(_) => self.use_plans += 1,
            RegisterKey::BudgetYear(YEAR) => budget = entry.budget_year(),
            RegisterKey::BudgetLine { year: YEAR, line } => {
                lines.extend(BudgetLine::from_code(line).map(|line| (line, entry.budget_line())));
            }
            _ => {}
        })?;
        if budget.status == BudgetStatus::Approved {
            self.budgets.approved += 1;
        } else {
            self.disagreements.push(format!("book {} has no approved budget", book.id()));
        }
        self.budgets.deficits += u64::from(budget.expenditure_minor > budget.income_minor);
        for (line, entry) in lines.iter().filter(|(line, _)| !line.is_income()) {
            let planned = i128::from(entry.in_force_minor(budget.adjustments));
            self.budgets.lines += 1;
            self.budgets.overspent += u64::from(executed(&statement, *line) > planned);
        }
        if let Some((period, closing)) = restated {
            self.restated.push(Restated::read(book, period, &closing)?);
        }
        Ok(())
    }
}

impl Restated {
    fn read(book: &AnyBook, period: Period, closing: &ClosingEntry) -> Result<Self, Fault> {
        let published_through = closing.first_seq;
        let closed = book.event(published_through)?.ok_or_else(|| missing("the first closing"))?;
        let published_at = closed.event().recorded_at();
        let mut reopened = Vec::new();
        let mut causes = Vec::new();
        book.each(&TrailFilter::all(), &mut |recorded| {
            if recorded.kind() == Kind::PeriodReopened {
                reopened.push(recorded);
            } else if recorded.seq() > published_through
                && period.contains(recorded.effective_on())
                && recorded.event().fact().movement().is_some()
            {
                causes.push(recorded);
            }
            ControlFlow::Continue(())
        })?;
        let reopenings =
            reopened.iter().map(|it| Reopening::of(book, it)).collect::<Result<_, _>>()?;
        Ok(Self {
            book: book.id(),
            period,
            published_at,
            published_through,
            published: book.statement(period, Some(published_at))?,
            known: book.statement(period, None)?,
            reopenings,
            causes,
        })
    }

    /// What the events recorded since add up to, in fen.
    pub(crate) fn caused(&self) -> i128 {
        self.causes.iter().map(|it| i128::from(it.net_minor())).sum()
    }
}

impl Reopening {
    fn of(book: &AnyBook, recorded: &Recorded) -> Result<Self, Fault> {
        let event = recorded.event();
        let Detail::Matter(matter) = event.fact().detail() else {
            return Err(missing("what the reopening is about"));
        };
        let within = matter.from().zip(matter.until()).ok_or_else(|| missing("its bounds"))?;
        Ok(Self {
            seq: event.seq(),
            on: event.effective_on(),
            within,
            by: book.text(event.actor())?.unwrap_or_default(),
            reason: book.text(matter.text())?.unwrap_or_default(),
        })
    }
}

fn missing(what: &str) -> Fault {
    Fault::new(FaultKind::Damaged, "a reopened period", format!("{what} is not there"))
}

/// The last day that a book is closed until: all that is known of it.
fn closed_until(book: &AnyBook) -> Result<Day, Fault> {
    let month = if book.area() == WUXI { 6 } else { 12 };
    Month::new(YEAR, month).map(Month::last_day).map_err(|error| calendar(&error))
}

fn calendar(error: &earmark::time::DayError) -> Fault {
    Fault::new(FaultKind::Format, "calendar", error.to_string())
}

/// The year until a day.
fn until(last: Day) -> Result<Period, Fault> {
    let first = Day::new(YEAR, 1, 1).map_err(|error| calendar(&error))?;
    Period::new(first, last)
        .ok_or_else(|| Fault::new(FaultKind::Format, "calendar", "there is no such period"))
}

fn executed(statement: &Statement, line: BudgetLine) -> i128 {
    match line {
        BudgetLine::Income(item) => statement.income_of(item).minor(),
        BudgetLine::Expenditure(item) => statement.expenditure_of(item).minor(),
    }
}

fn first(book: &AnyBook, filter: &TrailFilter) -> Result<Option<Recorded>, Fault> {
    let mut found = None;
    book.each(filter, &mut |recorded| {
        found = Some(recorded);
        ControlFlow::Break(())
    })?;
    Ok(found)
}

fn execution(book: &Book<WorkInjury>, figures: &Figures) -> Result<Execution, Fault> {
    let statement = book.statement(until(closed_until(book)?)?, None)?;
    let year = book.entry(&RegisterKey::BudgetYear(YEAR))?.budget_year();
    let mut lines = Vec::new();
    for published in &figures.wuxi_budget.lines {
        let key = RegisterKey::BudgetLine { year: YEAR, line: published.line.code() };
        let budget = book.entry(&key)?.budget_line().in_force_minor(year.adjustments);
        let sums = Executed {
            budget: i128::from(budget),
            executed: executed(&statement, published.line),
            published: published.progress,
        };
        lines.push(ExecutedLine { line: published.line, sums });
    }
    let [income, expenditure] = figures.wuxi_budget.progress;
    let total = |budget, executed: SignedFigure, published| Executed {
        budget: i128::from(budget),
        executed: executed.minor(),
        published: Some(published),
    };
    let totals = [
        total(year.income_minor, statement.income_total(), income),
        total(year.expenditure_minor, statement.expenditure_total(), expenditure),
    ];
    let approved = first(book, &TrailFilter::all().of_kind(Kind::BudgetApproved))?;
    let reason = match approved.as_ref().map(|it| it.event().fact().detail()) {
        Some(Detail::Matter(matter)) => book.text(matter.text())?,
        _ => None,
    };
    Ok(Execution { lines, totals, deficit_reason: reason.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_rounded_half_up_as_published() {
        let line = |budget, executed| ExecutedLine {
            line: BudgetLine::Expenditure(ExpenditureItem::SuperiorRemittance),
            sums: Executed { budget, executed, published: None },
        };
        let progress = |budget, executed| line(budget, executed).sums.progress();
        assert_eq!(progress(1_196_000_000, 1_342_000_000), Some(11_221));
        assert_eq!(progress(20_000, 1), Some(1));
        assert_eq!(progress(20_001, 1), Some(0));
        assert_eq!(progress(0, 1), None);
        assert!(line(1_196_000_000, 1_342_000_000).is_overspent());
        assert!(!line(5, 5).is_overspent());
    }
}
