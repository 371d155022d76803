//! Ticket and submission: whoever asks, however it asks, hears the one answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use earmark_core::submission::{Submission, Ticket, submission};
use earmark_core::{Error, FaultKind};
use shuttle::sync::Mutex;
use shuttle::thread;

use crate::orders::try_every_order;

const MOST: usize = 100_000;

/// Counts how often it was woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Bell {
    fn rung(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn answer(ticket: Ticket) {
    ticket.resolve(Ok(Vec::new()));
}

fn poll(submission: &mut Submission, waker: &Waker) -> bool {
    match Pin::new(submission).poll(&mut Context::from_waker(waker)) {
        Poll::Ready(answer) => {
            assert_eq!(answer.unwrap(), []);
            true
        }
        Poll::Pending => false,
    }
}

#[test]
fn who_waits_hears_the_answer() {
    try_every_order("waiting", MOST, || {
        let (ticket, submission) = submission();
        let answering = thread::spawn(move || answer(ticket));
        assert_eq!(submission.wait().unwrap(), []);
        answering.join().unwrap();
    });
}

#[test]
fn who_awaits_hears_the_answer() {
    try_every_order("awaiting", MOST, || {
        let (ticket, submission) = submission();
        let answering = thread::spawn(move || answer(ticket));
        assert_eq!(shuttle::future::block_on(submission).unwrap(), []);
        answering.join().unwrap();
    });
}

#[test]
fn a_ticket_that_is_dropped_answers_that_nothing_is_known() {
    try_every_order("dropped ticket", MOST, || {
        let (ticket, submission) = submission();
        let dropping = thread::spawn(move || drop(ticket));
        let Err(Error::Fault(fault)) = submission.wait() else { panic!("it was not answered") };
        assert_eq!(fault.kind(), FaultKind::Unknown);
        dropping.join().unwrap();
    });
}

/// A task may move between executors: the last waker is the one to wake.
#[test]
fn the_last_waker_is_woken_once() {
    try_every_order("wakers", MOST, || {
        let (ticket, mut submission) = submission();
        let answering = thread::spawn(move || answer(ticket));
        let bells = [Arc::new(Bell::default()), Arc::new(Bell::default())];
        let ready = bells.iter().any(|bell| poll(&mut submission, &bell.clone().into()));
        answering.join().unwrap();
        let [first, last] = bells;
        if ready {
            assert!(first.rung() + last.rung() <= 1);
        } else {
            assert_eq!((first.rung(), last.rung()), (0, 1));
            assert!(poll(&mut submission, &last.into()));
        }
    });
}

/// Polled first and waited for then, or asked once more after it has answered.
#[test]
fn whoever_asks_again_hears_the_same() {
    try_every_order("asking again", MOST, || {
        let (ticket, mut submission) = submission();
        let answering = thread::spawn(move || answer(ticket));
        let bell = Waker::from(Arc::new(Bell::default()));
        let first = poll(&mut submission, &bell);
        let again = poll(&mut submission, &bell);
        assert!(again || !first, "an answer is not taken back");
        assert_eq!(submission.wait().unwrap(), []);
        answering.join().unwrap();
    });
}

#[test]
fn a_submission_may_be_dropped() {
    try_every_order("dropped submission", MOST, || {
        let (ticket, mut submission) = submission();
        let answering = thread::spawn(move || answer(ticket));
        let bell = Arc::new(Bell::default());
        let ready = poll(&mut submission, &bell.clone().into());
        drop(submission);
        answering.join().unwrap();
        assert!(bell.rung() <= usize::from(!ready));
    });
}

/// A task that is polled on the spot by whoever wakes it.
struct Inline {
    submission: Mutex<Submission>,
    ready: AtomicUsize,
}

impl Inline {
    fn poll(self: &Arc<Self>) {
        let mut submission = self.submission.lock().unwrap();
        let ready = poll(&mut submission, &self.clone().into());
        self.ready.fetch_add(usize::from(ready), Ordering::SeqCst);
    }
}

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        self.poll();
    }
}

#[test]
fn an_executor_may_poll_from_within_the_wake_up() {
    try_every_order("polling from within", MOST, || {
        let (ticket, submission) = submission();
        let task =
            Arc::new(Inline { submission: Mutex::new(submission), ready: AtomicUsize::new(0) });
        let answering = thread::spawn(move || answer(ticket));
        task.poll();
        answering.join().unwrap();
        assert_eq!(task.ready.load(Ordering::SeqCst), 1);
    });
}

struct Broken;

impl Wake for Broken {
    fn wake(self: Arc<Self>) {
        std::panic::resume_unwind(Box::new("a waker's own fault"));
    }
}

/// The thread that answers goes on to the next one.
#[test]
fn a_waker_that_panics_harms_nobody_else() {
    try_every_order("panicking waker", MOST, || {
        let (first, mut broken) = submission();
        let (second, waiting) = submission();
        let ready = poll(&mut broken, &Arc::new(Broken).into());
        assert!(!ready);
        let answering = thread::spawn(move || [first, second].map(answer));
        assert_eq!(waiting.wait().unwrap(), []);
        assert_eq!(broken.wait().unwrap(), []);
        answering.join().unwrap();
    });
}
