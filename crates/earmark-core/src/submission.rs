//! A commit under way: wait for it, or await it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::commit::Receipt;
use crate::error::{Error, Fault, FaultKind};
use crate::sync::{Condvar, Mutex};

type Outcome = Result<Vec<Receipt>, Error>;

#[derive(Default)]
struct Slot {
    outcome: Option<Outcome>,
    waker: Option<Waker>,
}

#[derive(Default)]
struct Shared {
    slot: Mutex<Slot>,
    done: Condvar,
}

/// The store's end of a submission: it answers once.
pub struct Ticket(Option<Arc<Shared>>);

/// The caller's end: a future, and, for callers without an async runtime, [`wait`](Self::wait).
///
/// The commit goes on whether or not anyone waits for it. Dropping the submission does not take it
/// back.
#[must_use = "whether the commit is durable is known only after waiting for it"]
pub struct Submission(Arc<Shared>);

/// A submission and the ticket by which a store answers it.
pub fn submission() -> (Ticket, Submission) {
    let shared = Arc::new(Shared::default());
    (Ticket(Some(shared.clone())), Submission(shared))
}

impl Ticket {
    /// Answers.
    pub fn resolve(mut self, outcome: Result<Vec<Receipt>, Error>) {
        self.answer(outcome);
    }

    fn answer(&mut self, outcome: Outcome) {
        let Some(shared) = self.0.take() else { return };
        let waker = {
            let mut slot = shared.slot.lock().unwrap_or_else(PoisonError::into_inner);
            slot.outcome = Some(outcome);
            shared.done.notify_all();
            slot.waker.take()
        };
        // Not under the lock, since an executor may poll from within. What a waker does wrong is the
        // matter of its task: the thread that answers goes on to the others that wait.
        if let Some(waker) = waker {
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
    }
}

/// A ticket that is dropped answers that the writer has stopped.
impl Drop for Ticket {
    fn drop(&mut self) {
        self.answer(Err(Fault::new(
            FaultKind::Unknown,
            "writer",
            "the writer stopped before it answered; whether the commit is durable is not known; \
             open the ledger again and retry with the same key",
        )
        .into()));
    }
}

impl Submission {
    /// Blocks until the commit is durable, or refused.
    ///
    /// # Errors
    /// [`Error`], as [`Store::submit`](crate::store::Store::submit) says.
    pub fn wait(self) -> Result<Vec<Receipt>, Error> {
        let mut slot = self.0.slot.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = slot.outcome.take() {
                return outcome;
            }
            slot = self.0.done.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Future for Submission {
    type Output = Result<Vec<Receipt>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.0.slot.lock().unwrap_or_else(PoisonError::into_inner);
        // A copy: a submission that is polled or waited for once more answers the same.
        match slot.outcome.clone() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl std::fmt::Debug for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Submission")
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket")
    }
}

/// A commit of one book under way. See [`Submission`].
#[must_use = "whether the commit is durable is known only after waiting for it"]
#[derive(Debug)]
pub struct Pending(Submission);

impl Pending {
    pub(crate) fn new(submission: Submission) -> Self {
        Self(submission)
    }

    /// Blocks until the commit is durable, or refused.
    ///
    /// # Errors
    /// [`Error::Rejected`], [`Error::Conflict`]: nothing was recorded. [`Error::Fault`]: it says what
    /// is true now.
    pub fn wait(self) -> Result<Receipt, Error> {
        single(self.0.wait())
    }
}

impl Future for Pending {
    type Output = Result<Receipt, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(single)
    }
}

fn single(outcome: Outcome) -> Result<Receipt, Error> {
    outcome?.first().copied().ok_or_else(|| {
        Fault::new(FaultKind::Unknown, "store", "the store acknowledged a commit without a receipt")
            .into()
    })
}
