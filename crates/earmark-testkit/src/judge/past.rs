//! What was so on a day, as known at a moment.

use earmark_core::account::Account;
use earmark_core::ledger::AnyBook;
use earmark_core::money::SignedFigure;
use earmark_core::report::{AsOf, Balances, Statement, TrailFilter};
use earmark_core::time::{Clock, Day, Period, Timestamp};

use super::{Verdict, claim, same};
use crate::clerk::Clerk;

/// Every account held in every ledger what the model says it held on a day, as known at a moment.
///
/// # Errors
/// [`Difference`](super::Difference), where one did not.
///
/// # Panics
/// Where a ledger cannot be read.
pub fn past_agrees(
    clerk: &Clerk,
    book: usize,
    day: Option<Day>,
    known_at: Option<Timestamp>,
) -> Verdict {
    for (number, kept) in clerk.each_book(book).enumerate() {
        let shown = kept.balances_as_of(AsOf { day, known_at }).unwrap();
        for account in Account::ALL {
            let found = shown.of(account).minor();
            let expected = clerk.model().minor_as_of(book, account, day, known_at);
            claim(clerk, found == expected, || {
                let name = kept.id();
                format!(
                    "{name}, {account} on {day:?} as known at {known_at:?}: ledger {number} says \
                     {found}, expected {expected}"
                )
            })?;
        }
    }
    Ok(())
}

/// The statement of a period is the same in every ledger, and closes.
///
/// # Errors
/// [`Difference`](super::Difference), where it is not or does not.
///
/// # Panics
/// Where a ledger cannot be read.
pub fn statements_agree(
    clerk: &Clerk,
    book: usize,
    period: Period,
    known_at: Option<Timestamp>,
) -> Verdict {
    let first = clerk.book(book).statement(period, known_at).unwrap();
    for (number, kept) in clerk.each_book(book).enumerate() {
        let other = kept.statement(period, known_at).unwrap();
        same(clerk, &format!("{}: the statement of ledger {number}", kept.id()), &other, &first)?;
        statement_closes(clerk, kept, period, known_at)?;
    }
    Ok(())
}

/// Days and moments spread over a history: all of them agree.
pub(super) fn every_past_agrees(clerk: &Clerk, book: usize) -> Verdict {
    let today = clerk.clock().today();
    let days = [0, 1, 31, 180, 366].map(|ago| Day::from_days(today.days() - ago).ok());
    let moments: Vec<Option<Timestamp>> = {
        let accepted = clerk.accepted(book);
        let step = accepted.len() / 3 + 1;
        accepted.iter().step_by(step).map(|it| Some(it.call.at)).chain([None]).collect()
    };
    for known_at in moments {
        for day in days.into_iter().chain([None]) {
            past_agrees(clerk, book, day, known_at)?;
        }
        statements_agree(clerk, book, Period::month(today.month()), known_at)?;
        if let Ok(year) = Period::year(today.year()) {
            statements_agree(clerk, book, year, known_at)?;
        }
    }
    Ok(())
}

/// Opening + brought forward + reorganised + lent + income - expenditure = closing, and both ends are the
/// balances of their days as the accounts have them.
///
/// # Errors
/// [`Difference`](super::Difference), where it does not close.
///
/// # Panics
/// Where the ledger cannot be read.
pub fn statement_closes(
    clerk: &Clerk,
    book: &AnyBook,
    period: Period,
    known_at: Option<Timestamp>,
) -> Verdict {
    let statement = book.statement(period, known_at).unwrap();
    let minor = |figure: SignedFigure| figure.minor();
    let closing = minor(statement.opening())
        + minor(statement.brought_forward())
        + minor(statement.reorganised())
        + minor(statement.lent())
        + minor(statement.income_total())
        - minor(statement.expenditure_total());
    let name = book.id();
    let found = minor(statement.closing());
    same(clerk, &format!("{name}: the closing balance"), &found, &closing)?;
    let total_on = |day: Day| {
        let as_of = AsOf { day: Some(day), known_at };
        book.balances_as_of(as_of).unwrap().total().minor()
    };
    let last = total_on(period.last());
    same(clerk, &format!("{name}: the closing balance by accounts"), &found, &last)?;
    let before = total_on(period.first().previous().unwrap());
    let opening = minor(statement.opening());
    same(clerk, &format!("{name}: the opening balance by accounts"), &opening, &before)
}

/// What is known now is the same whether it is kept or folded from the events.
///
/// # Errors
/// [`Difference`](super::Difference), where it is not.
///
/// # Panics
/// Where the ledger cannot be read.
pub fn kept_equals_folded(clerk: &Clerk, book: &AnyBook) -> Verdict {
    let now = clerk.clock().now().max(book.head().unwrap().state.recorded_at());
    let today = clerk.clock().today();
    let name = book.id();
    for day in [None, Some(today), Day::from_days(today.days() - 100).ok()] {
        let kept = book.balances_as_of(AsOf { day, known_at: None }).unwrap();
        let folded = book.balances_as_of(AsOf { day, known_at: Some(now) }).unwrap();
        same(clerk, &format!("{name}: balances on {day:?} as kept"), &kept, &folded)?;
    }
    let year = Period::year(today.year()).unwrap();
    let kept = book.statement(year, None).unwrap();
    let folded = book.statement(year, Some(now)).unwrap();
    same(clerk, &format!("{name}: the statement as kept"), &kept, &folded)
}

/// What a book answered about a past moment.
#[derive(Clone, Debug)]
pub struct Remembered {
    book: usize,
    known_at: Timestamp,
    day: Day,
    answers: Vec<Answers>,
}

#[derive(Clone, Debug, PartialEq)]
struct Answers {
    balances: Balances,
    statement: Statement,
    events: usize,
}

impl Remembered {
    /// Asks every ledger about a moment that is past: the clock has left it, and so has the book.
    ///
    /// # Panics
    /// Where a ledger cannot be read.
    #[must_use]
    pub fn ask(clerk: &Clerk, book: usize, known_at: Timestamp, day: Day) -> Self {
        let as_of = AsOf::day(day).known_at(known_at);
        let year = Period::year(day.year()).unwrap();
        let answer = |book: &AnyBook| Answers {
            balances: book.balances_as_of(as_of).unwrap(),
            statement: book.statement(year, Some(known_at)).unwrap(),
            events: book.trail(&TrailFilter::all().as_of(as_of)).unwrap().len(),
        };
        Self { book, known_at, day, answers: clerk.each_book(book).map(answer).collect() }
    }

    /// Asks again: a later history changes no answer about the past.
    ///
    /// # Errors
    /// [`Difference`](super::Difference), where it did.
    ///
    /// # Panics
    /// Where a ledger cannot be read.
    pub fn still_holds(&self, clerk: &Clerk) -> Verdict {
        let again = Self::ask(clerk, self.book, self.known_at, self.day);
        let what = format!("what was known of {} at {}", self.day, self.known_at);
        same(clerk, &what, &again.answers, &self.answers)
    }
}
