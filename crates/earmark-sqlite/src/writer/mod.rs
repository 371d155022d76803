//! The single writer: takes proposals from the queue, decides and writes them in groups, and
//! acknowledges a group once it is synced.

mod group;
mod past;
mod projections;

use std::sync::Arc;

use earmark_core::commit::{Proposal, Receipt};
use earmark_core::projection::{Attached, Totals};
use earmark_core::register::Registers;
use earmark_core::store::Settings;
use earmark_core::submission::{Submission, Ticket, submission};
use earmark_core::{Error, Fault, FaultKind};
use rusqlite::Connection;

use crate::books;
use crate::fault::Faults;
use crate::job::{Job, Queue, Task};
use crate::lock::WriterLock;
use crate::sync::mpsc::sync_channel;
use crate::sync::thread::{self, JoinHandle};

use group::Group;
use projections::Kept;

/// How many events are written in one transaction at most, a larger single proposal excepted. Bounds
/// how long a single recorder waits behind a bulk import.
const GROUP_EVENTS_MAX: usize = if cfg!(earmark_schedule) { 3 } else { 1 << 14 };

/// The handle of the writer thread. Dropping it finishes what is queued and stops the thread.
pub(crate) struct Writer {
    pub(crate) queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
    faults: Faults,
}

impl Writer {
    pub(crate) fn start(
        connection: Connection,
        settings: Settings,
        faults: Faults,
        lock: WriterLock,
    ) -> Result<Self, Fault> {
        let queue = Arc::new(Queue::default());
        let mut work = Work {
            connection,
            settings,
            faults: faults.clone(),
            kept: Kept::default(),
            books: Vec::new(),
            stopped: None,
            _lock: lock,
        };
        let funds = earmark_core::fund::BUILT_IN;
        work.attach(Box::new(Attached::new(Totals)), &funds)?;
        work.attach(Box::new(Attached::new(Registers)), &funds)?;
        let jobs = queue.clone();
        let thread = thread::Builder::new()
            .name("earmark-writer".to_owned())
            .spawn(move || {
                // However the thread ends, nobody waits for it for ever.
                let _closing = CloseOnDrop(jobs.clone());
                work.run(&jobs);
            })
            .map_err(|error| faults.io("its writer thread cannot be started", &error))?;
        Ok(Self { queue, thread: Some(thread), faults })
    }

    pub(crate) fn submit(&self, proposal: Proposal) -> Submission {
        let (ticket, submission) = submission();
        if let Err(Job::Record(_, ticket)) = self.queue.push(Job::Record(proposal, ticket)) {
            ticket.resolve(Err(self.stopped().into()));
        }
        submission
    }

    pub(crate) fn execute(&self, task: Task) -> Result<(), Fault> {
        let (answer, outcome) = sync_channel(1);
        self.queue.push(Job::Do(task, answer)).map_err(|_| self.stopped())?;
        outcome.recv().map_err(|_| self.stopped())?
    }

    fn stopped(&self) -> Fault {
        self.faults.fault(
            FaultKind::Stopped,
            "the writer has stopped after an earlier fault; nothing was recorded; open the ledger \
             again",
        )
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
        // The last handle of a store may go with a task that this very thread woke. It cannot wait for
        // itself then; it does what is queued, and gives the lock back at its end.
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

struct CloseOnDrop(Arc<Queue>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
        while self.0.pop().is_some() {}
    }
}

/// What the writer thread owns.
struct Work {
    connection: Connection,
    settings: Settings,
    faults: Faults,
    kept: Kept,
    /// Heads as committed, of the books written to in this run.
    books: Vec<(earmark_core::id::BookId, books::Placed)>,
    /// Why nothing is written any more.
    stopped: Option<Fault>,
    /// Goes last: as long as there is a connection to write with, nobody else writes.
    _lock: WriterLock,
}

impl Work {
    fn run(&mut self, queue: &Queue) {
        while let Some(job) = queue.pop() {
            match job {
                Job::Do(task, answer) => {
                    let outcome = self.stopped.clone().map_or_else(|| self.perform(task), Err);
                    // Nobody may be waiting any more, and nothing then depends on the answer.
                    let _ = answer.send(outcome);
                }
                Job::Record(proposal, ticket) => {
                    let mut events = proposal.events();
                    let mut jobs = vec![(proposal, ticket)];
                    while let Some(Job::Record(proposal, ticket)) =
                        queue.pop_proposal(GROUP_EVENTS_MAX.saturating_sub(events))
                    {
                        events += proposal.events();
                        jobs.push((proposal, ticket));
                    }
                    self.record(jobs);
                }
            }
        }
    }

    fn perform(&mut self, task: Task) -> Result<(), Fault> {
        match task {
            Task::CreateBook(book) => books::create(&self.connection, book, &self.faults),
            Task::Attach(projection, funds) => self.attach(projection, &funds),
            Task::Rebuild(name, funds) => self.rebuild(&name, &funds),
        }
    }

    /// Records a group in one transaction. Where the group fails as a whole, each proposal is tried
    /// alone, so that none suffers for another's fault.
    fn record(&mut self, jobs: Vec<(Proposal, Ticket)>) {
        match self.transact(jobs.iter().map(|(proposal, _)| proposal)) {
            Ok(outcomes) => {
                for ((_, ticket), outcome) in jobs.into_iter().zip(outcomes) {
                    ticket.resolve(outcome);
                }
            }
            Err(fault) if jobs.len() == 1 || self.stopped.is_some() => {
                for (_, ticket) in jobs {
                    ticket.resolve(Err(fault.clone().into()));
                }
            }
            Err(_) => {
                for (proposal, ticket) in jobs {
                    let outcome = self.transact(std::iter::once(&proposal));
                    let outcome = outcome
                        .map_err(Error::from)
                        .and_then(|mut outcomes| outcomes.pop().unwrap_or_else(|| Ok(Vec::new())));
                    ticket.resolve(outcome);
                }
            }
        }
    }

    /// One transaction: all proposals that no rule refuses are written and synced, or nothing is.
    fn transact<'p>(
        &mut self,
        proposals: impl Iterator<Item = &'p Proposal>,
    ) -> Result<Vec<Result<Vec<Receipt>, Error>>, Fault> {
        if let Some(fault) = &self.stopped {
            return Err(fault.clone());
        }
        let outcome = self.write(proposals);
        if outcome.is_err() {
            self.books.clear();
            self.kept.forget();
            if !self.connection.is_autocommit()
                && self.connection.execute_batch("ROLLBACK").is_err()
            {
                self.stop("a failed transaction could not be taken back");
            }
        }
        outcome
    }

    fn write<'p>(
        &mut self,
        proposals: impl Iterator<Item = &'p Proposal>,
    ) -> Result<Vec<Result<Vec<Receipt>, Error>>, Fault> {
        self.connection
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(|error| self.faults.sql(&error))?;
        let mut group = Group::new(
            &self.connection,
            &self.settings,
            &self.faults,
            &mut self.kept,
            &mut self.books,
        );
        let mut outcomes = Vec::new();
        for proposal in proposals {
            outcomes.push(match group.propose(proposal) {
                Ok(receipts) => Ok(receipts),
                Err(Error::Fault(fault)) => return Err(fault),
                Err(refused) => Err(refused),
            });
        }
        group.finish()?;
        match self.commit() {
            Ok(()) => Ok(outcomes),
            Err(error) => Err(self.failed_commit(&error)),
        }
    }

    fn commit(&self) -> rusqlite::Result<()> {
        #[cfg(earmark_schedule)]
        if let Some(outcome) = crate::schedule::planned(&self.connection) {
            return outcome;
        }
        self.connection.execute_batch("COMMIT")
    }

    /// A sync that failed may or may not have reached the disk. Nothing more is written: what is
    /// true is read from the file when it is opened again.
    fn failed_commit(&mut self, error: &rusqlite::Error) -> Fault {
        let fault = self.faults.sql(error);
        if matches!(fault.kind(), FaultKind::Full | FaultKind::Locked) {
            return fault;
        }
        let what = format!(
            "the commit could not be made durable ({error}); whether it is recorded is known once \
             the ledger is opened again; retry with the same key"
        );
        self.stop(&what);
        self.faults.fault(FaultKind::Unknown, what)
    }

    fn stop(&mut self, why: &str) {
        let what = format!("the writer has stopped: {why}; open the ledger again");
        self.stopped = Some(self.faults.fault(FaultKind::Stopped, what));
    }
}
