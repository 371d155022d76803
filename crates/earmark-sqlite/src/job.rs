//! The queue between callers and the writer: bounded by events, so that it never grows without end.

use std::collections::VecDeque;
use std::sync::PoisonError;

use earmark_core::Fault;
use earmark_core::commit::Proposal;
use earmark_core::fund::FundSpec;
use earmark_core::id::BookId;
use earmark_core::projection::AnyProjection;
use earmark_core::submission::Ticket;

use crate::sync::{Condvar, Mutex, mpsc};

/// How many events may wait at most; a single larger proposal may wait alone.
pub(crate) const WAITING_EVENTS_MAX: usize = if cfg!(earmark_schedule) { 4 } else { 1 << 15 };

/// What the writer is asked to do.
pub(crate) enum Job {
    /// Record a proposal.
    Record(Proposal, Ticket),
    /// Anything else, done alone between two groups of commits.
    Do(Task, Answer),
}

/// Work of the writer that is not a commit.
pub(crate) enum Task {
    CreateBook(BookId),
    Attach(Box<dyn AnyProjection>, Vec<&'static FundSpec>),
    Rebuild(String, Vec<&'static FundSpec>),
}

/// Where the outcome of a task goes.
pub(crate) type Answer = mpsc::SyncSender<Result<(), Fault>>;

impl Job {
    fn events(&self) -> usize {
        match self {
            Self::Record(proposal, _) => proposal.events().max(1),
            Self::Do(..) => 1,
        }
    }
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    events: usize,
    closed: bool,
}

/// The queue itself.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    left: Condvar,
}

impl Queue {
    /// Hands a job over, waiting for room. Gives it back where the writer has stopped.
    pub(crate) fn push(&self, job: Job) -> Result<(), Job> {
        let events = job.events();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while !waiting.closed && waiting.events > 0 && waiting.events + events > WAITING_EVENTS_MAX
        {
            waiting = self.left.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.closed {
            return Err(job);
        }
        waiting.events += events;
        waiting.jobs.push_back(job);
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for a job; none where the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<Job> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.jobs.is_empty() && !waiting.closed {
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        self.take(&mut waiting)
    }

    /// The next job if it is a proposal that fits into `room` events; does not wait.
    pub(crate) fn pop_proposal(&self, room: usize) -> Option<Job> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.jobs.front() {
            Some(job @ Job::Record(..)) if job.events() <= room => self.take(&mut waiting),
            _ => None,
        }
    }

    fn take(&self, waiting: &mut Waiting) -> Option<Job> {
        let job = waiting.jobs.pop_front()?;
        waiting.events = waiting.events.saturating_sub(job.events());
        self.left.notify_all();
        Some(job)
    }

    /// No job is taken any more; those that wait are still done.
    pub(crate) fn close(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.closed = true;
        self.arrived.notify_all();
        self.left.notify_all();
    }

    /// The events of each job that waits.
    #[cfg(earmark_schedule)]
    pub(crate) fn sizes(&self) -> Vec<usize> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.jobs.iter().map(Job::events).collect()
    }
}
