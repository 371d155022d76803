//! Stores over an honest one, each of which does one thing wrong.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use earmark_core::commit::{Head, Part, Proposal, Receipt};
use earmark_core::error::{Error, Fault, FaultKind};
use earmark_core::event::Recorded;
use earmark_core::fund::FundSpec;
use earmark_core::id::{BookId, Key};
use earmark_core::ledger::Ledger;
use earmark_core::projection::{AnyProjection, CellSink, CellSource, EachHeld, Projection, Totals};
use earmark_core::register::Registers;
use earmark_core::rejected::Rule;
use earmark_core::store::{
    EachCell, MemoryStore, Projected, Settings, Store, StoredBook, StoredCommit,
};
use earmark_core::submission::{Submission, Ticket, submission};
use earmark_core::time::Timestamp;
use earmark_testkit::clock::HandClock;
use earmark_testkit::contract::Place;
use earmark_testkit::given::settings;
use earmark_tlog::Hash;

/// What a store over an honest one does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    /// The head of the commit before.
    StaleHead,
    /// The head of another book.
    AnotherBooksHead,
    /// A book that was never made is there.
    InventsBooks,
    /// A key that was refused is refused for ever.
    RemembersRefusals,
    /// What is refused takes the next one with it.
    RefusesTheNeighbour,
    /// A refusal is answered as done.
    SwallowsRefusals,
    /// A retry is recorded again, and gets a receipt of its own.
    NewReceipts,
    /// Other content under a used key gets the receipt of the first.
    AcceptsUsedKeys,
    /// Whether a key is used is looked up some time before it is recorded.
    LooksUpKeysTooEarly,
    /// The parts of a joint commit are recorded one after another, until one is refused.
    TearsJointCommits,
    /// Of a joint commit, the parts that are refused are left out.
    LeavesOutRefusedParts,
    /// The receipts of a joint commit come in another order than its parts.
    ReversesReceipts,
    /// Nobody is ever in conflict.
    ForgetsConflicts,
    /// Every other commit overtakes the one before.
    Reorders,
    /// Every other two answers are given to each other's submission.
    CrossesAnswers,
    /// Every tenth commit is acknowledged with the receipt of the one before, and not recorded.
    AcknowledgesWithoutRecording,
    /// One commit of a hundred is recorded and never answered.
    NeverAnswers,
    /// Whatever is submitted queues, however much it is.
    QueuesWithoutBound,
    /// Events are recorded at the time of a clock of its own.
    OwnClock,
    /// A book is made when it is written to.
    MakesBooks,
    /// Any definition of a fund will do.
    TakesAnyFund,
    /// No more than 10,000 events fit into a commit.
    SmallCommits,
    /// A text that was given a number has another when it is looked up again.
    NumbersTextsAnew,
    /// Texts after the fourth are gone.
    LosesTexts,
    /// Nothing was ever taken back.
    ForgetsCorrections,
    /// Commits are given from the first that begins at an event on.
    CommitsFromTheNext,
    /// A commit stands beside another recording time.
    OtherColumns,
    /// The reader's faults are kept from its caller.
    DeafToTheReader,
    /// While commits are given nothing else is answered.
    LocksWhileReading,
    /// A reading at one moment sees what comes later.
    MovingMoments,
    /// Books are listed in another order.
    UnsortedBooks,
    /// Every event counts twice in attached projections.
    CountsTwice,
    /// Every fifth event is not counted.
    SkipsEvents,
    /// Another version of an attached projection is taken for the same.
    TakesAnyVersion,
    /// Every projection is said to be kept.
    KeepsEverything,
    /// A rebuilt projection of totals has nothing in it.
    RebuildsNothing,
    /// Cells are given from the last to the first.
    UnsortedCells,
    /// A projection that panics is passed over.
    PassesOverPanics,
    /// The registers are empty whenever they are read.
    EmptyRegisters,
    /// The last of the hashes of complete subtrees is not there yet.
    LateSubtrees,
    /// The hashes of the first sixteen complete subtrees stand for all.
    FirstSubtrees,
    /// Records are given from the one after on.
    LeavesFromTheNext,
}

/// A store over an honest one.
struct Liar {
    honest: Arc<MemoryStore>,
    lie: Lie,
    turn: AtomicU64,
    refused: Mutex<HashSet<Key>>,
    spoiled: AtomicBool,
    heads: Mutex<Vec<Head>>,
    held: Arc<Mutex<Option<Held>>>,
    unanswered: Mutex<Vec<Ticket>>,
    queue: Mutex<Option<Sender<(Proposal, Ticket)>>>,
    reading: AtomicBool,
    rebuilt: AtomicBool,
}

type Outcome = Result<Vec<Receipt>, Error>;

/// A submission kept back, and how its outcome comes about.
struct Held {
    number: u64,
    ticket: Ticket,
    finish: Box<dyn FnOnce() -> Outcome + Send>,
}

impl Held {
    fn release(self) {
        self.ticket.resolve((self.finish)());
    }
}

impl Liar {
    fn new(lie: Lie) -> Self {
        Self {
            honest: Arc::new(MemoryStore::new(settings())),
            lie,
            turn: AtomicU64::new(0),
            refused: Mutex::default(),
            spoiled: AtomicBool::new(false),
            heads: Mutex::default(),
            held: Arc::default(),
            unanswered: Mutex::default(),
            queue: Mutex::default(),
            reading: AtomicBool::new(false),
            rebuilt: AtomicBool::new(false),
        }
    }

    fn tells(&self, lie: Lie) -> bool {
        self.lie == lie
    }

    fn record(&self, proposal: Proposal) -> Outcome {
        self.honest.submit(proposal).wait()
    }

    /// Records the parts of a proposal as commits of their own.
    fn record_apart(&self, proposal: &Proposal) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for part in proposal.parts() {
            // Readers may look in between.
            thread::sleep(Duration::from_millis(1));
            outcomes.push(self.record(Proposal::new(part.clone(), proposal.now())));
            if self.tells(Lie::TearsJointCommits) && outcomes.iter().any(Result::is_err) {
                break;
            }
        }
        outcomes
    }

    /// The receipt of the commit that a key was first used for.
    fn receipt_of(&self, part: &Part) -> Option<Receipt> {
        let mut receipt = None;
        let each = &mut |commit: StoredCommit<'_>| {
            if commit.key == part.key {
                receipt = Some(Receipt::of_stored(part.book, commit.frame, commit.root)?);
            }
            Ok(ControlFlow::Continue(()))
        };
        self.honest.commits(part.book, 1, each).unwrap();
        receipt
    }

    /// Changes each part of a proposal.
    fn with_parts(proposal: &Proposal, change: impl Fn(&mut Part)) -> Proposal {
        let mut parts = proposal.parts().to_vec();
        parts.iter_mut().for_each(change);
        Proposal::joint(parts, proposal.now()).unwrap()
    }

    fn answer(&self, proposal: Proposal) -> Outcome {
        let first = proposal.parts().first().cloned();
        let joint = proposal.parts().len() > 1;
        match (self.lie, first) {
            (Lie::StaleHead, Some(part)) => {
                let head = self.honest.head(part.book)?;
                let outcome = self.record(proposal);
                let mut heads = self.heads.lock().unwrap();
                // Only once the book has its accounts, so that there is something to be wrong about.
                heads.clear();
                heads.extend(head.filter(|head| head.state.seq() >= 8 && outcome.is_ok()));
                outcome
            }
            (Lie::RemembersRefusals, Some(part)) => {
                let refused = self.refused.lock().unwrap().contains(&part.key);
                let outcome = self.record(proposal);
                if outcome.is_err() {
                    self.refused.lock().unwrap().insert(part.key);
                } else if refused {
                    return Err(Fault::new(FaultKind::Io, "liar", "this key was refused").into());
                }
                outcome
            }
            (Lie::RefusesTheNeighbour, _) => {
                if self.spoiled.swap(false, Ordering::SeqCst) {
                    return Err(Fault::new(FaultKind::Io, "liar", "one beside it failed").into());
                }
                let outcome = self.record(proposal);
                self.spoiled.store(outcome.is_err(), Ordering::SeqCst);
                outcome
            }
            (Lie::SwallowsRefusals, _) => match self.record(proposal) {
                Err(Error::Rejected(_)) => Ok(Vec::new()),
                outcome => outcome,
            },
            (Lie::NewReceipts, Some(_)) => {
                let turn = self.turn.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                let again = Self::with_parts(&proposal, |part| {
                    part.key = Key::from_parts(&[b"again", &turn]);
                });
                match self.record(proposal)? {
                    receipts if receipts.iter().any(Receipt::repeated) => self.record(again),
                    receipts => Ok(receipts),
                }
            }
            (Lie::AcceptsUsedKeys, Some(part)) => match self.record(proposal) {
                Err(Error::Rejected(rejected)) if rejected.rule() == Rule::KeyFresh => {
                    Ok(self.receipt_of(&part).into_iter().collect())
                }
                outcome => outcome,
            },
            (Lie::LooksUpKeysTooEarly, Some(part)) => {
                if let Some(receipt) = self.receipt_of(&part) {
                    return Ok(vec![receipt]);
                }
                thread::sleep(Duration::from_millis(3));
                let turn = self.turn.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                match self.record(proposal.clone())? {
                    receipts if receipts.iter().any(Receipt::repeated) => {
                        self.record(Self::with_parts(&proposal, |part| {
                            part.key = Key::from_parts(&[b"raced", &turn]);
                        }))
                    }
                    receipts => Ok(receipts),
                }
            }
            (Lie::TearsJointCommits, Some(_)) if joint => {
                let outcomes: Result<Vec<_>, _> =
                    self.record_apart(&proposal).into_iter().collect();
                outcomes.map(|receipts| receipts.into_iter().flatten().collect())
            }
            (Lie::LeavesOutRefusedParts, Some(_)) if joint => {
                Ok(self.record_apart(&proposal).into_iter().flatten().flatten().collect())
            }
            (Lie::ReversesReceipts, _) => {
                let mut receipts = self.record(proposal)?;
                receipts.reverse();
                Ok(receipts)
            }
            (Lie::ForgetsConflicts, Some(_)) => {
                self.record(Self::with_parts(&proposal, |part| part.expected_seq = None))
            }
            (Lie::AcknowledgesWithoutRecording, Some(part)) => {
                let turn = self.turn.fetch_add(1, Ordering::SeqCst);
                let last = self.honest.head(part.book)?.map(|head| head.state.seq());
                if turn > 10 && turn.is_multiple_of(10) {
                    let mut receipt = None;
                    self.honest.commits(part.book, last.unwrap_or(0), &mut |commit| {
                        receipt = Some(Receipt::of_stored(part.book, commit.frame, commit.root)?);
                        Ok(ControlFlow::Continue(()))
                    })?;
                    return Ok(receipt.into_iter().collect());
                }
                self.record(proposal)
            }
            (Lie::OwnClock, Some(_)) => {
                let ahead = Timestamp::from_micros(proposal.now().micros() + 90_000_000).unwrap();
                let parts = proposal.parts().to_vec();
                self.record(Proposal::joint(parts, ahead).unwrap())
            }
            (Lie::MakesBooks, _) => {
                proposal.parts().iter().try_for_each(|part| self.honest.create_book(part.book))?;
                self.record(proposal)
            }
            (Lie::SmallCommits, _) if proposal.events() > 10_000 => {
                Err(Fault::new(FaultKind::Full, "liar", "that is too much").into())
            }
            _ => self.record(proposal),
        }
    }

    /// Keeps a submission back until the next one comes, or nobody comes.
    fn keep_back(&self, ticket: Ticket, finish: Box<dyn FnOnce() -> Outcome + Send>) {
        let number = self.turn.fetch_add(1, Ordering::SeqCst);
        *self.held.lock().unwrap() = Some(Held { number, ticket, finish });
        let held = self.held.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            let waited = held.lock().unwrap().take_if(|held| held.number == number);
            waited.into_iter().for_each(Held::release);
        });
    }
}

impl Store for Liar {
    fn settings(&self) -> Settings {
        self.honest.settings()
    }

    fn books(&self) -> Result<Vec<StoredBook>, Fault> {
        let mut books = self.honest.books()?;
        if self.tells(Lie::UnsortedBooks) {
            books.reverse();
        }
        Ok(books)
    }

    fn create_book(&self, book: BookId) -> Result<(), Fault> {
        match self.honest.create_book(book) {
            Err(_) if self.tells(Lie::TakesAnyFund) => Ok(()),
            outcome => outcome,
        }
    }

    fn head(&self, book: BookId) -> Result<Option<Head>, Fault> {
        if self.reading.load(Ordering::SeqCst) {
            return Err(Fault::new(FaultKind::Locked, "liar", "someone is reading"));
        }
        let head = self.honest.head(book)?;
        match self.lie {
            Lie::StaleHead => {
                let stale = self.heads.lock().unwrap().last().cloned();
                Ok(stale.filter(|stale| stale.state.book() == book).or(head))
            }
            Lie::AnotherBooksHead => {
                let other = BookId::new(earmark_core::id::area("320200").unwrap(), book.fund());
                let other = self.honest.head(other)?.filter(|other| other.state.seq() > 9);
                Ok(head.map(|head| other.unwrap_or(head)))
            }
            Lie::InventsBooks => Ok(head.or_else(|| Some(Head::empty(book)))),
            _ => Ok(head),
        }
    }

    fn submit(&self, proposal: Proposal) -> Submission {
        let (ticket, submitted) = submission();
        let number = self.turn.load(Ordering::SeqCst);
        match self.lie {
            Lie::Reorders => {
                let held = self.held.lock().unwrap().take();
                let honest = self.honest.clone();
                let finish = move || honest.submit(proposal).wait();
                match held {
                    Some(held) => {
                        ticket.resolve(finish());
                        held.release();
                    }
                    None => self.keep_back(ticket, Box::new(finish)),
                }
            }
            Lie::CrossesAnswers => {
                let held = self.held.lock().unwrap().take();
                let outcome = self.record(proposal);
                match held {
                    Some(held) => {
                        held.ticket.resolve(outcome);
                        ticket.resolve((held.finish)());
                    }
                    None => self.keep_back(ticket, Box::new(move || outcome)),
                }
            }
            Lie::NeverAnswers if number == 100 => {
                self.turn.fetch_add(1, Ordering::SeqCst);
                drop(self.record(proposal));
                self.unanswered.lock().unwrap().push(ticket);
            }
            Lie::NeverAnswers => {
                self.turn.fetch_add(1, Ordering::SeqCst);
                ticket.resolve(self.record(proposal));
            }
            Lie::QueuesWithoutBound => {
                let mut queue = self.queue.lock().unwrap();
                let queue = queue.get_or_insert_with(|| {
                    let (queue, waiting) = channel::<(Proposal, Ticket)>();
                    let honest = self.honest.clone();
                    thread::spawn(move || {
                        for (proposal, ticket) in waiting {
                            ticket.resolve(honest.submit(proposal).wait());
                        }
                    });
                    queue
                });
                queue.send((proposal, ticket)).unwrap();
            }
            _ => ticket.resolve(self.answer(proposal)),
        }
        submitted
    }

    fn commits(
        &self,
        book: BookId,
        from_seq: u64,
        each: &mut dyn FnMut(StoredCommit<'_>) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        let given = self.honest.commits(book, from_seq, &mut |mut commit| {
            if self.tells(Lie::CommitsFromTheNext) && commit.first_seq < from_seq {
                return Ok(ControlFlow::Continue(()));
            }
            if self.tells(Lie::OtherColumns) {
                let micros = commit.recorded_at.micros() + 1;
                commit.recorded_at = Timestamp::from_micros(micros).unwrap();
            }
            self.reading.store(self.tells(Lie::LocksWhileReading), Ordering::SeqCst);
            let answer = each(commit);
            self.reading.store(false, Ordering::SeqCst);
            answer
        });
        if self.tells(Lie::DeafToTheReader) { Ok(()) } else { given }
    }

    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        let mut hashes = self.honest.subtrees(book, level, group)?;
        if self.tells(Lie::LateSubtrees) && hashes.len() < 16 {
            hashes.pop();
        }
        if self.tells(Lie::FirstSubtrees) && !hashes.is_empty() {
            let first = self.honest.subtrees(book, level, 0)?;
            hashes = first.into_iter().take(hashes.len()).collect();
        }
        Ok(hashes)
    }

    fn keeps_subtrees(&self) -> Result<bool, Fault> {
        self.honest.keeps_subtrees()
    }

    fn leaves(&self, book: BookId, first_seq: u64, count: u32) -> Result<Vec<Vec<u8>>, Fault> {
        let next = u64::from(self.tells(Lie::LeavesFromTheNext) && first_seq > 100);
        self.honest.leaves(book, first_seq + next, count)
    }

    fn text(&self, book: BookId, number: u32) -> Result<Option<String>, Fault> {
        let text = self.honest.text(book, number)?;
        Ok(text.filter(|_| !self.tells(Lie::LosesTexts) || number <= 4))
    }

    fn text_number(&self, book: BookId, text: &str) -> Result<Option<u32>, Fault> {
        let number = self.honest.text_number(book, text)?;
        let anew = self.tells(Lie::NumbersTextsAnew) && number.is_some_and(|number| number > 3);
        Ok(if anew {
            Some(4 + self.turn.fetch_add(1, Ordering::SeqCst) as u32 % 2)
        } else {
            number
        })
    }

    fn corrections(
        &self,
        book: BookId,
        each: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.tells(Lie::ForgetsCorrections) {
            return Ok(());
        }
        self.honest.corrections(book, each)
    }

    fn corrected_minor(&self, book: BookId, seq: u64) -> Result<u64, Fault> {
        self.honest.corrected_minor(book, seq)
    }

    fn attach(
        &self,
        projection: Box<dyn AnyProjection>,
        funds: &[&'static FundSpec],
    ) -> Result<(), Fault> {
        let bend = match self.lie {
            Lie::CountsTwice | Lie::SkipsEvents | Lie::PassesOverPanics => self.lie,
            _ => {
                return match self.honest.attach(projection, funds) {
                    Err(_) if self.tells(Lie::TakesAnyVersion) => Ok(()),
                    outcome => outcome,
                };
            }
        };
        self.honest.attach(Box::new(Bent { straight: projection, bend }), funds)
    }

    fn rebuild(&self, projection: &str, funds: &[&'static FundSpec]) -> Result<(), Fault> {
        self.rebuilt.store(true, Ordering::SeqCst);
        self.honest.rebuild(projection, funds)
    }

    fn projected_to(&self, book: BookId, projection: &str) -> Result<Option<Projected>, Fault> {
        let projected = self.honest.projected_to(book, projection)?;
        let invented =
            || self.tells(Lie::KeepsEverything).then_some(Projected { version: 1, seq: 0 });
        Ok(projected.or_else(invented))
    }

    fn cell(&self, book: BookId, projection: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let value = self.honest.cell(book, projection, key)?;
        let empty = self.tells(Lie::EmptyRegisters) && projection == Registers::NAME;
        Ok(value.filter(|_| !empty))
    }

    fn cells(
        &self,
        book: BookId,
        projection: &str,
        from: &[u8],
        each: &mut EachCell<'_>,
    ) -> Result<(), Fault> {
        let rebuilt = self.tells(Lie::RebuildsNothing) && projection == Totals::NAME;
        if rebuilt && self.rebuilt.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut cells = Vec::new();
        self.honest.cells(book, projection, from, &mut |key, value| {
            cells.push((key.to_vec(), value.to_vec()));
            Ok(ControlFlow::Continue(()))
        })?;
        if self.tells(Lie::UnsortedCells) {
            cells.reverse();
        }
        for (key, value) in cells {
            if each(&key, &value)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn at_one_moment(
        &self,
        read: &mut dyn FnMut(&dyn Store) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.tells(Lie::MovingMoments) { read(self) } else { self.honest.at_one_moment(read) }
    }

    fn check_storage(&self) -> Result<Vec<String>, Fault> {
        self.honest.check_storage()
    }
}

/// A projection that does not count as it should.
struct Bent {
    straight: Box<dyn AnyProjection>,
    bend: Lie,
}

impl AnyProjection for Bent {
    fn name(&self) -> &'static str {
        self.straight.name()
    }

    fn version(&self) -> u32 {
        self.straight.version()
    }

    fn apply(&mut self, recorded: &Recorded, source: &CellSource<'_>) -> Result<(), Fault> {
        match self.bend {
            Lie::SkipsEvents if recorded.seq() % 5 == 0 => Ok(()),
            Lie::CountsTwice => {
                self.straight.apply(recorded, source)?;
                self.straight.apply(recorded, source)
            }
            Lie::PassesOverPanics => {
                let applied = AssertUnwindSafe(|| self.straight.apply(recorded, source));
                catch_unwind(applied).unwrap_or(Ok(()))
            }
            _ => self.straight.apply(recorded, source),
        }
    }

    fn flush(&mut self, sink: &mut CellSink<'_>) -> Result<(), Fault> {
        self.straight.flush(sink)
    }

    fn held(&self, book: BookId, key: &[u8]) -> Option<Option<Vec<u8>>> {
        self.straight.held(book, key)
    }

    fn each_held(&self, book: BookId, each: &mut EachHeld<'_>) {
        self.straight.each_held(book, each);
    }

    fn forget(&mut self) {
        self.straight.forget();
    }

    fn fresh(&self) -> Box<dyn AnyProjection> {
        Box::new(Self { straight: self.straight.fresh(), bend: self.bend })
    }
}

/// A place with a liar in it.
pub(super) struct Den(pub(super) Lie);

impl Place for Den {
    fn open(&self, clock: HandClock) -> Ledger {
        Ledger::new(Liar::new(self.0), clock)
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(500)
    }
}
