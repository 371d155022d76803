//! Many threads at once: every event has its one place, and readers see whole prefixes.

pub(crate) mod racing;

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use earmark_core::account::Account;
use earmark_core::commit::Receipt;
use earmark_core::id::key;
use earmark_core::ledger::AnyBook;
use earmark_core::projection::{CellPart, TotalKey, Totals};
use earmark_core::report::{AsOf, TrailFilter};

use crate::sample::{NANJING, Place, SUZHOU, open, premium, read, ready};

const AREAS: [&str; 4] = [NANJING, SUZHOU, "320200", "320600"];
const THREADS: u64 = 16;
const EACH: u64 = 40;

#[test]
fn single_events_of_many_threads_take_one_place_each() {
    for areas in [&AREAS[..1], &AREAS[..]] {
        let place = Place::new();
        let ledger = open(&place.path);
        let books: Vec<_> = areas.iter().map(|area| ready(&ledger, area)).collect();
        let submit = |thread: u64| -> Vec<Receipt> {
            let each = |number| {
                let (book, voucher) = &books[(thread + number) as usize % books.len()];
                let name = key(&format!("{thread}/{number}"));
                book.record(name, voucher, premium(thread, number + 1)).unwrap()
            };
            (0..EACH).map(each).collect()
        };
        let mut receipts: Vec<Receipt> = std::thread::scope(|threads| {
            let handles: Vec<_> =
                (0..THREADS).map(|thread| threads.spawn(move || submit(thread))).collect();
            handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
        });
        assert_eq!(receipts.len() as u64, THREADS * EACH);
        receipts.sort_by_key(|receipt| (receipt.book(), receipt.first_seq()));
        for (book, _) in &books {
            // Three texts and an account come before.
            let mut next = 5;
            for receipt in receipts.iter().filter(|receipt| receipt.book() == book.id()) {
                assert_eq!((receipt.first_seq(), receipt.last_seq()), (next, next));
                assert!(!receipt.repeated());
                next += 1;
            }
            assert_eq!(book.last_seq().unwrap(), next - 1);
        }
        assert!(ledger.verify().unwrap().is_sound());
    }
}

/// The same keys from many threads: one of them records, the others hear of it.
#[test]
fn the_same_commit_of_many_threads_is_recorded_once() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (book, voucher) = ready(&ledger, NANJING);
    let (book, voucher) = (&book, &voucher);
    let receipts: Vec<Receipt> = std::thread::scope(|threads| {
        let record = move |number: u64| {
            let name = key(&format!("{number}"));
            book.record(name, voucher, [premium(1, number + 1), premium(2, 2)]).unwrap()
        };
        let handles: Vec<_> = (0..THREADS)
            .map(|_| threads.spawn(move || (0..20).map(record).collect::<Vec<_>>()))
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
    });
    assert_eq!(receipts.iter().filter(|receipt| !receipt.repeated()).count(), 20);
    assert_eq!(book.last_seq().unwrap(), 4 + 40);
    for number in 0..20 {
        let same: Vec<_> = receipts.iter().skip(number).step_by(20).map(Receipt::root).collect();
        assert!(same.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

/// Texts are registered once, whoever is first.
#[test]
fn the_same_texts_of_many_threads_are_registered_once() {
    let place = Place::new();
    let ledger = open(&place.path);
    let book = crate::sample::book(&ledger, NANJING);
    let book = &book;
    std::thread::scope(|threads| {
        for thread in 0..8 {
            threads.spawn(move || {
                for number in 0..12 {
                    let text = format!("text {}", (number + thread) % 12);
                    let registered = book.register(&text).unwrap();
                    assert_eq!(book.text(registered.number()).unwrap(), Some(text));
                }
            });
        }
    });
    assert_eq!(book.last_seq().unwrap(), 12);
    assert!(ledger.verify().unwrap().is_sound());
}

/// What the treasury holds after each event of the book, as one scan sees it.
fn course(book: &AnyBook) -> Vec<i128> {
    let mut held = vec![0];
    for recorded in book.trail(&TrailFilter::all()).unwrap() {
        let amount = recorded.event().fact().amount_minor();
        held.push(held.last().unwrap() + i128::from(amount));
    }
    held
}

/// Runs `look` again and again, in two processes' worth of handles, while four threads record.
fn beside_writers(look: impl Fn(&AnyBook) + Sync) {
    let place = Place::new();
    let ledger = open(&place.path);
    let (book, voucher) = ready(&ledger, NANJING);
    let other = read(&place.path);
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let writers: Vec<_> = (0..4)
            .map(|thread: u64| {
                let (book, voucher) = (&book, &voucher);
                threads.spawn(move || {
                    for number in 0..120 {
                        let name = key(&format!("{thread}/{number}"));
                        let premiums = [premium(thread, 1 + number), premium(thread, 7)];
                        book.record(name, voucher, premiums).unwrap();
                    }
                })
            })
            .collect();
        for handle in [&ledger, &other] {
            let (look, done) = (&look, &done);
            threads.spawn(move || {
                let seen = crate::sample::book(handle, NANJING);
                while !done.load(Ordering::Relaxed) {
                    look(&seen);
                }
            });
        }
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        done.store(true, Ordering::Relaxed);
    });
    assert!(ledger.verify().unwrap().is_sound());
}

#[test]
fn readers_see_a_prefix_while_others_write() {
    beside_writers(|book| {
        let early = course(book);
        let head = book.head().unwrap();
        let totals = book.balances_as_of(AsOf::NOW).unwrap().of(Account::Treasury).minor();
        let late = course(book);
        assert!(late.starts_with(&early), "what was read once stays");
        let held = i128::from(head.state.balance_minor(Account::Treasury));
        assert_eq!(late[head.state.seq() as usize], held, "the head is that of its last event");
        let at = late.binary_search(&totals).expect("the totals are those of some event");
        assert!(at + 1 >= early.len(), "and of none before what was seen earlier");
    });
}

#[test]
fn a_snapshot_is_of_one_moment_while_others_write() {
    beside_writers(|book| {
        let snapshot = book.snapshot::<Totals>().unwrap();
        let sum: u128 = snapshot
            .cells()
            .map(|(key, value)| {
                assert!(TotalKey::decode(key).is_some());
                <(u128, u64)>::decode(value).unwrap().0
            })
            .sum();
        let course = course(book);
        assert_eq!(course[snapshot.position() as usize], i128::try_from(sum).unwrap());
    });
}

#[test]
fn a_verification_finds_nothing_wrong_while_others_write() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (book, voucher) = ready(&ledger, NANJING);
    let other = read(&place.path);
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for handle in [&ledger, &other] {
            let done = &done;
            threads.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    let proved = handle.verify().unwrap();
                    assert!(proved.is_sound(), "{:?}", proved.findings());
                }
            });
        }
        for number in 0..200 {
            let premiums = [premium(number, 1), premium(2, 7)];
            let outcome = book.record(key(&number.to_string()), &voucher, premiums);
            if outcome.is_err() {
                done.store(true, Ordering::Relaxed);
            }
            outcome.unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
}

/// A task that only its waker keeps, and that keeps the ledger. Its executor is gone.
struct Last {
    pending: Mutex<earmark_core::submission::Pending>,
    _ledger: earmark_core::ledger::Ledger,
}

impl Wake for Last {
    fn wake(self: Arc<Self>) {}
}

/// The writer itself drops the last handle then, and does not wait for its own end.
#[test]
fn the_last_handle_may_go_with_a_task_that_the_writer_wakes() {
    let mut woken = 0;
    for number in 0..40 {
        let place = Place::new();
        let ledger = open(&place.path);
        let (book, voucher) = ready(&ledger, NANJING);
        let large: Vec<_> = (1..=2_000).map(|unit| premium(unit, unit)).collect();
        let pending = Mutex::new(book.submit(key("task"), &voucher, large));
        let queued = book.submit(key("queued"), &voucher, premium(1, number + 1));
        drop(book);
        let task = Arc::new(Last { pending, _ledger: ledger });
        let waker = Waker::from(task.clone());
        let polled = {
            let mut pending = task.pending.lock().unwrap();
            Pin::new(&mut *pending).poll(&mut Context::from_waker(&waker))
        };
        woken += u64::from(polled.is_pending());
        drop((task, waker));
        assert_eq!(queued.wait().unwrap().first_seq(), 5 + 2_000, "what is queued is done");
        // The writer goes by itself, and gives its lock back when it has gone.
        let ledger = loop {
            match crate::sample::try_open(&place.path) {
                Ok(ledger) => break ledger,
                Err(fault) => assert_eq!(fault.kind(), earmark_core::FaultKind::Locked),
            }
            std::thread::yield_now();
        };
        assert_eq!(crate::sample::book(&ledger, NANJING).last_seq().unwrap(), 5 + 2_000);
    }
    assert!(woken > 0, "the writer woke some of them");
}
