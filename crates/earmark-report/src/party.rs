use std::collections::BTreeMap;

use earmark_core::event::Recorded;
use earmark_core::id::{BookId, Party};
use earmark_core::ledger::AnyBook;
use earmark_core::money::SignedFigure;
use earmark_core::report::{StatementItem, TrailFilter};
use earmark_core::time::Period;
use serde::Serialize;

use crate::error::StatementError;
use crate::language::Label;
use crate::placement::{self, PartySection};
use crate::reading::{Entry, Knowledge};

/// What one payer or payee and a fund paid each other over a period, with the events behind each line.
///
/// ```
/// use earmark_core::id::Party;
/// use earmark_core::ledger::AnyBook;
/// use earmark_core::time::Period;
/// use earmark_report::{Knowledge, PartyStatement, StatementError};
///
/// /// The events behind all that a person got in a year.
/// fn evidence(book: &AnyBook, person: Party, year: Period) -> Result<Vec<u64>, StatementError> {
///     let statement = PartyStatement::of(book, person, year, Knowledge::Now)?;
///     Ok(statement.lines().iter().flat_map(|line| line.events.clone()).collect())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyStatement {
    book: BookId,
    party: Party,
    period: Period,
    known_through: u64,
    lines: Vec<PartyLine>,
    income: SignedFigure,
    expenditure: SignedFigure,
}

/// One line: a section and, where it has one, a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyLine {
    /// The section.
    pub section: PartySection,
    /// The purpose in the fund's closed list; none where the section has none.
    pub purpose: Option<&'static str>,
    /// What the line is called.
    pub label: Label,
    /// Where the fund's statement counts it.
    pub item: StatementItem,
    /// The sum that moved in the direction of the section, less what was reversed.
    pub sum: SignedFigure,
    /// The sum with which the fund's statement counts it: negative for refunds and returns.
    pub counted: SignedFigure,
    /// The sequence numbers of the events, reversals included.
    pub events: Vec<u64>,
}

impl PartyStatement {
    /// The statement of one party. A party of whom nothing is recorded has an empty one.
    ///
    /// # Errors
    /// [`StatementError::Fault`] where the store cannot be read.
    pub fn of(
        book: &AnyBook,
        party: Party,
        period: Period,
        known: Knowledge,
    ) -> Result<Self, StatementError> {
        let mut all = Collected::default();
        all.collect(book, TrailFilter::all().of_party(party), period, known)?;
        let lines = all.parties.remove(&party).unwrap_or_default();
        Ok(Self::of_lines(book.id(), party, period, all.through, lines))
    }

    /// The statements of every party of whom something is recorded in the period. Together they are
    /// the fund's income and expenditure that has a party, by item and purpose.
    ///
    /// # Errors
    /// [`StatementError::Fault`] where the store cannot be read.
    pub fn of_all(
        book: &AnyBook,
        period: Period,
        known: Knowledge,
    ) -> Result<Vec<Self>, StatementError> {
        let mut all = Collected::default();
        all.collect(book, TrailFilter::all(), period, known)?;
        let through = all.through;
        let of_party = |(party, lines)| Self::of_lines(book.id(), party, period, through, lines);
        Ok(all.parties.into_iter().map(of_party).collect())
    }

    fn of_lines(
        book: BookId,
        party: Party,
        period: Period,
        known_through: u64,
        lines: BTreeMap<LineKey, Sums>,
    ) -> Self {
        let figure = |minor| SignedFigure::from_minor(minor, book.fund().currency());
        let (mut income, mut expenditure) = (0, 0);
        for (key, sums) in &lines {
            match key.item {
                StatementItem::Income(_) => income += sums.counted,
                StatementItem::Expenditure(_) => expenditure += sums.counted,
                _ => {}
            }
        }
        let lines = lines.into_iter().map(|(key, sums)| PartyLine {
            section: key.section,
            purpose: key.purpose,
            label: sums.label.unwrap_or(key.section.label()),
            item: key.item,
            sum: figure(sums.net),
            counted: figure(sums.counted),
            events: sums.events,
        });
        Self {
            book,
            party,
            period,
            known_through,
            lines: lines.collect(),
            income: figure(income),
            expenditure: figure(expenditure),
        }
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The payer or payee.
    #[must_use]
    pub const fn party(&self) -> Party {
        self.party
    }

    /// The period.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The last event that was looked at.
    #[must_use]
    pub const fn known_through(&self) -> u64 {
        self.known_through
    }

    /// The lines, by section and purpose.
    #[must_use]
    pub fn lines(&self) -> &[PartyLine] {
        &self.lines
    }

    /// What the fund counts as income from the party.
    #[must_use]
    pub const fn income(&self) -> SignedFigure {
        self.income
    }

    /// What the fund counts as expenditure for the party.
    #[must_use]
    pub const fn expenditure(&self) -> SignedFigure {
        self.expenditure
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LineKey {
    section: PartySection,
    item: StatementItem,
    code: u16,
    purpose: Option<&'static str>,
}

#[derive(Default)]
struct Sums {
    label: Option<Label>,
    net: i128,
    counted: i128,
    events: Vec<u64>,
}

#[derive(Default)]
struct Collected {
    parties: BTreeMap<Party, BTreeMap<LineKey, Sums>>,
    through: u64,
}

impl Collected {
    fn collect(
        &mut self,
        book: &AnyBook,
        filter: TrailFilter,
        period: Period,
        known: Knowledge,
    ) -> Result<(), StatementError> {
        let shown = filter.within(period);
        self.through = known.each(book, &mut |recorded| {
            if shown.shows(recorded.event()) {
                self.take(&recorded);
            }
        })?;
        Ok(())
    }

    fn take(&mut self, recorded: &Recorded) {
        let (Some(party), Some(entry)) = (recorded.party(), Entry::of_event(recorded)) else {
            return;
        };
        let key = LineKey {
            section: PartySection::of(entry.key.kind),
            item: entry.item,
            code: entry.key.purpose,
            purpose: recorded.purpose_name(),
        };
        let sums = self.parties.entry(party).or_default().entry(key).or_default();
        sums.label = placement::purpose_label(recorded.book().fund(), &entry);
        sums.net += entry.net();
        sums.counted += entry.counted;
        sums.events.push(recorded.seq());
    }
}
