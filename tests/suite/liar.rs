//! A store that keeps everything faithfully and, once told, lies about one thing when it is read.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use earmark_core::account::Account;
use earmark_core::commit::{Head, Proposal};
use earmark_core::error::Fault;
use earmark_core::fund::FundSpec;
use earmark_core::id::BookId;
use earmark_core::ledger::Ledger;
use earmark_core::projection::{AnyProjection, Projection, Totals};
use earmark_core::state::State;
use earmark_core::store::{
    EachCell, MemoryStore, Projected, Settings, Store, StoredBook, StoredCommit,
};
use earmark_core::submission::Submission;
use earmark_core::time::Timestamp;
use earmark_tlog::Hash;

use crate::given::settings;

/// Keys and values of cells.
pub(crate) type KeptCells = Vec<(Vec<u8>, Vec<u8>)>;

type Forge = Box<dyn Fn(&[u8]) -> Option<Vec<u8>> + Send>;

pub(crate) enum Lie {
    /// Another frame for the commit that begins with this event.
    Frame(u64, Forge),
    /// No such commit.
    Skipped(u64),
    /// Another recording time beside the frame.
    RecordedAt(u64),
    /// One fen more in the special account, where it holds anything.
    Head,
    /// Another text under a number.
    Text(u32, String),
    /// No lie but a trick: once someone has looked for this text and not found it, something happens.
    Meanwhile(&'static str, Box<dyn FnOnce() + Send>),
    /// Another sum taken back of an event.
    Corrected(u64, u64),
    /// Other cells of the totals.
    Cells(fn(&mut KeptCells)),
    /// The totals kept up to the event before the last, or under another version.
    Projected(fn(&mut Projected)),
    /// Other hashes of complete subtrees of sixteen events.
    Subtrees(fn(&mut Vec<Hash>)),
    /// Something wrong with the file.
    Storage(String),
}

/// Tells a store what to lie about.
pub(crate) struct Prompter(Arc<Mutex<Option<Lie>>>);

impl Prompter {
    pub(crate) fn tell(&self, lie: Lie) {
        *self.0.lock().unwrap() = Some(lie);
    }
}

pub(crate) struct Liar {
    honest: MemoryStore,
    lie: Arc<Mutex<Option<Lie>>>,
}

impl Liar {
    pub(crate) fn new() -> (Self, Prompter) {
        let lie = Arc::default();
        let prompter = Prompter(Arc::clone(&lie));
        (Self { honest: MemoryStore::new(settings()), lie }, prompter)
    }

    /// Whether the store lies, and what the lie makes of something.
    fn lied<T>(&self, tell: impl FnOnce(&Lie) -> Option<T>) -> Option<T> {
        self.lie.lock().unwrap().as_ref().and_then(tell)
    }
}

/// A ledger whose store says from the start that there is one fen more in the special account than there
/// is, once there is anything.
pub(crate) fn one_fen_richer(clock: &earmark_testkit::clock::HandClock) -> Ledger {
    let (liar, prompter) = Liar::new();
    prompter.tell(Lie::Head);
    Ledger::new(liar, clock.clone())
}

fn richer(head: &Head) -> Head {
    let state = &head.state;
    let mut accounts = Account::ALL.map(|account| state.account(account));
    accounts[2].balance_minor += u64::from(accounts[2].balance_minor > 0);
    let state = State::from_parts(
        state.book(),
        state.seq(),
        state.recorded_at(),
        state.texts(),
        state.interest_held_minor(),
        accounts,
        state.standing(),
    );
    Head { state: state.unwrap(), frontier: head.frontier.clone(), rules: head.rules.clone() }
}

impl Store for Liar {
    fn settings(&self) -> Settings {
        self.honest.settings()
    }

    fn books(&self) -> Result<Vec<StoredBook>, Fault> {
        self.honest.books()
    }

    fn create_book(&self, book: BookId) -> Result<(), Fault> {
        self.honest.create_book(book)
    }

    fn head(&self, book: BookId) -> Result<Option<Head>, Fault> {
        let head = self.honest.head(book)?;
        let lied = self.lied(|lie| matches!(lie, Lie::Head).then(|| head.as_ref().map(richer)));
        Ok(lied.unwrap_or(head))
    }

    fn submit(&self, proposal: Proposal) -> Submission {
        self.honest.submit(proposal)
    }

    fn commits(
        &self,
        book: BookId,
        from_seq: u64,
        each: &mut dyn FnMut(StoredCommit<'_>) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        self.honest.commits(book, from_seq, &mut |commit| {
            let first = commit.first_seq;
            let forged = self.lied(|lie| match lie {
                Lie::Frame(seq, forge) if *seq == first => forge(commit.frame),
                _ => None,
            });
            if let Some(frame) = forged {
                return each(StoredCommit { frame: &frame, ..commit });
            }
            if self
                .lied(|lie| matches!(lie, Lie::Skipped(seq) if *seq == first).then_some(()))
                .is_some()
            {
                return Ok(ControlFlow::Continue(()));
            }
            let late =
                self.lied(|lie| matches!(lie, Lie::RecordedAt(seq) if *seq == first).then_some(()));
            if late.is_some() {
                let recorded_at = Timestamp::from_micros(commit.recorded_at.micros() + 1).unwrap();
                return each(StoredCommit { recorded_at, ..commit });
            }
            each(commit)
        })
    }

    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        let mut hashes = self.honest.subtrees(book, level, group)?;
        self.lied(|lie| match lie {
            Lie::Subtrees(change) if level == 4 => {
                change(&mut hashes);
                Some(())
            }
            _ => None,
        });
        Ok(hashes)
    }

    fn keeps_subtrees(&self) -> Result<bool, Fault> {
        self.honest.keeps_subtrees()
    }

    fn text(&self, book: BookId, number: u32) -> Result<Option<String>, Fault> {
        let lied = self.lied(|lie| match lie {
            Lie::Text(of, text) if *of == number => Some(text.clone()),
            _ => None,
        });
        Ok(lied.or(self.honest.text(book, number)?))
    }

    fn text_number(&self, book: BookId, text: &str) -> Result<Option<u32>, Fault> {
        let found = self.honest.text_number(book, text)?;
        let trick =
            self.lie.lock().unwrap().take_if(|lie| {
                found.is_none() && matches!(lie, Lie::Meanwhile(of, _) if *of == text)
            });
        if let Some(Lie::Meanwhile(_, happen)) = trick {
            happen();
        }
        Ok(found)
    }

    fn corrections(
        &self,
        book: BookId,
        each: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.honest.corrections(book, &mut |seq, taken| {
            let lied = self.lied(|lie| match lie {
                Lie::Corrected(of, other) if *of == seq => Some(*other),
                _ => None,
            });
            match lied {
                Some(0) => Ok(()),
                other => each(seq, other.unwrap_or(taken)),
            }
        })
    }

    fn corrected_minor(&self, book: BookId, seq: u64) -> Result<u64, Fault> {
        self.honest.corrected_minor(book, seq)
    }

    fn attach(
        &self,
        projection: Box<dyn AnyProjection>,
        funds: &[&'static FundSpec],
    ) -> Result<(), Fault> {
        self.honest.attach(projection, funds)
    }

    fn rebuild(&self, projection: &str, funds: &[&'static FundSpec]) -> Result<(), Fault> {
        self.honest.rebuild(projection, funds)
    }

    fn projected_to(&self, book: BookId, projection: &str) -> Result<Option<Projected>, Fault> {
        let mut kept = self.honest.projected_to(book, projection)?;
        self.lied(|lie| match (lie, &mut kept) {
            (Lie::Projected(change), Some(kept)) if projection == Totals::NAME => {
                change(kept);
                Some(())
            }
            _ => None,
        });
        Ok(kept)
    }

    fn cell(&self, book: BookId, projection: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.honest.cell(book, projection, key)
    }

    fn cells(
        &self,
        book: BookId,
        projection: &str,
        from: &[u8],
        each: &mut EachCell<'_>,
    ) -> Result<(), Fault> {
        let mut cells = Vec::new();
        self.honest.cells(book, projection, from, &mut |key, value| {
            cells.push((key.to_vec(), value.to_vec()));
            Ok(ControlFlow::Continue(()))
        })?;
        self.lied(|lie| match lie {
            Lie::Cells(change) if projection == Totals::NAME => {
                change(&mut cells);
                Some(())
            }
            _ => None,
        });
        for (key, value) in &cells {
            if each(key, value)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Nothing is recorded while these tests read.
    fn at_one_moment(
        &self,
        read: &mut dyn FnMut(&dyn Store) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        read(self)
    }

    fn check_storage(&self) -> Result<Vec<String>, Fault> {
        let lied = self.lied(|lie| match lie {
            Lie::Storage(what) => Some(vec![what.clone()]),
            _ => None,
        });
        Ok(lied.unwrap_or_default())
    }
}
