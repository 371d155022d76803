//! Books as they stand, in every ledger and in the model.

use earmark_core::account::Account;
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::report::AsOf;

use super::{Verdict, claim, past, same, trail};
use crate::clerk::Clerk;
use crate::given::Picture;

/// Every account of a book holds what the model holds, and ledgers of one id have the same root.
///
/// # Errors
/// [`Difference`](super::Difference), where one does not.
///
/// # Panics
/// Where a ledger cannot be read.
pub fn book_agrees(clerk: &Clerk, book: usize) -> Verdict {
    for (number, kept) in clerk.each_book(book).enumerate() {
        let head = kept.head().unwrap();
        let balances = kept.balances().unwrap();
        let name = kept.id();
        for account in Account::ALL {
            let expected = clerk.model().minor(book, account);
            let held = head.state.balance_minor(account);
            claim(clerk, held == expected, || {
                format!("{name}, {account}: ledger {number} holds {held}, expected {expected}")
            })?;
            let shown = balances.of(account).minor();
            claim(clerk, shown == i128::from(expected), || {
                format!("{name}, {account}: ledger {number} shows {shown}, expected {expected}")
            })?;
        }
        let (seq, expected) = (head.state.seq(), clerk.events(book).len() as u64);
        claim(clerk, seq == expected, || {
            format!("{name}: ledger {number} has {seq} events, expected {expected}")
        })?;
    }
    roots_agree(clerk, book)
}

fn roots_agree(clerk: &Clerk, book: usize) -> Verdict {
    let heads: Vec<_> = clerk
        .ledgers()
        .map(Ledger::id)
        .zip(clerk.each_book(book).map(|it| it.head().unwrap()))
        .collect();
    let Some(((id, first), others)) = heads.split_first() else { return Ok(()) };
    let name = first.state.book();
    for (number, (other, head)) in (1..).zip(others) {
        same(clerk, &format!("{name}: the state in ledger {number}"), &head.state, &first.state)?;
        if other == id {
            let (found, expected) = (head.frontier.root(), first.frontier.root());
            same(clerk, &format!("{name}: the root in ledger {number}"), &found, &expected)?;
        }
    }
    Ok(())
}

/// Every ledger proves itself.
///
/// # Errors
/// [`Difference`](super::Difference), where one does not.
///
/// # Panics
/// Where a ledger cannot be read.
pub fn sound(clerk: &Clerk) -> Verdict {
    for (number, ledger) in clerk.ledgers().enumerate() {
        let verified = ledger.verify().unwrap();
        claim(clerk, verified.is_sound(), || {
            format!("ledger {number} does not verify: {:?}", verified.findings())
        })?;
    }
    Ok(())
}

/// The pictures of every book in every ledger.
///
/// # Panics
/// Where a ledger cannot be read.
#[must_use]
pub fn pictures(clerk: &Clerk) -> Vec<Vec<Picture>> {
    (0..clerk.books()).map(|book| clerk.each_book(book).map(Picture::of).collect()).collect()
}

/// Whatever can be judged: every book agrees, now and as of a few days and moments; the same registers,
/// statements and balances in every ledger; the trails add up; every ledger proves itself.
///
/// # Errors
/// [`Difference`](super::Difference), where something differs.
///
/// # Panics
/// Where a ledger cannot be read.
pub fn all_agrees(clerk: &Clerk) -> Verdict {
    for book in 0..clerk.books() {
        book_agrees(clerk, book)?;
        past::every_past_agrees(clerk, book)?;
        registers_agree(clerk, book)?;
        for kept in clerk.each_book(book) {
            trail::trail_adds_up(clerk, kept)?;
            past::kept_equals_folded(clerk, kept)?;
        }
    }
    sound(clerk)
}

fn registers_agree(clerk: &Clerk, book: usize) -> Verdict {
    let entries = |book: &AnyBook| book.entries_as_of(AsOf::NOW).unwrap();
    let all: Vec<_> = clerk.each_book(book).map(entries).collect();
    let name = clerk.book(book).id();
    for (number, other) in all.iter().enumerate().skip(1) {
        same(clerk, &format!("{name}: the registers of ledger {number}"), other, &all[0])?;
    }
    Ok(())
}
