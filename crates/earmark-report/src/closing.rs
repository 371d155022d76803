use earmark_core::id::BookId;
use earmark_core::ledger::AnyBook;
use earmark_core::money::SignedFigure;
use earmark_core::register::RegisterKey;
use earmark_core::time::{Day, Period, Timestamp};
use serde::Serialize;

use crate::balance_sheet::BalanceSheet;
use crate::error::StatementError;
use crate::figures::{less, same, total};
use crate::income_expenditure::IncomeAndExpenditure;
use crate::reading::{Knowledge, Reading};
use crate::registers::Folded;
use crate::restatement::{Cause, Restatement};

/// Which closing of a period published it: it may have been opened and closed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    /// The first closing: what readers saw first.
    First,
    /// The last closing that covers the period: what readers hold now. A reopening is closed again as a
    /// whole, so that this may be the closing of a wider period.
    Last,
}

/// A period as it was published: what the events up to its closing gave (结账).
///
/// A closing states no figures. What was published is what the events before it add up to, by sequence
/// number.
///
/// ```
/// use earmark_core::ledger::AnyBook;
/// use earmark_core::time::Period;
/// use earmark_report::{Edition, Knowledge, PublishedPeriod, StatementError};
///
/// /// The closing balance of March as it was first published.
/// fn first_figure(book: &AnyBook, march: Period) -> Result<String, StatementError> {
///     let published = PublishedPeriod::of(book, march, Edition::First, Knowledge::Now)?;
///     Ok(published.statement().closing().to_string())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublishedPeriod {
    book: BookId,
    edition: Edition,
    closed: Period,
    revision: u64,
    closed_by: u64,
    closed_at: Option<Timestamp>,
    statement: IncomeAndExpenditure,
    balance_sheet: BalanceSheet,
}

/// A closing that covers a period.
#[derive(Clone, Copy)]
struct Closing {
    closed: Period,
    revision: u64,
    seq: u64,
}

impl PublishedPeriod {
    /// The period as one of its closings published it, among the closings that are known.
    ///
    /// A month before the first one closed is closed with it.
    ///
    /// # Errors
    /// [`StatementError::NotClosed`] where no closing covers the period; [`StatementError::Fault`] where the
    /// store cannot be read.
    pub fn of(
        book: &AnyBook,
        period: Period,
        edition: Edition,
        known: Knowledge,
    ) -> Result<Self, StatementError> {
        let closing = closing_of(book, period, edition, known)?;
        let reading = Reading::of(book, Knowledge::Through(closing.seq))?;
        let event = book.event(closing.seq)?;
        Ok(Self {
            book: book.id(),
            edition,
            closed: closing.closed,
            revision: closing.revision,
            closed_by: closing.seq,
            closed_at: event.map(|event| event.event().recorded_at()),
            statement: IncomeAndExpenditure::of(&reading, period)?,
            balance_sheet: BalanceSheet::of(book, &reading, period.last())?,
        })
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The period.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.statement.period()
    }

    /// The first or the last closing.
    #[must_use]
    pub const fn edition(&self) -> Edition {
        self.edition
    }

    /// What was closed: the period itself, or a wider one in which it lies.
    #[must_use]
    pub const fn closed(&self) -> Period {
        self.closed
    }

    /// How often that had been closed with this closing, from 1.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The event that closed it. The published figures count every event before.
    #[must_use]
    pub const fn closed_by(&self) -> u64 {
        self.closed_by
    }

    /// When it was closed.
    #[must_use]
    pub const fn closed_at(&self) -> Option<Timestamp> {
        self.closed_at
    }

    /// Income and expenditure as published.
    #[must_use]
    pub const fn statement(&self) -> &IncomeAndExpenditure {
        &self.statement
    }

    /// The balance sheet at the end of the period as published.
    #[must_use]
    pub const fn balance_sheet(&self) -> &BalanceSheet {
        &self.balance_sheet
    }

    /// What changed since, event by event.
    ///
    /// # Errors
    /// As [`Restatement::of`].
    pub fn restated(
        &self,
        book: &AnyBook,
        known: Knowledge,
    ) -> Result<Restatement, StatementError> {
        Restatement::of(book, self.period(), self.closed_by, known)
    }
}

impl Restatement {
    /// A period as its last known closing published it, against what is known of it. For another closing see
    /// [`PublishedPeriod::restated`].
    ///
    /// Where the period was opened again and is not closed yet, the closing before the reopening is the last.
    ///
    /// # Errors
    /// [`StatementError::NotClosed`] where no closing covers the period; else as [`of`](Self::of).
    pub fn since_closing(
        book: &AnyBook,
        period: Period,
        known: Knowledge,
    ) -> Result<Self, StatementError> {
        let closing = closing_of(book, period, Edition::Last, known)?;
        Self::of(book, period, closing.seq, known)
    }
}

/// Why a period does not open with what the former one was published to close with.
///
/// The opening of the period as known, less the closing of the former as published, is what the events add
/// up to that were recorded after the closing and count for the former period or before. Each is named, and
/// no check exists in which they do not come to the difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpeningCheck {
    book: BookId,
    former: Period,
    period: Period,
    published_through: u64,
    known_through: u64,
    published_closing: SignedFigure,
    known_opening: SignedFigure,
    difference: SignedFigure,
    causes: Vec<Cause>,
}

impl OpeningCheck {
    /// Compares a period, as known, with the last known closing of the one before it.
    ///
    /// # Errors
    /// [`StatementError::OtherPeriod`] where the one does not follow the other day by day;
    /// [`StatementError::NotClosed`] where the former was not closed; [`StatementError::Differs`] where the
    /// events do not come to the difference; [`StatementError::Fault`] where the store cannot be read.
    pub fn of(
        book: &AnyBook,
        former: Period,
        period: Period,
        known: Knowledge,
    ) -> Result<Self, StatementError> {
        if former.last().next() != Some(period.first()) {
            return Err(StatementError::OtherPeriod { what: "the former period", found: former });
        }
        let closing = closing_of(book, former, Edition::Last, known)?;
        let reading = Reading::of(book, known)?;
        let restated =
            Restatement::of(book, former, closing.seq, Knowledge::Through(reading.through()))?;
        let published_closing = restated.published().closing();
        let known_opening = reading.statement(period).opening();
        let difference = less(known_opening, published_closing);
        let moved = |cause: &&Cause| cause.effect.closing.minor() != 0;
        let causes: Vec<_> = restated.causes().iter().filter(moved).copied().collect();
        let sum = total(reading.currency(), causes.iter().map(|cause| cause.effect.closing));
        same("events = opening as known - closing as published", difference, sum)?;
        Ok(Self {
            book: book.id(),
            former,
            period,
            published_through: closing.seq,
            known_through: reading.through(),
            published_closing,
            known_opening,
            difference,
            causes,
        })
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The period that was published.
    #[must_use]
    pub const fn former(&self) -> Period {
        self.former
    }

    /// The period that follows it.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The event that closed the former period.
    #[must_use]
    pub const fn published_through(&self) -> u64 {
        self.published_through
    }

    /// The last event that is counted in the opening.
    #[must_use]
    pub const fn known_through(&self) -> u64 {
        self.known_through
    }

    /// What the former period was published to close with.
    #[must_use]
    pub const fn published_closing(&self) -> SignedFigure {
        self.published_closing
    }

    /// What the period opens with, as known.
    #[must_use]
    pub const fn known_opening(&self) -> SignedFigure {
        self.known_opening
    }

    /// The opening less the closing; zero where nothing changed.
    #[must_use]
    pub const fn difference(&self) -> SignedFigure {
        self.difference
    }

    /// The events that make the difference, in order. They may come to nothing together.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }
}

/// The first or the last closing that covers a period.
fn closing_of(
    book: &AnyBook,
    period: Period,
    edition: Edition,
    known: Knowledge,
) -> Result<Closing, StatementError> {
    let entries = Folded::of(book, None, known, &mut |_| {})?.entries;
    let closings = entries.iter().filter_map(|(key, entry)| match key {
        RegisterKey::Closing { first, last } => {
            Period::new(*first, *last).map(|closed| (closed, entry.closing()))
        }
        _ => None,
    });
    let closings: Vec<_> = closings.collect();
    let start = closings.iter().map(|(_, closing)| closing.first_seq).min();
    let covers = |(closed, closing): &&(Period, _)| {
        let closing: &earmark_core::register::ClosingEntry = closing;
        let from = if Some(closing.first_seq) == start { Day::MIN } else { closed.first() };
        from <= period.first() && period.last() <= closed.last()
    };
    let covering = closings.iter().filter(covers);
    let found =
        match edition {
            Edition::First => {
                covering.min_by_key(|(_, closing)| closing.first_seq).map(|(closed, closing)| {
                    Closing { closed: *closed, revision: 1, seq: closing.first_seq }
                })
            }
            Edition::Last => {
                covering.max_by_key(|(_, closing)| closing.seq).map(|(closed, closing)| Closing {
                    closed: *closed,
                    revision: closing.revision,
                    seq: closing.seq,
                })
            }
        };
    found.ok_or(StatementError::NotClosed(period))
}
