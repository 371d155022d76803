//! Promises about what waits: everything is answered, and no more than so much waits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use earmark_core::account::Account;
use earmark_core::event::{Kind, Recorded};
use earmark_core::projection::{Cells, Projection};

use super::Place;
use super::desk::{Desk, key, party, payment};

/// More commits than any store may let wait without making their recorders wait too.
const WAITING_MAX: usize = 60_000;

/// How long nothing moves before a recorder is held to be waiting. Were it only slow, less would be tried, and
/// nothing found wrong that is right.
const STILL: Duration = Duration::from_millis(400);

/// Everything that is submitted is answered, by the store itself and in the order of submission, though nobody waited
/// in between.
pub fn everything_submitted_is_answered(place: &dyn Place) {
    let desk = Desk::open(place);
    let first = desk.last_seq() + 1;
    let pending: Vec<_> = (0..2_000_u64)
        .map(|number| {
            // Some are refused: they are answered all the same.
            let amount = if number % 10 == 9 { "5000.00" } else { "0.01" };
            desk.book.submit(key(&format!("{number}")), &desk.voucher, payment(7, amount))
        })
        .collect();
    let (answered, answers) = channel();
    // It is left behind where it waits for ever.
    thread::spawn(move || {
        for pending in pending {
            let answer = pending.wait();
            if answered.send(answer).is_err() {
                return;
            }
        }
    });
    let mut next = first;
    for number in 0..2_000_u64 {
        let answer = answers.recv_timeout(place.patience());
        let answer = answer.unwrap_or_else(|_| panic!("commit {number} was never answered"));
        match answer {
            Ok(receipt) => {
                assert_eq!(receipt.first_seq(), next, "commit {number}");
                next += 1;
            }
            Err(error) => assert!(number % 10 == 9, "commit {number}: {error}"),
        }
    }
    assert_eq!(next, first + 1_800);
    assert_eq!(desk.last_seq(), next - 1);
    desk.assert_sound();
}

/// A projection that stops at a payment to one party, until it may go on.
struct Barrier(Arc<(Mutex<bool>, Condvar)>);

const STOPS_AT: u128 = 99;

impl Projection for Barrier {
    const NAME: &'static str = "barrier";
    const VERSION: u32 = 1;
    type Key = Kind;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Kind, u64>) {
        cells.update(recorded.kind(), |count| *count += 1);
        if recorded.party() == Some(party(STOPS_AT)) {
            let (up, changed) = &*self.0;
            let mut up = up.lock().unwrap();
            while !*up {
                up = changed.wait(up).unwrap();
            }
        }
    }
}

/// Where the store is busy, recorders wait: it never lets commits queue without bound (60,000 of them count as no bound).
/// What waited is then recorded, all of it and in order.
pub fn a_busy_store_makes_recorders_wait(place: &dyn Place) {
    let desk = Desk::open(place);
    let barrier = Arc::new((Mutex::new(false), Condvar::new()));
    desk.ledger.attach(Barrier(barrier.clone())).unwrap();
    let first = desk.last_seq() + 1;
    let batch = desk.batch(7, "0.01");
    let taken = AtomicUsize::new(0);
    thread::scope(|scope| {
        let recorder = scope.spawn(|| {
            let mut pending =
                vec![desk.book.submit(key("stop"), &desk.voucher, payment(STOPS_AT, "1.00"))];
            for number in 0..WAITING_MAX {
                taken.store(number, Ordering::SeqCst);
                // The barrier goes up in the middle: what comes after it is recorded as it comes.
                if number > 1_000 && *barrier.0.lock().unwrap() {
                    break;
                }
                let name = key(&format!("{number}"));
                pending.push(desk.book.submit_batch(name, batch.clone()));
            }
            pending
        });
        let mut seen = usize::MAX;
        while !recorder.is_finished() {
            thread::sleep(STILL);
            let now = taken.load(Ordering::SeqCst);
            if now == seen {
                break;
            }
            seen = now;
        }
        let ended = recorder.is_finished();
        *barrier.0.lock().unwrap() = true;
        barrier.1.notify_all();
        let pending = recorder.join().unwrap();
        assert!(!ended, "{WAITING_MAX} commits wait, and the next one would too");
        let recorded = pending.len() as u64;
        for (number, pending) in (0..).zip(pending) {
            assert_eq!(pending.wait().unwrap().first_seq(), first + number);
        }
        assert_eq!(desk.last_seq(), first + recorded - 1);
        assert_eq!(desk.balance(Account::Expenditure), 100_000 - 100 - (recorded - 1));
    });
    desk.assert_sound();
}
