//! A store that keeps everything faithfully and shows other lists of a fund, or another commit.

use std::ops::ControlFlow;
use std::sync::Mutex;

use earmark_core::commit::{Head, Prepared, Proposal};
use earmark_core::error::Fault;
use earmark_core::fund::FundSpec;
use earmark_core::id::BookId;
use earmark_core::projection::AnyProjection;
use earmark_core::store::{
    EachCell, MemoryStore, Projected, Settings, Store, StoredBook, StoredCommit,
};
use earmark_core::submission::Submission;
use earmark_tlog::Hash;

use crate::given::settings;

/// What it shows in the place of what it keeps.
#[derive(Default)]
pub(super) struct Shown {
    /// Other lists.
    pub(super) vocabulary: Option<String>,
    /// Another commit, with its own columns, in the place of the one that begins with the same event.
    pub(super) commit: Option<Prepared>,
}

pub(super) struct Other {
    honest: MemoryStore,
    shown: &'static Mutex<Shown>,
}

impl Other {
    /// A store, and what it is to show.
    pub(super) fn new() -> (Self, &'static Mutex<Shown>) {
        let shown: &'static Mutex<Shown> = Box::leak(Box::default());
        (Self { honest: MemoryStore::new(settings()), shown }, shown)
    }
}

impl Store for Other {
    fn settings(&self) -> Settings {
        self.honest.settings()
    }

    fn books(&self) -> Result<Vec<StoredBook>, Fault> {
        let mut books = self.honest.books()?;
        if let Some(vocabulary) = &self.shown.lock().unwrap().vocabulary {
            for book in &mut books {
                book.vocabulary.clone_from(vocabulary);
            }
        }
        Ok(books)
    }

    fn create_book(&self, book: BookId) -> Result<(), Fault> {
        self.honest.create_book(book)
    }

    fn head(&self, book: BookId) -> Result<Option<Head>, Fault> {
        self.honest.head(book)
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
        let other = self.shown.lock().unwrap().commit.clone();
        self.honest.commits(book, from_seq, &mut |commit| match &other {
            Some(other) if other.receipt.first_seq() == commit.first_seq => each(StoredCommit {
                first_seq: commit.first_seq,
                count: other.receipt.count(),
                recorded_at: other.receipt.recorded_at(),
                key: other.key,
                root: other.receipt.root(),
                frame: &other.frame,
            }),
            _ => each(commit),
        })
    }

    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        self.honest.subtrees(book, level, group)
    }

    fn keeps_subtrees(&self) -> Result<bool, Fault> {
        self.honest.keeps_subtrees()
    }

    fn text(&self, book: BookId, number: u32) -> Result<Option<String>, Fault> {
        self.honest.text(book, number)
    }

    fn text_number(&self, book: BookId, text: &str) -> Result<Option<u32>, Fault> {
        self.honest.text_number(book, text)
    }

    fn corrections(
        &self,
        book: BookId,
        each: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
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
        self.honest.attach(projection, funds)
    }

    fn rebuild(&self, projection: &str, funds: &[&'static FundSpec]) -> Result<(), Fault> {
        self.honest.rebuild(projection, funds)
    }

    fn projected_to(&self, book: BookId, projection: &str) -> Result<Option<Projected>, Fault> {
        self.honest.projected_to(book, projection)
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
        self.honest.cells(book, projection, from, each)
    }

    fn at_one_moment(
        &self,
        read: &mut dyn FnMut(&dyn Store) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        read(self)
    }

    fn check_storage(&self) -> Result<Vec<String>, Fault> {
        self.honest.check_storage()
    }
}
