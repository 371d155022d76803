use std::collections::BTreeMap;

use earmark_core::error::Fault;
use earmark_core::event::{Detail, Kind, Recorded};
use earmark_core::id::BookId;
use earmark_core::ledger::AnyBook;
use earmark_core::money::Figure;
use earmark_core::register::{BudgetLine, BudgetStatus, BudgetYearEntry, Entry, RegisterKey};
use earmark_core::time::Day;
use serde::{Serialize, Serializer};

use crate::error::StatementError;
use crate::language::Label;
use crate::reading::Knowledge;
use crate::registers::Folded;

/// What a budget plans for one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The figure of the budget as it was approved (预算数).
    pub budget: Figure,
    /// The figure after adjustment (调整预算数); the same where there was none.
    pub adjusted: Figure,
}

impl Planned {
    /// A line that was not adjusted.
    #[must_use]
    pub const fn unadjusted(budget: Figure) -> Self {
        Self { budget, adjusted: budget }
    }
}

/// Where a year's budget stood in its book, as far as was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetStanding {
    /// Drafted, approved, or neither.
    pub stage: BudgetStage,
    /// From which day it is in force; none where it is not approved.
    pub approved_on: Option<Day>,
    /// How many adjustments were approved.
    pub adjustments: u64,
    /// How many lines wait for the approval of their adjustment; their figures are not in force.
    pub pending: u64,
    /// Why expenditure is over income, in the words of the act that approved it: of the approval, or, where
    /// the budget had no deficit then, of the adjustment.
    pub deficit_reason: Option<String>,
}

/// How far a year's budget has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetStage {
    /// The book has none for the year.
    Missing,
    /// Lines are drafted; it is not in force.
    Drafted,
    /// It is approved and in force.
    Approved,
}

/// The budget of a fund in a pooling area for a calendar year. A line that it does not have is
/// empty in the form.
///
/// [`of_book`](Self::of_book) reads it from the events of its book; [`new`](Self::new) takes given figures.
///
/// ```
/// use earmark_core::fund::{Fund, IncomeItem, WorkInjury};
/// use earmark_core::id::{BookId, area};
/// use earmark_core::money::{Currency, Figure};
/// use earmark_core::register::BudgetLine;
/// use earmark_report::budget::{Budget, Planned};
///
/// let book = BookId::new(area("320200")?, WorkInjury::SPEC);
/// let premiums = Figure::from_minor(70_984_109_300, Currency::CNY);
/// let budget = Budget::new(book, 2021)
///     .with(BudgetLine::Income(IncomeItem::Premium), Planned::unadjusted(premiums));
/// assert_eq!(budget.line(BudgetLine::Income(IncomeItem::Interest)), None);
/// # Ok::<(), earmark_core::id::AreaError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Budget {
    book: BookId,
    year: i32,
    opening: Option<Planned>,
    #[serde(serialize_with = "listed")]
    lines: BTreeMap<BudgetLine, Planned>,
    standing: Option<BudgetStanding>,
    known_through: Option<u64>,
}

impl Budget {
    /// A budget with no line yet.
    #[must_use]
    pub const fn new(book: BookId, year: i32) -> Self {
        Self {
            book,
            year,
            opening: None,
            lines: BTreeMap::new(),
            standing: None,
            known_through: None,
        }
    }

    /// The budget of a year as its book has it: each line as drafted and as adjusted, whether it is approved,
    /// and why it has a deficit. No event plans the opening balance, so it has none.
    ///
    /// As known now it is read from the registers; earlier knowledge, and the reason of a deficit, cost a pass
    /// over the events.
    ///
    /// # Errors
    /// [`StatementError::Fault`] where the store cannot be read.
    ///
    /// ```
    /// use earmark_core::ledger::AnyBook;
    /// use earmark_report::budget::Budget;
    /// use earmark_report::{Knowledge, StatementError};
    ///
    /// fn is_approved(book: &AnyBook) -> Result<bool, StatementError> {
    ///     let budget = Budget::of_book(book, 2021, Knowledge::Now)?;
    ///     Ok(budget.standing().is_some_and(|standing| standing.approved_on.is_some()))
    /// }
    /// ```
    pub fn of_book(
        book: &AnyBook,
        year: i32,
        known: impl Into<Knowledge>,
    ) -> Result<Self, StatementError> {
        let known = known.into();
        if let Some(through) = newest(book, known)? {
            let budget = Self::of_entries(book, year, through, |key| book.entry(key))?;
            // Where nothing was recorded meanwhile, what was read is what was known then.
            if book.last_seq()? == through {
                return Ok(budget);
            }
            return Self::folded(book, year, Knowledge::Through(through));
        }
        Self::folded(book, year, known)
    }

    fn folded(book: &AnyBook, year: i32, known: Knowledge) -> Result<Self, StatementError> {
        let folded = Folded::of(book, None, known, &mut |_| {})?;
        Self::of_entries(book, year, folded.through, |key| Ok(folded.entry(key)))
    }

    fn of_entries(
        book: &AnyBook,
        year: i32,
        through: u64,
        read: impl Fn(&RegisterKey) -> Result<Entry, Fault>,
    ) -> Result<Self, StatementError> {
        let mut budget = Self::new(book.id(), year);
        let of_year = read(&RegisterKey::BudgetYear(year))?.budget_year();
        let figure = |minor| Figure::from_minor(u128::from(minor), book.fund().currency());
        for line in BudgetLine::all() {
            let entry = read(&RegisterKey::BudgetLine { year, line: line.code() })?;
            if entry == Entry::None {
                continue;
            }
            let drafted = entry.budget_line();
            let adjusted = figure(drafted.in_force_minor(of_year.adjustments));
            budget.lines.insert(line, Planned { budget: figure(drafted.budget_minor), adjusted });
        }
        budget.known_through = Some(through);
        budget.standing = Some(budget.standing_of(book, &of_year, through)?);
        Ok(budget)
    }

    fn standing_of(
        &self,
        book: &AnyBook,
        of_year: &BudgetYearEntry,
        through: u64,
    ) -> Result<BudgetStanding, Fault> {
        let from_the_start = of_year.expenditure_minor > of_year.income_minor;
        let sum = |income| -> u128 {
            let lines = self.lines.iter().filter(|(line, _)| line.is_income() == income);
            lines.map(|(_, planned)| planned.adjusted.minor()).sum()
        };
        let approving = if from_the_start { Kind::BudgetApproved } else { Kind::BudgetAdjusted };
        let deficit_reason = if from_the_start || sum(false) > sum(true) {
            reason_of(book, approving, self.year, through)?
        } else {
            None
        };
        Ok(BudgetStanding {
            stage: match of_year.status {
                BudgetStatus::Unknown => BudgetStage::Missing,
                BudgetStatus::Drafted => BudgetStage::Drafted,
                BudgetStatus::Approved => BudgetStage::Approved,
            },
            approved_on: of_year.approved_on,
            adjustments: of_year.adjustments,
            pending: of_year.pending,
            deficit_reason,
        })
    }

    /// The same with the balance with which the year is planned to open.
    #[must_use]
    pub const fn opening_with(mut self, planned: Planned) -> Self {
        self.opening = Some(planned);
        self
    }

    /// The same with a line; one that it has already is replaced.
    #[must_use]
    pub fn with(mut self, line: BudgetLine, planned: Planned) -> Self {
        self.lines.insert(line, planned);
        self
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The calendar year.
    #[must_use]
    pub const fn year(&self) -> i32 {
        self.year
    }

    /// The balance with which the year is planned to open.
    #[must_use]
    pub const fn opening(&self) -> Option<Planned> {
        self.opening
    }

    /// What is planned for a line; none where the budget does not have it.
    #[must_use]
    pub fn line(&self, line: BudgetLine) -> Option<Planned> {
        self.lines.get(&line).copied()
    }

    /// Where it stood in its book; none where its figures were given.
    #[must_use]
    pub const fn standing(&self) -> Option<&BudgetStanding> {
        self.standing.as_ref()
    }

    /// The last event that was looked at; none where its figures were given.
    #[must_use]
    pub const fn known_through(&self) -> Option<u64> {
        self.known_through
    }

    /// Every line.
    pub fn lines(&self) -> impl Iterator<Item = (BudgetLine, Planned)> {
        self.lines.iter().map(|(line, planned)| (*line, *planned))
    }
}

/// Where what is known is all there is: its last event.
fn newest(book: &AnyBook, known: Knowledge) -> Result<Option<u64>, Fault> {
    let last = book.last_seq()?;
    Ok(match known {
        Knowledge::Now => (last > 0).then_some(last),
        Knowledge::Through(seq) => (last > 0 && seq == last).then_some(last),
        Knowledge::At(_) => None,
    })
}

/// The reason that the last act of a kind states for a year's budget.
fn reason_of(book: &AnyBook, kind: Kind, year: i32, through: u64) -> Result<Option<String>, Fault> {
    let mut number = 0;
    Knowledge::Through(through).each(book, &mut |recorded: Recorded| {
        if let Detail::Matter(matter) = recorded.event().fact().detail()
            && recorded.kind() == kind
            && i32::try_from(matter.number()) == Ok(year)
        {
            number = matter.text();
        }
    })?;
    if number == 0 { Ok(None) } else { book.text(number) }
}

/// The lines as a list, each with the name of its line.
fn listed<S: Serializer>(
    lines: &BTreeMap<BudgetLine, Planned>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown {
        line: &'static str,
        label: Label,
        #[serde(flatten)]
        planned: Planned,
    }
    serializer.collect_seq(lines.iter().map(|(line, planned)| Shown {
        line: line.key(),
        label: Label::new(line.name(), line.name_zh()),
        planned: *planned,
    }))
}
