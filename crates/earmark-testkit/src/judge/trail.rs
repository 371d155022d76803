//! A book played again from its trail.

use std::collections::BTreeMap;

use earmark_core::account::Account;
use earmark_core::ledger::AnyBook;
use earmark_core::report::{AsOf, TrailFilter};
use earmark_core::state::State;
use earmark_core::time::{Day, Timestamp};

use super::{Verdict, claim, same};
use crate::clerk::Clerk;

/// Money that came in, went out, and is held account by account.
#[derive(Default)]
struct Purse {
    came_in: i128,
    went_out: i128,
    held: BTreeMap<Account, i128>,
}

/// Played from the trail: numbers have no gaps, times never go back, no account is ever below zero,
/// every fen is somewhere on every day, and the fold of the events is the state of the book.
///
/// # Errors
/// [`Difference`](super::Difference), where something does not hold.
///
/// # Panics
/// Where the ledger cannot be read.
pub fn trail_adds_up(clerk: &Clerk, book: &AnyBook) -> Verdict {
    let name = book.id();
    let mut now = Purse::default();
    // What moved on each day, by the day that events count for.
    let mut days: BTreeMap<Day, Purse> = BTreeMap::new();
    let mut state = State::empty(name);
    let mut last = Timestamp::MIN;
    for (seq, recorded) in (1_u64..).zip(book.trail(&TrailFilter::all()).unwrap()) {
        let event = recorded.event();
        claim(clerk, recorded.seq() == seq && recorded.book() == name, || {
            format!(
                "{name}: event {seq} says that it is event {} of {}",
                recorded.seq(),
                recorded.book()
            )
        })?;
        claim(clerk, event.recorded_at() >= last, || {
            format!("{name}: event {seq} is recorded before the one before it")
        })?;
        last = event.recorded_at();
        for purse in [&mut now, days.entry(event.effective_on()).or_default()] {
            if let Some(movement) = event.fact().movement() {
                let minor = i128::from(movement.amount_minor);
                match movement.from {
                    Some(account) => *purse.held.entry(account).or_default() -= minor,
                    None => purse.came_in += minor,
                }
                match movement.to {
                    Some(account) => *purse.held.entry(account).or_default() += minor,
                    None => purse.went_out += minor,
                }
            }
        }
        claim(clerk, now.held.values().all(|minor| *minor >= 0), || {
            format!("{name}: an account is below zero after event {seq}: {:?}", now.held)
        })?;
        let folded = state.evolve(event);
        claim(clerk, folded.is_ok(), || format!("{name}: event {seq} does not fold: {folded:?}"))?;
    }
    let live = book.head().unwrap().state;
    same(clerk, &format!("{name}: the fold of the events"), &state, &live)?;
    for account in Account::ALL {
        let held = now.held.get(&account).copied().unwrap_or(0);
        same(
            clerk,
            &format!("{name}, {account}"),
            &i128::from(live.balance_minor(account)),
            &held,
        )?;
    }
    every_fen_is_somewhere(clerk, book, &now, &days)
}

/// Inflows = outflows + balances, whole and at the end of every day.
fn every_fen_is_somewhere(
    clerk: &Clerk,
    book: &AnyBook,
    now: &Purse,
    days: &BTreeMap<Day, Purse>,
) -> Verdict {
    let name = book.id();
    let whole = now.went_out + now.held.values().sum::<i128>();
    same(clerk, &format!("{name}: what came in"), &now.came_in, &whole)?;
    let (mut came_in, mut went_out) = (0, 0);
    let mut held: BTreeMap<Account, i128> = BTreeMap::new();
    for (day, purse) in days {
        came_in += purse.came_in;
        went_out += purse.went_out;
        for (account, minor) in &purse.held {
            *held.entry(*account).or_default() += minor;
        }
        let shown = book.balances_as_of(AsOf::day(*day)).unwrap();
        for account in Account::ALL {
            let expected = held.get(&account).copied().unwrap_or(0);
            let what = format!("{name}, {account} on {day}");
            same(clerk, &what, &shown.of(account).minor(), &expected)?;
        }
        let somewhere = went_out + shown.total().minor();
        same(clerk, &format!("{name}: what had come in by {day}"), &came_in, &somewhere)?;
    }
    Ok(())
}
