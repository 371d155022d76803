//! Closing while commits are under way: what was handed over is done.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use earmark_core::FaultKind;
use earmark_core::submission::Submission;
use earmark_sqlite::{OpenOptions, SqliteStore};
use shuttle::sync::Mutex;
use shuttle::thread;

use crate::orders::try_orders;
use crate::place::{Place, template};

/// Recorders let go of the ledger before they wait; the last of them closes it, whoever that is.
#[test]
fn what_was_handed_over_before_closing_is_recorded() {
    template();
    try_orders("closing", 250, || {
        let (place, store) = Place::new();
        let recorders: Vec<_> = (0..3)
            .map(|who: usize| {
                let (place, store) = (place.clone(), store.clone());
                thread::spawn(move || {
                    let submit = |number: u64| {
                        let name = format!("{who}/{number}");
                        let minor = vec![1 + number; 1 + who];
                        place.submit(&store, &who.to_string(), &name, &[0], &minor)
                    };
                    let under_way = [submit(0), submit(1)];
                    drop(store);
                    under_way.into_iter().for_each(|it| assert!(place.wait(it)));
                })
            })
            .collect();
        drop(store);
        recorders.into_iter().for_each(|it| it.join().unwrap());
        // Who closes waits until all is done, and the lock is free at once.
        place.check();
    });
}

/// Nobody waits for the answer: it is recorded all the same.
#[test]
fn a_dropped_submission_is_recorded() {
    template();
    try_orders("dropped submission", 200, || {
        let (place, store) = Place::new();
        let recorders: Vec<_> = ["here", "there"]
            .into_iter()
            .map(|name| {
                let (place, store) = (place.clone(), store.clone());
                thread::spawn(move || {
                    let (_, submission) = place.submit(&store, name, name, &[0], &[5]);
                    drop(submission);
                })
            })
            .collect();
        recorders.into_iter().for_each(|it| it.join().unwrap());
        drop(store);
        let store = place.check();
        // A retry hears of both.
        for name in ["here", "there"] {
            let again = place.submit(&store, "again", name, &[0], &[5]);
            assert!(place.wait(again));
        }
        let attempts = place.record.attempts().unwrap();
        let heard = attempts.iter().filter(|it| it.who == "again");
        assert_eq!(
            heard
                .filter(|it| it
                    .promise(&template().books[0].to_string())
                    .is_some_and(|it| it.repeated))
                .count(),
            2
        );
        place.check_in(&store);
    });
}

/// A task that only its waker keeps, and that keeps the ledger.
struct Last {
    submission: Mutex<Submission>,
    _store: Arc<SqliteStore>,
}

impl Wake for Last {
    /// An executor that is gone: the task goes with the waker.
    fn wake(self: Arc<Self>) {}
}

/// The writer itself drops the last handle of the ledger, and must not wait for its own end.
#[test]
fn the_last_handle_may_go_with_a_task_that_the_writer_wakes() {
    template();
    try_orders("last handle", 200, || {
        let (place, store) = Place::new();
        let (attempt, submission) = place.submit(&store, "task", "one", &[0], &[5]);
        let queued = place.submit(&store, "task", "two", &[0], &[6]);
        let task = Arc::new(Last { submission: Mutex::new(submission), _store: store });
        let waker = Waker::from(task.clone());
        let polled = {
            let mut submission = task.submission.lock().unwrap();
            Pin::new(&mut *submission).poll(&mut Context::from_waker(&waker))
        };
        if let Poll::Ready(answer) = polled {
            place.record.answered(attempt, &answer).unwrap();
        }
        drop((task, waker));
        assert!(place.wait(queued), "what is queued is done");
        // The writer goes by itself, and gives its lock back when it has gone.
        loop {
            match OpenOptions::new().open(&place.path) {
                Ok(store) => break place.check_in(&store),
                Err(fault) => assert_eq!(fault.kind(), FaultKind::Locked),
            }
            thread::yield_now();
        }
    });
}
