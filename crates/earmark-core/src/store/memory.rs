use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;

use earmark_tlog::Hash;

use super::{
    EachCell, Projected, Settings, Store, StoredBook, StoredCommit, check_definition,
    check_vocabulary, decode_total, find_event,
};
use crate::codec::Frame;
use crate::commit::{Head, Prepared, Proposal, Receipt, half_repeated, prepare, repeat};
use crate::decide::Past;
use crate::error::{Error, Fault, FaultKind};
use crate::event::{Event, Recorded};
use crate::fund::FundSpec;
use crate::id::{BookId, Key};
use crate::projection::{AnyProjection, Attached, Projection, TotalKey, Totals};
use crate::register::Registers;
use crate::submission::{Submission, submission};
use crate::sync::{Mutex, MutexGuard};
use crate::tree::{Kept, check_level};

/// A store that keeps everything in memory, for tests and for reading along. Durable it is not.
#[derive(Debug)]
pub struct MemoryStore {
    settings: Settings,
    inner: Mutex<Inner>,
    /// It is a copy made for reading at one moment, and records nothing.
    stands_still: bool,
}

#[derive(Default)]
struct Inner {
    books: BTreeMap<BookId, Book>,
    projections: Vec<Box<dyn AnyProjection>>,
    cells: Cells,
}

/// By projection and book: up to which event it is kept, and its cells.
type Cells = HashMap<(&'static str, BookId), (u64, BTreeMap<Vec<u8>, Vec<u8>>)>;

#[derive(Clone)]
struct Book {
    head: Head,
    commits: Vec<(u64, u32, Key, Hash, Vec<u8>)>,
    keys: HashMap<Key, usize>,
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
    corrected: BTreeMap<u64, u64>,
    subtrees: Kept,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} books", self.books.len())
    }
}

impl MemoryStore {
    /// An empty ledger.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let totals: Box<dyn AnyProjection> = Box::new(Attached::new(Totals));
        let registers: Box<dyn AnyProjection> = Box::new(Attached::new(Registers));
        let inner = Inner { projections: vec![totals, registers], ..Inner::default() };
        Self { settings, inner: Mutex::new(inner), stands_still: false }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is recorded in a copy for reading would be acknowledged and lost.
    fn writable(&self) -> Result<(), Fault> {
        if !self.stands_still {
            return Ok(());
        }
        let what = "this is a reading at one moment; nothing was recorded";
        Err(Fault::new(FaultKind::ReadOnly, "memory", what))
    }

    fn record(&self, proposal: &Proposal) -> Result<Vec<Receipt>, Error> {
        self.writable()?;
        let mut guard = self.inner();
        let Inner { books, projections, cells } = &mut *guard;
        let mut prepared = Vec::new();
        let mut receipts = Vec::new();
        for part in proposal.parts() {
            let book = books.get(&part.book).ok_or_else(|| no_book(part.book))?;
            if let Some(commit) =
                book.keys.get(&part.key).and_then(|index| book.commits.get(*index))
            {
                receipts.push(repeat(part, &commit.4, commit.3)?);
            } else {
                let now = self.settings.moment(proposal.now(), &book.head.state);
                let past = BookPast { id: part.book, book, cells };
                prepared.push(prepare(&book.head, part, now, &self.settings, &past)?);
            }
        }
        if let (Some(new), false) = (prepared.first(), receipts.is_empty()) {
            return Err(half_repeated(new.receipt.book()).into());
        }
        let changes = fold(projections, cells, prepared.iter().flat_map(|commit| &commit.events))
            .map_err(|fault| abandon(projections, fault))?;
        for Change { name, book, key, value } in changes {
            let (_, kept) = cells.entry((name, book)).or_default();
            match value {
                Some(value) => kept.insert(key, value),
                None => kept.remove(&key),
            };
        }
        for (projection, commit) in
            projections.iter().flat_map(|it| prepared.iter().map(move |commit| (it, commit)))
        {
            let book = commit.receipt.book();
            cells.entry((projection.name(), book)).or_default().0 = commit.head.state.seq();
        }
        for commit in prepared {
            receipts.push(commit.receipt);
            if let Some(book) = books.get_mut(&commit.receipt.book()) {
                book.keep(commit);
            }
        }
        Ok(receipts)
    }
}

fn abandon(projections: &mut [Box<dyn AnyProjection>], fault: Fault) -> Fault {
    projections.iter_mut().for_each(|projection| projection.forget());
    fault
}

/// A cell that events changed: its new value, or none where it is gone.
struct Change {
    name: &'static str,
    book: BookId,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
}

/// Applies events to every projection and gives what changes in the cells. Nothing is kept yet.
fn fold<'a>(
    projections: &mut [Box<dyn AnyProjection>],
    cells: &Cells,
    events: impl Iterator<Item = &'a Recorded> + Clone,
) -> Result<Vec<Change>, Fault> {
    let mut changes = Vec::new();
    for projection in projections {
        let name = projection.name();
        guarded(name, || {
            for recorded in events.clone() {
                projection.apply(recorded, &|book, key| {
                    Ok(cells.get(&(name, book)).and_then(|(_, kept)| kept.get(key).cloned()))
                })?;
            }
            projection.flush(&mut |book, key, value| {
                let (key, value) = (key.to_vec(), value.map(<[u8]>::to_vec));
                changes.push(Change { name, book, key, value });
                Ok(())
            })
        })?;
    }
    Ok(changes)
}

/// Runs a projection's own code. Where it panics, the commit fails and the store goes on.
fn guarded(name: &str, run: impl FnOnce() -> Result<(), Fault>) -> Result<(), Fault> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let what = "it panicked; nothing was recorded";
        Err(Fault::new(FaultKind::Projection, format!("projection `{name}`"), what))
    })
}

fn no_book(book: BookId) -> Fault {
    Fault::new(FaultKind::Missing, format!("book {book}"), "the book was never created")
}

impl Book {
    fn new(book: BookId) -> Self {
        Self {
            head: Head::empty(book),
            commits: Vec::new(),
            keys: HashMap::new(),
            texts: Vec::new(),
            numbers: HashMap::new(),
            corrected: BTreeMap::new(),
            subtrees: Kept::default(),
        }
    }

    fn keep(&mut self, commit: Prepared) {
        for (number, text) in commit.texts {
            self.numbers.insert(text.to_string(), number);
            self.texts.push(text.into_string());
        }
        for (seq, amount) in commit.corrected {
            let taken = self.corrected.entry(seq).or_default();
            *taken = taken.saturating_add_signed(amount);
        }
        self.corrected.retain(|_, taken| *taken > 0);
        self.subtrees.extend(commit.subtrees);
        self.keys.insert(commit.key, self.commits.len());
        let receipt = commit.receipt;
        self.commits.push((
            receipt.first_seq(),
            receipt.count(),
            commit.key,
            receipt.root(),
            commit.frame,
        ));
        self.head = commit.head;
    }

    /// The index of the commit that holds an event, or of the first after it.
    fn position(&self, seq: u64) -> usize {
        self.commits.partition_point(|(first, count, ..)| first + u64::from(*count) <= seq)
    }
}

struct BookPast<'a> {
    id: BookId,
    book: &'a Book,
    cells: &'a Cells,
}

impl Past for BookPast<'_> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        let Some((.., frame)) = self.book.commits.get(self.book.position(seq)) else {
            return Ok(None);
        };
        let frame = Frame::parse(frame)
            .map_err(|error| Fault::new(FaultKind::Damaged, format!("book {}", self.id), error))?;
        find_event(self.id, &frame, seq)
    }

    fn corrected_minor(&self, seq: u64) -> Result<u64, Fault> {
        Ok(self.book.corrected.get(&seq).copied().unwrap_or(0))
    }

    fn text_number(&self, text: &str) -> Result<Option<u32>, Fault> {
        Ok(self.book.numbers.get(text).copied())
    }

    fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        Ok(index.and_then(|index| self.book.texts.get(index).cloned()))
    }

    fn register(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let kept = self.cells.get(&(Registers::NAME, self.id));
        Ok(kept.and_then(|(_, kept)| kept.get(key).cloned()))
    }

    fn totals(&self, each: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        let kept = self.cells.get(&(Totals::NAME, self.id));
        for (key, value) in kept.into_iter().flat_map(|(_, kept)| kept) {
            let (key, sum) = decode_total(self.id, key, value)?;
            each(key, sum);
        }
        Ok(())
    }
}

impl Store for MemoryStore {
    fn settings(&self) -> Settings {
        self.settings
    }

    fn books(&self) -> Result<Vec<StoredBook>, Fault> {
        let inner = self.inner();
        let books = inner.books.keys().map(|book| StoredBook {
            area: book.area(),
            fund: book.fund().code().to_owned(),
            vocabulary: book.fund().vocabulary(),
        });
        Ok(books.collect())
    }

    fn create_book(&self, book: BookId) -> Result<(), Fault> {
        check_definition(book)?;
        let mut inner = self.inner();
        if let Some((held, _)) = inner.books.get_key_value(&book) {
            return check_vocabulary(book, &held.fund().vocabulary());
        }
        self.writable()?;
        inner.books.insert(book, Book::new(book));
        Ok(())
    }

    fn head(&self, book: BookId) -> Result<Option<Head>, Fault> {
        Ok(self.inner().books.get(&book).map(|held| held.head.clone()))
    }

    fn submit(&self, proposal: Proposal) -> Submission {
        let (ticket, submission) = submission();
        ticket.resolve(self.record(&proposal));
        submission
    }

    fn commits(
        &self,
        book: BookId,
        from_seq: u64,
        each: &mut dyn FnMut(StoredCommit<'_>) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        // Each commit is copied out, so that `each` may call the store again.
        let mut index = match self.inner().books.get(&book) {
            Some(held) => held.position(from_seq),
            None => return Ok(()),
        };
        loop {
            let found =
                self.inner().books.get(&book).and_then(|held| held.commits.get(index).cloned());
            let Some((first_seq, count, key, root, frame)) = found else { return Ok(()) };
            let recorded_at = Frame::parse(&frame)
                .map_err(|error| Fault::new(FaultKind::Damaged, format!("book {book}"), error))?
                .recorded_at();
            let commit = StoredCommit { first_seq, count, recorded_at, key, root, frame: &frame };
            if each(commit)?.is_break() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        check_level(book, level)?;
        let inner = self.inner();
        Ok(inner.books.get(&book).map(|held| held.subtrees.group(level, group)).unwrap_or_default())
    }

    fn keeps_subtrees(&self) -> Result<bool, Fault> {
        Ok(true)
    }

    fn text(&self, book: BookId, number: u32) -> Result<Option<String>, Fault> {
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let inner = self.inner();
        let held = inner.books.get(&book);
        Ok(index.and_then(|index| held.and_then(|held| held.texts.get(index).cloned())))
    }

    fn text_number(&self, book: BookId, text: &str) -> Result<Option<u32>, Fault> {
        Ok(self.inner().books.get(&book).and_then(|held| held.numbers.get(text).copied()))
    }

    fn corrections(
        &self,
        book: BookId,
        each: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let corrected = self.inner().books.get(&book).map(|held| held.corrected.clone());
        corrected.into_iter().flatten().try_for_each(|(seq, taken)| each(seq, taken))
    }

    fn corrected_minor(&self, book: BookId, seq: u64) -> Result<u64, Fault> {
        let inner = self.inner();
        Ok(inner.books.get(&book).and_then(|held| held.corrected.get(&seq).copied()).unwrap_or(0))
    }

    fn attach(
        &self,
        projection: Box<dyn AnyProjection>,
        _: &[&'static FundSpec],
    ) -> Result<(), Fault> {
        self.writable()?;
        let mut inner = self.inner();
        let name = projection.name();
        if let Some(held) = inner.projections.iter().find(|held| held.name() == name) {
            return if held.version() == projection.version() {
                Ok(())
            } else {
                Err(Fault::new(
                    FaultKind::Projection,
                    format!("projection `{name}`"),
                    format!(
                        "version {} is attached, version {} was given",
                        held.version(),
                        projection.version()
                    ),
                ))
            };
        }
        let cells = inner.build(projection.fresh())?;
        inner.cells.extend(cells);
        inner.projections.push(projection);
        Ok(())
    }

    fn rebuild(&self, projection: &str, _: &[&'static FundSpec]) -> Result<(), Fault> {
        self.writable()?;
        let mut inner = self.inner();
        let held = inner.projections.iter_mut().find(|held| held.name() == projection);
        let held = held.ok_or_else(|| {
            let at = format!("projection `{projection}`");
            Fault::new(FaultKind::Projection, at, "it is not attached")
        })?;
        // What it holds in memory is of the old cells.
        held.forget();
        let fresh = held.fresh();
        // Where it cannot be built, the old cells stay as they are.
        let cells = inner.build(fresh)?;
        inner.cells.retain(|(held, _), _| *held != projection);
        inner.cells.extend(cells);
        Ok(())
    }

    fn projected_to(&self, book: BookId, projection: &str) -> Result<Option<Projected>, Fault> {
        let inner = self.inner();
        let held = inner.projections.iter().find(|held| held.name() == projection);
        let Some(held) = held.filter(|_| inner.books.contains_key(&book)) else { return Ok(None) };
        let seq = inner.cells.get(&(held.name(), book)).map_or(0, |(position, _)| *position);
        Ok(Some(Projected { version: held.version(), seq }))
    }

    fn cell(&self, book: BookId, projection: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let inner = self.inner();
        let held = inner.projections.iter().find(|held| held.name() == projection);
        let cells = held.and_then(|held| inner.cells.get(&(held.name(), book)));
        Ok(cells.and_then(|(_, kept)| kept.get(key).cloned()))
    }

    fn cells(
        &self,
        book: BookId,
        projection: &str,
        from: &[u8],
        each: &mut EachCell<'_>,
    ) -> Result<(), Fault> {
        let kept: Vec<_> = {
            let inner = self.inner();
            let held = inner.projections.iter().find(|held| held.name() == projection);
            let cells = held.and_then(|held| inner.cells.get(&(held.name(), book)));
            let range = cells.map(|(_, kept)| kept.range(from.to_vec()..));
            range.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        for (key, value) in kept {
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
        let copy = {
            let inner = self.inner();
            Inner {
                books: inner.books.clone(),
                projections: inner.projections.iter().map(|held| held.fresh()).collect(),
                cells: inner.cells.clone(),
            }
        };
        read(&Self { settings: self.settings, inner: Mutex::new(copy), stands_still: true })
    }

    fn check_storage(&self) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }
}

impl Inner {
    /// The cells that a projection has after every event of every book.
    fn build(&self, mut projection: Box<dyn AnyProjection>) -> Result<Cells, Fault> {
        let name = projection.name();
        let mut built = Cells::new();
        for (id, book) in &self.books {
            let (position, kept) = built.entry((name, *id)).or_default();
            *position = book.head.state.seq();
            guarded(name, || {
                for (first_seq, .., frame) in &book.commits {
                    let damaged = |error: &dyn std::fmt::Display| {
                        Fault::new(FaultKind::Damaged, format!("book {id}"), error)
                    };
                    let frame = Frame::parse(frame).map_err(|error| damaged(&error))?;
                    for (record, seq) in frame.records().zip(*first_seq..) {
                        let event = record
                            .and_then(|record| record.decode(id.fund(), seq))
                            .map_err(|error| damaged(&error))?;
                        projection.apply(&Recorded::new(*id, event), &|_, _| Ok(None))?;
                    }
                }
                projection.flush(&mut |_, key, value| {
                    match value {
                        Some(value) => kept.insert(key.to_vec(), value.to_vec()),
                        None => kept.remove(key),
                    };
                    Ok(())
                })
            })?;
            projection.forget();
        }
        Ok(built)
    }
}
