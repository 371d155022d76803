//! The properties. `PROPTEST_CASES` sets how many histories each is tried on (256 by default).

use earmark_core::command::AnyCommand;
use earmark_core::time::{Clock, Day, Period, Timestamp};
use proptest::prelude::*;

use super::clerk::Clerk;
use super::histories::{BOOKS, REASON, histories};
use super::judge::{
    Remembered, answers_agree, balances_agree, kept_equals_folded, statement_closes, trail_adds_up,
};
use crate::given::Picture;

fn after(history: &super::histories::History) -> Clerk {
    let mut clerk = Clerk::new();
    clerk.open(history);
    for step in &history.steps {
        let _ = clerk.take(step);
    }
    clerk
}

proptest! {
    #[test]
    fn the_ledger_answers_as_the_model_does(history in histories(30)) {
        let mut clerk = Clerk::new();
        clerk.open(&history);
        for step in &history.steps {
            let outcome = clerk.take(step);
            answers_agree(&outcome)?;
            balances_agree(&clerk.books[outcome.book])?;
        }
    }

    #[test]
    fn a_commit_changes_its_own_book_or_nothing(history in histories(12)) {
        let mut clerk = Clerk::new();
        clerk.open(&history);
        for step in &history.steps {
            let before = Picture::of_all(&clerk.ledger);
            let outcome = clerk.take(step);
            let own = clerk.books[outcome.book].book.id();
            let recorded = matches!(&outcome.found, Ok(receipt) if !receipt.repeated());
            for (was, is) in before.iter().zip(Picture::of_all(&clerk.ledger)) {
                if was.book != own || !recorded {
                    prop_assert_eq!(was, &is);
                } else {
                    prop_assert_ne!(was, &is);
                }
            }
        }
    }

    #[test]
    fn the_books_add_up_and_verify(history in histories(30)) {
        let clerk = after(&history);
        let today = clerk.clock.today();
        for desk in &clerk.books {
            trail_adds_up(&desk.book)?;
            kept_equals_folded(&clerk, &desk.book)?;
            for days in [0, 40, 400] {
                let first = Day::from_days(today.days() - days).unwrap();
                statement_closes(&desk.book, Period::new(first, today).unwrap(), None)?;
                statement_closes(&desk.book, Period::month(first.month()), Some(clerk.clock.now()))?;
            }
        }
        let verification = clerk.ledger.verify().unwrap();
        prop_assert!(verification.is_sound(), "{:?}", verification.findings());
    }

    #[test]
    fn what_was_known_stays_known(history in histories(20), every in 1_usize..5) {
        let mut clerk = Clerk::new();
        clerk.open(&history);
        let mut remembered: Vec<Remembered> = Vec::new();
        for (at, step) in history.steps.iter().enumerate() {
            let book = &clerk.books[step.book].book;
            let last = book.head().unwrap().state.recorded_at();
            // A moment is past once the clock has left it, and so has the book.
            if at % every == 0 {
                let past = Timestamp::from_micros(last.min(clerk.clock.now()).micros() - 6_000_000);
                let day = Day::from_days(clerk.clock.today().days() - i32::try_from(at).unwrap() * 5);
                remembered.push(Remembered::ask(book, past.unwrap(), day.unwrap()));
            }
            let _ = clerk.take(step);
        }
        for answer in &remembered {
            answer.still_holds()?;
        }
    }

    #[test]
    fn a_commit_in_pieces_comes_to_the_same(history in histories(20)) {
        let whole = after(&history);
        let mut pieces = Clerk::new();
        for (at, desk) in whole.books.iter().enumerate() {
            for accepted in &desk.accepted {
                pieces.clock.set(accepted.receipt.recorded_at());
                for (number, entry) in accepted.content.iter().enumerate() {
                    let part = [&accepted.key.bytes()[..], &[u8::try_from(number).unwrap()]];
                    let key = earmark_core::id::Key::from_parts(&part);
                    let (found, _) = pieces.offer(at, key, vec![entry.clone()]);
                    prop_assert!(found.is_ok(), "{:?}", found);
                }
            }
            let (there, here) = (desk.book.head().unwrap(), pieces.books[at].book.head().unwrap());
            prop_assert_eq!(there.state, here.state);
            // Not only the sums: every record is the same bytes, whatever commit carried it.
            prop_assert_eq!(there.frontier.root(), here.frontier.root());
        }
    }

    #[test]
    fn reversed_and_recorded_again_comes_to_the_same(history in histories(20)) {
        let mut clerk = after(&history);
        for at in 0..BOOKS.len() {
            let entries = clerk.books[at].model.entries.clone();
            for (seq, entry) in (1_u64..).zip(entries) {
                let Some(command) = entry.command else { continue };
                let before = clerk.books[at].book.balances().unwrap();
                let today = clerk.clock.today();
                let reverse = AnyCommand::Reverse { of: seq, reason: REASON.to_owned() };
                let key = crate::given::key_of(&format!("reverse {seq}"));
                let (reversed, _) = clerk.offer(at, key, vec![(today, reverse)]);
                if reversed.is_err() {
                    prop_assert_eq!(clerk.books[at].book.balances().unwrap(), before);
                    continue;
                }
                let key = crate::given::key_of(&format!("again {seq}"));
                let (again, _) = clerk.offer(at, key, vec![(entry.day, command)]);
                prop_assert!(again.is_ok(), "event {}: {:?}", seq, again);
                prop_assert_eq!(clerk.books[at].book.balances().unwrap(), before);
            }
            balances_agree(&clerk.books[at])?;
        }
        prop_assert!(clerk.ledger.verify().unwrap().is_sound());
    }

    #[test]
    fn every_accepted_commit_can_be_retried(history in histories(20)) {
        let mut clerk = after(&history);
        let before = Picture::of_all(&clerk.ledger);
        for at in 0..BOOKS.len() {
            for accepted in clerk.books[at].accepted.clone() {
                let (found, _) = clerk.offer(at, accepted.key, accepted.content);
                let again = found.unwrap();
                prop_assert!(again.repeated());
                prop_assert_eq!(again.first_seq(), accepted.receipt.first_seq());
                prop_assert_eq!(again.root(), accepted.receipt.root());
            }
        }
        prop_assert_eq!(Picture::of_all(&clerk.ledger), before);
    }
}
