//! Doors for the tests in `tests/schedule`. Ordinary builds have none of them.

use std::cell::RefCell;
use std::collections::VecDeque;

use earmark_core::commit::Proposal;
use earmark_core::submission::{Submission, Ticket, submission};
use rusqlite::{Connection, ffi};

use crate::job::{Job, Queue};
use crate::store::SqliteStore;

/// How many events may wait; few, so that recorders come to wait for room.
pub const WAITING_EVENTS_MAX: usize = crate::job::WAITING_EVENTS_MAX;

/// How a commit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As it does.
    Durable,
    /// The disk is full at the last moment; nothing is written.
    Full,
    /// The sync fails, and nothing of it has reached the disk.
    SyncFailedBefore,
    /// The sync fails, and all of it has reached the disk.
    SyncFailedAfter,
}

std::thread_local! {
    static PLAN: RefCell<VecDeque<End>> = const { RefCell::new(VecDeque::new()) };
}

/// How the next commits of this thread's schedule end; those after them are durable.
pub fn plan(ends: impl IntoIterator<Item = End>) {
    PLAN.with_borrow_mut(|plan| {
        plan.clear();
        plan.extend(ends);
    });
}

pub(crate) fn planned(connection: &Connection) -> Option<rusqlite::Result<()>> {
    let end = PLAN.with_borrow_mut(VecDeque::pop_front)?;
    let failed = |code| Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
    match end {
        End::Durable => None,
        End::Full => Some(failed(ffi::SQLITE_FULL)),
        End::SyncFailedBefore => Some(failed(ffi::SQLITE_IOERR_FSYNC)),
        End::SyncFailedAfter => {
            let done = connection.execute_batch("COMMIT");
            Some(done.and_then(|()| failed(ffi::SQLITE_IOERR_FSYNC)))
        }
    }
}

/// The events of each job that waits for the writer; none where the store has none.
#[must_use]
pub fn waiting(store: &SqliteStore) -> Vec<usize> {
    store.writer.as_ref().map_or_else(Vec::new, |writer| writer.queue.sizes())
}

/// The queue alone, without a writer.
#[derive(Default)]
pub struct Line(Queue);

impl Line {
    /// Hands a proposal over, as a store does; gives the submission of one that was taken.
    pub fn push(&self, proposal: Proposal) -> Option<Submission> {
        let (ticket, submission) = submission();
        self.0.push(Job::Record(proposal, ticket)).ok().map(|()| submission)
    }

    /// Takes the next proposal, as a writer does.
    pub fn pop(&self) -> Option<(Proposal, Ticket)> {
        match self.0.pop()? {
            Job::Record(proposal, ticket) => Some((proposal, ticket)),
            Job::Do(..) => None,
        }
    }

    /// No proposal is taken any more.
    pub fn close(&self) {
        self.0.close();
    }

    /// The events of each proposal that waits.
    pub fn sizes(&self) -> Vec<usize> {
        self.0.sizes()
    }
}
