use std::collections::BTreeMap;
use std::ops::ControlFlow;

use earmark_core::account::Account;
use earmark_core::error::{Fault, FaultKind};
use earmark_core::event::Recorded;
use earmark_core::fund::FundSpec;
use earmark_core::id::BookId;
use earmark_core::ledger::AnyBook;
use earmark_core::money::{Currency, MAX_MINOR, SignedFigure};
use earmark_core::projection::{CellPart, TotalKey, Totals};
use earmark_core::report::{AsOf, Statement, StatementItem, TrailFilter};
use earmark_core::time::{Day, Period, Timestamp};

/// What was known: everything, or only what had been recorded by a moment or through an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// Every event of the book.
    Now,
    /// The events recorded at this moment or before.
    At(Timestamp),
    /// The events through this sequence number.
    Through(u64),
}

impl Knowledge {
    /// Gives every event that is known, in order. The answer is the last of them; 0 where there is none.
    pub(crate) fn each(self, book: &AnyBook, show: &mut dyn FnMut(Recorded)) -> Result<u64, Fault> {
        let (filter, last) = match self {
            Self::Now => (TrailFilter::all(), None),
            Self::At(moment) => (TrailFilter::all().as_of(AsOf::NOW.known_at(moment)), None),
            Self::Through(seq) => (TrailFilter::all(), Some(seq)),
        };
        let mut through = 0;
        book.each(&filter, &mut |recorded| {
            if last.is_some_and(|last| recorded.seq() > last) {
                return ControlFlow::Break(());
            }
            through = recorded.seq();
            show(recorded);
            ControlFlow::Continue(())
        })?;
        Ok(through)
    }
}

/// The moment of an `AsOf`; its day is the business of each statement.
impl From<AsOf> for Knowledge {
    fn from(as_of: AsOf) -> Self {
        as_of.known_at.map_or(Self::Now, Self::At)
    }
}

/// A book's totals, read at one moment: what its statements are made from.
///
/// Statements of one reading agree with each other, whatever is recorded meanwhile. As known now a
/// reading costs a pass over the totals that the ledger keeps; as known earlier, a pass over the events.
///
/// ```
/// use earmark_core::ledger::AnyBook;
/// use earmark_core::time::{Day, Period};
/// use earmark_report::{BalanceSheet, CashFlow, Knowledge, Reading, StatementError};
///
/// fn year_end(book: &AnyBook, year: Period) -> Result<(BalanceSheet, CashFlow), StatementError> {
///     let reading = Reading::of(book, Knowledge::Now)?;
///     Ok((BalanceSheet::of(book, &reading, year.last())?, CashFlow::of(&reading, year)?))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    book: BookId,
    through: u64,
    totals: Vec<(TotalKey, u128)>,
}

impl Reading {
    /// Reads a book's totals.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or holds what no events add up to.
    pub fn of(book: &AnyBook, known: Knowledge) -> Result<Self, Fault> {
        match known {
            Knowledge::Now => Self::of_cells(book),
            earlier => Self::of_events(book, earlier),
        }
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The sequence number of the last event that is counted; 0 where there is none.
    #[must_use]
    pub const fn through(&self) -> u64 {
        self.through
    }

    /// Income and expenditure over a period.
    #[must_use]
    pub fn statement(&self, period: Period) -> Statement {
        Statement::of_totals(self.book, period, self.totals.iter().copied())
    }

    /// What an account held at the end of a day.
    #[must_use]
    pub fn balance(&self, account: impl Into<Account>, day: Day) -> SignedFigure {
        let account = account.into();
        let until = self.entries().filter(|entry| entry.key.day <= day);
        self.figure(until.map(|entry| entry.change(account)).sum())
    }

    pub(crate) const fn currency(&self) -> Currency {
        self.book.fund().currency()
    }

    pub(crate) const fn figure(&self, minor: i128) -> SignedFigure {
        SignedFigure::from_minor(minor, self.currency())
    }

    /// Every total.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        let fund = self.book.fund();
        self.totals.iter().map(move |(key, sum)| Entry::of_total(fund, *key, *sum))
    }

    /// The totals of a period.
    pub(crate) fn within(&self, period: Period) -> impl Iterator<Item = Entry> {
        self.entries().filter(move |entry| period.contains(entry.key.day))
    }

    fn of_cells(book: &AnyBook) -> Result<Self, Fault> {
        if book.last_seq()? == 0 {
            return Ok(Self { book: book.id(), through: 0, totals: Vec::new() });
        }
        let snapshot = book.snapshot::<Totals>()?;
        let totals = snapshot.cells().map(|(key, value)| {
            let key = TotalKey::decode(key);
            let sum = <(u128, u64)>::decode(value).filter(|value| is_possible(*value));
            key.zip(sum.map(|(sum, _)| sum)).ok_or_else(|| damaged(book))
        });
        let totals = totals.collect::<Result<_, _>>()?;
        Ok(Self { book: book.id(), through: snapshot.position(), totals })
    }

    fn of_events(book: &AnyBook, known: Knowledge) -> Result<Self, Fault> {
        let mut totals = BTreeMap::<TotalKey, u128>::new();
        let through = known.each(book, &mut |recorded| {
            if let Some((key, amount_minor)) = TotalKey::of(&recorded) {
                *totals.entry(key).or_default() += u128::from(amount_minor);
            }
        })?;
        Ok(Self { book: book.id(), through, totals: totals.into_iter().collect() })
    }
}

/// Whether so many events of a book can have such a sum.
fn is_possible((sum, events): (u128, u64)) -> bool {
    events <= 1 << 48 && sum <= u128::from(events) * u128::from(MAX_MINOR)
}

fn damaged(book: &AnyBook) -> Fault {
    Fault::new(
        FaultKind::Projection,
        format!("book {}, projection `totals`", book.id()),
        "a stored cell is not a total; rebuild the projection",
    )
}

/// A total, with where it stands in a statement and what it does to accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) key: TotalKey,
    /// Where it stands in a statement.
    pub(crate) item: StatementItem,
    /// The sum with which it counts there.
    pub(crate) counted: i128,
    /// The sum that moved, never negative.
    pub(crate) moved: i128,
    /// The account that it left.
    pub(crate) from: Option<Account>,
    /// The account that it entered.
    pub(crate) to: Option<Account>,
}

impl Entry {
    fn of_total(fund: &FundSpec, key: TotalKey, sum: u128) -> Self {
        let (item, counted) = StatementItem::of_total(fund, &key, sum);
        let movement = key.movement(0);
        let moved = i128::try_from(sum).unwrap_or(i128::MAX);
        Self { key, item, counted, moved, from: movement.from, to: movement.to }
    }

    /// One event by itself; none where it moves no money.
    pub(crate) fn of_event(recorded: &Recorded) -> Option<Self> {
        let (key, amount_minor) = TotalKey::of(recorded)?;
        Some(Self::of_total(recorded.book().fund(), key, u128::from(amount_minor)))
    }

    /// By how much it changes an account.
    pub(crate) fn change(&self, account: Account) -> i128 {
        let entered = if self.to == Some(account) { self.moved } else { 0 };
        let left = if self.from == Some(account) { self.moved } else { 0 };
        entered - left
    }

    /// The sum that moved in the direction of its kind: negative for what was reversed.
    pub(crate) const fn net(&self) -> i128 {
        if self.key.reversed { -self.moved } else { self.moved }
    }
}
