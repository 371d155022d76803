//! Projections built again: one after the other, all at once, and while others record.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use earmark_core::ledger::Ledger;
use earmark_core::projection::{Snapshot, Totals};
use earmark_core::register::Registers;
use earmark_testkit::clerk::Clerk;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::ledger_in_memory;
use earmark_testkit::judge;
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::{Shelf, played, tried};
use super::tale::must;

/// The cells of every book of a ledger, by projection.
fn cells(ledger: &Ledger) -> Vec<(Snapshot, Snapshot)> {
    let books = ledger.books().unwrap();
    let both = books
        .iter()
        .map(|book| (book.snapshot::<Totals>().unwrap(), book.snapshot::<Registers>().unwrap()));
    both.collect()
}

/// Builds both projections again in so many threads each, all at once.
fn rebuild_at_once(ledger: &Ledger, threads: usize) {
    let start = Barrier::new(2 * threads);
    thread::scope(|scope| {
        for number in 0..2 * threads {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                if number % 2 == 0 {
                    ledger.rebuild::<Totals>().unwrap();
                } else {
                    ledger.rebuild::<Registers>().unwrap();
                }
            });
        }
    });
}

proptest! {
    #![proptest_config(tried(16))]

    #[test]
    fn inv_20_a_parallel_rebuild_equals_a_serial_one(history in histories(30), threads in 1_usize..4) {
        let clock = HandClock::new();
        let shelf = Shelf::new(&clock);
        let clerk = played(Clerk::new(&clock, [ledger_in_memory(&clock), shelf.open()]), &history);
        let live: Vec<_> = clerk.ledgers().map(cells).collect();
        must(live[0] == live[1], &clerk, || "memory and file keep other cells".to_owned())?;
        for (number, ledger) in clerk.ledgers().enumerate() {
            ledger.rebuild::<Registers>().unwrap();
            ledger.rebuild::<Totals>().unwrap();
            must(cells(ledger) == live[number], &clerk, || format!("ledger {number}, one by one"))?;
            rebuild_at_once(ledger, threads);
            must(cells(ledger) == live[number], &clerk, || format!("ledger {number}, at once"))?;
        }
        judge::sound(&clerk)?;
    }

    #[test]
    fn inv_20_a_rebuild_while_recording_goes_on_counts_every_event_once(history in histories(30)) {
        let clock = HandClock::new();
        let shelf = Shelf::new(&clock);
        let ledgers = [ledger_in_memory(&clock), shelf.open()];
        let mut clerk = Clerk::new(&clock, ledgers.clone());
        clerk.open(&history);
        let over = AtomicBool::new(false);
        let rebuilt = thread::scope(|scope| {
            let rebuilding = scope.spawn(|| {
                let mut times = 0_u32;
                loop {
                    for ledger in &ledgers {
                        rebuild_at_once(ledger, 1);
                    }
                    times += 1;
                    if over.load(Ordering::SeqCst) {
                        return times;
                    }
                }
            });
            for step in &history.steps {
                let _ = clerk.take(step);
            }
            over.store(true, Ordering::SeqCst);
            rebuilding.join().unwrap()
        });
        must(rebuilt > 0, &clerk, || "nothing was built again".to_owned())?;
        let kept: Vec<_> = ledgers.iter().map(cells).collect();
        must(kept[0] == kept[1], &clerk, || "memory and file keep other cells".to_owned())?;
        judge::all_agrees(&clerk)?;
    }
}
