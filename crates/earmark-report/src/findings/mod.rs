//! What supervision finds in one book, or in all books of a ledger: typed, with the events behind it.
//!
//! Each check says what the events show and nothing more. [`FindingKind`] names the kinds with their codes and
//! articles; [`PREVENTED`] what need not be looked for, because the ledger does not take it.

mod across;
mod checks;
pub(super) mod finding;
mod kind;
mod lots;
mod survey;

pub use finding::{EventRef, Finding, FoundAmount, Message};
pub use kind::{FindingKind, PREVENTED, Prevented, Weight};

use earmark_core::id::BookId;
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::time::{Period, Timestamp};
use serde::Serialize;

use crate::error::StatementError;
use crate::reading::Knowledge;
use survey::Survey;

/// What is found over a period, as it stands on its last day.
///
/// The period should be over: a month end, a deadline or a claim is judged as of its own day, and nothing is
/// known of days to come. A clean book gives no finding.
///
/// A book without a rule profile is judged by what the law asks of every book: a budget before expenditure,
/// an empty revenue account at month end, interest handed over. A fund of another law is judged by its
/// profile alone. What only a profile can say (deadlines,
/// use plans, claims before payment) is asked where the profile that was adopted last before an event says
/// so; where it *refuses* something, there is nothing to find.
///
/// ```
/// use earmark_core::ledger::AnyBook;
/// use earmark_core::time::Period;
/// use earmark_report::findings::{Findings, Weight};
/// use earmark_report::{Knowledge, StatementError};
///
/// fn breaches(book: &AnyBook, year: Period) -> Result<Vec<String>, StatementError> {
///     let found = Findings::of_book(book, year, Knowledge::Now)?;
///     let breaches = found.findings().iter().filter(|it| it.kind.weight() == Weight::Breach);
///     Ok(breaches.map(|it| format!("{}: {}", it.kind.code(), it.message.en)).collect())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Findings {
    period: Period,
    books: Vec<KnownBook>,
    findings: Vec<Finding>,
}

/// A book that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KnownBook {
    /// The book.
    pub book: BookId,
    /// The last event that was looked at.
    pub known_through: u64,
}

impl Findings {
    /// What one book shows by itself.
    ///
    /// # Errors
    /// [`StatementError::Fault`] where the store cannot be read.
    pub fn of_book(
        book: &AnyBook,
        period: Period,
        known: Knowledge,
    ) -> Result<Self, StatementError> {
        let survey = Survey::of(book, period, known)?;
        let findings = survey.findings()?;
        Ok(Self::made(period, &[survey], findings))
    }

    /// What every book of a ledger shows, and what two of them show together: flows between levels that do not
    /// mirror, and funeral grants of several funds for one person. A person is told apart by the party id:
    /// where funds give one person different ids, nobody can tell.
    ///
    /// # Errors
    /// [`StatementError::Fault`] where the store cannot be read.
    pub fn of_ledger(
        ledger: &Ledger,
        period: Period,
        known_at: Option<Timestamp>,
    ) -> Result<Self, StatementError> {
        let known = known_at.map_or(Knowledge::Now, Knowledge::At);
        let books = ledger.books()?;
        let surveys = books.iter().map(|book| Survey::of(book, period, known));
        let surveys = surveys.collect::<Result<Vec<_>, _>>()?;
        let mut findings = Vec::new();
        for survey in &surveys {
            findings.extend(survey.findings()?);
        }
        across::levels(&surveys, period, &mut findings);
        across::funerals(&surveys, period, &mut findings);
        Ok(Self::made(period, &surveys, findings))
    }

    fn made(period: Period, surveys: &[Survey<'_>], mut findings: Vec<Finding>) -> Self {
        let known = |survey: &Survey<'_>| KnownBook {
            book: survey.book.id(),
            known_through: survey.registers.through,
        };
        findings.sort_by(|one, other| {
            let place = |it: &Finding| (it.kind, it.book, it.day, it.events.first().copied());
            place(one).cmp(&place(other))
        });
        Self { period, books: surveys.iter().map(known).collect(), findings }
    }

    /// The period.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The books that were looked at.
    #[must_use]
    pub fn books(&self) -> &[KnownBook] {
        &self.books
    }

    /// What was found, by kind, book and day.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What was found of one kind.
    pub fn of_kind(&self, kind: FindingKind) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.kind == kind)
    }
}
