//! Random histories before the model, a ledger in memory and a ledger in a file, side by side: every
//! answer, refusal code, balance, past and root is compared. The file is closed and opened again now and
//! then in the middle of a history, and readers look on.

use earmark_testkit::clerk::Clerk;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{Picture, ledger_in_memory};
use earmark_testkit::judge;
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::{Shelf, tried};

/// The file's place among the ledgers.
const FILE: usize = 1;

proptest! {
    #![proptest_config(tried(48))]

    #[test]
    fn the_ledgers_answer_as_the_model_does(
        history in histories(30),
        every in 3_usize..12,
    ) {
        let clock = HandClock::new();
        let shelf = Shelf::new(&clock);
        let mut clerk = Clerk::new(&clock, [ledger_in_memory(&clock), shelf.open()]);
        for outcome in clerk.open(&history) {
            judge::answers_agree(&clerk, &outcome)?;
        }
        let mut reader = shelf.read();
        for (at, step) in history.steps.iter().enumerate() {
            let outcome = clerk.take(step);
            judge::answers_agree(&clerk, &outcome)?;
            judge::book_agrees(&clerk, outcome.call.book)?;
            if at % every == every - 1 {
                judge::past_agrees(&clerk, outcome.call.book, Some(clock.today()), None)?;
                let written = Picture::of_all(clerk.ledgers().nth(FILE).unwrap());
                prop_assert_eq!(&Picture::of_all(&reader), &written);
                clerk.reopen(FILE, |old| {
                    drop(old);
                    shelf.open()
                });
                prop_assert_eq!(&Picture::of_all(clerk.ledgers().nth(FILE).unwrap()), &written);
                // A reader that was there before, and one that comes now, see the same.
                prop_assert_eq!(&Picture::of_all(&reader), &written);
                reader = shelf.read();
            }
        }
        judge::all_agrees(&clerk)?;
        prop_assert_eq!(
            Picture::of_all(&reader),
            Picture::of_all(clerk.ledgers().next().unwrap())
        );
    }
}
