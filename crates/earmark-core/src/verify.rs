//! Proves a whole ledger again from its bytes, on a path of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::ControlFlow;

use earmark_tlog::{Hash, leaf_hash};
use serde::Serialize;

use crate::codec::{Frame, Record};
use crate::command::{Draft, Origin};
use crate::commit::Head;
use crate::decide::{Decision, Past};
use crate::error::{Fault, FaultKind};
use crate::event::{Detail, Event, PurposeList, Recorded};
use crate::fund::FundSpec;
use crate::id::BookId;
use crate::projection::{AnyProjection, Attached, Projection, TotalKey, Totals};
use crate::register::Registers;
use crate::store::{Store, StoredBook, StoredCommit, check_vocabulary, decode_total, find_event};
use crate::time::Moment;
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
        let mut replay = Replay::new(store, book, vocabulary, projections);
        let outcome = replay.run(&mut |events| {
            proved += events;
            progress(proved);
        });
        if let Err(fault) = outcome {
            result.findings.push(fault.into());
        }
        result.findings.append(&mut replay.findings);
        result.books.push(VerifiedBook {
            book,
            events: replay.head.state.seq(),
            commits: replay.commits,
            root: replay.head.frontier.root(),
        });
    }
    Ok(result)
}

/// One book, played again from its first byte.
struct Replay<'a> {
    store: &'a dyn Store,
    book: BookId,
    vocabulary: &'a str,
    head: Head,
    purposes: BTreeSet<(PurposeList, u16)>,
    commits: u64,
    texts: HashMap<String, u32>,
    names: HashMap<u32, String>,
    corrected: BTreeMap<u64, u64>,
    kept: Comparison,
    projections: Vec<Box<dyn AnyProjection>>,
    findings: Vec<Finding>,
}

impl<'a> Replay<'a> {
    fn new(
        store: &'a dyn Store,
        book: BookId,
        vocabulary: &'a str,
        others: &[Box<dyn AnyProjection>],
    ) -> Self {
        let mut projections: Vec<Box<dyn AnyProjection>> =
            vec![Box::new(Attached::new(Totals)), Box::new(Attached::new(Registers))];
        projections.extend(others.iter().map(|projection| projection.fresh()));
        Self {
            store,
            book,
            vocabulary,
            head: Head::empty(book),
            purposes: BTreeSet::new(),
            commits: 0,
            texts: HashMap::new(),
            names: HashMap::new(),
            corrected: BTreeMap::new(),
            kept: Comparison::default(),
            projections,
            findings: Vec::new(),
        }
    }

    /// Replays the commits, then compares what the store keeps beside them. Stops at the first event
    /// that is not as it must be: nothing after it can be proved.
    fn run(&mut self, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        let store = self.store;
        self.kept = Comparison::with(store)?;
        store.commits(self.book, 1, &mut |commit| {
            self.commit(&commit)?;
            self.kept.go_on(store, self.book)?;
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

    fn damaged(&self, at: impl fmt::Display, what: impl fmt::Display) -> Fault {
        Fault::new(FaultKind::Damaged, format!("book {}, {at}", self.book), what)
    }

    fn commit(&mut self, commit: &StoredCommit<'_>) -> Result<(), Fault> {
        let frame = commit.open(self.book)?;
        let at = format!("commit at event {}", frame.first_seq());
        let expected = self.head.state.seq() + 1;
        if frame.first_seq() != expected {
            return Err(
                self.damaged(at, format!("event {expected} comes next; events are missing"))
            );
        }
        let settings = self.store.settings();
        let now = Moment::new(frame.recorded_at(), settings.utc_offset);
        let mut decision = Decision::new(self.head.state, self.head.rules.clone(), now);
        let mut nonces = settings.secret.nonces(self.book);
        let mut new_texts = Vec::new();
        let mut events = Vec::new();
        let mut buffer = Vec::new();
        for (record, seq) in frame.records().zip(frame.first_seq()..) {
            let at = format!("event {seq}");
            let record: Record<'_> = record.map_err(|error| self.damaged(&at, error))?;
            let event = record
                .decode_with(self.book.fund(), seq, &mut buffer)
                .map_err(|error| self.damaged(&at, error))?;
            if record.nonce() != Ok(nonces.nonce(seq)) {
                return Err(self.damaged(&at, "its nonce is not the one derived for its place"));
            }
            let completed = |level, index, hash| self.kept.complete(level, index, hash);
            let pushed = self.head.frontier.push_with(leaf_hash(record.bytes()), completed);
            pushed.map_err(|error| self.damaged(&at, error))?;
            if event.recorded_at() != frame.recorded_at() {
                return Err(self.damaged(&at, "its recording time is not its commit's"));
            }
            let draft = Draft {
                fact: event.fact.clone(),
                voucher: event.voucher,
                origin: Origin::book(self.book),
            };
            let past = ReplayPast { replay: self, frame: &frame };
            match decision.admit(&draft, &past) {
                Ok(again) if again == event => {}
                Ok(_) => return Err(self.damaged(&at, "deciding again gives another event")),
                Err(error) => {
                    return Err(self.damaged(&at, format!("deciding again: {error}")));
                }
            }
            if let Detail::Text { number, text } = event.fact().detail() {
                new_texts.push((text.to_string(), *number));
            }
            if event.fact().purpose_code() != 0 {
                self.purposes.insert((event.fact().purpose_list(), event.fact().purpose_code()));
            }
            // A false roll is found, and what follows it can still be proved.
            if let Detail::Roll(roll) = event.fact().detail()
                && let Some(what) = roll.difference(self.store, self.book)?
            {
                self.find(&at, what);
            }
            events.push(Recorded::new(self.book, event));
        }
        // Applied once all are decided: a decision sees the registers as they were before its commit.
        for recorded in &events {
            for projection in &mut self.projections {
                projection.apply(recorded, &|_, _| Ok(None))?;
            }
        }
        if decision.state().seq() != frame.last_seq() {
            return Err(self.damaged(at, "it has another number of events than it states"));
        }
        if self.head.frontier.root() != commit.root {
            return Err(self.damaged(
                at,
                format!(
                    "the stored root is {}, its events give {}",
                    commit.root,
                    self.head.frontier.root()
                ),
            ));
        }
        self.head.state = *decision.state();
        self.head.rules = decision.rules().cloned();
        for (seq, amount) in decision.corrected() {
            let taken = self.corrected.entry(*seq).or_default();
            *taken = taken.saturating_add_signed(*amount);
            if *taken == 0 {
                self.corrected.remove(seq);
            }
        }
        self.names.extend(new_texts.iter().map(|(text, number)| (*number, text.clone())));
        self.texts.extend(new_texts);
        self.commits += 1;
        Ok(())
    }

    fn compare_head(&mut self) -> Result<(), Fault> {
        let stored = self.store.head(self.book)?.unwrap_or_else(|| Head::empty(self.book));
        if stored.state.seq() > self.head.state.seq() {
            let what = format!(
                "the book's head stands at event {}, the events end at {}",
                stored.state.seq(),
                self.head.state.seq()
            );
            self.find("head", what);
        } else if stored.state != self.head.state {
            self.find("head", "the stored state is not what the events give");
        } else if stored.frontier != self.head.frontier {
            self.find("head", "the stored edge of the tree is not what the events give");
        }
        Ok(())
    }

    fn compare_tree(&mut self) -> Result<(), Fault> {
        let size = self.head.frontier.size();
        let kept = std::mem::take(&mut self.kept).finish(self.store, self.book, size)?;
        if let Some((at, what)) = kept {
            self.find(at, what);
        }
        Ok(())
    }

    fn compare_corrections(&mut self) -> Result<(), Fault> {
        let mut expected = std::mem::take(&mut self.corrected).into_iter();
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
        for (text, number) in std::mem::take(&mut self.texts) {
            let same = self.store.text(self.book, number)?.as_deref() == Some(text.as_str())
                && self.store.text_number(self.book, &text)? == Some(number);
            if !same {
                self.find(format!("text {number}"), "the stored text is not the registered one");
            }
        }
        let next = self.head.state.texts() + 1;
        if self.store.text(self.book, next)?.is_some() {
            self.find(format!("text {next}"), "it is stored and was never registered");
        }
        Ok(())
    }

    /// INVARIANT(INV-12), from the other side: every purpose used is in the stored lists.
    fn compare_vocabulary(&mut self) {
        for (list, code) in std::mem::take(&mut self.purposes) {
            let list = match list {
                PurposeList::Premium => "premium",
                PurposeList::Benefit => "benefit",
                PurposeList::StateUse => "state_use",
                PurposeList::OtherIncome | PurposeList::BudgetLine | PurposeList::None => continue,
            };
            let line = format!("{list} {code} ");
            if !self.vocabulary.lines().any(|stored| stored.starts_with(&line)) {
                self.find("vocabulary", format!("`{list} {code}` is used and not in it"));
            }
        }
    }

    fn compare_cells(&mut self) -> Result<(), Fault> {
        for mut projection in std::mem::take(&mut self.projections) {
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
            } else if kept.map_or(0, |kept| kept.seq) != self.head.state.seq() {
                self.find(&at, "it was not kept up to the last event; attach it again");
            }
        }
        Ok(())
    }

    fn projection(&self, name: &str) -> Option<&dyn AnyProjection> {
        self.projections.iter().find(|held| held.name() == name).map(|held| &**held)
    }

    fn find(&mut self, at: impl fmt::Display, what: impl Into<String>) {
        let at = format!("book {}, {at}", self.book);
        self.findings.push(Finding { at, what: what.into() });
    }
}

/// The past as the replay has it: corrections and texts of its own, events read again.
struct ReplayPast<'r, 'a> {
    replay: &'r Replay<'a>,
    frame: &'r Frame<'r>,
}

impl Past for ReplayPast<'_, '_> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        if seq >= self.frame.first_seq() {
            return find_event(self.replay.book, self.frame, seq);
        }
        crate::store::StorePast::new(self.replay.store, self.replay.book).event(seq)
    }

    fn corrected_minor(&self, seq: u64) -> Result<u64, Fault> {
        Ok(self.replay.corrected.get(&seq).copied().unwrap_or(0))
    }

    fn text_number(&self, text: &str) -> Result<Option<u32>, Fault> {
        Ok(self.replay.texts.get(text).copied())
    }

    fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        Ok(self.replay.names.get(&number).cloned())
    }

    fn register(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let registers = self.replay.projection(Registers::NAME);
        Ok(registers.and_then(|held| held.held(self.replay.book, key)).flatten())
    }

    fn totals(&self, each: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        let book = self.replay.book;
        let mut read = Ok(());
        if let Some(totals) = self.replay.projection(Totals::NAME) {
            totals.each_held(book, &mut |key, value| {
                let Some(value) = value else { return };
                match decode_total(book, key, value) {
                    Ok((key, sum)) => each(key, sum),
                    Err(fault) => read = Err(fault),
                }
            });
        }
        read
    }
}
