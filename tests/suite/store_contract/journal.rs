//! A store as somebody outside might write one: an append-only file of commits, and all the rest in memory, folded
//! again from the file when it is opened. It knows no more of the core than anyone may.
//!
//! Told to, it has one [`Defect`] of those that such a store is likely to have.

mod folded;

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use earmark_core::codec::Frame;
use earmark_core::commit::{Head, Prepared, Proposal, Receipt, half_repeated, prepare, repeat};
use earmark_core::decide::Past;
use earmark_core::error::{Error, Fault, FaultKind};
use earmark_core::event::{Event, Recorded};
use earmark_core::fund::FundSpec;
use earmark_core::id::{Area, BookId, LedgerSecret, area};
use earmark_core::ledger::Ledger;
use earmark_core::projection::{AnyProjection, Attached, Projection, TotalKey, Totals};
use earmark_core::register::Registers;
use earmark_core::store::{
    EachCell, Projected, Settings, Store, StoredBook, StoredCommit, check_definition,
    check_vocabulary, decode_total, find_event,
};
use earmark_core::submission::{Submission, submission};
use earmark_core::tree::subtrees_of_records;
use earmark_testkit::clock::HandClock;
use earmark_testkit::contract::Place;
use earmark_testkit::given::settings;
use earmark_tlog::Hash;
use tempfile::TempDir;

use folded::{Folded, damaged, events};

/// What is wrong with the store, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    Nothing,
    /// The last commit of the file is taken for torn.
    LosesTheLastCommit,
    /// A commit is written with the next one, or when the store is closed.
    WritesLate,
    /// Of a joint commit only the first part is read again.
    ReadsHalfOfAJointCommit,
    ForgetsKeys,
    ForgetsTheTree,
    /// Hashes of subtrees are kept of what was recorded since the store was opened.
    ForgetsSubtrees,
    ForgetsTexts,
    ForgetsCorrections,
    ForgetsTheTime,
    ForgetsTheRules,
    ForgetsRegisters,
    /// The second half of each book is counted twice when the store is opened, as if on a snapshot that held it.
    CountsTheEndTwice,
    /// The last event of each commit is not counted when a projection catches up.
    SkipsWhenCatchingUp,
    MakesASecretEachTime,
    ListsOnlyBooksWithEvents,
    /// A fund that has grown is forgotten again.
    KeepsTheFirstLists,
}

/// A folder with one journal.
pub(super) struct Folder {
    folder: TempDir,
    defect: Defect,
}

impl Folder {
    pub(super) fn new() -> Self {
        Self::with(Defect::Nothing)
    }

    pub(super) fn with(defect: Defect) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), defect }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("journal")
    }
}

impl Place for Folder {
    fn open(&self, clock: HandClock) -> Ledger {
        Ledger::new(Journal::open(&self.path(), self.defect).unwrap(), clock)
    }

    /// The file as it is while the store is still open.
    fn crash(&self, ledger: Ledger) {
        let survives = std::fs::read(self.path()).unwrap();
        drop(ledger);
        std::fs::write(self.path(), survives).unwrap();
    }
}

/// The store.
struct Journal {
    settings: Settings,
    inner: Mutex<Inner>,
}

struct Inner {
    defect: Defect,
    /// None in a reading at one moment.
    file: Option<File>,
    /// What [`Defect::WritesLate`] has not written yet.
    late: Vec<u8>,
    books: Vec<Kept>,
    attached: Vec<Box<dyn AnyProjection>>,
    cells: AllCells,
}

/// Cells by projection and book.
type AllCells = HashMap<(&'static str, BookId), BTreeMap<Vec<u8>, Vec<u8>>>;

/// A book as it stands in the file. Which fund it is of is known once a program names it.
#[derive(Clone)]
struct Kept {
    area: Area,
    fund: String,
    vocabulary: String,
    frames: Vec<Vec<u8>>,
    folded: Option<Folded>,
}

const BOOK: u8 = b'B';
const COMMIT: u8 = b'C';

impl Journal {
    fn open(path: &Path, defect: Defect) -> std::io::Result<Self> {
        let mut file =
            OpenOptions::new().create(true).read(true).append(true).truncate(false).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut books = Vec::new();
        let mut rest = bytes.as_slice();
        let mut last_commit = None;
        while let Some((kind, body, next)) = entry(rest) {
            match kind {
                BOOK => list(&mut books, Kept::from_bytes(body), defect),
                _ => last_commit = Some(keep(&mut books, body, defect)),
            }
            rest = next;
        }
        if let (Defect::LosesTheLastCommit, Some(Some(book))) = (defect, last_commit) {
            let book: &mut Kept = &mut books[book];
            book.frames.pop();
        }
        // What a crash tore off was never acknowledged.
        file.set_len((bytes.len() - rest.len()) as u64)?;
        if defect == Defect::ListsOnlyBooksWithEvents {
            books.retain(|book| !book.frames.is_empty());
        }
        let mut settings = settings();
        if defect == Defect::MakesASecretEachTime {
            settings.secret = LedgerSecret::from_bytes([u8::from(bytes.is_empty()); 32]);
        }
        let attached: Vec<Box<dyn AnyProjection>> =
            vec![Box::new(Attached::new(Totals)), Box::new(Attached::new(Registers))];
        let (file, late, cells) = (Some(file), Vec::new(), HashMap::new());
        Ok(Self {
            settings,
            inner: Mutex::new(Inner { defect, file, late, books, attached, cells }),
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on a book once its events are folded; gives nothing where there is no such book.
    fn with<T>(
        &self,
        book: BookId,
        work: impl FnOnce(&Kept, &Folded, &Inner) -> T,
    ) -> Result<Option<T>, Fault> {
        let mut inner = self.inner();
        let Some(index) = inner.fold(book)? else { return Ok(None) };
        let kept = &inner.books[index];
        Ok(kept.folded.as_ref().map(|folded| work(kept, folded, &inner)))
    }
}

/// Splits off one entry: kind, length, body, checksum. None where it is not whole.
fn entry(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (body, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    (u32::from_le_bytes(*checksum) == crate::given::crc32(body)).then_some((*kind, body, rest))
}

fn write_entry(kind: u8, body: &[u8], into: &mut Vec<u8>) {
    into.push(kind);
    into.extend((body.len() as u32).to_le_bytes());
    into.extend(body);
    into.extend(crate::given::crc32(body).to_le_bytes());
}

/// A book that is listed again has longer lists now.
fn list(books: &mut Vec<Kept>, book: Kept, defect: Defect) {
    match books.iter_mut().find(|kept| kept.area == book.area && kept.fund == book.fund) {
        None => books.push(book),
        Some(_) if defect == Defect::KeepsTheFirstLists => {}
        Some(kept) => kept.vocabulary = book.vocabulary,
    }
}

/// Takes the parts of a commit from their entry; gives the book of the last one.
fn keep(books: &mut [Kept], body: &[u8], defect: Defect) -> Option<usize> {
    let (mut rest, mut last) = (body, None);
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [book, length] =
            [&head[..4], &head[4..]].map(|it| u32::from_le_bytes(it.try_into().unwrap()) as usize);
        let (frame, after) = after.split_at(length);
        if last.is_none() || defect != Defect::ReadsHalfOfAJointCommit {
            books[book].frames.push(frame.to_vec());
            last = Some(book);
        }
        rest = after;
    }
    last
}

impl Kept {
    fn to_bytes(&self) -> Vec<u8> {
        format!("{}\n{}\n{}", self.area, self.fund, self.vocabulary).into_bytes()
    }

    fn from_bytes(body: &[u8]) -> Self {
        let mut parts = std::str::from_utf8(body).unwrap().splitn(3, '\n').map(str::to_owned);
        let mut next = || parts.next().unwrap();
        let (area, fund, vocabulary) = (area(&next()).unwrap(), next(), next());
        Self { area, fund, vocabulary, frames: Vec::new(), folded: None }
    }

    fn is(&self, book: BookId) -> bool {
        self.area == book.area() && self.fund == book.fund().code()
    }
}

/// The past of a book, for decisions.
struct Before<'a> {
    book: BookId,
    kept: &'a Kept,
    folded: &'a Folded,
    cells: &'a AllCells,
}

impl Before<'_> {
    fn cells(&self, name: &'static str) -> Option<&BTreeMap<Vec<u8>, Vec<u8>>> {
        self.cells.get(&(name, self.book))
    }
}

impl Past for Before<'_> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        let Some(frame) = self.kept.frames.get(self.folded.position(seq)) else { return Ok(None) };
        let frame = Frame::parse(frame).map_err(|error| damaged(self.book, error))?;
        find_event(self.book, &frame, seq)
    }

    fn corrected_minor(&self, seq: u64) -> Result<u64, Fault> {
        Ok(self.folded.corrected.get(&seq).copied().unwrap_or(0))
    }

    fn text_number(&self, text: &str) -> Result<Option<u32>, Fault> {
        let index = self.folded.texts.iter().position(|known| known == text);
        Ok(index.and_then(|index| u32::try_from(index + 1).ok()))
    }

    fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        let index = (number as usize).checked_sub(1);
        Ok(index.and_then(|index| self.folded.texts.get(index).cloned()))
    }

    fn register(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.cells(Registers::NAME).and_then(|cells| cells.get(key).cloned()))
    }

    fn totals(&self, each: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        for (key, value) in self.cells(Totals::NAME).into_iter().flatten() {
            let (key, sum) = decode_total(self.book, key, value)?;
            each(key, sum);
        }
        Ok(())
    }
}

/// Changed cells: of which projection and book, the key, and what is there now.
type Changes = Vec<((&'static str, BookId), Vec<u8>, Option<Vec<u8>>)>;

/// Lets projections count events; says what changes.
fn count<'a>(
    projections: impl IntoIterator<Item = &'a mut Box<dyn AnyProjection>>,
    cells: &AllCells,
    events: &[&Recorded],
) -> Result<Changes, Fault> {
    let mut changes = Vec::new();
    for projection in projections {
        let name = projection.name();
        let run = || {
            for recorded in events {
                projection.apply(recorded, &|book, key| {
                    Ok(cells.get(&(name, book)).and_then(|cells| cells.get(key).cloned()))
                })?;
            }
            projection.flush(&mut |book, key, value| {
                changes.push(((name, book), key.to_vec(), value.map(<[u8]>::to_vec)));
                Ok(())
            })
        };
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
            Err(Fault::new(FaultKind::Projection, format!("projection `{name}`"), "it panicked"))
        })?;
    }
    Ok(changes)
}

fn change(cells: &mut AllCells, changes: Changes) {
    for (of, key, value) in changes {
        let kept = cells.entry(of).or_default();
        match value {
            Some(value) => kept.insert(key, value),
            None => kept.remove(&key),
        };
    }
}

impl Inner {
    fn find(&self, book: BookId) -> Option<usize> {
        self.books.iter().position(|kept| kept.is(book))
    }

    /// Folds a book's frames, where that is not done yet.
    fn fold(&mut self, book: BookId) -> Result<Option<usize>, Fault> {
        let Some(index) = self.find(book) else { return Ok(None) };
        if self.books[index].folded.is_some() {
            return Ok(Some(index));
        }
        let mut folded = Folded::empty(book);
        for frame in &self.books[index].frames {
            folded.push(book, frame)?;
        }
        let kept = &self.books[index];
        let no_cells = AllCells::new();
        let past = Before { book, kept, folded: &folded, cells: &no_cells };
        folded.head = Head::load(folded.head.state, folded.head.frontier.clone(), &past)?;
        folded.forget(self.defect);
        self.books[index].folded = Some(folded);
        let mut built = AllCells::new();
        for projection in &self.attached {
            built.extend(self.build(&**projection, book, index)?);
        }
        self.cells.extend(built);
        Ok(Some(index))
    }

    /// The cells of a projection after every event of a book.
    fn build(
        &self,
        projection: &dyn AnyProjection,
        book: BookId,
        index: usize,
    ) -> Result<AllCells, Fault> {
        let mut all = Vec::new();
        for frame in &self.books[index].frames {
            all.extend(events(book, frame)?);
            if self.defect == Defect::SkipsWhenCatchingUp {
                all.pop();
            }
        }
        let mut counted: Vec<_> = all.iter().collect();
        if self.defect == Defect::CountsTheEndTwice {
            counted.extend(&all[all.len() / 2..]);
        }
        if self.defect == Defect::ForgetsRegisters && projection.name() == Registers::NAME {
            counted.clear();
        }
        let mut built = AllCells::new();
        built.insert((projection.name(), book), BTreeMap::new());
        let changes = count([&mut projection.fresh()], &AllCells::new(), &counted)?;
        change(&mut built, changes);
        Ok(built)
    }

    /// The cells of a projection after every event of every book of these funds.
    fn build_all(
        &mut self,
        projection: &dyn AnyProjection,
        funds: &[&'static FundSpec],
    ) -> Result<AllCells, Fault> {
        let mut built = AllCells::new();
        for index in 0..self.books.len() {
            let Kept { area, fund, .. } = &self.books[index];
            let Some(book) = BookId::find(*area, fund, funds) else { continue };
            self.fold(book)?;
            built.extend(self.build(projection, book, index)?);
        }
        Ok(built)
    }

    /// Writes an entry and makes it durable.
    fn write(&mut self, kind: u8, body: &[u8]) -> Result<(), Fault> {
        let late = self.defect == Defect::WritesLate && kind == COMMIT;
        let mut bytes = std::mem::take(&mut self.late);
        if late {
            write_entry(kind, body, &mut self.late);
        } else {
            write_entry(kind, body, &mut bytes);
        }
        let file = self.file.as_mut().ok_or_else(read_only)?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_data());
        // It is not known how much of it is in the file: nothing is written after it.
        written.map_err(|error| {
            self.file = None;
            Fault::new(FaultKind::Unknown, "journal", error)
        })
    }

    fn record(&mut self, proposal: &Proposal, settings: &Settings) -> Result<Vec<Receipt>, Error> {
        if self.file.is_none() {
            return Err(read_only().into());
        }
        let (mut receipts, mut prepared) = (Vec::new(), Vec::<(usize, Prepared)>::new());
        for part in proposal.parts() {
            let index = self.fold(part.book)?.ok_or_else(|| {
                Fault::new(FaultKind::Missing, format!("book {}", part.book), "there is none")
            })?;
            let kept = &self.books[index];
            let Some(folded) = &kept.folded else { continue };
            if let Some(row) = folded.keys.get(&part.key) {
                receipts.push(repeat(part, &kept.frames[*row], folded.rows[*row].4)?);
                continue;
            }
            let now = settings.moment(proposal.now(), &folded.head.state);
            let past = Before { book: part.book, kept, folded, cells: &self.cells };
            prepared.push((index, prepare(&folded.head, part, now, settings, &past)?));
        }
        if let (Some((_, new)), false) = (prepared.first(), receipts.is_empty()) {
            return Err(half_repeated(new.receipt.book()).into());
        }
        if prepared.is_empty() {
            return Ok(receipts);
        }
        let events: Vec<_> = prepared.iter().flat_map(|(_, commit)| &commit.events).collect();
        let changes = count(&mut self.attached, &self.cells, &events).and_then(|changes| {
            let mut body = Vec::new();
            for (index, commit) in &prepared {
                body.extend((*index as u32).to_le_bytes());
                body.extend((commit.frame.len() as u32).to_le_bytes());
                body.extend(&commit.frame);
            }
            self.write(COMMIT, &body).map(|()| changes)
        });
        let changes = changes.inspect_err(|_| {
            self.attached.iter_mut().for_each(|projection| projection.forget());
        })?;
        change(&mut self.cells, changes);
        for (index, commit) in prepared {
            let kept = &mut self.books[index];
            if let Some(folded) = &mut kept.folded {
                folded.push(commit.receipt.book(), &commit.frame)?;
                folded.head = commit.head;
            }
            kept.frames.push(commit.frame);
            receipts.push(commit.receipt);
        }
        Ok(receipts)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(file) = &mut self.file {
            let _ = file.write_all(&self.late);
        }
    }
}

fn read_only() -> Fault {
    Fault::new(FaultKind::ReadOnly, "journal", "nothing was recorded")
}

impl Store for Journal {
    fn settings(&self) -> Settings {
        self.settings
    }

    fn books(&self) -> Result<Vec<StoredBook>, Fault> {
        let listed = |kept: &Kept| StoredBook {
            area: kept.area,
            fund: kept.fund.clone(),
            vocabulary: kept.vocabulary.clone(),
        };
        let mut books: Vec<_> = self.inner().books.iter().map(listed).collect();
        books.sort();
        Ok(books)
    }

    fn create_book(&self, book: BookId) -> Result<(), Fault> {
        check_definition(book)?;
        let mut inner = self.inner();
        // Asked before anything is folded: events of a longer list do not decode by a shorter one.
        if let Some(index) = inner.find(book) {
            let listed = &inner.books[index].vocabulary;
            check_vocabulary(book, listed)?;
            if *listed == book.fund().vocabulary() {
                return inner.fold(book).map(drop);
            }
        }
        let kept = Kept {
            area: book.area(),
            fund: book.fund().code().to_owned(),
            vocabulary: book.fund().vocabulary(),
            frames: Vec::new(),
            folded: None,
        };
        inner.write(BOOK, &kept.to_bytes())?;
        let defect = inner.defect;
        list(&mut inner.books, kept, defect);
        inner.fold(book).map(drop)
    }

    fn head(&self, book: BookId) -> Result<Option<Head>, Fault> {
        self.with(book, |_, folded, _| folded.head.clone())
    }

    fn submit(&self, proposal: Proposal) -> Submission {
        let (ticket, submission) = submission();
        ticket.resolve(self.inner().record(&proposal, &self.settings));
        submission
    }

    fn commits(
        &self,
        book: BookId,
        from_seq: u64,
        each: &mut dyn FnMut(StoredCommit<'_>) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        let start = self.with(book, |_, folded, _| folded.position(from_seq))?;
        for index in start.into_iter().flat_map(|start| start..) {
            let found = self.with(book, |kept, folded, _| {
                folded.rows.get(index).map(|row| (*row, kept.frames[index].clone()))
            })?;
            let Some((row, frame)) = found.flatten() else { break };
            let (first_seq, count, recorded_at, key, root) = row;
            let frame = frame.as_slice();
            if each(StoredCommit { first_seq, count, recorded_at, key, root, frame })?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        let hashes = subtrees_of_records(self, book, level, group)?;
        let forgotten = self.with(book, |_, folded, _| folded.forgotten)?.unwrap_or(0);
        let known = |(_, index): &(Hash, u64)| (index + 1) << level > forgotten;
        Ok(hashes.into_iter().zip(16 * group..).filter(known).map(|(hash, _)| hash).collect())
    }

    fn text(&self, book: BookId, number: u32) -> Result<Option<String>, Fault> {
        let text = self.with(book, |kept, folded, inner| {
            Before { book, kept, folded, cells: &inner.cells }.text(number)
        })?;
        text.unwrap_or(Ok(None))
    }

    fn text_number(&self, book: BookId, text: &str) -> Result<Option<u32>, Fault> {
        let number = self.with(book, |kept, folded, inner| {
            Before { book, kept, folded, cells: &inner.cells }.text_number(text)
        })?;
        number.unwrap_or(Ok(None))
    }

    fn corrections(
        &self,
        book: BookId,
        each: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let corrected = self.with(book, |_, folded, _| folded.corrected.clone())?;
        corrected.into_iter().flatten().try_for_each(|(seq, taken)| each(seq, taken))
    }

    fn corrected_minor(&self, book: BookId, seq: u64) -> Result<u64, Fault> {
        let taken = self.with(book, |_, folded, _| folded.corrected.get(&seq).copied())?;
        Ok(taken.flatten().unwrap_or(0))
    }

    fn attach(
        &self,
        projection: Box<dyn AnyProjection>,
        funds: &[&'static FundSpec],
    ) -> Result<(), Fault> {
        let mut inner = self.inner();
        if inner.file.is_none() {
            return Err(read_only());
        }
        let held = inner.attached.iter().find(|held| held.name() == projection.name());
        if let Some(held) = held {
            let other = held.version() != projection.version();
            let fault =
                || Fault::new(FaultKind::Projection, held.name(), "another version is kept");
            return if other { Err(fault()) } else { Ok(()) };
        }
        let built = inner.build_all(&*projection, funds)?;
        inner.cells.extend(built);
        inner.attached.push(projection);
        Ok(())
    }

    fn rebuild(&self, name: &str, funds: &[&'static FundSpec]) -> Result<(), Fault> {
        let mut inner = self.inner();
        if inner.file.is_none() {
            return Err(read_only());
        }
        let held = inner.attached.iter_mut().find(|held| held.name() == name);
        let held = held.ok_or_else(|| Fault::new(FaultKind::Projection, name, "not attached"))?;
        held.forget();
        let fresh = held.fresh();
        let built = inner.build_all(&*fresh, funds)?;
        inner.cells.extend(built);
        Ok(())
    }

    fn projected_to(&self, book: BookId, name: &str) -> Result<Option<Projected>, Fault> {
        let projected = self.with(book, |_, folded, inner| {
            let held = inner.attached.iter().find(|held| held.name() == name)?;
            Some(Projected { version: held.version(), seq: folded.head.state.seq() })
        })?;
        Ok(projected.flatten())
    }

    fn cell(&self, book: BookId, name: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let value = self.with(book, |_, _, inner| {
            let held = inner.attached.iter().find(|held| held.name() == name)?;
            inner.cells.get(&(held.name(), book))?.get(key).cloned()
        })?;
        Ok(value.flatten())
    }

    fn cells(
        &self,
        book: BookId,
        name: &str,
        from: &[u8],
        each: &mut EachCell<'_>,
    ) -> Result<(), Fault> {
        let cells = self.with(book, |_, _, inner| {
            let held = inner.attached.iter().find(|held| held.name() == name)?;
            let cells = inner.cells.get(&(held.name(), book))?;
            let from = cells.range(from.to_vec()..);
            Some(from.map(|(key, value)| (key.clone(), value.clone())).collect::<Vec<_>>())
        })?;
        for (key, value) in cells.flatten().into_iter().flatten() {
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
                defect: inner.defect,
                file: None,
                late: Vec::new(),
                books: inner.books.clone(),
                attached: inner.attached.iter().map(|held| held.fresh()).collect(),
                cells: inner.cells.clone(),
            }
        };
        read(&Self { settings: self.settings, inner: Mutex::new(copy) })
    }

    fn check_storage(&self) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }
}
