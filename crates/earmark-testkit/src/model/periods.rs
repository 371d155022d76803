//! Periods: closed in their order, opened again within bounds (Jiangsu regulation art 54(6); ADR 0014).

use earmark_core::account::Account::Revenue;
use earmark_core::command::AnyCommand;
use earmark_core::time::{Day, Month};

use super::Broken;
use super::asked::Asked;
use super::book::Book;

pub(super) type Span = (Day, Day);

/// How far a book is closed, and what of that stands open again.
#[derive(Clone, Copy, Default)]
pub(super) struct Closed {
    until: Option<Day>,
    reopened: Option<Span>,
}

impl Book {
    fn closed(&self) -> Closed {
        let mut closed = Closed::default();
        for (_, command) in self.done() {
            match command {
                AnyCommand::ClosePeriod { first, last } => {
                    if closed.reopened == Some((*first, *last)) {
                        closed.reopened = None;
                    }
                    closed.until = closed.until.max(Some(*last));
                }
                AnyCommand::ReopenPeriod { first, last, .. } => {
                    closed.reopened = Some((*first, *last));
                }
                _ => {}
            }
        }
        closed
    }

    /// Whether a closing of this very period stands: it was closed, and no day of it was reopened since.
    pub(super) fn stands_closed(&self, span: Span) -> bool {
        self.done().fold(false, |stands, (_, command)| match command {
            AnyCommand::ClosePeriod { first, last } if (*first, *last) == span => true,
            AnyCommand::ReopenPeriod { first, last, .. } if *first <= span.1 && span.0 <= *last => {
                false
            }
            _ => stands,
        })
    }

    /// Whether this very period was ever closed.
    fn was_closed(&self, span: Span) -> bool {
        self.done().any(|(_, command)| {
            matches!(command, AnyCommand::ClosePeriod { first, last } if (*first, *last) == span)
        })
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let closed = asked.book.closed();
    // INV-28: a closed day takes no event of whatever kind, but within a reopening.
    let on = asked.line.on;
    let within = closed.reopened.is_some_and(|(first, last)| first <= on && on <= last);
    if closed.until.is_some_and(|until| on <= until) && !within {
        broken.insert("period-open");
    }
    let lawful = match asked.command() {
        AnyCommand::ClosePeriod { first, last } => may_close(asked, closed, (*first, *last)),
        AnyCommand::ReopenPeriod { first, last, .. } => {
            months(*first, *last).is_some()
                && closed.until.is_some_and(|until| *last <= until)
                && closed.reopened.is_none()
        }
        _ => true,
    };
    if !lawful {
        broken.insert("period-order");
    }
}

fn may_close(asked: &Asked<'_>, closed: Closed, span: Span) -> bool {
    let Some(months) = months(span.0, span.1) else { return false };
    let in_order = match (closed.reopened, closed.until) {
        // What was reopened is closed as a whole, before anything else.
        (Some(reopened), _) => span == reopened,
        (None, None) => months.len() == 1,
        (None, Some(until)) if span.0 > until => months.len() == 1 && until.next() == Some(span.0),
        // A quarter or a year whose months are closed, each by its own closing, and which is not closed itself.
        (None, Some(until)) => {
            (is_quarter(&months) || is_year(&months))
                && span.1 <= until
                && months
                    .iter()
                    .all(|month| asked.book.was_closed((month.first_day(), month.last_day())))
                && !asked.book.stands_closed(span)
        }
    };
    // Where the rules of that day say so, nothing is left in the revenue account on the last day (144号
    // art 40); of what was reopened, on the last day of each month.
    let emptied = |day: Day| {
        !asked.refuses("revenue_account_zero_at_month_end", day) || revenue_at(asked.book, day) == 0
    };
    let is_empty = match closed.reopened {
        Some(_) => months.iter().all(|month| emptied(month.last_day())),
        None => emptied(span.1),
    };
    // Once it is over, and first in its commit.
    in_order && span.1 < asked.today && asked.place == 0 && is_empty
}

fn is_quarter(months: &[Month]) -> bool {
    months.len() == 3 && months.first().is_some_and(|month| month.number() % 3 == 1)
}

fn is_year(months: &[Month]) -> bool {
    months.len() == 12 && months.first().is_some_and(|month| month.number() == 1)
}

/// Whether a period is one of the calendar: a month, a quarter, a year.
pub(super) fn is_of_calendar(span: Span) -> bool {
    months(span.0, span.1)
        .is_some_and(|months| months.len() == 1 || is_quarter(&months) || is_year(&months))
}

fn revenue_at(book: &Book, day: Day) -> i128 {
    book.lines.iter().filter(|line| line.on <= day).map(|line| line.change(Revenue)).sum()
}

/// The calendar months of a period; none where it is not made of whole months.
fn months(first: Day, last: Day) -> Option<Vec<Month>> {
    if first.month().first_day() != first || last.month().last_day() != last || last < first {
        return None;
    }
    let mut months = vec![first.month()];
    while months.last().is_some_and(|month| month.last_day() < last) {
        months.push(months.last()?.next()?);
    }
    Some(months)
}
