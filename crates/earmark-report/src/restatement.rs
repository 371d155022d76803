use std::ops::ControlFlow;

use earmark_core::event::{Kind, Recorded};
use earmark_core::id::BookId;
use earmark_core::ledger::AnyBook;
use earmark_core::money::SignedFigure;
use earmark_core::report::{Statement, StatementItem, TrailFilter};
use earmark_core::time::{Day, Period, Timestamp};
use serde::Serialize;

use crate::error::StatementError;
use crate::figures::{less, same, total};
use crate::reading::{Entry, Knowledge, Reading};

/// A period as it was published and as it is now known, and every event that made the difference.
///
/// The events are those recorded after the published figures and effective within or before the
/// period; text registrations and the like, which move no money, are left out. What they add up to is
/// exactly the difference of the two statements, and no restatement exists in which it is not.
///
/// ```
/// use earmark_core::ledger::AnyBook;
/// use earmark_core::time::Period;
/// use earmark_report::{Knowledge, Language, Render, Restatement, StatementError};
///
/// /// What changed in March since it was published when event 4711 was the last.
/// fn changes(book: &AnyBook, march: Period) -> Result<String, StatementError> {
///     Ok(Restatement::of(book, march, 4711, Knowledge::Now)?.to_text(Language::English))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restatement {
    book: BookId,
    period: Period,
    published_through: u64,
    known_through: u64,
    published: Statement,
    known: Statement,
    change: Effect,
    causes: Vec<Cause>,
}

/// Signed changes of a statement's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Of the balance at the start of the period.
    pub opening: SignedFigure,
    /// Of what was brought forward in the period.
    pub brought_forward: SignedFigure,
    /// Of what was reorganised in the period.
    pub reorganised: SignedFigure,
    /// Of what was lent and borrowed in the period.
    pub lent: SignedFigure,
    /// Of all income.
    pub income: SignedFigure,
    /// Of all expenditure.
    pub expenditure: SignedFigure,
    /// Of the balance at the end of the period.
    pub closing: SignedFigure,
}

/// An event recorded after the published figures, and what it changed in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Its sequence number.
    pub seq: u64,
    /// Its kind.
    pub kind: Kind,
    /// The day it counts for.
    pub effective_on: Day,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The earlier event that it takes back; none where it takes none back.
    pub original: Option<u64>,
    /// What it changed. All zero for money that only moved between accounts of the book.
    pub effect: Effect,
}

impl Restatement {
    /// Compares a period as known through event `published_through` with what is known later.
    ///
    /// # Errors
    /// [`StatementError::NotYetRecorded`] where the published figures count an event that the later
    /// knowledge does not; [`StatementError::Differs`] where the events do not add up to the difference;
    /// [`StatementError::Fault`] where the store cannot be read.
    pub fn of(
        book: &AnyBook,
        period: Period,
        published_through: u64,
        known: Knowledge,
    ) -> Result<Self, StatementError> {
        let later = Reading::of(book, known)?;
        let known_through = later.through();
        if published_through > known_through {
            return Err(StatementError::NotYetRecorded {
                published: published_through,
                known: known_through,
            });
        }
        let earlier = Reading::of(book, Knowledge::Through(published_through))?;
        let mut causes = Vec::new();
        book.each(&TrailFilter::all(), &mut |recorded| {
            if recorded.seq() > known_through {
                return ControlFlow::Break(());
            }
            if recorded.seq() > published_through && recorded.effective_on() <= period.last() {
                causes.extend(Cause::of(&recorded, period));
            }
            ControlFlow::Continue(())
        })?;
        let (published, known) = (earlier.statement(period), later.statement(period));
        let change = Effect::between(&published, &known);
        change.is_sum_of(&causes)?;
        Ok(Self {
            book: book.id(),
            period,
            published_through,
            known_through,
            published,
            known,
            change,
            causes,
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
        self.period
    }

    /// The last event that the published figures count.
    #[must_use]
    pub const fn published_through(&self) -> u64 {
        self.published_through
    }

    /// The last event that the present figures count.
    #[must_use]
    pub const fn known_through(&self) -> u64 {
        self.known_through
    }

    /// The statement as it was published.
    #[must_use]
    pub const fn published(&self) -> &Statement {
        &self.published
    }

    /// The statement as it is now known.
    #[must_use]
    pub const fn known(&self) -> &Statement {
        &self.known
    }

    /// The present figures less the published ones.
    #[must_use]
    pub const fn change(&self) -> &Effect {
        &self.change
    }

    /// The events that made the difference, in order.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }
}

impl Effect {
    /// The later statement less the earlier.
    fn between(earlier: &Statement, later: &Statement) -> Self {
        Self {
            opening: less(later.opening(), earlier.opening()),
            brought_forward: less(later.brought_forward(), earlier.brought_forward()),
            reorganised: less(later.reorganised(), earlier.reorganised()),
            lent: less(later.lent(), earlier.lent()),
            income: less(later.income_total(), earlier.income_total()),
            expenditure: less(later.expenditure_total(), earlier.expenditure_total()),
            closing: less(later.closing(), earlier.closing()),
        }
    }

    fn is_sum_of(&self, causes: &[Cause]) -> Result<(), StatementError> {
        let sum = |part: fn(&Self) -> SignedFigure| {
            total(self.closing.currency(), causes.iter().map(|cause| part(&cause.effect)))
        };
        same("changes of the opening balance", self.opening, sum(|it| it.opening))?;
        same(
            "changes of what is brought forward",
            self.brought_forward,
            sum(|it| it.brought_forward),
        )?;
        same("changes of what is reorganised", self.reorganised, sum(|it| it.reorganised))?;
        same("changes of what is lent", self.lent, sum(|it| it.lent))?;
        same("changes of income", self.income, sum(|it| it.income))?;
        same("changes of expenditure", self.expenditure, sum(|it| it.expenditure))?;
        same("changes of the closing balance", self.closing, sum(|it| it.closing))
    }
}

impl Cause {
    /// What an event effective within or before the period changes in it; none where it moves no money.
    fn of(recorded: &Recorded, period: Period) -> Option<Self> {
        let entry = Entry::of_event(recorded)?;
        let balance = match entry.item {
            StatementItem::Expenditure(_) => -entry.counted,
            StatementItem::Internal => 0,
            _ => entry.counted,
        };
        let within = period.contains(recorded.effective_on());
        let figure = |counts: bool, minor| {
            let currency = recorded.book().fund().currency();
            SignedFigure::from_minor(if counts { minor } else { 0 }, currency)
        };
        let stands = |item: fn(&StatementItem) -> bool| within && item(&entry.item);
        Some(Self {
            seq: recorded.seq(),
            kind: recorded.kind(),
            effective_on: recorded.effective_on(),
            recorded_at: recorded.event().recorded_at(),
            original: recorded.event().fact().original().map(|original| original.seq),
            effect: Effect {
                opening: figure(!within, balance),
                brought_forward: figure(
                    stands(|item| *item == StatementItem::BroughtForward),
                    entry.counted,
                ),
                reorganised: figure(
                    stands(|item| *item == StatementItem::Reorganised),
                    entry.counted,
                ),
                lent: figure(stands(|item| *item == StatementItem::Lent), entry.counted),
                income: figure(
                    stands(|item| matches!(item, StatementItem::Income(_))),
                    entry.counted,
                ),
                expenditure: figure(
                    stands(|item| matches!(item, StatementItem::Expenditure(_))),
                    entry.counted,
                ),
                closing: figure(true, balance),
            },
        })
    }
}
