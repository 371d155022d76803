//! Compares what a ledger says with what must be so.

use std::collections::BTreeMap;

use earmark_core::account::Account;
use earmark_core::error::Error;
use earmark_core::ledger::AnyBook;
use earmark_core::report::{AsOf, Balances, Statement, TrailFilter};
use earmark_core::state::State;
use earmark_core::time::{Clock, Day, Period, Timestamp};
use proptest::prelude::*;

use super::clerk::{Clerk, Desk, Outcome};

type Verdict = Result<(), TestCaseError>;

/// The ledger accepts and refuses as the model does, by the same rule, and a repeated commit has its
/// first receipt.
pub(super) fn answers_agree(outcome: &Outcome) -> Verdict {
    match (&outcome.found, &outcome.expected) {
        (Ok(receipt), Ok(repeated)) => {
            prop_assert_eq!(receipt.repeated(), *repeated);
            if let (true, Some(first)) = (repeated, outcome.first) {
                let place = |it: &earmark_core::commit::Receipt| {
                    (it.book(), it.first_seq(), it.count(), it.recorded_at(), it.root())
                };
                prop_assert_eq!(place(receipt), place(&first));
            }
        }
        (Err(Error::Rejected(rejected)), Err(rule)) => {
            let code = rejected.rule().code();
            prop_assert!(code == *rule, "not `{rule}`: {rejected}");
        }
        (found, expected) => prop_assert!(false, "found {found:?}, expected {expected:?}"),
    }
    Ok(())
}

/// Every account holds what the model holds.
pub(super) fn balances_agree(desk: &Desk) -> Verdict {
    let state = desk.book.head().unwrap().state;
    let balances = desk.book.balances().unwrap();
    for account in Account::ALL {
        let expected = desk.model.fen(account);
        prop_assert_eq!(state.balance_minor(account), expected, "{}", account);
        prop_assert_eq!(balances.of(account).minor(), i128::from(expected), "{}", account);
    }
    prop_assert_eq!(state.seq(), desk.model.entries.len() as u64);
    Ok(())
}

/// Played from the trail: numbers have no gaps, times never go back, no account is ever below zero,
/// every fen is somewhere, and the fold of the events is the state of the book.
pub(super) fn trail_adds_up(book: &AnyBook) -> Verdict {
    let mut held: BTreeMap<Account, i128> = BTreeMap::new();
    let (mut came_in, mut went_out) = (0_i128, 0_i128);
    let mut state = State::empty(book.id());
    let mut last = Timestamp::MIN;
    for (seq, recorded) in (1..).zip(book.trail(&TrailFilter::all()).unwrap()) {
        prop_assert_eq!(recorded.seq(), seq);
        prop_assert_eq!(recorded.book(), book.id());
        prop_assert!(recorded.event().recorded_at() >= last);
        last = recorded.event().recorded_at();
        if let Some(movement) = recorded.event().fact().movement() {
            let fen = i128::from(movement.amount_minor);
            match movement.from {
                Some(account) => *held.entry(account).or_default() -= fen,
                None => came_in += fen,
            }
            match movement.to {
                Some(account) => *held.entry(account).or_default() += fen,
                None => went_out += fen,
            }
        }
        prop_assert!(held.values().all(|fen| *fen >= 0), "below zero after event {}", seq);
        prop_assert_eq!(state.evolve(recorded.event()), Ok(()));
    }
    prop_assert_eq!(came_in, went_out + held.values().sum::<i128>());
    let live = book.head().unwrap().state;
    for account in Account::ALL {
        let expected = held.get(&account).copied().unwrap_or(0);
        prop_assert_eq!(i128::from(live.balance_minor(account)), expected);
    }
    prop_assert_eq!(live, state);
    Ok(())
}

/// Opening + brought forward + income - expenditure = closing, and both ends are the balances of
/// their days as the accounts have them.
pub(super) fn statement_closes(
    book: &AnyBook,
    period: Period,
    known_at: Option<Timestamp>,
) -> Verdict {
    let statement = book.statement(period, known_at).unwrap();
    let minor = |figure: earmark_core::money::SignedFigure| figure.minor();
    let closing = minor(statement.opening())
        + minor(statement.brought_forward())
        + minor(statement.income_total())
        - minor(statement.expenditure_total());
    prop_assert_eq!(minor(statement.closing()), closing);
    let total_on = |day: Day| {
        let as_of = AsOf { day: Some(day), known_at };
        book.balances_as_of(as_of).unwrap().total().minor()
    };
    prop_assert_eq!(minor(statement.closing()), total_on(period.last()));
    let before = period.first().previous().unwrap();
    prop_assert_eq!(minor(statement.opening()), total_on(before));
    Ok(())
}

/// What was answered about a past moment.
pub(super) struct Remembered {
    book: AnyBook,
    known_at: Timestamp,
    day: Day,
    balances: Balances,
    statement: Statement,
    events: usize,
}

impl Remembered {
    /// Asks about a moment that is past.
    pub(super) fn ask(book: &AnyBook, known_at: Timestamp, day: Day) -> Self {
        let as_of = AsOf::day(day).known_at(known_at);
        let year = Period::year(day.year()).unwrap();
        Self {
            book: book.clone(),
            known_at,
            day,
            balances: book.balances_as_of(as_of).unwrap(),
            statement: book.statement(year, Some(known_at)).unwrap(),
            events: book.trail(&TrailFilter::all().as_of(as_of)).unwrap().len(),
        }
    }

    /// Asks again: a later history changes no answer about the past.
    pub(super) fn still_holds(&self) -> Verdict {
        let again = Self::ask(&self.book, self.known_at, self.day);
        prop_assert_eq!(self.balances, again.balances);
        prop_assert_eq!(&self.statement, &again.statement);
        prop_assert_eq!(self.events, again.events);
        Ok(())
    }
}

/// What is known now is the same whether it is kept or folded from the events.
pub(super) fn kept_equals_folded(clerk: &Clerk, book: &AnyBook) -> Verdict {
    let now = clerk.clock.now().max(book.head().unwrap().state.recorded_at());
    let today = clerk.clock.today();
    for day in [None, Some(today), Day::from_days(today.days() - 100).ok()] {
        let kept = book.balances_as_of(AsOf { day, known_at: None }).unwrap();
        let folded = book.balances_as_of(AsOf { day, known_at: Some(now) }).unwrap();
        prop_assert_eq!(kept, folded);
    }
    let year = Period::year(today.year()).unwrap();
    prop_assert_eq!(book.statement(year, None).unwrap(), book.statement(year, Some(now)).unwrap());
    Ok(())
}
