//! Proves a whole ledger again from its bytes, on a path of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

use earmark_tlog::Hash;
use serde::Serialize;

use crate::commit::Head;
use crate::error::Fault;
use crate::fund::FundSpec;
use crate::id::BookId;
use crate::projection::AnyProjection;
use crate::replay::Replay;
use crate::store::{Store, StorePast, StoredBook, check_vocabulary};
use crate::tree::Comparison;

/// What a verification proved, and what it found wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    books: Vec<VerifiedBook>,
    findings: Vec<Finding>,
}

/// One book, proved as far as it is sound.
#[derive(Clone, Debug, Serialize)]
pub struct VerifiedBook {
    /// The book.
    pub book: BookId,
    /// How many events were proved.
    pub events: u64,
    /// In how many commits.
    pub commits: u64,
    /// The root of its tree after the last event proved.
    #[serde(serialize_with = "crate::commit::hexadecimal")]
    pub root: Hash,
}

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where: a book, a commit, an event, a projection.
    pub at: String,
    /// What was found and what was expected.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

impl From<Fault> for Finding {
    fn from(fault: Fault) -> Self {
        let text = fault.to_string();
        let what = text.strip_prefix(fault.at()).and_then(|rest| rest.strip_prefix(": "));
        Self { at: fault.at().to_owned(), what: what.unwrap_or(&text).to_owned() }
    }
}

impl Verification {
    /// The books, in the order of area and fund.
    #[must_use]
    pub fn books(&self) -> &[VerifiedBook] {
        &self.books
    }

    /// What is not as it must be; empty where the ledger is sound.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether nothing was found wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many events were proved in all books.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.books.iter().map(|book| book.events).sum()
    }
}

/// Verifies every book of a store: see [`Ledger::verify`](crate::ledger::Ledger::verify).
///
/// # Errors
/// [`Fault`] where the store cannot be read at all.
pub fn verify(
    store: &dyn Store,
    funds: &[&'static FundSpec],
    projections: &[Box<dyn AnyProjection>],
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Verification, Fault> {
    let mut result = Verification { books: Vec::new(), findings: Vec::new() };
    for what in store.check_storage()? {
        result.findings.push(Finding { at: "storage".to_owned(), what });
    }
    let mut proved = 0;
    for stored in store.books()? {
        let StoredBook { area, fund, vocabulary } = &stored;
        let Some(book) = BookId::find(*area, fund, funds) else {
            let at = format!("book {area}/{fund}");
            let what = "this program does not know the fund, so its book cannot be verified";
            result.findings.push(Finding { at, what: what.to_owned() });
            continue;
        };
        if let Err(fault) = check_vocabulary(book, vocabulary) {
            result.findings.push(fault.into());
            continue;
        }
        let mut proof = Proof::new(store, book, vocabulary, projections);
        let outcome = proof.run(&mut |events| {
            proved += events;
            progress(proved);
        });
        if let Err(fault) = outcome {
            result.findings.push(fault.into());
        }
        result.findings.append(&mut proof.findings);
        let Proof { replay, .. } = proof;
        result.books.push(VerifiedBook {
            book,
            events: replay.head().state.seq(),
            commits: replay.commits(),
            root: replay.head().frontier.root(),
        });
    }
    Ok(result)
}

/// One book, replayed from what the store keeps and compared with it.
struct Proof<'a> {
    store: &'a dyn Store,
    book: BookId,
    vocabulary: &'a str,
    replay: Replay,
    kept: Comparison,
    findings: Vec<Finding>,
}

impl<'a> Proof<'a> {
    fn new(
        store: &'a dyn Store,
        book: BookId,
        vocabulary: &'a str,
        others: &[Box<dyn AnyProjection>],
    ) -> Self {
        let settings = store.settings();
        let replay = Replay::new(book, settings.utc_offset)
            .knowing(&settings.secret)
            .folding(others.iter().map(|projection| projection.fresh()));
        Self { store, book, vocabulary, replay, kept: Comparison::default(), findings: Vec::new() }
    }

    /// Replays the commits, then compares what the store keeps beside them. Stops at the first event
    /// that is not as it must be: nothing after it can be proved.
    fn run(&mut self, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        let store = self.store;
        let past = StorePast::new(store, self.book);
        self.kept = Comparison::with(store)?;
        store.commits(self.book, 1, &mut |commit| {
            let frame = commit.open(self.book)?;
            let completed = &mut |level, index, hash| self.kept.complete(level, index, hash);
            self.replay.take_with(&frame, Some(commit.root), completed, &past)?;
            self.kept.go_on(store, self.book)?;
            // A false roll is found, and what follows it can still be proved.
            for (seq, what) in self.replay.take_false_rolls() {
                self.find(format!("event {seq}"), what);
            }
            progress(u64::from(commit.count));
            Ok(ControlFlow::Continue(()))
        })?;
        self.compare_head()?;
        self.compare_tree()?;
        self.compare_corrections()?;
        self.compare_texts()?;
        self.compare_vocabulary();
        self.compare_cells()
    }

    fn compare_head(&mut self) -> Result<(), Fault> {
        let stored = self.store.head(self.book)?.unwrap_or_else(|| Head::empty(self.book));
        if stored.state.seq() > self.replay.head.state.seq() {
            let what = format!(
                "the book's head stands at event {}, the events end at {}",
                stored.state.seq(),
                self.replay.head.state.seq()
            );
            self.find("head", what);
        } else if stored.state != self.replay.head.state {
            self.find("head", "the stored state is not what the events give");
        } else if stored.frontier != self.replay.head.frontier {
            self.find("head", "the stored edge of the tree is not what the events give");
        }
        Ok(())
    }

    fn compare_tree(&mut self) -> Result<(), Fault> {
        let size = self.replay.head.frontier.size();
        let kept = std::mem::take(&mut self.kept).finish(self.store, self.book, size)?;
        if let Some((at, what)) = kept {
            self.find(at, what);
        }
        Ok(())
    }

    fn compare_corrections(&mut self) -> Result<(), Fault> {
        let mut expected = std::mem::take(&mut self.replay.corrected).into_iter();
        let mut wrong = None;
        self.store.corrections(self.book, &mut |seq, taken| {
            if wrong.is_none() && expected.next() != Some((seq, taken)) {
                wrong = Some(seq);
            }
            Ok(())
        })?;
        if let Some(seq) = wrong.or_else(|| expected.next().map(|(seq, _)| seq)) {
            self.find(format!("event {seq}"), "what was taken back of it is not what is stored");
        }
        Ok(())
    }

    fn compare_texts(&mut self) -> Result<(), Fault> {
        for (text, number) in std::mem::take(&mut self.replay.texts) {
            let same = self.store.text(self.book, number)?.as_deref() == Some(text.as_str())
                && self.store.text_number(self.book, &text)? == Some(number);
            if !same {
                self.find(format!("text {number}"), "the stored text is not the registered one");
            }
        }
        let next = self.replay.head.state.texts() + 1;
        if self.store.text(self.book, next)?.is_some() {
            self.find(format!("text {next}"), "it is stored and was never registered");
        }
        Ok(())
    }

    fn compare_vocabulary(&mut self) {
        let missing: Vec<_> = self.replay.all_missing_from(self.vocabulary).collect();
        for purpose in missing {
            self.find("vocabulary", format!("`{purpose}` is used and not in it"));
        }
    }

    fn compare_cells(&mut self) -> Result<(), Fault> {
        for mut projection in std::mem::take(&mut self.replay.projections) {
            let at = format!("projection `{}`", projection.name());
            let mut expected: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
            projection.flush(&mut |_, key, value| {
                if let Some(value) = value {
                    expected.insert(key.to_vec(), value.to_vec());
                }
                Ok(())
            })?;
            let mut expected = expected.into_iter();
            let mut same = true;
            self.store.cells(self.book, projection.name(), &[], &mut |key, value| {
                same = expected.next().is_some_and(|(k, v)| k == key && v == value);
                Ok(if same { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
            })?;
            if !same || expected.next().is_some() {
                self.find(&at, "its stored cells are not what the events give; rebuild it");
            }
            let kept = self.store.projected_to(self.book, projection.name())?;
            if kept.is_some_and(|kept| kept.version != projection.version()) {
                self.find(&at, "it is kept in another version; attach it again");
            } else if kept.map_or(0, |kept| kept.seq) != self.replay.head.state.seq() {
                self.find(&at, "it was not kept up to the last event; attach it again");
            }
        }
        Ok(())
    }

    fn find(&mut self, at: impl fmt::Display, what: impl Into<String>) {
        let at = format!("book {}, {at}", self.book);
        self.findings.push(Finding { at, what: what.into() });
    }
}
