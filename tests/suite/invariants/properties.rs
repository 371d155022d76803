//! Properties of whole ledgers: books do not touch each other, and it does not matter in which pieces,
//! in which order or how often a history is brought before a ledger.

use earmark_core::command::AnyCommand;
use earmark_core::id::Key;
use earmark_core::time::{Clock, Day, Timestamp};
use earmark_testkit::clerk::Clerk;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::ledger_in_memory;
use earmark_testkit::history::{Call, Line};
use earmark_testkit::judge::{self, Remembered, pictures};
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::{Shelf, after, in_memory, of_another_secret, played, tried};
use super::tale::must;

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_01_no_event_of_one_book_changes_anothers_totals(history in histories(16)) {
        let mut clerk = in_memory();
        clerk.open(&history);
        for step in &history.steps {
            let before = pictures(&clerk);
            let outcome = clerk.take(step);
            for (book, (was, is)) in before.iter().zip(&pictures(&clerk)).enumerate() {
                let changes = book == outcome.call.book && outcome.is_recorded();
                must((was != is) == changes, &clerk, || {
                    format!("{} changed, or did not: {:?}", was[0].book, outcome.call)
                })?;
            }
        }
    }

    #[test]
    fn inv_04_every_fen_is_somewhere(history in histories(30)) {
        let clerk = after(&history);
        for book in 0..clerk.books() {
            judge::trail_adds_up(&clerk, clerk.book(book))?;
        }
    }

    #[test]
    fn inv_07_a_retry_at_any_point_changes_nothing(history in histories(20), every in 1_usize..6) {
        let clock = HandClock::new();
        let shelf = Shelf::new(&clock);
        let mut clerk = Clerk::new(&clock, [ledger_in_memory(&clock), shelf.open()]);
        clerk.open(&history);
        for (at, step) in history.steps.iter().enumerate() {
            let outcome = clerk.take(step);
            if at % every != 0 {
                continue;
            }
            let before = pictures(&clerk);
            // Also right after the file was opened again, when nothing is remembered but what is stored.
            if at % (2 * every) == 0 {
                clerk.reopen(1, |old| {
                    drop(old);
                    shelf.open()
                });
            }
            for accepted in clerk.accepted(outcome.call.book).to_vec() {
                let call = Call { at: clock.now(), ..accepted.call };
                let again = clerk.offer(call);
                judge::answers_agree(&clerk, &again)?;
                for answer in &again.answers {
                    let repeated = answer.as_ref().is_ok_and(|receipt| receipt.repeated());
                    must(repeated, &clerk, || format!("a retry is answered {answer:?}"))?;
                }
            }
            must(pictures(&clerk) == before, &clerk, || "a retry left a trace".to_owned())?;
        }
    }

    #[test]
    fn inv_13_replay_equals_live(history in histories(20)) {
        let live = after(&history);
        let clock = HandClock::new();
        let mut replay = Clerk::new(&clock, [ledger_in_memory(&clock)]);
        founded_as(&live, &mut replay);
        for book in 0..live.books() {
            for accepted in live.accepted(book) {
                // Recorded again at the moment at which it was recorded, and of the same day.
                replay.offer(accepted.call.clone());
            }
        }
        for book in 0..live.books() {
            let (there, here) = (live.book(book).head().unwrap(), replay.book(book).head().unwrap());
            must(there == here, &live, || format!("replayed: {here:?}, live: {there:?}"))?;
        }
    }

    #[test]
    fn inv_13_any_split_of_commits_gives_the_same_state(history in histories(20), size in 1_usize..3) {
        let whole = after(&history);
        let clock = HandClock::new();
        let mut pieces = Clerk::new(&clock, [ledger_in_memory(&clock)]);
        founded_as(&whole, &mut pieces);
        for book in 0..whole.books() {
            for accepted in whole.accepted(book) {
                for (number, lines) in accepted.call.lines.chunks(size).enumerate() {
                    let part = [&accepted.call.key.bytes()[..], &number.to_be_bytes()];
                    let key = Key::from_parts(&part);
                    let call = Call { key, lines: lines.to_vec(), ..accepted.call.clone() };
                    let outcome = pieces.offer(call);
                    must(outcome.is_recorded(), &pieces, || format!("{:?}", outcome.answers))?;
                }
            }
            let (there, here) = (whole.book(book).head().unwrap(), pieces.book(book).head().unwrap());
            must(there.state == here.state, &whole, || format!("in pieces: {here:?}"))?;
            // Not only the sums: every record is the same bytes, whatever commit carried it.
            must(there.frontier.root() == here.frontier.root(), &whole, || "another root".to_owned())?;
        }
    }

    #[test]
    fn inv_01_any_order_of_independent_books_gives_the_same_state(
        history in histories(20),
        order in any::<prop::sample::Index>(),
    ) {
        let turns = after(&history);
        let clock = HandClock::new();
        let mut one_by_one = Clerk::new(&clock, [ledger_in_memory(&clock)]);
        founded_as(&turns, &mut one_by_one);
        let first = order.index(turns.books());
        for book in (0..turns.books()).map(|it| (it + first) % turns.books()) {
            for accepted in turns.accepted(book) {
                one_by_one.offer(accepted.call.clone());
            }
        }
        let (found, expected) = (pictures(&one_by_one), pictures(&turns));
        must(found == expected, &turns, || format!("book by book: {found:?}"))?;
    }

    #[test]
    fn inv_10_reversal_then_redo_is_identity_on_balances(history in histories(20)) {
        let mut clerk = after(&history);
        for book in 0..clerk.books() {
            for (seq, line) in (1_u64..).zip(clerk.events(book).to_vec()) {
                let Some(line) = line else { continue };
                let before = clerk.book(book).balances().unwrap();
                let reverse = AnyCommand::Reverse { of: seq, reason: "entered in error".to_owned() };
                let today = clerk.clock().today();
                let outcome = clerk.offer_now(book, vec![Line { on: today, command: reverse, ..line.clone() }]);
                if !outcome.is_recorded() {
                    must(clerk.book(book).balances().unwrap() == before, &clerk, || {
                        "a refused reversal moved money".to_owned()
                    })?;
                    continue;
                }
                let again = clerk.offer_now(book, vec![line]);
                judge::answers_agree(&clerk, &again)?;
                // Where its day is closed or its law has changed meanwhile, it cannot be entered again.
                if again.is_recorded() {
                    must(clerk.book(book).balances().unwrap() == before, &clerk, || {
                        format!("event {seq} reversed and entered again moved money")
                    })?;
                }
            }
        }
        judge::sound(&clerk)?;
    }

    #[test]
    fn inv_15_what_was_known_stays_known(history in histories(20), every in 1_usize..5) {
        let mut clerk = in_memory();
        clerk.open(&history);
        let mut remembered: Vec<Remembered> = Vec::new();
        for (at, step) in history.steps.iter().enumerate() {
            let last = clerk.book(step.book).head().unwrap().state.recorded_at();
            // A moment is past once the clock has left it, and so has the book.
            if at % every == 0 {
                let past = last.min(clerk.clock().now()).micros() - 6_000_000;
                let past = Timestamp::from_micros(past).unwrap();
                let ago = i32::try_from(at).unwrap() * 5;
                let day = Day::from_days(clerk.clock().today().days() - ago).unwrap();
                remembered.push(Remembered::ask(&clerk, step.book, past, day));
            }
            let _ = clerk.take(step);
        }
        for answer in &remembered {
            answer.still_holds(&clerk)?;
        }
    }

    #[test]
    fn inv_18_another_secret_gives_other_roots_and_the_same_books(history in histories(12)) {
        let clock = HandClock::new();
        let ledgers = [ledger_in_memory(&clock), of_another_secret(&clock)];
        let clerk = played(Clerk::new(&clock, ledgers), &history);
        for book in 0..clerk.books() {
            let heads: Vec<_> = clerk.each_book(book).map(|it| it.head().unwrap()).collect();
            must(heads[0].state == heads[1].state, &clerk, || format!("{heads:?}"))?;
            must(heads[0].frontier.root() != heads[1].frontier.root(), &clerk, || {
                "the secret is not in the leaves".to_owned()
            })?;
        }
    }

    #[test]
    fn inv_24_opening_and_what_moved_are_closing(history in histories(30)) {
        let clerk = after(&history);
        let today = clerk.clock().today();
        for book in 0..clerk.books() {
            judge::kept_equals_folded(&clerk, clerk.book(book))?;
            for days in [0, 40, 400] {
                let first = Day::from_days(today.days() - days).unwrap();
                let span = earmark_core::time::Period::new(first, today).unwrap();
                let month = earmark_core::time::Period::month(first.month());
                judge::statements_agree(&clerk, book, span, None)?;
                judge::statements_agree(&clerk, book, month, Some(clerk.clock().now()))?;
            }
        }
    }
}

/// The same books with the same texts, nothing else.
fn founded_as(other: &Clerk, clerk: &mut Clerk) {
    for book in 0..other.books() {
        let texts: Vec<String> =
            (1..).map_while(|number| other.book(book).text(number).unwrap()).collect();
        let id = other.book(book).id();
        clerk.found(id.area(), id.fund(), &texts);
    }
}
